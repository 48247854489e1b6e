package tsp_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rand"
	"crypto/sha1" // an imprint that must be refused
	"crypto/sha256"
	"crypto/sha512"
	"encoding/asn1"
	"errors"
	"math/big"
	"testing"
	"time"

	"github.com/consigil/consigil/pki"
	"github.com/consigil/consigil/pki/pkitest"
	"github.com/consigil/consigil/signer"
	"github.com/consigil/consigil/tsp"
)

var (
	when   = time.Date(2026, 11, 22, 12, 0, 0, 120_900_000, time.UTC) // a fixed instant
	policy = asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 99999, 1}        // a fixed policy
)

func authority(t testing.TB, kind string) (*tsp.Authority, *pkitest.Entity) {
	t.Helper()
	root := pkitest.Root(t, "Root", "P-256", when)
	tsa := root.TSA(t, "TSA", kind, when)
	return &tsp.Authority{
		Signer: tsa.Signer, Certificate: tsa.Certificate, Chain: tsa.Chain, Policy: policy,
		Serial:   func() (*big.Int, error) { return pki.RandomSerial(rand.Reader) },
		Clock:    func() time.Time { return when },
		Accuracy: 1*time.Second + 500*time.Millisecond + 20*time.Microsecond,
	}, tsa
}

func TestRequestAndAnswer(t *testing.T) {
	t.Parallel()
	data := []byte("data")
	sum256, sum384, sum512 := sha256.Sum256(data), sha512.Sum384(data), sha512.Sum512(data)
	for _, kind := range []string{"P-256", "P-384", "RSA-2048", "Ed25519"} {
		a, tsa := authority(t, kind)
		for _, req := range []tsp.Request{
			{HashAlgorithm: crypto.SHA256, Imprint: sum256[:], CertReq: true},
			{HashAlgorithm: crypto.SHA384, Imprint: sum384[:], CertReq: true, Nonce: big.NewInt(1 << 40)},
			{HashAlgorithm: crypto.SHA512, Imprint: sum512[:], Nonce: big.NewInt(-5), Policy: policy},
		} {
			token := ask(t, a, req)
			if _, err := token.Verify(req.HashAlgorithm, req.Imprint, tsa.Certificate); err != nil {
				t.Errorf("%s: %v", kind, err)
			}
			if want := when.Truncate(time.Millisecond); !token.Time.Equal(want) || token.Accuracy != a.Accuracy || !token.Policy.Equal(policy) {
				t.Errorf("%s: time %v accuracy %v policy %v", kind, token.Time, token.Accuracy, token.Policy)
			}
			if (len(token.Certificates) == 2) != req.CertReq {
				t.Errorf("%s: %d certificates", kind, len(token.Certificates))
			}
		}
	}
}

func ask(t *testing.T, a *tsp.Authority, req tsp.Request) *tsp.Token {
	t.Helper()
	raw, err := req.DER()
	if err != nil {
		t.Fatal(err)
	}
	answer, err := a.Respond(context.Background(), raw)
	if err != nil {
		t.Fatal(err)
	}
	response, err := tsp.ParseResponse(answer)
	if err != nil {
		t.Fatal(err)
	}
	token, err := response.Check(&req)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	a, _ := authority(t, "P-256")
	sum := sha256.Sum256([]byte("data"))
	good, err := tsp.Request{HashAlgorithm: crypto.SHA256, Imprint: sum[:], CertReq: true}.DER()
	if err != nil {
		t.Fatal(err)
	}
	other, err := tsp.Request{HashAlgorithm: crypto.SHA256, Imprint: sum[:], Policy: asn1.ObjectIdentifier{1, 2, 3}}.DER()
	if err != nil {
		t.Fatal(err)
	}
	weak := sha1.Sum([]byte("data")) // must be refused
	sha1Request := bytes.Join([][]byte{{0x30, 0x26, 2, 1, 1, 0x30, 0x21, 0x30, 9, 6, 5, 0x2b, 0x0e, 3, 2, 0x1a, 5, 0, 4, 20}, weak[:]}, nil)
	version2 := bytes.Clone(good)
	version2[4] = 2
	short := bytes.Clone(good)
	short[1] -= 3
	extended := append(bytes.Clone(good), 0xa0, 2, 0x30, 0)
	extended[1] += 4
	for name, c := range map[string]struct {
		request []byte
		want    tsp.Failure
	}{
		"garbage": {[]byte("garbage"), tsp.FailureBadDataFormat}, "empty": {nil, tsp.FailureBadDataFormat},
		"SHA-1": {sha1Request, tsp.FailureBadAlg}, "version": {version2, tsp.FailureBadRequest},
		"policy": {other, tsp.FailureUnacceptedPolicy}, "trailing": {append(bytes.Clone(good), 0), tsp.FailureBadDataFormat},
		"cut": {short, tsp.FailureBadDataFormat}, "huge": {make([]byte, tsp.MaxRequest+1), tsp.FailureBadDataFormat},
		"extension": {extended, tsp.FailureUnacceptedExt},
	} {
		answer, err := a.Respond(context.Background(), c.request)
		if err != nil {
			t.Fatal(err)
		}
		response, err := tsp.ParseResponse(answer)
		if err != nil || response.Status != tsp.StatusRejection || response.Failure != c.want || response.Token != nil {
			t.Errorf("%s: %+v %v", name, response, err)
			continue
		}
		if _, err := response.Check(&tsp.Request{}); !errors.Is(err, tsp.ErrRefused) {
			t.Errorf("%s: %v", name, err)
		}
	}
	a.Clock = func() time.Time { return time.Time{} }
	answer, _ := a.Respond(context.Background(), good)
	if response, err := tsp.ParseResponse(answer); err != nil || response.Failure != tsp.FailureTimeNotAvailable {
		t.Errorf("no time: %+v %v", response, err)
	}
	a.Clock = func() time.Time { return when }
	a.Serial = func() (*big.Int, error) { return nil, errors.New("disk on fire in rack 7") }
	answer, _ = a.Respond(context.Background(), good)
	if response, err := tsp.ParseResponse(answer); err != nil || response.Failure != tsp.FailureSystem || bytes.Contains(answer, []byte("rack")) {
		t.Errorf("no serial: %+v %v", response, err)
	}
}

