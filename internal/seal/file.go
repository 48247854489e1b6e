package seal

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"time"

	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/pades"
	"github.com/consigil/consigil/tsp"
)

// FieldName is the invisible signature field of the seal; where a document has it empty it is used.
const FieldName = "consigil.seal"

// held is the size up to which a file is kept in memory while it is sealed, so that it is decrypted once.
const held = 8 << 20

// options are the same for every seal: an approval signature that locks every field, never DocMDP.
func options(ident *Identity, org string, level pades.Level, at time.Time) pades.Options {
	return pades.Options{
		FieldName:   FieldName,
		Certificate: ident.Chain[0],
		Chain:       ident.Chain[1:],
		Level:       level,
		Name:        org,
		Time:        at,
		Lock:        pades.LockAll,
	}
}

// sealBytes writes the sealed file and checks that the level which the bytes reach is the one asked for.
func sealBytes(ctx context.Context, src io.ReaderAt, size int64, ident *Identity, tsa tsp.Source, opt pades.Options, w io.Writer) (*pades.Result, error) {
	src, err := inMemory(src, size)
	if err != nil {
		return nil, err
	}
	result, err := pades.Sign(ctx, src, size, ident.Signer, tsa, opt, w)
	if missing(err) {
		return nil, &RevocationError{Err: err}
	}
	if err != nil {
		return nil, fmt.Errorf("seal: sign: %w", err)
	}
	if result.Level != opt.Level {
		return nil, fmt.Errorf("seal: sign: reached level %q in place of %q", result.Level, opt.Level)
	}
	return result, nil
}

func inMemory(src io.ReaderAt, size int64) (io.ReaderAt, error) {
	if size > held {
		return src, nil
	}
	data := make([]byte, size)
	if n, err := src.ReadAt(data, 0); err != nil && (err != io.EOF || int64(n) != size) {
		return nil, fmt.Errorf("seal: read: %w", err)
	}
	return bytes.NewReader(data), nil
}

// Level is the one of the organization's new envelopes.
func (s *Service) Level(ctx context.Context, org id.Org) (string, error) {
	policy, err := s.d.Organizations.SealPolicy(ctx, org)
	if err != nil {
		return "", fmt.Errorf("seal: choose level: %w", err)
	}
	return cmp.Or(policy.Level, string(pades.LevelT)), nil
}

// SealFile seals bytes that belong to no document, such as the completion certificate, at a level, and returns the one
// that the bytes reach, which is no other.
func (s *Service) SealFile(ctx context.Context, org id.Org, level string, src io.ReaderAt, size int64, w io.Writer) (reached string, err error) {
	ident, err := s.Identity(ctx, org)
	if err != nil {
		return "", err
	}
	name, err := s.d.Organizations.OrganizationName(ctx, org)
	if err != nil {
		return "", fmt.Errorf("seal: name organization: %w", err)
	}
	tsa, err := s.sources(ctx, org, nil)
	if err != nil {
		return "", err
	}
	opt := options(ident, name, pades.Level(level), s.d.Clock.Now())
	opt.Collector = s.collectorFor(ident, tsa.sources, opt.Level)
	result, err := sealBytes(ctx, src, size, ident, tsa, opt, w)
	if tsa.failed != nil {
		return "", tsa.failed
	}
	if err != nil {
		return "", err
	}
	return string(result.Level), nil
}
