package ceremony

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/envelope"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/method"
	"github.com/consigil/consigil/internal/problem"
)

// Submission is one act: its idempotency key, the digests of what was reviewed, and values that were not saved
// before.
type Submission struct {
	Key      string
	Reviewed map[id.ID]string // by document, lower-case hex SHA-256
	Values   []ValueInput
	Entries  string // Preview.Entries as the recipient saw it; empty: not checked
}

// Receipt says that the act is done.
type Receipt struct {
	Act       id.ID
	DoneAt    time.Time
	Documents []ReviewedDocument
	Completed bool // everybody has signed
}

// ReviewedDocument is what an act did to one document: which digest was reviewed, which one was built upon
// (others may have filled in their own fields in between), and which one came of it.
type ReviewedDocument struct {
	Document id.ID  `json:"document"`
	Reviewed string `json:"reviewed"`
	Base     string `json:"base"`
	SHA256   string `json:"sha256"`
	Revision int    `json:"revision"`
}

// errRebuild says that what a revision was built upon is no longer the newest.
var errRebuild = errors.New("ceremony: the document moved on")

// Sign performs the act. It may be repeated with the same key; two sittings at once make exactly one act.
func (s *Service) Sign(ctx context.Context, by *access.Principal, in Submission) (*Receipt, error) {
	if in.Key == "" || len(in.Key) > 200 {
		return nil, problem.InField("/key", "idempotency_key", "Give the act a key of your own, at most 200 characters, so that it can be repeated safely.")
	}
	request, err := digestOf(in)
	if err != nil {
		return nil, err
	}
	if done, err := s.before(ctx, by, in.Key, request); done != nil || err != nil {
		return done, err
	}
	if len(in.Values) > 0 {
		if err := s.Save(ctx, by, in.Values); err != nil {
			return s.orBefore(ctx, by, in.Key, request, err)
		}
	}
	for range signTries {
		receipt, err := s.attempt(ctx, by, in, request)
		if !moved(err) {
			if err != nil {
				return s.orBefore(ctx, by, in.Key, request, err)
			}
			return receipt, nil
		}
	}
	return nil, problem.New(problem.Conflict, "busy", "Others are signing this document right now. Try again in a moment.").After(time.Second)
}

// moved says whether an attempt lost a race that the next one may win.
func moved(err error) bool {
	var p *problem.Error
	return errors.Is(err, errRebuild) || errors.As(err, &p) && p.Kind == problem.Conflict && p.Code == "version"
}

func digestOf(in Submission) ([]byte, error) {
	b, err := json.Marshal(struct {
		Reviewed map[id.ID]string
		Values   []ValueInput
		Entries  string `json:",omitempty"`
	}{in.Reviewed, in.Values, in.Entries})
	if err != nil {
		return nil, problem.New(problem.Malformed, "malformed", "The submission is not valid JSON.")
	}
	sum := sha256.Sum256(b)
	return sum[:], nil
}

// before finds an act that was done already: the same submission gets the same answer, any other one is told.
func (s *Service) before(ctx context.Context, by *access.Principal, key string, request []byte) (*Receipt, error) {
	var out *Receipt
	err := s.d.Store.View(ctx, by.Org, func(tx envelope.Tx) error {
		act, err := tx.Act(ctx, by.Recipient)
		if problem.KindOf(err) == problem.NotFound {
			return nil
		}
		if err != nil {
			return err
		}
		if act.Key != key || !bytes.Equal(act.Request, request) {
			return errSigned
		}
		e, err := tx.Envelope(ctx, act.Envelope)
		if err != nil {
			return err
		}
		out, err = receiptOf(act, !e.State.Open())
		return err
	})
	return out, err
}

// orBefore answers a failed try with the act that another try of the same submission made meanwhile.
func (s *Service) orBefore(ctx context.Context, by *access.Principal, key string, request []byte, cause error) (*Receipt, error) {
	if problem.KindOf(cause) != problem.Conflict && problem.KindOf(cause) != problem.Gone {
		return nil, cause
	}
	done, err := s.before(ctx, by, key, request)
	if done != nil {
		return done, nil
	}
	if err != nil {
		return nil, err
	}
	return nil, cause
}

