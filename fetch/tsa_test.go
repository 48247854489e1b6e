package fetch

import (
	"context"
	"crypto"
	"crypto/tls"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/consigil/consigil/internal/standin/tsa"
	"github.com/consigil/consigil/pki"
	"github.com/consigil/consigil/test/testpki"
	"github.com/consigil/consigil/tsp"
)

var (
	_ tsp.Sized       = (*TSA)(nil)
	_ tsp.TokenSource = (*TSA)(nil)
)

func standin(t *testing.T) (*tsa.Authority, *Client) {
	t.Helper()
	a := tsa.New(t, func() time.Time { return noon })
	client, err := New(Config{Local: []string{a.URL}, Now: func() time.Time { return noon }})
	if err != nil {
		t.Fatal(err)
	}
	return a, client
}

// wrongAnswers are the ways in which an authority can be wrong, with the error that says so.
func wrongAnswers() map[tsa.Kind]error {
	return map[tsa.Kind]error{
		tsa.BadImprint: tsp.ErrImprint, tsa.OtherHash: tsp.ErrImprint, tsa.WrongNonce: tsp.ErrNonce, tsa.NoNonce: tsp.ErrNonce,
		tsa.WrongUsage: tsp.ErrUsage, tsa.NoUsage: tsp.ErrUsage, tsa.UsageNotCritical: tsp.ErrUsage, tsa.UsageNotAlone: tsp.ErrUsage,
		tsa.Old: tsp.ErrOld, tsa.Future: tsp.ErrFuture, tsa.Huge: ErrTooLarge, tsa.Slow: context.DeadlineExceeded,
		tsa.Silent: context.DeadlineExceeded, tsa.Garbage: tsp.ErrMalformed, tsa.Empty: tsp.ErrMalformed, tsa.HTML: ErrMedia,
		tsa.Cut: tsp.ErrMalformed, tsa.Trailing: tsp.ErrMalformed, tsa.Rejection: tsp.ErrRefused, tsa.Waiting: tsp.ErrRefused,
		tsa.NoTime: tsp.ErrRefused, tsa.GrantedNothing: tsp.ErrMalformed, tsa.ServerError: ErrAnswer, tsa.Forbidden: ErrAnswer,
		tsa.Redirect: ErrRefused, tsa.TwoSigners: tsp.ErrSigners, tsa.NoSigner: tsp.ErrSigners, tsa.BrokenSignature: tsp.ErrSignature,
		tsa.ChangedContent: tsp.ErrSignature, tsa.WrongPolicy: tsp.ErrPolicy, tsa.OtherCertificate: tsp.ErrBinding,
		tsa.NoCertificateID: tsp.ErrBinding, tsa.NoCertificates: tsp.ErrBinding, tsa.NotTSTInfo: tsp.ErrMalformed,
		tsa.WeakDigest: tsp.ErrWeak, tsa.Expired: tsp.ErrValidity,
	}
}

// TestWrongAnswers: each wrong answer is refused for what is wrong with it, and the next authority is asked.
func TestWrongAnswers(t *testing.T) {
	t.Parallel()
	a, client := standin(t)
	for kind, want := range wrongAnswers() {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			source := TSA{Client: client, URLs: []string{a.URL + "/" + string(kind)}, Policy: asn1.ObjectIdentifier{1, 3, 6, 1}, Within: 700 * time.Millisecond}
			token, err := source.Timestamp(t.Context(), crypto.SHA256, make([]byte, 32))
			if !errors.Is(err, want) || token != nil {
				t.Errorf("got %v, want %v", err, want)
			}
			var who *AuthorityError
			if !errors.As(err, &who) || !strings.HasPrefix("http://"+who.Name, a.URL) {
				t.Errorf("the error does not name the authority: %v", err)
			}
			source.URLs, source.Within = append(source.URLs, a.URL+"/good"), 0
			if kind == tsa.Slow || kind == tsa.Silent {
				source.Within = 2 * time.Second
			}
			if _, err := source.Timestamp(t.Context(), crypto.SHA256, make([]byte, 32)); err != nil {
				t.Errorf("the second authority: %v", err)
			}
		})
	}
}

