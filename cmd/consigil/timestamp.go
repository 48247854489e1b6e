package main

import (
	"context"
	"crypto"
	"encoding/asn1"
	"encoding/hex"
	"fmt"
	"io"
	"time"

	"github.com/consigil/consigil/tsp"
)

type timestampCommand struct {
	File     string `arg:"" help:"The file to time-stamp; of any kind."`
	Out      string `required:"" help:"Where to write the answer (DER TimeStampResp)."`
	tsaFlags `embed:""`
	Digest   string `enum:"sha-256,sha-384,sha-512" default:"sha-256" help:"Digest: sha-256, sha-384 or sha-512."`
	JSON     bool   `name:"json" help:"Print JSON."`
}

// Help teaches by example.
func (c *timestampCommand) Help() string {
	return `Examples:
  consigil timestamp report.docx --out report.tsr --tsa http://tsa.example/tsr
  openssl ts -verify -in report.tsr -data report.docx -CAfile root.pem

Exit codes: 0 done, 1 no time stamp, 4 the file cannot be read, 64 wrong usage.`
}

// Run stamps the file.
func (c *timestampCommand) Run(ctx context.Context, t *terminal) error {
	if len(c.TSA) == 0 {
		return usage("whom to ask? give --tsa")
	}
	hash := digests[c.Digest]
	in, err := openInput(c.File)
	if err != nil {
		return err
	}
	defer in.Close()
	hasher := hash.New()
	if _, err := io.Copy(hasher, in); err != nil {
		return unreadable(fmt.Errorf("%s: %w", c.File, err))
	}
	return refused(c.run(ctx, t, hash, hasher.Sum(nil)))
}

func (c *timestampCommand) run(ctx context.Context, t *terminal, hash crypto.Hash, imprint []byte) error {
	token, err := c.stamp(ctx, t, hash, imprint)
	if err != nil {
		return fmt.Errorf("%s: %w", c.File, err)
	}
	answer, err := response(token.Raw)
	if err != nil {
		return err
	}
	err = writeFile(c.Out, func(w io.Writer) error {
		_, err := w.Write(answer)
		return err
	})
	if err != nil {
		return err
	}
	return c.print(t, token)
}

// stamp gets a token, which its source has checked.
func (c *timestampCommand) stamp(ctx context.Context, t *terminal, hash crypto.Hash, imprint []byte) (*tsp.Token, error) {
	source, err := c.source(t)
	if err != nil {
		return nil, err
	}
	raw, err := source.Timestamp(ctx, hash, imprint)
	if err != nil {
		return nil, err
	}
	return tsp.ParseToken(raw)
}

// response wraps a token as the granted answer that tools expect in a .tsr file
// (RFC 3161 section 2.4.2).
func response(token []byte) ([]byte, error) {
	type status struct{ Status int }
	type timeStampResp struct {
		Status status
		Token  asn1.RawValue
	}
	return asn1.Marshal(timeStampResp{Token: asn1.RawValue{FullBytes: token}})
}

// stamped is the JSON that timestamp prints.
type stamped struct {
	File    string    `json:"file"`
	Out     string    `json:"out"`
	Time    time.Time `json:"time"`
	Digest  string    `json:"digest"`
	Imprint string    `json:"imprint"`
}

func (c *timestampCommand) print(t *terminal, token *tsp.Token) error {
	if c.JSON {
		return t.json(stamped{File: c.File, Out: c.Out, Time: token.Time, Digest: c.Digest, Imprint: hex.EncodeToString(token.Imprint)})
	}
	fmt.Fprintf(t.out, "%s: existed at %s\n", c.File, token.Time.UTC().Format(time.RFC3339))
	return nil
}
