package ceremony_test

import (
	"testing"
	"time"

	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/problem"
)

const nonce = "AAAAAAAAAAAAAAAAAAAAAA"

// TestExchangeOnce presses a page's button twice, and a second page's button too.
func TestExchangeOnce(t *testing.T) {
	w := newWorld(t)
	f := w.oneSigner()
	token := w.token(f.Recipients[0].ID)
	first, err := w.sittings.ExchangeOnce(w.ctx, token, nonce, here)
	must(t, err)
	events := w.events(f)
	again, err := w.sittings.ExchangeOnce(w.ctx, token, nonce, here)
	must(t, err)
	if *again != *first || w.events(f) != events {
		t.Errorf("pressed twice: %+v and %+v", first, again)
	}
	p, err := w.sittings.Principal(w.ctx, first.Ceremony, first.Secret)
	must(t, err)
	if p.Recipient != f.Recipients[0].ID || !id.Valid(string(first.Ceremony)) {
		t.Errorf("the sitting is of %+v", p)
	}
	for _, other := range []string{"", "short", "BAAAAAAAAAAAAAAAAAAAAA"} {
		_, err = w.sittings.ExchangeOnce(w.ctx, token, other, here)
		isProblem(t, err, problem.Gone, "link_exchanged")
	}
	w.clock.Add(2 * time.Minute)
	_, err = w.sittings.ExchangeOnce(w.ctx, token, nonce, here)
	isProblem(t, err, problem.Gone, "link_exchanged")
	_, err = w.sittings.ExchangeOnce(w.ctx, "nothing", nonce, here)
	isProblem(t, err, problem.NotFound, "link_unknown")
	w.checkChain(f.Envelope.ID)
}

// TestResume opens a used link in browsers that have one, another or no sitting.
func TestResume(t *testing.T) {
	w := newWorld(t)
	f, other := w.oneSigner(), w.oneSigner()
	token := w.token(f.Recipients[0].ID)
	mine, err := w.sittings.Exchange(w.ctx, token, here)
	must(t, err)
	theirs, err := w.sittings.Exchange(w.ctx, w.token(other.Recipients[0].ID), here)
	must(t, err)
	for name, c := range map[string]struct {
		secrets map[id.ID]string
		ok      bool
	}{
		"none":           {nil, false},
		"another's":      {map[id.ID]string{theirs.Ceremony: theirs.Secret}, false},
		"a wrong secret": {map[id.ID]string{mine.Ceremony: theirs.Secret}, false},
		"both":           {map[id.ID]string{mine.Ceremony: mine.Secret, theirs.Ceremony: theirs.Secret}, true},
	} {
		got, ok := w.sittings.Resume(w.ctx, token, c.secrets)
		if ok != c.ok || ok && got != mine.Ceremony {
			t.Errorf("%s: %s %v", name, got, ok)
		}
	}
	if _, ok := w.sittings.Resume(w.ctx, "nothing", nil); ok {
		t.Error("an unknown link led somewhere")
	}
	w.clock.Add(13 * time.Hour)
	if _, ok := w.sittings.Resume(w.ctx, token, map[id.ID]string{mine.Ceremony: mine.Secret}); ok {
		t.Error("an ended sitting was found")
	}
}
