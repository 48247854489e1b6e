// Package vectors publishes test vectors for whoever implements the same
// formats: encodings, CMS signatures and timestamp requests, each with the
// outcome that the standards ask for. All octets are hexadecimal.
//
// It is not a test of this library alone, and holds no private keys: the
// library's own tests hold it to the vectors.
package vectors

import (
	"embed"
	"encoding/json"
	"fmt"
)

//go:embed *.json
var files embed.FS // embedded, and read only

// Encoding is an input and the DER that it must become.
type Encoding struct {
	Name   string `json:"name"`
	Input  string `json:"input"`
	Output string `json:"output,omitempty"` // empty where the input must be refused
	Strict bool   `json:"strict,omitempty"` // the input is DER already
}

// Signature is a detached CMS signature over a content.
type Signature struct {
	Name    string `json:"name"`
	Content string `json:"content"`
	CMS     string `json:"cms"`
	// Outcome is "good", "malformed", "many_signers", "no_certificate",
	// "attributes", "digest", "signature", "algorithm", "algorithm_mismatch" or
	// "signing_certificate".
	Outcome string `json:"outcome"`
	Binding int    `json:"binding,omitempty"` // version of the signing-certificate attribute
	Note    string `json:"note"`              // the rule, with its source
}

// Request is a TimeStampReq and what an authority does with it.
type Request struct {
	Name    string `json:"name"`
	Request string `json:"request"`
	Failure string `json:"failure,omitempty"` // PKIFailureInfo; empty where it is granted
	Hash    string `json:"hash,omitempty"`
	Imprint string `json:"imprint,omitempty"`
	Nonce   string `json:"nonce,omitempty"` // decimal
	CertReq bool   `json:"cert_req,omitempty"`
	Policy  string `json:"policy,omitempty"`
}

// Encodings are the vectors of BER that is tolerated, and that is not.
func Encodings() ([]Encoding, error) { return load[Encoding]("encodings.json") }

// Signatures are the vectors of CMS signatures.
func Signatures() ([]Signature, error) { return load[Signature]("signatures.json") }

// Requests are the vectors of timestamp requests.
func Requests() ([]Request, error) { return load[Request]("requests.json") }

func load[T any](name string) ([]T, error) {
	raw, err := files.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("vectors: read: %w", err)
	}
	var out []T
	if err := json.Unmarshal(raw, &out); err != nil {
		return nil, fmt.Errorf("vectors: read %s: %w", name, err)
	}
	return out, nil
}
