package custody

import (
	"bytes"
	"encoding/asn1"

	"golang.org/x/crypto/cryptobyte"
	casn1 "golang.org/x/crypto/cryptobyte/asn1"

	"github.com/consigil/consigil/cms"
	"github.com/consigil/consigil/der"
	"github.com/consigil/consigil/internal/problem"
	"github.com/consigil/consigil/signer"
)

// maxMessage is the largest thing that is signed, octets. Signed attributes take a few hundred.
const maxMessage = 16 << 10

// What a seal key signs.
const (
	signsAttributes = "attributes" // of a PAdES signature over a document
	signsCSR        = "csr"        // a certification request for the key itself
)

var errNotSigned = problem.New(problem.Invalid, "not_signable",
	"A seal key signs the signed attributes of a document's signature, or a certification request for itself, and nothing else.")

// recognize says what a message is, or refuses it: a seal key that signed whatever it is given could be made to sign a
// certificate, a revocation list, a time-stamp token or somebody's log-in.
func recognize(message []byte, alg signer.Algorithm, public []byte) (string, error) {
	if alg == signer.Unknown || alg.Legacy() {
		return "", problem.InField("/algorithm", "unsupported_algorithm", "The signature algorithm is not known.")
	}
	if len(message) == 0 || len(message) > maxMessage {
		return "", errNotSigned
	}
	if err := der.Check(message, der.Limits{Size: maxMessage, Depth: 16, Elements: 1000}); err != nil {
		return "", problem.Wrap(err, problem.Invalid, errNotSigned.Code, errNotSigned.Detail)
	}
	switch {
	case isAttributes(message, alg):
		return signsAttributes, nil
	case isRequest(message, public):
		return signsCSR, nil
	}
	return "", errNotSigned
}

// isAttributes wants exactly what cms.SignedAttributes makes (EN 319 142-1 section 6.3): content-type data,
// a message digest of the algorithm's hash, signing-certificate-v2, and cmsAlgorithmProtection, which may be missing.
func isAttributes(message []byte, alg signer.Algorithm) bool {
	input := cryptobyte.String(message)
	var set cryptobyte.String
	if !input.ReadASN1(&set, casn1.SET) || !input.Empty() {
		return false
	}
	found := map[string]int{}
	for !set.Empty() {
		var attribute, value cryptobyte.String
		var oid asn1.ObjectIdentifier
		if !set.ReadASN1(&attribute, casn1.SEQUENCE) || !attribute.ReadASN1ObjectIdentifier(&oid) ||
			!attribute.ReadASN1(&value, casn1.SET) || !attribute.Empty() || !isAttribute(oid, value, alg) {
			return false
		}
		found[oid.String()]++
	}
	for _, oid := range []asn1.ObjectIdentifier{cms.OIDContentType(), cms.OIDMessageDigest(), cms.OIDSigningCertificateV2()} {
		if found[oid.String()] != 1 {
			return false
		}
	}
	return found[cms.OIDAlgorithmProtection().String()] <= 1
}

// isAttribute checks one attribute; value is the content of its SET.
func isAttribute(oid asn1.ObjectIdentifier, value cryptobyte.String, alg signer.Algorithm) bool {
	switch {
	case oid.Equal(cms.OIDContentType()):
		var kind asn1.ObjectIdentifier
		return value.ReadASN1ObjectIdentifier(&kind) && value.Empty() && kind.Equal(cms.OIDData())
	case oid.Equal(cms.OIDMessageDigest()):
		var digest cryptobyte.String
		return value.ReadASN1(&digest, casn1.OCTET_STRING) && value.Empty() && len(digest) == alg.Hash().Size()
	case oid.Equal(cms.OIDSigningCertificateV2()):
		return isSigningCertificate(value)
	case oid.Equal(cms.OIDAlgorithmProtection()):
		return isProtection(value, alg)
	}
	return false
}

// isSigningCertificate wants SigningCertificateV2 with one ESSCertIDv2 (RFC 5035 section 3) and no policies.
func isSigningCertificate(value cryptobyte.String) bool {
	var outer, list, one, digest, rest cryptobyte.String
	if !value.ReadASN1(&outer, casn1.SEQUENCE) || !value.Empty() || !outer.ReadASN1(&list, casn1.SEQUENCE) || !outer.Empty() ||
		!list.ReadASN1(&one, casn1.SEQUENCE) || !list.Empty() {
		return false
	}
	if one.PeekASN1Tag(casn1.SEQUENCE) && !one.ReadASN1(&rest, casn1.SEQUENCE) {
		return false
	}
	if !one.ReadASN1(&digest, casn1.OCTET_STRING) || len(digest) < 32 || len(digest) > 64 {
		return false
	}
	return one.Empty() || one.ReadASN1(&rest, casn1.SEQUENCE) && one.Empty()
}

// isProtection wants the algorithm that the signature is made with (RFC 6211 section 2).
func isProtection(value cryptobyte.String, alg signer.Algorithm) bool {
	identifier, err := alg.Identifier()
	if err != nil {
		return false
	}
	var outer, digest, signature cryptobyte.String
	if !value.ReadASN1(&outer, casn1.SEQUENCE) || !value.Empty() || !outer.ReadASN1(&digest, casn1.SEQUENCE) ||
		!outer.ReadASN1Element(&signature, der.Explicit(1)) || !outer.Empty() {
		return false
	}
	implicit := bytes.Clone(identifier)
	implicit[0] = byte(der.Explicit(1))
	var oid asn1.ObjectIdentifier
	want, ok := signer.DigestOID(alg.Hash())
	return ok && digest.ReadASN1ObjectIdentifier(&oid) && oid.Equal(want) && bytes.Equal(signature, implicit)
}

// isRequest wants a CertificationRequestInfo (RFC 2986 section 4.1) for the key that signs it.
func isRequest(message, public []byte) bool {
	input := cryptobyte.String(message)
	var info, name, key, attributes cryptobyte.String
	var version int
	return input.ReadASN1(&info, casn1.SEQUENCE) && input.Empty() &&
		info.ReadASN1Integer(&version) && version == 0 && info.ReadASN1(&name, casn1.SEQUENCE) &&
		info.ReadASN1Element(&key, casn1.SEQUENCE) && bytes.Equal(key, public) &&
		info.ReadASN1(&attributes, der.Explicit(0)) && info.Empty()
}
