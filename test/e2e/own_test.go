package e2e

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
)

// TestSignItYourself has a user sign what they sent to their own address, and everybody else refused.
func TestSignItYourself(t *testing.T) {
	in := allInOne(t)
	me := signIn(t, in, "own@example.org", "sender")
	admin := signIn(t, in, "boss@example.org", "admin")
	var e envelopeView
	me.must(http.MethodPost, "/api/v1/envelopes", map[string]any{
		"title": "Mine", "documents": []any{map[string]any{"upload": me.upload("contract.pdf", contract(t))}},
		"recipients": []any{
			map[string]any{"role": "signer", "name": "Some One", "email": "Own@Example.org"},
			map[string]any{"role": "signer", "name": "Late", "email": "late@example.org"},
		},
		"fields": []any{field(1), field(2)}, "ordered": true,
	}, &e)
	one := "/api/v1/envelopes/" + e.ID + "/recipients/" + e.Recipients[0].ID + "/open"
	me.refused(http.StatusConflict, "not_sent", http.MethodPost, one, nil)
	me.must(http.MethodPost, "/api/v1/envelopes/"+e.ID+"/send", nil, nil)
	me.waitFor(e.ID, "sent")
	admin.refused(http.StatusForbidden, "not_your_address", http.MethodPost, one, nil)
	in.api(t).refused(http.StatusForbidden, "wrong_audience", http.MethodPost, one, nil)
	in.guest(t).refused(http.StatusUnauthorized, "not_signed_in", http.MethodPost, one, nil)
	second := strings.Replace(one, e.Recipients[0].ID, e.Recipients[1].ID, 1)
	late := signIn(t, in, "late@example.org", "admin")
	late.refused(http.StatusForbidden, "account_too_new", http.MethodPost, second, nil)
	var opened struct{ Ceremony string }
	a := me.must(http.MethodPost, one, nil, &opened)
	sitter := in.guest(t)
	sitter.cookie = a.cookie()
	sitter.act("/api/v1/ceremonies/" + opened.Ceremony)
	in.guest(t).sign(in.api(t).reveal(e.ID, e.Recipients[1].ID))
	me.waitFor(e.ID, "delivered")
	record := in.record(t, e.ID)
	if kind := record.Recipients[0].Identity[0]; kind.Kind != "signed_in" || kind.User == "" || kind.AccountSince == "" {
		t.Errorf("the evidence says %+v", kind)
	}
}

type bundleRecord struct {
	Recipients []struct {
		Identity []struct {
			Kind, User   string
			AccountSince string `json:"account_since"`
		}
	}
}

// record reads the record in an evidence bundle.
func (in *installation) record(t *testing.T, envelope string) *bundleRecord {
	t.Helper()
	data := in.api(t).must(http.MethodGet, "/api/v1/envelopes/"+envelope+"/evidence", nil, nil).body
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range z.File {
		if !strings.HasSuffix(f.Name, "record.json") {
			continue
		}
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		var out bundleRecord
		if err := json.Unmarshal(text, &out); err != nil {
			t.Fatal(err)
		}
		return &out
	}
	t.Fatal("the bundle has no record")
	return nil
}
