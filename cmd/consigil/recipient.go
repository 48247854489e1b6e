package main

import (
	"bytes"
	"crypto"
	"errors"
	"fmt"

	"github.com/consigil/consigil/cms"
	"github.com/consigil/consigil/pdf"
	"github.com/consigil/consigil/signer"
)

// recipientFlags name who opens a PDF that was encrypted for certificates.
type recipientFlags struct {
	Recipient             string `name:"pdf-recipient" help:"For a PDF encrypted for certificates, one of them with its private key: a PKCS#12 or PEM file."`
	RecipientKey          string `name:"pdf-recipient-key" help:"Private key of --pdf-recipient, PEM, where that file holds none."`
	RecipientPasswordFile string `name:"pdf-recipient-password-file" help:"File whose first line is the password of --pdf-recipient, PKCS#12."`
}

func (f recipientFlags) inputs() []string {
	return []string{f.Recipient, f.RecipientKey, f.RecipientPasswordFile}
}

// check refuses flags that do not go together.
func (f recipientFlags) check() error {
	if f.Recipient == "" && f.RecipientKey+f.RecipientPasswordFile != "" {
		return usage("--pdf-recipient-key and --pdf-recipient-password-file belong to --pdf-recipient")
	}
	if f.RecipientKey != "" && f.RecipientPasswordFile != "" {
		return usage("--pdf-recipient is PEM with a --pdf-recipient-key, or PKCS#12 with a --pdf-recipient-password-file: give one")
	}
	return nil
}

// open reads certificate and key; nothing where none was named.
func (f recipientFlags) open() (pdf.Recipient, error) {
	if f.Recipient == "" {
		return nil, nil
	}
	data, err := readSmall(f.Recipient)
	if err != nil {
		return nil, err
	}
	var r cms.Recipient
	if bytes.Contains(data, []byte("-----BEGIN ")) || f.RecipientKey != "" {
		r, err = f.fromPEM(data)
	} else {
		r, err = f.fromPKCS12(data)
	}
	if err != nil {
		return nil, err
	}
	return r, nil
}

func (f recipientFlags) fromPKCS12(data []byte) (cms.Recipient, error) {
	password, err := readSecret(f.RecipientPasswordFile)
	if err != nil {
		return cms.Recipient{}, err
	}
	key, cert, _, err := signer.ParsePKCS12(data, password)
	if errors.Is(err, signer.ErrPassword) {
		return cms.Recipient{}, &refusal{code: "wrong_password", err: fmt.Errorf("%s: %w", f.Recipient, err)}
	}
	if err != nil {
		return cms.Recipient{}, &refusal{code: "key_unreadable", err: fmt.Errorf("%s: %w", f.Recipient, err)}
	}
	return cms.Recipient{Certificate: cert, Key: key}, nil
}

func (f recipientFlags) fromPEM(data []byte) (cms.Recipient, error) {
	certs, err := signer.ParseCertificatesPEM(data)
	if err != nil {
		return cms.Recipient{}, &refusal{code: "key_unreadable", err: fmt.Errorf("%s: %w", f.Recipient, err)}
	}
	path := f.Recipient
	if f.RecipientKey != "" {
		path = f.RecipientKey
		if data, err = readSmall(path); err != nil {
			return cms.Recipient{}, err
		}
	}
	key, err := signer.ParseDecryptionKeyPEM(data)
	if err != nil {
		return cms.Recipient{}, &refusal{code: "key_unreadable", err: fmt.Errorf("%s: %w", path, err)}
	}
	public, ok := key.(interface{ Public() crypto.PublicKey })
	if !ok || !signer.Matches(certs[0], public.Public()) {
		return cms.Recipient{}, &refusal{code: "key_mismatch", err: errors.New("the certificate of --pdf-recipient is not the key's")}
	}
	return cms.Recipient{Certificate: certs[0], Key: key}, nil
}
