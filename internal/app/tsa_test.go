package app

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/consigil/consigil/fetch"
	"github.com/consigil/consigil/test/testpki"
)

// TestTSAConfig: what does not go together is refused before anything is opened, in words that tell no secret.
func TestTSAConfig(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := func(name, text string, mode os.FileMode) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), mode); err != nil {
			t.Fatal(err)
		}
	}
	ca := testpki.New(t, time.Now(), false)
	file("password", "hunter2\r\nnot this\n", 0o600)
	file("open", "hunter2\n", 0o644)
	file("root.pem", string(testpki.PEM(ca.Root)), 0o644)
	for text, want := range map[string]string{
		`[{"name":"e-Szigno","url":"https://tsa.example/ts","user":"me","password_file":"password","policy":"1.3.6.1.4.1.21528.2.1","trust":"root.pem","ca":"root.pem"},{"url":"http://127.0.0.1:1/"}]`: "",
		`[]`: "at least one", `{}`: "cannot unmarshal", `[{"url":"https://a/"}] []`: "one list", `[{"name":"a"}]`: "url is needed",
		`[{"url":"https://a/","password":"hunter2"}]`:                                    "unknown field",
		`[{"url":"ftp://a/"}]`:                                                           "http:// or https://",
		`[{"url":"https://me:hunter2@a/"}]`:                                              "neither user",
		`[{"url":"https://a/","user":"me"}]`:                                             "go together",
		`[{"url":"http://a/","user":"me","password_file":"password"}]`:                   "https only",
		`[{"url":"https://a/","user":"me","password_file":"open"}]`:                      "others can read",
		`[{"url":"https://a/","user":"me","password_file":"none"}]`:                      "no such file",
		`[{"url":"https://a/","client_cert":"root.pem"}]`:                                "go together",
		`[{"url":"https://a/","client_cert":"root.pem","client_key":"password"}]`:        "client_cert and client_key",
		`[{"url":"https://a/","policy":"one.two"}]`:                                      "object identifier",
		`[{"url":"https://a/","policy":"9.9"}]`:                                          "object identifier",
		`[{"url":"https://a/","trust":"password"}]`:                                      "trust",
		`[{"url":"https://a/"},{"url":"https://a/"}]`:                                    "same name",
		`[{"name":"x","url":"https://a/"},{"name":"x","url":"https://b/"}]`:              "same name",
		`[{"url":"https://a/","user":"me","password_file":"password","client_key":"x"}]`: "go together",
	} {
		file("tsa.json", text, 0o600)
		cfg := Config{TSAConfig: filepath.Join(dir, "tsa.json")}
		err := cfg.Check()
		switch {
		case want == "" && err != nil:
			t.Errorf("%s: %v", text, err)
		case want != "" && (err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "tsa-config: ")):
			t.Errorf("%s: got %v, want %q", text, err, want)
		case err != nil && strings.Contains(err.Error(), "hunter2"):
			t.Errorf("%s: the error tells the password: %v", text, err)
		}
	}
	file("tsa.json", `[{"name":"first","url":"https://tsa.example/ts","user":"me","password_file":"password"}]`, 0o600)
	list, err := readTSAConfig(filepath.Join(dir, "tsa.json"))
	if err != nil || len(list) != 1 || list[0].Password != "hunter2" || list[0].Name != "first" {
		t.Errorf("read %d authorities: %v", len(list), err)
	}
}

func TestClockSource(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		cfg  Config
		want string
	}{
		{Config{}, clockTrust}, {Config{Role: []string{RoleTSA}}, clockKernel}, {Config{Role: []string{RoleCore, RoleTSA}}, clockTrust},
		{Config{Role: []string{RoleTSA}, TSAClock: clockTrust}, clockTrust}, {Config{TSAClock: clockNTP, TSANTP: []string{"a"}}, clockNTP},
	} {
		if err := c.cfg.Check(); err != nil || c.cfg.clockSource() != c.want {
			t.Errorf("%v: %q, %v", c.cfg.Role, c.cfg.clockSource(), err)
		}
	}
	for _, cfg := range []Config{{TSAClock: "sun"}, {TSAClock: clockNTP}, {TSANTP: []string{"a"}}, {TSA: []string{"http://a/"}, TSAConfig: "b"}} {
		if err := cfg.Check(); err == nil {
			t.Errorf("%+v was taken", cfg)
		}
	}
}

// TestOriginsOfASocket: a signer that serves on a socket has no origin that others could be sent to.
func TestOriginsOfASocket(t *testing.T) {
	c := &core{cfg: &Config{PublicURL: "unix:/run/signer.sock"}}
	if _, err := fetch.New(fetch.Config{Local: c.localOrigins()}); err != nil {
		t.Error(err)
	}
}
