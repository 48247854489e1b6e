package pdf

// layers is the default state of the file's optional content (ISO 32000, 8.11).
type layers struct {
	any bool
	off map[Ref]bool
}

// readLayers works out which groups are off when the file is opened.
func (c *canon) readLayers() error {
	cat, err := c.f.Catalog()
	if err != nil {
		return err
	}
	c.layers.off = map[Ref]bool{}
	props := c.dict(cat["OCProperties"])
	if props == nil {
		return nil
	}
	groups := c.refs(props["OCGs"])
	c.layers.any = len(groups) > 0
	d := c.dict(props["D"])
	if n, _ := c.resolve(d["BaseState"]).(Name); n == "OFF" {
		for _, g := range groups {
			c.layers.off[g] = true
		}
	}
	for _, g := range c.refs(d["ON"]) {
		delete(c.layers.off, g)
	}
	for _, g := range c.refs(d["OFF"]) {
		c.layers.off[g] = true
	}
	c.autoStates(d)
	return nil
}

// autoStates applies what groups say of their own state for viewing, where the
// configuration lets them.
func (c *canon) autoStates(d Dict) {
	for _, o := range c.array(d["AS"]) {
		usage := c.dict(o)
		if n, _ := c.resolve(usage["Event"]).(Name); n != "View" {
			continue
		}
		for _, g := range c.refs(usage["OCGs"]) {
			view := c.dict(c.dict(c.dict(g)["Usage"])["View"])
			switch n, _ := c.resolve(view["ViewState"]).(Name); n {
			case "OFF":
				c.layers.off[g] = true
			case "ON":
				delete(c.layers.off, g)
			}
		}
	}
}

func (c *canon) refs(o Object) []Ref {
	var out []Ref
	for _, e := range c.array(o) {
		if ref, ok := e.(Ref); ok {
			out = append(out, ref)
		}
	}
	return out
}

// hidden reports whether the group or membership dictionary o is off.
func (c *canon) hidden(o Object) bool {
	if o == nil || len(c.layers.off) == 0 {
		return false
	}
	if ref, ok := o.(Ref); ok && c.layers.off[ref] {
		return true
	}
	d := c.dict(o)
	if d.Name("Type") != "OCMD" {
		return false
	}
	if ve := c.array(d["VE"]); ve != nil {
		return !c.visible(ve, 0)
	}
	return !c.member(d)
}

// member judges a membership dictionary by its policy.
func (c *canon) member(d Dict) bool {
	groups := c.refs(d["OCGs"])
	if ref, ok := d["OCGs"].(Ref); ok && c.array(ref) == nil {
		groups = []Ref{ref}
	}
	if len(groups) == 0 {
		return true
	}
	on := 0
	for _, g := range groups {
		if !c.layers.off[g] {
			on++
		}
	}
	switch n, _ := c.resolve(d["P"]).(Name); n {
	case "AllOn":
		return on == len(groups)
	case "AnyOff":
		return on < len(groups)
	case "AllOff":
		return on == 0
	}
	return on > 0
}

// visible works out a visibility expression; one that makes no sense hides.
func (c *canon) visible(ve Array, depth int) bool {
	if depth > 16 || len(ve) < 2 {
		return false
	}
	op, _ := c.resolve(ve[0]).(Name)
	for _, o := range ve[1:] {
		v := c.operand(o, depth)
		switch {
		case op == "Not":
			return !v
		case op == "And" && !v:
			return false
		case op == "Or" && v:
			return true
		}
	}
	return op == "And"
}

func (c *canon) operand(o Object, depth int) bool {
	if a := c.array(o); a != nil {
		return c.visible(a, depth+1)
	}
	ref, _ := o.(Ref)
	return !c.layers.off[ref]
}
