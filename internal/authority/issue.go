package authority

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"math/big"
	"strings"
	"time"
	"unicode"

	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/problem"
	"github.com/consigil/consigil/pki"
	"github.com/consigil/consigil/signer"
)

// maxName is the most characters of a name in a certificate (ub-common-name
// and its like, RFC 5280 appendix A.1).
const maxName = 64

func newSerial() (*big.Int, error) { return pki.RandomSerial(rand.Reader) }

// IssueSeal certifies an organization's seal key. The chain is leaf first and
// root last.
func (a *Authority) IssueSeal(ctx context.Context, org id.Org, name string, pub any) ([]*x509.Certificate, error) {
	if org == "" {
		return nil, problem.New(problem.Invalid, "organization", "A seal belongs to an organization.")
	}
	name = clip(name)
	subject := pkix.Name{CommonName: name, Organization: []string{name}}
	return a.issueLeaf(ctx, KindSeal, a.signing(subject, a.config.SealLife), pub)
}

// IssueOneUse certifies a key that is used for one signature and then thrown
// away. The certificate names who signed and by which method; validity is
// capped at a day.
func (a *Authority) IssueOneUse(ctx context.Context, subject, method string, pub any, validity time.Duration) ([]*x509.Certificate, error) {
	if validity <= 0 || validity > maxOneUse {
		validity = maxOneUse
	}
	name := pkix.Name{
		CommonName: clip(subject), Organization: []string{clip(a.config.Organization)},
		OrganizationalUnit: []string{clip("One-use certificate, method: " + method)},
	}
	return a.issueLeaf(ctx, KindOneUse, a.signing(name, validity), pub)
}

// signing is the template of a certificate that signs documents. Its
// usages are those of signatures that cannot be denied later; it has no
// extended usage, which some validators take for a limit.
func (a *Authority) signing(subject pkix.Name, life time.Duration) *x509.Certificate {
	t := a.template(subject, life)
	t.KeyUsage = x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment
	return t
}

func (a *Authority) template(subject pkix.Name, life time.Duration) *x509.Certificate {
	now := a.clock.Now().Truncate(time.Second)
	return &x509.Certificate{Subject: subject, NotBefore: now.Add(-backdate), NotAfter: now.Add(life), BasicConstraintsValid: true}
}

// issueLeaf issues under the issuing CA.
func (a *Authority) issueLeaf(ctx context.Context, kind Kind, template *x509.Certificate, pub crypto.PublicKey) ([]*x509.Certificate, error) {
	if err := a.config.permits(template.Subject); err != nil {
		return nil, err
	}
	issuing, err := a.use(ctx, RoleIssuing)
	if err != nil {
		return nil, err
	}
	return a.issue(ctx, issuing, kind, template, pub)
}

// issue signs and records a certificate before it is given to anybody.
func (a *Authority) issue(ctx context.Context, issuer *identity, kind Kind, template *x509.Certificate, pub crypto.PublicKey) ([]*x509.Certificate, error) {
	serial, err := newSerial()
	if err != nil {
		return nil, wrap("issue", err)
	}
	template.SerialNumber = serial
	if template.NotAfter.After(issuer.chain[0].NotAfter) {
		template.NotAfter = issuer.chain[0].NotAfter
	}
	url := a.publicURL()
	template.CRLDistributionPoints = []string{url + "/pki/crl/" + issuer.key.ID + ".crl"}
	template.OCSPServer = []string{url + "/pki/ocsp/" + issuer.key.ID}
	template.IssuingCertificateURL = []string{url + "/pki/ca/" + issuer.key.ID + ".cer"}
	cert, err := pki.Issue(ctx, template, issuer.chain[0], pub, issuer.signer)
	if err != nil {
		return nil, wrap("issue", err)
	}
	record := Issued{
		Issuer: issuer.key.ID, Serial: serial.Text(16), Kind: kind, DER: cert.Raw,
		NotAfter: cert.NotAfter, IssuedAt: a.clock.Now(),
	}
	if err := a.store.InsertIssued(ctx, record); err != nil {
		return nil, wrap("record certificate", err)
	}
	return append([]*x509.Certificate{cert}, issuer.chain...), nil
}

