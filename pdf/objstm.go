package pdf

// objStmBytes is how many decoded bytes of object streams are kept at hand.
const objStmBytes = 32 * mib

// objStm is a decoded object stream (ISO 32000, 7.5.7).
type objStm struct {
	data    []byte
	numbers []int32
	offsets []int64 // into data
}

// getCompressed reads an object from an object stream.
func (f *File) getCompressed(ref Ref, e entry) (Object, error) {
	if ref.Gen != 0 {
		return Null{}, nil
	}
	stm, err := f.objStm(int(e.off))
	if err != nil {
		return f.getAgain(ref, err)
	}
	i := stm.index(ref.Num, int(e.gen))
	if i < 0 && f.opt.Strict {
		return nil, malformed(-1, "object not in its object stream")
	}
	if i < 0 {
		return Null{}, nil // to every reader it is missing, and a rebuild would bring to light what no one saw
	}
	o, n, err := f.parseCompressed(stm, i)
	if err != nil {
		return f.getAgain(ref, err)
	}
	f.cache.put(ref, o, n)
	return o, nil
}

// index finds object num, at the place that its entry names or anywhere else.
func (s *objStm) index(num, hint int) int {
	if hint < len(s.numbers) && int(s.numbers[hint]) == num {
		return hint
	}
	for i, n := range s.numbers {
		if int(n) == num {
			return i
		}
	}
	return -1
}

func (f *File) parseCompressed(s *objStm, i int) (Object, int64, error) {
	off := s.offsets[i]
	if off < 0 || off > int64(len(s.data)) {
		return nil, 0, malformed(off, "object stream: offset outside")
	}
	l := newLexer(s.data[off:], off, true, f.lim.Depth)
	o, err := l.object()
	if err != nil {
		return nil, 0, err
	}
	f.top = max(f.top, l.top)
	if err := f.charge(int64(l.pos)); err != nil {
		return nil, 0, err
	}
	if k, ok := o.(keyword); ok {
		return nil, 0, malformed(off, "object stream: object expected, found a word of "+lengthClass(len(k)))
	}
	return o, int64(l.pos), nil
}

func lengthClass(n int) string {
	if n == 1 {
		return "one character"
	}
	return "several characters"
}

// objStm decodes object stream num, or takes it from the ones at hand.
func (f *File) objStm(num int) (*objStm, error) {
	if s, ok := f.objStms[num]; ok {
		return s, nil
	}
	e, ok := f.xref.find(num)
	if !ok || e.kind != entryPlain {
		return nil, malformed(-1, "object stream missing")
	}
	in, err := f.readIndirect(e.off + f.base)
	if err != nil {
		return nil, err
	}
	if in.ref.Num != num {
		return nil, malformed(e.off+f.base, "another object stands here")
	}
	s, err := f.openObjStm(in)
	if err != nil {
		return nil, err
	}
	f.keepObjStm(num, s)
	return s, nil
}

func (f *File) keepObjStm(num int, s *objStm) {
	if f.objStms == nil {
		f.objStms, f.objStmWeight = map[int]*objStm{}, 0
	}
	for old, o := range f.objStms { // any will do: there is no telling which comes next
		if f.objStmWeight+len(s.data) <= objStmBytes {
			break
		}
		f.objStmWeight -= len(o.data)
		delete(f.objStms, old)
	}
	f.objStms[num] = s
	f.objStmWeight += len(s.data)
}

func (f *File) openObjStm(in indirect) (*objStm, error) {
	dict, ok := in.object.(Dict)
	if !ok || in.data == 0 {
		return nil, malformed(in.end, "object stream expected")
	}
	count, err := f.directInt(dict["N"])
	if err != nil {
		return nil, err
	}
	first, err := f.directInt(dict["First"])
	if err != nil {
		return nil, err
	}
	data, err := f.Decode(&Stream{Dict: dict, file: f, off: in.data, ref: in.ref})
	if err != nil && (f.opt.Strict || len(data) == 0) {
		return nil, err
	}
	if first < 0 || first > int64(len(data)) || count < 0 || count > int64(len(data)) {
		return nil, malformed(in.data, "object stream: bad /N or /First")
	}
	return lexObjStm(data, int(count), first)
}

// directInt reads a number that an object stream's dictionary holds; only a
// plain object may stand behind a reference, or reading would not end.
func (f *File) directInt(o Object) (int64, error) {
	if ref, ok := o.(Ref); ok {
		e, ok := f.xref.find(ref.Num)
		if !ok || e.kind != entryPlain {
			return 0, malformed(-1, "number expected")
		}
		in, err := f.readIndirect(e.off + f.base)
		if err != nil {
			return 0, err
		}
		o = in.object
	}
	v, ok := Int(o)
	if !ok {
		return 0, malformed(-1, "number expected")
	}
	return v, nil
}

func lexObjStm(data []byte, count int, first int64) (*objStm, error) {
	s := &objStm{data: data}
	l := newLexer(data[:first], 0, true, 1)
	for i := 0; i < count; i++ {
		num, err := lexUint(l)
		if err != nil {
			break // fewer pairs than announced: what is there counts
		}
		off, err := lexUint(l)
		if err != nil {
			break
		}
		s.numbers = append(s.numbers, int32(num))
		s.offsets = append(s.offsets, first+int64(off))
	}
	return s, nil
}
