package pdf

// Span tells where in the file the value stands that path leads to inside the
// object ref: from its first byte to the byte after its last. It follows no
// references. ok is false where the object stands in an object stream, where
// the path leads nowhere, or where a key on the path is given twice, so that
// readers could disagree which one counts.
func (f *File) Span(ref Ref, path ...Name) (start, end int64, ok bool) {
	e, found := f.xref.find(ref.Num)
	if !found || e.kind != entryPlain || int(e.gen) != ref.Gen {
		return 0, 0, false
	}
	err := f.parseAt(e.off+f.base, func(l *lexer) error {
		l.skim = true
		got, err := lexHeader(l)
		if err != nil || got != ref {
			return err
		}
		start, end, ok, err = l.span(path)
		start, end = start+l.base, end+l.base
		return err
	})
	return start, end, ok && err == nil
}

// span reads a value and tells where the one at path inside it stands.
func (l *lexer) span(path []Name) (start, end int64, ok bool, err error) {
	if !l.skipSpace() {
		return 0, 0, false, l.end()
	}
	if len(path) == 0 {
		start = int64(l.pos)
		_, err = l.object()
		return start, int64(l.pos), err == nil, err
	}
	if l.pos+1 >= len(l.buf) {
		return 0, 0, false, l.end()
	}
	if l.buf[l.pos] != '<' || l.buf[l.pos+1] != '<' {
		return 0, 0, false, nil
	}
	l.pos += 2
	return l.spanInDict(path)
}

func (l *lexer) spanInDict(path []Name) (start, end int64, ok bool, err error) {
	found := 0
	for {
		key, done, err := l.dictKey()
		if err != nil {
			return 0, 0, false, err
		}
		if done {
			return start, end, ok && found == 1, nil
		}
		if key != path[0] {
			if _, done, err = l.dictValue(); err != nil {
				return 0, 0, false, err
			}
			if done {
				return start, end, ok && found == 1, nil
			}
			continue
		}
		found++
		at := l.pos
		s, e, good, err := l.span(path[1:])
		if err != nil {
			return 0, 0, false, err
		}
		start, end, ok = s, e, good
		l.pos = at
		if _, _, err := l.dictValue(); err != nil {
			return 0, 0, false, err
		}
	}
}
