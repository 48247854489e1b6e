package seal

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/consigil/consigil/internal/problem"
	"github.com/consigil/consigil/pades"
	"github.com/consigil/consigil/pki"
)

// RevocationError says that what a level keeps for later validation cannot be had now.
type RevocationError struct{ Err error }

// Error implements error.
func (e *RevocationError) Error() string {
	return fmt.Sprintf("seal: gather revocation data: %v", e.Err)
}

// Unwrap returns what was missing.
func (e *RevocationError) Unwrap() error { return e.Err }

// collectorFor gathers what a seal and its time stamps need where a level keeps something: the installation's own answers
// in process, those of others through the guarded fetcher. It is nil where a level keeps nothing.
func (s *Service) collectorFor(ident *Identity, sources []Source, level pades.Level) *pki.Collector {
	if level != pades.LevelLT && level != pades.LevelLTA {
		return nil
	}
	return &pki.Collector{Fetcher: inProcess{s.d.Authority, s.d.Fetcher}, Anchors: s.anchors(ident, sources), Now: s.d.Clock.Now(), Checks: s.checks.Fork()}
}

// missing says whether an error is for want of validation data. A certificate that was revoked is another matter.
func missing(err error) bool {
	return errors.Is(err, pki.ErrNoRevocation) && !errors.Is(err, pki.ErrRevoked)
}

// anchors are the roots under which a seal and its time stamps are judged: the installation's, those of the time-stamp
// authorities, and the one that came with a certificate that was brought in.
func (s *Service) anchors(ident *Identity, sources []Source) []*x509.Certificate {
	anchors := []*x509.Certificate{s.d.Authority.Root()}
	if ident != nil && ident.Imported {
		anchors = append(anchors, ident.Chain[len(ident.Chain)-1])
	}
	for _, source := range sources {
		anchors = append(anchors, source.Anchors...)
	}
	return anchors
}

// Where the installation publishes, under every address that it ever had.
const (
	publishedOCSP = "/pki/ocsp/"
	publishedCRL  = "/pki/crl/"
	publishedCA   = "/pki/ca/"
)

// inProcess answers for the installation's own issuers without leaving the process, so that sealing needs no way back
// to the public address. It goes by the key's name in the address, whatever the host: what an issuer of another
// installation publishes there bears another key's name, and every answer is checked against the certificate's issuer
// anyway.
type inProcess struct {
	authority Authority
	outside   pki.Fetcher // nil: nothing is fetched
}

var errOffline = errors.New("nothing is fetched from other hosts")

// OCSP implements pki.Fetcher.
func (f inProcess) OCSP(ctx context.Context, address string, request []byte) ([]byte, error) {
	if key, ok := published(address, publishedOCSP, ""); ok {
		answer, err := f.authority.OCSP(ctx, key, request)
		if problem.KindOf(err) != problem.NotFound {
			return answer, err
		}
	}
	if f.outside == nil {
		return nil, errOffline
	}
	return f.outside.OCSP(ctx, address, request)
}

// CRL implements pki.Fetcher.
func (f inProcess) CRL(ctx context.Context, address string) ([]byte, error) {
	if key, ok := published(address, publishedCRL, ".crl"); ok {
		list, err := f.authority.CRL(ctx, key)
		if problem.KindOf(err) != problem.NotFound {
			return list, err
		}
	}
	if f.outside == nil {
		return nil, errOffline
	}
	return f.outside.CRL(ctx, address)
}

// Certificates implements pki.Fetcher.
func (f inProcess) Certificates(ctx context.Context, address string) ([]*x509.Certificate, error) {
	if key, ok := published(address, publishedCA, ".cer"); ok {
		der, err := f.authority.CertificateDER(ctx, key)
		if err == nil {
			return x509.ParseCertificates(der)
		}
		if problem.KindOf(err) != problem.NotFound {
			return nil, err
		}
	}
	if f.outside == nil {
		return nil, errOffline
	}
	return f.outside.Certificates(ctx, address)
}

// published finds the name of a key in an address.
func published(address, folder, suffix string) (key string, ok bool) {
	u, err := url.Parse(address)
	if err != nil {
		return "", false
	}
	_, name, found := strings.Cut(u.Path, folder)
	key, cut := strings.CutSuffix(name, suffix)
	return key, found && cut && key != "" && !strings.Contains(key, "/")
}
