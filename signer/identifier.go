package signer

import (
	"crypto"
	"crypto/rsa"
	"encoding/asn1"
	"fmt"
	"math/big"
	"slices"

	"github.com/consigil/consigil/der"
	"golang.org/x/crypto/cryptobyte"
	casn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// Identifier is the DER AlgorithmIdentifier of the algorithm, as it stands in
// certificates and SignerInfo: NULL parameters for PKCS#1 v1.5 (RFC 4055),
// none for ECDSA and Ed25519, complete ones for PSS.
func (a Algorithm) Identifier() ([]byte, error) {
	row, ok := a.describe()
	if !ok {
		return nil, fmt.Errorf("%w: %v", ErrUnsupported, a)
	}
	return der.AppendNested(make([]byte, 0, 80), casn1.SEQUENCE, func(out []byte) []byte {
		out = der.AppendOID(out, row.oid.oid())
		switch row.family {
		case familyRSA:
			out = appendNull(out)
		case familyPSS:
			out = appendPSSParameters(out, row.hash)
		}
		return out
	}), nil
}

func appendNull(out []byte) []byte { return der.AppendHeader(out, casn1.NULL, 0) }

// appendPSSParameters appends RSASSA-PSS-params, RFC 4055 section 3.1.
func appendPSSParameters(out []byte, h crypto.Hash) []byte {
	oid, _ := DigestOID(h)
	hash := func(out []byte) []byte {
		return der.AppendNested(out, casn1.SEQUENCE, func(out []byte) []byte { return appendNull(der.AppendOID(out, oid)) })
	}
	return der.AppendNested(out, casn1.SEQUENCE, func(out []byte) []byte {
		out = der.AppendNested(out, der.Explicit(0), hash)
		out = der.AppendNested(out, der.Explicit(1), func(out []byte) []byte {
			return der.AppendNested(out, casn1.SEQUENCE, func(out []byte) []byte { return hash(der.AppendOID(out, oidMGF1())) })
		})
		return der.AppendNested(out, der.Explicit(2), func(out []byte) []byte {
			return der.Append(out, casn1.INTEGER, []byte{byte(h.Size())})
		})
	})
}

func oidMGF1() asn1.ObjectIdentifier { return asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 8} }

// digests are the hashes that this package knows, the most frequent first.
var digests = [...]struct {
	hash crypto.Hash
	oid  arcs
}{
	{crypto.SHA256, arcs{2, 16, 840, 1, 101, 3, 4, 2, 1}},
	{crypto.SHA384, arcs{2, 16, 840, 1, 101, 3, 4, 2, 2}},
	{crypto.SHA512, arcs{2, 16, 840, 1, 101, 3, 4, 2, 3}},
	{crypto.SHA224, arcs{2, 16, 840, 1, 101, 3, 4, 2, 4}},
	{crypto.SHA1, arcs{1, 3, 14, 3, 2, 26}},
	{crypto.SHA3_256, arcs{2, 16, 840, 1, 101, 3, 4, 2, 8}},
	{crypto.SHA3_384, arcs{2, 16, 840, 1, 101, 3, 4, 2, 9}},
	{crypto.SHA3_512, arcs{2, 16, 840, 1, 101, 3, 4, 2, 10}},
}

// DigestOID is the object identifier of a hash, with ok false for one that
// this package does not know.
func DigestOID(h crypto.Hash) (oid asn1.ObjectIdentifier, ok bool) {
	for _, d := range digests {
		if d.hash == h {
			return slices.Clone(d.oid.oid()), true
		}
	}
	return nil, false
}

// DigestByOID finds the hash of an object identifier, or zero.
func DigestByOID(oid asn1.ObjectIdentifier) crypto.Hash {
	for _, d := range digests {
		if d.oid.is(oid) {
			return d.hash
		}
	}
	return 0
}

