//go:build (linux || darwin) && (amd64 || arm64)

package main

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/consigil/consigil/cmd/consigil-pkcs11/cryptoki"
	"github.com/consigil/consigil/internal/token/wire"
)

// helper is a module at work.
type helper struct {
	module *cryptoki.Module
	pins   pins

	// running is held for reading while the module is called, and for writing while it is ended and begun anew.
	running sync.RWMutex
	epoch   int       // counts beginnings
	begun   time.Time // the last one

	mu    sync.Mutex
	pools map[wire.Selector]*pool // of this epoch
	slots map[uint]*pool          // the same ones by slot
}

func newHelper(m *cryptoki.Module) *helper {
	h := &helper{module: m}
	h.forget()
	return h
}

func (h *helper) forget() {
	h.pools, h.slots, h.begun = map[wire.Selector]*pool{}, map[uint]*pool{}, time.Now()
}

// tries bounds how often one request begins again: once for a session that is void, once for a login that is, once for
// a token that was pulled.
const tries = 4

// with runs fn with a session of the token. Where session, login or token turn out to be gone, all that is void is put
// away and fn runs again: it must be something that may be done twice.
func (h *helper) with(token wire.Selector, write bool, fn func(*session) error) error {
	for try := 1; ; try++ {
		epoch, err := h.once(token, write, fn)
		switch {
		case err == nil || try == tries:
			return err
		case isGone(err):
			if again := h.startOver(epoch); again != nil {
				return again
			}
		case !isStale(err):
			return err
		}
	}
}

func (h *helper) once(token wire.Selector, write bool, fn func(*session) error) (int, error) {
	h.running.RLock()
	defer h.running.RUnlock()
	p, err := h.pool(token)
	if err != nil {
		return h.epoch, err
	}
	s, err := p.get(write)
	if err != nil {
		return h.epoch, err
	}
	err = fn(s)
	p.put(s, err)
	return h.epoch, err
}

// restartPause keeps a token that stays away from keeping the module busy with beginnings.
const restartPause = 100 * time.Millisecond

// startOver ends the module and begins anew, if nobody has since the given epoch. It waits until no call is running.
func (h *helper) startOver(epoch int) error {
	h.running.Lock()
	defer h.running.Unlock()
	if h.epoch != epoch {
		return nil
	}
	if pause := restartPause - time.Since(h.begun); pause > 0 {
		time.Sleep(pause)
	}
	_ = h.module.Finalize() // it may be beyond that already
	h.epoch++
	h.forget()
	if err := h.module.Initialize(); err != nil {
		return fail(wire.CodeGone, "the module does not begin anew: %v", err)
	}
	return nil
}

// isStale says that a handle or a login is void while the token is there.
func isStale(err error) bool {
	for _, e := range []cryptoki.Error{
		cryptoki.ErrSessionHandle, cryptoki.ErrSessionClosed, cryptoki.ErrUserNotLoggedIn, cryptoki.ErrKeyHandle,
		cryptoki.ErrObjectHandle, cryptoki.ErrOperationActive, cryptoki.ErrOperationNot,
	} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

// isGone says that the token or the module's hold on it is lost: only a new beginning helps.
func isGone(err error) bool {
	for _, e := range []cryptoki.Error{
		cryptoki.ErrDeviceRemoved, cryptoki.ErrTokenNotPresent, cryptoki.ErrDevice, cryptoki.ErrTokenNotRecognized,
		cryptoki.ErrSlotInvalid, cryptoki.ErrNotInitialized, cryptoki.ErrGeneral, cryptoki.ErrFunctionFailed, cryptoki.ErrDeviceMemory,
	} {
		if errors.Is(err, e) {
			return true
		}
	}
	return errors.Is(err, errNoToken)
}

// errNoToken is worth a new beginning: many modules look at their slots only then.
var errNoToken = &wire.Error{Code: wire.CodeNoToken, Text: "no such token is plugged in"}

// fail makes an error with its code.
func fail(code wire.Code, format string, args ...any) error {
	return &wire.Error{Code: code, Text: fmt.Sprintf(format, args...)}
}

// explain gives an error its code.
func explain(err error) *wire.Error {
	var known *wire.Error
	if errors.As(err, &known) {
		return known
	}
	var answer cryptoki.Error
	if !errors.As(err, &answer) {
		return &wire.Error{Code: wire.CodeToken, Text: err.Error()}
	}
	return &wire.Error{Code: codeOf(answer), Text: err.Error()}
}

func codeOf(e cryptoki.Error) wire.Code {
	switch e {
	case cryptoki.ErrPINIncorrect, cryptoki.ErrPINInvalid, cryptoki.ErrPINLength, cryptoki.ErrPINExpired, cryptoki.ErrUserPINNotSet:
		return wire.CodePIN
	case cryptoki.ErrPINLocked:
		return wire.CodeLocked
	case cryptoki.ErrUserNotLoggedIn:
		return wire.CodePINNeeded
	case cryptoki.ErrDeviceRemoved, cryptoki.ErrTokenNotPresent, cryptoki.ErrDevice, cryptoki.ErrTokenNotRecognized,
		cryptoki.ErrSlotInvalid, cryptoki.ErrNotInitialized, cryptoki.ErrSessionHandle, cryptoki.ErrSessionClosed:
		return wire.CodeGone
	case cryptoki.ErrMechanism, cryptoki.ErrMechanismParam, cryptoki.ErrKeySize, cryptoki.ErrKeyTypeInconsistent,
		cryptoki.ErrCurveUnsupported, cryptoki.ErrFunctionUnsupported:
		return wire.CodeUnsupported
	case cryptoki.ErrKeyFunction, cryptoki.ErrActionProhibited:
		return wire.CodeRefused
	case cryptoki.ErrDeviceMemory, cryptoki.ErrTokenWriteProtected, cryptoki.ErrSessionReadOnly:
		return wire.CodeFull
	case cryptoki.ErrSessionCount:
		return wire.CodeBusy
	}
	return wire.CodeToken
}
