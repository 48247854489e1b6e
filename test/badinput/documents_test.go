package badinput

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/consigil/consigil/test/testpdf"
)

func TestFiles(t *testing.T) {
	t.Parallel()
	in := start(t)
	api := in.api(t)
	draft := api.draft(testpdf.Classic(1), "Ann")
	add := "/api/v1/envelopes/" + draft.ID + "/documents"
	for name, bad := range badFiles(t) {
		t.Run(name, func(t *testing.T) {
			api := in.api(t)
			upload := api.upload(canary+".pdf", bad.data)
			body := object{"title": canary, "documents": []object{{"upload": upload}}}
			api.refused(bad.refusal, "POST", "/api/v1/envelopes", body)
			at := bad.refusal
			at.pointer = "/upload"
			api.refused(at, "POST", add, object{"upload": upload})
			api.refused(at, "PUT", add+"/"+draft.Documents[0].ID, object{"upload": upload})
			// The upload is still its owner's.
			api.must("DELETE", "/api/v1/uploads/"+upload, nil, nil)
		})
	}
	t.Run("a good one after all that", func(t *testing.T) { in.api(t).sent(testpdf.Classic(1), "Ann") })
}

func TestBombs(t *testing.T) {
	in := start(t)
	api := in.api(t)
	api.draft(testpdf.Classic(1), "Ann") // a child is ready
	for name, data := range bombs(t) {
		t.Run(name, func(t *testing.T) {
			if len(data) > 3<<10 {
				t.Errorf("%d bytes are no small bomb", len(data))
			}
			api := in.api(t)
			upload := api.upload("x.pdf", data)
			before := childTime(t)
			a := api.do("POST", "/api/v1/envelopes", object{"title": "x", "documents": []object{{"upload": upload}}})
			used, memory := childTime(t)-before, childMemory(t)
			t.Logf("%d bytes: %v of processor, children of at most %d MB: %d %s", len(data), used, memory>>10, a.status, a.body)
			if used > 300*time.Millisecond || memory>>10 > 64 {
				t.Errorf("%v of processor, %d MB", used, memory>>10)
			}
			if a.status != http.StatusBadRequest && a.status != http.StatusRequestEntityTooLarge {
				t.Errorf("answered with %d %s", a.status, a.body)
			}
			if !bytes.Contains(api.must("GET", "/api/v1/uploads/"+upload, nil, nil).body, []byte(`"complete":true`)) {
				t.Error("the upload is lost")
			}
		})
	}
}

// childTime is the processor time of this process's parsing children, past and present.
func childTime(t *testing.T) time.Duration {
	t.Helper()
	var past syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_CHILDREN, &past); err != nil {
		t.Fatal(err)
	}
	total := time.Duration(past.Utime.Nano() + past.Stime.Nano())
	for _, dir := range children(t) {
		stat, err := os.ReadFile(filepath.Join(dir, "stat"))
		if err != nil {
			continue // it ended just now, and is among the past from here on
		}
		fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+2:]))
		for _, f := range fields[11:13] {
			ticks, err := strconv.Atoi(f)
			if err != nil {
				t.Fatal(err)
			}
			total += time.Duration(ticks) * time.Second / 100
		}
	}
	return total
}

// childMemory is the most that a living child ever held, kilobytes.
func childMemory(t *testing.T) (most int) {
	t.Helper()
	for _, dir := range children(t) {
		status, err := os.ReadFile(filepath.Join(dir, "status"))
		if err != nil {
			continue
		}
		_, rest, _ := strings.Cut(string(status), "VmHWM:")
		if f := strings.Fields(rest); len(f) > 0 {
			if kb, err := strconv.Atoi(f[0]); err == nil {
				most = max(most, kb)
			}
		}
	}
	return most
}

func children(t *testing.T) (dirs []string) {
	t.Helper()
	lists, err := filepath.Glob("/proc/self/task/*/children")
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range lists {
		data, err := os.ReadFile(l)
		if err != nil {
			continue
		}
		for _, pid := range strings.Fields(string(data)) {
			dirs = append(dirs, "/proc/"+pid)
		}
	}
	return dirs
}

func TestUploads(t *testing.T) {
	t.Parallel()
	in := start(t)
	api := in.api(t)
	large := make([]byte, maxFile+1)
	api.refused(refusal{413, "upload_too_large", ""}, "POST", "/api/v1/uploads", large)
	api.refused(refusal{422, "upload_empty", ""}, "POST", "/api/v1/uploads", raw{large, true})
	api.refused(refusal{422, "upload_empty", ""}, "POST", "/api/v1/uploads", raw{testpdf.Classic(1), true})
	api.refused(refusal{422, "upload_empty", ""}, "POST", "/api/v1/uploads", []byte{})
	api.refused(refusal{404, "upload_unknown", "/documents/0/upload"}, "POST", "/api/v1/envelopes", object{"title": "x", "documents": []object{{"upload": canary}}})
	announced(t, in, "POST", "/api/v1/uploads", 2<<30)
	announced(t, in, "POST", "/api/v1/uploads", maxFile+1)
	announced(t, in, "POST", "/api/v1/envelopes", 64<<20)
	announced(t, in, "POST", "/api/v1/sessions", 2<<20)
	for name, want := range map[string]string{
		"../../etc/passwd": "passwd", `..\..\boot.ini`: "boot.ini", "..": "document.pdf", "a\r\nX-Evil: 1.pdf": "aX-Evil: 1.pdf", "n\x00ul.pdf": "nul.pdf",
	} {
		var u struct{ ID, Name string }
		escaped := strings.NewReplacer("\r", "%0d", "\n", "%0a", "\x00", "%00", " ", "%20", `\`, "%5c").Replace(name)
		api.must("POST", "/api/v1/uploads?name="+escaped, testpdf.Classic(1), &u)
		if u.Name != want {
			t.Errorf("%q became %q", name, u.Name)
		}
		var e envelopeView
		api.must("POST", "/api/v1/envelopes", object{"title": "x", "documents": []object{{"upload": u.ID}}}, &e)
		a := api.must("GET", "/api/v1/envelopes/"+e.ID+"/documents/"+e.Documents[0].ID+"/file", nil, nil)
		if a.header.Get("X-Evil") != "" || !strings.HasPrefix(a.header.Get("Content-Disposition"), "attachment") {
			t.Errorf("%q is offered as %v", name, a.header)
		}
	}
}

// announced asks for leave to send very much, and has to be refused before a byte of it is sent.
func announced(t *testing.T, in *installation, method, path string, size int64) {
	t.Helper()
	before := in.state(t)
	c := in.dial(t)
	head := method + " " + path + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + in.key +
		"\r\nContent-Type: application/json\r\nContent-Length: " + strconv.FormatInt(size, 10) + "\r\n\r\n"
	a := c.exchange(t, head)
	if a.status != http.StatusRequestEntityTooLarge {
		t.Errorf("%s %s with %d bytes: %d %s", method, path, size, a.status, a.body)
	}
	if after := in.state(t); before != after {
		t.Errorf("%s %s with %d bytes changed something", method, path, size)
	}
}
