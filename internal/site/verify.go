package site

import (
	"net/http"

	"github.com/consigil/consigil/internal/op"
)

// verifyPage takes a file, or says what was found in one.
type verifyPage struct {
	public
	*verdict
}

// Verified says whether there is a verdict to show.
func (p verifyPage) Verified() bool { return p.verdict != nil }

// Stamped says what a time stamp over the whole file is worth.
func (p verifyPage) Stamped(t stamp) string {
	at := moment(t.Time)
	if !t.Valid {
		return p.T("stamps.failed", "time", at)
	}
	return p.T("stamps.valid", "time", at, "authority", t.Authority())
}

// verifyForm is the page that takes a file.
func (s *Site) verifyForm(w http.ResponseWriter, r *http.Request) {
	s.render(w, http.StatusOK, pagePolicy, "verify.html", verifyPage{public: s.verifying(r)})
}

func (s *Site) verifying(r *http.Request) public {
	p := s.public(r, "", verifyEntry, nil, "verify")
	p.Robots = true
	return p
}

// Verified says what was found in a file. It implements op.PageView.
func (s *Site) Verified(w http.ResponseWriter, r *http.Request, v *op.VerificationView) {
	page := verifyPage{public: s.verifying(r)}
	page.verdict = judge(page.Words, v)
	s.render(w, http.StatusOK, pagePolicy, "verify.html", page)
}
