package validate_test

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/consigil/consigil/pades"
	"github.com/consigil/consigil/pdf"
	"github.com/consigil/consigil/test/testpdf"
	"github.com/consigil/consigil/test/testpki"
	"github.com/consigil/consigil/tsp"
	"github.com/consigil/consigil/validate"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// scene is an authority, a signer, and a time stamp authority at noon.
type scene struct {
	t    testing.TB
	ca   *testpki.Authority
	leaf *testpki.Leaf
	tsa  *tsp.Authority
}

func newScene(t testing.TB) *scene {
	t.Helper()
	ca := testpki.New(t, noon, false)
	return &scene{t: t, ca: ca, leaf: ca.Leaf("Alice", "p-256"), tsa: ca.TSA(func() time.Time { return noon })}
}

func (s *scene) sign(in []byte, level pades.Level, edits ...func(*pades.Options)) []byte {
	s.t.Helper()
	opt := pades.Options{Certificate: s.leaf.Cert, Chain: s.ca.Chain(), Time: noon, Level: level, AllowExpired: true, AllowUsage: true}
	for _, edit := range edits {
		edit(&opt)
	}
	var out bytes.Buffer
	if _, err := pades.Sign(s.t.Context(), bytes.NewReader(in), int64(len(in)), s.leaf.Signer, s.tsa, opt, &out); err != nil {
		s.t.Fatal(err)
	}
	return out.Bytes()
}

// trusted are the options under which a good file passes.
func (s *scene) trusted() validate.Options {
	return validate.Options{Anchors: []*x509.Certificate{s.ca.Root}, CRLs: s.ca.CRLs(), Now: noon.Add(time.Hour)}
}

func (s *scene) verdicts(in []byte, opt validate.Options) []validate.Signature {
	s.t.Helper()
	report, err := validate.File(s.t.Context(), bytes.NewReader(in), int64(len(in)), opt)
	if err != nil {
		s.t.Fatal(err)
	}
	return report.Signatures
}

func expect(t *testing.T, s validate.Signature, indication validate.Indication, sub validate.SubIndication) {
	t.Helper()
	if s.Indication != indication || s.SubIndication != sub {
		t.Errorf("got %s/%s, want %s/%s; %v", s.Indication, s.SubIndication, indication, sub, s.Errors)
	}
	if (s.Indication == validate.TotalPassed) != (len(s.Errors) == 0) {
		t.Errorf("%s with errors %v", s.Indication, s.Errors)
	}
}

func TestGoodFilesPass(t *testing.T) {
	s := newScene(t)
	for _, in := range [][]byte{testpdf.Classic(1), testpdf.Stream(2)} {
		for _, level := range []pades.Level{pades.LevelB, pades.LevelT} {
			list := s.verdicts(s.sign(in, level), s.trusted())
			if len(list) != 1 {
				t.Fatalf("%d signatures", len(list))
			}
			got := list[0]
			expect(t, got, validate.TotalPassed, "")
			if !got.Intact || got.Coverage != "entire_file" || got.Level != string(level) || got.Format != "PAdES-BASELINE-"+string(level[2:]) ||
				got.Field != "Signature1" || got.Certificate == nil || !got.SigningTime.Equal(noon) {
				t.Errorf("%+v", got)
			}
			if level == pades.LevelT && (len(got.Timestamps) != 1 || !got.Timestamps[0].Valid || !got.Timestamps[0].Time.Equal(noon)) {
				t.Errorf("%+v", got.Timestamps)
			}
		}
	}
}

func TestEarlierSignaturesWarnOfLaterOnes(t *testing.T) {
	s := newScene(t)
	out := s.sign(s.sign(s.sign(testpdf.Classic(1), pades.LevelT), pades.LevelT), pades.LevelT)
	list := s.verdicts(out, s.trusted())
	if len(list) != 3 {
		t.Fatalf("%d signatures", len(list))
	}
	for i, got := range list {
		expect(t, got, validate.TotalPassed, "")
		if last := i == 2; last != (len(got.Warnings) == 0) || last != (got.Coverage == "entire_file") {
			t.Errorf("signature %d: coverage %s, warnings %v", i+1, got.Coverage, got.Warnings)
		}
	}
}

