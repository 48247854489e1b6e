package store_test

import (
	"testing"

	"github.com/consigil/consigil/internal/store/storetest"
)

func TestStore(t *testing.T) {
	for _, e := range storetest.Engines() {
		t.Run(e.Name, func(t *testing.T) {
			if !e.Available() {
				t.Logf("NOT RUN: %s is not set", e.Env)
				return
			}
			storetest.Run(t, e)
		})
	}
}
