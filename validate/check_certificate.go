package validate

import (
	"github.com/consigil/consigil/cms"
	"github.com/consigil/consigil/pki"
)

// checkCertificate: the signed attributes must name the signer's certificate
// (EN 319 142-1 section 6.3 g, h), and it must be one to sign with.
func checkCertificate(e *evidence) []finding {
	if e.verified == nil {
		return nil
	}
	var out []finding
	if e.sig.SubFilter == subFilterPAdES {
		out = append(out, padesAttributes(e.verified)...)
	}
	if !pki.MaySign(e.verified.Certificate) {
		out = append(out, undecided(ChainConstraintsFailure, "key_usage", "The signer's certificate is not one to sign with."))
	}
	return out
}

func padesAttributes(v *cms.Verified) []finding {
	var out []finding
	switch {
	case !v.Attributes:
		out = append(out, undecided(SigConstraintsFailure, "signed_attributes", "The signature has no signed attributes."))
	case v.Binding == cms.BindingNone:
		out = append(out, undecided(SigConstraintsFailure, "signing_certificate", "The signature does not name its certificate."))
	case v.Binding == cms.BindingV1:
		out = append(out, warning("signing_certificate_v1", "The signature names its certificate by SHA-1 only."))
	}
	if len(cms.Find(v.Signer.Signed, cms.OIDSigningTime())) > 0 {
		out = append(out, warning("signing_time_attribute", "The signature has a signing-time attribute, which PAdES forbids."))
	}
	return out
}
