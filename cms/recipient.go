package cms

import (
	"crypto"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"fmt"

	"github.com/consigil/consigil/der"
	"github.com/consigil/consigil/signer"
	"golang.org/x/crypto/cryptobyte"
	casn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// Recipient opens what was encrypted for a certificate.
type Recipient struct {
	Certificate *x509.Certificate
	// Key is the certificate's private key: a crypto.Decrypter for RSA (it may
	// live in a device), an *ecdsa.PrivateKey or an *ecdh.PrivateKey.
	Key crypto.PrivateKey
}

// OpenEnvelope decrypts the EnvelopedData (RFC 5652 section 6) at the start of
// ber: RSA with PKCS #1 v1.5 or OAEP, or ephemeral-static Diffie-Hellman on an
// elliptic curve (RFC 5753). It fails with ErrNotRecipient where the
// content is addressed to others.
func (r Recipient) OpenEnvelope(ber []byte) ([]byte, error) {
	e, err := parseEnvelope(ber)
	if err != nil {
		return nil, err
	}
	c, err := contentCipherOf(e.cipher)
	if err != nil {
		return nil, err
	}
	for _, raw := range e.recipients {
		key, err := r.contentKey(raw, c)
		if err != nil {
			return nil, err
		}
		if key != nil {
			return c.decrypt(key, e.content)
		}
	}
	return nil, ErrNotRecipient
}

// contentKey takes the content's key out of a RecipientInfo; nil where it names
// another certificate, or is of a kind that no certificate opens.
func (r Recipient) contentKey(raw cryptobyte.String, c *contentCipher) ([]byte, error) {
	var seq cryptobyte.String
	if raw.PeekASN1Tag(casn1.SEQUENCE) {
		raw.ReadASN1(&seq, casn1.SEQUENCE)
		return r.transported(seq, c)
	}
	if raw.PeekASN1Tag(der.Explicit(1)) {
		raw.ReadASN1(&seq, der.Explicit(1))
		return r.agreed(seq)
	}
	return nil, nil
}

// transported is for KeyTransRecipientInfo, RFC 5652 section 6.2.1.
func (r Recipient) transported(seq cryptobyte.String, c *contentCipher) ([]byte, error) {
	var version int64
	var algorithm, encrypted cryptobyte.String
	if !seq.ReadASN1Integer(&version) {
		return nil, bad("KeyTransRecipientInfo")
	}
	id, ok := readRID(&seq)
	if !ok || !seq.ReadASN1Element(&algorithm, casn1.SEQUENCE) || !seq.ReadASN1(&encrypted, casn1.OCTET_STRING) {
		return nil, bad("KeyTransRecipientInfo")
	}
	if !id.names(r.Certificate) {
		return nil, nil
	}
	key, ok := r.Key.(crypto.Decrypter)
	if !ok {
		return nil, fmt.Errorf("%w: an RSA key is needed", ErrDecryption)
	}
	opts, err := transportOptions(algorithm, c.keySize)
	if err != nil {
		return nil, err
	}
	out, err := key.Decrypt(rand.Reader, encrypted, opts)
	if err != nil {
		return nil, ErrDecryption // why would help those who try things out
	}
	return out, nil
}

// transportOptions reads how RSA was used. With PKCS #1 v1.5 a key of the right
// size comes out of anything (RFC 3218 section 2.3.2), where the size is known.
func transportOptions(identifier cryptobyte.String, keySize int) (crypto.DecrypterOpts, error) {
	oid, params, ok := readIdentifier(identifier)
	switch {
	case !ok:
		return nil, bad("keyEncryptionAlgorithm")
	case oid.Equal(asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 1}):
		return &rsa.PKCS1v15DecryptOptions{SessionKeyLen: keySize}, nil //nolint:staticcheck // others encrypted so; we only read it
	case oid.Equal(asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 7}):
		return oaepOptions(params)
	}
	return nil, fmt.Errorf("%w: key transport", ErrAlgorithm)
}

// oaepOptions reads RSAES-OAEP-params, RFC 4055 section 4.1.
func oaepOptions(params cryptobyte.String) (crypto.DecrypterOpts, error) {
	opts := &rsa.OAEPOptions{Hash: crypto.SHA1, MGFHash: crypto.SHA1}
	var seq, hash, mgf, source cryptobyte.String
	var hasHash, hasMGF, hasSource bool
	if params.Empty() {
		return opts, nil
	}
	if !params.ReadASN1(&seq, casn1.SEQUENCE) || !seq.ReadOptionalASN1(&hash, &hasHash, der.Explicit(0)) ||
		!seq.ReadOptionalASN1(&mgf, &hasMGF, der.Explicit(1)) || !seq.ReadOptionalASN1(&source, &hasSource, der.Explicit(2)) {
		return nil, bad("RSAES-OAEP-params")
	}
	if hasHash {
		opts.Hash = digestOrSHA1(hash)
	}
	if hasMGF {
		_, inner, ok := readIdentifier(mgf)
		if !ok {
			return nil, bad("RSAES-OAEP-params")
		}
		opts.MGFHash = digestOrSHA1(inner)
	}
	if hasSource {
		_, label, ok := readIdentifier(source)
		var octets cryptobyte.String
		if !ok || !label.ReadASN1(&octets, casn1.OCTET_STRING) {
			return nil, bad("RSAES-OAEP-params")
		}
		opts.Label = octets
	}
	if opts.Hash == 0 || opts.MGFHash == 0 {
		return nil, fmt.Errorf("%w: hash of OAEP", ErrAlgorithm)
	}
	return opts, nil
}

// digestOrSHA1 is digestOf for places where SHA-1 is no weakness.
func digestOrSHA1(identifier cryptobyte.String) crypto.Hash {
	oid, _, ok := readIdentifier(identifier)
	switch {
	case !ok:
		return 0
	case oid.Equal(asn1.ObjectIdentifier{1, 3, 14, 3, 2, 26}):
		return crypto.SHA1
	case oid.Equal(asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 4}):
		return crypto.SHA224
	}
	return signer.DigestByOID(oid)
}

// readIdentifier reads AlgorithmIdentifier; params is what follows the
// identifier, as an element or nothing.
func readIdentifier(in cryptobyte.String) (oid asn1.ObjectIdentifier, params cryptobyte.String, ok bool) {
	var seq cryptobyte.String
	ok = in.ReadASN1(&seq, casn1.SEQUENCE) && seq.ReadASN1ObjectIdentifier(&oid)
	return oid, seq, ok
}

// exchange does Diffie-Hellman with the recipient's key.
func (r Recipient) exchange(point []byte) ([]byte, error) {
	private, err := r.agreementKey()
	if err != nil {
		return nil, err
	}
	public, err := private.Curve().NewPublicKey(point)
	if err != nil {
		return nil, bad("originator's key is no point of the curve")
	}
	z, err := private.ECDH(public)
	if err != nil {
		return nil, ErrDecryption
	}
	return z, nil
}

func (r Recipient) agreementKey() (*ecdh.PrivateKey, error) {
	switch key := r.Key.(type) {
	case *ecdh.PrivateKey:
		return key, nil
	case *ecdsa.PrivateKey:
		private, err := key.ECDH()
		if err != nil {
			return nil, fmt.Errorf("%w: curve", ErrAlgorithm)
		}
		return private, nil
	}
	return nil, fmt.Errorf("%w: a key on an elliptic curve is needed", ErrDecryption)
}
