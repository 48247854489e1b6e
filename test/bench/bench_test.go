//go:build bench

package bench

import (
	"context"
	"crypto"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/consigil/consigil/internal/clock"
	"github.com/consigil/consigil/pades"
	"github.com/consigil/consigil/pki"
	"github.com/consigil/consigil/signer"
	"github.com/consigil/consigil/test/testpdf"
	"github.com/consigil/consigil/test/testpki"
)

// The flags of the process that signs many files at once.
var (
	flagTogether = flag.String("together", "", "sign this file 64 times at once, and do nothing else")
	flagKey      = flag.String("key", "", "private key, PEM")
	flagCert     = flag.String("cert", "", "certificate, PEM")
)

func TestMain(m *testing.M) {
	flag.Parse()
	if *flagTogether == "" {
		os.Exit(m.Run())
	}
	if err := together(*flagTogether, *flagKey, *flagCert); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// bench is an authority with one signer, and a folder.
type bench struct {
	t                 *testing.T
	dir               string
	ca                *testpki.Authority
	leaf              *testpki.Leaf
	keyFile, certFile string
	checks            *pki.Checks // kept from one signing to the next, as the server does
}

func newBench(t *testing.T) *bench {
	ca := testpki.New(t, clock.System{}.Now(), true)
	b := &bench{t: t, dir: t.TempDir(), ca: ca, leaf: ca.Leaf("Signer", "rsa-2048", ca.WithOCSP), checks: pki.NewChecks()}
	der, err := x509.MarshalPKCS8PrivateKey(b.leaf.Key)
	if err != nil {
		t.Fatal(err)
	}
	b.keyFile = b.write("key.pem", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
	b.certFile = b.write("cert.pem", testpki.PEM(b.leaf.Cert))
	return b
}

func (b *bench) write(name string, data []byte) string {
	b.t.Helper()
	path := filepath.Join(b.dir, name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		b.t.Fatal(err)
	}
	return path
}

// large makes a file of about size bytes.
func (b *bench) large(size int64) string {
	b.t.Helper()
	path := filepath.Join(b.dir, fmt.Sprintf("%d.pdf", size))
	f, err := os.Create(path)
	if err != nil {
		b.t.Fatal(err)
	}
	v := testpdf.Large(size)
	_, err = io.Copy(f, io.NewSectionReader(v, 0, v.Size()))
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		b.t.Fatal(err)
	}
	return path
}

func (b *bench) remove(paths ...string) {
	b.t.Helper()
	for _, path := range paths {
		if err := os.Remove(path); err != nil {
			b.t.Error(err)
		}
	}
}

func readIdentity(keyFile, certFile string) (crypto.Signer, *x509.Certificate, error) {
	raw, err := os.ReadFile(keyFile)
	if err != nil {
		return nil, nil, err
	}
	key, err := signer.ParsePrivateKeyPEM(raw)
	if err != nil {
		return nil, nil, err
	}
	if raw, err = os.ReadFile(certFile); err != nil {
		return nil, nil, err
	}
	certs, err := signer.ParseCertificatesPEM(raw)
	if err != nil {
		return nil, nil, err
	}
	return key, certs[0], nil
}

// signTo signs a file into another and syncs it.
func signTo(ctx context.Context, from, to string, s signer.Signer, opt pades.Options) error {
	return between(from, to, func(in *os.File, size int64, out *os.File) error {
		_, err := pades.Sign(ctx, in, size, s, nil, opt, out)
		return err
	})
}

// copyTo is what signing cannot do without: one pass that copies and hashes.
func copyTo(from, to string) error {
	return between(from, to, func(in *os.File, _ int64, out *os.File) error {
		h := sha256.New()
		_, err := io.CopyBuffer(struct{ io.Writer }{io.MultiWriter(out, h)}, struct{ io.Reader }{in}, make([]byte, 256<<10))
		return err
	})
}

func between(from, to string, do func(in *os.File, size int64, out *os.File) error) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	info, err := in.Stat()
	if err != nil {
		return err
	}
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	err = do(in, info.Size(), out)
	return errors.Join(err, out.Sync(), out.Close())
}

// timed gives the milliseconds of f.
func timed(t *testing.T, f func() error) float64 {
	t.Helper()
	start := time.Now()
	if err := f(); err != nil {
		t.Fatal(err)
	}
	return float64(time.Since(start)) / float64(time.Millisecond)
}

func median(list []float64) float64 {
	list = slices.Sorted(slices.Values(list))
	return list[len(list)/2]
}

// ratios compares pairs that were measured one right after the other: whatever slows
// the machine down meanwhile slows both.
func ratios(a, b []float64) []float64 {
	out := make([]float64, len(a))
	for i := range a {
		out[i] = a[i] / b[i]
	}
	return out
}

// tenth is what one in ten stays under: on a shared machine the rest tells of the neighbours too.
func tenth(list []float64) float64 {
	list = slices.Sorted(slices.Values(list))
	return list[len(list)/10]
}

func section(title string) { fmt.Printf("\n== %s\n", title) }

func figure(name, format string, args ...any) {
	fmt.Printf("%-44s %s\n", name, strings.TrimRight(fmt.Sprintf(format, args...), " "))
}

func limit(n int, unit string) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("   (at most %d %s)", n, unit)
}
