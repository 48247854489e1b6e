package pades_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/consigil/consigil/pades"
	"github.com/consigil/consigil/pdf"
	"github.com/consigil/consigil/pdf/form"
	"github.com/consigil/consigil/signer"
	"github.com/consigil/consigil/test/testpdf"
	"github.com/consigil/consigil/test/testpki"
	"github.com/consigil/consigil/tsp"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

type bundle struct {
	ca   *testpki.Authority
	leaf *testpki.Leaf
	tsa  tsp.Source
}

func setup(t testing.TB, kind string) bundle {
	t.Helper()
	ca := testpki.New(t, noon, false)
	return bundle{ca: ca, leaf: ca.Leaf("Alice Example", kind), tsa: ca.TSA(func() time.Time { return noon })}
}

func (b bundle) options() pades.Options {
	return pades.Options{Certificate: b.leaf.Cert, Chain: b.ca.Chain(), Time: noon, Level: pades.LevelT}
}

func sign(t testing.TB, b bundle, in []byte, opt pades.Options) ([]byte, *pades.Result) {
	t.Helper()
	var out bytes.Buffer
	result, err := pades.Sign(t.Context(), bytes.NewReader(in), int64(len(in)), b.leaf.Signer, b.tsa, opt, &out)
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes(), result
}

func TestSignEveryKeyAndShape(t *testing.T) {
	for _, kind := range []string{"rsa-2048", "rsa-3072", "p-256", "p-384", "p-521", "ed25519"} {
		b := setup(t, kind)
		for shape, in := range map[string][]byte{"classic": testpdf.Classic(1), "stream": testpdf.Stream(2)} {
			for _, level := range []pades.Level{pades.LevelB, pades.LevelT} {
				t.Run(fmt.Sprintf("%s/%s/%s", kind, shape, level), func(t *testing.T) {
					opt := b.options()
					opt.Level = level
					out, result := sign(t, b, in, opt)
					checkResult(t, in, out, result, level)
				})
			}
		}
	}
}

func TestSignSHA3AndPSS(t *testing.T) {
	for kind, algorithms := range map[string][]signer.Algorithm{
		"rsa-2048": {signer.RSAPKCS1SHA3x256, signer.RSAPSSSHA3x384, signer.RSAPSSSHA256},
		"p-256":    {signer.ECDSASHA3x256, signer.ECDSASHA3x512},
	} {
		for _, algorithm := range algorithms {
			t.Run(algorithm.String(), func(t *testing.T) {
				b := setup(t, kind)
				opt := b.options()
				opt.Algorithm = algorithm
				in := testpdf.Classic(1)
				out, result := sign(t, b, in, opt)
				checkResult(t, in, out, result, pades.LevelT)
				keep(t, "alg-"+algorithm.String(), out, b.ca.Root)
				if sha3 := strings.Contains(algorithm.String(), "SHA3"); sha3 != bytes.Contains(out, []byte("32001")) {
					t.Error("the extension is named where it is not needed, or not where it is")
				}
			})
		}
	}
}

func checkResult(t *testing.T, in, out []byte, result *pades.Result, level pades.Level) {
	t.Helper()
	sum := sha256.Sum256(out)
	switch {
	case !bytes.HasPrefix(out, in):
		t.Error("the file before the increment was changed")
	case result.Size != int64(len(out)), !bytes.Equal(result.SHA256, sum[:]):
		t.Errorf("size or digest of the result: %d of %d", result.Size, len(out))
	case result.Level != level:
		t.Errorf("level %q, want %q", result.Level, level)
	}
	levels, err := pades.AchievedLevel(bytes.NewReader(out), int64(len(out)))
	if err != nil || len(levels) != 1 || levels[0].Level != level || levels[0].Field != "Signature1" {
		t.Errorf("levels: %v, %v", levels, err)
	}
}

func TestSignThreeTimes(t *testing.T) {
	b := setup(t, "p-256")
	out := testpdf.Classic(1)
	for range 3 {
		out, _ = sign(t, b, out, b.options())
	}
	levels, err := pades.AchievedLevel(bytes.NewReader(out), int64(len(out)))
	if err != nil || len(levels) != 3 {
		t.Fatalf("levels: %v, %v", levels, err)
	}
	for i, l := range levels {
		if l.Level != pades.LevelT || l.Field != fmt.Sprintf("Signature%d", i+1) {
			t.Errorf("signature %d: %v", i, l)
		}
	}
}

// TestPreparedIsStored goes through JSON, as between two processes.
func TestPreparedIsStored(t *testing.T) {
	b := setup(t, "p-256")
	in := testpdf.Stream(1)
	p, err := pades.Prepare(t.Context(), bytes.NewReader(in), int64(len(in)), b.options())
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	stored := &pades.Prepared{}
	if err := json.Unmarshal(text, stored); err != nil {
		t.Fatal(err)
	}
	signature, err := b.leaf.Signer.Sign(t.Context(), stored.Algorithm, stored.ToBeSigned())
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	result, err := pades.Finish(t.Context(), bytes.NewReader(in), stored, signature, b.tsa, &out)
	if err != nil || result.Level != pades.LevelT || !result.TimestampTime.Equal(noon) {
		t.Fatalf("%+v, %v", result, err)
	}
}

