package badinput

import (
	"bufio"
	"bytes"
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/consigil/consigil/test/testpdf"
)

// TestLinks opens links that lead nowhere any more, each with a code of its own.
func TestLinks(t *testing.T) {
	t.Parallel()
	in := start(t)
	api := in.api(t)
	one := testpdf.Classic(1)
	e := api.sent(one, "Ann", "Bob")
	unknown := refusal{404, "link_unknown", ""}
	good := api.reveal(e, 0)
	for _, token := range []string{"", canary, strings.Repeat("a", len(good)), good[:len(good)-1] + "~", good + "a", strings.ToUpper(good), strings.Repeat(canary, 400), "\x00", "../" + good} {
		c := in.guest(t)
		if a := c.do("POST", exchange, object{"token": token}); codeOf(a) != "invalid_request" { // too long for the schema
			c.refused(unknown, "POST", exchange, object{"token": token})
		}
		c.do("GET", "/s/"+canary, nil)
	}
	newer := api.reveal(e, 0)
	in.guest(t).refused(refusal{410, "link_revoked", ""}, "POST", exchange, object{"token": good})
	in.guest(t).sit(newer)
	in.guest(t).refused(refusal{410, "link_exchanged", ""}, "POST", exchange, object{"token": newer})
	voided := api.sent(one, "Cid")
	last := api.reveal(voided, 0)
	cid := in.guest(t)
	path := cid.sit(api.reveal(voided, 0))
	api.must("POST", envelopes+"/"+voided.ID+"/void", object{"reason": "wrong one"}, nil)
	api.waitFor(voided.ID, "voided")
	in.guest(t).refused(refusal{410, "voided", ""}, "POST", exchange, object{"token": last})
	cid.refused(refusal{410, "voided", ""}, "GET", path, nil)
	cid.refused(refusal{410, "voided", ""}, "POST", path+"/decline", object{"reason": canary})
	late := api.reveal(e, 1)
	in.time.forward(31 * 24 * time.Hour)
	in.guest(t).refused(refusal{410, "link_expired", ""}, "POST", exchange, object{"token": late})
	cid.refused(refusal{410, "sitting_expired", ""}, "GET", path, nil)
}

// TestActs tries to sign what must not be signed, and to enter what must not be entered.
func TestActs(t *testing.T) {
	t.Parallel()
	in := start(t)
	api := in.api(t)
	one := testpdf.Classic(1)
	e := api.sent(one, "Ann", "Bob")
	ann := in.guest(t).review(api.reveal(e, 0))
	bob := in.guest(t)
	bobs := bob.sit(api.reveal(e, 1))
	key := []string{"Idempotency-Key", "act"}
	act := object{"reviewed": ann.reviewed}
	bob.refused(refusal{409, "no_consent", ""}, "POST", bobs+"/sign", act, key...)
	bob.refused(refusal{409, "no_consent", ""}, "PUT", bobs+"/values", object{"values": object{}})
	bob.refused(invalid("consent_text", "/hash"), "POST", bobs+"/consent", object{"version": "x", "locale": "en", "hash": canary})
	value := func(v any) object { return object{"values": object{ann.field: v}} }
	typed := func(text string) object { return value(object{"kind": "typed", "text": text}) }
	at := "/values/" + ann.field
	p := ann.refused(invalid("character_unsupported", at+"/text"), "PUT", ann.path+"/values", typed("Ann \U00013000"))
	if !strings.Contains(p.Errors[0].Detail, "U+13000") {
		t.Errorf("the character is not named: %s", p.Errors[0].Detail)
	}
	ann.refused(invalid("text_too_long", at+"/text"), "PUT", ann.path+"/values", typed(strings.Repeat(canary, 100)))
	ann.refused(invalid("value_type", at), "PUT", ann.path+"/values", value(canary))
	ann.refused(invalid("not_a_choice", at+"/kind"), "PUT", ann.path+"/values", value(object{"kind": canary}))
	ann.refused(refusal{422, "", ""}.any(ann.caller, "PUT", ann.path+"/values", object{"values": object{canary: "x"}}), "PUT", ann.path+"/values", object{"values": object{canary: "x"}})
	ann.refused(refusal{422, "", ""}.any(ann.caller, "PUT", ann.path+"/values", value(object{"kind": "image", "image": "bm90IGFuIGltYWdl"})), "PUT", ann.path+"/values", value(object{"kind": "image", "image": "bm90IGFuIGltYWdl"}))
	ann.refused(invalid("invalid_request", "header/Idempotency-Key"), "POST", ann.path+"/sign", act)
	ann.refused(invalid("invalid_request", "header/Idempotency-Key"), "POST", ann.path+"/sign", act, "Idempotency-Key", strings.Repeat(canary, 30))
	stale := object{"reviewed": map[string]string{e.Documents[0].ID: strings.Repeat("0", 64)}}
	ann.refused(invalid("unknown_revision", "/reviewed/"+e.Documents[0].ID), "POST", ann.path+"/sign", stale, key...)
	ann.sign()
	ann.refused(refusal{409, "already_signed", ""}, "POST", ann.path+"/sign", act, "Idempotency-Key", "another")
	ann.refused(refusal{409, "already_signed", ""}, "POST", ann.path+"/sign", stale, key...)
	ann.refused(refusal{409, "already_signed", ""}, "PUT", ann.path+"/values", typed("Ann"))
	ann.refused(refusal{409, "already_signed", ""}, "POST", ann.path+"/decline", object{"reason": canary})
	finished(t, in)
}

