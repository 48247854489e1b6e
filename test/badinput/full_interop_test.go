//go:build interop && linux

package badinput

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/consigil/consigil/internal/app"
	"github.com/consigil/consigil/test/testpdf"
)

// small mounts a file system of a few megabytes. Where that is not allowed, the run says so in one line.
func small(t *testing.T) (dir string, ok bool) {
	t.Helper()
	dir = t.TempDir()
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", dir).CombinedOutput(); err != nil {
		fmt.Printf("NOT RUN: full disk: a tmpfs cannot be mounted: %s\n", out)
		return "", false
	}
	t.Cleanup(func() {
		if out, err := exec.Command("umount", dir).CombinedOutput(); err != nil {
			t.Errorf("umount: %s", out)
		}
	})
	return dir, true
}

// fill takes what room there is, and gives it back when the returned function is called.
func fill(t *testing.T, dir string) (free func()) {
	t.Helper()
	name := filepath.Join(dir, "ballast")
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	for size := 1 << 20; size > 0; {
		if _, err := f.Write(make([]byte, size)); err != nil {
			size /= 2
		}
	}
	if err := f.Close(); err != nil {
		t.Log(err) // full, as it should be
	}
	return func() {
		if err := os.Remove(name); err != nil {
			t.Fatal(err)
		}
	}
}

// TestFullDisk lets the disk run full under a draft, an upload and an act. What is refused can be done when there is
// room again, and nothing that was there is lost.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	dir, ok := small(t)
	if !ok {
		return
	}
	in := start(t, func(c *app.Config) { c.Data = filepath.Join(dir, "data") })
	api := in.api(t)
	one := testpdf.Classic(1)
	e := api.sent(one, "Ann", "Bob")
	ann := in.guest(t).review(api.reveal(e, 0))
	spare := api.upload("spare.pdf", one)
	full := refusal{507, "disk_full", ""}
	free := fill(t, dir)
	before := in.state(t)
	full.is(t, api.do("POST", "/api/v1/uploads", make([]byte, 3<<20)))
	full.is(t, ann.do("POST", ann.path+"/sign", object{"reviewed": ann.reviewed}, "Idempotency-Key", "act"))
	for i := range 40 { // what room the database still has in its pages runs out, too
		if a := api.do("POST", envelopes, object{"title": fmt.Sprint("x", i), "documents": []object{{"upload": spare}}}); a.status > 299 {
			if codeOf(a) != "upload_unknown" { // an earlier one found room
				full.is(t, a)
			}
		} else {
			before = in.state(t)
		}
	}
	in.guest(t).must("GET", "/livez", nil, nil)
	if after := in.state(t); before != after {
		t.Errorf("something changed while the disk was full: before\n%s\nafter\n%s", before, after)
	}
	free()
	api.upload("again.pdf", one)
	ann.sign()
	in.guest(t).review(api.reveal(e, 1)).sign()
	if d := api.waitFor(e.ID, "delivered").Documents[0]; d.Level != "B-T" {
		t.Errorf("after the disk had room again: %+v", d)
	}
}
