package evidence

import (
	"crypto"
	"crypto/sha256"
	"crypto/x509"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/consigil/consigil/cms"
	"github.com/consigil/consigil/pki"
	"github.com/consigil/consigil/tsp"
)

// trust is what certificates are judged with.
type trust struct {
	pool []*x509.Certificate
	raw  [][]byte // revocation lists, DER
	crls []*pki.CRL
}

// loadTrust reads chains and revocation lists; the anchors are the caller's alone.
func (v *bundleCheck) loadTrust() {
	v.trust = &trust{pool: append(v.certificates(logChainEntry), v.certificates(chainEntry)...)}
	for i := range v.entries {
		name := v.entries[i].name
		if !strings.HasPrefix(name, "pki/crl-") {
			continue
		}
		data, ok := v.content(name, mostJSON)
		if !ok {
			continue
		}
		crl, err := pki.ParseCRL(data)
		if err != nil {
			v.fail("malformed_entry", name, "The entry is not a revocation list.")
			continue
		}
		v.trust.raw, v.trust.crls = append(v.trust.raw, data), append(v.trust.crls, crl)
	}
}

// checkPath finds whether a certificate leads to an anchor and was not revoked at a time. lists is the time as of
// which the carried revocation lists must be in force.
func (v *bundleCheck) checkPath(cert *x509.Certificate, at, lists time.Time, usage []x509.ExtKeyUsage, entry string) {
	path, err := pki.BuildPath(cert, v.trust.pool, v.anchors, pki.PathOptions{At: at, EKU: usage})
	switch {
	case errors.Is(err, pki.ErrNoAnchor):
		v.doubt("no_anchor", entry, "The certificate does not lead to a trusted root. Name the root with --trust.")
		return
	case err != nil:
		v.doubt("certificate_path", entry, "The certificate's path to the trusted root does not hold.")
		return
	}
	for i, c := range path[:len(path)-1] {
		v.checkRevoked(c, path[i+1], at, lists, entry)
	}
}

func (v *bundleCheck) checkRevoked(cert, issuer *x509.Certificate, at, lists time.Time, entry string) {
	e := pki.Evidence{CRLs: v.trust.crls, Pool: v.trust.pool, Anchors: v.anchors, At: lists}
	status, err := e.CheckRevocation(cert, issuer)
	switch {
	case err != nil:
		v.doubt("revocation_unknown", entry, "No revocation list in the bundle says whether a certificate was revoked.")
	case status.State == pki.StateRevoked && status.Reason != pki.ReasonCertificateHold && !status.RevokedAt.After(at):
		v.fail("revoked", entry, "A certificate had been revoked when it was used.")
	case status.State != pki.StateGood:
		v.doubt("revocation_unknown", entry, "A certificate is on hold, or the revocation list does not know it.")
	}
}

// checkSignature judges manifest.p7s: the organization's signature over the manifest, with its time stamp.
func (v *bundleCheck) checkSignature() {
	manifest, ok := v.content(manifestEntry, mostSmall)
	raw, ok2 := v.content(signatureEntry, mostSmall)
	if !ok || !ok2 {
		return
	}
	signed, err := cms.Parse(raw)
	if err != nil || !signed.Strict || signed.Size != len(raw) || !signed.Detached || len(signed.Signers) != 1 {
		v.fail("signature_form", signatureEntry, "The manifest's signature is not of the form that it should be.")
		return
	}
	v.trust.pool = append(v.trust.pool, signed.Certificates...)
	result, err := signed.Verify(func(h crypto.Hash) ([]byte, error) {
		d := h.New()
		d.Write(manifest)
		return d.Sum(nil), nil
	})
	if err != nil {
		v.fail("signature", signatureEntry, "The manifest's signature is not right: the manifest was altered.")
		return
	}
	v.checkStampOf(signed)
	v.checkSealCertificate(result.Certificate)
}

