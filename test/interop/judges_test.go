//go:build interop

package interop

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// dssFile is the line that test/judges/dss prints.
type dssFile struct {
	File       string         `json:"file"`
	Error      string         `json:"error"`
	Signatures []dssSignature `json:"signatures"`
}

type dssSignature struct {
	Field         string   `json:"field"`
	Indication    string   `json:"indication"`
	SubIndication string   `json:"sub_indication"`
	Format        string   `json:"format"`
	Intact        bool     `json:"intact"`
	Modified      bool     `json:"modified"`        // beyond filling in and signing
	Different     bool     `json:"looks_different"` // a page looks other than when it was signed
	Timestamps    int      `json:"timestamps"`
	Errors        []string `json:"errors"`
	Warnings      []string `json:"warnings"`
}

// hankoFile is the line that test/judges/pyhanko prints.
type hankoFile struct {
	File       string           `json:"file"`
	Error      string           `json:"error"`
	Signatures []hankoSignature `json:"signatures"`
}

type hankoSignature struct {
	Field        string `json:"field"`
	Error        string `json:"error"`
	Valid        bool   `json:"valid"`
	AdES         string `json:"ades"`
	Trusted      bool   `json:"trusted"`
	Coverage     string `json:"coverage"`
	Modification string `json:"modification"`
	Timestamp    bool   `json:"timestamp"`
}

// veraFile is the line that test/judges/vera prints.
type veraFile struct {
	File      string   `json:"file"`
	Error     string   `json:"error"`
	Compliant bool     `json:"compliant"`
	Failed    []string `json:"failed"`
}

// askVera asks whether files keep to profiles; a line is a profile, a tab and a
// file.
func askVera(t *testing.T, lines []string) map[string]veraFile {
	return askWith(t, "vera.sh", nil, lines, func(f veraFile) string { return f.File })
}

// askAll runs a judge over all files in one process and gives its lines by
// file.
func askAll[T any](t *testing.T, script, root string, files []string, name func(T) string) map[string]T {
	t.Helper()
	return askWith(t, script, []string{"--trust", root}, files, name)
}

func askWith[T any](t *testing.T, script string, args, files []string, name func(T) string) map[string]T {
	t.Helper()
	cmd := exec.Command(filepath.Join("..", "judges", script), args...)
	cmd.Stdin = strings.NewReader(strings.Join(files, "\n") + "\n")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", script, err, stderr.String())
	}
	answers := map[string]T{}
	lines := bufio.NewScanner(bytes.NewReader(out))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var answer T
		if err := json.Unmarshal(lines.Bytes(), &answer); err != nil {
			t.Fatalf("%s: %v: %s", script, err, lines.Text())
		}
		answers[name(answer)] = answer
	}
	if len(answers) != len(files) {
		t.Errorf("%s judged %d of %d files", script, len(answers), len(files))
	}
	return answers
}

func askDSS(t *testing.T, root string, files []string) map[string]dssFile {
	return askAll(t, "dss.sh", root, files, func(f dssFile) string { return f.File })
}

func askPyHanko(t *testing.T, root string, files []string) map[string]hankoFile {
	return askAll(t, "pyhanko.sh", root, files, func(f hankoFile) string { return f.File })
}

// run gives the exit code and all output of a tool.
func run(t *testing.T, name string, args ...string) (int, string) {
	t.Helper()
	cmd := exec.Command(name, args...)
	out, err := cmd.CombinedOutput()
	if cmd.ProcessState == nil {
		t.Fatalf("%s: %v", name, err)
	}
	return cmd.ProcessState.ExitCode(), string(out)
}

func write(t *testing.T, dir, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
