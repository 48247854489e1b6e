package store

import (
	"context"

	"github.com/consigil/consigil/internal/envelope"
	"github.com/consigil/consigil/internal/id"
)

var fieldTable = newTable("fields", "org id", "envelope document recipient type page x y w h required config existing")

func scanField(r *row) (*envelope.Field, error) {
	f := &envelope.Field{}
	var org string
	return f, r.Scan(&org, &f.ID, &f.Envelope, &f.Document, maybe[id.ID]{&f.Recipient}, &f.Type, &f.Page, &f.X, &f.Y, &f.W, &f.H,
		&f.Required, in(&f.Config), &f.Existing)
}

const fieldsQuery = `SELECT f.org, f.id, f.envelope, f.document, f.recipient, f.type, f.page, f.x, f.y, f.w, f.h, f.required,
	f.config, f.existing FROM fields f JOIN documents d ON d.org = f.org AND d.id = f.document
	WHERE f.org = ? AND f.envelope = ? ORDER BY d.position, f.page, f.y + f.h DESC, f.x, f.id`

func (t envelopeTx) Fields(ctx context.Context, envelope id.ID) ([]*envelope.Field, error) {
	return many(ctx, t.tx, scanField, fieldsQuery, t.org, envelope)
}

func (t envelopeTx) PutField(ctx context.Context, f *envelope.Field) error {
	return t.put(ctx, fieldTable, t.org, f.ID, f.Envelope, f.Document, optional(f.Recipient), f.Type, f.Page, f.X, f.Y, f.W, f.H,
		f.Required, f.Config, f.Existing)
}

func (t envelopeTx) DeleteField(ctx context.Context, field id.ID) error {
	n, err := t.exec(ctx, "DELETE FROM fields WHERE org = ? AND id = ?", t.org, field)
	return must(n, err, errAbsent)
}

var valueTable = newTable("field_values", "org field", "envelope recipient sealed_data updated_at")

func (t envelopeTx) scanValue(r *row) (*envelope.Value, error) {
	v := &envelope.Value{}
	var org string
	var parent id.ID
	var data []byte
	err := r.Scan(&org, &v.Field, &parent, &v.Recipient, &data, at(&v.UpdatedAt))
	r.then(func(ctx context.Context) error {
		s := t.sealer(ctx, parent, "field_values", string(v.Field))
		v.Data = s.open("data", data)
		return s.err
	})
	return v, err
}

func (t envelopeTx) Values(ctx context.Context, envelope id.ID) ([]*envelope.Value, error) {
	return many(ctx, t.tx, t.scanValue, valueTable.sel+" WHERE org = ? AND envelope = ? ORDER BY field", t.org, envelope)
}

func (t envelopeTx) PutValue(ctx context.Context, envelope id.ID, v *envelope.Value) error {
	s := t.sealer(ctx, envelope, "field_values", string(v.Field))
	data := s.seal("data", v.Data)
	if s.err != nil {
		return s.err
	}
	return t.put(ctx, valueTable, t.org, v.Field, envelope, v.Recipient, data, v.UpdatedAt)
}
