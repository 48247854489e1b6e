package pdf

// listPages notes which objects are pages and whether the page tree can stay.
func (c *canon) listPages() error {
	var pages []Page
	repeated := false
	for p, err := range c.f.Pages() {
		if err != nil {
			return err
		}
		c.pageCount++
		repeated = repeated || p.Ref.Zero() || p.Ref == c.f.root || c.pages[p.Ref]
		c.pages[p.Ref] = true
		if p.Ref.Zero() {
			pages = append(pages, p)
			continue
		}
		p.Dict = nil // read again when needed
		pages = append(pages, p)
	}
	if c.pageCount == 0 {
		c.refuse(RefusedEmpty, "the page tree has no pages")
		return nil
	}
	if repeated || !c.healthy() {
		c.count(codePageTree)
		return c.rebuildPages(pages)
	}
	return nil
}

// healthy checks the page tree: every node of the right type, counted right,
// and aware of the node above it.
func (c *canon) healthy() bool {
	cat, err := c.f.Catalog()
	if err != nil {
		return false
	}
	root, ok := cat["Pages"].(Ref)
	if !ok {
		return false
	}
	n, ok := c.healthyNode(root, Ref{}, map[Ref]bool{}, 0)
	return ok && n == c.pageCount
}

func (c *canon) healthyNode(ref, parent Ref, seen map[Ref]bool, depth int) (pages int, ok bool) {
	d, isDict := c.resolve(ref).(Dict)
	if !isDict || seen[ref] || depth > c.f.lim.Depth {
		return 0, false
	}
	seen[ref] = true
	if up, has := d["Parent"]; has && up != parent || !has && depth > 0 {
		return 0, false
	}
	if d.Name("Type") == "Page" {
		return 1, true
	}
	kids, isArray := d["Kids"].(Array)
	if d.Name("Type") != "Pages" || !isArray {
		return 0, false
	}
	c.pages[ref] = true
	for _, k := range kids {
		kid, isRef := k.(Ref)
		if !isRef {
			return 0, false
		}
		n, ok := c.healthyNode(kid, ref, seen, depth+1)
		if !ok {
			return 0, false
		}
		pages += n
	}
	count, isInt := d["Count"].(Integer)
	return pages, isInt && int(count) == pages
}

// rebuildPages makes a flat page tree in the order in which readers show the
// pages. A page that was listed twice becomes two; annotations stay with the
// first.
func (c *canon) rebuildPages(pages []Page) error {
	next := c.f.maxNum + 1
	root := Ref{Num: next}
	kids := Array{}
	done := map[Ref]bool{}
	for _, p := range pages {
		d := p.Dict
		if !p.Ref.Zero() {
			var err error
			if d, err = c.f.Dict(p.Ref); err != nil {
				return err
			}
		}
		d = flatPage(d, p, root)
		ref := p.Ref
		if ref.Zero() || done[ref] || ref == c.f.root {
			next++
			ref = Ref{Num: next}
			if done[p.Ref] {
				delete(d, "Annots")
			}
			c.pages[ref] = true
		}
		done[ref] = true
		c.made[ref] = d
		kids = append(kids, ref)
	}
	c.made[root] = Dict{"Type": Name("Pages"), "Kids": kids, "Count": Integer(len(kids))}
	c.pages[root] = true
	return c.replaceRoot(root)
}

// flatPage gives the page with everything that it inherited.
func flatPage(d Dict, p Page, root Ref) Dict {
	d = d.Clone()
	delete(d, "Kids")
	delete(d, "Count")
	d["Type"], d["Parent"] = Name("Page"), root
	d["MediaBox"] = p.MediaBox.Array()
	if p.CropBox != p.MediaBox {
		d["CropBox"] = p.CropBox.Array()
	}
	if p.Rotate != 0 {
		d["Rotate"] = Integer(p.Rotate)
	}
	if p.Resources != nil {
		d["Resources"] = p.Resources
	}
	return d
}

func (c *canon) replaceRoot(root Ref) error {
	cat, err := c.f.Catalog()
	if err != nil {
		return err
	}
	cat = cat.Clone()
	cat["Pages"] = root
	c.made[c.f.root] = cat
	return nil
}
