package pdf

// cacheBytes is how much object text the cache stands for at most.
const cacheBytes = 4 * mib

// objectCache keeps small objects that were read before. When full it starts
// over: simple, bounded, and good enough for the walks that this package does.
type objectCache struct {
	objects map[Ref]Object
	weight  int64
}

func (c *objectCache) get(ref Ref) (Object, bool) {
	o, ok := c.objects[ref]
	return o, ok
}

func (c *objectCache) put(ref Ref, o Object, weight int64) {
	weight += 64
	if weight > cacheBytes/16 {
		return
	}
	if c.objects == nil || c.weight+weight > cacheBytes {
		c.objects, c.weight = map[Ref]Object{}, 0
	}
	c.objects[ref] = o
	c.weight += weight
}

func (c *objectCache) clear() { c.objects, c.weight = nil, 0 }
