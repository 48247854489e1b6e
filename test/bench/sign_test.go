//go:build bench

package bench

import (
	"bufio"
	"bytes"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/consigil/consigil/fetch"
	"github.com/consigil/consigil/internal/clock"
	"github.com/consigil/consigil/pades"
	"github.com/consigil/consigil/pki"
	"github.com/consigil/consigil/signer"
	"github.com/consigil/consigil/test/testpdf"
	"github.com/consigil/consigil/test/testpki"
	"software.sslmate.com/src/go-pkcs12"
)

// TestOnePage signs one page between bare key operations.
func TestOnePage(t *testing.T) {
	ca := testpki.New(t, clock.System{}.Now(), false)
	in := testpdf.Classic(1)
	section("one page, B-B (each signing beside the bare key operation before it; medians of 4000 such pairs)")
	for _, kind := range []string{"rsa-2048", "p-256"} {
		leaf := ca.Leaf("Signer", kind)
		opt := pades.Options{Certificate: leaf.Cert, Chain: ca.Chain(), Time: clock.System{}.Now(), Level: pades.LevelB}
		algorithm, err := signer.DefaultAlgorithm(leaf.Cert.PublicKey, opt.Digest)
		if err != nil {
			t.Fatal(err)
		}
		var bare, whole []float64
		var out bytes.Buffer
		for range 4000 {
			bare = append(bare, timed(t, func() error {
				_, err := leaf.Signer.Sign(t.Context(), algorithm, in)
				return err
			}))
			out.Reset()
			whole = append(whole, timed(t, func() error {
				_, err := pades.Sign(t.Context(), bytes.NewReader(in), int64(len(in)), leaf.Signer, nil, opt, &out)
				return err
			}))
		}
		limit := map[string]string{"rsa-2048": "(at most 1.15)", "p-256": "(at most 0.25 ms in all)"}[kind]
		figure(kind, "%8.3f x the bare key   %s", median(ratios(whole, bare)), limit)
		figure("  medians of each", "%8.3f ms, bare key %.3f ms: %.3f x", median(whole), median(bare), median(whole)/median(bare))
		figure("  the undisturbed tenth", "%8.3f ms, bare key %.3f ms: %.3f x", tenth(whole), tenth(bare), tenth(whole)/tenth(bare))
		chain := len(leaf.Cert.Raw) + len(ca.Issuing.Raw)
		figure("  adds to the file", "%8d bytes   (at most %d: 2 x the chain's DER + 4 kB)", out.Len()-len(in), 2*chain+4096)
	}
}

// TestLarge signs 100 MB between plain copies of the same file.
func TestLarge(t *testing.T) {
	b := newBench(t)
	in := b.large(100 << 20)
	opt := pades.Options{Certificate: b.leaf.Cert, Chain: b.ca.Chain(), Time: clock.System{}.Now(), Level: pades.LevelB}
	var plain, signed []float64
	for range 9 {
		plain = append(plain, timed(t, func() error { return copyTo(in, in+".copy") }))
		signed = append(signed, timed(t, func() error { return signTo(t.Context(), in, in+".signed", b.leaf.Signer, opt) }))
		b.remove(in+".copy", in+".signed")
	}
	section("100 MB, B-B, beside one pass that copies and hashes (both synced to disk; medians of 9)")
	figure("signed", "%8.0f ms, copy and hash %.0f ms: %.2f x   (at most 1.3)", median(signed), median(plain), median(signed)/median(plain))
}

// settle is how long the one whose turn is over may tidy up, so that the other has the machine to itself.
const settle = 300 * time.Millisecond

// TestBesideDSS signs with us and with EU DSS in turns, at the same servers. How fast a
// Java process becomes differs from one to the next, so there are several.
func TestBesideDSS(t *testing.T) {
	const processes = 3
	b := newBench(t)
	tsa := b.serveTSA()
	in := testpdf.Classic(1)
	levels := []pades.Level{pades.LevelB, pades.LevelLTA}
	ours, theirs := map[pades.Level][]float64{}, map[pades.Level][]float64{} // medians, by process
	for range processes {
		dss := b.startDSS(in, tsa)
		for _, level := range levels {
			dss.sign(level, 60) // warm
			b.sign(in, level, tsa, 60)
		}
		for _, level := range levels {
			us, them := b.turns(dss, in, level, tsa)
			ours[level], theirs[level] = append(ours[level], us), append(theirs[level], them)
		}
		dss.stop()
	}
	section("beside EU DSS 6.4 (RSA-2048, TSA, OCSP and CRL on loopback, nothing fetched is kept, certificates and lists that were verified are, both warm, in turns; medians of 100 beside each of 3 Java processes, and of these)")
	for _, level := range levels {
		fast := ratios(theirs[level], ours[level])
		figure(string(level), "%8.2f ms, EU DSS %.2f ms: %.1f x as fast%s", median(ours[level]), median(theirs[level]), median(fast), map[bool]string{true: "   (at least 10)"}[level == pades.LevelLTA])
		figure("  beside each process", "%8.1f x as fast", fast)
	}
}

