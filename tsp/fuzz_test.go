package tsp_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/sha256"
	"math/big"
	"testing"

	"github.com/consigil/consigil/tsp"
)

// FuzzRespond gives an authority anything: it always answers, and grants only
// what was asked.
func FuzzRespond(f *testing.F) {
	a, _ := authority(f, "P-256")
	sum := sha256.Sum256([]byte("data"))
	for _, r := range []tsp.Request{
		{HashAlgorithm: crypto.SHA256, Imprint: sum[:], CertReq: true}, {HashAlgorithm: crypto.SHA256, Imprint: sum[:], Nonce: big.NewInt(77), Policy: policy},
	} {
		raw, err := r.DER()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		answer, err := a.Respond(context.Background(), in)
		if err != nil {
			t.Fatal(err)
		}
		response, err := tsp.ParseResponse(answer)
		if err != nil {
			t.Fatalf("answer cannot be read: %v", err)
		}
		req, err := tsp.ParseRequest(in)
		if (err == nil) != (response.Status == tsp.StatusGranted) && response.Failure != tsp.FailureUnacceptedPolicy {
			t.Fatalf("request %v, status %d", err, response.Status)
		}
		if response.Status == tsp.StatusGranted {
			if _, err := response.Check(req); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// FuzzParseResponse reads anything as a response and as a token.
func FuzzParseResponse(f *testing.F) {
	a, _ := authority(f, "P-256")
	sum := sha256.Sum256([]byte("data"))
	raw, err := tsp.Request{HashAlgorithm: crypto.SHA256, Imprint: sum[:], CertReq: true, Nonce: big.NewInt(1)}.DER()
	if err != nil {
		f.Fatal(err)
	}
	for _, request := range [][]byte{raw, nil} {
		answer, err := a.Respond(context.Background(), request)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(answer)
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		response, err := tsp.ParseResponse(in)
		if err != nil || response.Token == nil {
			return
		}
		token, err := tsp.ParseToken(response.Token)
		if err != nil {
			return
		}
		if token.Accuracy < 0 || token.Serial == nil {
			t.Fatalf("%+v", token)
		}
		_, _ = token.Verify(crypto.SHA256, sum[:]) // either outcome is fine
	})
}

// FuzzParseToken reads anything as a token.
func FuzzParseToken(f *testing.F) {
	a, _ := authority(f, "P-256")
	sum := sha256.Sum256([]byte("data"))
	raw, err := a.Timestamp(context.Background(), crypto.SHA256, sum[:])
	if err != nil {
		f.Fatal(err)
	}
	f.Add(raw)
	f.Add(append(bytes.Clone(raw), 0))
	f.Fuzz(func(_ *testing.T, in []byte) {
		if token, err := tsp.ParseToken(in); err == nil {
			_, _ = token.Verify(token.Hash, token.Imprint) // either outcome is fine
		}
	})
}
