// Package testpdf makes small PDF files for tests, byte by byte, so that a
// fault in package pdf cannot hide in its own test input.
package testpdf

import (
	"bytes"
	"encoding/binary"
	"fmt"
)

// Classic is a file of the given number of pages with a cross-reference table.
func Classic(pages int) []byte {
	objects := base(pages)
	var b bytes.Buffer
	offsets := body(&b, objects)
	xref := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, at := range offsets {
		fmt.Fprintf(&b, "%010d 00000 n \n", at)
	}
	fmt.Fprintf(&b, "trailer\n<</Size %d/Root 1 0 R/ID[<%032x><%032x>]>>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, 1, 1, xref)
	return b.Bytes()
}

// Stream is the same file with a cross-reference stream.
func Stream(pages int) []byte {
	objects := base(pages)
	var b bytes.Buffer
	offsets := body(&b, objects)
	xref := b.Len()
	rows := []byte{0, 0, 0, 0, 0, 0xff}
	for _, at := range append(offsets, xref) {
		rows = append(rows, 1)
		rows = binary.BigEndian.AppendUint32(rows, uint32(at))
		rows = append(rows, 0)
	}
	n := len(objects) + 1
	fmt.Fprintf(&b, "%d 0 obj\n<</Type/XRef/Size %d/W[1 4 1]/Root 1 0 R/ID[<%032x><%032x>]/Length %d>>stream\n", n, n+1, 2, 2, len(rows))
	b.Write(rows)
	fmt.Fprintf(&b, "\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n", xref)
	return b.Bytes()
}

func base(pages int) []string {
	kids := ""
	objects := []string{"<</Type/Catalog/Pages 2 0 R>>", ""}
	for i := range pages {
		kids += fmt.Sprintf("%d 0 R ", 3+2*i)
		content := fmt.Sprintf("BT /F1 24 Tf 72 700 Td (Page %d) Tj ET", i+1)
		objects = append(objects,
			fmt.Sprintf("<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents %d 0 R/Resources<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>", 4+2*i),
			fmt.Sprintf("<</Length %d>>stream\n%s\nendstream", len(content), content))
	}
	objects[1] = fmt.Sprintf("<</Type/Pages/Count %d/Kids[%s]>>", pages, kids)
	return objects
}

func body(b *bytes.Buffer, objects []string) []int {
	b.WriteString("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	offsets := make([]int, len(objects))
	for i, o := range objects {
		offsets[i] = b.Len()
		fmt.Fprintf(b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	return offsets
}
