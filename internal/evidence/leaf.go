package evidence

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"time"

	"github.com/consigil/consigil/internal/access"
	"golang.org/x/mod/sumdb/tlog"
)

const (
	leafContext  = "consigil/leaf/v1"
	auditContext = "consigil/audit/v1"
	saltSize     = 32
)

// LeafData is what the log hashes for a row: context, kind and the row's hash. The row's hash already binds
// organization or envelope, number and content; the leaf shows none of it.
func LeafData(kind Kind, hash []byte) []byte {
	return encodeList(textItem(leafContext), textItem(string(kind)), bytesItem(hash))
}

func leafHash(l Leaf) tlog.Hash { return tlog.RecordHash(LeafData(l.Kind, l.Hash)) }

// HashAudit is the hash of a row of the staff audit, the personal part as a salted commitment.
func HashAudit(a *AuditEntry) []byte {
	sum := sha256.Sum256(encodeList(
		textItem(auditContext), textItem(string(a.Org)), textItem(string(a.ID)), numberItem(a.At.UnixMicro()),
		textItem(a.Actor.Kind), textItem(string(a.Actor.ID)), textItem(a.Operation), textItem(a.Outcome),
		textItem(string(a.Envelope)), bytesItem(a.Facts), bytesItem(commit(a.Salt, a.Personal)),
	))
	return sum[:]
}

// commit hides a personal part: SHA-256 over salt and part.
func commit(salt, personal []byte) []byte {
	h := sha256.New()
	h.Write(salt)
	h.Write(personal)
	return h.Sum(nil)
}

// fill completes an audit row: part encodings, salt, time and hash.
func (a *AuditEntry) fill(now time.Time) error {
	a.At, a.Index = now, -1
	if len(a.Facts) == 0 {
		a.Facts = json.RawMessage("{}")
	}
	if len(a.Personal) == 0 {
		a.Personal = json.RawMessage("{}")
	}
	a.Salt = make([]byte, saltSize)
	if _, err := rand.Read(a.Salt); err != nil {
		return fmt.Errorf("evidence: audit salt: %w", err)
	}
	if a.Actor == (access.Actor{}) {
		a.Actor = access.System
	}
	a.Hash = HashAudit(a)
	return nil
}

// The encoding is the one of event hashes: one type byte, a 32-bit big-endian length, the body. 1 bytes, 2 text,
// 3 unsigned number of 8 bytes, 4 list of a 32-bit count and the items.
func encodeItem(kind byte, body []byte) []byte {
	out := make([]byte, 5, 5+len(body))
	out[0] = kind
	binary.BigEndian.PutUint32(out[1:], uint32(len(body)))
	return append(out, body...)
}

func bytesItem(b []byte) []byte { return encodeItem(1, b) }
func textItem(s string) []byte  { return encodeItem(2, []byte(s)) }
func numberItem(n int64) []byte { return encodeItem(3, binary.BigEndian.AppendUint64(nil, uint64(n))) }

func encodeList(items ...[]byte) []byte {
	body := binary.BigEndian.AppendUint32(nil, uint32(len(items)))
	for _, it := range items {
		body = append(body, it...)
	}
	return encodeItem(4, body)
}
