package main

import (
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/consigil/consigil/pades"
)

type extendCommand struct {
	In  string `arg:"" help:"The signed PDF file; ours or another product's."`
	Out string `required:"" help:"Where to write the extended file; written whole or not at all."`

	Level        string `enum:"b-t,b-lt,b-lta" required:"" help:"PAdES level to lift every signature to: b-t, b-lt or b-lta. A file at b-lta gets a further time stamp, which renews it."`
	tsaFlags     `embed:""`
	Trust        []string `help:"Trusted root: a certificate file (PEM or DER) or a folder of them; may be repeated. Without it, self-signed roots found in the file."`
	Chain        string   `help:"Further certificates, PEM."`
	Digest       string   `enum:"sha-256,sha-384,sha-512" default:"sha-256" help:"Digest of document time stamps."`
	PasswordFile string   `name:"pdf-password-file" aliases:"password-file" help:"File whose first line is the password of the PDF."`
	recipientFlags
	JSON bool `name:"json" help:"Print JSON."`
}

// Help teaches by example.
func (c *extendCommand) Help() string {
	return `Examples:
  consigil extend signed.pdf --out archived.pdf --level b-lta --tsa http://tsa.example/tsr --trust root.pem
  consigil extend archived.pdf --out renewed.pdf --level b-lta --tsa http://tsa.example/tsr --trust root.pem

--tsa is needed for b-lta, and where a signature has no time stamp yet.

Exit codes: 0 done, 1 refused, with the cause and its code on standard error and
no output, 64 wrong usage.`
}

// Run lifts the file.
func (c *extendCommand) Run(ctx context.Context, t *terminal) error {
	if c.Level == "b-lta" && len(c.TSA) == 0 {
		return usage("--level b-lta needs a --tsa")
	}
	if err := c.check(); err != nil {
		return err
	}
	inputs := slices.Concat([]string{c.PasswordFile, c.Chain}, c.Trust, c.tsaFlags.inputs(), c.recipientFlags.inputs())
	if err := keepInputs(c.Out, inputs...); err != nil {
		return refused(err)
	}
	return refused(c.run(ctx, t))
}

func (c *extendCommand) run(ctx context.Context, t *terminal) error {
	ext, err := c.extension(t)
	if err != nil {
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
	var result *pades.Extended
	err = writeFile(c.Out, func(w io.Writer) error {
		result, err = pades.Extend(ctx, in, in.size, source, ext, w)
		return err
	})
	if err != nil {
		return fmt.Errorf("%s: %w", c.In, err)
	}
	return c.print(t, result)
}

func (c *extendCommand) extension(t *terminal) (pades.Extension, error) {
	ext := pades.Extension{
		Level:  levels[c.Level],
		Digest: digests[c.Digest],
	}
	var err error
	if ext.Password, err = readSecret(c.PasswordFile); err != nil {
		return ext, err
	}
	if ext.Recipient, err = c.open(); err != nil {
		return ext, err
	}
	if ext.Collector, err = newCollector(t, c.Trust); err != nil || c.Chain == "" {
		return ext, err
	}
	ext.Collector.Pool, err = readCertificateFile(c.Chain)
	return ext, err
}

// extended is the JSON that extend prints.
type extended struct {
	File       string              `json:"file"`
	Out        string              `json:"out"`
	Signatures []extendedSignature `json:"signatures"`
	Size       int64               `json:"size"`
	SHA256     string              `json:"sha256"`
	Timestamps []time.Time         `json:"timestamps_added"`
	NoChanges  bool                `json:"certified_no_changes,omitempty"` // DocMDP 1
}

type extendedSignature struct {
	Field string `json:"field"`
	Level string `json:"level"`
}

func (c *extendCommand) print(t *terminal, r *pades.Extended) error {
	line := extended{File: c.In, Out: c.Out, Size: r.Size, SHA256: hex.EncodeToString(r.SHA256), Timestamps: r.Timestamps, NoChanges: r.NoChanges}
	for _, l := range r.Levels {
		line.Signatures = append(line.Signatures, extendedSignature{Field: l.Field, Level: string(l.Level)})
	}
	if c.JSON {
		return t.json(line)
	}
	for _, s := range line.Signatures {
		fmt.Fprintf(t.out, "%s: %s is %s\n", c.Out, s.Field, s.Level)
	}
	if r.NoChanges {
		fmt.Fprintf(t.out, "%s: its certification allows no changes; PDF 2.0 lets time stamps follow it, some viewers mind them\n", c.Out)
	}
	return nil
}
