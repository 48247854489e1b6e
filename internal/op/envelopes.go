package op

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/envelope"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/problem"
)

// EnvelopeSummary is an envelope in a list.
type EnvelopeSummary struct {
	ID          id.ID          `json:"id"`
	State       envelope.State `json:"state" enum:"draft,preparing,sent,in_progress,completed,sealing,sealed,delivered,declined,voided,expired"`
	Title       string         `json:"title"`
	Locale      string         `json:"locale"`
	Level       string         `json:"level" doc:"PAdES level asked for"`
	Ordered     bool           `json:"ordered" doc:"Recipients act in order; otherwise all at once"`
	Sender      access.Actor   `json:"sender"`
	ExpiresAt   *time.Time     `json:"expires_at,omitempty"`
	CreatedAt   time.Time      `json:"created_at"`
	UpdatedAt   time.Time      `json:"updated_at"`
	SentAt      *time.Time     `json:"sent_at,omitempty"`
	CompletedAt *time.Time     `json:"completed_at,omitempty"`
	SealedAt    *time.Time     `json:"sealed_at,omitempty"`
	Version     int64          `json:"version" doc:"What the ETag holds"`

	SignersDone  int `json:"signers_done"`
	SignersTotal int `json:"signers_total"`
}

// EnvelopeView is an envelope with everything that belongs to it.
type EnvelopeView struct {
	EnvelopeSummary
	Message    string          `json:"message"`
	Reason     string          `json:"reason,omitempty" doc:"Why it was voided or declined, or could not be prepared"`
	Documents  []DocumentView  `json:"documents" nullable:"false"`
	Recipients []RecipientView `json:"recipients" nullable:"false"`
	Fields     []FieldView     `json:"fields" nullable:"false"`
}

// EnvelopeBody is what a sender sets on an envelope.
type EnvelopeBody struct {
	Title     *string    `json:"title,omitempty" maxLength:"1200" doc:"Recipients see it as the subject"`
	Message   *string    `json:"message,omitempty" maxLength:"20000"`
	Locale    *string    `json:"locale,omitempty" maxLength:"35" doc:"BCP 47"`
	Level     *string    `json:"level,omitempty" enum:"B-T,B-LT,B-LTA" doc:"PAdES level of the seals; the organization's own choice where it is left out"`
	Ordered   *bool      `json:"ordered,omitempty"`
	ExpiresAt *time.Time `json:"expires_at,omitempty"`
}

// NewEnvelopeBody is a whole draft in one call, or a signed contract for the record.
type NewEnvelopeBody struct {
	EnvelopeBody
	Kind       string              `json:"kind,omitempty" enum:"signing,record" default:"signing" doc:"record: documents that are signed already; the envelope is born sealed"`
	Documents  []DocumentAddBody   `json:"documents,omitempty" maxItems:"25"`
	Recipients []RecipientBody     `json:"recipients,omitempty" maxItems:"100"`
	Fields     []FieldPositionBody `json:"fields,omitempty" maxItems:"2000"`
}

// EnvelopeCounts are the numbers of a first page.
type EnvelopeCounts struct {
	Draft   int                    `json:"draft"`
	NeedsMe int                    `json:"needs_me" doc:"Drafts, envelopes that a recipient declined, and those that wait for the caller's own signature"`
	Waiting int                    `json:"waiting"`
	Done    int                    `json:"done"`
	Problem int                    `json:"problem" doc:"Declined, voided, expired; and those with an invitation that failed or a seal that has to wait"`
	States  map[envelope.State]int `json:"states"`
}

// EnvelopeCheck lists what stands in the way of sending.
type EnvelopeCheck struct {
	Ready  bool            `json:"ready"`
	Faults []problem.Field `json:"faults" nullable:"false"`

	Warnings []problem.Field `json:"warnings" nullable:"false" doc:"What to know before sending: same_address, scanned, untagged, choice_too_long"`
}

type envelopeInput struct {
	Envelope string `path:"envelope"`
}

type envelopeOutput struct {
	ETag string `header:"ETag"`
	Body EnvelopeView
}

// EnvelopeChange names an envelope and, where the caller says so, the version that was read.
type EnvelopeChange struct {
	Envelope string `path:"envelope"`
	IfMatch  string `header:"If-Match"`
}

func (c EnvelopeChange) version() (envelope.Expected, error) {
	v, match, err := IfMatch(c.IfMatch)
	if match && v == 0 {
		v = -1 // 0 would mean any version; no envelope has it
	}
	return envelope.Expected(v), err
}

type envelopeListInput struct {
	Page
	State []envelope.State `query:"state" enum:"draft,preparing,sent,in_progress,completed,sealing,sealed,delivered,declined,voided,expired" doc:"Any of these states"`
	Group string           `query:"group" enum:"needs_me,waiting,done,problem"`
	Text  string           `query:"text" maxLength:"200" doc:"Part of the title, or a recipient's whole e-mail address"`
	Mine  bool             `query:"mine" doc:"Only what the caller sent"`
}

type envelopeListOutput struct{ Body List[EnvelopeSummary] }