// certify makes the chain of one of the authority's own keys. The lock is
// held.
func (a *Authority) certify(ctx context.Context, k Key, key publicKey) ([]*x509.Certificate, error) {
	template, err := a.ownTemplate(k)
	if err != nil {
		return nil, err
	}
	if k.Role == RoleRoot {
		return selfSign(ctx, template, key)
	}
	above := RoleIssuing
	if k.Role == RoleIssuing {
		above = RoleRoot
	}
	issuer, err := a.current(ctx, above)
	if err != nil {
		return nil, err
	}
	return a.issue(ctx, issuer, KindAuthority, template, key.Public())
}

// ownTemplate is the template of one of the authority's own certificates. The
// first octets of the key's identifier keep the names of two installations
// apart.
func (a *Authority) ownTemplate(k Key) (*x509.Certificate, error) {
	name := func(what string) pkix.Name {
		return pkix.Name{CommonName: "Consigil " + what + " " + strings.ToUpper(k.ID[:8]), Organization: []string{clip(a.config.Organization)}}
	}
	switch k.Role {
	case RoleRoot:
		return authorityTemplate(a.template(name("Root CA"), rootLife), 1), nil
	case RoleIssuing:
		t := authorityTemplate(a.template(name("Issuing CA"), rootLife), 0)
		limits, err := a.config.constraints()
		if limits != nil {
			t.ExtraExtensions = []pkix.Extension{*limits}
		}
		return t, err
	case RoleLog:
		t := a.template(name("Log"), logLife)
		t.KeyUsage = x509.KeyUsageDigitalSignature
		return t, nil
	case RoleTSA:
		t := a.template(name("Timestamp Authority"), tsaLife)
		t.KeyUsage = x509.KeyUsageDigitalSignature
		usage, err := criticalTimestamping()
		t.ExtraExtensions = []pkix.Extension{usage}
		return t, err
	}
	return nil, fmt.Errorf("authority: unknown role %q", k.Role)
}

func authorityTemplate(t *x509.Certificate, pathLen int) *x509.Certificate {
	t.IsCA, t.MaxPathLen, t.MaxPathLenZero = true, pathLen, pathLen == 0
	t.KeyUsage = x509.KeyUsageCertSign | x509.KeyUsageCRLSign
	return t
}

// criticalTimestamping is the extended key usage of a timestamp authority:
// timeStamping, alone and critical (RFC 3161 section 2.3).
func criticalTimestamping() (pkix.Extension, error) {
	value, err := asn1.Marshal([]asn1.ObjectIdentifier{{1, 3, 6, 1, 5, 5, 7, 3, 8}})
	if err != nil {
		return pkix.Extension{}, wrap("encode usage", err)
	}
	return pkix.Extension{Id: asn1.ObjectIdentifier{2, 5, 29, 37}, Critical: true, Value: value}, nil
}

func selfSign(ctx context.Context, template *x509.Certificate, key publicKey) ([]*x509.Certificate, error) {
	private, ok := key.(crypto.Signer)
	if !ok {
		return nil, fmt.Errorf("authority: the root is not issued again")
	}
	s, err := signer.FromKey(private)
	if err != nil {
		return nil, wrap("use key", err)
	}
	template.SerialNumber, err = newSerial()
	if err != nil {
		return nil, wrap("issue", err)
	}
	cert, err := pki.Issue(ctx, template, template, private.Public(), s)
	if err != nil {
		return nil, wrap("issue", err)
	}
	return []*x509.Certificate{cert}, nil
}

// clip makes a text fit for a certificate's name: no control characters, and
// not longer than the standard allows.
func clip(text string) string {
	clean := strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == unicode.ReplacementChar {
			return -1
		}
		return r
	}, strings.TrimSpace(text))
	runes := []rune(clean)
	if len(runes) > maxName {
		runes = runes[:maxName]
	}
	return strings.TrimSpace(string(runes))
}
