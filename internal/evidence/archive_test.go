package evidence_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"testing"
	"time"

	"github.com/consigil/consigil/internal/evidence"
	"github.com/consigil/consigil/test/world"
)

// TestBundleOfTheArchive: seals and certificate at B-LTA, and again after a renewal, when the bundle holds the newest
// revision and its record the digests of all.
func TestBundleOfTheArchive(t *testing.T) {
	w := world.New(t)
	w.Policy.Level = "B-LTA"
	ctx := context.Background()
	env := w.Completed(t, []string{"lease.pdf"}, world.Party{Name: "Őri Éva", Email: "eva@example.org"})
	w.Drain(t, 30, 0)
	d, err := w.Evidence.Bundle(ctx, staff(w), env)
	first := read(t, d, err)
	if r := verify(t, first, root(w), w.Clock.Now()); r.Indication != "TOTAL_PASSED" {
		t.Errorf("sealed at B-LTA: %+v", r)
	}
	w.Clock.Add(5*365*24*time.Hour - 100*24*time.Hour)
	if n, err := w.Seal.EnqueueRenewals(ctx, w.Org, false); n != 1 || err != nil {
		t.Fatalf("%d renewals, %v", n, err)
	}
	w.Drain(t, 30, 0)
	d, err = w.Evidence.Bundle(ctx, staff(w), env)
	second := read(t, d, err)
	if r := verify(t, second, root(w), w.Clock.Now()); r.Indication != "TOTAL_PASSED" {
		t.Errorf("renewed: %+v", r)
	}
	var record evidence.Record
	if err := json.Unmarshal(entry(t, second, "record.json"), &record); err != nil {
		t.Fatal(err)
	}
	doc := record.Documents[0]
	if doc.Level != "B-LTA" || bytes.Equal(doc.Newest(), doc.Digest("sealed")) {
		t.Errorf("record %+v", doc)
	}
	before, now := entry(t, first, "documents/1.pdf"), entry(t, second, "documents/1.pdf")
	if len(now) <= len(before) || !bytes.Equal(now[:len(before)], before) {
		t.Error("the renewed document does not begin with the sealed one")
	}
}

func entry(t *testing.T, bundle []byte, name string) []byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(bundle), int64(len(bundle)))
	if err != nil {
		t.Fatal(err)
	}
	f, err := z.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
