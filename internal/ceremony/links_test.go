package ceremony_test

import (
	"strings"
	"testing"
	"time"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/ceremony"
	"github.com/consigil/consigil/internal/envelope"
	"github.com/consigil/consigil/internal/problem"
)

var here = ceremony.Origin{Address: "192.0.2.7", UserAgent: "test"}

// oneSigner is a small envelope that was sent.
func (w *world) oneSigner() *envelope.Full {
	w.t.Helper()
	return w.send(w.draft(envelope.NewEnvelope{
		Recipients: []envelope.RecipientInput{person("Anna Kovács")},
		Fields: []envelope.FieldInput{
			place(1, "signature", 1, 72, 100, 180, 50), place(1, "text", 1, 72, 200, 180, 20),
			place(1, "datesigned", 1, 300, 200, 120, 20),
		},
	}, contract(w.t, a4)))
}

func TestLinks(t *testing.T) {
	w := newWorld(t)
	f := w.oneSigner()
	r := f.Recipients[0].ID
	first := w.token(r)
	second := w.token(r)
	must2 := func(_ *ceremony.Session, err error) error { return err }
	for _, c := range []struct {
		name, token string
		kind        problem.Kind
		code        string
	}{
		{"empty", "", problem.NotFound, "link_unknown"},
		{"not base64", "!!!", problem.NotFound, "link_unknown"},
		{"another secret", second[:40] + strings.Repeat("A", len(second)-40), problem.NotFound, "link_unknown"},
		{"replaced", first, problem.Gone, "link_revoked"},
	} {
		t.Run(c.name, func(t *testing.T) {
			isProblem(t, must2(w.sittings.Exchange(w.ctx, c.token, here)), c.kind, c.code)
		})
	}
	before := w.events(f)
	g, err := w.sittings.Glance(w.ctx, second)
	must(t, err)
	if !g.Usable || g.Title != "Lease of a bicycle" || g.Sender != "Example Ltd" || w.events(f) != before {
		t.Errorf("glance: %+v", g)
	}
	must(t, must2(w.sittings.Exchange(w.ctx, second, here)))
	isProblem(t, must2(w.sittings.Exchange(w.ctx, second, here)), problem.Gone, "link_exchanged")
	isProblem(t, w.sittings.RequestLink(w.ctx, second), problem.Limited, "link_sent")
	w.clock.Add(3 * time.Minute)
	must(t, w.sittings.RequestLink(w.ctx, second))
	third := w.token(r)
	w.clock.Add(31 * 24 * time.Hour)
	isProblem(t, must2(w.sittings.Exchange(w.ctx, third, here)), problem.Gone, "link_expired")
	w.checkChain(f.Envelope.ID)
}

func (w *world) events(f *envelope.Full) int64 {
	w.t.Helper()
	got, err := w.envelopes.Get(w.ctx, w.sender, f.Envelope.ID)
	must(w.t, err)
	return got.Envelope.EventSeq
}

