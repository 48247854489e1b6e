package site

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
)

// The apps, by the folder of their build and of their addresses.
const (
	consoleApp = "console"
	signerApp  = "signer"
)

// The sources from which a page starts, as Vite's manifest names them.
const (
	consoleEntry = "console/main.tsx"
	signerEntry  = "signer/entry.ts"
	verifyEntry  = "signer/verify/entry.ts"

	signerDocument = "signer/ceremony/main.tsx" // what the entry imports once there is consent
)

// chunk is one entry of Vite's manifest.
type chunk struct {
	File    string   `json:"file"`
	Imports []string `json:"imports"`
	CSS     []string `json:"css"`
}

// bundle is the build of one app.
type bundle struct {
	app    string
	chunks map[string]chunk
}

// links are the addresses that a page's head names, so that nothing is found out late.
type links struct {
	Script  string
	Preload []string
	Styles  []string
}

// readBundle reads the manifest of an app; nil where it is not built.
func readBundle(files fs.FS, app string) (*bundle, error) {
	raw, err := fs.ReadFile(files, app+"/manifest.json")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("site: read manifest of %s: %w", app, err)
	}
	b := &bundle{app: app}
	if err := json.Unmarshal(raw, &b.chunks); err != nil {
		return nil, fmt.Errorf("site: read manifest of %s: %w", app, err)
	}
	return b, nil
}

// links gathers what an entry needs before it runs: its static imports and every style among them. More sources may
// be named that the page will import at once, such as the texts of its language.
func (b *bundle) links(entry string, more ...string) links {
	var l links
	if b == nil {
		return l
	}
	root, ok := b.chunks[entry]
	if !ok {
		return l
	}
	l.Script = b.address(root.File)
	seen := map[string]bool{}
	for _, source := range append([]string{entry}, more...) {
		b.gather(source, seen, &l)
	}
	return l
}

func (b *bundle) gather(source string, seen map[string]bool, l *links) {
	c, ok := b.chunks[source]
	if !ok || seen[source] {
		return
	}
	seen[source] = true
	for _, next := range c.Imports {
		b.gather(next, seen, l)
	}
	if at := b.address(c.File); at != l.Script && !has(l.Preload, at) {
		l.Preload = append(l.Preload, at)
	}
	for _, css := range c.CSS {
		if at := b.address(css); !has(l.Styles, at) {
			l.Styles = append(l.Styles, at)
		}
	}
}

func has(list []string, s string) bool {
	for _, v := range list {
		if v == s {
			return true
		}
	}
	return false
}

func (b *bundle) address(file string) string { return "/assets/" + b.app + "/" + file }
