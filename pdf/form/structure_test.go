package form_test

import (
	"bytes"
	"testing"

	"github.com/consigil/consigil/pdf"
	"github.com/consigil/consigil/pdf/form"
	"github.com/consigil/consigil/test/testpdf"
)

// tagged adds a visible signature field to a file and tags it.
func tagged(t *testing.T, in []byte) (*pdf.File, pdf.Dict) {
	t.Helper()
	f, err := pdf.Open(bytes.NewReader(in), int64(len(in)), pdf.Options{})
	if err != nil {
		t.Fatal(err)
	}
	u := pdf.NewUpdate(f)
	ref, err := form.AddSignatureField(u, form.SignatureField{Name: "S", Rect: pdf.Rect{LLX: 10, LLY: 10, URX: 90, URY: 40}})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time changes nothing
		if err := form.TagWidget(u, ref, 0); err != nil {
			t.Fatal(err)
		}
	}
	out := bytes.NewBuffer(bytes.Clone(in))
	if _, err := u.WriteTo(out); err != nil {
		t.Fatal(err)
	}
	g, err := pdf.Open(bytes.NewReader(out.Bytes()), int64(out.Len()), pdf.Options{Strict: true})
	if err != nil {
		t.Fatal(err)
	}
	widget, err := g.Dict(ref)
	if err != nil {
		t.Fatal(err)
	}
	return g, widget
}

func TestTagWidget(t *testing.T) {
	flat := testpdf.Accessible()
	nested := bytes.Replace(flat, []byte("/ParentTree<</Nums[0[8 0 R]]>>"), []byte("/ParentTree<</Kids[<</Limits[0 0]/Nums[0[8 0 R]]>>]>>"), 1)
	for name, in := range map[string][]byte{"flat": flat, "nested": nested} {
		t.Run(name, func(t *testing.T) {
			f, widget := tagged(t, in)
			if key, ok := pdf.Int(widget["StructParent"]); !ok || key != 1 {
				t.Fatalf("structural parent %v", widget["StructParent"])
			}
			catalog, err := f.Catalog()
			if err != nil {
				t.Fatal(err)
			}
			root, _ := f.Dict(catalog["StructTreeRoot"])
			tree, _ := f.Dict(root["ParentTree"])
			if kids, _ := f.Array(tree["Kids"]); len(kids) == 2 {
				tree, _ = f.Dict(kids[1])
			}
			nums, _ := f.Array(tree["Nums"])
			if len(nums) < 2 {
				t.Fatalf("parent tree %v", tree)
			}
			element, _ := f.Dict(nums[len(nums)-1])
			document, _ := f.Dict(element["P"])
			kids, _ := f.Array(document["K"])
			if element.Name("S") != "Form" || document.Name("S") != "Document" || len(kids) != 2 || kids[1] != nums[len(nums)-1] {
				t.Errorf("element %v under %v", element, document)
			}
			if next, _ := pdf.Int(root["ParentTreeNextKey"]); next != 2 {
				t.Errorf("next key %d", next)
			}
		})
	}
}

// TestTagWidgetUntagged leaves a file alone that has no structure.
func TestTagWidgetUntagged(t *testing.T) {
	if f, widget := tagged(t, testpdf.Classic(1)); widget["StructParent"] != nil {
		t.Errorf("%v, %v", widget, f.Trailer())
	}
}
