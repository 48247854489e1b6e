package pades_test

import (
	"bytes"
	"crypto/x509"
	"testing"

	"github.com/consigil/consigil/pades"
	"github.com/consigil/consigil/pki"
	"github.com/consigil/consigil/test/testpdf"
)

// graded are signed files at every level.
func graded(f *testing.F, b bundle) [][]byte {
	opt := b.options()
	atT, _ := sign(f, b, testpdf.Classic(1), opt)
	opt.Level = pades.LevelB
	atB, _ := sign(f, b, testpdf.Stream(1), opt)
	opt.CMS = true
	plain, _ := sign(f, b, testpdf.Classic(1), opt)
	atLT := stored(f, atT, all(b.ca))
	return [][]byte{testpdf.Classic(1), atB, plain, atT, atLT, stamped(f, b, atLT), stamped(f, b, atB)}
}

// FuzzLevel grades whatever opens: each level has a name.
func FuzzLevel(f *testing.F) {
	for _, in := range graded(f, setup(f, "ed25519")) {
		f.Add(in)
	}
	names := map[pades.Level]bool{
		pades.LevelNone: true, pades.LevelB: true, pades.LevelT: true, pades.LevelLT: true, pades.LevelLTA: true,
		pades.LevelPKCS7B: true, pades.LevelPKCS7T: true, pades.LevelPKCS7LT: true, pades.LevelPKCS7LTA: true,
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		levels, err := pades.AchievedLevel(bytes.NewReader(in), int64(len(in)))
		if err != nil {
			return
		}
		for _, l := range levels {
			if !names[l.Level] {
				t.Errorf("%q is no level", l.Level)
			}
		}
	})
}

// FuzzExtend lifts whatever opens, offline: what comes out begins with what went
// in and reaches what was asked for.
func FuzzExtend(f *testing.F) {
	b := setup(f, "ed25519")
	for _, in := range graded(f, b) {
		f.Add(in, byte(0))
		f.Add(in, byte(2))
	}
	levels := []pades.Level{pades.LevelT, pades.LevelLT, pades.LevelLTA}
	f.Fuzz(func(t *testing.T, in []byte, to byte) {
		c := &pki.Collector{Anchors: []*x509.Certificate{b.ca.Root}, Now: noon}
		c.Know(all(b.ca))
		want := levels[int(to)%len(levels)]
		var out bytes.Buffer
		result, err := pades.Extend(t.Context(), bytes.NewReader(in), int64(len(in)), b.tsa, pades.Extension{Level: want, Collector: c}, &out)
		if err != nil {
			if out.Len() > 0 {
				t.Fatalf("refused, and %d bytes written: %v", out.Len(), err)
			}
			return
		}
		if !bytes.HasPrefix(out.Bytes(), in) {
			t.Fatal("what was there was changed")
		}
		again, err := pades.AchievedLevel(bytes.NewReader(out.Bytes()), int64(out.Len()))
		if err != nil || len(again) != len(result.Levels) {
			t.Fatalf("%v, %v", again, err)
		}
		for i := range again {
			if again[i] != result.Levels[i] {
				t.Errorf("%v, and then %v", result.Levels, again)
			}
		}
	})
}
