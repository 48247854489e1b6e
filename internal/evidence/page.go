package evidence

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/pdf"
	"github.com/consigil/consigil/pdf/draw"
)

// RecordName is the name of the machine-readable copy in a completion certificate.
const RecordName = "record.json"

// writeCertificate draws a record as a PDF with the record attached. Equal records make equal bytes.
func writeCertificate(w io.Writer, fonts *draw.FontSet, r *Record) error {
	tag, words, err := language(r.Envelope.Locale)
	if err != nil {
		return err
	}
	c := &certificate{sheet: newSheet(fonts, words.Direction == "rtl"), w: words, r: r}
	c.draw()
	if c.err != nil {
		return fmt.Errorf("evidence: draw certificate: %w", c.err)
	}
	data, err := marshal(r)
	if err != nil {
		return err
	}
	b := pdf.NewBuilder()
	if r.Envelope.SealedAt != nil {
		b.SetDate(*r.Envelope.SealedAt)
	}
	title := words.Labels["title"] + ": " + r.Envelope.Title
	b.SetInfo("Title", pdf.Text(title))
	b.SetInfo("Producer", pdf.Text(r.Product+" "+r.ProductVersion))
	b.SetCatalog("Lang", pdf.Text(tag))
	b.SetCatalog("ViewerPreferences", pdf.Dict{"DisplayDocTitle": pdf.Boolean(true)})
	b.Attach(RecordName, "application/json", "Data", words.Labels["title"], data)
	forms := make([]*draw.Form, len(c.pages))
	for i, p := range c.pages {
		forms[i] = p.Form()
	}
	contents, err := draw.Content(b, forms...)
	if err != nil {
		return fmt.Errorf("evidence: draw certificate: %w", err)
	}
	for _, page := range contents {
		b.AddPage(pageWidth, pageHeight, page.Resources, page.Operators)
	}
	if _, err := b.WriteTo(w); err != nil {
		return fmt.Errorf("evidence: write certificate: %w", err)
	}
	return nil
}

// marshal makes readable JSON without HTML escapes.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	if err := enc.Encode(v); err != nil {
		return nil, fmt.Errorf("evidence: encode: %w", err)
	}
	return b.Bytes(), nil
}

// certificate draws one record in one language.
type certificate struct {
	*sheet
	w *words
	r *Record
}

func (c *certificate) label(name string) string { return c.w.Labels[name] }

func (c *certificate) draw() {
	c.row(cell{w: contentWidth, text: c.label("title"), style: style(22, inkText)})
	c.space(2)
	c.row(cell{w: contentWidth, text: c.label("subtitle"), style: style(9, inkQuiet)})
	c.drawEnvelope()
	c.heading(c.label("documents"))
	for i := range c.r.Documents {
		c.drawDocument(&c.r.Documents[i])
	}
	c.heading(c.label("recipients"))
	for i := range c.r.Recipients {
		c.drawRecipient(&c.r.Recipients[i])
	}
	c.drawHistory()
	c.drawProof()
	c.foot(func(page, pages int) string {
		place := c.w.fill("page", "{page}", strconv.Itoa(page), "{pages}", strconv.Itoa(pages))
		return c.label("title") + " · " + string(c.r.Envelope.ID) + " · " + place
	})
}

func (c *certificate) drawEnvelope() {
	e := &c.r.Envelope
	c.heading(c.label("envelope"))
	c.row(cell{w: contentWidth, text: e.Title, style: style(12, inkText)})
	c.space(5)
	c.entry(c.label("organization"), c.r.Organization.Name)
	c.entry(c.label("envelope_id"), string(e.ID))
	c.entry(c.label("created"), stamp(e.CreatedAt))
	c.entry(c.label("sent"), stamp(e.SentAt))
	c.entry(c.label("completed"), stamp(e.DoneAt))
	c.entry(c.label("sealed"), stamp(e.SealedAt))
	c.entry(c.label("level"), "PAdES "+e.Level)
}

func (c *certificate) drawDocument(d *DocumentRecord) {
	c.need(70)
	c.row(cell{w: contentWidth, text: strconv.Itoa(d.Position) + ". " + d.Name, style: style(10.5, inkText)})
	c.space(3)
	c.entry(c.label("pages"), strconv.Itoa(d.Pages))
	if d.SignedUpload {
		c.entry("", c.label("signed_upload"))
	}
	c.entry(c.label("uploaded"), grouped(d.Digest("original")))
	base := d.Digest("prepared")
	if base == nil {
		base = d.Digest("converted")
	}
	c.entry(c.label("prepared"), grouped(base))
	c.entry(c.label("sealed_digest"), grouped(d.Digest("sealed")))
	if d.Level != "" {
		c.entry(c.label("level"), "PAdES "+d.Level)
	}
	if d.Seal != nil {
		c.entry(c.label("stamped"), c.w.fill("stamped_by", "{time}", d.Seal.Timestamp, "{authority}", d.Seal.Authority))
		c.entry(c.label("seal_serial"), d.Seal.Serial)
	}
	c.space(8)
}

