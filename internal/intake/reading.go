package intake

import (
	"github.com/consigil/consigil/pdf"
)

// Caps on looking into pages: what lies beyond is taken for text.
const (
	scanBytes = 64 << 20 // of all content of a file
	scanDepth = 8        // forms within forms
)

// Reading is how well a file can be read aloud: whether it says what its parts are, and how many of its pages are
// pictures without text.
type Reading struct {
	Tagged       bool `json:"tagged"`
	ScannedPages int  `json:"scanned_pages"`
}

// readingOf looks at structure and content. A file that cannot be looked into is judged by what was seen of it.
func readingOf(file Source, pages int) *Reading {
	f, err := pdf.Open(file, file.Size(), pdf.Options{Limits: pdf.Limits{Pages: pages, TotalBytes: scanBytes}})
	if err != nil {
		return nil
	}
	out := &Reading{Tagged: tagged(f)}
	for p, err := range f.Pages() {
		if err != nil {
			return out
		}
		s := &pageScan{f: f, forms: map[pdf.Ref]bool{}}
		resources, _ := f.Dict(p.Resources) // a page without any shows no image either
		if !s.contents(p.Dict["Contents"], resources) {
			return out
		}
		if s.image && !s.text {
			out.ScannedPages++
		}
	}
	return out
}

// tagged says whether the file has a structure tree and claims to be tagged.
func tagged(f *pdf.File) bool {
	catalog, err := f.Catalog()
	if err != nil {
		return false
	}
	tree, err := f.Dict(catalog["StructTreeRoot"])
	if err != nil || tree["K"] == nil {
		return false
	}
	info, err := f.Dict(catalog["MarkInfo"])
	if err != nil {
		return false
	}
	marked, err := f.Resolve(info["Marked"])
	return err == nil && marked == pdf.Boolean(true)
}

// pageScan looks for text and images in the content of one page.
type pageScan struct {
	f           *pdf.File
	forms       map[pdf.Ref]bool // seen on this page
	text, image bool
}

// contents scans a page's streams; false where the file's budget is spent.
func (s *pageScan) contents(o pdf.Object, resources pdf.Dict) bool {
	o, err := s.f.Resolve(o)
	if err != nil {
		return true
	}
	list, ok := o.(pdf.Array)
	if !ok {
		list = pdf.Array{o}
	}
	var data []byte
	for _, part := range list {
		part, err := s.f.Resolve(part)
		if err != nil {
			continue
		}
		stream, ok := part.(*pdf.Stream)
		if !ok {
			continue
		}
		piece, err := s.f.Decode(stream)
		if piece == nil && err != nil {
			return false
		}
		data = append(append(data, piece...), '\n')
	}
	s.scan(data, resources, 0)
	return true
}

// scan goes through one content stream until it meets text.
func (s *pageScan) scan(data []byte, resources pdf.Dict, depth int) {
	for t := (tokens{data: data}); !s.text; {
		word, ok := t.next()
		if !ok {
			return
		}
		switch word {
		case "Tj", "TJ", "'", "\"":
			s.text = true
		case "BI":
			s.image = true
			t.skipInline()
		case "Do":
			s.show(t.name, resources, depth)
		}
	}
}

// show follows a Do operator.
func (s *pageScan) show(name string, resources pdf.Dict, depth int) {
	all, err := s.f.Dict(resources["XObject"])
	if err != nil || depth == scanDepth {
		return
	}
	ref, _ := all[pdf.Name(name)].(pdf.Ref)
	o, err := s.f.Resolve(all[pdf.Name(name)])
	stream, ok := o.(*pdf.Stream)
	if err != nil || !ok || s.forms[ref] {
		return
	}
	s.forms[ref] = true
	switch stream.Dict.Name("Subtype") {
	case "Image":
		s.image = true
	case "Form":
		own, err := s.f.Dict(stream.Dict["Resources"])
		if err != nil || own == nil {
			own = resources
		}
		if data, _ := s.f.Decode(stream); data != nil { // what damage left is looked at all the same
			s.scan(data, own, depth+1)
		}
	}
}

// tokens cuts a content stream into operators. Operands are passed over; the last name is kept.
type tokens struct {
	data []byte
	pos  int
	name string
}

// next finds the next operator; false at the end.
func (t *tokens) next() (string, bool) {
	for t.pos < len(t.data) {
		switch c := t.data[t.pos]; {
		case c == '(':
			t.skipString()
		case c == '%':
			t.skipTo('\n')
		case c == '<' && t.pos+1 < len(t.data) && t.data[t.pos+1] != '<':
			t.skipTo('>')
		case c == '/':
			t.pos++
			t.name = t.word()
		case isDelimiter(c):
			t.pos++
		default:
			if w := t.word(); !isNumber(w) {
				return w, true
			}
		}
	}
	return "", false
}

func (t *tokens) word() string {
	from := t.pos
	for t.pos < len(t.data) && !isDelimiter(t.data[t.pos]) {
		t.pos++
	}
	return string(t.data[from:t.pos])
}

func (t *tokens) skipTo(end byte) {
	for t.pos < len(t.data) && t.data[t.pos] != end {
		t.pos++
	}
	t.pos++
}

func (t *tokens) skipString() {
	depth := 0
	for ; t.pos < len(t.data); t.pos++ {
		switch t.data[t.pos] {
		case '\\':
			t.pos++
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				t.pos++
				return
			}
		}
	}
}

// skipInline passes over an inline image: its dictionary, and its data up to an EI that stands alone.
func (t *tokens) skipInline() {
	for t.pos+3 < len(t.data) {
		if t.data[t.pos] == 'E' && t.data[t.pos+1] == 'I' && t.pos > 0 && isSpace(t.data[t.pos-1]) && isSpace(t.data[t.pos+2]) {
			break
		}
		t.pos++
	}
	t.pos += 2
}

func isSpace(c byte) bool {
	return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' || c == 0
}

func isDelimiter(c byte) bool {
	switch c {
	case '(', ')', '<', '>', '[', ']', '{', '}', '/', '%':
		return true
	}
	return isSpace(c)
}

func isNumber(w string) bool {
	c := w[0]
	return c >= '0' && c <= '9' || c == '-' || c == '+' || c == '.'
}
