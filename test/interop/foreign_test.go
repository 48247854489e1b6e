//go:build interop

package interop

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/consigil/consigil/fetch"
	"github.com/consigil/consigil/internal/clock"
	"github.com/consigil/consigil/pades"
	"github.com/consigil/consigil/pdf"
	"github.com/consigil/consigil/pdf/form"
	"github.com/consigil/consigil/pki"
	"github.com/consigil/consigil/test/testpdf"
	"github.com/consigil/consigil/test/testpki"
)

// foreign is a file that another product signed, and what it is to us.
type foreign struct {
	name     string
	path     string
	password string
	levels   []pades.Level
}

// workshop has other products sign.
type workshop struct {
	*studio
	tsaURL, key, cert, chain string
}

func newWorkshop(t *testing.T) *workshop {
	s := newStudio(t)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		request, err := io.ReadAll(io.LimitReader(r.Body, 1<<16))
		if err != nil {
			t.Error(err)
		}
		response, err := s.tsa.Respond(r.Context(), request)
		if err != nil {
			t.Error(err)
		}
		w.Header().Set("Content-Type", "application/timestamp-reply")
		_, _ = w.Write(response)
	}))
	t.Cleanup(server.Close)
	leaf := s.ca.Leaf("Foreign Signer", "rsa-2048", s.ca.WithOCSP)
	der, err := x509.MarshalPKCS8PrivateKey(leaf.Key)
	if err != nil {
		t.Fatal(err)
	}
	w := &workshop{studio: s, tsaURL: server.URL}
	w.key = write(t, s.dir, "key.pem", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
	w.cert = write(t, s.dir, "cert.pem", testpki.PEM(leaf.Cert))
	w.chain = write(t, s.dir, "chain.pem", testpki.PEM(s.ca.Issuing))
	return w
}

// hanko signs with pyHanko.
func (w *workshop) hanko(name, from string, args ...string) string {
	w.t.Helper()
	to := filepath.Join(w.dir, name+".pdf")
	args = append([]string{filepath.Join("..", "judges", "pyhanko", "sign.py"), "--key", w.key, "--cert", w.cert, "--chain", w.chain, "--trust", w.root, from, to}, args...)
	if code, out := run(w.t, filepath.Join("..", "..", ".cache", "pyhanko", "bin", "python"), args...); code != 0 {
		w.t.Fatalf("pyHanko: %s: %s", name, out)
	}
	return to
}

// dss signs with EU DSS at several levels in one run.
func (w *workshop) dss(from string, levels ...pades.Level) []foreign {
	w.t.Helper()
	store := filepath.Join(w.dir, "keys.p12")
	if code, out := run(w.t, "openssl", "pkcs12", "-export", "-inkey", w.key, "-in", w.cert, "-certfile", w.chain, "-passout", "pass:secret", "-out", store); code != 0 {
		w.t.Fatalf("openssl pkcs12: %s", out)
	}
	cache := filepath.Join("..", "..", ".cache")
	args := []string{"-cp", filepath.Join(cache, "dss-lib", "*"), filepath.Join("..", "judges", "dss", "Sign.java"), store, "secret", w.root, w.tsaURL, from}
	var files []foreign
	for _, level := range levels {
		name := "dss-" + strings.ToLower(string(level))
		f := foreign{name: name, path: filepath.Join(w.dir, name+".pdf"), levels: []pades.Level{level}}
		args = append(args, "PAdES-BASELINE-"+strings.TrimPrefix(string(level), "B-")+"="+f.path)
		files = append(files, f)
	}
	if code, out := run(w.t, "java", args...); code != 0 {
		w.t.Fatalf("DSS: %s", out)
	}
	return files
}

// openssl puts a CMS of openssl, which has a signing-time attribute, into a file
// that was laid out for it.
func (w *workshop) openssl(name string) string {
	w.t.Helper()
	laid := w.laidOut("adbe.pkcs7.detached")
	to := filepath.Join(w.dir, name+".pdf")
	content := write(w.t, w.dir, name+".bin", append(bytes.Clone(laid.data[:laid.at]), laid.data[laid.end:]...))
	cms := filepath.Join(w.dir, name+".cms")
	if code, out := run(w.t, "openssl", "cms", "-sign", "-binary", "-cades", "-in", content, "-signer", w.cert, "-inkey", w.key,
		"-certfile", w.chain, "-outform", "DER", "-out", cms); code != 0 {
		w.t.Fatalf("openssl cms: %s", out)
	}
	der, err := os.ReadFile(cms)
	if err != nil {
		w.t.Fatal(err)
	}
	const digits = "0123456789abcdef"
	for i, b := range der {
		laid.data[laid.at+1+2*i], laid.data[laid.at+2+2*i] = digits[b>>4], digits[b&15]
	}
	if err := os.WriteFile(to, laid.data, 0o600); err != nil {
		w.t.Fatal(err)
	}
	return to
}

