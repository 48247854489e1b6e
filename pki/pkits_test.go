package pki_test

import (
	"crypto/x509"
	"encoding/asn1"
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/consigil/consigil/pki"
)

// corpora is the folder of test data, or "" where it is left out on purpose.
func corpora(t testing.TB) string {
	t.Helper()
	folder := os.Getenv("CONSIGIL_CORPORA")
	switch folder {
	case "none":
		t.Log("NOT RUN: CONSIGIL_CORPORA is none")
		return ""
	case "":
		folder = filepath.Join("..", "..", "shared", "corpora")
	}
	if !filepath.IsAbs(folder) && os.Getenv("CONSIGIL_CORPORA") != "" {
		folder = filepath.Join("..", folder)
	}
	if _, err := os.Stat(folder); err != nil {
		t.Fatal(err)
	}
	return folder
}

type scenario struct {
	ID         string   `json:"id"`
	Name       string   `json:"name"`
	Cert       string   `json:"cert"`
	Others     []string `json:"other_certs"`
	Lists      []string `json:"crls"`
	PathLen    int      `json:"path_len"`
	Revocation *bool    `json:"revocation"`
	Params     struct {
		Explicit bool     `json:"initial_explicit_policy"`
		NoMap    bool     `json:"initial_policy_mapping_inhibit"`
		NoAny    bool     `json:"initial_any_policy_inhibit"`
		Policies []string `json:"user_initial_policy_set"`
	} `json:"params"`
	Error *struct {
		Class string `json:"class"`
	} `json:"error"`
}

// notApplied are the scenarios of NIST PKITS that this package does not
// decide as they want, and why.
func notApplied() map[string]string {
	const dsa = "DSA is not supported"
	return map[string]string{"40104": dsa, "40105": dsa}
}

func TestPKITS(t *testing.T) {
	t.Parallel()
	folder := corpora(t)
	if folder == "" {
		return
	}
	folder = filepath.Join(folder, "pki", "nist_pkits")
	raw, err := os.ReadFile(filepath.Join(folder, "pkits.json"))
	if err != nil {
		t.Fatal(err)
	}
	var scenarios []scenario
	if err := json.Unmarshal(raw, &scenarios); err != nil {
		t.Fatal(err)
	}
	good, left := 0, 0
	for _, s := range scenarios {
		got := s.judge(t, folder)
		want := "ok"
		if s.Error != nil {
			want = "refused"
			if s.Error.Class == "RevokedError" {
				want = "revoked"
			}
		}
		if reason, skip := notApplied()[s.ID]; skip {
			left++
			if got == want {
				t.Errorf("%s %s holds now, though listed: %s", s.ID, s.Name, reason)
			}
			continue
		}
		if !strings.HasPrefix(got, want) {
			t.Errorf("%s %s: got %q, want %q", s.ID, s.Name, got, want)
			continue
		}
		good++
	}
	t.Logf("PKITS: %d of %d as wanted, %d not applied", good, len(scenarios), left)
}

// judge is "ok", "revoked: why" or "refused: why".
func (s *scenario) judge(t *testing.T, folder string) string {
	t.Helper()
	read := func(kind, name string) []byte {
		out, err := os.ReadFile(filepath.Join(folder, kind, name))
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	anchor, err := pki.ParseCertificate(read("certs", "TrustAnchorRootCertificate.crt"))
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := pki.ParseCertificate(read("certs", s.Cert))
	if err != nil {
		return "refused: " + err.Error()
	}
	e := &pki.Evidence{Anchors: []*x509.Certificate{anchor}, At: time.Date(2022, 5, 1, 0, 0, 0, 0, time.UTC)}
	for _, name := range s.Others {
		cert, err := pki.ParseCertificate(read("certs", name))
		if err != nil {
			t.Logf("%s: %s: %v", s.ID, name, err)
			continue
		}
		e.Pool = append(e.Pool, cert)
	}
	for _, name := range append([]string{"TrustAnchorRootCRL.crl"}, s.Lists...) {
		if list, err := pki.ParseCRL(read("crls", name)); err == nil {
			e.CRLs = append(e.CRLs, list)
		}
	}
	return s.check(t, leaf, e)
}

func (s *scenario) check(t *testing.T, leaf *x509.Certificate, e *pki.Evidence) string {
	opt := pki.PathOptions{
		At: e.At, RequireExplicitPolicy: s.Params.Explicit, InhibitPolicyMapping: s.Params.NoMap, InhibitAnyPolicy: s.Params.NoAny,
	}
	for _, p := range s.Params.Policies {
		opt.Policies = append(opt.Policies, oid(t, p))
	}
	path, err := pki.BuildPath(leaf, e.Pool, e.Anchors, opt)
	if err != nil {
		return "refused: " + err.Error()
	}
	if s.Error == nil && len(path) != s.PathLen {
		t.Errorf("%s %s: path of %d, want %d", s.ID, s.Name, len(path), s.PathLen)
	}
	for i := len(path) - 2; i >= 0 && (s.Revocation == nil || *s.Revocation); i-- {
		status, err := e.CheckRevocation(path[i], path[i+1])
		if err != nil {
			return "refused: " + err.Error()
		}
		if status.State != pki.StateGood {
			return "revoked: " + path[i].Subject.String()
		}
	}
	return "ok"
}

func oid(t *testing.T, text string) asn1.ObjectIdentifier {
	t.Helper()
	var out asn1.ObjectIdentifier
	for part := range strings.SplitSeq(text, ".") {
		n, err := strconv.Atoi(part)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, n)
	}
	return out
}
