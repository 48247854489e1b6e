package op

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/branding"
	"github.com/consigil/consigil/internal/ceremony"
	"github.com/consigil/consigil/internal/evidence"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/locale"
	"github.com/consigil/consigil/internal/problem"
	"github.com/consigil/consigil/internal/settings"
)

// PageView draws the pages that browsers are shown without the API. Each answers completely.
type PageView interface {
	Link(w http.ResponseWriter, r *http.Request, p *LinkPage)
	Ceremony(w http.ResponseWriter, r *http.Request, p *CeremonyPage)
	Refusal(w http.ResponseWriter, r *http.Request, p *CeremonyPage, refused bool)
	Verified(w http.ResponseWriter, r *http.Request, v *VerificationView)
	Refuse(w http.ResponseWriter, r *http.Request, err error)
	Closed(w http.ResponseWriter, r *http.Request, p *ClosedPage, err error)
}

// PageDeps is what pages show, and what draws them.
type PageDeps struct {
	Ceremonies *ceremony.Service
	Settings   *settings.Service
	Validator  *evidence.Validator
	View       PageView
}

// LinkPage is what a signing link leads to, before it is opened.
type LinkPage struct {
	*ceremony.Glance
	Token string
	Nonce string // makes two presses of the button one
	Asked bool   // a new link was just asked for
	Brand *Brand
}

// ClosedPage is what is left of a sitting whose envelope lets nobody in any more.
type ClosedPage struct {
	*ceremony.Remains
	Brand *Brand
}

// CeremonyPage is a recipient's sitting as its page shows it.
type CeremonyPage struct {
	ID         id.ID
	View       CeremonyView
	Disclosure *ceremony.Disclosure
	Unticked   bool // the form came without the agreement
	Brand      *Brand
}

// Brand is how the sender's organization looks.
type Brand struct {
	Name       string `json:"name"`
	Theme      string `json:"-"` // address of a style; empty: none
	Color      string `json:"color,omitempty"`
	Logo       string `json:"logo,omitempty"` // address of an image; empty: none
	SupportURL string `json:"support_url,omitempty"`
}

// maxForm bounds the forms of pages, bytes.
const maxForm = 16 << 10

// Pages are the addresses in mails and what follows them. Opening a link changes nothing: mail scanners open links too.
func Pages(d PageDeps) []Op {
	public := Row{Method: http.MethodPost, Audience: access.Public, Group: GroupCustomer, Limit: LimitSecret, Audit: AuditNever, Tag: "pages", Hidden: true, Page: true, MaxBody: maxForm}
	look := public.as("linkPage", "/s/{token}", "See where a signing link leads")
	look.Method = http.MethodGet
	again := public.as("linkPageAgain", "/s/{token}/again", "Have a new link sent, by a form")
	again.Limit = LimitCost
	sit := public.as("ceremonyPage", "/c/{ceremony}", "Sit down to sign")
	sit.Method, sit.Audience, sit.Limit = http.MethodGet, access.Public|access.RecipientAudience, LimitAPI
	agree := sit.as("consentPage", "/c/{ceremony}/consent", "Agree to sign electronically, by a form")
	agree.Method, agree.Group, agree.Limit = http.MethodPost, GroupSignature, LimitSign
	refuse := agree.as("refusePage", "/c/{ceremony}/refuse", "Refuse to sign, by a form")
	ask := sit.as("refusalPage", "/c/{ceremony}/refuse", "See what refusing does")
	return append([]Op{
		Raw(look, d.page(d.showLink)),
		Raw(public.as("linkPageOpen", "/s/{token}", "Open a link, once, by a form"), d.page(d.openLink)),
		Raw(again, d.page(d.askAgain)),
		Raw(sit, d.page(d.sit)),
		Raw(agree, d.page(d.agree)),
		Raw(ask, d.page(d.askRefusal)),
		Raw(refuse, d.page(d.refuse)),
	}, append(d.brandRows(), d.verifyRows()...)...)
}

// page turns what a handler returns into a page that says so; the chain still learns of it.
func (d PageDeps) page(fn RawHandler) RawHandler {
	return func(w http.ResponseWriter, r *http.Request) error {
		err := fn(w, r)
		if err != nil {
			d.refusal(w, r, err)
		}
		return err
	}
}

// refusal says why a page is not there; to somebody with a sitting in the name of who sent it.
func (d PageDeps) refusal(w http.ResponseWriter, r *http.Request, err error) {
	p, unknown := access.From(r.Context())
	if unknown == nil && p.Audience == access.RecipientAudience && problem.KindOf(err) == problem.Gone {
		if g, lost := d.Ceremonies.Remains(r.Context(), p); lost == nil {
			d.View.Closed(w, r, &ClosedPage{Remains: g, Brand: d.brand(r.Context(), p.Org, g.Sender)}, err)
			return
		}
	}
	d.View.Refuse(w, r, err)
}

func (d PageDeps) showLink(w http.ResponseWriter, r *http.Request) error {
	g, err := d.Ceremonies.Glance(r.Context(), r.PathValue("token"))
	if err != nil {
		return err
	}
	d.link(w, r, g, false)
	return nil
}

func (d PageDeps) link(w http.ResponseWriter, r *http.Request, g *ceremony.Glance, asked bool) {
	raw := make([]byte, 16)
	_, _ = rand.Read(raw) // never fails
	d.View.Link(w, r, &LinkPage{
		Glance: g, Token: r.PathValue("token"), Nonce: base64.RawURLEncoding.EncodeToString(raw), Asked: asked,
		Brand: d.brand(r.Context(), g.Org, g.Sender),
	})
}

