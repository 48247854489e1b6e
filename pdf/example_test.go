package pdf_test

import (
	"bytes"
	"fmt"

	"github.com/consigil/consigil/pdf"
)

// A new file of one page, with a value added in a second revision.
func Example() {
	b := pdf.NewBuilder()
	b.AddPage(595, 842, pdf.Dict{}, []byte("0 0 100 100 re f"))
	var file bytes.Buffer
	if _, err := b.WriteTo(&file); err != nil {
		fmt.Println(err)
		return
	}

	f, err := pdf.Open(bytes.NewReader(file.Bytes()), int64(file.Len()), pdf.Options{Strict: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	u := pdf.NewUpdate(f)
	catalog, err := u.Catalog()
	if err != nil {
		fmt.Println(err)
		return
	}
	catalog["Lang"] = pdf.Text("hu")
	u.Put(f.CatalogRef(), catalog)
	if _, err := u.WriteTo(&file); err != nil {
		fmt.Println(err)
		return
	}

	f, err = pdf.Open(bytes.NewReader(file.Bytes()), int64(file.Len()), pdf.Options{Strict: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	pages, err := f.PageCount()
	fmt.Println(pages, len(f.Revisions()), err)
	// Output: 1 2 <nil>
}

// A file that runs a script when opened, rewritten into canonical form.
func ExampleCanonicalize() {
	b := pdf.NewBuilder()
	b.AddPage(595, 842, pdf.Dict{}, nil)
	b.SetCatalog("OpenAction", pdf.Dict{"S": pdf.Name("JavaScript"), "JS": pdf.String("app.alert(1)")})
	var in, out bytes.Buffer
	if _, err := b.WriteTo(&in); err != nil {
		fmt.Println(err)
		return
	}
	f, err := pdf.Open(bytes.NewReader(in.Bytes()), int64(in.Len()), pdf.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	report, err := pdf.Canonicalize(f, &out, pdf.CanonicalOptions{})
	fmt.Println(report.Findings, bytes.Contains(out.Bytes(), []byte("JavaScript")), err)
	// Output: [{script_removed 1}] false <nil>
}
