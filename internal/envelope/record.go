package envelope

import (
	"context"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/problem"
	"github.com/consigil/consigil/pades"
)

// Record files contracts that are signed already: the envelope is born sealed, its documents are kept as they
// came, and their achieved level is computed from their bytes.
func (s *Service) Record(ctx context.Context, by *access.Principal, in NewEnvelope) (*Full, error) {
	if len(in.Documents) == 0 {
		return nil, problem.InField("/documents", "no_document", "Add at least one signed document.")
	}
	if len(in.Fields) > 0 {
		return nil, problem.InField("/fields", "record", "A signed contract that is filed takes no fields.")
	}
	e, err := s.blank(ctx, by)
	if err != nil {
		return nil, err
	}
	f := &Full{Envelope: e}
	if err := s.fillDraft(f, in); err != nil {
		return nil, err
	}
	taken, err := s.takeAll(ctx, by, e, in.Documents)
	if err != nil {
		return nil, err
	}
	if err = s.asSealed(ctx, by, taken); err == nil {
		err = s.d.Store.Update(ctx, by.Org, func(tx Tx) error { return s.insertRecord(ctx, tx, by, *e, f, taken) })
	}
	if err != nil {
		s.giveBack(ctx, by, taken)
		return nil, err
	}
	return s.Get(ctx, by, e.ID)
}

// asSealed marks taken documents as sealed and computes their level; one without signatures is refused.
func (s *Service) asSealed(ctx context.Context, by *access.Principal, all []*taken) error {
	for i, t := range all {
		if !t.doc.SignedUpload {
			return problem.InField(pointer("/documents", i), "not_signed", "This document bears no signature. Send it for signing instead.")
		}
		original := t.revisions[0]
		level, err := s.level(ctx, by, original.Blob)
		if err != nil {
			return err
		}
		t.doc.State, t.doc.Level = "sealed", level
		t.doc.Head++
		sealed := *original
		sealed.Number, sealed.Kind = t.doc.Head, SealedRev
		t.revisions = append(t.revisions, &sealed)
	}
	return nil
}

// level is that of the newest signature.
func (s *Service) level(ctx context.Context, by *access.Principal, b Blob) (string, error) {
	f, err := s.d.Vault.Open(ctx, by.Org, b)
	if err != nil {
		return "", err
	}
	defer f.Close()
	all, err := pades.AchievedLevel(f, f.Size())
	if err != nil {
		return "", unreadable(err)
	}
	if len(all) == 0 {
		return "", nil
	}
	return string(all[len(all)-1].Level), nil
}

func (s *Service) insertRecord(ctx context.Context, tx Tx, by *access.Principal, e Envelope, f *Full, taken []*taken) error {
	now := s.d.Clock.Now()
	e.State, e.SealedAt = Sealed, now
	if err := s.insertDraft(ctx, tx, by, e, f, taken); err != nil {
		return err
	}
	stored, err := tx.LockEnvelope(ctx, e.ID)
	if err != nil {
		return err
	}
	if err := Append(ctx, tx, stored, now, by.Actor(), "envelope.recorded", nil, nil); err != nil {
		return err
	}
	return tx.UpdateEnvelope(ctx, stored)
}
