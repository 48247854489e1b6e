package storetest

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/authority"
	"github.com/consigil/consigil/internal/authority/authoritytest"
	"github.com/consigil/consigil/internal/envelope"
	"github.com/consigil/consigil/internal/evidence"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/op"
	"github.com/consigil/consigil/internal/problem"
	"github.com/consigil/consigil/internal/seal"
	"github.com/consigil/consigil/internal/settings"
	"github.com/consigil/consigil/internal/upload"
)

func testArtifacts(t *testing.T, e *Env) {
	s := NewSample(e.Org)
	a := &evidence.Artifact{Envelope: s.Envelope.ID, Kind: evidence.CertificateArtifact, Blob: sampleBlob(3), EventSeq: 9, Level: "B-T", CreatedAt: moment(1)}
	update := func(fn func(evidence.Tx) error) error { return e.Evidence().Update(t.Context(), e.Org, fn) }
	get := func(org id.Org) (*evidence.Artifact, error) {
		var out *evidence.Artifact
		err := e.Evidence().View(t.Context(), org, func(tx evidence.Tx) (err error) {
			out, err = tx.Artifact(t.Context(), s.Envelope.ID, evidence.CertificateArtifact)
			return err
		})
		return out, err
	}
	Kind(t, update(func(tx evidence.Tx) error { return tx.PutArtifact(t.Context(), a) }), problem.NotFound, "")
	e.update(t, s.Insert)
	for range 2 {
		if err := update(func(tx evidence.Tx) error { return tx.PutArtifact(t.Context(), a) }); err != nil {
			t.Fatal(err)
		}
		got, err := get(e.Org)
		if err != nil {
			t.Fatal(err)
		}
		same(t, got, a)
		a.Blob = sampleBlob(4)
	}
	_, err := get(foreign())
	Kind(t, err, problem.NotFound, "")
	e.update(t, func(ctx context.Context, tx envelope.Tx) error { return tx.InsertRevision(ctx, s.revision(5)) })
	live, err := e.BlobRefs(t.Context(), []string{sampleBlob(3).Name, sampleBlob(4).Name, sampleBlob(5).Name, sampleBlob(6).Name})
	if err != nil {
		t.Fatal(err)
	}
	same(t, live, map[string]bool{sampleBlob(4).Name: true, sampleBlob(5).Name: true})
}

func testSealKeys(t *testing.T, e *Env) {
	keys, ctx := e.SealKeys(), t.Context()
	_, err := keys.SealKey(ctx, e.Org)
	Kind(t, err, problem.NotFound, "seal_key")
	make := func(n int) *seal.Key {
		return &seal.Key{ID: id.New(), Org: e.Org, Algorithm: "P-256", Custodian: "remote", Reference: bytes(90, byte(n)), Chain: [][]byte{{1}, {2, 3}},
			PublicURL: "https://example.test/" + wide, Current: true, CreatedAt: moment(n), Source: seal.Imported}
	}
	onlyOne(t, together(4, func(i int) error { return keys.PutSealKey(ctx, make(i), "") }), "seal_key")
	one, err := keys.SealKey(ctx, e.Org)
	if err != nil {
		t.Fatal(err)
	}
	two := make(10)
	Kind(t, keys.PutSealKey(ctx, two, ""), problem.Conflict, "seal_key")
	Kind(t, keys.PutSealKey(ctx, two, id.New()), problem.Conflict, "seal_key")
	if err := keys.PutSealKey(ctx, two, one.ID); err != nil {
		t.Fatal(err)
	}
	two.PublicURL = "https://other.test"
	if err := keys.PutSealKey(ctx, two, two.ID); err != nil {
		t.Fatal(err)
	}
	all, err := keys.SealKeys(ctx, e.Org)
	if err != nil {
		t.Fatal(err)
	}
	one.Current = false
	same(t, all, []*seal.Key{two, one})
	if got, err := keys.SealKeys(ctx, foreign()); err != nil || len(got) != 0 {
		t.Fatalf("another organization sees %d keys, %v", len(got), err)
	}
}

