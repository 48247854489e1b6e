//go:build interop

package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/pem"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/consigil/consigil/internal/app"
	"github.com/consigil/consigil/internal/clock"
	"github.com/consigil/consigil/test/softhsm"
)

// onToken lets an installation keep its seal keys on a token.
func onToken(t *testing.T, k *softhsm.Token) func(*app.Config) {
	helper := softhsm.Helper(t)
	return func(cfg *app.Config) {
		cfg.PKCS11Module, cfg.PKCS11Token, cfg.PKCS11PINFile, cfg.PKCS11Helper = softhsm.Module, k.Label, k.PINFile, helper
	}
}

// signed makes an envelope that both have signed, which is sealed next.
func (in *installation) signed(t *testing.T) *envelopeView {
	t.Helper()
	api := in.api(t)
	e := api.sent(contract(t))
	for _, r := range e.Recipients {
		in.guest(t).sign(api.reveal(e.ID, r.ID))
	}
	return e
}

func (in *installation) sealedFile(t *testing.T, e *envelopeView) []byte {
	t.Helper()
	api := in.api(t)
	api.waitFor(e.ID, "delivered")
	return api.must(http.MethodGet, "/api/v1/envelopes/"+e.ID+"/documents/"+e.Documents[0].ID+"/file?kind=sealed", nil, nil).body
}

// TestSealKeyOnToken: the whole job with the seal key in SoftHSM; EU DSS and pyHanko look at what comes of it, while
// the server answers for its certificates.
func TestSealKeyOnToken(t *testing.T) {
	k := softhsm.New(t, "consigil seals")
	in := allInOne(t, onToken(t, k))
	wholeJob(t, in)
	if list := k.Tool("--list-objects", "--type", "privkey"); strings.Count(list, "label:      consigil seal ") != 1 || !strings.Contains(list, "never extractable") {
		t.Errorf("on the token is:\n%s", list)
	}
	judgeSealed(t, in, in.sealedFile(t, in.signed(t)))
	if strings.Contains(in.log.String(), softhsm.PIN) {
		t.Error("the log holds the PIN")
	}
}

func judgeSealed(t *testing.T, in *installation, sealed []byte) {
	t.Helper()
	dir := t.TempDir()
	root, file := filepath.Join(dir, "root.pem"), filepath.Join(dir, "sealed.pdf")
	block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: in.trust(t)[0].Raw})
	for path, data := range map[string][]byte{root: block, file: sealed} {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, judge := range []string{"dss.sh", "pyhanko.sh"} {
		cmd := exec.Command(filepath.Join("..", "judges", judge), "--trust", root)
		cmd.Stdin = strings.NewReader(file + "\n")
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("%s: %v", judge, err)
		}
		var verdict struct {
			Signatures []struct {
				Indication, Format string
				Modified, Valid    bool
			}
		}
		if err := json.Unmarshal(bytes.TrimSpace(out), &verdict); err != nil || len(verdict.Signatures) != 1 {
			t.Fatalf("%s: %v: %s", judge, err, out)
		}
		s := verdict.Signatures[0]
		if judge == "dss.sh" && (s.Indication != "TOTAL_PASSED" || s.Format != "PAdES-BASELINE-T" || s.Modified) || judge == "pyhanko.sh" && !s.Valid {
			t.Errorf("%s: %s", judge, out)
		}
	}
}

// TestTokenPulledFromServer: without the token a document waits and says why; with it, it is sealed.
func TestTokenPulledFromServer(t *testing.T) {
	k := softhsm.New(t, "consigil")
	in := allInOne(t, onToken(t, k))
	in.passes(t, in.sealedFile(t, in.signed(t)), in.trust(t))
	k.Pull()
	e := in.signed(t)
	stalled := false
	for end := time.Now().Add(90 * time.Second); time.Now().Before(end) && !stalled; time.Sleep(300 * time.Millisecond) {
		body := in.api(t).must(http.MethodGet, "/api/v1/envelopes/"+e.ID, nil, nil).body
		stalled = bytes.Contains(body, []byte("signer_unavailable"))
	}
	if !stalled {
		t.Error("the document does not say that it waits for the token")
	}
	k.Push()
	in.passes(t, in.sealedFile(t, e), in.trust(t))
}

// TestMovingToTheToken: an installation that has sealed with keys of its own goes on with the token, and with the same
// key after a new start.
func TestMovingToTheToken(t *testing.T) {
	k := softhsm.New(t, "consigil")
	data := filepath.Join(t.TempDir(), "data")
	run := func(change ...func(*app.Config)) {
		in := &installation{log: &bytes.Buffer{}}
		cfg := app.Config{Data: data, Listen: "127.0.0.1:0", CacheDir: cacheDir, PublicURL: "http://127.0.0.1:1"}
		for _, fn := range change {
			fn(&cfg)
		}
		in.core = &app.Main{Config: cfg, Version: "test", Clock: clock.System{}, Log: quiet(in.log), Out: &in.out}
		if err := in.core.Start(context.Background()); err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := in.core.Stop(context.Background()); err != nil {
				t.Errorf("stop: %v", err)
			}
		}()
		in.staffURL, in.guestURL = in.core.URL(), in.core.URL()
		in.readKey(t, data)
		e := in.signed(t)
		if sealed := in.sealedFile(t, e); len(sealed) == 0 {
			t.Error("nothing was sealed")
		}
	}
	run()
	run(onToken(t, k))
	run(onToken(t, k))
	if list := k.Tool("--list-objects", "--type", "privkey"); strings.Count(list, "label:      consigil seal ") != 1 {
		t.Errorf("on the token is:\n%s", list)
	}
}
