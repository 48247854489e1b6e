// Package bustest is the conformance suite of carriers: what op.Carrier promises, tried on any engine. It starts
// nothing by itself.
package bustest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/consigil/consigil/internal/op"
	"github.com/consigil/consigil/internal/problem"
)

// Peer is the name under which the carrier of a test calls.
const Peer = "edge-1"

// New makes a carrier to a handler.
type New func(t *testing.T, h op.CallHandler) op.Carrier

// Run tries everything.
func Run(t *testing.T, make New) {
	cases := map[string]func(*testing.T, New){
		"header and body both ways": bothWays, "no body": noBody, "problems survive": problemsSurvive,
		"unknown errors lose their text": unknownErrors, "error after the head": lateError, "large streams": largeStreams,
		"chunks arrive at once": promptChunks, "cancel by context": cancelByContext, "cancel by close": cancelByClose,
		"deadline": deadline, "body that breaks": brokenBody, "body that is not read": unreadBody, "panic": panics,
		"many at once": manyAtOnce, "already canceled": alreadyCanceled,
	}
	for name, try := range cases {
		t.Run(name, func(t *testing.T) { try(t, make) })
	}
}

func patience(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	t.Cleanup(cancel)
	return ctx
}

func echo(_ context.Context, c op.Call, w op.ReplyWriter) error {
	if err := w.Head(map[string][]string{"Op": {c.Operation, string(c.Group), c.Peer}, "Got": c.Header["Ask"]}); err != nil {
		return err
	}
	_, err := io.Copy(w, c.Body)
	return err
}

