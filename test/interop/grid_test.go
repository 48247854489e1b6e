//go:build interop

package interop

import (
	"bytes"
	"crypto/x509"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"

	"github.com/consigil/consigil/fetch"
	"github.com/consigil/consigil/internal/clock"
	"github.com/consigil/consigil/internal/fonts"
	"github.com/consigil/consigil/pades"
	"github.com/consigil/consigil/pki"
	"github.com/consigil/consigil/signer"
	"github.com/consigil/consigil/test/testpki"
)

// cell is one file of the grid.
type cell struct {
	algorithm, shape string
	level            pades.Level
	path             string
	before           int    // signatures that were there
	password         string // to open it
	profile          string // that it has to keep to, as veraPDF calls it
}

// line is what judges are told of a cell.
func (c cell) line() string {
	if c.password == "" {
		return c.path
	}
	return c.path + "\t" + c.password
}

func (c cell) name() string { return c.algorithm + "/" + string(c.level) + "/" + c.shape }

// gridAlgorithm is a key with an algorithm for it.
type gridAlgorithm struct {
	kind      string
	algorithm signer.Algorithm
	every     bool // with every shape, not just two
}

func gridAlgorithms() []gridAlgorithm {
	return []gridAlgorithm{
		{"rsa-2048", signer.RSAPKCS1SHA256, true}, {"rsa-2048", signer.RSAPKCS1SHA384, false}, {"rsa-2048", signer.RSAPKCS1SHA512, false},
		{"rsa-2048", signer.RSAPSSSHA256, true}, {"rsa-2048", signer.RSAPSSSHA384, false}, {"rsa-2048", signer.RSAPSSSHA512, false},
		{"rsa-2048", signer.RSAPKCS1SHA3x256, false}, {"rsa-2048", signer.RSAPSSSHA3x256, false},
		{"rsa-3072", signer.RSAPKCS1SHA256, false}, {"rsa-4096", signer.RSAPKCS1SHA512, false},
		{"p-256", signer.ECDSASHA256, true}, {"p-256", signer.ECDSASHA3x256, false}, {"p-384", signer.ECDSASHA384, true},
		{"p-384", signer.ECDSASHA3x384, false}, {"p-521", signer.ECDSASHA512, false}, {"ed25519", signer.Ed25519, true},
	}
}

var gridLevels = []pades.Level{pades.LevelB, pades.LevelT, pades.LevelLT, pades.LevelLTA}

// TestGrid signs every algorithm at every level in two shapes, five of them in
// every plain shape and two of those in the encrypted and the profiled ones, and
// has the judges look at each file.
func TestGrid(t *testing.T) {
	s := newStudio(t)
	cells := s.grid()
	if len(cells) < 300 {
		t.Errorf("%d cells", len(cells))
	}
	verdicts := s.ask(cells)
	for _, c := range cells {
		if why := verdicts.qpdf[c.path]; why != "" {
			t.Errorf("%s: qpdf: %s", c.name(), why)
		}
		for _, tool := range gridTools() {
			if why := verdicts.tools[tool.name][c.path]; why != "" {
				t.Errorf("%s: %s: %s", c.name(), tool.name, why)
			}
		}
		if why := verdicts.veraMinds(c); why != "" {
			t.Errorf("%s: veraPDF: %s", c.name(), why)
		}
		if why := verdicts.dssMinds(c); why != "" {
			t.Errorf("%s: DSS: %s", c.name(), why)
		}
		if why := verdicts.hankoMinds(c); why != "" {
			t.Errorf("%s: pyHanko: %s", c.name(), why)
		}
	}
	t.Logf("%d cells", len(cells))
	keepTable(t, cells, verdicts)
}

