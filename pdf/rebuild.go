package pdf

import (
	"bytes"
	"slices"
	"strconv"
)

// rebuilder finds the objects of a file whose cross-reference data cannot be
// used, by reading through all of it.
type rebuilder struct {
	f        *File
	entries  []entry // in file order
	trailers []Dict
	streams  []entry // object streams
	catalog  Ref
	maxNum   int
	budget   int64 // bytes that may still be parsed to skip over streams
}

const rebuildChunk = 256 << 10

// rebuild replaces the cross-reference data by what a walk through the file
// finds. Of several objects with one number the last counts.
func (f *File) rebuild() error {
	r := &rebuilder{f: f, budget: 4*f.size + 16*mib}
	f.cache.clear()
	f.objStms, f.objStmWeight = nil, 0
	f.base, f.baseFixed, f.repaired = 0, true, true
	f.crypt = nil
	f.sections, f.revisions, f.pages = nil, nil, nil
	f.xref, f.trailer, f.rootDict = xrefTable{}, Dict{}, nil
	if err := r.scan(); err != nil {
		return err
	}
	slices.Reverse(r.entries)
	f.base = f.header
	for i := range r.entries {
		r.entries[i].off -= f.base
	}
	f.xref = newXRefTable(slices.Clone(r.entries))
	f.maxNum = f.xref.max()
	f.trailer = r.trailer()
	if err := f.openCrypt(); err != nil {
		return err
	}
	r.expandObjStms()
	f.maxNum = max(f.maxNum, f.xref.max(), r.maxNum)
	if err := r.findRoot(); err != nil {
		return err
	}
	return f.checkCatalog()
}

// scan walks through the file.
func (r *rebuilder) scan() error {
	const overlap = 64
	for at := int64(0); at < r.f.size; {
		buf, err := r.f.readAt(at, rebuildChunk+overlap)
		if err != nil {
			return err
		}
		next, err := r.scanChunk(buf, at)
		if err != nil {
			return err
		}
		at = max(next, at+rebuildChunk)
	}
	return nil
}

// scanChunk looks at one chunk and tells where to go on at the earliest.
func (r *rebuilder) scanChunk(buf []byte, at int64) (int64, error) {
	next := at
	for i := 0; i < min(len(buf), rebuildChunk); {
		j := nextWord(buf[i:])
		if j < 0 {
			break
		}
		i += j
		if at+int64(i) < next {
			i++
			continue
		}
		end, err := r.word(buf, i, at)
		if err != nil {
			return 0, err
		}
		next = max(next, end)
		i++
	}
	return next, nil
}

// nextWord finds the next "obj" or "trailer".
func nextWord(b []byte) int {
	i := bytes.Index(b, []byte("obj"))
	if j := bytes.Index(b, []byte("trailer")); j >= 0 && (i < 0 || j < i) {
		return j
	}
	return i
}

// word looks at the word at buf[i] and gives the file position up to which
// nothing else need be looked for.
func (r *rebuilder) word(buf []byte, i int, at int64) (int64, error) {
	if buf[i] == 't' {
		r.takeTrailer(at + int64(i) + int64(len("trailer")))
		return 0, nil
	}
	start, ref, ok := headerBefore(buf, i)
	if !ok {
		return 0, nil
	}
	if len(r.entries) >= r.f.lim.Objects {
		return 0, &LimitError{Limit: "Objects", Max: int64(r.f.lim.Objects)}
	}
	e := entry{num: int32(ref.Num), gen: uint32(ref.Gen), off: at + int64(start), kind: entryPlain}
	known := len(r.trailers)
	end := r.look(e)
	r.maxNum = max(r.maxNum, ref.Num)
	if len(r.trailers) == known { // a cross-reference stream takes no other object's number
		r.entries = append(r.entries, e)
	}
	return end, nil
}

// headerBefore reads "N G " backwards from the word obj at buf[i].
func headerBefore(buf []byte, i int) (start int, ref Ref, ok bool) {
	j, gen, ok := uintBefore(buf, i, true)
	if !ok || gen > 65535 {
		return 0, Ref{}, false
	}
	k, num, ok := uintBefore(buf, j, false)
	if !ok || num < 1 || num > maxObjectNumber {
		return 0, Ref{}, false
	}
	if k > 0 && class(buf[k-1]) == charRegular {
		k2 := k - 1 // "endobj12 0 obj": the number begins after the word
		if k2 < 5 || string(buf[k2-5:k]) != "endobj" {
			return 0, Ref{}, false
		}
	}
	return k, Ref{Num: num, Gen: gen}, true
}

