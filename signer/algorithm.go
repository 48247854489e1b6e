// Package signer names signature algorithms and turns private keys into
// things that sign bytes: software keys, PEM and PKCS#12 files. Hardware and
// remote keys implement the same small interface elsewhere.
//
// It is not a key store: it never reads files, keeps nothing, and decides
// nothing about certificates.
package signer

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	_ "crypto/sha1" // legacy signatures are still read and verified
	_ "crypto/sha256"
	_ "crypto/sha3"
	_ "crypto/sha512"
	"encoding/asn1"
	"errors"
	"fmt"
)

// Algorithm is a signature algorithm together with its hash.
type Algorithm int

// The algorithms. Those with SHA-1 and SHA-224 verify old signatures only:
// Sign refuses them. The numbers are stored; new ones go to the end.
const (
	Unknown Algorithm = iota
	RSAPKCS1SHA256
	RSAPKCS1SHA384
	RSAPKCS1SHA512
	RSAPSSSHA256
	RSAPSSSHA384
	RSAPSSSHA512
	ECDSASHA256
	ECDSASHA384
	ECDSASHA512
	Ed25519
	RSAPKCS1SHA1
	RSAPKCS1SHA224
	ECDSASHA1
	ECDSASHA224
	RSAPKCS1SHA3x256
	RSAPKCS1SHA3x384
	RSAPKCS1SHA3x512
	RSAPSSSHA3x256
	RSAPSSSHA3x384
	RSAPSSSHA3x512
	ECDSASHA3x256
	ECDSASHA3x384
	ECDSASHA3x512

	lastAlgorithm = ECDSASHA3x512
)

type family int

const (
	familyRSA family = iota + 1
	familyPSS
	familyECDSA
	familyEd25519
)

// algorithm is the row of one Algorithm. RFC 4055, RFC 5758, RFC 8410.
type algorithm struct {
	name   string
	family family
	hash   crypto.Hash
	oid    arcs
	legacy bool
}

// arcs are an object identifier without what makes a slice: rows are looked at for
// every signature. None of ours ends in a zero.
type arcs [9]int

func (a *arcs) oid() asn1.ObjectIdentifier {
	n := len(a)
	for n > 0 && a[n-1] == 0 {
		n--
	}
	return a[:n]
}

func (a arcs) is(oid asn1.ObjectIdentifier) bool { return a.oid().Equal(oid) }

// describe returns the row of a, with ok false for an unknown one.
func (a Algorithm) describe() (algorithm, bool) {
	switch a {
	case RSAPKCS1SHA256:
		return algorithm{"RSA-PKCS1-SHA256", familyRSA, crypto.SHA256, arcs{1, 2, 840, 113549, 1, 1, 11}, false}, true
	case RSAPKCS1SHA384:
		return algorithm{"RSA-PKCS1-SHA384", familyRSA, crypto.SHA384, arcs{1, 2, 840, 113549, 1, 1, 12}, false}, true
	case RSAPKCS1SHA512:
		return algorithm{"RSA-PKCS1-SHA512", familyRSA, crypto.SHA512, arcs{1, 2, 840, 113549, 1, 1, 13}, false}, true
	case RSAPSSSHA256:
		return algorithm{"RSA-PSS-SHA256", familyPSS, crypto.SHA256, oidPSS(), false}, true
	case RSAPSSSHA384:
		return algorithm{"RSA-PSS-SHA384", familyPSS, crypto.SHA384, oidPSS(), false}, true
	case RSAPSSSHA512:
		return algorithm{"RSA-PSS-SHA512", familyPSS, crypto.SHA512, oidPSS(), false}, true
	case ECDSASHA256:
		return algorithm{"ECDSA-SHA256", familyECDSA, crypto.SHA256, arcs{1, 2, 840, 10045, 4, 3, 2}, false}, true
	case ECDSASHA384:
		return algorithm{"ECDSA-SHA384", familyECDSA, crypto.SHA384, arcs{1, 2, 840, 10045, 4, 3, 3}, false}, true
	case ECDSASHA512:
		return algorithm{"ECDSA-SHA512", familyECDSA, crypto.SHA512, arcs{1, 2, 840, 10045, 4, 3, 4}, false}, true
	case Ed25519:
		return algorithm{"Ed25519", familyEd25519, crypto.SHA512, arcs{1, 3, 101, 112}, false}, true
	case RSAPKCS1SHA1:
		return algorithm{"RSA-PKCS1-SHA1", familyRSA, crypto.SHA1, arcs{1, 2, 840, 113549, 1, 1, 5}, true}, true
	case RSAPKCS1SHA224:
		return algorithm{"RSA-PKCS1-SHA224", familyRSA, crypto.SHA224, arcs{1, 2, 840, 113549, 1, 1, 14}, true}, true
	case ECDSASHA1:
		return algorithm{"ECDSA-SHA1", familyECDSA, crypto.SHA1, arcs{1, 2, 840, 10045, 4, 1}, true}, true
	case ECDSASHA224:
		return algorithm{"ECDSA-SHA224", familyECDSA, crypto.SHA224, arcs{1, 2, 840, 10045, 4, 3, 1}, true}, true
	}
	return a.describeSHA3()
}

