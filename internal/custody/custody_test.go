package custody

import (
	"bytes"
	"context"
	"crypto"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/consigil/consigil/internal/authority"
	"github.com/consigil/consigil/internal/authority/authoritytest"
	"github.com/consigil/consigil/internal/clock"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/problem"
	"github.com/consigil/consigil/internal/seal"
	"github.com/consigil/consigil/internal/secret"
	"github.com/consigil/consigil/pades"
	"github.com/consigil/consigil/pki"
	"github.com/consigil/consigil/signer"
	"github.com/consigil/consigil/test/testpdf"
	"github.com/consigil/consigil/test/testpki"
	"github.com/consigil/consigil/tsp"
)

// bench is a signer's data directory that services are opened on, one after the other.
type bench struct {
	t         *testing.T
	dir       string
	clock     *clock.Manual
	authority *authority.Authority
	stamps    *flaky
	uses      []Use
}

// flaky is an authority that can be switched off.
type flaky struct {
	tsp.Source
	off bool
}

func (f *flaky) Timestamp(ctx context.Context, h crypto.Hash, imprint []byte) ([]byte, error) {
	if f.off {
		return nil, errors.New("switched off")
	}
	return f.Source.Timestamp(ctx, h, imprint)
}

func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{t: t, dir: t.TempDir(), clock: clock.NewManual(time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC))}
	var err error
	b.authority, err = authority.Open(t.Context(), authoritytest.NewMemory(), authoritytest.Keyring{}, b.clock, authority.Config{
		PublicURL: func() string { return "https://sign.example.org" },
	})
	check(t, err)
	b.stamps = &flaky{Source: b.authority.TSA()}
	return b
}

// open opens the directory as a process does that has just begun.
func (b *bench) open() *Service {
	b.t.Helper()
	kek, err := secret.OpenFile(filepath.Join(b.dir, "kek"))
	check(b.t, err)
	files, err := OpenFiles(b.dir, kek)
	check(b.t, err)
	s, err := Open(b.t.Context(), Deps{
		Files: files, Custodians: []seal.Custodian{seal.Software(files)}, Clock: b.clock, Stamps: b.stamps,
		Collector: func(now time.Time) *pki.Collector { return &pki.Collector{Now: now} },
		Record:    func(_ context.Context, u Use) { b.uses = append(b.uses, u) },
	})
	check(b.t, err)
	return s
}

// certified makes a key with a certificate of the authority.
func (b *bench) certified(s *Service, service string) *Key {
	b.t.Helper()
	k, err := s.CreateKey(b.t.Context(), service, "P-256", "label")
	check(b.t, err)
	pub, err := x509.ParsePKIXPublicKey(k.Public)
	check(b.t, err)
	chain, err := b.authority.IssueSeal(b.t.Context(), id.Org("0190aaaa-0000-7000-8000-000000000001"), "Példa Kft.", pub)
	check(b.t, err)
	k, err = s.SetChain(service, k.ID, chain)
	check(b.t, err)
	return k
}

// enciphering is a certificate of the key that is not for signatures.
func (b *bench) enciphering(k *Key) *x509.Certificate {
	b.t.Helper()
	pub, err := x509.ParsePKIXPublicKey(k.Public)
	check(b.t, err)
	ca := testpki.New(b.t, b.clock.Now(), false)
	return ca.Certify("Server", pub, func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageKeyEncipherment })
}

func page(testing.TB) ([]byte, Document) {
	data := testpdf.Classic(1)
	return data, Document{ReaderAt: bytes.NewReader(data), Size: int64(len(data))}
}

func code(err error) string {
	if err == nil {
		return ""
	}
	return problem.From(err).Code
}

func TestKeysAreTheirServicesOwn(t *testing.T) {
	b := newBench(t)
	s := b.open()
	k := b.certified(s, "core")
	if _, err := s.Key("other", k.ID); code(err) != "no_such_key" {
		t.Errorf("another service reads it: %v", err)
	}
	if _, err := s.Sign(t.Context(), "other", k.ID, signer.ECDSASHA256, newSubject(t).attributes(t, nil)); code(err) != "no_such_key" {
		t.Errorf("another service signs with it: %v", err)
	}
	if list := s.Keys("other"); len(list) != 0 {
		t.Errorf("another service lists %v", list)
	}
	signature, err := b.open().Sign(t.Context(), "core", k.ID, signer.ECDSASHA256, newSubject(t).attributes(t, nil))
	if err != nil || len(signature) == 0 || len(b.uses) != 1 || b.uses[0].Key != k.ID || b.uses[0].Service != "core" {
		t.Errorf("after a restart: %v, recorded %+v", err, b.uses)
	}
	if _, err := s.SetChain("core", k.ID, []*x509.Certificate{newSubject(t).cert}); code(err) != "certificate_mismatch" {
		t.Errorf("the certificate of another key: %v", err)
	}
	if _, err := s.SetChain("core", k.ID, []*x509.Certificate{b.enciphering(k)}); code(err) != "key_usage" {
		t.Errorf("a certificate for encryption: %v", err)
	}
	if _, err := s.CreateKey(t.Context(), "core", "P-521", ""); code(err) != "algorithm" {
		t.Errorf("an unknown algorithm: %v", err)
	}
}

