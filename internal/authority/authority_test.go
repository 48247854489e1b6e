package authority_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/consigil/consigil/internal/authority"
	"github.com/consigil/consigil/internal/authority/authoritytest"
	"github.com/consigil/consigil/internal/clock"
	"github.com/consigil/consigil/internal/problem"
	"github.com/consigil/consigil/pki"
	"github.com/consigil/consigil/signer"
	"github.com/consigil/consigil/tsp"
)

var start = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC) // a fixed instant

type house struct {
	*authority.Authority
	store *authoritytest.Memory
	clock *clock.Manual
	url   string
}

func open(t testing.TB, algorithm string) *house {
	t.Helper()
	h := &house{store: authoritytest.NewMemory(), clock: clock.NewManual(start), url: "http://127.0.0.1:8080/"}
	h.Authority = h.again(t, algorithm)
	return h
}

// again opens the same store once more, as another process does.
func (h *house) again(t testing.TB, algorithm string) *authority.Authority {
	t.Helper()
	a, err := authority.Open(context.Background(), h.store, authoritytest.Keyring{}, h.clock, authority.Config{
		PublicURL: func() string { return h.url }, Organization: "Példa Kft.", Algorithm: algorithm,
	})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func publicKey(t testing.TB) crypto.PublicKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key.Public()
}

func (h *house) seal(t *testing.T) []*x509.Certificate {
	t.Helper()
	chain, err := h.IssueSeal(context.Background(), "org", "Árvíztűrő Zrt.", publicKey(t))
	if err != nil {
		t.Fatal(err)
	}
	return chain
}

func TestMemory(t *testing.T) {
	t.Parallel()
	authoritytest.Run(t, func(*testing.T) authority.Store { return authoritytest.NewMemory() })
}

func TestSealChain(t *testing.T) {
	t.Parallel()
	for _, algorithm := range []string{"P-256", "P-384", "RSA-2048"} {
		h := open(t, algorithm)
		chain := h.seal(t)
		if len(chain) != 3 || !chain[2].Equal(h.Root()) {
			t.Fatalf("%s: chain of %d", algorithm, len(chain))
		}
		path, err := pki.BuildPath(chain[0], chain, []*x509.Certificate{h.Root()}, pki.PathOptions{At: start})
		if err != nil || len(path) != 3 {
			t.Fatalf("%s: %v", algorithm, err)
		}
		leaf := chain[0]
		if leaf.KeyUsage != x509.KeyUsageDigitalSignature|x509.KeyUsageContentCommitment || leaf.IsCA || len(leaf.ExtKeyUsage) != 0 {
			t.Errorf("%s: usages %v %v", algorithm, leaf.KeyUsage, leaf.ExtKeyUsage)
		}
		if !bytes.Equal(leaf.AuthorityKeyId, chain[1].SubjectKeyId) || len(leaf.SubjectKeyId) != 20 {
			t.Errorf("%s: key identifiers", algorithm)
		}
		if len(chain[2].CRLDistributionPoints) != 0 || !bytes.Equal(chain[2].AuthorityKeyId, chain[2].SubjectKeyId) {
			t.Errorf("%s: root %v", algorithm, chain[2].CRLDistributionPoints)
		}
	}
}

// TestRevocation checks leaf and issuing CA against the lists of their
// issuers, found by the addresses in the certificates.
func TestRevocation(t *testing.T) {
	t.Parallel()
	h := open(t, "")
	chain := h.seal(t)
	for i, cert := range chain[:2] {
		status := h.check(t, cert, chain[i+1], h.clock.Now())
		if status.State != pki.StateGood {
			t.Errorf("%s: %+v", cert.Subject, status)
		}
	}
	h.clock.Add(time.Minute)
	if err := h.Revoke(context.Background(), chain[0], pki.ReasonSuperseded); err != nil {
		t.Fatal(err)
	}
	status := h.check(t, chain[0], chain[1], h.clock.Now())
	if status.State != pki.StateRevoked || status.Reason != pki.ReasonSuperseded || !status.RevokedAt.Equal(start.Add(time.Minute)) {
		t.Errorf("after revocation: %+v", status)
	}
	if before := h.check(t, chain[0], chain[1], start); before.State != pki.StateGood || before.RevokedAt.IsZero() {
		t.Errorf("before revocation: %+v", before)
	}
	if err := h.Revoke(context.Background(), open(t, "").seal(t)[0], 1); !errors.Is(err, problem.New(problem.NotFound, "certificate", "")) {
		t.Errorf("another installation's: %v", err)
	}
}