// any is a refusal of a status whose code is whatever the program says, which has to be something.
func (want refusal) any(c *caller, method, path string, body any, headers ...string) refusal {
	c.t.Helper()
	if want.code = codeOf(c.do(method, path, body, headers...)); want.code == "" || want.code == "internal" {
		c.t.Errorf("%s %s: a refusal without a code", method, path)
	}
	return want
}

// finished goes on at a document that is sealed.
func finished(t *testing.T, in *installation) {
	t.Helper()
	api := in.api(t)
	e := api.sent(testpdf.Classic(1), "Dora")
	dora := in.guest(t).review(api.reveal(e, 0))
	dora.sign()
	api.waitFor(e.ID, "delivered")
	act := object{"reviewed": dora.reviewed}
	signed := refusal{409, "already_signed", ""}
	dora.refused(signed, "POST", dora.path+"/sign", act, "Idempotency-Key", "late")
	dora.refused(refusal{409, "", ""}.any(dora.caller, "POST", dora.path+"/decline", object{"reason": canary}), "POST", dora.path+"/decline", object{"reason": canary})
	api.refused(refusal{409, "already_completed", ""}, "POST", envelopes+"/"+e.ID+"/void", object{"reason": "too late"})
	api.refused(refusal{409, "already_completed", ""}, "POST", envelopes+"/"+e.ID+"/send", nil)
	again := in.guest(t)
	path := again.sit(api.reveal(e, 0)) // the sealed file is theirs to read
	again.refused(signed, "POST", path+"/sign", act, "Idempotency-Key", "again")
}

// staff opens a session for a new user.
func (in *installation) staff(t *testing.T, email, role string) (c *caller, user string) {
	t.Helper()
	api := in.api(t)
	var u struct{ ID string }
	api.must("POST", "/api/v1/users", object{"name": "Some One", "email": email, "role": role}, &u)
	var link struct{ Link string }
	api.must("POST", "/api/v1/users/"+u.ID+"/sign-in-link", nil, &link)
	base, token, _ := strings.Cut(link.Link, "#")
	if !strings.HasPrefix(base, in.url) {
		t.Errorf("the sign-in link leads to %s", base)
	}
	c = in.guest(t)
	a := c.must("POST", "/api/v1/sessions/exchange", object{"token": token}, nil)
	c.cookie, _, _ = strings.Cut(a.header.Get("Set-Cookie"), ";")
	return c, u.ID
}

