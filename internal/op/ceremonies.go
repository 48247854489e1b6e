package op

import (
	"context"
	"encoding/json"
	"net/http"
	"sort"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/ceremony"
	"github.com/consigil/consigil/internal/id"
)

const ceremonyPath = "/api/v1/ceremonies/{ceremony}"

// maxValuesBody is the largest body with values: signatures as pictures are large.
const maxValuesBody = 16 << 20

// Ceremonies are the rows of sittings.
func Ceremonies(s *ceremony.Service) []Op {
	ops := append(openCeremony(s), readCeremony(s)...)
	ops = append(ops, followCeremony(s), openOwn(s))
	return append(ops, actInCeremony(s)...)
}

func openCeremony(s *ceremony.Service) []Op {
	public := Row{Method: http.MethodPost, Audience: access.Public, Group: GroupCustomer, Limit: LimitSecret, Tag: "ceremonies"}
	look := public.as("lookAtLink", "/api/v1/ceremonies/look", "See where a link leads, without opening it")
	exchange := public.as("exchangeLink", "/api/v1/ceremonies/exchange", "Open a link, once")
	exchange.Status = http.StatusCreated
	again := public.as("requestLink", "/api/v1/ceremonies/request-link", "Have a new link sent to the same address")
	again.Limit, again.Status = LimitCost, http.StatusAccepted
	take := public.as("takeOver", "/api/v1/ceremonies/takeover", "Continue on this device")
	take.Status = http.StatusCreated
	return []Op{
		Typed(look, func(ctx context.Context, in *tokenInput) (*glanceOutput, error) {
			g, err := s.Glance(ctx, in.Body.Token)
			if err != nil {
				return nil, err
			}
			out := &glanceOutput{}
			out.Body.Sender, out.Body.Title, out.Body.Locale, out.Body.Usable = g.Sender, g.Title, g.Locale, g.Usable
			return out, nil
		}),
		Typed(exchange, func(ctx context.Context, in *tokenInput) (*CeremonyOpened, error) {
			return sitDown(ctx, func(from ceremony.Origin) (*ceremony.Session, error) { return s.Exchange(ctx, in.Body.Token, from) })
		}),
		Typed(again, func(ctx context.Context, in *tokenInput) (*Empty, error) {
			return &Empty{}, s.RequestLink(ctx, in.Body.Token)
		}),
		Typed(take, func(ctx context.Context, in *takeoverInput) (*CeremonyOpened, error) {
			return sitDown(ctx, func(from ceremony.Origin) (*ceremony.Session, error) { return s.Takeover(ctx, in.Body.Code, from) })
		}),
	}
}

func readCeremony(s *ceremony.Service) []Op {
	read := Row{Method: http.MethodGet, Audience: access.RecipientAudience, Group: GroupCustomer, Tag: "ceremonies"}
	const page = ceremonyPath + "/documents/{document}/pages/{page}"
	file := read.as("getCeremonyDocument", ceremonyPath+"/documents/{document}/{digest}", "Read a revision's bytes, whole or by range")
	file.Stream, file.Produces = true, "application/pdf"
	image := read.as("getCeremonyPage", page+"/image", "Draw a page")
	image.Limit, image.Produces = LimitWork, "image/png"
	preview := read.as("getPreviewPage", ceremonyPath+"/preview/{document}/pages/{page}/image", "Draw a page with your values")
	preview.Limit, preview.Produces = LimitWork, "image/png"
	return []Op{
		Typed(read.as("getCeremony", ceremonyPath, "Read your sitting"), func(ctx context.Context, _ *sittingInput) (*ceremonyOutput, error) {
			return ceremonyState(ctx, s)
		}),
		Typed(read.as("getDisclosure", ceremonyPath+"/disclosure", "Read what you agree to before signing electronically"), func(_ context.Context, in *disclosureInput) (*disclosureOutput, error) {
			d, err := ceremony.DisclosureText(in.Locale)
			return &disclosureOutput{Body: d}, err
		}),
		Raw(file, func(w http.ResponseWriter, r *http.Request) error { return ceremonyFile(w, r, s) }).Describe(ranged()),
		Raw(image, func(w http.ResponseWriter, r *http.Request) error {
			return serveImage(w, r, func(p *access.Principal, doc id.ID, page, dpi int, format string) ([]byte, error) {
				return s.PageImage(r.Context(), p, doc, page, dpi, format)
			})
		}).Describe(drawn()),
		Raw(preview, func(w http.ResponseWriter, r *http.Request) error {
			return serveImage(w, r, func(p *access.Principal, doc id.ID, page, dpi int, format string) ([]byte, error) {
				return s.PreviewImage(r.Context(), p, doc, page, dpi, format)
			})
		}).Describe(drawn()),
		Typed(read.as("getCeremonyPageText", page+"/text", "Read a page's text"), func(ctx context.Context, in *ceremonyTextInput) (*pageTextOutput, error) {
			p, err := access.From(ctx)
			if err != nil {
				return nil, err
			}
			return textOf(s.PageText(ctx, p, id.ID(in.Document), in.Page))
		}),
	}
}

