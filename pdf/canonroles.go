package pdf

import (
	"bytes"
	"slices"
)

// catalogKeys are the entries of the catalog that are kept, with the role of
// their values.
var catalogKeys = map[Name]role{
	"Type": roleGeneric, "Pages": rolePages, "PageLabels": roleGeneric, "Names": roleNames,
	"Dests": roleNamed, "ViewerPreferences": roleGeneric, "PageLayout": roleGeneric,
	"PageMode": roleGeneric, "Outlines": roleOutline, "OpenAction": roleAction,
	"Metadata": roleGeneric, "StructTreeRoot": roleGeneric, "MarkInfo": roleGeneric,
	"Lang": roleGeneric, "OutputIntents": roleGeneric, "AcroForm": roleForm,
	"Extensions": roleGeneric,
}

// pageKeys are the entries of pages and page tree nodes that are kept.
var pageKeys = map[Name]role{
	"Type": roleGeneric, "Parent": rolePages, "Kids": rolePages, "Count": roleGeneric,
	"Resources": roleResources, "MediaBox": roleGeneric, "CropBox": roleGeneric,
	"BleedBox": roleGeneric, "TrimBox": roleGeneric, "ArtBox": roleGeneric,
	"BoxColorInfo": roleGeneric, "Contents": roleGeneric, "Rotate": roleGeneric,
	"Group": roleGeneric, "Annots": roleAnnots, "Metadata": roleGeneric,
	"StructParents": roleGeneric, "Tabs": roleGeneric, "UserUnit": roleGeneric,
	"LastModified": roleGeneric, "OutputIntents": roleGeneric, "VP": roleGeneric,
	"SeparationInfo": roleGeneric, "PZ": roleGeneric, "Dur": roleGeneric, "Trans": roleGeneric,
}

// quietKeys are dropped without being reported: nothing is lost with them.
var quietKeys = []Name{"Version", "NeedsRendering", "OCProperties", "Thumb", "B", "ID", "Perms", "DSS", "Parent"}

func (c *canon) cleanCatalog(d Dict) Object {
	c.countActions(d["AA"], 0)
	c.checkXFA(d)
	if perms := c.dict(d["Perms"]); perms["UR"] != nil || perms["UR3"] != nil {
		c.count(codeUsageRights)
		c.kill(perms["UR"])
		c.kill(perms["UR3"])
	}
	if _, ok := d["OCProperties"]; ok && c.layers.any {
		c.count(codeFlattened)
	}
	if d["Collection"] != nil || d["AF"] != nil {
		c.count(codeEmbedded)
	}
	switch d.Name("PageMode") {
	case "UseOC", "UseAttachments":
		delete(d, "PageMode")
	}
	out := c.keep(d, catalogKeys, "AA", "Collection", "AF")
	out["Type"] = Name("Catalog")
	return out
}

// keep copies the entries that are in the table; the rest is counted, unless
// known says that it was counted already or need not be.
func (c *canon) keep(d Dict, table map[Name]role, known ...Name) Dict {
	out := Dict{}
	for _, k := range sortedKeys(d) {
		r, ok := table[k]
		if !ok {
			if !slices.Contains(known, k) && !slices.Contains(quietKeys, k) {
				c.count(codePrivate)
			}
			continue
		}
		if v := c.clean(d[k], r); !IsNull(v) {
			out[k] = v
		}
	}
	return out
}

func (c *canon) cleanPage(d Dict) Object {
	c.countActions(d["AA"], 0)
	if d["AF"] != nil {
		c.count(codeEmbedded)
	}
	if d["TemplateInstantiated"] != nil || d["PresSteps"] != nil {
		c.count(codeAction)
	}
	return c.keep(d, pageKeys, "AA", "AF", "TemplateInstantiated", "PresSteps")
}

