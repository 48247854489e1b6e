package pki_test

import (
	"bytes"
	"context"
	"errors"
	"math/big"
	"testing"
	"time"

	"github.com/consigil/consigil/pki"
	"github.com/consigil/consigil/pki/pkitest"
)

func parseCRL(t testing.TB, raw []byte) *pki.CRL {
	t.Helper()
	list, err := pki.ParseCRL(raw)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestCRLCheck(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"P-256", "P-384", "RSA-2048", "Ed25519"} {
		root := pkitest.Root(t, "Root", kind, when)
		leaf, other := root.Leaf(t, "Leaf", "P-256", when), root.Leaf(t, "Other", "P-256", when)
		list := parseCRL(t, root.CRL(t, when, when.Add(time.Hour), pki.Revoked{Serial: leaf.Certificate.SerialNumber, At: when.Add(-time.Minute), Reason: pki.ReasonKeyCompromise}))
		if list.Number.Int64() != 1 || !list.ThisUpdate.Equal(when) || !list.NextUpdate.Equal(when.Add(time.Hour)) || !bytes.Equal(list.AuthorityKey, root.Certificate.SubjectKeyId) {
			t.Errorf("%s: %+v", kind, list)
		}
		status, err := list.Check(leaf.Certificate, root.Certificate, when)
		if err != nil || status.State != pki.StateRevoked || status.Reason != pki.ReasonKeyCompromise || !status.RevokedAt.Equal(when.Add(-time.Minute)) {
			t.Errorf("%s: %+v %v", kind, status, err)
		}
		status, err = list.Check(leaf.Certificate, root.Certificate, when.Add(-time.Hour))
		if err != nil || status.State != pki.StateGood || status.RevokedAt.IsZero() {
			t.Errorf("%s: before: %+v %v", kind, status, err)
		}
		status, err = list.Check(other.Certificate, root.Certificate, when)
		if err != nil || status.State != pki.StateGood || !status.RevokedAt.IsZero() {
			t.Errorf("%s: other: %+v %v", kind, status, err)
		}
	}
}

func TestCRLRefuses(t *testing.T) {
	t.Parallel()
	root, twin := pkitest.Root(t, "Root", "P-256", when), pkitest.Root(t, "Root", "P-256", when)
	leaf := root.Leaf(t, "Leaf", "P-256", when)
	stranger := pkitest.Root(t, "Stranger", "P-256", when)
	good := root.CRL(t, when, when.Add(time.Hour))
	changed := bytes.Clone(good)
	changed[len(changed)-3] ^= 1
	for name, c := range map[string]struct {
		raw    []byte
		issuer *pkitest.Entity
		at     time.Time
		want   error
	}{
		"stale":             {good, root, when.Add(2 * time.Hour), pki.ErrStale},
		"forged":            {twin.CRL(t, when, when.Add(time.Hour)), root, when, pki.ErrIssuer},
		"another CA's":      {stranger.CRL(t, when, when.Add(time.Hour)), root, when, pki.ErrIssuer},
		"not the issuer":    {good, stranger, when, pki.ErrIssuer},
		"changed":           {changed, root, when, pki.ErrIssuer},
		"after it expired":  {root.CRL(t, when.AddDate(2, 0, 0), when.AddDate(3, 0, 0)), root, when, pki.ErrNotCovered},
		"before it expired": {root.CRL(t, when.AddDate(0, 6, 0), when.AddDate(3, 0, 0)), root, when, nil},
	} {
		if _, err := parseCRL(t, c.raw).Check(leaf.Certificate, c.issuer.Certificate, c.at); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, raw := range map[string][]byte{"empty": nil, "cut": good[:len(good)-1], "more": append(bytes.Clone(good), 0), "certificate": leaf.Certificate.Raw} {
		if _, err := pki.ParseCRL(raw); !errors.Is(err, pki.ErrMalformed) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestCRLKeepsExpired has a list that promises to keep expired certificates.
func TestCRLKeepsExpired(t *testing.T) {
	t.Parallel()
	root := pkitest.Root(t, "Root", "P-256", when)
	leaf := root.Leaf(t, "Leaf", "P-256", when)
	later := when.AddDate(2, 0, 0)
	raw, err := pki.BuildCRL(context.Background(), pki.CRLTemplate{
		Number: big.NewInt(3), ThisUpdate: later, NextUpdate: later.Add(time.Hour), ExpiredSince: when.AddDate(-1, 0, 0),
	}, root.Certificate, root.Signer)
	if err != nil {
		t.Fatal(err)
	}
	if status, err := parseCRL(t, raw).Check(leaf.Certificate, root.Certificate, when); err != nil || status.State != pki.StateGood {
		t.Errorf("%+v %v", status, err)
	}
}

func BenchmarkCRLCheck100k(b *testing.B) {
	root := pkitest.Root(b, "Root", "P-256", when)
	leaf := root.Leaf(b, "Leaf", "P-256", when)
	entries := make([]pki.Revoked, 100_000)
	for i := range entries {
		entries[i] = pki.Revoked{Serial: big.NewInt(int64(i + 1)), At: when, Reason: 1}
	}
	raw := root.CRL(b, when, when.Add(time.Hour), entries...)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := parseCRL(b, raw).Check(leaf.Certificate, root.Certificate, when); err != nil {
			b.Fatal(err)
		}
	}
}
