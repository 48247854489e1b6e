//go:build (linux || darwin) && (amd64 || arm64)

package main

import (
	"bytes"
	"sync"

	"golang.org/x/sys/unix"
)

// pins keeps the PINs that were handed over, for the next login: a token that comes back wants one. They lie in a page
// that is not swapped out.
type pins struct {
	mu   sync.Mutex
	page []byte
	used int
	of   map[string][]byte // by identity of the token
}

// put keeps a PIN. Where the page is full the ordinary memory has to do.
func (p *pins) put(identity string, pin []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.of == nil {
		p.of = map[string][]byte{}
		if page, err := unix.Mmap(-1, 0, unix.Getpagesize(), unix.PROT_READ|unix.PROT_WRITE, unix.MAP_ANON|unix.MAP_PRIVATE); err == nil {
			_ = unix.Mlock(page)
			p.page = page
		}
	}
	old := p.of[identity]
	if bytes.Equal(old, pin) && old != nil {
		return
	}
	clear(old)
	place := make([]byte, len(pin))
	if p.used+len(pin) <= len(p.page) {
		place = p.page[p.used : p.used+len(pin) : p.used+len(pin)]
		p.used += len(pin)
	}
	copy(place, pin)
	p.of[identity] = place
}

// get returns a PIN, which the caller must not keep.
func (p *pins) get(identity string) ([]byte, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	pin, ok := p.of[identity]
	return pin, ok
}

// forget forgets a PIN that the token refused: it is never tried twice.
func (p *pins) forget(identity string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	clear(p.of[identity])
	delete(p.of, identity)
}

func (p *pins) wipe() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, pin := range p.of {
		clear(pin)
	}
	clear(p.page)
}
