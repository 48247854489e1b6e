package evidence

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"time"

	"github.com/consigil/consigil/internal/id"
)

// Bounds of what a bundle may make a verifier read, bytes. Sealed documents are read by range.
const (
	mostJSON  = 64 << 20
	mostSmall = 1 << 20
)

// The verdicts, in the words of ETSI EN 319 102-1.
const (
	totalPassed   = "TOTAL_PASSED"
	totalFailed   = "TOTAL_FAILED"
	indeterminate = "INDETERMINATE"
)

// BundleReport is the verdict on one bundle. Its JSON form is the line of "verify --bundle --json".
type BundleReport struct {
	Indication   string        `json:"indication"`
	Envelope     id.ID         `json:"envelope"`
	Organization string        `json:"organization"`
	Events       int           `json:"events"`
	Documents    int           `json:"documents"`
	SignedAt     *time.Time    `json:"signed_at,omitempty"` // of the manifest, by its time stamp
	Errors       []BundleIssue `json:"errors"`
	Warnings     []BundleIssue `json:"warnings"`
}

// BundleIssue is one finding: a stable code, the entry it is about, a sentence.
type BundleIssue struct {
	Code  string `json:"code"`
	Entry string `json:"entry,omitempty"`
	Text  string `json:"text"`
}

// bundleCheck is one verification under way.
type bundleCheck struct {
	ctx     context.Context
	src     io.ReaderAt
	anchors []*x509.Certificate
	now     time.Time
	report  *BundleReport
	failed  bool // proven wrong
	open    bool // cannot be decided

	entries  []zipEntry
	byName   map[string]*zipEntry
	manifest Manifest
	record   Record
	events   []EventRecord
	at       time.Time // when the bundle existed: the manifest's time stamp, or now
	trust    *trust
	foreign  *x509.Certificate // that sealed the manifest, of another authority than the installation's
}

// VerifyBundle checks an evidence bundle without any network. The error is for bytes that are no bundle at all,
// and for cancelled contexts; everything else is in the report. Without an anchor the verdict is at best
// INDETERMINATE.
//
// The manifest's time stamp proves that everything in the bundle existed then, so documents and certificates are
// judged as of that time, with the revocation lists that the bundle carries; the time-stamp authority itself is
// judged as of now.
func VerifyBundle(ctx context.Context, r io.ReaderAt, size int64, anchors []*x509.Certificate, now time.Time) (*BundleReport, error) {
	v := &bundleCheck{
		ctx: ctx, src: r, anchors: anchors, now: now, at: now, byName: map[string]*zipEntry{},
		report: &BundleReport{Errors: []BundleIssue{}, Warnings: []BundleIssue{}},
	}
	err := v.run(size)
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return nil, err
	}
	switch {
	case v.failed:
		v.report.Indication = totalFailed
	case v.open:
		v.report.Indication = indeterminate
	default:
		v.report.Indication = totalPassed
	}
	return v.report, nil
}

// fail records what is proven wrong.
func (v *bundleCheck) fail(code, entry, text string) {
	v.failed = true
	v.report.Errors = append(v.report.Errors, BundleIssue{Code: code, Entry: entry, Text: text})
}

// doubt records what cannot be decided.
func (v *bundleCheck) doubt(code, entry, text string) {
	v.open = true
	v.report.Errors = append(v.report.Errors, BundleIssue{Code: code, Entry: entry, Text: text})
}

func (v *bundleCheck) warn(code, entry, text string) {
	v.report.Warnings = append(v.report.Warnings, BundleIssue{Code: code, Entry: entry, Text: text})
}

// run goes from the outside in; each step trusts what the one before has checked.
func (v *bundleCheck) run(size int64) error {
	entries, err := readZip(v.src, size)
	if errors.Is(err, ErrNotBundle) {
		return err
	}
	if err != nil {
		v.fail("container", "", "The ZIP is damaged or was altered: its structure is not the one that was written.")
		return nil
	}
	v.entries = entries
	for i := range entries {
		if v.byName[entries[i].name] != nil {
			v.fail("duplicate_entry", entries[i].name, "Two entries have the same name.")
			return nil
		}
		v.byName[entries[i].name] = &entries[i]
	}
	if v.byName[manifestEntry] == nil || v.byName[signatureEntry] == nil {
		return ErrNotBundle
	}
	if !v.readManifest() {
		return nil
	}
	v.loadTrust()
	v.checkSignature()
	if !v.readRecords() {
		return nil
	}
	v.checkChain()
	v.checkLog()
	v.checkForeign()
	v.checkRecord()
	v.checkFiles()
	return nil
}

