package main

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"slices"

	"github.com/consigil/consigil/fetch"
	"github.com/consigil/consigil/internal/evidence"
	"github.com/consigil/consigil/pdf"
	"github.com/consigil/consigil/validate"
)

type verifyCommand struct {
	Files        []string `arg:"" optional:"" name:"file" help:"PDF files to verify."`
	Bundle       string   `help:"An evidence bundle (ZIP) to verify instead, offline."`
	Trust        []string `help:"Trusted root: a certificate file (PEM or DER) or a folder of them; may be repeated."`
	Offline      bool     `help:"Fetch nothing: no revocation data, no issuer certificate."`
	PasswordFile string   `name:"pdf-password-file" aliases:"password-file" help:"File whose first line is the password of the PDF files."`
	recipientFlags
	JSON bool `name:"json" help:"Print one JSON object a line."`
}

// Help teaches by example.
func (c *verifyCommand) Help() string {
	return `Examples:
  consigil verify signed.pdf --trust root.pem
  consigil verify *.pdf --trust /etc/consigil/roots --json
  consigil verify --bundle evidence.zip --trust root.pem

A signature passes when it is intact and its certificate, its time stamp and
their revocation data lead to a trusted root. Without --trust none passes.

Exit codes: 0 all passed, 1 any failed, 2 indeterminate, 3 no signature,
4 unreadable, 64 wrong usage. Of several files the worst: 4, 1, 2, 3, 0.`
}

func (c *verifyCommand) Run(ctx context.Context, t *terminal) error {
	if (c.Bundle == "") == (len(c.Files) == 0) {
		return usage("give PDF files, or one --bundle")
	}
	if err := c.check(); err != nil {
		return err
	}
	var anchors []*x509.Certificate
	for _, path := range c.Trust {
		certs, err := readCertificates(path)
		if err != nil {
			return err
		}
		anchors = append(anchors, certs...)
	}
	if c.Bundle != "" {
		return c.bundle(ctx, t, anchors)
	}
	opt, err := c.options(t, anchors)
	if err != nil {
		return err
	}
	worst := exitOK
	for _, path := range c.Files {
		v := verifyFile(ctx, path, opt)
		if err := c.print(t, v); err != nil {
			return err
		}
		worst = worse(worst, v.code)
	}
	if worst != exitOK {
		return &exitError{code: worst}
	}
	return nil
}

func (c *verifyCommand) options(t *terminal, anchors []*x509.Certificate) (validate.Options, error) {
	opt := validate.Options{Anchors: anchors, Now: t.clock.Now()}
	var err error
	if opt.Password, err = readSecret(c.PasswordFile); err != nil {
		return opt, err
	}
	if opt.Recipient, err = c.open(); err != nil || c.Offline {
		return opt, err
	}
	opt.Fetcher, err = newFetcher(t)
	return opt, err
}

// fetcher guards the addresses of strangers. Lists and answers are asked for
// only where the chain leads to an anchor that was typed: those may be local.
type fetcher struct{ anchored, stranger *fetch.Client }

func newFetcher(t *terminal) (*fetcher, error) {
	anchored, err := fetch.New(fetch.Config{Trusted: true, Now: t.clock.Now})
	if err != nil {
		return nil, err
	}
	stranger, err := fetch.New(fetch.Config{Now: t.clock.Now})
	return &fetcher{anchored, stranger}, err
}

func (f *fetcher) OCSP(ctx context.Context, address string, request []byte) ([]byte, error) {
	return f.anchored.OCSP(ctx, address, request)
}

func (f *fetcher) CRL(ctx context.Context, address string) ([]byte, error) {
	return f.anchored.CRL(ctx, address)
}

func (f *fetcher) Certificates(ctx context.Context, address string) ([]*x509.Certificate, error) {
	return f.stranger.Certificates(ctx, address)
}

// verdict is the line that verify prints of one file.
type verdict struct {
	File       string               `json:"file"`
	Signatures []validate.Signature `json:"signatures"`
	Timestamps []validate.Timestamp `json:"document_timestamps"`
	Error      *validate.Message    `json:"error,omitempty"`

	code int
}