// TestCredentials uses each credential where it has no business.
func TestCredentials(t *testing.T) {
	t.Parallel()
	in := start(t)
	api := in.api(t)
	e := api.sent(testpdf.Classic(1), "Ann", "Bob")
	ann, bob := in.guest(t), in.guest(t)
	ann.sit(api.reveal(e, 0))
	bobs := bob.sit(api.reveal(e, 1))
	staff, user := in.staff(t, "staff@example.org", "admin")
	nobody := refusal{401, "not_signed_in", ""}
	with := func(cookie string) *caller { return &caller{t: t, in: in, cookie: cookie} }
	name, secret, _ := strings.Cut(ann.cookie, "=")
	bobsName, _, _ := strings.Cut(bob.cookie, "=")
	staffName, staffSecret, _ := strings.Cut(staff.cookie, "=")
	for _, path := range []string{"", "/disclosure", "/documents/" + e.Documents[0].ID + "/pages/1/image", "/certificate"} {
		ann.refused(nobody, "GET", bobs+path, nil)
		staff.refused(refusal{403, "wrong_audience", ""}, "GET", bobs+path, nil)
		api.refused(refusal{403, "wrong_audience", ""}, "GET", bobs+path, nil)
		with(bobsName+"="+secret).refused(refusal{401, "no_sitting", ""}, "GET", bobs+path, nil)
		with(bobsName+"="+staffSecret).refused(refusal{401, "no_sitting", ""}, "GET", bobs+path, nil)
		with(bobsName+"="+canary).refused(refusal{401, "no_sitting", ""}, "GET", bobs+path, nil)
	}
	for _, path := range []string{envelopes, envelopes + "/" + e.ID, "/api/v1/users/me", "/api/v1/audit", "/api/v1/events/stream", "/metrics"} {
		ann.refused(nobody, "GET", path, nil)
		in.guest(t).refused(nobody, "GET", path, nil)
		with(staffName+"="+secret).refused(refusal{401, "session_ended", ""}, "GET", path, nil)
		with(staffName+"="+canary).refused(refusal{401, "session_ended", ""}, "GET", path, nil)
		if path == "/api/v1/users/me" {
			continue // is for users only: a key is none
		}
		(&caller{t: t, in: in, bearer: staffSecret}).refused(refusal{401, "api_key_unusable", ""}, "GET", path, nil)
		(&caller{t: t, in: in, bearer: canary}).refused(refusal{401, "api_key_unusable", ""}, "GET", path, nil)
	}
	if name == bobsName {
		t.Error("two sittings share a cookie")
	}
	crossOrigin(t, staff, bob, bobs)
	hosts(t, in, e, user)
}

// crossOrigin has another site's page ask.
func crossOrigin(t *testing.T, staff, guest *caller, sitting string) {
	t.Helper()
	for _, from := range [][]string{{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "https://evil.example"}, {"Origin", "null"}} {
		want := refusal{403, "cross_origin", ""}
		staff.refused(want, "POST", envelopes, object{"title": canary}, from...)
		staff.refused(want, "DELETE", "/api/v1/sessions/current", nil, from...)
		guest.refused(want, "POST", sitting+"/decline", object{"reason": canary}, from...)
		guest.refused(want, "PUT", sitting+"/values", object{"values": object{}}, from...)
		guest.refused(want, "POST", exchange, object{"token": canary}, from...)
	}
}