// cleanNames keeps named destinations only.
func (c *canon) cleanNames(d Dict) Object {
	for k, code := range map[Name]string{
		"JavaScript": codeScript, "EmbeddedFiles": codeEmbedded, "Renditions": codeMedia,
		"AlternatePresentations": codeMedia, "Templates": codeTemplate, "Pages": codeTemplate,
		"URLS": codePrivate, "IDS": codePrivate,
	} {
		if d[k] != nil {
			c.count(code)
		}
	}
	out := Dict{}
	if v := c.clean(d["Dests"], roleDestTree); !IsNull(v) {
		out["Dests"] = v
	}
	return out
}

func (c *canon) cleanOutline(d Dict) Object {
	return c.copyDict(d, func(k Name) role {
		switch k {
		case "First", "Last", "Next", "Prev", "Parent":
			return roleOutline
		case "A":
			return roleAction
		}
		return roleGeneric
	}, false)
}

// cleanForm cleans the AcroForm dictionary.
func (c *canon) cleanForm(d Dict) Object {
	if need, ok := c.resolve(d["NeedAppearances"]).(Boolean); ok && bool(need) {
		c.needAppearances = true
	}
	for _, k := range []Name{"XFA", "NeedAppearances", "CO", "SigFlags"} {
		delete(d, k)
	}
	return c.copyDict(d, func(k Name) role {
		switch k {
		case "Fields":
			return roleField
		case "DR":
			return roleResources
		}
		return roleGeneric
	}, false)
}

// maxXFA is how much of an XFA form is looked at.
const maxXFA = 4 * mib

// checkXFA refuses forms that exist only as XFA: the pages are a placeholder.
func (c *canon) checkXFA(catalog Dict) {
	form := c.dict(catalog["AcroForm"])
	if form["XFA"] == nil {
		return
	}
	c.count(codeXFA)
	if need, ok := c.resolve(catalog["NeedsRendering"]).(Boolean); ok && bool(need) {
		c.refuse(RefusedXFA, "the catalog asks for rendering")
		return
	}
	if c.writing {
		return
	}
	for _, packet := range c.xfaPackets(form["XFA"]) {
		if bytes.Contains(packet, []byte("dynamicRender>required<")) {
			c.refuse(RefusedXFA, "the form asks for dynamic rendering")
		}
	}
}

func (c *canon) xfaPackets(o Object) [][]byte {
	list, ok := c.resolve(o).(Array)
	if !ok {
		list = Array{o}
	}
	var out [][]byte
	left := maxXFA
	for _, o := range list {
		s, ok := c.resolve(o).(*Stream)
		if !ok || left <= 0 {
			continue
		}
		data, err := c.f.Decode(s)
		if err != nil && len(data) == 0 {
			continue // it is dropped anyway
		}
		out = append(out, data)
		left -= len(data)
	}
	return out
}

// cleanField cleans a field, which may be a widget as well.
func (c *canon) cleanField(d Dict) Object {
	c.countActions(d["AA"], 0)
	delete(d, "AA")
	delete(d, "SV") // what a signature would have to look like: not ours to promise
	if c.fieldType(d) == "Sig" {
		c.dropSignature(d)
	}
	if d["Subtype"] != nil {
		c.strip(d)
	}
	return c.copyDict(d, fieldRole, false)
}

// dropSignature removes the value of a signature field and notes that there
// was one.
func (c *canon) dropSignature(d Dict) {
	v := c.resolve(d["V"])
	if IsNull(v) {
		return
	}
	if _, ok := v.(Dict); ok {
		c.signed = true
	} else {
		c.count(codeJunk)
	}
	delete(d, "V")
}

// fieldType reads /FT of the field or of those above it.
func (c *canon) fieldType(d Dict) Name {
	for i := 0; i < 64 && d != nil; i++ {
		if n, ok := c.resolve(d["FT"]).(Name); ok {
			return n
		}
		d = c.dict(d["Parent"])
	}
	return ""
}

func fieldRole(k Name) role {
	switch k {
	case "Kids", "Parent":
		return roleField
	case "A":
		return roleAction
	case "Popup", "IRT":
		return roleAnnot
	case "DR":
		return roleResources
	}
	return roleGeneric
}
