package pdf

import "io"

// Builder makes a new file from nothing.
type Builder struct{}

// NewBuilder starts a new file.
func NewBuilder() *Builder { return &Builder{} }

// Alloc reserves a new object number.
func (b *Builder) Alloc() Ref { return Ref{} }

// Put sets an object.
func (b *Builder) Put(ref Ref, o Object) {}

// PutStream sets a stream whose data are encoded as dict says.
func (b *Builder) PutStream(ref Ref, dict Dict, data []byte) {}

// AddPage appends a page of the given size in points; content is the page's
// uncompressed content stream.
func (b *Builder) AddPage(width, height float64, resources Dict, content []byte) Ref { return Ref{} }

// Attach adds an associated file. relationship is /AFRelationship ("Data",
// "Source", ...).
func (b *Builder) Attach(name, mimeType, relationship, description string, data []byte) {}

// SetMetadata sets the XMP packet.
func (b *Builder) SetMetadata(xmp []byte) {}

// SetCatalog sets one entry of the catalog.
func (b *Builder) SetCatalog(key Name, value Object) {}

// SetInfo sets one entry of the document information dictionary.
func (b *Builder) SetInfo(key Name, value Object) {}

// WriteTo writes the file.
func (b *Builder) WriteTo(w io.Writer) (int64, error) { return 0, nil }