// checkStampOf judges the signature's time stamp, which tells as of when everything else is judged.
func (v *bundleCheck) checkStampOf(signed *cms.SignedData) {
	tokens := cms.Find(signed.Signers[0].Unsigned, cms.OIDSignatureTimeStamp())
	if len(tokens) != 1 || len(tokens[0].Values) != 1 || len(signed.Signers[0].Unsigned) != 1 {
		v.fail("timestamp", signatureEntry, "The manifest's signature does not have exactly one time stamp.")
		return
	}
	sum := sha256.Sum256(signed.Signers[0].Signature)
	token := v.checkToken(tokens[0].Values[0], sum[:], signatureEntry)
	if token == nil {
		return
	}
	at := token.Time.UTC()
	v.at, v.report.SignedAt = at, &at
	if at.After(v.now.Add(time.Minute)) {
		v.doubt("timestamp_future", signatureEntry, "The manifest's time stamp lies in the future. Check this machine's clock.")
	}
	if v.now.Sub(at) > 24*time.Hour {
		v.warn("as_of", signatureEntry, "Revocation is known as of "+at.Format(time.RFC3339)+", when the bundle was made.")
	}
}

// checkToken judges a time-stamp token over a SHA-256 digest; nil where it is wrong.
func (v *bundleCheck) checkToken(raw, digest []byte, entry string) *tsp.Token {
	token, err := tsp.ParseToken(raw)
	if err != nil || !token.SignedData().Strict || token.SignedData().Size != len(raw) {
		v.fail("timestamp", entry, "The time stamp is not of the form that it should be.")
		return nil
	}
	cert, err := token.Verify(crypto.SHA256, digest)
	if err != nil {
		v.fail("timestamp", entry, "The time stamp is not right, or it is over something else.")
		return nil
	}
	v.trust.pool = append(v.trust.pool, token.Certificates...)
	v.checkPath(cert, v.now, token.Time, []x509.ExtKeyUsage{x509.ExtKeyUsageTimeStamping}, entry)
	return token
}

// checkSealCertificate: a seal of this organization, and no other certificate of the same authority.
func (v *bundleCheck) checkSealCertificate(cert *x509.Certificate) {
	if cert.KeyUsage&(x509.KeyUsageContentCommitment|x509.KeyUsageDigitalSignature) == 0 || cert.IsCA {
		v.fail("signer", signatureEntry, "The manifest was signed with a certificate that is not a seal.")
	}
	switch { // the installation's own CA names organizations; another CA names whomever it knows
	case namesOrganization(cert, v.manifest.Organization.Name):
	case !v.ownIssuer(cert):
		v.foreign = cert
	default:
		v.fail("signer", signatureEntry, "The manifest was sealed by another organization than it names.")
	}
	v.checkPath(cert, v.at, v.at, nil, signatureEntry)
}

// checkForeign judges the name in a seal of another authority, once the events are known to be those of the log.
func (v *bundleCheck) checkForeign() {
	switch {
	case v.foreign == nil:
	case v.sealedWith(v.foreign):
		v.warn("other_name", signatureEntry, "The organization "+strconv.Quote(v.manifest.Organization.Name)+
			" sealed with a certificate of another authority, issued to "+strconv.Quote(v.foreign.Subject.CommonName)+".")
	default:
		v.doubt("other_name", signatureEntry, "The manifest was sealed with a certificate issued to "+strconv.Quote(v.foreign.Subject.CommonName)+
			", and no event says that the organization used it.")
	}
}

// sealedWith says whether a document of the bundle was sealed with this certificate, by what the events tell.
func (v *bundleCheck) sealedWith(cert *x509.Certificate) bool {
	for i := range v.events {
		var facts struct {
			Serial string `json:"certificate_serial"`
		}
		if v.events[i].Type == "document.sealed" && json.Unmarshal([]byte(v.events[i].Facts), &facts) == nil && facts.Serial == cert.SerialNumber.Text(16) {
			return true
		}
	}
	return false
}

// ownIssuer says whether the CA of the log's key, which is the installation's, issued a certificate.
func (v *bundleCheck) ownIssuer(cert *x509.Certificate) bool {
	for _, issuer := range v.certificates(logChainEntry) {
		if issuer.IsCA && pki.VerifySignature(cert, issuer) == nil {
			return true
		}
	}
	return false
}

// namesOrganization allows for names that were cut to what a certificate holds, 64 characters.
func namesOrganization(cert *x509.Certificate, name string) bool {
	held := cert.Subject.CommonName
	return held != "" && (held == name || len([]rune(held)) >= 60 && strings.HasPrefix(name, held))
}
