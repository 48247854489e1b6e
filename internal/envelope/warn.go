package envelope

import (
	"strconv"
	"strings"

	"github.com/consigil/consigil/internal/field"
	"github.com/consigil/consigil/internal/problem"
)

// warnings is the table of what a sender should know before a send and may leave as it is.
var warnings = []func(*checker){(*checker).sameAddress, (*checker).reading, (*checker).choices}

// sameAddress finds recipients who get each other's mail.
func (c *checker) sameAddress() {
	seen := make(map[string]bool)
	for i, r := range c.f.Recipients {
		address := strings.ToLower(strings.TrimSpace(r.Email))
		if address == "" {
			continue
		}
		if seen[address] {
			c.mild.add(pointer("/recipients", i)+"/email", "same_address", "Another recipient has the same e-mail address: whoever reads that mail can sign for both.")
		}
		seen[address] = true
	}
}

// reading finds documents that a screen reader cannot read well.
func (c *checker) reading() {
	for i, d := range c.f.Documents {
		switch r := c.facts[d.ID].Reading; {
		case r == nil:
		case r.ScannedPages > 0:
			c.mild.add(pointer("/documents", i), "scanned",
				strconv.Itoa(r.ScannedPages)+" of its "+strconv.Itoa(d.Pages)+" pages are pictures without text; a screen reader cannot read them aloud.")
		case !r.Tagged:
			c.mild.add(pointer("/documents", i), "untagged", "The document does not say what is a heading, a list or a table; a screen reader reads it line by line.")
		}
	}
}

// mostChoices bounds how many choices of one envelope are measured.
const mostChoices = 4000

// choices measures what recipients may choose; they cannot make it shorter.
func (c *checker) choices() {
	left := mostChoices
	for i, fd := range c.f.Fields {
		t, ok := c.s.d.Types.Find(fd.Type)
		facts := c.facts[fd.Document]
		if !ok || facts == nil || t.CheckConfig(fd.Config) != nil {
			continue
		}
		w, h := facts.Upright(fd)
		for n, v := range field.Choices(t, fd.Config) {
			if left--; left < 0 {
				return
			}
			_, err := t.Draw(c.s.d.Fonts, fd.Config, v, field.Context{Locale: c.f.Envelope.Locale}, w, h)
			if err != nil && problem.From(err).Code == "text_too_long" {
				c.mild.add(pointer("/fields", i), "choice_too_long", "Choice "+strconv.Itoa(n+1)+" does not fit into the field. Make the field larger or its letters smaller.")
				break
			}
		}
	}
}