// content reads a small entry whole and checks its checksum.
func (v *bundleCheck) content(name string, most int64) ([]byte, bool) {
	e := v.byName[name]
	if e == nil {
		v.fail("missing_entry", name, "The entry is missing.")
		return nil, false
	}
	if e.size > most {
		v.fail("entry_too_large", name, "The entry is larger than such a file can be.")
		return nil, false
	}
	data := make([]byte, e.size)
	if err := readFull(v.src, data, e.dataAt()); err != nil {
		v.fail("unreadable_entry", name, "The entry cannot be read.")
		return nil, false
	}
	if crc32.ChecksumIEEE(data) != e.crc {
		v.fail("checksum", name, "The entry's bytes do not fit its checksum.")
		return nil, false
	}
	return data, true
}

// readManifest compares the manifest with what is there: the same entries in the same order, each with its digest.
func (v *bundleCheck) readManifest() bool {
	data, ok := v.content(manifestEntry, mostSmall)
	if !ok || !v.decode(manifestEntry, data, &v.manifest) {
		return false
	}
	m := &v.manifest
	v.report.Envelope, v.report.Organization = m.Envelope, m.Organization.Name
	if m.Version != BundleVersion {
		v.fail("version", manifestEntry, "The bundle has a form that this program does not know.")
		return false
	}
	listed := v.entries[:len(v.entries)-2]
	if v.entries[len(v.entries)-2].name != manifestEntry || v.entries[len(v.entries)-1].name != signatureEntry || len(listed) != len(m.Entries) {
		v.fail("entries", manifestEntry, "The bundle does not hold exactly the entries that its manifest lists.")
		return false
	}
	for i := range listed {
		v.checkEntry(&listed[i], &m.Entries[i])
	}
	return !v.failed
}

func (v *bundleCheck) checkEntry(e *zipEntry, m *ManifestEntry) {
	if e.name != m.Name || e.size != m.Size {
		v.fail("entries", e.name, "The bundle does not hold exactly the entries that its manifest lists.")
		return
	}
	crc, sum := crc32.NewIEEE(), sha256.New()
	r := &stoppable{ctx: v.ctx, r: io.NewSectionReader(v.src, e.dataAt(), e.size)}
	if _, err := io.Copy(io.MultiWriter(crc, sum), r); err != nil {
		v.fail("unreadable_entry", e.name, "The entry cannot be read.")
		return
	}
	if crc.Sum32() != e.crc {
		v.fail("checksum", e.name, "The entry's bytes do not fit its checksum.")
	}
	if !bytes.Equal(sum.Sum(nil), m.SHA256) {
		v.fail("digest", e.name, "The entry is not the one that the manifest lists.")
	}
}

// stoppable ends a long read with its context.
type stoppable struct {
	ctx context.Context
	r   io.Reader
}

func (s *stoppable) Read(p []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	return s.r.Read(p)
}

// decode reads JSON of a known form; an unknown member is refused, for it would be a claim that nobody checks.
func (v *bundleCheck) decode(name string, data []byte, into any) bool {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	err := dec.Decode(into)
	if err == nil && dec.More() {
		err = errors.New("evidence: more than one value")
	}
	if err != nil {
		v.fail("malformed_entry", name, "The entry is not of the form that it should be.")
		return false
	}
	return true
}

func (v *bundleCheck) readRecords() bool {
	data, ok := v.content(recordEntry, mostJSON)
	if !ok || !v.decode(recordEntry, data, &v.record) {
		return false
	}
	data, ok = v.content(eventsEntry, mostJSON)
	if !ok || !v.decode(eventsEntry, data, &v.events) {
		return false
	}
	v.report.Events, v.report.Documents = len(v.events), len(v.record.Documents)
	return true
}

// certificates reads a PEM entry.
func (v *bundleCheck) certificates(name string) []*x509.Certificate {
	data, ok := v.content(name, mostSmall)
	if !ok {
		return nil
	}
	chain, err := parsePEM(data)
	if err != nil || len(chain) == 0 {
		v.fail("malformed_entry", name, "The entry does not hold certificates.")
		return nil
	}
	return chain
}

func parsePEM(data []byte) ([]*x509.Certificate, error) {
	const most = 32
	var out []*x509.Certificate
	for len(bytes.TrimSpace(data)) > 0 && len(out) < most {
		block, rest := pem.Decode(data)
		if block == nil || block.Type != "CERTIFICATE" {
			return nil, errors.New("evidence: not a PEM certificate")
		}
		cert, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("evidence: read certificate: %w", err)
		}
		out, data = append(out, cert), rest
	}
	return out, nil
}
