package pki

import (
	"bytes"
	"crypto/x509"
	"encoding/asn1"
	"fmt"
	"math/big"

	"github.com/consigil/consigil/der"
	"golang.org/x/crypto/cryptobyte"
	casn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// ParseCertificate reads a DER certificate as crypto/x509 does, and then some
// kinds that it refuses although signatures made with them have to be
// validated: those with a negative serial number, which were once common, and
// those with a distribution point relative to its CRL issuer. The key of an
// RSASSA-PSS certificate is read as well. Raw, RawTBSCertificate, SerialNumber
// and Extensions are those of the input; such a certificate must not be used
// as a template.
func ParseCertificate(raw []byte) (*x509.Certificate, error) {
	cert, err := x509.ParseCertificate(raw)
	if err != nil {
		patched, ok := parsePatched(raw)
		if !ok {
			return nil, fmt.Errorf("%w: certificate: %w", ErrMalformed, err)
		}
		cert = patched
	}
	if cert.PublicKey == nil {
		addPSSKey(cert)
	}
	return cert, nil
}

// addPSSKey reads the key of an id-RSASSA-PSS certificate, which crypto/x509
// leaves out. Parameters that limit the key to some PSS are not enforced.
func addPSSKey(cert *x509.Certificate) {
	spki := cryptobyte.String(cert.RawSubjectPublicKeyInfo)
	var seq, identifier cryptobyte.String
	var oid asn1.ObjectIdentifier
	var bits asn1.BitString
	if !spki.ReadASN1(&seq, casn1.SEQUENCE) || !seq.ReadASN1(&identifier, casn1.SEQUENCE) ||
		!identifier.ReadASN1ObjectIdentifier(&oid) || !oid.Equal(asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 10}) ||
		!seq.ReadASN1BitString(&bits) {
		return
	}
	if key, err := x509.ParsePKCS1PublicKey(bits.RightAlign()); err == nil {
		cert.PublicKey, cert.PublicKeyAlgorithm = key, x509.RSA
	}
}

// stand is the object identifier 2.5.29.127, which nothing uses, under which
// an extension is hidden from crypto/x509; what is hidden is 2.5.29.31.
const (
	hidden = 31
	stand  = 127
)

// parsePatched parses a copy in which the troubling octets are replaced by
// harmless ones of the same length, and then puts the true ones back.
func parsePatched(raw []byte) (*x509.Certificate, bool) {
	raw = bytes.Clone(raw) // exact capacity, so that offsets can be told
	patched := bytes.Clone(raw)
	serial, tbs, ok := patch(raw[:len(raw):len(raw)], patched)
	if !ok {
		return nil, false
	}
	cert, err := x509.ParseCertificate(patched)
	if err != nil {
		return nil, false
	}
	cert.Raw, cert.RawTBSCertificate, cert.SerialNumber = raw, tbs, serial
	for i := range cert.Extensions {
		if cert.Extensions[i].Id.Equal(asn1.ObjectIdentifier{2, 5, 29, stand}) {
			cert.Extensions[i].Id = asn1.ObjectIdentifier{2, 5, 29, hidden}
		}
	}
	return cert, true
}

// patch changes the copy and returns the true serial number and the octets
// that are signed. It is false where there is nothing to patch.
func patch(raw cryptobyte.String, copied []byte) (serial *big.Int, signed []byte, ok bool) {
	offset := func(part cryptobyte.String) int { return cap(raw) - cap(part) }
	in := raw
	var outer, tbs, number cryptobyte.String
	serial = new(big.Int)
	if !in.ReadASN1(&outer, casn1.SEQUENCE) {
		return nil, nil, false
	}
	element := outer
	var whole cryptobyte.String
	if !element.ReadASN1Element(&whole, casn1.SEQUENCE) || !outer.ReadASN1(&tbs, casn1.SEQUENCE) ||
		!tbs.SkipOptionalASN1(der.Explicit(0)) {
		return nil, nil, false
	}
	value := tbs
	if !tbs.ReadASN1(&number, casn1.INTEGER) || !value.ReadASN1Integer(serial) || len(number) == 0 {
		return nil, nil, false
	}
	if serial.Sign() < 0 {
		copied[offset(number)] = 1
	}
	found := serial.Sign() < 0
	for _, at := range hiddenExtensions(tbs, offset) {
		copied[at] = stand
		found = true
	}
	return serial, whole, found
}

// hiddenExtensions are the places of the last octet of the identifiers of the
// extensions to hide.
func hiddenExtensions(tbs cryptobyte.String, offset func(cryptobyte.String) int) []int {
	for range 5 { // signature, issuer, validity, subject, public key
		if !tbs.SkipASN1(casn1.SEQUENCE) {
			return nil
		}
	}
	var wrapped, list cryptobyte.String
	if !tbs.SkipOptionalASN1(casn1.Tag(1).ContextSpecific()) || !tbs.SkipOptionalASN1(casn1.Tag(2).ContextSpecific()) ||
		!tbs.ReadASN1(&wrapped, der.Explicit(3)) || !wrapped.ReadASN1(&list, casn1.SEQUENCE) {
		return nil
	}
	var out []int
	for !list.Empty() {
		var ext, id cryptobyte.String
		if !list.ReadASN1(&ext, casn1.SEQUENCE) || !ext.ReadASN1(&id, casn1.OBJECT_IDENTIFIER) {
			return nil
		}
		if bytes.Equal(id, []byte{0x55, 0x1d, hidden}) {
			out = append(out, offset(id)+2)
		}
	}
	return out
}
