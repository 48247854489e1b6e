package main

import (
	"context"
	"crypto"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/consigil/consigil/fetch"
	"github.com/consigil/consigil/pades"
	"github.com/consigil/consigil/pdf"
	"github.com/consigil/consigil/signer"
	"github.com/consigil/consigil/tsp"
)

type signCommand struct {
	In  string `arg:"" help:"The PDF file to sign."`
	Out string `required:"" help:"Where to write the signed file; written whole or not at all."`

	Key             string `help:"Private key, PEM."`
	Cert            string `help:"Certificate of the key, PEM."`
	Chain           string `help:"Issuers of the certificate, PEM."`
	P12             string `name:"p12" help:"Key, certificate and issuers in one PKCS#12 file."`
	P12PasswordFile string `name:"p12-password-file" help:"File whose first line is the password of --p12."`

	Level        string   `enum:"auto,b-b,b-t" default:"auto" help:"PAdES level: b-b, or b-t with a time stamp (needs --tsa). auto is b-t where there is a --tsa."`
	TSA          []string `name:"tsa" help:"Address of a time-stamp authority; several are tried in turn."`
	Digest       string   `enum:"auto,sha-256,sha-384,sha-512" default:"auto" help:"Digest: sha-256, sha-384 or sha-512. auto follows the key."`
	Field        string   `help:"Signature field to use; made where the file has none of that name."`
	Reason       string   `help:"Reason to state in the signature."`
	Location     string   `help:"Place to state in the signature."`
	PasswordFile string   `help:"File whose first line is the password of the PDF."`
	JSON         bool     `name:"json" help:"Print JSON."`
}

// Help teaches by example.
func (c *signCommand) Help() string {
	return `Examples:
  consigil sign in.pdf --out out.pdf --key key.pem --cert cert.pem --chain chain.pem
  consigil sign in.pdf --out out.pdf --p12 me.p12 --p12-password-file pass.txt --tsa http://tsa.example/tsr
  consigil sign in.pdf --out out.pdf --p12 me.p12 --p12-password-file pass.txt --field Buyer --digest sha-512

Exit codes: 0 signed, 1 not signed, 4 an input cannot be read, 64 wrong usage.`
}

func (c *signCommand) Run(ctx context.Context, t *terminal) error {
	opt, err := c.options(t.clock.Now())
	if err != nil {
		return err
	}
	key, err := c.identity(&opt)
	if err != nil {
		return err
	}
	source, err := c.source(opt.Level)
	if err != nil {
		return err
	}
	in, err := openInput(c.In)
	if err != nil {
		return err
	}
	defer in.Close()
	var result *pades.Result
	err = writeFile(c.Out, func(w io.Writer) error {
		result, err = pades.Sign(ctx, in, in.size, key, source, opt, w)
		return err
	})
	if err != nil {
		return signError(c.In, err)
	}
	return c.print(t, result)
}

// options are those that need no file but the password's.
func (c *signCommand) options(now time.Time) (pades.Options, error) {
	opt := pades.Options{FieldName: c.Field, Reason: c.Reason, Location: c.Location, Time: now, Level: pades.LevelB}
	opt.Digest = map[string]crypto.Hash{"sha-256": crypto.SHA256, "sha-384": crypto.SHA384, "sha-512": crypto.SHA512}[c.Digest]
	if c.Level == "b-t" || c.Level == "auto" && len(c.TSA) > 0 {
		opt.Level = pades.LevelT
	}
	switch {
	case opt.Level == pades.LevelT && len(c.TSA) == 0:
		return opt, usage("--level b-t needs a --tsa")
	case opt.Level == pades.LevelB && len(c.TSA) > 0:
		return opt, usage("--level b-b takes no --tsa")
	}
	password, err := readSecret(c.PasswordFile)
	opt.Password = password
	return opt, err
}