// TestKeysAreEncrypted looks for a private key in the directory, and opens it with another key-encryption key.
func TestKeysAreEncrypted(t *testing.T) {
	b := newBench(t)
	b.certified(b.open(), "core")
	err := filepath.WalkDir(b.dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Name() == "kek" {
			return err
		}
		data, err := os.ReadFile(path)
		if bytes.Contains(data, []byte("PRIVATE")) {
			t.Errorf("%s holds a private key", path)
		}
		return err
	})
	check(t, err)
	check(t, os.Remove(filepath.Join(b.dir, "kek")))
	kek, err := secret.OpenFile(filepath.Join(b.dir, "kek"))
	check(t, err)
	files, err := OpenFiles(b.dir, kek)
	check(t, err)
	_, err = Open(t.Context(), Deps{Files: files, Custodians: []seal.Custodian{seal.Software(files)}, Clock: b.clock})
	if err == nil || !strings.Contains(err.Error(), "key-encryption key") {
		t.Errorf("opened with a wrong key: %v", err)
	}
}

// TestRewrap: the key-encryption key is exchanged while the signer serves, and after that the former one is not needed.
func TestRewrap(t *testing.T) {
	b := newBench(t)
	s := b.open()
	k := b.certified(s, "core")
	path := filepath.Join(b.dir, "kek")
	former, err := os.ReadFile(path)
	check(t, err)
	fresh, err := secret.RotateFile(path)
	check(t, err)
	beside, err := Beside(b.dir, fresh)
	check(t, err)
	count := func(what string, f func() (int, error), want int) {
		t.Helper()
		if n, err := f(); err != nil || n != want {
			t.Errorf("%s: %d, %v", what, n, err)
		}
	}
	count("stale", beside.Stale, 1)
	count("wrapped anew", beside.Rewrap, 1)
	count("stale", beside.Stale, 0)
	chain, err := parse(k.Chain)
	check(t, err)
	_, err = s.SetChain("core", k.ID, chain) // by a process that read the key before
	check(t, err)
	count("stale after a change", beside.Stale, 0)
	now, err := os.ReadFile(path)
	check(t, err)
	check(t, os.WriteFile(path, bytes.Replace(now, former[bytes.Index(former, []byte("consigil-kek")):], nil, 1), 0o600))
	for _, signs := range []*Service{s, b.open()} {
		if _, err := signs.Sign(t.Context(), "core", k.ID, signer.ECDSASHA256, newSubject(t).attributes(t, nil)); err != nil {
			t.Error(err)
		}
	}
}

func TestFinishIsOnce(t *testing.T) {
	b := newBench(t)
	s := b.open()
	k := b.certified(s, "core")
	data, doc := page(t)
	session, err := s.Prepare(t.Context(), "core", Request{Key: k.ID, Level: pades.LevelT, Lock: true}, doc)
	check(t, err)
	other := append(bytes.Clone(data), '\n')
	for name, c := range map[string]struct {
		service string
		doc     Document
		proof   Proof
		want    string
	}{
		"another service": {"other", doc, Proof{}, "no_such_session"},
		"another file":    {"core", Document{bytes.NewReader(other), int64(len(other))}, Proof{}, "file_changed"},
		"a signature":     {"core", doc, Proof{Signature: []byte{1}}, "proof"},
	} {
		if _, err := b.open().Finish(t.Context(), c.service, session.ID, c.proof, c.doc, io.Discard); code(err) != c.want {
			t.Errorf("%s: %v", name, err)
		}
	}
	b.stamps.off = true
	if _, err := s.Finish(t.Context(), "core", session.ID, Proof{}, doc, io.Discard); code(err) != "timestamp_unavailable" {
		t.Errorf("without time stamps: %v", err)
	}
	b.stamps.off = false
	var out bytes.Buffer
	result, err := b.open().Finish(t.Context(), "core", session.ID, Proof{}, doc, &out) // given back, and known after a restart
	if err != nil || result.Level != pades.LevelT || !bytes.HasPrefix(out.Bytes(), data) {
		t.Fatalf("finish: %+v, %v", result, err)
	}
	for _, again := range []*Service{s, b.open()} {
		if _, err := again.Finish(t.Context(), "core", session.ID, Proof{}, doc, io.Discard); code(err) != "session_used" {
			t.Errorf("a second finish: %v", err)
		}
	}
}

// TestKilledInFinish is a process that died between taking a session and answering: nobody finishes it again.
func TestKilledInFinish(t *testing.T) {
	b := newBench(t)
	s := b.open()
	_, doc := page(t)
	session, err := s.Prepare(t.Context(), "core", Request{Key: b.certified(s, "core").ID, Level: pades.LevelB}, doc)
	check(t, err)
	check(t, s.d.Files.take(session.ID))
	if _, err := b.open().Finish(t.Context(), "core", session.ID, Proof{}, doc, io.Discard); code(err) != "session_used" {
		t.Errorf("finish after the kill: %v", err)
	}
}

