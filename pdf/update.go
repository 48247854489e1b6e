package pdf

import "io"

// Update collects new and changed objects and writes them as one increment.
type Update struct{ file *File }

// NewUpdate starts an increment to f.
func NewUpdate(f *File) *Update { return &Update{file: f} }

// File is the file below the increment.
func (u *Update) File() *File { return u.file }

// Alloc reserves a new object number.
func (u *Update) Alloc() Ref { return Ref{} }

// Get reads an object, pending changes included.
func (u *Update) Get(ref Ref) (Object, error) { return Null{}, nil }

// Resolve follows references, pending changes included.
func (u *Update) Resolve(o Object) (Object, error) { return o, nil }

// Put sets an object.
func (u *Update) Put(ref Ref, o Object) {}

// PutStream sets a stream whose data are encoded as dict says; /Length is set
// by the writer.
func (u *Update) PutStream(ref Ref, dict Dict, data []byte) {}

// WriteTo writes only the increment: what is to be appended to the file.
func (u *Update) WriteTo(w io.Writer) (int64, error) { return 0, nil }
