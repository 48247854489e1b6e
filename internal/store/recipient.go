package store

import (
	"context"
	"strings"
	"time"

	"github.com/consigil/consigil/internal/envelope"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/problem"
)

var recipientTable = newTable("recipients", "org id",
	"envelope role position state method locale sealed_name sealed_email sealed_phone sealed_reason "+
		"notified_at opened_at consented_at done_at email_hash")

func (t envelopeTx) scanRecipient(r *row) (*envelope.Recipient, error) {
	p := &envelope.Recipient{}
	var org string
	var name, email, phone, reason, hash []byte
	err := r.Scan(&org, &p.ID, &p.Envelope, &p.Role, &p.Order, &p.State, &p.Method, &p.Locale, &name, &email, &phone, &reason,
		at(&p.NotifiedAt), at(&p.OpenedAt), at(&p.ConsentedAt), at(&p.DoneAt), &hash)
	r.then(func(ctx context.Context) error {
		s := t.sealer(ctx, p.Envelope, "recipients", string(p.ID))
		p.Name, p.Email = s.openText("name", name), s.openText("email", email)
		p.Phone, p.Reason = s.openText("phone", phone), s.openText("reason", reason)
		return s.err
	})
	return p, err
}

func (t envelopeTx) Recipients(ctx context.Context, envelope id.ID) ([]*envelope.Recipient, error) {
	return many(ctx, t.tx, t.scanRecipient, recipientTable.sel+" WHERE org = ? AND envelope = ? ORDER BY position, id", t.org, envelope)
}

func (t envelopeTx) Recipient(ctx context.Context, recipient id.ID) (*envelope.Recipient, error) {
	return one(ctx, t.tx, t.scanRecipient, recipientTable.sel+" WHERE org = ? AND id = ?", t.org, recipient)
}

func (t envelopeTx) PutRecipient(ctx context.Context, p *envelope.Recipient) error {
	s := t.sealer(ctx, p.Envelope, "recipients", string(p.ID))
	name, email := s.sealText("name", p.Name), s.sealText("email", p.Email)
	phone, reason := s.sealText("phone", p.Phone), s.sealText("reason", p.Reason)
	if s.err != nil {
		return s.err
	}
	return t.put(ctx, recipientTable, t.org, p.ID, p.Envelope, p.Role, p.Order, p.State, p.Method, p.Locale, name, email, phone,
		reason, p.NotifiedAt, p.OpenedAt, p.ConsentedAt, p.DoneAt, t.addressHash(p.Email))
}

// addressHash finds a recipient's address within the organization, and nowhere else.
func (t *tx) addressHash(email string) []byte {
	email = strings.ToLower(strings.TrimSpace(email))
	if email == "" {
		return []byte{}
	}
	return t.db.emailHash(string(t.org) + "/recipient/" + email)
}

func (t envelopeTx) DeleteRecipient(ctx context.Context, recipient id.ID) error {
	n, err := t.exec(ctx, "DELETE FROM recipients WHERE org = ? AND id = ?", t.org, recipient)
	return must(n, err, errAbsent)
}

var linkTable = newTable("links", "org id", "envelope recipient hash created_at expires_at exchanged_at revoked_at revealed")

func scanLink(r *row) (*envelope.Link, error) {
	l := &envelope.Link{}
	var org string
	return l, r.Scan(&org, &l.ID, &l.Envelope, &l.Recipient, in(&l.Hash), at(&l.CreatedAt), at(&l.ExpiresAt), at(&l.ExchangedAt),
		at(&l.RevokedAt), &l.Revealed)
}

func (t envelopeTx) PutLink(ctx context.Context, l *envelope.Link) error {
	return t.put(ctx, linkTable, t.org, l.ID, l.Envelope, l.Recipient, l.Hash, l.CreatedAt, l.ExpiresAt, l.ExchangedAt,
		l.RevokedAt, l.Revealed)
}