// hosts calls under a false name; every address that is made must bear the configured one.
func hosts(t *testing.T, in *installation, e *envelopeView, user string) {
	t.Helper()
	api := in.api(t)
	liar := []string{"Host", "evil.example", "X-Forwarded-Host", "evil.example", "X-Forwarded-Proto", "https", "Forwarded", "host=evil.example", "X-Forwarded-For", "203.0.113.9"}
	for _, call := range []struct {
		method, path string
		body         any
	}{
		{"POST", envelopes + "/" + e.ID + "/recipients/" + e.Recipients[0].ID + "/link", nil},
		{"POST", envelopes + "/" + e.ID + "/recipients/" + e.Recipients[0].ID + "/resend", nil},
		{"POST", "/api/v1/users/" + user + "/sign-in-link", nil}, {"GET", "/sign-in", nil}, {"GET", "/", nil}, {"GET", "/api/openapi.json", nil}, {"GET", "/pki/trust.pem", nil},
		{"POST", "/api/v1/uploads/resumable", []byte{}},
	} {
		a := api.do(call.method, call.path, call.body, append(liar, "Tus-Resumable", "1.0.0", "Upload-Length", "5")...)
		if a.status > 299 {
			t.Errorf("%s %s: %d %s", call.method, call.path, a.status, a.body)
		}
		if bytes.Contains(a.body, []byte("evil.example")) || strings.Contains(a.header.Get("Location"), "evil.example") {
			t.Errorf("%s %s bears a false name: %v %s", call.method, call.path, a.header, a.body)
		}
	}
	eventually(t, "the message", func() bool {
		a := api.must("GET", "/api/v1/messages?limit=200", nil, nil)
		return !bytes.Contains(a.body, []byte(`"state":"queued"`))
	})
	var list struct{ Items []struct{ ID string } }
	api.must("GET", "/api/v1/messages?limit=200", nil, &list)
	for _, m := range list.Items {
		if a := api.must("GET", "/api/v1/messages/"+m.ID, nil, nil); bytes.Contains(a.body, []byte("evil.example")) {
			t.Errorf("a message bears a false name: %s", a.body)
		}
	}
	if audit := api.must("GET", "/api/v1/audit", nil, nil); bytes.Contains(audit.body, []byte("203.0.113.9")) {
		t.Error("a stranger's word on where a call comes from is believed")
	}
}

// open begins an event stream; ended is closed with it.
func (c *caller) open() (ended chan struct{}) {
	c.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	req, err := http.NewRequestWithContext(ctx, "GET", c.in.url+"/api/v1/events/stream", nil)
	if err != nil {
		c.t.Fatal(err)
	}
	if c.bearer != "" {
		req.Header.Set("Authorization", "Bearer "+c.bearer)
	}
	req.Header.Set("Cookie", c.cookie)
	res, err := http.DefaultClient.Do(req)
	if err != nil || res.StatusCode != http.StatusOK {
		c.t.Fatalf("stream: %v %v", res, err)
	}
	ended = make(chan struct{})
	go func() {
		defer close(ended)
		for lines := bufio.NewScanner(res.Body); lines.Scan(); {
		}
		_ = res.Body.Close()
	}()
	c.t.Cleanup(func() {
		cancel()
		<-ended
	})
	return ended
}

// TestRevoked takes credentials away while streams run on them.
func TestRevoked(t *testing.T) {
	t.Parallel()
	in := start(t)
	api := in.api(t)
	var key struct{ ID, Key string }
	api.must("POST", "/api/v1/api-keys", object{"name": "short", "permissions": []string{"envelopes:read"}}, &key)
	robot := &caller{t: t, in: in, bearer: key.Key}
	staff, user := in.staff(t, "revoked@example.org", "sender")
	other, _ := in.staff(t, "stays@example.org", "sender")
	streams := map[string]chan struct{}{"the key's": robot.open(), "the user's": staff.open()}
	stays := other.open()
	var keys struct{ Items []struct{ ID, Name string } }
	api.must("GET", "/api/v1/api-keys", nil, &keys)
	for _, k := range keys.Items {
		if k.Name == "short" {
			api.must("DELETE", "/api/v1/api-keys/"+k.ID, nil, nil)
		}
	}
	robot.refused(refusal{401, "api_key_unusable", ""}, "GET", envelopes, nil)
	api.must("PATCH", "/api/v1/users/"+user, object{"disabled": true}, nil)
	if a := staff.do("GET", envelopes, nil); a.status != 401 && a.status != 403 {
		t.Errorf("a disabled user reads on: %d", a.status)
	}
	for whose, ended := range streams {
		select {
		case <-ended:
		case <-time.After(10 * time.Second):
			t.Errorf("%s stream runs on", whose)
		}
	}
	select {
	case <-stays:
		t.Error("a stream ended with another's credential")
	default:
	}
}
