//go:build interop

package token

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"github.com/consigil/consigil/internal/token/wire"
	"github.com/consigil/consigil/test/softhsm"
	"github.com/consigil/consigil/test/testpki"
)

// TestRepeatedRequestsDoNotDouble: a key that was made and a certificate that was stored before the answer was lost are
// there once.
func TestRepeatedRequestsDoNotDouble(t *testing.T) {
	k := softhsm.New(t, "consigil")
	c := open(t, k)
	request := wire.Request{Op: wire.OpGenerate, Kind: "P-256", Object: wire.Object{ID: bytes.Repeat([]byte{7}, idBytes), Label: "seal"}}
	first, err := c.call(t.Context(), request)
	if err != nil {
		t.Fatal(err)
	}
	second, err := c.call(t.Context(), request)
	if err != nil || !bytes.Equal(first.Keys[0].Public, second.Keys[0].Public) {
		t.Errorf("another key came: %v", err)
	}
	key := selected(t, c, "seal")
	ca := testpki.New(t, time.Now(), false)
	cert := ca.Certify("Seal", key.Public())
	for range 2 {
		if err := key.StoreCertificate(t.Context(), cert); err != nil {
			t.Fatal(err)
		}
	}
	if err := key.StoreCertificate(t.Context(), ca.Leaf("Other", "p-256").Cert); !errors.Is(err, ErrRefused) {
		t.Errorf("a certificate of another key: %v", err)
	}
	if again := selected(t, c, "seal"); len(again.Certificates) != 1 || !again.Certificates[0][0].Equal(cert) {
		t.Errorf("%d certificates are there", len(again.Certificates))
	}
}
