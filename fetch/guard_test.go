package fetch

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// names is a resolver with the few hosts that the table needs.
type names map[string][]string

func (n names) LookupNetIP(_ context.Context, _, host string) ([]netip.Addr, error) {
	list, ok := n[strings.ToLower(strings.TrimSuffix(host, "."))]
	if !ok {
		return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
	}
	var addrs []netip.Addr
	for _, s := range list {
		addrs = append(addrs, netip.MustParseAddr(s))
	}
	return addrs, nil
}

func hosts() names {
	return names{
		"localhost":         {"127.0.0.1", "::1"},
		"inside.example":    {"10.1.2.3"},
		"both.example":      {"93.184.215.14", "127.0.0.1"},
		"mapped.example":    {"::ffff:127.0.0.1"},
		"metadata.example":  {"169.254.169.254"},
		"nat64.example":     {"64:ff9b::7f00:1"},
		"sixtofour.example": {"2002:7f00:1::1"},
		"teredo.example":    {"2001:0:7f00:1::1"},
		"ula.example":       {"fd00::1"},
		"cgnat.example":     {"100.64.0.1"},
		"zero.example":      {"0.0.0.0"},
		"0177.0.0.1":        {"127.0.0.1"},
		"2130706433":        {"127.0.0.1"},
	}
}

// TestRefusedAddresses lists the ways by which an address in a file might
// reach what only this machine may reach. None may be dialled.
func TestRefusedAddresses(t *testing.T) {
	table := []string{
		// schemes and shapes
		"file:///etc/passwd", "FILE:///etc/passwd", "ftp://93.184.215.14/", "gopher://127.0.0.1:70/",
		"ldap://127.0.0.1/cn=x", "dict://127.0.0.1:2628/", "unix:/var/run/docker.sock", "data:text/plain,x",
		"jar:http://127.0.0.1!/", "//127.0.0.1/", "http:127.0.0.1", "http:///crl", "http://", "", "crl.der",
		"http://:80/", "http://user@93.184.215.14/", "http://user:pass@93.184.215.14/", "http://93.184.215.14@127.0.0.1/",
		// IPv4, plain
		"http://127.0.0.1/", "HTTP://127.0.0.1/", "hTTp://127.0.0.1:80/", "https://127.0.0.1/", "http://127.8.8.8/",
		"http://10.0.0.1/", "http://10.255.255.255/", "http://172.16.0.1/", "http://172.31.255.254/", "http://192.168.1.1/",
		"http://169.254.169.254/latest/meta-data/", "http://169.254.0.1/", "http://100.64.0.1/", "http://100.127.255.254/",
		"http://0.0.0.0/", "http://0.1.2.3/", "http://192.0.0.192/", "http://192.0.2.1/", "http://198.18.0.1/",
		"http://198.51.100.7/", "http://203.0.113.7/", "http://192.88.99.1/", "http://224.0.0.1/", "http://239.255.255.250/",
		"http://240.0.0.1/", "http://255.255.255.255/",
		// IPv4, odd spellings
		"http://2130706433/", "http://0x7f000001/", "http://0x7f.0.0.1/", "http://0177.0.0.1/", "http://127.1/", "http://127.0.1/",
		"http://0/", "http://127.0.0.1./", "http://127.0.0.1.:80/", "http://017700000001/", "http://①②⑦.0.0.1/",
		"http://127。0。0。1/", "http://127.0.0.1%00.example/", "http://%31%32%37.0.0.1/", "http://127.0.0.1%2f@93.184.215.14/",
		// IPv6
		"http://[::1]/", "http://[0:0:0:0:0:0:0:1]/", "http://[::]/", "http://[::127.0.0.1]/", "http://[::ffff:127.0.0.1]/",
		"http://[::ffff:7f00:1]/", "http://[::ffff:10.0.0.1]/", "http://[::ffff:169.254.169.254]/", "http://[64:ff9b::127.0.0.1]/",
		"http://[64:ff9b::10.0.0.1]/", "http://[64:ff9b:1::7f00:1]/", "http://[2002:7f00:1::]/", "http://[2002:a9fe:a9fe::1]/",
		"http://[2001:0:7f00:1::1]/", "http://[2001:db8::1]/", "http://[fe80::1]/", "http://[fe80::1%25lo]/", "http://[fc00::1]/",
		"http://[fd12:3456::1]/", "http://[fec0::1]/", "http://[ff02::1]/", "http://[100::1]/", "http://[3fff::1]/", "http://[5f00::1]/",
		"http://[::ffff:0:127.0.0.1]/", "http://[fd00:ec2::254]/",
		// names
		"http://localhost/", "http://LOCALHOST/", "http://localhost./", "http://inside.example/", "http://both.example/",
		"http://mapped.example/", "http://metadata.example/", "http://nat64.example/", "http://sixtofour.example/",
		"http://teredo.example/", "http://ula.example/", "http://cgnat.example/", "http://zero.example/", "http://in..side.example/",
		// ports
		"http://93.184.215.14:22/", "http://93.184.215.14:25/", "http://93.184.215.14:6379/", "http://93.184.215.14:0/",
		"http://93.184.215.14:99999/", "http://93.184.215.14:-1/", "http://93.184.215.14:80:80/",
		// length
		"http://93.184.215.14/" + strings.Repeat("a", maxURL),
	}
	if len(table) < 60 {
		t.Fatalf("only %d forms", len(table))
	}
	client, err := New(Config{Resolver: hosts(), Timeout: 3 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	for _, address := range table {
		_, err := client.CRL(t.Context(), address)
		if !errors.Is(err, ErrRefused) {
			t.Errorf("%q: got %v, want a refusal", address, err)
		}
	}
	t.Logf("%d forms refused", len(table))
}

func TestPublic(t *testing.T) {
	for _, s := range []string{"93.184.215.14", "1.1.1.1", "2606:4700:4700::1111", "2a00:1450::1", "64:ff9b::101:101", "::ffff:8.8.8.8"} {
		if !Public(netip.MustParseAddr(s)) {
			t.Errorf("%s is public", s)
		}
	}
	if Public(netip.Addr{}) {
		t.Error("the zero address is not public")
	}
}

func TestConfiguredOriginsMayBeLocal(t *testing.T) {
	var hits atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		hits.Add(1)
		_, _ = w.Write([]byte("list"))
	}))
	defer server.Close()
	client, err := New(Config{Local: []string{server.URL}})
	if err != nil {
		t.Fatal(err)
	}
	body, err := client.CRL(t.Context(), server.URL+"/a.crl")
	if err != nil || string(body) != "list" {
		t.Fatalf("got %q, %v", body, err)
	}
	other := httptest.NewServer(server.Config.Handler)
	defer other.Close()
	if _, err := client.CRL(t.Context(), other.URL); !errors.Is(err, ErrRefused) {
		t.Errorf("another local origin: %v", err)
	}
	if hits.Load() != 1 {
		t.Errorf("%d requests arrived, want 1", hits.Load())
	}
}