type laidOut struct {
	data    []byte
	at, end int
}

// laidOut is a file with an empty signature, made without our own signing.
func (w *workshop) laidOut(filter string) laidOut {
	w.t.Helper()
	in := testpdf.Classic(1)
	file, err := pdf.Open(bytes.NewReader(in), int64(len(in)), pdf.Options{})
	if err != nil {
		w.t.Fatal(err)
	}
	u := pdf.NewUpdate(file)
	ref, err := form.AddSignatureField(u, form.SignatureField{Name: "Made by hand"})
	if err != nil {
		w.t.Fatal(err)
	}
	ranges := &pdf.Fixed{Text: []byte("[0" + strings.Repeat(" ", 60) + "]")}
	contents := &pdf.Fixed{Text: []byte("<" + strings.Repeat("0", 16000) + ">")}
	value := u.Alloc()
	u.Put(value, pdf.Dict{"Type": pdf.Name("Sig"), "Filter": pdf.Name("Adobe.PPKLite"), "SubFilter": pdf.Name(filter), "M": pdf.String(clock.System{}.Now().UTC().Format("D:20060102150405Z")), "ByteRange": ranges, "Contents": contents})
	field, err := u.Dict(ref)
	if err != nil {
		w.t.Fatal(err)
	}
	field["V"] = value
	u.Put(ref, field)
	w.flag(u, file)
	out := bytes.NewBuffer(bytes.Clone(in))
	if _, err := u.WriteTo(out); err != nil {
		w.t.Fatal(err)
	}
	l := laidOut{data: out.Bytes(), at: int(contents.Offset), end: int(contents.Offset) + len(contents.Text)}
	text := fmt.Sprintf("[0 %d %d %d", l.at, l.end, len(l.data)-l.end)
	copy(l.data[ranges.Offset:], text+strings.Repeat(" ", len(ranges.Text)-len(text)-1)+"]")
	return l
}

// flag says in the form that there are signatures.
func (w *workshop) flag(u *pdf.Update, file *pdf.File) {
	catalog, err := u.Catalog()
	if err != nil {
		w.t.Fatal(err)
	}
	fields, err := u.Dict(catalog["AcroForm"])
	if err != nil {
		w.t.Fatal(err)
	}
	fields["SigFlags"] = pdf.Integer(3)
	if ref, ok := catalog["AcroForm"].(pdf.Ref); ok {
		u.Put(ref, fields)
		return
	}
	catalog["AcroForm"] = fields
	u.Put(file.CatalogRef(), catalog)
}

// foreigners are files of other products at every level.
func (w *workshop) foreigners() []foreign {
	plain := write(w.t, w.dir, "plain.pdf", testpdf.Classic(1))
	stream := write(w.t, w.dir, "stream.pdf", testpdf.Stream(2))
	locked := write(w.t, w.dir, "locked.pdf", w.qpdf(testpdf.Classic(1), "--encrypt", "", "owner", "256", "--"))
	b, tt := pades.LevelB, pades.LevelT
	list := []foreign{
		{name: "hanko-b", path: w.hanko("hanko-b", plain), levels: []pades.Level{b}},
		{name: "hanko-t", path: w.hanko("hanko-t", stream, "--tsa", w.tsaURL), levels: []pades.Level{tt}},
		{name: "hanko-lt", path: w.hanko("hanko-lt", plain, "--tsa", w.tsaURL, "--lt"), levels: []pades.Level{pades.LevelLT}},
		{name: "hanko-lta", path: w.hanko("hanko-lta", stream, "--tsa", w.tsaURL, "--lta"), levels: []pades.Level{pades.LevelLTA}},
		{name: "hanko-adbe", path: w.hanko("hanko-adbe", plain, "--adobe"), levels: []pades.Level{pades.LevelPKCS7B}},
		{name: "hanko-adbe-archive", path: w.hanko("hanko-adbe-archive", plain, "--adobe", "--lt", "--tsa", w.tsaURL), levels: []pades.Level{pades.LevelPKCS7T}},
		{name: "hanko-certified-1", path: w.hanko("hanko-certified-1", plain, "--certify", "1"), levels: []pades.Level{b}},
		{name: "hanko-certified-3", path: w.hanko("hanko-certified-3", plain, "--certify", "3", "--tsa", w.tsaURL), levels: []pades.Level{tt}},
		{name: "hanko-encrypted", path: w.hanko("hanko-encrypted", locked, "--password", ""), levels: []pades.Level{b}},
		{name: "openssl", path: w.openssl("openssl"), levels: []pades.Level{pades.LevelPKCS7B}},
	}
	second := w.hanko("hanko-second", list[2].path, "--field", "Second")
	list = append(list, foreign{name: "hanko-lt-and-b", path: second, levels: []pades.Level{pades.LevelLT, b}})
	return append(list, w.dss(plain, b, tt, pades.LevelLT, pades.LevelLTA)...)
}

