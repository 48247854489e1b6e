package validate

import (
	"context"
	"errors"

	"github.com/consigil/consigil/cms"
)

// checkCMS: the signature value, its digest and its signing certificate. EN
// 319 102-1 sections 5.2.3, 5.2.7.
func checkCMS(e *evidence) []finding {
	if e.sig.Err != nil {
		return nil
	}
	if e.stamp {
		return []finding{failed(FormatFailure, "document_timestamp", "The document time stamp is damaged or belongs to something else.")}
	}
	var out []finding
	if !knownSubFilter(string(e.sig.SubFilter)) {
		out = append(out, undecided(SigConstraintsFailure, "format_unsupported", "This kind of signature is not supported."))
	}
	switch {
	case e.dataErr != nil:
		out = append(out, failed(FormatFailure, "cms", "The signature value is not a readable CMS structure."))
	case e.verifyErr != nil:
		out = append(out, cmsFinding(e.verifyErr))
	}
	return out
}

func knownSubFilter(name string) bool {
	return name == subFilterPAdES || name == subFilterPKCS7 || name == subFilterSHA1
}

func cmsFinding(err error) finding {
	for _, row := range cmsFindings() {
		if errors.Is(err, row.err) {
			return row.finding
		}
	}
	return failed(FormatFailure, "cms", "The signature value is not a usable CMS structure.")
}

type cmsRow struct {
	err     error
	finding finding
}

func cmsFindings() []cmsRow {
	return []cmsRow{
		{context.Canceled, undecided(TryLater, "cancelled", "The validation was cancelled.")},
		{context.DeadlineExceeded, undecided(TryLater, "cancelled", "The validation took too long.")},
		{cms.ErrDigest, failed(HashFailure, "hash", "The signed bytes were changed.")},
		{cms.ErrSignature, failed(SigCryptoFailure, "signature_value", "The signature value does not verify.")},
		{errEnveloped, failed(FormatFailure, "enveloped", "The signature carries a content of its own.")},
		{cms.ErrManySigners, failed(FormatFailure, "signers", "The signature value has more than one signer.")},
		{cms.ErrNoSigner, failed(FormatFailure, "signers", "The signature value has no signer.")},
		{cms.ErrNoCertificate, undecided(NoSigningCertificateFound, "no_certificate", "The signer's certificate is not there.")},
		{cms.ErrSigningCertificate, undecided(NoSigningCertificateFound, "other_certificate", "The signature names another certificate than the one it verifies with.")},
		{cms.ErrAlgorithmMismatch, undecided(SigConstraintsFailure, "algorithm_mismatch", "The algorithms are not those that were signed.")},
		{cms.ErrAttributes, undecided(SigConstraintsFailure, "signed_attributes", "A signed attribute is missing or wrong.")},
		{cms.ErrAlgorithm, undecided(CryptoConstraintsFailure, "algorithm_unsupported", "The signature's algorithm is not supported.")},
		{cms.ErrNoContent, undecided(SignedDataNotFound, "no_content", "There is nothing that was signed.")},
	}
}

// intact reports whether digest and signature value fit; what the attributes
// say of the certificate is a question apart.
func (e *evidence) intact() bool {
	if e.sig.Err != nil || e.data == nil || e.stamp || !e.layout.sound() {
		return false
	}
	return e.verifyErr == nil || errors.Is(e.verifyErr, cms.ErrSigningCertificate) || errors.Is(e.verifyErr, cms.ErrAlgorithmMismatch)
}
