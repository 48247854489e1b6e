package evidence

import (
	"bytes"
	"context"
	"crypto"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"strconv"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/envelope"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/problem"
)

// BundleVersion names the form of an evidence bundle.
const BundleVersion = "consigil/bundle/v1"

// The entries of a bundle, in this order; sealed documents stand between proofs and certificate, revocation lists
// between chain and manifest.
const (
	readmeEntry      = "readme.txt"
	recordEntry      = "record.json"
	eventsEntry      = "events.json"
	checkpointEntry  = "log/checkpoint.txt"
	stampEntry       = "log/checkpoint.tst"
	proofsEntry      = "log/proofs.json"
	certificateEntry = "certificate.pdf"
	logChainEntry    = "pki/log.pem"
	chainEntry       = "pki/chain.pem"
	manifestEntry    = "manifest.json"
	signatureEntry   = "manifest.p7s"
)

const readme = `This is an evidence bundle of Consigil.

It proves, without any network, how documents were signed and sealed:

  record.json          the envelope, its documents with their digests, its recipients
  events.json          every event, each with the hash of the one before it
  documents/           the sealed documents
  certificate.pdf      the completion certificate
  log/                 proof that every event stands in the audit log, under a signed checkpoint
  pki/                 certificates and revocation lists
  manifest.json        the digest of every file here, signed in manifest.p7s

Check all of it with: consigil verify --bundle FILE --trust trust.pem
`

// Manifest lists the entries of a bundle; it is what the organization signs.
type Manifest struct {
	Version      string          `json:"version"`
	Organization OrganizationRef `json:"organization"`
	Envelope     id.ID           `json:"envelope"`
	CreatedAt    time.Time       `json:"created_at"`
	Chain        ChainHead       `json:"chain"`
	Entries      []ManifestEntry `json:"entries"`
}

// ManifestEntry is one file of a bundle, in the bundle's order.
type ManifestEntry struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 Hex    `json:"sha256"`
}

// Proofs are the inclusion proofs of a bundle's events, all to one checkpoint.
type Proofs struct {
	Size   int64        `json:"size"` // of the tree
	Events []EventProof `json:"events"`
}

// EventProof is the inclusion proof of one event (RFC 9162 section 2.1.3).
type EventProof struct {
	Seq    int64       `json:"seq"`
	Index  int64       `json:"index"`
	Hashes []tlog.Hash `json:"hashes"`
}

// part is one entry that is to be written.
type part struct {
	name string
	data []byte         // or
	blob *envelope.Blob // stored bytes
	size int64
	crc  uint32
	sum  []byte
}

// Bundle opens the evidence bundle, made now where the stored one does not cover the last event.
func (s *Service) Bundle(ctx context.Context, by *access.Principal, envelopeID id.ID) (*Download, error) {
	e, err := s.Envelope(ctx, by, envelopeID)
	if err != nil {
		return nil, err
	}
	snap, err := s.sequenced(ctx, by.Org, envelopeID)
	if err != nil {
		return nil, err
	}
	last := snap.events[len(snap.events)-1].Seq
	a, err := s.artifact(ctx, by.Org, envelopeID, BundleArtifact)
	if err != nil && problem.KindOf(err) != problem.NotFound {
		return nil, err
	}
	if a == nil || a.EventSeq < last {
		if a, err = s.makeBundle(ctx, by.Org, snap); err != nil {
			return nil, err
		}
	}
	return s.download(ctx, by.Org, a, e.Title, "application/zip")
}