func (c *certificate) drawRecipient(r *RecipientRecord) {
	c.need(90)
	c.row(cell{w: contentWidth, text: r.Name, style: style(10.5, inkText)})
	c.space(3)
	c.entry(c.label("role"), or(c.w.Roles, r.Role))
	c.entry(c.label("contact"), joined(", ", r.Email, r.Phone))
	for _, in := range r.Identity {
		c.entry(c.label("identity"), c.w.fill(in.Kind, "{time}", stamp(&in.At), "{since}", stamp(&in.Since)))
	}
	if r.Consent != nil {
		c.entry(c.label("consent"), c.w.fill("consent_text", "{time}", stamp(&r.Consent.At), "{version}", r.Consent.Version,
			"{locale}", r.Consent.Locale, "{hash}", r.Consent.Text))
	}
	if r.Act != nil {
		c.entry(c.label("signed"), stamp(&r.Act.At))
		c.entry(c.label("method"), or(c.w.Methods, r.Act.Method))
		c.entry(c.label("device"), joined(" · ", r.Act.Address, r.Act.UserAgent))
	}
	for _, e := range r.Entered {
		c.entry(c.label("entered"), c.entered(e))
	}
	c.space(8)
}

// entered says what stands where: page, type, label, the way to sign and value; what has no words has its description.
func (c *certificate) entered(e EnteredRecord) string {
	kind, value := "", e.Value
	if e.Kind != "" {
		kind = or(c.w.Kinds, e.Kind)
	} else if value == "" {
		value = e.How
	}
	name := ""
	for _, d := range c.r.Documents {
		if d.ID == e.Document && len(c.r.Documents) > 1 {
			name = strconv.Itoa(d.Position) + "/"
		}
	}
	return joined(" · ", name+strconv.Itoa(e.Page), e.Type, e.Label, kind, value)
}

// Columns of the history, in points.
const (
	columnTime = 26.0
	columnWhat = 134.0
	columnWho  = 330.0
)

func (c *certificate) drawHistory() {
	c.heading(c.label("history"))
	c.historyRow(inkQuiet, c.label("number"), c.label("time"), c.label("what"), c.label("who"))
	for _, e := range c.r.Events {
		c.historyRow(inkText, strconv.FormatInt(e.Seq, 10), stamp(&e.At), or(c.w.Events, e.Type), c.who(e.Actor))
	}
}

func (c *certificate) historyRow(ink draw.Color, number, at, what, who string) {
	const gap = 8
	st := style(8, ink)
	c.row(
		cell{w: columnTime - gap, text: number, style: style(8, inkQuiet)},
		cell{x: columnTime, w: columnWhat - columnTime - gap, text: at, style: st},
		cell{x: columnWhat, w: columnWho - columnWhat - gap, text: what, style: st},
		cell{x: columnWho, w: contentWidth - columnWho, text: who, style: st},
	)
	c.space(2)
}

// who names an actor as people know it.
func (c *certificate) who(a access.Actor) string {
	switch a.Kind {
	case "recipient":
		for _, r := range c.r.Recipients {
			if r.ID == a.ID {
				return r.Name
			}
		}
	case "user", "api_key":
		return c.label("sender") + " (" + shortID(a.ID) + ")"
	case "system":
		return c.label("system")
	}
	return a.Kind
}

// shortID is the end of an id, which differs between ids made at the same time.
func shortID(v id.ID) string {
	s := string(v)
	return s[max(0, len(s)-8):]
}

func (c *certificate) drawProof() {
	c.heading(c.label("proof"))
	c.entry(c.label("chain_events"), "1–"+strconv.FormatInt(c.r.Chain.Events, 10))
	c.entry(c.label("chain_hash"), grouped(c.r.Chain.Hash))
	c.entry(c.label("anchor"), c.r.TrustURL)
	c.space(4)
	c.row(cell{w: contentWidth, text: c.label("proof_text"), style: style(8.5, inkQuiet)})
	c.space(4)
	c.row(cell{w: contentWidth, text: c.w.fill("verify_text", "{organization}", c.r.Organization.Name), style: style(8.5, inkQuiet)})
	c.space(4)
	c.row(cell{w: contentWidth, text: c.r.Product + " " + c.r.ProductVersion, style: style(8.5, inkQuiet)})
}

// stamp writes an instant to the millisecond, UTC.
func stamp(t *time.Time) string {
	if t == nil || t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02 15:04:05.000")
}

// grouped writes a digest in groups that the eye can compare.
func grouped(digest []byte) string {
	text := hex.EncodeToString(digest)
	var out []byte
	for i := range len(text) {
		if i > 0 && i%8 == 0 {
			out = append(out, ' ')
		}
		out = append(out, text[i])
	}
	return string(out)
}

func joined(between string, parts ...string) string {
	out := ""
	for _, p := range parts {
		if p == "" {
			continue
		}
		if out != "" {
			out += between
		}
		out += p
	}
	return out
}