func TestExpiryAtEveryStep(t *testing.T) {
	w := newWorld(t)
	soon := w.clock.Now().Add(time.Hour)
	in := envelope.NewEnvelope{
		Input:      envelope.Input{ExpiresAt: &soon},
		Recipients: []envelope.RecipientInput{person("Anna")},
		Fields:     []envelope.FieldInput{place(1, "signature", 1, 72, 100, 180, 50)},
	}
	f := w.send(w.draft(in, contract(t, a4)))
	p := w.sit(f.Recipients[0].ID)
	w.consent(p)
	token := w.token(f.Recipients[0].ID)
	values := w.answers(p)
	w.clock.Add(time.Hour)
	for name, try := range map[string]func() error{
		"exchange": func() error { _, err := w.sittings.Exchange(w.ctx, token, here); return err },
		"state":    func() error { _, err := w.sittings.State(w.ctx, p); return err },
		"save":     func() error { return w.sittings.Save(w.ctx, p, values) },
		"preview":  func() error { _, err := w.sittings.Preview(w.ctx, p); return err },
		"decline":  func() error { return w.sittings.Decline(w.ctx, p, "no") },
		"handover": func() error { _, err := w.sittings.Handover(w.ctx, p); return err },
		"sign": func() error {
			_, err := w.sittings.Sign(w.ctx, p, ceremony.Submission{Key: "k", Values: values})
			return err
		},
		"void": func() error { _, err := w.envelopes.Void(w.ctx, w.sender, f.Envelope.ID, "late"); return err },
		"resend": func() error {
			_, err := w.envelopes.Resend(w.ctx, w.sender, f.Envelope.ID, f.Recipients[0].ID)
			return err
		},
		"reveal": func() error {
			_, _, err := w.envelopes.RevealLink(w.ctx, w.sender, f.Envelope.ID, f.Recipients[0].ID)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) { isProblem(t, try(), problem.Gone, "expired") })
	}
	got, err := w.envelopes.Get(w.ctx, w.sender, f.Envelope.ID)
	must(t, err)
	if got.Envelope.State != envelope.Expired {
		t.Errorf("state %s", got.Envelope.State)
	}
	w.checkChain(f.Envelope.ID)
}

func TestHandover(t *testing.T) {
	w := newWorld(t)
	f := w.oneSigner()
	p := w.sit(f.Recipients[0].ID)
	w.consent(p)
	h, err := w.sittings.Handover(w.ctx, p)
	must(t, err)
	_, err = w.sittings.Takeover(w.ctx, h.Code[:len(h.Code)-4]+"AAAA", here)
	isProblem(t, err, problem.NotFound, "handover_unknown")
	s, err := w.sittings.Takeover(w.ctx, h.Code, ceremony.Origin{Address: "198.51.100.9", UserAgent: "phone"})
	must(t, err)
	_, err = w.sittings.Takeover(w.ctx, h.Code, here)
	isProblem(t, err, problem.Gone, "handover_expired")
	isProblem(t, w.sittings.Save(w.ctx, p, nil), problem.Gone, "sitting_ended")
	q := w.principal(s)
	must(t, w.sittings.Save(w.ctx, q, w.answers(q)))
	h, err = w.sittings.Handover(w.ctx, q)
	must(t, err)
	w.clock.Add(2 * time.Minute)
	_, err = w.sittings.Takeover(w.ctx, h.Code, here)
	isProblem(t, err, problem.Gone, "handover_expired")
	_, err = w.sittings.Sign(w.ctx, q, ceremony.Submission{Key: "k", Reviewed: w.reviewed(q)})
	must(t, err)
	w.checkChain(f.Envelope.ID)
}

func TestSessionSecrets(t *testing.T) {
	w := newWorld(t)
	f := w.oneSigner()
	s, err := w.sittings.Exchange(w.ctx, w.token(f.Recipients[0].ID), here)
	must(t, err)
	other, err := w.sittings.Exchange(w.ctx, w.token(f.Recipients[0].ID), here)
	must(t, err)
	_, err = w.sittings.Principal(w.ctx, s.Ceremony, other.Secret)
	isProblem(t, err, problem.Unauthorized, "no_sitting")
	_, err = w.sittings.Principal(w.ctx, s.Ceremony, "nonsense")
	isProblem(t, err, problem.Unauthorized, "no_sitting")
	w.clock.Add(13 * time.Hour)
	_, err = w.sittings.Principal(w.ctx, s.Ceremony, s.Secret)
	isProblem(t, err, problem.Gone, "sitting_expired")
}

