package app

import (
	"bytes"
	"context"
	"crypto"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/problem"
	"github.com/consigil/consigil/internal/seal"
	"github.com/consigil/consigil/internal/token"
	"github.com/consigil/consigil/signer"
)

// checkToken checks what can be told without loading the module.
func (c *Config) checkToken() error {
	rest := c.PKCS11Token + c.PKCS11PINFile + c.PKCS11Helper
	switch {
	case c.PKCS11Module == "" && rest == "":
		return nil
	case c.PKCS11Module == "":
		return errors.New("pkcs11-module: needed with the other pkcs11 settings")
	case c.PKCS11Token == "":
		return errors.New("pkcs11-token: needed with --pkcs11-module: the label of the token, or its pkcs11: address")
	case c.has(RoleEdge):
		return errors.New("pkcs11-module: an edge holds no key")
	}
	for name, path := range map[string]string{"pkcs11-module": c.PKCS11Module, "pkcs11-pin-file": c.PKCS11PINFile, "pkcs11-helper": c.PKCS11Helper} {
		if path == "" {
			continue
		}
		if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
			return fmt.Errorf("%s: %s is no file", name, path)
		}
	}
	_, err := c.tokenAddress()
	return err
}

// tokenAddress reads --pkcs11-token: a label, or an address that names a token and nothing else.
func (c *Config) tokenAddress() (*token.URI, error) {
	uri := &token.URI{}
	uri.Token.Label = c.PKCS11Token
	if strings.HasPrefix(c.PKCS11Token, "pkcs11:") {
		var err error
		if uri, err = token.ParseURI(c.PKCS11Token); err != nil {
			return nil, fmt.Errorf("pkcs11-token: %w", err)
		}
	}
	if len(uri.Object.ID) > 0 || uri.Object.Label+uri.PINSource+uri.Module != "" {
		return nil, errors.New("pkcs11-token: name a token and no key; module and PIN have settings of their own")
	}
	return uri, nil
}

// tokenPatience is short: a seal that cannot be made now is tried again by its job.
const tokenPatience = 5 * time.Second

// openToken makes the token ready. One that is away now is only told of: seals wait for it.
func (c *core) openToken(ctx context.Context) error {
	if c.cfg.PKCS11Module == "" {
		return nil
	}
	uri, err := c.cfg.tokenAddress()
	if err != nil {
		return err
	}
	cfg := token.Config{
		Module: c.cfg.PKCS11Module, Helper: c.cfg.PKCS11Helper, Token: uri.Token,
		Patience: tokenPatience, Report: func(err error) { c.log.Warn("the PKCS#11 helper ended", "error", err.Error()) },
	}
	if path := c.cfg.PKCS11PINFile; path != "" {
		if _, err := readPIN(path); err != nil {
			return err
		}
		cfg.PIN = func() ([]byte, error) { return readPIN(path) }
	}
	if c.token, err = token.Open(cfg); err != nil {
		return fmt.Errorf("app: open token: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	if err := c.token.Health(ctx); err != nil {
		c.log.Warn("the token of the seal keys is not ready; seals wait for it", "error", err.Error())
	}
	return nil
}

// readPIN reads the first line of a file that only its owner may read.
func readPIN(path string) ([]byte, error) {
	data, err := readSecret(path)
	if err != nil {
		return nil, fmt.Errorf("app: read PIN: %w", err)
	}
	line, _, _ := bytes.Cut(data, []byte("\n"))
	return bytes.TrimSuffix(line, []byte("\r")), nil
}

// tokenCustodian keeps seal keys on a PKCS#11 token. A reference is the key's address without the token: which token
// that is, the configuration says.
type tokenCustodian struct{ client *token.Client }

// Kind implements seal.Custodian.
func (tokenCustodian) Kind() string { return seal.CustodyToken }

// Create implements seal.Custodian.
func (t tokenCustodian) Create(ctx context.Context, org id.Org, algorithm string) ([]byte, crypto.PublicKey, error) {
	key, err := t.client.Generate(ctx, algorithm, "consigil seal "+string(org))
	if err != nil {
		return nil, nil, tokenProblem(err)
	}
	return []byte((&token.URI{Object: key.Object}).String()), key.Public(), nil
}

// Open implements seal.Custodian.
func (t tokenCustodian) Open(ctx context.Context, org id.Org, reference []byte) (signer.Signer, error) {
	uri, err := token.ParseURI(string(reference))
	if err != nil || len(uri.Object.ID) == 0 || uri.Object.Label != "consigil seal "+string(org) {
		return nil, errors.New("app: the reference is no key of this organization on a token")
	}
	key, err := t.client.Select(ctx, uri.Object)
	if err != nil {
		return nil, tokenProblem(err)
	}
	return tokenKey{key}, nil
}

// tokenKey says of a token that is away what a custodian says.
type tokenKey struct{ *token.Key }

// Sign implements signer.Signer.
func (k tokenKey) Sign(ctx context.Context, alg signer.Algorithm, message []byte) ([]byte, error) {
	value, err := k.Key.Sign(ctx, alg, message)
	return value, tokenProblem(err)
}

// tokenProblem tells apart a token that somebody has to see to, for which seals wait, and a request that never works.
func tokenProblem(err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, token.ErrUnsupported) {
		return problem.Wrap(err, problem.Invalid, "seal_algorithm", "The token cannot make seal keys of this kind; choose another one.")
	}
	return seal.Unavailable(err)
}