func receiptOf(act *envelope.Act, completed bool) (*Receipt, error) {
	r := &Receipt{Act: act.ID, DoneAt: act.CreatedAt, Completed: completed}
	if err := json.Unmarshal(act.Reviewed, &r.Documents); err != nil {
		return nil, fmt.Errorf("ceremony: act: %w", err)
	}
	return r, nil
}

// attempt builds the act from a snapshot and commits it if nothing moved meanwhile.
func (s *Service) attempt(ctx context.Context, by *access.Principal, in Submission, request []byte) (*Receipt, error) {
	release, err := s.take(ctx, by.Envelope)
	if err != nil {
		return nil, err
	}
	defer release()
	p, err := s.plan(ctx, by, true)
	if err != nil {
		return nil, err
	}
	if err := p.checkReviewed(in.Reviewed); err != nil {
		return nil, err
	}
	if in.Entries != "" && in.Entries != p.sc.entries() {
		return nil, problem.New(problem.Conflict, "entries_changed", "Something else was entered meanwhile, in another window perhaps. Look at it again before you sign.")
	}
	made, err := s.build(ctx, by.Org, p)
	if err != nil {
		return nil, err
	}
	act := &envelope.Act{
		ID: id.New(), Envelope: p.sc.e.ID, Recipient: p.sc.me.ID, Sitting: by.Ceremony, Method: p.how.Name(),
		Key: in.Key, Request: request, CreatedAt: p.now,
	}
	// Where it fails, the blobs stay for the sweep of orphans: an error does not prove that nothing was committed.
	return s.commit(ctx, by, p, act, in.Reviewed, made)
}

// checkReviewed asks for the digest of every document, and that it is one that recipients were shown. Newer
// revisions differ from it in other recipients' fields only: nothing else is ever written after sending.
func (p *plan) checkReviewed(reviewed map[id.ID]string) error {
	var bad []problem.Field
	for _, d := range p.sc.documents {
		at := "/reviewed/" + string(d.ID)
		switch digest, ok := reviewed[d.ID]; {
		case !ok:
			bad = append(bad, fault(at, "not_reviewed", "Send the digest of the revision that was reviewed."))
		case !slices.Contains(p.known[d.ID], digest):
			bad = append(bad, fault(at, "unknown_revision", "This is not the digest of a revision of the document that you were shown."))
		}
	}
	return refusal(bad)
}

// commit writes the act, its revisions and everything that follows from it in one transaction, provided that
// heads and values still are those of the plan.
func (s *Service) commit(ctx context.Context, by *access.Principal, p *plan, act *envelope.Act, reviewed map[id.ID]string, made []built) (*Receipt, error) {
	var receipt *Receipt
	err := s.change(ctx, by, envelope.OpAct, func(tx envelope.Tx, sc *scene) error {
		if err := sc.mayAct(); err != nil {
			return err
		}
		if err := p.unchanged(sc); err != nil {
			return err
		}
		docs, err := writeRevisions(ctx, tx, sc, act, reviewed, made)
		if err != nil {
			return err
		}
		a := *act
		if a.Reviewed, err = json.Marshal(docs); err != nil {
			return fmt.Errorf("ceremony: act: %w", err)
		}
		if err := tx.InsertAct(ctx, &a); err != nil {
			return err
		}
		if err := s.finish(ctx, tx, by, sc, p, &a, docs); err != nil {
			return err
		}
		receipt, err = receiptOf(&a, sc.e.State == envelope.Completed)
		return err
	})
	return receipt, err
}

// unchanged says whether the scene under the lock is the one that the plan was made from.
func (p *plan) unchanged(sc *scene) error {
	for _, d := range sc.documents {
		if head := p.heads[d.ID]; head == nil || head.Number != d.Head {
			return errRebuild
		}
	}
	for _, f := range sc.mine("") {
		var was, is []byte
		if v := p.sc.values[f.ID]; v != nil {
			was = v.Data
		}
		if v := sc.values[f.ID]; v != nil {
			is = v.Data
		}
		if !bytes.Equal(was, is) {
			return errRebuild
		}
	}
	return nil
}