// openLink exchanges a link for a sitting. A used link leads on to the sitting that this browser already has.
func (d PageDeps) openLink(w http.ResponseWriter, r *http.Request) error {
	p, err := access.From(r.Context())
	if err != nil {
		return err
	}
	token := r.PathValue("token")
	sess, err := d.Ceremonies.ExchangeOnce(r.Context(), token, r.PostFormValue("nonce"), ceremony.Origin{Address: p.Address, UserAgent: p.UserAgent, Via: p.Via})
	if err == nil {
		w.Header().Set("Set-Cookie", CeremonyCookie(sess.Ceremony, sess.Secret, sess.ExpiresAt))
		toCeremony(w, r, sess.Ceremony)
		return nil
	}
	if sitting, ok := d.Ceremonies.Resume(r.Context(), token, sittingSecrets(r)); ok {
		toCeremony(w, r, sitting)
		return nil
	}
	if g, glanced := d.Ceremonies.Glance(r.Context(), token); glanced == nil && !g.Usable {
		d.link(w, r, g, false)
		return nil
	}
	return err
}

// maxSittings bounds how many of a browser's cookies are tried.
const maxSittings = 20

func sittingSecrets(r *http.Request) map[id.ID]string {
	found := map[id.ID]string{}
	for _, c := range r.Cookies() {
		name, ok := strings.CutPrefix(c.Name, CeremonyCookiePrefix)
		if ok && id.Valid(name) && len(found) < maxSittings {
			found[id.ID(name)] = c.Value
		}
	}
	return found
}

// toCeremony goes on to a sitting, in the language that the reader chose.
func toCeremony(w http.ResponseWriter, r *http.Request, sitting id.ID) {
	address := "/c/" + string(sitting)
	if lang := r.URL.Query().Get("lang"); locale.Known(lang) {
		address += "?" + url.Values{"lang": {lang}}.Encode()
	}
	http.Redirect(w, r, address, http.StatusSeeOther)
}

// askAgain has a new link sent. The answer is the same whether there is such a link or not.
func (d PageDeps) askAgain(w http.ResponseWriter, r *http.Request) error {
	err := d.Ceremonies.RequestLink(r.Context(), r.PathValue("token"))
	if err != nil && problem.KindOf(err) == problem.Internal {
		return err
	}
	d.link(w, r, &ceremony.Glance{Mailed: d.Ceremonies.Mailed()}, true)
	return nil
}

func (d PageDeps) sit(w http.ResponseWriter, r *http.Request) error {
	page, err := d.sitting(r.Context())
	if err != nil {
		return err
	}
	d.View.Ceremony(w, r, page)
	return nil
}

var errNoSitting = problem.New(problem.Unauthorized, "no_sitting", "This sitting is unknown. Open the link that you received.")

func (d PageDeps) sitting(ctx context.Context) (*CeremonyPage, error) {
	p, err := access.From(ctx)
	if err != nil {
		return nil, err
	}
	if p.Audience != access.RecipientAudience {
		return nil, errNoSitting
	}
	state, err := ceremonyState(ctx, d.Ceremonies)
	if err != nil {
		return nil, err
	}
	return &CeremonyPage{ID: p.Ceremony, View: state.Body, Brand: d.brand(ctx, p.Org, state.Body.Sender)}, nil
}

// agree takes the consent form and goes on to the document.
func (d PageDeps) agree(w http.ResponseWriter, r *http.Request) error {
	p, err := access.From(r.Context())
	if err != nil {
		return err
	}
	if p.Audience != access.RecipientAudience {
		return errNoSitting
	}
	if r.PostFormValue("agree") == "" {
		page, err := d.sitting(r.Context())
		if err != nil {
			return err
		}
		page.Unticked = true
		d.View.Ceremony(w, r, page)
		return nil
	}
	in := ceremony.Consent{Version: r.PostFormValue("version"), Locale: r.PostFormValue("locale"), Hash: r.PostFormValue("hash")}
	if err := d.Ceremonies.Consent(r.Context(), p, in); err != nil {
		return err
	}
	toCeremony(w, r, p.Ceremony)
	return nil
}

func (d PageDeps) askRefusal(w http.ResponseWriter, r *http.Request) error {
	page, err := d.sitting(r.Context())
	if err != nil {
		return err
	}
	d.View.Refusal(w, r, page, false)
	return nil
}

func (d PageDeps) refuse(w http.ResponseWriter, r *http.Request) error {
	page, err := d.sitting(r.Context())
	if err != nil {
		return err
	}
	p, err := access.From(r.Context())
	if err != nil {
		return err
	}
	if err := d.Ceremonies.Decline(r.Context(), p, r.PostFormValue("reason")); err != nil {
		return err
	}
	d.View.Refusal(w, r, page, true)
	return nil
}

// brand finds how an organization looks; pages are drawn plainly where that cannot be read.
func (d PageDeps) brand(ctx context.Context, org id.Org, sender string) *Brand {
	out := &Brand{Name: sender}
	if org == "" {
		return out
	}
	b, err := branding.Of(ctx, d.Settings, org)
	if err != nil {
		return out
	}
	out.Name, out.SupportURL = cmp.Or(b.DisplayName, sender), b.SupportURL
	if _, ok := branding.ThemeOf(b.Color); ok && !b.Plain() {
		out.Color, out.Theme = b.Color, brandAddress(org, "theme.css", b.Color)
	}
	if b.Logo != "" {
		out.Logo = brandAddress(org, "logo", b.Logo)
	}
	return out
}
