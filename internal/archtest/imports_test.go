package archtest

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/consigil/consigil/"

// library lists the pure packages in order: each may import the ones before it.
var library = []string{"der", "signer", "pki", "pdf", "pdf/form", "pdf/draw", "cms", "tsp", "trustlist", "pades", "validate/changes", "validate", "vectors"}

// outside names the modules that a library package may import beside the standard library and x/crypto.
var outside = map[string][]string{
	"signer":    {"software.sslmate.com/src/go-pkcs12"},
	"pdf":       {"golang.org/x/text/unicode/norm"},
	"pdf/draw":  {"github.com/boombuler/barcode", "github.com/go-text/typesetting", "github.com/tdewolff/font", "golang.org/x/image/math/fixed", "golang.org/x/text/unicode/bidi"},
	"trustlist": {"github.com/moov-io/signedxml", "github.com/beevik/etree"},
}

// forbidden is what no library package touches: the world is handed to it.
var forbidden = []string{"net", "net/http", "os", "log", "log/slog", "database/sql"}

// domain lists the application's rooms in order: each may import the ones before it, and the library.
var domain = []string{
	"problem", "clock", "id", "locale", "access", "schedule", "secret", "fonts", "sample", "field", "intake", "authority",
	"settings", "branding", "account", "envelope", "upload", "method", "ceremony", "seal", "custody", "evidence", "notify",
}

// adapters carry the domains to the outside; they never import one another.
var adapters = []string{"store", "blob", "bus", "cache", "httpapi", "rpc", "site", "token", "esign"}

// pkg is one directory with Go files: its imports outside tests, and its package comment.
type pkg struct {
	dir     string
	imports map[string]bool
	doc     string
	lines   map[string]int
}

func packages(t *testing.T) []pkg {
	t.Helper()
	byDir := map[string]*pkg{}
	root := filepath.Join("..", "..")
	walk := func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() && path != root && (strings.HasPrefix(name, ".") || name == "testdata" || name == "node_modules") {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		return collect(byDir, root, path)
	}
	if err := filepath.WalkDir(root, walk); err != nil {
		t.Fatal(err)
	}
	var out []pkg
	for _, p := range byDir {
		out = append(out, *p)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].dir < out[j].dir })
	return out
}

func collect(byDir map[string]*pkg, root, path string) error {
	src, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	f, err := parser.ParseFile(token.NewFileSet(), path, src, parser.ImportsOnly|parser.ParseComments)
	if err != nil {
		return err
	}
	rel, err := filepath.Rel(root, filepath.Dir(path))
	if err != nil {
		return err
	}
	p := byDir[rel]
	if p == nil {
		p = &pkg{dir: filepath.ToSlash(rel), imports: map[string]bool{}, lines: map[string]int{}}
		byDir[rel] = p
	}
	if f.Doc != nil {
		p.doc = f.Doc.Text()
	}
	for _, im := range f.Imports {
		name, err := strconv.Unquote(im.Path.Value)
		if err != nil {
			return err
		}
		p.imports[name] = true
	}
	p.lines[filepath.Base(path)] = strings.Count(string(src), "\n")
	return nil
}

func index(list []string, s string) int {
	for i, v := range list {
		if v == s {
			return i
		}
	}
	return -1
}

// room returns the entry of list that dir is or lies under, for "internal/" rooms.
func room(list []string, dir string) int {
	rest, ok := strings.CutPrefix(dir, "internal/")
	if !ok {
		return -1
	}
	return index(list, strings.SplitN(rest, "/", 2)[0])
}

func TestEveryPackageSaysWhatItIs(t *testing.T) {
	for _, p := range packages(t) {
		if len(p.doc) < 40 {
			t.Errorf("%s: no package comment that says what it is and is not", p.dir)
		}
	}
}

func TestLibraryIsPure(t *testing.T) {
	for _, p := range packages(t) {
		at := index(library, p.dir)
		if at < 0 {
			continue
		}
		for im := range p.imports {
			checkLibraryImport(t, p.dir, at, im)
		}
	}
}

func checkLibraryImport(t *testing.T, dir string, at int, im string) {
	t.Helper()
	if index(forbidden, im) >= 0 {
		t.Errorf("%s imports %s: the library does no I/O", dir, im)
		return
	}
	if own, ok := strings.CutPrefix(im, module); ok {
		if i := index(library, own); i < 0 || i >= at {
			t.Errorf("%s imports %s, which does not stand above it", dir, own)
		}
		return
	}
	if !strings.Contains(strings.SplitN(im, "/", 2)[0], ".") || strings.HasPrefix(im, "golang.org/x/crypto/") {
		return
	}
	for _, ok := range outside[dir] {
		if strings.HasPrefix(im, ok) {
			return
		}
	}
	t.Errorf("%s imports %s: the library stands on the standard library and x/crypto", dir, im)
}

func TestDomainsImportOnlyWhatIsBelow(t *testing.T) {
	for _, p := range packages(t) {
		at := room(domain, p.dir)
		if at < 0 {
			continue
		}
		for im := range p.imports {
			own, ok := strings.CutPrefix(im, module)
			if !ok || !strings.HasPrefix(own, "internal/") {
				continue
			}
			if i := room(domain, own); i < 0 || i > at {
				t.Errorf("%s imports %s: not a domain below it", p.dir, own)
			}
		}
	}
}

func TestAdaptersDoNotMeet(t *testing.T) {
	for _, p := range packages(t) {
		at := room(adapters, p.dir)
		if at < 0 || strings.HasSuffix(p.dir, "test") {
			continue
		}
		for im := range p.imports {
			own, ok := strings.CutPrefix(im, module)
			if !ok {
				continue
			}
			if i := room(adapters, own); i >= 0 && i != at {
				t.Errorf("%s imports the adapter %s", p.dir, own)
			}
			if own == "internal/app" || strings.HasPrefix(own, "cmd/") {
				t.Errorf("%s imports %s", p.dir, own)
			}
		}
	}
}

// TestForeignCodeStaysInTheHelper keeps purego, which makes a program dynamically linked and loads code that may crash
// (docs/decisions/0012), in the one program that is made for it.
func TestForeignCodeStaysInTheHelper(t *testing.T) {
	const helper = "cmd/consigil-pkcs11"
	for _, p := range packages(t) {
		if p.dir == helper || strings.HasPrefix(p.dir, helper+"/") {
			continue
		}
		for im := range p.imports {
			if strings.HasPrefix(im, "github.com/ebitengine/purego") || strings.HasPrefix(im, module+helper) {
				t.Errorf("%s imports %s: only %s may", p.dir, im, helper)
			}
		}
	}
}

// TestClockIsOne keeps the system clock behind internal/clock; the library and the domains are told the time.
func TestClockIsOne(t *testing.T) {
	for _, p := range packages(t) {
		if index(library, p.dir) < 0 && room(domain, p.dir) < 0 || p.dir == "internal/clock" {
			continue
		}
		for name := range p.lines {
			src, err := os.ReadFile(filepath.Join("..", "..", p.dir, name))
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(string(src), "time.Now()") {
				t.Errorf("%s/%s reads the system clock", p.dir, name)
			}
		}
	}
}

// TestFilesStayReadable refuses files that nobody reads to the end.
func TestFilesStayReadable(t *testing.T) {
	for _, p := range packages(t) {
		for name, n := range p.lines {
			if n > 600 {
				t.Errorf("%s/%s has %d lines; 600 is the limit", p.dir, name, n)
			}
		}
	}
}