// identity reads key and certificates.
func (c *signCommand) identity(opt *pades.Options) (signer.Signer, error) {
	var key crypto.Signer
	var err error
	switch {
	case c.P12 != "" && (c.Key != "" || c.Cert != "" || c.Chain != ""):
		return nil, usage("--p12 stands for --key, --cert and --chain: give one or the other")
	case c.P12 != "":
		key, err = c.fromPKCS12(opt)
	case c.Key != "" && c.Cert != "":
		key, err = c.fromPEM(opt)
	default:
		return nil, usage("whose signature? give --key and --cert, or --p12")
	}
	if err != nil {
		return nil, err
	}
	if !signer.Matches(opt.Certificate, key.Public()) {
		return nil, usage("the certificate is not the key's")
	}
	return signer.FromKey(key)
}

func (c *signCommand) fromPKCS12(opt *pades.Options) (crypto.Signer, error) {
	data, err := readSmall(c.P12)
	if err != nil {
		return nil, err
	}
	password, err := readSecret(c.P12PasswordFile)
	if err != nil {
		return nil, err
	}
	key, cert, chain, err := signer.ParsePKCS12(data, password)
	if err != nil {
		return nil, unreadable(fmt.Errorf("%s: %w", c.P12, err))
	}
	opt.Certificate, opt.Chain = cert, chain
	return key, nil
}

func (c *signCommand) fromPEM(opt *pades.Options) (crypto.Signer, error) {
	data, err := readSmall(c.Key)
	if err != nil {
		return nil, err
	}
	key, err := signer.ParsePrivateKeyPEM(data)
	if err != nil {
		return nil, unreadable(fmt.Errorf("%s: %w", c.Key, err))
	}
	certs, err := readCertificateFile(c.Cert)
	if err != nil {
		return nil, err
	}
	var chain []*x509.Certificate
	if c.Chain != "" {
		if chain, err = readCertificateFile(c.Chain); err != nil {
			return nil, err
		}
	}
	opt.Certificate, opt.Chain = certs[0], append(certs[1:], chain...)
	return key, nil
}

// source trusts the addresses that were typed: they may be local.
func (c *signCommand) source(level pades.Level) (tsp.Source, error) {
	if level != pades.LevelT {
		return nil, nil
	}
	return typedTSA(c.TSA)
}

func typedTSA(addresses []string) (tsp.Source, error) {
	client, err := fetch.New(fetch.Config{Trusted: true})
	if err != nil {
		return nil, err
	}
	return &fetch.TSA{Client: client, URLs: addresses}, nil
}

// signError tells a file that cannot be read from a signature that cannot be
// made.
func signError(path string, err error) error {
	var malformed *pdf.MalformedError
	var limit *pdf.LimitError
	if errors.As(err, &malformed) || errors.As(err, &limit) || errors.Is(err, pdf.ErrNotPDF) || errors.Is(err, pdf.ErrPassword) {
		return unreadable(fmt.Errorf("%s: %w", path, err))
	}
	return fmt.Errorf("%s: %w", path, err)
}

// signed is the JSON that sign prints.
type signed struct {
	File        string     `json:"file"`
	Out         string     `json:"out"`
	Field       string     `json:"field"`
	Level       string     `json:"level"`
	Size        int64      `json:"size"`
	SHA256      string     `json:"sha256"`
	TimestampAt *time.Time `json:"timestamp_time,omitempty"`
}

func (c *signCommand) print(t *terminal, r *pades.Result) error {
	line := signed{File: c.In, Out: c.Out, Field: r.Field, Level: string(r.Level), Size: r.Size, SHA256: hex.EncodeToString(r.SHA256)}
	if r.Token != nil {
		line.TimestampAt = &r.TimestampTime
	}
	if c.JSON {
		return t.json(line)
	}
	fmt.Fprintf(t.out, "%s: signed, PAdES %s, field %s\n", c.Out, line.Level, line.Field)
	return nil
}
