package pdf

import "strings"

// annotKinds says what becomes of each kind of annotation: "" keeps it.
var annotKinds = map[Name]string{
	"Text": "", "Link": "", "FreeText": "", "Line": "", "Square": "", "Circle": "",
	"Polygon": "", "PolyLine": "", "Highlight": "", "Underline": "", "Squiggly": "",
	"StrikeOut": "", "Caret": "", "Stamp": "", "Ink": "", "Popup": "", "Widget": "",
	"Redact": "", "Watermark": "", "PrinterMark": "", "TrapNet": "", "Projection": "",
	"FileAttachment": codeEmbedded, "Sound": codeMedia, "Movie": codeMedia,
	"Screen": codeMedia, "3D": codeMedia, "RichMedia": codeMedia,
}

// annotElement cleans one element of /Annots; nil where it must go.
func (c *canon) annotElement(o Object) Object {
	d, ok := c.resolve(o).(Dict)
	if !ok {
		return nil
	}
	if code, gone := c.annotGone(d); gone {
		c.count(code)
		c.kill(o)
		return nil
	}
	if v := c.clean(o, roleAnnot); !IsNull(v) {
		return v
	}
	return nil
}

// annotGone decides whether an annotation is dropped.
func (c *canon) annotGone(d Dict) (code string, gone bool) {
	kind, _ := c.resolve(d["Subtype"]).(Name)
	code, known := annotKinds[kind]
	switch {
	case !known:
		return codeAnnotation, true
	case code != "":
		return code, true
	case c.hidden(d["OC"]):
		return codeHiddenLayer, true
	}
	return "", false
}

func (c *canon) cleanAnnot(d Dict) Object {
	if _, gone := c.annotGone(d); gone {
		c.killSelf()
		return Null{}
	}
	if d["FT"] != nil || d["T"] != nil && d.Name("Subtype") == "Widget" || d["Parent"] != nil && d.Name("Subtype") == "Widget" {
		return c.cleanField(d)
	}
	c.countActions(d["AA"], 0)
	delete(d, "AA")
	c.strip(d)
	return c.copyDict(d, fieldRole, false)
}

// strip removes what no annotation may carry.
func (c *canon) strip(d Dict) {
	if d["PA"] != nil {
		c.countActions(d["PA"], 0)
	}
	if d["AF"] != nil {
		c.count(codeEmbedded)
	}
	for _, k := range []Name{"PA", "AF", "FS", "Movie", "Sound", "RichMediaContent", "RichMediaSettings", "3DD", "3DV", "OC"} {
		delete(d, k)
	}
}

// actionCode gives the finding for actions that are dropped, "" for others.
func actionCode(s Name) string {
	switch s {
	case "JavaScript":
		return codeScript
	case "Launch":
		return codeLaunch
	case "SubmitForm":
		return codeSubmit
	case "ImportData":
		return codeImport
	case "GoToR", "GoToE", "GoToDp", "Thread":
		return codeRemote
	case "Movie", "Sound", "Rendition", "GoTo3DView", "RichMediaExecute":
		return codeMedia
	case "Hide", "ResetForm", "SetOCGState", "Trans":
		return codeAction
	}
	return ""
}

// cleanAction keeps going to a place in this file, to a web address, and to
// the next or previous page; without what would follow.
func (c *canon) cleanAction(d Dict) Object {
	if d["Next"] != nil {
		c.countActions(d["Next"], 0)
	}
	s, _ := c.resolve(d["S"]).(Name)
	var kept Dict
	switch s {
	case "GoTo":
		kept = pick(d, "Type", "S", "D", "SD")
	case "URI":
		if c.webAddress(d["URI"]) {
			kept = pick(d, "Type", "S", "URI", "IsMap")
		} else {
			c.count(codeLink)
		}
	case "Named":
		if c.plainNamed(d["N"]) {
			kept = pick(d, "Type", "S", "N")
		} else {
			c.count(codeAction)
		}
	default:
		c.count(actionCodeOr(s))
	}
	if kept == nil {
		c.killSelf()
		return Null{}
	}
	return c.copyDict(kept, func(Name) role { return roleGeneric }, false)
}

func actionCodeOr(s Name) string {
	if code := actionCode(s); code != "" {
		return code
	}
	return codeAction
}

func (c *canon) webAddress(o Object) bool {
	s, ok := c.resolve(o).(String)
	if !ok {
		return false
	}
	u := strings.ToLower(strings.TrimSpace(s.Text()))
	return strings.HasPrefix(u, "http://") || strings.HasPrefix(u, "https://")
}

func (c *canon) plainNamed(o Object) bool {
	switch n, _ := c.resolve(o).(Name); n {
	case "NextPage", "PrevPage", "FirstPage", "LastPage":
		return true
	}
	return false
}

// countActions reports the actions in an /AA dictionary, a /Next chain or a
// list, all of which are dropped.
func (c *canon) countActions(o Object, depth int) {
	if c.writing || depth > 8 || o == nil {
		return
	}
	switch v := c.resolve(o).(type) {
	case Array:
		for i, e := range v {
			if i < 64 {
				c.countActions(e, depth+1)
			}
		}
	case Dict:
		if s, ok := c.resolve(v["S"]).(Name); ok {
			c.count(actionCodeOr(s))
			c.countActions(v["Next"], depth+1)
			return
		}
		for _, k := range sortedKeys(v) {
			c.countActions(v[k], depth+1)
		}
	}
}
