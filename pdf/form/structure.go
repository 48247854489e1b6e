package form

import (
	"fmt"

	"github.com/consigil/consigil/pdf"
)

// TagWidget hangs a widget into the structure tree of a tagged file, as a Form
// element (ISO 32000-2, 14.7.5.3; PDF/UA-1 7.18.4 asks for it where the widget
// shows), and gives its page the tab order of the structure. It does nothing
// where the file is not tagged. A widget that was tagged before stays so.
func TagWidget(u *pdf.Update, widget pdf.Ref, page int) error {
	catalog, err := u.Catalog()
	if err != nil {
		return err
	}
	root, err := u.Dict(catalog["StructTreeRoot"])
	if err != nil || root == nil {
		return err
	}
	rootRef, ok := catalog["StructTreeRoot"].(pdf.Ref)
	if !ok {
		return nil // not an object of its own, as it has to be: left alone
	}
	t := tagger{u: u, root: root, rootRef: rootRef}
	if err := t.tag(widget, page); err != nil {
		return fmt.Errorf("pdf/form: tag widget: %w", err)
	}
	return nil
}

// tagger edits one structure tree.
type tagger struct {
	u       *pdf.Update
	root    pdf.Dict
	rootRef pdf.Ref
}

func (t *tagger) tag(widget pdf.Ref, page int) error {
	d, err := t.u.Dict(widget)
	if err != nil || d == nil || !pdf.IsNull(d["StructParent"]) {
		return err
	}
	p, err := t.u.File().Page(page)
	if err != nil {
		return err
	}
	parents, err := t.parentTree()
	if err != nil {
		return err
	}
	key, err := t.freeKey(parents, 0)
	if err != nil {
		return err
	}
	parent, err := t.parent()
	if err != nil {
		return err
	}
	element := t.u.Alloc()
	t.u.Put(element, pdf.Dict{
		"Type": pdf.Name("StructElem"), "S": pdf.Name("Form"), "P": parent, "Pg": p.Ref,
		"K": pdf.Dict{"Type": pdf.Name("OBJR"), "Obj": widget, "Pg": p.Ref},
	})
	if err := t.hang(parent, element); err != nil {
		return err
	}
	if err := t.enter(parents, key, element); err != nil {
		return err
	}
	d["StructParent"] = pdf.Integer(key)
	t.u.Put(widget, d)
	return t.order(p.Ref)
}

// order makes tabbing follow the structure, where the page says nothing else.
func (t *tagger) order(page pdf.Ref) error {
	d, err := t.u.Dict(page)
	if err != nil || d == nil || d["Tabs"] != nil {
		return err
	}
	d["Tabs"] = pdf.Name("S")
	t.u.Put(page, d)
	return nil
}

// parent is the element that takes the new one: the single one at the top, as
// PDF/UA wants it, else the root.
func (t *tagger) parent() (pdf.Ref, error) {
	kids, err := t.u.Resolve(t.root["K"])
	if err != nil {
		return pdf.Ref{}, err
	}
	only := t.root["K"]
	if list, ok := kids.(pdf.Array); ok && len(list) == 1 {
		only = list[0]
	}
	ref, ok := only.(pdf.Ref)
	if !ok {
		return t.rootRef, nil
	}
	d, err := t.u.Dict(ref)
	if err != nil || d == nil {
		return t.rootRef, err
	}
	return ref, nil
}

// hang appends an element to the children of its parent.
func (t *tagger) hang(parent, element pdf.Ref) error {
	d, err := t.parentDict(parent)
	if err != nil {
		return err
	}
	kids, err := t.u.Resolve(d["K"])
	if err != nil {
		return err
	}
	switch list, ok := kids.(pdf.Array); {
	case ok:
		d["K"] = append(append(pdf.Array{}, list...), element)
	case pdf.IsNull(kids):
		d["K"] = pdf.Array{element}
	default:
		d["K"] = pdf.Array{d["K"], element}
	}
	t.u.Put(parent, d)
	return nil
}

// parentDict gives the root itself where it is the parent: it is changed twice.
func (t *tagger) parentDict(parent pdf.Ref) (pdf.Dict, error) {
	if parent == t.rootRef {
		return t.root, nil
	}
	return t.u.Dict(parent)
}

// parentTree gives the number tree from structural parents, empty where there is
// none.
func (t *tagger) parentTree() (pdf.Dict, error) {
	d, err := t.u.Dict(t.root["ParentTree"])
	if d == nil {
		d = pdf.Dict{}
	}
	return d, err
}

// maxTreeDepth bounds a number tree that leads into itself.
const maxTreeDepth = 32

// freeKey is above every key of the tree, and above those that were set aside.
func (t *tagger) freeKey(node pdf.Dict, depth int) (int64, error) {
	next, _ := pdf.Int(t.root["ParentTreeNextKey"])
	if depth > maxTreeDepth {
		return 0, fmt.Errorf("parent tree nested too deeply")
	}
	nums, err := t.list(node["Nums"])
	if err != nil {
		return 0, err
	}
	for i := 0; i < len(nums); i += 2 {
		if k, ok := pdf.Int(nums[i]); ok {
			next = max(next, k+1)
		}
	}
	kids, err := t.list(node["Kids"])
	if err != nil {
		return 0, err
	}
	if len(kids) == 0 {
		return next, nil
	}
	last, err := t.u.Dict(kids[len(kids)-1]) // keys ascend
	if err != nil {
		return 0, err
	}
	below, err := t.freeKey(last, depth+1)
	return max(next, below), err
}

func (t *tagger) list(o pdf.Object) (pdf.Array, error) {
	resolved, err := t.u.Resolve(o)
	list, _ := resolved.(pdf.Array)
	return list, err
}

// enter adds the highest key to the tree and writes tree and root.
func (t *tagger) enter(tree pdf.Dict, key int64, element pdf.Ref) error {
	kids, err := t.list(tree["Kids"])
	if err != nil {
		return err
	}
	if len(kids) > 0 {
		leaf := t.u.Alloc()
		t.u.Put(leaf, pdf.Dict{"Limits": pdf.Array{pdf.Integer(key), pdf.Integer(key)}, "Nums": pdf.Array{pdf.Integer(key), element}})
		tree["Kids"] = append(append(pdf.Array{}, kids...), leaf)
	} else {
		nums, err := t.list(tree["Nums"])
		if err != nil {
			return err
		}
		tree["Nums"] = append(append(pdf.Array{}, nums...), pdf.Integer(key), element)
	}
	ref, ok := t.root["ParentTree"].(pdf.Ref)
	if !ok {
		ref = t.u.Alloc()
		t.root["ParentTree"] = ref
	}
	t.u.Put(ref, tree)
	t.root["ParentTreeNextKey"] = pdf.Integer(key + 1)
	t.u.Put(t.rootRef, t.root)
	return nil
}
