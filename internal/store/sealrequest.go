package store

import (
	"context"
	"errors"

	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/problem"
	"github.com/consigil/consigil/internal/seal"
)

var sealRequestTable = newTable("seal_requests", "org id", "algorithm custodian reference request created_at")

var errNoSealRequest = problem.New(problem.NotFound, "seal_request", "There is no such request for a certificate.")

func scanSealRequest(r *row) (*seal.Request, error) {
	q := &seal.Request{}
	return q, r.Scan(&q.Org, &q.ID, &q.Algorithm, &q.Custodian, in(&q.Reference), in(&q.DER), at(&q.CreatedAt))
}

// SealRequests returns the keys that wait for a certificate, newest first.
func (s sealKeys) SealRequests(ctx context.Context, org id.Org) ([]*seal.Request, error) {
	var out []*seal.Request
	err := s.db.view(ctx, org, func(t *tx) (err error) {
		out, err = many(ctx, t, scanSealRequest, sealRequestTable.sel+" WHERE org = ? ORDER BY created_at DESC, id DESC", org)
		return err
	})
	return out, err
}

// SealRequest returns one of them.
func (s sealKeys) SealRequest(ctx context.Context, org id.Org, request id.ID) (*seal.Request, error) {
	var out *seal.Request
	err := s.db.view(ctx, org, func(t *tx) (err error) {
		out, err = one(ctx, t, scanSealRequest, sealRequestTable.sel+" WHERE org = ? AND id = ?", org, request)
		return err
	})
	if errors.Is(err, errAbsent) {
		return nil, errNoSealRequest
	}
	return out, err
}

// InsertSealRequest keeps a key that waits, unless so many wait already.
func (s sealKeys) InsertSealRequest(ctx context.Context, q *seal.Request, most int) error {
	return s.db.update(ctx, q.Org, func(t *tx) error {
		ids, err := t.ids(ctx, "SELECT id FROM seal_requests WHERE org = ?"+s.db.dialect.lock, t.org)
		if err != nil {
			return err
		}
		if len(ids) >= most {
			return problem.New(problem.Conflict, "too_many_requests", "Too many requests wait for a certificate. Delete one first.")
		}
		return t.insert(ctx, sealRequestTable, errExists, t.org, q.ID, q.Algorithm, q.Custodian, q.Reference, q.DER, q.CreatedAt)
	})
}

// DeleteSealRequest forgets a key that waits.
func (s sealKeys) DeleteSealRequest(ctx context.Context, org id.Org, request id.ID) error {
	return s.db.update(ctx, org, func(t *tx) error {
		n, err := t.exec(ctx, "DELETE FROM seal_requests WHERE org = ? AND id = ?", t.org, request)
		return must(n, err, errNoSealRequest)
	})
}
