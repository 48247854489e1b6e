package pki_test

import (
	"context"
	"crypto/x509"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/consigil/consigil/pki"
	"github.com/consigil/consigil/test/testpki"
)

// together answers nobody before as many have asked as it waits for.
type together struct {
	ca    *testpki.Authority
	full  chan struct{}
	wait  int
	weak  bool // lists are signed with SHA-1
	mu    sync.Mutex
	asked []string
}

func (f *together) arrive(address string) error {
	f.mu.Lock()
	f.asked = append(f.asked, address)
	if len(f.asked) == f.wait {
		close(f.full)
	}
	f.mu.Unlock()
	select {
	case <-f.full:
		return nil
	case <-time.After(5 * time.Second):
		return errors.New("asked one after the other")
	}
}

func (f *together) OCSP(_ context.Context, address string, request []byte) ([]byte, error) {
	return f.ca.OCSP(request), f.arrive(address)
}

func (f *together) CRL(_ context.Context, address string) ([]byte, error) {
	lists := f.ca.CRLs()
	if f.weak {
		return f.ca.WeakCRL(), f.arrive(address)
	}
	if strings.HasSuffix(address, "/root.crl") {
		return lists[0], f.arrive(address)
	}
	return lists[1], f.arrive(address)
}

func (f *together) Certificates(context.Context, string) ([]*x509.Certificate, error) {
	return nil, errors.New("not asked for")
}

// TestAhead: what is needed is asked for at once, each thing one time.
func TestAhead(t *testing.T) {
	now := time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)
	ca := testpki.New(t, now, false)
	signing, stamping := ca.Leaf("Signer", "p-256", ca.WithOCSP), ca.Leaf("TSA", "p-256", testpki.TimeStamping)
	for name, row := range map[string]struct {
		ahead func(*pki.Collector)
		first int // questions before any is answered
	}{
		"while the key signs": {func(c *pki.Collector) { c.Expect(t.Context(), signing.Cert, ca.Chain()) }, 1},
		"at once":             {func(c *pki.Collector) { c.Ahead(t.Context(), signing.Cert, stamping.Cert) }, 3},
		"both": {func(c *pki.Collector) {
			c.Expect(t.Context(), signing.Cert, ca.Chain())
			c.Ahead(t.Context(), signing.Cert, stamping.Cert)
		}, 3},
	} {
		t.Run(name, func(t *testing.T) {
			f := &together{ca: ca, full: make(chan struct{}), wait: row.first}
			c := &pki.Collector{Fetcher: f, Anchors: []*x509.Certificate{ca.Root}, Pool: ca.Chain(), Now: now, Checks: pki.NewChecks()}
			row.ahead(c)
			for _, leaf := range []*testpki.Leaf{signing, stamping} {
				if err := c.Add(t.Context(), leaf.Cert, now); err != nil {
					t.Fatal(err)
				}
			}
			if m := c.Material(); len(f.asked) != 3 || len(m.OCSP) != 1 || len(m.CRLs) != 2 {
				t.Errorf("asked %v; %d answers and %d lists", f.asked, len(m.OCSP), len(m.CRLs))
			}
		})
	}
}

// TestAheadOfAnchored: where what anchored certificates point at is asked by another fetcher, a stranger's certificate
// that bears an anchor's name as its issuer's has nothing fetched.
func TestAheadOfAnchored(t *testing.T) {
	now := time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)
	ca, stranger := testpki.New(t, now, false), testpki.New(t, now, false)
	leaf := stranger.Leaf("Signer", "p-256", stranger.WithOCSP)
	f := &together{ca: ca, full: make(chan struct{}), wait: 1}
	c := &pki.Collector{Fetcher: f, OfAnchored: f, Anchors: []*x509.Certificate{ca.Root}, Pool: ca.Chain(), Now: now}
	c.Expect(t.Context(), leaf.Cert, ca.Chain())
	c.Ahead(t.Context(), leaf.Cert)
	time.Sleep(50 * time.Millisecond)
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.asked) != 0 {
		t.Errorf("asked %v", f.asked)
	}
}

// TestWeakList: a list that is signed with SHA-1 is none that proves anything later.
func TestWeakList(t *testing.T) {
	now := time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)
	ca := testpki.New(t, now, false)
	f := &together{ca: ca, full: make(chan struct{}), wait: 1, weak: true}
	c := &pki.Collector{Fetcher: f, Anchors: []*x509.Certificate{ca.Root}, Pool: ca.Chain(), Now: now}
	err := c.Add(t.Context(), ca.Leaf("Signer", "p-256").Cert, now)
	if !errors.Is(err, pki.ErrWeak) || !errors.Is(err, pki.ErrNoRevocation) || len(c.Material().CRLs) != 0 {
		t.Errorf("%v", err)
	}
}

// TestChecks: a verification is remembered for the very same bytes and key, and for nothing else.
func TestChecks(t *testing.T) {
	now := time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)
	ca, other := testpki.New(t, now, false), testpki.New(t, now, false)
	good := ca.Leaf("Signer", "p-256").Cert
	broken := *good
	broken.Signature = append([]byte{}, other.Leaf("Signer", "p-256").Cert.Signature...)
	checks := pki.NewChecks()
	for range 2 {
		for name, row := range map[string]struct {
			leaf *x509.Certificate
			pool []*x509.Certificate
			want error
		}{
			"good":      {good, ca.Chain(), nil},
			"signature": {&broken, ca.Chain(), pki.ErrSignature},
			"key":       {good, other.Chain(), pki.ErrSignature},
		} {
			_, err := pki.BuildPath(row.leaf, row.pool, []*x509.Certificate{ca.Root, other.Root}, pki.PathOptions{At: now, Checks: checks})
			if !errors.Is(err, row.want) {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}
