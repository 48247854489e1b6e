package esign

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"net"
	"time"

	"github.com/consigil/consigil/pki"
)

// SetupLife is how long the certificates of Setup are valid.
const SetupLife = 825 * 24 * time.Hour

// Setup makes what a signer and one service need to know each other, by file name: an authority whose key is thrown
// away, the signer's certificate for its hosts, the service's, and a pair of token keys.
func Setup(hosts []string, service string, now time.Time) (map[string][]byte, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("esign: make key: %w", err)
	}
	ca := setupTemplate("Consigil signer link", now)
	ca.IsCA, ca.BasicConstraintsValid, ca.MaxPathLenZero = true, true, true
	ca.KeyUsage = x509.KeyUsageCertSign
	s := &setup{key: key, files: map[string][]byte{}}
	if s.ca, err = s.issue(ca, ca, &key.PublicKey); err != nil {
		return nil, err
	}
	s.put("ca.pem", "CERTIFICATE", s.ca.Raw)
	server := setupTemplate(hosts[0], now)
	server.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	for _, host := range hosts {
		if ip := net.ParseIP(host); ip != nil {
			server.IPAddresses = append(server.IPAddresses, ip)
		} else {
			server.DNSNames = append(server.DNSNames, host)
		}
	}
	client := setupTemplate(service, now)
	client.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	if err := s.pair("signer", server); err != nil {
		return nil, err
	}
	if err := s.pair(service, client); err != nil {
		return nil, err
	}
	return s.files, s.tokenKeys(service)
}

type setup struct {
	key   *ecdsa.PrivateKey
	ca    *x509.Certificate
	files map[string][]byte
}

func setupTemplate(name string, now time.Time) *x509.Certificate {
	return &x509.Certificate{
		Subject: pkix.Name{CommonName: name}, NotBefore: now.Add(-time.Hour), NotAfter: now.Add(SetupLife), KeyUsage: x509.KeyUsageDigitalSignature,
	}
}

func (s *setup) put(name, kind string, der []byte) {
	s.files[name] = pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}

func (s *setup) issue(template, parent *x509.Certificate, pub any) (*x509.Certificate, error) {
	var err error
	if template.SerialNumber, err = pki.RandomSerial(rand.Reader); err != nil {
		return nil, fmt.Errorf("esign: serial number: %w", err)
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, pub, s.key)
	if err != nil {
		return nil, fmt.Errorf("esign: make certificate: %w", err)
	}
	return x509.ParseCertificate(der)
}

func (s *setup) pair(name string, template *x509.Certificate) error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return fmt.Errorf("esign: make key: %w", err)
	}
	cert, err := s.issue(template, s.ca, &key.PublicKey)
	if err != nil {
		return err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return fmt.Errorf("esign: encode key: %w", err)
	}
	s.put(name+".pem", "CERTIFICATE", cert.Raw)
	s.put(name+".key", "PRIVATE KEY", der)
	return nil
}

func (s *setup) tokenKeys(service string) error {
	pub, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return fmt.Errorf("esign: make key: %w", err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return fmt.Errorf("esign: encode key: %w", err)
	}
	s.put(service+"-token.key", "PRIVATE KEY", der)
	if der, err = x509.MarshalPKIXPublicKey(pub); err != nil {
		return fmt.Errorf("esign: encode key: %w", err)
	}
	s.put(service+"-token.pub", "PUBLIC KEY", der)
	return nil
}
