package e2e

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"
)

// progress is the data of an event named state.
type progress struct {
	State          string
	RecipientState string `json:"recipient_state"`
	Documents      []struct{ ID, State, Level string }
}

// until waits for a state, skipping those before it.
func (s *stream) until(t *testing.T, ok func(*progress) bool) (seen []string) {
	t.Helper()
	deadline := time.After(20 * time.Second)
	for {
		select {
		case data := <-s.data:
			seen = append(seen, data)
			var p progress
			if err := json.Unmarshal([]byte(data), &p); err != nil {
				t.Fatal(err)
			}
			if ok(&p) {
				return seen
			}
		case <-deadline:
			t.Fatalf("the state was not told; seen %v", seen)
		}
	}
}

// TestCeremonyStream follows an envelope as its first signer, through an edge, from the first look to the sealed file.
func TestCeremonyStream(t *testing.T) {
	in := edgeAndCore(t)
	api := in.api(t)
	e := api.sent(contract(t))
	one, two := in.guest(t), in.guest(t)
	path := one.sit(api.reveal(e.ID, e.Recipients[0].ID))
	follow := one.follow(path + "/events")
	follow.until(t, func(p *progress) bool {
		return p.State == "sent" && p.RecipientState == "opened" && len(p.Documents) == 1
	})
	token := api.reveal(e.ID, e.Recipients[0].ID)
	one2 := in.guest(t)
	one2.sign(token)
	follow.until(t, func(p *progress) bool { return p.State == "in_progress" && p.RecipientState == "done" })
	var v struct {
		WaitsFor     bool `json:"waits_for_others"`
		SignersDone  int  `json:"signers_done"`
		SignersTotal int  `json:"signers_total"`
		Told         struct {
			Sender bool
			Others int
		} `json:"tells_on_decline"`
		AskedBy   string `json:"asked_by"`
		Documents []struct{ State, Level string }
	}
	one.must(http.MethodGet, path, nil, &v)
	if !v.WaitsFor || v.SignersDone != 1 || v.SignersTotal != 2 || v.Told.Sender || v.Told.Others != 1 || v.AskedBy != "" || v.Documents[0].State != "base" {
		t.Errorf("the sitting %+v", v)
	}
	two.sign(api.reveal(e.ID, e.Recipients[1].ID))
	seen := follow.until(t, func(p *progress) bool { return p.State == "delivered" && p.Documents[0].Level == "B-T" })
	if all := strings.Join(seen, " "); strings.Contains(all, "example.org") || strings.Contains(all, e.Recipients[1].ID) {
		t.Errorf("the stream names somebody: %s", all)
	}
}
