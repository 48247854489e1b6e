package op

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/evidence"
	"github.com/consigil/consigil/internal/problem"
	"github.com/consigil/consigil/validate"
)

// VerificationView is what anybody is told about a file that they hand in. Nothing of the file is kept.
type VerificationView struct {
	SHA256 string           `json:"sha256" doc:"Of the file, hexadecimal"`
	Size   int64            `json:"size"`
	At     time.Time        `json:"at" doc:"The moment for which this was judged"`
	Origin *evidence.Origin `json:"origin,omitempty" doc:"What is known here of this very file; absent where nothing is"`
	validate.Report
}

// Limits of public verification. A body is held in memory while it is judged, so few are at a time, and a slow one is
// cut off.
const (
	maxPublicFile   = 50 << 20
	publicAtOnce    = 4
	publicReadTime  = 3 * time.Minute
	publicWaitTime  = 20 * time.Second
	multipartBounds = 64 << 10
)

func (d PageDeps) verifyRows() []Op {
	public := Row{Method: http.MethodPost, Audience: access.Public, Group: GroupSignatureCheck, Limit: LimitCost, Audit: AuditNever, Stream: true}
	form := public.as("verifyPage", "/verify", "Verify a PDF, by a form")
	form.MaxBody, form.Hidden, form.Page, form.Tag = maxPublicFile+multipartBounds, true, true, "pages"
	call := public.as("verifyPDF", "/api/v1/verifications", "Verify the signatures of a PDF without an account")
	call.MaxBody, call.Accepts, call.Produces = maxPublicFile, "application/pdf", "application/json"
	call.Description = "Send the PDF as the body. The answer is that of validations, with the file's digest; nothing is kept."
	turns := make(chan struct{}, publicAtOnce)
	return []Op{
		Raw(form, d.page(func(w http.ResponseWriter, r *http.Request) error {
			v, err := d.verify(w, r, turns, formFile)
			if err == nil {
				d.View.Verified(w, r, v)
			}
			return err
		})),
		Raw(call, func(w http.ResponseWriter, r *http.Request) error {
			v, err := d.verify(w, r, turns, wholeBody)
			if err != nil {
				return err
			}
			return writeJSON(w, http.StatusOK, v)
		}).Describe(Description{Answer: VerificationView{}}),
	}
}

func (d PageDeps) verify(w http.ResponseWriter, r *http.Request, turns chan struct{}, read func(*http.Request) ([]byte, error)) (*VerificationView, error) {
	wait, cancel := context.WithTimeout(r.Context(), publicWaitTime)
	defer cancel()
	select {
	case turns <- struct{}{}:
		defer func() { <-turns }()
	case <-wait.Done():
		return nil, problem.New(problem.Limited, "busy", "Many files are being checked just now. Try again in a minute.").After(time.Minute)
	}
	// A carrier has no deadlines of this sort; the edge's own holds there.
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(publicReadTime))
	data, err := read(r)
	if err != nil {
		return nil, err
	}
	return judgeFile(r.Context(), d.Validator, data)
}

// judgeFile validates a file and says what is known of it.
func judgeFile(ctx context.Context, v *evidence.Validator, data []byte) (*VerificationView, error) {
	report, err := v.File(ctx, bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, err
	}
	if report.Signatures == nil {
		report.Signatures = []validate.Signature{}
	}
	sum := sha256.Sum256(data)
	out := &VerificationView{SHA256: hex.EncodeToString(sum[:]), Size: int64(len(data)), At: v.Clock.Now(), Report: *report}
	out.Origin, err = v.Origin(ctx, sum[:])
	return out, err
}

func wholeBody(r *http.Request) ([]byte, error) { return arrived(r.Body) }

// arrived reads a file to its end.
func arrived(from io.Reader) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(from, maxPublicFile+1))
	tooLarge := new(http.MaxBytesError)
	switch {
	case errors.As(err, &tooLarge), len(data) > maxPublicFile:
		return nil, problem.New(problem.TooLarge, "file_too_large", "The file is larger than 50 MB.")
	case err != nil:
		return nil, problem.Wrap(err, problem.Malformed, "body_truncated", "The file did not arrive whole. Send it again.")
	case len(data) == 0:
		return nil, problem.New(problem.Malformed, "no_file", "Choose a PDF file first.")
	}
	return data, nil
}

// formFile reads the one file of a form, as it comes, without keeping it anywhere.
func formFile(r *http.Request) ([]byte, error) {
	parts, err := r.MultipartReader()
	if err != nil {
		return nil, problem.Wrap(err, problem.Unsupported, "unsupported_media_type", "Send the file with the form.")
	}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return nil, problem.New(problem.Malformed, "no_file", "Choose a PDF file first.")
		}
		if err != nil {
			return arrived(failing{err})
		}
		if part.FormName() == "file" {
			return arrived(part)
		}
	}
}

// failing is a body that broke off.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }
