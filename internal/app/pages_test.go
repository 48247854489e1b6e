package app

import (
	"strings"
	"testing"
)

func TestPageFlags(t *testing.T) {
	for name, c := range map[string]struct {
		cfg  Config
		want string // a part of the error; empty: none
	}{
		"none":            {Config{}, ""},
		"a folder":        {Config{WebDir: t.TempDir()}, ""},
		"no folder":       {Config{WebDir: "/nowhere/at/all"}, "web-dir"},
		"vite here":       {Config{Listen: "127.0.0.1:8321", DevUI: "http://127.0.0.1:5173"}, ""},
		"vite, localhost": {Config{Listen: "localhost:8321", DevUI: "http://127.0.0.1:5173"}, ""},
		"vite, open":      {Config{Listen: ":8321", DevUI: "http://127.0.0.1:5173"}, "dev-ui"},
		"vite, everyone":  {Config{Listen: "0.0.0.0:8321", DevUI: "http://127.0.0.1:5173"}, "dev-ui"},
		"no address":      {Config{Listen: "127.0.0.1:8321", DevUI: "vite"}, "dev-ui"},
	} {
		err := c.cfg.Check()
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
