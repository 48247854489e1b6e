//go:build interop

package ceremony_test

import (
	"bytes"
	"encoding/json"
	"encoding/pem"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/consigil/consigil/internal/envelope"
	"github.com/consigil/consigil/pades"
)

// judged is what both judges print of a signature, as far as it is asked for here.
type judged struct {
	File       string
	Error      string
	Signatures []struct {
		Field, Indication    string
		SubIndication        string `json:"sub_indication"`
		Modified             bool
		Valid, Trusted       bool
		AdES                 string `json:"ades"`
		Modification, Format string
		Errors, Warnings     []string
	}
}

// TestJudgesOfActs lets EU DSS and pyHanko judge what comes of acts by click: in an unsigned document filled in
// by two people and then sealed, and in one that came with a signature. Neither may see a modification.
func TestJudgesOfActs(t *testing.T) {
	var w *world
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) { w.servePKI(rw, r) }))
	defer server.Close()
	w = newWorldAt(t, server.URL)
	dir := t.TempDir()
	root := filepath.Join(dir, "root.pem")
	must(t, os.WriteFile(root, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: w.auth.Root().Raw}), 0o600))
	plain, signed := filepath.Join(dir, "plain.pdf"), filepath.Join(dir, "signed.pdf")
	must(t, os.WriteFile(plain, w.seal(w.plainJob()), 0o600))
	must(t, os.WriteFile(signed, w.seal(w.signedJob()), 0o600))
	for _, judge := range []string{"dss.sh", "pyhanko.sh"} {
		for _, f := range askJudge(t, judge, root, plain, signed) {
			if want := map[string]int{plain: 1, signed: 4}[f.File]; f.Error != "" || len(f.Signatures) != want {
				t.Errorf("%s %s: %d signatures, want %d; %s", judge, filepath.Base(f.File), len(f.Signatures), want, f.Error)
			}
			for _, s := range f.Signatures {
				passed := s.Indication == "TOTAL_PASSED" && !s.Modified && s.Format == "PAdES-BASELINE-T"
				if judge == "pyhanko.sh" { // its AdES verdict is at the time of the token; a certificate for one use has run out now
					passed = s.AdES == "OK" && (s.Modification == "FORM_FILLING" || s.Modification == "NONE")
				}
				if !passed {
					t.Errorf("%s %s: %+v", judge, filepath.Base(f.File), s)
				}
			}
		}
	}
}

func (w *world) plainJob() []byte {
	f := w.send(w.draft(twoSigners(true), contract(w.t, a4, a4)))
	w.sign(f.Recipients[0].ID)
	w.sign(f.Recipients[1].ID)
	return w.head(f, f.Documents[0].ID)
}

func (w *world) signedJob() []byte {
	in := envelope.NewEnvelope{
		Recipients: []envelope.RecipientInput{person("Tamás Ősz"), person("Witness Wu")},
		Fields: []envelope.FieldInput{
			place(1, "signature", 1, 0, 0, 0, 0), place(1, "text", 1, 0, 0, 0, 0), place(2, "signature", 1, 72, 100, 180, 50),
		},
	}
	in.Fields[0].Existing, in.Fields[1].Existing = ptr("tenant"), ptr("city")
	f := w.send(w.draft(in, w.signedContract(pades.Options{})))
	w.sign(f.Recipients[0].ID)
	w.sign(f.Recipients[1].ID)
	return w.head(f, f.Documents[0].ID)
}

// seal signs as the seal does: over all fields, invisible.
func (w *world) seal(data []byte) []byte {
	return w.signBy(data, pades.Options{FieldName: envelope.SealField, Lock: pades.LockAll})
}

func (w *world) servePKI(rw http.ResponseWriter, r *http.Request) {
	name := strings.TrimSuffix(strings.TrimSuffix(filepath.Base(r.URL.Path), ".crl"), ".cer")
	answer, err := w.auth.CertificateDER(r.Context(), name)
	switch {
	case strings.HasSuffix(r.URL.Path, ".crl"):
		answer, err = w.auth.CRL(r.Context(), name)
	case r.Method == http.MethodPost:
		request, readErr := io.ReadAll(r.Body)
		must(w.t, readErr)
		rw.Header().Set("Content-Type", "application/ocsp-response")
		answer, err = w.auth.OCSP(r.Context(), name, request)
	}
	if err != nil {
		http.NotFound(rw, r)
		return
	}
	_, _ = rw.Write(answer)
}

func askJudge(t *testing.T, script, root string, files ...string) []judged {
	t.Helper()
	cmd := exec.Command(filepath.Join("..", "..", "test", "judges", script), "--trust", root)
	cmd.Stdin = strings.NewReader(strings.Join(files, "\n") + "\n")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", script, err, stderr.String())
	}
	var all []judged
	for _, line := range bytes.Split(bytes.TrimSpace(out), []byte("\n")) {
		var j judged
		if err := json.Unmarshal(line, &j); err != nil {
			t.Fatalf("%s: %v: %s", script, err, line)
		}
		all = append(all, j)
	}
	if len(all) != len(files) {
		t.Errorf("%s judged %d of %d files", script, len(all), len(files))
	}
	return all
}
