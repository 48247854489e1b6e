package evidence

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"github.com/consigil/consigil/internal/envelope"
	"github.com/consigil/consigil/internal/field"
)

// entered lists the recipient's fields with what was entered.
func (s *Service) entered(snap *snapshot, p *envelope.Recipient) []EnteredRecord {
	out := []EnteredRecord{}
	for _, f := range snap.fields {
		v := snap.values[f.ID]
		if f.Recipient != p.ID || v == nil || snap.acts[p.ID] == nil {
			continue
		}
		rec := EnteredRecord{Field: f.ID, Document: f.Document, Page: f.Page, Type: f.Type, Label: labelOf(f.Config)}
		if t, ok := s.d.Types.Find(f.Type); ok {
			c := field.Context{Name: p.Name, Email: p.Email, Now: p.DoneAt, Locale: snap.envelope.Locale}
			rec.Value, rec.How = t.Text(f.Config, v.Data, c), t.Describe(f.Config, v.Data)
		}
		// The form has a signer's name however they signed; evidence is what they did.
		if m, ok := markOf(v.Data); ok {
			rec.Kind, rec.Value = m.Kind, m.Text
		}
		out = append(out, rec)
	}
	return out
}

// labelOf reads the label out of a field's configuration, empty where the type or the sender gave none.
func labelOf(config json.RawMessage) string {
	var c struct {
		Label string `json:"label"`
	}
	if json.Unmarshal(config, &c) != nil {
		return ""
	}
	return strings.TrimSpace(c.Label)
}

// markOf reads the value of a signature or of initials; false for any other value.
func markOf(v json.RawMessage) (field.Mark, bool) {
	var m field.Mark
	if json.Unmarshal(v, &m) != nil || m.Kind == "" {
		return field.Mark{}, false
	}
	return m, true
}

// maskEntered hides contacts where they were entered: the values of e-mail fields, and the address and the number of
// everybody in the envelope, whatever field they stand in.
func maskEntered(entered []EnteredRecord, recipients []*envelope.Recipient) {
	mask := contactMask(recipients)
	for i := range entered {
		e := &entered[i]
		e.Label = mask(e.Label)
		if e.Type == (field.Email{}).Name() {
			e.Value = maskEmail(e.Value)
		} else {
			e.Value = mask(e.Value)
		}
	}
}

// contactMask gives what hides these people's contacts in a text.
func contactMask(people []*envelope.Recipient) func(string) string {
	var known []string
	numbers := map[string]bool{}
	for _, r := range people {
		for _, contact := range []string{r.Email, r.Phone} {
			if contact != "" {
				known = append(known, regexp.QuoteMeta(contact))
			}
		}
		numbers[dialled(r.Phone)] = true
	}
	slices.SortFunc(known, func(a, b string) int { return len(b) - len(a) }) // one may be the beginning of another
	contacts := regexp.MustCompile("(?i)" + strings.Join(known, "|"))
	return func(text string) string {
		if n := dialled(text); n != "" && numbers[n] {
			return maskPhone(strings.TrimSpace(text))
		}
		if len(known) == 0 {
			return text
		}
		return contacts.ReplaceAllStringFunc(text, maskContact)
	}
}

func maskContact(contact string) string {
	if strings.Contains(contact, "@") {
		return maskEmail(contact)
	}
	return maskPhone(contact)
}

// dialled gives the digits of a telephone number however it is grouped; empty for a text that is none.
func dialled(text string) string {
	var out strings.Builder
	for _, r := range text {
		switch {
		case r >= '0' && r <= '9':
			out.WriteRune(r)
		case !strings.ContainsRune("+-./() \u00a0", r):
			return ""
		}
	}
	return out.String()
}

// maskEmail keeps the first letter and the domain: "e•••@example.org".
func maskEmail(address string) string {
	at := strings.LastIndexByte(address, '@')
	if at <= 0 {
		return maskAll(address)
	}
	first := []rune(address[:at])[0]
	return string(first) + "•••" + address[at:]
}

// maskPhone keeps the last two digits.
func maskPhone(number string) string {
	runes := []rune(number)
	if len(runes) < 4 {
		return maskAll(number)
	}
	return "•••" + string(runes[len(runes)-2:])
}

func maskAll(s string) string {
	if s == "" {
		return ""
	}
	return "•••"
}
