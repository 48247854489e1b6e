package esign

import (
	"bytes"
	"crypto"
	"crypto/sha256"
	"crypto/subtle"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"net/http"
	"strings"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/clock"
	"github.com/consigil/consigil/internal/op"
	"github.com/consigil/consigil/internal/problem"
)

// maxToken bounds a token, octets, before it is parsed.
const maxToken = 4 << 10

// Service is one that may ask, with its ways to prove itself.
type Service struct {
	Name  string             // also the name that its client certificate bears
	Certs bool               // a certificate of Config.ClientCA with its name is enough
	Keys  []crypto.PublicKey // that sign its tokens
}

// Gate lets the services of its list in and nobody else.
type Gate struct {
	services []Service
	audience string
	clock    clock.Clock
	seen     *seen
}

// NewGate takes the list and the address by which services name this signer; dir keeps the ids of tokens that were
// used, so that a restart forgets none.
func NewGate(services []Service, audience, dir string, clk clock.Clock) (*Gate, error) {
	s, err := openSeen(dir, clk.Now())
	if err != nil {
		return nil, err
	}
	return &Gate{services: services, audience: audience, clock: clk, seen: s}, nil
}

// Close gives the file of used tokens back.
func (g *Gate) Close() error { return g.seen.close() }

// errNot says the same of every failure: which check refused is for the log.
func errNot(cause error) error {
	return problem.Wrap(cause, problem.Unauthorized, "not_a_service", "Present a client certificate or a token that this signer accepts.")
}

// Service implements httpapi.Services. A token is preferred, for it says more than the connection does.
func (g *Gate) Service(r *http.Request) (*access.Principal, error) {
	name, err := g.name(r)
	if err != nil {
		return nil, errNot(err)
	}
	return &access.Principal{Audience: access.Service, Service: name}, nil
}

func (g *Gate) name(r *http.Request) (string, error) {
	scheme, token, ok := strings.Cut(r.Header.Get("Authorization"), " ")
	if ok && strings.EqualFold(scheme, "Bearer") {
		return g.byToken(r, strings.TrimSpace(token))
	}
	if r.TLS == nil || len(r.TLS.VerifiedChains) == 0 {
		return "", errors.New("neither a token nor a client certificate")
	}
	return g.byCertificate(r.TLS.VerifiedChains[0][0])
}

// byCertificate finds the service that a certificate names: by common name, or by a DNS name or URI.
func (g *Gate) byCertificate(leaf *x509.Certificate) (string, error) {
	names := append([]string{leaf.Subject.CommonName}, leaf.DNSNames...)
	for _, u := range leaf.URIs {
		names = append(names, u.String())
	}
	found := ""
	for _, s := range g.services {
		for _, name := range names {
			if s.Certs && subtle.ConstantTimeCompare([]byte(s.Name), []byte(name)) == 1 {
				found = s.Name
			}
		}
	}
	if found == "" {
		return "", errors.New("the client certificate names no service of the list")
	}
	return found, nil
}

func (g *Gate) byToken(r *http.Request, token string) (string, error) {
	if len(token) > maxToken {
		return "", errors.New("the token is too long")
	}
	parsed, err := jwt.ParseSigned(token, []jose.SignatureAlgorithm{jose.EdDSA, jose.ES256})
	if err != nil || len(parsed.Headers) != 1 {
		return "", errors.New("the token is malformed, or of another algorithm")
	}
	name, c, err := g.verify(parsed)
	if err != nil {
		return "", err
	}
	if err := g.check(c, r); err != nil {
		return "", err
	}
	if err := g.bind(r, c.SHA256); err != nil {
		return "", err
	}
	if err := g.seen.add(c.ID, c.Expiry.Time().Add(skew), g.clock.Now()); err != nil {
		return "", err
	}
	return name, nil
}

// verify finds the service whose key made the token; every key is tried, whichever fits.
func (g *Gate) verify(token *jwt.JSONWebToken) (string, *claims, error) {
	name, found := "", &claims{}
	for _, s := range g.services {
		for _, key := range s.Keys {
			c := &claims{}
			if alg, err := algorithm(key); err != nil || string(alg) != token.Headers[0].Algorithm || token.Claims(key, c) != nil {
				continue
			}
			if subtle.ConstantTimeCompare([]byte(c.Subject), []byte(s.Name)) == 1 {
				name, found = s.Name, c
			}
		}
	}
	if name == "" {
		return "", nil, errors.New("no service of the list has signed the token")
	}
	return name, found, nil
}

// check compares the claims with the time, this signer and the request.
func (g *Gate) check(c *claims, r *http.Request) error {
	now := g.clock.Now()
	switch {
	case c.IssuedAt == nil || c.Expiry == nil || c.Expiry.Time().Sub(c.IssuedAt.Time()) > TokenLife:
		return errors.New("the token says no time, or lives too long")
	case now.Add(skew).Before(c.IssuedAt.Time()), c.NotBefore != nil && now.Add(skew).Before(c.NotBefore.Time()):
		return errors.New("the token is not good yet")
	case now.After(c.Expiry.Time().Add(skew)):
		return errors.New("the token has expired")
	case len(c.Audience) != 1 || !equal(c.Audience[0], g.audience):
		return errors.New("the token is for another signer")
	case !equal(c.Method, r.Method) || !equal(c.Path, r.URL.RequestURI()):
		return errors.New("the token is for another request")
	case len(c.ID) < 16 || len(c.ID) > 128:
		return errors.New("the token has no usable id")
	}
	return nil
}

func equal(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// bind holds the body to its digest: a small one is read now, a long one is checked as it is read.
func (g *Gate) bind(r *http.Request, digest string) error {
	want, err := hex.DecodeString(digest)
	if err != nil || len(want) != sha256.Size {
		return errors.New("the token names no digest of the body")
	}
	if r.ContentLength < 0 || r.ContentLength > op.DefaultMaxBody {
		r.Body = &bound{ReadCloser: r.Body, sum: sha256.New(), want: want}
		return nil
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return errors.New("the body did not arrive whole")
	}
	if sum := sha256.Sum256(body); subtle.ConstantTimeCompare(sum[:], want) != 1 {
		return errors.New("the token is for another body")
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	return nil
}

// bound is a body whose end is an error where it is not the one that the token is for. Handlers act on a body only
// after they have read it to its end.
type bound struct {
	io.ReadCloser
	sum  hash.Hash
	want []byte
}

func (b *bound) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.sum.Write(p[:n])
	if errors.Is(err, io.EOF) && subtle.ConstantTimeCompare(b.sum.Sum(nil), b.want) != 1 {
		return n, errNot(errors.New("the token is for another body"))
	}
	return n, err
}
