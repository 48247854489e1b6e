package token

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/consigil/consigil/internal/token/wire"
)

// The longest time one operation may take. A module that takes longer hangs, and its helper is ended.
const (
	signTime     = 60 * time.Second
	generateTime = 5 * time.Minute // RSA of 4096 bits on a card
)

// call runs a request; where token or helper went away it waits for them, as long as patience and ctx last.
func (c *Client) call(ctx context.Context, r wire.Request) (*wire.Response, error) {
	return c.callFor(ctx, r, isGone)
}

func (c *Client) callFor(ctx context.Context, r wire.Request, again func(error) bool) (*wire.Response, error) {
	last := time.Now().Add(c.cfg.Patience)
	for pause := 50 * time.Millisecond; ; pause = min(2*pause, time.Second) {
		answer, err := c.try(ctx, r)
		if err == nil || !again(err) || time.Now().Add(pause).After(last) {
			return answer, typed(lasting(err))
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("%w: %w", ctx.Err(), typed(lasting(err)))
		case <-time.After(pause):
		}
	}
}

// lasting names a helper that stays away for what it is.
func lasting(err error) error {
	if errors.Is(err, errGone) && !errors.Is(err, ErrModule) {
		return fmt.Errorf("%w: %w", ErrHelper, err)
	}
	return err
}

// isGone says that it may help to wait: the helper has crashed, or a token was pulled.
func isGone(err error) bool {
	var answer *wire.Error
	return errors.Is(err, errGone) || errors.As(err, &answer) && (answer.Code == wire.CodeGone || answer.Code == wire.CodeBusy)
}

// isGoneFromHere is isGone for a token and a key that were there before.
func isGoneFromHere(err error) bool {
	var answer *wire.Error
	return isGone(err) || errors.As(err, &answer) && (answer.Code == wire.CodeNoToken || answer.Code == wire.CodeNoKey)
}

// try runs a request once.
func (c *Client) try(ctx context.Context, r wire.Request) (*wire.Response, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("token: %w", err)
	}
	h, err := c.helper()
	if err != nil {
		return nil, err
	}
	if r.Op != wire.OpTokens {
		if err := c.admit(ctx, h); err != nil {
			return nil, err
		}
	}
	r.Token = c.cfg.Token
	return h.ask(ctx, r)
}

// ask sends a request and waits for its answer.
func (h *helper) ask(ctx context.Context, r wire.Request) (*wire.Response, error) {
	id, answer, err := h.send(r)
	if err != nil {
		return nil, err
	}
	limit := signTime
	if r.Op == wire.OpGenerate {
		limit = generateTime
	}
	hangs := time.AfterFunc(limit, h.kill)
	defer hangs.Stop()
	select {
	case a := <-answer:
		return opened(a)
	case <-h.gone:
		select { // it may have answered before it went
		case a := <-answer:
			return opened(a)
		default:
			return nil, h.dead
		}
	case <-ctx.Done():
		h.forget(id)
		return nil, fmt.Errorf("token: %w", ctx.Err())
	}
}

func opened(a *wire.Response) (*wire.Response, error) {
	if a.Error != nil {
		return nil, a.Error
	}
	return a, nil
}

// Crash control: within calm, the first start is free and each further one waits longer.
const (
	calm      = time.Minute
	firstWait = 100 * time.Millisecond
	maxWait   = 5 * time.Second
)

// helper is the running helper, or a new one. While it is too early for a new one it is errGone.
func (c *Client) helper() (*helper, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return nil, fmt.Errorf("%w: closed", ErrHelper)
	}
	if c.running != nil && !c.running.ended() {
		return c.running, nil
	}
	if c.running != nil {
		c.report(c.running.dead)
		c.running = nil
	}
	now := time.Now()
	for len(c.starts) > 0 && now.Sub(c.starts[0]) > calm {
		c.starts = c.starts[1:]
	}
	if n := len(c.starts); n > 1 {
		if wait := min(firstWait<<min(n-2, 10), maxWait); now.Sub(c.starts[n-1]) < wait {
			return nil, fmt.Errorf("%w, and the next is not due yet", errGone)
		}
	}
	c.starts = append(c.starts, now)
	h, err := start(c.cfg.Helper, c.cfg.Module)
	if err != nil {
		c.report(err)
		if c.worked {
			err = fmt.Errorf("%w: %w", errGone, err)
		}
		return nil, err
	}
	c.running, c.worked = h, true
	return h, nil
}

func (c *Client) report(err error) {
	if c.cfg.Report != nil {
		c.cfg.Report(err)
	}
}

// admit hands the PIN to a helper, once in its life.
func (c *Client) admit(ctx context.Context, h *helper) error {
	if c.cfg.PIN == nil {
		return nil
	}
	h.admit.Lock()
	defer h.admit.Unlock()
	if h.admitted {
		return nil
	}
	pin, err := c.cfg.PIN()
	if err != nil {
		return err
	}
	defer clear(pin)
	c.mu.Lock()
	tried := c.refused != nil && bytes.Equal(c.refused, pin)
	c.mu.Unlock()
	if tried {
		return &wire.Error{Code: wire.CodePIN, Text: "the token has refused this PIN before: it is not tried again"}
	}
	_, err = h.ask(ctx, wire.Request{Op: wire.OpLogin, Token: c.cfg.Token, PIN: pin})
	var answer *wire.Error
	if errors.As(err, &answer) && answer.Code == wire.CodePIN {
		c.mu.Lock()
		c.refused = bytes.Clone(pin)
		c.mu.Unlock()
	}
	h.admitted = err == nil
	return err
}