func actInCeremony(s *ceremony.Service) []Op {
	act := Row{Method: http.MethodPost, Audience: access.RecipientAudience, Group: GroupSignature, Limit: LimitSign, Tag: "ceremonies"}
	values := act.as("saveValues", ceremonyPath+"/values", "Save drafts of your values")
	values.Method, values.MaxBody = http.MethodPut, maxValuesBody
	sign := act.as("sign", ceremonyPath+"/sign", "Sign")
	sign.MaxBody = maxValuesBody
	sign.Description = "Needs an Idempotency-Key: a repeat with the same key and body gets the same receipt."
	handover := act.as("handOver", ceremonyPath+"/handover", "Make a code with which to continue on another device")
	handover.Secret, handover.Status = true, http.StatusCreated
	return []Op{
		Typed(act.as("consent", ceremonyPath+"/consent", "Agree to sign electronically"), func(ctx context.Context, in *consentInput) (*ceremonyOutput, error) {
			return after(ctx, s, func(p *access.Principal) error { return s.Consent(ctx, p, ceremony.Consent(in.Body)) })
		}),
		Typed(act.as("viewed", ceremonyPath+"/viewed", "Record which revisions were shown"), func(ctx context.Context, in *viewedInput) (*Empty, error) {
			p, err := access.From(ctx)
			if err != nil {
				return nil, err
			}
			return &Empty{}, s.Viewed(ctx, p, digests(in.Body.Documents))
		}),
		Typed(values, func(ctx context.Context, in *valuesInput) (*ceremonyOutput, error) {
			return after(ctx, s, func(p *access.Principal) error { return s.Save(ctx, p, entered(in.Body.Values)) })
		}),
		Typed(act.as("previewAct", ceremonyPath+"/preview", "Preview your act"), func(ctx context.Context, _ *sittingInput) (*struct{ Body CeremonyPreview }, error) {
			return previewAct(ctx, s)
		}),
		Typed(sign, func(ctx context.Context, in *signInput) (*struct{ Body CeremonyReceipt }, error) {
			return signAct(ctx, s, in)
		}),
		Typed(act.as("decline", ceremonyPath+"/decline", "Refuse to sign"), func(ctx context.Context, in *declineInput) (*Empty, error) {
			p, err := access.From(ctx)
			if err != nil {
				return nil, err
			}
			return &Empty{}, s.Decline(ctx, p, in.Body.Reason)
		}),
		Typed(handover, func(ctx context.Context, _ *sittingInput) (*handoverOutput, error) { return handOver(ctx, s) }),
	}
}

// sitDown answers with the cookie of a new sitting.
func sitDown(ctx context.Context, do func(ceremony.Origin) (*ceremony.Session, error)) (*CeremonyOpened, error) {
	p, err := access.From(ctx)
	if err != nil {
		return nil, err
	}
	sess, err := do(ceremony.Origin{Address: p.Address, UserAgent: p.UserAgent, Via: p.Via})
	if err != nil {
		return nil, err
	}
	return openedSitting(sess), nil
}

func openedSitting(sess *ceremony.Session) *CeremonyOpened {
	out := &CeremonyOpened{SetCookie: CeremonyCookie(sess.Ceremony, sess.Secret, sess.ExpiresAt)}
	out.Body.Ceremony, out.Body.ExpiresAt = sess.Ceremony, sess.ExpiresAt
	return out
}

// after performs a step and answers with the sitting as it is then.
func after(ctx context.Context, s *ceremony.Service, do func(*access.Principal) error) (*ceremonyOutput, error) {
	p, err := access.From(ctx)
	if err != nil {
		return nil, err
	}
	if err := do(p); err != nil {
		return nil, err
	}
	return ceremonyState(ctx, s)
}

