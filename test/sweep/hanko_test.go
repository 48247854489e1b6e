//go:build interop

package sweep

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
)

// hankoFile is a line of test/judges/pyhanko.
type hankoFile struct {
	File       string           `json:"file"`
	Error      string           `json:"error"`
	Signatures []hankoSignature `json:"signatures"`
}

type hankoSignature struct {
	Field  string `json:"field"`
	Error  string `json:"error"`
	Valid  bool   `json:"valid"`
	Intact bool   `json:"intact"`
	DocMDP *bool  `json:"docmdp_ok"`
}

// hankoJudges lets pyHanko look, in one process, at every file that bore
// signatures before, and compares its verdicts on them.
func (s *sweeper) hankoJudges(outcomes []outcome) int {
	var paths []string
	for _, o := range outcomes {
		if o.signed() && o.earlier > 0 {
			paths = append(paths, o.path, o.out)
		}
	}
	if len(paths) == 0 {
		return 0
	}
	answers := s.askHanko(paths)
	judged := 0
	for i, o := range outcomes {
		was, ok := answers[o.path]
		if !ok || was.Error != "" {
			continue // not among them, or more than pyHanko reads
		}
		judged++
		outcomes[i].wrong = was.minds(answers[o.out])
	}
	return judged
}

func (s *sweeper) askHanko(paths []string) map[string]hankoFile {
	s.t.Helper()
	root := filepath.Join(s.dir, "root.pem")
	cmd := exec.Command(filepath.Join("..", "judges", "pyhanko.sh"), "--trust", root)
	cmd.Stdin = strings.NewReader(strings.Join(paths, "\n") + "\n")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		s.t.Fatalf("pyhanko.sh: %v\n%s", err, stderr.String())
	}
	answers := map[string]hankoFile{}
	lines := bufio.NewScanner(bytes.NewReader(out))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var f hankoFile
		if err := json.Unmarshal(lines.Bytes(), &f); err != nil {
			s.t.Fatalf("pyhanko.sh: %v: %s", err, lines.Text())
		}
		answers[f.File] = f
	}
	return answers
}

// minds says which earlier signature pyHanko judges otherwise.
func (f hankoFile) minds(after hankoFile) string {
	if after.Error != "" {
		return "pyHanko does not read it any more: " + after.Error
	}
	if len(after.Signatures) < len(f.Signatures) {
		return "pyHanko finds fewer signatures"
	}
	for i, was := range f.Signatures {
		is := after.Signatures[i]
		worse := was.Valid && !is.Valid || was.Intact && !is.Intact || was.Error == "" && is.Error != "" ||
			was.allowed() && !is.allowed()
		if was.Field != is.Field || worse {
			return fmt.Sprintf("pyHanko judges the earlier signature %q otherwise: %s", was.Field, is.Error)
		}
	}
	return ""
}

// allowed reports that nothing was changed that the signature forbids.
func (s hankoSignature) allowed() bool { return s.DocMDP == nil || *s.DocMDP }
