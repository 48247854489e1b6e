package ceremony_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/consigil/consigil/internal/ceremony"
	"github.com/consigil/consigil/internal/envelope"
	"github.com/consigil/consigil/internal/problem"
	"github.com/consigil/consigil/pades"
	"github.com/consigil/consigil/pdf"
	"github.com/consigil/consigil/pdf/form"
	"github.com/consigil/consigil/signer"
	"github.com/consigil/consigil/validate"
)

// signedContract is a contract with two empty fields that somebody signed already.
func (w *world) signedContract(opt pades.Options) []byte {
	w.t.Helper()
	data := contract(w.t, a4)
	f, err := pdf.Open(bytes.NewReader(data), int64(len(data)), pdf.Options{})
	must(w.t, err)
	u := pdf.NewUpdate(f)
	_, err = form.AddTextField(u, form.TextField{PartialName: "city", Rect: pdf.Rect{LLX: 72, LLY: 400, URX: 272, URY: 420}})
	must(w.t, err)
	_, err = form.AddSignatureField(u, form.SignatureField{Name: "tenant", Rect: pdf.Rect{LLX: 72, LLY: 300, URX: 272, URY: 350}})
	must(w.t, err)
	var base bytes.Buffer
	base.Write(data)
	_, err = u.WriteTo(&base)
	must(w.t, err)
	return w.signBy(base.Bytes(), opt)
}

func (w *world) signBy(data []byte, opt pades.Options) []byte {
	w.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(w.t, err)
	s, err := signer.FromKey(key)
	must(w.t, err)
	chain, err := w.auth.IssueSeal(w.ctx, w.env.Org, "Landlord Ltd", s.Public())
	must(w.t, err)
	opt.Certificate, opt.Chain, opt.Level, opt.Time = chain[0], chain[1:], pades.LevelT, w.clock.Now()
	var out bytes.Buffer
	_, err = pades.Sign(w.ctx, bytes.NewReader(data), int64(len(data)), s, w.auth.TSA(), opt, &out)
	must(w.t, err)
	return out.Bytes()
}

func TestSignedUpload(t *testing.T) {
	w := newWorld(t)
	in := envelope.NewEnvelope{
		Recipients: []envelope.RecipientInput{person("Tamás Ősz"), person("Witness Wu")},
		Fields: []envelope.FieldInput{
			place(1, "signature", 1, 0, 0, 0, 0), place(1, "text", 1, 0, 0, 0, 0), place(2, "signature", 1, 72, 100, 180, 50),
		},
	}
	in.Fields[0].Existing, in.Fields[1].Existing = ptr("tenant"), ptr("city")
	data := w.signedContract(pades.Options{})
	f := w.send(w.draft(in, data))
	if !f.Documents[0].SignedUpload || f.Documents[0].Head != 1 {
		t.Fatalf("%+v", f.Documents[0])
	}
	p := w.sit(f.Recipients[0].ID)
	w.consent(p)
	must(t, w.sittings.Save(w.ctx, p, w.answers(p)))
	_, err := w.sittings.PreviewImage(w.ctx, p, f.Documents[0].ID, 1, 72, "png")
	must(t, err)
	_, err = w.sittings.Sign(w.ctx, p, ceremony.Submission{Key: "k", Reviewed: w.reviewed(p)})
	must(t, err)
	w.sign(f.Recipients[1].ID)
	got := w.head(f, f.Documents[0].ID)
	if !bytes.HasPrefix(got, data) {
		t.Fatal("bytes of a signed upload were rewritten")
	}
	w.checkSignatures(got, 3)
	w.checkFilled(got)
}

// checkSignatures asks our validator, with the installation's root as the only anchor.
func (w *world) checkSignatures(data []byte, want int) {
	w.t.Helper()
	crls, err := w.auth.CRLs(w.ctx)
	must(w.t, err)
	rep, err := validate.File(w.ctx, bytes.NewReader(data), int64(len(data)), validate.Options{
		Anchors: []*x509.Certificate{w.auth.Root()}, CRLs: crls, Now: w.clock.Now().Add(time.Minute),
	})
	must(w.t, err)
	if len(rep.Signatures) != want {
		w.t.Fatalf("%d signatures, want %d", len(rep.Signatures), want)
	}
	for _, s := range rep.Signatures {
		if s.Indication != "TOTAL_PASSED" || s.Level != "B-T" {
			w.t.Errorf("%s by %s: %s %s %s %v", s.Field, s.Certificate.Subject, s.Level, s.Indication, s.SubIndication, s.Errors)
		}
	}
}

