//go:build unix

package custody

import (
	"errors"
	"syscall"

	"github.com/consigil/consigil/internal/problem"
)

// full names the one failure of a disk that an operator can help.
func full(err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return problem.Wrap(err, problem.Full, "storage_full", "The signer has no room left.")
	}
	return err
}
