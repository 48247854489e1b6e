package cms_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/consigil/consigil/cms"
	"github.com/consigil/consigil/pki/pkitest"
	"github.com/consigil/consigil/signer"
)

// enveloped is what testdata/envelopes hold, made by openssl cms for the two
// certificates beside them.
const enveloped = "twenty octets seed..\xff\xff\xff\xfe"

func recipient(t testing.TB, name string) cms.Recipient {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "envelopes", name))
	if err != nil {
		t.Fatal(err)
	}
	key, err := signer.ParseDecryptionKeyPEM(data)
	if err != nil {
		t.Fatal(err)
	}
	certs, err := signer.ParseCertificatesPEM(data)
	if err != nil {
		t.Fatal(err)
	}
	return cms.Recipient{Certificate: certs[0], Key: key}
}

func envelopes(t testing.TB) map[string][]byte {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", "envelopes", "*.der"))
	if err != nil || len(files) < 12 {
		t.Fatal(files, err)
	}
	out := map[string][]byte{}
	for _, path := range files {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		out[filepath.Base(path)] = data
	}
	return out
}

func TestOpenEnvelope(t *testing.T) {
	holders := map[string]cms.Recipient{"rsa": recipient(t, "rsa.pem"), "ec-": recipient(t, "ec.pem")}
	stranger := pkitest.Root(t, "Stranger", "P-256", when)
	for name, raw := range envelopes(t) {
		for kind, holder := range holders {
			got, err := holder.OpenEnvelope(raw)
			switch meant := strings.HasPrefix(name, kind) || strings.HasPrefix(name, "two"); {
			case meant && (err != nil || string(got) != enveloped):
				t.Errorf("%s by %s: %q, %v", name, kind, got, err)
			case !meant && !errors.Is(err, cms.ErrNotRecipient):
				t.Errorf("%s by %s: %v", name, kind, err)
			}
		}
		_, err := cms.Recipient{Certificate: stranger.Certificate, Key: stranger.Key}.OpenEnvelope(raw)
		if !errors.Is(err, cms.ErrNotRecipient) {
			t.Errorf("%s by a stranger: %v", name, err)
		}
	}
}

// TestOpenEnvelopeWithWrongKey holds the right certificate and another key.
func TestOpenEnvelopeWithWrongKey(t *testing.T) {
	all := envelopes(t)
	for name, file := range map[string]string{"rsa-oaep.der": "rsa.pem", "ec-aes256.der": "ec.pem", "rsa-aes128.der": "rsa.pem"} {
		holder := recipient(t, file)
		for _, kind := range []string{"RSA-2048", "P-256", "P-384", "Ed25519"} {
			holder.Key = pkitest.Key(t, kind)
			if got, err := holder.OpenEnvelope(all[name]); err == nil && string(got) == enveloped {
				t.Errorf("%s opened by %s", name, kind)
			}
		}
	}
}

func FuzzOpenEnvelope(f *testing.F) {
	for _, raw := range envelopes(f) {
		f.Add(raw)
	}
	rsa, ec := recipient(f, "rsa.pem"), recipient(f, "ec.pem")
	f.Fuzz(func(t *testing.T, in []byte) {
		kept := bytes.Clone(in)
		for _, r := range []cms.Recipient{rsa, ec} {
			if out, err := r.OpenEnvelope(in); err == nil && len(out) > len(in) {
				t.Errorf("%d octets out of %d", len(out), len(in))
			}
		}
		if !bytes.Equal(in, kept) {
			t.Error("the input was changed")
		}
	})
}
