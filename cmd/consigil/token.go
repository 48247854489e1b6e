package main

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/consigil/consigil/internal/token"
	"github.com/consigil/consigil/internal/token/wire"
	"github.com/consigil/consigil/pades"
	"github.com/consigil/consigil/signer"
)

// tokenFlags say how to reach a PKCS#11 token.
type tokenFlags struct {
	Module  string `name:"pkcs11-module" env:"CONSIGIL_PKCS11_MODULE" placeholder:"FILE" help:"The token's PKCS#11 module, such as /usr/lib/softhsm/libsofthsm2.so."`
	PINFile string `name:"pin-file" placeholder:"FILE" help:"File whose first line is the PIN of the token."`
	Helper  string `name:"pkcs11-helper" env:"CONSIGIL_PKCS11_HELPER" placeholder:"FILE" help:"The program that loads the module. Default: consigil-pkcs11 beside this one."`
}

// patience is how long a command waits for a token that is pulled while it signs.
const patience = 10 * time.Second

var errNoCertificate = errors.New("the token has no certificate of this key: give --cert")

// open opens the token of an address. Flags stand before what the address says.
func (f *tokenFlags) open(uri *token.URI) (*token.Client, error) {
	module, pinFile := f.Module, f.PINFile
	if module == "" {
		module = uri.Module
	}
	if pinFile == "" {
		pinFile = uri.PINSource
	}
	if module == "" {
		return nil, usage("which PKCS#11 module? give --pkcs11-module")
	}
	cfg := token.Config{Module: module, Helper: f.Helper, Token: uri.Token, Patience: patience}
	if pinFile != "" {
		cfg.PIN = func() ([]byte, error) {
			pin, err := readSecret(pinFile)
			return []byte(pin), err
		}
	}
	return token.Open(cfg)
}

// fromToken finds the key, and its certificates where no --cert is given.
func (c *signCommand) fromToken(ctx context.Context, opt *pades.Options) (signer.Signer, func(), error) {
	uri, err := token.ParseURI(c.PKCS11)
	if err != nil {
		return nil, nil, usage("%w", err)
	}
	client, err := c.tokenFlags.open(uri)
	if err != nil {
		return nil, nil, err
	}
	done := func() { _ = client.Close() }
	key, err := client.Select(ctx, uri.Object)
	if err == nil {
		err = c.certify(opt, key)
	}
	if err != nil {
		done()
		return nil, nil, err
	}
	return key, done, nil
}

// certify takes the certificate from --cert or from the token.
func (c *signCommand) certify(opt *pades.Options, key *token.Key) error {
	if c.Cert != "" {
		return c.certificates(opt)
	}
	if len(key.Certificates) == 0 {
		return &refusal{code: "no_certificate", err: errNoCertificate}
	}
	chain := key.Certificates[0]
	issuers := chain[1:]
	if c.Chain != "" {
		more, err := readCertificateFile(c.Chain)
		if err != nil {
			return err
		}
		issuers = withoutRepeats(append(more, issuers...))
	}
	c.carry(opt, chain[0], issuers)
	return nil
}

func withoutRepeats(certs []*x509.Certificate) []*x509.Certificate {
	var out []*x509.Certificate
	seen := map[string]bool{}
	for _, cert := range certs {
		if !seen[string(cert.Raw)] {
			seen[string(cert.Raw)] = true
			out = append(out, cert)
		}
	}
	return out
}

// tokenCommand helps to find keys on tokens.
type tokenCommand struct {
	List tokenListCommand `cmd:"" help:"List the tokens that a PKCS#11 module sees, their keys and certificates."`
}

type tokenListCommand struct {
	URI string `arg:"" optional:"" help:"Only this token, such as pkcs11:token=consigil. Needed with a PIN where there are several: no PIN is tried on a token that it may not belong to."`
	tokenFlags
	JSON bool `name:"json" help:"Print JSON, a line for each token."`
}

// Help teaches by example.
func (*tokenListCommand) Help() string {
	return `Examples:
  consigil token list --pkcs11-module /usr/lib/softhsm/libsofthsm2.so
  consigil token list pkcs11:token=consigil --pkcs11-module /usr/lib/softhsm/libsofthsm2.so --pin-file pin.txt

Without a PIN a token shows only what it shows to everybody, often certificates alone.
The addresses that are printed are what sign --pkcs11 takes.

Exit codes: 0 done, 1 refused, with the cause and its code on standard error, 64 wrong usage.`
}

