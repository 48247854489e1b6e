package main

import (
	"crypto"
	"strings"

	"github.com/consigil/consigil/pades"
	"github.com/consigil/consigil/signer"
)

// termsFlags are what a signature states, and what it allows afterwards.
type termsFlags struct {
	Name     string `help:"Name of the signer to state; without it viewers take the certificate's."`
	Reason   string `help:"Reason to state in the signature."`
	Location string `help:"Place to state in the signature."`
	Contact  string `help:"How to reach the signer, to state in the signature."`

	Certify string `enum:"none,no-changes,forms,comments" default:"none" help:"Make this the certification of the document (DocMDP), possible for the first signature alone: no-changes, forms (filling in and further signatures may follow) or comments (those as well)."`
	Lock    string `placeholder:"FIELDS" help:"Lock form fields from now on (FieldMDP): all, include:NAME,NAME or exclude:NAME,NAME (all but these)."`
	PKCS7   bool   `name:"pkcs7" help:"Make a plain CMS signature (adbe.pkcs7.detached) and not PAdES, for readers of old; its level is named PKCS7-*."`
}

var certifications = map[string]pades.Certification{
	"no-changes": pades.CertifyNoChange, "forms": pades.CertifyForms, "comments": pades.CertifyComments,
}

// apply states the terms in the options of a signature.
func (f *termsFlags) apply(opt *pades.Options) error {
	opt.Name, opt.Reason, opt.Location, opt.Contact = f.Name, f.Reason, f.Location, f.Contact
	opt.Certify, opt.CMS = certifications[f.Certify], f.PKCS7
	var err error
	opt.Lock, opt.LockFields, err = f.lock()
	opt.LockKnown = true
	return err
}

// lock reads --lock.
func (f *termsFlags) lock() (pades.Lock, []string, error) {
	kind, list, listed := strings.Cut(f.Lock, ":")
	if kind == "" && !listed {
		return pades.LockNone, nil, nil
	}
	if kind == "all" && !listed {
		return pades.LockAll, nil, nil
	}
	lock, known := map[string]pades.Lock{"include": pades.LockInclude, "exclude": pades.LockExclude}[kind]
	var names []string
	for _, name := range strings.Split(list, ",") {
		if name = strings.TrimSpace(name); name != "" {
			names = append(names, name)
		}
	}
	if !known || len(names) == 0 {
		return 0, nil, usage("--lock takes all, include:NAMES or exclude:NAMES, not %q", f.Lock)
	}
	return lock, names, nil
}

// note is what a person should know about a signature that was made as asked.
type note struct {
	Code string `json:"code"`
	Text string `json:"text"`
}

// notes say what some readers cannot check, or take otherwise than it is meant.
func (c *signCommand) notes(r *pades.Result) []note {
	notes := algorithmNotes(r.Algorithm)
	if strings.HasPrefix(string(r.Level), "PKCS7") {
		notes = append(notes, note{"not_pades", "a plain CMS signature (adbe.pkcs7.detached), not PAdES"})
	}
	if c.Certify == "no-changes" && (c.Level == "b-lt" || c.Level == "b-lta") {
		notes = append(notes, note{"strict_certification", "validation data follow a certification that allows no changes; ISO 32000-2 permits that, some viewers mind it"})
	}
	if c.Field != "" && r.Field != c.Field {
		notes = append(notes, note{"field_renamed", "the file bears signatures, after which a group of fields cannot be made: the field is " + r.Field})
	}
	return notes
}

func algorithmNotes(a signer.Algorithm) []note {
	switch h := a.Hash(); {
	case a == signer.Ed25519:
		return []note{{"not_in_acrobat", "Ed25519 (ISO/TS 32002) is not checked by Adobe Acrobat and many other viewers"}}
	case h == crypto.SHA3_256, h == crypto.SHA3_384, h == crypto.SHA3_512:
		return []note{{"not_in_acrobat", "SHA-3 (ISO/TS 32001) is not checked by Adobe Acrobat and many other viewers"}}
	}
	return nil
}