func verifyFile(ctx context.Context, path string, opt validate.Options) verdict {
	v := verdict{File: path, Signatures: []validate.Signature{}, Timestamps: []validate.Timestamp{}, code: exitUnreadable}
	in, err := openInput(path)
	if err != nil {
		v.Error = &validate.Message{Code: "unreadable", Text: err.Error()}
		return v
	}
	defer in.Close()
	report, err := validate.File(ctx, in, in.size, opt)
	switch {
	case errors.Is(err, pdf.ErrPassword), errors.Is(err, pdf.ErrRecipient):
		v.Error = &validate.Message{Code: causeOf(err), Text: err.Error()}
	case errors.Is(err, validate.ErrUnreadable):
		v.Error = &validate.Message{Code: "unreadable", Text: err.Error()}
	case err != nil:
		v.Error = &validate.Message{Code: "not_verified", Text: err.Error()}
		v.code = exitFailed
	default:
		v.Signatures, v.Timestamps = report.Signatures, report.Timestamps
		v.code = codeOf(report.Signatures)
	}
	return v
}

func codeOf(list []validate.Signature) int {
	if len(list) == 0 {
		return exitNoSignature
	}
	code := exitOK
	for _, s := range list {
		switch s.Indication {
		case validate.TotalPassed:
		case validate.TotalFailed:
			code = worse(code, exitFailed)
		default:
			code = worse(code, exitIndeterminate)
		}
	}
	return code
}

// worse orders 4, 1, 2, 3, 0.
func worse(a, b int) int {
	order := []int{exitOK, exitNoSignature, exitIndeterminate, exitFailed, exitUnreadable}
	if slices.Index(order, a) > slices.Index(order, b) {
		return a
	}
	return b
}

func (c *verifyCommand) print(t *terminal, v verdict) error {
	if c.JSON {
		return t.json(v)
	}
	switch {
	case v.Error != nil:
		fmt.Fprintf(t.out, "%s: %s\n", v.File, v.Error.Text)
	case len(v.Signatures) == 0:
		fmt.Fprintf(t.out, "%s: no signature\n", v.File)
	}
	for _, s := range v.Signatures {
		printSignature(t, v.File, s)
	}
	return nil
}

func printSignature(t *terminal, file string, s validate.Signature) {
	result := string(s.Indication)
	if s.SubIndication != "" {
		result += " (" + string(s.SubIndication) + ")"
	}
	fmt.Fprintf(t.out, "%s: %s: %s, %s\n", file, s.Field, result, s.Format)
	if s.Certificate != nil {
		fmt.Fprintf(t.out, "  signed by %s\n", s.Certificate.Subject)
	}
	for _, stamp := range s.Timestamps {
		if stamp.Valid {
			fmt.Fprintf(t.out, "  existed at %s\n", stamp.Time.UTC().Format("2006-01-02 15:04:05 MST"))
		}
	}
	for _, m := range s.Errors {
		fmt.Fprintf(t.out, "  error: %s\n", m.Text)
	}
	for _, m := range s.Warnings {
		fmt.Fprintf(t.out, "  note: %s\n", m.Text)
	}
}

// bundle verifies an evidence bundle, offline.
func (c *verifyCommand) bundle(ctx context.Context, t *terminal, anchors []*x509.Certificate) error {
	in, err := openInput(c.Bundle)
	if err != nil {
		return err
	}
	defer in.Close()
	report, err := evidence.VerifyBundle(ctx, in, in.size, anchors, t.clock.Now())
	if err != nil {
		return unreadable(fmt.Errorf("%s: %w", c.Bundle, err))
	}
	if err := c.printBundle(t, report); err != nil {
		return err
	}
	switch validate.Indication(report.Indication) {
	case validate.TotalPassed:
		return nil
	case validate.TotalFailed:
		return &exitError{code: exitFailed}
	}
	return &exitError{code: exitIndeterminate}
}

func (c *verifyCommand) printBundle(t *terminal, r *evidence.BundleReport) error {
	if c.JSON {
		return t.json(struct {
			File string `json:"file"`
			*evidence.BundleReport
		}{c.Bundle, r})
	}
	fmt.Fprintf(t.out, "%s: %s, envelope %s, %d documents, %d events\n", c.Bundle, r.Indication, r.Envelope, r.Documents, r.Events)
	for _, issue := range r.Errors {
		fmt.Fprintf(t.out, "  error: %s %s\n", issue.Entry, issue.Text)
	}
	for _, issue := range r.Warnings {
		fmt.Fprintf(t.out, "  note: %s %s\n", issue.Entry, issue.Text)
	}
	return nil
}