// turns signs a hundred times with each, twenty at a time, and gives the medians.
func (b *bench) turns(dss *java, in []byte, level pades.Level, tsa string) (ours, theirs float64) {
	var us, them []float64
	for range 5 {
		time.Sleep(settle)
		us = append(us, b.sign(in, level, tsa, 20)...)
		time.Sleep(settle)
		them = append(them, dss.sign(level, 20)...)
	}
	return median(us), median(them)
}

// sign signs count times and gives the milliseconds of each.
func (b *bench) sign(in []byte, level pades.Level, tsa string, count int) []float64 {
	b.t.Helper()
	client, err := fetch.New(fetch.Config{Trusted: true}) // without a clock nothing is cached
	if err != nil {
		b.t.Fatal(err)
	}
	source := &fetch.TSA{Client: client, URLs: []string{tsa}}
	var out []float64
	for range count {
		now := clock.System{}.Now()
		opt := pades.Options{
			Certificate: b.leaf.Cert, Chain: b.ca.Chain(), Time: now, Level: level,
			Collector: &pki.Collector{Fetcher: client, Anchors: []*x509.Certificate{b.ca.Root}, Now: now, Checks: b.checks.Fork()},
		}
		out = append(out, timed(b.t, func() error {
			_, err := pades.Sign(b.t.Context(), bytes.NewReader(in), int64(len(in)), b.leaf.Signer, source, opt, io.Discard)
			return err
		}))
	}
	return out
}

func (b *bench) serveTSA() string {
	authority := b.ca.TSA(clock.System{}.Now)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		request, err := io.ReadAll(io.LimitReader(r.Body, 1<<16))
		if err != nil {
			return
		}
		answer, err := authority.Respond(r.Context(), request)
		if err != nil {
			http.Error(w, "no answer", http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/timestamp-reply")
		_, _ = w.Write(answer)
	}))
	b.t.Cleanup(server.Close)
	return server.URL
}

// java is a process that signs with EU DSS.
type java struct {
	t   *testing.T
	in  io.WriteCloser
	out *bufio.Scanner
	cmd *exec.Cmd
}

func (b *bench) startDSS(in []byte, tsa string) *java {
	b.t.Helper()
	const password = "bench"
	p12, err := pkcs12.Modern.Encode(b.leaf.Key, b.leaf.Cert, b.ca.Chain(), password)
	if err != nil {
		b.t.Fatal(err)
	}
	cache := "../../.cache/"
	cmd := exec.Command("java", "-cp", cache+"dss-classes:"+cache+"dss-lib/*", "SignBench",
		b.write("in.pdf", in), b.write("key.p12", p12), password, tsa, b.write("root.pem", testpki.PEM(b.ca.Root)))
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		b.t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		b.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.t.Fatal(err)
	}
	return &java{t: b.t, in: stdin, out: bufio.NewScanner(stdout), cmd: cmd}
}

// stop closes its input, with which it ends.
func (j *java) stop() {
	j.t.Helper()
	if err := errors.Join(j.in.Close(), j.cmd.Wait()); err != nil {
		j.t.Errorf("EU DSS: %v", err)
	}
}

func (j *java) sign(level pades.Level, count int) []float64 {
	j.t.Helper()
	if _, err := fmt.Fprintf(j.in, "%s %d\n", level, count); err != nil || !j.out.Scan() {
		j.t.Fatalf("EU DSS does not answer: %v", err)
	}
	var out []float64
	for _, word := range strings.Fields(j.out.Text()) {
		ms, err := strconv.ParseFloat(word, 64)
		if err != nil {
			j.t.Fatal(err)
		}
		out = append(out, ms)
	}
	return out
}
