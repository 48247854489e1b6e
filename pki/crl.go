package pki

import (
	"bytes"
	"crypto/x509"
	"encoding/asn1"
	"fmt"
	"math/big"
	"time"

	"github.com/consigil/consigil/der"
	"golang.org/x/crypto/cryptobyte"
	casn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// CRL is a parsed CertificateList. Its entries stay encoded and are scanned
// when asked for, so that a list of a million entries costs no memory of its
// own.
type CRL struct {
	Raw          []byte
	Issuer       []byte // DER Name
	ThisUpdate   time.Time
	NextUpdate   time.Time // zero where the list gives none
	Number       *big.Int  // nil where the list gives none
	AuthorityKey []byte    // key identifier of the issuer, may be empty
	ExpiredSince time.Time // expiredCertsOnCRL, zero where absent
	Delta        bool      // a delta CRL: says nothing by itself
	BaseNumber   *big.Int  // of a delta CRL
	Scope        Scope

	tbs         []byte
	signatureID []byte
	signature   []byte
	entries     []byte
	scopeRaw    []byte
	unknown     bool // an unknown critical extension stands in the list
}

// Scope is the issuing distribution point of a CRL, RFC 5280 section 5.2.5.
// The zero value is a complete list.
type Scope struct {
	Present       bool
	OnlyUser      bool
	OnlyCA        bool
	OnlyAttribute bool
	Indirect      bool
	Reasons       []byte   // onlySomeReasons, bit string octets; nil for all
	FullNames     [][]byte // DER GeneralName
	RelativeName  []byte   // DER attributes of the RDN; nil where absent
}

// ParseCRL reads a DER CertificateList, RFC 5280 section 5.1.
func ParseCRL(raw []byte) (*CRL, error) {
	if len(raw) > MaxCRL {
		return nil, fmt.Errorf("%w: CRL of %d octets", ErrLimit, len(raw))
	}
	c := &CRL{Raw: raw}
	input := cryptobyte.String(raw)
	var outer, tbs, identifier cryptobyte.String
	var signature asn1.BitString
	if !input.ReadASN1(&outer, casn1.SEQUENCE) || !input.Empty() ||
		!outer.ReadASN1Element(&tbs, casn1.SEQUENCE) || !outer.ReadASN1Element(&identifier, casn1.SEQUENCE) ||
		!outer.ReadASN1BitString(&signature) || !outer.Empty() || signature.BitLength%8 != 0 {
		return nil, fmt.Errorf("%w: CRL", ErrMalformed)
	}
	c.tbs, c.signatureID, c.signature = tbs, identifier, signature.Bytes
	if err := c.readTBS(tbs); err != nil {
		return nil, err
	}
	return c, nil
}

var errCRL = fmt.Errorf("%w: CRL contents", ErrMalformed)

func (c *CRL) readTBS(element cryptobyte.String) error {
	var tbs, identifier, issuer, extensions cryptobyte.String
	var version int64
	if !element.ReadASN1(&tbs, casn1.SEQUENCE) {
		return errCRL
	}
	if tbs.PeekASN1Tag(casn1.INTEGER) && (!tbs.ReadASN1Integer(&version) || version != 1) {
		return errCRL
	}
	if !tbs.ReadASN1Element(&identifier, casn1.SEQUENCE) || !bytes.Equal(identifier, c.signatureID) ||
		!tbs.ReadASN1Element(&issuer, casn1.SEQUENCE) || !readTime(&tbs, &c.ThisUpdate) {
		return errCRL
	}
	c.Issuer = issuer
	if isTime(tbs) && !readTime(&tbs, &c.NextUpdate) {
		return errCRL
	}
	if tbs.PeekASN1Tag(casn1.SEQUENCE) {
		var entries cryptobyte.String
		if !tbs.ReadASN1(&entries, casn1.SEQUENCE) {
			return errCRL
		}
		c.entries = entries
	}
	if tbs.Empty() {
		return nil
	}
	if version != 1 || !tbs.ReadASN1(&extensions, der.Explicit(0)) || !tbs.Empty() {
		return errCRL
	}
	return c.readExtensions(extensions)
}

func isTime(s cryptobyte.String) bool {
	return s.PeekASN1Tag(casn1.UTCTime) || s.PeekASN1Tag(casn1.GeneralizedTime)
}

func readTime(s *cryptobyte.String, out *time.Time) bool {
	if s.PeekASN1Tag(casn1.UTCTime) {
		return s.ReadASN1UTCTime(out)
	}
	return s.ReadASN1GeneralizedTime(out)
}

func (c *CRL) readExtensions(in cryptobyte.String) error {
	var list cryptobyte.String
	if !in.ReadASN1(&list, casn1.SEQUENCE) || !in.Empty() {
		return fmt.Errorf("%w: CRL extensions", ErrMalformed)
	}
	return eachExtension(list, func(oid asn1.ObjectIdentifier, critical bool, value cryptobyte.String) error {
		ok := true
		switch {
		case oid.Equal(asn1.ObjectIdentifier{2, 5, 29, 20}):
			c.Number = new(big.Int)
			ok = value.ReadASN1Integer(c.Number) && value.Empty()
		case oid.Equal(asn1.ObjectIdentifier{2, 5, 29, 27}):
			c.Delta, c.BaseNumber = true, new(big.Int)
			ok = value.ReadASN1Integer(c.BaseNumber) && value.Empty()
		case oid.Equal(asn1.ObjectIdentifier{2, 5, 29, 28}):
			c.scopeRaw = value
			ok = c.Scope.read(value)
		case oid.Equal(asn1.ObjectIdentifier{2, 5, 29, 35}):
			c.AuthorityKey, ok = readAuthorityKey(value)
		case oid.Equal(oidExpiredCertsOnCRL()):
			ok = value.ReadASN1GeneralizedTime(&c.ExpiredSince)
		default:
			c.unknown = c.unknown || critical
		}
		if !ok {
			return fmt.Errorf("%w: CRL extension %v", ErrMalformed, oid)
		}
		return nil
	})
}

// eachExtension reads Extension after Extension.
func eachExtension(list cryptobyte.String, visit func(oid asn1.ObjectIdentifier, critical bool, value cryptobyte.String) error) error {
	for !list.Empty() {
		var ext, value cryptobyte.String
		var oid asn1.ObjectIdentifier
		critical := false
		if !list.ReadASN1(&ext, casn1.SEQUENCE) || !ext.ReadASN1ObjectIdentifier(&oid) ||
			ext.PeekASN1Tag(casn1.BOOLEAN) && !ext.ReadASN1Boolean(&critical) ||
			!ext.ReadASN1(&value, casn1.OCTET_STRING) || !ext.Empty() {
			return fmt.Errorf("%w: extension", ErrMalformed)
		}
		if err := visit(oid, critical, value); err != nil {
			return err
		}
	}
	return nil
}

func readAuthorityKey(value cryptobyte.String) ([]byte, bool) {
	var seq, id cryptobyte.String
	var present bool
	ok := value.ReadASN1(&seq, casn1.SEQUENCE) && seq.ReadOptionalASN1(&id, &present, casn1.Tag(0).ContextSpecific())
	return id, ok
}

// read reads IssuingDistributionPoint.
func (s *Scope) read(value cryptobyte.String) bool {
	s.Present = true
	var seq cryptobyte.String
	if !value.ReadASN1(&seq, casn1.SEQUENCE) || !value.Empty() {
		return false
	}
	var point, reasons cryptobyte.String
	var hasPoint, hasReasons bool
	if !seq.ReadOptionalASN1(&point, &hasPoint, der.Explicit(0)) || hasPoint && !s.readPoint(point) {
		return false
	}
	ok := readFlag(&seq, 1, &s.OnlyUser) && readFlag(&seq, 2, &s.OnlyCA) &&
		seq.ReadOptionalASN1(&reasons, &hasReasons, casn1.Tag(3).ContextSpecific()) &&
		readFlag(&seq, 4, &s.Indirect) && readFlag(&seq, 5, &s.OnlyAttribute) && seq.Empty()
	if hasReasons && len(reasons) > 0 {
		s.Reasons = reasons[1:]
	}
	return ok
}

func readFlag(seq *cryptobyte.String, tag uint8, out *bool) bool {
	var value cryptobyte.String
	var present bool
	if !seq.ReadOptionalASN1(&value, &present, casn1.Tag(tag).ContextSpecific()) {
		return false
	}
	*out = present && len(value) == 1 && value[0] != 0
	return !present || len(value) == 1
}

// readPoint reads DistributionPointName.
func (s *Scope) readPoint(point cryptobyte.String) bool {
	full, relative, ok := distributionPointName(point)
	s.FullNames, s.RelativeName = full, relative
	return ok
}

func distributionPointName(point cryptobyte.String) (full [][]byte, relative []byte, ok bool) {
	var names cryptobyte.String
	switch {
	case point.PeekASN1Tag(der.Explicit(0)):
		if !point.ReadASN1(&names, der.Explicit(0)) {
			return nil, nil, false
		}
		elements, err := der.Elements(names, 256)
		return elements, nil, err == nil
	case point.PeekASN1Tag(der.Explicit(1)):
		ok := point.ReadASN1(&names, der.Explicit(1))
		return nil, names, ok
	}
	return nil, nil, false
}

// VerifySignature checks that the issuer signed the list and may do so.
func (c *CRL) VerifySignature(issuer *x509.Certificate) error { return c.verify(issuer, nil) }

func (c *CRL) verify(issuer *x509.Certificate, checks *Checks) error {
	if !bytes.Equal(c.Issuer, issuer.RawSubject) && !sameName(c.Issuer, issuer.RawSubject) {
		return fmt.Errorf("%w: names differ", ErrIssuer)
	}
	if issuer.KeyUsage != 0 && issuer.KeyUsage&x509.KeyUsageCRLSign == 0 {
		return fmt.Errorf("%w: cRLSign", ErrUsage)
	}
	if err := checks.verify(issuer, c.signatureID, c.tbs, c.signature); err != nil {
		return fmt.Errorf("%w: %w", ErrIssuer, err)
	}
	return nil
}

// Check says what the list says about cert at a time. It verifies that issuer
// is the certificate's issuer, signed the list, and that the list was not out
// of date at that time and covers the certificate. A list from later than the
// time is as good, for it knows more: a certificate revoked after the time is
// good at it, with RevokedAt telling when it was revoked. A certificate that
// had expired before the list is not covered unless the list says that it
// keeps such.
func (c *CRL) Check(cert, issuer *x509.Certificate, at time.Time) (Status, error) {
	status := Status{ThisUpdate: c.ThisUpdate, NextUpdate: c.NextUpdate}
	if !bytes.Equal(cert.RawIssuer, issuer.RawSubject) && !sameName(cert.RawIssuer, issuer.RawSubject) {
		return status, fmt.Errorf("%w: not the certificate's issuer", ErrIssuer)
	}
	if err := c.VerifySignature(issuer); err != nil {
		return status, err
	}
	if err := c.covers(cert); err != nil {
		return status, err
	}
	if c.NextUpdate.IsZero() || c.NextUpdate.Before(at) {
		return status, ErrStale
	}
	if cert.NotAfter.Before(c.ThisUpdate) && (c.ExpiredSince.IsZero() || cert.NotAfter.Before(c.ExpiredSince)) {
		return status, fmt.Errorf("%w: it had expired before the list", ErrNotCovered)
	}
	return c.lookup(cert, status, at)
}

// covers reports whether the list speaks about the certificate, completely.
func (c *CRL) covers(cert *x509.Certificate) error {
	switch {
	case c.unknown:
		return fmt.Errorf("%w: unknown critical extension", ErrNotCovered)
	case c.Delta:
		return fmt.Errorf("%w: a delta CRL", ErrNotCovered)
	case c.Scope.OnlyAttribute || c.Scope.OnlyUser && cert.IsCA || c.Scope.OnlyCA && !cert.IsCA:
		return fmt.Errorf("%w: other kind of certificate", ErrNotCovered)
	case c.Scope.Reasons != nil:
		return fmt.Errorf("%w: some reasons only", ErrNotCovered)
	case c.Scope.hasName() && !c.Scope.matches(cert, c.Issuer):
		return fmt.Errorf("%w: other distribution point", ErrNotCovered)
	}
	return nil
}

// lookup finds the certificate's entry.
func (c *CRL) lookup(cert *x509.Certificate, status Status, at time.Time) (Status, error) {
	entry, err := c.find(cert.SerialNumber, cert.RawIssuer)
	if err != nil {
		return status, err
	}
	status.State = StateGood
	if entry == nil {
		return status, nil
	}
	status.RevokedAt, status.Reason = entry.At, entry.Reason
	if !entry.At.After(at) {
		status.State = StateRevoked
	}
	return status, nil
}

// find scans for an entry of the serial number issued by the named issuer. In
// a direct list every entry is the CRL issuer's.
func (c *CRL) find(serial *big.Int, issuer []byte) (*Revoked, error) {
	want, err := encodeSerial(serial)
	if err != nil {
		return nil, err
	}
	entries := cryptobyte.String(c.entries)
	current := c.Issuer
	for !entries.Empty() {
		var entry, number cryptobyte.String
		if !entries.ReadASN1(&entry, casn1.SEQUENCE) || !entry.ReadASN1Element(&number, casn1.INTEGER) {
			return nil, fmt.Errorf("%w: CRL entry", ErrMalformed)
		}
		match := bytes.Equal(number, want)
		if !match && !c.Scope.Indirect {
			continue
		}
		r, named, err := readEntry(entry)
		if err != nil {
			return nil, err
		}
		if named != nil {
			current = named
		}
		if match && sameName(current, issuer) {
			r.Serial = serial
			return r, nil
		}
	}
	return nil, nil // no entry is an answer
}

func encodeSerial(serial *big.Int) ([]byte, error) {
	var b cryptobyte.Builder
	b.AddASN1BigInt(serial)
	out, err := b.Bytes()
	if err != nil {
		return nil, fmt.Errorf("pki: serial number: %w", err)
	}
	return out, nil
}

// readEntry reads the rest of a CRL entry; issuer is its certificateIssuer,
// where it has one.
func readEntry(entry cryptobyte.String) (r *Revoked, issuer []byte, err error) {
	r = &Revoked{}
	if !readTime(&entry, &r.At) {
		return nil, nil, fmt.Errorf("%w: date of a CRL entry", ErrMalformed)
	}
	if entry.Empty() {
		return r, nil, nil
	}
	var list cryptobyte.String
	if !entry.ReadASN1(&list, casn1.SEQUENCE) || !entry.Empty() {
		return nil, nil, fmt.Errorf("%w: CRL entry extensions", ErrMalformed)
	}
	err = eachExtension(list, func(oid asn1.ObjectIdentifier, critical bool, value cryptobyte.String) error {
		ok := true
		switch {
		case oid.Equal(asn1.ObjectIdentifier{2, 5, 29, 21}):
			ok = value.ReadASN1Enum(&r.Reason) && value.Empty()
		case oid.Equal(asn1.ObjectIdentifier{2, 5, 29, 29}):
			issuer, ok = directoryName(value)
		case critical:
			ok = oid.Equal(asn1.ObjectIdentifier{2, 5, 29, 24})
		}
		if !ok {
			return fmt.Errorf("%w: CRL entry extension %v", ErrMalformed, oid)
		}
		return nil
	})
	return r, issuer, err
}

// directoryName is the first directory name of GeneralNames.
func directoryName(value cryptobyte.String) ([]byte, bool) {
	var names cryptobyte.String
	if !value.ReadASN1(&names, casn1.SEQUENCE) {
		return nil, false
	}
	for !names.Empty() {
		var name cryptobyte.String
		var tag casn1.Tag
		if !names.ReadAnyASN1(&name, &tag) {
			return nil, false
		}
		if tag == der.Explicit(4) {
			return name, true
		}
	}
	return nil, false
}
