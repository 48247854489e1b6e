package site

import "github.com/consigil/consigil/internal/op"

// verdict is what was found in a file, in words.
type verdict struct{ *op.VerificationView }

func judge(_ Words, v *op.VerificationView) *verdict { return &verdict{v} }