func TestNoSignature(t *testing.T) {
	s := newScene(t)
	if list := s.verdicts(testpdf.Classic(1), s.trusted()); len(list) != 0 {
		t.Errorf("%v", list)
	}
}

func TestUnreadable(t *testing.T) {
	s := newScene(t)
	for _, in := range []string{"", "hello", "%PDF-1.7\n"} {
		_, err := validate.File(t.Context(), strings.NewReader(in), int64(len(in)), s.trusted())
		if !errors.Is(err, validate.ErrUnreadable) {
			t.Errorf("%q: %v", in, err)
		}
	}
}

// TestTampered changes a good file in one place each.
func TestTampered(t *testing.T) {
	s := newScene(t)
	good := s.sign(testpdf.Classic(1), pades.LevelT)
	bare := s.sign(testpdf.Classic(1), pades.LevelB)
	table := map[string]struct {
		in   []byte
		edit func([]byte) []byte
		ind  validate.Indication
		sub  validate.SubIndication
	}{
		"page":            {good, swap("(Page 1)", "(Page 9)"), validate.TotalFailed, validate.HashFailure},
		"increment":       {good, swap("ETSI.CAdES", "ETSI.cAdES"), validate.TotalFailed, validate.HashFailure},
		"signature value": {bare, flipCMS(-1), validate.TotalFailed, validate.SigCryptoFailure},
		"token":           {good, flipCMS(-1), validate.Indeterminate, validate.SigConstraintsFailure},
		"cms":             {good, flipCMS(0), validate.TotalFailed, validate.FormatFailure},
		"bytes at end":    {good, func(b []byte) []byte { return append(b, "9 0 obj"...) }, validate.TotalFailed, validate.FormatFailure},
		"start":           {good, swap("/ByteRange [0 ", "/ByteRange [1 "), validate.TotalFailed, validate.FormatFailure},
		"gap":             {good, moveGap(0, -2, 2, 0), validate.TotalFailed, validate.FormatFailure},
		"end":             {good, moveGap(0, 0, 0, -7), validate.TotalFailed, validate.FormatFailure},
		"three numbers":   {good, moveGapTo("[0 10 20"), validate.TotalFailed, validate.FormatFailure},
		"negative":        {good, moveGapTo("[0 10 20 -5"), validate.TotalFailed, validate.FormatFailure},
		"beyond the end":  {good, moveGapTo("[0 10 20 99999999"), validate.TotalFailed, validate.FormatFailure},
		"no contents":     {good, swap("/Contents <", "/Kontents <"), validate.TotalFailed, validate.FormatFailure},
		"no byte range":   {good, swap("/ByteRange [", "/BiteRange ["), validate.TotalFailed, validate.FormatFailure},
		"no subfilter":    {good, swap("/SubFilter", "/SubFolter"), validate.TotalFailed, validate.FormatFailure},
		"other subfilter": {good, swap("/ETSI.CAdES.detached", "/ETSI.CAdES.detacheb"), validate.TotalFailed, validate.HashFailure},
	}
	for name, row := range table {
		t.Run(name, func(t *testing.T) {
			changed := row.edit(bytes.Clone(row.in))
			if bytes.Equal(changed, row.in) {
				t.Fatal("nothing was changed")
			}
			list := s.verdicts(changed, s.trusted())
			if len(list) != 1 {
				t.Fatalf("%d signatures", len(list))
			}
			expect(t, list[0], row.ind, row.sub)
		})
	}
}

func swap(old, replacement string) func([]byte) []byte {
	return func(b []byte) []byte { return bytes.Replace(b, []byte(old), []byte(replacement), 1) }
}

// flipCMS changes one byte of the DER; -1 is the last.
func flipCMS(at int) func([]byte) []byte {
	return func(b []byte) []byte {
		start := bytes.Index(b, []byte("/Contents <")) + len("/Contents <")
		der := make([]byte, (len(b)-start)/2)
		n, _ := hex.Decode(der, b[start:start+2*len(der)])
		der = der[:n]
		length := 4 + int(der[2])<<8 + int(der[3])
		if at < 0 {
			at += length
		}
		der[at] ^= 0x21
		copy(b[start+2*at:], hex.EncodeToString(der[at:at+1]))
		return b
	}
}

