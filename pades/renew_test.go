package pades_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/x509"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/consigil/consigil/pades"
	"github.com/consigil/consigil/pdf"
	"github.com/consigil/consigil/pki"
	"github.com/consigil/consigil/test/testpdf"
	"github.com/consigil/consigil/test/testpki"
	"github.com/consigil/consigil/tsp"
)

// later moves an authority's clock: its lists and answers are of then.
func later(b bundle, at time.Time) bundle {
	b.ca.Now = at
	b.tsa = b.ca.TSA(func() time.Time { return at })
	return b
}

func extension(level pades.Level, c *pki.Collector, now time.Time) pades.Extension {
	c.Now = now
	return pades.Extension{Level: level, Collector: c}
}

// TestExtendRenewsAfterTheSignerIsGone: the signer's certificate has run out, and
// its lists say nothing of it any more.
func TestExtendRenewsAfterTheSignerIsGone(t *testing.T) {
	b, c := long(t, func(_ *testpki.Authority, c *x509.Certificate) { c.NotAfter = noon.Add(time.Hour) })
	opt := b.options()
	opt.Level, opt.Collector = pades.LevelLTA, c
	archived, _ := sign(t, b, testpdf.Classic(1), opt)
	opt.Level = pades.LevelT
	atT, _ := sign(t, b, testpdf.Classic(1), opt)
	now := noon.AddDate(0, 9, 0)
	b = later(b, now)
	var out bytes.Buffer
	result, err := pades.Extend(t.Context(), bytes.NewReader(archived), int64(len(archived)), b.tsa, extension(pades.LevelLTA, collector(t, b.ca), now), &out)
	if err != nil || len(result.Timestamps) != 1 || levelOf(t, out.Bytes()) != pades.LevelLTA {
		t.Errorf("%v, %v", result, err)
	}
	_, err = pades.Extend(t.Context(), bytes.NewReader(atT), int64(len(atT)), b.tsa, extension(pades.LevelLTA, collector(t, b.ca), now), io.Discard)
	if !errors.Is(err, pki.ErrNoRevocation) {
		t.Errorf("a file without its data: %v", err)
	}
}

// TestExtendWithWhatIsThere: the data of a B-LT file have run out and nobody can
// be asked; they are still of the time that they are needed for.
func TestExtendWithWhatIsThere(t *testing.T) {
	b, c := long(t, withOCSP)
	opt := b.options()
	opt.Level, opt.Collector = pades.LevelLT, c
	file, _ := sign(t, b, testpdf.Classic(1), opt)
	now := noon.AddDate(0, 1, 0)
	b = later(b, now)
	offline := &pki.Collector{Anchors: []*x509.Certificate{b.ca.Root}}
	var out bytes.Buffer
	if _, err := pades.Extend(t.Context(), bytes.NewReader(file), int64(len(file)), b.tsa, extension(pades.LevelLTA, offline, now), &out); err != nil {
		t.Fatal(err)
	}
	if got := levelOf(t, out.Bytes()); got != pades.LevelLTA {
		t.Errorf("%s", got)
	}
}

// TestExtendNamesTheOne has two signatures, one of them of an authority that
// nobody can ask.
func TestExtendNamesTheOne(t *testing.T) {
	b, c := long(t)
	closed := setup(t, "p-256") // no server
	closed.tsa = b.tsa
	first, _ := sign(t, b, testpdf.Classic(1), b.options())
	both, _ := sign(t, closed, first, closed.options())
	c.Anchors = append(c.Anchors, closed.ca.Root)
	_, err := pades.Extend(t.Context(), bytes.NewReader(both), int64(len(both)), b.tsa, pades.Extension{Level: pades.LevelLT, Collector: c}, io.Discard)
	if !errors.Is(err, pades.ErrLevel) || !strings.Contains(err.Error(), "Signature2: ") {
		t.Errorf("%v", err)
	}
}

// TestExtendUnderACertification: time stamps and validation data may follow each
// kind, and a lock of all fields.
func TestExtendUnderACertification(t *testing.T) {
	for _, certify := range []pades.Certification{pades.CertifyNone, pades.CertifyNoChange, pades.CertifyForms, pades.CertifyComments} {
		b, c := long(t)
		opt := b.options()
		opt.Level, opt.Certify, opt.Lock = pades.LevelB, certify, pades.LockAll
		file, _ := sign(t, b, testpdf.Classic(1), opt)
		out, result := extend(t, b, c, file, pades.LevelLTA)
		if got := levelOf(t, out); got != pades.LevelLTA || result.NoChanges != (certify == pades.CertifyNoChange) {
			t.Errorf("%d: %s, %v", certify, got, result.NoChanges)
		}
	}
}

