package pdf

import (
	"crypto/sha1"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
)

// Recipient opens what a file's author encrypted for one certificate: CMS
// EnvelopedData, in BER. See cms.Recipient.
type Recipient interface {
	OpenEnvelope(ber []byte) ([]byte, error)
}

// maxEnvelopes is how many envelopes of one crypt filter are looked at.
const maxEnvelopes = 1024

// seedSize is the octets of the secret in an envelope; four of permissions
// follow it.
const seedSize = 20

// publicCrypt opens a public-key security handler (ISO 32000, 7.6.5).
func (f *File) publicCrypt(d Dict) (*crypt, error) {
	p := &publicHandler{file: f, dict: d, crypt: &crypt{metadata: true}}
	v, _ := f.directInt(d["V"])
	var err error
	switch v {
	case 1, 2:
		var all cryptFilter
		if all, err = p.load(methodRC4, d); err == nil {
			p.crypt.uniform(all)
		}
	case 4, 5, 6:
		err = f.readCryptFilters(d, p.crypt, p.load)
	default:
		err = &UnsupportedError{Feature: "encryption version"}
	}
	if err == nil && p.crypt.closed() {
		err = p.refused
	}
	return p.crypt, err
}

// publicHandler is what reading its filters needs.
type publicHandler struct {
	file    *File
	dict    Dict
	crypt   *crypt
	refused error // why a filter stays locked
}

// load finds the key of a filter (ISO 32000, 7.6.5.3). One that is meant for
// others stays locked.
func (p *publicHandler) load(m method, filter Dict) (cryptFilter, error) {
	if m == methodIdentity {
		return cryptFilter{}, nil
	}
	envelopes, err := p.envelopes(filter)
	if err != nil {
		return cryptFilter{}, err
	}
	size, err := p.keySize(m, filter)
	if err != nil {
		return cryptFilter{}, err
	}
	secret, err := p.open(envelopes)
	if err != nil {
		p.refused = err
		return cryptFilter{method: m, locked: true}, nil
	}
	if len(secret) >= seedSize+4 {
		granted := binary.BigEndian.Uint32(secret[seedSize:])
		p.crypt.permissions, p.crypt.owner = int32(granted), granted&2 != 0
	}
	hidden := p.encryptsMetadata(filter)
	p.crypt.metadata = p.crypt.metadata && hidden
	return cryptFilter{method: m, key: publicKey(m, secret[:seedSize], envelopes, hidden)[:size]}, nil
}

// envelopes reads /Recipients, which in a crypt filter may be a single string.
func (p *publicHandler) envelopes(filter Dict) ([]String, error) {
	o := filter["Recipients"]
	if o == nil {
		o = p.dict["Recipients"]
	}
	o, err := p.file.Resolve(o)
	if err != nil {
		return nil, err
	}
	list, ok := o.(Array)
	if !ok {
		list = Array{o}
	}
	if len(list) > maxEnvelopes {
		return nil, &LimitError{Limit: "recipients", Max: maxEnvelopes}
	}
	out := make([]String, len(list))
	for i := range list {
		item, err := p.file.Resolve(list[i])
		if err != nil {
			return nil, err
		}
		if out[i], ok = item.(String); !ok {
			return nil, malformed(-1, "/Encrypt: /Recipients is no list of strings")
		}
	}
	return out, nil
}

// open tries one envelope after the other.
func (p *publicHandler) open(envelopes []String) ([]byte, error) {
	if p.file.opt.Recipient == nil {
		return nil, ErrRecipient
	}
	err := ErrRecipient
	for _, e := range envelopes {
		secret, openErr := p.file.opt.Recipient.OpenEnvelope([]byte(e))
		if openErr == nil && len(secret) >= seedSize {
			return secret, nil
		}
		if openErr != nil {
			err = fmt.Errorf("%w: %w", ErrRecipient, openErr)
		}
	}
	return nil, err
}

// keySize is the octets of a filter's key. RC4 keys are as long as /Length says,
// in bits; some producers count octets.
func (p *publicHandler) keySize(m method, filter Dict) (int, error) {
	switch m {
	case methodAESV2:
		return 16, nil
	case methodAESV3, methodAESV4:
		return 32, nil
	}
	n, err := p.file.directInt(filter["Length"])
	if err != nil {
		if n, err = p.file.directInt(p.dict["Length"]); err != nil {
			n = 40
		}
	}
	if n >= 40 {
		n /= 8
	}
	if n < 5 || n > 16 {
		return 0, malformed(-1, "/Encrypt: bad /Length")
	}
	return int(n), nil
}

func (p *publicHandler) encryptsMetadata(filter Dict) bool {
	for _, d := range []Dict{filter, p.dict} {
		if b, err := p.file.Resolve(d["EncryptMetadata"]); err == nil && b == Boolean(false) {
			return false
		}
	}
	return true
}

// publicKey derives a key of a seed and of all envelopes.
func publicKey(m method, seed []byte, envelopes []String, hidden bool) []byte {
	h := sha1.New()
	if m == methodAESV3 || m == methodAESV4 {
		h = sha256.New()
	}
	h.Write(seed)
	for _, e := range envelopes {
		h.Write([]byte(e))
	}
	if !hidden {
		h.Write([]byte{255, 255, 255, 255})
	}
	return h.Sum(nil)
}
