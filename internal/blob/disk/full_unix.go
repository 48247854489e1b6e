//go:build unix

package disk

import (
	"errors"
	"syscall"

	"github.com/consigil/consigil/internal/blob"
	"github.com/consigil/consigil/internal/problem"
)

// plain turns "no room" into the problem that callers know.
func plain(err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return problem.Wrap(err, blob.ErrFull.Kind, blob.ErrFull.Code, blob.ErrFull.Detail)
	}
	return err
}