// sequenced reads an envelope whose every event has its place in the log; it waits a moment for the sequencer.
func (s *Service) sequenced(ctx context.Context, org id.Org, envelopeID id.ID) (*snapshot, error) {
	const tries = 5
	for range tries {
		grown := s.waits.wait()
		snap, err := s.snapshot(ctx, org, envelopeID)
		if err != nil {
			return nil, err
		}
		if snap.recorded() {
			return nil, problem.New(problem.NotFound, "record_without_evidence", "This envelope is a record of contracts that were signed elsewhere. There is no evidence bundle of them.")
		}
		switch snap.envelope.State {
		case envelope.Delivered, envelope.Declined, envelope.Voided, envelope.Expired:
		default:
			return nil, problem.New(problem.Conflict, "not_finished", "The evidence bundle is made when the envelope is finished.")
		}
		if snap.inLog() {
			return snap, nil
		}
		sleep(ctx, grown, time.Second)
	}
	return nil, problem.New(problem.Unavailable, "log_behind", "The audit log has not taken in the last events yet. Try again shortly.").After(2 * time.Second)
}

// inLog says whether every event has its index.
func (s *snapshot) inLog() bool {
	for _, e := range s.events {
		if e.Index < 0 {
			return false
		}
	}
	return len(s.events) > 0
}

func (s *Service) makeBundle(ctx context.Context, org id.Org, snap *snapshot) (*Artifact, error) {
	parts, err := s.parts(ctx, org, snap)
	if err != nil {
		return nil, err
	}
	for i := range parts {
		if err := s.measure(ctx, org, &parts[i]); err != nil {
			return nil, err
		}
	}
	parts, err = s.signManifest(ctx, org, snap, parts)
	if err != nil {
		return nil, err
	}
	blob, err := s.storeBundle(ctx, org, parts)
	if err != nil {
		return nil, err
	}
	a := &Artifact{
		Envelope: snap.envelope.ID, Kind: BundleArtifact, Blob: blob, EventSeq: snap.events[len(snap.events)-1].Seq, CreatedAt: s.d.Clock.Now(),
	}
	err = s.d.Store.Update(ctx, org, func(tx Tx) error { return tx.PutArtifact(ctx, a) })
	if err != nil {
		return nil, fmt.Errorf("evidence: keep bundle: %w", err)
	}
	return a, nil
}

// parts lists everything but the manifest and its signature.
func (s *Service) parts(ctx context.Context, org id.Org, snap *snapshot) ([]part, error) {
	record := s.record(snap, false)
	events := record.Events
	record.Events = nil
	out := []part{{name: readmeEntry, data: []byte(readme)}}
	for _, j := range []struct {
		name string
		v    any
	}{{recordEntry, record}, {eventsEntry, events}} {
		data, err := marshal(j.v)
		if err != nil {
			return nil, err
		}
		out = append(out, part{name: j.name, data: data})
	}
	logParts, err := s.logParts(ctx, snap)
	if err != nil {
		return nil, err
	}
	out = append(out, logParts...)
	for _, d := range snap.documents {
		if r := snap.sealed(d.ID); r != nil {
			out = append(out, part{name: documentEntry(d.Position), blob: &r.Blob})
		}
	}
	a, err := s.artifact(ctx, org, snap.envelope.ID, CertificateArtifact)
	switch {
	case err == nil:
		out = append(out, part{name: certificateEntry, blob: &a.Blob})
	case problem.KindOf(err) != problem.NotFound:
		return nil, err
	}
	return s.pkiParts(ctx, org, out)
}

func documentEntry(position int) string { return "documents/" + strconv.Itoa(position) + ".pdf" }

// logParts are the checkpoint that covers every event, its time stamp and the proofs.
func (s *Service) logParts(ctx context.Context, snap *snapshot) ([]part, error) {
	cp, err := s.Latest(ctx)
	if err != nil {
		return nil, err
	}
	if cp == nil {
		return nil, errors.New("evidence: events with an index and no checkpoint")
	}
	proofs := Proofs{Size: cp.Size}
	for _, e := range snap.events {
		p, err := s.Prove(ctx, e.Index, cp)
		if err != nil {
			return nil, err
		}
		proofs.Events = append(proofs.Events, EventProof{Seq: e.Seq, Index: e.Index, Hashes: p.Hashes})
	}
	data, err := marshal(proofs)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(cp.Note)
	token, err := s.d.Stamps.Timestamp(ctx, crypto.SHA256, sum[:])
	if err != nil {
		return nil, problem.Wrap(err, problem.Unavailable, "timestamp_unavailable", "The time-stamp authority does not answer. Try again shortly.")
	}
	return []part{{name: checkpointEntry, data: cp.Note}, {name: stampEntry, data: token}, {name: proofsEntry, data: data}}, nil
}

