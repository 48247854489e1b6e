package badinput

import (
	"bytes"
	"compress/zlib"
	"crypto/aes"
	"crypto/cipher"
	"crypto/md5"
	"crypto/rc4"
	"fmt"
	"io"
	"testing"

	"github.com/consigil/consigil/test/testpdf"
)

// pdfOf writes objects 1, 2, ... with a cross-reference table; the first is the catalog.
func pdfOf(trailer string, objects ...string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	at := make([]int, len(objects))
	for i, o := range objects {
		at[i] = b.Len()
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	xref := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, a := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", a)
	}
	fmt.Fprintf(&b, "trailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, trailer, xref)
	return b.Bytes()
}

const (
	onlyPage = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>"
	onePages = "<</Type/Pages/Kids[3 0 R]/Count 1>>"
)

func stream(dict, data string) string {
	return fmt.Sprintf("<<%s/Length %d>>stream\n%s\nendstream", dict, len(data), data)
}

// bomb is zeros, compressed twice: much in about 1 KB.
func bomb(t *testing.T, size int64) string {
	t.Helper()
	once, twice := deflate(t, io.LimitReader(zeros{}, size)), []byte(nil)
	twice = deflate(t, bytes.NewReader(once))
	return string(twice)
}

func deflate(t *testing.T, from io.Reader) []byte {
	t.Helper()
	var b bytes.Buffer
	z, err := zlib.NewWriterLevel(&b, zlib.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(z, from); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// bombs are files whose parser has to unpack the bomb to learn what they are.
func bombs(t *testing.T) map[string][]byte {
	data := bomb(t, 256<<20)
	packed := func(dict string) string { return stream(dict+"/Filter[/FlateDecode/FlateDecode]", data) }
	objects := pdfOf("", "<</Type/Catalog/Pages 7 0 R>>", packed("/Type/ObjStm/N 100/First 800"))
	objects = bytes.Replace(objects, []byte("startxref"), []byte("startwhat"), 1) // makes readers look for objects
	xref := pdfOf("", "<</Type/Catalog/Pages 2 0 R>>", onePages, onlyPage, packed("/Type/XRef/W[1 2 1]/Index[0 9]/Size 9/Root 1 0 R"))
	at := bytes.Index(xref, []byte("4 0 obj"))
	xref = append(xref[:bytes.LastIndex(xref, []byte("xref\n0 "))], fmt.Sprintf("startxref\n%d\n%%%%EOF\n", at)...)
	return map[string][]byte{"object stream": objects, "xref stream": xref}
}

// locked is a PDF that asks for a password: 128 bit AES, revision 4, as ISO 32000-1 section 7.6.3 has it.
func locked(t *testing.T) []byte {
	t.Helper()
	padding := []byte("\x28\xBF\x4E\x5E\x4E\x75\x8A\x41\x64\x00\x4E\x56\xFF\xFA\x01\x08\x2E\x2E\x00\xB6\xD0\x68\x3E\x80\x2F\x0C\xA9\xFE\x64\x53\x69\x7A")
	pass := append([]byte(canary), padding...)[:32]
	id := []byte("0123456789abcdef")
	rounds := func(first []byte, n int) []byte {
		sum := md5.Sum(first)
		for range n {
			sum = md5.Sum(sum[:])
		}
		return sum[:]
	}
	crypt := func(key, data []byte) []byte {
		for i := range 20 {
			k := make([]byte, len(key))
			for j := range key {
				k[j] = key[j] ^ byte(i)
			}
			c, err := rc4.NewCipher(k)
			if err != nil {
				t.Fatal(err)
			}
			out := make([]byte, len(data))
			c.XORKeyStream(out, data)
			data = out
		}
		return data
	}
	o := crypt(rounds(pass, 50), pass)
	permissions := []byte{0xfc, 0xff, 0xff, 0xff}
	key := rounds(bytes.Join([][]byte{pass, o, permissions, id}, nil), 50)
	check := md5.Sum(append(append([]byte{}, padding...), id...))
	u := append(crypt(key, check[:]), make([]byte, 16)...)
	text := md5.Sum(append(append(append([]byte{}, key...), 4, 0, 0, 0, 0), "sAlT"...))
	block, err := aes.NewCipher(text[:])
	if err != nil {
		t.Fatal(err)
	}
	content := bytes.Repeat([]byte{16}, 32) // one empty vector and one block of padding
	cipher.NewCBCEncrypter(block, content[:16]).CryptBlocks(content[16:], content[16:])
	encrypt := fmt.Sprintf("<</Filter/Standard/V 4/R 4/Length 128/P -4/O<%x>/U<%x>/CF<</StdCF<</CFM/AESV2/Length 16/AuthEvent/DocOpen>>>>/StmF/StdCF/StrF/StdCF>>", o, u)
	return pdfOf(fmt.Sprintf("/Encrypt 5 0 R/ID[<%x><%x>]", id, id), "<</Type/Catalog/Pages 2 0 R>>", onePages,
		"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>>", stream("", string(content)), encrypt)
}

// badFile is a file that is refused when it is made part of an envelope.
type badFile struct {
	data []byte
	refusal
}

func badFiles(t *testing.T) map[string]badFile {
	whole := testpdf.Classic(2)
	unsupported := func(code string) refusal { return refusal{415, code, "/documents/0/upload"} }
	malformed := func(code string) refusal { return refusal{400, code, "/documents/0/upload"} }
	return map[string]badFile{
		"not a PDF":          {[]byte("PK\x03\x04 " + canary), malformed("not_pdf")},
		"HTML":               {[]byte("<html><script>" + canary + "</script>"), malformed("not_pdf")},
		"one byte":           {[]byte("%"), malformed("not_pdf")},
		"header only":        {[]byte("%PDF-1.7\n" + canary), malformed("pdf_malformed")},
		"truncated early":    {whole[:120], malformed("pdf_malformed")},
		"truncated pages":    {whole[:len(whole)/2], malformed("pdf_malformed")},
		"truncated table":    {whole[:bytes.LastIndex(whole, []byte("trailer"))], malformed("pdf_malformed")},
		"truncated stream":   {testpdf.Stream(2)[:400], malformed("pdf_malformed")},
		"password":           {locked(t), unsupported("password_required")},
		"unknown encryption": {pdfOf("/Encrypt<</Filter/"+canary+"/V 9>>/ID[<00><00>]", "<</Type/Catalog/Pages 2 0 R>>", onePages, onlyPage), unsupported("pdf_unsupported")},
		"zero pages":         {pdfOf("", "<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[]/Count 0>>"), refusal{422, "no_pages", "/documents/0/upload"}},
		"too many pages":     {manyPages(5001), refusal{413, "too_many_pages", "/documents/0/upload"}},
		"dynamic XFA": {pdfOf("", "<</Type/Catalog/Pages 2 0 R/NeedsRendering true/AcroForm<</Fields[]/XFA 4 0 R>>>>", onePages, onlyPage,
			stream("", "<xdp:xdp xmlns:xdp='http://ns.adobe.com/xdp/'>"+canary+"</xdp:xdp>")), unsupported("xfa_dynamic")},
		"junk signature with scripts": {junkSignature("/OpenAction<</S/JavaScript/JS(app.alert\\(" + canary + "\\))>>"), unsupported("signed_with_content")},
		"junk signature":              {junkSignature(""), unsupported("signature_damaged")},
		"pages that name each other":  {pdfOf("", "<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>", "<</Type/Pages/Kids[2 0 R]/Count 1>>"), refusal{422, "no_pages", "/documents/0/upload"}},
		"arrays a million deep":       {pdfOf("", "<</Type/Catalog/Pages 2 0 R/X "+string(bytes.Repeat([]byte("["), 1<<20))+">>", onePages, onlyPage), refusal{413, "too_complex", "/documents/0/upload"}},
	}
}

// junkSignature is a file with a signature that signs nothing.
func junkSignature(catalog string) []byte {
	return pdfOf("", "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R]/SigFlags 3>>"+catalog+">>", onePages,
		"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Annots[4 0 R]>>",
		"<</FT/Sig/T("+canary+")/Type/Annot/Subtype/Widget/Rect[9 9 99 99]/F 4/P 3 0 R/V 5 0 R>>",
		"<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/adbe.pkcs7.detached/ByteRange[0 10 20 30]/Contents<3003020101>/Name("+canary+")>>")
}

// manyPages is a file of pages that are one object each.
func manyPages(n int) []byte {
	var kids bytes.Buffer
	objects := []string{"<</Type/Catalog/Pages 2 0 R>>", ""}
	for i := range n {
		fmt.Fprintf(&kids, "%d 0 R ", i+3)
		objects = append(objects, onlyPage)
	}
	objects[1] = fmt.Sprintf("<</Type/Pages/Kids[%s]/Count %d>>", kids.String(), n)
	return pdfOf("", objects...)
}
