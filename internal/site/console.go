package site

import (
	"io/fs"
	"net/http"
	"slices"
	"strings"
)

// consolePlaces are the first parts of the console's addresses; below them the app finds its way.
var consolePlaces = []string{
	"", "envelopes", "new", "messages", "users", "api-keys", "certificates", "audit", "settings", "branding", "account", "sign-in",
}

func isConsole(path string) bool {
	first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	return slices.Contains(consolePlaces, first)
}

// shell is what the console's page needs to start.
type shell struct {
	Words
	links
	Dev bool
}

// console answers every address of the console with the one page that starts it.
func (s *Site) console(w http.ResponseWriter, r *http.Request) {
	page := shell{Words: s.words(r, ""), Dev: s.dev != nil}
	policy := consolePolicy
	if page.Dev {
		page.links = links{Script: "/assets/console/" + consoleEntry}
		policy = devPolicy
	} else {
		page.links = s.bundle(consoleApp).links(consoleEntry, textsOf(page.Lang, "console"))
	}
	if page.Script == "" {
		s.placeholder(w)
		return
	}
	s.render(w, http.StatusOK, policy, "console.html", page)
}

// textsOf is the source of a namespace's words, as the manifest names it.
func textsOf(lang, namespace string) string {
	return "../internal/locale/texts/" + lang + "/" + namespace + ".json"
}

// placeholder says how to build the pages. A server without even that file leaves them out on purpose.
func (s *Site) placeholder(w http.ResponseWriter) {
	page, err := fs.ReadFile(s.cfg.Files, "placeholder.html")
	if err != nil {
		page, err = own.ReadFile("assets/noui.html")
	}
	if err != nil {
		http.Error(w, "This server has no pages.", http.StatusNotFound)
		return
	}
	pageHeaders(w.Header(), pagePolicy)
	_, _ = w.Write(page) // the reader left
}
