package fetch

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

var commonPorts = [...]uint16{80, 443, 8080, 8443}

// localKey marks, in the context of one hop, that its origin may be local.
type localKey struct{}

func (c *Client) newHTTPClient() *http.Client {
	return &http.Client{
		Timeout:       c.config.Timeout,
		CheckRedirect: sameHost,
		Transport:     guarded{client: c, next: c.transport()},
	}
}

func (c *Client) transport() *http.Transport {
	return &http.Transport{
		Proxy:                  nil, // an environment variable must not reroute evidence
		DialContext:            c.dial,
		TLSHandshakeTimeout:    10 * time.Second,
		ResponseHeaderTimeout:  c.config.Timeout,
		MaxResponseHeaderBytes: 64 << 10,
		MaxIdleConns:           16,
		MaxIdleConnsPerHost:    4,
		IdleConnTimeout:        30 * time.Second,
		ForceAttemptHTTP2:      true,
	}
}

// guarded checks each hop, so that a redirect is judged like a first request.
type guarded struct {
	client *Client
	next   http.RoundTripper
}

func (g guarded) RoundTrip(req *http.Request) (*http.Response, error) {
	if err := g.client.check(req.URL); err != nil {
		return nil, err
	}
	ctx := context.WithValue(req.Context(), localKey{}, g.client.mayBeLocal(req.URL))
	return g.next.RoundTrip(req.WithContext(ctx))
}

func sameHost(req *http.Request, via []*http.Request) error {
	first := via[0].URL
	switch {
	case len(via) > MaxRedirects:
		return fmt.Errorf("%w: more than %d redirects", ErrRefused, MaxRedirects)
	case !strings.EqualFold(req.URL.Hostname(), first.Hostname()):
		return fmt.Errorf("%w: redirect to another host", ErrRefused)
	case first.Scheme == "https" && req.URL.Scheme != "https":
		return fmt.Errorf("%w: redirect from https to %s", ErrRefused, req.URL.Scheme)
	}
	return nil
}

// check judges what an address says of itself, before any name is resolved.
func (c *Client) check(u *url.URL) error {
	switch {
	case len(u.String()) > maxURL:
		return fmt.Errorf("%w: longer than %d bytes", ErrRefused, maxURL)
	case u.Scheme != "http" && u.Scheme != "https":
		return fmt.Errorf("%w: scheme is neither http nor https", ErrRefused)
	case u.Opaque != "" || u.Hostname() == "":
		return fmt.Errorf("%w: no host", ErrRefused)
	case u.User != nil:
		return fmt.Errorf("%w: credentials in the address", ErrRefused)
	case oddHost(u.Hostname()):
		return fmt.Errorf("%w: host is not a plain name or address", ErrRefused)
	}
	return c.checkPort(u)
}

func (c *Client) checkPort(u *url.URL) error {
	port, err := portOf(u)
	if err != nil {
		return err
	}
	if slices.Contains(commonPorts[:], port) || slices.Contains(c.config.Ports, port) || c.mayBeLocal(u) {
		return nil
	}
	return fmt.Errorf("%w: port %d", ErrRefused, port)
}

func portOf(u *url.URL) (uint16, error) {
	if u.Port() == "" {
		return map[string]uint16{"http": 80, "https": 443}[u.Scheme], nil
	}
	port, err := strconv.ParseUint(u.Port(), 10, 16)
	if err != nil || port == 0 {
		return 0, fmt.Errorf("%w: port", ErrRefused)
	}
	return uint16(port), nil
}

// oddHost finds the spellings of IPv4 addresses that some resolvers accept and
// others do not (2130706433, 0x7f.1, 127.1), and names that no DNS has.
func oddHost(host string) bool {
	if addr, err := netip.ParseAddr(host); err == nil {
		return addr.Zone() != ""
	}
	if strings.ContainsFunc(host, func(r rune) bool { return !plainHostRune(r) }) {
		return true
	}
	labels := strings.Split(strings.TrimSuffix(host, "."), ".")
	return slices.Contains(labels, "") || numeric(labels[len(labels)-1])
}

func plainHostRune(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '.' || r == '_'
}

func numeric(label string) bool {
	label = strings.ToLower(label)
	if hex, ok := strings.CutPrefix(label, "0x"); ok {
		return strings.Trim(hex, "0123456789abcdef") == ""
	}
	return strings.Trim(label, "0123456789") == ""
}

func (c *Client) mayBeLocal(u *url.URL) bool {
	return c.config.Trusted || c.local[origin(u)]
}

func originSet(list []string) (map[string]bool, error) {
	set := make(map[string]bool, len(list))
	for _, s := range list {
		u, err := url.Parse(s)
		if err != nil || u.Hostname() == "" || (u.Scheme != "http" && u.Scheme != "https") {
			return nil, errors.New("fetch: configured origin is not an http or https address")
		}
		set[origin(u)] = true
	}
	return set, nil
}

// origin is the scheme, host and port of an address, in one spelling.
func origin(u *url.URL) string {
	port, err := portOf(u)
	if err != nil {
		return ""
	}
	return u.Scheme + "://" + net.JoinHostPort(strings.ToLower(u.Hostname()), strconv.Itoa(int(port)))
}

// dial resolves a name once, refuses it where any of its addresses is not
// public, and connects to one of the very addresses it judged.
func (c *Client) dial(ctx context.Context, network, hostport string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(hostport)
	if err != nil {
		return nil, fmt.Errorf("%w: host and port", ErrRefused)
	}
	addrs, err := c.resolve(ctx, host)
	if err != nil {
		return nil, err
	}
	local, _ := ctx.Value(localKey{}).(bool)
	if !local && slices.ContainsFunc(addrs, func(a netip.Addr) bool { return !Public(a) }) {
		return nil, fmt.Errorf("%w: not a public address", ErrRefused)
	}
	return c.connect(ctx, network, addrs, port, local)
}

func (c *Client) resolve(ctx context.Context, host string) ([]netip.Addr, error) {
	if addr, err := netip.ParseAddr(host); err == nil {
		return []netip.Addr{addr}, nil
	}
	var r Resolver = net.DefaultResolver
	if c.config.Resolver != nil {
		r = c.config.Resolver
	}
	addrs, err := r.LookupNetIP(ctx, "ip", host)
	if err != nil {
		return nil, fmt.Errorf("resolve: %w", err)
	}
	if len(addrs) == 0 {
		return nil, fmt.Errorf("%w: name has no address", ErrAnswer)
	}
	return addrs[:min(len(addrs), 8)], nil
}

func (c *Client) connect(ctx context.Context, network string, addrs []netip.Addr, port string, local bool) (net.Conn, error) {
	d := net.Dialer{Timeout: 5 * time.Second, Control: controlFor(local)}
	var last error
	for _, a := range addrs {
		conn, err := d.DialContext(ctx, network, net.JoinHostPort(a.Unmap().String(), port))
		if err == nil {
			return conn, nil
		}
		last = err
	}
	return nil, last
}

// controlFor looks once more at the address in the system call itself.
func controlFor(local bool) func(network, address string, _ syscall.RawConn) error {
	return func(_, address string, _ syscall.RawConn) error {
		ap, err := netip.ParseAddrPort(address)
		if err != nil || (!local && !Public(ap.Addr())) {
			return fmt.Errorf("%w: not a public address", ErrRefused)
		}
		return nil
	}
}
