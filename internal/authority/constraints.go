package authority

import (
	"bytes"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/crypto/cryptobyte"
	casn1 "golang.org/x/crypto/cryptobyte/asn1"

	"github.com/consigil/consigil/internal/problem"
)

// Permitted limits whom the issuing CA can certify, by name constraints in its certificate (RFC 5280 section 4.2.1.10):
// whoever trusts the root then trusts nothing else of it. The zero value limits nothing.
type Permitted struct {
	Organizations []string // O of a subject; the installation's own is always among them
	Domains       []string // of DNS names: "example.org" and what is below it
	Mail          []string // of e-mail addresses: "example.org" for all of its mailboxes
}

func (p Permitted) empty() bool { return len(p.Organizations)+len(p.Domains)+len(p.Mail) == 0 }

// oidNameConstraints is id-ce-nameConstraints.
func oidNameConstraints() asn1.ObjectIdentifier { return asn1.ObjectIdentifier{2, 5, 29, 30} }

// constraints is the extension, critical as the standard wants; nil where nothing is limited.
func (c Config) constraints() (*pkix.Extension, error) {
	if c.Permitted.empty() {
		return nil, nil
	}
	names, err := c.permittedNames()
	if err != nil {
		return nil, err
	}
	var b cryptobyte.Builder
	b.AddASN1(casn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1(casn1.Tag(0).ContextSpecific().Constructed(), func(b *cryptobyte.Builder) { // permittedSubtrees
			for _, name := range names {
				b.AddASN1(casn1.SEQUENCE, func(b *cryptobyte.Builder) { b.AddBytes(name) })
			}
		})
	})
	value, err := b.Bytes()
	if err != nil {
		return nil, wrap("encode name constraints", err)
	}
	return &pkix.Extension{Id: oidNameConstraints(), Critical: true, Value: value}, nil
}

// permittedNames are GeneralNames, DER: rfc822Name [1], dNSName [2], directoryName [4]. A kind of which nothing is named
// is not limited, save that naming organizations limits every subject.
func (c Config) permittedNames() ([][]byte, error) {
	var names [][]byte
	add := func(tag uint8, constructed bool, content []byte) error {
		t := casn1.Tag(tag).ContextSpecific()
		if constructed {
			t = t.Constructed()
		}
		var b cryptobyte.Builder
		b.AddASN1(t, func(b *cryptobyte.Builder) { b.AddBytes(content) })
		der, err := b.Bytes()
		names = append(names, der)
		return err
	}
	for _, organization := range c.organizations() {
		rdn, err := asn1.Marshal(pkix.Name{Organization: []string{organization}}.ToRDNSequence())
		if err == nil {
			err = add(4, true, rdn)
		}
		if err != nil {
			return nil, wrap("encode name constraints", err)
		}
	}
	for _, kind := range []struct {
		tag   uint8
		names []string
	}{{2, c.Permitted.Domains}, {1, c.Permitted.Mail}} {
		for _, name := range kind.names {
			if err := add(kind.tag, false, []byte(name)); err != nil {
				return nil, wrap("encode name constraints", err)
			}
		}
	}
	return names, nil
}

// organizations are those that subjects may name, none where they are not limited.
func (c Config) organizations() []string {
	if len(c.Permitted.Organizations) == 0 {
		return nil
	}
	list := []string{clip(c.Organization)}
	for _, o := range c.Permitted.Organizations {
		if o = clip(o); o != "" && !slices.Contains(list, o) {
			list = append(list, o)
		}
	}
	return list
}

// permits refuses to certify whom the issuing CA's certificate rules out: the certificate would be worthless.
func (c Config) permits(subject pkix.Name) error {
	allowed := c.organizations()
	if len(allowed) == 0 || len(subject.Organization) == 1 && slices.Contains(allowed, subject.Organization[0]) {
		return nil
	}
	return problem.New(problem.Conflict, "name_not_permitted",
		fmt.Sprintf("The certificate authority of this installation is limited to other organizations than %q. Ask the operator to add it to --ca-permit.", strings.Join(subject.Organization, ", ")))
}

// constrainedBy says whether a certificate of the issuing CA has the constraints that are configured, and no others.
func (c Config) constrainedBy(cert *x509.Certificate) bool {
	want, err := c.constraints()
	if err != nil {
		return true // a new one could not be made either
	}
	for _, e := range cert.Extensions {
		if e.Id.Equal(oidNameConstraints()) {
			return want != nil && bytes.Equal(e.Value, want.Value)
		}
	}
	return want == nil
}
