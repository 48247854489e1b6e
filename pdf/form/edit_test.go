package form

import (
	"errors"
	"testing"

	"github.com/consigil/consigil/pdf"
)

func TestNamesRefused(t *testing.T) {
	base := sample("<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R]>>>>", pagesObj, pageObj,
		"<</T(taken)/FT/Tx/Subtype/Widget/Rect[0 0 1 1]>>")
	cases := map[string]error{
		"":                                  ErrName,
		"a..b":                              ErrName,
		"a.":                                ErrName,
		"taken":                             ErrNameTaken,
		"taken.below":                       ErrNameTaken, // a field is no group
		"a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q": ErrName,
		"fine.name":                         nil,
	}
	for name, want := range cases {
		u := pdf.NewUpdate(open(t, base))
		if _, err := AddSignatureField(u, SignatureField{Name: name}); !errors.Is(err, want) {
			t.Errorf("%q: %v, want %v", name, err, want)
		}
	}
}

func TestPagesRefused(t *testing.T) {
	direct := sample("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[<</Type/Page/MediaBox[0 0 9 9]>>]/Count 1>>")
	shown := pdf.Rect{URX: 5, URY: 5}
	u := pdf.NewUpdate(open(t, direct))
	if _, err := AddSignatureField(u, SignatureField{Name: "a", Rect: shown}); !errors.Is(err, ErrPage) {
		t.Errorf("visible on a page that is no object: %v", err)
	}
	if _, err := AddSignatureField(u, SignatureField{Name: "b"}); err != nil {
		t.Errorf("invisible: %v", err)
	}
	u = pdf.NewUpdate(open(t, shapes["no form"]))
	if _, err := AddTextField(u, TextField{PartialName: "t", Page: 7, Rect: shown}); !errors.Is(err, ErrPage) {
		t.Errorf("page that does not exist: %v", err)
	}
}

// TestSetValueOfKids fills a field whose widgets are objects of their own and
// whose flags are inherited.
func TestSetValueOfKids(t *testing.T) {
	base := sample("<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R]>>>>", pagesObj,
		"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Annots[6 0 R 7 0 R]>>",
		"<</T(group)/Ff 2/Kids[5 0 R]>>",
		"<</T(choice)/FT/Ch/Parent 4 0 R/V(old)/I[0]/Kids[6 0 R 7 0 R]>>",
		"<</Subtype/Widget/Parent 5 0 R/Rect[0 0 9 9]>>",
		"<</Subtype/Widget/Parent 5 0 R/Rect[20 0 29 9]>>")
	u := pdf.NewUpdate(open(t, base))
	look := u.Alloc()
	u.PutStream(look, emptyAppearance(pdf.Rect{URX: 9, URY: 9}), nil)
	field := pdf.Ref{Num: 5}
	if err := SetValue(u, field, nil, look, false); err != nil {
		t.Fatal(err)
	}
	if err := SetValue(u, field, pdf.String("new"), pdf.Ref{}, true); err != nil {
		t.Fatal(err)
	}
	if err := SetValue(u, pdf.Ref{Num: 99}, pdf.String("new"), look, true); !errors.Is(err, ErrField) {
		t.Errorf("no such field: %v", err)
	}
	form, err := Read(open(t, apply(t, base, u)))
	if err != nil {
		t.Fatal(err)
	}
	got, ok := form.Field("group.choice")
	if !ok || got.Text() != "new" || got.Flags != FlagReadOnly|FlagRequired || len(got.Widgets) != 2 {
		t.Fatalf("%+v", got)
	}
	if _, has := got.Dict["I"]; has {
		t.Error("/I is left beside a new value")
	}
	for _, w := range got.Widgets {
		if w.Dict["AP"] == nil || w.Page != 0 {
			t.Errorf("widget %v", w)
		}
	}
}

func TestCheckboxStates(t *testing.T) {
	base := shapes["no form"]
	u := pdf.NewUpdate(open(t, base))
	on, off := u.Alloc(), u.Alloc()
	u.PutStream(on, emptyAppearance(pdf.Rect{}), nil)
	u.PutStream(off, emptyAppearance(pdf.Rect{}), nil)
	box, err := AddCheckbox(u, Checkbox{PartialName: "c", Rect: pdf.Rect{URX: 9, URY: 9}, On: on, Off: off})
	if err != nil {
		t.Fatal(err)
	}
	other := u.Alloc()
	u.PutStream(other, emptyAppearance(pdf.Rect{}), nil)
	if err := SetValue(u, box, pdf.Name("Yes"), other, true); err != nil {
		t.Fatal(err)
	}
	d, err := u.Dict(box)
	if err != nil {
		t.Fatal(err)
	}
	states := d["AP"].(pdf.Dict)["N"].(pdf.Dict)
	if states["Yes"] != other || states["Off"] != off || d["AS"] != pdf.Name("Yes") {
		t.Errorf("%v", d)
	}
}

func TestSigFlags(t *testing.T) {
	for name, base := range shapes {
		u := pdf.NewUpdate(open(t, base))
		if err := SetSigFlags(u, 2); err != nil {
			t.Fatal(err)
		}
		if err := SetSigFlags(u, 1); err != nil {
			t.Fatal(err)
		}
		form, err := Read(open(t, apply(t, base, u)))
		if v, _ := pdf.Int(form.Dict["SigFlags"]); err != nil || v != 3 {
			t.Errorf("%s: %d, %v", name, v, err)
		}
		if name == "form indirect" && form.Dict["XFA"] == nil {
			t.Error("XFA lost")
		}
	}
}

func TestUsageRightsAreNoSignature(t *testing.T) {
	data := sample("<</Type/Catalog/Pages 2 0 R/Perms<</UR3 4 0 R>>>>", pagesObj, pageObj,
		"<</Type/Sig/Filter/F/SubFilter/S/ByteRange[0 10 30 5]/Contents<00>>>")
	sigs, err := Signatures(open(t, data))
	if err != nil || len(sigs) != 1 || !sigs[0].UsageRights {
		t.Errorf("%+v, %v", sigs, err)
	}
}