func TestClientChecks(t *testing.T) {
	t.Parallel()
	a, _ := authority(t, "P-256")
	one, two := sha256.Sum256([]byte("one")), sha256.Sum256([]byte("two"))
	asked := tsp.Request{HashAlgorithm: crypto.SHA256, Imprint: one[:], CertReq: true, Nonce: big.NewInt(7), Policy: policy}
	raw, err := asked.DER()
	if err != nil {
		t.Fatal(err)
	}
	answer, err := a.Respond(context.Background(), raw)
	if err != nil {
		t.Fatal(err)
	}
	response, err := tsp.ParseResponse(answer)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		change func(*tsp.Request)
		want   error
	}{
		"same":    {func(*tsp.Request) {}, nil},
		"imprint": {func(r *tsp.Request) { r.Imprint = two[:] }, tsp.ErrImprint},
		"hash":    {func(r *tsp.Request) { r.HashAlgorithm = crypto.SHA384 }, tsp.ErrImprint},
		"nonce":   {func(r *tsp.Request) { r.Nonce = big.NewInt(8) }, tsp.ErrNonce},
		"policy":  {func(r *tsp.Request) { r.Policy = asn1.ObjectIdentifier{1, 2, 3} }, tsp.ErrPolicy},
	} {
		req := asked
		c.change(&req)
		if _, err := response.Check(&req); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	response.Token[len(response.Token)-1] ^= 1
	if _, err := response.Check(&asked); !errors.Is(err, tsp.ErrSignature) {
		t.Errorf("changed signature: %v", err)
	}
}

func TestCertificateForTimestampingOnly(t *testing.T) {
	t.Parallel()
	a, tsa := authority(t, "P-256")
	if err := a.Check(); err != nil {
		t.Error(err)
	}
	if err := tsp.CheckCertificate(pkitest.Root(t, "R", "P-256", when).Leaf(t, "L", "P-256", when).Certificate); !errors.Is(err, tsp.ErrUsage) {
		t.Errorf("no usage: %v", err)
	}
	a.Certificate = tsa.Chain[0]
	if err := a.Check(); err == nil {
		t.Error("a certificate of another key was taken")
	}
}

func TestSource(t *testing.T) {
	t.Parallel()
	a, _ := authority(t, "P-256")
	var source tsp.Source = a
	sum := sha256.Sum256([]byte("data"))
	raw, err := source.Timestamp(context.Background(), crypto.SHA256, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	token, err := tsp.ParseToken(raw)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := token.Verify(crypto.SHA256, sum[:]); err != nil {
		t.Error(err)
	}
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := source.Timestamp(ended, crypto.SHA256, sum[:]); !errors.Is(err, context.Canceled) {
		t.Errorf("ended context: %v", err)
	}
}

func BenchmarkToken(b *testing.B) {
	for _, kind := range []string{"P-256", "RSA-2048"} {
		b.Run(kind, func(b *testing.B) {
			a, _ := authority(b, kind)
			sum := sha256.Sum256([]byte("data"))
			raw, err := tsp.Request{HashAlgorithm: crypto.SHA256, Imprint: sum[:], CertReq: true}.DER()
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				if _, err := a.Respond(context.Background(), raw); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "tokens/s")
		})
	}
}

// BenchmarkStamp answers requests with P-256 and compares it, in turns within one run, with the bare signature.
func BenchmarkStamp(b *testing.B) {
	a, _ := authority(b, "P-256")
	sum := sha256.Sum256([]byte("data"))
	raw, err := tsp.Request{HashAlgorithm: crypto.SHA256, Imprint: sum[:], CertReq: true, Nonce: big.NewInt(1 << 60)}.DER()
	if err != nil {
		b.Fatal(err)
	}
	message := make([]byte, 256)
	var stamping, bare time.Duration
	const turn = 50
	for b.Loop() {
		begin := time.Now()
		for range turn {
			if _, err := a.Respond(context.Background(), raw); err != nil {
				b.Fatal(err)
			}
		}
		middle := time.Now()
		for range turn {
			if _, err := a.Signer.Sign(context.Background(), signer.ECDSASHA256, message); err != nil {
				b.Fatal(err)
			}
		}
		stamping, bare = stamping+middle.Sub(begin), bare+time.Since(middle)
	}
	b.ReportMetric(float64(stamping)/float64(bare), "x-bare-key")
	b.ReportMetric(float64(turn*b.N)/stamping.Seconds(), "tokens/s")
}
