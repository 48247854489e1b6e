package validate_test

import (
	"bytes"
	"strconv"
	"testing"

	"github.com/consigil/consigil/pades"
	"github.com/consigil/consigil/test/testpdf"
	"github.com/consigil/consigil/validate"
)

// BenchmarkFile validates files with 1, 10 and 50 signatures, offline.
func BenchmarkFile(b *testing.B) {
	for _, count := range []int{1, 10, 50} {
		b.Run(strconv.Itoa(count), func(b *testing.B) {
			s := newScene(b)
			file := testpdf.Classic(1)
			for range count {
				file = s.sign(file, pades.LevelT)
			}
			opt := s.trusted()
			b.ResetTimer()
			for b.Loop() {
				report, err := validate.File(b.Context(), bytes.NewReader(file), int64(len(file)), opt)
				if err != nil || len(report.Signatures) != count || report.Signatures[0].Indication != validate.TotalPassed {
					b.Fatal(err, report)
				}
			}
		})
	}
}
