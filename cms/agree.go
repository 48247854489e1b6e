package cms

import (
	"crypto"
	"crypto/aes"
	"crypto/subtle"
	"encoding/asn1"
	"encoding/binary"
	"fmt"

	"github.com/consigil/consigil/der"
	"golang.org/x/crypto/cryptobyte"
	casn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// agreement is a KeyAgreeRecipientInfo, RFC 5652 section 6.2.2, with an
// ephemeral key of the sender.
type agreement struct {
	point  []byte            // the sender's public key
	ukm    cryptobyte.String // an OCTET STRING, or nothing
	scheme asn1.ObjectIdentifier
	wrap   cryptobyte.String // AlgorithmIdentifier of the key wrap
	keys   cryptobyte.String // RecipientEncryptedKeys
}

// agreed takes the content's key out of it; nil where it names others.
func (r Recipient) agreed(seq cryptobyte.String) ([]byte, error) {
	a, err := readAgreement(seq)
	if err != nil {
		return nil, err
	}
	for !a.keys.Empty() {
		var one, wrapped cryptobyte.String
		if !a.keys.ReadASN1(&one, casn1.SEQUENCE) {
			return nil, bad("RecipientEncryptedKey")
		}
		id, ok := readRID(&one)
		if !ok || !one.ReadASN1(&wrapped, casn1.OCTET_STRING) {
			return nil, bad("RecipientEncryptedKey")
		}
		if id.names(r.Certificate) {
			return r.unwrapAgreed(a, wrapped)
		}
	}
	return nil, nil
}

func readAgreement(seq cryptobyte.String) (*agreement, error) {
	a := &agreement{}
	var version int64
	var originator, public, ukm, identifier cryptobyte.String
	var hasUKM bool
	ok := seq.ReadASN1Integer(&version) && seq.ReadASN1(&originator, der.Explicit(0)) &&
		seq.ReadOptionalASN1(&ukm, &hasUKM, der.Explicit(1)) &&
		seq.ReadASN1Element(&identifier, casn1.SEQUENCE) && seq.ReadASN1(&a.keys, casn1.SEQUENCE)
	if !ok {
		return nil, bad("KeyAgreeRecipientInfo")
	}
	if !originator.ReadASN1(&public, der.Explicit(1)) {
		return nil, fmt.Errorf("%w: key agreement with the sender's certificate", ErrAlgorithm)
	}
	var curve cryptobyte.String
	var point []byte
	if !public.ReadASN1(&curve, casn1.SEQUENCE) || !public.ReadASN1BitStringAsBytes(&point) {
		return nil, bad("originator's key")
	}
	a.point, a.ukm = point, ukm
	if a.scheme, a.wrap, ok = readIdentifier(identifier); !ok {
		return nil, bad("keyEncryptionAlgorithm")
	}
	return a, nil
}

func (r Recipient) unwrapAgreed(a *agreement, wrapped []byte) ([]byte, error) {
	size, err := wrapKeySize(a.wrap)
	if err != nil {
		return nil, err
	}
	derive, err := kdfOf(a.scheme)
	if err != nil {
		return nil, err
	}
	z, err := r.exchange(a.point)
	if err != nil {
		return nil, err
	}
	key, err := derive(z, a.sharedInfo(size), size)
	if err != nil {
		return nil, err
	}
	return unwrapKey(key, wrapped)
}

// wrapKeySize is the octets of an AES key wrap's key, RFC 3565 section 2.3.2.
func wrapKeySize(identifier cryptobyte.String) (int, error) {
	oid, _, ok := readIdentifier(identifier)
	if !ok {
		return 0, bad("key wrap")
	}
	for last, size := range map[int]int{5: 16, 25: 24, 45: 32} {
		if oid.Equal(asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 1, last}) {
			return size, nil
		}
	}
	return 0, fmt.Errorf("%w: key wrap", ErrAlgorithm)
}

// sharedInfo is ECC-CMS-SharedInfo, RFC 5753 section 7.2.
func (a *agreement) sharedInfo(keySize int) []byte {
	return der.AppendNested(nil, casn1.SEQUENCE, func(out []byte) []byte {
		out = append(out, a.wrap...)
		if !a.ukm.Empty() {
			out = der.Append(out, der.Explicit(0), a.ukm)
		}
		return der.AppendNested(out, der.Explicit(2), func(out []byte) []byte {
			return der.Append(out, casn1.OCTET_STRING, binary.BigEndian.AppendUint32(nil, uint32(keySize*8)))
		})
	})
}

// kdf makes a key of a size from a shared secret.
type kdf func(z, info []byte, size int) ([]byte, error)

// kdfOf finds the derivation of a scheme, the one of X9.63 with some hash (RFC
// 5753 section 7.1.4): with the cofactor, which is one on the curves known here,
// or without.
func kdfOf(scheme asn1.ObjectIdentifier) (kdf, error) {
	old := asn1.ObjectIdentifier{1, 3, 133, 16, 840, 63, 0}
	for last, h := range map[int]crypto.Hash{0: crypto.SHA224, 1: crypto.SHA256, 2: crypto.SHA384, 3: crypto.SHA512} {
		if scheme.Equal(asn1.ObjectIdentifier{1, 3, 132, 1, 11, last}) || scheme.Equal(asn1.ObjectIdentifier{1, 3, 132, 1, 14, last}) {
			return x963(h), nil
		}
	}
	if scheme.Equal(append(old, 2)) || scheme.Equal(append(old, 3)) {
		return x963(crypto.SHA1), nil
	}
	return nil, fmt.Errorf("%w: key agreement", ErrAlgorithm)
}

func x963(h crypto.Hash) kdf {
	return func(z, info []byte, size int) ([]byte, error) {
		var out []byte
		for i := uint32(1); len(out) < size; i++ {
			d := h.New()
			d.Write(z)
			d.Write(binary.BigEndian.AppendUint32(nil, i))
			d.Write(info)
			out = d.Sum(out)
		}
		return out[:size], nil
	}
}

// unwrapKey undoes the AES key wrap of RFC 3394 section 2.2.2.
func unwrapKey(key, wrapped []byte) ([]byte, error) {
	n := len(wrapped)/8 - 1
	if len(wrapped)%8 != 0 || n < 2 || n > 64 {
		return nil, bad("wrapped key")
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("%w: key wrap", ErrAlgorithm)
	}
	var b [16]byte
	copy(b[:8], wrapped)
	out := append([]byte{}, wrapped[8:]...)
	for t := 6 * n; t > 0; t-- {
		at := (t - 1) % n * 8
		binary.BigEndian.PutUint64(b[:8], binary.BigEndian.Uint64(b[:8])^uint64(t))
		copy(b[8:], out[at:at+8])
		block.Decrypt(b[:], b[:])
		copy(out[at:], b[8:])
	}
	if subtle.ConstantTimeCompare(b[:8], []byte("\xa6\xa6\xa6\xa6\xa6\xa6\xa6\xa6")) != 1 {
		return nil, ErrDecryption
	}
	return out, nil
}
