//go:build interop

package interop

import (
	"bytes"
	"crypto/x509"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/consigil/consigil/fetch"
	"github.com/consigil/consigil/internal/authority"
	"github.com/consigil/consigil/internal/authority/authoritytest"
	"github.com/consigil/consigil/internal/clock"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/pades"
	"github.com/consigil/consigil/signer"
	"github.com/consigil/consigil/test/corpus"
	"github.com/consigil/consigil/test/testpki"
	"github.com/consigil/consigil/validate"
)

// installation is the product's own authority, with its lists on loopback.
type installation struct {
	*authority.Authority
	url  string
	root string // PEM file
	dir  string
	leaf *testpki.Leaf
	rest []*x509.Certificate
}

func install(t *testing.T) *installation {
	t.Helper()
	i := &installation{dir: t.TempDir()}
	server := httptest.NewServer(http.HandlerFunc(i.serve))
	t.Cleanup(server.Close)
	i.url = server.URL
	var err error
	i.Authority, err = authority.Open(t.Context(), authoritytest.NewMemory(), authoritytest.Keyring{}, clock.System{}, authority.Config{
		PublicURL: func() string { return server.URL }, Organization: "Példa Kft.",
	})
	if err != nil {
		t.Fatal(err)
	}
	key := testpki.Key(t, "p-256")
	chain, err := i.IssueSeal(t.Context(), id.Org("0190aaaa-0000-7000-8000-000000000001"), "Példa Kft.", key.Public())
	if err != nil {
		t.Fatal(err)
	}
	s, err := signer.FromKey(key)
	if err != nil {
		t.Fatal(err)
	}
	i.leaf, i.rest = &testpki.Leaf{Key: key, Signer: s, Cert: chain[0]}, chain[1:]
	i.root = write(t, i.dir, "root.pem", testpki.PEM(i.Root()))
	return i
}

// serve answers as the product's routes do.
func (i *installation) serve(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimSuffix(strings.TrimSuffix(filepath.Base(r.URL.Path), ".crl"), ".cer")
	answer, err := i.CertificateDER(r.Context(), name)
	switch {
	case strings.HasSuffix(r.URL.Path, ".crl"):
		answer, err = i.CRL(r.Context(), name)
	case r.Method == http.MethodPost:
		request, readErr := io.ReadAll(r.Body)
		if readErr != nil {
			return
		}
		w.Header().Set("Content-Type", "application/ocsp-response")
		answer, err = i.OCSP(r.Context(), name, request)
	}
	if err != nil {
		http.NotFound(w, r)
		return
	}
	_, _ = w.Write(answer)
}

func (i *installation) seal(t *testing.T, path string, in []byte) ([]byte, error) {
	opt := pades.Options{
		Certificate: i.leaf.Cert, Chain: i.rest, Time: clock.System{}.Now(), Level: pades.LevelT, FieldName: "consigil.seal", Lock: pades.LockAll,
	}
	var out bytes.Buffer
	_, err := pades.Sign(t.Context(), bytes.NewReader(in), int64(len(in)), i.leaf.Signer, i.TSA(), opt, &out)
	return out.Bytes(), err
}

// TestRealFiles seals real PDFs with the installation's own authority and asks
// the judges. What is wrong with such a file before it is sealed may trouble a
// judge afterwards: those are counted and named, ours must pass all.
func TestRealFiles(t *testing.T) {
	i := install(t)
	var all []specimen
	for n, path := range corpus.PDFs(t) {
		if n%8 != 0 || exec.Command("qpdf", "--check", path).Run() != nil {
			continue
		}
		in, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		out, err := i.seal(t, path, in)
		if err != nil {
			t.Logf("%s: not sealed: %v", filepath.Base(path), err)
			continue
		}
		name := fmt.Sprintf("%03d-%s", n, filepath.Base(path))
		all = append(all, specimen{path: write(t, i.dir, name, out), data: out, name: name})
	}
	i.judge(t, all)
}

func (i *installation) judge(t *testing.T, all []specimen) {
	client, err := fetch.New(fetch.Config{Local: []string{i.url}, Now: clock.System{}.Now})
	if err != nil {
		t.Fatal(err)
	}
	opt := validate.Options{Anchors: []*x509.Certificate{i.Root()}, Fetcher: client, Now: clock.System{}.Now()}
	dss, hanko := askDSS(t, i.root, paths(all)), askPyHanko(t, i.root, paths(all))
	var dssPassed, hankoPassed, pdfsigPassed int
	for _, f := range all {
		report, err := validate.File(t.Context(), bytes.NewReader(f.data), int64(len(f.data)), opt)
		if err != nil || !passedLast(report) {
			t.Errorf("ours %s: %v %+v", f.name, err, report)
		}
		if list := dss[f.path].Signatures; len(list) > 0 && list[len(list)-1].Indication == "TOTAL_PASSED" && list[len(list)-1].Format == "PAdES-BASELINE-T" {
			dssPassed++
		} else {
			t.Logf("DSS %s: %+v", f.name, dss[f.path])
		}
		if list := hanko[f.path].Signatures; len(list) > 0 && list[len(list)-1].Valid && list[len(list)-1].AdES == "OK" {
			hankoPassed++
		} else {
			t.Logf("pyHanko %s: %+v", f.name, hanko[f.path])
		}
		if _, out := run(t, "pdfsig", f.path); strings.Contains(out, "Signature is Valid.") {
			pdfsigPassed++
		} else {
			t.Logf("pdfsig %s: %s", f.name, out)
		}
	}
	t.Logf("%d real files sealed: DSS passes %d, pyHanko %d, pdfsig %d", len(all), dssPassed, hankoPassed, pdfsigPassed)
	if least := len(all) * 9 / 10; dssPassed < least || hankoPassed < least || pdfsigPassed < least {
		t.Error("a judge passes fewer than nine in ten")
	}
}

func passedLast(r *validate.Report) bool {
	if r == nil || len(r.Signatures) == 0 {
		return false
	}
	return r.Signatures[len(r.Signatures)-1].Indication == validate.TotalPassed
}
