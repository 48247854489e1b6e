package intake

import (
	"bytes"
	"container/list"
	"errors"
	"io"
)

// remote is the child's view of the file: ranges come from the parent, in
// blocks, of which the newest are kept.
type remote struct {
	conn   *conn
	size   int64
	blocks map[int64]*list.Element
	recent *list.List // of *block, newest first
	failed bool
}

type block struct {
	index int64
	data  []byte
}

const (
	blockSize = 128 << 10
	maxBlocks = 96 // 12 MB
)

var errSource = errors.New("intake: the file cannot be read")

func newRemote(c *conn, size int64) *remote {
	return &remote{conn: c, size: size, blocks: map[int64]*list.Element{}, recent: list.New()}
}

// ReadAt implements io.ReaderAt.
func (r *remote) ReadAt(p []byte, off int64) (int, error) {
	if off < 0 || off >= r.size {
		return 0, io.EOF
	}
	n := 0
	for n < len(p) && off < r.size {
		data, err := r.block(off / blockSize)
		if err != nil {
			return n, err
		}
		k := copy(p[n:], data[off%blockSize:])
		n, off = n+k, off+int64(k)
	}
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// block gives one block of the file.
func (r *remote) block(index int64) ([]byte, error) {
	if e, ok := r.blocks[index]; ok {
		r.recent.MoveToFront(e)
		return e.Value.(*block).data, nil
	}
	off := index * blockSize
	data, err := r.conn.fetch(off, int(min(blockSize, r.size-off)))
	if err != nil {
		r.failed = true
		return nil, err
	}
	r.blocks[index] = r.recent.PushFront(&block{index: index, data: data})
	if r.recent.Len() > maxBlocks {
		old := r.recent.Back()
		delete(r.blocks, old.Value.(*block).index)
		r.recent.Remove(old)
	}
	return data, nil
}

// conn is the child's end of the conversation.
type conn struct {
	in  io.Reader
	out io.Writer
}

// fetch asks the parent for a range.
func (c *conn) fetch(off int64, n int) ([]byte, error) {
	if err := writeFrame(c.out, frameRead, readRange(off, n)); err != nil {
		return nil, errors.Join(errProtocol, err)
	}
	kind, payload, err := readFrame(c.in)
	switch {
	case err != nil:
		return nil, errors.Join(errProtocol, err)
	case kind == frameFailed:
		return nil, errSource
	case kind != frameData || len(payload) != n:
		return nil, errProtocol
	}
	return payload, nil
}

// output sends what is written to it, in pieces.
type output struct {
	conn *conn
	buf  bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	total := len(p)
	for len(p) > 0 {
		n := min(len(p), maxChunk-o.buf.Len())
		o.buf.Write(p[:n])
		p = p[n:]
		if o.buf.Len() == maxChunk {
			if err := o.flush(); err != nil {
				return 0, err
			}
		}
	}
	return total, nil
}

func (o *output) flush() error {
	if o.buf.Len() == 0 {
		return nil
	}
	defer o.buf.Reset()
	return writeFrame(o.conn.out, frameOutput, o.buf.Bytes())
}
