package pdf_test

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"math/big"
	"os"
	"path/filepath"
	"testing"

	"github.com/consigil/consigil/cms"
	"github.com/consigil/consigil/pdf"
	"github.com/consigil/consigil/signer"
)

// publicKeyFiles are files of the corpus that were encrypted for certificates:
// who opens them, and which error it is where nobody here can.
var publicKeyFiles = []struct {
	name, holder string
	want         error
}{
	{"minimal-pubkey-rc4.pdf", "selfsigned.pfx", nil},
	{"minimal-pubkey-aes256.pdf", "selfsigned.pfx", nil},
	{"minimal-pubkey-rc4-envelope.pdf", "testing-ca/interm/decrypter1.pfx", nil},
	{"minimal-pubkey-unknown-envelope-alg.pdf", "testing-ca/interm/decrypter1.pfx", pdf.ErrRecipient},
	{"minimal-two-fields-pubkey-aes256.pdf", "selfsigned.pfx", nil},
	{"minimal-two-fields-pubkey-rc4.pdf", "selfsigned.pfx", nil},
	{"minimal-with-field-pubkey-aes256.pdf", "selfsigned.pfx", nil},
	{"minimal-with-field-pubkey-rc4.pdf", "selfsigned.pfx", nil},
	{"pubkey-3des-test.pdf", "testing-ca/interm/decrypter1.pfx", pdf.ErrRecipient}, // the key is not in the corpus
	{"pubkey-rc2-test.pdf", "testing-ca/interm/decrypter1.pfx", pdf.ErrRecipient},
	{"pubkey-ecc-test.pdf", "keys-ecdsa/decrypter3.key.pem", nil},
	{"pubkey-ecc-test.pdf", "testing-ca/interm/decrypter1.pfx", pdf.ErrRecipient},
	{"signed-encrypted-pubkey-with-catalog-ref.pdf", "selfsigned.pfx", nil},
	{"minimal-pubkey-aes256.pdf", "testing-ca/interm/decrypter2.pfx", pdf.ErrRecipient},
	{"minimal-pubkey-aes256.pdf", "", pdf.ErrRecipient},
}

func TestPublicKeyHandler(t *testing.T) {
	folder := os.Getenv("CONSIGIL_CORPORA")
	if folder == "none" {
		t.Log("corpora switched off: not run")
		return
	}
	if folder == "" {
		folder = filepath.Join("..", "..", "shared", "corpora")
	}
	for _, c := range publicKeyFiles {
		t.Run(c.name+" "+c.holder, func(t *testing.T) {
			data, err := os.ReadFile(filepath.Join(folder, "pyhanko", "pdf", c.name))
			if err != nil {
				t.Fatal(err)
			}
			opt := pdf.Options{Strict: true}
			if c.holder != "" {
				opt.Recipient = holder(t, filepath.Join(folder, "pyhanko", "crypto", c.holder))
			}
			f, err := pdf.Open(bytes.NewReader(data), int64(len(data)), opt)
			if !errors.Is(err, c.want) {
				t.Fatalf("got %v, want %v", err, c.want)
			}
			if err == nil {
				checkContent(t, f)
			}
		})
	}
}

// holder reads a key and its certificate, or the key alone.
func holder(t *testing.T, path string) pdf.Recipient {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if filepath.Ext(path) == ".pem" {
		key, err := signer.ParsePrivateKeyPEM(data)
		if err != nil {
			t.Fatal(err)
		}
		return keyOnly{key}
	}
	var key any
	for _, password := range []string{"secret", "exportsecret", ""} {
		k, cert, _, err := signer.ParsePKCS12(data, password)
		if err == nil {
			return cms.Recipient{Certificate: cert, Key: k}
		}
		key = err
	}
	t.Fatal(path, key)
	return nil
}

// checkContent reads a page's content, which draws something.
func checkContent(t *testing.T, f *pdf.File) {
	t.Helper()
	page, err := f.Page(0)
	if err != nil {
		t.Fatal(err)
	}
	o, err := f.Resolve(page.Dict["Contents"])
	if err != nil {
		t.Fatal(err)
	}
	got, err := f.Decode(o.(*pdf.Stream))
	if err != nil || !bytes.Contains(got, []byte("Q\n")) && !bytes.Contains(got, []byte("BT")) {
		t.Errorf("content reads %q, %v", got, err)
	}
}

// keyOnly is a recipient whose certificate is lost: it takes the names of the
// one that the envelope asks for.
type keyOnly struct{ key crypto.PrivateKey }

func (k keyOnly) OpenEnvelope(ber []byte) ([]byte, error) {
	var info struct {
		Type    asn1.ObjectIdentifier
		Content struct {
			Version    int
			Recipients []asn1.RawValue `asn1:"set"`
			Encrypted  asn1.RawValue
		} `asn1:"explicit,tag:0"`
	}
	if _, err := asn1.Unmarshal(ber, &info); err != nil {
		return nil, err
	}
	type name struct {
		Issuer asn1.RawValue
		Serial *big.Int
	}
	var id name
	raw := info.Content.Recipients[0]
	var err error
	if raw.Tag == asn1.TagSequence {
		var direct struct {
			Version int
			ID      name
			Cipher  asn1.RawValue
			Key     []byte
		}
		_, err = asn1.Unmarshal(raw.FullBytes, &direct)
		id = direct.ID
	} else {
		var agreed struct {
			Version    int
			Originator asn1.RawValue `asn1:"tag:0"`
			UKM        asn1.RawValue `asn1:"optional,tag:1"`
			Cipher     asn1.RawValue
			Keys       []struct {
				ID  name
				Key []byte
			}
		}
		_, err = asn1.UnmarshalWithParams(raw.FullBytes, &agreed, "tag:1")
		if err == nil {
			id = agreed.Keys[0].ID
		}
	}
	if err != nil {
		return nil, err
	}
	cert := &x509.Certificate{RawIssuer: id.Issuer.FullBytes, SerialNumber: id.Serial}
	return cms.Recipient{Certificate: cert, Key: k.key}.OpenEnvelope(ber)
}