func testAuthority(t *testing.T, e *Env) {
	authoritytest.Run(t, func(t *testing.T) authority.Store {
		if e.Engine() != "sqlite" {
			e.wipe(t)
			return e.Authority()
		}
		return SQLite(t).Authority()
	})
}

func testSettings(t *testing.T, e *Env) {
	store, ctx := e.Settings(), t.Context()
	none, err := store.Get(ctx, e.Org, "general")
	if err != nil {
		t.Fatal(err)
	}
	same(t, none, &settings.Document{Name: "general"})
	d := &settings.Document{Name: "general", Data: json.RawMessage(`{ "a": 1 }`), UpdatedAt: moment(1)}
	onlyOne(t, together(4, func(int) error { return store.Put(ctx, e.Org, d) }), "version")
	d.Version, d.Data = 1, json.RawMessage(`{"b":2}`)
	onlyOne(t, together(4, func(int) error { return store.Put(ctx, e.Org, d) }), "version")
	got, err := store.Get(ctx, e.Org, "general")
	if err != nil {
		t.Fatal(err)
	}
	d.Version = 2
	same(t, got, d)
	if other, err := store.Get(ctx, foreign(), "general"); err != nil || other.Version != 0 {
		t.Fatalf("another organization sees version %d, %v", other.Version, err)
	}
}

func testUploads(t *testing.T, e *Env) {
	store, ctx := e.Uploads(), t.Context()
	owner := access.Actor{Kind: "user", ID: id.New()}
	u := &upload.Upload{ID: id.New(), Org: e.Org, Owner: owner, Name: wide, Size: 100, CreatedAt: moment(1), ExpiresAt: Start.Add(time.Hour), Version: 1}
	update := func(org id.Org, fn func(upload.Tx) error) error { return store.Update(ctx, org, fn) }
	get := func() *upload.Upload {
		var out *upload.Upload
		if err := store.View(ctx, e.Org, func(tx upload.Tx) (err error) { out, err = tx.Upload(ctx, u.ID); return err }); err != nil {
			t.Fatal(err)
		}
		return out
	}
	if err := update(e.Org, func(tx upload.Tx) error { return tx.InsertUpload(ctx, u) }); err != nil {
		t.Fatal(err)
	}
	same(t, get(), u)
	for range 2 {
		u.Parts, u.Received = append(u.Parts, sampleBlob(byte(len(u.Parts)))), u.Received+50
		if err := update(e.Org, func(tx upload.Tx) error { return tx.UpdateUpload(ctx, u) }); err != nil {
			t.Fatal(err)
		}
		same(t, get(), u)
	}
	live, err := e.BlobRefs(ctx, []string{u.Parts[1].Name})
	if err != nil || len(live) != 1 {
		t.Fatalf("a part is not referred to: %v, %v", live, err)
	}
	stale := *u
	u.Parts, u.Blob = nil, sampleBlob(7)
	if err := update(e.Org, func(tx upload.Tx) error { return tx.UpdateUpload(ctx, u) }); err != nil {
		t.Fatal(err)
	}
	same(t, get(), u)
	Kind(t, update(e.Org, func(tx upload.Tx) error { return tx.UpdateUpload(ctx, &stale) }), problem.Conflict, "version")
	e.uploadBytes(t, u, owner)
	u.TakenAt = moment(5)
	ok(t, update(e.Org, func(tx upload.Tx) error { return tx.UpdateUpload(ctx, u) }))
	same(t, get(), u)
	ok(t, store.View(ctx, e.Org, func(tx upload.Tx) error {
		if n, err := tx.UploadBytes(ctx, owner, Start); n != 0 || err != nil {
			t.Errorf("a taken upload still counts %d bytes, %v", n, err)
		}
		return nil
	}))
	Kind(t, update(foreign(), func(tx upload.Tx) error { _, err := tx.Upload(ctx, u.ID); return err }), problem.NotFound, "")
	Kind(t, update(foreign(), func(tx upload.Tx) error { return tx.DeleteUpload(ctx, u.ID) }), problem.NotFound, "")
	if err := update(e.Org, func(tx upload.Tx) error { return tx.DeleteUpload(ctx, u.ID) }); err != nil {
		t.Fatal(err)
	}
}

