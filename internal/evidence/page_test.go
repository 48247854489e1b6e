package evidence

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/fonts"
	"github.com/consigil/consigil/pdf"
)

func sampleRecord(locale string, events int) *Record {
	at := time.Date(2026, 11, 22, 9, 30, 15, 250_000_000, time.UTC)
	digest := bytes.Repeat([]byte{0xa1, 0x5e}, 16)
	r := &Record{
		Version: RecordVersion, Product: "Consigil", ProductVersion: "0.1", Organization: OrganizationRef{ID: "o-1", Name: "Példa & Társa Kft."},
		Envelope: EnvelopeRecord{
			ID: "0192aaaa-bbbb-7ccc-8ddd-eeeeffff0000", Title: "Bérleti szerződés – Árvíztűrő u. 5. 😀", State: "sealed", Locale: locale, Level: "B-T",
			CreatedAt: &at, SentAt: &at, DoneAt: &at, SealedAt: &at,
		},
		Documents: []DocumentRecord{{
			ID: "d-1", Position: 1, Name: "szerződés.pdf", Pages: 4, Level: "B-T", Revisions: []RevisionRecord{
				{Number: 1, Kind: "original", SHA256: digest}, {Number: 2, Kind: "prepared", SHA256: digest}, {Number: 3, Kind: "sealed", SHA256: digest},
			},
		}},
		Recipients: []RecipientRecord{
			{
				ID: "r-1", Role: "signer", Name: "Őri Éva", Email: "e•••@example.org", Method: "click",
				Identity: []IdentityCheck{{Kind: "link_sent", At: at, Address: "203.0.113.5", UserAgent: "Mozilla/5.0"},
					{Kind: "signed_in", At: at, Since: at.AddDate(0, -1, 0), Address: "203.0.113.5", UserAgent: "Mozilla/5.0"}},
				Consent: &ConsentRecord{At: at, Version: "2026-11", Locale: locale, Text: "6f1ed002ab5595859014ebf0951522d96f1ed002ab5595859014ebf0951522d9"},
				Act:     &ActRecord{Method: "click", At: at, Address: "203.0.113.5", UserAgent: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"},
				Entered: []EnteredRecord{
					{Document: "d-1", Page: 1, Type: "text", Label: "Összeg", Value: "A teljes összeg"},
					{Document: "d-1", Page: 2, Type: "email", Value: "e•••@example.org"},
					{Document: "d-1", Page: 3, Type: "initials", Kind: "drawn", How: "initials, drawn, 2 strokes"},
					{Document: "d-1", Page: 4, Type: "signature", Kind: "typed", Value: "अनिता Őze Δ", How: "signature, typed, 11 characters"},
				},
			},
			{ID: "r-2", Role: "copy", Name: "محمد علي · 王小明 · अमित कुमार · Иван Петров · 김민준", Email: "m•••@example.org"},
		},
		Chain: ChainHead{Events: int64(events), Hash: digest},
	}
	kinds := []string{"envelope.created", "document.added", "envelope.sent", "message.sent", "recipient.opened", "recipient.consented", "recipient.signed", "document.sealed", "envelope.sealed"}
	actors := []access.Actor{{Kind: "api_key", ID: "0192aaaa-bbbb-7ccc-8ddd-eeeeffff0001"}, {Kind: "recipient", ID: "r-1"}, access.System}
	for i := range events {
		r.Events = append(r.Events, EventRecord{Seq: int64(i + 1), Type: kinds[i%len(kinds)], At: at, Actor: actors[i%3], Facts: "{}", Commitment: digest, Prev: digest, Hash: digest})
	}
	return r
}

func TestCertificateInEveryLanguage(t *testing.T) {
	out := os.Getenv("CONSIGIL_SHOTS") // a folder to look at what was drawn
	set := fonts.Set()
	all, err := allWords()
	if err != nil {
		t.Fatal(err)
	}
	for locale := range all {
		r := sampleRecord(locale, 70)
		var first, second bytes.Buffer
		if err := writeCertificate(&first, set, r); err != nil {
			t.Fatalf("%s: %v", locale, err)
		}
		if err := writeCertificate(&second, set, r); err != nil || !bytes.Equal(first.Bytes(), second.Bytes()) {
			t.Errorf("%s: the same record made other bytes (%v)", locale, err)
		}
		if out != "" {
			if err := os.WriteFile(filepath.Join(out, "certificate-"+locale+".pdf"), first.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		f, err := pdf.Open(bytes.NewReader(first.Bytes()), int64(first.Len()), pdf.Options{})
		if err != nil {
			t.Fatalf("%s: %v", locale, err)
		}
		if n, err := f.PageCount(); err != nil || n < 2 || n > 5 {
			t.Errorf("%s: %d pages", locale, n)
		}
		data, err := attachedRecord(bytes.NewReader(first.Bytes()), int64(first.Len()))
		if err != nil {
			t.Fatalf("%s: %v", locale, err)
		}
		got := &Record{}
		if err := json.Unmarshal(data, got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(r, got, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s: the attached record differs: %s", locale, diff)
		}
	}
}

func TestWordsAreComplete(t *testing.T) {
	all, err := allWords()
	if err != nil {
		t.Fatal(err)
	}
	en := all["en"]
	for locale, w := range all {
		for _, m := range [][2]map[string]string{{en.Labels, w.Labels}, {en.Events, w.Events}, {en.Roles, w.Roles}, {en.Methods, w.Methods}, {en.Kinds, w.Kinds}} {
			for key := range m[0] {
				if m[1][key] == "" {
					t.Errorf("%s: %s is missing", locale, key)
				}
			}
		}
	}
}

func TestContactsAreMasked(t *testing.T) {
	for in, want := range map[string]string{
		"eva@example.org": "e•••@example.org", "őri@példa.hu": "ő•••@példa.hu", "x": "•••", "": "", "@example.org": "•••",
	} {
		if got := maskEmail(in); got != want {
			t.Errorf("%q: %q", in, got)
		}
	}
	for in, want := range map[string]string{"+36 30 123 4567": "•••67", "12": "•••", "": ""} {
		if got := maskPhone(in); got != want {
			t.Errorf("%q: %q", in, got)
		}
	}
}

func BenchmarkCertificate(b *testing.B) {
	set := fonts.Set()
	r := sampleRecord("en", 20)
	r.Recipients = r.Recipients[:1]
	r.Envelope.Title = "Lease"
	for b.Loop() {
		var out bytes.Buffer
		if err := writeCertificate(&out, set, r); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(out.Len()), "bytes")
	}
}
