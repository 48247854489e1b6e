// Package token signs with keys on PKCS#11 tokens. It starts and watches the helper consigil-pkcs11, which alone loads
// modules, speaks internal/token/wire with it, and gives out signer.Signer. It decides nothing about what is signed and
// keeps no key; a crash of module or helper costs the calls a delay, not the process.
package token

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	"github.com/consigil/consigil/internal/token/wire"
)

// The failures; errors of this package wrap one of them.
var (
	ErrPIN         = errors.New("token: wrong PIN")
	ErrPINNeeded   = errors.New("token: a PIN is needed")
	ErrFinalTry    = errors.New("token: one try is left, which is not taken")
	ErrLocked      = errors.New("token: locked")
	ErrNoToken     = errors.New("token: not there")
	ErrNoKey       = errors.New("token: no such key")
	ErrAmbiguous   = errors.New("token: several match")
	ErrUnsupported = errors.New("token: cannot do this")
	ErrRefused     = errors.New("token: does not allow this")
	ErrFull        = errors.New("token: cannot be written")
	ErrFailed      = errors.New("token: failed")
	ErrModule      = errors.New("token: the PKCS#11 module cannot be used")
	ErrHelper      = errors.New("token: the helper consigil-pkcs11 cannot be used")
)

// HelperName is the helper's file name.
const HelperName = "consigil-pkcs11"

// Config says which module and token to use. Its zero value has no module and cannot be opened.
type Config struct {
	Module string // path of the PKCS#11 module; it comes from the operator alone: loading it runs it
	Helper string // path of the helper; empty: HelperName beside this program
	Token  wire.Selector

	// PIN gives the PIN when a helper has started; the caller's slice is cleared afterwards. Nil: the token wants none
	// or asks for it itself.
	PIN func() ([]byte, error)

	// Patience is how long a call waits for a token that was pulled or a helper that has crashed. Zero: 30 s.
	Patience time.Duration

	// Report is told of crashes. It may be nil.
	Report func(error)
}

// defaultPatience is long enough to push a token back in.
const defaultPatience = 30 * time.Second

// Client talks to one helper, which it starts when it is needed. It is safe for concurrent use.
type Client struct {
	cfg Config

	starting sync.Mutex // held while a helper starts

	mu      sync.Mutex
	running *helper
	worked  bool        // a helper has started before: one that does not now may again
	starts  []time.Time // recent ones: a helper that keeps crashing is started ever later
	refused []byte      // a PIN that the token refused: it is never tried again
	closed  bool
}

// Open checks the configuration. The helper is started by the first call.
func Open(cfg Config) (*Client, error) {
	if cfg.Module == "" {
		return nil, fmt.Errorf("%w: none is named", ErrModule)
	}
	if info, err := os.Stat(cfg.Module); err != nil || !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%w: %s is no file", ErrModule, cfg.Module)
	}
	if cfg.Helper == "" {
		own, err := os.Executable()
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrHelper, err)
		}
		cfg.Helper = filepath.Join(filepath.Dir(own), HelperName)
		if runtime.GOOS == "windows" {
			cfg.Helper += ".exe"
		}
	}
	if info, err := os.Stat(cfg.Helper); err != nil || !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%w: %s is not there; make build builds it", ErrHelper, cfg.Helper)
	}
	if cfg.Patience <= 0 {
		cfg.Patience = defaultPatience
	}
	return &Client{cfg: cfg}, nil
}

// Close ends the helper. Calls that run fail.
func (c *Client) Close() error {
	c.mu.Lock()
	running := c.running
	c.running, c.closed = nil, true
	c.mu.Unlock()
	if running != nil {
		running.end()
	}
	return nil
}

// Tokens lists every token that the module sees. It needs no PIN.
func (c *Client) Tokens(ctx context.Context) ([]wire.Token, error) {
	answer, err := c.call(ctx, wire.Request{Op: wire.OpTokens})
	if err != nil {
		return nil, err
	}
	return answer.Tokens, nil
}

// Health says whether the token is there and lets us in; it does not wait for one.
func (c *Client) Health(ctx context.Context) error {
	_, err := c.try(ctx, wire.Request{Op: wire.OpHealth})
	return typed(lasting(err))
}

// errOf are the failures by the helper's code.
func errOf(code wire.Code) error {
	return map[wire.Code]error{
		wire.CodePIN: ErrPIN, wire.CodePINNeeded: ErrPINNeeded, wire.CodeFinalTry: ErrFinalTry, wire.CodeLocked: ErrLocked,
		wire.CodeNoToken: ErrNoToken, wire.CodeGone: ErrNoToken, wire.CodeNoKey: ErrNoKey, wire.CodeAmbiguous: ErrAmbiguous,
		wire.CodeUnsupported: ErrUnsupported, wire.CodeRefused: ErrRefused, wire.CodeFull: ErrFull, wire.CodeModule: ErrModule,
	}[code]
}

// typed turns the helper's answer into an error of this package.
func typed(err error) error {
	var answer *wire.Error
	if !errors.As(err, &answer) {
		return err
	}
	if known := errOf(answer.Code); known != nil {
		return fmt.Errorf("%w: %s", known, answer.Text)
	}
	return fmt.Errorf("%w: %s", ErrFailed, answer.Text)
}
