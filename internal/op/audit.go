package op

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/evidence"
	"github.com/consigil/consigil/internal/id"
)

// AuditView is one operation of staff or of an API account.
type AuditView struct {
	ID        id.ID           `json:"id"`
	At        time.Time       `json:"at"`
	Actor     access.Actor    `json:"actor"`
	Operation string          `json:"operation"`
	Outcome   string          `json:"outcome" doc:"accepted, or the code of the problem with which it failed"`
	Envelope  id.ID           `json:"envelope,omitempty"`
	Facts     json.RawMessage `json:"facts"`
	Personal  json.RawMessage `json:"personal,omitempty"`
	Hash      []byte          `json:"hash"`
	Inclusion InclusionView   `json:"inclusion"`
}

// InclusionView says where a row stands in the audit log.
type InclusionView struct {
	State string `json:"state" enum:"pending,included"`
	Index *int64 `json:"index,omitempty"`
	Size  *int64 `json:"size,omitempty" doc:"Of the signed checkpoint that covers it"`
}

// CheckpointView is the log's signed state.
type CheckpointView struct {
	Size int64     `json:"size"`
	Root []byte    `json:"root"`
	At   time.Time `json:"at"`
	Note string    `json:"note" doc:"The signed note (C2SP tlog-checkpoint)"`
}

type auditInput struct {
	Page
	Envelope  string    `query:"envelope" maxLength:"64"`
	Operation string    `query:"operation" maxLength:"64" doc:"Id of an operation, such as createUser"`
	Actor     string    `query:"actor" maxLength:"64" doc:"Id of the user or API key"`
	From      time.Time `query:"from" doc:"At this instant or later"`
	To        time.Time `query:"to" doc:"Before this instant"`
}

type auditOutput struct{ Body List[AuditView] }

type checkpointOutput struct{ Body CheckpointView }

type proofInput struct {
	Index int64 `path:"index" minimum:"0"`
}

type proofOutput struct{ Body evidence.Inclusion }

type consistencyInput struct {
	From int64 `query:"from" minimum:"1" required:"true"`
	To   int64 `query:"to" minimum:"1" required:"true"`
}

// ConsistencyView proves that one tree is a beginning of another.
type ConsistencyView struct {
	From   int64       `json:"from"`
	To     int64       `json:"to"`
	Hashes []tlog.Hash `json:"hashes" nullable:"false"`
}

type consistencyOutput struct{ Body ConsistencyView }

// AuditLog are the rows of the audit log.
func AuditLog(s *evidence.Service) []Op {
	read := Row{Method: http.MethodGet, Audience: staffAndAPI, Group: GroupApp, Permission: access.AuditRead, Tag: "audit"}
	list, head, proof, consistency := read, read, read, read
	list.ID, list.Path, list.Summary = "listAudit", "/api/v1/audit", "List operations of staff and API accounts, newest first"
	list.Audit = AuditAlways
	head.ID, head.Path, head.Summary = "getCheckpoint", "/api/v1/audit/checkpoint", "Read the audit log's signed checkpoint"
	proof.ID, proof.Path, proof.Summary = "proveInclusion", "/api/v1/audit/proofs/{index}", "Prove that a row stands in the audit log"
	consistency.ID, consistency.Path, consistency.Summary = "proveConsistency", "/api/v1/audit/consistency", "Prove that the audit log only grew"
	return []Op{
		Typed(list, func(ctx context.Context, in *auditInput) (*auditOutput, error) { return listAudit(ctx, s, in) }),
		Typed(head, func(ctx context.Context, _ *Empty) (*checkpointOutput, error) {
			cp, err := s.Latest(ctx)
			if err != nil || cp == nil {
				return &checkpointOutput{Body: CheckpointView{Root: []byte{}}}, err
			}
			return &checkpointOutput{Body: CheckpointView{Size: cp.Size, Root: cp.Root[:], At: cp.At, Note: string(cp.Note)}}, nil
		}),
		Typed(proof, func(ctx context.Context, in *proofInput) (*proofOutput, error) {
			cp, err := s.Latest(ctx)
			if err != nil {
				return nil, err
			}
			p, err := s.Prove(ctx, in.Index, cp)
			if err != nil {
				return nil, err
			}
			return &proofOutput{Body: *p}, nil
		}),
		Typed(consistency, func(ctx context.Context, in *consistencyInput) (*consistencyOutput, error) {
			hashes, err := s.Consistency(ctx, in.From, in.To)
			if err != nil {
				return nil, err
			}
			return &consistencyOutput{Body: ConsistencyView{From: in.From, To: in.To, Hashes: append([]tlog.Hash{}, hashes...)}}, nil
		}),
	}
}

func listAudit(ctx context.Context, s *evidence.Service, in *auditInput) (*auditOutput, error) {
	p, err := access.From(ctx)
	if err != nil {
		return nil, err
	}
	before, err := in.After()
	if err != nil {
		return nil, err
	}
	rows, err := s.Audits(ctx, p.Org, evidence.AuditFilter{
		Envelope: id.ID(in.Envelope), Operation: in.Operation, Actor: id.ID(in.Actor), From: in.From, To: in.To,
		Before: before, Limit: in.Limit + 1,
	})
	if err != nil {
		return nil, err
	}
	cp, err := s.Latest(ctx)
	if err != nil {
		return nil, err
	}
	items := make([]AuditView, 0, len(rows))
	for _, a := range rows {
		items = append(items, viewAudit(a, cp))
	}
	return &auditOutput{Body: NewList(items, in.Limit, func(v AuditView) id.ID { return v.ID })}, nil
}

func viewAudit(a *evidence.AuditEntry, cp *evidence.Checkpoint) AuditView {
	v := AuditView{
		ID: a.ID, At: a.At, Actor: a.Actor, Operation: a.Operation, Outcome: a.Outcome, Envelope: a.Envelope,
		Facts: a.Facts, Personal: a.Personal, Hash: a.Hash, Inclusion: InclusionView{State: "pending"},
	}
	if cp != nil && a.Index >= 0 && a.Index < cp.Size {
		v.Inclusion = InclusionView{State: "included", Index: &a.Index, Size: &cp.Size}
	}
	return v
}
