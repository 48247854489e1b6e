// Package softhsm sets up a real SoftHSM 2 token for tests, by SoftHSM's and OpenSC's own tools. It is for tests only and
// shares no code with the product.
package softhsm

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// Module is the module of Debian's package.
const Module = "/usr/lib/softhsm/libsofthsm2.so"

// The PINs of every token.
const (
	PIN   = "7391-user"
	SOPIN = "9472-officer"
)

// Token is one token in a folder of its own.
type Token struct {
	Label   string
	Dir     string // of all tokens of this configuration
	PINFile string
	t       testing.TB
}

// New makes a token with a label and lets this process's children find it.
func New(t testing.TB, label string) *Token {
	t.Helper()
	dir := t.TempDir()
	k := &Token{Label: label, Dir: filepath.Join(dir, "tokens"), PINFile: filepath.Join(dir, "pin"), t: t}
	config := filepath.Join(dir, "softhsm2.conf")
	check(t, os.Mkdir(k.Dir, 0o700))
	check(t, os.WriteFile(config, []byte("directories.tokendir = "+k.Dir+"\nobjectstore.backend = file\nlog.level = ERROR\n"), 0o600))
	check(t, os.WriteFile(k.PINFile, []byte(PIN+"\n"), 0o600))
	t.(interface{ Setenv(key, value string) }).Setenv("SOFTHSM2_CONF", config)
	Run(t, "softhsm2-util", "--init-token", "--free", "--label", label, "--so-pin", SOPIN, "--pin", PIN)
	return k
}

// Generate makes a key pair by pkcs11-tool: "rsa:2048", "EC:prime256v1", "EC:edwards25519".
func (k *Token) Generate(kind, id, label string, more ...string) {
	k.t.Helper()
	k.Tool(append([]string{"--keypairgen", "--key-type", kind, "--id", id, "--label", label}, more...)...)
}

// Write stores an object: "cert", "privkey".
func (k *Token) Write(sort, file, id, label string) {
	k.t.Helper()
	k.Tool("--write-object", file, "--type", sort, "--id", id, "--label", label)
}

// Tool runs pkcs11-tool, logged in.
func (k *Token) Tool(args ...string) string {
	k.t.Helper()
	return Run(k.t, "pkcs11-tool", append([]string{"--module", Module, "--token-label", k.Label, "--login", "--pin", PIN}, args...)...)
}

// Pull takes the token away, as its files are; the module goes on without it.
func (k *Token) Pull() { k.move(k.Dir, k.Dir+".pulled") }

// Push brings it back.
func (k *Token) Push() { k.move(k.Dir+".pulled", k.Dir) }

func (k *Token) move(from, to string) {
	check(k.t, os.MkdirAll(to, 0o700))
	entries, err := os.ReadDir(from)
	check(k.t, err)
	for _, e := range entries {
		check(k.t, os.Rename(filepath.Join(from, e.Name()), filepath.Join(to, e.Name())))
	}
}

// Run runs a program that must succeed.
func Run(t testing.TB, name string, args ...string) string {
	t.Helper()
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return string(out)
}

var helper struct {
	once sync.Once
	path string
	err  error
	out  []byte
}

// Helper builds consigil-pkcs11, once for a test program, and gives its path, the same for all of them.
func Helper(t testing.TB) string {
	t.Helper()
	helper.once.Do(func() {
		dir := filepath.Join(os.TempDir(), "consigil-test-pkcs11-"+strconv.Itoa(os.Getuid()))
		check(t, os.MkdirAll(dir, 0o700))
		helper.path = filepath.Join(dir, "consigil-pkcs11")
		fresh := helper.path + "." + strconv.Itoa(os.Getpid()) // another test program may be running the old one
		build := exec.Command("go", "build", "-o", fresh, "./cmd/consigil-pkcs11")
		_, here, _, _ := runtime.Caller(0)
		build.Dir = filepath.Join(filepath.Dir(here), "..", "..")
		build.Env = append(os.Environ(), "CGO_ENABLED=0")
		if helper.out, helper.err = build.CombinedOutput(); helper.err == nil {
			helper.err = os.Rename(fresh, helper.path)
		}
	})
	if helper.err != nil {
		t.Fatalf("build the helper: %v\n%s", helper.err, helper.out)
	}
	return helper.path
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
