package envelope

import (
	"strings"
	"testing"

	"github.com/consigil/consigil/internal/problem"
)

// TestStateMachine states for every state and operation whether it is let in and, if not, the code.
func TestStateMachine(t *testing.T) {
	ops := []Operation{OpEdit, OpDelete, OpSend, OpPrepare, OpResend, OpReveal, OpSit, OpAct, OpDecline, OpVoid, OpExpire, OpSeal}
	const done = "already_completed"
	for state, row := range map[State]string{
		//            edit delete send prepare resend reveal sit act decline void expire seal
		Draft:      "+ + + not_sent not_sent not_sent not_sent not_sent not_sent not_sent not_sent not_sent",
		Preparing:  "preparing preparing preparing + preparing preparing preparing preparing preparing + + preparing",
		Sent:       "already_sent already_sent already_sent state + + + + + + + state",
		InProgress: "already_sent already_sent already_sent state + + + + + + + state",
		Completed:  strings.ReplaceAll("D D D D D D + D D D D +", "D", done),
		Sealing:    strings.ReplaceAll("D D D D D D + D D D D +", "D", done),
		Sealed:     strings.ReplaceAll("D D D D + + + D D D D D", "D", done),
		Delivered:  strings.ReplaceAll("D D D D + + + D D D D D", "D", done),
		Declined:   strings.TrimSpace(strings.Repeat("declined ", 12)),
		Voided:     strings.TrimSpace(strings.Repeat("voided ", 12)),
		Expired:    strings.TrimSpace(strings.Repeat("expired ", 12)),
	} {
		want := strings.Fields(row)
		for i, op := range ops {
			err := state.Allow(op)
			if got := codeOf(err); got != want[i] {
				t.Errorf("%s in %s: got %s, want %s", op, state, got, want[i])
			}
		}
	}
}

func codeOf(err error) string {
	if err == nil {
		return "+"
	}
	return problem.From(err).Code
}

func TestGroupsCoverEveryState(t *testing.T) {
	all := []State{Draft, Preparing, Sent, InProgress, Completed, Sealing, Sealed, Delivered, Declined, Voided, Expired}
	for _, s := range all {
		n := 0
		for _, g := range groups {
			for _, in := range g {
				if in == s {
					n++
				}
			}
		}
		if n == 0 {
			t.Errorf("%s is in no group", s)
		}
	}
}

func TestTurn(t *testing.T) {
	r := func(order int, state RecipientState, role string) *Recipient {
		return &Recipient{Order: order, State: state, Role: role}
	}
	for name, c := range map[string]struct {
		ordered bool
		in      []*Recipient
		want    int
	}{
		"all at once":            {false, []*Recipient{r(1, Waiting, RoleSigner), r(2, Waiting, RoleSigner)}, 2},
		"the first":              {true, []*Recipient{r(1, Waiting, RoleSigner), r(2, Waiting, RoleSigner)}, 1},
		"equals together":        {true, []*Recipient{r(1, Done, RoleSigner), r(2, Opened, RoleSigner), r(2, Waiting, RoleSigner), r(3, Waiting, RoleSigner)}, 2},
		"copies are never asked": {true, []*Recipient{r(1, Waiting, RoleCopy), r(2, Waiting, RoleViewer), r(3, Waiting, RoleSigner)}, 1},
		"everybody is done":      {false, []*Recipient{r(1, Done, RoleSigner), r(1, Waiting, RoleCopy)}, 0},
	} {
		if got := len(turn(&Envelope{Ordered: c.ordered}, c.in)); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}

func TestEmail(t *testing.T) {
	for in, want := range map[string]bool{
		"a@example.com": true, "anna.kovacs+x@mail.example.co.uk": true, "ödön@példa.hu": true, "a@localhost": true,
		"": false, "a": false, "@example.com": false, "a@": false, "a b@example.com": false, "a@exa mple.com": false,
		"a@example.com\r\nBcc: b@example.com": false, "a@b@example.com": false, ".a@example.com": false, "a..b@example.com": false,
		"Anna <a@example.com>": false, "a@-example.com": false, "a,b@example.com": false, strings.Repeat("a", 65) + "@example.com": false,
	} {
		if got := validEmail(in); got != want {
			t.Errorf("%q: %v", in, got)
		}
	}
}

func TestTokens(t *testing.T) {
	const org = "0192f0c0-0000-7000-8000-000000000001"
	token, hash, err := NewToken(org)
	if err != nil {
		t.Fatal(err)
	}
	o, h, ok := ReadToken(token)
	if !ok || o != org || string(h) != string(hash) {
		t.Error("a token must lead back to its organization and hash")
	}
	for _, bad := range []string{"", token[1:], token + "A", token + "=", strings.Repeat("=", 64), strings.Repeat("A", 10_000)} {
		if _, _, ok := ReadToken(bad); ok {
			t.Errorf("%.20q passes for a token", bad)
		}
	}
	if _, _, err := NewToken("not a uuid"); err == nil {
		t.Error("an organization that is no UUID")
	}
}

func FuzzReadToken(f *testing.F) {
	token, _, err := NewToken("0192f0c0-0000-7000-8000-000000000001")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(token)
	f.Add("")
	f.Fuzz(func(t *testing.T, s string) {
		if _, hash, ok := ReadToken(s); ok && len(hash) != 32 {
			t.Error("hash")
		}
	})
}
