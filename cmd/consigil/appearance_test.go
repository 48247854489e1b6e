package main

import "testing"

func TestControlCharactersOfNamesAreNotShown(t *testing.T) {
	text, _, err := words{"name": "\u0089va \u009cgyv\u00e9d\n"}.fill("Signed by {name}")
	if err != nil || text != "Signed by va gyv\u00e9d" {
		t.Errorf("%q, %v", text, err)
	}
}
