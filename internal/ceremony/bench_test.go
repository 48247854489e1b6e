package ceremony_test

import (
	"testing"

	"github.com/consigil/consigil/internal/ceremony"
	"github.com/consigil/consigil/internal/envelope"
)

// BenchmarkEnvelope is one envelope from upload to its last signature, one signer, without the seal.
func BenchmarkEnvelope(b *testing.B) {
	w := newWorld(b)
	data := contract(b, a4)
	text, err := ceremony.DisclosureText("en")
	must(b, err)
	for b.Loop() {
		in := envelope.NewEnvelope{
			Recipients: []envelope.RecipientInput{person("Anna Kovács")},
			Fields:     []envelope.FieldInput{place(1, "signature", 1, 72, 100, 180, 50), place(1, "datesigned", 1, 72, 160, 180, 20)},
		}
		f := w.send(w.draft(in, data))
		p := w.sit(f.Recipients[0].ID)
		must(b, w.sittings.Consent(w.ctx, p, ceremony.Consent{Version: text.Version, Locale: text.Locale, Hash: text.Hash}))
		_, err := w.sittings.Sign(w.ctx, p, ceremony.Submission{Key: "k", Reviewed: w.reviewed(p), Values: w.answers(p)})
		must(b, err)
	}
}
