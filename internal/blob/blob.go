// Package blob keeps opaque, encrypted bytes under the SHA-256 of those bytes, and, as Vault, gives the domain
// plaintext files out of them. It does not know what a file is for, and nothing in it decides who may read.
package blob

import (
	"context"
	"io"
	"time"

	"github.com/consigil/consigil/internal/problem"
)

// Info describes one stored blob.
type Info struct {
	Name     string // lower-case hex SHA-256 of the bytes
	Size     int64  // bytes
	Modified time.Time
}

// Object is one blob open for reading by range.
type Object interface {
	io.ReaderAt
	io.Closer
	Size() int64 // bytes
}

// Store is what an engine offers. Every engine passes the suite in blobtest.
//
// Put is durable when it returns: neither a crash nor a power cut loses or shortens the blob, and until then no
// one sees it under its name. A Put that fails, or whose reader fails, leaves nothing. The same bytes twice are
// one blob. Open and Stat of an unknown name are NotFound problems; Delete of one is no error. A store without
// room answers with the Full problem "disk_full".
type Store interface {
	Put(ctx context.Context, r io.Reader) (Info, error)
	Open(ctx context.Context, name string) (Object, error)
	Stat(ctx context.Context, name string) (Info, error)
	Delete(ctx context.Context, name string) error
	// List calls fn for every blob in no particular order until it fails. A blob that comes or goes meanwhile
	// may or may not be seen.
	List(ctx context.Context, fn func(Info) error) error
}

// ErrAbsent is what engines return for a name they do not have.
var ErrAbsent = problem.New(problem.NotFound, "blob", "The file is no longer stored.")

// ErrFull is what engines return when there is no room.
var ErrFull = problem.New(problem.Full, "disk_full", "There is no room left to store this. Nothing was changed; free some space and try again.")

// ValidName says whether a name has the form of a blob's. Engines check it before they build a path of it.
func ValidName(name string) bool {
	if len(name) != 64 {
		return false
	}
	for _, c := range []byte(name) {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}
