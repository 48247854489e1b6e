package pdf

import (
	"errors"
	"fmt"
)

// indirect is one "N G obj" as it stands in the file.
type indirect struct {
	ref    Ref
	object Object
	data   int64 // where stream data start, 0 where it is no stream
	end    int64 // byte after the object or after the word "stream"
	odd    int
}

// readIndirect parses the indirect object at off. Strings are not decrypted.
func (f *File) readIndirect(off int64) (indirect, error) {
	var in indirect
	err := f.parseAt(off, func(l *lexer) (err error) {
		in, err = lexIndirect(l)
		return err
	})
	return in, err
}

func lexIndirect(l *lexer) (indirect, error) {
	ref, err := lexHeader(l)
	if err != nil {
		return indirect{}, err
	}
	o, err := l.object()
	if err != nil {
		return indirect{}, err
	}
	in := indirect{ref: ref, object: o, odd: l.odd}
	if k, ok := o.(keyword); ok {
		if k != "endobj" {
			return indirect{}, l.fail("object expected")
		}
		in.object = Null{}
	}
	in.end = l.base + int64(l.pos)
	if _, ok := o.(Dict); ok {
		err := lexStreamStart(l, &in)
		return in, err
	}
	return in, nil
}

// lexHeader reads "N G obj".
func lexHeader(l *lexer) (Ref, error) {
	num, err := lexUint(l)
	if err != nil {
		return Ref{}, err
	}
	gen, err := lexUint(l)
	if err != nil {
		return Ref{}, err
	}
	word, err := l.object()
	if err != nil {
		return Ref{}, err
	}
	k, ok := word.(keyword)
	if !ok || len(k) < 3 || k[:3] != "obj" {
		return Ref{}, l.fail("object header expected")
	}
	l.pos -= len(k) - 3 // "obj123": the word ends after obj
	return Ref{Num: num, Gen: gen}, nil
}

func lexUint(l *lexer) (int, error) {
	if !l.skipSpace() {
		return 0, l.end()
	}
	if !isDigit(l.buf[l.pos]) {
		return 0, l.fail("number expected")
	}
	o, err := l.number()
	if err != nil {
		return 0, err
	}
	v, ok := Int(o)
	if !ok || v < 0 || v > maxObjectNumber {
		return 0, l.fail("number out of range")
	}
	return int(v), nil
}

// lexStreamStart finds where stream data begin, where the word stream follows.
func lexStreamStart(l *lexer, in *indirect) error {
	if !l.skipSpace() {
		return l.shortUnlessWhole()
	}
	const word = "stream"
	if len(l.buf)-l.pos < len(word)+2 && !l.whole {
		return errShort
	}
	if len(l.buf)-l.pos < len(word) || string(l.buf[l.pos:l.pos+len(word)]) != word {
		return nil
	}
	l.pos += len(word)
	in.end = l.base + int64(l.pos)
	for l.pos < len(l.buf) && l.buf[l.pos] == ' ' { // some producers leave spaces here
		l.pos++
	}
	if l.pos+2 > len(l.buf) && !l.whole {
		return errShort
	}
	l.skipByte('\r')
	l.skipByte('\n')
	in.data = l.base + int64(l.pos)
	return nil
}

// Get reads one object; a missing or free one is Null. The result is shared
// with a cache: change a Clone, never the object itself.
func (f *File) Get(ref Ref) (Object, error) {
	if o, ok := f.cache.get(ref); ok {
		return o, nil
	}
	if f.rootDict != nil && ref == f.root {
		return f.rootDict, nil
	}
	e, ok := f.xref.find(ref.Num)
	if !ok || e.kind == entryFree {
		return Null{}, nil
	}
	if e.kind == entryCompressed {
		return f.getCompressed(ref, e)
	}
	if int(e.gen) != ref.Gen {
		return Null{}, nil
	}
	return f.getPlain(ref, e)
}

func (f *File) getPlain(ref Ref, e entry) (Object, error) {
	in, err := f.readIndirect(e.off + f.base)
	if err == nil && in.ref != ref {
		err = malformed(e.off+f.base, "another object stands here")
	}
	if err != nil {
		return f.getAgain(ref, err)
	}
	o, err := f.finish(in)
	if err != nil {
		return nil, err
	}
	f.cache.put(ref, o, in.end-e.off-f.base)
	return o, nil
}

// getAgain rebuilds the cross-reference data of an unsigned file and retries.
// What cannot be read even then is as good as missing.
func (f *File) getAgain(ref Ref, cause error) (Object, error) {
	var broken *MalformedError
	if f.opt.Strict || !errors.As(cause, &broken) || isLimit(cause) {
		return nil, cause
	}
	if f.repaired {
		return Null{}, nil
	}
	if f.opening {
		return nil, cause
	}
	if err := f.rebuild(); err != nil {
		return nil, fmt.Errorf("%w; rebuilding: %w", cause, err)
	}
	return f.Get(ref)
}

// finish decrypts strings and makes a stream of a dictionary with data.
func (f *File) finish(in indirect) (Object, error) {
	o := in.object
	if f.crypt != nil && in.ref != f.encryptRef {
		o = f.crypt.decryptStrings(o, in.ref)
	}
	dict, ok := o.(Dict)
	if !ok || in.data == 0 {
		return o, nil
	}
	return &Stream{Dict: dict, file: f, off: in.data, ref: in.ref}, nil
}

// Resolve follows references until it meets something else.
func (f *File) Resolve(o Object) (Object, error) {
	for i := 0; i < 32; i++ {
		ref, ok := o.(Ref)
		if !ok {
			if o == nil {
				return Null{}, nil
			}
			return o, nil
		}
		var err error
		if o, err = f.Get(ref); err != nil {
			return nil, err
		}
	}
	return nil, malformed(-1, "references in a loop")
}

// Dict resolves o and gives the dictionary (of the stream, where it is one),
// or nil where it is anything else.
func (f *File) Dict(o Object) (Dict, error) {
	o, err := f.Resolve(o)
	if err != nil {
		return nil, err
	}
	switch v := o.(type) {
	case Dict:
		return v, nil
	case *Stream:
		return v.Dict, nil
	}
	return nil, nil
}

// Array resolves o and gives the array, or nil where it is anything else.
func (f *File) Array(o Object) (Array, error) {
	o, err := f.Resolve(o)
	a, _ := o.(Array)
	return a, err
}