func bothWays(t *testing.T, make New) {
	c := make(t, echo)
	for range 3 { // the second and third may use a connection again
		r, err := c.Call(patience(t), op.Call{
			Operation: "x", Group: op.GroupOffer, Header: map[string][]string{"Ask": {"ő", "b"}}, Body: strings.NewReader("hello"), Peer: "forged",
		})
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(r.Body)
		if err != nil || string(body) != "hello" {
			t.Fatalf("body %q, %v", body, err)
		}
		if got := strings.Join(append(r.Header["Op"], r.Header["Got"]...), " "); got != "x offer "+Peer+" ő b" {
			t.Fatalf("header %q", got)
		}
		if err := r.Body.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func noBody(t *testing.T, make New) {
	c := make(t, func(_ context.Context, c op.Call, _ op.ReplyWriter) error {
		b, err := io.ReadAll(c.Body)
		if err == nil && len(b) > 0 {
			return errors.New("a body came from nowhere")
		}
		return err
	})
	r, err := c.Call(patience(t), op.Call{Operation: "x"})
	if err != nil {
		t.Fatal(err)
	}
	if b, err := io.ReadAll(r.Body); err != nil || len(b) != 0 {
		t.Fatalf("%q, %v", b, err)
	}
}

func problemsSurvive(t *testing.T, make New) {
	kinds := []problem.Kind{
		problem.Malformed, problem.Invalid, problem.Unauthorized, problem.Forbidden, problem.NotFound, problem.Conflict, problem.Gone,
		problem.Precondition, problem.TooLarge, problem.Unsupported, problem.Limited, problem.Unavailable, problem.Full,
	}
	c := make(t, func(_ context.Context, c op.Call, _ op.ReplyWriter) error {
		return problem.New(problem.Kind(c.Operation), "some_code", "Some detail.").With(problem.Field{Pointer: "/a/0", Code: "c", Detail: "d"}).After(3 * time.Second)
	})
	for _, k := range kinds {
		_, err := c.Call(patience(t), op.Call{Operation: string(k)})
		p := problem.From(err)
		if p.Kind != k || p.Code != "some_code" || p.Detail != "Some detail." || p.RetryAfter != 3*time.Second ||
			len(p.Fields) != 1 || p.Fields[0] != (problem.Field{Pointer: "/a/0", Code: "c", Detail: "d"}) {
			t.Errorf("%s came back as %+v", k, p)
		}
	}
}

func unknownErrors(t *testing.T, make New) {
	c := make(t, func(context.Context, op.Call, op.ReplyWriter) error { return errors.New("secret-canary") })
	_, err := c.Call(patience(t), op.Call{Operation: "x"})
	if problem.KindOf(err) != problem.Internal || strings.Contains(err.Error(), "canary") {
		t.Fatalf("got %v", err)
	}
}

func lateError(t *testing.T, make New) {
	want := problem.New(problem.Gone, "late", "It ended.")
	c := make(t, func(_ context.Context, _ op.Call, w op.ReplyWriter) error {
		if err := w.Head(nil); err != nil {
			return err
		}
		if _, err := w.Write([]byte("part")); err != nil {
			return err
		}
		return want
	})
	r, err := c.Call(patience(t), op.Call{Operation: "x"})
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(r.Body)
	if string(b) != "part" || !errors.Is(err, want) {
		t.Fatalf("%q, %v", b, err)
	}
}

func largeStreams(t *testing.T, make New) {
	c := make(t, echo)
	data := bytes.Repeat([]byte("0123456789abcdef"), 1<<19) // 8 MB
	r, err := c.Call(patience(t), op.Call{Operation: "x", Body: bytes.NewReader(data)})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Body.Close() }()
	h := sha256.New()
	n, err := io.Copy(h, r.Body)
	if want := sha256.Sum256(data); err != nil || n != int64(len(data)) || !bytes.Equal(h.Sum(nil), want[:]) {
		t.Fatalf("%d bytes, %v", n, err)
	}
}

func promptChunks(t *testing.T, make New) {
	next := newGate()
	c := make(t, func(ctx context.Context, _ op.Call, w op.ReplyWriter) error {
		if err := w.Head(nil); err != nil {
			return err
		}
		for i := range 3 {
			if _, err := w.Write([]byte(strconv.Itoa(i))); err != nil {
				return err
			}
			if err := next.wait(ctx); err != nil {
				return err
			}
		}
		return nil
	})
	r, err := c.Call(patience(t), op.Call{Operation: "x"})
	if err != nil {
		t.Fatal(err)
	}
	buf := [8]byte{}
	for i := range 3 {
		n, err := r.Body.Read(buf[:])
		if err != nil || string(buf[:n]) != strconv.Itoa(i) {
			t.Fatalf("chunk %d: %q, %v", i, buf[:n], err)
		}
		next.open()
	}
	if _, err := r.Body.Read(buf[:]); !errors.Is(err, io.EOF) {
		t.Fatal(err)
	}
}

// hang replies with a head and then waits for its context.
func hang(ended chan<- error) op.CallHandler {
	return func(ctx context.Context, _ op.Call, w op.ReplyWriter) error {
		if err := w.Head(nil); err != nil {
			return err
		}
		<-ctx.Done()
		ended <- ctx.Err()
		return ctx.Err()
	}
}

func mustEnd(t *testing.T, ended <-chan error) {
	t.Helper()
	select {
	case <-ended:
	case <-time.After(5 * time.Second):
		t.Fatal("the handler was not cancelled")
	}
}

func cancelByContext(t *testing.T, make New) {
	ended := newEnds()
	c := make(t, hang(ended))
	ctx, cancel := context.WithCancel(patience(t))
	r, err := c.Call(ctx, op.Call{Operation: "x"})
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	mustEnd(t, ended)
	if _, err := r.Body.Read(buf1()); err == nil {
		t.Fatal("a cancelled call gave more")
	}
}

func cancelByClose(t *testing.T, make New) {
	ended := newEnds()
	c := make(t, hang(ended))
	r, err := c.Call(patience(t), op.Call{Operation: "x"})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Body.Close(); err != nil {
		t.Fatal(err)
	}
	mustEnd(t, ended)
}

func deadline(t *testing.T, make New) {
	ended := newEnds()
	c := make(t, func(ctx context.Context, _ op.Call, _ op.ReplyWriter) error {
		if _, ok := ctx.Deadline(); !ok {
			return errors.New("no deadline")
		}
		<-ctx.Done()
		ended <- ctx.Err()
		return ctx.Err()
	})
	ctx, cancel := context.WithTimeout(patience(t), 50*time.Millisecond)
	defer cancel()
	_, err := c.Call(ctx, op.Call{Operation: "x"})
	if problem.KindOf(err) != problem.Unavailable {
		t.Fatalf("got %v", err)
	}
	mustEnd(t, ended)
}

func brokenBody(t *testing.T, make New) {
	seen := newEnds()
	c := make(t, func(_ context.Context, c op.Call, _ op.ReplyWriter) error {
		_, err := io.Copy(io.Discard, c.Body)
		seen <- err
		return err
	})
	body := io.MultiReader(strings.NewReader("part"), failing{})
	if _, err := c.Call(patience(t), op.Call{Operation: "x", Body: body}); err == nil {
		t.Fatal("a part was taken for the whole")
	}
	select {
	case err := <-seen:
		if err == nil {
			t.Fatal("the handler saw a clean end")
		}
	case <-time.After(5 * time.Second):
		t.Fatal("the handler saw nothing")
	}
}

func unreadBody(t *testing.T, make New) {
	c := make(t, func(context.Context, op.Call, op.ReplyWriter) error {
		return problem.New(problem.TooLarge, "too_large", "No.")
	})
	big := bytes.NewReader(bytes.Repeat([]byte("x"), 4<<20))
	_, err := c.Call(patience(t), op.Call{Operation: "x", Body: big})
	if k := problem.KindOf(err); k != problem.TooLarge {
		t.Fatalf("got %v", err)
	}
	if _, err := c.Call(patience(t), op.Call{Operation: "y"}); problem.KindOf(err) != problem.TooLarge {
		t.Fatalf("the next call: %v", err)
	}
}

func panics(t *testing.T, make New) {
	c := make(t, func(context.Context, op.Call, op.ReplyWriter) error { panic("canary") })
	for range 2 {
		_, err := c.Call(patience(t), op.Call{Operation: "x"})
		if problem.KindOf(err) != problem.Internal || strings.Contains(err.Error(), "canary") {
			t.Fatalf("got %v", err)
		}
	}
}

func manyAtOnce(t *testing.T, make New) {
	c := make(t, echo)
	ctx := patience(t)
	var wg sync.WaitGroup
	for i := range 40 {
		wg.Go(func() {
			want := strings.Repeat(strconv.Itoa(i), 20_000)
			r, err := c.Call(ctx, op.Call{Operation: "x", Body: strings.NewReader(want)})
			if err != nil {
				t.Error(err)
				return
			}
			got, err := io.ReadAll(r.Body)
			if err != nil || string(got) != want {
				t.Errorf("call %d: %d bytes, %v", i, len(got), err)
			}
		})
	}
	wg.Wait()
}

func alreadyCanceled(t *testing.T, make New) {
	c := make(t, func(context.Context, op.Call, op.ReplyWriter) error {
		t.Error("the handler ran")
		return nil
	})
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := c.Call(ctx, op.Call{Operation: "x"}); problem.KindOf(err) != problem.Unavailable {
		t.Fatalf("got %v", err)
	}
}
