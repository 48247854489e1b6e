package op

import (
	"context"
	"net/http"
	"time"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/envelope"
	"github.com/consigil/consigil/internal/id"
)

// RecipientView is a recipient as the sender sees it.
type RecipientView struct {
	ID          id.ID                   `json:"id"`
	Role        string                  `json:"role" enum:"signer,viewer,copy"`
	Order       int                     `json:"order"`
	State       envelope.RecipientState `json:"state" enum:"waiting,notified,opened,consented,done,declined"`
	Method      string                  `json:"method"`
	Locale      string                  `json:"locale,omitempty"`
	Name        string                  `json:"name"`
	Email       string                  `json:"email"`
	Phone       string                  `json:"phone,omitempty"`
	Reason      string                  `json:"reason,omitempty" doc:"Why they refused"`
	NotifiedAt  *time.Time              `json:"notified_at,omitempty"`
	OpenedAt    *time.Time              `json:"opened_at,omitempty"`
	ConsentedAt *time.Time              `json:"consented_at,omitempty"`
	DoneAt      *time.Time              `json:"done_at,omitempty"`
	Delivery    *DeliveryView           `json:"delivery,omitempty" doc:"Of the newest message to this recipient"`
}

// DeliveryView is what became of a message.
type DeliveryView struct {
	Message  id.ID     `json:"message"`
	State    string    `json:"state" enum:"queued,sent,kept,failed" doc:"kept: no mail server is configured; hand the link over"`
	Channel  string    `json:"channel"`
	Template string    `json:"template"`
	At       time.Time `json:"at" doc:"When it left, or was queued"`
	Error    string    `json:"error,omitempty" doc:"Why it has not left, or never will"`
}

// RecipientBody is what a sender sets on a recipient.
type RecipientBody struct {
	Role   *string `json:"role,omitempty" enum:"signer,viewer,copy"`
	Order  *int    `json:"order,omitempty"`
	Method *string `json:"method,omitempty" maxLength:"40"`
	Locale *string `json:"locale,omitempty" maxLength:"35"`
	Name   *string `json:"name,omitempty" maxLength:"800"`
	Email  *string `json:"email,omitempty" maxLength:"254"`
	Phone  *string `json:"phone,omitempty" maxLength:"20"`
}

// RevealedLink is a recipient's way in, shown once.
type RevealedLink struct {
	URL       string    `json:"url"`
	QR        *QRView   `json:"qr" nullable:"false"`
	ExpiresAt time.Time `json:"expires_at"`
}

// RecipientPath names a recipient of a draft.
type RecipientPath struct {
	EnvelopeChange
	Recipient string `path:"recipient"`
}

type addRecipientInput struct {
	EnvelopeChange
	Body RecipientBody
}

type updateRecipientInput struct {
	RecipientPath
	Body RecipientBody
}

type recipientOutput struct {
	ETag string `header:"ETag"`
	Body RecipientView
}

type recipientCall struct {
	Envelope  string `path:"envelope"`
	Recipient string `path:"recipient"`
}

type resentOutput struct {
	Body struct {
		Message id.ID `json:"message" doc:"The message that was queued"`
	}
}