func TestFinishRefuses(t *testing.T) {
	b := setup(t, "p-256")
	in := testpdf.Classic(1)
	other := bytes.Replace(in, []byte("Page 1"), []byte("Page 2"), 1)
	for name, row := range map[string]struct {
		file []byte
		edit func(p *pades.Prepared, signature []byte)
		tsa  tsp.Source
		want error
	}{
		"other file":     {file: other, want: pades.ErrChanged},
		"shorter file":   {file: in[:len(in)-1], want: pades.ErrChanged},
		"longer file":    {file: append(bytes.Clone(in), '\n'), want: pades.ErrChanged},
		"signature":      {edit: func(_ *pades.Prepared, s []byte) { s[len(s)-1] ^= 1 }, want: pades.ErrSignature},
		"attributes":     {edit: func(p *pades.Prepared, _ []byte) { p.Attributes[len(p.Attributes)-1] ^= 1 }, want: pades.ErrSignature},
		"increment":      {edit: func(p *pades.Prepared, _ []byte) { p.Increment[10] ^= 1 }, want: pades.ErrChanged},
		"gap":            {edit: func(p *pades.Prepared, _ []byte) { p.ByteRange[2]-- }, want: pades.ErrChanged},
		"no digest":      {edit: func(p *pades.Prepared, _ []byte) { p.Digest = 0 }, want: pades.ErrChanged},
		"authority down": {tsa: testpki.Broken{Err: errors.New("down")}, want: pades.ErrTimestamp},
		"other token":    {tsa: replay{b.tsa}, want: pades.ErrTimestamp},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := pades.Prepare(t.Context(), bytes.NewReader(in), int64(len(in)), b.options())
			if err != nil {
				t.Fatal(err)
			}
			signature, err := b.leaf.Signer.Sign(t.Context(), p.Algorithm, p.ToBeSigned())
			if err != nil {
				t.Fatal(err)
			}
			file, tsa := in, b.tsa
			if row.edit != nil {
				row.edit(p, signature)
			}
			if row.file != nil {
				file = row.file
			}
			if row.tsa != nil {
				tsa = row.tsa
			}
			_, err = pades.Finish(t.Context(), bytes.NewReader(file), p, signature, tsa, &bytes.Buffer{})
			if !errors.Is(err, row.want) {
				t.Errorf("got %v, want %v", err, row.want)
			}
		})
	}
}

// replay answers with a token over something else.
type replay struct{ tsp.Source }

func (r replay) Timestamp(ctx context.Context, hash crypto.Hash, imprint []byte) ([]byte, error) {
	return r.Source.Timestamp(ctx, hash, make([]byte, len(imprint)))
}

// counting counts the tokens it passes on.
type counting struct {
	tsp.Source
	tokens int
}

func (c *counting) Timestamp(ctx context.Context, hash crypto.Hash, imprint []byte) ([]byte, error) {
	c.tokens++
	return c.Source.Timestamp(ctx, hash, imprint)
}

func TestTooSmallRoomGrows(t *testing.T) {
	b := setup(t, "p-256")
	in := testpdf.Classic(1)
	tsa := &counting{Source: b.tsa}
	b.tsa = tsa
	opt := b.options()
	opt.Reserve = 100
	if _, result := sign(t, b, in, opt); result.Level != pades.LevelT {
		t.Errorf("level %v", result.Level)
	}
	if tsa.tokens > 2 {
		t.Errorf("%d tokens", tsa.tokens)
	}
	p, err := pades.Prepare(t.Context(), bytes.NewReader(in), int64(len(in)), opt)
	if err != nil {
		t.Fatal(err)
	}
	signature, err := b.leaf.Signer.Sign(t.Context(), p.Algorithm, p.ToBeSigned())
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	tsa.tokens = 0
	_, err = pades.Finish(t.Context(), bytes.NewReader(in), p, signature, tsa, &out)
	var overflow *pades.OverflowError
	if !errors.As(err, &overflow) || overflow.Need <= overflow.Have || out.Len() > 0 || tsa.tokens > 0 {
		t.Errorf("%v; %d bytes written, %d tokens", err, out.Len(), tsa.tokens)
	}
}

func TestFieldRules(t *testing.T) {
	b := setup(t, "p-256")
	signed, _ := sign(t, b, testpdf.Classic(1), b.options())
	opt := b.options()
	opt.Lock = pades.LockAll
	locked, _ := sign(t, b, testpdf.Classic(1), opt)
	for name, row := range map[string]struct {
		in    []byte
		field string
		want  error
	}{
		"signed already": {signed, "Signature1", pades.ErrField},
		"locked":         {locked, "", pades.ErrNotAllowed},
	} {
		opt := b.options()
		opt.FieldName = row.field
		_, err := pades.Prepare(t.Context(), bytes.NewReader(row.in), int64(len(row.in)), opt)
		if !errors.Is(err, row.want) {
			t.Errorf("%s: got %v, want %v", name, err, row.want)
		}
	}
}