func (s *studio) ask(cells []cell) gridVerdicts {
	var files, profiled []string
	for _, c := range cells {
		files = append(files, c.line())
		if c.profile != "" {
			profiled = append(profiled, c.profile+"\t"+c.path)
		}
	}
	v := gridVerdicts{dss: askDSS(s.t, s.root, files), vera: askVera(s.t, profiled), qpdf: map[string]string{}}
	v.hanko = askWith(s.t, "pyhanko.sh", []string{"--trust", s.root, "--recipient", s.recipientFile()}, files, func(f hankoFile) string { return f.File })
	v.tools = s.lookWith(gridTools(), cells)
	for _, c := range cells {
		if c.shape == publicKey {
			continue // qpdf opens no such file, and prepares no password
		}
		if code, out := run(s.t, "qpdf", "--password="+norm.NFKC.String(c.password), "--check", c.path); code != 0 {
			v.qpdf[c.path] = out
		}
	}
	return v
}

func (s *studio) grid() []cell {
	shapes := s.shapes()
	leaves := map[string]*testpki.Leaf{}
	var cells []cell
	for _, a := range gridAlgorithms() {
		if leaves[a.kind] == nil {
			leaves[a.kind] = s.ca.Leaf("Signer "+a.kind, a.kind, s.ca.WithOCSP)
		}
		for _, shape := range slices.Sorted(maps.Keys(shapes)) {
			if !a.signs(shape, shapes[shape]) {
				continue
			}
			for _, level := range gridLevels {
				c := cell{algorithm: a.kind + " " + a.algorithm.String(), shape: shape, level: level, password: shapes[shape].password, profile: shapes[shape].profile}
				if shape == "signed" || shape == "certified" {
					c.before = 1
				}
				c.path = s.cell(c, leaves[a.kind], a.algorithm, shapes[shape])
				cells = append(cells, c)
			}
		}
	}
	return cells
}

// signs reports whether the grid has a shape for an algorithm.
func (a gridAlgorithm) signs(name string, s shape) bool {
	if s.few {
		return a.algorithm == signer.RSAPKCS1SHA256 && a.kind == "rsa-2048" || a.algorithm == signer.ECDSASHA256
	}
	return a.every || name == "plain" || name == "xref-stream"
}

func (s *studio) cell(c cell, leaf *testpki.Leaf, algorithm signer.Algorithm, in shape) string {
	s.t.Helper()
	client, err := fetch.New(fetch.Config{Trusted: true, Now: clock.System{}.Now})
	if err != nil {
		s.t.Fatal(err)
	}
	now := clock.System{}.Now()
	opt := pades.Options{
		Certificate: leaf.Cert, Chain: s.ca.Chain(), Algorithm: algorithm, Time: now, Level: c.level, Reason: "Agreed",
		Collector: &pki.Collector{Fetcher: client, Anchors: []*x509.Certificate{s.ca.Root}, Now: now},
		Password:  in.password,
	}
	if in.visible {
		opt.Visible = appearance(fonts.Set())
	}
	if c.shape == publicKey {
		opt.Recipient = s.recipient()
	}
	var out bytes.Buffer
	result, err := pades.Sign(s.t.Context(), bytes.NewReader(in.data), int64(len(in.data)), leaf.Signer, s.tsa, opt, &out)
	if err != nil {
		s.t.Fatalf("%s: %v", c.name(), err)
	}
	if result.Level != c.level || !bytes.HasPrefix(out.Bytes(), in.data) {
		s.t.Errorf("%s: reached %s", c.name(), result.Level)
	}
	name := strings.NewReplacer(" ", "-", "/", "-").Replace(strings.ToLower(c.name()))
	return write(s.t, s.dir, name+".pdf", out.Bytes())
}

// gridVerdicts are the judges' answers by file.
type gridVerdicts struct {
	dss   map[string]dssFile
	hanko map[string]hankoFile
	vera  map[string]veraFile
	qpdf  map[string]string            // what it has against a file
	tools map[string]map[string]string // the same of others
}

// veraMinds says where a file leaves its profile.
func (v gridVerdicts) veraMinds(c cell) string {
	answer := v.vera[c.path]
	if c.profile == "" || answer.Compliant {
		return ""
	}
	return fmt.Sprint(answer.Error, answer.Failed)
}