// TestExtendForeign tells the level of what other products signed, lifts it to
// B-LTA, renews that, and has the judges look at the results.
func TestExtendForeign(t *testing.T) {
	w := newWorkshop(t)
	made := w.foreigners()
	var files []string
	for i, f := range made {
		in, err := os.ReadFile(f.path)
		if err != nil {
			t.Fatal(err)
		}
		checkLevels(t, f.name, in, f.levels)
		for _, step := range []string{"lta", "renewed"} {
			in = w.lift(f, in)
			for j := range f.levels {
				f.levels[j] = pades.LevelLTA
				if strings.HasPrefix(string(made[i].levels[j]), "PKCS7") || strings.Contains(f.name, "adbe") || f.name == "openssl" {
					f.levels[j] = pades.LevelPKCS7LTA
				}
			}
			checkLevels(t, f.name+" "+step, in, f.levels)
			files = append(files, write(t, w.dir, f.name+"-"+step+".pdf", in))
		}
	}
	w.judge(files)
}

func checkLevels(t *testing.T, name string, in []byte, want []pades.Level) {
	t.Helper()
	file, err := pdf.Open(bytes.NewReader(in), int64(len(in)), pdf.Options{Strict: true})
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	list, err := form.Signatures(file)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	got, err := pades.LevelsOf(file, list)
	if err != nil || len(got) != len(want) {
		t.Fatalf("%s: %v, %v", name, got, err)
	}
	for i := range got {
		if got[i].Level != want[i] {
			t.Errorf("%s: %s is %s, want %s", name, got[i].Field, got[i].Level, want[i])
		}
	}
}

func (w *workshop) lift(f foreign, in []byte) []byte {
	w.t.Helper()
	client, err := fetch.New(fetch.Config{Trusted: true, Now: clock.System{}.Now})
	if err != nil {
		w.t.Fatal(err)
	}
	ext := pades.Extension{
		Level: pades.LevelLTA, Password: f.password,
		Collector: &pki.Collector{Fetcher: client, Anchors: []*x509.Certificate{w.ca.Root}, Now: clock.System{}.Now()},
	}
	var out bytes.Buffer
	if _, err := pades.Extend(w.t.Context(), bytes.NewReader(in), int64(len(in)), w.tsa, ext, &out); err != nil {
		w.t.Fatalf("%s: %v", f.name, err)
	}
	if !bytes.HasPrefix(out.Bytes(), in) {
		w.t.Errorf("%s: what was there was changed", f.name)
	}
	return out.Bytes()
}

// judge asks DSS for the level and pyHanko for its verdict.
func (w *workshop) judge(files []string) {
	w.t.Helper()
	dss, hanko := askDSS(w.t, w.root, files), askPyHanko(w.t, w.root, files)
	for _, path := range files {
		name := strings.TrimSuffix(filepath.Base(path), ".pdf")
		for _, got := range dss[path].Signatures {
			want := "PAdES-BASELINE-LTA"
			if strings.Contains(name, "adbe") || strings.HasPrefix(name, "openssl") {
				want = "PKCS7-LTA"
			}
			if got.Indication != "TOTAL_PASSED" || !got.Intact || got.Modified || got.Format != want {
				w.t.Errorf("%s: DSS: %+v", name, got)
			}
		}
		for _, got := range hanko[path].Signatures {
			if !got.Valid || !got.Trusted {
				w.t.Errorf("%s: pyHanko: %+v", name, got)
			}
		}
		if len(dss[path].Signatures) == 0 || len(hanko[path].Signatures) == 0 {
			w.t.Errorf("%s: DSS %s, pyHanko %s", name, dss[path].Error, hanko[path].Error)
		}
		if code, out := run(w.t, "qpdf", "--check", path); code != 0 {
			w.t.Errorf("%s: qpdf: %s", name, out)
		}
	}
}