// ParseIdentifier reads a DER AlgorithmIdentifier of a signature. CMS may
// give the key's own identifier (rsaEncryption, id-ecPublicKey) and leave the
// hash to the digest algorithm beside it: pass that as digest, or zero.
func ParseIdentifier(identifier []byte, digest crypto.Hash) (Scheme, error) {
	oid, params, err := splitIdentifier(identifier)
	if err != nil {
		return Scheme{}, err
	}
	switch {
	case oid.Equal(asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 1}):
		return bare(digest, familyRSA)
	case oid.Equal(asn1.ObjectIdentifier{1, 2, 840, 10045, 2, 1}):
		return bare(digest, familyECDSA)
	case oidPSS().is(oid):
		return parsePSS(params)
	}
	for _, a := range all() {
		if row, _ := a.describe(); row.oid.is(oid) {
			return Scheme{Algorithm: a, SaltLength: rsa.PSSSaltLengthEqualsHash}, nil
		}
	}
	return Scheme{}, fmt.Errorf("%w: identifier %v", ErrUnsupported, oid)
}

// bare finds the algorithm of a family by its digest.
func bare(digest crypto.Hash, f family) (Scheme, error) {
	for _, a := range all() {
		if row, _ := a.describe(); row.family == f && row.hash == digest {
			return Scheme{Algorithm: a, SaltLength: rsa.PSSSaltLengthEqualsHash}, nil
		}
	}
	return Scheme{}, fmt.Errorf("%w: digest %v", ErrUnsupported, digest)
}

func splitIdentifier(identifier []byte) (asn1.ObjectIdentifier, cryptobyte.String, error) {
	input := cryptobyte.String(identifier)
	var seq cryptobyte.String
	var oid asn1.ObjectIdentifier
	if !input.ReadASN1(&seq, casn1.SEQUENCE) || !input.Empty() || !seq.ReadASN1ObjectIdentifier(&oid) {
		return nil, nil, fmt.Errorf("%w: malformed algorithm identifier", ErrUnsupported)
	}
	return oid, seq, nil
}

var errPSS = fmt.Errorf("%w: RSASSA-PSS parameters", ErrUnsupported)

// parsePSS reads RSASSA-PSS-params. The mask must be MGF1 with the same hash:
// other masks are legal and not supported. Absent fields mean SHA-1, MGF1
// with SHA-1 and a salt of 20 octets.
func parsePSS(params cryptobyte.String) (Scheme, error) {
	var seq, hashField, maskField, saltField cryptobyte.String
	var hasHash, hasMask, hasSalt bool
	if !params.ReadASN1(&seq, casn1.SEQUENCE) || !params.Empty() ||
		!seq.ReadOptionalASN1(&hashField, &hasHash, der.Explicit(0)) ||
		!seq.ReadOptionalASN1(&maskField, &hasMask, der.Explicit(1)) ||
		!seq.ReadOptionalASN1(&saltField, &hasSalt, der.Explicit(2)) ||
		!validTrailer(seq) || !hasHash || !hasMask {
		return Scheme{}, errPSS
	}
	h := digestOf(hashField)
	salt := big.NewInt(20)
	if hasSalt && !saltField.ReadASN1Integer(salt) {
		return Scheme{}, errPSS
	}
	if h == 0 || maskDigest(maskField) != h || !salt.IsInt64() || salt.Sign() < 0 || salt.Int64() > 1024 {
		return Scheme{}, errPSS
	}
	alg, err := PSSAlgorithm(h)
	if err != nil {
		return Scheme{}, err
	}
	return Scheme{Algorithm: alg, SaltLength: int(salt.Int64())}, nil
}

// validTrailer accepts an absent trailerField or the value 1.
func validTrailer(rest cryptobyte.String) bool {
	if rest.Empty() {
		return true
	}
	var field cryptobyte.String
	var n int64
	return rest.ReadASN1(&field, der.Explicit(3)) && rest.Empty() && field.ReadASN1Integer(&n) && field.Empty() && n == 1
}

func digestOf(field cryptobyte.String) crypto.Hash {
	oid, _, err := splitIdentifier(field)
	if err != nil {
		return 0
	}
	return DigestByOID(oid)
}

func maskDigest(field cryptobyte.String) crypto.Hash {
	oid, params, err := splitIdentifier(field)
	if err != nil || !oid.Equal(oidMGF1()) {
		return 0
	}
	return digestOf(params)
}
