package intake

import (
	"context"
	"crypto/x509"
	"errors"
	"io"

	"github.com/consigil/consigil/internal/problem"
	"github.com/consigil/consigil/validate"
)

// Judge has a file's signatures validated in a child, without the network, and says whether that came to an end within
// the caps on memory and time. Whoever then judges the same bytes in their own process, with the network, does the same
// work again and nothing that the child did not survive.
func (p *Pool) Judge(ctx context.Context, src Source, anchors []*x509.Certificate) error {
	if err := p.checkSize(src); err != nil {
		return err
	}
	req := request{Op: opJudge, Now: p.opt.Clock.Now()}
	for _, c := range anchors {
		req.Anchors = append(req.Anchors, c.Raw)
	}
	_, err := p.parse.do(ctx, req, src, io.Discard)
	return err
}

// judge is Judge's work in the child. What the verdict is does not matter here.
func judge(req request, file *remote) error {
	opt := validate.Options{Now: req.Now}
	for _, raw := range req.Anchors {
		c, err := x509.ParseCertificate(raw)
		if err != nil {
			return errProtocol
		}
		opt.Anchors = append(opt.Anchors, c)
	}
	_, err := validate.File(context.Background(), file, file.size, opt)
	if errors.Is(err, validate.ErrUnreadable) {
		return problem.Wrap(err, problem.Malformed, "not_pdf", "The file cannot be read as a PDF.")
	}
	return err
}