func (t envelopeTx) Links(ctx context.Context, recipient id.ID) ([]*envelope.Link, error) {
	return many(ctx, t.tx, scanLink, linkTable.sel+" WHERE org = ? AND recipient = ? ORDER BY id", t.org, recipient)
}

func (t envelopeTx) LinkByHash(ctx context.Context, hash []byte) (*envelope.Link, error) {
	return one(ctx, t.tx, scanLink, linkTable.sel+" WHERE org = ? AND hash = ?", t.org, hash)
}

func (t envelopeTx) RevokeLinks(ctx context.Context, recipient id.ID, when time.Time) error {
	_, err := t.exec(ctx, "UPDATE links SET revoked_at = ? WHERE org = ? AND recipient = ? AND revoked_at = 0", when, t.org, recipient)
	return err
}

var sittingTable = newTable("sittings", "org id",
	"envelope recipient hash created_at expires_at ended_at sealed_address sealed_user_agent sealed_consent handover handover_expires")

func (t envelopeTx) scanSitting(r *row) (*envelope.Sitting, error) {
	v := &envelope.Sitting{}
	var org string
	var address, agent, consent []byte
	err := r.Scan(&org, &v.ID, &v.Envelope, &v.Recipient, in(&v.Hash), at(&v.CreatedAt), at(&v.ExpiresAt), at(&v.EndedAt),
		&address, &agent, &consent, in(&v.Handover), at(&v.HandoverExpires))
	r.then(func(ctx context.Context) error {
		s := t.sealer(ctx, v.Envelope, "sittings", string(v.ID))
		v.Address, v.UserAgent = s.openText("address", address), s.openText("user_agent", agent)
		v.Consent = s.open("consent", consent)
		return s.err
	})
	return v, err
}

func (t envelopeTx) PutSitting(ctx context.Context, v *envelope.Sitting) error {
	s := t.sealer(ctx, v.Envelope, "sittings", string(v.ID))
	address, agent := s.sealText("address", v.Address), s.sealText("user_agent", v.UserAgent)
	consent := s.seal("consent", v.Consent)
	if s.err != nil {
		return s.err
	}
	return t.put(ctx, sittingTable, t.org, v.ID, v.Envelope, v.Recipient, v.Hash, v.CreatedAt, v.ExpiresAt, v.EndedAt,
		address, agent, consent, v.Handover, v.HandoverExpires)
}

func (t envelopeTx) Sitting(ctx context.Context, sitting id.ID) (*envelope.Sitting, error) {
	return one(ctx, t.tx, t.scanSitting, sittingTable.sel+" WHERE org = ? AND id = ?", t.org, sitting)
}

func (t envelopeTx) Sittings(ctx context.Context, recipient id.ID) ([]*envelope.Sitting, error) {
	return many(ctx, t.tx, t.scanSitting, sittingTable.sel+" WHERE org = ? AND recipient = ? ORDER BY id", t.org, recipient)
}

var errActed = problem.New(problem.Conflict, "already_signed", "This recipient has signed already.")

var actTable = newTable("acts", "org recipient", "id envelope sitting method idempotency_key request reviewed created_at")

func scanAct(r *row) (*envelope.Act, error) {
	a := &envelope.Act{}
	var org string
	return a, r.Scan(&org, &a.Recipient, &a.ID, &a.Envelope, &a.Sitting, &a.Method, &a.Key, in(&a.Request), in(&a.Reviewed), at(&a.CreatedAt))
}

func (t envelopeTx) InsertAct(ctx context.Context, a *envelope.Act) error {
	return t.insert(ctx, actTable, errActed, t.org, a.Recipient, a.ID, a.Envelope, a.Sitting, a.Method, a.Key, a.Request, a.Reviewed, a.CreatedAt)
}

func (t envelopeTx) Act(ctx context.Context, recipient id.ID) (*envelope.Act, error) {
	return one(ctx, t.tx, scanAct, actTable.sel+" WHERE org = ? AND recipient = ?", t.org, recipient)
}