// writeRevisions appends one revision to each document concerned; the others are listed as reviewed.
func writeRevisions(ctx context.Context, tx envelope.Tx, sc *scene, act *envelope.Act, reviewed map[id.ID]string, made []built) ([]ReviewedDocument, error) {
	byDocument := make(map[id.ID]built, len(made))
	for _, m := range made {
		byDocument[m.document.ID] = m
	}
	var out []ReviewedDocument
	for _, d := range sc.documents {
		m, concerned := byDocument[d.ID]
		if !concerned {
			out = append(out, ReviewedDocument{Document: d.ID, Reviewed: reviewed[d.ID]})
			continue
		}
		d.Head++
		rev := &envelope.Revision{Document: d.ID, Number: d.Head, Kind: kindOf(d), Blob: m.blob, Act: act.ID, CreatedAt: act.CreatedAt}
		if err := tx.InsertRevision(ctx, rev); err != nil {
			return nil, err
		}
		if err := tx.PutDocument(ctx, d); err != nil {
			return nil, err
		}
		out = append(out, ReviewedDocument{
			Document: d.ID, Reviewed: reviewed[d.ID], Base: hex.EncodeToString(m.base.Blob.SHA256),
			SHA256: hex.EncodeToString(m.blob.SHA256), Revision: rev.Number,
		})
	}
	return out, nil
}

// kindOf is the kind of revision that an act by click makes in a document.
func kindOf(d *envelope.Document) envelope.RevisionKind {
	if d.SignedUpload {
		return envelope.SignedRev
	}
	return envelope.Stamped
}

// finish keeps the values as evidence, marks the recipient as done, records the act, and moves the envelope on.
func (s *Service) finish(ctx context.Context, tx envelope.Tx, by *access.Principal, sc *scene, p *plan, act *envelope.Act, docs []ReviewedDocument) error {
	fields, err := s.keepValues(ctx, tx, p)
	if err != nil {
		return err
	}
	sc.me.State, sc.me.DoneAt = envelope.Done, p.now
	if err := tx.PutRecipient(ctx, sc.me); err != nil {
		return err
	}
	facts := map[string]any{
		"recipient": sc.me.ID, "ceremony": by.Ceremony, "act": act.ID, "method": act.Method,
		"documents": docs, "fields": fields,
	}
	if err := envelope.Append(ctx, tx, sc.e, p.now, by.Actor(), "recipient.signed", facts, origin(by).personal()); err != nil {
		return err
	}
	return envelope.Progress(ctx, tx, by.Org, sc.e, p.now)
}

// keepValues stores what the act drew, values of the server included, and describes it without the values.
func (s *Service) keepValues(ctx context.Context, tx envelope.Tx, p *plan) ([]map[string]any, error) {
	var out []map[string]any
	for _, d := range p.sc.documents {
		for _, fl := range p.fields[d.ID] {
			if fl.Value == nil {
				continue
			}
			v := &envelope.Value{Field: fl.Field.ID, Recipient: p.sc.me.ID, Data: fl.Value, UpdatedAt: p.now}
			if err := tx.PutValue(ctx, p.sc.e.ID, v); err != nil {
				return nil, err
			}
			out = append(out, s.describe(fl))
		}
	}
	return out, nil
}

func (s *Service) describe(fl method.Filled) map[string]any {
	m := map[string]any{"field": fl.Field.ID, "type": fl.Field.Type}
	if t, ok := s.d.Types.Find(fl.Field.Type); ok {
		m["entered"] = t.Describe(fl.Field.Config, fl.Value)
	}
	return m
}

// Decline ends the envelope: the recipient refuses to sign.
func (s *Service) Decline(ctx context.Context, by *access.Principal, reason string) error {
	reason, err := envelope.Reason(reason)
	if err != nil {
		return err
	}
	now := s.d.Clock.Now()
	return s.change(ctx, by, envelope.OpDecline, func(tx envelope.Tx, sc *scene) error {
		if sc.me.State == envelope.Done {
			return errSigned
		}
		if sc.me.Role != envelope.RoleSigner {
			return sc.mayAct()
		}
		sc.me.State, sc.me.Reason, sc.me.DoneAt = envelope.Refused, reason, now
		if err := tx.PutRecipient(ctx, sc.me); err != nil {
			return err
		}
		sc.e.State, sc.e.Reason = envelope.Declined, reason
		facts := map[string]any{"recipient": sc.me.ID, "ceremony": by.Ceremony}
		personal := origin(by).personal()
		personal["reason"] = reason
		if err := envelope.Append(ctx, tx, sc.e, now, by.Actor(), "recipient.declined", facts, personal); err != nil {
			return err
		}
		return envelope.Close(ctx, tx, by.Org, sc.e, sc.recipients, "declined", now)
	})
}