// Recipients are the rows of recipients.
func Recipients(s *envelope.Service) []Op {
	const all, one = "/api/v1/envelopes/{envelope}/recipients", "/api/v1/envelopes/{envelope}/recipients/{recipient}"
	write := Row{Method: http.MethodPost, Audience: staffAndAPI, Group: GroupOffer, Permission: access.EnvelopesWrite, Tag: "recipients"}
	add := write.as("addRecipient", all, "Add a recipient to a draft")
	add.Idempotent, add.Status = true, http.StatusCreated
	update, remove := write, write
	update.Method, remove.Method = http.MethodPatch, http.MethodDelete
	resend := write.as("resendMessage", one+"/resend", "Send a recipient's message again, with a new link")
	resend.Limit, resend.Status, resend.Idempotent = LimitCost, http.StatusAccepted, true
	reveal := write.as("revealLink", one+"/link", "Show a recipient's link")
	reveal.Permission, reveal.Secret, reveal.Audit, reveal.Status = access.LinksReveal, true, AuditAlways, http.StatusCreated
	reveal.Description = "Makes a new link and revokes the old one. This is recorded and printed in the evidence."
	return []Op{
		Typed(add, func(ctx context.Context, in *addRecipientInput) (*recipientOutput, error) {
			return addRecipient(ctx, s, in)
		}),
		Typed(update.as("updateRecipient", one, "Change a recipient of a draft"), func(ctx context.Context, in *updateRecipientInput) (*recipientOutput, error) {
			return updateRecipient(ctx, s, in)
		}),
		Typed(remove.as("removeRecipient", one, "Take a recipient out of a draft"), func(ctx context.Context, in *RecipientPath) (*envelopeOutput, error) {
			return changed(ctx, in.EnvelopeChange, func(p *access.Principal, v envelope.Expected) (*envelope.Full, error) {
				return s.RemoveRecipient(ctx, p, id.ID(in.Envelope), id.ID(in.Recipient), v)
			})
		}),
		Typed(resend, func(ctx context.Context, in *recipientCall) (*resentOutput, error) { return resendMessage(ctx, s, in) }),
		Typed(reveal, func(ctx context.Context, in *recipientCall) (*struct{ Body RevealedLink }, error) {
			return revealLink(ctx, s, in)
		}),
	}
}

func (b RecipientBody) input() envelope.RecipientInput {
	return envelope.RecipientInput{
		Role: b.Role, Method: b.Method, Locale: b.Locale, Name: b.Name, Email: b.Email, Phone: b.Phone, Order: b.Order,
	}
}

func addRecipient(ctx context.Context, s *envelope.Service, in *addRecipientInput) (*recipientOutput, error) {
	p, err := access.From(ctx)
	if err != nil {
		return nil, err
	}
	v, err := in.version()
	if err != nil {
		return nil, err
	}
	return recipientOf(s.AddRecipient(ctx, p, id.ID(in.Envelope), v, in.Body.input()))
}

func updateRecipient(ctx context.Context, s *envelope.Service, in *updateRecipientInput) (*recipientOutput, error) {
	p, err := access.From(ctx)
	if err != nil {
		return nil, err
	}
	v, err := in.version()
	if err != nil {
		return nil, err
	}
	return recipientOf(s.UpdateRecipient(ctx, p, id.ID(in.Envelope), id.ID(in.Recipient), v, in.Body.input()))
}

func recipientOf(f *envelope.Full, r *envelope.Recipient, err error) (*recipientOutput, error) {
	if err != nil {
		return nil, err
	}
	return &recipientOutput{ETag: ETag(f.Envelope.Version), Body: viewRecipient(f, r)}, nil
}

func viewRecipient(f *envelope.Full, r *envelope.Recipient) RecipientView {
	v := RecipientView{
		ID: r.ID, Role: r.Role, Order: r.Order, State: r.State, Method: r.Method, Locale: r.Locale, Name: r.Name,
		Email: r.Email, Phone: r.Phone, Reason: r.Reason, NotifiedAt: instant(r.NotifiedAt), OpenedAt: instant(r.OpenedAt),
		ConsentedAt: instant(r.ConsentedAt), DoneAt: instant(r.DoneAt),
	}
	if d, ok := f.Deliveries[r.ID]; ok {
		v.Delivery = &DeliveryView{Message: d.Message, State: d.State, Channel: d.Channel, Template: d.Template, At: d.At, Error: d.Error}
	}
	return v
}

func resendMessage(ctx context.Context, s *envelope.Service, in *recipientCall) (*resentOutput, error) {
	p, err := access.From(ctx)
	if err != nil {
		return nil, err
	}
	m, err := s.Resend(ctx, p, id.ID(in.Envelope), id.ID(in.Recipient))
	if err != nil {
		return nil, err
	}
	out := &resentOutput{}
	out.Body.Message = m.ID
	return out, nil
}

func revealLink(ctx context.Context, s *envelope.Service, in *recipientCall) (*struct{ Body RevealedLink }, error) {
	p, err := access.From(ctx)
	if err != nil {
		return nil, err
	}
	url, expires, err := s.RevealLink(ctx, p, id.ID(in.Envelope), id.ID(in.Recipient))
	if err != nil {
		return nil, err
	}
	code, err := qrOf(url)
	return &struct{ Body RevealedLink }{RevealedLink{URL: url, QR: code, ExpiresAt: expires}}, err
}
