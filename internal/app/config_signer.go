package app

import (
	"errors"
	"net"
	"net/url"
	"slices"
	"strings"

	"github.com/consigil/consigil/internal/seal"
)

// checkSigner says what is wrong with either end of the road to the signer.
func (c *Config) checkSigner() error {
	if c.has(RoleSigner) {
		return errors.Join(c.checkSignerRole(), c.checkServices())
	}
	if c.TLSCert != "" || c.TLSKey != "" || c.ESignClientCA != "" || len(c.ESignClient) > 0 || len(c.ESignTokenKey) > 0 {
		return errors.New("tls-cert, tls-key, esign-*: these are for --role signer")
	}
	return c.checkSignerClient()
}

func (c *Config) checkSignerRole() error {
	switch {
	case c.Signer != "" || c.Database != "":
		return errors.New("role signer: a signer has neither a database nor another signer")
	case (c.TLSCert == "") != (c.TLSKey == ""):
		return errors.New("tls-cert: --tls-key goes with it")
	case c.TLSCert == "" && !c.listensPrivately():
		return errors.New("role signer: without --tls-cert it serves only on a loopback address or unix:PATH")
	case c.TLSCert != "" && strings.HasPrefix(c.Listen, "unix:"):
		return errors.New("listen: a unix socket takes no --tls-cert")
	}
	return nil
}

// listensPrivately says whether nobody beyond this machine can connect.
func (c *Config) listensPrivately() bool {
	if strings.HasPrefix(c.Listen, "unix:") {
		return true
	}
	host, _, err := net.SplitHostPort(c.Listen)
	return err == nil && loopback(host)
}

func (c *Config) checkServices() error {
	names := slices.Clone(c.ESignClient)
	for _, pair := range c.ESignTokenKey {
		name, file, ok := strings.Cut(pair, "=")
		if !ok || file == "" {
			return errors.New("esign-token-key: use NAME=FILE")
		}
		names = append(names, name)
	}
	switch {
	case len(names) == 0:
		return errors.New("role signer: name who may ask, with --esign-client or --esign-token-key")
	case len(c.ESignClient) > 0 && (c.ESignClientCA == "" || c.TLSCert == ""):
		return errors.New("esign-client: --esign-client-ca and --tls-cert are needed")
	case slices.ContainsFunc(names, func(n string) bool { return n == "" || len(n) > 255 || strings.TrimSpace(n) != n }):
		return errors.New("esign-client, esign-token-key: a name has 1 to 255 characters")
	}
	return nil
}

func (c *Config) checkSignerClient() error {
	if c.SealKeys == seal.CustodyToken && c.PKCS11Module == "" {
		return errors.New("seal-keys: token needs --pkcs11-module")
	}
	if c.Signer == "" {
		if c.SignerCA+c.SignerCert+c.SignerKey+c.SignerTokenKey != "" || c.SealKeys == seal.CustodyRemote {
			return errors.New("signer: the address is missing")
		}
		return nil
	}
	c.Signer = strings.TrimRight(c.Signer, "/")
	switch {
	case c.has(RoleEdge):
		return errors.New("signer: an edge seals nothing")
	case (c.SignerCert == "") != (c.SignerKey == ""):
		return errors.New("signer-cert: --signer-key goes with it")
	case c.SignerCert == "" && c.SignerTokenKey == "":
		return errors.New("signer: --signer-cert and --signer-key, or --signer-token-key, are needed")
	}
	return checkSignerURL(c.Signer)
}

func checkSignerURL(address string) error {
	if path, ok := strings.CutPrefix(address, "unix:"); ok {
		if path == "" {
			return errors.New("signer: unix: needs a path")
		}
		return nil
	}
	if err := checkURL("signer", address); err != nil {
		return err
	}
	u, err := url.Parse(address)
	if err == nil && u.Scheme == "http" && !loopback(u.Hostname()) {
		return errors.New("signer: http:// is for a loopback address; use https://")
	}
	return err
}
