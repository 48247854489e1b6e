package ceremony_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/account"
	"github.com/consigil/consigil/internal/authority"
	"github.com/consigil/consigil/internal/authority/authoritytest"
	"github.com/consigil/consigil/internal/blob"
	"github.com/consigil/consigil/internal/blob/disk"
	"github.com/consigil/consigil/internal/ceremony"
	"github.com/consigil/consigil/internal/clock"
	"github.com/consigil/consigil/internal/envelope"
	"github.com/consigil/consigil/internal/field"
	"github.com/consigil/consigil/internal/fonts"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/intake"
	"github.com/consigil/consigil/internal/method"
	"github.com/consigil/consigil/internal/method/click"
	"github.com/consigil/consigil/internal/problem"
	"github.com/consigil/consigil/internal/store/storetest"
	"github.com/consigil/consigil/pdf"
)

func TestMain(m *testing.M) {
	intake.MaybeChild()
	os.Exit(m.Run())
}

// world is an installation without its edges: real store, vault, intake, authority and methods.
type world struct {
	t         testing.TB
	ctx       context.Context
	env       *storetest.Env
	clock     *clock.Manual
	envelopes *envelope.Service
	sittings  *ceremony.Service
	uploads   *uploads
	vault     *blob.Vault
	sender    *access.Principal
	auth      *authority.Authority
}

const publicURL = "https://sign.example"

type names struct{}

func (names) OrganizationName(context.Context, id.Org) (string, error) { return "Example Ltd", nil }

// User implements ceremony.Users: whoever sends is Dóra.
func (names) User(_ context.Context, org id.Org, user id.ID) (*account.User, error) {
	return &account.User{ID: user, Org: org, Name: "Kiss Dóra", Email: "dora@example.org"}, nil
}

// uploads keeps uploads in memory, each good for one take.
type uploads struct {
	mu    sync.Mutex
	vault envelope.Vault
	all   map[id.ID]envelope.Blob
	taken map[id.ID]bool
}

func (u *uploads) Take(_ context.Context, _ *access.Principal, upload id.ID) (string, envelope.Blob, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	b, ok := u.all[upload]
	if !ok || u.taken[upload] {
		return "", envelope.Blob{}, problem.New(problem.NotFound, "upload_unknown", "There is no such upload.")
	}
	u.taken[upload] = true
	return "contract.pdf", b, nil
}

func (u *uploads) Return(_ context.Context, _ *access.Principal, upload id.ID) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.taken[upload] = false
	return nil
}

func newWorld(t testing.TB) *world { return newWorldAt(t, publicURL) }

func newWorldAt(t testing.TB, url string) *world {
	t.Helper()
	env := storetest.SQLite(t)
	if url != publicURL { // judges, whose clock is the machine's, fetch from there
		env.Clock.Add(time.Since(env.Clock.Now()))
	}
	store, err := disk.Open(filepath.Join(t.TempDir(), "blobs"))
	must(t, err)
	vault := blob.NewVault(store, env.Ring())
	types, err := field.NewRegistry(field.Signature{}, field.Initials{}, field.FullName{}, field.DateSigned{}, field.Text{}, field.Checkbox{})
	must(t, err)
	pool := intake.NewPool(intake.Options{Children: 1, CacheDir: cacheDir(t), Deadline: time.Minute})
	t.Cleanup(func() { _ = pool.Close() })
	where := func() string { return url }
	auth, err := authority.Open(context.Background(), authoritytest.NewMemory(), authoritytest.Keyring{}, env.Clock,
		authority.Config{PublicURL: where, Organization: "Example Ltd"})
	must(t, err)
	w := &world{t: t, ctx: context.Background(), env: env, clock: env.Clock, vault: vault, auth: auth}
	w.uploads = &uploads{vault: vault, all: map[id.ID]envelope.Blob{}, taken: map[id.ID]bool{}}
	methods := method.NewRegistry(&click.Method{Types: types, Fonts: fonts.Set(), Authority: auth, TSA: auth.TSA()})
	w.envelopes = envelope.New(envelope.Deps{
		Store: env.Envelopes(), Vault: vault, Intake: pool, Pages: pool, Uploads: w.uploads, Types: types, Fonts: fonts.Set(),
		Methods: methods, Clock: env.Clock, PublicURL: where,
	})
	w.sittings = ceremony.New(ceremony.Deps{
		Store: env.Envelopes(), Vault: vault, Methods: methods, Types: types, Fonts: fonts.Set(), Pages: pool,
		Organizations: names{}, Users: names{}, Clock: env.Clock, PublicURL: where,
	})
	w.sender = &access.Principal{Audience: access.Staff, Org: env.Org, User: id.New(), Role: access.Admin, Permissions: access.Set(access.All())}
	return w
}

