package app

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"os"

	"github.com/consigil/consigil/internal/op"
	"github.com/consigil/consigil/internal/site"
	"github.com/consigil/consigil/web"
)

// checkPages refuses to loosen the content policy where others can reach it.
func (c *Config) checkPages() error {
	if c.WebDir != "" {
		if info, err := os.Stat(c.WebDir); err != nil || !info.IsDir() {
			return errors.New("web-dir: name the folder of a build")
		}
	}
	if c.DevUI == "" {
		return nil
	}
	if host, _, err := net.SplitHostPort(c.Listen); err != nil || !loopback(host) {
		return errors.New("dev-ui: only on a loopback address; use --listen 127.0.0.1:PORT")
	}
	return checkURL("dev-ui", c.DevUI)
}

func loopback(host string) bool {
	a, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && a.IsLoopback()
}

// site is the pages that this process serves.
func (c *Config) site() (*site.Site, error) {
	cfg := site.Config{Edge: c.has(RoleEdge)}
	var err error
	if cfg.Files, err = web.Files(); err != nil {
		return nil, fmt.Errorf("app: read built pages: %w", err)
	}
	if c.WebDir != "" {
		cfg.Files, cfg.Live = os.DirFS(c.WebDir), true
	}
	if c.DevUI != "" {
		if cfg.DevUI, err = url.Parse(c.DevUI); err != nil {
			return nil, fmt.Errorf("app: dev-ui: %w", err)
		}
	}
	return site.New(cfg)
}

// pages is what the pages of recipients and of verification stand on.
func (c *core) pages(view *site.Site) op.PageDeps {
	return op.PageDeps{Ceremonies: c.ceremony, Settings: c.settings, Validator: c.validator, View: view}
}