// pkiParts adds the certificates and the revocation lists.
func (s *Service) pkiParts(ctx context.Context, org id.Org, out []part) ([]part, error) {
	key, err := s.d.Key(ctx)
	if err != nil {
		return nil, fmt.Errorf("evidence: open log key: %w", err)
	}
	ident, err := s.d.Seal.Identity(ctx, org)
	if err != nil {
		return nil, err
	}
	out = append(out, part{name: logChainEntry, data: pemOf(key.Chain)}, part{name: chainEntry, data: pemOf(ident.Chain)})
	crls, err := s.d.Seal.CRLs(ctx)
	if err != nil {
		return nil, fmt.Errorf("evidence: list revocation lists: %w", err)
	}
	for i, crl := range crls {
		out = append(out, part{name: crlEntry(i + 1), data: crl})
	}
	return out, nil
}

func crlEntry(n int) string { return "pki/crl-" + strconv.Itoa(n) + ".crl" }

func pemOf(chain []*x509.Certificate) []byte {
	var b bytes.Buffer
	for _, c := range chain {
		b.Write(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw}))
	}
	return b.Bytes()
}

// open gives a part's bytes.
func (s *Service) open(ctx context.Context, org id.Org, p *part) (io.ReadCloser, error) {
	if p.blob == nil {
		return io.NopCloser(bytes.NewReader(p.data)), nil
	}
	f, err := s.d.Vault.Open(ctx, org, *p.blob)
	if err != nil {
		return nil, fmt.Errorf("evidence: open %s: %w", p.name, err)
	}
	return struct {
		io.Reader
		io.Closer
	}{io.NewSectionReader(f, 0, f.Size()), f}, nil
}

// measure fills in size, checksum and digest, and refuses stored bytes that are not what their row says.
func (s *Service) measure(ctx context.Context, org id.Org, p *part) error {
	r, err := s.open(ctx, org, p)
	if err != nil {
		return err
	}
	defer r.Close()
	crc, sum := crc32.NewIEEE(), sha256.New()
	if p.size, err = io.Copy(io.MultiWriter(crc, sum), r); err != nil {
		return fmt.Errorf("evidence: read %s: %w", p.name, err)
	}
	p.crc, p.sum = crc.Sum32(), sum.Sum(nil)
	if p.blob != nil && !bytes.Equal(p.sum, p.blob.SHA256) {
		return fmt.Errorf("evidence: %s is not what was stored", p.name)
	}
	return nil
}

// storeBundle streams the container into the vault.
func (s *Service) storeBundle(ctx context.Context, org id.Org, parts []part) (envelope.Blob, error) {
	r, w := io.Pipe()
	go func() {
		w.CloseWithError(s.writeBundle(ctx, org, parts, w))
	}()
	blob, err := s.d.Vault.Put(ctx, org, r)
	r.CloseWithError(errors.New("evidence: bundle was not taken"))
	if err != nil {
		return envelope.Blob{}, fmt.Errorf("evidence: store bundle: %w", err)
	}
	return blob, nil
}

func (s *Service) writeBundle(ctx context.Context, org id.Org, parts []part, w io.Writer) error {
	z := &zipWriter{w: w}
	for i := range parts {
		p := &parts[i]
		r, err := s.open(ctx, org, p)
		if err != nil {
			return err
		}
		err = z.add(p.name, p.size, p.crc, r)
		if cerr := r.Close(); err == nil {
			err = cerr
		}
		if err != nil {
			return err
		}
	}
	return z.close()
}