// dssMinds says what DSS has against a file.
func (v gridVerdicts) dssMinds(c cell) string {
	answer := v.dss[c.path]
	if c.shape == publicKey {
		return "" // DSS has no way to be given a key
	}
	if answer.Error != "" || len(answer.Signatures) != c.before+1 {
		return fmt.Sprintf("%d signatures, %s", len(answer.Signatures), answer.Error)
	}
	for _, got := range answer.Signatures {
		passed := got.Indication == "TOTAL_PASSED" || c.policy() && got.SubIndication == "CRYPTO_CONSTRAINTS_FAILURE_NO_POE"
		if !passed || !got.Intact || got.Modified || got.Different {
			return fmt.Sprintf("%+v", got)
		}
	}
	last := answer.Signatures[len(answer.Signatures)-1]
	if want := "PAdES-BASELINE-" + strings.TrimPrefix(string(c.level), "B-"); last.Format != want {
		return "format " + last.Format
	}
	return ""
}

// policy reports an algorithm that the policy of DSS 6.4 does not list, so that
// its verdict stops at "intact": EdDSA.
func (c cell) policy() bool { return strings.Contains(c.algorithm, "Ed25519") }

// beyondHanko reports what pyHanko 0.38 does not judge: hybrid files, which it
// refuses to look at, and PKCS#1 v1.5 with SHA-3, whose identifier it cannot
// verify.
func (c cell) beyondHanko() bool {
	return c.shape == "hybrid" || strings.Contains(c.algorithm, "PKCS1-SHA3")
}

// hankoMinds says what pyHanko has against a file.
func (v gridVerdicts) hankoMinds(c cell) string {
	answer := v.hanko[c.path]
	if c.beyondHanko() {
		return ""
	}
	if answer.Error != "" || len(answer.Signatures) != c.before+1 {
		return fmt.Sprintf("%d signatures, %s", len(answer.Signatures), answer.Error)
	}
	for _, got := range answer.Signatures {
		if !got.Valid || !got.Trusted || got.AdES != "OK" {
			return fmt.Sprintf("%+v", got)
		}
	}
	return ""
}

// keepTable writes the grid as a table where CONSIGIL_PROOF names a file.
func keepTable(t *testing.T, cells []cell, v gridVerdicts) {
	t.Helper()
	path := os.Getenv("CONSIGIL_PROOF")
	if path == "" {
		return
	}
	var b strings.Builder
	fmt.Fprintf(&b, "# Grid\n\n%d files: algorithm x level x input shape, signed by the library and judged by EU DSS 6.4 (level claimed, intact, nothing modified), pyHanko 0.38, pdfsig (poppler 22.12), mutool 1.21, OpenSSL 3.0, qpdf and, where the input keeps to PDF/A-2b or PDF/UA-1, veraPDF 1.28.2. Made by `CONSIGIL_PROOF=../../docs/proof/grid.md go test -tags interop ./test/interop -run TestGrid`.\n\n", len(cells))
	b.WriteString("| Algorithm | Level | Shape | DSS | pyHanko | pdfsig | mutool | openssl | qpdf | veraPDF |\n|---|---|---|---|---|---|---|---|---|---|\n")
	word := func(why string, beyond bool, instead string) string {
		switch {
		case why != "":
			return "minds"
		case beyond:
			return instead
		}
		return "passed"
	}
	for _, c := range cells {
		const keyless = "cannot open it"
		check := word(v.qpdf[c.path], c.shape == publicKey, keyless)
		dss := word(v.dssMinds(c), c.policy(), "intact (EdDSA is not in its policy)")
		if c.shape == publicKey {
			dss = keyless
		}
		words := []string{c.algorithm, string(c.level), c.shape, dss, word(v.hankoMinds(c), c.beyondHanko(), "does not judge it")}
		for _, tool := range gridTools() {
			words = append(words, word(v.tools[tool.name][c.path], tool.beyond(c), "cannot"))
		}
		words = append(words, check, word(v.veraMinds(c), c.profile == "", ""))
		fmt.Fprintf(&b, "| %s |\n", strings.Join(words, " | "))
	}
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
}
