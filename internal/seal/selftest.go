package seal

import (
	"bytes"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"strings"

	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/problem"
	"github.com/consigil/consigil/pades"
	"github.com/consigil/consigil/pdf"
	"github.com/consigil/consigil/validate"
)

// SelfTest makes a test seal with the organization's key and validates it against the installation's root. A
// success is remembered until key or configuration change; a failure is the problem "seal_not_working", which
// says why.
func (s *Service) SelfTest(ctx context.Context, org id.Org) error {
	if err := s.selfTest(ctx, org); err != nil {
		return problem.Wrap(err, problem.Unavailable, "seal_not_working",
			"Documents cannot be sealed at the moment, so nothing was sent: "+reason(err))
	}
	return nil
}

func (s *Service) selfTest(ctx context.Context, org id.Org) error {
	ident, err := s.Identity(ctx, org)
	if err != nil {
		return err
	}
	tsa, err := s.sources(ctx, org, nil)
	if err != nil {
		return err
	}
	mark := fingerprint(ident, tsa.sources)
	if s.passed(org, mark) {
		return nil
	}
	if err := s.trySeal(ctx, ident, tsa); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tested[org] = mark
	return nil
}

func (s *Service) passed(org id.Org, mark string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.tested[org] == mark
}

// fingerprint changes with the key, its certificate and the list of authorities.
func fingerprint(ident *Identity, sources []Source) string {
	parts := []string{string(ident.KeyID)}
	for _, source := range sources {
		parts = append(parts, source.Name)
	}
	return strings.Join(parts, "\n")
}

func (s *Service) trySeal(ctx context.Context, ident *Identity, tsa *inOrder) error {
	page, err := testPage()
	if err != nil {
		return err
	}
	var sealed bytes.Buffer
	opt := options(ident, "Test", pades.LevelT, FieldName, s.d.Clock.Now())
	_, err = sealBytes(ctx, bytes.NewReader(page), int64(len(page)), ident, tsa, opt, &sealed)
	if tsa.failed != nil {
		return tsa.failed
	}
	if err != nil {
		return err
	}
	return s.judge(ctx, sealed.Bytes(), tsa)
}

func testPage() ([]byte, error) {
	b := pdf.NewBuilder()
	b.AddPage(200, 200, pdf.Dict{}, []byte("0 0 m 200 200 l S"))
	var out bytes.Buffer
	if _, err := b.WriteTo(&out); err != nil {
		return nil, fmt.Errorf("seal: make test page: %w", err)
	}
	return out.Bytes(), nil
}

// verdictError is a test seal that did not pass.
type verdictError struct {
	indication validate.Indication
	sub        validate.SubIndication
	messages   []validate.Message
}

func (e *verdictError) Error() string {
	text := fmt.Sprintf("seal: test seal: %s %s", e.indication, e.sub)
	for _, m := range e.messages {
		text += "; " + m.Text
	}
	return text
}

func (s *Service) judge(ctx context.Context, sealed []byte, tsa *inOrder) error {
	crls, err := s.d.Authority.CRLs(ctx)
	if err != nil {
		return fmt.Errorf("seal: fetch revocation lists: %w", err)
	}
	anchors := []*x509.Certificate{s.d.Authority.Root()}
	for _, source := range tsa.sources {
		anchors = append(anchors, source.Anchors...)
	}
	report, err := validate.File(ctx, bytes.NewReader(sealed), int64(len(sealed)), validate.Options{
		Anchors: anchors, CRLs: crls, Fetcher: s.d.Fetcher, Now: s.d.Clock.Now(),
	})
	if err != nil {
		return fmt.Errorf("seal: validate test seal: %w", err)
	}
	if len(report.Signatures) != 1 {
		return fmt.Errorf("seal: test seal: %d signatures found in place of one", len(report.Signatures))
	}
	sig := report.Signatures[0]
	if sig.Indication != validate.TotalPassed || sig.Level != string(pades.LevelT) {
		return &verdictError{indication: sig.Indication, sub: sig.SubIndication, messages: sig.Errors}
	}
	return nil
}

// reason is one sentence for a sender; the cause stays in the log.
func reason(err error) string {
	var down *UnavailableError
	var verdict *verdictError
	switch {
	case errors.As(err, &down):
		return "no time-stamp authority answers (" + strings.Join(down.Names, ", ") + "). Try again later."
	case problem.From(err).Code == StalledSigner:
		return "what keeps the seal key cannot be reached. Try again later."
	case errors.As(err, &verdict):
		return fmt.Sprintf("a test seal was judged %s (%s). Ask your administrator to check key, certificates and clock.", verdict.indication, verdict.sub)
	}
	return "the seal key or its certificate cannot be used. Ask your administrator to look at the server's log."
}
