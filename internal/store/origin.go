package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/consigil/consigil/internal/envelope"
	"github.com/consigil/consigil/internal/evidence"
	"github.com/consigil/consigil/internal/id"
)

var _ evidence.Origins = (*DB)(nil)

// Origin finds the revision that a file is, by its digest, whosoever it is; a sealed one before any other.
func (db *DB) Origin(ctx context.Context, sha256 []byte) (*evidence.Origin, error) {
	var out *evidence.Origin
	err := db.snapshot(ctx, func(r runner) error {
		out = nil
		var org id.Org
		var parent id.ID
		err := db.newTx("", nil, r).rows(ctx, func(rows *sql.Rows) error {
			o := &evidence.Origin{}
			var kind envelope.RevisionKind
			var of, env string
			var sealed time.Time
			if err := rows.Scan(&of, &env, &kind, &o.State, at(&sealed)); err != nil {
				return err
			}
			if o.Complete = kind == envelope.SealedRev || kind == envelope.Renewed; out != nil && !o.Complete {
				return nil
			}
			if !sealed.IsZero() {
				o.SealedAt = &sealed
			}
			out, org, parent = o, id.Org(of), id.ID(env)
			return nil
		}, `SELECT e.org, e.id, r.kind, e.state, e.sealed_at FROM revisions r JOIN documents d ON d.org = r.org AND d.id = r.document
			JOIN envelopes e ON e.org = d.org AND e.id = d.envelope
			WHERE r.blob_sha256 = ? AND r.kind IN ('prepared', 'stamped', 'signed', 'sealed', 'renewed') AND e.sent_at > 0 LIMIT 20`, sha256)
		if err != nil || out == nil {
			return err
		}
		signers, err := envelopeTx{db.newTx(org, nil, r)}.Signers(ctx, []id.ID{parent})
		out.SignersDone, out.SignersTotal = signers[parent].Done, signers[parent].Total
		return err
	})
	return out, err
}
