package wire

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func slot(n uint64) *uint64 { return &n }

func requests() []Request {
	return []Request{
		{ID: 1, Op: OpTokens},
		{ID: 2, Op: OpLogin, Token: Selector{Label: "WD PROXKey", Slot: slot(0)}, PIN: []byte("1234")},
		{ID: 3, Op: OpSign, Object: Object{ID: []byte{1}, Label: "seal <é>"}, Scheme: PSS, Hash: "SHA-256", Data: make([]byte, 32)},
		{ID: 1<<64 - 1, Op: OpGenerate, Object: Object{ID: []byte("x")}, Kind: "P-256"},
	}
}

func frame(body string) []byte {
	return append([]byte{Version, 0, 0, byte(len(body) >> 8), byte(len(body))}, body...)
}

func TestMessagesComeBack(t *testing.T) {
	var pipe bytes.Buffer
	for _, want := range requests() {
		if err := Write(&pipe, want); err != nil {
			t.Fatal(err)
		}
		var got Request
		if err := Read(&pipe, &got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	}
	if err := Read(&pipe, &Request{}); err != io.EOF {
		t.Errorf("at the end: %v", err)
	}
}

func TestOtherSpellingsAreRefused(t *testing.T) {
	whole := `{"id":1,"op":"tokens","token":{},"object":{}}`
	if err := Read(bytes.NewReader(frame(whole)), &Request{}); err != nil {
		t.Fatal(err)
	}
	for name, body := range map[string]string{
		"empty":     ``,
		"unknown":   `{"id":1,"op":"tokens","token":{},"object":{},"more":1}`,
		"repeated":  `{"id":2,"id":1,"op":"tokens","token":{},"object":{}}`,
		"case":      `{"ID":1,"op":"tokens","token":{},"object":{}}`,
		"order":     `{"op":"tokens","id":1,"token":{},"object":{}}`,
		"space":     ` {"id":1,"op":"tokens","token":{},"object":{}}`,
		"trailing":  whole + `{}`,
		"missing":   `{"id":1,"op":"tokens"}`,
		"not UTF-8": strings.Replace(whole, "tokens", "t\xff", 1),
		"a PIN":     strings.Replace(whole, `"object":{}`, `"object":{},"pin":1234`, 1),
	} {
		err := Read(bytes.NewReader(frame(body)), &Request{})
		if !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: %v", name, err)
		}
		if err != nil && strings.Contains(err.Error(), "1234") {
			t.Errorf("%s: the error repeats what was read: %v", name, err)
		}
	}
}

func TestFramesAreBounded(t *testing.T) {
	for name, c := range map[string]struct {
		head []byte
		want error
	}{
		"too large":     {[]byte{Version, 0xff, 0xff, 0xff, 0xff}, ErrMalformed},
		"other version": {[]byte{Version + 1, 0, 0, 0, 0}, ErrMalformed},
		"cut head":      {[]byte{Version, 0, 0}, io.ErrUnexpectedEOF},
		"cut body":      {[]byte{Version, 0, 0, 0, 9, '{'}, io.ErrUnexpectedEOF},
	} {
		if err := Read(bytes.NewReader(c.head), &Request{}); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := Write(io.Discard, Request{Data: make([]byte, MaxFrame)}); err == nil {
		t.Error("a message over the limit was written")
	}
}

// FuzzRead: whatever is accepted is written back byte for byte.
func FuzzRead(f *testing.F) {
	for _, r := range requests() {
		var pipe bytes.Buffer
		if err := Write(&pipe, r); err != nil {
			f.Fatal(err)
		}
		f.Add(pipe.Bytes())
	}
	f.Add(frame(`{"id":1,"keys":[{"id":"AQ==","kind":"P-256","private":true,"can_sign":true,"always_authenticate":false,"schemes":["ecdsa"]}]}`))
	f.Fuzz(func(t *testing.T, in []byte) {
		for _, message := range []any{&Request{}, &Response{}, &Hello{}} {
			if err := Read(bytes.NewReader(in), message); err != nil {
				continue
			}
			var out bytes.Buffer
			if err := Write(&out, message); err != nil || !bytes.HasPrefix(in, out.Bytes()) {
				t.Errorf("%q became %q, %v", in, out.Bytes(), err)
			}
		}
	})
}
