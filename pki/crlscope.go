package pki

import (
	"bytes"
	"crypto/x509"
	"encoding/asn1"

	"github.com/consigil/consigil/der"
	"golang.org/x/crypto/cryptobyte"
	casn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// distributionPoint is one DistributionPoint of a certificate, RFC 5280
// section 4.2.1.13.
type distributionPoint struct {
	fullNames    [][]byte // DER GeneralName
	relativeName []byte
	reasons      []byte   // nil for all
	issuers      [][]byte // DER Name of each cRLIssuer
}

// distributionPoints reads the extension; a malformed one counts as none.
func distributionPoints(cert *x509.Certificate) []distributionPoint {
	for _, ext := range cert.Extensions {
		if ext.Id.Equal(asn1.ObjectIdentifier{2, 5, 29, 31}) {
			return readDistributionPoints(ext.Value)
		}
	}
	return nil
}

func readDistributionPoints(value cryptobyte.String) []distributionPoint {
	var list cryptobyte.String
	if !value.ReadASN1(&list, casn1.SEQUENCE) {
		return nil
	}
	var out []distributionPoint
	for !list.Empty() {
		var seq, point, reasons, issuers cryptobyte.String
		var hasPoint, hasReasons, hasIssuers bool
		if !list.ReadASN1(&seq, casn1.SEQUENCE) || !seq.ReadOptionalASN1(&point, &hasPoint, der.Explicit(0)) ||
			!seq.ReadOptionalASN1(&reasons, &hasReasons, casn1.Tag(1).ContextSpecific()) ||
			!seq.ReadOptionalASN1(&issuers, &hasIssuers, der.Explicit(2)) {
			return nil
		}
		var d distributionPoint
		if hasPoint {
			d.fullNames, d.relativeName, _ = distributionPointName(point)
		}
		if hasReasons && len(reasons) > 0 {
			d.reasons = reasons[1:]
		}
		d.issuers = directoryNames(issuers)
		out = append(out, d)
	}
	return out
}

// directoryNames are the directory names among concatenated GeneralNames.
func directoryNames(in cryptobyte.String) [][]byte {
	var out [][]byte
	for !in.Empty() {
		var name cryptobyte.String
		var tag casn1.Tag
		if !in.ReadAnyASN1(&name, &tag) {
			return out
		}
		if tag == der.Explicit(4) {
			out = append(out, name)
		}
	}
	return out
}

func (s *Scope) hasName() bool { return len(s.FullNames) > 0 || s.RelativeName != nil }

// matches reports whether a distribution point of the certificate shares a
// name with the scope, RFC 5280 section 6.3.3 step (b)(2)(i).
func (s *Scope) matches(cert *x509.Certificate, crlIssuer []byte) bool {
	for _, point := range distributionPoints(cert) {
		if s.shares(&point, cert.RawIssuer, crlIssuer) {
			return true
		}
	}
	return false
}

// shares reports a name that scope and distribution point have in common.
func (s *Scope) shares(point *distributionPoint, certIssuer, crlIssuer []byte) bool {
	names := point.names(certIssuer)
	for _, mine := range expand(s.FullNames, s.RelativeName, crlIssuer) {
		for _, other := range names {
			if sameGeneralName(mine, other) {
				return true
			}
		}
	}
	return false
}

// names are the point's names, or those of its CRL issuers where it has none.
func (d *distributionPoint) names(certIssuer []byte) [][]byte {
	base := certIssuer
	if len(d.issuers) > 0 {
		base = d.issuers[0]
	}
	if names := expand(d.fullNames, d.relativeName, base); len(names) > 0 {
		return names
	}
	var out [][]byte
	for _, issuer := range d.issuers {
		out = append(out, asDirectoryName(issuer))
	}
	return out
}

// expand turns a name relative to the CRL issuer into a full one.
func expand(full [][]byte, relative, base []byte) [][]byte {
	if relative == nil {
		return full
	}
	input := cryptobyte.String(base)
	var rdns cryptobyte.String
	if !input.ReadASN1(&rdns, casn1.SEQUENCE) {
		return nil
	}
	var b cryptobyte.Builder
	b.AddASN1(casn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddBytes(rdns)
		b.AddASN1(casn1.SET, func(b *cryptobyte.Builder) { b.AddBytes(relative) })
	})
	name, err := b.Bytes()
	if err != nil {
		return nil
	}
	return [][]byte{asDirectoryName(name)}
}

func asDirectoryName(name []byte) []byte {
	var b cryptobyte.Builder
	b.AddASN1(der.Explicit(4), func(b *cryptobyte.Builder) { b.AddBytes(name) })
	out, err := b.Bytes()
	if err != nil {
		return nil
	}
	return out
}

func sameGeneralName(a, b []byte) bool {
	if bytes.Equal(a, b) {
		return true
	}
	left, right := cryptobyte.String(a), cryptobyte.String(b)
	var x, y cryptobyte.String
	return left.ReadASN1(&x, der.Explicit(4)) && right.ReadASN1(&y, der.Explicit(4)) && sameName(x, y)
}
