// Package validate says what the signatures of a PDF file are worth, in the
// words of ETSI EN 319 102-1. It first gathers evidence (revisions, CMS,
// certificates, time stamps, revocation data) and then judges it, one check a
// file; a check never fetches, and fetching never judges.
//
// TOTAL_PASSED means that integrity, signature value, signing certificate,
// chain at token time, time stamp and revocation all passed. Changes made
// after a signature are listed as warnings and not judged.
package validate

import (
	"context"
	"crypto"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/consigil/consigil/pdf"
	"github.com/consigil/consigil/pdf/form"
)

// Indication is the main result of ETSI EN 319 102-1 section 5.
type Indication string

// The indications.
const (
	TotalPassed   Indication = "TOTAL_PASSED"
	TotalFailed   Indication = "TOTAL_FAILED"
	Indeterminate Indication = "INDETERMINATE"
)

// SubIndication says why a signature did not pass.
type SubIndication string

// The sub-indications that this package gives.
const (
	FormatFailure              SubIndication = "FORMAT_FAILURE"
	HashFailure                SubIndication = "HASH_FAILURE"
	SigCryptoFailure           SubIndication = "SIG_CRYPTO_FAILURE"
	Revoked                    SubIndication = "REVOKED"
	Expired                    SubIndication = "EXPIRED"
	NotYetValid                SubIndication = "NOT_YET_VALID"
	SigConstraintsFailure      SubIndication = "SIG_CONSTRAINTS_FAILURE"
	ChainConstraintsFailure    SubIndication = "CHAIN_CONSTRAINTS_FAILURE"
	ChainGeneralFailure        SubIndication = "CERTIFICATE_CHAIN_GENERAL_FAILURE"
	CryptoConstraintsFailure   SubIndication = "CRYPTO_CONSTRAINTS_FAILURE"
	TimestampOrderFailure      SubIndication = "TIMESTAMP_ORDER_FAILURE"
	NoSigningCertificateFound  SubIndication = "NO_SIGNING_CERTIFICATE_FOUND"
	NoCertificateChainFound    SubIndication = "NO_CERTIFICATE_CHAIN_FOUND"
	RevokedNoPOE               SubIndication = "REVOKED_NO_POE"
	RevokedCANoPOE             SubIndication = "REVOKED_CA_NO_POE"
	OutOfBoundsNoPOE           SubIndication = "OUT_OF_BOUNDS_NO_POE"
	OutOfBoundsNotRevoked      SubIndication = "OUT_OF_BOUNDS_NOT_REVOKED"
	RevocationOutOfBoundsNoPOE SubIndication = "REVOCATION_OUT_OF_BOUNDS_NO_POE"
	NoPOE                      SubIndication = "NO_POE"
	TryLater                   SubIndication = "TRY_LATER"
	SignedDataNotFound         SubIndication = "SIGNED_DATA_NOT_FOUND"
)

// ErrUnreadable is wrapped by File where the bytes cannot be read as a PDF.
var ErrUnreadable = errors.New("file cannot be read as a PDF")

// Fetcher gets what a file does not carry. OCSP and CRL are asked only for
// certificates that chain to an anchor; OCSP sends the DER request and returns
// the response unjudged.
type Fetcher interface {
	OCSP(ctx context.Context, address string, request []byte) ([]byte, error)
	CRL(ctx context.Context, address string) ([]byte, error)
	Certificates(ctx context.Context, address string) ([]*x509.Certificate, error)
}

// Options are what the caller knows and trusts.
type Options struct {
	Anchors      []*x509.Certificate // trusted roots; with none nothing passes
	Certificates []*x509.Certificate // further issuers
	CRLs         [][]byte            // DER, carried by the caller
	Fetcher      Fetcher             // nil stays offline
	Now          time.Time           // validation time; required
	Password     string              // of an encrypted file
	Recipient    pdf.Recipient       // opens a file that was encrypted for certificates
}

// Report is what File found. Its JSON form is a line of "verify --json" once
// the file's name is added.
type Report struct {
	Signatures []Signature `json:"signatures" nullable:"false"`
	Timestamps []Timestamp `json:"document_timestamps" nullable:"false"` // of the document as a whole
}

