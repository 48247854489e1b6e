package intake

import (
	"errors"
	"fmt"
	"strings"

	"github.com/consigil/consigil/internal/problem"
	"github.com/consigil/consigil/pdf"
)

// Codes of the problems by which a file is refused. They are stable.
const (
	CodeNotPDF         = "not_pdf"             // no PDF at all
	CodeMalformed      = "pdf_malformed"       // truncated or damaged beyond repair
	CodePassword       = "password_required"   // the empty password does not open it
	CodeNoPages        = "no_pages"            // nothing to sign
	CodeTooManyPages   = "too_many_pages"      //
	CodeTooLarge       = "file_too_large"      // bytes
	CodeTooComplex     = "too_complex"         // costs more memory or time than any honest file
	CodeUnsupported    = "pdf_unsupported"     // an encryption or filter that is not known
	CodeSignatureBad   = "signature_damaged"   // bears a signature that is not intact
	CodeSignedActive   = "signed_with_content" // bears signatures and content that is refused
	CodeNoSuchPage     = "no_such_page"        //
	CodeFormat         = "image_format"        // neither png nor jpeg
	CodeChildrenFailed = "intake_unavailable"  // children cannot be started
)

var errProtocol = errors.New("intake: child broke the protocol")

// explain turns what the library says of a file into a problem.
func explain(err error) error {
	var known *problem.Error
	var malformed *pdf.MalformedError
	var limit *pdf.LimitError
	var unsupported *pdf.UnsupportedError
	var refused *pdf.RefusalError
	switch {
	case err == nil, errors.As(err, &known):
		return err
	case errors.Is(err, pdf.ErrNotPDF):
		return problem.Wrap(err, problem.Malformed, CodeNotPDF, "This file is not a PDF.")
	case errors.Is(err, pdf.ErrPassword):
		return problem.Wrap(err, problem.Unsupported, CodePassword, "This PDF asks for a password. Please remove the password and upload it again.")
	case errors.Is(err, pdf.ErrRecipient):
		return problem.Wrap(err, problem.Unsupported, CodePassword, "This PDF is encrypted for the holders of certain certificates. Please save it without encryption and upload it again.")
	case errors.As(err, &limit) && limit.Limit == "Pages":
		return problemTooManyPages(int(limit.Max))
	case errors.As(err, &limit):
		return problemTooComplex(err)
	case errors.As(err, &unsupported):
		return problem.Wrap(err, problem.Unsupported, CodeUnsupported, "This PDF uses an encryption or compression that we cannot read.")
	case errors.As(err, &refused):
		return problemRefused(refused)
	case errors.As(err, &malformed):
		return problem.Wrap(err, problem.Malformed, CodeMalformed, cutOffDetail)
	}
	return err
}

const cutOffDetail = "This PDF is cut off or damaged. Please save it again with the program that made it."

func problemCutOff() error { return problem.New(problem.Malformed, CodeMalformed, cutOffDetail) }

func problemChildren(cause error) error {
	return problem.Wrap(cause, problem.Unavailable, CodeChildrenFailed, "Documents cannot be read at the moment. Please try again.")
}

func problemTooComplex(cause error) error {
	return problem.Wrap(cause, problem.TooLarge, CodeTooComplex, "Reading this PDF takes more memory or time than is allowed.")
}

func problemTooManyPages(most int) error {
	return problem.New(problem.TooLarge, CodeTooManyPages, fmt.Sprintf("This PDF has more than %d pages.", most))
}

func problemTooLarge(most int64) error {
	return problem.New(problem.TooLarge, CodeTooLarge, fmt.Sprintf("A file may have %d MB.", most>>20))
}

func problemNoPages() error {
	return problem.New(problem.Invalid, CodeNoPages, "This PDF has no pages.")
}

func problemNoSuchPage() error {
	return problem.New(problem.NotFound, CodeNoSuchPage, "The document has no such page.")
}

func problemFormat() error {
	return problem.InField("query/format", CodeFormat, "A page image is png or jpeg.")
}

func problemSignature(cause error) error {
	return problem.Wrap(cause, problem.Unsupported, CodeSignatureBad,
		"This PDF bears a signature that is damaged or that we cannot read, so it can neither be kept nor replaced. Please upload the unsigned document.")
}

func problemSignedContent(findings []pdf.Finding) error {
	var codes []string
	for _, f := range findings {
		codes = append(codes, f.Code)
	}
	return problem.New(problem.Unsupported, CodeSignedActive,
		"This PDF is signed and holds content that would have to be removed ("+strings.Join(codes, ", ")+"). Please upload the unsigned document.")
}

// problemRefused says why a construct is refused, in words for a person.
func problemRefused(err *pdf.RefusalError) error {
	detail := "This PDF holds content that is refused."
	switch err.Code {
	case pdf.RefusedXFA:
		detail = "This PDF is a dynamic XFA form, which most readers cannot show. Please print it to a new PDF."
	case pdf.RefusedLayer:
		detail = "This PDF has page content on a layer that is switched off. Please remove or show that layer."
	case pdf.RefusedEmpty:
		return problemNoPages()
	}
	return problem.Wrap(err, problem.Unsupported, err.Code, detail)
}
