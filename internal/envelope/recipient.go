package envelope

import (
	"context"
	"strings"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/problem"
)

// The roles of recipients that this product knows.
const (
	RoleSigner = "signer"
	RoleViewer = "viewer"
	RoleCopy   = "copy"
)

// RecipientInput is what a sender sets on a recipient. Nil members stay as they are.
type RecipientInput struct {
	Role, Method, Locale, Name, Email, Phone *string
	Order                                    *int
}

func (s *Service) newRecipient(f *Full, in RecipientInput, at string, bad *faults) *Recipient {
	r := &Recipient{
		ID: id.New(), Envelope: f.Envelope.ID, Role: RoleSigner, Order: len(f.Recipients) + 1,
		State: Waiting, Method: "click",
	}
	s.applyRecipient(r, in, at, bad)
	return r
}

func (s *Service) applyRecipient(r *Recipient, in RecipientInput, at string, bad *faults) {
	if in.Role != nil {
		if r.Role = *in.Role; r.Role != RoleSigner && r.Role != RoleViewer && r.Role != RoleCopy {
			bad.add(at+"/role", "role", "The roles are signer, viewer and copy.")
		}
	}
	if in.Method != nil {
		if r.Method = *in.Method; !s.d.Methods.Known(r.Method) {
			bad.add(at+"/method", "method", "There is no such method of signing here.")
		}
	}
	if in.Order != nil {
		if r.Order = *in.Order; r.Order < 1 || r.Order > MaxRecipients {
			bad.add(at+"/order", "order", "The order is a number from 1 to 100.")
		}
	}
	if in.Locale != nil && *in.Locale != "" {
		r.Locale = checkLocale(*in.Locale, at+"/locale", bad)
	}
	applyContact(r, in, at, bad)
}

func applyContact(r *Recipient, in RecipientInput, at string, bad *faults) {
	if in.Name != nil {
		r.Name = checkLine(*in.Name, 200, at+"/name", bad)
	}
	if in.Email != nil {
		if r.Email = strings.TrimSpace(*in.Email); r.Email != "" && !validEmail(r.Email) {
			bad.add(at+"/email", "email", "This is not an e-mail address.")
		}
	}
	if in.Phone != nil {
		if r.Phone = strings.TrimSpace(*in.Phone); r.Phone != "" && !validPhone(r.Phone) {
			bad.add(at+"/phone", "phone", "A phone number with its country code, such as +36301234567, is expected.")
		}
	}
}

func validPhone(s string) bool {
	if len(s) < 8 || len(s) > 17 || s[0] != '+' {
		return false
	}
	return strings.Trim(s[1:], "0123456789") == ""
}

// AddRecipient adds a recipient to a draft.
func (s *Service) AddRecipient(ctx context.Context, by *access.Principal, envelope id.ID, v Expected, in RecipientInput) (*Full, *Recipient, error) {
	var added id.ID
	f, err := s.edit(ctx, by, envelope, v, OpEdit, func(tx Tx, f *Full) error {
		if len(f.Recipients) >= MaxRecipients {
			return problem.New(problem.Invalid, "too_many_recipients", "An envelope has at most 100 recipients.")
		}
		var bad faults
		r := s.newRecipient(f, in, "", &bad)
		if err := bad.err(); err != nil {
			return err
		}
		added = r.ID
		return s.putRecipient(ctx, tx, by, f.Envelope, r)
	})
	if err != nil {
		return nil, nil, err
	}
	return f, f.recipient(added), nil
}

func (s *Service) putRecipient(ctx context.Context, tx Tx, by *access.Principal, e *Envelope, r *Recipient) error {
	if err := tx.PutRecipient(ctx, r); err != nil {
		return err
	}
	return s.noteUpdate(ctx, tx, by, e, "recipients")
}

// UpdateRecipient changes a recipient of a draft.
func (s *Service) UpdateRecipient(ctx context.Context, by *access.Principal, envelope, recipient id.ID, v Expected, in RecipientInput) (*Full, *Recipient, error) {
	f, err := s.edit(ctx, by, envelope, v, OpEdit, func(tx Tx, f *Full) error {
		r := f.recipient(recipient)
		if r == nil {
			return noRecipient()
		}
		var bad faults
		s.applyRecipient(r, in, "", &bad)
		if err := bad.err(); err != nil {
			return err
		}
		return s.putRecipient(ctx, tx, by, f.Envelope, r)
	})
	if err != nil {
		return nil, nil, err
	}
	return f, f.recipient(recipient), nil
}

func noRecipient() error {
	return problem.New(problem.NotFound, "not_found", "This envelope has no such recipient.")
}

// RemoveRecipient takes a recipient out of a draft; their fields stay, unassigned.
func (s *Service) RemoveRecipient(ctx context.Context, by *access.Principal, envelope, recipient id.ID, v Expected) (*Full, error) {
	return s.edit(ctx, by, envelope, v, OpEdit, func(tx Tx, f *Full) error {
		if f.recipient(recipient) == nil {
			return noRecipient()
		}
		for _, fd := range f.Fields {
			if fd.Recipient != recipient {
				continue
			}
			fd.Recipient = ""
			if err := tx.PutField(ctx, fd); err != nil {
				return err
			}
		}
		if err := tx.DeleteRecipient(ctx, recipient); err != nil {
			return err
		}
		return s.noteUpdate(ctx, tx, by, f.Envelope, "recipients")
	})
}
