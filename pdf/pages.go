package pdf

import (
	"iter"
	"slices"
)

// Page is one page with its inherited attributes resolved.
type Page struct {
	Index     int // from 0
	Ref       Ref // zero where the page is no indirect object
	Dict      Dict
	MediaBox  Rect
	CropBox   Rect // MediaBox where the page gives none
	Rotate    int  // 0, 90, 180 or 270, clockwise
	Resources Object
}

// letter is the size that readers assume where no node gives a /MediaBox.
var letter = [4]float64{0, 0, 612, 792}

// minNodes is how many page tree nodes are visited however few pages may be.
const minNodes = 4096

// inherited are the attributes that page tree nodes hand down.
type inherited struct {
	mediaBox, cropBox Rect // empty where there is none
	rotate            int
	resources         Object
}

// pageWalk walks the page tree.
type pageWalk struct {
	f     *File
	above []Ref // the nodes above the present one
	nodes int
	yield func(Page, error) bool
	index int
}

// Pages walks the page tree in order. /Count is not trusted. After an error
// nothing more comes.
func (f *File) Pages() iter.Seq2[Page, error] {
	return func(yield func(Page, error) bool) {
		cat, err := f.Catalog()
		if err != nil {
			yield(Page{}, err)
			return
		}
		w := &pageWalk{f: f, yield: yield}
		if _, err := w.node(cat["Pages"], inherited{}, 0); err != nil {
			yield(Page{}, err)
		}
	}
}

// node visits one node; more is false when the caller wants no more.
func (w *pageWalk) node(o Object, in inherited, depth int) (more bool, err error) {
	ref, _ := o.(Ref)
	if !ref.Zero() {
		if slices.Contains(w.above, ref) {
			return true, nil // a loop
		}
		w.above = append(w.above, ref)
		defer func() { w.above = w.above[:len(w.above)-1] }() // a page listed twice is two pages
	}
	if depth > w.f.lim.Depth {
		return false, &LimitError{Limit: "Depth", Max: int64(w.f.lim.Depth)}
	}
	w.nodes++
	if w.nodes > 4*w.f.lim.Pages+minNodes {
		return false, &LimitError{Limit: "Pages", Max: int64(w.f.lim.Pages)}
	}
	d, err := w.f.Dict(o)
	if err != nil || d == nil {
		return true, err
	}
	in = w.f.inherit(d, in)
	kids, err := w.f.Array(d["Kids"])
	if err != nil {
		return false, err
	}
	if kids == nil || d.Name("Type") == "Page" {
		return w.leaf(ref, d, in)
	}
	for _, kid := range kids {
		if more, err := w.node(kid, in, depth+1); !more || err != nil {
			return more, err
		}
	}
	return true, nil
}

func (w *pageWalk) leaf(ref Ref, d Dict, in inherited) (bool, error) {
	if t := d.Name("Type"); t == "Pages" || t == "Catalog" || t == "" && d["Contents"] == nil && d["MediaBox"] == nil && d["Resources"] == nil {
		return true, nil // a node without children is no page
	}
	if w.index >= w.f.lim.Pages {
		return false, &LimitError{Limit: "Pages", Max: int64(w.f.lim.Pages)}
	}
	p := Page{Index: w.index, Ref: ref, Dict: d, Rotate: in.rotate, Resources: in.resources}
	p.MediaBox = Rect{letter[0], letter[1], letter[2], letter[3]}
	if in.mediaBox != (Rect{}) {
		p.MediaBox = in.mediaBox
	}
	p.CropBox = p.MediaBox
	if in.cropBox != (Rect{}) {
		p.CropBox = intersect(in.cropBox, p.MediaBox)
	}
	w.index++
	return w.yield(p, nil), nil
}

// intersect is the common part of two boxes, the second where there is none.
func intersect(a, b Rect) Rect {
	r := Rect{max(a.LLX, b.LLX), max(a.LLY, b.LLY), min(a.URX, b.URX), min(a.URY, b.URY)}
	if r.Width() <= 0 || r.Height() <= 0 {
		return b
	}
	return r
}

// inherit adds what d itself gives. Unreadable attributes count as absent.
func (f *File) inherit(d Dict, in inherited) inherited {
	if r, ok := f.Rect(d["MediaBox"]); ok {
		in.mediaBox = r
	}
	if r, ok := f.Rect(d["CropBox"]); ok {
		in.cropBox = r
	}
	if o, err := f.Resolve(d["Rotate"]); err == nil {
		if v, ok := Int(o); ok {
			in.rotate = int((v%360+360)%360) / 90 * 90
		}
	}
	if v, ok := d["Resources"]; ok {
		in.resources = v
	}
	return in
}

// Rect reads a rectangle of four numbers; ok is false where it is none or
// where it is empty.
func (f *File) Rect(o Object) (r Rect, ok bool) {
	a, err := f.Array(o)
	if err != nil || len(a) < 4 {
		return Rect{}, false
	}
	var v [4]float64
	for i := range v {
		n, err := f.Resolve(a[i])
		if err != nil {
			return Rect{}, false
		}
		if v[i], ok = Float(n); !ok {
			return Rect{}, false
		}
	}
	r = Rect{min(v[0], v[2]), min(v[1], v[3]), max(v[0], v[2]), max(v[1], v[3])}
	return r, r.Width() > 0 && r.Height() > 0
}

// PageCount counts the pages.
func (f *File) PageCount() (int, error) {
	if err := f.indexPages(); err != nil {
		return 0, err
	}
	return len(f.pages), nil
}

// Page gives page i, from 0.
func (f *File) Page(i int) (Page, error) {
	if err := f.indexPages(); err != nil {
		return Page{}, err
	}
	if i < 0 || i >= len(f.pages) {
		return Page{}, malformed(-1, "no such page")
	}
	p := f.pages[i]
	if p.Ref.Zero() {
		return p, nil
	}
	var err error
	if p.Dict, err = f.Dict(p.Ref); err != nil {
		return Page{}, err
	}
	if p.Resources == nil {
		p.Resources = p.Dict["Resources"]
	}
	return p, nil
}

// indexPages walks the page tree once and keeps what is small of each page.
func (f *File) indexPages() error {
	if f.pages != nil {
		return nil
	}
	pages := []Page{}
	for p, err := range f.Pages() {
		if err != nil {
			return err
		}
		if !p.Ref.Zero() {
			if _, own := p.Dict["Resources"]; own {
				p.Resources = nil
			}
			p.Dict = nil
		}
		pages = append(pages, p)
	}
	f.pages = pages
	return nil
}
