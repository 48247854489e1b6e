package signer_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/consigil/consigil/signer"
	"software.sslmate.com/src/go-pkcs12"
)

func keys(t testing.TB) map[string]crypto.Signer {
	t.Helper()
	r, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	p256, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	p521, err := ecdsa.GenerateKey(elliptic.P521(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	_, ed, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return map[string]crypto.Signer{"RSA": r, "P-256": p256, "P-521": p521, "Ed25519": ed}
}

func TestSignAndVerify(t *testing.T) {
	t.Parallel()
	all := keys(t)
	message := []byte("message")
	for _, c := range []struct {
		key string
		alg signer.Algorithm
	}{
		{"RSA", signer.RSAPKCS1SHA256}, {"RSA", signer.RSAPKCS1SHA384}, {"RSA", signer.RSAPKCS1SHA512},
		{"RSA", signer.RSAPSSSHA256}, {"RSA", signer.RSAPSSSHA384}, {"RSA", signer.RSAPSSSHA512},
		{"P-256", signer.ECDSASHA256}, {"P-256", signer.ECDSASHA384}, {"P-521", signer.ECDSASHA512}, {"Ed25519", signer.Ed25519},
	} {
		s, err := signer.FromKey(all[c.key])
		if err != nil {
			t.Fatal(err)
		}
		sig, err := s.Sign(context.Background(), c.alg, message)
		if err != nil {
			t.Fatalf("%v: %v", c.alg, err)
		}
		if err := signer.Verify(s.Public(), c.alg, message, sig); err != nil {
			t.Errorf("%v: %v", c.alg, err)
		}
		if err := signer.Verify(s.Public(), c.alg, []byte("other"), sig); !errors.Is(err, signer.ErrSignature) {
			t.Errorf("%v: other message: %v", c.alg, err)
		}
		identifier, err := c.alg.Identifier()
		if err != nil {
			t.Fatal(err)
		}
		scheme, err := signer.ParseIdentifier(identifier, 0)
		if err != nil || scheme.Algorithm != c.alg {
			t.Errorf("%v: identifier read as %v: %v", c.alg, scheme.Algorithm, err)
		}
		if err := scheme.Verify(s.Public(), message, sig); err != nil {
			t.Errorf("%v: by identifier: %v", c.alg, err)
		}
	}
}

func TestRefuses(t *testing.T) {
	t.Parallel()
	all := keys(t)
	s, err := signer.FromKey(all["P-256"])
	if err != nil {
		t.Fatal(err)
	}
	for _, alg := range []signer.Algorithm{signer.RSAPKCS1SHA256, signer.Ed25519, signer.ECDSASHA1, signer.Unknown, 99} {
		if _, err := s.Sign(context.Background(), alg, nil); !errors.Is(err, signer.ErrUnsupported) {
			t.Errorf("%v: %v", alg, err)
		}
	}
	small, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := signer.FromKey(small); !errors.Is(err, signer.ErrWeakKey) {
		t.Errorf("1024 bits: %v", err)
	}
	large := &rsa.PublicKey{N: new(big.Int).Lsh(big.NewInt(1), signer.MaxRSABits), E: 65537}
	if err := signer.Verify(large, signer.RSAPKCS1SHA256, nil, make([]byte, signer.MaxRSABits/8+1)); !errors.Is(err, signer.ErrUnsupported) {
		t.Errorf("huge key: %v", err)
	}
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := s.Sign(ended, signer.ECDSASHA256, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("ended context: %v", err)
	}
}

func TestDefaultAlgorithm(t *testing.T) {
	t.Parallel()
	all := keys(t)
	for _, c := range []struct {
		key    string
		digest crypto.Hash
		want   signer.Algorithm
	}{
		{"RSA", 0, signer.RSAPKCS1SHA256}, {"RSA", crypto.SHA512, signer.RSAPKCS1SHA512}, {"P-256", 0, signer.ECDSASHA256},
		{"P-521", 0, signer.ECDSASHA512}, {"P-521", crypto.SHA256, signer.ECDSASHA256}, {"Ed25519", 0, signer.Ed25519},
		{"Ed25519", crypto.SHA256, signer.Unknown}, {"RSA", crypto.SHA1, signer.Unknown}, {"RSA", crypto.MD5, signer.Unknown},
	} {
		got, err := signer.DefaultAlgorithm(all[c.key].Public(), c.digest)
		if got != c.want || (err == nil) != (c.want != signer.Unknown) {
			t.Errorf("%s with %v: %v, %v", c.key, c.digest, got, err)
		}
	}
}

// TestPSSIdentifier pins the encoding that RFC 4055 gives for SHA-256.
func TestPSSIdentifier(t *testing.T) {
	t.Parallel()
	got, err := signer.RSAPSSSHA256.Identifier()
	const want = "304106092a864886f70d01010a3034a00f300d06096086480165030402010500a11c301a06092a864886f70d010108300d06096086480165030402010500a203020120"
	if err != nil || hex.EncodeToString(got) != want {
		t.Errorf("%x %v", got, err)
	}
}

func TestParseIdentifierRefuses(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"empty": "", "DSA": "300906072a8648ce380403", "PSS without parameters": "300b06092a864886f70d01010a",
		"PSS defaults (SHA-1)":   "300d06092a864886f70d01010a3000",
		"PSS with another mask":  "304106092a864886f70d01010a3034a00f300d06096086480165030402010500a11c301a06092a864886f70d010108300d06096086480165030402030500a203020120",
		"PSS with huge salt":     "304206092a864886f70d01010a3035a00f300d06096086480165030402010500a11c301a06092a864886f70d010108300d06096086480165030402010500a20402027fff",
		"rsaEncryption, no hash": "300d06092a864886f70d0101010500",
	} {
		if scheme, err := signer.ParseIdentifier(unhex(t, text), 0); !errors.Is(err, signer.ErrUnsupported) {
			t.Errorf("%s: %v %v", name, scheme, err)
		}
	}
	scheme, err := signer.ParseIdentifier(unhex(t, "300d06092a864886f70d0101010500"), crypto.SHA384)
	if err != nil || scheme.Algorithm != signer.RSAPKCS1SHA384 {
		t.Errorf("rsaEncryption: %v %v", scheme, err)
	}
}

func certificate(t testing.TB, key crypto.Signer) *x509.Certificate {
	t.Helper()
	at := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Test"}, NotBefore: at, NotAfter: at.Add(time.Hour)}
	raw, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(raw)
	if err != nil {
		t.Fatal(err)
	}
	return cert
}

func TestParsePEM(t *testing.T) {
	t.Parallel()
	for name, key := range keys(t) {
		raw, err := x509.MarshalPKCS8PrivateKey(key)
		if err != nil {
			t.Fatal(err)
		}
		cert := certificate(t, key)
		file := append(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Raw}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: raw})...)
		got, err := signer.ParsePrivateKeyPEM(file)
		if err != nil || !signer.Matches(cert, got.Public()) {
			t.Errorf("%s: %v", name, err)
		}
		certs, err := signer.ParseCertificatesPEM(append(file, file...))
		if err != nil || len(certs) != 2 || !certs[1].Equal(cert) {
			t.Errorf("%s: %d certificates, %v", name, len(certs), err)
		}
		if certs, err := signer.ParseCertificatesPEM(cert.Raw); err != nil || len(certs) != 1 {
			t.Errorf("%s: DER: %v", name, err)
		}
	}
	for name, c := range map[string]struct {
		file string
		want error
	}{
		"nothing":    {"", signer.ErrMalformed},
		"encrypted":  {"-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n", signer.ErrEncryptedKey},
		"old cipher": {"-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nAAAA\n-----END RSA PRIVATE KEY-----\n", signer.ErrEncryptedKey},
		"broken":     {"-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n", signer.ErrMalformed},
	} {
		if _, err := signer.ParsePrivateKeyPEM([]byte(c.file)); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := signer.ParseCertificatesPEM([]byte("none")); !errors.Is(err, signer.ErrMalformed) {
		t.Errorf("no certificate: %v", err)
	}
}

