package main

import (
	"bytes"
	"crypto/md5"
	"crypto/rc4"
	"crypto/x509"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/consigil/consigil/test/testpki"
)

// begins compares the beginning of a file with another, whole.
func begins(ts *testscript.TestScript, _ bool, args []string) {
	whole, start := ts.ReadFile(args[0]), ts.ReadFile(args[1])
	if !strings.HasPrefix(whole, start) || len(whole) == len(start) {
		ts.Fatalf("%s does not begin with %s", args[0], args[1])
	}
}

// only lists all that a folder may hold.
func only(ts *testscript.TestScript, _ bool, args []string) {
	entries, err := os.ReadDir(ts.MkAbs(args[0]))
	ts.Check(err)
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	if got, want := strings.Join(names, " "), strings.Join(args[1:], " "); got != want {
		ts.Fatalf("%s holds %q, want %q", args[0], got, want)
	}
}

// oneLine wants one line on standard error, that fits.
func oneLine(ts *testscript.TestScript, _ bool, args []string) {
	text := ts.ReadFile("stderr")
	if strings.Count(text, "\n") != 1 || !regexp.MustCompile(args[0]).MatchString(text) {
		ts.Fatalf("standard error is %q, want one line with %s", text, args[0])
	}
}

// others are signers who may not sign, or not now, and one with Ed25519.
func others(ca *testpki.Authority) map[string]*testpki.Leaf {
	return map[string]*testpki.Leaf{
		"ed":   ca.Leaf("Eddie", "ed25519"),
		"old":  ca.Leaf("Past", "p-256", func(c *x509.Certificate) { c.NotAfter = ca.Now.Add(-time.Hour) }),
		"next": ca.Leaf("Future", "p-256", func(c *x509.Certificate) { c.NotBefore = ca.Now.Add(time.Hour) }),
		"box":  ca.Leaf("Letterbox", "p-256", func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageKeyAgreement }),
	}
}

// passwordPad fills short passwords, ISO 32000-1 algorithm 2.
const passwordPad = "\x28\xBF\x4E\x5E\x4E\x75\x8A\x41\x64\x00\x4E\x56\xFF\xFA\x01\x08\x2E\x2E\x00\xB6\xD0\x68\x3E\x80\x2F\x0C\xA9\xFE\x64\x53\x69\x7A"

// lockedPDF is a file that opens with a password: 40-bit RC4, revision 2 of the
// standard security handler.
func lockedPDF(password string) []byte {
	padded := (password + passwordPad)[:32]
	crypt := func(key []byte, text string) string {
		out := []byte(text)
		c, err := rc4.NewCipher(key)
		if err != nil {
			panic(err)
		}
		c.XORKeyStream(out, out)
		return string(out)
	}
	sum := md5.Sum([]byte(padded))
	owner := crypt(sum[:5], padded)
	const id, permissions = "0123456789abcdef", -4
	seed := binary.LittleEndian.AppendUint32([]byte(padded+owner), uint32(permissions&0xFFFFFFFF))
	key := md5.Sum(append(seed, id...))
	user := crypt(key[:5], passwordPad)
	return written([]string{
		"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 1/Kids[3 0 R]>>", "<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]>>",
		fmt.Sprintf("<</Filter/Standard/V 1/R 2/P %d/O<%x>/U<%x>>>", permissions, owner, user),
	}, fmt.Sprintf("/Encrypt 4 0 R/ID[<%x><%x>]", id, id))
}

// formPDF is a file with a text field, empty signature fields in a group, and one
// whose author asks for a reason, a certification and a lock.
func formPDF() []byte {
	objects := []string{
		"<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R 5 0 R 8 0 R]>>>>",
		"<</Type/Pages/Count 1/Kids[3 0 R]>>",
		"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Annots[4 0 R 6 0 R 7 0 R 8 0 R]>>",
		"<</FT/Tx/T(Text)/Subtype/Widget/Rect[10 10 90 30]>>",
		"<</T(Contract)/Kids[6 0 R 7 0 R]>>",
		"<</FT/Sig/T(Buyer)/Parent 5 0 R/Subtype/Widget/Rect[10 50 130 90]>>",
		"<</FT/Sig/T(Seller)/Parent 5 0 R/Subtype/Widget/Rect[150 50 270 90]>>",
		"<</FT/Sig/T(Seeded)/Subtype/Widget/Rect[0 0 0 0]/Lock<</Type/SigFieldLock/Action/All>>" +
			"/SV<</Type/SV/Ff 8/Reasons[(I agree)(I approve)]/MDP<</P 2>>>>>>",
	}
	return written(objects, "")
}

// written is a file of these objects; trailer adds to its trailer.
func written(objects []string, trailer string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n")
	var offsets []int
	for i, o := range objects {
		offsets = append(offsets, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	xref := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, at := range offsets {
		fmt.Fprintf(&b, "%010d 00000 n \n", at)
	}
	fmt.Fprintf(&b, "trailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, trailer, xref)
	return b.Bytes()
}

// inkPNG is a picture with transparent paper.
func inkPNG() []byte {
	img := image.NewNRGBA(image.Rect(0, 0, 60, 20))
	for x := range 60 {
		img.Set(x, 10+x%7, color.NRGBA{B: 160, A: uint8(100 + x)})
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// ownFont is one of the program's fonts, given as a file.
func ownFont() []byte {
	data, err := os.ReadFile(filepath.Join("..", "..", "internal", "fonts", "ttf", "NotoSans-Regular.ttf"))
	if err != nil {
		panic(err)
	}
	return data
}
