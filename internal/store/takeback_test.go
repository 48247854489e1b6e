package store_test

import (
	"testing"
	"time"

	"github.com/consigil/consigil/internal/envelope"
	"github.com/consigil/consigil/internal/schedule"
	"github.com/consigil/consigil/internal/store"
	"github.com/consigil/consigil/internal/store/storetest"
)

// TestStartTakesBackJobs shows that a job of a process that died is due as soon as the next one has the directory.
func TestStartTakesBackJobs(t *testing.T) {
	t.Parallel()
	s := storetest.SQLite(t)
	job := schedule.Job{Org: s.Org, Kind: "seal.document", Payload: []byte(`{}`)}
	err := s.Envelopes().Update(t.Context(), s.Org, func(tx envelope.Tx) error { return tx.Enqueue(t.Context(), job) })
	if err != nil {
		t.Fatal(err)
	}
	claim := func(db *store.DB) int {
		jobs, err := db.Queue().Claim(t.Context(), []string{"seal.document"}, 1, time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		return len(jobs)
	}
	if claim(s.DB) != 1 || claim(s.DB) != 0 {
		t.Fatal("the job was not leased once")
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := store.Open(t.Context(), s.Config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = again.Close() })
	if claim(again) != 1 {
		t.Error("the job waits for the lease of a process that has ended")
	}
}
