package envelope

import (
	"encoding/hex"
	"testing"
	"time"

	"github.com/consigil/consigil/internal/access"
)

// TestEventHash fixes the encoding: whoever checks a bundle must get the same bytes in ten years.
func TestEventHash(t *testing.T) {
	e := Event{
		Envelope: "0192f0c0-0000-7000-8000-000000000001", Seq: 7, Type: "recipient.signed",
		At: time.UnixMicro(1_795_000_000_123_456).UTC(), Actor: access.Actor{Kind: "recipient", ID: "0192f0c0-0000-7000-8000-000000000002"},
		Facts: []byte(`{"a":1}`), Personal: []byte(`{"address":"192.0.2.7"}`), Salt: []byte("salt"), Prev: []byte{1, 2, 3},
	}
	const want = "82f122f7e57052ab8b3589cb01f57811dc73b2d7f14e5e030e754066349fa88b"
	if got := hex.EncodeToString(HashEvent(e)); got != want {
		t.Errorf("got %s", got)
	}
	changes := map[string]func(*Event){
		"envelope": func(e *Event) { e.Envelope = "x" }, "seq": func(e *Event) { e.Seq++ }, "type": func(e *Event) { e.Type += "x" },
		"time": func(e *Event) { e.At = e.At.Add(time.Microsecond) }, "actor kind": func(e *Event) { e.Actor.Kind = "user" },
		"actor": func(e *Event) { e.Actor.ID = "x" }, "facts": func(e *Event) { e.Facts = []byte(`{"a": 1}`) },
		"personal": func(e *Event) { e.Personal = []byte(`{}`) }, "salt": func(e *Event) { e.Salt = []byte("pepper") },
		"prev": func(e *Event) { e.Prev = nil },
	}
	for name, change := range changes {
		c := e
		change(&c)
		if string(HashEvent(c)) == string(HashEvent(e)) {
			t.Errorf("%s does not enter the hash", name)
		}
	}
	erased := e
	erased.Personal, erased.Salt = nil, nil
	if string(HashEventWith(erased, Commitment(e))) != string(HashEvent(e)) {
		t.Error("erasing the personal part breaks the chain")
	}
}
