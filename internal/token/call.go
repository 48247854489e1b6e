package token

import (
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
	h, err := c.helper(ctx)
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
func (c *Client) helper(ctx context.Context) (*helper, error) {
	if h := c.current(); h != nil {
		return h, nil
	}
	type outcome struct {
		*helper
		err error
	}
	started := make(chan outcome, 1)
	go func() {
		h, err := c.renew()
		started <- outcome{h, err}
	}()
	select {
	case o := <-started:
		return o.helper, o.err
	case <-ctx.Done(): // the start goes on, for the next call
		return nil, fmt.Errorf("token: %w", ctx.Err())
	}
}

// current is the running helper, or nil. One that has ended is reported, once.
func (c *Client) current() *helper {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.running != nil && c.running.ended() {
		c.report(c.running.dead)
		c.running = nil
	}
	return c.running
}

// renew starts a helper, one at a time.
func (c *Client) renew() (*helper, error) {
	c.starting.Lock()
	defer c.starting.Unlock()
	if h := c.current(); h != nil {
		return h, nil
	}
	if err := c.due(time.Now()); err != nil {
		return nil, err
	}
	h, err := start(c.cfg.Helper, c.cfg.Module)
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case err != nil && c.worked:
		c.report(err)
		return nil, fmt.Errorf("%w: %w", errGone, err)
	case err != nil:
		c.report(err)
		return nil, err
	case c.closed:
		go h.end()
		return nil, fmt.Errorf("%w: closed", ErrHelper)
	}
	c.running, c.worked = h, true
	return h, nil
}

// due notes a start, or refuses one that comes too soon after others.
func (c *Client) due(now time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return fmt.Errorf("%w: closed", ErrHelper)
	}
	for len(c.starts) > 0 && now.Sub(c.starts[0]) > calm {
		c.starts = c.starts[1:]
	}
	if n := len(c.starts); n > 1 {
		if wait := min(firstWait<<min(n-2, 10), maxWait); now.Sub(c.starts[n-1]) < wait {
			return fmt.Errorf("%w, and the next is not due yet", errGone)
		}
	}
	c.starts = append(c.starts, now)
	return nil
}

func (c *Client) report(err error) {
	if c.cfg.Report != nil {
		c.cfg.Report(err)
	}
}
