package pki_test

import (
	"bytes"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/consigil/consigil/pki"
)

type ocspScenario struct {
	Name   string    `json:"name"`
	Root   string    `json:"root"`
	Others []string  `json:"other_certs"`
	Cert   string    `json:"cert"`
	OCSP   []string  `json:"ocsps"`
	Moment time.Time `json:"moment"`
	Error  *struct {
		Class string `json:"class"`
	} `json:"error"`
}

// TestOpenSSLOCSP runs OpenSSL's own response tests. The successful ones must
// say "good" for each certificate that has a response, the others must fail.
func TestOpenSSLOCSP(t *testing.T) {
	t.Parallel()
	folder := corpora(t)
	if folder == "" {
		return
	}
	folder = filepath.Join(folder, "pki", "openssl-ocsp")
	raw, err := os.ReadFile(filepath.Join(folder, "openssl-ocsp.json"))
	if err != nil {
		t.Fatal(err)
	}
	var scenarios []ocspScenario
	if err := json.Unmarshal(raw, &scenarios); err != nil {
		t.Fatal(err)
	}
	for _, s := range scenarios {
		good := s.run(t, folder)
		want := len(s.OCSP)
		if s.Error != nil && good == want || s.Error == nil && good != want {
			t.Errorf("%s: %d good answers of %d, error wanted: %v", s.Name, good, want, s.Error)
		}
	}
	t.Logf("OpenSSL OCSP: %d scenarios", len(scenarios))
}

// run counts the certificates of the path that a response calls good.
func (s *ocspScenario) run(t *testing.T, folder string) int {
	t.Helper()
	read := func(name string) []byte {
		out, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	cert := func(name string) *x509.Certificate {
		block, _ := pem.Decode(read(name))
		out, err := pki.ParseCertificate(block.Bytes)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	path := []*x509.Certificate{cert(s.Cert)}
	for _, name := range s.Others {
		path = append(path, cert(name))
	}
	path = append(path, cert(s.Root))
	e := &pki.Evidence{At: s.Moment, Anchors: path[len(path)-1:]}
	for _, name := range s.OCSP {
		der, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(string(read(name))), ""))
		if err != nil {
			t.Fatal(err)
		}
		if response, err := pki.ParseOCSPResponse(der); err == nil {
			e.OCSP = append(e.OCSP, response)
		}
	}
	good := 0
	for i := range len(path) - 1 {
		if status, err := e.CheckRevocation(path[i], path[i+1]); err == nil && status.State == pki.StateGood {
			good++
		}
	}
	return good
}

func TestOCSPRefusesOtherStatus(t *testing.T) {
	t.Parallel()
	for name, raw := range map[string][]byte{
		"try later": {0x30, 3, 0x0a, 1, 3}, "empty": nil, "no bytes": {0x30, 3, 0x0a, 1, 0}, "large": bytes.Repeat([]byte{0x30}, pki.MaxOCSP+1),
	} {
		if _, err := pki.ParseOCSPResponse(raw); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}