func TestFinishesRaceForOneSignature(t *testing.T) {
	b := newBench(t)
	s := b.open()
	_, doc := page(t)
	session, err := s.Prepare(t.Context(), "core", Request{Key: b.certified(s, "core").ID, Level: pades.LevelB}, doc)
	check(t, err)
	var mu sync.Mutex
	var wg sync.WaitGroup
	made := 0
	for range 8 {
		wg.Go(func() {
			if _, err := s.Finish(t.Context(), "core", session.ID, Proof{}, doc, io.Discard); err == nil {
				mu.Lock()
				made++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if made != 1 {
		t.Errorf("%d finished", made)
	}
}

func TestSessionsExpire(t *testing.T) {
	b := newBench(t)
	s := b.open()
	_, doc := page(t)
	session, err := s.Prepare(t.Context(), "core", Request{Key: b.certified(s, "core").ID, Level: pades.LevelB, Wait: time.Minute}, doc)
	check(t, err)
	b.clock.Add(2 * time.Minute)
	if _, err := s.Finish(t.Context(), "core", session.ID, Proof{}, doc, io.Discard); code(err) != "session_expired" {
		t.Errorf("an expired session: %v", err)
	}
	check(t, s.Tidy())
	b.clock.Add(memory)
	check(t, s.Tidy())
	if _, err := s.Session("core", session.ID); code(err) != "no_such_session" {
		t.Errorf("after tidying: %v", err)
	}
}

// TestKeyElsewhere prepares for a certificate whose key is not here.
func TestKeyElsewhere(t *testing.T) {
	b := newBench(t)
	s := b.open()
	_, doc := page(t)
	key, err := seal.Generate("P-256")
	check(t, err)
	chain, err := b.authority.IssueSeal(t.Context(), id.Org("0190aaaa-0000-7000-8000-000000000001"), "Példa Kft.", key.Public())
	check(t, err)
	session, err := s.Prepare(t.Context(), "core", Request{Certificate: chain, Level: pades.LevelT}, doc)
	check(t, err)
	sum := sha256.Sum256(session.Prepared.ToBeSigned())
	wrong, err := key.Sign(nil, make([]byte, 32), crypto.SHA256)
	check(t, err)
	if _, err := s.Finish(t.Context(), "core", session.ID, Proof{Signature: wrong}, doc, io.Discard); code(err) != "signature_mismatch" {
		t.Errorf("a wrong signature: %v", err)
	}
	signature, err := key.Sign(nil, sum[:], crypto.SHA256)
	check(t, err)
	if _, err := s.Finish(t.Context(), "core", session.ID, Proof{Signature: signature}, doc, io.Discard); err != nil {
		t.Errorf("finish: %v", err)
	}
}

func TestSealsOrRefuses(t *testing.T) {
	b := newBench(t)
	s := b.open()
	k := b.certified(s, "core")
	bare, err := s.CreateKey(t.Context(), "core", "RSA-2048", "")
	check(t, err)
	_, doc := page(t)
	text := Document{strings.NewReader("no PDF"), 6}
	for name, c := range map[string]struct {
		req  Request
		doc  Document
		off  bool
		want string
	}{
		"B-B":            {Request{Key: k.ID, Level: pades.LevelB}, doc, false, ""},
		"B-T":            {Request{Key: k.ID, Level: pades.LevelT}, doc, false, ""},
		"TSA down":       {Request{Key: k.ID, Level: pades.LevelT}, doc, true, "timestamp_unavailable"},
		"no revocation":  {Request{Key: k.ID, Level: pades.LevelLT}, doc, false, "no_revocation_data"},
		"no certificate": {Request{Key: bare.ID, Level: pades.LevelB}, doc, false, "no_certificate"},
		"no key":         {Request{Level: pades.LevelB}, doc, false, "required"},
		"not a PDF":      {Request{Key: k.ID, Level: pades.LevelB}, text, false, "not_pdf"},
	} {
		b.stamps.off = c.off
		result, err := s.Seal(t.Context(), "core", c.req, c.doc, io.Discard)
		if code(err) != c.want || err == nil && result.Level != c.req.Level {
			t.Errorf("%s: %+v, %v", name, result, err)
		}
	}
}

func TestStamps(t *testing.T) {
	s := newBench(t).open()
	sum := sha256.Sum256([]byte("x"))
	raw, err := s.Timestamp(t.Context(), crypto.SHA256, sum[:])
	check(t, err)
	token, err := tsp.ParseToken(raw)
	check(t, err)
	if _, err := token.Verify(crypto.SHA256, sum[:]); err != nil {
		t.Error(err)
	}
	if _, err := s.Timestamp(t.Context(), crypto.SHA256, sum[:31]); code(err) != "digest" {
		t.Errorf("half a digest: %v", err)
	}
}
