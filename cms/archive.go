package cms

import (
	"encoding/asn1"

	"github.com/consigil/consigil/der"
	"golang.org/x/crypto/cryptobyte"
	casn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// oidRevocationArchive is adbe-revocationInfoArchival, ISO 32000-2 section
// 12.8.3.3.2.
func oidRevocationArchive() asn1.ObjectIdentifier {
	return asn1.ObjectIdentifier{1, 2, 840, 113583, 1, 1, 8}
}

// RevocationArchive gives the revocation data that a signer put among the signed
// attributes, as signatures of the kind adbe.pkcs7.detached have it: DER
// CertificateList and OCSPResponse. What cannot be read there is as good as
// absent.
func (i *SignerInfo) RevocationArchive() (crls, ocsp [][]byte) {
	for _, a := range Find(i.Signed, oidRevocationArchive()) {
		for _, value := range a.Values {
			c, o := readArchive(value)
			crls, ocsp = append(crls, c...), append(ocsp, o...)
		}
	}
	return crls, ocsp
}

// readArchive reads RevocationInfoArchival: CRLs under [0], responses under [1].
func readArchive(value cryptobyte.String) (crls, ocsp [][]byte) {
	var seq cryptobyte.String
	if !value.ReadASN1(&seq, casn1.SEQUENCE) || !value.Empty() {
		return nil, nil
	}
	return archived(&seq, 0), archived(&seq, 1)
}

func archived(seq *cryptobyte.String, tag uint8) [][]byte {
	var explicit, list cryptobyte.String
	var present bool
	if !seq.ReadOptionalASN1(&explicit, &present, der.Explicit(tag)) || !present || !explicit.ReadASN1(&list, casn1.SEQUENCE) {
		return nil
	}
	elements, err := der.Elements(list, MaxCertificates)
	if err != nil {
		return nil
	}
	return elements
}
