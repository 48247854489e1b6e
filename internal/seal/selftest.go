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

// SelfTest makes a test seal of a level with the organization's key and validates it against the installation's
// root. A success is remembered until key or configuration change; a failure is the problem "seal_not_working",
// which says why.
func (s *Service) SelfTest(ctx context.Context, org id.Org, level string) error {
	if err := s.selfTest(ctx, org, pades.Level(level)); err != nil {
		return problem.Wrap(err, problem.Unavailable, "seal_not_working",
			"Documents cannot be sealed at the moment, so nothing was sent: "+reason(err))
	}
	return nil
}

func (s *Service) selfTest(ctx context.Context, org id.Org, level pades.Level) error {
	ident, err := s.Identity(ctx, org)
	if err != nil {
		return err
	}
	tsa, err := s.sources(ctx, org, nil)
	if err != nil {
		return err
	}
	mark := fingerprint(ident, tsa.sources)
	if s.passed(org, level, mark) {
		return nil
	}
	if err := s.trySeal(ctx, ident, tsa, level); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.tested[org] == nil {
		s.tested[org] = map[pades.Level]string{}
	}
	s.tested[org][level] = mark
	return nil
}

func (s *Service) passed(org id.Org, level pades.Level, mark string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.tested[org][level] == mark
}

// fingerprint changes with the key, its certificate and the list of authorities.
func fingerprint(ident *Identity, sources []Source) string {
	parts := []string{string(ident.KeyID)}
	for _, source := range sources {
		parts = append(parts, source.Name)
	}
	return strings.Join(parts, "\n")
}

func (s *Service) trySeal(ctx context.Context, ident *Identity, tsa *inOrder, level pades.Level) error {
	if ident.Imported && level == pades.LevelT {
		level = pades.LevelLT // tries whether its CA tells of revocation, by whatever way
	}
	page, err := testPage()
	if err != nil {
		return err
	}
	var sealed bytes.Buffer
	opt := options(ident, "Test", level, s.d.Clock.Now())
	opt.Collector = s.collectorFor(ident, tsa.sources, level)
	_, err = sealBytes(ctx, bytes.NewReader(page), int64(len(page)), ident, tsa, opt, &sealed)
	if tsa.failed != nil {
		return tsa.failed
	}
	if err != nil {
		return err
	}
	return s.judge(ctx, sealed.Bytes(), s.anchors(ident, tsa.sources), level)
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

func (s *Service) judge(ctx context.Context, sealed []byte, anchors []*x509.Certificate, level pades.Level) error {
	crls, err := s.d.Authority.CRLs(ctx)
	if err != nil {
		return fmt.Errorf("seal: fetch revocation lists: %w", err)
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
	if sig.Indication != validate.TotalPassed || sig.Level != string(level) {
		return &verdictError{indication: sig.Indication, sub: sig.SubIndication, messages: sig.Errors}
	}
	return nil
}

// reason is one sentence for a sender; the cause stays in the log.
func reason(err error) string {
	var down *UnavailableError
	var unknown *RevocationError
	var verdict *verdictError
	switch {
	case errors.As(err, &down):
		return "no time-stamp authority gives a usable answer (" + strings.Join(down.Names, ", ") + "). Try again later."
	case problem.From(err).Code == StalledSigner:
		return "what keeps the seal key cannot be reached. Try again later."
	case errors.As(err, &unknown):
		return "the revocation data that the chosen level keeps cannot be had. Try again later, or ask your administrator whether the certificates' addresses can be reached."
	case errors.Is(err, errExpired):
		return "the certificate that was brought in for the seal has expired. Bring in its successor, or seal with the built-in one."
	case errors.As(err, &verdict):
		return fmt.Sprintf("a test seal was judged %s (%s). Ask your administrator to check key, certificates and clock.", verdict.indication, verdict.sub)
	}
	return "the seal key or its certificate cannot be used. Ask your administrator to look at the server's log."
}
