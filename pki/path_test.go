package pki_test

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"math/big"
	"net"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/consigil/consigil/pki"
	"github.com/consigil/consigil/pki/pkitest"
)

type certs = []*x509.Certificate

func TestBuildPath(t *testing.T) {
	t.Parallel()
	root := pkitest.Root(t, "Root", "P-256", when)
	inner := root.Issue(t, pkitest.CATemplate("Inner", when), "P-384")
	leaf := inner.Leaf(t, "Leaf", "P-256", when)
	stranger := pkitest.Root(t, "Root", "P-256", when)
	limited := pkitest.CATemplate("Limited", when)
	limited.MaxPathLenZero = true
	noCA := root.Leaf(t, "Not a CA", "P-256", when)
	tsa := inner.TSA(t, "TSA", "P-256", when)
	timestamping := []x509.ExtKeyUsage{x509.ExtKeyUsageTimeStamping}
	for name, c := range map[string]struct {
		leaf    *x509.Certificate
		pool    certs
		anchors certs
		opt     pki.PathOptions
		want    error
		length  int
	}{
		"good":                 {leaf.Certificate, leaf.Chain, certs{root.Certificate}, pki.PathOptions{At: when}, nil, 3},
		"anchor in the middle": {leaf.Certificate, leaf.Chain, certs{inner.Certificate}, pki.PathOptions{At: when}, nil, 2},
		"leaf is the anchor":   {leaf.Certificate, nil, certs{leaf.Certificate}, pki.PathOptions{At: when}, nil, 1},
		"missing":              {leaf.Certificate, nil, certs{root.Certificate}, pki.PathOptions{At: when}, pki.ErrNoAnchor, 0},
		"no anchors":           {leaf.Certificate, leaf.Chain, nil, pki.PathOptions{At: when}, pki.ErrNoAnchor, 0},
		"same name, other key": {inner.Certificate, nil, certs{stranger.Certificate}, pki.PathOptions{At: when}, pki.ErrSignature, 0},
		"one of two roots":     {inner.Certificate, nil, certs{stranger.Certificate, root.Certificate}, pki.PathOptions{At: when}, nil, 2},
		"too late":             {leaf.Certificate, leaf.Chain, certs{root.Certificate}, pki.PathOptions{At: when.AddDate(2, 0, 0)}, pki.ErrExpired, 0},
		"too early":            {leaf.Certificate, leaf.Chain, certs{root.Certificate}, pki.PathOptions{At: when.AddDate(0, 0, -1)}, pki.ErrNotYetValid, 0},
		"usage":                {tsa.Certificate, tsa.Chain, certs{root.Certificate}, pki.PathOptions{At: when, EKU: timestamping}, nil, 3},
		"other usage":          {tsa.Certificate, tsa.Chain, certs{root.Certificate}, pki.PathOptions{At: when, EKU: []x509.ExtKeyUsage{x509.ExtKeyUsageCodeSigning}}, pki.ErrUsage, 0},
		"policy asked for":     {leaf.Certificate, leaf.Chain, certs{root.Certificate}, pki.PathOptions{At: when, RequireExplicitPolicy: true}, pki.ErrPolicy, 0},
		"nothing":              {nil, nil, nil, pki.PathOptions{At: when}, pki.ErrMalformed, 0},
		"too many":             {leaf.Certificate, slices.Repeat(leaf.Chain, pki.MaxPool), certs{root.Certificate}, pki.PathOptions{At: when}, pki.ErrLimit, 0},
		"issued by a leaf":     {underLeaf(t, noCA), append(certs{noCA.Certificate}, noCA.Chain...), certs{root.Certificate}, pki.PathOptions{At: when}, pki.ErrConstraints, 0},
	} {
		path, err := pki.BuildPath(c.leaf, c.pool, c.anchors, c.opt)
		if !errors.Is(err, c.want) || len(path) != c.length {
			t.Errorf("%s: path of %d, %v", name, len(path), err)
		}
	}
	under := root.Issue(t, limited, "P-256")
	deep := under.Issue(t, pkitest.CATemplate("Too deep", when), "P-256").Leaf(t, "Leaf", "P-256", when)
	if _, err := pki.BuildPath(deep.Certificate, deep.Chain, certs{root.Certificate}, pki.PathOptions{At: when}); !errors.Is(err, pki.ErrConstraints) {
		t.Errorf("path length: %v", err)
	}
}

