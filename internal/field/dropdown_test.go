package field

import (
	"encoding/json"
	"testing"

	"github.com/consigil/consigil/internal/fonts"
)

func TestDropdown(t *testing.T) {
	fs, cfg := fonts.Set(), json.RawMessage(`{"options":["Net 30","Net 60"]}`)
	if err := (Dropdown{}).CheckConfig(cfg); err != nil {
		t.Fatal(err)
	}
	v, err := Dropdown{}.Validate(fs, cfg, json.RawMessage(`"Net 60"`))
	if err != nil || string(v) != `"Net 60"` {
		t.Fatalf("%s, %v", v, err)
	}
	if _, err := (Dropdown{}).Draw(fs, cfg, v, ctx, 80, 16); err != nil {
		t.Error(err)
	}
	if d := (Dropdown{}).Describe(cfg, v); d != "choice 2 of 2" {
		t.Error(d)
	}
	_, err = Dropdown{}.Validate(fs, cfg, json.RawMessage(`"Net 90"`))
	wantProblem(t, "foreign choice", err, "", "not_a_choice")
}

func TestDropdownConfigRefused(t *testing.T) {
	for cfg, at := range map[string]string{
		`{}`:                    "/options",
		`{"options":[]}`:        "/options",
		`{"options":["a",""]}`:  "/options/1",
		`{"options":["a","a"]}`: "/options/1",
	} {
		code := "out_of_range"
		if cfg == `{"options":["a","a"]}` {
			code = "duplicate"
		}
		wantProblem(t, cfg, Dropdown{}.CheckConfig(json.RawMessage(cfg)), at, code)
	}
}
