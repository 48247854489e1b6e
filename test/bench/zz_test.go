//go:build bench

package bench

import (
	"bytes"
	"context"
	"crypto/x509"
	"fmt"
	"testing"
	"time"

	"github.com/consigil/consigil/internal/clock"
	"github.com/consigil/consigil/pades"
	"github.com/consigil/consigil/signer"
	"github.com/consigil/consigil/test/testpdf"
	"github.com/consigil/consigil/test/testpki"
)

var _ x509.Certificate
type probe struct{ signer.Signer; in, at, end time.Time }

func (p *probe) Sign(ctx context.Context, a signer.Algorithm, m []byte) ([]byte, error) {
	p.at = time.Now()
	defer func() { p.end = time.Now() }()
	return p.Signer.Sign(ctx, a, m)
}

func TestZZ(t *testing.T) {
	ca := testpki.New(t, clock.System{}.Now(), false)
	in := testpdf.Classic(1)
	leaf := ca.Leaf("Signer", "rsa-2048")
	opt := pades.Options{Certificate: leaf.Cert, Chain: ca.Chain(), Time: clock.System{}.Now(), Level: pades.LevelB}
	algorithm, _ := signer.DefaultAlgorithm(leaf.Cert.PublicKey, opt.Digest)
	var bare, whole, pre, key, post []float64
	var out bytes.Buffer
	for range 1500 {
		bare = append(bare, timed(t, func() error { _, err := leaf.Signer.Sign(t.Context(), algorithm, in); return err }))
		out.Reset()
		p := &probe{Signer: leaf.Signer}
		s := time.Now()
		whole = append(whole, timed(t, func() error {
			_, err := pades.Sign(t.Context(), bytes.NewReader(in), int64(len(in)), p, nil, opt, &out)
			return err
		}))
		e := time.Now()
		ms := func(d time.Duration) float64 { return float64(d) / 1e6 }
		pre = append(pre, ms(p.at.Sub(s)))
		key = append(key, ms(p.end.Sub(p.at)))
		post = append(post, ms(e.Sub(p.end)))
	}
	fmt.Printf("whole %.3f bare %.3f key %.3f pre %.3f post %.3f\n", median(whole), median(bare), median(key), median(pre), median(post))
	fmt.Printf("tenth whole %.3f bare %.3f key %.3f pre %.3f post %.3f\n", tenth(whole), tenth(bare), tenth(key), tenth(pre), tenth(post))
}
