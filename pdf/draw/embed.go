package draw

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"unicode"
	"unicode/utf16"

	subset "github.com/tdewolff/font"

	"github.com/consigil/consigil/pdf"
)

// codeKey tells character codes apart: one glyph that stands for different
// texts gets a code for each, so that /ToUnicode is exact.
type codeKey struct {
	gid  uint16
	text string
}

// usedFont is a face as one file uses it: a Type 0 font with Identity-H
// encoding, whose codes are counted from 1 (ISO 32000-2 9.7).
type usedFont struct {
	face  *face
	ref   pdf.Ref
	name  string // in /Resources
	codes map[codeKey]uint16
	keys  []codeKey         // by code - 1
	index map[uint16]uint16 // glyph in the whole font -> in the subset
	gids  []uint16          // by index in the subset
	full  bool              // more codes were asked for than there are
}

// code gives the character code of a glyph that stands for text.
func (u *usedFont) code(gid uint16, text string) uint16 {
	key := codeKey{gid, text}
	if c, ok := u.codes[key]; ok {
		return c
	}
	if len(u.keys) == math.MaxUint16 {
		u.full = true
		return 0
	}
	if _, ok := u.index[gid]; !ok {
		u.index[gid] = uint16(len(u.gids))
		u.gids = append(u.gids, gid)
	}
	u.keys = append(u.keys, key)
	c := uint16(len(u.keys))
	u.codes[key] = c
	return c
}

// show writes the operators of a run.
func (u *usedFont) show(buf *bytes.Buffer, p *placed) {
	c := p.color
	fmt.Fprintf(buf, "q %s %s %s rg BT /%s %s Tf %s %s Td\n", number(clamp(c.R)), number(clamp(c.G)), number(clamp(c.B)),
		u.name, number(p.size), number(p.x), number(p.y))
	w := &shower{buf: buf, font: u, size: p.size}
	for _, cl := range p.clusters {
		w.cluster(cl, p.rtl)
	}
	w.end()
	buf.WriteString("ET Q\n")
}

// shower writes TJ arrays. move is how far the pen still has to go to the next
// glyph's origin, thousandths of an em.
type shower struct {
	buf  *bytes.Buffer
	font *usedFont
	size float64
	open bool
	move float64
	rise float64
}

// cluster shows a cluster. Where its glyphs do not stand for its characters one
// by one, its text goes into /ActualText (ISO 32000-2 14.9.4).
func (w *shower) cluster(cl cluster, rtl bool) {
	if texts := cl.split(rtl); texts != nil {
		for i, g := range cl.glyphs {
			w.glyph(g, texts[i])
		}
		return
	}
	w.end()
	fmt.Fprintf(w.buf, "/Span <</ActualText %s>> BDC\n", actualText(cl.text))
	for i, g := range cl.glyphs {
		text := "\u200b" // readers without /ActualText find the text at the first glyph
		if i == 0 {
			text = cl.text
		}
		w.glyph(g, text)
	}
	w.end()
	w.buf.WriteString("EMC\n")
}

// split gives each glyph its text: all of it to a single glyph, a letter and
// its marks to as many glyphs; nil where that is not known.
func (cl cluster) split(rtl bool) []string {
	runes := []rune(cl.text)
	if len(cl.glyphs) == 1 {
		if rtl {
			turnLigature(runes)
		}
		return []string{string(runes)}
	}
	if len(runes) != len(cl.glyphs) {
		return nil
	}
	out := make([]string, len(runes))
	for i, r := range runes {
		if i > 0 && !unicode.Is(unicode.Mn, r) {
			return nil
		}
		at := i
		if rtl {
			at = len(runes) - 1 - i
		}
		out[at] = string(r)
	}
	return out
}

// turnLigature reverses the letters of a ligature, such as lam-alef: readers turn
// the characters of a line from right to left one by one, those that share a
// glyph included (poppler, PDFium, pdf.js). Marks stay behind their letter.
func turnLigature(runes []rune) {
	for _, r := range runes {
		if unicode.Is(unicode.Mn, r) {
			return
		}
	}
	slices.Reverse(runes)
}

func (w *shower) glyph(g glyph, text string) {
	if g.yOff != w.rise {
		w.end()
		fmt.Fprintf(w.buf, "%s Ts\n", number(g.yOff*w.size/em))
		w.rise = g.yOff
	}
	if !w.open {
		w.buf.WriteByte('[')
		w.open = true
	}
	w.adjust(w.move + g.xOff)
	fmt.Fprintf(w.buf, "<%04X>", w.font.code(g.gid, text))
	w.move = g.advance - g.xOff - float64(w.font.face.width(g.gid))
}

// adjust moves the pen by a distance, where it is not nothing.
func (w *shower) adjust(d float64) {
	if math.Abs(d) >= 0.01 {
		w.buf.WriteString(number(-d))
	}
}

// end closes the array; what the pen still has to move is kept.
func (w *shower) end() {
	if w.open {
		w.buf.WriteString("] TJ\n")
		w.open = false
	}
}