// Signature is the verdict on one signature.
type Signature struct {
	Field         string        `json:"field"`
	Format        string        `json:"format"` // PAdES-BASELINE-T, PKCS7-B, …
	Level         string        `json:"level"`  // its own: B-B, B-T, B-LT, B-LTA, PKCS7-B, …; empty where it is none
	Indication    Indication    `json:"indication"`
	SubIndication SubIndication `json:"sub_indication,omitempty"`
	Intact        bool          `json:"intact"`                 // digest and signature value fit
	Coverage      string        `json:"coverage"`               // entire_file, revision or unclear
	SigningTime   *time.Time    `json:"signing_time,omitempty"` // claimed by the signer
	Certificate   *Certificate  `json:"certificate,omitempty"`
	Timestamps    []Timestamp   `json:"timestamps" nullable:"false"`
	Errors        []Message     `json:"errors" nullable:"false"`
	Warnings      []Message     `json:"warnings" nullable:"false"`
}

// Certificate names a certificate.
type Certificate struct {
	Subject   string    `json:"subject"`
	Issuer    string    `json:"issuer"`
	Serial    string    `json:"serial"` // hexadecimal
	NotBefore time.Time `json:"not_before"`
	NotAfter  time.Time `json:"not_after"`
	SHA256    string    `json:"sha256"` // hexadecimal, of the DER
}

// Timestamp is one token of a signature.
type Timestamp struct {
	Kind        string       `json:"kind"`            // signature or document
	Field       string       `json:"field,omitempty"` // of a document time stamp
	Time        time.Time    `json:"time"`
	Valid       bool         `json:"valid"` // imprint, signature, chain and revocation passed
	Certificate *Certificate `json:"certificate,omitempty"`
}

// Message is one finding. Code is stable, Text is for people.
type Message struct {
	Code string `json:"code"`
	Text string `json:"text"`
}

// File validates every signature of a PDF file. The error is for files that
// cannot be read and for cancelled contexts; a file without signatures gives an
// empty report. A document time stamp counts for the signatures that it covers.
func File(ctx context.Context, src io.ReaderAt, size int64, opt Options) (*Report, error) {
	if opt.Now.IsZero() {
		return nil, errors.New("validate: no validation time")
	}
	file, damaged, err := open(src, size, opt)
	if err != nil {
		return nil, fmt.Errorf("validate: %w", err)
	}
	list, err := form.Signatures(file)
	if err != nil {
		return nil, fmt.Errorf("validate: %w: %w", ErrUnreadable, err)
	}
	if damaged {
		return damagedReport(list), nil
	}
	g := &gatherer{ctx: ctx, file: file, src: src, opt: opt, world: newWorld(opt), ahead: map[crypto.Hash]prefix{}}
	found, err := g.all(list)
	if err != nil {
		return nil, fmt.Errorf("validate: %w", err)
	}
	r := report(found)
	if len(r.Signatures) == 0 && g.signatureInTail() {
		return damagedReport([]form.Signature{{}}), nil
	}
	return r, nil
}

func newReport() *Report { return &Report{Signatures: []Signature{}, Timestamps: []Timestamp{}} }

func report(found []*evidence) *Report {
	r := newReport()
	for i, e := range found {
		if e.stamp && !e.brokenStamp() {
			r.Timestamps = append(r.Timestamps, describeStamp(e))
			continue
		}
		s := judge(e)
		for _, later := range found[i+1:] {
			if later.stamp && !later.brokenStamp() {
				s.Timestamps = append(s.Timestamps, describeStamp(later))
			}
		}
		r.Signatures = append(r.Signatures, s)
	}
	return r
}

// damagedReport is for a file that had to be repaired to be read: no signature
// in there says what it covers.
func damagedReport(list []form.Signature) *Report {
	r := newReport()
	for _, s := range list {
		if s.UsageRights {
			continue
		}
		out := describe(&evidence{sig: s})
		out.take(failed(FormatFailure, "damaged", "The file's structure is damaged."))
		r.Signatures = append(r.Signatures, out)
	}
	return r
}
