package badinput

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestNothingLeaks does a whole job with texts that are found again wherever they lie in the open, and searches the
// log and every file of the data directory. Titles are no such text: they are kept readable, to be searched.
func TestNothingLeaks(t *testing.T) {
	t.Parallel()
	in := start(t)
	api := in.api(t)
	const person, message, filename, password, reason = "Zyxwv Quuxley", "Plonkmessage", "Grawlixfile", "correct-horse-battery-Xyzzy", "Wibblereason"
	text := "Flurbtext of the contract"
	entry := "Garplyentry"
	pdf := filledForm(text, entry)
	secrets := map[string]string{
		"name": person, "address": "quuxley@zyxwv.example", "message": message, "file name": filename,
		"text of the document": text, "form entry": entry, "API key": in.key, "password": password, "reason": reason,
	}
	var e, other envelopeView
	for _, to := range []*envelopeView{&e, &other} {
		api.must("POST", envelopes, object{
			"title": "Contract", "message": message, "documents": []object{{"upload": api.upload(filename+".pdf", pdf)}},
			"recipients": []object{{"role": "signer", "name": person, "email": secrets["address"]}}, "fields": []object{signatureField(1)},
		}, to)
		api.must("POST", envelopes+"/"+to.ID+"/send", nil, nil)
		*to = *api.waitFor(to.ID, "sent")
	}
	secrets["link"] = api.reveal(&e, 0)
	secrets["unused link"] = api.reveal(&other, 0)
	guest := in.guest(t).review(secrets["link"])
	_, secrets["cookie"], _ = strings.Cut(guest.cookie, "=")
	var over struct{ Code string }
	guest.must("POST", guest.path+"/handover", nil, &over)
	secrets["hand-over"] = over.Code
	guest.sign()
	decline := in.guest(t)
	path := decline.sit(secrets["unused link"])
	decline.must("POST", path+"/decline", object{"reason": reason}, nil)
	staff, _ := in.staff(t, "grault@zyxwv.example", "admin")
	secrets["user"] = "grault@zyxwv.example"
	_, secrets["session"], _ = strings.Cut(staff.cookie, "=")
	staff.must("PUT", "/api/v1/users/me/password", object{"password": password}, nil)
	var key struct{ Key string }
	staff.must("POST", "/api/v1/api-keys", object{"name": "Corgekey", "permissions": []string{"envelopes:read"}}, &key, "Idempotency-Key", "k")
	secrets["second key"] = key.Key
	in.guest(t).do("POST", "/api/v1/sessions", object{"email": secrets["user"], "password": password})
	in.guest(t).do("POST", "/api/v1/sessions", object{"email": secrets["user"], "password": "wrong " + password})
	in.guest(t).do("GET", "/s/"+secrets["unused link"], nil)
	api.waitFor(e.ID, "delivered")
	for what, value := range secrets {
		if value == "" {
			t.Fatalf("no %s to look for", what)
		}
	}
	log := in.log.String()
	if !strings.Contains(log, "createEnvelope") {
		t.Error("the log was not kept")
	}
	search(t, "the log", []byte(log), secrets)
	files := 0
	err := filepath.WalkDir(in.data, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Name() == "initial-api-key" || strings.Contains(path, "/cache/") {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		files++
		if info, err := d.Info(); err == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("others can read %s: %v", path, info.Mode())
		}
		search(t, path, data, secrets)
		return nil
	})
	if err != nil || files < 5 {
		t.Errorf("%d files searched: %v", files, err)
	}
}

// filledForm is a page with a text on it and a form field that somebody has filled in.
func filledForm(text, entry string) []byte {
	return pdfOf("", "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R]/DA(/Helv 10 Tf)/DR<</Font<</Helv 6 0 R>>>>>>>>", onePages,
		"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Annots[4 0 R]/Contents 5 0 R/Resources<</Font<</F1 6 0 R>>>>>>",
		"<</Type/Annot/Subtype/Widget/FT/Tx/T(entry)/V("+entry+")/DA(/Helv 10 Tf)/F 4/P 3 0 R/Rect[100 400 300 430]>>",
		stream("", "BT /F1 24 Tf 72 700 Td ("+text+") Tj ET"), "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>")
}

// search looks for each secret as it stands, in base64 and in hexadecimal digits.
func search(t *testing.T, where string, data []byte, secrets map[string]string) {
	t.Helper()
	for what, value := range secrets {
		if len(value) < 6 {
			continue // would be found by chance
		}
		for how, form := range map[string]string{
			"plain": value, "base64": strings.TrimRight(base64.StdEncoding.EncodeToString([]byte(value)), "=")[:len(value)], "hex": hex.EncodeToString([]byte(value)),
		} {
			if bytes.Contains(data, []byte(form)) {
				t.Errorf("%s holds the %s (%s)", where, what, how)
			}
		}
	}
}
