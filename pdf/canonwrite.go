package pdf

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
)

// objStmObjects and objStmSize bound the object streams that are written.
const (
	objStmObjects = 200
	objStmSize    = 64 << 10
)

// canonWriter writes objects in the style of the original: plain with a
// table, or packed into object streams with a cross-reference stream.
type canonWriter struct {
	c       *canon
	o       *objectWriter
	packed  bool
	entries []entry

	stmNum  int // the object stream being filled, 0 for none
	stmNums []int
	stmOffs []int
	stmData bytes.Buffer
	inner   *objectWriter // writes to stmData
}

// write walks again, this time assigning numbers in order of discovery, and
// writes each object as its turn comes.
func (c *canon) write(w io.Writer, opt CanonicalOptions) (int64, error) {
	c.writing, c.nextNum = true, 1
	h := sha256.New()
	h.Write(opt.ID)
	cw := &canonWriter{c: c, o: newObjectWriter(io.MultiWriter(w, h), 0), packed: c.f.XRefStyle() == XRefStream}
	cw.o.remap = c.newRef
	cw.o.str("%PDF-" + canonVersion(c.f.Version()) + "\n%\xE2\xE3\xCF\xD3\n")
	root := c.number(c.f.root)
	info := 0
	if ref, ok := c.f.trailer["Info"].(Ref); ok && c.dict(ref) != nil && !c.killed[ref] {
		info = c.number(ref)
	}
	for i := 0; i < len(c.order); i++ {
		if err := cw.next(c.order[i]); err != nil {
			return 0, err
		}
	}
	cw.closeObjStm()
	if err := cw.o.flush(); err != nil {
		return 0, err
	}
	id := String(h.Sum(nil)[:16])
	trailer := Dict{"Root": Ref{Num: root}, "ID": Array{id, id}}
	if info != 0 {
		trailer["Info"] = Ref{Num: info}
	}
	cw.o.remap = nil
	cw.finish(trailer)
	return cw.o.n, cw.o.flush()
}

func canonVersion(v string) string {
	if len(v) == 3 && v[0] == '2' {
		return v
	}
	return "1.7"
}

// number gives the new number of an object, a fresh one at first sight.
func (c *canon) number(ref Ref) int {
	if n, ok := c.numbers[ref]; ok {
		return n
	}
	n := c.nextNum
	c.nextNum++
	c.numbers[ref] = n
	c.order = append(c.order, ref)
	return n
}

func (c *canon) newRef(ref Ref) Ref { return Ref{Num: c.numbers[ref]} }

// next writes one object.
func (w *canonWriter) next(ref Ref) error {
	c := w.c
	o, err := c.load(ref, c.roles[ref])
	if err != nil {
		return err
	}
	num := c.numbers[ref]
	s, isStream := o.(*Stream)
	if !isStream && w.packed {
		return w.pack(num, o)
	}
	w.entries = append(w.entries, entry{num: int32(num), off: w.o.n, kind: entryPlain})
	w.o.open(Ref{Num: num})
	if isStream {
		w.stream(s)
	} else {
		w.o.object(o)
	}
	w.o.close()
	return w.o.err
}

// stream copies a stream. Of encrypted data the length is known only after
// decrypting, so they are read twice.
func (w *canonWriter) stream(s *Stream) {
	r, n, err := s.Raw()
	if _, decrypting := r.(*aesReader); err == nil && decrypting {
		if n, err = io.Copy(io.Discard, r); err == nil {
			r, _, err = s.Raw()
		}
	}
	var broken *MalformedError
	if errors.As(err, &broken) {
		// What cannot be read in the original is empty in the copy too.
		r, n, err = bytes.NewReader(nil), 0, nil
	}
	if err != nil && w.o.err == nil {
		w.o.err = err
		return
	}
	w.o.stream(s.Dict, r, n)
}

// pack adds an object to the current object stream.
func (w *canonWriter) pack(num int, o Object) error {
	if w.stmNum == 0 {
		w.stmNum = w.c.nextNum
		w.c.nextNum++
	}
	w.entries = append(w.entries, entry{num: int32(num), off: int64(w.stmNum), gen: uint32(len(w.stmNums)), kind: entryCompressed})
	w.stmNums = append(w.stmNums, num)
	w.stmOffs = append(w.stmOffs, w.stmData.Len())
	if w.inner == nil {
		w.inner = newObjectWriter(&w.stmData, 0)
		w.inner.remap = w.o.remap
	}
	w.inner.object(o)
	w.inner.str("\n")
	if err := w.inner.flush(); err != nil {
		return err
	}
	if len(w.stmNums) >= objStmObjects || w.stmData.Len() >= objStmSize {
		w.closeObjStm()
	}
	return w.o.err
}

// closeObjStm writes the current object stream.
func (w *canonWriter) closeObjStm() {
	if w.stmNum == 0 {
		return
	}
	var head bytes.Buffer
	for i, n := range w.stmNums {
		fmt.Fprintf(&head, "%d %d ", n, w.stmOffs[i])
	}
	dict := Dict{
		"Type": Name("ObjStm"), "N": Integer(len(w.stmNums)),
		"First": Integer(head.Len()), "Filter": Name("FlateDecode"),
	}
	head.Write(w.stmData.Bytes())
	data := Compress(head.Bytes())
	w.entries = append(w.entries, entry{num: int32(w.stmNum), off: w.o.n, kind: entryPlain})
	w.o.open(Ref{Num: w.stmNum})
	w.o.stream(dict, bytes.NewReader(data), int64(len(data)))
	w.o.close()
	w.stmNum, w.stmNums, w.stmOffs = 0, nil, nil
	w.stmData.Reset()
}

// finish writes the cross-reference section and what closes the file.
func (w *canonWriter) finish(trailer Dict) {
	at := w.o.n
	size := w.c.nextNum
	if w.packed {
		self := entry{num: int32(size), off: at, kind: entryPlain}
		entries := newXRefTable(append(w.entries, self, entry{gen: 65535})).entries
		dict, data := xrefStreamData(fillGaps(entries))
		data = Compress(data)
		dict["Filter"] = Name("FlateDecode")
		dict["Size"] = Integer(size + 1)
		for k, v := range trailer {
			dict[k] = v
		}
		w.o.open(Ref{Num: size})
		w.o.stream(dict, bytes.NewReader(data), int64(len(data)))
		w.o.close()
	} else {
		trailer["Size"] = Integer(size)
		writeXRefTable(w.o, fillGaps(newXRefTable(append(w.entries, entry{gen: 65535})).entries), trailer)
	}
	w.o.str(fmt.Sprintf("startxref\n%d\n%%%%EOF\n", at))
}
