package pdf

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// table builds a file with a classic table from object bodies, numbered from
// 1; object 1 is the catalog.
func table(objects ...string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n")
	var offsets []int
	for i, o := range objects {
		offsets = append(offsets, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	at := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, off := range offsets {
		fmt.Fprintf(&b, "%010d 00000 n \n", off)
	}
	fmt.Fprintf(&b, "trailer\n<</Root 1 0 R/Size %d>>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, at)
	return b.Bytes()
}

// onePage builds a file with one page: catalog entries, page entries, and
// further objects from number 4 on.
func onePage(catalog, page string, more ...string) []byte {
	return table(append([]string{
		"<</Type/Catalog/Pages 2 0 R" + catalog + ">>",
		"<</Type/Pages/Kids[3 0 R]/Count 1>>",
		"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]" + page + ">>",
	}, more...)...)
}

func stm(dict, data string) string {
	return fmt.Sprintf("<<%s/Length %d>>stream\n%s\nendstream", dict, len(data), data)
}

// canonCase is a construct of the table with what must come of it.
type canonCase struct {
	data    []byte
	refused string
	found   []Finding
	gone    string // words that must not be in the output, apart by blanks
	there   string // words that must be
}

const widget4 = "<</Type/Annot/Subtype/Widget/FT/Tx/T(a)/V(kept)/Rect[0 0 9 9]"

func canonCases() map[string]canonCase {
	one := func(code string) []Finding { return []Finding{{code, 1}} }
	return map[string]canonCase{
		"nothing":                 {data: onePage("/Lang(hu)/MarkInfo<</Marked true>>", ""), there: "/Lang /Marked"},
		"script in names":         {data: onePage("/Names<</JavaScript<</Names[(a)<</S/JavaScript/JS(x)>>]>>>>", ""), found: one(codeScript), gone: "JavaScript JS"},
		"script on opening":       {data: onePage("/OpenAction 4 0 R", "", "<</S/JavaScript/JS(x)>>"), found: one(codeScript), gone: "JavaScript OpenAction"},
		"script after a GoTo":     {data: onePage("/OpenAction<</S/GoTo/D[3 0 R/Fit]/Next[<</S/JavaScript/JS(x)>>]>>", ""), found: one(codeScript), gone: "JavaScript Next", there: "GoTo"},
		"opens at a place":        {data: onePage("/OpenAction[3 0 R/Fit]", ""), there: "OpenAction /Fit"},
		"document actions":        {data: onePage("/AA<</WC<</S/JavaScript/JS(x)>>>>", ""), found: one(codeScript), gone: "JavaScript AA"},
		"page actions":            {data: onePage("", "/AA<</O 4 0 R>>", "<</S/Launch/F(x)>>"), found: one(codeLaunch), gone: "Launch AA"},
		"field actions":           {data: onePage("/AcroForm<</Fields[4 0 R]/CO[4 0 R]>>", "/Annots[4 0 R]", widget4+"/AA<</K<</S/JavaScript/JS(x)>>>>>>"), found: one(codeScript), gone: "JavaScript AA CO", there: "(kept)"},
		"widget action":           {data: onePage("/AcroForm<</Fields[4 0 R]>>", "/Annots[4 0 R]", widget4+"/A<</S/SubmitForm/F(x)>>>>"), found: one(codeSubmit), gone: "SubmitForm", there: "(kept)"},
		"import data":             {data: onePage("", "/Annots[<</Subtype/Link/Rect[0 0 9 9]/A<</S/ImportData/F(x)>>>>]"), found: one(codeImport), gone: "ImportData", there: "/Link"},
		"other file":              {data: onePage("", "/Annots[<</Subtype/Link/Rect[0 0 9 9]/A<</S/GoToR/F(x)>>>>]"), found: one(codeRemote), gone: "GoToR"},
		"embedded target":         {data: onePage("", "/Annots[<</Subtype/Link/Rect[0 0 9 9]/A<</S/GoToE/T<<>>>>>>]"), found: one(codeRemote), gone: "GoToE"},
		"web link":                {data: onePage("", "/Annots[<</Subtype/Link/Rect[0 0 9 9]/A<</S/URI/URI(https://a.example)>>>>]"), there: "https://a.example"},
		"other link":              {data: onePage("", "/Annots[<</Subtype/Link/Rect[0 0 9 9]/A<</S/URI/URI(file:///etc/passwd)>>>>]"), found: one(codeLink), gone: "file:"},
		"link with blanks":        {data: onePage("", "/Annots[<</Subtype/Link/Rect[0 0 9 9]/A<</S/URI/URI( javascript:x)>>>>]"), found: one(codeLink), gone: "javascript:"},
		"next page":               {data: onePage("", "/Annots[<</Subtype/Link/Rect[0 0 9 9]/A<</S/Named/N/NextPage>>>>]"), there: "NextPage"},
		"printing":                {data: onePage("", "/Annots[<</Subtype/Link/Rect[0 0 9 9]/A<</S/Named/N/Print>>>>]"), found: one(codeAction), gone: "/Print"},
		"unknown action":          {data: onePage("", "/Annots[<</Subtype/Link/Rect[0 0 9 9]/A<</S/Zzz>>>>]"), found: one(codeAction), gone: "Zzz"},
		"script that hides":       {data: onePage("", "/X 4 0 R/Group 4 0 R", "<</S/JavaScript/JS(x)>>"), found: []Finding{{codePrivate, 1}, {codeScript, 1}}, gone: "JavaScript"},
		"film":                    {data: onePage("", "/Annots[4 0 R]", "<</Type/Annot/Subtype/Movie/Movie<</F(x)>>/Rect[0 0 9 9]>>"), found: one(codeMedia), gone: "Movie"},
		"rich media":              {data: onePage("", "/Annots[4 0 R]", "<</Type/Annot/Subtype/RichMedia/RichMediaContent<<>>/Rect[0 0 9 9]>>"), found: one(codeMedia), gone: "RichMedia"},
		"3D":                      {data: onePage("", "/Annots[<</Subtype/3D/3DD<<>>/Rect[0 0 9 9]>>]"), found: one(codeMedia), gone: "3D"},
		"screen":                  {data: onePage("", "/Annots[<</Subtype/Screen/A<</S/Rendition>>/Rect[0 0 9 9]>>]"), found: one(codeMedia), gone: "Screen Rendition"},
		"sound":                   {data: onePage("", "/Annots[<</Subtype/Sound/Sound 4 0 R/Rect[0 0 9 9]>>]", stm("", "noise")), found: one(codeMedia), gone: "Sound noise"},
		"odd annotation":          {data: onePage("", "/Annots[<</Subtype/Odd/Rect[0 0 9 9]>>]"), found: one(codeAnnotation), gone: "Odd"},
		"markup":                  {data: onePage("", "/Annots[<</Subtype/Highlight/Rect[0 0 9 9]/Contents(note)>>]"), there: "Highlight note"},
		"attachment":              {data: onePage("", "/Annots[4 0 R]", "<</Subtype/FileAttachment/FS 5 0 R/Rect[0 0 9 9]>>", "<</Type/Filespec/EF<</F 6 0 R>>>>", stm("/Type/EmbeddedFile", "secret")), found: one(codeEmbedded), gone: "FileAttachment secret"},
		"embedded files":          {data: onePage("/Names<</EmbeddedFiles<</Names[(a)4 0 R]>>>>", "", "<</Type/Filespec/EF<</F 5 0 R>>>>", stm("/Type/EmbeddedFile", "secret")), found: one(codeEmbedded), gone: "EmbeddedFile secret"},
		"portfolio":               {data: onePage("/Collection<</View/T>>", ""), found: one(codeEmbedded), gone: "Collection"},
		"associated file":         {data: onePage("", "/Group<</AF[4 0 R]>>", "<</Type/Filespec/EF<</F 5 0 R>>>>", stm("/Type/EmbeddedFile", "secret")), found: one(codeEmbedded), gone: "secret"},
		"template":                {data: onePage("/Names<</Templates<</Names[(a)4 0 R]>>>>", "", "<</Type/Template/MediaBox[0 0 1 1]>>"), found: one(codeTemplate), gone: "Template"},
		"page outside the tree":   {data: onePage("/OpenAction[4 0 R/Fit]", "", "<</Type/Page/MediaBox[0 0 77 77]>>"), gone: "77"},
		"unreachable":             {data: onePage("", "", stm("", "dormant")), gone: "dormant"},
		"static XFA":              {data: onePage("/AcroForm<</Fields[4 0 R]/XFA 5 0 R>>", "/Annots[4 0 R]", widget4+">>", stm("", "<xdp>static</xdp>")), found: one(codeXFA), gone: "XFA xdp", there: "(kept)"},
		"dynamic XFA":             {data: onePage("/NeedsRendering true/AcroForm<</XFA 4 0 R>>", "", stm("", "<xdp/>")), refused: RefusedXFA},
		"dynamic XFA by config":   {data: onePage("/AcroForm<</XFA[(config)4 0 R]>>", "", stm("", "<dynamicRender>required</dynamicRender>")), refused: RefusedXFA},
		"layer on":                {data: onePage("/OCProperties<</OCGs[4 0 R]/D<<>>>>", "/Resources<</Properties<</MC0 4 0 R>>>>", "<</Type/OCG/Name(a)>>"), found: one(codeFlattened), gone: "OCProperties", there: "MC0"},
		"layer off, content":      {data: onePage("/OCProperties<</OCGs[4 0 R]/D<</OFF[4 0 R]>>>>", "/Resources<</Properties<</MC0 4 0 R>>>>", "<</Type/OCG/Name(a)>>"), refused: RefusedLayer},
		"base state off":          {data: onePage("/OCProperties<</OCGs[4 0 R]/D<</BaseState/OFF>>>>", "/Resources<</Properties<</MC0 4 0 R>>>>", "<</Type/OCG/Name(a)>>"), refused: RefusedLayer},
		"base state off, then on": {data: onePage("/OCProperties<</OCGs[4 0 R]/D<</BaseState/OFF/ON[4 0 R]>>>>", "/Resources<</Properties<</MC0 4 0 R>>>>", "<</Type/OCG/Name(a)>>"), found: one(codeFlattened)},
		"off when viewed": {data: onePage("/OCProperties<</OCGs[4 0 R]/D<</AS[<</Event/View/OCGs[4 0 R]/Category[/View]>>]>>>>",
			"/Resources<</Properties<</MC0 4 0 R>>>>", "<</Type/OCG/Name(a)/Usage<</View<</ViewState/OFF>>>>>>"), refused: RefusedLayer},
		"layer off, image": {data: onePage("/OCProperties<</OCGs[4 0 R]/D<</OFF[4 0 R]>>>>", "/Resources<</XObject<</X 5 0 R>>>>",
			"<</Type/OCG/Name(a)>>", stm("/Subtype/Image/Width 1/Height 1/OC 4 0 R", "pixels")), found: []Finding{{codeHiddenLayer, 1}, {codeFlattened, 1}}, gone: "pixels OCG"},
		"membership off": {data: onePage("/OCProperties<</OCGs[4 0 R]/D<</OFF[4 0 R]>>>>", "/Resources<</XObject<</X 5 0 R>>>>",
			"<</Type/OCG/Name(a)>>", stm("/Subtype/Form/BBox[0 0 1 1]/OC<</Type/OCMD/OCGs 4 0 R>>", "pixels")), found: []Finding{{codeHiddenLayer, 1}, {codeFlattened, 1}}, gone: "pixels"},
		"membership by expression": {data: onePage("/OCProperties<</OCGs[4 0 R]/D<</OFF[4 0 R]>>>>", "/Resources<</XObject<</X 5 0 R>>>>",
			"<</Type/OCG/Name(a)>>", stm("/Subtype/Form/BBox[0 0 1 1]/OC<</Type/OCMD/VE[/Not 4 0 R]>>", "pixels")), found: one(codeFlattened), there: "pixels"},
		"layer off, annotation": {data: onePage("/OCProperties<</OCGs[4 0 R]/D<</OFF[4 0 R]>>>>", "/Annots[<</Subtype/Text/Contents(ghost)/OC 4 0 R/Rect[0 0 9 9]>>]",
			"<</Type/OCG/Name(a)>>"), found: []Finding{{codeHiddenLayer, 1}, {codeFlattened, 1}}, gone: "ghost"},
		"signed": {data: onePage("/AcroForm<</Fields[4 0 R]/SigFlags 3>>", "/Annots[4 0 R]", "<</FT/Sig/T(s)/V 5 0 R/Subtype/Widget/Rect[0 0 0 0]>>",
			"<</Type/Sig/Filter/A/SubFilter/B/ByteRange[0 1 2 3]/Contents<00>>>"), refused: RefusedSigned},
		"junk value": {data: onePage("/AcroForm<</Fields[4 0 R]/SigFlags 3>>", "/Annots[4 0 R]", "<</FT/Sig/T(s)/V 7/Subtype/Widget/Rect[0 0 0 0]>>"), found: one(codeJunk), gone: "SigFlags /V"},
		"junk signature, no field": {data: onePage("/OpenAction 5 0 R", "/Group 4 0 R", "<</Type/Sig/ByteRange[0 1 2 3]/Contents<00>>>",
			"<</S/JavaScript/JS(x)>>"), found: []Finding{{codeJunk, 1}, {codeScript, 1}}, gone: "ByteRange JavaScript"},
		"usage rights":  {data: onePage("/Perms<</UR3 4 0 R>>", "", "<</Type/Sig/ByteRange[0 1 2 3]/Contents<00>>>"), found: one(codeUsageRights), gone: "ByteRange Perms"},
		"private data":  {data: onePage("/PieceInfo<</A<</Private(x)>>>>", ""), found: one(codePrivate), gone: "PieceInfo"},
		"external data": {data: onePage("", "/Contents 4 0 R", stm("/F(other.bin)", "q Q")), found: one(codeExternal), gone: "other.bin", there: "q"},
		"page listed twice": {data: table("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R 3 0 R]/Count 2>>",
			"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"), found: one(codePageTree)},
		"wrong count": {data: table("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R 9 0 R]/Count 7/MediaBox[0 0 9 9]/Rotate 90>>",
			"<</Type/Page/Parent 2 0 R>>"), found: one(codePageTree), there: "/Rotate 90"},
		"no pages":                {data: table("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[]/Count 0>>"), refused: RefusedEmpty},
		"same action twice":       {data: onePage("/Outlines 4 0 R", "/Annots[<</Subtype/Link/Rect[0 0 9 9]/A 6 0 R>>]", "<</First 5 0 R/Last 5 0 R>>", "<</Title(t)/Parent 4 0 R/A 6 0 R>>", "<</S/JavaScript/JS(x)>>"), found: one(codeScript), gone: "JavaScript", there: "Title"},
		"names kept as written":   {data: onePage("", "/Resources<</Font<</F#231 4 0 R/F#z 4 0 R/A#20b 4 0 R>>>>", "<</Type/Font>>"), there: "/F#231 /F#z /A#20b"},
		"numbers kept as written": {data: onePage("", "/Group<</A[+5 .50 612.0 -0 1.]>>"), there: "+5 .50 612.0 -0 1."},
	}
}

func TestCanonicalTable(t *testing.T) {
	for name, c := range canonCases() {
		t.Run(name, func(t *testing.T) { c.check(t) })
	}
}

func (c canonCase) check(t *testing.T) {
	f, err := Open(bytes.NewReader(c.data), int64(len(c.data)), Options{Strict: true})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	report, err := Canonicalize(f, &out, CanonicalOptions{})
	var no *RefusalError
	if errors.As(err, &no) {
		if no.Code != c.refused || out.Len() > 0 {
			t.Fatalf("refused with %s, want %q; %d bytes written", no.Code, c.refused, out.Len())
		}
		return
	}
	if err != nil || c.refused != "" {
		t.Fatalf("%v, want %q", err, c.refused)
	}
	if diff := cmp.Diff(c.found, report.Findings); diff != "" {
		t.Error(diff)
	}
	for _, w := range strings.Fields(c.gone) {
		if strings.Contains(out.String(), w) {
			t.Errorf("%s is left in\n%s", w, out.String())
		}
	}
	for _, w := range strings.Fields(c.there) {
		if !strings.Contains(out.String(), w) {
			t.Errorf("%s is missing in\n%s", w, out.String())
		}
	}
	checkCanonical(t, t.Name(), out.Bytes(), report)
}

// TestInspect looks at signed files without refusing them: what is active or
// hidden must show even beside a junk signature.
func TestInspect(t *testing.T) {
	const signature = "<</Type/Sig/Filter/A/SubFilter/B/ByteRange[0 1 2 3]/Contents<00>>>"
	const field = "<</FT/Sig/T(s)/V 5 0 R/Subtype/Widget/Rect[0 0 0 0]>>"
	cases := map[string]struct {
		catalog string
		active  bool
	}{
		"quiet":     {"", false},
		"script":    {"/OpenAction<</S/JavaScript/JS(x)>>", true},
		"layer off": {"/OCProperties<</OCGs[6 0 R]/D<</OFF[6 0 R]>>>>", true},
		"layer on":  {"/OCProperties<</OCGs[6 0 R]/D<<>>>>", false},
	}
	for name, c := range cases {
		data := onePage("/AcroForm<</Fields[4 0 R]>>"+c.catalog, "/Annots[4 0 R]", field, signature, "<</Type/OCG/Name(a)>>")
		f, err := Open(bytes.NewReader(data), int64(len(data)), Options{Strict: true})
		if err != nil {
			t.Fatal(err)
		}
		r, err := Inspect(f)
		if err != nil || !r.Signed || r.Active() != c.active || r.Pages != 1 {
			t.Errorf("%s: %+v, %v", name, r, err)
		}
	}
}
