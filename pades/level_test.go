package pades_test

import (
	"bytes"
	"crypto/x509"
	"strings"
	"testing"
	"time"

	"github.com/consigil/consigil/pades"
	"github.com/consigil/consigil/pdf"
	"github.com/consigil/consigil/pki"
	"github.com/consigil/consigil/test/testpdf"
	"github.com/consigil/consigil/test/testpki"
)

func levelOf(t testing.TB, file []byte) pades.Level {
	t.Helper()
	levels, err := pades.AchievedLevel(bytes.NewReader(file), int64(len(file)))
	if err != nil || len(levels) != 1 {
		t.Fatalf("%v, %v", levels, err)
	}
	return levels[0].Level
}

func stamped(t testing.TB, b bundle, file []byte) []byte {
	t.Helper()
	out, err := pades.AddStamp(t.Context(), file, b.tsa)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func stored(t testing.TB, file []byte, m pki.Material) []byte {
	t.Helper()
	out, err := pades.AddStore(file, m)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// all is what a signature of the authority and its time stamps need.
func all(ca *testpki.Authority) pki.Material {
	return pki.Material{Certificates: []*x509.Certificate{ca.Issuing, ca.Root}, CRLs: ca.CRLs()}
}

// TestLevelLT has a signature at B-T and puts things into its store: what is not
// all of its own does not make it B-LT.
func TestLevelLT(t *testing.T) {
	b := setup(t, "p-256")
	other := testpki.New(t, noon, false) // of the same names, with other keys
	foreign := b
	foreign.tsa = other.TSA(func() time.Time { return noon })
	file, _ := sign(t, b, testpdf.Classic(1), b.options())
	mixed, _ := sign(t, foreign, testpdf.Classic(1), b.options())
	own, theirs := all(b.ca), all(other)
	both := pki.Material{Certificates: append(own.Certificates, theirs.Certificates...), CRLs: append(b.ca.CRLs(), other.CRLs()...)}
	for name, tt := range map[string]struct {
		file []byte
		m    pki.Material
		want pades.Level
	}{
		"all":                         {file, own, pades.LevelLT},
		"the root left out":           {file, pki.Material{Certificates: b.ca.Chain(), CRLs: own.CRLs}, pades.LevelLT}, // and so the issuing one is the top
		"lists only, chain in CMS":    {file, pki.Material{CRLs: own.CRLs}, pades.LevelLT},
		"more than all":               {file, both, pades.LevelLT},
		"certificates only":           {file, pki.Material{Certificates: own.Certificates}, pades.LevelT},
		"of the issuing one not":      {file, pki.Material{Certificates: own.Certificates, CRLs: own.CRLs[1:]}, pades.LevelT},
		"of the signer not":           {file, pki.Material{Certificates: own.Certificates, CRLs: own.CRLs[:1]}, pades.LevelT},
		"another authority's":         {file, theirs, pades.LevelT},
		"own certificates, its lists": {file, pki.Material{Certificates: own.Certificates, CRLs: theirs.CRLs}, pades.LevelT},
		"two authorities":             {mixed, both, pades.LevelLT},
		"time stamp without":          {mixed, own, pades.LevelT},
		"signer without":              {mixed, theirs, pades.LevelT},
	} {
		t.Run(name, func(t *testing.T) {
			if got := levelOf(t, stored(t, tt.file, tt.m)); got != tt.want {
				t.Errorf("%s, want %s", got, tt.want)
			}
		})
	}
}

// TestLevelStoreShapes: a store counts by what is in it.
func TestLevelStoreShapes(t *testing.T) {
	b := setup(t, "p-256")
	file, _ := sign(t, b, testpdf.Classic(1), b.options())
	for name, store := range map[string]pdf.Object{
		"empty":      pdf.Dict{},
		"no arrays":  pdf.Dict{"Certs": pdf.Name("None"), "CRLs": pdf.Integer(3)},
		"no streams": pdf.Dict{"Certs": pdf.Array{pdf.Null{}}, "CRLs": pdf.Array{pdf.Dict{}}, "OCSPs": pdf.Array{pdf.Integer(1)}},
		"junk":       pdf.Dict{},
		"no dict":    pdf.Integer(1),
	} {
		opened, err := pdf.Open(bytes.NewReader(file), int64(len(file)), pdf.Options{Strict: true})
		if err != nil {
			t.Fatal(err)
		}
		u := pdf.NewUpdate(opened)
		catalog, err := u.Catalog()
		if err != nil {
			t.Fatal(err)
		}
		catalog["DSS"] = store
		if name == "junk" {
			ref := u.Alloc()
			u.PutStream(ref, pdf.Dict{}, []byte("junk"))
			catalog["DSS"] = pdf.Dict{"CRLs": pdf.Array{ref}}
		}
		u.Put(opened.CatalogRef(), catalog)
		out := bytes.NewBuffer(bytes.Clone(file))
		if _, err := u.WriteTo(out); err != nil {
			t.Fatal(err)
		}
		if got := levelOf(t, out.Bytes()); got != pades.LevelT {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// TestLevelLTA: the order of store and time stamp tells.
func TestLevelLTA(t *testing.T) {
	b := setup(t, "p-256")
	late := b // another authority's time stamps, whose material is never there
	late.tsa = testpki.New(t, noon, false).TSA(func() time.Time { return noon })
	atT, _ := sign(t, b, testpdf.Classic(1), b.options())
	opt := b.options()
	opt.Level = pades.LevelB
	atB, _ := sign(t, b, testpdf.Classic(1), opt)
	own := all(b.ca)
	none := pki.Material{Certificates: own.Certificates[:1]}
	for name, tt := range map[string]struct {
		file []byte
		want pades.Level
	}{
		"store, stamp":                      {stamped(t, b, stored(t, atT, own)), pades.LevelLTA},
		"store, stranger's stamp":           {stamped(t, late, stored(t, atT, own)), pades.LevelLTA},
		"stamp, store":                      {stored(t, stamped(t, b, atT), own), pades.LevelLT},
		"useless store, stamp, store":       {stored(t, stamped(t, b, stored(t, atT, none)), own), pades.LevelLT},
		"B: stamp":                          {stamped(t, b, atB), pades.LevelT},
		"B: stamp, store":                   {stored(t, stamped(t, b, atB), own), pades.LevelLT},
		"B: stamp, store, stamp":            {stamped(t, b, stored(t, stamped(t, b, atB), own)), pades.LevelLTA},
		"B: store":                          {stored(t, atB, own), pades.LevelB},
		"B: store, stamp":                   {stamped(t, b, stored(t, atB, own)), pades.LevelLTA},
		"B: store, stranger's stamp":        {stamped(t, late, stored(t, atB, own)), pades.LevelT},
		"B: stranger's stamp, store, stamp": {stamped(t, b, stored(t, stamped(t, late, atB), own)), pades.LevelT},
		"renewed":                           {stamped(t, late, stamped(t, b, stored(t, atT, own))), pades.LevelLTA},
	} {
		t.Run(name, func(t *testing.T) {
			if got := levelOf(t, tt.file); got != tt.want {
				t.Errorf("%s, want %s", got, tt.want)
			}
		})
	}
}

// TestLevelCopiedStamp has a document time stamp with the token of another file.
func TestLevelCopiedStamp(t *testing.T) {
	b := setup(t, "ed25519") // so that the tokens are of one size
	file, _ := sign(t, b, testpdf.Classic(1), b.options())
	good := stamped(t, b, stored(t, file, all(b.ca)))
	other := stamped(t, b, stored(t, append(bytes.Clone(file), '\n'), all(b.ca)))
	value := func(in []byte) []byte {
		_, after, _ := bytes.Cut(in[bytes.LastIndex(in, []byte("/DocTimeStamp"))-20000:], []byte("/Contents <"))
		for {
			_, next, more := bytes.Cut(after, []byte("/Contents <"))
			if !more {
				break
			}
			after = next
		}
		hex, _, _ := bytes.Cut(after, []byte(">"))
		return hex
	}
	bad := bytes.Replace(good, value(good), value(other), 1)
	if len(bad) != len(good) || bytes.Equal(bad, good) {
		t.Fatal("the token was not replaced")
	}
	if got := levelOf(t, good); got != pades.LevelLTA {
		t.Errorf("its own: %s", got)
	}
	if got := levelOf(t, bad); got != pades.LevelLT {
		t.Errorf("another's: %s", got)
	}
}

// TestLevelKind: what EN 319 142-1 wants of a baseline signature, each rule with
// a file that breaks nothing else.
func TestLevelKind(t *testing.T) {
	b := setup(t, "p-256")
	opt := b.options()
	opt.Reason, opt.Location = "Agreed", "Pest"
	good, _ := sign(t, b, testpdf.Classic(1), opt)
	if got := levelOf(t, good); got != pades.LevelT {
		t.Fatalf("the good one: %s", got)
	}
	plain := b.options()
	plain.CMS = true
	cms, _ := sign(t, b, testpdf.Classic(1), plain)
	if got := levelOf(t, cms); got != pades.LevelPKCS7T {
		t.Errorf("plain CMS: %s", got)
	}
	const protection, binding = "2a864886f70d010934", "2a864886f70d010910022f"
	for name, swap := range map[string][2]string{
		"sub-filter":             {"/ETSI.CAdES.detached", "/adbe.pkcs7.detached "},
		"no M":                   {"/M (D:", "/X (D:"},
		"Cert":                   {"/Location (", "/Cert     ("},
		"signing-time":           {protection, "2a864886f70d010905"},
		"no signing-certificate": {binding, "2a864886f70d010910022e"},
		"signing-certificate v1": {binding, "2a864886f70d010910020c"},
		"no message-digest":      {"2a864886f70d010904", "2a864886f70d010908"},
		"two content types":      {protection, "2a864886f70d010903"},
	} {
		t.Run(name, func(t *testing.T) {
			bad := []byte(strings.Replace(string(good), swap[0], swap[1], 1))
			if bytes.Equal(bad, good) {
				t.Fatal("nothing was replaced")
			}
			if got := levelOf(t, bad); got != pades.LevelPKCS7T {
				t.Errorf("%s", got)
			}
		})
	}
}