// TestExtendKeepsAStore has stores as other products write them: within the
// catalog, with arrays of their own and a /VRI.
func TestExtendKeepsAStore(t *testing.T) {
	b, c := long(t)
	signed, _ := sign(t, b, testpdf.Stream(1), b.options())
	file := withCatalog(t, signed, func(u *pdf.Update, catalog pdf.Dict) {
		cert, certs := u.Alloc(), u.Alloc()
		u.PutStream(cert, pdf.Dict{}, b.ca.Issuing.Raw)
		u.Put(certs, pdf.Array{cert})
		catalog["DSS"] = pdf.Dict{"Certs": certs, "VRI": pdf.Dict{"AB12": pdf.Dict{"Cert": certs, "TU": pdf.String("D:2026")}}}
	})
	out, _ := extend(t, b, c, file, pades.LevelLTA)
	if got := levelOf(t, out); got != pades.LevelLTA {
		t.Errorf("%s", got)
	}
	opened, err := pdf.Open(bytes.NewReader(out), int64(len(out)), pdf.Options{Strict: true})
	if err != nil {
		t.Fatal(err)
	}
	catalog, err := opened.Catalog()
	if err != nil {
		t.Fatal(err)
	}
	store, err := opened.Dict(catalog["DSS"])
	if err != nil {
		t.Fatal(err)
	}
	vri, err := opened.Dict(store["VRI"])
	if err != nil || vri["AB12"] == nil {
		t.Errorf("the /VRI is gone: %v, %v", store, err)
	}
	if certs, err := opened.Array(store["Certs"]); err != nil || len(certs) != 4 { // the one that was there, root, signer and time-stamp authority
		t.Errorf("certificates: %v, %v", certs, err)
	}
}

// withCatalog appends a change of the catalog.
func withCatalog(t testing.TB, in []byte, change func(*pdf.Update, pdf.Dict)) []byte {
	t.Helper()
	file, err := pdf.Open(bytes.NewReader(in), int64(len(in)), pdf.Options{Strict: true})
	if err != nil {
		t.Fatal(err)
	}
	u := pdf.NewUpdate(file)
	catalog, err := u.Catalog()
	if err != nil {
		t.Fatal(err)
	}
	change(u, catalog)
	u.Put(file.CatalogRef(), catalog)
	out := bytes.NewBuffer(bytes.Clone(in))
	if _, err := u.WriteTo(out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// counted is a source that says how large its tokens are, and counts.
type counted struct {
	tsp.Source
	size  int
	asked int
}

func (c *counted) TokenSize() int { return c.size }

func (c *counted) Timestamp(ctx context.Context, hash crypto.Hash, imprint []byte) ([]byte, error) {
	c.asked++
	return c.Source.Timestamp(ctx, hash, imprint)
}

// TestExtendKeepsRoom: a token is asked for twice only where nobody knew that it
// would be large.
func TestExtendKeepsRoom(t *testing.T) {
	b, c := long(t)
	big := b.ca.TSA(func() time.Time { return noon })
	for range 40 {
		big.Chain = append(big.Chain, b.ca.Leaf("Padding", "p-256").Cert)
	}
	opt := b.options()
	opt.Level = pades.LevelB
	file, _ := sign(t, b, testpdf.Classic(1), opt)
	for size, want := range map[int]int{0: 3, 32 << 10: 2} {
		source := &counted{Source: big, size: size}
		var out bytes.Buffer
		if _, err := pades.Extend(t.Context(), bytes.NewReader(file), int64(len(file)), source, pades.Extension{Level: pades.LevelLTA, Collector: c}, &out); err != nil {
			t.Fatal(err)
		}
		if source.asked != want || levelOf(t, out.Bytes()) != pades.LevelLTA {
			t.Errorf("size %d: asked %d times, want %d", size, source.asked, want)
		}
	}
}

// TestExtendOverAnOlderStore: another signature of the same signer finds all that
// it needs in the store, and gets its own all the same.
func TestExtendOverAnOlderStore(t *testing.T) {
	b, c := long(t)
	opt := b.options()
	opt.Level, opt.Collector = pades.LevelLTA, c
	first, _ := sign(t, b, testpdf.Classic(1), opt)
	second, result := sign(t, b, first, b.options())
	levels := func(file []byte) []pades.Level {
		all, err := pades.AchievedLevel(bytes.NewReader(file), int64(len(file)))
		if err != nil || len(all) != 2 {
			t.Fatalf("%v, %v", all, err)
		}
		return []pades.Level{all[0].Level, all[1].Level}
	}
	if got := levels(second); got[0] != pades.LevelLTA || got[1] != pades.LevelT || result.Level != pades.LevelT {
		t.Errorf("%v, %s", got, result.Level)
	}
	for _, to := range []pades.Level{pades.LevelLT, pades.LevelLTA} {
		second, _ = extend(t, b, collector(t, b.ca), second, to)
		if got := levels(second); got[0] != pades.LevelLTA || got[1] != to {
			t.Errorf("%v, want %s", got, to)
		}
	}
}
