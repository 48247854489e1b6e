package main

import (
	"context"
	"crypto"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/consigil/consigil/fetch"
	"github.com/consigil/consigil/pades"
	"github.com/consigil/consigil/pki"
	"github.com/consigil/consigil/signer"
)

type signCommand struct {
	In  string `arg:"" optional:"" help:"The PDF file to sign; not with --finish, which knows it."`
	Out string `help:"Where to write the signed file; written whole or not at all."`

	Key             string `help:"Private key, PEM."`
	Cert            string `help:"Certificate of the key, PEM."`
	Chain           string `help:"Issuers of the certificate, PEM."`
	P12             string `name:"p12" help:"Key, certificate and issuers in one PKCS#12 file."`
	P12PasswordFile string `name:"p12-password-file" help:"File whose first line is the password of --p12."`

	PKCS11 string `name:"pkcs11" placeholder:"URI" help:"Key on a PKCS#11 token, such as pkcs11:token=consigil;object=seal; the certificate comes from the token, too, where there is no --cert. consigil token list shows what is there."`
	tokenFlags

	Level        string `enum:"auto,b-b,b-t,b-lt,b-lta" default:"auto" help:"PAdES level: b-b; b-t with a time stamp; b-lt with revocation data; b-lta with a time stamp over those. All but b-b need --tsa. auto is b-t where there is a --tsa."`
	tsaFlags     `embed:""`
	Trust        []string `help:"For b-lt and b-lta, trusted root: a certificate file (PEM or DER) or a folder of them; may be repeated. Without it, the self-signed root of the chain."`
	Digest       string   `enum:"auto,sha-256,sha-384,sha-512,sha3-256,sha3-384,sha3-512" default:"auto" help:"Digest: sha-256, sha-384, sha-512, sha3-256, sha3-384 or sha3-512 (not every viewer checks SHA-3). auto is sha-256, and sha-512 for Ed25519."`
	PSS          bool     `name:"pss" help:"Sign with RSASSA-PSS; for RSA keys."`
	Field        string   `help:"Signature field to fill; made where the file has none of that name."`
	PasswordFile string   `name:"pdf-password-file" aliases:"password-file" help:"File whose first line is the password of the PDF."`
	recipientFlags
	AllowExpired bool `help:"Sign although the certificate is not valid now."`

	termsFlags
	appearanceFlags

	Prepare   string `placeholder:"STATE" help:"Do everything but sign: write STATE and print what the key is to sign. Needs --cert."`
	Finish    string `placeholder:"STATE" help:"Complete what --prepare began; STATE is used up."`
	Signature string `help:"With --finish, the signature value (ECDSA in DER), a file."`
	CMS       string `name:"cms" help:"With --finish, a whole detached CMS made by a signing service, a file."`
	JSON      bool   `name:"json" help:"Print JSON."`
}

// Help teaches by example.
func (c *signCommand) Help() string {
	return `Examples:
  consigil sign in.pdf --out out.pdf --key key.pem --cert cert.pem --chain chain.pem
  consigil sign in.pdf --out out.pdf --p12 me.p12 --p12-password-file pass.txt --tsa http://tsa.example/tsr
  consigil sign in.pdf --out out.pdf --p12 me.p12 --p12-password-file pass.txt --tsa http://tsa.example/tsr --level b-lta --trust root.pem

Shown on a page, of a certain look:
  consigil sign in.pdf --out out.pdf --p12 me.p12 --p12-password-file pass.txt --visible text --reason Approval --page last --rect 36,36,200,60
  consigil sign in.pdf --out out.pdf --p12 me.p12 --p12-password-file pass.txt --image ink.png --text {name} --text {date} --rect 20mm,15mm,70mm,25mm

A key on a PKCS#11 token:
  consigil token list --pkcs11-module /usr/lib/softhsm/libsofthsm2.so
  consigil sign in.pdf --out out.pdf --pkcs11 'pkcs11:token=consigil;object=seal' --pkcs11-module /usr/lib/softhsm/libsofthsm2.so --pin-file pin.txt

A key that is elsewhere, behind a remote service:
  consigil sign in.pdf --prepare state.json --cert cert.pem --chain chain.pem
  openssl pkeyutl -sign -inkey key.pem -in digest.bin -pkeyopt digest:sha256 -out value.bin
  consigil sign --finish state.json --signature value.bin --out out.pdf

--prepare prints the digest to be signed in hexadecimal; for Ed25519, which
hashes by itself, the bytes to be signed. --json says more. A service that makes
the whole CMS gets document_digest of it; one that adds a signing time, as openssl
does, needs --pkcs7 with --prepare, since PAdES has none.

Exit codes: 0 done, 1 refused, with the cause and its code on standard error and
no output, 64 wrong usage.`
}

