package fetch

import (
	"crypto/x509"
	"net/http"
	"testing"
	"time"

	"github.com/consigil/consigil/test/testpki"
)

// FuzzEnds reads how long strangers' answers may be kept. Whatever they say, it is not for longer than the bound, and of
// a list that crypto/x509 can read not past what it says.
func FuzzEnds(f *testing.F) {
	ca := testpki.New(f, noon, false)
	for _, raw := range ca.CRLs() {
		f.Add(raw, "public, max-age=60")
	}
	f.Add([]byte{0x30, 0x80}, "max-age=99999999999999999999")
	f.Add([]byte("garbage"), `no-cache, max-age="5"`)
	client, err := New(Config{Now: func() time.Time { return noon }})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, raw []byte, control string) {
		until := client.until(&answer{header: http.Header{"Cache-Control": {control}}}, listEnd(raw))
		if until.After(noon.Add(maxKeep)) {
			t.Errorf("kept until %v", until)
		}
		if list, err := x509.ParseRevocationList(raw); err == nil && !list.NextUpdate.IsZero() && until.After(list.NextUpdate) {
			t.Errorf("kept until %v, and it ends %v", until, list.NextUpdate)
		}
		if end, ok := responseEnd(raw); ok && end.IsZero() {
			t.Error("an answer with an end that it does not have")
		}
	})
}