// describeSHA3 returns the rows of FIPS 202 hashes, with the identifiers of the
// NIST register.
func (a Algorithm) describeSHA3() (algorithm, bool) {
	nist := func(n int) arcs { return arcs{2, 16, 840, 1, 101, 3, 4, 3, n} }
	switch a {
	case RSAPKCS1SHA3x256:
		return algorithm{"RSA-PKCS1-SHA3-256", familyRSA, crypto.SHA3_256, nist(14), false}, true
	case RSAPKCS1SHA3x384:
		return algorithm{"RSA-PKCS1-SHA3-384", familyRSA, crypto.SHA3_384, nist(15), false}, true
	case RSAPKCS1SHA3x512:
		return algorithm{"RSA-PKCS1-SHA3-512", familyRSA, crypto.SHA3_512, nist(16), false}, true
	case RSAPSSSHA3x256:
		return algorithm{"RSA-PSS-SHA3-256", familyPSS, crypto.SHA3_256, oidPSS(), false}, true
	case RSAPSSSHA3x384:
		return algorithm{"RSA-PSS-SHA3-384", familyPSS, crypto.SHA3_384, oidPSS(), false}, true
	case RSAPSSSHA3x512:
		return algorithm{"RSA-PSS-SHA3-512", familyPSS, crypto.SHA3_512, oidPSS(), false}, true
	case ECDSASHA3x256:
		return algorithm{"ECDSA-SHA3-256", familyECDSA, crypto.SHA3_256, nist(10), false}, true
	case ECDSASHA3x384:
		return algorithm{"ECDSA-SHA3-384", familyECDSA, crypto.SHA3_384, nist(11), false}, true
	case ECDSASHA3x512:
		return algorithm{"ECDSA-SHA3-512", familyECDSA, crypto.SHA3_512, nist(12), false}, true
	}
	return algorithm{}, false
}

func oidPSS() arcs { return arcs{1, 2, 840, 113549, 1, 1, 10} }

// all lists every Algorithm.
func all() []Algorithm {
	list := make([]Algorithm, 0, int(lastAlgorithm))
	for a := RSAPKCS1SHA256; a <= lastAlgorithm; a++ {
		list = append(list, a)
	}
	return list
}

// ErrUnsupported reports an algorithm, a key type or a combination of both
// that this package does not handle.
var ErrUnsupported = errors.New("signer: algorithm or key not supported")

// ErrSignature reports a signature that does not verify.
var ErrSignature = errors.New("signer: signature does not verify")

// ErrWeakKey reports a key too small to sign with.
var ErrWeakKey = errors.New("signer: key too small")

// Hash is the digest that belongs to the algorithm. For Ed25519, which signs
// the message itself, it is SHA-512, the digest that RFC 8419 prescribes for
// the message-digest attribute. It is zero for an unknown algorithm.
func (a Algorithm) Hash() crypto.Hash {
	row, _ := a.describe()
	return row.hash
}

// String is a readable name such as "ECDSA-SHA256".
func (a Algorithm) String() string {
	row, ok := a.describe()
	if !ok {
		return "unknown"
	}
	return row.name
}

// ParseAlgorithm finds the algorithm that String names. The error wraps
// ErrUnsupported.
func ParseAlgorithm(name string) (Algorithm, error) {
	for _, a := range all() {
		if a.String() == name {
			return a, nil
		}
	}
	return Unknown, fmt.Errorf("%w: no algorithm of this name", ErrUnsupported)
}

// PSS reports RSASSA-PSS.
func (a Algorithm) PSS() bool {
	row, _ := a.describe()
	return row.family == familyPSS
}

// Legacy reports an algorithm that is verified but never used to sign.
func (a Algorithm) Legacy() bool {
	row, _ := a.describe()
	return row.legacy
}

// DefaultAlgorithm chooses the algorithm for a public key and a digest:
// PKCS#1 v1.5 for RSA, ECDSA, or Ed25519. A zero digest means the one that
// matches the key's strength.
func DefaultAlgorithm(pub crypto.PublicKey, digest crypto.Hash) (Algorithm, error) {
	switch key := pub.(type) {
	case *rsa.PublicKey:
		return pick(orDefault(digest, crypto.SHA256), familyRSA)
	case *ecdsa.PublicKey:
		return pick(orDefault(digest, curveDigest(key)), familyECDSA)
	case ed25519.PublicKey:
		return pick(orDefault(digest, crypto.SHA512), familyEd25519)
	}
	return Unknown, fmt.Errorf("%w: key of type %T", ErrUnsupported, pub)
}

// PSSAlgorithm chooses the RSASSA-PSS algorithm for a digest.
func PSSAlgorithm(digest crypto.Hash) (Algorithm, error) {
	return pick(orDefault(digest, crypto.SHA256), familyPSS)
}

func orDefault(digest, fallback crypto.Hash) crypto.Hash {
	if digest == 0 {
		return fallback
	}
	return digest
}

func curveDigest(key *ecdsa.PublicKey) crypto.Hash {
	switch bits := key.Curve.Params().BitSize; {
	case bits <= 256:
		return crypto.SHA256
	case bits <= 384:
		return crypto.SHA384
	}
	return crypto.SHA512
}

// pick finds the algorithm of a family that may sign with a digest.
func pick(digest crypto.Hash, f family) (Algorithm, error) {
	for _, a := range all() {
		if row, _ := a.describe(); row.family == f && row.hash == digest && !row.legacy {
			return a, nil
		}
	}
	return Unknown, fmt.Errorf("%w: digest %v for this key", ErrUnsupported, digest)
}
