package pdf

// angle reads a dictionary or a hexadecimal string.
func (l *lexer) angle() (Object, error) {
	if l.pos+1 >= len(l.buf) {
		if !l.whole {
			return nil, errShort
		}
		return nil, l.end()
	}
	if l.buf[l.pos+1] == '<' {
		return l.dict()
	}
	return l.hex()
}

// dict reads a dictionary. What is no key is passed over, a key without value
// counts as absent, of a key given twice the last counts.
func (l *lexer) dict() (Object, error) {
	if err := l.enter(); err != nil {
		return nil, err
	}
	defer l.leave()
	l.pos += 2
	out := Dict{}
	for {
		key, done, err := l.dictKey()
		if err != nil || done {
			return out, err
		}
		value, done, err := l.dictValue()
		if err != nil {
			return nil, err
		}
		l.set(out, key, value)
		if done {
			return out, nil
		}
	}
}

func (l *lexer) set(d Dict, key Name, value Object) {
	before := len(d)
	d[key] = value
	if len(d) == before {
		l.dup++
		l.odd++
	}
	if IsNull(value) {
		delete(d, key)
	}
}

// dictKey passes over anything up to the next key or the end.
func (l *lexer) dictKey() (key Name, done bool, err error) {
	for {
		if l.closesDict() {
			return "", true, nil
		}
		before := l.pos
		o, err := l.object()
		if err != nil {
			return "", false, err
		}
		if name, ok := o.(Name); ok {
			return name, false, nil
		}
		l.odd++
		if k, ok := o.(keyword); ok && endsObject(k) {
			l.pos = before
			return "", true, nil
		}
	}
}

// dictValue reads a value; done where the dictionary ended in its place.
func (l *lexer) dictValue() (value Object, done bool, err error) {
	if l.closesDict() {
		l.odd++
		return Null{}, true, nil
	}
	before := l.pos
	o, err := l.object()
	if err != nil {
		return nil, false, err
	}
	k, isWord := o.(keyword)
	if !isWord {
		return o, false, nil
	}
	l.odd++
	if endsObject(k) {
		l.pos = before
		return Null{}, true, nil
	}
	return Null{}, false, nil
}

// closesDict passes over ">>" where it comes next.
func (l *lexer) closesDict() bool {
	if !l.skipSpace() || l.buf[l.pos] != '>' {
		return false
	}
	if l.pos+1 < len(l.buf) && l.buf[l.pos+1] == '>' {
		l.pos += 2
		return true
	}
	return false
}

// closesDictHere reports whether the ">" just read is the first of two.
func (l *lexer) closesDictHere() bool { return l.pos < len(l.buf) && l.buf[l.pos] == '>' }
