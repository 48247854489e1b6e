package pdf

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"io"
	"slices"
)

// Update collects new and changed objects and writes them as one increment.
type Update struct {
	file    *File
	pending map[Ref]Object
	next    int
	trailer Dict // entries that differ from the file's trailer
	flate   deflater
}

// NewUpdate starts an increment to f.
func NewUpdate(f *File) *Update {
	return &Update{file: f, pending: map[Ref]Object{}, next: f.nextNumber(), trailer: Dict{}}
}

// nextNumber is the first object number that nothing uses: /Size is believed
// only where it is not smaller than what is there.
func (f *File) nextNumber() int {
	next := f.maxNum + 1
	if size, ok := Int(f.trailer["Size"]); ok && size > int64(next) && size <= int64(next)+1<<20 && size < maxObjectNumber/2 {
		next = int(size)
	}
	return next
}

// File is the file below the increment.
func (u *Update) File() *File { return u.file }

// maxDangling is how far above the objects in use a reference to nothing is
// still stepped over.
const maxDangling = 1 << 16

// Alloc reserves a new object number. Numbers that the file refers to although
// nothing stands there are passed over: such a reference must stay null.
func (u *Update) Alloc() Ref {
	u.next = max(u.next, u.file.maxNum+1) // rebuilding may have found more
	if top := u.file.top; top >= u.next && top < u.next+maxDangling {
		u.next = top + 1
	}
	ref := Ref{Num: u.next}
	u.next++
	return ref
}

// Get reads an object, pending changes included.
func (u *Update) Get(ref Ref) (Object, error) {
	if o, ok := u.pending[ref]; ok {
		return o, nil
	}
	return u.file.Get(ref)
}

// Resolve follows references, pending changes included.
func (u *Update) Resolve(o Object) (Object, error) {
	for i := 0; i < 32; i++ {
		ref, ok := o.(Ref)
		if !ok {
			if o == nil {
				return Null{}, nil
			}
			return o, nil
		}
		var err error
		if o, err = u.Get(ref); err != nil {
			return nil, err
		}
	}
	return nil, malformed(-1, "references in a loop")
}

// Dict resolves o and gives a copy of the dictionary that may be changed and
// put back, or nil where o is none.
func (u *Update) Dict(o Object) (Dict, error) {
	o, err := u.Resolve(o)
	if err != nil {
		return nil, err
	}
	d, ok := o.(Dict)
	if !ok {
		return nil, nil
	}
	return d.Clone(), nil
}

// Catalog gives a copy of the catalog, pending changes included.
func (u *Update) Catalog() (Dict, error) {
	d, err := u.Dict(u.file.root)
	if err == nil && d == nil {
		err = malformed(-1, "catalog is no dictionary")
	}
	return d, err
}

// Put sets an object. A *Stream read from the file keeps its data.
func (u *Update) Put(ref Ref, o Object) {
	u.pending[ref] = o
	u.next = max(u.next, ref.Num+1)
}

// PutStream sets a stream whose data are encoded as dict says; /Length is set
// by the writer.
func (u *Update) PutStream(ref Ref, dict Dict, data []byte) {
	u.Put(ref, NewStream(dict, data))
}

// smallStream is up to which size a stream is not worth compressing, bytes: a
// compressor costs more to set up than to sign.
const smallStream = 4 << 10

// PutCompressed sets a stream of data that it compresses, quickly rather than
// well, where there is enough to save.
func (u *Update) PutCompressed(ref Ref, data []byte) {
	if len(data) <= smallStream {
		u.PutStream(ref, Dict{}, data)
		return
	}
	u.PutStream(ref, Dict{"Filter": Name("FlateDecode")}, u.flate.compress(data, zlib.BestSpeed))
}

// Empty reports whether nothing was put yet.
func (u *Update) Empty() bool { return len(u.pending) == 0 }

// WriteTo writes only the increment: what is to be appended to the file. It
// can be called again after changes.
func (u *Update) WriteTo(w io.Writer) (int64, error) {
	if _, guarded := u.file.trailer["AuthCode"]; guarded {
		return 0, &UnsupportedError{Feature: "changing a file with integrity protection (ISO/TS 32004)"}
	}
	o := newObjectWriter(w, u.file.size)
	if err := u.lineEnd(o); err != nil {
		return 0, err
	}
	kept, err := u.keep()
	if err != nil {
		return 0, err
	}
	entries := make([]entry, 0, len(u.pending)+1)
	for _, ref := range u.refs() {
		entries = append(entries, u.entryAt(ref, o.n))
		u.writeObject(o, ref)
	}
	entries = append(entries, kept...)
	u.writeXRef(o, newXRefTable(entries).entries)
	err = o.flush()
	if err != nil {
		err = fmt.Errorf("pdf: write increment: %w", err)
	}
	return o.n - u.file.size, err
}

func (u *Update) entryAt(ref Ref, at int64) entry {
	return entry{num: int32(ref.Num), gen: uint32(ref.Gen), off: at - u.file.base, kind: entryPlain}
}

// lineEnd makes the increment begin on a line of its own.
func (u *Update) lineEnd(o *objectWriter) error {
	last, err := u.file.window(u.file.size-1, 1)
	if err != nil {
		return err
	}
	if last[0] != '\n' && last[0] != '\r' {
		o.str("\n")
	}
	return nil
}

func (u *Update) refs() []Ref {
	refs := make([]Ref, 0, len(u.pending))
	for r := range u.pending {
		refs = append(refs, r)
	}
	slices.SortFunc(refs, func(a, b Ref) int { return a.Num - b.Num })
	return refs
}

func (u *Update) writeObject(o *objectWriter, ref Ref) {
	c := u.file.crypt
	if c != nil && c.strings.method != methodIdentity && ref != u.file.encryptRef {
		o.encrypt = func(s String) (String, error) {
			out, err := c.strings.encrypt(ref, []byte(s))
			return String(out), err
		}
	}
	o.open(ref)
	if s, ok := u.pending[ref].(*Stream); ok {
		u.writeStream(o, ref, s)
	} else {
		o.object(u.pending[ref])
	}
	o.encrypt = nil
	o.close()
}

func (u *Update) writeStream(o *objectWriter, ref Ref, s *Stream) {
	r, n, err := s.Raw()
	if err != nil {
		o.err = err
		return
	}
	if c := u.file.crypt; c != nil {
		if filter := c.streamFilter(u.file, s.Dict); filter.method != methodIdentity {
			o.stream(encryptedStream(filter, ref, s.Dict, r, o))
			return
		}
	}
	o.stream(s.Dict, r, n)
}

func encryptedStream(filter cryptFilter, ref Ref, d Dict, r io.Reader, o *objectWriter) (Dict, io.Reader, int64) {
	data, err := io.ReadAll(r)
	if err == nil {
		data, err = filter.encrypt(ref, data)
	}
	if err != nil && o.err == nil {
		o.err = err
	}
	return d, bytes.NewReader(data), int64(len(data))
}
