package fetch

import (
	"sync"
	"time"
)

// cache keeps answers for a while, bounded by their total size.
type cache struct {
	keep time.Duration
	now  func() time.Time

	mu      sync.Mutex
	entries map[string]entry
	size    int
}

type entry struct {
	body []byte
	at   time.Time
}

func (c *cache) get(address string) ([]byte, bool) {
	if c.now == nil {
		return nil, false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.entries[address]
	if !ok || c.now().Sub(e.at) > c.keep {
		return nil, false
	}
	return e.body, true
}

func (c *cache) put(address string, body []byte) {
	if c.now == nil || len(body) > cacheBytes/2 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.drop(address)
	for other := range c.entries { // any entry will do: all can be fetched again
		if c.size+len(body) <= cacheBytes {
			break
		}
		c.drop(other)
	}
	if c.entries == nil {
		c.entries = make(map[string]entry)
	}
	c.entries[address] = entry{body: body, at: c.now()}
	c.size += len(body)
}

func (c *cache) drop(address string) {
	c.size -= len(c.entries[address].body)
	delete(c.entries, address)
}