type newEnvelopeInput struct{ Body NewEnvelopeBody }

type updateEnvelopeInput struct {
	EnvelopeChange
	Body EnvelopeBody
}

type voidEnvelopeInput struct {
	Envelope string `path:"envelope"`
	Body     struct {
		Reason string `json:"reason" maxLength:"8000" doc:"Recipients are told"`
	}
}

// Envelopes are the rows of envelopes.
func Envelopes(s *envelope.Service) []Op {
	read := Row{Method: http.MethodGet, Audience: staffAndAPI, Group: GroupOffer, Permission: access.EnvelopesRead}
	write := Row{Method: http.MethodPost, Audience: staffAndAPI, Group: GroupOffer, Permission: access.EnvelopesWrite}
	const all, one = "/api/v1/envelopes", "/api/v1/envelopes/{envelope}"
	create := write.as("createEnvelope", all, "Make a draft, or file a signed contract")
	create.Idempotent, create.Status, create.Limit, create.MaxBody = true, http.StatusCreated, LimitWork, 4<<20
	update := write.as("updateEnvelope", one, "Change a draft")
	update.Method = http.MethodPatch
	remove := write.as("deleteEnvelope", one, "Delete a draft")
	remove.Method = http.MethodDelete
	send := write.as("sendEnvelope", one+"/send", "Check a draft and send it")
	send.Status, send.Idempotent = http.StatusAccepted, true
	send.Description = "Documents are prepared in the background: the state goes from preparing to sent within moments."
	return []Op{
		Typed(create, func(ctx context.Context, in *newEnvelopeInput) (*envelopeOutput, error) {
			return createEnvelope(ctx, s, in)
		}),
		Typed(read.as("listEnvelopes", all, "List envelopes, newest first"), func(ctx context.Context, in *envelopeListInput) (*envelopeListOutput, error) {
			return listEnvelopes(ctx, s, in)
		}),
		Typed(read.as("countEnvelopes", all+"/counts", "Count envelopes by state"), func(ctx context.Context, _ *Empty) (*struct{ Body EnvelopeCounts }, error) {
			return countEnvelopes(ctx, s)
		}),
		Typed(read.as("getEnvelope", one, "Read an envelope"), func(ctx context.Context, in *envelopeInput) (*envelopeOutput, error) {
			return full(ctx, func(p *access.Principal) (*envelope.Full, error) { return s.Get(ctx, p, id.ID(in.Envelope)) })
		}),
		Typed(update, func(ctx context.Context, in *updateEnvelopeInput) (*envelopeOutput, error) {
			return changed(ctx, in.EnvelopeChange, func(p *access.Principal, v envelope.Expected) (*envelope.Full, error) {
				return s.Update(ctx, p, id.ID(in.Envelope), v, in.Body.input())
			})
		}),
		Typed(remove, func(ctx context.Context, in *EnvelopeChange) (*Empty, error) { return deleteEnvelope(ctx, s, in) }),
		Typed(read.as("checkEnvelope", one+"/check", "List what stands in the way of sending"), func(ctx context.Context, in *envelopeInput) (*struct{ Body EnvelopeCheck }, error) {
			return checkEnvelope(ctx, s, in)
		}),
		Typed(send, func(ctx context.Context, in *EnvelopeChange) (*envelopeOutput, error) {
			return changed(ctx, *in, func(p *access.Principal, v envelope.Expected) (*envelope.Full, error) {
				return s.Send(ctx, p, id.ID(in.Envelope), v)
			})
		}),
		Typed(write.as("voidEnvelope", one+"/void", "Take an envelope back"), func(ctx context.Context, in *voidEnvelopeInput) (*envelopeOutput, error) {
			return full(ctx, func(p *access.Principal) (*envelope.Full, error) {
				return s.Void(ctx, p, id.ID(in.Envelope), in.Body.Reason)
			})
		}),
	}
}

// as names a row that shares the rest with others.
func (r Row) as(name, path, summary string) Row {
	r.ID, r.Path, r.Summary = name, path, summary
	return r
}

// full answers with an envelope and its entity tag.
func full(ctx context.Context, do func(*access.Principal) (*envelope.Full, error)) (*envelopeOutput, error) {
	p, err := access.From(ctx)
	if err != nil {
		return nil, err
	}
	f, err := do(p)
	if err != nil {
		return nil, err
	}
	view, err := viewEnvelope(f)
	if err != nil {
		return nil, err
	}
	return &envelopeOutput{ETag: ETag(f.Envelope.Version), Body: *view}, nil
}

// changed is full for a change that may name the version it was made for.
func changed(ctx context.Context, in EnvelopeChange, do func(*access.Principal, envelope.Expected) (*envelope.Full, error)) (*envelopeOutput, error) {
	v, err := in.version()
	if err != nil {
		return nil, err
	}
	return full(ctx, func(p *access.Principal) (*envelope.Full, error) { return do(p, v) })
}

