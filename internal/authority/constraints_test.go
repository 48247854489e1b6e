package authority_test

import (
	"context"
	"crypto/x509"
	"errors"
	"testing"
	"time"

	"github.com/consigil/consigil/internal/authority"
	"github.com/consigil/consigil/internal/authority/authoritytest"
	"github.com/consigil/consigil/internal/clock"
	"github.com/consigil/consigil/internal/problem"
	"github.com/consigil/consigil/pki"
)

func limited(t *testing.T, store authority.Store, clk clock.Clock, config authority.Config) *authority.Authority {
	t.Helper()
	config.PublicURL = func() string { return "https://sign.example.org" }
	a, err := authority.Open(context.Background(), store, authoritytest.Keyring{}, clk, config)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestIssuesWithinItsNameConstraintsOnly(t *testing.T) {
	ctx, store := context.Background(), authoritytest.NewMemory()
	clk := clock.NewManual(time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC))
	before := limited(t, store, clk, authority.Config{})
	free, err := before.Chain(ctx)
	if err != nil {
		t.Fatal(err)
	}
	a := limited(t, store, clk, authority.Config{Permitted: authority.Permitted{Organizations: []string{"Példa Kft."}, Domains: []string{"example.org"}, Mail: []string{"example.org"}}})
	chain, err := a.Chain(ctx)
	if err != nil || chain[0].Equal(free[0]) || !chain[1].Equal(free[1]) {
		t.Fatalf("the issuing CA was not certified anew under the same root: %v", err)
	}
	key := publicKey(t)
	seal, err := a.IssueSeal(ctx, "org", "Példa Kft.", key)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := pki.BuildPath(seal[0], seal[1:], seal[2:], pki.PathOptions{At: clk.Now()}); err != nil {
		t.Errorf("a permitted seal: %v", err)
	}
	if _, err := a.IssueSeal(ctx, "org", "Other Ltd", key); problem.From(err).Code != "name_not_permitted" {
		t.Errorf("another organization: %v", err)
	}
	stray, err := before.IssueSeal(ctx, "org", "Other Ltd", key)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := pki.BuildPath(stray[0], chain[:1], chain[1:], pki.PathOptions{At: clk.Now()}); !errors.Is(err, pki.ErrConstraints) {
		t.Errorf("a stray seal under the limited CA: %v", err)
	}
	for name, get := range map[string]func() ([]*x509.Certificate, error){
		"log":     func() ([]*x509.Certificate, error) { _, c, err := a.Log(ctx); return c, err },
		"one use": func() ([]*x509.Certificate, error) { return a.IssueOneUse(ctx, "Éva", "click", key, time.Hour) },
	} {
		c, err := get()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := pki.BuildPath(c[0], c[1:], c[2:], pki.PathOptions{At: clk.Now()}); err != nil || !c[1].Equal(chain[0]) {
			t.Errorf("%s: %v", name, err)
		}
	}
	again := limited(t, store, clk, authority.Config{Permitted: authority.Permitted{Organizations: []string{"Példa Kft."}, Domains: []string{"example.org"}, Mail: []string{"example.org"}}})
	if same, err := again.Chain(ctx); err != nil || !same[0].Equal(chain[0]) {
		t.Errorf("certified anew without a reason: %v", err)
	}
}

func TestShortLivedSeals(t *testing.T) {
	ctx := context.Background()
	clk := clock.NewManual(time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC))
	a := limited(t, authoritytest.NewMemory(), clk, authority.Config{SealLife: 24 * time.Hour})
	chain, err := a.IssueSeal(ctx, "org", "Példa Kft.", publicKey(t))
	if err != nil || !chain[0].NotAfter.Equal(clk.Now().Add(24*time.Hour)) {
		t.Errorf("ends %s, %v", chain[0].NotAfter, err)
	}
}
