package pades_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/consigil/consigil/pades"
	"github.com/consigil/consigil/test/testpdf"
)

// FuzzSign signs whatever opens: what comes out must hold its signature.
func FuzzSign(f *testing.F) {
	b := setup(f, "ed25519") // its signatures are not random, so coverage is not either
	opt := b.options()
	opt.Level = pades.LevelB
	signed, _ := sign(f, b, testpdf.Classic(1), opt)
	f.Add(testpdf.Classic(1))
	f.Add(testpdf.Stream(2))
	f.Add(signed)
	f.Fuzz(func(t *testing.T, in []byte) {
		var out bytes.Buffer
		result, err := pades.Sign(t.Context(), bytes.NewReader(in), int64(len(in)), b.leaf.Signer, nil, opt, &out)
		if err != nil {
			return
		}
		levels, err := pades.AchievedLevel(bytes.NewReader(out.Bytes()), int64(out.Len()))
		if err != nil {
			t.Fatalf("signed, but: %v", err)
		}
		for _, l := range levels {
			if l.Field == result.Field && l.Level == pades.LevelB {
				return
			}
		}
		t.Errorf("field %q is not among %v", result.Field, levels)
	})
}

// FuzzFinish reads stored sessions: whatever they say, nothing wrong may be
// written and nothing may crash.
func FuzzFinish(f *testing.F) {
	b := setup(f, "ed25519") // its signatures are not random, so coverage is not either
	opt := b.options()
	opt.Level = pades.LevelB
	in := testpdf.Classic(1)
	p, err := pades.Prepare(f.Context(), bytes.NewReader(in), int64(len(in)), opt)
	if err != nil {
		f.Fatal(err)
	}
	signature, err := b.leaf.Signer.Sign(f.Context(), p.Algorithm, p.ToBeSigned())
	if err != nil {
		f.Fatal(err)
	}
	stored, err := json.Marshal(p)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(stored, signature)
	f.Fuzz(func(t *testing.T, stored, signature []byte) {
		p := &pades.Prepared{}
		if json.Unmarshal(stored, p) != nil {
			return
		}
		var out bytes.Buffer
		if _, err := pades.Finish(t.Context(), bytes.NewReader(in), p, signature, nil, &out); err != nil {
			return
		}
		if _, err := pades.AchievedLevel(bytes.NewReader(out.Bytes()), int64(out.Len())); err != nil {
			t.Errorf("finished, but: %v", err)
		}
	})
}