func ceremonyState(ctx context.Context, s *ceremony.Service) (*ceremonyOutput, error) {
	p, err := access.From(ctx)
	if err != nil {
		return nil, err
	}
	st, err := s.State(ctx, p)
	if err != nil {
		return nil, err
	}
	v := CeremonyView{
		Sender: st.Sender, Envelope: st.Envelope.ID, State: st.Envelope.State, Title: st.Envelope.Title,
		Message: st.Envelope.Message, Locale: st.Locale(), ExpiresAt: instant(st.Envelope.ExpiresAt),
		Recipient: st.Recipient.ID, Name: st.Recipient.Name, Email: st.Recipient.Email, Role: st.Recipient.Role,
		Progress: st.Recipient.State, Method: st.Recipient.Method, MayAct: st.MayAct, NeedsConsent: st.NeedsConsent,
		DoneAt: instant(st.Recipient.DoneAt), AskedBy: st.AskedBy, Mailed: st.Mailed, WaitsFor: st.WaitsFor, SignersDone: st.SignersDone,
		SignersTotal: st.SignersTotal, Told: CeremonyTold(st.Told), Documents: []CeremonyDocument{}, Fields: []CeremonyField{},
	}
	for _, d := range st.Documents {
		v.Documents = append(v.Documents, CeremonyDocument{
			ID: d.ID, Name: d.Name, Digest: d.Digest, Size: d.Size, Sealed: d.Sealed, State: d.State, Level: d.Level, Pages: d.Pages,
			ReadingView: viewReading(d.Reading),
		})
	}
	for _, f := range st.Fields {
		v.Fields = append(v.Fields, CeremonyField{FieldView: viewField(f.Field), Mine: f.Mine, ServerOnly: f.ServerOnly, Value: f.Value})
	}
	return &ceremonyOutput{Body: v}, nil
}

func ceremonyFile(w http.ResponseWriter, r *http.Request, s *ceremony.Service) error {
	p, err := access.From(r.Context())
	if err != nil {
		return err
	}
	f, rev, name, err := s.OpenDocument(r.Context(), p, id.ID(r.PathValue("document")), r.PathValue("digest"))
	if err != nil {
		return err
	}
	defer f.Close()
	ServeFile(w, r, revisionName(r, name, rev.Kind), "application/pdf", rev.Blob.SHA256, f)
	return nil
}

func digests(m map[string]string) map[id.ID]string {
	out := make(map[id.ID]string, len(m))
	for k, v := range m {
		out[id.ID(k)] = v
	}
	return out
}

// entered lists values in a fixed order, so that a repeat of the same body is recognised as such.
func entered(m map[string]json.RawMessage) []ceremony.ValueInput {
	out := make([]ceremony.ValueInput, 0, len(m))
	for k, v := range m {
		out = append(out, ceremony.ValueInput{Field: id.ID(k), Value: v})
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Field < out[j].Field })
	return out
}

func previewAct(ctx context.Context, s *ceremony.Service) (*struct{ Body CeremonyPreview }, error) {
	p, err := access.From(ctx)
	if err != nil {
		return nil, err
	}
	pv, err := s.Preview(ctx, p)
	if err != nil {
		return nil, err
	}
	out := CeremonyPreview{Entries: pv.Entries, Documents: []CeremonyPreviewDocument{}}
	for _, d := range pv.Documents {
		v := CeremonyPreviewDocument(d)
		if v.Pages == nil {
			v.Pages = []int{}
		}
		out.Documents = append(out.Documents, v)
	}
	return &struct{ Body CeremonyPreview }{out}, nil
}

func signAct(ctx context.Context, s *ceremony.Service, in *signInput) (*struct{ Body CeremonyReceipt }, error) {
	p, err := access.From(ctx)
	if err != nil {
		return nil, err
	}
	r, err := s.Sign(ctx, p, ceremony.Submission{Key: in.Key, Reviewed: digests(in.Body.Reviewed), Values: entered(in.Body.Values), Entries: in.Body.Entries})
	if err != nil {
		return nil, err
	}
	return &struct{ Body CeremonyReceipt }{CeremonyReceipt{Act: r.Act, DoneAt: r.DoneAt, Completed: r.Completed, Documents: r.Documents}}, nil
}

func handOver(ctx context.Context, s *ceremony.Service) (*handoverOutput, error) {
	p, err := access.From(ctx)
	if err != nil {
		return nil, err
	}
	h, err := s.Handover(ctx, p)
	if err != nil {
		return nil, err
	}
	out := &handoverOutput{}
	out.Body.Code, out.Body.URL, out.Body.ExpiresAt = h.Code, h.URL, h.ExpiresAt
	out.Body.QR, err = qrOf(h.URL)
	return out, err
}
