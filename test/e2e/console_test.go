package e2e

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/consigil/consigil/pdf"
)

// TestConsole tries what the console asks of the API beyond the job itself, on one running program.
func TestConsole(t *testing.T) {
	in := allInOne(t)
	for name, try := range map[string]func(*testing.T, *installation){"me": me, "QR codes": qrCodes, "roles": roles, "warnings": checkWarnings, "the sample": theSample, "streams start now": startsNow} {
		t.Run(name, func(t *testing.T) { try(t, in) })
	}
}

func me(t *testing.T, in *installation) {
	staff := signIn(t, in, "me@example.org", "sender")
	var v struct {
		User             struct{ Name, Role string }
		OrganizationName string `json:"organization_name"`
		Locale, Version  string
		TimeZone         string `json:"time_zone"`
		Channels         struct{ Email bool }
	}
	staff.must(http.MethodGet, "/api/v1/users/me", nil, &v)
	if v.OrganizationName != "My organization" || v.Locale != "en" || v.TimeZone == "" || v.Version != "test" || v.Channels.Email {
		t.Errorf("me %+v", v)
	}
	etag := staff.must(http.MethodPatch, "/api/v1/users/me", map[string]any{"name": "Új Név", "locale": "hu"}, &v).header.Get("ETag")
	if v.User.Name != "Új Név" || v.Locale != "hu" || v.User.Role != "sender" || etag == "" {
		t.Errorf("me after the change: %+v, %s", v, etag)
	}
	staff.refused(http.StatusUnprocessableEntity, "invalid_request", http.MethodPatch, "/api/v1/users/me", map[string]any{"role": "admin"})
	in.api(t).refused(http.StatusForbidden, "wrong_audience", http.MethodPatch, "/api/v1/users/me", map[string]any{"name": "x"})
}

func qrCodes(t *testing.T, in *installation) {
	type code struct {
		Size int
		Path string
	}
	api := in.api(t)
	e := api.sent(contract(t))
	var link struct {
		URL string
		QR  code
	}
	api.must(http.MethodPost, "/api/v1/envelopes/"+e.ID+"/recipients/"+e.Recipients[0].ID+"/link", nil, &link)
	if link.QR.Size < 29 || !strings.HasPrefix(link.QR.Path, "M4 4h7") {
		t.Errorf("the link's code %+v", link.QR)
	}
	_, token, _ := strings.Cut(link.URL, "/s/")
	guest := in.guest(t)
	path := guest.sit(token)
	var over struct {
		Code, URL string
		QR        code
	}
	guest.must(http.MethodPost, path+"/handover", nil, &over)
	if over.URL != in.guestURL+"/continue#"+over.Code || over.QR.Size < 29 {
		t.Errorf("hand-over %+v", over)
	}
	other := in.guest(t)
	other.must(http.MethodPost, "/api/v1/ceremonies/takeover", map[string]any{"code": over.Code}, nil)
}

func roles(t *testing.T, in *installation) {
	var v struct {
		Roles []struct {
			Role        string
			Permissions []string
		}
		Permissions []string
	}
	in.api(t).must(http.MethodGet, "/api/v1/roles", nil, &v)
	if len(v.Roles) != 4 || v.Roles[0].Role != "sender" || len(v.Roles[2].Permissions) != len(v.Permissions) || len(v.Permissions) < 15 {
		t.Errorf("roles %+v", v)
	}
	signIn(t, in, "roles@example.org", "sender").refused(http.StatusForbidden, "not_permitted", http.MethodGet, "/api/v1/roles", nil)
}

