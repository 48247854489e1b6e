//go:build interop

package interop

import (
	"bytes"
	"crypto/x509"
	"testing"

	"github.com/consigil/consigil/fetch"
	"github.com/consigil/consigil/internal/clock"
	"github.com/consigil/consigil/pades"
	"github.com/consigil/consigil/pki"
	"github.com/consigil/consigil/test/testpdf"
)

// TestArchiveOfALockedForm: fields are filled in, a seal locks them all, and
// validation data and time stamps follow it, as in every contract that is kept. No
// judge may take what follows for a change of what is locked.
func TestArchiveOfALockedForm(t *testing.T) {
	s := newStudio(t)
	client, err := fetch.New(fetch.Config{Trusted: true, Now: clock.System{}.Now})
	if err != nil {
		t.Fatal(err)
	}
	var files []string
	for shape, in := range map[string][]byte{"classic": testpdf.Classic(1), "stream": testpdf.Stream(1)} {
		sealed := s.signField(filled(t, prepared(t, in)), "consigil.seal", pades.LockAll)
		for range 2 { // lifted, then renewed
			ext := pades.Extension{
				Level:     pades.LevelLTA,
				Collector: &pki.Collector{Fetcher: client, Anchors: []*x509.Certificate{s.ca.Root}, Now: clock.System{}.Now()},
			}
			var out bytes.Buffer
			if _, err := pades.Extend(t.Context(), bytes.NewReader(sealed), int64(len(sealed)), s.tsa, ext, &out); err != nil {
				t.Fatal(err)
			}
			sealed = out.Bytes()
		}
		files = append(files, write(t, s.dir, "locked-"+shape+".pdf", sealed))
	}
	v := gridVerdicts{dss: askDSS(t, s.root, files), hanko: askPyHanko(t, s.root, files)}
	for _, path := range files {
		c := cell{level: pades.LevelLTA, path: path}
		if why := v.dssMinds(c) + v.hankoMinds(c); why != "" {
			t.Errorf("%s: %s", path, why)
		}
	}
}