func createEnvelope(ctx context.Context, s *envelope.Service, in *newEnvelopeInput) (*envelopeOutput, error) {
	n := envelope.NewEnvelope{Input: in.Body.input()}
	for _, d := range in.Body.Documents {
		n.Documents = append(n.Documents, d.input())
	}
	for _, r := range in.Body.Recipients {
		n.Recipients = append(n.Recipients, r.input())
	}
	for _, f := range in.Body.Fields {
		n.Fields = append(n.Fields, f.input())
	}
	return full(ctx, func(p *access.Principal) (*envelope.Full, error) {
		if in.Body.Kind == "record" {
			return s.Record(ctx, p, n)
		}
		return s.Create(ctx, p, n)
	})
}

func (b EnvelopeBody) input() envelope.Input {
	return envelope.Input{
		Title: b.Title, Message: b.Message, Locale: b.Locale, Level: b.Level, Ordered: b.Ordered, ExpiresAt: b.ExpiresAt,
	}
}

func listEnvelopes(ctx context.Context, s *envelope.Service, in *envelopeListInput) (*envelopeListOutput, error) {
	p, err := access.From(ctx)
	if err != nil {
		return nil, err
	}
	after, err := in.After()
	if err != nil {
		return nil, err
	}
	f := envelope.Filter{States: in.State, Group: in.Group, Text: in.Text, After: after, Limit: in.Limit + 1}
	if in.Mine {
		f.Sender = p.Actor().ID
	}
	rows, err := s.List(ctx, p, f)
	if err != nil {
		return nil, err
	}
	items := make([]EnvelopeSummary, 0, len(rows))
	for _, e := range rows {
		items = append(items, summarize(e.Envelope, e.Signers))
	}
	return &envelopeListOutput{Body: NewList(items, in.Limit, func(e EnvelopeSummary) id.ID { return e.ID })}, nil
}

func countEnvelopes(ctx context.Context, s *envelope.Service) (*struct{ Body EnvelopeCounts }, error) {
	p, err := access.From(ctx)
	if err != nil {
		return nil, err
	}
	c, err := s.Counts(ctx, p)
	if err != nil {
		return nil, err
	}
	return &struct{ Body EnvelopeCounts }{EnvelopeCounts{
		Draft: c.Draft, NeedsMe: c.NeedsMe, Waiting: c.Waiting, Done: c.Done, Problem: c.Problem, States: c.ByState,
	}}, nil
}

func deleteEnvelope(ctx context.Context, s *envelope.Service, in *EnvelopeChange) (*Empty, error) {
	p, err := access.From(ctx)
	if err != nil {
		return nil, err
	}
	v, err := in.version()
	if err != nil {
		return nil, err
	}
	return &Empty{}, s.Delete(ctx, p, id.ID(in.Envelope), v)
}

func checkEnvelope(ctx context.Context, s *envelope.Service, in *envelopeInput) (*struct{ Body EnvelopeCheck }, error) {
	p, err := access.From(ctx)
	if err != nil {
		return nil, err
	}
	faults, warnings, err := s.Check(ctx, p, id.ID(in.Envelope))
	if err != nil {
		return nil, err
	}
	if faults == nil {
		faults = []problem.Field{}
	}
	if warnings == nil {
		warnings = []problem.Field{}
	}
	return &struct{ Body EnvelopeCheck }{EnvelopeCheck{Ready: len(faults) == 0, Faults: faults, Warnings: warnings}}, nil
}

func summarize(e *envelope.Envelope, signers envelope.Signers) EnvelopeSummary {
	return EnvelopeSummary{
		ID: e.ID, State: e.State, Title: e.Title, Locale: e.Locale, Level: e.Level, Ordered: e.Ordered, Sender: e.Sender,
		ExpiresAt: instant(e.ExpiresAt), CreatedAt: e.CreatedAt, UpdatedAt: e.UpdatedAt, SentAt: instant(e.SentAt),
		CompletedAt: instant(e.DoneAt), SealedAt: instant(e.SealedAt), Version: e.Version,
		SignersDone: signers.Done, SignersTotal: signers.Total,
	}
}

// instant leaves out a time that has not come.
func instant(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func viewEnvelope(f *envelope.Full) (*EnvelopeView, error) {
	v := &EnvelopeView{
		EnvelopeSummary: summarize(f.Envelope, f.Signers()), Message: f.Envelope.Message, Reason: f.Envelope.Reason,
		Documents: []DocumentView{}, Recipients: []RecipientView{}, Fields: []FieldView{},
	}
	for _, d := range f.Documents {
		dv, err := viewDocument(d)
		if err != nil {
			return nil, err
		}
		v.Documents = append(v.Documents, *dv)
	}
	for _, r := range f.Recipients {
		v.Recipients = append(v.Recipients, viewRecipient(f, r))
	}
	for _, fd := range f.Fields {
		v.Fields = append(v.Fields, viewField(fd))
	}
	return v, nil
}

// rawObject is a configuration as it is kept, an empty object where there is none.
func rawObject(m json.RawMessage) json.RawMessage {
	if len(m) == 0 {
		return json.RawMessage("{}")
	}
	return m
}
