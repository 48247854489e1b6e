package validate

import (
	"bytes"
	"errors"
	"io"

	"github.com/consigil/consigil/pdf"
	"github.com/consigil/consigil/pdf/form"
)

const (
	subFilterPAdES     = "ETSI.CAdES.detached"
	subFilterPKCS7     = "adbe.pkcs7.detached"
	subFilterSHA1      = "adbe.pkcs7.sha1"
	subFilterTimestamp = "ETSI.RFC3161"
)

var errEnveloped = errors.New("the signature carries a content of its own")

// layout says how a signature's ranges lie in the file (ISO 32000-2 section
// 12.8.1, and the rules that stop bytes from being moved in and out of them).
type layout struct {
	start       bool // the first range starts at the first byte
	gap         bool // what is left out is exactly this dictionary's /Contents
	closed      bool // the second range ends where a revision does
	tail        bool // nothing but white space follows the last revision
	wholeFile   bool // the second range ends where the file does
	laterCount  int  // revisions that follow
	paddingZero bool // what follows the CMS in /Contents is zeros
}

// sound reports whether the ranges are what the rules ask for.
func (l layout) sound() bool { return l.start && l.gap && l.closed && l.tail }

func (g *gatherer) layoutOf(s form.Signature) layout {
	revisions := g.file.Revisions()
	l := layout{tail: g.blankAfterLast(revisions), paddingZero: true}
	if s.Err != nil {
		return l
	}
	r, end := s.ByteRange, s.End()
	l.start = r[0] == 0
	l.gap = r[1] == s.ContentsOffset && r[2] == s.ContentsEnd
	for _, rev := range revisions {
		l.closed = l.closed || g.endsAt(rev, end)
		if rev.End > end && !g.endsAt(rev, end) {
			l.laterCount++
		}
	}
	l.wholeFile = l.laterCount == 0 && g.blank(end, g.file.Size())
	return l
}

// endsAt allows for the end of line after %%EOF, which some writers sign and
// others do not.
func (g *gatherer) endsAt(rev pdf.Revision, end int64) bool {
	if rev.End-end > 2 || end-rev.End > 2 {
		return false
	}
	return g.blank(min(rev.End, end), max(rev.End, end))
}

func (g *gatherer) blankAfterLast(revisions []pdf.Revision) bool {
	if len(revisions) == 0 {
		return false
	}
	return g.blank(revisions[len(revisions)-1].End, g.file.Size())
}

// signatureInTail looks for a signature in bytes that no revision closes: a
// file that was cut off must not pass for one that was never signed.
func (g *gatherer) signatureInTail() bool {
	from := int64(0)
	if revisions := g.file.Revisions(); len(revisions) > 0 {
		from = revisions[len(revisions)-1].End
	}
	mark := []byte("/ByteRange")
	buf := make([]byte, 64<<10)
	for ; from < g.file.Size(); from += int64(len(buf) - len(mark)) {
		n, err := g.src.ReadAt(buf, from)
		if bytes.Contains(buf[:n], mark) {
			return true
		}
		if err != nil {
			break
		}
	}
	return false
}

// blank reports whether there is only white space from one byte to another. A
// long run of it is not blank: nothing needs it.
func (g *gatherer) blank(from, to int64) bool {
	if to-from > 4096 {
		return false
	}
	buf := make([]byte, to-from)
	if _, err := io.ReadFull(io.NewSectionReader(g.src, from, to-from), buf); err != nil {
		return false
	}
	for _, b := range buf {
		if b != ' ' && b != '\t' && b != '\r' && b != '\n' && b != '\f' && b != 0 {
			return false
		}
	}
	return true
}