func TestSealLocksAllFields(t *testing.T) {
	for level, want := range map[pades.Level]pdf.Name{pades.LevelB: "All", pades.LevelLTA: "Include"} {
		b := setup(t, "p-256")
		opt := b.options()
		opt.Lock, opt.FieldName, opt.Level = pades.LockAll, "consigil.seal", level
		in := testpdf.Classic(1)
		p, err := pades.Prepare(t.Context(), bytes.NewReader(in), int64(len(in)), opt)
		if err != nil {
			t.Fatal(err)
		}
		out := append(in, p.Increment...)
		file, err := pdf.Open(bytes.NewReader(out), int64(len(out)), pdf.Options{Strict: true})
		if err != nil {
			t.Fatal(err)
		}
		list, err := form.Signatures(file)
		if err != nil || len(list) != 1 || list[0].Field != "consigil.seal" || p.Field != "consigil.seal" {
			t.Fatalf("%+v, %v", list, err)
		}
		reference := list[0].Dict["Reference"].(pdf.Array)[0].(pdf.Dict)
		params := reference["TransformParams"].(pdf.Dict)
		if reference.Name("TransformMethod") != "FieldMDP" || params.Name("Action") != want {
			t.Errorf("%s: %v", level, reference)
		}
		// Archive time stamps are fields that come later: what is there is named.
		fields, _ := params["Fields"].(pdf.Array)
		if want == "Include" && (len(fields) != 1 || fields[0].(pdf.String).Text() != "consigil.seal") {
			t.Errorf("%s: %v", level, params)
		}
	}
}

// TestNoGroupAfterASignature: pyHanko takes a new group of fields after a
// signature for tampering.
func TestNoGroupAfterASignature(t *testing.T) {
	b := setup(t, "p-256")
	out, _ := sign(t, b, testpdf.Classic(1), b.options())
	opt := b.options()
	opt.FieldName = "consigil.seal"
	out, result := sign(t, b, out, opt)
	if result.Field != "consigil_seal" {
		t.Errorf("field %q", result.Field)
	}
	_, err := pades.Prepare(t.Context(), bytes.NewReader(out), int64(len(out)), opt)
	if !errors.Is(err, pades.ErrField) {
		t.Errorf("signing it again: %v", err)
	}
}

func TestExistingFieldAndVisible(t *testing.T) {
	b := setup(t, "p-256")
	in := testpdf.Classic(2)
	file, err := pdf.Open(bytes.NewReader(in), int64(len(in)), pdf.Options{})
	if err != nil {
		t.Fatal(err)
	}
	u := pdf.NewUpdate(file)
	rect := pdf.Rect{LLX: 100, LLY: 100, URX: 300, URY: 160}
	if _, err := form.AddSignatureField(u, form.SignatureField{Name: "buyer", Page: 1, Rect: rect}); err != nil {
		t.Fatal(err)
	}
	var tail bytes.Buffer
	if _, err := u.WriteTo(&tail); err != nil {
		t.Fatal(err)
	}
	in = append(in, tail.Bytes()...)
	opt := b.options()
	opt.FieldName = "buyer"
	opt.Name, opt.Reason, opt.Location = "Őrsi Ágnes", "I agree", "Győr"
	opt.Visible = &pades.Visible{Draw: func(w pdf.ObjectWriter) (pdf.Ref, error) {
		ref := w.Alloc()
		w.PutStream(ref, pdf.Dict{"Type": pdf.Name("XObject"), "Subtype": pdf.Name("Form"), "BBox": pdf.Rect{URX: 200, URY: 60}.Array()}, []byte("0 0 200 60 re S"))
		return ref, nil
	}}
	out, _ := sign(t, b, in, opt)
	if !bytes.Contains(out, []byte("0 0 200 60 re S")) {
		t.Error("the appearance is missing")
	}
	levels, err := pades.AchievedLevel(bytes.NewReader(out), int64(len(out)))
	if err != nil || len(levels) != 1 || levels[0].Field != "buyer" {
		t.Errorf("%v, %v", levels, err)
	}
}

func TestPrepareRefuses(t *testing.T) {
	b := setup(t, "p-256")
	for name, edit := range map[string]func(*pades.Options){
		"no certificate": func(o *pades.Options) { o.Certificate = nil },
		"no time":        func(o *pades.Options) { o.Time = time.Time{} },
		"level":          func(o *pades.Options) { o.Level = "B-X" },
		"digest":         func(o *pades.Options) { o.Digest = crypto.SHA1 },
	} {
		opt := b.options()
		edit(&opt)
		in := testpdf.Classic(1)
		if _, err := pades.Prepare(t.Context(), bytes.NewReader(in), int64(len(in)), opt); err == nil {
			t.Errorf("%s: prepared", name)
		}
	}
	for name, in := range map[string]string{"empty": "", "text": "hello", "header": "%PDF-1.7\n"} {
		if _, err := pades.Prepare(t.Context(), bytes.NewReader([]byte(in)), int64(len(in)), b.options()); err == nil {
			t.Errorf("%s: prepared", name)
		}
	}
}