func ranges(b []byte) (at, room int, r [4]int64) {
	at = bytes.LastIndex(b, []byte("/ByteRange [")) + len("/ByteRange ")
	room = bytes.IndexByte(b[at:], ']')
	_, _ = fmt.Sscanf(string(b[at:at+room]), "[%d %d %d %d", &r[0], &r[1], &r[2], &r[3])
	return at, room, r
}

func moveGap(d0, d1, d2, d3 int64) func([]byte) []byte {
	return func(b []byte) []byte {
		_, _, r := ranges(b)
		return moveGapTo(fmt.Sprintf("[%d %d %d %d", r[0]+d0, r[1]+d1, r[2]+d2, r[3]+d3))(b)
	}
}

func moveGapTo(text string) func([]byte) []byte {
	return func(b []byte) []byte {
		at, room, _ := ranges(b)
		copy(b[at:], fmt.Sprintf("%-*s", room, text))
		return b
	}
}

// TestDamagedStructure: a signed file that only opens with repair is never
// taken for an unsigned one.
func TestDamagedStructure(t *testing.T) {
	s := newScene(t)
	good := s.sign(testpdf.Classic(1), pades.LevelT)
	i := bytes.LastIndex(good, []byte("startxref"))
	for name, in := range map[string][]byte{
		"cut":       good[:i],
		"startxref": append(bytes.Clone(good[:i]), "startxref\n7\n%%EOF\n"...),
	} {
		list := s.verdicts(in, s.trusted())
		if len(list) != 1 {
			t.Errorf("%s: %d signatures", name, len(list))
			continue
		}
		expect(t, list[0], validate.TotalFailed, validate.FormatFailure)
	}
}

// TestMovedSignature puts the dictionary, untouched, into a later revision:
// then its own gap is elsewhere.
func TestMovedSignature(t *testing.T) {
	s := newScene(t)
	good := s.sign(testpdf.Classic(1), pades.LevelT)
	file, err := pdf.Open(bytes.NewReader(good), int64(len(good)), pdf.Options{Strict: true})
	if err != nil {
		t.Fatal(err)
	}
	u := pdf.NewUpdate(file)
	for ref := range file.Objects() {
		o, err := file.Get(ref)
		d, ok := o.(pdf.Dict)
		if err == nil && ok && d.Name("Type") == "Sig" {
			d = d.Clone()
			d["Reason"] = pdf.String("another")
			u.Put(ref, d)
		}
	}
	var tail bytes.Buffer
	if _, err := u.WriteTo(&tail); err != nil {
		t.Fatal(err)
	}
	list := s.verdicts(append(good, tail.Bytes()...), s.trusted())
	if len(list) != 1 {
		t.Fatalf("%d signatures", len(list))
	}
	expect(t, list[0], validate.TotalFailed, validate.FormatFailure)
}

func TestTrust(t *testing.T) {
	s := newScene(t)
	other := newScene(t)
	good := s.sign(testpdf.Classic(1), pades.LevelT)
	table := map[string]struct {
		edit func(*validate.Options)
		ind  validate.Indication
		sub  validate.SubIndication
	}{
		"no anchor":    {func(o *validate.Options) { o.Anchors = nil }, validate.Indeterminate, validate.NoCertificateChainFound},
		"other anchor": {func(o *validate.Options) { o.Anchors = []*x509.Certificate{other.ca.Root} }, validate.Indeterminate, validate.NoCertificateChainFound},
		"no lists":     {func(o *validate.Options) { o.CRLs = nil }, validate.Indeterminate, validate.ChainGeneralFailure},
		"one list":     {func(o *validate.Options) { o.CRLs = o.CRLs[:1] }, validate.Indeterminate, validate.ChainGeneralFailure},
		"other lists":  {func(o *validate.Options) { o.CRLs = other.ca.CRLs() }, validate.Indeterminate, validate.ChainGeneralFailure},
		"junk lists":   {func(o *validate.Options) { o.CRLs = [][]byte{{0x30, 0x00}, nil} }, validate.Indeterminate, validate.ChainGeneralFailure},
		"past":         {func(o *validate.Options) { o.Now = noon.Add(-time.Hour) }, validate.Indeterminate, validate.TimestampOrderFailure},
	}
	for name, row := range table {
		t.Run(name, func(t *testing.T) {
			opt := s.trusted()
			row.edit(&opt)
			expect(t, s.verdicts(good, opt)[0], row.ind, row.sub)
		})
	}
}

