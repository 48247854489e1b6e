//go:build !noui

// Package web holds the two web apps as npm built them, or the page that says how to build them. It serves nothing:
// internal/site does.
package web

import (
	"embed"
	"io/fs"
)

// all: keeps what Vite may name with a dot or an underscore in front.
//
//go:embed all:dist
var dist embed.FS

// Files is the folder of the builds: console, signer, and placeholder.html.
func Files() (fs.FS, error) { return fs.Sub(dist, "dist") }
