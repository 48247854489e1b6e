package vectors_test

import (
	"context"
	"crypto"
	"encoding/hex"
	"errors"
	"math/big"
	"testing"
	"time"

	"github.com/consigil/consigil/cms"
	"github.com/consigil/consigil/der"
	"github.com/consigil/consigil/pki/pkitest"
	"github.com/consigil/consigil/tsp"
	"github.com/consigil/consigil/vectors"
)

func unhex(t *testing.T, text string) []byte {
	t.Helper()
	out, err := hex.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestEncodings(t *testing.T) {
	t.Parallel()
	all, err := vectors.Encodings()
	if err != nil || len(all) < 20 {
		t.Fatalf("%d vectors, %v", len(all), err)
	}
	for _, v := range all {
		got, err := der.Normalize(unhex(t, v.Input), der.DefaultLimits())
		if (err == nil) != (v.Output != "") || hex.EncodeToString(got.DER) != v.Output || got.Strict != v.Strict {
			t.Errorf("%s: %x strict %v, %v", v.Name, got.DER, got.Strict, err)
		}
	}
}

func outcome(err error) string {
	for name, kind := range map[string]error{
		"malformed": cms.ErrMalformed, "many_signers": cms.ErrManySigners, "no_certificate": cms.ErrNoCertificate,
		"attributes": cms.ErrAttributes, "digest": cms.ErrDigest, "signature": cms.ErrSignature, "algorithm": cms.ErrAlgorithm,
		"algorithm_mismatch": cms.ErrAlgorithmMismatch, "signing_certificate": cms.ErrSigningCertificate,
	} {
		if errors.Is(err, kind) {
			return name
		}
	}
	if err != nil {
		return err.Error()
	}
	return "good"
}

func TestSignatures(t *testing.T) {
	t.Parallel()
	all, err := vectors.Signatures()
	if err != nil || len(all) < 25 {
		t.Fatalf("%d vectors, %v", len(all), err)
	}
	for _, v := range all {
		content := unhex(t, v.Content)
		s, err := cms.Parse(unhex(t, v.CMS))
		binding := 0
		if err == nil {
			var verified *cms.Verified
			verified, err = s.Verify(func(h crypto.Hash) ([]byte, error) {
				hasher := h.New()
				hasher.Write(content)
				return hasher.Sum(nil), nil
			})
			if err == nil {
				binding = int(verified.Binding)
			}
		}
		if got := outcome(err); got != v.Outcome || binding != v.Binding {
			t.Errorf("%s: %s with binding %d, want %s with %d (%v)", v.Name, got, binding, v.Outcome, v.Binding, err)
		}
	}
}

func TestRequests(t *testing.T) {
	t.Parallel()
	all, err := vectors.Requests()
	if err != nil || len(all) < 15 {
		t.Fatalf("%d vectors, %v", len(all), err)
	}
	at := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	tsa := pkitest.Root(t, "Root", "P-256", at).TSA(t, "TSA", "P-256", at)
	authority := &tsp.Authority{
		Signer: tsa.Signer, Certificate: tsa.Certificate, Policy: []int{1, 3, 6, 1, 4, 1, 99999, 1},
		Serial: func() (*big.Int, error) { return big.NewInt(1), nil }, Clock: func() time.Time { return at },
	}
	for _, v := range all {
		answer, err := authority.Respond(context.Background(), unhex(t, v.Request))
		if err != nil {
			t.Fatal(err)
		}
		response, err := tsp.ParseResponse(answer)
		if err != nil {
			t.Fatal(err)
		}
		if got := response.Failure.String(); got != v.Failure && (v.Failure != "" || got != "none") {
			t.Errorf("%s: %s, want %s", v.Name, got, v.Failure)
		}
		if v.Failure == "" {
			compare(t, v)
		}
	}
}

func compare(t *testing.T, v vectors.Request) {
	t.Helper()
	req, err := tsp.ParseRequest(unhex(t, v.Request))
	if err != nil {
		t.Errorf("%s: %v", v.Name, err)
		return
	}
	nonce := ""
	if req.Nonce != nil {
		nonce = req.Nonce.String()
	}
	if req.HashAlgorithm.String() != v.Hash || hex.EncodeToString(req.Imprint) != v.Imprint || nonce != v.Nonce ||
		req.CertReq != v.CertReq || req.Policy.String() != v.Policy {
		t.Errorf("%s: %+v", v.Name, req)
	}
}
