package pades

import (
	"bytes"
	"context"
	"crypto"

	"github.com/consigil/consigil/pdf"
	"github.com/consigil/consigil/pki"
	"github.com/consigil/consigil/tsp"
)

// AddStamp appends a document time stamp and nothing else.
func AddStamp(ctx context.Context, in []byte, tsa tsp.Source) ([]byte, error) {
	g := newGrowth(bytes.NewReader(in), int64(len(in)), pdf.Options{})
	if _, err := g.addStamp(ctx, tsa, crypto.SHA256, defaultTokenSize); err != nil {
		return nil, err
	}
	return append(bytes.Clone(in), g.tail...), nil
}

// AddStore appends validation data and nothing else.
func AddStore(in []byte, m pki.Material) ([]byte, error) {
	g := newGrowth(bytes.NewReader(in), int64(len(in)), pdf.Options{})
	err := g.update(func(file *pdf.File, u *pdf.Update) error { return addMaterial(file, u, m, false) })
	return append(bytes.Clone(in), g.tail...), err
}
