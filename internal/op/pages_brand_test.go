package op

import (
	"net/http/httptest"
	"strings"
	"testing"
)

func TestLookIsKeptOnlyUnderItsOwnAddress(t *testing.T) {
	own := brandAddress("o", "theme.css", "#a4232f")
	for address, kept := range map[string]bool{
		own: true,
		brandAddress("o", "theme.css", "#1c6b3c"): false,
		strings.Split(own, "?")[0]:                false,
	} {
		w := httptest.NewRecorder()
		keep(w, httptest.NewRequest("GET", address, nil), "text/css", "#a4232f")
		if got := strings.Contains(w.Header().Get("Cache-Control"), "immutable"); got != kept {
			t.Errorf("%s: kept %v", address, got)
		}
	}
}
