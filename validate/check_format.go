package validate

import (
	"errors"

	"github.com/consigil/consigil/pdf/form"
)

// checkFormat: a signature whose dictionary or ranges break the rules covers
// something else than it seems to. EN 319 102-1 section 5.2.2; ISO 32000-2
// section 12.8.1.
func checkFormat(e *evidence) []finding {
	if e.sig.Err != nil {
		return []finding{failed(FormatFailure, formatCode(e.sig.Err), formatText(e.sig.Err))}
	}
	rules := []struct {
		ok         bool
		code, text string
	}{
		{e.layout.start, "range_start", "The signed bytes do not start at the beginning of the file."},
		{e.layout.gap, "range_gap", "The bytes left out of the signature are not exactly its own value."},
		{e.layout.closed, "range_end", "The signed bytes do not end where a revision of the file ends."},
		{e.layout.tail, "bytes_after_end", "Bytes follow the last revision of the file."},
	}
	var out []finding
	for _, rule := range rules {
		if !rule.ok {
			out = append(out, failed(FormatFailure, rule.code, rule.text))
		}
	}
	if !e.layout.paddingZero {
		out = append(out, warning("padding", "The room after the signature value is not filled with zeros."))
	}
	return out
}

func formatCode(err error) string {
	switch {
	case errors.Is(err, form.ErrByteRange):
		return "byte_range"
	case errors.Is(err, form.ErrContents):
		return "contents"
	case errors.Is(err, form.ErrFilter):
		return "filter"
	}
	return "dictionary"
}

func formatText(err error) string {
	switch formatCode(err) {
	case "byte_range":
		return "The signature does not say which bytes it covers."
	case "contents":
		return "The signature has no readable value."
	case "filter":
		return "The signature does not say how it was made."
	}
	return "The signature's dictionary is malformed."
}