// fetch answers the addresses of a certificate.
func (h *house) fetch(t *testing.T, url string) []byte {
	t.Helper()
	ctx := context.Background()
	base := h.url + "pki/"
	var out []byte
	var err error
	switch {
	case len(url) > len(base)+4 && url[len(base):len(base)+4] == "crl/":
		out, err = h.CRL(ctx, url[len(base)+4:len(url)-4])
	case len(url) > len(base)+3:
		out, err = h.CertificateDER(ctx, url[len(base)+3:len(url)-4])
	}
	if err != nil {
		t.Fatalf("%s: %v", url, err)
	}
	return out
}

func (h *house) check(t *testing.T, cert, issuer *x509.Certificate, at time.Time) pki.Status {
	t.Helper()
	if served := h.fetch(t, cert.IssuingCertificateURL[0]); !bytes.Equal(served, issuer.Raw) {
		t.Errorf("%s: the issuer served is another", cert.Subject)
	}
	crl, err := pki.ParseCRL(h.fetch(t, cert.CRLDistributionPoints[0]))
	if err != nil {
		t.Fatal(err)
	}
	status, err := crl.Check(cert, issuer, at)
	if err != nil {
		t.Fatal(err)
	}
	return status
}

func TestOneUse(t *testing.T) {
	t.Parallel()
	h := open(t, "")
	chain, err := h.IssueOneUse(context.Background(), "Kovács\x00 Ágnes", "click", publicKey(t), 10*time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	leaf := chain[0]
	if leaf.Subject.CommonName != "Kovács Ágnes" || leaf.Subject.OrganizationalUnit[0] != "One-use certificate, method: click" || leaf.NotAfter.Sub(start) != 10*time.Minute {
		t.Errorf("%s until %v", leaf.Subject, leaf.NotAfter)
	}
	// Long after it expired a fresh list still speaks for it.
	h.clock.Add(48 * time.Hour)
	if status := h.check(t, leaf, chain[1], start); status.State != pki.StateGood {
		t.Errorf("%+v", status)
	}
}

func TestListNumbersGrow(t *testing.T) {
	t.Parallel()
	h := open(t, "")
	other := h.again(t, "")
	issuing, err := h.Chain(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	last := int64(0)
	for i := range 6 {
		source := h.Authority
		if i%2 == 1 {
			source = other
		}
		lists, err := source.CRLs(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		crl, err := pki.ParseCRL(lists[0])
		if err != nil {
			t.Fatal(err)
		}
		if crl.Number.Int64() != last+1 || crl.VerifySignature(issuing[0]) != nil || !crl.NextUpdate.After(h.clock.Now()) {
			t.Errorf("list %v after %d", crl.Number, last)
		}
		if again, _ := source.CRLs(context.Background()); !bytes.Equal(again[0], lists[0]) {
			t.Error("a list was made again at once")
		}
		last = crl.Number.Int64()
		h.clock.Add(6 * time.Minute)
	}
}

func TestTimestamps(t *testing.T) {
	t.Parallel()
	h := open(t, "")
	sum := sha256.Sum256([]byte("data"))
	raw, err := h.TSA().Timestamp(context.Background(), crypto.SHA256, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	token, err := tsp.ParseToken(raw)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := token.Verify(crypto.SHA256, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	if _, err := pki.BuildPath(cert, token.Certificates, []*x509.Certificate{h.Root()}, pki.PathOptions{At: token.Time, EKU: []x509.ExtKeyUsage{x509.ExtKeyUsageTimeStamping}}); err != nil {
		t.Error(err)
	}
	if status := h.check(t, cert, token.Certificates[issuerIndex(token.Certificates, cert)], token.Time); status.State != pki.StateGood {
		t.Errorf("%+v", status)
	}
	request, err := tsp.Request{HashAlgorithm: crypto.SHA256, Imprint: sum[:], CertReq: true}.DER()
	if err != nil {
		t.Fatal(err)
	}
	answer, err := h.Timestamp(context.Background(), request)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tsp.ParseResponse(answer); err != nil {
		t.Error(err)
	}
}

func issuerIndex(certs []*x509.Certificate, cert *x509.Certificate) int {
	for i, c := range certs {
		if bytes.Equal(c.SubjectKeyId, cert.AuthorityKeyId) {
			return i
		}
	}
	return 0
}

func TestOpenAgainAndMove(t *testing.T) {
	t.Parallel()
	h := open(t, "")
	root, before := h.Root(), h.seal(t)
	other := h.again(t, "RSA-2048")
	if !other.Root().Equal(root) {
		t.Error("another root")
	}
	h.url = "https://sign.example.org/"
	after := h.seal(t)
	if !h.Root().Equal(root) || after[1].Equal(before[1]) || !bytes.Equal(after[1].SubjectKeyId, before[1].SubjectKeyId) {
		t.Error("the root changed, or the issuing CA was not issued again")
	}
	if want := "https://sign.example.org/pki/crl/"; after[0].CRLDistributionPoints[0][:len(want)] != want {
		t.Errorf("list at %s", after[0].CRLDistributionPoints[0])
	}
	if status := h.check(t, after[0], after[1], start); status.State != pki.StateGood {
		t.Errorf("%+v", status)
	}
	_, chain, err := h.Log(context.Background())
	if err != nil || chain[0].CRLDistributionPoints[0][:8] != "https://" {
		t.Errorf("log: %v", err)
	}
	// What was sealed before still stands under the same root.
	if _, err := pki.BuildPath(before[0], after, []*x509.Certificate{root}, pki.PathOptions{At: start}); err != nil {
		t.Error(err)
	}
}

func TestLeavesAreRenewed(t *testing.T) {
	t.Parallel()
	h := open(t, "")
	_, first, err := h.Log(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	h.clock.Add(5*365*24*time.Hour - 24*time.Hour)
	s, second, err := h.Log(context.Background())
	if err != nil || second[0].Equal(first[0]) || !signer.Matches(second[0], s.Public()) || !signer.Matches(first[0], s.Public()) {
		t.Errorf("not renewed: %v", err)
	}
}

func TestOpenAtOnce(t *testing.T) {
	t.Parallel()
	h := &house{store: authoritytest.NewMemory(), clock: clock.NewManual(start), url: "http://localhost"}
	roots := make([]*x509.Certificate, 6)
	var wait sync.WaitGroup
	for i := range roots {
		wait.Go(func() { roots[i] = h.again(t, "").Root() })
	}
	wait.Wait()
	for _, r := range roots {
		if !r.Equal(roots[0]) {
			t.Error("two roots")
		}
	}
}

func TestRefuses(t *testing.T) {
	t.Parallel()
	h := open(t, "")
	if _, err := h.CRL(context.Background(), "nope"); !errors.Is(err, problem.New(problem.NotFound, "issuer", "")) {
		t.Errorf("unknown list: %v", err)
	}
	_, err := authority.Open(context.Background(), authoritytest.NewMemory(), authoritytest.Keyring{}, h.clock, authority.Config{
		PublicURL: func() string { return "" }, Algorithm: "RSA-1024",
	})
	if !errors.Is(err, problem.New(problem.Invalid, "key_algorithm", "")) {
		t.Errorf("weak algorithm: %v", err)
	}
}

func BenchmarkOpenEmpty(b *testing.B) {
	for b.Loop() {
		open(b, "")
	}
}
