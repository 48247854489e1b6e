//go:build (linux || darwin) && (amd64 || arm64)

package main

import (
	"errors"
	"sync"
	"sync/atomic"

	"github.com/consigil/consigil/cmd/consigil-pkcs11/cryptoki"
	"github.com/consigil/consigil/internal/token/wire"
)

// maxSessions is how many sessions are opened on a token that sets no limit.
const maxSessions = 16

// pool is the sessions of one token. It lives for an epoch of the module.
type pool struct {
	h        *helper
	slot     uint
	identity string // of the token, over epochs
	flags    uint   // that do not change: login, PIN pad, write protection

	mu    sync.Mutex
	free  sync.Cond
	idle  []*session
	open  int
	limit int

	// login is held while somebody logs in, for all.
	login    sync.Mutex
	loggedIn bool
	alone    atomic.Bool     // the last session was closed, which logs out
	private  map[string]*key // private keys by name, of this login
}

// session is one session, in the hands of one request.
type session struct {
	*pool
	handle cryptoki.Session
	write  bool
}

func newPool(h *helper, slot uint, info cryptoki.TokenInfo) *pool {
	p := &pool{h: h, slot: slot, identity: identity(info), flags: info.Flags, limit: maxSessions, private: map[string]*key{}}
	p.free.L = &p.mu
	if n := info.MaxSessions; n > 0 && n != cryptoki.Unavailable {
		p.limit = int(min(n, maxSessions))
	}
	return p
}

func identity(info cryptoki.TokenInfo) string {
	return info.Label + "\x00" + info.Serial + "\x00" + info.Manufacturer + "\x00" + info.Model
}

// get takes a session, opens one where the token still lets us, or waits for one.
func (p *pool) get(write bool) (*session, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for {
		if s := p.take(write); s != nil {
			return s, nil
		}
		if p.open < p.limit {
			s, err := p.openOne(write)
			if s != nil || err != nil {
				return s, err
			}
			continue
		}
		p.free.Wait()
	}
}

// take gives an idle session. One that cannot write makes room for one that can.
func (p *pool) take(write bool) *session {
	for i := len(p.idle) - 1; i >= 0; i-- {
		if s := p.idle[i]; s.write || !write {
			p.idle = append(p.idle[:i], p.idle[i+1:]...)
			return s
		}
	}
	if write && len(p.idle) > 0 && p.open == p.limit {
		p.close(p.idle[0])
		p.idle = p.idle[1:]
	}
	return nil
}

// openOne opens a session. Where the token has no more than are open, that is the limit from now on.
func (p *pool) openOne(write bool) (*session, error) {
	p.open++
	p.mu.Unlock()
	handle, err := p.h.module.OpenSession(p.slot, write)
	p.mu.Lock()
	if err == nil {
		return &session{pool: p, handle: handle, write: write}, nil
	}
	p.open--
	p.free.Signal()
	if errors.Is(err, cryptoki.ErrSessionCount) && p.open > 0 {
		p.limit = p.open
		return nil, nil
	}
	return nil, err
}

// put gives a session back. After an error that may have left it in the middle of something it is closed.
func (p *pool) put(s *session, err error) {
	if isStale(err) {
		p.loggedOut()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if err == nil || isAnswer(err) {
		p.idle = append(p.idle, s)
	} else {
		p.close(s)
	}
	p.free.Signal()
}

// isAnswer says that an error is this helper's own and the session is as it was.
func isAnswer(err error) bool {
	var own *wire.Error
	var cut interrupted
	return errors.As(err, &own) && !errors.As(err, &cut)
}

func (p *pool) close(s *session) {
	_ = p.h.module.CloseSession(s.handle)
	if p.open--; p.open == 0 {
		p.alone.Store(true)
	}
}
