package upload_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/blob"
	"github.com/consigil/consigil/internal/blob/disk"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/problem"
	"github.com/consigil/consigil/internal/store/storetest"
	"github.com/consigil/consigil/internal/upload"
)

type fixture struct {
	*storetest.Env
	*upload.Service
	disk *disk.Store
	by   *access.Principal
}

func setup(t *testing.T) *fixture {
	t.Helper()
	env := storetest.SQLite(t)
	d, err := disk.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	vault := blob.NewVault(d, env.Ring())
	s := upload.New(env.Uploads(), vault, env.Clock, upload.Limits{File: 1000, Owner: 2500})
	return &fixture{env, s, d, &access.Principal{Audience: access.API, Org: env.Org, APIKey: id.New()}}
}

// blobs counts what lies on the disk.
func (f *fixture) blobs(t *testing.T) int {
	t.Helper()
	n := 0
	if err := f.disk.List(t.Context(), func(blob.Info) error { n++; return nil }); err != nil {
		t.Fatal(err)
	}
	return n
}

func wantCode(t *testing.T, what string, err error, code string) {
	t.Helper()
	if err == nil || problem.From(err).Code != code {
		t.Errorf("%s: want %s, got %v", what, code, err)
	}
}

func TestPieces(t *testing.T) {
	f := setup(t)
	ctx := t.Context()
	data := bytes.Repeat([]byte("0123456789"), 100)
	u, err := f.Create(ctx, f.by, "a/b/Szerződés.pdf", int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	for at := 0; at < len(data); at += 300 {
		_, err := f.Append(ctx, f.by, u.ID, int64(at+1), strings.NewReader("x"))
		wantCode(t, "a wrong offset", err, "upload_offset")
		end := min(at+300, len(data))
		if u, err = f.Append(ctx, f.by, u.ID, int64(at), bytes.NewReader(data[at:end])); err != nil || u.Received != int64(end) {
			t.Fatalf("at %d: %+v, %v", at, u, err)
		}
	}
	if !u.Complete() || f.blobs(t) != 1 {
		t.Errorf("complete %v with %d blobs", u.Complete(), f.blobs(t))
	}
	name, b, err := f.Take(ctx, f.by, u.ID)
	if err != nil || name != "Szerződés.pdf" || b.Size != int64(len(data)) {
		t.Fatalf("%q, %+v, %v", name, b, err)
	}
	_, _, err = f.Take(ctx, f.by, u.ID)
	wantCode(t, "taken twice", err, "upload_unknown")
	if err := f.Return(ctx, f.by, u.ID); err != nil {
		t.Fatal(err)
	}
	if _, _, err = f.Take(ctx, f.by, u.ID); err != nil {
		t.Errorf("after a return: %v", err)
	}
	f.Clock.Add(25 * time.Hour)
	if err := f.Sweep(ctx); err != nil || f.blobs(t) != 1 {
		t.Errorf("the sweep took an envelope's bytes: %v", err)
	}
}

type breaking struct{ r io.Reader }

func (b breaking) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	if errors.Is(err, io.EOF) {
		err = errors.New("connection lost")
	}
	return n, err
}

func TestBrokenConnectionKeepsWhatCame(t *testing.T) {
	f := setup(t)
	u, err := f.Create(t.Context(), f.by, "a", 10)
	if err != nil {
		t.Fatal(err)
	}
	u, err = f.Append(t.Context(), f.by, u.ID, 0, breaking{strings.NewReader("0123")})
	if err != nil || u.Received != 4 {
		t.Fatalf("%+v, %v", u, err)
	}
	if _, _, err := f.Take(t.Context(), f.by, u.ID); err == nil {
		t.Error("a part was taken for the whole")
	}
	_, err = f.Put(t.Context(), f.by, "b", 10, strings.NewReader("0123"))
	wantCode(t, "a short body", err, "upload_truncated")
	if n := f.blobs(t); n != 1 {
		t.Errorf("%d blobs", n)
	}
}

func TestLimits(t *testing.T) {
	f := setup(t)
	ctx := t.Context()
	_, err := f.Create(ctx, f.by, "a", 0)
	wantCode(t, "empty", err, "upload_empty")
	_, err = f.Create(ctx, f.by, "a", 1001)
	wantCode(t, "too large", err, "upload_too_large")
	for range 2 {
		if _, err := f.Create(ctx, f.by, "a", 1000); err != nil {
			t.Fatal(err)
		}
	}
	_, err = f.Create(ctx, f.by, "a", 501)
	wantCode(t, "over the allowance", err, "upload_allowance")
	other := &access.Principal{Audience: access.API, Org: f.Org, APIKey: id.New()}
	if _, err := f.Create(ctx, other, "a", 1000); err != nil {
		t.Errorf("another caller's allowance: %v", err)
	}
	f.Clock.Add(25 * time.Hour)
	if _, err := f.Create(ctx, f.by, "a", 1000); err != nil {
		t.Errorf("after a day: %v", err)
	}
}

func TestStrangers(t *testing.T) {
	f := setup(t)
	u, err := f.Put(t.Context(), f.by, "a", 1, strings.NewReader("x"))
	if err != nil {
		t.Fatal(err)
	}
	for name, p := range map[string]*access.Principal{
		"another key":          {Audience: access.API, Org: f.Org, APIKey: id.New()},
		"another organization": {Audience: access.API, Org: id.Org(id.New()), APIKey: f.by.APIKey},
	} {
		_, err := f.Get(t.Context(), p, u.ID)
		wantCode(t, name, err, "upload_unknown")
		wantCode(t, name, f.Delete(t.Context(), p, u.ID), "upload_unknown")
	}
	if err := f.Delete(t.Context(), f.by, u.ID); err != nil || f.blobs(t) != 0 {
		t.Errorf("%v, %d blobs", err, f.blobs(t))
	}
}

func TestCleanName(t *testing.T) {
	for in, want := range map[string]string{
		"a.pdf": "a.pdf", "../../etc/passwd": "passwd", `C:\x\y.pdf`: "y.pdf", "": "document.pdf", "..": "document.pdf",
		"a\r\nb.pdf": "ab.pdf", "\xff\xfe": "document.pdf", strings.Repeat("ő", 300): strings.Repeat("ő", 200),
	} {
		if got := upload.CleanName(in); got != want {
			t.Errorf("%q became %q", in, got)
		}
	}
}
