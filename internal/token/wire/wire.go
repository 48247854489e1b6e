// Package wire is the protocol between the program and consigil-pkcs11, the helper that loads a PKCS#11 module: frames
// on standard input and output, one message each. It knows no module and starts nothing.
//
// A frame is the protocol's version (1 byte), a length (4 bytes, big endian, at most MaxFrame) and that many bytes of
// JSON. Each message has exactly one spelling: what is not byte for byte what this package would write is refused, so
// unknown, repeated and misspelt members are. The helper speaks first (Hello); then each Request has one Response of
// its ID, in any order.
package wire

import (
	"bytes"
	"crypto"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// Version is that of the protocol. A helper of another version is refused.
const Version = 1

// MaxFrame bounds a message, bytes: a token's certificates fit, a mistake does not cost memory.
const MaxFrame = 4 << 20

// ErrMalformed reports bytes that are no message of this protocol.
var ErrMalformed = errors.New("token: malformed message of the PKCS#11 helper's protocol")

// Op names what is asked for.
type Op string

// The operations.
const (
	OpTokens      Op = "tokens"      // every token of the module
	OpLogin       Op = "login"       // hands over the PIN and logs in
	OpKeys        Op = "keys"        // keys and certificates of one token
	OpSign        Op = "sign"        // one signature
	OpGenerate    Op = "generate"    // a key pair under a fresh id; asked again, the same one
	OpCertificate Op = "certificate" // stores a certificate beside its key
	OpHealth      Op = "health"      // the token is there and lets us in
)

// Scheme names a signature without its hash.
type Scheme string

// The schemes.
const (
	PKCS1 Scheme = "rsa-pkcs1"
	PSS   Scheme = "rsa-pss"
	ECDSA Scheme = "ecdsa"
	EdDSA Scheme = "eddsa"
)

// HashOf is the hash of a name in a request, or zero: those that this program signs with and no weaker one.
func HashOf(name string) crypto.Hash {
	for _, h := range []crypto.Hash{crypto.SHA256, crypto.SHA384, crypto.SHA512, crypto.SHA3_256, crypto.SHA3_384, crypto.SHA3_512} {
		if h.String() == name {
			return h
		}
	}
	return 0
}

// Hello is the helper's first message.
type Hello struct {
	Library string `json:"library,omitempty"` // what the module calls itself
	Error   *Error `json:"error,omitempty"`   // the module cannot be used, and the helper has ended
}

// Selector chooses a token; empty members match any.
type Selector struct {
	Label        string  `json:"label,omitempty"`
	Serial       string  `json:"serial,omitempty"`
	Manufacturer string  `json:"manufacturer,omitempty"`
	Model        string  `json:"model,omitempty"`
	Slot         *uint64 `json:"slot,omitempty"`
}

// Object names a key or a certificate on the token.
type Object struct {
	ID    []byte `json:"id,omitempty"`    // CKA_ID
	Label string `json:"label,omitempty"` // CKA_LABEL
}

// Request asks for one operation.
type Request struct {
	ID     uint64   `json:"id"`
	Op     Op       `json:"op"`
	Token  Selector `json:"token"`
	Object Object   `json:"object"`

	PIN    []byte `json:"pin,omitempty"`    // OpLogin
	Scheme Scheme `json:"scheme,omitempty"` // OpSign
	Hash   string `json:"hash,omitempty"`   // OpSign: crypto.Hash's name; empty for EdDSA
	Data   []byte `json:"data,omitempty"`   // OpSign: digest, for EdDSA the message; OpCertificate: DER
	Kind   string `json:"kind,omitempty"`   // OpGenerate: "RSA-2048", "P-256", "Ed25519", ...
}

// Response answers a request.
type Response struct {
	ID           uint64        `json:"id"`
	Error        *Error        `json:"error,omitempty"`
	Tokens       []Token       `json:"tokens,omitempty"`
	Keys         []Key         `json:"keys,omitempty"`
	Certificates []Certificate `json:"certificates,omitempty"`
	Signature    []byte        `json:"signature,omitempty"` // as CMS carries it: ECDSA in DER
}

// Token describes a token.
type Token struct {
	Slot          uint64   `json:"slot"`
	Label         string   `json:"label"`
	Serial        string   `json:"serial"`
	Manufacturer  string   `json:"manufacturer"`
	Model         string   `json:"model"`
	Initialized   bool     `json:"initialized"`
	LoginRequired bool     `json:"login_required"`
	PINPad        bool     `json:"pin_pad"`
	PINLow        bool     `json:"pin_low"`       // a wrong PIN was entered since the last right one
	PINFinalTry   bool     `json:"pin_final_try"` // the next wrong PIN locks the token
	PINLocked     bool     `json:"pin_locked"`
	Schemes       []Scheme `json:"schemes"`
}

// Key describes a key pair.
type Key struct {
	Object
	Kind               string   `json:"kind"`             // "RSA-2048", "P-256", ...; empty where this program cannot use it
	Public             []byte   `json:"public,omitempty"` // SubjectPublicKeyInfo, DER; empty where the token does not tell
	Private            bool     `json:"private"`          // the private key was seen: that needs a login
	CanSign            bool     `json:"can_sign"`         // the token lets it sign
	AlwaysAuthenticate bool     `json:"always_authenticate"`
	Schemes            []Scheme `json:"schemes"` // that key and token can do
}

// Certificate is one on the token.
type Certificate struct {
	Object
	DER []byte `json:"der"`
}

// Code says what kind of failure an Error is.
type Code string

// The kinds of failure.
const (
	CodeRequest     Code = "request"     // the request makes no sense
	CodePIN         Code = "pin"         // the PIN is wrong
	CodePINNeeded   Code = "pin_needed"  // none was handed over
	CodeFinalTry    Code = "final_try"   // one try is left: it is not taken
	CodeLocked      Code = "locked"      // the token is locked
	CodeNoToken     Code = "no_token"    // no such token
	CodeNoKey       Code = "no_key"      // no such key
	CodeAmbiguous   Code = "ambiguous"   // several tokens or keys
	CodeUnsupported Code = "unsupported" // token or key cannot do it
	CodeGone        Code = "gone"        // the token went away; it may come back
	CodeToken       Code = "token"       // the token failed otherwise
	CodeFull        Code = "full"        // no room on the token, or it is read-only
	CodeBusy        Code = "busy"        // no session to be had
	CodeRefused     Code = "refused"     // the token does not let this user do it
	CodeModule      Code = "module"      // the module cannot be used
)

// Error is a failure. Its text never holds a PIN.
type Error struct {
	Code Code   `json:"code"`
	Text string `json:"text"`
}

// Error is the text.
func (e *Error) Error() string { return e.Text }

// Write sends one message. A write is one call of w.Write.
func Write(w io.Writer, message any) error {
	body, err := json.Marshal(message)
	if err != nil {
		return fmt.Errorf("token: encode: %w", err)
	}
	if len(body) > MaxFrame {
		return fmt.Errorf("token: message of %d bytes is too large", len(body))
	}
	frame := make([]byte, 5, 5+len(body))
	frame[0] = Version
	binary.BigEndian.PutUint32(frame[1:], uint32(len(body)))
	frame = append(frame, body...)
	clear(body) // it may have held a PIN
	_, err = w.Write(frame)
	clear(frame)
	return err
}

// Read reads one message. It is io.EOF where the other side has ended between two messages; what is no message wraps
// ErrMalformed.
func Read(r io.Reader, message any) error {
	var head [5]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return err
	}
	n := binary.BigEndian.Uint32(head[1:])
	if head[0] != Version {
		return fmt.Errorf("%w: version %d, this is %d", ErrMalformed, head[0], Version)
	}
	if n > MaxFrame {
		return fmt.Errorf("%w: %d bytes, at most %d", ErrMalformed, n, MaxFrame)
	}
	body := make([]byte, n)
	defer clear(body)
	if _, err := io.ReadFull(r, body); err != nil {
		return io.ErrUnexpectedEOF
	}
	return decode(body, message)
}

// decode accepts the one spelling of a message.
func decode(body []byte, message any) error {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(message); err != nil {
		return ErrMalformed // the decoder's own words may repeat what it read
	}
	again, err := json.Marshal(message)
	defer clear(again)
	if err != nil || !bytes.Equal(again, body) {
		return fmt.Errorf("%w: not in the one spelling", ErrMalformed)
	}
	return nil
}
