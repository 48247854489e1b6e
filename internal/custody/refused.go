package custody

import (
	"errors"

	"github.com/consigil/consigil/internal/problem"
	"github.com/consigil/consigil/pades"
	"github.com/consigil/consigil/pdf"
	"github.com/consigil/consigil/pki"
	"github.com/consigil/consigil/signer"
)

// causes are tried in order: the nearest cause stands before what it leads to. The codes are those of the command line.
var causes = []struct {
	is           error
	kind         problem.Kind
	code, detail string
}{
	{pades.ErrChanged, problem.Conflict, "file_changed", "This is not the file that was prepared."},
	{pades.ErrSignature, problem.Invalid, "signature_mismatch", "The signature was not made by the prepared certificate's key over what was prepared."},
	{pades.ErrNotAllowed, problem.Conflict, "not_allowed", "An earlier signature in the document does not allow another one."},
	{pades.ErrField, problem.Invalid, "field_unusable", "The signature field cannot be used."},
	{pades.ErrSeed, problem.Invalid, "seed_value", "The field asks for another kind of signature."},
	{pades.ErrDamaged, problem.Malformed, "damaged", "The document is too damaged to be signed."},
	{pki.ErrRevoked, problem.Conflict, "revoked", "The certificate, or one above it, is revoked."},
	{pki.ErrNoRevocation, problem.Unavailable, "no_revocation_data", "Revocation data that the level needs cannot be had at the moment."},
	{pki.ErrStale, problem.Unavailable, "revocation_stale", "Revocation data that the level needs are out of date."},
	{pki.ErrNoAnchor, problem.Conflict, "no_trust_anchor", "The certificate does not chain to a root that this signer trusts (--tsa-trust)."},
	{pki.ErrExpired, problem.Conflict, "certificate_expired", "The key's certificate has expired."},
	{pki.ErrNotYetValid, problem.Conflict, "certificate_not_yet_valid", "The key's certificate is not valid yet."},
	{pki.ErrUsage, problem.Conflict, "key_usage", "The certificate is not for signatures."},
	{pades.ErrTimestamp, problem.Unavailable, "timestamp_unavailable", "No time-stamp authority gave a usable answer. Try again shortly."},
	{pades.ErrLevel, problem.Conflict, "level_unreachable", "The level that was asked for cannot be reached."},
	{signer.ErrUnsupported, problem.Invalid, "unsupported_algorithm", "The key cannot be used with this algorithm."},
	{pdf.ErrPassword, problem.Invalid, "wrong_password", "The document is encrypted, and the password does not open it."},
	{pdf.ErrNotPDF, problem.Malformed, "not_pdf", "The file cannot be read as a PDF."},
}

// refused gives an error of the library its stable code.
func refused(err error) error {
	var known *problem.Error
	if err == nil || errors.As(err, &known) {
		return err
	}
	for _, c := range causes {
		if errors.Is(err, c.is) {
			return problem.Wrap(err, c.kind, c.code, c.detail)
		}
	}
	var overflow *pades.OverflowError
	if errors.As(err, &overflow) {
		return problem.Wrap(err, problem.Conflict, "signature_too_large", "The signature is larger than the room that was prepared for it. Prepare another one.")
	}
	var malformed *pdf.MalformedError
	var limit *pdf.LimitError
	var unsupported *pdf.UnsupportedError
	switch {
	case errors.As(err, &malformed):
		return problem.Wrap(err, problem.Malformed, "malformed_pdf", "The document breaks the format in a way that cannot be mended.")
	case errors.As(err, &limit):
		return problem.Wrap(err, problem.TooLarge, "over_limit", "The document is too complex.")
	case errors.As(err, &unsupported):
		return problem.Wrap(err, problem.Unsupported, "unsupported_pdf", "The document uses an encryption or filter that is not known.")
	}
	return err
}
