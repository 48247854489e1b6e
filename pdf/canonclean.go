package pdf

// clean gives a copy of o without what the table drops, and asks for every
// object that the copy still names.
func (c *canon) clean(o Object, r role) Object {
	c.depth++
	defer func() { c.depth-- }()
	switch v := o.(type) {
	case Ref:
		if !c.want(v, r) {
			return Null{}
		}
		return v
	case Array:
		return c.cleanArray(v, r)
	case Dict:
		return c.cleanDict(v, r)
	case *Stream:
		return c.cleanStream(v, r)
	}
	return o
}

// cleanArray cleans each element. What was dropped leaves lists of annotations,
// fields and kids, but leaves a null where position matters.
func (c *canon) cleanArray(a Array, r role) Object {
	out := make(Array, 0, len(a))
	switch r {
	case roleAction, roleDest: // a place in the file: page and position
		r = roleGeneric
	case roleDestList:
		r = roleDest
	}
	for _, v := range a {
		if r == roleAnnots {
			if v = c.annotElement(v); v == nil {
				continue
			}
			out = append(out, v)
			continue
		}
		v = c.clean(v, r)
		if (r == roleField || r == rolePages) && IsNull(v) {
			continue
		}
		out = append(out, v)
	}
	return out
}

func (c *canon) cleanStream(s *Stream, r role) Object {
	if c.hidden(s.Dict["OC"]) {
		c.count(codeHiddenLayer)
		return emptyForm()
	}
	d := s.Dict.Clone()
	delete(d, "OC")
	if d.Name("Type") == "EmbeddedFile" {
		c.count(codeEmbedded)
		return NewStream(Dict{}, nil)
	}
	if c.externalData(d) {
		c.count(codeExternal)
	}
	c.dropCrypt(d)
	delete(d, "Length")
	clean, ok := c.cleanDict(d, r).(Dict)
	if !ok {
		return Null{}
	}
	return s.WithDict(clean)
}

// emptyForm draws nothing.
func emptyForm() *Stream {
	return NewStream(Dict{
		"Type": Name("XObject"), "Subtype": Name("Form"),
		"BBox": Array{Integer(0), Integer(0), Integer(0), Integer(0)},
	}, nil)
}

// externalData removes the entries that say that a stream's data stand in
// another file. /F as a name is an old short form of /Filter.
func (c *canon) externalData(d Dict) bool {
	found := false
	switch c.resolve(d["F"]).(type) {
	case String, Dict:
		delete(d, "F")
		found = true
	}
	for _, k := range []Name{"FFilter", "FDecodeParms"} {
		if _, ok := d[k]; ok {
			delete(d, k)
			found = true
		}
	}
	return found
}

// dropCrypt removes the /Crypt filter: the data are written decrypted.
func (c *canon) dropCrypt(d Dict) {
	stages, err := c.f.filters(d)
	if err != nil || len(stages) == 0 || stages[0].name != "Crypt" {
		return
	}
	names, parms := Array{}, Array{}
	for _, s := range stages[1:] {
		names = append(names, s.name)
		var p Object = Null{}
		if s.parms != nil {
			p = s.parms
		}
		parms = append(parms, p)
	}
	for _, k := range []Name{"Filter", "DecodeParms", "F", "DP"} {
		delete(d, k)
	}
	if len(names) > 0 {
		d["Filter"], d["DecodeParms"] = names, parms
	}
}

// cleanDict applies the rules of one role.
func (c *canon) cleanDict(d Dict, r role) Object {
	if r == roleNamed || r == roleProperties {
		return c.copyDict(d, func(Name) role { return roleGeneric }, r == roleProperties)
	}
	if c.junkSignature(d) {
		c.count(codeJunk)
		c.killSelf()
		return Null{}
	}
	d = d.Clone()
	c.dropFiles(d)
	switch r {
	case roleCatalog:
		return c.cleanCatalog(d)
	case rolePages, rolePage:
		return c.cleanPage(d)
	case roleAnnot:
		return c.cleanAnnot(d)
	case roleAction:
		return c.cleanAction(d)
	case roleDest:
		return c.cleanDest(d)
	case roleOutline:
		return c.cleanOutline(d)
	case roleNames:
		return c.cleanNames(d)
	case roleDestTree:
		return c.copyDict(d, destTreeRole, false)
	case roleForm:
		return c.cleanForm(d)
	case roleField:
		return c.cleanField(d)
	case roleResources:
		return c.copyDict(d, resourceRole, false)
	}
	return c.cleanGeneric(d)
}

// cleanDest keeps the destination; some files use one object as destination
// and as action.
func (c *canon) cleanDest(d Dict) Object {
	kept := pick(d, "D")
	if s, _ := c.resolve(d["S"]).(Name); s == "GoTo" {
		kept = pick(d, "Type", "S", "D", "SD")
	}
	return c.copyDict(kept, func(Name) role { return roleGeneric }, false)
}

// copyDict cleans every value for the role that its key gives it.
func (c *canon) copyDict(d Dict, of func(Name) role, properties bool) Object {
	out := make(Dict, len(d))
	for _, k := range sortedKeys(d) {
		if properties && c.hidden(d[k]) {
			c.refuse(RefusedLayer, "page content on a layer that is off by default")
		}
		if v := c.clean(d[k], of(k)); !IsNull(v) {
			out[k] = v
		}
	}
	return out
}

// cleanGeneric cleans what has no place of its own in the table, and sends
// what is recognisably something else to its own rules.
func (c *canon) cleanGeneric(d Dict) Object {
	switch d.Name("Type") {
	case "Annot":
		return c.cleanAnnot(d)
	case "Page":
		if !c.pages[c.current] && !c.writing {
			c.killSelf() // a page that is in no page tree
		}
		return c.cleanPage(d)
	case "Action":
		return c.cleanAction(d)
	}
	if code := actionCode(d.Name("S")); code != "" && d["P"] == nil && d["K"] == nil {
		c.count(code)
		c.killSelf()
		return Null{}
	}
	return c.copyDict(d, genericRole, false)
}

func genericRole(k Name) role {
	if k == "Resources" {
		return roleResources
	}
	return roleGeneric
}

func resourceRole(k Name) role {
	switch k {
	case "Properties":
		return roleProperties
	case "Font", "XObject", "ExtGState", "ColorSpace", "Pattern", "Shading":
		return roleNamed
	}
	return roleGeneric
}

func destTreeRole(k Name) role {
	switch k {
	case "Kids":
		return roleDestTree
	case "Names":
		return roleDestList
	}
	return roleGeneric
}

// dropFiles removes embedded files from a file specification, wherever it
// stands.
func (c *canon) dropFiles(d Dict) {
	ef, ok := c.resolve(d["EF"]).(Dict)
	if !ok || ef["Type"] != nil || ef["F"] == nil && ef["UF"] == nil {
		return
	}
	for _, o := range ef {
		c.kill(o)
	}
	delete(d, "EF")
	delete(d, "RF")
	c.count(codeEmbedded)
}

// junkSignature tells a signature dictionary by the entries that only it has.
func (c *canon) junkSignature(d Dict) bool {
	_, ranged := d["ByteRange"]
	_, contents := d["Contents"]
	t := d.Name("Type")
	return ranged && contents && t != "Page" || (t == "Sig" || t == "DocTimeStamp") && (ranged || contents)
}

func pick(d Dict, keys ...Name) Dict {
	out := Dict{}
	for _, k := range keys {
		if v, ok := d[k]; ok {
			out[k] = v
		}
	}
	return out
}
