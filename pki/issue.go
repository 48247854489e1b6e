package pki

import (
	"context"
	"crypto"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"fmt"
	"io"
	"math/big"
	"time"

	"github.com/consigil/consigil/signer"
	"golang.org/x/crypto/cryptobyte"
	casn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// Issue signs a certificate for pub with the parent's key; a parent that is
// the template itself makes a root. The subject key identifier is derived
// from pub where the template names none. The serial number must be set: the
// caller owns its uniqueness and its randomness.
func Issue(ctx context.Context, template, parent *x509.Certificate, pub crypto.PublicKey, parentSigner signer.Signer) (*x509.Certificate, error) {
	if template.SerialNumber == nil || template.SerialNumber.Sign() <= 0 {
		return nil, fmt.Errorf("%w: serial number", ErrMalformed)
	}
	if err := checkIssuer(template, parent, parentSigner); err != nil {
		return nil, err
	}
	filled := *template
	if len(filled.SubjectKeyId) == 0 {
		id, err := KeyIdentifier(pub)
		if err != nil {
			return nil, err
		}
		filled.SubjectKeyId = id
	}
	if parent == template {
		parent = &filled
		filled.AuthorityKeyId = filled.SubjectKeyId
	}
	key, err := newSigningKey(ctx, parentSigner)
	if err != nil {
		return nil, err
	}
	filled.SignatureAlgorithm = key.x509
	raw, err := x509.CreateCertificate(noRandom{}, &filled, parent, pub, key)
	if err != nil {
		return nil, fmt.Errorf("pki: issue: %w", err)
	}
	cert, err := x509.ParseCertificate(raw)
	if err != nil {
		return nil, fmt.Errorf("pki: issue: %w", err)
	}
	return cert, nil
}

// checkIssuer refuses to sign as somebody else or beyond what the issuer may.
func checkIssuer(template, parent *x509.Certificate, s signer.Signer) error {
	if parent == template {
		return nil
	}
	if !signer.Matches(parent, s.Public()) {
		return fmt.Errorf("%w: the signer is not the issuer's key", ErrUsage)
	}
	if !parent.IsCA || parent.KeyUsage != 0 && parent.KeyUsage&x509.KeyUsageCertSign == 0 {
		return fmt.Errorf("%w: the issuer may not sign certificates", ErrUsage)
	}
	if template.NotAfter.Truncate(time.Second).After(parent.NotAfter) {
		return fmt.Errorf("%w: the certificate would outlive its issuer", ErrConstraints)
	}
	return nil
}

// KeyIdentifier derives a key identifier: the leftmost 160 bits of the SHA-256
// of the public key's BIT STRING, RFC 7093 section 2 method 1.
func KeyIdentifier(pub crypto.PublicKey) ([]byte, error) {
	spki, err := x509.MarshalPKIXPublicKey(pub)
	if err != nil {
		return nil, fmt.Errorf("pki: key identifier: %w", err)
	}
	bits, err := publicKeyBits(spki)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(bits)
	return sum[:20], nil
}

// publicKeyBits is the content of subjectPublicKey in a SubjectPublicKeyInfo.
func publicKeyBits(spki cryptobyte.String) ([]byte, error) {
	var seq, identifier cryptobyte.String
	var bits asn1.BitString
	if !spki.ReadASN1(&seq, casn1.SEQUENCE) || !seq.ReadASN1(&identifier, casn1.SEQUENCE) || !seq.ReadASN1BitString(&bits) {
		return nil, fmt.Errorf("%w: public key", ErrMalformed)
	}
	return bits.Bytes, nil
}

// RandomSerial reads a serial number of 127 random bits with the top one set,
// so that all have the same length and none is zero or negative.
func RandomSerial(random io.Reader) (*big.Int, error) {
	buf := make([]byte, 16)
	if _, err := io.ReadFull(random, buf); err != nil {
		return nil, fmt.Errorf("pki: serial number: %w", err)
	}
	buf[0] = buf[0]&0x3f | 0x40
	return new(big.Int).SetBytes(buf), nil
}

// signingKey lets crypto/x509 sign with a signer.Signer, which hashes by
// itself. It signs one structure and is then thrown away.
type signingKey struct {
	ctx       context.Context // crypto.Signer has no place for one
	signer    signer.Signer
	algorithm signer.Algorithm
	x509      x509.SignatureAlgorithm
}

func newSigningKey(ctx context.Context, s signer.Signer) (*signingKey, error) {
	alg, err := signer.DefaultAlgorithm(s.Public(), 0)
	if err != nil {
		return nil, fmt.Errorf("pki: sign: %w", err)
	}
	key := &signingKey{ctx: ctx, signer: s, algorithm: alg}
	switch alg {
	case signer.RSAPKCS1SHA256:
		key.x509 = x509.SHA256WithRSA
	case signer.ECDSASHA256:
		key.x509 = x509.ECDSAWithSHA256
	case signer.ECDSASHA384:
		key.x509 = x509.ECDSAWithSHA384
	case signer.ECDSASHA512:
		key.x509 = x509.ECDSAWithSHA512
	case signer.Ed25519:
		key.x509 = x509.PureEd25519
	default:
		return nil, fmt.Errorf("pki: sign: %w: %v", signer.ErrUnsupported, alg)
	}
	return key, nil
}

func (k *signingKey) Public() crypto.PublicKey { return k.signer.Public() }

// Sign is asked by crypto/x509 only where the message itself is given.
func (k *signingKey) Sign(_ io.Reader, message []byte, opts crypto.SignerOpts) ([]byte, error) {
	if opts.HashFunc() != 0 {
		return nil, errors.New("pki: a digest was given where the message is needed")
	}
	return k.signer.Sign(k.ctx, k.algorithm, message)
}

// SignMessage signs the whole message, see crypto.MessageSigner.
func (k *signingKey) SignMessage(_ io.Reader, message []byte, _ crypto.SignerOpts) ([]byte, error) {
	return k.signer.Sign(k.ctx, k.algorithm, message)
}

// noRandom is the source of randomness of a caller that needs none: the
// signer brings its own, and the serial number is given.
type noRandom struct{}

func (noRandom) Read([]byte) (int, error) {
	return 0, errors.New("pki: randomness asked for")
}