func (c *signCommand) Run(ctx context.Context, t *terminal) error {
	if err := c.check(); err != nil {
		return err
	}
	if err := keepInputs(c.Out, c.inputs()...); err != nil {
		return refused(err)
	}
	switch {
	case c.Finish != "":
		return refused(c.finish(ctx, t))
	case c.Prepare != "":
		return refused(c.prepare(ctx, t))
	}
	return refused(c.sign(ctx, t))
}

// inputs are the files that the command reads, but for the PDF, which may be signed
// in place.
func (c *signCommand) inputs() []string {
	own := []string{
		c.Key, c.Cert, c.Chain, c.P12, c.P12PasswordFile, c.PINFile, c.PasswordFile, c.Finish, c.Signature, c.CMS,
		c.Image, c.Strokes,
	}
	return slices.Concat(own, c.Trust, c.Font, c.tsaFlags.inputs(), c.recipientFlags.inputs())
}

// check refuses flags that do not go together.
func (c *signCommand) check() error {
	finishing, preparing := c.Finish != "", c.Prepare != ""
	switch {
	case finishing && preparing:
		return usage("--prepare and --finish are two steps: give one")
	case finishing && c.In != "":
		return usage("--finish knows the file; give no other")
	case !finishing && c.In == "":
		return usage("which file? give one")
	case preparing && c.Out != "":
		return usage("--prepare writes no signed file; --out belongs to --finish")
	case !preparing && c.Out == "":
		return usage("where to? give --out")
	case finishing && (c.Signature == "") == (c.CMS == ""):
		return usage("--finish takes --signature or --cms")
	case !finishing && c.Signature+c.CMS != "":
		return usage("--signature and --cms belong to --finish")
	case finishing && c.PKCS11 != "":
		return usage("--finish takes --signature or --cms, no key")
	case c.PKCS11 == "" && c.PINFile != "":
		return usage("--pin-file belongs to --pkcs11")
	case preparing && (c.Cert == "" || c.Key+c.P12+c.PKCS11 != ""):
		return usage("--prepare takes --cert and no key")
	case finishing && len(c.parts()) > 0:
		return usage("the looks belong to --prepare; --finish takes none")
	}
	if _, _, err := c.lock(); err != nil {
		return err
	}
	if err := c.recipientFlags.check(); err != nil {
		return err
	}
	return c.appearanceFlags.check()
}

func (c *signCommand) sign(ctx context.Context, t *terminal) error {
	opt, err := c.options(t)
	if err != nil {
		return err
	}
	key, done, err := c.identity(ctx, &opt)
	if err != nil {
		return err
	}
	defer done()
	if opt.Algorithm, err = c.algorithm(opt.Certificate); err != nil {
		return err
	}
	if err := c.appearanceFlags.apply(&opt); err != nil {
		return err
	}
	source, err := c.source(t)
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
		return fmt.Errorf("%s: %w", c.In, err)
	}
	return c.print(t, c.In, result)
}

// options are those that need no certificate.
func (c *signCommand) options(t *terminal) (pades.Options, error) {
	opt := pades.Options{
		FieldName: c.Field, Time: t.clock.Now(), AllowExpired: c.AllowExpired, Adapt: c.Digest == "auto",
	}
	err := c.termsFlags.apply(&opt)
	if err != nil {
		return opt, err
	}
	if opt.Level, err = levelOf(c.Level, c.TSA); err != nil {
		return opt, err
	}
	if opt.Password, err = readSecret(c.PasswordFile); err != nil {
		return opt, err
	}
	if opt.Recipient, err = c.recipientFlags.open(); err != nil {
		return opt, err
	}
	opt.Collector, err = newCollector(t, c.Trust)
	return opt, err
}

func levelOf(name string, tsa []string) (pades.Level, error) {
	if name == "auto" {
		name = "b-b"
		if len(tsa) > 0 {
			name = "b-t"
		}
	}
	level := levels[name]
	switch {
	case level != pades.LevelB && len(tsa) == 0:
		return level, usage("--level %s needs a --tsa", name)
	case level == pades.LevelB && len(tsa) > 0:
		return level, usage("--level b-b takes no --tsa")
	}
	return level, nil
}

// digests are the hashes by their name on the command line.
var digests = map[string]crypto.Hash{
	"sha-256": crypto.SHA256, "sha-384": crypto.SHA384, "sha-512": crypto.SHA512,
	"sha3-256": crypto.SHA3_256, "sha3-384": crypto.SHA3_384, "sha3-512": crypto.SHA3_512,
}

var levels = map[string]pades.Level{
	"b-b": pades.LevelB, "b-t": pades.LevelT, "b-lt": pades.LevelLT, "b-lta": pades.LevelLTA,
}

