package evidence

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/consigil/consigil/signer"
	"golang.org/x/mod/sumdb/tlog"
)

// A checkpoint is a note (C2SP signed-note) whose text is a tlog-checkpoint: origin, size, root hash, then one
// extension line with the time in microseconds. Signature lines are "— name base64(key hash ‖ signature)". The
// signature types are 0x01 (Ed25519 over the text) and 0x02 (ECDSA with SHA-256 over the text, DER).
const (
	sigEd25519 = 0x01
	sigECDSA   = 0x02

	timePrefix  = "time "
	dash        = "\u2014 "
	maxNoteSize = 4096
)

var (
	errNoteForm      = errors.New("evidence: checkpoint is not well formed")
	errNoteSignature = errors.New("evidence: checkpoint is not signed by the log's key")
)

// ErrRolledBack means that the stored log is older than a checkpoint that was already given out, or differs from it.
var ErrRolledBack = errors.New("evidence: the log in the database is not the one that was witnessed: it was rolled back or altered")

func checkpointText(origin string, size int64, root tlog.Hash, at time.Time) string {
	return fmt.Sprintf("%s\n%d\n%s\n%s%d\n", origin, size, base64.StdEncoding.EncodeToString(root[:]), timePrefix, at.UnixMicro())
}

// signCheckpoint makes the note for a tree.
func signCheckpoint(ctx context.Context, key *LogKey, size int64, root tlog.Hash, at time.Time) (Checkpoint, error) {
	text := checkpointText(key.Name, size, root, at)
	kind, alg, err := noteAlgorithm(key.Signer.Public())
	if err != nil {
		return Checkpoint{}, err
	}
	sig, err := key.Signer.Sign(ctx, alg, []byte(text))
	if err != nil {
		return Checkpoint{}, fmt.Errorf("evidence: sign checkpoint: %w", err)
	}
	hash, err := keyHash(key.Name, kind, key.Signer.Public())
	if err != nil {
		return Checkpoint{}, err
	}
	line := dash + key.Name + " " + base64.StdEncoding.EncodeToString(append(hash, sig...)) + "\n"
	return Checkpoint{Size: size, Root: root, At: at, Note: []byte(text + "\n" + line)}, nil
}

func noteAlgorithm(pub crypto.PublicKey) (byte, signer.Algorithm, error) {
	switch pub.(type) {
	case ed25519.PublicKey:
		return sigEd25519, signer.Ed25519, nil
	case *ecdsa.PublicKey:
		return sigECDSA, signer.ECDSASHA256, nil
	}
	return 0, signer.Unknown, fmt.Errorf("evidence: log key of type %T", pub)
}

// keyHash is the four bytes by which a note names a key: of SHA-256 over name, newline, type and key.
func keyHash(name string, kind byte, pub crypto.PublicKey) ([]byte, error) {
	var raw []byte
	switch k := pub.(type) {
	case ed25519.PublicKey:
		raw = k
	default:
		der, err := x509.MarshalPKIXPublicKey(pub)
		if err != nil {
			return nil, fmt.Errorf("evidence: encode log key: %w", err)
		}
		raw = der
	}
	sum := sha256.Sum256(append([]byte(name+"\n"+string([]byte{kind})), raw...))
	return sum[:4], nil
}

// OpenCheckpoint reads a note and checks its signature by one of the keys.
func OpenCheckpoint(note []byte, keys ...crypto.PublicKey) (*Checkpoint, string, error) {
	if len(note) > maxNoteSize {
		return nil, "", errNoteForm
	}
	text, sigs, ok := bytes.Cut(note, []byte("\n\n"))
	if !ok {
		return nil, "", errNoteForm
	}
	text = append(bytes.Clone(text), '\n')
	cp, origin, err := parseCheckpoint(string(text))
	if err != nil {
		return nil, "", err
	}
	for _, key := range keys {
		if signedBy(origin, text, string(sigs), key) {
			cp.Note = bytes.Clone(note)
			return cp, origin, nil
		}
	}
	return nil, "", errNoteSignature
}

func parseCheckpoint(text string) (*Checkpoint, string, error) {
	lines := strings.Split(text, "\n")
	if len(lines) != 5 || lines[0] == "" || lines[4] != "" || !strings.HasPrefix(lines[3], timePrefix) {
		return nil, "", errNoteForm
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 0 || lines[1] != strconv.FormatInt(size, 10) {
		return nil, "", errNoteForm
	}
	root, err := base64.StdEncoding.Strict().DecodeString(lines[2])
	if err != nil || len(root) != tlog.HashSize {
		return nil, "", errNoteForm
	}
	micros, err := strconv.ParseInt(lines[3][len(timePrefix):], 10, 64)
	if err != nil {
		return nil, "", errNoteForm
	}
	cp := &Checkpoint{Size: size, At: time.UnixMicro(micros).UTC()}
	copy(cp.Root[:], root)
	if checkpointText(lines[0], cp.Size, cp.Root, cp.At) != text {
		return nil, "", errNoteForm
	}
	return cp, lines[0], nil
}

// signedBy looks for the one signature line of the key. Every line has to be well formed.
func signedBy(origin string, text []byte, sigs string, key crypto.PublicKey) bool {
	kind, alg, err := noteAlgorithm(key)
	if err != nil {
		return false
	}
	want, err := keyHash(origin, kind, key)
	if err != nil {
		return false
	}
	line, ok := strings.CutSuffix(sigs, "\n")
	body, named := strings.CutPrefix(line, dash+origin+" ")
	if !ok || !named {
		return false
	}
	raw, err := base64.StdEncoding.Strict().DecodeString(body)
	if err != nil || len(raw) < 5 || binary.BigEndian.Uint32(raw) != binary.BigEndian.Uint32(want) {
		return false
	}
	return signer.Verify(key, alg, text, raw[4:]) == nil
}