// TestRedirects: each hop is judged like a first request, and none may leave
// the host.
func TestRedirects(t *testing.T) {
	inside := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		t.Error("the inner server was reached")
		w.WriteHeader(http.StatusOK)
	}))
	defer inside.Close()
	target := ""
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/end" {
			_, _ = w.Write([]byte("end"))
			return
		}
		http.Redirect(w, r, target, http.StatusFound)
	}))
	defer server.Close()
	client, err := New(Config{Local: []string{server.URL}, Resolver: hosts()})
	if err != nil {
		t.Fatal(err)
	}
	inner, err := url.Parse(inside.URL)
	if err != nil {
		t.Fatal(err)
	}
	for _, target = range []string{inside.URL, "http://localhost:" + inner.Port() + "/", "file:///etc/passwd", "http://169.254.169.254/", server.URL + "/again"} {
		if _, err := client.CRL(t.Context(), server.URL); !errors.Is(err, ErrRefused) {
			t.Errorf("redirect to %s: %v", target, err)
		}
	}
	target = "/end"
	if body, err := client.CRL(t.Context(), server.URL); err != nil || string(body) != "end" {
		t.Errorf("redirect on the same host: %q, %v", body, err)
	}
}

// rebinding answers a public address first and a local one ever after.
type rebinding struct{ asked atomic.Int32 }

func (r *rebinding) LookupNetIP(context.Context, string, string) ([]netip.Addr, error) {
	if r.asked.Add(1) == 1 {
		return []netip.Addr{netip.MustParseAddr("192.0.2.1")}, nil
	}
	return []netip.Addr{netip.MustParseAddr("127.0.0.1")}, nil
}

func TestNameIsResolvedOnce(t *testing.T) {
	resolver := &rebinding{}
	client, err := New(Config{Resolver: resolver, Timeout: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.CRL(t.Context(), "http://rebind.example/"); !errors.Is(err, ErrRefused) {
		t.Errorf("got %v", err)
	}
	if n := resolver.asked.Load(); n != 1 {
		t.Errorf("asked %d times", n)
	}
}

// TestControl is the last guard, at the system call.
func TestControl(t *testing.T) {
	control := controlFor(false)
	for _, address := range []string{"127.0.0.1:80", "[::1]:80", "10.0.0.1:443", "nonsense"} {
		if err := control("tcp", address, nil); !errors.Is(err, ErrRefused) {
			t.Errorf("%s: %v", address, err)
		}
	}
	if err := control("tcp", "93.184.215.14:80", nil); err != nil {
		t.Error(err)
	}
}

func TestProxyEnvironmentIsIgnored(t *testing.T) {
	proxy := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the proxy was asked") }))
	defer proxy.Close()
	t.Setenv("HTTP_PROXY", proxy.URL)
	t.Setenv("http_proxy", proxy.URL)
	client, err := New(Config{Resolver: names{"far.example": {"10.9.9.9"}}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.CRL(t.Context(), "http://far.example/"); !errors.Is(err, ErrRefused) {
		t.Error(err)
	}
}

func TestBadOriginIsRefused(t *testing.T) {
	for _, origin := range []string{"", "localhost:8080", "ftp://x/", "http://"} {
		if _, err := New(Config{Local: []string{origin}}); err == nil {
			t.Errorf("%q was taken", origin)
		}
	}
}
