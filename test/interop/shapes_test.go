//go:build interop

package interop

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"software.sslmate.com/src/go-pkcs12"

	"github.com/consigil/consigil/cms"
	"github.com/consigil/consigil/pades"
	"github.com/consigil/consigil/pdf"
	"github.com/consigil/consigil/pdf/draw"
	"github.com/consigil/consigil/pdf/form"
	"github.com/consigil/consigil/signer"
	"github.com/consigil/consigil/test/testpdf"
)

// shape is a kind of input.
type shape struct {
	data     []byte
	password string
	profile  string // that it keeps to, as veraPDF calls it
	visible  bool   // signed with an appearance
	few      bool   // signed with two algorithms only
}

// shapes are the kinds of input that the grid signs, by name.
func (s *studio) shapes() map[string]shape {
	all := map[string]shape{}
	for name, data := range s.plainShapes() {
		all[name] = shape{data: data}
	}
	for name, one := range s.lockedShapes() {
		one.few = true
		all[name] = one
	}
	for _, visible := range []bool{false, true} {
		suffix := map[bool]string{true: "-visible"}[visible]
		all["pdf-a"+suffix] = shape{data: testpdf.Archival(), profile: "2b", visible: visible, few: true}
		all["pdf-ua"+suffix] = shape{data: testpdf.Accessible(), profile: "ua1", visible: visible, few: true}
	}
	return all
}

// publicKey is the shape that was encrypted for a certificate, that of
// cms/testdata/envelopes/rsa.pem.
const publicKey = "public-key"

// lockedShapes ask for a password, or for a key.
func (s *studio) lockedShapes() map[string]shape {
	classic := testpdf.Classic(2)
	weak := func(args ...string) []byte {
		return s.qpdf(classic, append([]string{"--allow-weak-crypto", "--encrypt"}, args...)...)
	}
	return map[string]shape{
		"rc4-40":         {data: weak("", "owner", "40", "--")},
		"rc4-128-user":   {data: weak("user", "owner", "128", "--use-aes=n", "--"), password: "user"},
		"aes-128-user":   {data: weak("user", "owner", "128", "--use-aes=y", "--"), password: "user"},
		"aes-256-user":   {data: weak("user", "owner", "256", "--"), password: "user"},
		"aes-256-owner":  {data: weak("user", "owner", "256", "--modify=none", "--annotate=n", "--form=n", "--"), password: "owner"},
		"clear-metadata": {data: weak("user", "owner", "256", "--cleartext-metadata", "--"), password: "user"},
		"saslprep":       {data: s.fixture("prepared.pdf"), password: "pa ss\u2168"},
		publicKey:        {data: s.fixture("recipient.pdf")},
	}
}

// fixture is a file that pyHanko encrypted; see cmd/consigil/testdata.
func (s *studio) fixture(name string) []byte {
	s.t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "cmd", "consigil", "testdata", "encrypted", name))
	if err != nil {
		s.t.Fatal(err)
	}
	return data
}

// recipient holds the key of the shape that was encrypted for a certificate.
func (s *studio) recipient() cms.Recipient {
	s.t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "cms", "testdata", "envelopes", "rsa.pem"))
	if err != nil {
		s.t.Fatal(err)
	}
	certs, err := signer.ParseCertificatesPEM(data)
	if err != nil {
		s.t.Fatal(err)
	}
	key, err := signer.ParseDecryptionKeyPEM(data)
	if err != nil {
		s.t.Fatal(err)
	}
	return cms.Recipient{Certificate: certs[0], Key: key}
}

// recipientFile is the same for pyHanko.
func (s *studio) recipientFile() string {
	s.t.Helper()
	r := s.recipient()
	p12, err := pkcs12.Modern.Encode(r.Key, r.Certificate, nil, "secret")
	if err != nil {
		s.t.Fatal(err)
	}
	return write(s.t, s.dir, "recipient.p12", p12)
}

// appearance is a signature that shows.
func appearance(set *draw.FontSet) *pades.Visible {
	return &pades.Visible{Rect: pdf.Rect{LLX: 72, LLY: 72, URX: 272, URY: 132}, Look: func(w, h float64) (*draw.Form, error) {
		return draw.SignatureTyped(set, "Őrsi Ágnes", "Signed", w, h)
	}}
}

func (s *studio) plainShapes() map[string][]byte {
	classic := testpdf.Classic(2)
	return map[string][]byte{
		"plain": classic, "xref-stream": testpdf.Stream(2), "hybrid": hybrid(), "pages-1000": testpdf.Classic(1000),
		"linearized":     s.qpdf(classic, "--linearize"),
		"object-streams": s.qpdf(classic, "--object-streams=generate"),
		"rotated":        s.qpdf(classic, "--rotate=90:1"),
		"rc4-128":        s.qpdf(classic, "--allow-weak-crypto", "--encrypt", "", "owner", "128", "--use-aes=n", "--"),
		"aes-128":        s.qpdf(classic, "--encrypt", "", "owner", "128", "--use-aes=y", "--"),
		"aes-256":        s.qpdf(classic, "--encrypt", "", "owner", "256", "--"),
		"form":           s.amend(classic, withForm), "tagged": s.amend(classic, withTags), "metadata": s.amend(classic, withMetadata),
		"signed":    s.before(classic, pades.CertifyNone),
		"certified": s.before(classic, pades.CertifyForms),
	}
}

