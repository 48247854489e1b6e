package pdf

import (
	"errors"
	"math/bits"
)

// role is what an object is used as. An object that is used in several ways
// is cleaned for each of them.
type role uint32

const (
	roleGeneric role = 1 << iota
	roleCatalog
	rolePages
	rolePage
	roleAnnots
	roleAnnot
	roleAction
	roleDest
	roleDestList
	roleOutline
	roleNames
	roleDestTree
	roleForm
	roleField
	roleResources
	roleNamed      // dictionary with freely chosen keys
	roleProperties // the /Properties of resources
)

// canon is one run of Canonicalize. It first walks everything that the catalog
// leads to, until it knows each object's roles and what must go; then it walks
// again in the same order and writes.
type canon struct {
	f       *File
	roles   map[Ref]role
	killed  map[Ref]bool
	queue   []visit
	counts  map[finding]int
	tally   map[string]int // findings in the object being cleaned
	current Ref            // the object being cleaned
	depth   int            // how deep inside it
	pages   map[Ref]bool
	made    map[Ref]Object // objects that the file does not have
	layers  layers
	refusal *RefusalError

	pageCount       int
	signed          bool
	needAppearances bool

	writing bool
	numbers map[Ref]int
	order   []Ref
	nextNum int
}

// finding is a code with the object that gave it. An object that is cleaned in
// several roles is counted once.
type finding struct {
	code string
	ref  Ref
}

// visit is an object to be cleaned for one role.
type visit struct {
	ref  Ref
	role role
}

func newCanon(f *File) *canon {
	return &canon{
		f: f, roles: map[Ref]role{}, killed: map[Ref]bool{},
		counts: map[finding]int{}, tally: map[string]int{}, pages: map[Ref]bool{}, made: map[Ref]Object{}, numbers: map[Ref]int{},
	}
}

// discover finds what is reachable and in which roles.
func (c *canon) discover() error {
	if c.f.Encrypted() {
		c.count(codeEncryption)
	}
	if c.f.Repaired() {
		c.count(codeFileRepaired)
	}
	if err := c.listPages(); err != nil {
		return err
	}
	if err := c.readLayers(); err != nil {
		return err
	}
	c.settle()
	c.want(c.f.root, roleCatalog)
	if info, ok := c.f.trailer["Info"].(Ref); ok {
		c.want(info, roleGeneric)
	}
	for len(c.queue) > 0 {
		v := c.queue[len(c.queue)-1]
		c.queue = c.queue[:len(c.queue)-1]
		if _, err := c.load(v.ref, v.role); err != nil {
			return err
		}
	}
	return nil
}

// load reads an object and cleans it for the given roles.
func (c *canon) load(ref Ref, roles role) (Object, error) {
	o, err := c.get(ref)
	if err != nil {
		return nil, err
	}
	c.current, c.depth = ref, 0
	for roles != 0 {
		r := role(1) << bits.TrailingZeros32(uint32(roles))
		roles &^= r
		o = c.clean(o, r)
	}
	c.settle()
	if c.writing {
		c.numberRefs(o)
	}
	return o, nil
}

// numberRefs numbers what a fully cleaned object still names. Doing so earlier
// would bring along what only a later role drops.
func (c *canon) numberRefs(o Object) {
	switch v := o.(type) {
	case Ref:
		c.number(v)
	case Array:
		for _, e := range v {
			c.numberRefs(e)
		}
	case Dict:
		for _, k := range sortedKeys(v) {
			c.numberRefs(v[k])
		}
	case *Stream:
		c.numberRefs(v.Dict)
	}
}

// settle books the tally on the present object.
func (c *canon) settle() {
	for code, n := range c.tally {
		key := finding{code, c.current}
		c.counts[key] = max(c.counts[key], n)
		delete(c.tally, code)
	}
}

// get reads an object; one that cannot be parsed is as good as missing.
func (c *canon) get(ref Ref) (Object, error) {
	if o, ok := c.made[ref]; ok {
		return o, nil
	}
	o, err := c.f.Get(ref)
	var broken *MalformedError
	var unknown *UnsupportedError
	if errors.As(err, &broken) || errors.As(err, &unknown) {
		return Null{}, nil
	}
	return o, err
}

// resolve follows references and gives Null for what cannot be read. Limits
// come up again when the object is visited.
func (c *canon) resolve(o Object) Object {
	for i := 0; i < 32; i++ {
		ref, ok := o.(Ref)
		if !ok {
			return o
		}
		var err error
		if o, err = c.get(ref); err != nil {
			return Null{}
		}
	}
	return Null{}
}

func (c *canon) dict(o Object) Dict {
	switch v := c.resolve(o).(type) {
	case Dict:
		return v
	case *Stream:
		return v.Dict
	}
	return nil
}

func (c *canon) array(o Object) Array {
	a, _ := c.resolve(o).(Array)
	return a
}

// want notes that ref is used as r. It gives false where nothing stands there
// or where it must go.
func (c *canon) want(ref Ref, r role) bool {
	if c.killed[ref] || !c.exists(ref) {
		return false
	}
	if c.writing {
		return true
	}
	switch { // what these are does not depend on who refers to them
	case ref == c.f.root:
		r = roleCatalog
	case c.pages[ref]:
		r = rolePage
	}
	if c.roles[ref]&r == 0 {
		c.roles[ref] |= r
		c.queue = append(c.queue, visit{ref, r})
	}
	return true
}

func (c *canon) exists(ref Ref) bool {
	if _, ok := c.made[ref]; ok || ref == c.f.root {
		return true
	}
	e, ok := c.f.xref.find(ref.Num)
	if !ok || e.kind == entryFree {
		return false
	}
	return e.kind == entryCompressed && ref.Gen == 0 || int(e.gen) == ref.Gen
}

// kill makes every reference to o's object null.
func (c *canon) kill(o Object) {
	if ref, ok := o.(Ref); ok && ref != c.f.root && !c.pages[ref] {
		c.killed[ref] = true
	}
}

// killSelf does the same to the object being cleaned, where it is the whole
// of it that must go and not something inside.
func (c *canon) killSelf() {
	if c.depth <= 1 {
		c.kill(c.current)
	}
}

// count notes a finding, while discovering only.
func (c *canon) count(code string) {
	if !c.writing {
		c.tally[code]++
	}
}

func (c *canon) refuse(code, detail string) {
	if c.refusal == nil {
		c.refusal = &RefusalError{code, detail}
	}
}