func startsNow(t *testing.T, in *installation) {
	api := in.api(t)
	create := func() (id string) {
		var e envelopeView
		api.must(http.MethodPost, "/api/v1/envelopes", map[string]any{"title": "x"}, &e)
		return e.ID
	}
	before := create()
	eventually(t, "sequencing", func() bool {
		var events struct{ Items []struct{ Index *int64 } }
		api.must(http.MethodGet, "/api/v1/envelopes/"+before+"/events", nil, &events)
		return events.Items[0].Index != nil
	})
	now := api.follow("/api/v1/events/stream")
	now.expect(t, "stream.started")
	after := create()
	for data := ""; !strings.Contains(data, after); {
		if data = <-now.data; strings.Contains(data, before) {
			t.Fatalf("a stream that starts now tells of what was: %s", data)
		}
	}
	all := api.follow("/api/v1/events/stream?last_event_id=-1")
	all.expect(t, "stream.started", "envelope.created", "envelope.created")
	api.refused(http.StatusUnprocessableEntity, "bad_event_id", http.MethodGet, "/api/v1/events/stream?last_event_id=-2", nil)
}

// theSample uploads the sample agreement and looks whether its tags came through intake.
func theSample(t *testing.T, in *installation) {
	api := in.api(t)
	for _, lang := range []string{"en", "ar"} {
		a := api.must(http.MethodGet, "/api/v1/samples/contract?locale="+lang, nil, nil)
		var places []struct{ Page, X, Y, Width, Height float64 }
		if err := json.Unmarshal([]byte(a.header.Get("Signature-Places")), &places); err != nil || len(places) != 2 || places[0].Page != 2 || places[0].Width < 100 {
			t.Fatalf("%s: places %+v, %v", lang, places, err)
		}
		var e struct {
			ID        string
			Documents []struct {
				ID           string
				Tagged       *bool
				ScannedPages *int `json:"scanned_pages"`
			}
		}
		api.must(http.MethodPost, "/api/v1/envelopes", map[string]any{"documents": []any{map[string]any{"upload": api.upload("sample.pdf", a.body)}}}, &e)
		if d := e.Documents[0]; d.Tagged == nil || !*d.Tagged || d.ScannedPages == nil || *d.ScannedPages != 0 {
			t.Errorf("%s: the upload %+v", lang, d)
		}
		file := api.must(http.MethodGet, "/api/v1/envelopes/"+e.ID+"/documents/"+e.Documents[0].ID+"/file?kind=converted", nil, nil).body
		f, err := pdf.Open(bytes.NewReader(file), int64(len(file)), pdf.Options{})
		if err != nil {
			t.Fatal(err)
		}
		catalog, err := f.Catalog()
		if err != nil {
			t.Fatal(err)
		}
		tree, err := f.Dict(catalog["StructTreeRoot"])
		if err != nil || tree["K"] == nil || tree["ParentTree"] == nil || catalog["MarkInfo"] == nil || catalog["Lang"] == nil {
			t.Errorf("%s: the canonical form lost the tags: %v %v", lang, catalog, tree)
		}
	}
}

func checkWarnings(t *testing.T, in *installation) {
	api := in.api(t)
	choice := field(1)
	choice["type"], choice["page"], choice["width"], choice["height"] = "dropdown", 2, 40, 14
	choice["config"] = map[string]any{"options": []string{"yes", strings.Repeat("a long answer ", 10)}}
	var e struct{ ID string }
	api.must(http.MethodPost, "/api/v1/envelopes", map[string]any{
		"title": "x", "documents": []any{map[string]any{"upload": api.upload("contract.pdf", contract(t))}},
		"recipients": []any{
			map[string]any{"role": "signer", "name": "One", "email": "both@example.org"},
			map[string]any{"role": "signer", "name": "Two", "email": "Both@Example.org"},
		},
		"fields": []any{field(1), field(2), choice},
	}, &e)
	var check struct {
		Ready            bool
		Faults, Warnings []struct{ Pointer, Code string }
	}
	api.must(http.MethodGet, "/api/v1/envelopes/"+e.ID+"/check", nil, &check)
	got := map[string]string{}
	for _, w := range check.Warnings {
		got[w.Code] = w.Pointer
	}
	if !check.Ready || got["same_address"] != "/recipients/1/email" || got["untagged"] != "/documents/0" || !strings.HasPrefix(got["choice_too_long"], "/fields/") {
		t.Errorf("the check says %+v", check)
	}
}
