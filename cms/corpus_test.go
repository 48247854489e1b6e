package cms_test

import (
	"bytes"
	"encoding/hex"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"

	"github.com/consigil/consigil/cms"
)

// corpora is the folder of test data, or "" where it is left out on purpose.
func corpora(t testing.TB) string {
	t.Helper()
	folder := os.Getenv("CONSIGIL_CORPORA")
	switch {
	case folder == "none":
		t.Log("NOT RUN: CONSIGIL_CORPORA is none")
		return ""
	case folder == "":
		folder = filepath.Join("..", "..", "shared", "corpora")
	case !filepath.IsAbs(folder):
		folder = filepath.Join("..", folder)
	}
	if _, err := os.Stat(folder); err != nil {
		t.Fatal(err)
	}
	return folder
}

// lifted is a signature lifted out of a PDF by its text alone.
type lifted struct {
	file    string
	cms     []byte
	covered []byte
}

var byteRange = regexp.MustCompile(`/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]`) // compiled once

// lift finds the signatures of a file whose ByteRange leaves one hexadecimal
// string out.
func lift(name string, data []byte) []lifted {
	var out []lifted
	for _, m := range byteRange.FindAllSubmatch(data, -1) {
		var n [4]int
		for i := range n {
			n[i], _ = strconv.Atoi(string(m[i+1]))
		}
		gap, end := n[0]+n[1], n[2]+n[3]
		if n[0] != 0 || gap <= 0 || gap+2 > n[2] || end > len(data) || data[gap] != '<' || data[n[2]-1] != '>' {
			continue
		}
		text := bytes.Map(func(r rune) rune {
			if r == '\n' || r == '\r' || r == ' ' {
				return -1
			}
			return r
		}, data[gap+1:n[2]-1])
		raw, err := hex.DecodeString(string(text))
		if err != nil {
			continue
		}
		out = append(out, lifted{name, raw, append(bytes.Clone(data[:gap]), data[n[2]:end]...)})
	}
	return out
}

func liftAll(t testing.TB) []lifted {
	t.Helper()
	folder := corpora(t)
	if folder == "" {
		return nil
	}
	var out []lifted
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".pdf" {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		out = append(out, lift(filepath.Base(path), data)...)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestCorpus reads and verifies every signature that can be lifted out of the
// corpora. Signatures that are broken on purpose are among them, so the count
// is a floor, not an aim.
func TestCorpus(t *testing.T) {
	t.Parallel()
	all := liftAll(t)
	if all == nil {
		return
	}
	parsed, good, strict := 0, 0, 0
	for _, l := range all {
		s, err := cms.Parse(l.cms)
		if err != nil {
			t.Logf("%s: %v", l.file, err)
			continue
		}
		parsed++
		if s.Strict {
			strict++
		}
		digest := digestOf(l.covered)
		if !s.Detached {
			digest = nil // adbe.pkcs7.sha1 and document timestamps carry their content
		}
		if _, err := s.Verify(digest); err != nil {
			t.Logf("%s: %v", l.file, err)
			continue
		}
		good++
	}
	if parsed < 52 || good < 49 {
		t.Errorf("fewer than before: %d read, %d verify", parsed, good)
	}
	t.Logf("%d signatures: %d read (%d strict DER), %d verify", len(all), parsed, strict, good)
}
