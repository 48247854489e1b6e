package envelope

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"time"

	"github.com/consigil/consigil/internal/access"
)

// eventContext separates event hashes from every other use of the encoding.
const eventContext = "consigil/event/v1"

// saltSize is the length of the salt that hides an event's personal part.
const saltSize = 32

// Append writes the next event of an envelope and advances e.EventSeq and e.EventHash. The caller holds the
// envelope's lock and updates its row in the same transaction: when the event cannot be written, nothing is.
// facts and personal are encoded as JSON once and kept as those exact bytes; nil stands for an empty object.
func Append(ctx context.Context, tx Tx, e *Envelope, now time.Time, actor access.Actor, typ string, facts, personal any) error {
	f, err := encodePart(facts)
	if err != nil {
		return err
	}
	p, err := encodePart(personal)
	if err != nil {
		return err
	}
	salt := make([]byte, saltSize)
	if _, err := rand.Read(salt); err != nil {
		return fmt.Errorf("envelope: event salt: %w", err)
	}
	ev := Event{
		Envelope: e.ID, Seq: e.EventSeq + 1, Type: typ, At: now, Actor: actor,
		Facts: f, Personal: p, Salt: salt, Prev: e.EventHash, Index: -1,
	}
	ev.Hash = HashEvent(ev)
	if err := tx.InsertEvent(ctx, &ev); err != nil {
		return fmt.Errorf("envelope: append event: %w", err)
	}
	e.EventSeq, e.EventHash, e.UpdatedAt = ev.Seq, ev.Hash, now
	return nil
}

// encodePart gives the JSON of one part of an event, without HTML escapes and without a final newline.
func encodePart(v any) (json.RawMessage, error) {
	if v == nil {
		return json.RawMessage("{}"), nil
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, fmt.Errorf("envelope: encode event: %w", err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// Commitment is what stands for an event's personal part in its hash: SHA-256 over salt and part. Erasing
// both keeps the chain whole.
func Commitment(e Event) []byte {
	h := sha256.New()
	h.Write(e.Salt)
	h.Write(e.Personal)
	return h.Sum(nil)
}

// HashEvent is the event's place in the chain: SHA-256 over a length-prefixed encoding of all its members,
// the personal ones as their commitment, and of its predecessor's hash.
func HashEvent(e Event) []byte {
	return HashEventWith(e, Commitment(e))
}

// HashEventWith is HashEvent for a reader that has only the commitment, as after an erasure.
func HashEventWith(e Event, commitment []byte) []byte {
	sum := sha256.Sum256(encodeList(
		text(eventContext), text(string(e.Envelope)), number(e.Seq), text(e.Type), number(e.At.UnixMicro()),
		text(e.Actor.Kind), text(string(e.Actor.ID)), octets(e.Facts), octets(commitment), octets(e.Prev),
	))
	return sum[:]
}

// The encoding: one type byte, a 32-bit big-endian length, the body. 1 bytes, 2 text, 3 unsigned number of
// 8 bytes, 4 list of a 32-bit count and the items.
func item(kind byte, body []byte) []byte {
	out := make([]byte, 5, 5+len(body))
	out[0] = kind
	binary.BigEndian.PutUint32(out[1:], uint32(len(body)))
	return append(out, body...)
}

func octets(b []byte) []byte { return item(1, b) }
func text(s string) []byte   { return item(2, []byte(s)) }
func number(n int64) []byte  { return item(3, binary.BigEndian.AppendUint64(nil, uint64(n))) }

func encodeList(items ...[]byte) []byte {
	body := binary.BigEndian.AppendUint32(nil, uint32(len(items)))
	for _, it := range items {
		body = append(body, it...)
	}
	return item(4, body)
}