// underLeaf is a certificate signed by a key whose certificate is no CA's,
// which pki.Issue refuses to make.
func underLeaf(t *testing.T, parent *pkitest.Entity) *x509.Certificate {
	t.Helper()
	template := &x509.Certificate{SerialNumber: big.NewInt(9), Subject: pkix.Name{CommonName: "Victim"}, NotBefore: when.Add(-time.Hour), NotAfter: when.Add(time.Hour)}
	raw, err := x509.CreateCertificate(nil, template, parent.Certificate, parent.Key.Public(), parent.Key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(raw)
	if err != nil {
		t.Fatal(err)
	}
	return cert
}

func TestUnknownCriticalExtension(t *testing.T) {
	t.Parallel()
	root := pkitest.Root(t, "Root", "P-256", when)
	for _, critical := range []bool{false, true} {
		leaf := root.Issue(t, &x509.Certificate{
			Subject: pkix.Name{CommonName: "Leaf"}, NotBefore: when, NotAfter: when.Add(time.Hour),
			ExtraExtensions: []pkix.Extension{{Id: asn1.ObjectIdentifier{1, 2, 3}, Critical: critical, Value: []byte{5, 0}}},
		}, "P-256")
		_, err := pki.BuildPath(leaf.Certificate, nil, certs{root.Certificate}, pki.PathOptions{At: when})
		if errors.Is(err, pki.ErrConstraints) != critical {
			t.Errorf("critical %v: %v", critical, err)
		}
	}
}

func TestNameConstraints(t *testing.T) {
	t.Parallel()
	root := pkitest.Root(t, "Root", "P-256", when)
	template := pkitest.CATemplate("Limited", when)
	template.PermittedDNSDomains = []string{"example.org"}
	template.ExcludedDNSDomains = []string{"bad.example.org"}
	template.PermittedEmailAddresses = []string{"example.org", "one@example.com"}
	template.PermittedURIDomains = []string{".example.org"}
	template.PermittedIPRanges = []*net.IPNet{{IP: net.IPv4(10, 0, 0, 0).To4(), Mask: net.CIDRMask(8, 32)}}
	template.PermittedDNSDomainsCritical = true
	inner := root.Issue(t, template, "P-256")
	for name, c := range map[string]struct {
		leaf x509.Certificate
		ok   bool
	}{
		"no names":          {x509.Certificate{}, true},
		"host":              {x509.Certificate{DNSNames: []string{"a.Example.org", "example.org"}}, true},
		"other host":        {x509.Certificate{DNSNames: []string{"badexample.org"}}, false},
		"excluded host":     {x509.Certificate{DNSNames: []string{"x.bad.example.org"}}, false},
		"mailbox":           {x509.Certificate{EmailAddresses: []string{"who@example.org", "one@EXAMPLE.com"}}, true},
		"other mailbox":     {x509.Certificate{EmailAddresses: []string{"two@example.com"}}, false},
		"mailbox of a host": {x509.Certificate{EmailAddresses: []string{"who@mail.example.org"}}, false},
		"address":           {x509.Certificate{IPAddresses: []net.IP{net.IPv4(10, 1, 2, 3)}}, true},
		"other address":     {x509.Certificate{IPAddresses: []net.IP{net.IPv4(11, 1, 2, 3)}}, false},
		"longer address":    {x509.Certificate{IPAddresses: []net.IP{net.ParseIP("2001:db8::1")}}, false},
		"mailbox in the subject": {x509.Certificate{Subject: pkix.Name{ExtraNames: []pkix.AttributeTypeAndValue{
			{Type: asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 1}, Value: "two@example.com"},
		}}}, false},
	} {
		template := c.leaf
		template.NotBefore, template.NotAfter = when, when.Add(time.Hour)
		template.Subject.CommonName = "Leaf"
		leaf := inner.Issue(t, &template, "P-256")
		_, err := pki.BuildPath(leaf.Certificate, leaf.Chain, certs{root.Certificate}, pki.PathOptions{At: when})
		if c.ok != (err == nil) || err != nil && !errors.Is(err, pki.ErrConstraints) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestManyCrossCertificates offers a pool in which every CA has certified
// every other: the search must end soon, whether they share a name or not.
func TestManyCrossCertificates(t *testing.T) {
	t.Parallel()
	for _, name := range []func(int) string{
		func(int) string { return "Same name" },
		func(i int) string { return "CA " + strconv.Itoa(i) },
	} {
		var all []*pkitest.Entity
		for i := range 16 {
			all = append(all, pkitest.Root(t, name(i), "P-256", when))
		}
		pool := crossCertify(t, all)
		leaf := all[0].Leaf(t, "Leaf", "P-256", when)
		start := time.Now()
		_, err := pki.BuildPath(leaf.Certificate, pool, certs{pkitest.Root(t, "Other", "P-256", when).Certificate}, pki.PathOptions{At: when})
		if !errors.Is(err, pki.ErrLimit) {
			t.Errorf("%s: %v", name(0), err)
		}
		if spent := time.Since(start); spent > 30*time.Second {
			t.Errorf("%s: the search took %v", name(0), spent)
		}
		path, err := pki.BuildPath(leaf.Certificate, pool, certs{all[15].Certificate}, pki.PathOptions{At: when})
		if err != nil && name(0) != name(1) {
			t.Errorf("%s: path of %d, %v", name(0), len(path), err)
		}
	}
}

func crossCertify(t *testing.T, all []*pkitest.Entity) certs {
	t.Helper()
	var pool certs
	for _, issuer := range all {
		for _, subject := range all {
			template := pkitest.CATemplate(subject.Certificate.Subject.CommonName, when)
			template.SerialNumber = big.NewInt(int64(len(pool) + 1))
			cert, err := pki.Issue(context.Background(), template, issuer.Certificate, subject.Key.Public(), issuer.Signer)
			if err != nil {
				t.Fatal(err)
			}
			pool = append(pool, cert)
		}
	}
	return pool
}

func TestIssueRefuses(t *testing.T) {
	t.Parallel()
	root := pkitest.Root(t, "Root", "P-256", when)
	other := pkitest.Root(t, "Other", "P-256", when)
	leaf := root.Leaf(t, "Leaf", "P-256", when)
	template := func() *x509.Certificate {
		return &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "X"}, NotBefore: when, NotAfter: when.Add(time.Hour)}
	}
	long, noSerial := template(), template()
	long.NotAfter = root.Certificate.NotAfter.Add(time.Second)
	noSerial.SerialNumber = nil
	for name, c := range map[string]struct {
		template *x509.Certificate
		parent   *x509.Certificate
		by       *pkitest.Entity
		want     error
	}{
		"another's key":   {template(), root.Certificate, other, pki.ErrUsage},
		"a leaf":          {template(), leaf.Certificate, leaf, pki.ErrUsage},
		"outlives issuer": {long, root.Certificate, root, pki.ErrConstraints},
		"no serial":       {noSerial, root.Certificate, root, pki.ErrMalformed},
	} {
		if _, err := pki.Issue(context.Background(), c.template, c.parent, leaf.Key.Public(), c.by.Signer); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestWeakSignatures has a CA whose key is too short.
func TestWeakSignatures(t *testing.T) {
	t.Parallel()
	key, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	template := pkitest.CATemplate("Weak", when)
	template.SerialNumber, template.SubjectKeyId = big.NewInt(1), []byte{1}
	root := selfSigned(t, template, key)
	leafTemplate := &x509.Certificate{SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "Leaf"}, NotBefore: when, NotAfter: when.Add(time.Hour)}
	raw, err := x509.CreateCertificate(rand.Reader, leafTemplate, root, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := pki.ParseCertificate(raw)
	if err != nil {
		t.Fatal(err)
	}
	for _, allow := range []bool{false, true} {
		_, err := pki.BuildPath(leaf, nil, certs{root}, pki.PathOptions{At: when, AllowWeak: allow})
		if errors.Is(err, pki.ErrWeak) == allow {
			t.Errorf("allowed %v: %v", allow, err)
		}
	}
}

func selfSigned(t *testing.T, template *x509.Certificate, key crypto.Signer) *x509.Certificate {
	t.Helper()
	raw, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := pki.ParseCertificate(raw)
	if err != nil {
		t.Fatal(err)
	}
	return cert
}
