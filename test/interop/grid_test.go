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

	"github.com/consigil/consigil/fetch"
	"github.com/consigil/consigil/internal/clock"
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
	before           int // signatures that were there
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

// TestGrid signs every algorithm at every level in two shapes, and five of them in
// every shape, and has the judges look at each file.
func TestGrid(t *testing.T) {
	s := newStudio(t)
	cells := s.grid()
	if len(cells) < 300 {
		t.Errorf("%d cells", len(cells))
	}
	var files []string
	for _, c := range cells {
		files = append(files, c.path)
	}
	verdicts := gridVerdicts{dss: askDSS(t, s.root, files), hanko: askPyHanko(t, s.root, files), qpdf: map[string]bool{}}
	for _, c := range cells {
		code, out := run(t, "qpdf", "--check", c.path)
		verdicts.qpdf[c.path] = code == 0
		if code != 0 {
			t.Errorf("%s: qpdf: %s", c.name(), out)
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

func (s *studio) grid() []cell {
	shapes := s.shapes()
	leaves := map[string]*testpki.Leaf{}
	var cells []cell
	for _, a := range gridAlgorithms() {
		if leaves[a.kind] == nil {
			leaves[a.kind] = s.ca.Leaf("Signer "+a.kind, a.kind, s.ca.WithOCSP)
		}
		for _, shape := range slices.Sorted(maps.Keys(shapes)) {
			if !a.every && shape != "plain" && shape != "xref-stream" {
				continue
			}
			for _, level := range gridLevels {
				c := cell{algorithm: a.kind + " " + a.algorithm.String(), shape: shape, level: level}
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

func (s *studio) cell(c cell, leaf *testpki.Leaf, algorithm signer.Algorithm, in []byte) string {
	s.t.Helper()
	client, err := fetch.New(fetch.Config{Trusted: true, Now: clock.System{}.Now})
	if err != nil {
		s.t.Fatal(err)
	}
	now := clock.System{}.Now()
	opt := pades.Options{
		Certificate: leaf.Cert, Chain: s.ca.Chain(), Algorithm: algorithm, Time: now, Level: c.level, Reason: "Agreed",
		Collector: &pki.Collector{Fetcher: client, Anchors: []*x509.Certificate{s.ca.Root}, Now: now},
	}
	var out bytes.Buffer
	result, err := pades.Sign(s.t.Context(), bytes.NewReader(in), int64(len(in)), leaf.Signer, s.tsa, opt, &out)
	if err != nil {
		s.t.Fatalf("%s: %v", c.name(), err)
	}
	if result.Level != c.level || !bytes.HasPrefix(out.Bytes(), in) {
		s.t.Errorf("%s: reached %s", c.name(), result.Level)
	}
	name := strings.NewReplacer(" ", "-", "/", "-").Replace(strings.ToLower(c.name()))
	return write(s.t, s.dir, name+".pdf", out.Bytes())
}

// gridVerdicts are the judges' answers by file.
type gridVerdicts struct {
	dss   map[string]dssFile
	hanko map[string]hankoFile
	qpdf  map[string]bool
}

// dssMinds says what DSS has against a file.
func (v gridVerdicts) dssMinds(c cell) string {
	answer := v.dss[c.path]
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
	fmt.Fprintf(&b, "# Grid\n\n%d files: algorithm x level x input shape, signed by the library and judged by EU DSS 6.4 (level claimed, intact, nothing modified), pyHanko 0.38 and qpdf. Made by `CONSIGIL_PROOF=../../docs/proof/grid.md go test -tags interop ./test/interop -run TestGrid`.\n\n", len(cells))
	b.WriteString("| Algorithm | Level | Shape | DSS | pyHanko | qpdf |\n|---|---|---|---|---|---|\n")
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
		check := map[bool]string{true: "passed", false: "minds"}[v.qpdf[c.path]]
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s |\n", c.algorithm, c.level, c.shape, word(v.dssMinds(c), c.policy(), "intact (EdDSA is not in its policy)"), word(v.hankoMinds(c), c.beyondHanko(), "does not judge it"), check)
	}
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
}
