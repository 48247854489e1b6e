package esign

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/clock"
	"github.com/consigil/consigil/internal/problem"
)

const here = "https://signer.example.org"

type fixture struct {
	t     *testing.T
	dir   string
	clock *clock.Manual
	key   ed25519.PrivateKey
	ec    *ecdsa.PrivateKey
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	f := &fixture{t: t, dir: t.TempDir(), clock: clock.NewManual(time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC))}
	var err error
	_, f.key, err = ed25519.GenerateKey(rand.Reader)
	check(t, err)
	f.ec, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	check(t, err)
	return f
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (f *fixture) gate() *Gate {
	f.t.Helper()
	g, err := NewGate([]Service{
		{Name: "core", Certs: true, Keys: []crypto.PublicKey{f.key.Public()}},
		{Name: "tokens", Keys: []crypto.PublicKey{f.ec.Public()}},
	}, here, f.dir, f.clock)
	check(f.t, err)
	f.t.Cleanup(func() { _ = g.Close() })
	return g
}

// good is a token that is let in for POST /esign/keys?x=1 with the body.
func (f *fixture) good(body string) claims {
	sum := sha256.Sum256([]byte(body))
	now := f.clock.Now()
	return claims{
		Claims: jwt.Claims{
			Subject: "core", Audience: jwt.Audience{here}, ID: rand.Text(),
			IssuedAt: jwt.NewNumericDate(now), Expiry: jwt.NewNumericDate(now.Add(time.Minute)),
		},
		Method: http.MethodPost, Path: "/esign/keys?x=1", SHA256: hex.EncodeToString(sum[:]),
	}
}

func sign(t *testing.T, key any, alg jose.SignatureAlgorithm, c claims) string {
	t.Helper()
	s, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: key}, nil)
	check(t, err)
	token, err := jwt.Signed(s).Claims(c).Serialize()
	check(t, err)
	return token
}

func post(body, token string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "/esign/keys?x=1", strings.NewReader(body))
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	return r
}

func TestTokens(t *testing.T) {
	f := newFixture(t)
	_, stranger, err := ed25519.GenerateKey(rand.Reader)
	check(t, err)
	weak, err := rsa.GenerateKey(rand.Reader, 2048)
	check(t, err)
	for name, c := range map[string]struct {
		change func(*claims)
		key    any
		alg    jose.SignatureAlgorithm
		body   string
		want   bool
	}{
		"good":             {nil, f.key, jose.EdDSA, "{}", true},
		"good, P-256":      {func(c *claims) { c.Subject = "tokens" }, f.ec, jose.ES256, "{}", true},
		"stranger":         {nil, stranger, jose.EdDSA, "{}", false},
		"RSA":              {nil, weak, jose.RS256, "{}", false},
		"shared secret":    {nil, []byte(f.key.Public().(ed25519.PublicKey)), jose.HS256, "{}", false},
		"another's name":   {func(c *claims) { c.Subject = "tokens" }, f.key, jose.EdDSA, "{}", false},
		"another signer":   {func(c *claims) { c.Audience = jwt.Audience{"https://other"} }, f.key, jose.EdDSA, "{}", false},
		"two signers":      {func(c *claims) { c.Audience = append(c.Audience, "https://other") }, f.key, jose.EdDSA, "{}", false},
		"no audience":      {func(c *claims) { c.Audience = nil }, f.key, jose.EdDSA, "{}", false},
		"another method":   {func(c *claims) { c.Method = http.MethodGet }, f.key, jose.EdDSA, "{}", false},
		"another path":     {func(c *claims) { c.Path = "/esign/seal" }, f.key, jose.EdDSA, "{}", false},
		"no query":         {func(c *claims) { c.Path = "/esign/keys" }, f.key, jose.EdDSA, "{}", false},
		"another body":     {nil, f.key, jose.EdDSA, "{ }", false},
		"no digest":        {func(c *claims) { c.SHA256 = "" }, f.key, jose.EdDSA, "{}", false},
		"expired":          {func(c *claims) { c.backdate(f.clock.Now().Add(-2 * time.Minute)) }, f.key, jose.EdDSA, "{}", false},
		"from the future":  {func(c *claims) { c.backdate(f.clock.Now().Add(2 * time.Minute)) }, f.key, jose.EdDSA, "{}", false},
		"long-lived":       {func(c *claims) { c.Expiry = jwt.NewNumericDate(f.clock.Now().Add(time.Hour)) }, f.key, jose.EdDSA, "{}", false},
		"without a time":   {func(c *claims) { c.IssuedAt = nil }, f.key, jose.EdDSA, "{}", false},
		"without an end":   {func(c *claims) { c.Expiry = nil }, f.key, jose.EdDSA, "{}", false},
		"without an id":    {func(c *claims) { c.ID = "" }, f.key, jose.EdDSA, "{}", false},
		"not good so soon": {func(c *claims) { c.NotBefore = jwt.NewNumericDate(f.clock.Now().Add(time.Hour)) }, f.key, jose.EdDSA, "{}", false},
	} {
		t.Run(name, func(t *testing.T) {
			g := f.gate()
			said := f.good("{}")
			if c.change != nil {
				c.change(&said)
			}
			r := post(c.body, sign(t, c.key, c.alg, said))
			p, err := g.Service(r)
			if (err == nil) != c.want || err != nil && problem.From(err).Code != "not_a_service" {
				t.Fatalf("let in: %+v, %v", p, err)
			}
			if !c.want {
				return
			}
			if body, err := io.ReadAll(r.Body); err != nil || string(body) != c.body || p.Audience != access.Service || p.Service != said.Subject {
				t.Errorf("%+v, body %q, %v", p, body, err)
			}
		})
	}
}

