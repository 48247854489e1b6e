package pdf

import "slices"

// keep says which entries of a file that had to be repaired the increment
// lists anew, and puts the objects that it must repeat. Without repair there is
// nothing to keep: /Prev leads to it.
func (u *Update) keep() ([]entry, error) {
	f := u.file
	if !f.repaired {
		return nil, nil
	}
	if _, put := u.pending[f.root]; f.rootDict != nil && !put {
		u.Put(f.root, f.rootDict)
	}
	entries := append([]entry{{gen: 65535}}, f.xref.entries...)
	open, err := f.unfinished()
	if err != nil || open.Zero() {
		return entries, err
	}
	if _, put := u.pending[open]; put {
		return entries, nil
	}
	o, err := f.Get(open)
	if err != nil {
		return nil, err
	}
	if IsNull(o) {
		drop := func(e entry) bool { return e.kind == entryPlain && int(e.num) == open.Num }
		return slices.DeleteFunc(entries, drop), nil
	}
	u.Put(open, o)
	return entries, nil
}

// unfinished finds the object in which a file breaks off: what is appended
// would become part of it.
func (f *File) unfinished() (Ref, error) {
	var last entry
	for _, e := range f.xref.entries {
		if e.kind == entryPlain && e.off >= last.off {
			last = e
		}
	}
	if last.kind != entryPlain {
		return Ref{}, nil
	}
	from := last.off + f.base
	if in, err := f.readIndirect(from); err == nil {
		from = max(in.data, in.end)
	}
	at, err := f.search(from, f.size, []byte("endobj"))
	if err != nil || at >= 0 {
		return Ref{}, err
	}
	return Ref{Num: int(last.num), Gen: int(last.gen)}, nil
}
