package envelope

import (
	"context"
	"strings"
	"time"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/field"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/problem"
	"github.com/consigil/consigil/pdf/draw"
)

// Check lists what stands in the way of sending a draft, without sending it. Pointers lead into the envelope
// as Get shows it. Warnings stand in the way of nothing.
func (s *Service) Check(ctx context.Context, by *access.Principal, envelope id.ID) (bad, mild []problem.Field, err error) {
	f, err := s.Get(ctx, by, envelope)
	if err != nil {
		return nil, nil, err
	}
	if err := f.Envelope.State.Allow(OpSend); err != nil {
		return nil, nil, err
	}
	c, err := s.checker(f, s.d.Clock.Now())
	if err != nil {
		return nil, nil, err
	}
	c.run(checks)
	c.run(warnings)
	return c.bad, c.mild, nil
}

// checks is the table of what is looked at before a send, in the order in which a person reads it.
var checks = []func(*checker){
	(*checker).details, (*checker).documents, (*checker).recipients, (*checker).fields, (*checker).overlaps, (*checker).signatures,
}

type checker struct {
	s     *Service
	f     *Full
	now   time.Time
	facts map[id.ID]*DocumentFacts
	bad   faults
	mild  faults
}

func (c *checker) run(table []func(*checker)) {
	for _, check := range table {
		check(c)
	}
}

func (s *Service) check(f *Full, now time.Time) ([]problem.Field, error) {
	c, err := s.checker(f, now)
	if err != nil {
		return nil, err
	}
	c.run(checks)
	return c.bad, nil
}

func (s *Service) checker(f *Full, now time.Time) (*checker, error) {
	c := &checker{s: s, f: f, now: now, facts: make(map[id.ID]*DocumentFacts)}
	for _, d := range f.Documents {
		facts, err := d.ReadFacts()
		if err != nil {
			return nil, err
		}
		c.facts[d.ID] = facts
	}
	return c, nil
}

func (c *checker) details() {
	if c.f.Envelope.Title == "" {
		c.bad.add("/title", "no_title", "Give the envelope a title; recipients see it as the subject.")
	}
	if e := c.f.Envelope.ExpiresAt; !e.IsZero() && !e.After(c.now) {
		c.bad.add("/expires_at", "in_the_past", "The time of expiry must lie in the future.")
	}
}

func (c *checker) documents() {
	if len(c.f.Documents) == 0 {
		c.bad.add("/documents", "no_document", "Add at least one document.")
	}
	for i, d := range c.f.Documents {
		facts := c.facts[d.ID]
		if facts.Shut() {
			c.bad.add(pointer("/documents", i), "document_signed", "An earlier signature in this document forbids every further change.")
		}
	}
}

func (c *checker) recipients() {
	signers := 0
	for i, r := range c.f.Recipients {
		at := pointer("/recipients", i)
		if r.Role == RoleSigner {
			signers++
		}
		if r.Name == "" {
			c.bad.add(at+"/name", "no_name", "Give the recipient's name.")
		}
		if r.Email == "" {
			c.bad.add(at+"/email", "no_email", "Give the recipient's e-mail address.")
		}
		c.glyphs(r.Name, at+"/name")
	}
	if signers == 0 {
		c.bad.add("/recipients", "no_signer", "Add at least one recipient who signs.")
	}
}

// glyphs names the characters of a text that could not be drawn.
func (c *checker) glyphs(text, at string) {
	missing, err := c.s.d.Fonts.Missing(text)
	if err != nil {
		c.bad.add(at, "fonts", "The fonts cannot be read.")
		return
	}
	if len(missing) > 0 {
		c.bad.add(at, "character_unsupported", "No font has "+(&draw.MissingError{Runes: missing}).List()+".")
	}
}

func (c *checker) fields() {
	for i, fd := range c.f.Fields {
		at := pointer("/fields", i)
		c.owner(fd, at)
		d := c.f.document(fd.Document)
		if d == nil {
			c.bad.add(at+"/document", "document", "The envelope has no such document.")
			continue
		}
		if c.s.checkType(fd, at, &c.bad) {
			c.s.checkPlace(d, c.facts[d.ID], fd, at, &c.bad)
			c.fits(c.facts[d.ID], fd, at)
		}
		if d.SignedUpload {
			c.inSigned(c.facts[d.ID], fd, at)
		}
	}
}

