package tsa

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/sha1" // ESSCertID of RFC 2634 is SHA-1
	"crypto/sha256"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"time"
)

type status struct {
	Status  int
	Failure asn1.BitString `asn1:"optional"`
}

func refusal(value, bit int) []byte {
	s := status{Status: value}
	if bit >= 0 {
		b := make([]byte, bit/8+1)
		b[bit/8] = 0x80 >> (bit % 8)
		s.Failure = asn1.BitString{Bytes: b, BitLength: bit + 1}
	}
	return encode(struct{ Status status }{s})
}

// answer is the TimeStampResp of a kind.
func (a *Authority) answer(k Kind, req *request) []byte {
	switch k {
	case Rejection:
		return refusal(2, 15)
	case Waiting:
		return refusal(3, -1)
	case NoTime:
		return refusal(2, 14)
	case GrantedNothing:
		return refusal(0, -1)
	}
	token := a.token(k, req)
	out := encode(struct {
		Status status
		Token  asn1.RawValue
	}{status{}, asn1.RawValue{FullBytes: token}})
	switch k {
	case Cut:
		return out[:len(out)-20]
	case Trailing:
		return append(out, 5, 0)
	}
	return out
}

type accuracy struct{ Seconds int }

// tstInfo is TSTInfo.
type tstInfo struct {
	Version  int
	Policy   asn1.ObjectIdentifier
	Imprint  imprint
	Serial   *big.Int
	Time     time.Time `asn1:"generalized"`
	Accuracy accuracy
	Nonce    *big.Int `asn1:"optional"`
}

func (a *Authority) info(k Kind, req *request, serial int64) []byte {
	i := tstInfo{
		Version: 1, Policy: Policy(), Imprint: req.Imprint, Serial: big.NewInt(serial),
		Time: a.now().UTC().Truncate(time.Second), Accuracy: accuracy{1}, Nonce: req.Nonce,
	}
	if req.Policy != nil {
		i.Policy = req.Policy
	}
	switch k {
	case BadImprint:
		i.Imprint.Digest = bytes.Clone(i.Imprint.Digest)
		i.Imprint.Digest[0] ^= 1
	case OtherHash: // SHA-512/256 has digests of the same length as SHA-256
		i.Imprint.Algorithm.Algorithm = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 6}
	case WrongNonce:
		i.Nonce = new(big.Int).Add(req.Nonce, big.NewInt(1))
	case NoNonce:
		i.Nonce = nil
	case Old:
		i.Time = i.Time.Add(-24 * time.Hour)
	case Future:
		i.Time = i.Time.Add(24 * time.Hour)
	case WrongPolicy:
		i.Policy = asn1.ObjectIdentifier{1, 2, 3, 4}
	}
	return encode(i)
}

type attribute struct {
	Type   asn1.ObjectIdentifier
	Values []asn1.RawValue `asn1:"set"`
}

func attr(oid asn1.ObjectIdentifier, value []byte) attribute {
	return attribute{oid, []asn1.RawValue{{FullBytes: value}}}
}

func pkcs9(n ...int) asn1.ObjectIdentifier {
	return append(asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9}, n...)
}

func sha256ID() pkix.AlgorithmIdentifier {
	return pkix.AlgorithmIdentifier{Algorithm: asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1}}
}

func ecdsaID() pkix.AlgorithmIdentifier {
	return pkix.AlgorithmIdentifier{Algorithm: asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 2}}
}

// contentType is id-ct-TSTInfo, or for NotTSTInfo id-data.
func contentType(k Kind) asn1.ObjectIdentifier {
	if k == NotTSTInfo {
		return asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 1}
	}
	return pkcs9(16, 1, 4)
}

// certID is the signing-certificate attribute: RFC 5816 with the default hash, or
// RFC 2634.
func (a *Authority) certID(k Kind, id identity) attribute {
	named := id.cert.Raw
	if k == OtherCertificate {
		named = a.twin.cert.Raw
	}
	wrap := func(hash []byte) []byte { return encode([][][]([]byte){{{hash}}}) }
	if k == GoodV1 {
		sum := sha1.Sum(named)
		return attr(pkcs9(16, 2, 12), wrap(sum[:]))
	}
	sum := sha256.Sum256(named)
	return attr(pkcs9(16, 2, 47), wrap(sum[:]))
}

type signerInfo struct {
	Version    int
	Issuer     issuerSerial
	Digest     pkix.AlgorithmIdentifier
	Attributes asn1.RawValue
	Algorithm  pkix.AlgorithmIdentifier
	Signature  []byte
}

type issuerSerial struct {
	Issuer asn1.RawValue
	Serial *big.Int
}

func (a *Authority) signed(k Kind, id identity, content []byte) []byte {
	hash, digestID, algorithm := crypto.SHA256, sha256ID(), ecdsaID()
	if k == WeakDigest {
		hash, digestID.Algorithm, algorithm.Algorithm = crypto.SHA1, asn1.ObjectIdentifier{1, 3, 14, 3, 2, 26}, asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 1}
	}
	digest := func(data []byte) []byte {
		h := hash.New()
		h.Write(data)
		return h.Sum(nil)
	}
	attrs := []attribute{attr(pkcs9(3), encode(contentType(k))), attr(pkcs9(4), encode(digest(content)))}
	if k != NoCertificateID {
		attrs = append(attrs, a.certID(k, id))
	}
	set := encode(attrs, "set")
	signature, err := ecdsa.SignASN1(rand.Reader, id.key, digest(set))
	if err != nil {
		a.t.Error(err)
	}
	if k == BrokenSignature {
		signature[len(signature)-1] ^= 1
	}
	implicit := bytes.Clone(set)
	implicit[0] = 0xa0
	return encode(signerInfo{
		Version: 1, Issuer: issuerSerial{asn1.RawValue{FullBytes: id.cert.RawIssuer}, id.cert.SerialNumber},
		Digest: digestID, Attributes: asn1.RawValue{FullBytes: implicit}, Algorithm: algorithm, Signature: signature,
	})
}

type signedData struct {
	Version      int
	Digests      []pkix.AlgorithmIdentifier `asn1:"set"`
	Content      encapsulated
	Certificates asn1.RawValue   `asn1:"optional"`
	Signers      []asn1.RawValue `asn1:"set"`
}

type encapsulated struct {
	Type    asn1.ObjectIdentifier
	Content []byte `asn1:"explicit,tag:0"`
}

// token is the ContentInfo of a kind.
func (a *Authority) token(k Kind, req *request) []byte {
	id, ok := a.signer[k]
	if !ok {
		id = a.good
	}
	content := a.info(k, req, a.now().UnixNano())
	data := signedData{Version: 3, Digests: []pkix.AlgorithmIdentifier{sha256ID()}, Content: encapsulated{contentType(k), content}}
	if k != NoCertificates {
		data.Certificates = asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 0, IsCompound: true, Bytes: id.cert.Raw}
	}
	if k != NoSigner {
		data.Signers = append(data.Signers, asn1.RawValue{FullBytes: a.signed(k, id, content)})
	}
	if k == TwoSigners {
		data.Signers = append(data.Signers, asn1.RawValue{FullBytes: a.signed(k, a.twin, content)})
	}
	if k == ChangedContent {
		data.Content.Content = a.info(k, req, 42)
	}
	return encode(struct {
		Type    asn1.ObjectIdentifier
		Content signedData `asn1:"explicit,tag:0"`
	}{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 2}, data})
}
