package fetch

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// entryCost is what an entry takes beside its key and body, bytes.
const entryCost = 256

// kept is an answer and the moment from which it is not used any more; without
// one it is not kept.
type kept struct {
	body  []byte
	until time.Time
	err   error // kept for a moment, so that a dead server is not asked for each of many certificates
}

// cache keeps answers for a while, bounded by their total size, and lets those who
// ask for the same thing at the same time wait for one exchange.
type cache struct {
	now func() time.Time // nil: nothing is kept

	mu      sync.Mutex
	entries map[string]kept
	flights map[string]*flight
	size    int
}

// flight is an exchange that is under way.
type flight struct {
	done chan struct{}
	body []byte
	err  error
}

// cached returns what is kept under a key, or fetches it. The exchange goes on
// where one of those who wait gives up: others may be waiting too.
func (c *Client) cached(ctx context.Context, key string, fetch func(context.Context) (kept, error)) ([]byte, error) {
	k, f, mine := c.cache.join(key)
	if f == nil {
		return k.body, k.err
	}
	if mine {
		go func() {
			ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), c.config.Timeout)
			defer cancel()
			k, err := guardedly(ctx, fetch)
			c.cache.land(key, f, k, err)
		}()
	}
	select {
	case <-f.done:
		return f.body, f.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// guardedly turns a panic over what a stranger sent into an error: nobody above
// this goroutine could.
func guardedly(ctx context.Context, fetch func(context.Context) (kept, error)) (k kept, err error) {
	defer func() {
		if v := recover(); v != nil {
			k, err = kept{}, fmt.Errorf("%w: it cannot be read", ErrAnswer)
		}
	}()
	return fetch(ctx)
}

// join finds an answer, or the exchange to wait for; it is the caller's to begin
// where mine is true.
func (c *cache) join(key string) (k kept, f *flight, mine bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if k, ok := c.entries[key]; ok {
		if c.now().Before(k.until) {
			return k, nil, false
		}
		c.drop(key)
	}
	if f := c.flights[key]; f != nil {
		return kept{}, f, false
	}
	if c.flights == nil {
		c.flights = map[string]*flight{}
	}
	f = &flight{done: make(chan struct{})}
	c.flights[key] = f
	return kept{}, f, true
}

// land ends an exchange.
func (c *cache) land(key string, f *flight, k kept, err error) {
	f.body, f.err = k.body, err
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.flights, key)
	if err != nil && c.now != nil && !errors.Is(err, ErrRefused) {
		k = kept{err: err, until: c.now().Add(failureKeep)}
	}
	c.put(key, k)
	close(f.done)
}

// put keeps an answer; the lock is held.
func (c *cache) put(key string, k kept) {
	cost := len(key) + len(k.body) + entryCost
	if c.now == nil || cost > cacheBytes/2 || !c.now().Before(k.until) {
		return
	}
	c.drop(key)
	c.room(cost)
	if c.entries == nil {
		c.entries = make(map[string]kept)
	}
	c.entries[key] = k
	c.size += cost
}

// room drops what has run out and then any entries, for all can be fetched again:
// more than is needed, so that it is not done for each answer.
func (c *cache) room(cost int) {
	if c.size+cost <= cacheBytes {
		return
	}
	now := c.now()
	for key, k := range c.entries {
		if !now.Before(k.until) {
			c.drop(key)
		}
	}
	for key := range c.entries {
		if c.size+cost <= cacheBytes/8*7 {
			return
		}
		c.drop(key)
	}
}

func (c *cache) drop(key string) {
	if k, ok := c.entries[key]; ok {
		c.size -= len(key) + len(k.body) + entryCost
		delete(c.entries, key)
	}
}
