//go:build interop

package interop

import (
	"bytes"
	"crypto/x509"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"github.com/consigil/consigil/cms"
	"github.com/consigil/consigil/fetch"
	"github.com/consigil/consigil/internal/clock"
	"github.com/consigil/consigil/pades"
	"github.com/consigil/consigil/pdf"
	"github.com/consigil/consigil/pdf/form"
	"github.com/consigil/consigil/test/testpdf"
	"github.com/consigil/consigil/test/testpki"
	"github.com/consigil/consigil/tsp"
	"github.com/consigil/consigil/validate"
)

// specimen is one signed file of the matrix.
type specimen struct {
	path  string
	data  []byte
	count int
	level pades.Level
	name  string

	filled bool // values became visible after the first signature
}

// studio makes specimens with one authority, whose lists are on loopback.
type studio struct {
	t    *testing.T
	dir  string
	ca   *testpki.Authority
	tsa  *tsp.Authority
	root string
}

func newStudio(t *testing.T) *studio {
	ca := testpki.New(t, clock.System{}.Now(), true)
	s := &studio{t: t, dir: t.TempDir(), ca: ca, tsa: ca.TSA(clock.System{}.Now)}
	s.root = write(t, s.dir, "root.pem", testpki.PEM(ca.Root))
	return s
}

// make signs a file count times, the last time as a seal.
func (s *studio) make(name string, in []byte, kind string, count int, level pades.Level) specimen {
	s.t.Helper()
	out := in
	for i := range count {
		leaf := s.ca.Leaf(fmt.Sprintf("Signer %d %s", i+1, kind), kind)
		opt := pades.Options{Certificate: leaf.Cert, Chain: s.ca.Chain(), Time: clock.System{}.Now(), Level: level, Reason: "Agreed"}
		if i == count-1 {
			opt.FieldName, opt.Lock = "consigil.seal", pades.LockAll
		}
		var buf bytes.Buffer
		if _, err := pades.Sign(s.t.Context(), bytes.NewReader(out), int64(len(out)), leaf.Signer, s.tsa, opt, &buf); err != nil {
			s.t.Fatalf("%s: %v", name, err)
		}
		out = buf.Bytes()
	}
	return specimen{path: write(s.t, s.dir, name+".pdf", out), data: out, count: count, level: level, name: name}
}

func (s *studio) matrix() []specimen {
	var all []specimen
	shapes := map[string][]byte{"classic": testpdf.Classic(2), "stream": testpdf.Stream(2)}
	for _, kind := range []string{"rsa-2048", "rsa-3072", "p-256", "p-384"} {
		for shape, in := range shapes {
			for _, count := range []int{1, 3} {
				for _, level := range []pades.Level{pades.LevelB, pades.LevelT} {
					name := fmt.Sprintf("%s-%s-%d-%s", kind, shape, count, strings.ToLower(string(level)))
					all = append(all, s.make(name, in, kind, count, level))
				}
			}
		}
	}
	return all
}

func TestMatrix(t *testing.T) {
	s := newStudio(t)
	all := s.matrix()
	t.Logf("%d files, %d signatures", len(all), signatures(all))
	t.Run("ours", func(t *testing.T) { judgeOurselves(t, s, all) })
	t.Run("dss", func(t *testing.T) { judgeDSS(t, s, all) })
	t.Run("pyhanko", func(t *testing.T) { judgePyHanko(t, s, all) })
	t.Run("tools", func(t *testing.T) { judgeTools(t, all) })
	t.Run("openssl", func(t *testing.T) { judgeOpenSSL(t, s, all) })
}

func signatures(all []specimen) int {
	n := 0
	for _, f := range all {
		n += f.count
	}
	return n
}

func paths(all []specimen) []string {
	var list []string
	for _, f := range all {
		list = append(list, f.path)
	}
	return list
}

func judgeOurselves(t *testing.T, s *studio, all []specimen) {
	client, err := fetch.New(fetch.Config{Local: []string{s.ca.URL}, Now: clock.System{}.Now})
	if err != nil {
		t.Fatal(err)
	}
	opt := validate.Options{Anchors: []*x509.Certificate{s.ca.Root}, Fetcher: client, Now: clock.System{}.Now()}
	for _, f := range all {
		report, err := validate.File(t.Context(), bytes.NewReader(f.data), int64(len(f.data)), opt)
		if err != nil || len(report.Signatures) != f.count {
			t.Errorf("%s: %v", f.name, err)
			continue
		}
		for _, got := range report.Signatures {
			if got.Indication != validate.TotalPassed || got.Level != string(f.level) {
				t.Errorf("%s %s: %s %s %v", f.name, got.Field, got.Indication, got.Level, got.Errors)
			}
		}
	}
}

