package upload

import (
	"context"
	"errors"
	"io"

	"github.com/consigil/consigil/internal/envelope"
	"github.com/consigil/consigil/internal/id"
)

// partial ends where its reader breaks, so that what arrived of a lost connection is kept.
type partial struct{ r io.Reader }

func (p *partial) Read(b []byte) (int, error) {
	n, err := p.r.Read(b)
	if err != nil && !errors.Is(err, io.EOF) {
		err = io.EOF
	}
	return n, err
}

// joined reads the pieces one after the other and has one open at a time.
type joined struct {
	ctx   context.Context
	vault envelope.Vault
	org   id.Org
	parts []envelope.Blob
	file  envelope.File
	r     io.Reader
}

func (j *joined) Read(b []byte) (int, error) {
	for {
		if j.r == nil {
			if len(j.parts) == 0 {
				return 0, io.EOF
			}
			f, err := j.vault.Open(j.ctx, j.org, j.parts[0])
			if err != nil {
				return 0, err
			}
			j.file, j.r, j.parts = f, io.NewSectionReader(f, 0, f.Size()), j.parts[1:]
		}
		n, err := j.r.Read(b)
		if !errors.Is(err, io.EOF) {
			return n, err
		}
		if err := j.Close(); err != nil || n > 0 {
			return n, err
		}
	}
}

// Close closes the piece that is open, if one is.
func (j *joined) Close() error {
	if j.file == nil {
		return nil
	}
	f := j.file
	j.file, j.r = nil, nil
	return f.Close()
}
