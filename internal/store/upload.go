package store

import (
	"context"
	"time"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/envelope"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/upload"
)

// uploads implements upload.Store.
type uploads struct {
	Unit[upload.Tx]
}

var _ upload.Store = uploads{}

// Uploads is the store of files on their way in.
func (db *DB) Uploads() upload.Store {
	return uploads{Unit[upload.Tx]{db, func(t *tx) upload.Tx { return uploadTx{t} }}}
}

// Expired lists uploads of all organizations that are past their time.
func (s uploads) Expired(ctx context.Context, before time.Time, n int) ([]*upload.Upload, error) {
	var out []*upload.Upload
	err := s.db.snapshot(ctx, func(r runner) (err error) {
		out, err = many(ctx, s.db.newTx("", nil, r), func(r *row) (*upload.Upload, error) {
			u := &upload.Upload{}
			return u, r.Scan(&u.Org, &u.ID)
		}, "SELECT org, id FROM uploads WHERE expires_at < ? ORDER BY expires_at LIMIT ?", before, limit(n))
		return err
	})
	return out, err
}

// uploadTx is the upload domain's view of a transaction.
type uploadTx struct{ *tx }

var uploadTable = newTable("uploads", "org id",
	"owner_kind owner_id sealed_name size received blob_name blob_key blob_sha256 blob_size created_at expires_at version taken_at")

var uploadPartTable = newTable("upload_parts", "org upload number", "blob_name blob_key blob_sha256 blob_size")

func (t uploadTx) InsertUpload(ctx context.Context, u *upload.Upload) error {
	if u.Org != t.org {
		return errAbsent
	}
	s := t.orgSealer("uploads", string(u.ID))
	name := s.sealText("name", u.Name)
	if s.err != nil {
		return s.err
	}
	err := t.insert(ctx, uploadTable, errExists, t.org, u.ID, u.Owner.Kind, u.Owner.ID, name, u.Size, u.Received, u.Blob.Name,
		u.Blob.Key, u.Blob.SHA256, u.Blob.Size, u.CreatedAt, u.ExpiresAt, u.Version, u.TakenAt)
	if err != nil {
		return err
	}
	return t.putParts(ctx, u, 0)
}

// putParts stores the parts from number first on.
func (t uploadTx) putParts(ctx context.Context, u *upload.Upload, first int) error {
	for i := first; i < len(u.Parts); i++ {
		b := u.Parts[i]
		if err := t.put(ctx, uploadPartTable, t.org, u.ID, i, b.Name, b.Key, b.SHA256, b.Size); err != nil {
			return err
		}
	}
	return nil
}

func (t uploadTx) Upload(ctx context.Context, ref id.ID) (*upload.Upload, error) {
	u, err := one(ctx, t.tx, t.scan, uploadTable.sel+" WHERE org = ? AND id = ?", t.org, ref)
	if err != nil {
		return nil, err
	}
	parts, err := many(ctx, t.tx, func(r *row) (*envelope.Blob, error) {
		b := &envelope.Blob{}
		return b, r.Scan(&b.Name, in(&b.Key), in(&b.SHA256), &b.Size)
	}, "SELECT blob_name, blob_key, blob_sha256, blob_size FROM upload_parts WHERE org = ? AND upload = ? ORDER BY number", t.org, ref)
	for _, p := range parts {
		u.Parts = append(u.Parts, *p)
	}
	return u, err
}

func (t uploadTx) scan(r *row) (*upload.Upload, error) {
	u := &upload.Upload{}
	var name []byte
	err := r.Scan(&u.Org, &u.ID, &u.Owner.Kind, &u.Owner.ID, &name, &u.Size, &u.Received, &u.Blob.Name, in(&u.Blob.Key),
		in(&u.Blob.SHA256), &u.Blob.Size, at(&u.CreatedAt), at(&u.ExpiresAt), &u.Version, at(&u.TakenAt))
	r.then(func(context.Context) error {
		s := t.orgSealer("uploads", string(u.ID))
		u.Name = s.openText("name", name)
		return s.err
	})
	return u, err
}

func (t uploadTx) UpdateUpload(ctx context.Context, u *upload.Upload) error {
	s := t.orgSealer("uploads", string(u.ID))
	name := s.sealText("name", u.Name)
	if s.err != nil {
		return s.err
	}
	n, err := t.exec(ctx, `UPDATE uploads SET sealed_name = ?, size = ?, received = ?, blob_name = ?, blob_key = ?, blob_sha256 = ?,
		blob_size = ?, expires_at = ?, taken_at = ?, version = version + 1 WHERE org = ? AND id = ? AND version = ?`,
		name, u.Size, u.Received, u.Blob.Name, u.Blob.Key, u.Blob.SHA256, u.Blob.Size, u.ExpiresAt, u.TakenAt, t.org, u.ID, u.Version)
	if err := must(n, err, errVersion); err != nil {
		return err
	}
	if err := t.syncParts(ctx, u); err != nil {
		return err
	}
	u.Version++
	return nil
}

// syncParts adds the parts that are new; parts never change, and go all at once.
func (t uploadTx) syncParts(ctx context.Context, u *upload.Upload) error {
	var stored int
	err := t.scalar(ctx, &stored, "SELECT COUNT(*) FROM upload_parts WHERE org = ? AND upload = ?", t.org, u.ID)
	if err != nil {
		return err
	}
	if stored > len(u.Parts) {
		_, err := t.exec(ctx, "DELETE FROM upload_parts WHERE org = ? AND upload = ? AND number >= ?", t.org, u.ID, len(u.Parts))
		return err
	}
	return t.putParts(ctx, u, stored)
}

func (t uploadTx) DeleteUpload(ctx context.Context, ref id.ID) error {
	n, err := t.exec(ctx, "DELETE FROM uploads WHERE org = ? AND id = ?", t.org, ref)
	return must(n, err, errAbsent)
}

func (t uploadTx) UploadBytes(ctx context.Context, owner access.Actor, now time.Time) (int64, error) {
	var sum int64
	err := t.scalar(ctx, &sum, `SELECT CAST(COALESCE(SUM(size), 0) AS `+t.db.dialect.integer+`) FROM uploads
		WHERE org = ? AND owner_kind = ? AND owner_id = ? AND expires_at > ? AND taken_at = 0`, t.org, owner.Kind, owner.ID, now)
	return sum, err
}
