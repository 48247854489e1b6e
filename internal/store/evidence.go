package store

import (
	"context"
	"database/sql"

	"github.com/consigil/consigil/internal/evidence"
	"github.com/consigil/consigil/internal/id"
)

var _ evidence.Tx = envelopeTx{}

// Evidence is the store of the evidence domain: the envelope's rows and its artifacts.
func (db *DB) Evidence() Unit[evidence.Tx] {
	return Unit[evidence.Tx]{db, func(t *tx) evidence.Tx { return envelopeTx{t} }}
}

var _ evidence.Store = Unit[evidence.Tx]{}

var artifactTable = newTable("artifacts", "org envelope kind", "blob_name blob_key blob_sha256 blob_size event_seq level created_at")

func scanArtifact(r *row) (*evidence.Artifact, error) {
	a := &evidence.Artifact{}
	var org string
	return a, r.Scan(&org, &a.Envelope, &a.Kind, &a.Blob.Name, in(&a.Blob.Key), in(&a.Blob.SHA256), &a.Blob.Size,
		&a.EventSeq, &a.Level, at(&a.CreatedAt))
}

func (t envelopeTx) PutArtifact(ctx context.Context, a *evidence.Artifact) error {
	return t.put(ctx, artifactTable, t.org, a.Envelope, a.Kind, a.Blob.Name, a.Blob.Key, a.Blob.SHA256, a.Blob.Size,
		a.EventSeq, a.Level, a.CreatedAt)
}

func (t envelopeTx) Artifact(ctx context.Context, envelope id.ID, kind evidence.ArtifactKind) (*evidence.Artifact, error) {
	return one(ctx, t.tx, scanArtifact, artifactTable.sel+" WHERE org = ? AND envelope = ? AND kind = ?", t.org, envelope, kind)
}

// blobColumns are the tables that refer to blobs; each has an index on blob_name.
var blobColumns = []string{"revisions", "artifacts", "uploads", "upload_parts"}

// BlobRefs says which of these blobs some row of any organization refers to. It is what a sweep asks.
func (db *DB) BlobRefs(ctx context.Context, names []string) (map[string]bool, error) {
	live := map[string]bool{}
	err := db.snapshot(ctx, func(r runner) error {
		t := db.newTx("", nil, r)
		for _, name := range blobColumns {
			w := where("1 = 1")
			w.in("blob_name", texts(names))
			if err := t.rows(ctx, noteName(live), "SELECT blob_name FROM "+name+w.sql(), w.args...); err != nil {
				return err
			}
		}
		return nil
	})
	return live, err
}

func noteName(live map[string]bool) func(*sql.Rows) error {
	return func(r *sql.Rows) error {
		var name string
		err := r.Scan(&name)
		live[name] = true
		return err
	}
}
