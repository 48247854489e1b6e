package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
)

func feed(t *testing.T, events ...event) (*report, *bytes.Buffer) {
	t.Helper()
	var out bytes.Buffer
	r := &report{output: map[string][]string{}, parents: map[string]bool{}, out: &out}
	for _, e := range events {
		raw, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		r.line(raw)
	}
	return r, &out
}

func TestCounts(t *testing.T) {
	cases := []struct {
		name   string
		events []event
		strict bool
		want   int
		says   string
	}{
		{"leaves are counted, parents are not", []event{
			{Action: "run", Package: "p", Test: "A"}, {Action: "run", Package: "p", Test: "A/x"},
			{Action: "pass", Package: "p", Test: "A/x"}, {Action: "pass", Package: "p", Test: "A"},
		}, true, 0, "1 passed, 0 failed"},
		{"a failure shows its output", []event{
			{Action: "output", Package: "p", Test: "B", Output: "boom\n"}, {Action: "fail", Package: "p", Test: "B"},
		}, false, 1, "boom"},
		{"a skip is a failure", []event{
			{Action: "pass", Package: "p", Test: "A"}, {Action: "skip", Package: "p", Test: "C"},
		}, false, 1, "1 passed, 1 failed"},
		{"no test at all is a failure", nil, false, 1, "0 passed"},
		{"not run is told", []event{
			{Action: "output", Package: "p", Test: "A", Output: "NOT RUN: no PostgreSQL\n"}, {Action: "pass", Package: "p", Test: "A"},
		}, false, 0, "not run: no PostgreSQL"},
		{"not run fails where all is there", []event{
			{Action: "output", Package: "p", Test: "A", Output: "NOT RUN: no PostgreSQL\n"}, {Action: "pass", Package: "p", Test: "A"},
		}, true, 1, "1 not run"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r, out := feed(t, c.events...)
			if got := r.close(c.strict); got != c.want {
				t.Errorf("exit code %d, want %d", got, c.want)
			}
			if !strings.Contains(out.String(), c.says) {
				t.Errorf("output lacks %q:\n%s", c.says, out)
			}
		})
	}
}