// qpdf makes a variant.
func (s *studio) qpdf(in []byte, args ...string) []byte {
	s.t.Helper()
	from := write(s.t, s.dir, "shape-in.pdf", in)
	to := filepath.Join(s.dir, "shape-out.pdf")
	if code, out := run(s.t, "qpdf", append(args, from, to)...); code != 0 {
		s.t.Fatalf("qpdf %v: %s", args, out)
	}
	data, err := os.ReadFile(to)
	if err != nil {
		s.t.Fatal(err)
	}
	return data
}

// before signs a file once.
func (s *studio) before(in []byte, certify pades.Certification) []byte {
	s.t.Helper()
	leaf := s.ca.Leaf("Earlier Signer", "p-256")
	opt := pades.Options{Certificate: leaf.Cert, Chain: s.ca.Chain(), Time: s.ca.Now, Level: pades.LevelT, Certify: certify}
	var out bytes.Buffer
	if _, err := pades.Sign(s.t.Context(), bytes.NewReader(in), int64(len(in)), leaf.Signer, s.tsa, opt, &out); err != nil {
		s.t.Fatal(err)
	}
	return out.Bytes()
}

// amend appends an increment.
func (s *studio) amend(in []byte, change func(*testing.T, *pdf.Update)) []byte {
	s.t.Helper()
	f, err := pdf.Open(bytes.NewReader(in), int64(len(in)), pdf.Options{})
	if err != nil {
		s.t.Fatal(err)
	}
	u := pdf.NewUpdate(f)
	change(s.t, u)
	out := bytes.NewBuffer(bytes.Clone(in))
	if _, err := u.WriteTo(out); err != nil {
		s.t.Fatal(err)
	}
	return out.Bytes()
}

func withForm(t *testing.T, u *pdf.Update) {
	spec := form.TextField{PartialName: "city", Rect: pdf.Rect{LLX: 72, LLY: 600, URX: 272, URY: 620}}
	if _, err := form.AddTextField(u, spec); err != nil {
		t.Fatal(err)
	}
}

// inCatalog puts entries into the catalog.
func inCatalog(t *testing.T, u *pdf.Update, entries pdf.Dict) {
	t.Helper()
	catalog, err := u.Catalog()
	if err != nil {
		t.Fatal(err)
	}
	for key, value := range entries {
		catalog[key] = value
	}
	u.Put(u.File().CatalogRef(), catalog)
}

func withTags(t *testing.T, u *pdf.Update) {
	root, heading := u.Alloc(), u.Alloc()
	u.Put(root, pdf.Dict{"Type": pdf.Name("StructTreeRoot"), "K": heading})
	u.Put(heading, pdf.Dict{"Type": pdf.Name("StructElem"), "S": pdf.Name("Document"), "P": root})
	inCatalog(t, u, pdf.Dict{"StructTreeRoot": root, "MarkInfo": pdf.Dict{"Marked": pdf.Boolean(true)}, "Lang": pdf.String("en")})
}

// withMetadata says PDF/A-2b in XMP, with an output intent; it does not keep to it.
func withMetadata(t *testing.T, u *pdf.Update) {
	xmp, intent := u.Alloc(), u.Alloc()
	u.PutStream(xmp, pdf.Dict{"Type": pdf.Name("Metadata"), "Subtype": pdf.Name("XML")}, []byte(`<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""
 xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" pdfaid:part="2" pdfaid:conformance="B"/></rdf:RDF></x:xmpmeta><?xpacket end="w"?>`))
	u.Put(intent, pdf.Dict{"Type": pdf.Name("OutputIntent"), "S": pdf.Name("GTS_PDFA1"), "OutputConditionIdentifier": pdf.String("sRGB")})
	inCatalog(t, u, pdf.Dict{"Metadata": xmp, "OutputIntents": pdf.Array{intent}})
}

// hybrid is a file with a table for old readers and a cross-reference stream
// beside it that names one object more, which lies in an object stream.
func hybrid() []byte {
	plain := testpdf.Classic(2)
	objects := bytes.LastIndex(plain, []byte("xref\n0 "))
	var count int
	if _, err := fmt.Sscanf(string(plain[objects:]), "xref\n0 %d", &count); err != nil {
		panic(err)
	}
	var b bytes.Buffer
	b.Write(plain[:objects])
	streamAt := b.Len()
	inside := fmt.Sprintf("%d 0 <</Kind(hidden)>>", count)
	fmt.Fprintf(&b, "%d 0 obj\n<</Type/ObjStm/N 1/First %d/Length %d>>stream\n%s\nendstream\nendobj\n", count+1, bytes.IndexByte([]byte(inside), '<'), len(inside), inside)
	rowsAt := b.Len()
	row := func(kind byte, at uint32, index byte) []byte {
		return append(binary.BigEndian.AppendUint32([]byte{kind}, at), index)
	}
	rows := append(append(row(2, uint32(count+1), 0), row(1, uint32(streamAt), 0)...), row(1, uint32(rowsAt), 0)...)
	fmt.Fprintf(&b, "%d 0 obj\n<</Type/XRef/Size %d/W[1 4 1]/Index[%d 3]/Root 1 0 R/Length %d>>stream\n", count+2, count+3, count, len(rows))
	b.Write(rows)
	b.WriteString("\nendstream\nendobj\n")
	table := b.Len()
	trailer := bytes.LastIndex(plain, []byte("trailer"))
	b.Write(plain[objects:trailer])
	fmt.Fprintf(&b, "trailer\n<</Size %d/Root 1 0 R/XRefStm %d/ID[<%032x><%032x>]>>\nstartxref\n%d\n%%%%EOF\n", count+3, rowsAt, 3, 3, table)
	return b.Bytes()
}
