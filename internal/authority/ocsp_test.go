package authority_test

import (
	"context"
	"errors"
	"path"
	"testing"

	"github.com/consigil/consigil/pki"
)

func TestOCSP(t *testing.T) {
	h := open(t, "P-256")
	ctx := context.Background()
	chain := h.seal(t)
	ask := func(request []byte) (*pki.OCSPResponse, error) {
		raw, err := h.OCSP(ctx, path.Base(chain[0].OCSPServer[0]), request)
		if err != nil {
			t.Fatal(err)
		}
		return pki.ParseOCSPResponse(raw)
	}
	state := func() pki.Status {
		request, err := pki.BuildOCSPRequest(chain[0], chain[1], []byte("0123456789abcdef"))
		if err != nil {
			t.Fatal(err)
		}
		response, err := ask(request)
		if err != nil {
			t.Fatal(err)
		}
		if string(response.Nonce) != "0123456789abcdef" {
			t.Error("the nonce does not come back")
		}
		status, err := response.Check(chain[0], chain[1], h.clock.Now())
		if err != nil {
			t.Fatal(err)
		}
		return status
	}
	if s := state(); s.State != pki.StateGood {
		t.Errorf("issued: %v", s.State)
	}
	if err := h.Revoke(ctx, chain[0], pki.ReasonKeyCompromise); err != nil {
		t.Fatal(err)
	}
	if s := state(); s.State != pki.StateRevoked || s.Reason != pki.ReasonKeyCompromise {
		t.Errorf("revoked: %v, reason %d", s.State, s.Reason)
	}
	other, err := pki.BuildOCSPRequest(chain[1], chain[2], nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, request := range map[string][]byte{"garbage": []byte("x"), "another issuer's": other} {
		if _, err := ask(request); !errors.Is(err, pki.ErrOCSPStatus) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
