// Command testreport reads `go test -json` on standard input, shows the output of what failed and a line for each
// package, and closes with counts. A skipped test, or a run without tests, is a failure: what cannot run has to
// say so with a line "NOT RUN: reason", which is counted and repeated at the end, and which is a failure with
// -strict, as where every service is there.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
)

// event is one line of `go test -json`.
type event struct {
	Action  string
	Package string
	Test    string
	Elapsed float64
	Output  string
}

type report struct {
	passed, failed, skipped int
	notRun                  []string
	output                  map[string][]string // by package and test, until it passes
	parents                 map[string]bool     // tests with subtests: their leaves are counted
	out                     io.Writer
}

func main() {
	strict := flag.Bool("strict", false, "fail when something could not run")
	flag.Parse()
	r := &report{output: map[string][]string{}, parents: map[string]bool{}, out: os.Stdout}
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 16<<20)
	for in.Scan() {
		r.line(in.Bytes())
	}
	if err := in.Err(); err != nil {
		fmt.Fprintln(os.Stderr, "testreport:", err)
		os.Exit(2)
	}
	os.Exit(r.close(*strict))
}

func (r *report) line(raw []byte) {
	var e event
	if json.Unmarshal(raw, &e) != nil {
		fmt.Fprintln(r.out, string(raw)) // a build error, in plain text
		return
	}
	key := e.Package + " " + e.Test
	switch e.Action {
	case "output", "build-output":
		r.keep(key, e)
	case "run":
		if i := strings.LastIndexByte(e.Test, '/'); i > 0 {
			r.parents[e.Package+" "+e.Test[:i]] = true
		}
	case "pass", "fail", "skip":
		r.end(key, e)
	}
}

func (r *report) keep(key string, e event) {
	if _, reason, ok := strings.Cut(e.Output, "NOT RUN: "); ok {
		r.notRun = append(r.notRun, strings.TrimSpace(reason))
	}
	if e.Action == "build-output" {
		fmt.Fprint(r.out, e.Output)
		return
	}
	r.output[key] = append(r.output[key], e.Output)
}

func (r *report) end(key string, e event) {
	lines := r.output[key]
	delete(r.output, key)
	if e.Test == "" {
		if e.Action == "fail" {
			fmt.Fprint(r.out, strings.Join(lines, ""))
			r.failed++
		}
		if e.Action != "skip" { // a package without tests
			fmt.Fprintf(r.out, "%-4s %6.1f s  %s\n", e.Action, e.Elapsed, e.Package)
		}
		return
	}
	if e.Action == "fail" {
		fmt.Fprint(r.out, strings.Join(lines, ""))
	}
	if r.parents[key] {
		return
	}
	switch e.Action {
	case "pass":
		r.passed++
	case "fail":
		r.failed++
	case "skip":
		r.skipped++
		fmt.Fprintf(r.out, "skipped, which counts as failed: %s\n", key)
	}
}

// close prints the counts and returns the exit code.
func (r *report) close(strict bool) int {
	for _, reason := range r.notRun {
		fmt.Fprintln(r.out, "not run:", reason)
	}
	if n := len(r.notRun); n > 0 {
		fmt.Fprintf(r.out, "%d not run\n", n)
	}
	r.failed += r.skipped
	fmt.Fprintf(r.out, "%d passed, %d failed\n", r.passed, r.failed)
	if r.failed > 0 || r.passed == 0 || strict && len(r.notRun) > 0 {
		return 1
	}
	return 0
}
