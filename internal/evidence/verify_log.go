package evidence

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"encoding/json"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/consigil/consigil/internal/envelope"
	"github.com/consigil/consigil/internal/id"
)

// checkChain recomputes every event's hash and the links between them.
func (v *bundleCheck) checkChain() {
	var prev []byte
	for i := range v.events {
		e := &v.events[i]
		if e.Seq != int64(i)+1 {
			v.fail("event_missing", eventsEntry, fmt.Sprintf("Event %d is missing, or events are out of order.", i+1))
			return
		}
		if !bytes.Equal(e.Prev, prev) || !bytes.Equal(e.Hash, rehash(v.manifest.Envelope, e)) {
			v.fail("event_altered", eventsEntry, fmt.Sprintf("Event %d is not the one that was recorded.", e.Seq))
			return
		}
		if e.Personal == nil {
			v.warn("event_erased", eventsEntry, fmt.Sprintf("The personal part of event %d was erased; its commitment stands.", e.Seq))
		} else if !bytes.Equal(e.Commitment, commit(e.Salt, []byte(*e.Personal))) {
			v.fail("event_altered", eventsEntry, fmt.Sprintf("The personal part of event %d is not the one that was recorded.", e.Seq))
			return
		}
		prev = e.Hash
	}
	m := v.manifest.Chain
	if int64(len(v.events)) != m.Events || len(v.events) == 0 || !bytes.Equal(prev, m.Hash) {
		v.fail("event_missing", eventsEntry, "The last event is not the one that the manifest names.")
	}
}

// rehash is the event's hash from its parts.
func rehash(envelopeID id.ID, e *EventRecord) []byte {
	return envelope.HashEventWith(envelope.Event{
		Envelope: envelopeID, Seq: e.Seq, Type: e.Type, At: e.At, Actor: e.Actor, Facts: json.RawMessage(e.Facts), Prev: e.Prev,
	}, e.Commitment)
}

// checkLog: every event stands in the audit log, under a checkpoint that the installation's log key signed and
// that was time-stamped.
func (v *bundleCheck) checkLog() {
	note, ok := v.content(checkpointEntry, maxNoteSize)
	if !ok {
		return
	}
	cp := v.openCheckpoint(note)
	if cp == nil {
		return
	}
	token, ok := v.content(stampEntry, mostSmall)
	if !ok {
		return
	}
	sum := sha256.Sum256(note)
	v.checkToken(token, sum[:], stampEntry)
	var proofs Proofs
	data, ok := v.content(proofsEntry, mostJSON)
	if !ok || !v.decode(proofsEntry, data, &proofs) {
		return
	}
	if proofs.Size != cp.Size || len(proofs.Events) != len(v.events) {
		v.fail("proof", proofsEntry, "There is not exactly one proof for each event.")
		return
	}
	last := int64(-1)
	for i := range proofs.Events {
		p, e := &proofs.Events[i], &v.events[i]
		leaf := tlog.RecordHash(LeafData(EventLeaf, e.Hash))
		placed := e.Index != nil && p.Seq == e.Seq && p.Index == *e.Index && p.Index < cp.Size
		if !placed || tlog.CheckRecord(p.Hashes, cp.Size, cp.Root, p.Index, leaf) != nil {
			v.fail("proof", proofsEntry, fmt.Sprintf("Event %d is not proven to stand in the audit log.", e.Seq))
			return
		}
		if p.Index <= last {
			v.warn("log_order", proofsEntry, fmt.Sprintf("Event %d came into the audit log before its predecessor.", e.Seq))
		}
		last = p.Index
	}
}

// openCheckpoint checks the note's signature and its key's certificate.
func (v *bundleCheck) openCheckpoint(note []byte) *Checkpoint {
	chain := v.certificates(logChainEntry)
	if len(chain) == 0 {
		return nil
	}
	leaf := chain[0]
	if leaf.KeyUsage != x509.KeyUsageDigitalSignature || len(leaf.ExtKeyUsage) > 0 || leaf.IsCA {
		v.fail("log_key", logChainEntry, "The checkpoint's certificate is not one of an audit log.")
		return nil
	}
	cp, _, err := OpenCheckpoint(note, leaf.PublicKey)
	if err != nil {
		v.fail("checkpoint", checkpointEntry, "The audit log's checkpoint is not signed by its key.")
		return nil
	}
	v.checkPath(leaf, v.at, v.at, nil, logChainEntry)
	return cp
}
