package form_test

import (
	"bytes"
	"fmt"

	"github.com/consigil/consigil/pdf"
	"github.com/consigil/consigil/pdf/form"
)

// A text field and an empty signature field are added in one increment, and the
// text field is filled and closed in the next.
func Example() {
	b := pdf.NewBuilder()
	b.AddPage(595, 842, pdf.Dict{}, nil)
	var file bytes.Buffer
	if _, err := b.WriteTo(&file); err != nil {
		fmt.Println(err)
		return
	}

	append := func(edit func(u *pdf.Update) error) error {
		f, err := pdf.Open(bytes.NewReader(file.Bytes()), int64(file.Len()), pdf.Options{})
		if err != nil {
			return err
		}
		u := pdf.NewUpdate(f)
		if err := edit(u); err != nil {
			return err
		}
		_, err = u.WriteTo(&file)
		return err
	}
	var name pdf.Ref
	err := append(func(u *pdf.Update) (err error) {
		name, err = form.AddTextField(u, form.TextField{Root: "contract", PartialName: "name", Rect: pdf.Rect{LLX: 72, LLY: 700, URX: 272, URY: 720}})
		if err != nil {
			return err
		}
		_, err = form.AddSignatureField(u, form.SignatureField{Name: "contract.buyer", Rect: pdf.Rect{LLX: 72, LLY: 600, URX: 272, URY: 660}})
		return err
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	err = append(func(u *pdf.Update) error {
		return form.SetValue(u, name, pdf.Text("Őrsi Ágnes"), pdf.Ref{}, true)
	})
	if err != nil {
		fmt.Println(err)
		return
	}

	f, err := pdf.Open(bytes.NewReader(file.Bytes()), int64(file.Len()), pdf.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fields, err := form.Read(f)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, field := range fields.Fields {
		fmt.Println(field.FullName, field.Type, field.Text(), field.Flags&form.FlagReadOnly != 0)
	}
	// Output:
	// contract.name Tx Őrsi Ágnes true
	// contract.buyer Sig  false
}
