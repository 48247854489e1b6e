package intake

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"time"
)

// Pool minds the children.
type Pool struct {
	opt           Options
	parse, render *group
}

// NewPool makes a pool; no child runs until one is needed.
func NewPool(opt Options) *Pool {
	opt = opt.withDefaults()
	cpu := max(opt.Deadline, time.Second)
	return &Pool{
		opt:    opt,
		parse:  newGroup(opt, childConfig{Sort: sortParse, Memory: opt.Memory, CPU: cpu}),
		render: newGroup(opt, childConfig{Sort: sortRender, Memory: renderMemory, CPU: cpu, CacheDir: opt.CacheDir}),
	}
}

// Warm makes one child of each sort ready, so that the first document need not
// wait. On a new machine it compiles PDFium into the cache, which takes seconds.
func (p *Pool) Warm(ctx context.Context) error {
	return errors.Join(p.parse.warm(ctx), p.render.warm(ctx))
}

// Close ends all children; requests under way fail.
func (p *Pool) Close() error {
	p.parse.close()
	p.render.close()
	return nil
}

// maxRequests is after how many requests a child is replaced.
const maxRequests = 2000

// group is the children of one sort.
type group struct {
	opt    Options
	config childConfig
	slots  chan struct{}

	mu     sync.Mutex
	idle   []*child // newest last
	busy   map[*child]bool
	closed bool
}

func newGroup(opt Options, config childConfig) *group {
	return &group{opt: opt, config: config, slots: make(chan struct{}, opt.Children), busy: map[*child]bool{}}
}

// do has one request answered. A warm child that turns out to have died before
// the request reached it is replaced once.
func (g *group) do(ctx context.Context, req request, src Source, w io.Writer) (*answer, error) {
	if err := g.enter(ctx); err != nil {
		return nil, err
	}
	defer g.leave()
	req.Size = src.Size()
	for {
		c, warm, err := g.take(ctx)
		if err != nil {
			return nil, err
		}
		a, err := g.ask(ctx, c, req, src, w)
		if errors.Is(err, errNeverHeard) && warm && ctx.Err() == nil {
			continue
		}
		return a, err
	}
}

// enter waits for a free slot.
func (g *group) enter(ctx context.Context) error {
	select {
	case g.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (g *group) leave() { <-g.slots }

// warm makes a child ready and keeps it.
func (g *group) warm(ctx context.Context) error {
	if err := g.enter(ctx); err != nil {
		return err
	}
	defer g.leave()
	c, _, err := g.take(ctx)
	if err != nil {
		return err
	}
	g.give(c)
	return nil
}

// ask runs one conversation under the deadline; a child that did not end it
// properly is not used again.
func (g *group) ask(ctx context.Context, c *child, req request, src Source, w io.Writer) (*answer, error) {
	bounded, cancel := context.WithTimeout(ctx, g.opt.Deadline)
	defer cancel()
	stop := context.AfterFunc(bounded, c.kill)
	a, err := c.converse(req, src, w)
	if !stop() || err != nil || a.Retire || c.requests >= maxRequests {
		g.drop(c)
	} else {
		g.give(c)
	}
	switch {
	case err == nil && a.Problem != nil:
		return nil, a.Problem.err()
	case err == nil:
		return a, nil
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case bounded.Err() != nil:
		return nil, problemTooComplex(fmt.Errorf("intake: no answer in %s", g.opt.Deadline))
	}
	return nil, err
}

// take gives the child that was used last, or a new one that is ready.
func (g *group) take(ctx context.Context) (c *child, warm bool, err error) {
	c, warm, err = g.pick()
	if err != nil {
		return nil, false, err
	}
	if err := c.await(ctx); err != nil {
		g.drop(c)
		if ctx.Err() != nil {
			return nil, false, ctx.Err()
		}
		return nil, false, problemChildren(err)
	}
	return c, warm, nil
}

// pick gives an idle child or starts one.
func (g *group) pick() (c *child, warm bool, err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closed {
		return nil, false, problemChildren(errors.New("intake: pool is closed"))
	}
	if n := len(g.idle); n > 0 {
		c, g.idle = g.idle[n-1], g.idle[:n-1]
		c.timer.Stop()
		g.busy[c] = true
		return c, true, nil
	}
	c, err = start(g.executable(), g.config)
	if err != nil {
		return nil, false, problemChildren(err)
	}
	g.busy[c] = true
	return c, false, nil
}

func (g *group) executable() string {
	if g.opt.Executable != "" {
		return g.opt.Executable
	}
	path, err := os.Executable()
	if err != nil {
		return os.Args[0]
	}
	return path
}

// give keeps a child for the next request, for a while.
func (g *group) give(c *child) {
	g.mu.Lock()
	delete(g.busy, c)
	keep := !g.closed
	if keep {
		g.idle = append(g.idle, c)
		c.timer = time.AfterFunc(g.opt.Idle, func() { g.expire(c) })
	}
	g.mu.Unlock()
	if !keep {
		c.end()
	}
}

// expire ends a child that nobody needed.
func (g *group) expire(c *child) {
	g.mu.Lock()
	found := false
	for i, other := range g.idle {
		if other == c {
			g.idle = append(g.idle[:i], g.idle[i+1:]...)
			found = true
			break
		}
	}
	g.mu.Unlock()
	if found {
		c.end()
	}
}

func (g *group) drop(c *child) {
	g.mu.Lock()
	delete(g.busy, c)
	g.mu.Unlock()
	c.end()
}

func (g *group) close() {
	g.mu.Lock()
	g.closed = true
	idle := g.idle
	g.idle = nil
	for c := range g.busy {
		c.kill()
	}
	g.mu.Unlock()
	for _, c := range idle {
		c.timer.Stop()
		c.end()
	}
}
