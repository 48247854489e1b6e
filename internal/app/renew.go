package app

import (
	"context"
	"time"

	"github.com/consigil/consigil/internal/account"
	"github.com/consigil/consigil/internal/seal"
	"github.com/consigil/consigil/internal/settings"
	"github.com/consigil/consigil/internal/store"
)

// renewEvery is how often documents are looked for whose proof runs out.
const renewEvery = 15 * time.Minute

// renewDue queues what is due in every organization and returns how many documents that are.
func renewDue(ctx context.Context, accounts *account.Service, s *seal.Service, again bool) (n int, err error) {
	orgs, err := accounts.Organizations(ctx)
	if err != nil {
		return 0, err
	}
	for _, o := range orgs {
		queued, err := s.EnqueueRenewals(ctx, o.ID, again)
		n += queued
		if err != nil {
			return n, err
		}
	}
	return n, nil
}

// DueRenewal is a document whose renewal is due.
type DueRenewal struct {
	Organization string     `json:"organization"`
	Envelope     string     `json:"envelope"`
	Document     string     `json:"document"`
	Level        string     `json:"level"`
	ProofUntil   *time.Time `json:"proof_until,omitempty"`
	NextTry      *time.Time `json:"next_try,omitempty"`
	Reason       string     `json:"reason,omitempty"`
}

// renewals is what looks for due documents beside a running server: it needs no key.
func (a *Admin) renewals(db *store.DB) (*account.Service, *seal.Service) {
	accounts := account.New(db.Accounts(), a.Clock)
	names := organizations{accounts, settings.New(db.Settings(), a.Clock, sealSchema())}
	return accounts, seal.New(seal.Deps{
		Store: db.Envelopes(), Organizations: names, Clock: a.Clock, Horizon: a.Config.horizon(),
	})
}

// Renew queues the renewal of every document that is due, those that were put off too, and returns how many. The server
// or a worker does the work.
func (a *Admin) Renew(ctx context.Context) (n int, err error) {
	err = a.with(ctx, func(db *store.DB) error {
		accounts, s := a.renewals(db)
		n, err = renewDue(ctx, accounts, s, true)
		return err
	})
	return n, err
}

// DueRenewals lists the documents that Renew would queue.
func (a *Admin) DueRenewals(ctx context.Context) (list []DueRenewal, err error) {
	err = a.with(ctx, func(db *store.DB) error {
		accounts, s := a.renewals(db)
		orgs, err := accounts.Organizations(ctx)
		if err != nil {
			return err
		}
		for _, o := range orgs {
			due, err := s.DueRenewals(ctx, o.ID)
			if err != nil {
				return err
			}
			for _, d := range due {
				list = append(list, DueRenewal{
					Organization: string(o.ID), Envelope: string(d.Envelope), Document: string(d.Document), Level: d.Level,
					ProofUntil: set(d.Until), NextTry: set(d.NextTry), Reason: d.Reason,
				})
			}
		}
		return nil
	})
	return list, err
}

func set(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
