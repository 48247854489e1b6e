package site

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"net/http"
	"path"
	"regexp"
	"strconv"
	"strings"
	"sync"
)

// asset is a file as it is served.
type asset struct {
	plain, zipped []byte // zipped is nil where it would not be smaller
	mediaType     string
	tag           string
	caching       string
}

// library holds the files of one folder, each read and compressed once, when it is first asked for.
type library struct {
	files fs.FS
	live  bool // files may change under our hands
	mu    sync.Mutex
	held  map[string]func() (*asset, error)
}

// How long browsers keep a file. A hashed name never stands for other bytes.
const (
	cacheForever = "public, max-age=31536000, immutable"
	cacheDay     = "public, max-age=86400"
	cacheHour    = "public, max-age=3600"
)

// hashed is a name as Vite makes it: it holds a piece of the digest of the bytes.
var hashed = regexp.MustCompile(`^(console|signer)/[^/]*-[A-Za-z0-9_-]{8}\.[a-z0-9.]+$`)

const script = "text/javascript; charset=utf-8"

var mediaTypes = map[string]string{
	".js": script, ".mjs": script, ".css": "text/css; charset=utf-8",
	".svg": "image/svg+xml", ".png": "image/png", ".json": "application/json", ".wasm": "application/wasm",
	".ttf": "font/ttf", ".woff2": "font/woff2", ".map": "application/json",
}

func newLibrary(files fs.FS, live bool) *library {
	return &library{files: files, live: live, held: map[string]func() (*asset, error){}}
}

func (l *library) get(name string) (*asset, error) {
	if l.live && !hashed.MatchString(name) {
		return readAsset(l.files, name)
	}
	l.mu.Lock()
	read, ok := l.held[name]
	if !ok {
		if _, err := fs.Stat(l.files, name); err != nil { // names that are not there take no room
			l.mu.Unlock()
			return nil, err
		}
		read = sync.OnceValues(func() (*asset, error) { return readAsset(l.files, name) })
		l.held[name] = read
	}
	l.mu.Unlock()
	return read()
}

func readAsset(files fs.FS, name string) (*asset, error) {
	data, err := fs.ReadFile(files, name)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(data)
	a := &asset{plain: data, mediaType: mediaTypes[path.Ext(name)], tag: hex.EncodeToString(sum[:12]), caching: cachingOf(name)}
	if a.mediaType == "" {
		a.mediaType = "application/octet-stream"
	}
	a.zipped, err = zip(data)
	return a, err
}

func cachingOf(name string) string {
	switch {
	case hashed.MatchString(name):
		return cacheForever
	case strings.Contains(name, "/"):
		return cacheDay
	}
	return cacheHour
}

// zip compresses once, as well as it can; nil where nothing is won.
func zip(data []byte) ([]byte, error) {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := z.Write(data); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	if b.Len() >= len(data)-len(data)/20 {
		return nil, nil
	}
	return b.Bytes(), nil
}

// ownTags are the digests of the files that are part of the program, by which their addresses change with them.
var ownTags = sync.OnceValue(func() map[string]string {
	tags := map[string]string{}
	entries, _ := own.ReadDir("assets") // it is in the program
	for _, e := range entries {
		data, _ := own.ReadFile("assets/" + e.Name())
		sum := sha256.Sum256(data)
		tags[e.Name()] = hex.EncodeToString(sum[:6])
	}
	return tags
})

// serve answers with a file of the folder, or says so in plain text.
func (l *library) serve(w http.ResponseWriter, r *http.Request, name string) {
	a, err := l.get(name)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrInvalid) || name == "" || strings.HasSuffix(name, "manifest.json") {
		http.Error(w, "There is no such file.", http.StatusNotFound)
		return
	}
	if err != nil {
		http.Error(w, "The file cannot be read.", http.StatusInternalServerError)
		return
	}
	a.serve(w, r)
}

func (a *asset) serve(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", a.mediaType)
	if a.mediaType == script {
		h.Set("Content-Security-Policy", workerPolicy)
	}
	h.Set("Cache-Control", a.caching)
	if v := r.URL.Query().Get("v"); v != "" && strings.HasPrefix(a.tag, v) {
		h.Set("Cache-Control", cacheForever)
	}
	h.Set("Vary", "Accept-Encoding")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	body, tag := a.plain, `"`+a.tag+`"`
	if a.zipped != nil && takesGzip(r.Header.Get("Accept-Encoding")) {
		body, tag = a.zipped, `"`+a.tag+`-gz"`
		h.Set("Content-Encoding", "gzip")
	}
	h.Set("ETag", tag)
	if known(r.Header.Get("If-None-Match"), tag) {
		h.Del("Content-Encoding")
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(http.StatusOK)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // the reader left
	}
}

// takesGzip reads an Accept-Encoding header.
func takesGzip(header string) bool {
	for part := range strings.SplitSeq(header, ",") {
		coding, q, _ := strings.Cut(strings.TrimSpace(part), ";")
		if c := strings.ToLower(strings.TrimSpace(coding)); c != "gzip" && c != "*" {
			continue
		}
		weight, found := strings.CutPrefix(strings.ReplaceAll(q, " ", ""), "q=")
		if !found {
			return true
		}
		v, err := strconv.ParseFloat(weight, 64)
		return err == nil && v > 0
	}
	return false
}

func known(header, tag string) bool {
	for part := range strings.SplitSeq(header, ",") {
		if t := strings.TrimPrefix(strings.TrimSpace(part), "W/"); t == tag || t == "*" {
			return true
		}
	}
	return false
}