func TestRevocation(t *testing.T) {
	table := map[string]struct {
		level pades.Level
		at    time.Duration // of the revocation, from the time stamp
		ind   validate.Indication
		sub   validate.SubIndication
	}{
		"before the stamp":  {pades.LevelT, -10 * time.Minute, validate.Indeterminate, validate.RevokedNoPOE},
		"after the stamp":   {pades.LevelT, 10 * time.Minute, validate.TotalPassed, ""},
		"without any stamp": {pades.LevelB, 10 * time.Minute, validate.Indeterminate, validate.RevokedNoPOE},
	}
	for name, row := range table {
		t.Run(name, func(t *testing.T) {
			s := newScene(t)
			s.ca.Revoke(s.leaf.Cert, noon.Add(row.at))
			expect(t, s.verdicts(s.sign(testpdf.Classic(1), row.level), s.trusted())[0], row.ind, row.sub)
		})
	}
}

// TestRevokedProven: the second signature covers the time stamp of the first,
// which is younger than the revocation.
func TestRevokedProven(t *testing.T) {
	s := newScene(t)
	first := s.sign(testpdf.Classic(1), pades.LevelT)
	s.leaf = s.ca.Leaf("Mallory", "p-256")
	second := s.sign(first, pades.LevelT)
	s.ca.Revoke(s.leaf.Cert, noon.Add(-time.Minute))
	list := s.verdicts(second, s.trusted())
	expect(t, list[0], validate.TotalPassed, "")
	expect(t, list[1], validate.TotalFailed, validate.Revoked)
}

func TestRevokedTimestampAuthority(t *testing.T) {
	s := newScene(t)
	s.ca.Revoke(s.tsa.Certificate, noon.Add(-time.Minute))
	expect(t, s.verdicts(s.sign(testpdf.Classic(1), pades.LevelT), s.trusted())[0], validate.Indeterminate, validate.RevokedNoPOE)
}

func TestValidity(t *testing.T) {
	table := map[string]struct {
		level    pades.Level
		from, to time.Duration // of the certificate, from the time stamp
		ind      validate.Indication
		sub      validate.SubIndication
	}{
		"expired since, stamped":   {pades.LevelT, -time.Hour, time.Minute, validate.TotalPassed, ""},
		"expired since, unstamped": {pades.LevelB, -time.Hour, time.Minute, validate.Indeterminate, validate.OutOfBoundsNoPOE},
		"expired before":           {pades.LevelT, -time.Hour, -time.Minute, validate.Indeterminate, validate.OutOfBoundsNoPOE},
		"not yet valid, stamped":   {pades.LevelT, time.Minute, time.Hour, validate.TotalFailed, validate.NotYetValid},
	}
	for name, row := range table {
		t.Run(name, func(t *testing.T) {
			s := newScene(t)
			s.leaf = s.ca.Leaf("Alice", "p-256", func(c *x509.Certificate) {
				c.NotBefore, c.NotAfter = noon.Add(row.from), noon.Add(row.to)
			})
			expect(t, s.verdicts(s.sign(testpdf.Classic(1), row.level), s.trusted())[0], row.ind, row.sub)
		})
	}
}

func TestExpiredProven(t *testing.T) {
	s := newScene(t)
	first := s.sign(testpdf.Classic(1), pades.LevelT)
	s.leaf = s.ca.Leaf("Late", "p-256", func(c *x509.Certificate) { c.NotAfter = noon.Add(-time.Minute) })
	expect(t, s.verdicts(s.sign(first, pades.LevelT), s.trusted())[1], validate.TotalFailed, validate.Expired)
}

