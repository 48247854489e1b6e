package pdf

import (
	"bytes"
	"crypto/sha256"
	"math/bits"
	"strconv"
)

// writeXRef writes the cross-reference section in the style of the file, the
// trailer, startxref and %%EOF.
func (u *Update) writeXRef(o *objectWriter, entries []entry) {
	trailer := u.newTrailer(o)
	style := u.file.XRefStyle()
	for _, e := range entries {
		if e.kind == entryCompressed {
			style = XRefStream // a table cannot name such objects
		}
	}
	at := o.n
	if style == XRefStream {
		u.writeXRefStream(o, entries, trailer)
	} else {
		writeXRefTable(o, entries, trailer)
	}
	o.str("startxref\n")
	o.int(at - u.file.base)
	o.str("\n%%EOF\n")
}

// newTrailer copies the file's trailer, without what belongs to one section.
func (u *Update) newTrailer(o *objectWriter) Dict {
	t := u.file.trailer.Clone()
	for _, key := range []Name{"Prev", "XRefStm", "Size", "Length", "Filter", "DecodeParms", "W", "Index", "Type", "DL", "F", "FFilter", "FDecodeParms"} {
		delete(t, key)
	}
	for k, v := range u.trailer {
		t[k] = v
	}
	t["Size"] = Integer(u.next)
	if !u.file.repaired {
		t["Prev"] = Integer(u.file.sections[0].at - u.file.base) // startxref may be off by white space
	}
	u.newID(t, o.n)
	return t
}

// newID changes the second half of /ID, which names the revision. The first
// half stays, and a file that is encrypted without one gets none: its key
// hangs on it. The new half follows from what was there and from the length
// of the increment; it need not be a secret.
func (u *Update) newID(t Dict, at int64) {
	ids, err := u.file.Array(t["ID"])
	if err != nil || len(ids) < 2 && u.file.crypt != nil {
		return
	}
	h := sha256.New()
	if len(ids) == 2 {
		for _, id := range ids {
			v, err := u.file.Resolve(id)
			if err != nil {
				return
			}
			s, _ := v.(String)
			h.Write([]byte(s))
		}
	}
	h.Write([]byte(strconv.FormatInt(u.file.size, 10) + " " + strconv.FormatInt(at, 10)))
	fresh := String(h.Sum(nil)[:16])
	if len(ids) < 2 {
		t["ID"] = Array{fresh, fresh}
		return
	}
	t["ID"] = Array{ids[0], fresh}
}

// maxTableOffset is the largest offset that ten digits hold.
const maxTableOffset = 9_999_999_999

func writeXRefTable(o *objectWriter, entries []entry, trailer Dict) {
	o.str("xref\n")
	if len(entries) == 0 {
		o.str("0 0\n")
	}
	for len(entries) > 0 {
		n := runLen(entries)
		o.int(int64(entries[0].num))
		o.byte(' ')
		o.int(int64(n))
		o.byte('\n')
		for _, e := range entries[:n] {
			writeTableEntry(o, e)
		}
		entries = entries[n:]
	}
	o.str("trailer\n")
	o.dict(trailer)
	o.str("\n")
}

func writeTableEntry(o *objectWriter, e entry) {
	if (e.off > maxTableOffset || e.off < 0) && o.err == nil {
		o.err = ErrTooLong
	}
	o.padded(e.off, 10)
	o.byte(' ')
	o.padded(int64(min(e.gen, 65535)), 5)
	if e.kind == entryFree {
		o.str(" f \n")
		return
	}
	o.str(" n \n")
}

// runLen counts the entries at the front whose numbers follow one another.
func runLen(entries []entry) int {
	n := 1
	for n < len(entries) && entries[n].num == entries[n-1].num+1 {
		n++
	}
	return n
}

// writeXRefStream writes the section as a stream that lists itself too.
func (u *Update) writeXRefStream(o *objectWriter, entries []entry, trailer Dict) {
	self := Ref{Num: u.next}
	entries = newXRefTable(append([]entry{u.entryAt(self, o.n)}, entries...)).entries
	trailer["Size"] = Integer(max(u.next+1, int(entries[len(entries)-1].num)+1))
	dict, data := xrefStreamData(entries)
	for k, v := range trailer {
		if _, ok := dict[k]; !ok {
			dict[k] = v
		}
	}
	o.open(self)
	o.stream(dict, bytes.NewReader(data), int64(len(data)))
	o.close()
}

// xrefStreamData packs entries, sorted by number, into rows.
func xrefStreamData(entries []entry) (Dict, []byte) {
	var maxOff, maxGen uint64
	for _, e := range entries {
		maxOff = max(maxOff, uint64(e.off))
		maxGen = max(maxGen, uint64(e.gen))
	}
	w2, w3 := byteLen(maxOff), byteLen(maxGen)
	var data []byte
	index := Array{}
	for rest := entries; len(rest) > 0; {
		n := runLen(rest)
		index = append(index, Integer(rest[0].num), Integer(n))
		rest = rest[n:]
	}
	for _, e := range entries {
		data = append(data, byte(e.kind))
		data = appendBig(data, uint64(e.off), w2)
		data = appendBig(data, uint64(e.gen), w3)
	}
	return Dict{
		"Type":  Name("XRef"),
		"W":     Array{Integer(1), Integer(w2), Integer(w3)},
		"Index": index,
	}, data
}

func byteLen(v uint64) int { return max((bits.Len64(v)+7)/8, 1) }

func appendBig(b []byte, v uint64, n int) []byte {
	for i := n - 1; i >= 0; i-- {
		b = append(b, byte(v>>(8*i)))
	}
	return b
}