func (w *world) checkFilled(data []byte) {
	w.t.Helper()
	file, err := pdf.Open(bytes.NewReader(data), int64(len(data)), pdf.Options{Strict: true})
	must(w.t, err)
	all, err := form.Read(file)
	must(w.t, err)
	for _, fd := range all.Fields {
		if fd.FullName == "city" && (fd.Value != pdf.Text("A value of Tamás Ősz") || fd.Flags&form.FlagReadOnly == 0) {
			w.t.Errorf("city: %v, flags %b", fd.Value, fd.Flags)
		}
	}
}

func TestSignedUploadRefusals(t *testing.T) {
	w := newWorld(t)
	for name, c := range map[string]struct {
		data   []byte
		fields []envelope.FieldInput
		want   []string
	}{
		"new text field":     {w.signedContract(pades.Options{}), []envelope.FieldInput{place(1, "text", 1, 72, 500, 100, 20)}, []string{"/fields/0 document_signed"}},
		"all fields locked":  {w.signedContract(pades.Options{Lock: pades.LockAll}), nil, []string{"/documents/0 document_signed"}},
		"own field has type": {w.signedContract(pades.Options{}), nil, []string{}},
	} {
		t.Run(name, func(t *testing.T) {
			in := envelope.NewEnvelope{Recipients: []envelope.RecipientInput{person("Anna")}, Fields: append(c.fields, place(1, "signature", 1, 72, 100, 180, 50))}
			f := w.draft(in, c.data)
			got, _, err := w.envelopes.Check(w.ctx, w.sender, f.Envelope.ID)
			must(t, err)
			if diff := cmp.Diff(c.want, codes(got)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestBornSealed(t *testing.T) {
	w := newWorld(t)
	in := envelope.NewEnvelope{Input: envelope.Input{Title: ptr("Lease, signed elsewhere")}}
	in.Documents = []envelope.DocumentInput{{Upload: w.upload(contract(t, a4))}}
	_, err := w.envelopes.Record(w.ctx, w.sender, in)
	isProblem(t, err, problem.Invalid, "not_signed")
	data := w.signedContract(pades.Options{})
	in.Documents = []envelope.DocumentInput{{Upload: w.upload(data)}}
	f, err := w.envelopes.Record(w.ctx, w.sender, in)
	must(t, err)
	if f.Envelope.State != envelope.Sealed || f.Documents[0].State != "sealed" || f.Documents[0].Level != "B-T" {
		t.Errorf("%s, %+v", f.Envelope.State, f.Documents[0])
	}
	file, _, _, err := w.envelopes.Open(w.ctx, w.sender, f.Envelope.ID, f.Documents[0].ID, envelope.SealedRev)
	must(t, err)
	defer file.Close()
	if file.Size() != int64(len(data)) {
		t.Error("other bytes than were filed")
	}
	w.checkChain(f.Envelope.ID)
}

// TestCertifiedUpload takes a real certified file: only what its author allowed may be used.
func TestCertifiedUpload(t *testing.T) {
	dir := corpora(t)
	if dir == "" {
		t.Log("NOT RUN: no test material")
		return
	}
	data, err := os.ReadFile(filepath.Join(dir, "..", "pyhanko", "pdf", "certified-with-indirect-refs-in-dir.pdf"))
	must(t, err)
	w := newWorld(t)
	f := w.draft(envelope.NewEnvelope{Recipients: []envelope.RecipientInput{person("Anna")}}, data)
	facts, err := f.Documents[0].ReadFacts()
	must(t, err)
	fd := corner(facts.Pages[0])
	fd.Document, fd.Recipient = &f.Documents[0].ID, &f.Recipients[0].ID
	_, _, err = w.envelopes.AddField(w.ctx, w.sender, f.Envelope.ID, 0, fd)
	must(t, err)
	got, _, err := w.envelopes.Check(w.ctx, w.sender, f.Envelope.ID)
	must(t, err)
	if facts.Certified == 0 || len(got) == 0 || got[0].Code != "document_signed" {
		t.Errorf("certified %d, faults %v", facts.Certified, codes(got))
	}
}