// algorithm is the one that --digest and --pss ask for, or the key's own.
func (c *signCommand) algorithm(cert *x509.Certificate) (signer.Algorithm, error) {
	digest := digests[c.Digest]
	if c.PSS {
		if cert.PublicKeyAlgorithm != x509.RSA {
			return signer.Unknown, fmt.Errorf("%w: --pss is for RSA keys", signer.ErrUnsupported)
		}
		return signer.PSSAlgorithm(digest)
	}
	if digest == 0 && cert.PublicKeyAlgorithm != x509.Ed25519 {
		digest = crypto.SHA256
	}
	return signer.DefaultAlgorithm(cert.PublicKey, digest)
}

// identity reads key and certificates; done puts the key away.
func (c *signCommand) identity(ctx context.Context, opt *pades.Options) (key signer.Signer, done func(), err error) {
	done = func() {}
	switch {
	case c.PKCS11 != "" && c.Key+c.P12 != "":
		return nil, nil, usage("--pkcs11 stands for --key and --p12: give one")
	case c.PKCS11 != "":
		key, done, err = c.fromToken(ctx, opt)
	default:
		key, err = c.fromFile(opt)
	}
	if err != nil {
		return nil, nil, err
	}
	if !signer.Matches(opt.Certificate, key.Public()) {
		done()
		return nil, nil, &refusal{code: "key_mismatch", err: fmt.Errorf("the certificate is not the key's")}
	}
	return key, done, nil
}

// fromFile reads a key that lies in a file.
func (c *signCommand) fromFile(opt *pades.Options) (signer.Signer, error) {
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
		return nil, usage("whose signature? give --key and --cert, --p12 or --pkcs11")
	}
	if err != nil {
		return nil, err
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
		code := "key_unreadable"
		if errors.Is(err, signer.ErrPassword) {
			code = "wrong_password"
		}
		return nil, &refusal{code: code, err: fmt.Errorf("%s: %w", c.P12, err)}
	}
	c.carry(opt, cert, chain)
	return key, nil
}

func (c *signCommand) fromPEM(opt *pades.Options) (crypto.Signer, error) {
	data, err := readSmall(c.Key)
	if err != nil {
		return nil, err
	}
	key, err := signer.ParsePrivateKeyPEM(data)
	if err != nil {
		return nil, &refusal{code: "key_unreadable", err: fmt.Errorf("%s: %w", c.Key, err)}
	}
	return key, c.certificates(opt)
}

// certificates reads --cert and --chain.
func (c *signCommand) certificates(opt *pades.Options) error {
	certs, err := readCertificateFile(c.Cert)
	if err != nil {
		return err
	}
	var chain []*x509.Certificate
	if c.Chain != "" {
		if chain, err = readCertificateFile(c.Chain); err != nil {
			return err
		}
	}
	c.carry(opt, certs[0], append(certs[1:], chain...))
	return nil
}

// carry sets the certificate and its issuers. The collector may look at all of
// them; the signature carries no self-signed root, which is of no use to anyone.
func (c *signCommand) carry(opt *pades.Options, cert *x509.Certificate, chain []*x509.Certificate) {
	opt.Certificate = cert
	opt.Collector.Pool = append(opt.Collector.Pool, chain...)
	opt.Collector.Own = append(append(opt.Collector.Own, cert), chain...)
	for _, issuer := range chain {
		if !pki.SelfIssued(issuer) {
			opt.Chain = append(opt.Chain, issuer)
		}
	}
}

// newCollector gathers validation data; what certificates under a typed root
// point at may be local, and where the signer's own issuers are.
func newCollector(t *terminal, trust []string) (*pki.Collector, error) {
	anchored, err := fetch.New(fetch.Config{Trusted: true, Now: t.clock.Now})
	if err != nil {
		return nil, err
	}
	stranger, err := fetch.New(fetch.Config{Now: t.clock.Now})
	if err != nil {
		return nil, err
	}
	c := &pki.Collector{Fetcher: stranger, OfAnchored: anchored, Now: t.clock.Now()}
	for _, path := range trust {
		certs, err := readCertificates(path)
		if err != nil {
			return nil, err
		}
		c.Anchors = append(c.Anchors, certs...)
	}
	return c, nil
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
	Notes       []note     `json:"notes,omitempty"`
}

func (c *signCommand) print(t *terminal, in string, r *pades.Result) error {
	line := signed{File: in, Out: c.Out, Field: r.Field, Level: string(r.Level), Size: r.Size, SHA256: hex.EncodeToString(r.SHA256), Notes: c.notes(r)}
	if r.Token != nil {
		line.TimestampAt = &r.TimestampTime
	}
	if c.JSON {
		return t.json(line)
	}
	kind := "PAdES " + line.Level
	if strings.HasPrefix(line.Level, "PKCS7") {
		kind = line.Level
	}
	fmt.Fprintf(t.out, "%s: signed, %s, field %s\n", c.Out, kind, line.Field)
	for _, n := range line.Notes {
		fmt.Fprintf(t.out, "  note: %s\n", n.Text)
	}
	return nil
}