func TestParsePKCS12(t *testing.T) {
	t.Parallel()
	all := keys(t)
	key, root := all["RSA"], certificate(t, all["P-256"])
	cert := certificate(t, key)
	file, err := pkcs12.Modern.Encode(key, cert, []*x509.Certificate{root}, "geheim")
	if err != nil {
		t.Fatal(err)
	}
	gotKey, gotCert, chain, err := signer.ParsePKCS12(file, "geheim")
	if err != nil || !gotCert.Equal(cert) || len(chain) != 1 || !signer.Matches(cert, gotKey.Public()) {
		t.Errorf("%v", err)
	}
	if _, _, _, err := signer.ParsePKCS12(file, "wrong"); !errors.Is(err, signer.ErrPassword) {
		t.Errorf("wrong password: %v", err)
	}
	if _, _, _, err := signer.ParsePKCS12([]byte("no"), ""); !errors.Is(err, signer.ErrMalformed) {
		t.Errorf("garbage: %v", err)
	}
	if _, _, _, err := signer.ParsePKCS12(bytes.Repeat([]byte{0}, signer.MaxPKCS12+1), ""); !errors.Is(err, signer.ErrMalformed) {
		t.Errorf("large: %v", err)
	}
}

// TestGreedyPKCS12 has a file whose password check would take minutes.
func TestGreedyPKCS12(t *testing.T) {
	t.Parallel()
	greedy := unhex(t, "3019"+"020103"+"3000"+"3012"+"3000"+"04080011223344556677"+"02047fffffff")
	start := time.Now()
	if _, _, _, err := signer.ParsePKCS12(greedy, ""); !errors.Is(err, signer.ErrMalformed) || !strings.Contains(err.Error(), "rounds") || time.Since(start) > time.Second {
		t.Errorf("%v after %v", err, time.Since(start))
	}
}

func FuzzParseIdentifier(f *testing.F) {
	for _, text := range []string{
		"300d06092a864886f70d01010b0500", "300a06082a8648ce3d040302", "300506032b6570",
		"304106092a864886f70d01010a3034a00f300d06096086480165030402010500a11c301a06092a864886f70d010108300d06096086480165030402010500a203020120",
	} {
		f.Add(unhex(f, text))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		scheme, err := signer.ParseIdentifier(in, crypto.SHA256)
		if err == nil && scheme.Algorithm == signer.Unknown {
			t.Fatal("no algorithm and no error")
		}
	})
}

func BenchmarkSign(b *testing.B) {
	all := keys(b)
	for name, alg := range map[string]signer.Algorithm{"RSA": signer.RSAPKCS1SHA256, "P-256": signer.ECDSASHA256} {
		s, err := signer.FromKey(all[name])
		if err != nil {
			b.Fatal(err)
		}
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := s.Sign(context.Background(), alg, []byte("message")); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
