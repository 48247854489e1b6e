package app

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestConfigFaults lists what is refused before anything is opened, and a word that the reason must hold.
func TestConfigFaults(t *testing.T) {
	for name, c := range map[string]struct {
		cfg  Config
		word string
	}{
		"role":            {Config{Role: []string{"boss"}}, "boss"},
		"edge and core":   {Config{Role: []string{RoleEdge, RoleCore}}, "alone"},
		"edge unguided":   {Config{Role: []string{RoleEdge}}, "bus-connect"},
		"edge unnamed":    {Config{Role: []string{RoleEdge}, BusConnect: "x", BusKeyFile: "y"}, "public-url"},
		"bus without key": {Config{BusListen: "unix:x"}, "bus-key-file"},
		"listen":          {Config{Listen: "8321"}, "listen"},
		"public URL":      {Config{PublicURL: "sign.example.org"}, "public-url"},
		"URL with query":  {Config{PublicURL: "https://sign.example.org/?x"}, "public-url"},
		"URL with user":   {Config{PublicURL: "https://u:p@sign.example.org"}, "public-url"},
		"proxy":           {Config{TrustedProxy: []string{"10.0.0.1"}}, "trusted-proxy"},
		"TSA":             {Config{TSA: []string{"ftp://x"}}, "tsa"},
		"mail from":       {Config{SMTPHost: "mail"}, "smtp-from"},
		"mail from named": {Config{SMTPHost: "mail", SMTPFrom: "Us <us@example.org>"}, "bare"},
		"signer shared":   {Config{Role: []string{RoleSigner, RoleCore}}, "alone"},
		"signer for all":  {Config{Role: []string{RoleSigner}}, "esign-client"},
		"signer in clear": {Config{Role: []string{RoleSigner}, Listen: ":8322", ESignTokenKey: []string{"core=x"}}, "loopback"},
		"signer no TLS":   {Config{Role: []string{RoleSigner}, ESignClient: []string{"core"}}, "tls-cert"},
		"signer database": {Config{Role: []string{RoleSigner}, Database: "postgres://x", ESignTokenKey: []string{"core=x"}}, "database"},
		"token key":       {Config{Role: []string{RoleSigner}, ESignTokenKey: []string{"x"}}, "NAME=FILE"},
		"TLS for core":    {Config{TLSCert: "x"}, "--role signer"},
		"signer's way":    {Config{Signer: "https://signer.example.org"}, "signer-cert"},
		"signer abroad":   {Config{Signer: "http://signer.example.org", SignerTokenKey: "x"}, "loopback"},
		"signer nowhere":  {Config{SignerTokenKey: "x"}, "address"},
		"signer at edge":  {Config{Role: []string{RoleEdge}, Signer: "https://x", SignerTokenKey: "x"}, "edge"},
		"file size":       {Config{MaxFile: 2 << 30}, "max-file"},
		"workers":         {Config{Workers: 1000}, "workers"},
		"PIN without":     {Config{PKCS11PINFile: "pin"}, "pkcs11-module"},
		"module alone":    {Config{PKCS11Module: "config_test.go"}, "pkcs11-token"},
		"no module":       {Config{PKCS11Module: "nowhere.so", PKCS11Token: "t"}, "no file"},
		"token with key":  {Config{PKCS11Module: "config_test.go", PKCS11Token: "pkcs11:object=seal"}, "no key"},
		"token's address": {Config{PKCS11Module: "config_test.go", PKCS11Token: "pkcs11:colour=red"}, "pkcs11-token"},
	} {
		err := c.cfg.Check()
		if err == nil || !strings.Contains(err.Error(), c.word) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestZeroConfigIsUsable(t *testing.T) {
	c := Config{}
	if err := c.Check(); err != nil {
		t.Fatal(err)
	}
	if !c.has(RoleAll) || c.Listen != "127.0.0.1:8321" || c.KEKFile != filepath.Join("data", "kek") || c.MaxFile != 100<<20 {
		t.Errorf("%+v", c)
	}
}

func TestSecretsAreForTheOwnerOnly(t *testing.T) {
	path := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := readSecret(path); err != nil {
		t.Error(err)
	}
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	if _, err := readSecret(path); err == nil {
		t.Error("a secret that others can read was taken")
	}
}