// fits draws what the server will fill in, for the recipient cannot shorten it. Dates are tried on one that is
// long in every format.
func (c *checker) fits(facts *DocumentFacts, fd *Field, at string) {
	t, ok := c.s.d.Types.Find(fd.Type)
	r := c.f.recipient(fd.Recipient)
	if !ok || r == nil || !field.ServerOnly(t) {
		return
	}
	long := time.Date(c.now.Year(), time.September, 28, 20, 28, 0, 0, time.UTC)
	in := field.Context{Name: r.Name, Email: r.Email, Now: long, Locale: c.f.Envelope.Locale}
	v, ok := t.Default(fd.Config, in)
	if !ok {
		return
	}
	w, h := facts.Upright(fd)
	if _, err := t.Draw(c.s.d.Fonts, fd.Config, v, in, w, h); err != nil && problem.From(err).Code == "text_too_long" {
		c.bad.add(at, "text_too_long", "What the server fills in here does not fit. Make the field larger or its letters smaller.")
	}
}

// Upright is the size of a field as a reader sees its page.
func (f *DocumentFacts) Upright(fd *Field) (w, h float64) {
	if fd.Page >= 1 && fd.Page <= len(f.Pages) && f.Pages[fd.Page-1].Rotate%180 != 0 {
		return fd.H, fd.W
	}
	return fd.W, fd.H
}

func (c *checker) owner(fd *Field, at string) {
	if fd.Recipient == "" {
		c.bad.add(at+"/recipient", "unassigned", "Say who fills in this field.")
		return
	}
	if r := c.f.recipient(fd.Recipient); r == nil || r.Role != RoleSigner {
		c.bad.add(at+"/recipient", "not_a_signer", "Only a recipient who signs can have fields.")
	}
}

// inSigned admits in a document that came with signatures only its own empty fields and new signature fields,
// the latter only where no certification forbids them.
func (c *checker) inSigned(facts *DocumentFacts, fd *Field, at string) {
	t, ok := c.s.d.Types.Find(fd.Type)
	if !ok {
		return
	}
	own := facts.find(fd.Existing)
	switch {
	case own != nil && facts.closed(own.Name):
		c.bad.add(at, "document_signed", "This document bears signatures, and one of them locks this field of it.")
	case own != nil && own.Empty:
	case own != nil:
		c.bad.add(at, "document_signed", "This document bears signatures, and this field of it has a value already.")
	case !field.Signs(t):
		c.bad.add(at, "document_signed", "This document bears signatures: only its own empty fields and new signature fields can be used.")
	case facts.Certified != 0:
		c.bad.add(at, "document_signed", "This document is certified: only the fields that it has can be used.")
	}
}

// closed says whether a signature locks a field by name.
func (f *DocumentFacts) closed(name string) bool {
	for _, c := range f.Closed {
		if name == c || strings.HasPrefix(name, c+".") {
			return true
		}
	}
	return false
}

// hairOverlap is how far fields may reach into each other, in points: touching is no overlap.
const hairOverlap = 0.5

func (c *checker) overlaps() {
	type place struct {
		document id.ID
		page     int
	}
	seen := make(map[place][]*Field)
	for i, fd := range c.f.Fields {
		key := place{fd.Document, fd.Page}
		for _, other := range seen[key] {
			if overlap(fd, other) {
				c.bad.add(pointer("/fields", i), "overlap", "The field covers part of another field.")
				break
			}
		}
		seen[key] = append(seen[key], fd)
	}
}

func overlap(a, b *Field) bool {
	return a.X+a.W-b.X > hairOverlap && b.X+b.W-a.X > hairOverlap &&
		a.Y+a.H-b.Y > hairOverlap && b.Y+b.H-a.Y > hairOverlap
}

// signatures asks that every signer signs somewhere, and in each signed upload at most once for each field.
func (c *checker) signatures() {
	has := make(map[id.ID]bool)
	for _, fd := range c.f.Fields {
		if t, ok := c.s.d.Types.Find(fd.Type); ok && field.Signs(t) {
			has[fd.Recipient] = true
		}
	}
	for i, r := range c.f.Recipients {
		if r.Role == RoleSigner && !has[r.ID] {
			c.bad.add(pointer("/recipients", i), "no_signature_field", "Place a signature field for this recipient.")
		}
	}
}
