//go:build interop

package sweep

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

// report counts what became of the files.
type report struct {
	all, opened, signed      int
	right, otherwise, wrong  []outcome // of all files
	signedOpen, refusedRight int       // of those that a tool opens
	slowest, largest         outcome
	earlier, hanko           int // files that bore signatures; those of them that pyHanko judged
}

func newReport(outcomes []outcome) *report {
	r := &report{all: len(outcomes)}
	for _, o := range outcomes {
		r.add(o)
	}
	return r
}

func (r *report) add(o outcome) {
	opened := o.opens != ""
	if o.earlier > 0 {
		r.earlier++
	}
	if opened {
		r.opened++
	}
	switch {
	case o.wrong != "":
		r.wrong = append(r.wrong, o)
	case o.signed():
		r.signed++
		if opened {
			r.signedOpen++
		}
	case rightly(o):
		r.right = append(r.right, o)
		if opened {
			r.refusedRight++
		}
	default:
		r.otherwise = append(r.otherwise, o)
	}
	if o.answer.Spent > r.slowest.answer.Spent {
		r.slowest = o
	}
	if o.answer.Peak > r.largest.answer.Peak {
		r.largest = o
	}
}

// rightly tells refusals for the reasons that are right: permissions, locks, and
// files of which no tool shows a page, such as for want of a password.
func rightly(o outcome) bool {
	switch o.answer.Class {
	case classForbidden:
		return true
	}
	return o.opens == ""
}

func (r *report) percent() float64 {
	if r.opened == 0 {
		return 0
	}
	return 100 * float64(r.signedOpen+r.refusedRight) / float64(r.opened)
}

func (r *report) summary() string {
	return fmt.Sprintf("%d files, %d opened by qpdf or PDFium: %d signed right, %d refused rightly (%.2f %%); in all %d signed right, %d refused rightly, %d refused otherwise, %d wrong; slowest %s (%s), largest %d MB (%s)",
		r.all, r.opened, r.signedOpen, r.refusedRight, r.percent(), r.signed, len(r.right), len(r.otherwise), len(r.wrong),
		r.slowest.answer.Spent.Round(time.Millisecond), r.slowest.name, r.largest.answer.Peak>>20, r.largest.name)
}

// keep writes the report where CONSIGIL_PROOF names a file.
func (r *report) keep(t *testing.T) {
	t.Helper()
	path := os.Getenv("CONSIGIL_PROOF")
	if path == "" {
		return
	}
	if err := os.WriteFile(path, []byte(r.markdown()), 0o600); err != nil {
		t.Fatal(err)
	}
}

const preface = `# Sweep

Every PDF of the test material (pdf.js, qpdf, PDFium, pyHanko) signed by the library: B-B, P-256, invisible, with the password that the file's own project gives. Signed right means: the output begins with the input; it reads without repair; the new signature is intact and covers the file; every object but the catalog, the form, and the first page's annotations is what it was; earlier signatures get the verdict that they had, from us and from pyHanko; "qpdf --check" has no new complaint and lists the same pages, fields, outline, labels and attachments; PDFium sees the same number of pages, the same text and the same pictures. Made by ` + "`CONSIGIL_PROOF=../../docs/proof/sweep.md go test -tags interop ./test/sweep`" + `.

`

func (r *report) markdown() string {
	var b strings.Builder
	b.WriteString(preface)
	b.WriteString("| | Files | Of those that qpdf or PDFium opens |\n|---|---|---|\n")
	row := func(what string, all, open int) { fmt.Fprintf(&b, "| %s | %d | %d |\n", what, all, open) }
	row("in all", r.all, r.opened)
	row("signed right", r.signed, r.signedOpen)
	row("refused rightly", len(r.right), r.refusedRight)
	row("refused otherwise", len(r.otherwise), openOnes(r.otherwise))
	row("wrong", len(r.wrong), openOnes(r.wrong))
	fmt.Fprintf(&b, "\n**%.2f %%** of the files that qpdf or PDFium opens are signed right or refused rightly; the goal is %.1f %%. Most processor time: %s (%s). Most memory of the signing process: %d MB (%s).\n",
		r.percent(), goal, r.slowest.answer.Spent.Round(time.Millisecond), r.slowest.name, r.largest.answer.Peak>>20, r.largest.name)
	fmt.Fprintf(&b, "\n%d signed files bore signatures before; we judge all of them as before, and so does pyHanko the %d that it can read.\n", r.earlier, r.hanko)
	table(&b, "Wrong", r.wrong, func(o outcome) string { return o.wrong })
	reason := func(o outcome) string { return o.answer.Refusal }
	table(&b, "Refused otherwise", r.otherwise, reason)
	table(&b, "Refused rightly", r.right, reason)
	return b.String()
}

func openOnes(list []outcome) int {
	return len(slices.DeleteFunc(slices.Clone(list), func(o outcome) bool { return o.opens == "" }))
}

func table(b *strings.Builder, title string, list []outcome, reason func(outcome) string) {
	fmt.Fprintf(b, "\n## %s\n\n", title)
	if len(list) == 0 {
		b.WriteString("None.\n")
		return
	}
	b.WriteString("| File | Opened by | Reason |\n|---|---|---|\n")
	for _, o := range list {
		opened := o.opens
		if opened == "" {
			opened = "none"
		}
		fmt.Fprintf(b, "| %s | %s | %s |\n", o.name, opened, strings.ReplaceAll(reason(o), "|", `\|`))
	}
}
