package testpdf

import (
	"bytes"
	"encoding/binary"
	"fmt"
)

// Archival is a page that keeps to PDF/A-2b (ISO 19005-2): identified in XMP,
// with an output intent for its colours. It needs no font, having no text.
func Archival() []byte {
	profile := sRGB()
	return withTable([]string{
		"<</Type/Catalog/Pages 2 0 R/Metadata 5 0 R/OutputIntents[<</Type/OutputIntent/S/GTS_PDFA1/OutputConditionIdentifier(sRGB)/DestOutputProfile 6 0 R>>]>>",
		"<</Type/Pages/Count 1/Kids[3 0 R]>>",
		"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<<>>>>",
		stream("", "0.2 0.4 0.8 rg 72 600 200 100 re f"),
		stream("/Type/Metadata/Subtype/XML", xmp(`xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" pdfaid:part="2" pdfaid:conformance="B"`, "")),
		stream("/N 3", string(profile)),
	})
}

// Accessible is a page that keeps to PDF/UA-1 (ISO 14289-1): a figure with a
// description, in a structure tree.
func Accessible() []byte {
	const title = `<dc:title><rdf:Alt><rdf:li xml:lang="x-default">A figure</rdf:li></rdf:Alt></dc:title>`
	return withTable([]string{
		"<</Type/Catalog/Pages 2 0 R/Metadata 5 0 R/Lang(en)/MarkInfo<</Marked true>>/ViewerPreferences<</DisplayDocTitle true>>/StructTreeRoot 6 0 R>>",
		"<</Type/Pages/Count 1/Kids[3 0 R]>>",
		"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<<>>/StructParents 0/Tabs/S>>",
		stream("", "/Figure <</MCID 0>> BDC 0.2 0.4 0.8 rg 72 600 200 100 re f EMC"),
		stream("/Type/Metadata/Subtype/XML", xmp(`xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" xmlns:dc="http://purl.org/dc/elements/1.1/" pdfuaid:part="1"`, title)),
		"<</Type/StructTreeRoot/K 7 0 R/ParentTree<</Nums[0[8 0 R]]>>/ParentTreeNextKey 1>>",
		"<</Type/StructElem/S/Document/P 6 0 R/K[8 0 R]>>",
		"<</Type/StructElem/S/Figure/P 7 0 R/Pg 3 0 R/K 0/Alt(A blue rectangle)/A<</O/Layout/BBox[72 600 272 700]>>>>",
	})
}

func stream(entries, data string) string {
	return fmt.Sprintf("<<%s/Length %d>>stream\n%s\nendstream", entries, len(data), data)
}

func xmp(attributes, inside string) string {
	return `<?xpacket begin="` + "\ufeff" + `" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" ` + attributes + `>` + inside + `</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>`
}

func withTable(objects []string) []byte {
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

// sRGB is a small ICC profile (version 2) of a display with the primaries of
// sRGB and a gamma of 2.2.
func sRGB() []byte {
	fixed := func(v float64) []byte { return binary.BigEndian.AppendUint32(nil, uint32(int32(v*65536))) }
	point := func(x, y, z float64) []byte {
		return bytes.Join([][]byte{[]byte("XYZ \x00\x00\x00\x00"), fixed(x), fixed(y), fixed(z)}, nil)
	}
	curve := []byte("curv\x00\x00\x00\x00\x00\x00\x00\x01\x02\x33\x00\x00")
	name := append([]byte("desc\x00\x00\x00\x00\x00\x00\x00\x05sRGB\x00"), make([]byte, 79)...)
	tags := []struct {
		name string
		data []byte
	}{
		{"desc", name}, {"cprt", []byte("text\x00\x00\x00\x00none\x00\x00\x00\x00")}, {"wtpt", point(0.9642, 1, 0.8249)},
		{"rXYZ", point(0.4361, 0.2225, 0.0139)}, {"gXYZ", point(0.3851, 0.7169, 0.0971)}, {"bXYZ", point(0.1431, 0.0606, 0.7141)},
		{"rTRC", curve}, {"gTRC", curve}, {"bTRC", curve},
	}
	table := binary.BigEndian.AppendUint32(nil, uint32(len(tags)))
	var data []byte
	at := 128 + 4 + 12*len(tags)
	for _, tag := range tags {
		table = append(table, tag.name...)
		table = binary.BigEndian.AppendUint32(table, uint32(at+len(data)))
		table = binary.BigEndian.AppendUint32(table, uint32(len(tag.data)))
		data = append(data, tag.data...)
		data = append(data, make([]byte, (4-len(data)%4)%4)...)
	}
	header := make([]byte, 128)
	binary.BigEndian.PutUint32(header, uint32(at+len(data)))
	copy(header[8:], "\x02\x10\x00\x00mntrRGB XYZ \x07\xea\x00\x01\x00\x01\x00\x00\x00\x00\x00\x00acsp")
	copy(header[68:], bytes.Join([][]byte{fixed(0.9642), fixed(1), fixed(0.8249)}, nil))
	return append(append(header, table...), data...)
}
