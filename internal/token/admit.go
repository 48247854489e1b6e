package token

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/consigil/consigil/internal/token/wire"
)

// admission is the handing over of the PIN to one helper.
type admission struct {
	done chan struct{}
	err  error
}

// admit hands the PIN to a helper, once in its life. Who stops waiting does not stop it: a PIN that is sent twice could
// be wrong twice.
func (c *Client) admit(ctx context.Context, h *helper) error {
	if c.cfg.PIN == nil {
		return nil
	}
	h.mu.Lock()
	a := h.admission
	if a == nil {
		a = &admission{done: make(chan struct{})}
		h.admission = a
		go c.enter(h, a)
	}
	h.mu.Unlock()
	select {
	case <-a.done:
		return a.err
	case <-ctx.Done():
		return fmt.Errorf("token: %w", ctx.Err())
	}
}

// enter ends an admission; after one that failed the next call begins another.
func (c *Client) enter(h *helper, a *admission) {
	a.err = c.hand(h)
	if a.err != nil {
		h.mu.Lock()
		h.admission = nil
		h.mu.Unlock()
	}
	close(a.done)
}

// hand sends the PIN, unless it is one that the token has refused.
func (c *Client) hand(h *helper) error {
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
	_, err = h.ask(context.Background(), wire.Request{Op: wire.OpLogin, Token: c.cfg.Token, PIN: pin})
	var answer *wire.Error
	if errors.As(err, &answer) && answer.Code == wire.CodePIN {
		c.mu.Lock()
		c.refused = bytes.Clone(pin)
		c.mu.Unlock()
	}
	return err
}
