//go:build noui

// Package web leaves the web apps out, for servers whose pages come from elsewhere.
package web

import (
	"embed"
	"io/fs"
)

// Files is empty.
func Files() (fs.FS, error) { return embed.FS{}, nil }
