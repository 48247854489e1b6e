package pki

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/binary"
	"fmt"
	"sync"
)

// Checks remembers which signatures were verified, and how that ended, so that
// whoever looks at the same certificates, lists and answers from several sides
// verifies each once. Nothing but the signed bytes, the signature and the key
// decides, so that one may serve for as long as a process lives; see Fork. A nil
// *Checks remembers nothing.
type Checks struct {
	*verdicts
	tried map[trial]bool // of Holdings that share the objects, in one goroutine: nothing is hashed for those
}

// verdicts are how verifications ended, by all that went into them.
type verdicts struct {
	mu   sync.Mutex
	seen map[[sha256.Size]byte]error

	names map[string]string // nameKey of names
}

// trial is a signed structure and whose key it was tried with.
type trial struct {
	signed any
	by     *x509.Certificate
}

// NewChecks remembers nothing yet.
func NewChecks() *Checks {
	return &Checks{verdicts: &verdicts{seen: map[[sha256.Size]byte]error{}, names: map[string]string{}}, tried: map[trial]bool{}}
}

// Fork shares what is remembered with one piece of work, such as one document. It
// may be used beside others; each Fork by one goroutine at a time.
func (c *Checks) Fork() *Checks {
	if c == nil {
		return NewChecks()
	}
	return &Checks{verdicts: c.verdicts, tried: map[trial]bool{}}
}

// maxChecks bounds the memory of one Checks, which then begins anew: about a
// megabyte.
const maxChecks = 1 << 14

func (c *Checks) verify(issuer *x509.Certificate, identifier, signed, sig []byte) error {
	if c == nil {
		return verifySigned(issuer, identifier, signed, sig)
	}
	key := checkKey(issuer.RawSubjectPublicKeyInfo, identifier, signed, sig)
	c.mu.Lock()
	err, known := c.seen[key]
	c.mu.Unlock()
	if known {
		return err
	}
	err = verifySigned(issuer, identifier, signed, sig)
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.seen) == maxChecks {
		clear(c.seen)
	}
	c.seen[key] = err
	return err
}

// maxNames bounds the names that are remembered, of a few hundred bytes each.
const maxNames = 1 << 10

// nameKey is the function of that name; the same few names are asked for again and
// again.
func (c *Checks) nameKey(raw []byte) string {
	if c == nil || len(raw) > maxName {
		return nameKey(raw)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	key, known := c.names[string(raw)]
	if known {
		return key
	}
	if len(c.names) == maxNames {
		clear(c.names)
	}
	key = nameKey(raw)
	c.names[string(raw)] = key
	return key
}

// maxName is the longest name that is remembered, bytes.
const maxName = 1 << 10

// checkKey names a verification by all that goes into it.
func checkKey(parts ...[]byte) (key [sha256.Size]byte) {
	h := sha256.New()
	var length [8]byte
	for _, p := range parts {
		binary.BigEndian.PutUint64(length[:], uint64(len(p)))
		h.Write(length[:])
		h.Write(p)
	}
	h.Sum(key[:0])
	return key
}

func (c *Checks) certificate(child, parent *x509.Certificate) error {
	identifier, err := signatureIdentifier(child.Raw)
	if err != nil {
		return err
	}
	if err := c.verify(parent, identifier, child.RawTBSCertificate, child.Signature); err != nil {
		return fmt.Errorf("%w: %w", ErrSignature, err)
	}
	return nil
}
