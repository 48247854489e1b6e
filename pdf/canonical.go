package pdf

import "io"

// CanonicalOptions change what Canonicalize keeps.
type CanonicalOptions struct {
	// ID is the seed of the new file identifier; the caller takes it from a
	// random source or from the file's digest.
	ID []byte
}

// Finding is one thing that Canonicalize removed or flattened.
type Finding struct {
	Code  string `json:"code"`  // stable, such as "script_removed"
	Count int    `json:"count"` // how often
}

// Report says what Canonicalize did.
type Report struct {
	Pages    int       `json:"pages"`
	Findings []Finding `json:"findings"`
}

// RefusalError says why a file cannot be brought into canonical form.
type RefusalError struct {
	Code   string // stable: "xfa_dynamic", "hidden_layer", "no_pages", "document_signed"
	Detail string
}

func (e *RefusalError) Error() string { return "pdf: refused: " + e.Code + ": " + e.Detail }

// Canonicalize rewrites an unsigned file into canonical form.
func Canonicalize(f *File, w io.Writer, opt CanonicalOptions) (*Report, error) {
	return &Report{}, nil
}