func TestGoodAnswers(t *testing.T) {
	t.Parallel()
	a, client := standin(t)
	for _, kind := range []tsa.Kind{tsa.Good, tsa.GoodV1} {
		for _, hash := range []crypto.Hash{crypto.SHA256, crypto.SHA384, crypto.SHA512} {
			source := TSA{Client: client, Authorities: []TimestampAuthority{{URL: a.URL + "/" + string(kind), Policy: tsa.Policy(), Anchors: []*x509.Certificate{a.Root}}}}
			if n := source.TokenSize(); hash == crypto.SHA256 && n != 0 {
				t.Errorf("size %d before any token", n)
			}
			token, err := source.Timestamp(t.Context(), hash, make([]byte, hash.Size()))
			if err != nil {
				t.Fatalf("%s, %v: %v", kind, hash, err)
			}
			if n := source.TokenSize(); n < len(token) || n > len(token)+100 {
				t.Errorf("size %d after a token of %d", n, len(token))
			}
		}
	}
}

func TestAnchors(t *testing.T) {
	t.Parallel()
	a, client := standin(t)
	other := testpki.New(t, noon, false)
	source := TSA{Client: client, Authorities: []TimestampAuthority{{URL: a.URL + "/good", Anchors: []*x509.Certificate{other.Root}}}}
	if _, err := source.Timestamp(t.Context(), crypto.SHA256, make([]byte, 32)); !errors.Is(err, pki.ErrNoAnchor) {
		t.Errorf("a token of a strange authority: %v", err)
	}
}

// TestRepeats: what may be over in a moment is asked again, what is wrong is not.
func TestRepeats(t *testing.T) {
	t.Parallel()
	a, client := standin(t)
	for kind, want := range map[tsa.Kind]int{tsa.ServerError: 3, tsa.NoTime: 3, tsa.Rejection: 1, tsa.Garbage: 1, tsa.Forbidden: 1} {
		source := TSA{Client: client, URLs: []string{a.URL + "/" + string(kind)}}
		if _, err := source.Timestamp(t.Context(), crypto.SHA256, make([]byte, 32)); err == nil {
			t.Errorf("%s gave a token", kind)
		}
		if n := a.Asked(kind); n != want {
			t.Errorf("%s: asked %d times, want %d", kind, n, want)
		}
	}
}

// TestPassedOver: an authority that fails again and again is not asked for a while, by anybody who shares the client.
func TestPassedOver(t *testing.T) {
	t.Parallel()
	a, client := standin(t)
	address := a.URL + "/" + string(tsa.Forbidden)
	ask := func() error {
		source := TSA{Client: client, URLs: []string{address}}
		_, err := source.Timestamp(t.Context(), crypto.SHA256, make([]byte, 32))
		return err
	}
	for range breakerFailures {
		if err := ask(); !errors.Is(err, ErrAnswer) {
			t.Fatal(err)
		}
	}
	other := TSA{Client: client, URLs: []string{address, a.URL + "/good"}}
	if err := ask(); !errors.Is(err, ErrUnavailable) || a.Asked(tsa.Forbidden) != breakerFailures {
		t.Errorf("asked %d times, then: %v", a.Asked(tsa.Forbidden), err)
	}
	if _, err := other.Timestamp(t.Context(), crypto.SHA256, make([]byte, 32)); err != nil || other.TokenSize() == 0 {
		t.Errorf("the second authority: %v, size %d", err, other.TokenSize())
	}
	refusing := TSA{Client: client, URLs: []string{a.URL + "/" + string(tsa.Rejection)}}
	for range 2 * breakerFailures {
		if _, err := refusing.Timestamp(t.Context(), crypto.SHA256, make([]byte, 32)); !errors.Is(err, tsp.ErrRefused) {
			t.Fatalf("one that works and says no: %v", err)
		}
	}
}

func TestCallerGivesUp(t *testing.T) {
	t.Parallel()
	a, client := standin(t)
	source := TSA{Client: client, URLs: []string{a.URL + "/silent"}}
	for range 2 * breakerFailures {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(10*time.Millisecond, cancel)
		if _, err := source.Timestamp(ctx, crypto.SHA256, make([]byte, 32)); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
	}
	if !source.Available() {
		t.Error("impatience was counted against the authority")
	}
}