func TestValuesAreJudged(t *testing.T) {
	w := newWorld(t)
	f := w.oneSigner()
	p := w.sit(f.Recipients[0].ID)
	byType := map[string]*envelope.Field{}
	for _, fd := range f.Fields {
		byType[fd.Type] = fd
	}
	text, date := byType["text"].ID, byType["datesigned"].ID
	isProblem(t, w.sittings.Save(w.ctx, p, []ceremony.ValueInput{{Field: text, Value: []byte(`"x"`)}}), problem.Conflict, "no_consent")
	w.consent(p)
	for _, c := range []struct {
		name, value, code string
		date              bool
	}{
		{name: "no glyph", value: `"rune 𐎠"`, code: "character_unsupported"},
		{name: "not text", value: `17`, code: ""},
		{name: "server's", value: `"2026-01-01"`, code: "server_only", date: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := ceremony.ValueInput{Field: text, Value: []byte(c.value)}
			if c.date {
				in.Field = date
			}
			err := w.sittings.Save(w.ctx, p, []ceremony.ValueInput{in})
			got := problem.From(err)
			if err == nil || (c.code != "" && got.Code != c.code) || len(got.Fields) == 0 || !strings.HasPrefix(got.Fields[0].Pointer, "/values/"+string(in.Field)) {
				t.Errorf("got %v %+v", err, got)
			}
			if strings.Contains(got.Detail, "rune ") {
				t.Error("the value is echoed")
			}
		})
	}
	_, err := w.sittings.Sign(w.ctx, p, ceremony.Submission{Key: "k", Reviewed: w.reviewed(p)})
	isProblem(t, err, problem.Invalid, "required")
	if n := len(problem.From(err).Fields); n != 2 {
		t.Errorf("%d faults, want signature and text", n)
	}
}

func TestDeclineAndVoid(t *testing.T) {
	w := newWorld(t)
	f := w.send(w.draft(twoSigners(false), contract(t, a4, a4)))
	p, q := w.sit(f.Recipients[0].ID), w.sit(f.Recipients[1].ID)
	must(t, w.sittings.Decline(w.ctx, p, "The rent is wrong"))
	_, err := w.sittings.State(w.ctx, q)
	isProblem(t, err, problem.Gone, "declined")
	got, err := w.envelopes.Get(w.ctx, w.sender, f.Envelope.ID)
	must(t, err)
	if got.Envelope.State != envelope.Declined || got.Envelope.Reason != "The rent is wrong" {
		t.Errorf("%+v", got.Envelope)
	}
	f = w.oneSigner()
	p = w.sit(f.Recipients[0].ID)
	token := w.token(f.Recipients[0].ID)
	_, err = w.envelopes.Void(w.ctx, w.sender, f.Envelope.ID, " ")
	isProblem(t, err, problem.Invalid, "no_reason")
	_, err = w.envelopes.Void(w.ctx, w.sender, f.Envelope.ID, "Wrong person")
	must(t, err)
	_, err = w.sittings.State(w.ctx, p)
	isProblem(t, err, problem.Gone, "voided")
	_, err = w.sittings.Exchange(w.ctx, token, here)
	isProblem(t, err, problem.Gone, "voided")
	w.checkChain(f.Envelope.ID)
}

func TestOrderIsKept(t *testing.T) {
	w := newWorld(t)
	f := w.send(w.draft(twoSigners(true), contract(t, a4, a4)))
	_, _, err := w.envelopes.RevealLink(w.ctx, w.sender, f.Envelope.ID, f.Recipients[1].ID)
	isProblem(t, err, problem.Conflict, "not_their_turn")
	q := w.sit(f.Recipients[1].ID)
	isProblem(t, w.sittings.Save(w.ctx, q, nil), problem.Conflict, "not_their_turn")
	url, _, err := w.envelopes.RevealLink(w.ctx, w.sender, f.Envelope.ID, f.Recipients[0].ID)
	must(t, err)
	if !strings.HasPrefix(url, publicURL+"/s/") {
		t.Error("a link under another address")
	}
	foreign := *w.sender
	foreign.Org = "0192f0c0-0000-7000-8000-000000000001"
	_, err = w.envelopes.Get(w.ctx, &foreign, f.Envelope.ID)
	isProblem(t, err, problem.NotFound, "not_found")
	colleague := &access.Principal{Audience: access.Staff, Org: w.env.Org, User: "x", Role: access.Sender, Permissions: access.Set(access.Of(access.Sender))}
	_, err = w.envelopes.Get(w.ctx, colleague, f.Envelope.ID)
	isProblem(t, err, problem.NotFound, "not_found")
}
