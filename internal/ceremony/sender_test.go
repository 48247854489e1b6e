package ceremony_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/consigil/consigil/internal/envelope"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/problem"
)

// told lists the templates of the messages to the sender.
func (w *world) told(e id.ID) []string {
	w.t.Helper()
	var out []string
	must(w.t, w.env.Envelopes().View(w.ctx, w.env.Org, func(tx envelope.Tx) error {
		all, err := tx.Messages(w.ctx, e, "", 100)
		for _, m := range all {
			if m.Recipient == "" {
				out = append(out, m.Template+" "+string(m.Params))
			}
		}
		return err
	}))
	return out
}

func TestSenderIsTold(t *testing.T) {
	w := newWorld(t)
	for name, c := range map[string]struct {
		end  func(f *envelope.Full)
		want []string
	}{
		"declined": {
			func(f *envelope.Full) {
				must(t, w.sittings.Decline(w.ctx, w.sit(f.Recipients[0].ID), "Too dear"))
			},
			make([]string, 1), // the name is known later
		},
		"expired": {
			func(f *envelope.Full) {
				w.clock.Add(48 * time.Hour)
				got, err := w.envelopes.Get(w.ctx, w.sender, f.Envelope.ID)
				must(t, err)
				if got.Envelope.State != envelope.Expired {
					t.Errorf("it is %s", got.Envelope.State)
				}
			},
			[]string{"sender_expired {}"},
		},
		"voided": {
			func(f *envelope.Full) {
				_, err := w.envelopes.Void(w.ctx, w.sender, f.Envelope.ID, "Wrong rent")
				must(t, err)
			},
			nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			in := twoSigners(false)
			in.ExpiresAt = ptr(w.clock.Now().Add(24 * time.Hour))
			f := w.send(w.draft(in, contract(t, a4, a4)))
			if name == "declined" {
				c.want[0] = `sender_declined {"by":"` + f.Recipients[0].Name + `"}`
			}
			c.end(f)
			if diff := cmp.Diff(c.want, w.told(f.Envelope.ID)); diff != "" {
				t.Error(diff)
			}
			w.checkChain(f.Envelope.ID)
		})
	}
}

func TestAPIAccountsAreNotWrittenTo(t *testing.T) {
	w := newWorld(t)
	w.sender.User, w.sender.APIKey = "", id.New()
	f := w.oneSigner()
	must(t, w.sittings.Decline(w.ctx, w.sit(f.Recipients[0].ID), "No"))
	if got := w.told(f.Envelope.ID); len(got) != 0 {
		t.Errorf("told %v", got)
	}
}

func TestDeclineNeedsAReason(t *testing.T) {
	w := newWorld(t)
	f := w.oneSigner()
	p := w.sit(f.Recipients[0].ID)
	for _, reason := range []string{"", " \n\t "} {
		err := w.sittings.Decline(w.ctx, p, reason)
		isProblem(t, err, problem.Invalid, "no_reason")
		if got := problem.From(err); len(got.Fields) != 1 || got.Fields[0].Pointer != "/reason" {
			t.Errorf("fields %+v", got.Fields)
		}
	}
	if _, err := w.sittings.State(w.ctx, p); err != nil {
		t.Errorf("a refused decline ended the sitting: %v", err)
	}
}

func TestUnknownWordsOfQueries(t *testing.T) {
	w := newWorld(t)
	f := w.oneSigner()
	_, err := w.envelopes.List(w.ctx, w.sender, envelope.Filter{States: []envelope.State{envelope.Sent, "bogus"}, Limit: 5})
	isProblem(t, err, problem.Invalid, "state")
	all, err := w.envelopes.List(w.ctx, w.sender, envelope.Filter{States: []envelope.State{envelope.Sent}, Limit: 5})
	if err != nil || len(all) != 1 {
		t.Errorf("%d envelopes, %v", len(all), err)
	}
	_, _, _, err = w.envelopes.Open(w.ctx, w.sender, f.Envelope.ID, f.Documents[0].ID, "bogus")
	isProblem(t, err, problem.Invalid, "kind")
	_, _, _, err = w.envelopes.Open(w.ctx, w.sender, f.Envelope.ID, f.Documents[0].ID, envelope.SealedRev)
	isProblem(t, err, problem.NotFound, "no_revision")
}

func TestLanguagesAreThoseWithWords(t *testing.T) {
	w := newWorld(t)
	for tag, ok := range map[string]bool{"zz-ZZ": false, "fr": false, "de-AT": true, "hu": true} {
		_, err := w.envelopes.Create(w.ctx, w.sender, envelope.NewEnvelope{
			Input:      envelope.Input{Title: ptr("Lease"), Locale: ptr(tag)},
			Recipients: []envelope.RecipientInput{{Locale: ptr(tag)}},
		})
		if (err == nil) != ok {
			t.Errorf("%s: %v", tag, err)
		}
		if err != nil && problem.From(err).Fields[0].Pointer != "/locale" {
			t.Errorf("%s: %+v", tag, problem.From(err).Fields)
		}
	}
	_, err := w.envelopes.Create(w.ctx, w.sender, envelope.NewEnvelope{Input: envelope.Input{Title: ptr("x\nBcc: y")}})
	isProblem(t, err, problem.Invalid, "control_character")
}
