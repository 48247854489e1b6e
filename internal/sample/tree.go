package sample

import "github.com/consigil/consigil/pdf"

// element is a node of the structure tree: it has children, or is one piece of marked content.
type element struct {
	role  string
	page  int // from 0
	mark  int // marked-content identifier on its page; -1: none
	attrs pdf.Dict
	kids  []*element
}

// tree is the structure of the whole document.
type tree struct {
	root  element
	marks []int // next identifier of each page
}

func (e *element) add(role string) *element {
	kid := &element{role: role, mark: -1}
	e.kids = append(e.kids, kid)
	return kid
}

// mark gives an element the next identifier of a page.
func (t *tree) mark(e *element, page int) int {
	for len(t.marks) <= page {
		t.marks = append(t.marks, 0)
	}
	e.page, e.mark = page, t.marks[page]
	t.marks[page]++
	return e.mark
}

// write stores the tree, and the way back from each page's content to it (ISO 32000-2, 14.7).
func (t *tree) write(b *pdf.Builder, pages []pdf.Ref) {
	root := b.Alloc()
	parents := make([]pdf.Array, len(pages))
	for i, page := range pages {
		dict := b.Get(page).(pdf.Dict)
		dict["StructParents"], dict["Tabs"] = pdf.Integer(i), pdf.Name("S")
		parents[i] = make(pdf.Array, t.marks[i])
	}
	top := t.store(b, &t.root, root, pages, parents)
	var numbers pdf.Array
	for i, list := range parents {
		ref := b.Alloc()
		b.Put(ref, list)
		numbers = append(numbers, pdf.Integer(i), ref)
	}
	b.Put(root, pdf.Dict{
		"Type": pdf.Name("StructTreeRoot"), "K": top, "ParentTree": pdf.Dict{"Nums": numbers}, "ParentTreeNextKey": pdf.Integer(len(pages)),
	})
	b.SetCatalog("StructTreeRoot", root)
}

func (t *tree) store(b *pdf.Builder, e *element, parent pdf.Ref, pages []pdf.Ref, parents []pdf.Array) pdf.Ref {
	ref := b.Alloc()
	d := pdf.Dict{"Type": pdf.Name("StructElem"), "S": pdf.Name(e.role), "P": parent}
	if e.attrs != nil {
		d["A"] = e.attrs
	}
	if e.mark >= 0 {
		d["Pg"], d["K"] = pages[e.page], pdf.Integer(e.mark)
		parents[e.page][e.mark] = ref
	}
	var kids pdf.Array
	for _, kid := range e.kids {
		kids = append(kids, t.store(b, kid, ref, pages, parents))
	}
	if kids != nil {
		d["K"] = kids
	}
	b.Put(ref, d)
	return ref
}
