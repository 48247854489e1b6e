// Package secret keeps things confidential at rest: a key-encryption key from a file wraps one key for each
// organization, which wraps one key for each envelope and each blob. Every ciphertext names the key that opens
// it, so that rotation re-wraps without guessing, and is bound to the place it was written for. It knows no
// database and no blob store; sealing, in the sense of signing, is not its business.
package secret

import (
	"encoding/binary"
	"errors"

	"github.com/consigil/consigil/internal/id"
)

// ErrOpen says that a ciphertext is not what it claims to be: altered, moved to another place, or of another key.
var ErrOpen = errors.New("secret: ciphertext does not open")

// ErrUnknownKey says that the key which a ciphertext names is not in the set: rotated away or erased.
var ErrUnknownKey = errors.New("secret: key is not known")

// Ref says what a ciphertext is for. It is authenticated and not stored: a value that was copied into another
// row, column or organization does not open there.
type Ref struct {
	Purpose string // "column", "key", "blob", ...
	Org     id.Org // empty: of the installation itself
	Table   string
	Row     string
	Column  string
}

// bytes encodes the reference without ambiguity: each part follows its length.
func (r Ref) bytes() []byte {
	var out []byte
	for _, part := range []string{r.Purpose, string(r.Org), r.Table, r.Row, r.Column} {
		out = binary.BigEndian.AppendUint32(out, uint32(len(part)))
		out = append(out, part...)
	}
	return out
}
