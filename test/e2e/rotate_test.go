package e2e

import (
	"testing"

	"github.com/consigil/consigil/internal/app"
	"github.com/consigil/consigil/internal/clock"
	"github.com/consigil/consigil/internal/secret"
)

// TestRotateWhileServing rotates the key-encryption key beside a server that has an envelope under way, first by a
// rotation that was killed before it wrapped anything.
func TestRotateWhileServing(t *testing.T) {
	in := allInOne(t)
	api := in.api(t)
	e := api.sent(contract(t))
	in.guest(t).sign(api.reveal(e.ID, e.Recipients[0].ID))

	cfg := in.core.Config
	admin := &app.Admin{Config: cfg, Clock: clock.System{}}
	if _, err := secret.RotateFile(cfg.KEKFile); err != nil {
		t.Fatal(err)
	}
	resumed, err := admin.RotateKeys(t.Context())
	if err != nil || !resumed.Resumed || resumed.Rewrapped == 0 {
		t.Fatalf("%+v, %v", resumed, err)
	}
	again, err := admin.RotateKeys(t.Context())
	if err != nil || again.Resumed || again.Rewrapped != resumed.Rewrapped {
		t.Fatalf("%+v after %+v, %v", again, resumed, err)
	}

	in.guest(t).sign(api.reveal(e.ID, e.Recipients[1].ID))
	api.waitFor(e.ID, "delivered")
	other := api.sent(contract(t))
	for _, r := range other.Recipients {
		in.guest(t).sign(api.reveal(other.ID, r.ID))
	}
	api.waitFor(other.ID, "delivered")
	if left, err := admin.StaleKeys(t.Context()); err != nil || left != 0 {
		t.Errorf("%d keys under a former key, %v", left, err)
	}
}
