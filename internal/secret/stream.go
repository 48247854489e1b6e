package secret

import (
	"crypto/cipher"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"sync"
)

// The stream form: a 4-byte mark, then chunks of ChunkSize plaintext bytes, each with its own 16-byte tag. The
// nonce is the chunk's index and whether it is the last, so chunks can be neither moved, dropped nor added; a
// key serves one stream only, so no nonce repeats.
const (
	// ChunkSize is the plaintext bytes of a chunk; the last one may be shorter.
	ChunkSize = 64 << 10
	tagSize   = 16
	markSize  = 4
)

var streamMark = [markSize]byte{'C', 'S', 'B', 1}

// StreamSize is the ciphertext's size in bytes for a plaintext of size bytes.
func StreamSize(size int64) int64 { return markSize + size + tagSize*chunks(size) }

func chunks(size int64) int64 { return max(1, (size+ChunkSize-1)/ChunkSize) }

func nonce(index int64, last bool) []byte {
	n := make([]byte, 12)
	binary.BigEndian.PutUint64(n[3:], uint64(index))
	if last {
		n[11] = 1
	}
	return n
}

func streamAAD(ref Ref) []byte { return append(streamMark[:], ref.bytes()...) }

// Encrypter reads plaintext and gives ciphertext. Memory: two chunks.
type Encrypter struct {
	src   io.Reader
	aead  cipher.AEAD
	aad   []byte
	index int64
	next  []byte // plaintext read ahead, to know which chunk is the last
	out   []byte // ciphertext not handed out yet
	done  bool
	err   error
}

// NewEncrypter encrypts src under a key that serves this stream only.
func NewEncrypter(key Key, ref Ref, src io.Reader) (*Encrypter, error) {
	aead, err := newGCM(key.material[:])
	if err != nil {
		return nil, err
	}
	return &Encrypter{src: src, aead: aead, aad: streamAAD(ref), out: append([]byte(nil), streamMark[:]...)}, nil
}

// Read implements io.Reader.
func (e *Encrypter) Read(p []byte) (int, error) {
	for len(e.out) == 0 {
		if e.err != nil {
			return 0, e.err
		}
		e.err = e.advance()
	}
	n := copy(p, e.out)
	e.out = e.out[n:]
	return n, nil
}

func (e *Encrypter) advance() error {
	if e.done {
		return io.EOF
	}
	if e.next == nil {
		if err := e.fill(); err != nil {
			return err
		}
	}
	chunk := e.next
	last := len(chunk) < ChunkSize
	if !last {
		if err := e.fill(); err != nil {
			return err
		}
		last = len(e.next) == 0
	}
	e.out = e.aead.Seal(e.out[:0], nonce(e.index, last), chunk, e.aad)
	e.index++
	e.done = last
	return nil
}

// fill reads the next chunk, short only at the end of the source.
func (e *Encrypter) fill() error {
	e.next = make([]byte, ChunkSize)
	n, err := io.ReadFull(e.src, e.next)
	e.next = e.next[:n]
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return nil
	}
	return err
}

// Reader gives the plaintext of a stream by range. A byte leaves it only after its chunk's tag was right.
// It may be used from several goroutines.
type Reader struct {
	src  io.ReaderAt
	aead cipher.AEAD
	aad  []byte
	size int64

	mu    sync.Mutex
	cache [cached]chunk
	turn  int
}

// cached is how many chunks a Reader remembers: enough for a PDF reader that jumps between a table and objects.
const cached = 4

type chunk struct {
	index int64
	data  []byte // nil: free
}

// NewReader opens a stream whose plaintext has size bytes. It checks the mark; each chunk is checked when read.
func NewReader(key Key, ref Ref, src io.ReaderAt, size int64) (*Reader, error) {
	if size < 0 {
		return nil, fmt.Errorf("secret: negative size")
	}
	aead, err := newGCM(key.material[:])
	if err != nil {
		return nil, err
	}
	var mark [markSize]byte
	if _, err := src.ReadAt(mark[:], 0); err != nil {
		return nil, fmt.Errorf("secret: read mark: %w", err)
	}
	if mark != streamMark {
		return nil, ErrOpen
	}
	return &Reader{src: src, aead: aead, aad: streamAAD(ref), size: size}, nil
}

// Size is the plaintext's size in bytes.
func (r *Reader) Size() int64 { return r.size }

// ReadAt implements io.ReaderAt.
func (r *Reader) ReadAt(p []byte, off int64) (int, error) {
	if off < 0 {
		return 0, errors.New("secret: negative offset")
	}
	n := 0
	for n < len(p) && off < r.size {
		data, err := r.chunk(off / ChunkSize)
		if err != nil {
			return n, err
		}
		c := copy(p[n:], data[off%ChunkSize:])
		n += c
		off += int64(c)
	}
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

func (r *Reader) chunk(index int64) ([]byte, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, c := range r.cache {
		if c.data != nil && c.index == index {
			return c.data, nil
		}
	}
	data, err := r.decrypt(index)
	if err != nil {
		return nil, err
	}
	r.cache[r.turn] = chunk{index: index, data: data}
	r.turn = (r.turn + 1) % cached
	return data, nil
}

func (r *Reader) decrypt(index int64) ([]byte, error) {
	last := index == chunks(r.size)-1
	length := int64(ChunkSize)
	if last {
		length = r.size - index*ChunkSize
	}
	sealed := make([]byte, length+tagSize)
	if _, err := io.ReadFull(io.NewSectionReader(r.src, markSize+index*(ChunkSize+tagSize), length+tagSize), sealed); err != nil {
		return nil, fmt.Errorf("secret: read chunk: %w", err)
	}
	data, err := r.aead.Open(sealed[:0], nonce(index, last), sealed, r.aad)
	if err != nil {
		return nil, ErrOpen
	}
	return data, nil
}
