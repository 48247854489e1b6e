package archtest

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// TestMigrationsMatch wants the same numbers and names for every dialect.
func TestMigrationsMatch(t *testing.T) {
	names := map[string][]string{}
	for _, dialect := range []string{"sqlite", "postgres", "mysql"} {
		entries, err := os.ReadDir(filepath.Join("..", "store", "migration", dialect))
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if filepath.Ext(e.Name()) == ".sql" {
				names[dialect] = append(names[dialect], e.Name())
			}
		}
	}
	for _, dialect := range []string{"postgres", "mysql"} {
		if !slices.Equal(names["sqlite"], names[dialect]) {
			t.Errorf("migrations differ:\nsqlite   %v\n%s %v", names["sqlite"], dialect, names[dialect])
		}
	}
	if len(names["sqlite"]) == 0 {
		t.Error("no migrations found")
	}
}
