package op

import (
	"net/http"
	"strings"

	"github.com/consigil/consigil/internal/envelope"
	"github.com/consigil/consigil/internal/locale"
)

// maxFileName keeps names below what file systems take, in letters.
const maxFileName = 80

// revisionName is what a revision is called when it is saved: a sealed file lies beside the one that was sent, in the
// same folder perhaps, and must not look like it.
func revisionName(r *http.Request, name string, kind envelope.RevisionKind) string {
	if kind != envelope.SealedRev && kind != envelope.Renewed {
		return name
	}
	return saved(r, "file.signed", name, ".pdf")
}

// saved is a name in the reader's language; subject is an envelope's title or a document's name.
func saved(r *http.Request, key, subject, ending string) string {
	if n := len(subject) - len(ending); n > 0 && strings.EqualFold(subject[n:], ending) {
		subject = subject[:n]
	}
	words, err := locale.Read(locale.Preferred(r.Header.Get("Accept-Language")), "pages")
	if err != nil { // the catalogue is part of the program, and a test reads all of it
		words = &locale.Phrases{Lang: locale.Fallback}
	}
	return words.T(key, "name", plain(subject)) + ending
}

// plain leaves out what file systems refuse in names.
func plain(name string) string {
	kept := []rune(strings.Map(func(c rune) rune {
		if c < ' ' || strings.ContainsRune(`/\:*?"<>|`, c) {
			return '-'
		}
		return c
	}, strings.TrimSpace(name)))
	return strings.TrimSpace(string(kept[:min(len(kept), maxFileName)]))
}
