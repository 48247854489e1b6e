//go:build (linux || darwin) && (amd64 || arm64)

package main

import (
	"errors"

	"github.com/consigil/consigil/cmd/consigil-pkcs11/cryptoki"
	"github.com/consigil/consigil/internal/token/wire"
)

// login keeps the PIN and tries it once.
func (h *helper) login(r *wire.Request, _ *wire.Response) error {
	defer clear(r.PIN)
	if err := h.learn(r.Token, r.PIN); err != nil {
		return err
	}
	return h.with(r.Token, false, (*session).logIn)
}

// learn keeps the PIN under the token that the selector means now.
func (h *helper) learn(token wire.Selector, pin []byte) error {
	return h.with(token, false, func(s *session) error {
		h.pins.put(s.identity, pin)
		return nil
	})
}

// needsLogin is for what only a logged-in user may see or do.
func (p *pool) needsLogin() bool { return p.flags&cryptoki.FlagLoginRequired != 0 }

// pinPad says that the token asks for the PIN itself.
func (p *pool) pinPad() bool { return p.flags&cryptoki.FlagProtectedPath != 0 }

// logIn logs in where that is needed and nobody has: a login is good for all sessions.
func (s *session) logIn() error {
	if !s.needsLogin() {
		return nil
	}
	s.login.Lock()
	defer s.login.Unlock()
	if !s.alone.Swap(false) && s.loggedIn {
		return nil
	}
	if err := s.enter(cryptoki.UserNormal); err != nil {
		return err
	}
	s.loggedIn, s.private = true, map[string]*key{}
	return nil
}

// loggedOut notes that the login, or what was seen under it, may be void.
func (p *pool) loggedOut() {
	p.login.Lock()
	defer p.login.Unlock()
	p.loggedIn, p.private = false, map[string]*key{}
}

// enter hands the PIN to the token, unless that could lock it.
func (s *session) enter(user uint) error {
	pin, ok := s.h.pins.get(s.identity)
	if !ok && !s.pinPad() {
		return fail(wire.CodePINNeeded, "the token wants a PIN")
	}
	if err := s.safe(); err != nil {
		return err
	}
	if s.pinPad() {
		pin = nil
	}
	err := s.h.module.Login(s.handle, user, pin)
	switch {
	case err == nil, errors.Is(err, cryptoki.ErrUserAlreadyLoggedIn):
		return nil
	case codeOfError(err) == wire.CodePIN:
		s.h.pins.forget(s.identity)
		return fail(wire.CodePIN, "the token refused the PIN: %v", err)
	}
	return err
}

func codeOfError(err error) wire.Code { return explain(err).Code }

// safe asks the token, each time anew, how many tries it has left.
func (s *session) safe() error {
	info, err := s.h.module.TokenInfo(s.slot)
	switch {
	case err != nil:
		return err
	case info.Has(cryptoki.FlagPINLocked):
		return fail(wire.CodeLocked, "the token is locked after too many wrong PINs: its administrator can unlock it")
	case info.Has(cryptoki.FlagPINFinalTry):
		return fail(wire.CodeFinalTry, "one try is left before the token locks itself: log in by the token's own tool first")
	}
	return nil
}