// uintBefore reads digits that end before i, after white space.
func uintBefore(buf []byte, i int, spaceOptional bool) (start, v int, ok bool) {
	end := i
	for end > 0 && isSpace(buf[end-1]) {
		end--
	}
	if end == i && !spaceOptional {
		return 0, 0, false
	}
	start = end
	for start > 0 && isDigit(buf[start-1]) {
		start--
	}
	if start == end || end-start > 10 {
		return 0, 0, false
	}
	v, err := strconv.Atoi(string(buf[start:end]))
	return start, v, err == nil
}

// look parses a found object, so that stream data are not searched for
// objects, and notes what may serve as trailer, catalog or object stream.
func (r *rebuilder) look(e entry) int64 {
	if r.budget <= 0 {
		return 0
	}
	before := r.f.work
	in, err := r.f.readIndirect(e.off)
	r.budget -= r.f.work - before
	if err != nil {
		return 0
	}
	d, ok := in.object.(Dict)
	if !ok {
		return 0
	}
	switch d.Name("Type") {
	case "Catalog":
		r.catalog = in.ref
	case "XRef":
		r.trailers = append(r.trailers, d)
	case "ObjStm":
		r.streams = append(r.streams, e)
	}
	n, direct := Int(d["Length"])
	if in.data == 0 || !direct || n < 0 || !r.f.endstreamAt(in.data+n) {
		return 0
	}
	return in.data + n
}

func (r *rebuilder) takeTrailer(off int64) {
	if off >= r.f.size || r.budget <= 0 {
		return
	}
	sec := &section{}
	before := r.f.work
	err := r.f.readTrailer(sec, off)
	r.budget -= r.f.work - before
	if err == nil {
		r.trailers = append(r.trailers, sec.trailer)
	}
}

// trailer merges what was found, the last that has a key counts.
func (r *rebuilder) trailer() Dict {
	out := Dict{}
	for _, t := range r.trailers {
		for _, key := range []Name{"Root", "Encrypt", "ID", "Info"} {
			if v, ok := t[key]; ok {
				out[key] = v
			}
		}
	}
	return out
}

// expandObjStms adds the objects that stand in object streams. A plain object
// of the same number wins only where it stands after the stream.
func (r *rebuilder) expandObjStms() {
	f := r.f
	var added []entry
	for _, e := range slices.Backward(r.streams) {
		off := e.off - f.base
		if cur, ok := f.xref.find(int(e.num)); !ok || cur.off != off {
			continue
		}
		s, err := f.objStm(int(e.num))
		if err != nil {
			continue
		}
		for i, num := range s.numbers {
			if old, ok := f.xref.find(int(num)); ok && old.off > off {
				continue
			}
			if len(added) >= f.lim.Objects {
				break
			}
			added = append(added, entry{num: num, off: int64(e.num), gen: uint32(i), kind: entryCompressed})
		}
	}
	f.xref = newXRefTable(append(added, f.xref.entries...))
}

// findRoot takes /Root of a trailer where it leads to a catalog, else the last
// catalog seen, in the open or in an object stream.
func (r *rebuilder) findRoot() error {
	f := r.f
	f.root, _ = f.trailer["Root"].(Ref)
	if r.isCatalog(f.root) {
		return nil
	}
	for _, t := range slices.Backward(r.trailers) {
		if ref, ok := t["Root"].(Ref); ok && r.isCatalog(ref) {
			return r.setRoot(ref)
		}
	}
	if r.isCatalog(r.catalog) {
		return r.setRoot(r.catalog)
	}
	for _, e := range f.xref.entries {
		if e.kind == entryCompressed && r.isCatalog(Ref{Num: int(e.num)}) {
			return r.setRoot(Ref{Num: int(e.num)})
		}
	}
	return r.adoptRoot()
}

// adoptRoot takes a catalog that stands in a trailer itself, and gives it a
// number of its own.
func (r *rebuilder) adoptRoot() error {
	f := r.f
	for _, t := range slices.Backward(r.trailers) {
		d, ok := t["Root"].(Dict)
		if !ok {
			continue
		}
		if pages, err := f.Dict(d["Pages"]); err == nil && pages != nil {
			f.rootDict = d
			f.maxNum++
			if f.top >= f.maxNum && f.top < f.maxNum+maxDangling {
				f.maxNum = f.top + 1 // what refers to nothing must not come to mean the catalog
			}
			return r.setRoot(Ref{Num: f.maxNum})
		}
	}
	return malformed(-1, "no catalog found")
}

func (r *rebuilder) setRoot(ref Ref) error {
	r.f.root = ref
	r.f.trailer["Root"] = ref
	return nil
}

func (r *rebuilder) isCatalog(ref Ref) bool {
	if ref.Zero() {
		return false
	}
	o, err := r.f.Get(ref)
	if err != nil {
		return false
	}
	d, ok := o.(Dict)
	if !ok {
		return false
	}
	pages, err := r.f.Dict(d["Pages"])
	return err == nil && pages != nil
}
