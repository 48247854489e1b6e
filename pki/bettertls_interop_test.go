//go:build interop

package pki_test

import (
	"crypto/x509"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/consigil/consigil/pki"
)

// The suite is pinned by its version and checked by its sum.
const (
	betterTLSModule = "github.com/Netflix/bettertls@v0.0.0-20250909192348-e1e99e353074"
	betterTLSSum    = "h1:6edB5YkmH3zL98Z+6azXv8pI81UlKpr3ORpeEHopXLs="
)

type betterTLS struct {
	Root   []byte `json:"trustRoot"`
	Suites map[string]struct {
		Cases []betterTLSCase `json:"testCases"`
	} `json:"suites"`
}

type betterTLSCase struct {
	ID           int      `json:"id"`
	Certificates [][]byte `json:"certificates"`
	Hostname     string   `json:"hostname"`
	Expected     string   `json:"expected"`
}

// TestBetterTLS runs the suites for path building and name constraints. Host
// names are compared by crypto/x509: this package knows none.
func TestBetterTLS(t *testing.T) {
	data := exportBetterTLS(t)
	root, err := pki.ParseCertificate(data.Root)
	if err != nil {
		t.Fatal(err)
	}
	for name, suite := range data.Suites {
		wrong := 0
		for _, c := range suite.Cases {
			err := c.run(root)
			if (err == nil) == (c.Expected == "ACCEPT") {
				continue
			}
			if wrong++; wrong <= 20 {
				t.Errorf("%s %d: wanted %s, got %v", name, c.ID, c.Expected, err)
			}
		}
		t.Logf("BetterTLS %s: %d cases, %d wrong", name, len(suite.Cases), wrong)
	}
}

func (c *betterTLSCase) run(root *x509.Certificate) error {
	var all []*x509.Certificate
	for _, raw := range c.Certificates {
		cert, err := pki.ParseCertificate(raw)
		if err != nil {
			return err
		}
		all = append(all, cert)
	}
	opt := pki.PathOptions{At: time.Now(), EKU: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
	if _, err := pki.BuildPath(all[0], all[1:], []*x509.Certificate{root}, opt); err != nil {
		return err
	}
	return all[0].VerifyHostname(c.Hostname)
}

// exportBetterTLS fetches the module and lets it write its cases, which takes
// about a minute. CONSIGIL_BETTERTLS may name a file that was written before.
func exportBetterTLS(t *testing.T) *betterTLS {
	t.Helper()
	file := os.Getenv("CONSIGIL_BETTERTLS")
	if file == "" {
		file = filepath.Join(t.TempDir(), "cases.json")
		writeBetterTLS(t, file)
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	data := &betterTLS{}
	if err := json.Unmarshal(raw, data); err != nil {
		t.Fatal(err)
	}
	return data
}

func writeBetterTLS(t *testing.T, file string) {
	t.Helper()
	work := t.TempDir()
	fetch := exec.Command("go", "mod", "download", "-json", betterTLSModule)
	fetch.Dir = work
	fetch.Env = append(os.Environ(), "GOFLAGS=-mod=mod")
	out, err := fetch.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	var module struct{ Dir, Sum string }
	if err := json.Unmarshal(out, &module); err != nil || module.Sum != betterTLSSum {
		t.Fatalf("module %+v, %v", module, err)
	}
	if err := os.CopyFS(filepath.Join(work, "src"), os.DirFS(module.Dir)); err != nil {
		t.Fatal(err)
	}
	export := exec.Command("go", "run", "./test-suites/cmd/bettertls", "export-tests", "--out", file)
	export.Dir = filepath.Join(work, "src")
	if out, err := export.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}