// cacheDir keeps compiled render code between runs: compiling it costs seconds.
func cacheDir(t testing.TB) string {
	t.Helper()
	base, err := os.UserCacheDir()
	if err != nil {
		base = os.TempDir()
	}
	dir := filepath.Join(base, "consigil-test-wasm")
	must(t, os.MkdirAll(dir, 0o700))
	return dir
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// upload keeps bytes as a finished upload.
func (w *world) upload(data []byte) id.ID {
	w.t.Helper()
	b, err := w.vault.Put(w.ctx, w.env.Org, bytes.NewReader(data))
	must(w.t, err)
	u := id.New()
	w.uploads.all[u] = b
	return u
}

// page describes one page of a test contract.
type page struct {
	media  pdf.Rect
	crop   *pdf.Rect
	rotate int
}

var a4 = page{media: pdf.Rect{URX: 595, URY: 842}}

func contract(t testing.TB, pages ...page) []byte {
	t.Helper()
	b := pdf.NewBuilder()
	font := b.Alloc()
	b.Put(font, pdf.Dict{"Type": pdf.Name("Font"), "Subtype": pdf.Name("Type1"), "BaseFont": pdf.Name("Helvetica")})
	res := pdf.Dict{"Font": pdf.Dict{"F": font}}
	for i, p := range pages {
		content := fmt.Sprintf("BT /F 18 Tf 72 500 Td (Page %d of a contract) Tj ET", i+1)
		b.AddPage(p.media.Width(), p.media.Height(), res, []byte(content))
	}
	var out bytes.Buffer
	_, err := b.WriteTo(&out)
	must(t, err)
	return turn(t, out.Bytes(), pages)
}

// turn gives pages the boxes and rotations that the builder has no words for.
func turn(t testing.TB, data []byte, pages []page) []byte {
	t.Helper()
	f, err := pdf.Open(bytes.NewReader(data), int64(len(data)), pdf.Options{})
	must(t, err)
	u := pdf.NewUpdate(f)
	for i, p := range pages {
		pg, err := f.Page(i)
		must(t, err)
		d := pg.Dict.Clone()
		d["MediaBox"] = p.media.Array()
		if p.crop != nil {
			d["CropBox"] = p.crop.Array()
		}
		if p.rotate != 0 {
			d["Rotate"] = pdf.Integer(p.rotate)
		}
		u.Put(pg.Ref, d)
	}
	var out bytes.Buffer
	out.Write(data)
	_, err = u.WriteTo(&out)
	must(t, err)
	return out.Bytes()
}

func ptr[T any](v T) *T { return &v }

// place is a field for the recipient at a position of the first document.
func place(recipient int, typ string, page int, x, y, width, height float64) envelope.FieldInput {
	return envelope.FieldInput{
		DocumentPosition: ptr(1), RecipientPosition: &recipient, Type: &typ, Page: &page, X: &x, Y: &y, W: &width, H: &height,
	}
}

func person(name string) envelope.RecipientInput {
	email := strings.ToLower(strings.Fields(name)[0]) + "@example.com"
	return envelope.RecipientInput{Name: &name, Email: &email}
}

// draft makes a draft of these documents.
func (w *world) draft(in envelope.NewEnvelope, docs ...[]byte) *envelope.Full {
	w.t.Helper()
	for _, d := range docs {
		in.Documents = append(in.Documents, envelope.DocumentInput{Upload: w.upload(d)})
	}
	if in.Title == nil {
		in.Title = ptr("Lease of a bicycle")
	}
	f, err := w.envelopes.Create(w.ctx, w.sender, in)
	must(w.t, err)
	return f
}

// send sends a draft and lets its documents be prepared.
func (w *world) send(f *envelope.Full) *envelope.Full {
	w.t.Helper()
	_, err := w.envelopes.Send(w.ctx, w.sender, f.Envelope.ID, 0)
	must(w.t, err)
	w.work(envelope.JobPrepare)
	f, err = w.envelopes.Get(w.ctx, w.sender, f.Envelope.ID)
	must(w.t, err)
	if f.Envelope.State != envelope.Sent {
		w.t.Fatalf("state %s (%s), want sent", f.Envelope.State, f.Envelope.Reason)
	}
	return f
}

// work runs the jobs of a kind that are due.
func (w *world) work(kind string) int {
	w.t.Helper()
	jobs, err := w.env.Queue().Claim(w.ctx, []string{kind}, 20, time.Minute)
	must(w.t, err)
	for _, j := range jobs {
		must(w.t, w.envelopes.Jobs()[kind](w.ctx, j))
		must(w.t, w.env.Queue().Finish(w.ctx, j))
	}
	return len(jobs)
}

// token makes a recipient's link as notify does when it sends the message out.
func (w *world) token(recipient id.ID) string {
	w.t.Helper()
	token, err := w.envelopes.MintLink(w.ctx, w.env.Org, recipient)
	must(w.t, err)
	return token
}

// sit opens a recipient's link.
func (w *world) sit(recipient id.ID) *access.Principal {
	w.t.Helper()
	s, err := w.sittings.Exchange(w.ctx, w.token(recipient), ceremony.Origin{Address: "192.0.2.7", UserAgent: "test"})
	must(w.t, err)
	return w.principal(s)
}

func (w *world) principal(s *ceremony.Session) *access.Principal {
	w.t.Helper()
	p, err := w.sittings.Principal(w.ctx, s.Ceremony, s.Secret)
	must(w.t, err)
	p.Address, p.UserAgent = "192.0.2.7", "test"
	return p
}

func (w *world) consent(p *access.Principal) {
	w.t.Helper()
	d, err := ceremony.DisclosureText("en")
	must(w.t, err)
	must(w.t, w.sittings.Consent(w.ctx, p, ceremony.Consent{Version: d.Version, Locale: d.Locale, Hash: d.Hash}))
}

// reviewed lists the digests that the recipient sees now.
func (w *world) reviewed(p *access.Principal) map[id.ID]string {
	w.t.Helper()
	st, err := w.sittings.State(w.ctx, p)
	must(w.t, err)
	out := map[id.ID]string{}
	for _, d := range st.Documents {
		out[d.ID] = d.Digest
	}
	return out
}

// answers fills every own field that the server does not.
func (w *world) answers(p *access.Principal) []ceremony.ValueInput {
	w.t.Helper()
	st, err := w.sittings.State(w.ctx, p)
	must(w.t, err)
	var out []ceremony.ValueInput
	for _, f := range st.Fields {
		if !f.Mine || f.ServerOnly {
			continue
		}
		v := `"A value of ` + st.Recipient.Name + `"`
		switch f.Type {
		case "signature", "initials":
			v = `{"kind":"typed","text":"` + st.Recipient.Name + `"}`
		case "checkbox":
			v = `true`
		case "fullname", "datesigned":
			continue
		}
		out = append(out, ceremony.ValueInput{Field: f.ID, Value: []byte(v)})
	}
	return out
}

// sign does a whole sitting.
func (w *world) sign(recipient id.ID) *ceremony.Receipt {
	w.t.Helper()
	p := w.sit(recipient)
	w.consent(p)
	must(w.t, w.sittings.Save(w.ctx, p, w.answers(p)))
	r, err := w.sittings.Sign(w.ctx, p, ceremony.Submission{Key: "k-" + string(recipient), Reviewed: w.reviewed(p)})
	must(w.t, err)
	return r
}

// head reads the newest revision of a document.
func (w *world) head(e *envelope.Full, document id.ID) []byte {
	w.t.Helper()
	f, _, _, err := w.envelopes.Open(w.ctx, w.sender, e.Envelope.ID, document, "")
	must(w.t, err)
	defer f.Close()
	out := make([]byte, f.Size())
	_, err = f.ReadAt(out, 0)
	if err != nil && int64(len(out)) != f.Size() {
		w.t.Fatal(err)
	}
	return out
}

// isProblem fails unless err has this kind and code.
func isProblem(t testing.TB, err error, kind problem.Kind, code string) {
	t.Helper()
	p := problem.From(err)
	if p == nil || p.Kind != kind || p.Code != code {
		t.Fatalf("got %v, want %s: %s", err, kind, code)
	}
}