// store writes the font's objects.
func (u *usedFont) store(s *storage) error {
	if u.full {
		return fontError("more than 65535 different characters")
	}
	program, err := u.subset()
	if err != nil {
		return err
	}
	name := pdf.Name(subsetTag(u.gids) + "+" + u.face.font.Name)
	descendant, descriptor, file := s.w.Alloc(), s.w.Alloc(), s.w.Alloc()
	toUnicode, gidMap := s.w.Alloc(), s.w.Alloc()
	s.w.Put(u.ref, pdf.Dict{
		"Type": pdf.Name("Font"), "Subtype": pdf.Name("Type0"), "BaseFont": name,
		"Encoding": pdf.Name("Identity-H"), "DescendantFonts": pdf.Array{descendant}, "ToUnicode": toUnicode,
	})
	s.w.Put(descendant, pdf.Dict{
		"Type": pdf.Name("Font"), "Subtype": pdf.Name("CIDFontType2"), "BaseFont": name,
		"CIDSystemInfo":  pdf.Dict{"Registry": pdf.String("Adobe"), "Ordering": pdf.String("Identity"), "Supplement": pdf.Integer(0)},
		"FontDescriptor": descriptor, "DW": pdf.Integer(0), "W": u.widths(), "CIDToGIDMap": gidMap,
	})
	s.w.Put(descriptor, u.descriptor(name, file))
	s.stream(file, pdf.Dict{"Length1": pdf.Integer(len(program))}, program)
	s.stream(toUnicode, pdf.Dict{}, u.toUnicode())
	s.stream(gidMap, pdf.Dict{}, u.gidMap())
	return nil
}

// subset gives a TrueType program with only the glyphs used, in the order of
// u.gids; parts of composite glyphs stand behind them.
func (u *usedFont) subset() ([]byte, error) {
	outlines, err := u.face.outline()
	if err != nil {
		return nil, err
	}
	u.face.subsetMu.Lock()
	defer u.face.subsetMu.Unlock()
	var program []byte
	err = guard(func() error {
		small, err := outlines.Subset(slices.Clone(u.gids), subset.SubsetOptions{Tables: subset.KeepPDFTables})
		if err != nil {
			return fontError(err.Error())
		}
		program = small.Write()
		return settle(program, u.face.tables["head"])
	})
	return program, err
}

// descriptor is the font descriptor (ISO 32000-2 table 120).
func (u *usedFont) descriptor(name pdf.Name, file pdf.Ref) pdf.Dict {
	f := u.face
	thousandths := func(v float64) pdf.Object { return pdf.Integer(math.Round(v * 1000)) }
	bbox := pdf.Array{}
	for i := range 4 {
		v := int16(binary.BigEndian.Uint16(f.tables["head"][36+2*i:]))
		bbox = append(bbox, thousandths(float64(v)/f.upem))
	}
	return pdf.Dict{
		"Type": pdf.Name("FontDescriptor"), "FontName": name, "Flags": pdf.Integer(4), "FontBBox": bbox,
		"ItalicAngle": pdf.Integer(0), "Ascent": thousandths(f.ascent), "Descent": thousandths(-f.descent),
		"CapHeight": pdf.Integer(714), "StemV": pdf.Integer(80), "FontFile2": file,
	}
}

// widths is /W: one run from code 0.
func (u *usedFont) widths() pdf.Array {
	ws := pdf.Array{pdf.Integer(u.face.width(0))}
	for _, k := range u.keys {
		ws = append(ws, pdf.Integer(u.face.width(k.gid)))
	}
	return pdf.Array{pdf.Integer(0), ws}
}

// gidMap is /CIDToGIDMap: two bytes a code.
func (u *usedFont) gidMap() []byte {
	out := make([]byte, 2, 2+2*len(u.keys))
	for _, k := range u.keys {
		out = binary.BigEndian.AppendUint16(out, u.index[k.gid])
	}
	return out
}

// toUnicode is the CMap from codes to text (ISO 32000-2 9.10.3).
func (u *usedFont) toUnicode() []byte {
	var b bytes.Buffer
	b.WriteString("/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n" +
		"/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n" +
		"/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n" +
		"1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n")
	code := 1
	for part := range slices.Chunk(u.keys, 100) {
		fmt.Fprintf(&b, "%d beginbfchar\n", len(part))
		for _, k := range part {
			fmt.Fprintf(&b, "<%04X> <%s>\n", code, hex16(k.text))
			code++
		}
		b.WriteString("endbfchar\n")
	}
	b.WriteString("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n")
	return b.Bytes()
}

// hex16 is text in UTF-16BE, in hexadecimal.
func hex16(text string) string {
	var b bytes.Buffer
	for _, v := range utf16.Encode([]rune(text)) {
		fmt.Fprintf(&b, "%04X", v)
	}
	return b.String()
}

// actualText is a text string with its byte order mark.
func actualText(text string) string { return "<FEFF" + hex16(text) + ">" }

// subsetTag is the six letters that tell subsets of one font apart.
func subsetTag(gids []uint16) string {
	h := sha256.New()
	for _, g := range gids {
		_, _ = h.Write([]byte{byte(g >> 8), byte(g)})
	}
	sum := h.Sum(nil)
	tag := make([]byte, 6)
	for i := range tag {
		tag[i] = 'A' + sum[i]%26
	}
	return string(tag)
}