func TestKeyUsage(t *testing.T) {
	s := newScene(t)
	s.leaf = s.ca.Leaf("Server", "p-256", func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageKeyAgreement })
	expect(t, s.verdicts(s.sign(testpdf.Classic(1), pades.LevelT), s.trusted())[0], validate.Indeterminate, validate.ChainConstraintsFailure)
}

func TestTimestampWithoutItsUsage(t *testing.T) {
	s := newScene(t)
	plain := s.ca.Leaf("Not a TSA", "p-256")
	s.tsa.Certificate, s.tsa.Signer = plain.Cert, plain.Signer
	opt := pades.Options{Certificate: s.leaf.Cert, Chain: s.ca.Chain(), Time: noon, Level: pades.LevelT}
	in := testpdf.Classic(1)
	_, err := pades.Sign(t.Context(), bytes.NewReader(in), int64(len(in)), s.leaf.Signer, s.tsa, opt, &bytes.Buffer{})
	if !errors.Is(err, pades.ErrTimestamp) {
		t.Errorf("a token without the time-stamping usage was embedded: %v", err)
	}
}

// fetcher serves an authority's lists and issuers without a network.
type fetcher struct {
	ca    *testpki.Authority
	asked []string
}

func (f *fetcher) CRL(_ context.Context, address string) ([]byte, error) {
	f.asked = append(f.asked, address)
	switch {
	case strings.HasSuffix(address, "/root.crl"):
		return f.ca.CRLs()[0], nil
	case strings.HasSuffix(address, "/issuing.crl"):
		return f.ca.CRLs()[1], nil
	}
	return nil, errors.New("not found")
}

func (f *fetcher) OCSP(_ context.Context, address string, request []byte) ([]byte, error) {
	f.asked = append(f.asked, address)
	return f.ca.OCSP(request), nil
}

func (f *fetcher) Certificates(_ context.Context, address string) ([]*x509.Certificate, error) {
	f.asked = append(f.asked, address)
	return []*x509.Certificate{f.ca.Issuing}, nil
}

func TestFetching(t *testing.T) {
	s := newScene(t)
	good := s.sign(testpdf.Classic(1), pades.LevelT, func(o *pades.Options) { o.Chain = nil })
	opt := s.trusted()
	f := &fetcher{ca: s.ca}
	opt.CRLs, opt.Fetcher = nil, f
	expect(t, s.verdicts(good, opt)[0], validate.TotalPassed, "")
	if len(f.asked) > 4 {
		t.Errorf("asked %d times: %v", len(f.asked), f.asked)
	}
}

// TestNothingIsFetchedForStrangers: lists are asked for only where the chain
// leads to an anchor.
func TestNothingIsFetchedForStrangers(t *testing.T) {
	s := newScene(t)
	good := s.sign(testpdf.Classic(1), pades.LevelT)
	opt := s.trusted()
	f := &fetcher{ca: s.ca}
	opt.CRLs, opt.Fetcher, opt.Anchors = nil, f, nil
	expect(t, s.verdicts(good, opt)[0], validate.Indeterminate, validate.NoCertificateChainFound)
	for _, address := range f.asked {
		if strings.HasSuffix(address, ".crl") {
			t.Errorf("%s was fetched", address)
		}
	}
}

func TestCancelled(t *testing.T) {
	s := newScene(t)
	good := s.sign(testpdf.Classic(1), pades.LevelT)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := validate.File(ctx, bytes.NewReader(good), int64(len(good)), s.trusted()); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func FuzzFile(f *testing.F) {
	s := newScene(f)
	good := s.sign(testpdf.Classic(1), pades.LevelT)
	f.Add(good)
	f.Add(s.sign(testpdf.Stream(1), pades.LevelB))
	f.Add(swap("/ByteRange [0 ", "/ByteRange [1 ")(bytes.Clone(good)))
	f.Add(testpdf.Classic(1))
	opt := s.trusted()
	f.Fuzz(func(t *testing.T, in []byte) {
		report, err := validate.File(t.Context(), bytes.NewReader(in), int64(len(in)), opt)
		if err != nil {
			return
		}
		for _, got := range report.Signatures {
			if got.Indication == validate.TotalPassed && !got.Intact {
				t.Error("passed, but not intact")
			}
		}
	})
}
