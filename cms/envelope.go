package cms

import (
	"bytes"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"

	"github.com/consigil/consigil/der"
	"github.com/consigil/consigil/pki"
	"golang.org/x/crypto/cryptobyte"
	casn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// MaxRecipients is how many recipients of one EnvelopedData are looked at.
const MaxRecipients = 1024

// Why an EnvelopedData was not opened.
var (
	ErrNotRecipient = errors.New("cms: not addressed to this certificate")
	ErrDecryption   = errors.New("cms: cannot be decrypted with this key")
)

// oidEnvelopedData is id-envelopedData, RFC 5652 section 6.
func oidEnvelopedData() asn1.ObjectIdentifier {
	return asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 3}
}

// envelope is a parsed EnvelopedData (RFC 5652 section 6.1).
type envelope struct {
	recipients [][]byte          // RecipientInfo, DER
	cipher     cryptobyte.String // AlgorithmIdentifier of the content
	content    []byte            // encrypted
}

// rid names a recipient's certificate: by issuer and serial number, or by key.
type rid struct {
	issuer []byte
	serial *big.Int
	keyID  []byte
}

func (r rid) names(c *x509.Certificate) bool {
	if len(r.keyID) > 0 {
		return bytes.Equal(r.keyID, c.SubjectKeyId)
	}
	return r.serial != nil && r.serial.Cmp(c.SerialNumber) == 0 && pki.SameName(r.issuer, c.RawIssuer)
}

// parseEnvelope reads the ContentInfo at the start of ber, which may be BER.
func parseEnvelope(ber []byte) (*envelope, error) {
	norm, err := der.Normalize(ber, limits())
	if errors.Is(err, der.ErrLimit) {
		return nil, fmt.Errorf("%w: %w", ErrLimit, err)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	body, err := openTyped(norm.DER, oidEnvelopedData())
	if err != nil {
		return nil, err
	}
	e := &envelope{}
	var version int64
	var originator, recipients, content cryptobyte.String
	var present bool
	if !body.ReadASN1Integer(&version) || !body.ReadOptionalASN1(&originator, &present, der.Explicit(0)) ||
		!body.ReadASN1(&recipients, casn1.SET) || !body.ReadASN1(&content, casn1.SEQUENCE) {
		return nil, bad("EnvelopedData")
	}
	if e.recipients, err = der.Elements(recipients, MaxRecipients); err != nil {
		return nil, fmt.Errorf("%w: recipientInfos: %w", ErrMalformed, err)
	}
	return e, e.readContent(content)
}

// readContent reads EncryptedContentInfo. The octets may stand in pieces: their
// tag is implicit, so nothing but the place says that they are octets.
func (e *envelope) readContent(seq cryptobyte.String) error {
	var oid asn1.ObjectIdentifier
	if !seq.ReadASN1ObjectIdentifier(&oid) || !seq.ReadASN1Element(&e.cipher, casn1.SEQUENCE) {
		return bad("EncryptedContentInfo")
	}
	var whole cryptobyte.String
	if seq.PeekASN1Tag(casn1.Tag(0).ContextSpecific()) {
		ok := seq.ReadASN1(&whole, casn1.Tag(0).ContextSpecific())
		e.content = whole
		return boolError(ok, "encryptedContent")
	}
	if !seq.ReadASN1(&whole, der.Explicit(0)) {
		return bad("encryptedContent is missing")
	}
	for !whole.Empty() {
		var piece cryptobyte.String
		if !whole.ReadASN1(&piece, casn1.OCTET_STRING) {
			return bad("encryptedContent")
		}
		e.content = append(e.content, piece...)
	}
	return nil
}

func boolError(ok bool, what string) error {
	if ok {
		return nil
	}
	return bad(what)
}

// readRID reads RecipientIdentifier, or KeyAgreeRecipientIdentifier, whose
// second choice holds the key identifier in a sequence.
func readRID(in *cryptobyte.String) (rid, bool) {
	var r rid
	var inner cryptobyte.String
	switch {
	case in.PeekASN1Tag(casn1.Tag(0).ContextSpecific()):
		ok := in.ReadASN1(&inner, casn1.Tag(0).ContextSpecific())
		r.keyID = inner
		return r, ok
	case in.PeekASN1Tag(der.Explicit(0)):
		var id cryptobyte.String
		ok := in.ReadASN1(&inner, der.Explicit(0)) && inner.ReadASN1(&id, casn1.OCTET_STRING)
		r.keyID = id
		return r, ok
	}
	var issuer cryptobyte.String
	r.serial = new(big.Int)
	ok := in.ReadASN1(&inner, casn1.SEQUENCE) && inner.ReadASN1Element(&issuer, casn1.SEQUENCE) && inner.ReadASN1Integer(r.serial)
	r.issuer = issuer
	return r, ok
}
