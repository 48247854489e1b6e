package pades_test

import (
	"bytes"
	"context"
	"crypto/x509"
	"errors"
	"os"
	"testing"
	"time"

	"github.com/consigil/consigil/fetch"
	"github.com/consigil/consigil/pades"
	"github.com/consigil/consigil/pki"
	"github.com/consigil/consigil/test/testpdf"
	"github.com/consigil/consigil/test/testpki"
	"github.com/consigil/consigil/tsp"
)

// long is an authority whose lists and responder can be reached.
func long(t testing.TB, edits ...func(*testpki.Authority, *x509.Certificate)) (bundle, *pki.Collector) {
	t.Helper()
	ca := testpki.New(t, noon, true)
	leaf := ca.Leaf("Alice Example", "p-256", func(c *x509.Certificate) {
		for _, edit := range edits {
			edit(ca, c)
		}
	})
	return bundle{ca: ca, leaf: leaf, tsa: ca.TSA(func() time.Time { return noon })}, collector(t, ca)
}

func collector(t testing.TB, ca *testpki.Authority) *pki.Collector {
	t.Helper()
	client, err := fetch.New(fetch.Config{Trusted: true})
	if err != nil {
		t.Fatal(err)
	}
	return &pki.Collector{Fetcher: client, Anchors: []*x509.Certificate{ca.Root}, Now: noon}
}

func withOCSP(ca *testpki.Authority, c *x509.Certificate) { ca.WithOCSP(c) }

func TestSignLong(t *testing.T) {
	for shape, in := range map[string][]byte{"classic": testpdf.Classic(1), "stream": testpdf.Stream(2)} {
		for name, edits := range map[string][]func(*testpki.Authority, *x509.Certificate){"lists": nil, "ocsp": {withOCSP}} {
			for _, level := range []pades.Level{pades.LevelLT, pades.LevelLTA} {
				t.Run(shape+"/"+name+"/"+string(level), func(t *testing.T) {
					b, c := long(t, edits...)
					opt := b.options()
					opt.Level, opt.Collector = level, c
					out, result := sign(t, b, in, opt)
					checkResult(t, in, out, result, level)
					keep(t, "long-"+shape+"-"+name+"-"+string(level), out, b.ca.Root)
				})
			}
		}
	}
}

// keep leaves a file for a look at it with other tools, where a folder is named.
func keep(t *testing.T, name string, out []byte, root *x509.Certificate) {
	t.Helper()
	folder := os.Getenv("CONSIGIL_KEEP")
	if folder == "" {
		return
	}
	if err := errors.Join(os.WriteFile(folder+"/"+name+".pdf", out, 0o600), os.WriteFile(folder+"/"+name+".pem", testpki.PEM(root), 0o600)); err != nil {
		t.Fatal(err)
	}
}

func extend(t *testing.T, b bundle, c *pki.Collector, in []byte, level pades.Level) ([]byte, *pades.Extended) {
	t.Helper()
	var out bytes.Buffer
	result, err := pades.Extend(t.Context(), bytes.NewReader(in), int64(len(in)), b.tsa, pades.Extension{Level: level, Collector: c}, &out)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(out.Bytes(), in) || result.Size != int64(out.Len()) {
		t.Error("what was there before was changed")
	}
	return out.Bytes(), result
}

func TestExtendStepByStep(t *testing.T) {
	b, c := long(t, withOCSP)
	for _, start := range []pades.Level{pades.LevelB, pades.LevelT} {
		opt := b.options()
		opt.Level = start
		file, _ := sign(t, b, testpdf.Classic(1), opt)
		for _, level := range []pades.Level{pades.LevelT, pades.LevelLT, pades.LevelLTA, pades.LevelLTA} {
			var result *pades.Extended
			file, result = extend(t, b, c, file, level)
			if len(result.Levels) != 1 || result.Levels[0].Level != level {
				t.Errorf("from %s to %s: %v", start, level, result.Levels)
			}
		}
		keep(t, "extended-from-"+string(start), file, b.ca.Root)
	}
}

func TestExtendAddsNothingTwice(t *testing.T) {
	b, c := long(t)
	opt := b.options()
	opt.Level, opt.Collector = pades.LevelLT, c
	file, _ := sign(t, b, testpdf.Classic(1), opt)
	again, _ := extend(t, b, collector(t, b.ca), file, pades.LevelLT)
	if len(again) != len(file) {
		t.Errorf("%d bytes were added to a file that has it all", len(again)-len(file))
	}
}

func TestExtendRefuses(t *testing.T) {
	b, c := long(t, withOCSP)
	revoked, _ := long(t, withOCSP)
	opt := revoked.options()
	bad, _ := sign(t, revoked, testpdf.Classic(1), opt)
	revoked.ca.Revoke(revoked.leaf.Cert, noon.Add(-time.Hour))
	good, _ := sign(t, b, testpdf.Classic(1), b.options())
	for name, tt := range map[string]struct {
		in   []byte
		tsa  tsp.Source
		c    *pki.Collector
		to   pades.Level
		want error
	}{
		"unsigned":   {testpdf.Classic(1), b.tsa, c, pades.LevelLTA, pades.ErrUnsigned},
		"level":      {good, b.tsa, c, "B-X", pades.ErrLevel},
		"revoked":    {bad, b.tsa, collector(t, revoked.ca), pades.LevelLT, pki.ErrRevoked},
		"no sources": {good, b.tsa, nil, pades.LevelLT, pades.ErrLevel},
		"other root": {good, b.tsa, collector(t, revoked.ca), pades.LevelLT, pki.ErrSignature}, // of the same name
		"offline":    {good, b.tsa, &pki.Collector{Anchors: []*x509.Certificate{b.ca.Root}, Now: noon}, pades.LevelLT, pki.ErrNoRevocation},
		"no tsa":     {good, nil, c, pades.LevelLTA, pades.ErrTimestamp},
		"tsa down":   {good, testpki.Broken{Err: context.DeadlineExceeded}, c, pades.LevelLTA, context.DeadlineExceeded},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			_, err := pades.Extend(t.Context(), bytes.NewReader(tt.in), int64(len(tt.in)), tt.tsa, pades.Extension{Level: tt.to, Collector: tt.c}, &out)
			if !errors.Is(err, tt.want) || out.Len() > 0 {
				t.Errorf("%v, %d bytes written; want %v and none", err, out.Len(), tt.want)
			}
		})
	}
}
