package pades_test

import (
	"bytes"
	"io"
	"runtime"
	"testing"
	"time"

	"github.com/consigil/consigil/pades"
	"github.com/consigil/consigil/signer"
	"github.com/consigil/consigil/test/testpdf"
)

// BenchmarkSign signs a one-page file (B-B) and prints its cost as a multiple
// of the bare private-key operation. The two take turns, so that a busy machine
// slows both.
func BenchmarkSign(b *testing.B) {
	for _, kind := range []string{"rsa-2048", "p-256"} {
		b.Run(kind, func(b *testing.B) { benchmarkSign(b, kind) })
	}
}

func benchmarkSign(b *testing.B, kind string) {
	s := setup(b, kind)
	in := testpdf.Classic(1)
	opt := s.options()
	opt.Level = pades.LevelB
	alg, err := signer.DefaultAlgorithm(opt.Certificate.PublicKey, opt.Digest)
	if err != nil {
		b.Fatal(err)
	}
	var bare, whole time.Duration
	b.ResetTimer()
	for b.Loop() {
		bare += timed(b, func() error {
			_, err := s.leaf.Signer.Sign(b.Context(), alg, in)
			return err
		})
		whole += timed(b, func() error {
			_, err := pades.Sign(b.Context(), bytes.NewReader(in), int64(len(in)), s.leaf.Signer, nil, opt, io.Discard)
			return err
		})
	}
	b.ReportMetric(float64(whole)/float64(b.N), "ns/op")
	b.ReportMetric(float64(whole)/float64(bare), "x-bare-key")
}

func timed(b *testing.B, f func() error) time.Duration {
	start := time.Now()
	if err := f(); err != nil {
		b.Fatal(err)
	}
	return time.Since(start)
}

// BenchmarkSignLarge signs 100 MB and reports the highest heap beyond the file,
// which stays on disk in real life and is made up on the fly here.
func BenchmarkSignLarge(b *testing.B) {
	s := setup(b, "p-256")
	opt := s.options()
	opt.Level = pades.LevelB
	file := testpdf.Large(100 << 20)
	peak := watchHeap()
	b.SetBytes(file.Size())
	b.ResetTimer()
	for b.Loop() {
		if _, err := pades.Sign(b.Context(), file, file.Size(), s.leaf.Signer, nil, opt, io.Discard); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(peak())/(1<<20), "MB-heap")
}

// watchHeap samples the memory obtained from the system until it is asked.
func watchHeap() func() uint64 {
	stop, done := make(chan struct{}), make(chan uint64)
	go func() {
		var m runtime.MemStats
		var most uint64
		for {
			runtime.ReadMemStats(&m)
			most = max(most, m.Sys-m.HeapReleased)
			select {
			case <-stop:
				done <- most
				return
			case <-time.After(2 * time.Millisecond):
			}
		}
	}()
	return func() uint64 { close(stop); return <-done }
}
