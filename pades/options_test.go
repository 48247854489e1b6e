package pades_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/consigil/consigil/pades"
	"github.com/consigil/consigil/pdf"
	"github.com/consigil/consigil/pdf/form"
	"github.com/consigil/consigil/test/testpdf"
)

func TestCertify(t *testing.T) {
	for name, certify := range map[string]pades.Certification{"p1": pades.CertifyNoChange, "p2": pades.CertifyForms, "p3": pades.CertifyComments} {
		b, c := long(t, withOCSP)
		opt := b.options()
		opt.Certify, opt.Level, opt.Collector = certify, pades.LevelLTA, c
		out, _ := sign(t, b, testpdf.Classic(1), opt)
		keep(t, "certified-"+name, out, b.ca.Root)
		catalog := read(t, out)
		if pdf.IsNull(catalog["Perms"]) {
			t.Error("no permissions in the catalog")
		}
		opt = b.options()
		_, err := pades.Sign(t.Context(), bytes.NewReader(out), int64(len(out)), b.leaf.Signer, b.tsa, opt, &bytes.Buffer{})
		if refused := errors.Is(err, pades.ErrNotAllowed); refused != (certify == pades.CertifyNoChange) {
			t.Errorf("%s: second signature: %v", name, err)
		}
		opt.Certify = pades.CertifyForms
		_, err = pades.Sign(t.Context(), bytes.NewReader(out), int64(len(out)), b.leaf.Signer, b.tsa, opt, &bytes.Buffer{})
		if !errors.Is(err, pades.ErrNotAllowed) {
			t.Errorf("%s: certified twice: %v", name, err)
		}
	}
}

func read(t *testing.T, data []byte) pdf.Dict {
	t.Helper()
	f, err := pdf.Open(bytes.NewReader(data), int64(len(data)), pdf.Options{Strict: true})
	if err != nil {
		t.Fatal(err)
	}
	catalog, err := f.Catalog()
	if err != nil {
		t.Fatal(err)
	}
	return catalog
}

func TestPlainCMS(t *testing.T) {
	b, c := long(t, withOCSP)
	for level, want := range map[pades.Level]pades.Level{
		pades.LevelB: pades.LevelPKCS7B, pades.LevelT: pades.LevelPKCS7T, pades.LevelLT: pades.LevelPKCS7LT, pades.LevelLTA: pades.LevelPKCS7LTA,
	} {
		opt := b.options()
		opt.CMS, opt.Level, opt.Collector = true, level, c
		in := testpdf.Classic(1)
		out, result := sign(t, b, in, opt)
		checkResult(t, in, out, result, want)
		keep(t, "cms-"+string(level), out, b.ca.Root)
	}
}

func TestLockFields(t *testing.T) {
	b := setup(t, "p-256")
	opt := b.options()
	opt.Lock, opt.LockFields = pades.LockInclude, []string{"total"}
	out, _ := sign(t, b, testpdf.Classic(1), opt)
	opt = b.options()
	opt.FieldName = "total"
	if _, err := pades.Sign(t.Context(), bytes.NewReader(out), int64(len(out)), b.leaf.Signer, b.tsa, opt, &bytes.Buffer{}); !errors.Is(err, pades.ErrNotAllowed) {
		t.Errorf("a locked field was used: %v", err)
	}
	opt.FieldName = "other"
	sign(t, b, out, opt)
}

