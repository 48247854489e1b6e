package evidence

import (
	"bytes"
	"cmp"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"

	"github.com/consigil/consigil/validate"
)

// checkRecord compares the record with manifest and events: it may claim nothing that they do not bear out.
func (v *bundleCheck) checkRecord() {
	r := &v.record
	if r.Version != RecordVersion || r.Envelope.ID != v.manifest.Envelope || r.Organization != v.manifest.Organization ||
		r.Chain.Events != v.manifest.Chain.Events || !bytes.Equal(r.Chain.Hash, v.manifest.Chain.Hash) || len(r.Events) != 0 {
		v.fail("record", recordEntry, "The record is not of the envelope that the manifest names.")
		return
	}
	sealed, newest := map[string]string{}, map[string]string{}
	for i := range v.events {
		var facts struct {
			Document string `json:"document"`
			SHA256   string `json:"sha256"`
		}
		typ := v.events[i].Type
		if typ != "document.sealed" && typ != "document.renewed" {
			continue
		}
		if err := json.Unmarshal([]byte(v.events[i].Facts), &facts); err != nil {
			v.fail("event_altered", eventsEntry, "The facts of an event cannot be read.")
			return
		}
		if newest[facts.Document] = facts.SHA256; typ == "document.sealed" {
			sealed[facts.Document] = facts.SHA256
		}
	}
	if len(sealed) > len(r.Documents) {
		v.fail("record", recordEntry, "The events tell of documents that the record leaves out.")
	}
	for i := range r.Documents {
		d := &r.Documents[i]
		if digest := d.Digest("sealed"); hex.EncodeToString(digest) != sealed[string(d.ID)] {
			v.fail("record", recordEntry, fmt.Sprintf("The events do not bear out that document %d was sealed with this digest.", d.Position))
		}
		if hex.EncodeToString(d.Newest()) != newest[string(d.ID)] {
			v.fail("record", recordEntry, fmt.Sprintf("The events do not bear out that document %d was renewed with this digest.", d.Position))
		}
	}
}

// checkFiles judges the sealed documents and the completion certificate.
func (v *bundleCheck) checkFiles() {
	for i := range v.record.Documents {
		d := &v.record.Documents[i]
		digest := d.Newest()
		if digest == nil {
			continue
		}
		name := documentEntry(d.Position)
		if listed := v.listed(name); listed == nil || !bytes.Equal(listed.SHA256, digest) {
			v.fail("document", name, "The sealed document is missing, or it is not the one that was sealed.")
			continue
		}
		v.checkPDF(name, d.Level)
	}
	if v.listed(certificateEntry) != nil {
		v.checkPDF(certificateEntry, v.certificateLevel())
		v.checkCertificate()
	} else if v.record.Envelope.SealedAt != nil {
		v.fail("missing_entry", certificateEntry, "The completion certificate is missing.")
	}
}

func (v *bundleCheck) listed(name string) *ManifestEntry {
	for i := range v.manifest.Entries {
		if v.manifest.Entries[i].Name == name {
			return &v.manifest.Entries[i]
		}
	}
	return nil
}

// checkPDF validates every signature of a sealed file; the newest is the seal and covers all of it.
func (v *bundleCheck) checkPDF(name, level string) {
	e := v.byName[name]
	report, err := validate.File(v.ctx, io.NewSectionReader(v.src, e.dataAt(), e.size), e.size, validate.Options{
		Anchors: v.anchors, Certificates: v.trust.pool, CRLs: v.trust.raw, Now: v.at,
	})
	if err != nil || len(report.Signatures) == 0 {
		v.fail("document", name, "The file cannot be read, or it bears no signature.")
		return
	}
	for i := range report.Signatures {
		sig := &report.Signatures[i]
		text := fmt.Sprintf("The signature %q was judged %s %s.", sig.Field, sig.Indication, sig.SubIndication)
		switch sig.Indication {
		case validate.TotalPassed:
		case validate.TotalFailed:
			v.fail("signature", name, text)
		default:
			v.doubt("signature", name, text)
		}
	}
	newest := &report.Signatures[len(report.Signatures)-1]
	// What B-LT and B-LTA append stands behind the seal; the file's digest, which the events bear out, covers it.
	if newest.Coverage != "entire_file" && (newest.Coverage != "revision" || level != "B-LT" && level != "B-LTA") {
		v.fail("document", name, "The seal does not cover the whole file.")
	}
	if newest.Level != level {
		v.fail("level", name, "The seal does not reach the level that was recorded.")
	}
}

// certificateLevel is the level that the events tell of the completion certificate; the first ones told none.
func (v *bundleCheck) certificateLevel() string {
	var facts struct {
		Level string `json:"level"`
	}
	for i := range v.events {
		if v.events[i].Type == "evidence.certificate" && json.Unmarshal([]byte(v.events[i].Facts), &facts) != nil {
			v.fail("event_altered", eventsEntry, "The facts of an event cannot be read.")
		}
	}
	return cmp.Or(facts.Level, "B-T")
}

// checkCertificate compares the record attached to the certificate with the events of the bundle.
func (v *bundleCheck) checkCertificate() {
	e := v.byName[certificateEntry]
	data, err := attachedRecord(io.NewSectionReader(v.src, e.dataAt(), e.size), e.size)
	var r Record
	if err != nil || !v.decode(certificateEntry, data, &r) {
		v.fail("certificate", certificateEntry, "The completion certificate has no record that can be read.")
		return
	}
	n := r.Chain.Events
	if r.Envelope.ID != v.manifest.Envelope || n < 1 || n > int64(len(v.events)) || int64(len(r.Events)) != n ||
		!bytes.Equal(r.Chain.Hash, v.events[n-1].Hash) || v.events[n-1].Type != "envelope.sealed" {
		v.fail("certificate", certificateEntry, "The completion certificate is not of these events.")
		return
	}
	for i := range r.Events {
		if !bytes.Equal(r.Events[i].Hash, v.events[i].Hash) {
			v.fail("certificate", certificateEntry, fmt.Sprintf("The completion certificate tells event %d otherwise.", i+1))
			return
		}
	}
}
