// Package pades signs PDF files to the PAdES baseline (ETSI EN 319 142-1):
// Prepare lays the increment out and says which bytes to sign, whoever holds
// the key signs them, Finish embeds the result and its time stamp.
//
// It holds no key and opens no connection. What a file's signatures are worth
// is package validate's question; which level their bytes reach is answered
// here.
package pades

import (
	"crypto"
	"crypto/x509"
	"errors"
	"fmt"
	"time"

	"github.com/consigil/consigil/pdf"
	"github.com/consigil/consigil/pki"
	"github.com/consigil/consigil/signer"
)

// Level is a PAdES baseline level, or what a signature has instead of one.
type Level string

// The levels, from ETSI EN 319 142-1 section 6.
const (
	LevelNone Level = ""      // not a signature whose level can be told
	LevelB    Level = "B-B"   // signed attributes and the certificate
	LevelT    Level = "B-T"   // and a time stamp over the signature value
	LevelLT   Level = "B-LT"  // and the material to validate it later
	LevelLTA  Level = "B-LTA" // and a time stamp over all of that

	// The same parts around a signature that is CMS but not PAdES.
	LevelPKCS7B   Level = "PKCS7-B"
	LevelPKCS7T   Level = "PKCS7-T"
	LevelPKCS7LT  Level = "PKCS7-LT"
	LevelPKCS7LTA Level = "PKCS7-LTA"
)

// Errors that a caller can act on.
var (
	ErrChanged     = errors.New("file is not the one that was prepared")
	ErrSignature   = errors.New("signature value does not fit the certificate and the prepared attributes")
	ErrField       = errors.New("signature field cannot be used")
	ErrNotAllowed  = errors.New("an earlier signature does not allow another one")
	ErrSeed        = errors.New("the field asks for another kind of signature")
	ErrPermission  = errors.New("the file is encrypted and its permissions do not allow a signature; the owner password does")
	ErrTimestamp   = errors.New("time stamp cannot be used")
	ErrNoAuthority = errors.New("no time-stamp authority was given")

	ErrNoPages      = errors.New("file has no pages")
	ErrOldTimestamp = errors.New("time stamp is older than what it stamps")
)

// OverflowError says that the signature is larger than the room that was
// prepared for it. Prepare again with Options.Reserve = Need.
type OverflowError struct {
	Have, Need int // bytes of DER
}

func (e *OverflowError) Error() string {
	return fmt.Sprintf("pades: signature of %d bytes does not fit into %d", e.Need, e.Have)
}

// Lock is what a signature forbids those who come after it.
type Lock int

// The locks of ISO 32000-2 section 12.8.2.4 (FieldMDP).
const (
	LockNone    Lock = iota // nothing
	LockAll                 // changing the value of any field; at B-LTA written as LockInclude of those that are there
	LockInclude             // of the fields that Options.LockFields names
	LockExclude             // of all others
)

// Certification makes a signature the certification of its document and says what
// may follow it (DocMDP, ISO 32000-2 section 12.8.2.2).
type Certification int

// The certifications. Time stamps and validation data may follow each of them;
// some viewers take NoChanges literally and mind even those.
const (
	CertifyNone     Certification = iota // an approval signature
	CertifyNoChange                      // P 1: nothing
	CertifyForms                         // P 2: filling in forms, and signatures
	CertifyComments                      // P 3: comments as well
)

// Options say what kind of signature to prepare.
type Options struct {
	FieldName   string              // an empty field to use, or the name of a new one (in a file that bears signatures, with "_" for "."); empty makes a name
	Certificate *x509.Certificate   // the signer's; required
	Chain       []*x509.Certificate // issuers to carry along, in any order
	Digest      crypto.Hash         // over the file; 0 follows Algorithm
	Algorithm   signer.Algorithm    // 0 follows the certificate's key and Digest
	Level       Level               // LevelB, LevelT, LevelLT or LevelLTA; empty is LevelB
	Collector   *pki.Collector      // finds what B-LT keeps; for Sign, required from there on

	Name, Reason, Location, Contact string    // of the signature dictionary, none required
	Time                            time.Time // claimed signing time (/M); required

	AllowExpired bool // sign with a certificate that is not valid at Time
	AllowUsage   bool // sign with a certificate whose key usage is another

	Certify    Certification // only for the first signature of a file
	Lock       Lock
	LockFields []string                // full names, for LockInclude and LockExclude
	LockKnown  bool                    // refuse names in LockFields that nothing in the file bears
	CMS        bool                    // a plain CMS signature (adbe.pkcs7.detached) instead of PAdES; its level is PKCS7-*
	Adapt      bool                    // digest and CMS may follow what the field's seed values ask for
	Visible    *Visible                // nil makes an invisible signature
	Amend      func(*pdf.Update) error // adds to the same increment, such as values of the signer's own fields

	Reserve       int    // bytes kept for the CMS; 0 computes it from the chain and TimestampSize
	TimestampSize int    // bytes of the largest token seen from this authority; 0 assumes a generous one
	Password      string // of an encrypted file

	Recipient pdf.Recipient // opens a file that was encrypted for certificates

	signedBefore bool // the file bears signatures; found by Prepare
	certified    bool // one of them is a certification
	lockedBefore bool // one of them locks fields
}

// Prepared is a signature that waits for its value. It can be stored as JSON
// and finished by another process; it is good for one file, one time.
type Prepared struct {
	FileSHA256  []byte           `json:"file_sha256"` // of the file before signing
	FileSize    int64            `json:"file_size"`   // bytes
	Increment   []byte           `json:"increment"`   // appended to the file, with the room for the CMS
	ByteRange   [4]int64         `json:"byte_range"`
	Digest      crypto.Hash      `json:"digest"`
	Algorithm   signer.Algorithm `json:"algorithm"`
	Attributes  []byte           `json:"attributes"`    // DER of the signed attributes, a SET OF
	Certificate []byte           `json:"certificate"`   // DER
	Chain       [][]byte         `json:"chain"`         // DER
	Field       string           `json:"field"`         // full name
	Level       Level            `json:"level"`         // asked for
	TokenSize   int              `json:"token_size"`    // bytes of room kept for a token
	CMS         bool             `json:"cms,omitempty"` // plain CMS, not PAdES

	// MessageDigest is that of the byte ranges: what a service signs that makes
	// the CMS itself.
	MessageDigest []byte `json:"message_digest"`

	parsed      []*x509.Certificate // Certificate and Chain, where they need no parsing again
	access      pdf.Options         // to an encrypted file, for what comes after the signature
	SigningTime time.Time           `json:"signing_time"` // claimed
}

// Result describes a finished file.
type Result struct {
	Level         Level     // reached, from the bytes
	Field         string    // full name
	Size          int64     // bytes of the whole file
	SHA256        []byte    // of the whole file
	ByteRange     [4]int64  // signed ranges
	Token         []byte    // DER of the time-stamp token; nil at LevelB
	TimestampTime time.Time // from the token
	CMSSize       int       // bytes of DER, of the room that Reserve gave
	Algorithm     signer.Algorithm

	DocumentTimestamps []time.Time // of those that B-LTA added
}

// ToBeSigned returns the bytes that the key signs, with p.Algorithm.
func (p *Prepared) ToBeSigned() []byte { return p.Attributes }
