package badinput

import (
	"encoding/json"
	"maps"
	"strings"
	"testing"

	"github.com/consigil/consigil/test/testpdf"
)

// with is a copy of an object with some members set; nil takes one away.
func with(o object, change object) object {
	out := maps.Clone(o)
	for k, v := range change {
		if out[k] = v; v == nil {
			delete(out, k)
		}
	}
	return out
}

func invalid(code, pointer string) refusal { return refusal{422, code, pointer} }

// TestNewEnvelopes sends whole envelopes with one fault each.
func TestNewEnvelopes(t *testing.T) {
	t.Parallel()
	in := start(t)
	api := in.api(t)
	upload := api.upload("a.pdf", testpdf.Classic(1))
	good := func() object {
		return object{"title": "Contract", "documents": []object{{"upload": upload}}, "recipients": []object{signer("Ann")}, "fields": []object{signatureField(1)}}
	}
	field := func(change object) object {
		return with(good(), object{"fields": []object{with(signatureField(1), change)}})
	}
	party := func(change object) object {
		return with(good(), object{"recipients": []object{with(signer("Ann"), change)}})
	}
	const name, email = "/recipients/0/name", "/recipients/0/email"
	for what, try := range map[string]struct {
		body any
		refusal
	}{
		"a field right of the page":    {field(object{"x": 500}), invalid("off_page", "/fields/0")},
		"a field below the page":       {field(object{"y": -1}), invalid("off_page", "/fields/0")},
		"a field beyond numbers":       {field(object{"x": 1e308, "width": 1e308}), invalid("off_page", "/fields/0")},
		"a field of no size":           {field(object{"width": 0}), invalid("off_page", "/fields/0")},
		"a field of negative size":     {field(object{"width": -100}), invalid("off_page", "/fields/0")},
		"a field on page 0":            {field(object{"page": 0}), invalid("off_page", "/fields/0/page")},
		"a field on page 2 of 1":       {field(object{"page": 2}), invalid("off_page", "/fields/0/page")},
		"a recipient who is not there": {field(object{"recipient_position": 2}), invalid("unknown_recipient", "/fields/0/recipient_position")},
		"recipient number 0":           {field(object{"recipient_position": 0}), invalid("unknown_recipient", "/fields/0/recipient_position")},
		"a recipient by unknown id":    {field(object{"recipient_position": nil, "recipient": canary}), invalid("unknown_recipient", "/fields/0/recipient")},
		"a document that is not there": {field(object{"document_position": 2}), invalid("document", "/fields/0/document")},
		"an unknown type":              {field(object{"type": canary}), invalid("field_type", "/fields/0/type")},
		"a type that climbs":           {field(object{"type": "../" + canary}), invalid("field_type", "/fields/0/type")},
		"an unknown configuration":     {field(object{"type": "text", "config": object{canary: 1}}), invalid("config_invalid", "/fields/0/config")},
		"a pattern that is none":       {field(object{"type": "text", "config": object{"pattern": "(" + canary}}), invalid("pattern_invalid", "/fields/0/config/pattern")},
		"a field of the file's own":    {field(object{"existing": canary}), invalid("existing_field", "/fields/0/existing")},
		"no e-mail address":            {party(object{"email": canary}), invalid("email", email)},
		"an address of two":            {party(object{"email": "a@" + canary + ".org,b@" + canary + ".org"}), invalid("email", email)},
		"an address with a name":       {party(object{"email": "Ann <ann@" + canary + ".org>"}), invalid("email", email)},
		"an address with a header":     {party(object{"email": "ann@" + canary + ".org\r\nBcc: eve@evil.example"}), invalid("email", email)},
		"an address without end":       {party(object{"email": "ann@" + strings.Repeat(canary, 90)}), invalid("too_long", email)},
		"a name with a header":         {party(object{"name": "Ann\r\nBcc: " + canary}), invalid("control_character", name)},
		"a name with a line":           {party(object{"name": "Ann\n" + canary}), invalid("control_character", name)},
		"a name with a zero byte":      {party(object{"name": "Ann\x00" + canary}), invalid("control_character", name)},
		"a name turned round":          {party(object{"name": "Ann\u202e" + canary}), invalid("control_character", name)},
		"a name that never ends":       {party(object{"name": strings.Repeat(canary, 1000)}), invalid("too_long", name)},
		"a role that is none":          {party(object{"role": canary}), invalid("not_one_of", "/recipients/0/role")},
		"a method that is none":        {party(object{"method": canary}), invalid("method", "/recipients/0/method")},
		"a phone number that is none":  {party(object{"phone": canary}), invalid("phone", "/recipients/0/phone")},
		"an order of 0":                {party(object{"order": 0}), invalid("order", "/recipients/0/order")},
		"a language that is none":      {with(good(), object{"locale": canary + "!"}), invalid("locale", "/locale")},
		"a title with a header":        {with(good(), object{"title": "Hello\r\nBcc: " + canary}), invalid("control_character", "/title")},
		"a title with a zero byte":     {with(good(), object{"title": "\x00" + canary}), invalid("control_character", "/title")},
		"a title that never ends":      {with(good(), object{"title": strings.Repeat(canary, 40)}), invalid("too_long", "/title")},
		"a past end":                   {with(good(), object{"expires_at": "2001-01-01T00:00:00Z"}), invalid("in_the_past", "/expires_at")},
		"an end that is no time":       {with(good(), object{"expires_at": canary}), invalid("not_a_time", "/expires_at")},
		"a level that is none":         {with(good(), object{"level": canary}), invalid("not_one_of", "/level")},
		"a member nobody knows":        {with(good(), object{"nobody_knows": canary}), invalid("unknown_member", "")},
		"a number for a title":         {with(good(), object{"title": 1}), invalid("not_a_string", "/title")},
		"an upload nobody knows":       {with(good(), object{"documents": []object{{"upload": canary}}}), refusal{404, "upload_unknown", "/documents/0/upload"}},
		"one upload twice":             {with(good(), object{"documents": []object{{"upload": upload}, {"upload": upload}}}), refusal{404, "upload_unknown", "/documents/1/upload"}},
		"too many recipients":          {with(good(), object{"recipients": many(101, signer("Ann"))}), invalid("too_many", "/recipients")},
		"too many fields":              {with(good(), object{"fields": many(2001, signatureField(1))}), invalid("too_many", "/fields")},
		"too many documents":           {with(good(), object{"documents": many(26, object{"upload": upload})}), invalid("too_many", "/documents")},
		"a document name with a line":  {with(good(), object{"documents": []object{{"upload": upload, "name": "a\r\n" + canary}}}), invalid("control_character", "/documents/0/name")},
	} {
		t.Run(what, func(t *testing.T) {
			c := in.api(t)
			want := try.refusal
			if p := c.do("POST", "/api/v1/envelopes", try.body); want.code != codeOf(p) && codeOf(p) == "invalid_request" {
				want = wrapped(t, want, p) // the schema found it: the code stands at the member
			}
			c.refused(want, "POST", "/api/v1/envelopes", try.body)
		})
	}
	var e envelopeView
	api.must("POST", "/api/v1/envelopes", good(), &e)
}

