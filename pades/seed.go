package pades

import (
	"bytes"
	"crypto"
	"fmt"
	"slices"

	"github.com/consigil/consigil/pdf"
	"github.com/consigil/consigil/signer"
)

// Bits of a seed value dictionary's /Ff, ISO 32000-2 table 237: the constraint is
// binding.
const (
	seedFilter       = 1 << 0
	seedSubFilter    = 1 << 1
	seedVersion      = 1 << 2
	seedReasons      = 1 << 3
	seedAttestation  = 1 << 4
	seedRevInfo      = 1 << 5
	seedDigest       = 1 << 6
	seedLockDocument = 1 << 7
	seedAppearance   = 1 << 8
)

// seedNames are the digests by their name in seed values.
var seedNames = map[string]crypto.Hash{
	"SHA256": crypto.SHA256, "SHA384": crypto.SHA384, "SHA512": crypto.SHA512,
	"SHA3-256": crypto.SHA3_256, "SHA3-384": crypto.SHA3_384, "SHA3-512": crypto.SHA3_512,
}

// seed honours what the field's author asks of its signature (ISO 32000-2 section
// 12.7.5.5): what may be chosen follows, what cannot be had is refused.
func (l *layout) seed(field pdf.Dict) error {
	if pdf.IsNull(field["SV"]) {
		return nil
	}
	d, err := l.dict(field["SV"])
	if err != nil {
		return err
	}
	flags, _ := pdf.Int(d["Ff"])
	s := seedValue{l: l, dict: d, flags: flags}
	for _, step := range []func() error{s.filter, s.subFilter, s.digest, s.reason, s.certify, s.timestamp, s.beyond, s.certificate} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

type seedValue struct {
	l     *layout
	dict  pdf.Dict
	flags int64
}

func wants(what string) error { return fmt.Errorf("%w: %s", ErrSeed, what) }

func (s seedValue) array(key pdf.Name) pdf.Array {
	o, err := s.l.update.Resolve(s.dict[key])
	if err != nil {
		return nil
	}
	a, _ := o.(pdf.Array)
	return a
}

func (s seedValue) filter() error {
	name := s.dict.Name("Filter")
	if s.flags&seedFilter != 0 && name != "" && name != "Adobe.PPKLite" {
		return wants("filter " + string(name))
	}
	return nil
}

// subFilter takes the first encoding in the list that can be made.
func (s seedValue) subFilter() error {
	list := s.array("SubFilter")
	if len(list) == 0 || slices.ContainsFunc(list, func(o pdf.Object) bool { return o == s.l.opt.subFilter() }) {
		return nil
	}
	other := !s.l.opt.CMS
	s.l.opt.CMS = other
	possible := slices.ContainsFunc(list, func(o pdf.Object) bool { return o == s.l.opt.subFilter() })
	if possible && s.l.opt.Adapt {
		return nil
	}
	s.l.opt.CMS = !other
	if s.flags&seedSubFilter != 0 {
		return wants("another signature encoding")
	}
	return nil
}

// digest changes the algorithm where that is allowed.
func (s seedValue) digest() error {
	list := s.array("DigestMethod")
	var first crypto.Hash
	for _, o := range list {
		name, _ := o.(pdf.String)
		h := seedNames[name.Text()]
		if h == s.l.opt.Digest {
			return nil
		}
		if first == 0 {
			first = h
		}
	}
	if first != 0 && s.l.opt.Adapt {
		if a, err := sameKind(s.l.opt, first); err == nil {
			s.l.opt.Algorithm, s.l.opt.Digest = a, first
			return nil
		}
	}
	if len(list) > 0 && s.flags&seedDigest != 0 {
		return wants("another digest")
	}
	return nil
}

func sameKind(opt Options, h crypto.Hash) (signer.Algorithm, error) {
	if opt.Algorithm.PSS() {
		return signer.PSSAlgorithm(h)
	}
	return signer.DefaultAlgorithm(opt.Certificate.PublicKey, h)
}

// reason: a list with one "." alone means that none may be given.
func (s seedValue) reason() error {
	list := s.array("Reasons")
	if s.flags&seedReasons == 0 {
		return nil
	}
	if len(list) == 0 || len(list) == 1 && list[0] == pdf.String(".") {
		if s.l.opt.Reason != "" {
			return wants("no reason")
		}
		return nil
	}
	for _, o := range list {
		if text, ok := o.(pdf.String); ok && text.Text() == s.l.opt.Reason {
			return nil
		}
	}
	return wants("one of the reasons that it lists")
}

// certify: /MDP with P 0 asks for an approval, 1 to 3 for a certification.
func (s seedValue) certify() error {
	mdp, err := s.l.update.Dict(s.dict["MDP"])
	if err != nil || mdp == nil {
		return err
	}
	p, ok := pdf.Int(mdp["P"])
	switch {
	case !ok || p < 0 || p > 3 || Certification(p) == s.l.opt.Certify:
		return nil
	case p == 0:
		return wants("an approval, no certification")
	case s.l.opt.signedBefore || s.l.opt.Certify != CertifyNone:
		return wants(fmt.Sprintf("a certification with P %d", p))
	}
	s.l.opt.Certify = Certification(p)
	return nil
}

func (s seedValue) timestamp() error {
	d, err := s.l.update.Dict(s.dict["TimeStamp"])
	if err != nil || d == nil {
		return err
	}
	if need, _ := pdf.Int(d["Ff"]); need == 1 && s.l.opt.Level == LevelB {
		return wants("a time stamp")
	}
	return nil
}

// beyond refuses what no signature of this package has.
func (s seedValue) beyond() error {
	version, _ := pdf.Float(s.dict["V"])
	switch {
	case s.flags&seedVersion != 0 && version > 3:
		return wants("a newer kind of seed values")
	case s.flags&seedAttestation != 0 && len(s.array("LegalAttestation")) > 0:
		return wants("a legal attestation")
	case s.flags&seedRevInfo != 0 && s.dict["AddRevInfo"] == pdf.Boolean(true) && !s.l.opt.Level.reaches(LevelLT):
		return wants("revocation data: level B-LT")
	case s.flags&seedLockDocument != 0 && s.dict.Name("LockDocument") == "true" && s.l.opt.Certify != CertifyNoChange:
		return wants("a lock of the whole document")
	case s.flags&seedAppearance != 0 && !pdf.IsNull(s.dict["AppearanceFilter"]):
		return wants("an appearance of a certain name")
	}
	return nil
}

// certificate: /Cert may name the certificates, or their issuers, that will do.
func (s seedValue) certificate() error {
	d, err := s.l.update.Dict(s.dict["Cert"])
	if err != nil || d == nil {
		return err
	}
	flags, _ := pdf.Int(d["Ff"])
	if flags&1 != 0 && !s.lists(d["Subject"], [][]byte{s.l.opt.Certificate.Raw}) {
		return wants("another certificate")
	}
	var issuers [][]byte
	for _, c := range s.l.opt.Chain {
		issuers = append(issuers, c.Raw)
	}
	if flags&2 != 0 && !s.lists(d["Issuer"], issuers) {
		return wants("a certificate of another issuer")
	}
	return nil
}

// lists reports whether an array of DER strings has one of those given; no array
// asks for nothing.
func (s seedValue) lists(o pdf.Object, have [][]byte) bool {
	resolved, err := s.l.update.Resolve(o)
	list, ok := resolved.(pdf.Array)
	if err != nil || !ok || len(list) == 0 {
		return true
	}
	return slices.ContainsFunc(list, func(o pdf.Object) bool {
		der, _ := o.(pdf.String)
		return slices.ContainsFunc(have, func(h []byte) bool { return bytes.Equal(h, []byte(der)) })
	})
}