// seeded is a file with an empty field that asks for something.
func seeded(t *testing.T, sv pdf.Dict) []byte {
	t.Helper()
	in := testpdf.Classic(1)
	f, err := pdf.Open(bytes.NewReader(in), int64(len(in)), pdf.Options{})
	if err != nil {
		t.Fatal(err)
	}
	u := pdf.NewUpdate(f)
	ref, err := form.AddSignatureField(u, form.SignatureField{Name: "buyer"})
	if err != nil {
		t.Fatal(err)
	}
	d, err := u.Dict(ref)
	if err != nil {
		t.Fatal(err)
	}
	d["SV"] = sv
	u.Put(ref, d)
	out := bytes.NewBuffer(bytes.Clone(in))
	if _, err := u.WriteTo(out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestSeedValues(t *testing.T) {
	list := func(items ...pdf.Object) pdf.Array { return items }
	for name, tt := range map[string]struct {
		sv     pdf.Dict
		edit   func(*pades.Options)
		refuse bool
	}{
		"nothing":               {pdf.Dict{}, nil, false},
		"our filter":            {pdf.Dict{"Ff": pdf.Integer(1), "Filter": pdf.Name("Adobe.PPKLite")}, nil, false},
		"other filter":          {pdf.Dict{"Ff": pdf.Integer(1), "Filter": pdf.Name("Entrust.PPKEF")}, nil, true},
		"wish of a filter":      {pdf.Dict{"Filter": pdf.Name("Entrust.PPKEF")}, nil, false},
		"cms":                   {pdf.Dict{"Ff": pdf.Integer(2), "SubFilter": list(pdf.Name("adbe.pkcs7.detached"))}, nil, true},
		"cms, adapting":         {pdf.Dict{"Ff": pdf.Integer(2), "SubFilter": list(pdf.Name("adbe.pkcs7.detached"))}, func(o *pades.Options) { o.Adapt = true }, false},
		"old encoding":          {pdf.Dict{"Ff": pdf.Integer(2), "SubFilter": list(pdf.Name("adbe.x509.rsa_sha1"))}, func(o *pades.Options) { o.Adapt = true }, true},
		"sha-512":               {pdf.Dict{"Ff": pdf.Integer(64), "DigestMethod": list(pdf.String("SHA512"))}, nil, true},
		"sha-512, adapting":     {pdf.Dict{"Ff": pdf.Integer(64), "DigestMethod": list(pdf.String("SHA512"))}, func(o *pades.Options) { o.Adapt = true }, false},
		"sha-1":                 {pdf.Dict{"Ff": pdf.Integer(64), "DigestMethod": list(pdf.String("SHA1"))}, func(o *pades.Options) { o.Adapt = true }, true},
		"reason":                {pdf.Dict{"Ff": pdf.Integer(8), "Reasons": list(pdf.String("I agree"))}, nil, true},
		"reason given":          {pdf.Dict{"Ff": pdf.Integer(8), "Reasons": list(pdf.String("I agree"))}, func(o *pades.Options) { o.Reason = "I agree" }, false},
		"no reason":             {pdf.Dict{"Ff": pdf.Integer(8), "Reasons": list(pdf.String("."))}, func(o *pades.Options) { o.Reason = "I agree" }, true},
		"certification":         {pdf.Dict{"MDP": pdf.Dict{"P": pdf.Integer(2)}}, nil, false},
		"approval":              {pdf.Dict{"MDP": pdf.Dict{"P": pdf.Integer(0)}}, func(o *pades.Options) { o.Certify = pades.CertifyForms }, true},
		"time stamp":            {pdf.Dict{"TimeStamp": pdf.Dict{"Ff": pdf.Integer(1)}}, func(o *pades.Options) { o.Level = pades.LevelB }, true},
		"revocation data":       {pdf.Dict{"Ff": pdf.Integer(32), "AddRevInfo": pdf.Boolean(true)}, nil, true},
		"legal attestation":     {pdf.Dict{"Ff": pdf.Integer(16), "LegalAttestation": list(pdf.String("x"))}, nil, true},
		"another certificate":   {pdf.Dict{"Cert": pdf.Dict{"Ff": pdf.Integer(1), "Subject": list(pdf.String("nobody"))}}, nil, true},
		"another issuer":        {pdf.Dict{"Cert": pdf.Dict{"Ff": pdf.Integer(2), "Issuer": list(pdf.String("nobody"))}}, nil, true},
		"version from tomorrow": {pdf.Dict{"Ff": pdf.Integer(4), "V": pdf.Integer(9)}, nil, true},
	} {
		t.Run(name, func(t *testing.T) {
			b := setup(t, "p-256")
			opt := b.options()
			opt.FieldName = "buyer"
			if tt.edit != nil {
				tt.edit(&opt)
			}
			in := seeded(t, tt.sv)
			var out bytes.Buffer
			_, err := pades.Sign(t.Context(), bytes.NewReader(in), int64(len(in)), b.leaf.Signer, b.tsa, opt, &out)
			if refused := errors.Is(err, pades.ErrSeed); refused != tt.refuse || err != nil && !refused {
				t.Errorf("%v, want refusal %v", err, tt.refuse)
			}
		})
	}
}