func codeOf(a *answer) string {
	var p document
	_ = json.Unmarshal(a.body, &p)
	return p.Code
}

// wrapped is the refusal of a fault that the schema of a request finds: the member has the code.
func wrapped(t *testing.T, want refusal, a *answer) refusal {
	t.Helper()
	var p document
	if err := json.Unmarshal(a.body, &p); err != nil {
		t.Fatal(err)
	}
	for _, e := range p.Errors {
		if e.Code == want.code && (want.pointer == "" || e.Pointer == want.pointer) {
			return refusal{422, "invalid_request", want.pointer}
		}
	}
	return want
}

func many(n int, o object) []object {
	out := make([]object, n)
	for i := range out {
		out[i] = o
	}
	return out
}

// TestSend asks to send drafts that are not ready.
func TestSend(t *testing.T) {
	t.Parallel()
	in := start(t)
	api := in.api(t)
	for what, try := range map[string]struct {
		change object
		refusal
		says string
	}{
		"nothing at all":        {object{"title": "", "documents": nil, "recipients": nil, "fields": nil}, invalid("invalid", "/title"), ""},
		"no document":           {object{"documents": nil, "fields": nil}, invalid("invalid", "/documents"), ""},
		"no recipient":          {object{"recipients": nil, "fields": nil}, invalid("no_signer", "/recipients"), ""},
		"no signature field":    {object{"fields": nil}, invalid("no_signature_field", "/recipients/0"), ""},
		"overlapping fields":    {object{"fields": []object{signatureField(1), with(signatureField(1), object{"x": 60})}}, invalid("overlap", "/fields/1"), ""},
		"an unassigned field":   {object{"fields": []object{signatureField(1), with(signatureField(1), object{"y": 0, "recipient_position": nil})}}, invalid("unassigned", "/fields/1/recipient"), ""},
		"a field of a viewer":   {object{"recipients": []object{signer("Ann"), with(signer("Bob"), object{"role": "viewer"})}, "fields": []object{signatureField(1), signatureField(2)}}, invalid("not_a_signer", "/fields/1/recipient"), ""},
		"a name no font has":    {object{"recipients": []object{with(signer("Ann"), object{"name": "Ann \U00013000"})}}, invalid("character_unsupported", "/recipients/0/name"), "U+13000"},
		"a recipient unnamed":   {object{"recipients": []object{with(signer("Ann"), object{"name": ""})}}, invalid("no_name", "/recipients/0/name"), ""},
		"a recipient unreached": {object{"recipients": []object{with(signer("Ann"), object{"email": nil})}}, invalid("no_email", "/recipients/0/email"), ""},
	} {
		t.Run(what, func(t *testing.T) {
			c := in.api(t)
			body := with(object{
				"title": "Contract", "documents": []object{{"upload": c.upload("a.pdf", testpdf.Classic(1))}},
				"recipients": []object{signer("Ann")}, "fields": []object{signatureField(1)},
			}, try.change)
			var e envelopeView
			c.must("POST", "/api/v1/envelopes", body, &e)
			p := c.refused(try.refusal, "POST", "/api/v1/envelopes/"+e.ID+"/send", nil)
			if text, _ := json.Marshal(p); !strings.Contains(string(text), try.says) {
				t.Errorf("does not name %s: %s", try.says, text)
			}
		})
	}
	e := api.draft(testpdf.Classic(1), "Ann")
	one := "/api/v1/envelopes/" + e.ID
	api.refused(refusal{412, "etag_mismatch", ""}, "POST", one+"/send", nil, "If-Match", `"`+canary+`"`)
	for _, tag := range []string{`"999"`, `"0"`, `"-1"`, `W/"99"`} {
		api.refused(refusal{412, "version", ""}, "POST", one+"/send", nil, "If-Match", tag)
		api.refused(refusal{412, "version", ""}, "PATCH", one, object{"title": "x"}, "If-Match", tag)
		api.refused(refusal{412, "version", ""}, "DELETE", one, nil, "If-Match", tag)
	}
	for _, path := range []string{"/recipients/" + e.Recipients[0].ID + "/link", "/recipients/" + e.Recipients[0].ID + "/resend", "/void"} {
		api.refused(refusal{409, "not_sent", ""}, "POST", one+path, object{"reason": "x"})
	}
	api.must("POST", one+"/send", nil, nil)
	api.waitFor(e.ID, "sent")
	for _, call := range [][2]string{{"POST", "/send"}, {"PATCH", ""}, {"DELETE", ""}, {"DELETE", "/fields/" + e.Fields[0].ID}, {"DELETE", "/documents/" + e.Documents[0].ID}, {"DELETE", "/recipients/" + e.Recipients[0].ID}} {
		var body any
		if call[0] == "PATCH" {
			body = object{"title": canary}
		}
		api.refused(refusal{409, "already_sent", ""}, call[0], one+call[1], body)
	}
	api.refused(invalid("no_reason", "/reason"), "POST", one+"/void", object{"reason": " "})
	api.refused(invalid("control_character", "/reason"), "POST", one+"/void", object{"reason": canary + "\x00"})
}
