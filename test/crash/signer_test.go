//go:build interop

package crash

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"io"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/consigil/consigil/internal/authority"
	"github.com/consigil/consigil/internal/authority/authoritytest"
	"github.com/consigil/consigil/internal/clock"
	"github.com/consigil/consigil/internal/esign"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/seal"
	"github.com/consigil/consigil/test/testpki"
	"github.com/consigil/consigil/test/world"
)

// newSigner makes a signer on loopback that knows core by tokens, and the arguments of a core that uses it.
func newSigner(t *testing.T, binary string) (signer *server, core []string) {
	t.Helper()
	dir := t.TempDir()
	files, err := esign.Setup([]string{"127.0.0.1"}, "core", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range files {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	file := func(name string) string { return filepath.Join(dir, name) }
	signer = &server{t: t, binary: binary, data: filepath.Join(t.TempDir(), "signer"), addr: freeAddr(t)}
	signer.args = []string{"--role", "signer", "--esign-token-key", "core=" + file("core-token.pub")}
	t.Cleanup(signer.kill)
	return signer, []string{"--signer", "http://" + signer.addr, "--signer-token-key", file("core-token.key")}
}

// TestSignerAndCoreKilled seals while both processes are killed at random moments, and looks for what was lost, doubled,
// or left where it must not be.
func TestSignerAndCoreKilled(t *testing.T) {
	n := amount(t, "CONSIGIL_CRASH_SIGNER", 24)
	mails, port := startSink(t)
	s := newServer(t, "--smtp-host", "127.0.0.1", "--smtp-port", port, "--smtp-tls", "none", "--smtp-from", "sign@example.org")
	signer, args := newSigner(t, s.binary)
	// A folder of its own would have render code compiled anew after every kill.
	s.args = append(append(s.args, args...), "--cache-dir", filepath.Join(os.TempDir(), "consigil-e2e-cache"))
	signer.start()
	s.start()
	c := &client{s: s, key: s.key()}
	stopCore, stopSigner := sync.OnceFunc(startKiller(s)), sync.OnceFunc(startKiller(signer))
	defer stopCore()
	defer stopSigner()
	jobs := signAll(t, c, n)
	waitDelivered(t, jobs)
	stopCore()
	stopSigner()
	waitMessages(t, c, jobs)
	checkBundles(t, c, jobs)
	waitLog(t, c, jobs)
	s.stop()
	signer.stop()
	checkStored(t, s.data, "", jobs)
	checkMails(t, s.data, "", jobs, mails)
	checkNoSealKey(t, s.data)
	t.Logf("%d sealings, %d kills of core, %d of the signer", n, s.kills, signer.kills)
	if s.kills == 0 || signer.kills == 0 {
		t.Error("nothing was killed")
	}
}

// checkNoSealKey opens core's rows with core's own key-encryption key.
func checkNoSealKey(t *testing.T, data string) {
	t.Helper()
	db, _ := rows(t, data, "")
	defer db.Close()
	org := organization(t, db)
	keys, err := db.SealKeys().SealKeys(context.Background(), org)
	if err != nil || len(keys) == 0 {
		t.Fatalf("seal keys %v, %v", keys, err)
	}
	for _, k := range keys {
		if _, err := seal.Software(db.Ring()).Open(context.Background(), org, k.Reference); err == nil || k.Custodian != seal.CustodyRemote {
			t.Errorf("core holds seal key %s", k.ID)
		}
	}
}

// signerClient calls a signer that may be gone at any moment.
type signerClient struct {
	t    *testing.T
	s    *server
	mint *esign.Minter
}

func (c *signerClient) once(method, path, media string, body []byte) (int, []byte, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, method, c.s.url(path), bytes.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	r.Header.Set("Content-Type", media)
	if err := c.mint.Authorize(r, bytes.NewReader(body)); err != nil {
		return 0, nil, err
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, nil, err
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	return res.StatusCode, data, err
}

// until repeats a call that may be repeated.
func (c *signerClient) until(want int, method, path, media string, body []byte) []byte {
	c.t.Helper()
	for end := time.Now().Add(time.Minute); ; time.Sleep(10 * time.Millisecond) {
		status, data, err := c.once(method, path, media, body)
		if err == nil && status == want {
			return data
		}
		if time.Now().After(end) || err == nil && status < 500 && status != http.StatusTooManyRequests {
			c.t.Fatalf("%s: %d %s %v", path, status, data, err)
		}
	}
}

func (c *signerClient) certified() string {
	c.t.Helper()
	var key struct {
		ID        string
		PublicKey string `json:"public_key"`
	}
	if err := json.Unmarshal(c.until(http.StatusCreated, http.MethodPost, "/esign/keys", "application/json", []byte(`{"algorithm":"P-256"}`)), &key); err != nil {
		c.t.Fatal(err)
	}
	block, _ := pem.Decode([]byte(key.PublicKey))
	pub, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		c.t.Fatal(err)
	}
	a, err := authority.Open(c.t.Context(), authoritytest.NewMemory(), authoritytest.Keyring{}, clock.System{}, authority.Config{PublicURL: func() string { return "http://ca.invalid" }})
	if err != nil {
		c.t.Fatal(err)
	}
	chain, err := a.IssueSeal(c.t.Context(), id.Org("0190aaaa-0000-7000-8000-000000000001"), "Példa Kft.", pub)
	if err != nil {
		c.t.Fatal(err)
	}
	body, err := json.Marshal(map[string]string{"chain": string(testpki.PEM(chain...))})
	if err != nil {
		c.t.Fatal(err)
	}
	c.until(http.StatusOK, http.MethodPut, "/esign/keys/"+key.ID+"/certificate", "application/json", body)
	return key.ID
}

// withDocument is a form with options and a document.
func withDocument(t *testing.T, options string, document []byte) (media string, body []byte) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for _, p := range []struct {
		name string
		data []byte
	}{{"options", []byte(options)}, {"document", document}} {
		part, err := w.CreateFormField(p.name)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = part.Write(p.data) // into memory
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return w.FormDataContentType(), b.Bytes()
}

// TestPreparedAndKilled has several callers finish each prepared signature at once, again and again, while the signer is
// killed: of each there is at most one file.
func TestPreparedAndKilled(t *testing.T) {
	sessions := amount(t, "CONSIGIL_CRASH_SESSIONS", 30)
	signer, args := newSigner(t, build(t))
	signer.start()
	key, err := os.ReadFile(args[len(args)-1])
	if err != nil {
		t.Fatal(err)
	}
	private, err := esign.ParseTokenKey(key)
	if err != nil {
		t.Fatal(err)
	}
	minter, err := esign.NewMinter("core", "http://"+signer.addr, private, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	c := &signerClient{t, signer, minter}
	name := c.certified()
	pdf := world.Page(t, "prepared")
	media, prepare := withDocument(t, `{"key":"`+name+`","level":"B-B"}`, pdf)
	finishMedia, finish := withDocument(t, `{}`, pdf)
	stop := sync.OnceFunc(killBriefly(signer))
	defer stop()
	var finished, broken int
	for range sessions {
		var session struct{ Session string }
		if err := json.Unmarshal(c.until(http.StatusCreated, http.MethodPost, "/esign/sessions", media, prepare), &session); err != nil {
			t.Fatal(err)
		}
		switch files := c.race("/esign/sessions/"+session.Session+"/finish", finishMedia, finish); files {
		case 0:
			broken++
		case 1:
			finished++
		default:
			t.Errorf("session %s was finished %d times", session.Session, files)
		}
	}
	stop()
	t.Logf("%d prepared signatures: %d finished once, %d used by a finish that was killed; %d kills", sessions, finished, broken, signer.kills)
	if finished == 0 || signer.kills == 0 {
		t.Error("nothing was finished, or nothing was killed")
	}
}

// race has callers repeat one finish until it is refused for good, and counts the files that came back whole.
func (c *signerClient) race(path, media string, body []byte) int64 {
	var files atomic.Int64
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			for range 400 {
				status, data, err := c.once(http.MethodPost, path, media, body)
				switch {
				case err == nil && status == http.StatusOK:
					files.Add(1)
				case err == nil && status == http.StatusGone:
					return
				case err == nil && status < 500 && status != http.StatusTooManyRequests:
					c.t.Errorf("finish: %d %s", status, data)
					return
				}
				time.Sleep(5 * time.Millisecond)
			}
			c.t.Errorf("finish: no end of %s", path)
		})
	}
	wg.Wait()
	return files.Load()
}

// killBriefly kills more often than startKiller: a finish takes milliseconds.
func killBriefly(s *server) (stop func()) {
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for {
			select {
			case <-done:
				return
			case <-time.After(10*time.Millisecond + rand.N(300*time.Millisecond)):
			}
			s.kill()
			s.start()
		}
	}()
	return func() {
		close(done)
		<-ended
	}
}