func judgeDSS(t *testing.T, s *studio, all []specimen) {
	answers := askDSS(t, s.root, paths(all))
	for _, f := range all {
		answer := answers[f.path]
		if answer.Error != "" || len(answer.Signatures) != f.count {
			t.Errorf("%s: %d signatures, %s", f.name, len(answer.Signatures), answer.Error)
		}
		want := "PAdES-BASELINE-" + strings.TrimPrefix(string(f.level), "B-")
		for i, got := range answer.Signatures {
			different := f.filled && i == 0
			if got.Indication != "TOTAL_PASSED" || got.Format != want || !got.Intact || got.Modified || got.Different != different {
				t.Errorf("%s: %+v", f.name, got)
			}
		}
	}
}

func judgePyHanko(t *testing.T, s *studio, all []specimen) {
	answers := askPyHanko(t, s.root, paths(all))
	for _, f := range all {
		answer := answers[f.path]
		if answer.Error != "" || len(answer.Signatures) != f.count {
			t.Errorf("%s: %d signatures, %s", f.name, len(answer.Signatures), answer.Error)
		}
		for i, got := range answer.Signatures {
			last := i == f.count-1
			if !got.Valid || !got.Trusted || got.AdES != "OK" || got.Timestamp != (f.level == pades.LevelT) ||
				last != (got.Coverage == "ENTIRE_FILE") || last != (got.Modification == "NONE") {
				t.Errorf("%s: %+v", f.name, got)
			}
		}
	}
}

func judgeTools(t *testing.T, all []specimen) {
	for _, f := range all {
		if code, out := run(t, "qpdf", "--check", f.path); code != 0 {
			t.Errorf("qpdf %s: %d\n%s", f.name, code, out)
		}
		if _, out := run(t, "pdfsig", f.path); strings.Count(out, "Signature is Valid.") != f.count {
			t.Errorf("pdfsig %s:\n%s", f.name, out)
		}
		// mutool counts the signature field that a later signer adds as an edit.
		_, out := run(t, "mutool", "sign", "-v", f.path)
		unchanged, edited := strings.Count(out, "The document is unchanged"), strings.Count(out, "The signature is valid but")
		if unchanged != 1 || edited != f.count-1 {
			t.Errorf("mutool %s:\n%s", f.name, out)
		}
	}
}

// judgeOpenSSL takes CMS and token out of the file and gives them to openssl.
func judgeOpenSSL(t *testing.T, s *studio, all []specimen) {
	for _, f := range all {
		file, err := pdf.Open(bytes.NewReader(f.data), int64(len(f.data)), pdf.Options{Strict: true})
		if err != nil {
			t.Fatal(err)
		}
		list, err := form.Signatures(file)
		if err != nil {
			t.Fatal(err)
		}
		for i, sig := range list {
			s.opensslOne(t, fmt.Sprintf("%s-%d", f.name, i), f.data, sig)
		}
	}
}

func (s *studio) opensslOne(t *testing.T, name string, data []byte, sig form.Signature) {
	if why := s.opensslVerify(data, sig); why != "" {
		t.Errorf("openssl cms %s: %s", name, why)
	}
	parsed, err := cms.Parse(sig.Contents)
	if err != nil {
		t.Fatal(err)
	}
	for _, attribute := range cms.Find(parsed.Signers[0].Unsigned, cms.OIDSignatureTimeStamp()) {
		s.opensslToken(t, name, attribute.Values[0])
	}
}

func (s *studio) opensslToken(t *testing.T, name string, raw []byte) {
	token, err := tsp.ParseToken(raw)
	if err != nil {
		t.Fatal(err)
	}
	tokenFile := write(t, s.dir, name+".tst", raw)
	code, out := run(t, "openssl", "ts", "-verify", "-token_in", "-in", tokenFile, "-digest", hex.EncodeToString(token.Imprint), "-CAfile", s.root)
	if code != 0 || !strings.Contains(out, "Verification: OK") {
		t.Errorf("openssl ts %s: %s", name, out)
	}
}
