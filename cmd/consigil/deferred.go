package main

import (
	"context"
	"crypto"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/consigil/consigil/pades"
	"github.com/consigil/consigil/signer"
)

var (
	errState  = errors.New("the state file is damaged")
	errExists = errors.New("is there already, and may be half of a signature")
	errUsed   = errors.New("there is no such state: it was used up, or never made")
)

// stateVersion is that of the format below.
const stateVersion = 1

// state is what --prepare leaves for --finish.
type state struct {
	Version  int             `json:"version"`
	File     string          `json:"file"` // absolute
	TSA      []string        `json:"tsa,omitempty"`
	Access   *tsaAccess      `json:"tsa_access,omitempty"`
	Trust    []string        `json:"trust,omitempty"`
	Chain    string          `json:"chain,omitempty"`
	Password string          `json:"pdf_password_file,omitempty"`
	Prepared *pades.Prepared `json:"prepared"`

	Recipient         string `json:"pdf_recipient,omitempty"`
	RecipientKey      string `json:"pdf_recipient_key,omitempty"`
	RecipientPassword string `json:"pdf_recipient_password_file,omitempty"`
}

// toSign is the JSON that --prepare prints.
type toSign struct {
	State          string `json:"state"`
	Algorithm      string `json:"algorithm"`
	DigestName     string `json:"digest_algorithm"`
	Digest         string `json:"digest"`          // of to_be_signed, hexadecimal
	ToBeSigned     string `json:"to_be_signed"`    // base64
	DocumentDigest string `json:"document_digest"` // for a service that makes the whole CMS, hexadecimal
	Level          string `json:"level"`
}

func (c *signCommand) prepare(ctx context.Context, t *terminal) error {
	opt, err := c.options(t)
	if err != nil {
		return err
	}
	if err := c.certificates(&opt); err != nil {
		return err
	}
	if opt.Algorithm, err = c.algorithm(opt.Certificate); err != nil {
		return err
	}
	if err := c.appearanceFlags.apply(&opt); err != nil {
		return err
	}
	in, err := openInput(c.In)
	if err != nil {
		return err
	}
	defer in.Close()
	p, err := pades.Prepare(ctx, in, in.size, opt)
	if err != nil {
		return fmt.Errorf("%s: %w", c.In, err)
	}
	if err := c.writeState(p); err != nil {
		return err
	}
	return c.printPrepared(t, p)
}

// writeState never overwrites a state: it may be the only half of a signature.
func (c *signCommand) writeState(p *pades.Prepared) error {
	if _, err := os.Lstat(c.Prepare); err == nil {
		return fmt.Errorf("%s %w", c.Prepare, errExists)
	}
	s := state{Version: stateVersion, TSA: c.TSA, Prepared: p}
	var err error
	if s.File, err = filepath.Abs(c.In); err != nil {
		return err
	}
	if s.Access, err = c.stored(); err != nil {
		return err
	}
	if s.Chain, err = absolute(c.Chain); err != nil {
		return err
	}
	if s.Password, err = absolute(c.PasswordFile); err != nil {
		return err
	}
	for place, path := range map[*string]string{
		&s.Recipient: c.Recipient, &s.RecipientKey: c.RecipientKey, &s.RecipientPassword: c.RecipientPasswordFile,
	} {
		if *place, err = absolute(path); err != nil {
			return err
		}
	}
	for _, path := range c.Trust {
		path, err := filepath.Abs(path)
		if err != nil {
			return err
		}
		s.Trust = append(s.Trust, path)
	}
	data, err := json.Marshal(s)
	if err != nil {
		return err
	}
	return writeFile(c.Prepare, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
}

func absolute(path string) (string, error) {
	if path == "" {
		return "", nil
	}
	return filepath.Abs(path)
}

func (c *signCommand) printPrepared(t *terminal, p *pades.Prepared) error {
	message := p.ToBeSigned()
	line := toSign{
		State: c.Prepare, Algorithm: p.Algorithm.String(), DigestName: p.Digest.String(), Level: string(p.Level),
		Digest: hex.EncodeToString(sum(p.Digest, message)), ToBeSigned: base64.StdEncoding.EncodeToString(message),
		DocumentDigest: hex.EncodeToString(p.MessageDigest),
	}
	switch {
	case c.JSON:
		return t.json(line)
	case p.Algorithm == signer.Ed25519:
		fmt.Fprintln(t.out, hex.EncodeToString(message))
	default:
		fmt.Fprintln(t.out, line.Digest)
	}
	return nil
}

func sum(h crypto.Hash, message []byte) []byte {
	hash := h.New()
	hash.Write(message)
	return hash.Sum(nil)
}

// finish claims the state first, so that two runs cannot both use it, and puts
// it back where the signature was not made.
func (c *signCommand) finish(ctx context.Context, t *terminal) error {
	claimed := c.Finish + ".in-use"
	if err := os.Link(c.Finish, claimed); err != nil {
		if errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("%s: %w", c.Finish, errUsed)
		}
		return fmt.Errorf("%s is in use by another run, or one that was killed (then remove %s): %w", c.Finish, claimed, err)
	}
	err := c.complete(ctx, t)
	if err == nil {
		err = os.Remove(c.Finish)
	}
	return errors.Join(err, os.Remove(claimed))
}

func (c *signCommand) complete(ctx context.Context, t *terminal) error {
	s, err := c.readState()
	if err != nil {
		return err
	}
	in, err := openInput(s.File)
	if err != nil {
		return err
	}
	defer in.Close()
	value, err := readSmall(c.Signature + c.CMS)
	if err != nil {
		return err
	}
	ext, err := c.extension(t, s)
	if err != nil {
		return err
	}
	source, err := c.orStored(s.TSA, s.Access).source(t)
	if err != nil {
		return err
	}
	finish := pades.FinishLong
	if c.CMS != "" {
		finish = pades.FinishCMS
	}
	var result *pades.Result
	err = writeFile(c.Out, func(w io.Writer) error {
		result, err = finish(ctx, in, s.Prepared, value, source, ext, w)
		return err
	})
	if err != nil {
		return fmt.Errorf("%s: %w", s.File, err)
	}
	return c.print(t, s.File, result)
}

func (c *signCommand) readState() (*state, error) {
	data, err := readSmall(c.Finish)
	if err != nil {
		return nil, err
	}
	var s state
	if err := json.Unmarshal(data, &s); err != nil || s.Version != stateVersion || s.Prepared == nil {
		return nil, fmt.Errorf("%s: %w", c.Finish, errState)
	}
	if len(c.Trust) > 0 {
		s.Trust = c.Trust
	}
	return &s, nil
}

// extension is what finishing at a higher level needs.
func (c *signCommand) extension(t *terminal, s *state) (pades.Extension, error) {
	var ext pades.Extension
	var err error
	path := s.Password
	if c.PasswordFile != "" {
		path = c.PasswordFile
	}
	if ext.Password, err = readSecret(path); err != nil {
		return ext, err
	}
	flags := recipientFlags{s.Recipient, s.RecipientKey, s.RecipientPassword}
	if c.Recipient != "" {
		flags = c.recipientFlags
	}
	if ext.Recipient, err = flags.open(); err != nil {
		return ext, err
	}
	if ext.Collector, err = newCollector(t, s.Trust); err != nil || s.Chain == "" {
		return ext, err
	}
	chain, err := readCertificateFile(s.Chain)
	ext.Collector.Pool = chain
	return ext, err
}
