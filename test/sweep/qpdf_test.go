//go:build interop

package sweep

import (
	"bytes"
	"encoding/json"
	"os/exec"
	"reflect"
	"regexp"
	"slices"
	"strings"
)

// qpdfView is what qpdf makes of a file.
type qpdfView struct {
	code       int            // of --check: 0 clean, 3 warnings, 2 errors
	complaints []string       // without file name and numbers
	opens      bool           // it lists pages
	parts      map[string]any // pages, form, outline, page labels, attachments
}

func qpdfLooks(path, password string) qpdfView {
	check := exec.Command("qpdf", "--check", "--password="+password, path)
	out, _ := check.CombinedOutput()
	v := qpdfView{code: 2, complaints: complaints(string(out), path)}
	if check.ProcessState != nil && check.ProcessState.ExitCode() >= 0 {
		v.code = check.ProcessState.ExitCode()
	}
	args := []string{"--json=2", "--no-warn", "--password=" + password, path}
	for _, key := range []string{"pages", "acroform", "outlines", "pagelabels", "attachments"} {
		args = append(args, "--json-key="+key)
	}
	var text bytes.Buffer
	list := exec.Command("qpdf", args...)
	list.Stdout = &text
	_ = list.Run()
	code := -1
	if list.ProcessState != nil {
		code = list.ProcessState.ExitCode()
	}
	if (code == 0 || code == 3) && json.Unmarshal(text.Bytes(), &v.parts) == nil {
		v.opens = true
	}
	return v
}

var (
	numbers = regexp.MustCompile(`[0-9]+`)
	place   = regexp.MustCompile(`\([^()]*(object|offset|hint)[^()]*\)`)
)

// complaints are qpdf's warnings and errors, each once.
func complaints(out, path string) []string {
	var found []string
	for line := range strings.Lines(out) {
		line = strings.ReplaceAll(strings.TrimSpace(line), path, "FILE")
		if !strings.HasPrefix(line, "WARNING: ") && !strings.HasPrefix(line, "ERROR: ") && !strings.HasPrefix(line, "FILE") && !strings.HasPrefix(line, "qpdf: ") {
			continue
		}
		if line == "qpdf: operation succeeded with warnings" {
			continue
		}
		found = append(found, numbers.ReplaceAllString(place.ReplaceAllString(line, ""), "N"))
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// rank orders qpdf's exit codes.
func (v qpdfView) rank() int {
	switch v.code {
	case 0:
		return 0
	case 3:
		return 1
	}
	return 2
}

// damaged reports a file that qpdf had to repair, or gave up on.
func (v qpdfView) damaged() bool {
	return v.rank() == 2 || slices.ContainsFunc(v.complaints, func(c string) bool { return strings.Contains(c, "file is damaged") })
}

// unnumber takes away the object numbers of pages: qpdf makes them up for pages
// that are no objects of their own, or are listed twice.
func (v qpdfView) unnumber() {
	pages, _ := v.parts["pages"].([]any)
	for _, p := range pages {
		if page, ok := p.(map[string]any); ok {
			delete(page, "object")
		}
	}
}

func (v qpdfView) pages() int {
	pages, _ := v.parts["pages"].([]any)
	return len(pages)
}

// minds says what qpdf has against the signed file that it had not against the
// original, or what it finds changed.
func (v qpdfView) minds(after qpdfView, field string) string {
	if after.rank() > v.rank() {
		return "qpdf --check is worse: " + strings.Join(after.complaints, "; ")
	}
	if v.damaged() {
		return "" // what it pieced together was not the file that we read
	}
	for _, c := range after.complaints {
		if !slices.Contains(v.complaints, c) {
			return "qpdf complains anew: " + c
		}
	}
	if !v.opens {
		return ""
	}
	if !after.opens {
		return "qpdf does not list it any more"
	}
	v.unnumber()
	after.unnumber()
	for _, key := range []string{"pages", "outlines", "pagelabels", "attachments"} {
		if !reflect.DeepEqual(v.parts[key], after.parts[key]) {
			return "qpdf sees other " + key
		}
	}
	return formMinds(v.parts["acroform"], after.parts["acroform"], field)
}

// formMinds compares two forms apart from the field that was added.
func formMinds(before, after any, field string) string {
	old, _ := before.(map[string]any)
	fresh, _ := after.(map[string]any)
	if old["needappearances"] != fresh["needappearances"] {
		return "qpdf sees another /NeedAppearances"
	}
	oldFields, _ := old["fields"].([]any)
	newFields, _ := fresh["fields"].([]any)
	others := slices.DeleteFunc(slices.Clone(newFields), func(f any) bool {
		m, _ := f.(map[string]any)
		return m["fullname"] == field && m["fieldtype"] == "/Sig"
	})
	if len(oldFields) == 0 && len(others) == 0 || reflect.DeepEqual(oldFields, others) {
		return ""
	}
	return "qpdf sees other form fields"
}