func (c *claims) backdate(at time.Time) {
	c.IssuedAt, c.Expiry = jwt.NewNumericDate(at), jwt.NewNumericDate(at.Add(time.Minute))
}

// TestTokensAreGoodOnce tries one again, in the same process and after a restart.
func TestTokensAreGoodOnce(t *testing.T) {
	f := newFixture(t)
	token := sign(t, f.key, jose.EdDSA, f.good("{}"))
	g := f.gate()
	if _, err := g.Service(post("{}", token)); err != nil {
		t.Fatal(err)
	}
	for _, again := range []*Gate{g, f.gate()} {
		if _, err := again.Service(post("{}", token)); err == nil {
			t.Error("a replayed token was let in")
		}
	}
	f.clock.Add(time.Hour)
	if _, err := g.Service(post("{}", sign(t, f.key, jose.EdDSA, f.good("{}")))); err != nil {
		t.Error(err)
	}
	if len(g.seen.ends) != 1 {
		t.Errorf("%d tokens are remembered after they ended", len(g.seen.ends))
	}
}

// TestLongBodies are checked as they are read.
func TestLongBodies(t *testing.T) {
	f := newFixture(t)
	g := f.gate()
	body := strings.Repeat("x", 3<<20)
	for name, c := range map[string]struct {
		sent string
		want bool
	}{"as it was": {body, true}, "altered": {body[:len(body)-1] + "y", false}, "cut": {body[:2<<20], false}} {
		r := post(c.sent, sign(t, f.key, jose.EdDSA, f.good(body)))
		r.ContentLength = -1
		if _, err := g.Service(r); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		_, err := io.Copy(io.Discard, r.Body)
		if (err == nil) != c.want || err != nil && problem.From(err).Code != "not_a_service" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestCertificates(t *testing.T) {
	f := newFixture(t)
	g := f.gate()
	for name, c := range map[string]struct {
		leaf *x509.Certificate
		want string
	}{
		"its name":        {&x509.Certificate{Subject: pkix.Name{CommonName: "core"}}, "core"},
		"a DNS name":      {&x509.Certificate{DNSNames: []string{"core"}}, "core"},
		"another name":    {&x509.Certificate{Subject: pkix.Name{CommonName: "core2"}}, ""},
		"by tokens only":  {&x509.Certificate{Subject: pkix.Name{CommonName: "tokens"}}, ""},
		"no name":         {&x509.Certificate{}, ""},
		"an organization": {&x509.Certificate{Subject: pkix.Name{Organization: []string{"core"}}}, ""},
	} {
		r := post("{}", "")
		r.TLS = &tls.ConnectionState{VerifiedChains: [][]*x509.Certificate{{c.leaf}}}
		p, err := g.Service(r)
		if c.want == "" && err == nil || c.want != "" && (err != nil || p.Service != c.want) {
			t.Errorf("%s: %+v, %v", name, p, err)
		}
	}
	r := post("{}", "")
	r.TLS = &tls.ConnectionState{PeerCertificates: []*x509.Certificate{{Subject: pkix.Name{CommonName: "core"}}}}
	for _, r := range []*http.Request{post("{}", ""), r, post("{}", "garbage"), post("{}", strings.Repeat("x", 1<<16))} {
		if p, err := g.Service(r); err == nil {
			t.Errorf("let in: %+v", p)
		}
	}
}

func FuzzToken(f *testing.F) {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		f.Fatal(err)
	}
	g, err := NewGate([]Service{{Name: "core", Keys: []crypto.PublicKey{key.Public()}}}, here, f.TempDir(), clock.NewManual(time.Unix(1e9, 0)))
	if err != nil {
		f.Fatal(err)
	}
	f.Add("e30.e30.e30")
	f.Add("eyJhbGciOiJub25lIn0.e30.")
	f.Add("{}")
	f.Fuzz(func(t *testing.T, token string) {
		r := post("{}", "")
		r.Header["Authorization"] = []string{"Bearer " + token}
		if p, err := g.Service(r); err == nil {
			t.Fatalf("let in: %+v", p)
		}
	})
}

func TestBreaker(t *testing.T) {
	now := clock.NewManual(time.Unix(1e9, 0))
	b := breaker{clock: now}
	for range breakAfter {
		check(t, b.allow())
		b.note(false)
	}
	if b.allow() == nil {
		t.Error("still asks a signer that is down")
	}
	now.Add(firstBreak)
	check(t, b.allow())
	b.note(false)
	if now.Add(firstBreak); b.allow() == nil {
		t.Error("the pause does not grow")
	}
	now.Add(longestBreak)
	b.note(true)
	check(t, b.allow())
}

func TestSetupFits(t *testing.T) {
	files, err := Setup([]string{"127.0.0.1", "signer.example.org"}, "core", time.Now())
	check(t, err)
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(files["ca.pem"])
	for name, usage := range map[string]x509.ExtKeyUsage{"signer": x509.ExtKeyUsageServerAuth, "core": x509.ExtKeyUsageClientAuth} {
		pair, err := tls.X509KeyPair(files[name+".pem"], files[name+".key"])
		check(t, err)
		leaf, err := x509.ParseCertificate(pair.Certificate[0])
		check(t, err)
		if _, err := leaf.Verify(x509.VerifyOptions{Roots: roots, KeyUsages: []x509.ExtKeyUsage{usage}}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	key, err := ParseTokenKey(files["core-token.key"])
	check(t, err)
	pub, err := ParsePublicKey(files["core-token.pub"])
	check(t, err)
	if !bytes.Equal(pub.(ed25519.PublicKey), key.Public().(ed25519.PublicKey)) {
		t.Error("the token keys do not fit")
	}
}
