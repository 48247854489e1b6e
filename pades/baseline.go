package pades

import (
	"bytes"
	"crypto"
	"encoding/asn1"

	"github.com/consigil/consigil/cms"
	"github.com/consigil/consigil/pdf"
	"github.com/consigil/consigil/pdf/form"
)

// baselineDict reports a signature dictionary as EN 319 142-1 section 6.3 wants
// it: /SubFilter ETSI.CAdES.detached, /M there, /Cert not, and /Reason not beside
// the signed attributes that say the same.
func baselineDict(file *pdf.File, s form.Signature, info *cms.SignerInfo) bool {
	entry := func(key pdf.Name) pdf.Object {
		o, err := file.Resolve(s.Dict[key])
		if err != nil {
			return nil
		}
		return o
	}
	made, ok := entry("M").(pdf.String)
	if s.SubFilter != subFilterPAdES || !ok || len(made) == 0 || !pdf.IsNull(entry("Cert")) {
		return false
	}
	return pdf.IsNull(entry("Reason")) || count(info.Signed, oidCommitment(), oidSignaturePolicy()) == 0
}

// baselineCMS reports a CMS as EN 319 142-1 section 6.3 wants it: DER, one
// signer with its certificate, nothing enveloped, and the signed attributes of
// the baseline.
func baselineCMS(contents []byte, data *cms.SignedData) bool {
	info := &data.Signers[0]
	return bytes.Equal(data.Raw, contents[:data.Size]) && // SETs out of order are forgiven: most products have some
		data.Detached && data.ContentType.Equal(cms.OIDData()) && data.Certificate() != nil && baselineAttributes(info)
}

func baselineAttributes(info *cms.SignerInfo) bool {
	for _, rule := range []struct {
		oid         asn1.ObjectIdentifier
		least, most int
	}{
		{cms.OIDContentType(), 1, 1},
		{cms.OIDMessageDigest(), 1, 1},
		{cms.OIDSigningTime(), 0, 0}, // the time stands in /M
		{oidSignerLocation(), 0, 0},  // the place in /Location
		{oidContentIdentifier(), 0, 0},
		{oidMimeType(), 0, 0},
		{oidSignerAttributes(), 0, 1},
		{oidSignerAttributesV2(), 0, 1},
		{oidSignaturePolicy(), 0, 1},
	} {
		if n := count(info.Signed, rule.oid); n < rule.least || n > rule.most {
			return false
		}
	}
	v1, v2 := count(info.Signed, cms.OIDSigningCertificate()), count(info.Signed, cms.OIDSigningCertificateV2())
	return v2 == 1 && v1 == 0 || v2 == 0 && v1 == 1 && info.Digest == crypto.SHA1
}

func count(attributes []cms.Attribute, kinds ...asn1.ObjectIdentifier) int {
	n := 0
	for _, kind := range kinds {
		for i := range attributes {
			if attributes[i].Type.Equal(kind) {
				n++
			}
		}
	}
	return n
}

// The attributes of ETSI EN 319 122-1 section 5.2 that PAdES limits or forbids.
func oidContentIdentifier() asn1.ObjectIdentifier { return smimeAttribute(7) }
func oidSignaturePolicy() asn1.ObjectIdentifier   { return smimeAttribute(15) }
func oidCommitment() asn1.ObjectIdentifier        { return smimeAttribute(16) }
func oidSignerLocation() asn1.ObjectIdentifier    { return smimeAttribute(17) }
func oidSignerAttributes() asn1.ObjectIdentifier  { return smimeAttribute(18) }
func oidSignerAttributesV2() asn1.ObjectIdentifier {
	return asn1.ObjectIdentifier{0, 4, 0, 19122, 1, 1}
}
func oidMimeType() asn1.ObjectIdentifier { return asn1.ObjectIdentifier{0, 4, 0, 1733, 2, 1} }

func smimeAttribute(n int) asn1.ObjectIdentifier {
	return asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, n}
}
