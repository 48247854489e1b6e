//go:build interop

package main

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/consigil/consigil/internal/clock"
	"github.com/consigil/consigil/test/testpki"
)

// TestScriptsWithTools runs testdata/interop/*.txt, which call openssl.
func TestScriptsWithTools(t *testing.T) {
	now := clock.System{}.Now()
	ca := testpki.New(t, now, true)
	leaf, other := ca.Leaf("Alice Example", "p-256"), ca.Leaf("Mallory", "rsa-2048")
	testscript.Run(t, testscript.Params{
		Dir:   "testdata/interop",
		Cmds:  map[string]func(*testscript.TestScript, bool, []string){"exits": exits, "oneline": oneLine, "begins": begins, "ranges": ranges},
		Setup: func(env *testscript.Env) error { return prepare(env.WorkDir, ca, leaf, other) },
	})
}

// ranges writes what a state is to have signed: the file and its increment, but for
// the room of the signature.
func ranges(ts *testscript.TestScript, _ bool, args []string) {
	var s state
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[0])), &s))
	whole := append([]byte(ts.ReadFile(s.File)), s.Prepared.Increment...)
	r := s.Prepared.ByteRange
	content := append(append([]byte{}, whole[:r[1]]...), whole[r[2]:]...)
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), content, 0o600))
}