func (e *Env) uploadBytes(t *testing.T, u *upload.Upload, owner access.Actor) {
	t.Helper()
	ctx := t.Context()
	sum := func(owner access.Actor, now time.Time) (n int64) {
		if err := e.Uploads().View(ctx, e.Org, func(tx upload.Tx) (err error) { n, err = tx.UploadBytes(ctx, owner, now); return err }); err != nil {
			t.Fatal(err)
		}
		return n
	}
	if a, b, c := sum(owner, Start), sum(owner, Start.Add(2*time.Hour)), sum(access.Actor{Kind: "user"}, Start); a != 100 || b != 0 || c != 0 {
		t.Fatalf("sums %d, %d, %d", a, b, c)
	}
	old, err := e.Uploads().Expired(ctx, Start.Add(2*time.Hour), 10)
	if err != nil || len(old) != 1 || old[0].ID != u.ID || old[0].Org != e.Org {
		t.Fatalf("expired: %v, %v", old, err)
	}
}

func testAnswers(t *testing.T, e *Env) {
	store, ctx := e.Answers(), t.Context()
	begin := func(now time.Time, lease string) (*op.Answer, *op.Answer, error) {
		a := &op.Answer{Org: e.Org, Caller: "user:" + string(e.Org), Key: wide, Operation: "envelopes.create", Request: bytes(32, 1), Lease: lease,
			LeaseEnds: now.Add(time.Minute), CreatedAt: now, ExpiresAt: now.Add(24 * time.Hour)}
		old, err := store.Begin(ctx, a)
		return a, old, err
	}
	mine, old, err := begin(Start, "one")
	if err != nil || old != nil {
		t.Fatal(old, err)
	}
	_, old, err = begin(Start.Add(time.Second), "two")
	if err != nil || old == nil || old.Status != 0 {
		t.Fatalf("a running call gave %+v, %v", old, err)
	}
	mine.Status, mine.Header, mine.Body, mine.Secret = 201, []byte("h: "+wide), []byte(`{"a":1}`), true
	if err := store.Finish(ctx, mine); err != nil {
		t.Fatal(err)
	}
	_, old, err = begin(Start.Add(2*time.Minute), "three")
	if err != nil {
		t.Fatal(err)
	}
	same(t, old, mine)
	Kind(t, store.Finish(ctx, mine), problem.Conflict, "")
	next, old, err := begin(Start.Add(25*time.Hour), "four") // expired: the key is free again
	if err != nil || old != nil {
		t.Fatal(old, err)
	}
	if err := errors.Join(store.Abandon(ctx, mine), store.Abandon(ctx, next)); err != nil {
		t.Fatal(err)
	}
	wins := 0
	for _, err := range together(6, func(i int) error {
		_, old, err := begin(Start.Add(30*time.Hour), string(rune('a'+i)))
		if err == nil && old != nil {
			err = errors.New("taken")
		}
		return err
	}) {
		if err == nil {
			wins++
		}
	}
	if wins != 1 {
		t.Fatalf("%d calls run under one key", wins)
	}
	if _, old, err = begin(Start.Add(31*time.Hour), "five"); err != nil || old != nil { // whoever ran it went away
		t.Fatal(old, err)
	}
	if err := store.ForgetAnswers(ctx, Start.Add(100*time.Hour)); err != nil {
		t.Fatal(err)
	}
}
