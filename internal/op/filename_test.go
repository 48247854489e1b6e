package op

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/consigil/consigil/internal/envelope"
)

// TestRevisionName tells a sealed file from the one that was sent, in the reader's language.
func TestRevisionName(t *testing.T) {
	for _, c := range []struct {
		name, language string
		kind           envelope.RevisionKind
		want           string
	}{
		{"Lease.pdf", "", envelope.Prepared, "Lease.pdf"},
		{"Lease.pdf", "", envelope.SealedRev, "Lease (signed).pdf"},
		{"Lease", "fr, de-AT;q=0.5", envelope.Renewed, "Lease (unterschrieben).pdf"},
		{"a/b: Őri.PDF", "en", envelope.SealedRev, "a-b- Őri (signed).pdf"},
		{strings.Repeat("é", 300), "en", envelope.SealedRev, strings.Repeat("é", 80) + " (signed).pdf"},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Accept-Language", c.language)
		if got := revisionName(r, c.name, c.kind); got != c.want {
			t.Errorf("%q: got %q", c.name, got)
		}
	}
}