// listedToken is the JSON of one token.
type listedToken struct {
	wire.Token
	Keys []listedKey `json:"keys"`
}

type listedKey struct {
	URI          string              `json:"uri"`
	Label        string              `json:"label"`
	Kind         string              `json:"kind"`
	Private      bool                `json:"private"`
	Sign         bool                `json:"can_sign"`
	Schemes      []wire.Scheme       `json:"schemes"`
	Certificates []listedCertificate `json:"certificates"`
}

type listedCertificate struct {
	Subject  string    `json:"subject"`
	Issuer   string    `json:"issuer"`
	NotAfter time.Time `json:"not_after"`
}

// Run lists.
func (c *tokenListCommand) Run(ctx context.Context, t *terminal) error {
	uri := &token.URI{}
	if c.URI != "" {
		var err error
		if uri, err = token.ParseURI(c.URI); err != nil {
			return usage("%w", err)
		}
	}
	return refused(c.list(ctx, t, uri))
}

func (c *tokenListCommand) list(ctx context.Context, t *terminal, uri *token.URI) error {
	client, err := c.open(uri)
	if err != nil {
		return err
	}
	defer func() { _ = client.Close() }() // nothing was written
	all, err := client.Tokens(ctx)
	if err != nil {
		return err
	}
	var wanted []wire.Token
	for _, one := range all {
		if one.Initialized && uri.Matches(one) {
			wanted = append(wanted, one)
		}
	}
	switch {
	case len(wanted) == 0:
		return fmt.Errorf("%w: the module sees no such token", token.ErrNoToken)
	case len(wanted) > 1 && c.PINFile+uri.PINSource != "":
		return usage("there are %d tokens: name the one that the PIN belongs to", len(wanted))
	}
	for _, one := range wanted {
		if err := c.one(ctx, t, uri, one); err != nil {
			return err
		}
	}
	return nil
}

// one lists one token by a client of its own.
func (c *tokenListCommand) one(ctx context.Context, t *terminal, uri *token.URI, info wire.Token) error {
	address := *uri
	address.Token = wire.Selector{Label: info.Label, Serial: info.Serial}
	client, err := c.open(&address)
	if err != nil {
		return err
	}
	defer func() { _ = client.Close() }() // nothing was written
	keys, err := client.Keys(ctx)
	if err != nil {
		return err
	}
	listed := listedToken{Token: info, Keys: []listedKey{}}
	for _, k := range keys {
		listed.Keys = append(listed.Keys, list(info, k))
	}
	if c.JSON {
		return t.json(listed)
	}
	return listed.print(t)
}

func list(info wire.Token, k *token.Key) listedKey {
	uri := token.URI{Token: wire.Selector{Label: info.Label}, Object: k.Object}
	out := listedKey{
		URI: uri.String(), Label: k.Label, Kind: k.Kind, Private: k.Private, Sign: k.CanSign, Schemes: k.Schemes, Certificates: []listedCertificate{},
	}
	for _, chain := range k.Certificates {
		cert := chain[0]
		out.Certificates = append(out.Certificates, listedCertificate{cert.Subject.String(), cert.Issuer.String(), cert.NotAfter.UTC()})
	}
	return out
}

// print is for a person.
func (l *listedToken) print(t *terminal) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s  (%s, serial number %s)%s\n", l.Label, l.Model, l.Serial, l.warning())
	for _, k := range l.Keys {
		kind := k.Kind
		if kind == "" {
			kind = "unknown kind"
		}
		if !k.Private {
			kind += ", private key not shown without the PIN"
		}
		fmt.Fprintf(&b, "  %s\n    %s\n", k.URI, kind)
		for _, cert := range k.Certificates {
			fmt.Fprintf(&b, "    certificate: %s, until %s\n", cert.Subject, cert.NotAfter.Format(time.DateOnly))
		}
	}
	if len(l.Keys) == 0 {
		b.WriteString("  no keys are shown\n")
	}
	_, err := fmt.Fprint(t.out, b.String())
	return err
}

func (l *listedToken) warning() string {
	switch {
	case l.PINLocked:
		return "  LOCKED"
	case l.PINFinalTry:
		return "  one PIN try left"
	case l.PINLow:
		return "  a wrong PIN was entered"
	}
	return ""
}