// TestPassword: it reaches the authority and nobody else, in no words.
func TestPassword(t *testing.T) {
	t.Parallel()
	a, _ := standin(t)
	const secret = "hunter2-horse"
	var elsewhere atomic.Int32
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { elsewhere.Add(1) }))
	defer other.Close()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, password, _ := r.BasicAuth()
		switch {
		case user != "consigil" || password != secret:
			w.WriteHeader(http.StatusUnauthorized)
		case r.URL.Path == "/away":
			http.Redirect(w, r, other.URL+"/?p="+password, http.StatusTemporaryRedirect)
		case r.URL.Path == "/echo":
			http.Error(w, password, http.StatusForbidden)
		default:
			a.ServeHTTP(w, r)
		}
	}))
	defer server.Close()
	client, err := New(Config{Trusted: true, Now: func() time.Time { return noon }})
	if err != nil {
		t.Fatal(err)
	}
	ask := func(address, password string) error {
		source := TSA{Client: client, Authorities: []TimestampAuthority{{URL: address, User: "consigil", Password: password}}}
		_, err := source.Timestamp(t.Context(), crypto.SHA256, make([]byte, 32))
		if err != nil && strings.Contains(err.Error(), password) {
			t.Errorf("the error tells the password: %v", err)
		}
		return err
	}
	if err := ask(server.URL+"/good", secret); err != nil {
		t.Error(err)
	}
	var status *StatusError
	if err := ask(server.URL+"/good", "wrong-guess"); !errors.As(err, &status) || status.Status != http.StatusUnauthorized {
		t.Errorf("wrong password: %v", err)
	}
	if err := ask(server.URL+"/away", secret); !errors.Is(err, ErrRefused) {
		t.Errorf("redirect: %v", err)
	}
	if err := ask(server.URL+"/echo", secret); !errors.Is(err, ErrAnswer) {
		t.Errorf("echo: %v", err)
	}
	if err := ask("http://192.0.2.1/", secret); !errors.Is(err, ErrRefused) {
		t.Errorf("over plain http: %v", err)
	}
	if n := elsewhere.Load(); n != 0 {
		t.Errorf("%d requests went elsewhere", n)
	}
}

// TestClientCertificate: mutual TLS, as e-Szigno offers it, under a private CA.
func TestClientCertificate(t *testing.T) {
	t.Parallel()
	a, client := standin(t)
	ca := testpki.New(t, time.Now(), false)
	leaf := ca.Leaf("Client", "p-256")
	server := httptest.NewUnstartedServer(a)
	pool := x509.NewCertPool()
	pool.AddCert(ca.Root)
	server.TLS = &tls.Config{ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: pool, MinVersion: tls.VersionTLS12}
	server.StartTLS()
	defer server.Close()
	client.config.Trusted = true
	pair := &tls.Certificate{Certificate: [][]byte{leaf.Cert.Raw, ca.Issuing.Raw}, PrivateKey: leaf.Key}
	roots := []*x509.Certificate{server.Certificate()}
	for name, c := range map[string]struct {
		authority TimestampAuthority
		want      error
	}{
		"both":           {TimestampAuthority{Certificate: pair, CA: roots}, nil},
		"no certificate": {TimestampAuthority{CA: roots}, ErrUnreachable},
		"no root":        {TimestampAuthority{Certificate: pair}, ErrTLS},
	} {
		c.authority.URL = server.URL + "/good"
		source := TSA{Client: client, Authorities: []TimestampAuthority{c.authority}}
		if _, err := source.Timestamp(t.Context(), crypto.SHA256, make([]byte, 32)); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestNoAuthority(t *testing.T) {
	t.Parallel()
	_, client := standin(t)
	none := TSA{Client: client}
	if _, err := none.Timestamp(t.Context(), crypto.SHA256, make([]byte, 32)); err == nil || none.Available() {
		t.Error("a list without authorities gave a token")
	}
}
