//go:build (linux || darwin) && (amd64 || arm64)

package main

import (
	"errors"
	"io"
	"os"
	"sync"
	"time"

	"github.com/consigil/consigil/cmd/consigil-pkcs11/cryptoki"
	"github.com/consigil/consigil/internal/token/wire"
)

// maxRequests bounds the requests that run at once; further ones wait in the pipe.
const maxRequests = 64

// finalizeTime is how long a module may take to end.
const finalizeTime = 2 * time.Second

// serve is the whole life of the helper; it returns the exit code.
func serve(path string) int {
	out, err := harden()
	if err != nil {
		return 1
	}
	h, hello := begin(path)
	if wire.Write(out, hello) != nil || h == nil {
		return 1
	}
	err = (&conversation{helper: h, out: out}).run(os.Stdin)
	h.end()
	if !errors.Is(err, io.EOF) {
		return 1
	}
	return 0
}

// begin loads the module. What goes wrong is said in the protocol, as all else is.
func begin(path string) (*helper, wire.Hello) {
	fail := func(err error) (*helper, wire.Hello) {
		return nil, wire.Hello{Error: &wire.Error{Code: wire.CodeModule, Text: err.Error()}}
	}
	m, err := cryptoki.Open(path)
	if err != nil {
		return fail(err)
	}
	if err := m.Initialize(); err != nil {
		return fail(err)
	}
	library, err := m.Library()
	if err != nil {
		return fail(err)
	}
	return newHelper(m), wire.Hello{Library: library}
}

// end gives the module a moment to write what it must.
func (h *helper) end() {
	done := make(chan struct{})
	go func() {
		h.running.Lock()
		_ = h.module.Finalize()
		close(done)
	}()
	select {
	case <-done:
	case <-time.After(finalizeTime):
	}
	h.pins.wipe()
}

// conversation reads requests and answers each when it is done.
type conversation struct {
	helper *helper
	mu     sync.Mutex
	out    io.Writer
}

func (c *conversation) run(in io.Reader) error {
	slots := make(chan struct{}, maxRequests)
	for {
		r := &wire.Request{}
		if err := wire.Read(in, r); err != nil {
			return err
		}
		slots <- struct{}{}
		go func() {
			defer func() { <-slots }()
			c.answer(c.helper.handle(r))
		}()
	}
}

// answer writes one response. A reader that is gone ends the input too.
func (c *conversation) answer(r wire.Response) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := wire.Write(c.out, r); err != nil {
		_ = wire.Write(c.out, wire.Response{ID: r.ID, Error: &wire.Error{Code: wire.CodeToken, Text: "the answer is too large"}})
	}
}

// handle runs one request.
func (h *helper) handle(r *wire.Request) wire.Response {
	answer := wire.Response{ID: r.ID}
	operations := map[wire.Op]func(*wire.Request, *wire.Response) error{
		wire.OpTokens: h.tokens, wire.OpLogin: h.login, wire.OpKeys: h.keys, wire.OpSign: h.sign,
		wire.OpGenerate: h.generate, wire.OpCertificate: h.certificate, wire.OpHealth: h.health,
	}
	run := operations[r.Op]
	if run == nil {
		answer.Error = &wire.Error{Code: wire.CodeRequest, Text: "no such operation"}
		return answer
	}
	if err := run(r, &answer); err != nil {
		answer = wire.Response{ID: r.ID, Error: explain(err)}
	}
	return answer
}
