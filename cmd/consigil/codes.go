package main

import (
	"context"
	"errors"
	"os"
	"strings"
	"syscall"

	"github.com/consigil/consigil/fetch"
	"github.com/consigil/consigil/internal/token"
	"github.com/consigil/consigil/pades"
	"github.com/consigil/consigil/pdf"
	"github.com/consigil/consigil/pdf/draw"
	"github.com/consigil/consigil/pki"
	"github.com/consigil/consigil/signer"
	"github.com/consigil/consigil/tsp"
)

// refusal is an error of a command with the stable code of its cause.
type refusal struct {
	code string
	err  error
}

// Error is one line: the cause, and its code in brackets.
func (r *refusal) Error() string {
	text := strings.ReplaceAll(strings.TrimSpace(r.err.Error()), "\n", "; ")
	if r.code == "address_refused" {
		text += "; local addresses are asked where they are typed, or stand in a certificate under a --trust root"
	}
	return text + " [" + r.code + "]"
}

func (r *refusal) Unwrap() error { return r.err }

// refused gives an error its code; wrong usage stays what it is.
func refused(err error) error {
	var coded *exitError
	if err == nil || errors.As(err, &coded) && coded.code == exitUsage {
		return err
	}
	var known *refusal
	if errors.As(err, &known) {
		return &exitError{code: exitFailed, err: known}
	}
	return &exitError{code: exitFailed, err: &refusal{code: causeOf(err), err: err}}
}

// causes are tried in order: the nearest cause stands before what it leads to.
var causes = []struct {
	is   error
	code string
}{
	{errUsed, "state_used"},
	{errOutIsInput, "out_is_input"},
	{errState, "state_invalid"},
	{errExists, "state_exists"},
	{token.ErrPIN, "wrong_pin"},
	{token.ErrPINNeeded, "pin_needed"},
	{token.ErrFinalTry, "pin_final_try"},
	{token.ErrLocked, "token_locked"},
	{token.ErrNoToken, "no_token"},
	{token.ErrNoKey, "no_key"},
	{token.ErrAmbiguous, "key_ambiguous"},
	{token.ErrUnsupported, "unsupported_algorithm"},
	{token.ErrRefused, "key_refused"},
	{token.ErrFull, "token_full"},
	{token.ErrFailed, "token_failed"},
	{token.ErrModule, "pkcs11_module"},
	{token.ErrHelper, "pkcs11_helper"},
	{pades.ErrChanged, "file_changed"},
	{pades.ErrAttributes, "cms_attributes"},
	{pades.ErrSignature, "signature_mismatch"},
	{pades.ErrUnsigned, "unsigned"},
	{pades.ErrNotAllowed, "not_allowed"},
	{pades.ErrNoPages, "no_pages"},
	{pades.ErrPermission, "permissions"},
	{pades.ErrField, "field_unusable"},
	{pades.ErrSeed, "seed_value"},
	{pades.ErrPlace, "no_place"},
	{pades.ErrDamaged, "damaged"},
	{pki.ErrRevoked, "revoked"},
	{pki.ErrStale, "revocation_stale"},
	{pki.ErrForged, "revocation_signature"},
	{pki.ErrIssuer, "revocation_responder"},
	{pki.ErrUnknown, "revocation_unknown"},
	{pki.ErrWeak, "weak_signature"},
	{pki.ErrNoRevocation, "no_revocation_data"},
	{pki.ErrNoAnchor, "no_trust_anchor"},
	{pki.ErrExpired, "certificate_expired"},
	{pki.ErrNotYetValid, "certificate_not_yet_valid"},
	{pki.ErrUsage, "key_usage"},
	{pki.ErrSignature, "chain_signature"},
	{pades.ErrNoAuthority, "no_tsa"},
	{pades.ErrOldTimestamp, "tsa_old_time"},
	{tsp.ErrOld, "tsa_old_time"},
	{tsp.ErrFuture, "tsa_future_time"},
	{tsp.ErrSigners, "tsa_signers"},
	{tsp.ErrImprint, "tsa_imprint"},
	{tsp.ErrNonce, "tsa_nonce"},
	{tsp.ErrPolicy, "tsa_policy"},
	{tsp.ErrUsage, "tsa_certificate"},
	{tsp.ErrValidity, "tsa_certificate"},
	{tsp.ErrWeak, "tsa_algorithm"},
	{tsp.ErrBinding, "tsa_certificate"},
	{tsp.ErrSignature, "tsa_signature"},
	{tsp.ErrMalformed, "tsa_malformed"},
	{tsp.ErrRefused, "tsa_refused"},
	{fetch.ErrTooLarge, "answer_too_large"},
	{fetch.ErrRefused, "address_refused"},
	{fetch.ErrTLS, "tls_untrusted"},
	{fetch.ErrMedia, "answer_media_type"},
	{fetch.ErrStatus, "http_status"},
	{context.DeadlineExceeded, "timeout"},
	{context.Canceled, "interrupted"},
	{fetch.ErrUnreachable, "unreachable"},
	{fetch.ErrUnavailable, "unavailable"},
	{pades.ErrTimestamp, "timestamp_failed"},
	{pades.ErrLevel, "level_unreachable"},
	{signer.ErrWeakKey, "weak_key"},
	{signer.ErrUnsupported, "unsupported_algorithm"},
	{pdf.ErrPassword, "wrong_password"},
	{pdf.ErrRecipient, "not_recipient"},
	{pdf.ErrTooLong, "file_too_long"},
	{pdf.ErrNotPDF, "not_pdf"},
	{syscall.ENOSPC, "no_space"},
	{syscall.EDQUOT, "no_space"},
	{syscall.EFBIG, "no_space"},
	{syscall.EROFS, "permission"},
	{errNotFile, "not_a_file"},
	{os.ErrNotExist, "not_found"},
	{os.ErrPermission, "permission"},
}

func causeOf(err error) string {
	for _, c := range causes {
		if errors.Is(err, c.is) {
			return c.code
		}
	}
	var malformed *pdf.MalformedError
	var limit *pdf.LimitError
	var unsupported *pdf.UnsupportedError
	var coded *exitError
	if code := drawCode(err); code != "" {
		return code
	}
	switch {
	case errors.As(err, &malformed):
		return "malformed_pdf"
	case errors.As(err, &limit):
		return "over_limit"
	case errors.As(err, &unsupported):
		return "unsupported_pdf"
	case errors.As(err, &coded) && coded.code == exitUnreadable:
		return "unreadable"
	}
	return "failed"
}

// drawCode is the code of what cannot be shown.
func drawCode(err error) string {
	var missing *draw.MissingError
	var fit *draw.FitError
	var in *draw.InputError
	switch {
	case errors.As(err, &missing):
		return "missing_glyph"
	case errors.As(err, &fit):
		return "box_too_small"
	case errors.As(err, &in):
		return in.Code
	}
	return ""
}
