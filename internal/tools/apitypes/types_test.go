package main

import (
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/consigil/consigil/internal/app"
)

func TestWebAppsKnowTheAPI(t *testing.T) {
	doc, err := app.OpenAPI("dev")
	if err != nil {
		t.Fatal(err)
	}
	want, err := Types(doc)
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("../../../web/shared/api/types.ts")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("web/shared/api/types.ts is behind the table; run: go run ./internal/tools/apitypes > web/shared/api/types.ts\n%s", diff)
	}
}
