package site

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/consigil/consigil/internal/evidence"
	"github.com/consigil/consigil/internal/op"
	"github.com/consigil/consigil/validate"
)

var at = time.Date(2026, 11, 22, 12, 30, 0, 0, time.UTC)

func found(list ...validate.Signature) *op.VerificationView {
	return &op.VerificationView{SHA256: strings.Repeat("ab", 32), Size: 1_234_567, At: at, Report: validate.Report{Signatures: list}}
}

func signed(name string, i validate.Indication, sub validate.SubIndication) validate.Signature {
	return validate.Signature{
		Field: "S1", Format: "PAdES-BASELINE-T", Level: "B-T", Indication: i, SubIndication: sub, Coverage: "entire_file", SigningTime: &at,
		Certificate: &validate.Certificate{Subject: "CN=" + name + ",O=X", Issuer: "CN=An Authority", SHA256: strings.Repeat("cd", 32), NotBefore: at, NotAfter: at},
		Timestamps:  []validate.Timestamp{{Kind: "signature", Time: at, Valid: true, Certificate: &validate.Certificate{Subject: "CN=A Clock"}}},
		Warnings:    []validate.Message{{Code: "no_timestamp", Text: "x"}, {Code: "never_heard_of", Text: "Something new."}},
	}
}

func shown(t *testing.T, v *op.VerificationView) string {
	t.Helper()
	s := open(t, Config{Files: built(t)})
	w := httptest.NewRecorder()
	s.Verified(w, httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/verify", nil), v)
	if w.Code != http.StatusOK {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	return w.Body.String()
}

func TestVerdicts(t *testing.T) {
	passed := signed(`Kovács\, Anna`, validate.TotalPassed, "")
	failed := signed("Bob", validate.TotalFailed, validate.HashFailure)
	unsure := signed("Eve", validate.Indeterminate, validate.NoCertificateChainFound)
	odd := signed("Odd", "PASSED", "TOTAL_PASSED")
	for name, c := range map[string]struct {
		view  *op.VerificationView
		words []string
	}{
		"none": {found(), []string{"This file has no signature.", "Perhaps it is the copy"}},
		"valid": {found(passed), []string{
			`class="status valid"`, "The signature is valid.", "Kovács, Anna signed this", "An Authority", "A Clock", "2026-11-22 12:30 UTC", "1.2 MB",
			"abab abab", "PAdES B-T: a signature with a proof of time", "TOTAL_PASSED", "No time stamp proves", "Something new.", "Is it complete?", "was not kept",
		}},
		"failed": {found(passed, failed), []string{`class="status failed"`, "1 of 2 signatures is not valid.", "This is no valid signature of Bob. The file was changed after it was signed.", "TOTAL_FAILED / HASH_FAILURE"}},
		"unsure": {found(unsure, passed, passed), []string{`<h2 id="found" class="status unknown"`, "1 of 3 signatures cannot be confirmed.", "cannot be confirmed that Eve signed"}},
		"odd":    {found(odd), []string{"The signature cannot be confirmed."}},
	} {
		t.Run(name, func(t *testing.T) { wants(t, name, shown(t, c.view), c.words...) })
	}
	if strings.Contains(shown(t, found(odd)), `"status valid"`) {
		t.Error("a verdict is read out of a part of a word")
	}
}

func TestComplete(t *testing.T) {
	v := found(signed("A", validate.TotalPassed, ""))
	wants(t, "unknown", shown(t, v), "This file holds 1 signature.")
	v.Origin = &evidence.Origin{Complete: true, SignersDone: 2, SignersTotal: 2}
	wants(t, "sealed", shown(t, v), "Yes. This is the sealed file", "all 2 people")
	v.Origin = &evidence.Origin{SignersDone: 1, SignersTotal: 3}
	wants(t, "a stage", shown(t, v), "No. This is a file from before the end.", "1 of 3 people")
}

func TestStampsOverTheFile(t *testing.T) {
	v := found(signed("A", validate.TotalPassed, ""))
	v.Timestamps = []validate.Timestamp{{Kind: "document", Time: at, Valid: true, Certificate: &validate.Certificate{Subject: "CN=A Clock"}}, {Time: at}}
	wants(t, "stamps", shown(t, v), "The file existed as it is at 2026-11-22 12:30 UTC, says A Clock.", "cannot be confirmed.")
}

// TestEveryCauseHasWords holds the catalogue to the sub-indications that the validator gives.
func TestEveryCauseHasWords(t *testing.T) {
	s := open(t, Config{})
	w := s.words(httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil), "")
	for _, sub := range []validate.SubIndication{
		validate.FormatFailure, validate.HashFailure, validate.SigCryptoFailure, validate.Revoked, validate.Expired, validate.NotYetValid,
		validate.SigConstraintsFailure, validate.ChainConstraintsFailure, validate.ChainGeneralFailure, validate.CryptoConstraintsFailure,
		validate.TimestampOrderFailure, validate.NoSigningCertificateFound, validate.NoCertificateChainFound, validate.RevokedNoPOE,
		validate.RevokedCANoPOE, validate.OutOfBoundsNoPOE, validate.OutOfBoundsNotRevoked, validate.RevocationOutOfBoundsNoPOE, validate.NoPOE,
		validate.TryLater, validate.SignedDataNotFound,
	} {
		if w.said("sub."+string(sub)) == "" {
			t.Errorf("%s has no words", sub)
		}
	}
}
