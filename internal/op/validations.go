package op

import (
	"io"
	"net/http"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/evidence"
	"github.com/consigil/consigil/internal/problem"
)

// maxValidation is the largest PDF that is validated, bytes.
const maxValidation = 100 << 20

// Validations are the rows of validation.
func Validations(v *evidence.Validator) []Op {
	return []Op{Raw(Row{
		ID: "validatePDF", Method: http.MethodPost, Path: "/api/v1/validations", Summary: "Validate the signatures of a PDF",
		Description: "Send the PDF as the body. The answer is the report of `consigil verify --json`, with the file's digest and what is known here of this very file; nothing is kept.",
		Audience:    staffAndAPI, Group: GroupSignatureCheck, Permission: access.ValidationsWrite, Limit: LimitWork, Audit: AuditNever,
		MaxBody: maxValidation, Stream: true, Accepts: "application/pdf", Produces: "application/json",
	}, func(w http.ResponseWriter, r *http.Request) error { return validatePDF(w, r, v) }).Describe(Description{Answer: VerificationView{}})}
}

func validatePDF(w http.ResponseWriter, r *http.Request, v *evidence.Validator) error {
	data, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxValidation))
	if err != nil {
		return problem.Wrap(err, problem.TooLarge, "body_too_large", "The file is larger than 100 MB, or it did not arrive whole.")
	}
	view, err := judgeFile(r.Context(), v, data)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, view)
}
