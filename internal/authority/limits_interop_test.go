//go:build interop

package authority_test

import (
	"context"
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/consigil/consigil/internal/authority"
	"github.com/consigil/consigil/internal/authority/authoritytest"
	"github.com/consigil/consigil/internal/clock"
)

// TestOpenSSLJudgesALimitedAuthority has openssl check a CA with name constraints and short-lived leaves over the real
// addresses: the path with both lists, the list itself, OCSP answers of both CAs, and that a certificate outside the
// constraints fails.
func TestOpenSSLJudgesALimitedAuthority(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	h := &house{store: authoritytest.NewMemory(), clock: clock.NewManual(time.Now())}
	h.serve(t)
	open := func(p authority.Permitted) *authority.Authority {
		a, err := authority.Open(ctx, h.store, authoritytest.Keyring{}, h.clock, authority.Config{
			PublicURL: func() string { return h.url }, Permitted: p, SealLife: 24 * time.Hour,
		})
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	h.Authority = open(authority.Permitted{})
	stray, err := h.IssueSeal(ctx, "org", "Other Ltd", publicKey(t)) // before there were limits
	if err != nil {
		t.Fatal(err)
	}
	h.Authority = open(authority.Permitted{Organizations: []string{"Példa Kft."}, Domains: []string{"example.org"}, Mail: []string{"example.org"}})
	seal, err := h.IssueSeal(ctx, "org", "Példa Kft.", publicKey(t))
	if err != nil {
		t.Fatal(err)
	}
	lists, err := h.CRLs(ctx)
	if err != nil {
		t.Fatal(err)
	}
	save := func(name, kind string, raws ...[]byte) string {
		var out []byte
		for _, raw := range raws {
			out = append(out, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: raw})...)
		}
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, out, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	root, issuing := save("root.pem", "CERTIFICATE", h.Root().Raw), save("issuing.pem", "CERTIFICATE", seal[1].Raw)
	good, bad := save("seal.pem", "CERTIFICATE", seal[0].Raw), save("stray.pem", "CERTIFICATE", stray[0].Raw)
	crls := save("lists.pem", "X509 CRL", lists...)
	ask := func(want string, args ...string) {
		t.Helper()
		out, err := exec.CommandContext(ctx, "openssl", args...).CombinedOutput()
		if !strings.Contains(string(out), want) {
			t.Errorf("openssl %s: %v\n%s", strings.Join(args, " "), err, out)
		}
	}
	verify := []string{"verify", "-x509_strict", "-crl_check_all", "-CAfile", root, "-untrusted", issuing, "-CRLfile", crls}
	ask(good+": OK", append(verify, good)...)
	ask("permitted subtree violation", append(verify, bad)...)
	ask("verify OK", "crl", "-in", save("issuing.crl", "X509 CRL", lists[0]), "-noout", "-CAfile", issuing, "-verify")
	ask(good+": good", "ocsp", "-issuer", issuing, "-cert", good, "-url", seal[0].OCSPServer[0], "-CAfile", root)
	ask(issuing+": good", "ocsp", "-issuer", root, "-cert", issuing, "-url", seal[1].OCSPServer[0], "-CAfile", root)
	if err := h.Revoke(ctx, seal[0], 4); err != nil {
		t.Fatal(err)
	}
	ask(good+": revoked", "ocsp", "-issuer", issuing, "-cert", good, "-url", seal[0].OCSPServer[0], "-CAfile", root)
	ask("Permitted", "x509", "-in", issuing, "-noout", "-ext", "nameConstraints")
}
