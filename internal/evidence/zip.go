package evidence

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"regexp"
)

// A bundle is a ZIP of one exact form, so that no byte of it is without meaning: entries are stored uncompressed,
// one after the other from the first byte on, with fixed flags and a fixed date, without extra fields, data
// descriptors or comments; the directory lists them in the same order, and nothing follows it. Every ZIP program
// reads it; this reader takes no other form.
const (
	localSignature   = 0x04034b50
	centralSignature = 0x02014b50
	endSignature     = 0x06054b50
	localSize        = 30
	centralSize      = 46
	endSize          = 22
	zipVersion       = 20
	zipFlags         = 0x0800 // names are UTF-8
	zipDate          = 0x0021 // 1980-01-01

	mostEntries   = 512
	mostNameBytes = 120
)

var (
	// ErrNotBundle means that the bytes are no evidence bundle at all.
	ErrNotBundle = errors.New("evidence: not an evidence bundle")
	errContainer = errors.New("evidence: the ZIP is damaged or was altered")
)

// entryName is what an entry may be called: no path leaves the folder it is unpacked to.
var entryName = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]*(/[a-z0-9][a-z0-9._-]*)?$`)

// zipEntry is one entry of the container.
type zipEntry struct {
	name   string
	crc    uint32
	size   int64
	offset int64 // of its local header
}

func (e *zipEntry) dataAt() int64 { return e.offset + localSize + int64(len(e.name)) }

func (e *zipEntry) local() []byte {
	b := make([]byte, 0, localSize+len(e.name))
	b = binary.LittleEndian.AppendUint32(b, localSignature)
	return e.common(b)
}

// common is what both headers share: versions, flags, method, date, checksum, sizes, lengths and the name.
func (e *zipEntry) common(b []byte) []byte {
	le := binary.LittleEndian
	central := len(b) > 4
	b = le.AppendUint16(b, zipVersion)
	b = le.AppendUint16(b, zipFlags)
	b = le.AppendUint16(b, 0) // stored
	b = le.AppendUint16(b, 0) // time
	b = le.AppendUint16(b, zipDate)
	b = le.AppendUint32(b, e.crc)
	b = le.AppendUint32(b, uint32(e.size))
	b = le.AppendUint32(b, uint32(e.size))
	b = le.AppendUint16(b, uint16(len(e.name)))
	b = le.AppendUint16(b, 0) // extra
	if central {
		b = append(b, make([]byte, 10)...) // comment, disk, attributes
		b = le.AppendUint32(b, uint32(e.offset))
	}
	return append(b, e.name...)
}

// directory is everything behind the entries.
func directory(entries []zipEntry, at int64) []byte {
	le := binary.LittleEndian
	var b []byte
	for i := range entries {
		head := le.AppendUint32(nil, centralSignature)
		b = append(b, entries[i].common(le.AppendUint16(head, zipVersion))...)
	}
	size := len(b)
	b = le.AppendUint32(b, endSignature)
	b = append(b, 0, 0, 0, 0)
	b = le.AppendUint16(b, uint16(len(entries)))
	b = le.AppendUint16(b, uint16(len(entries)))
	b = le.AppendUint32(b, uint32(size))
	b = le.AppendUint32(b, uint32(at))
	return append(b, 0, 0)
}

// zipWriter writes a container.
type zipWriter struct {
	w       io.Writer
	at      int64
	entries []zipEntry
}

// add writes one entry, whose size and checksum are known.
func (z *zipWriter) add(name string, size int64, crc uint32, r io.Reader) error {
	e := zipEntry{name: name, crc: crc, size: size, offset: z.at}
	if e.dataAt()+size > math.MaxUint32 || len(z.entries) >= mostEntries || len(name) > mostNameBytes || !entryName.MatchString(name) {
		return fmt.Errorf("evidence: bundle: %q does not fit", name)
	}
	if _, err := z.w.Write(e.local()); err != nil {
		return fmt.Errorf("evidence: write bundle: %w", err)
	}
	sum := crc32.NewIEEE()
	n, err := io.Copy(io.MultiWriter(z.w, sum), r)
	if err != nil {
		return fmt.Errorf("evidence: write bundle: %w", err)
	}
	if n != size || sum.Sum32() != crc {
		return fmt.Errorf("evidence: write bundle: %q changed while it was written", name)
	}
	z.entries = append(z.entries, e)
	z.at = e.dataAt() + size
	return nil
}

// close writes the directory.
func (z *zipWriter) close() error {
	if _, err := z.w.Write(directory(z.entries, z.at)); err != nil {
		return fmt.Errorf("evidence: write bundle: %w", err)
	}
	return nil
}

// readZip lists the entries of a container and checks every byte that is not an entry's content.
func readZip(r io.ReaderAt, size int64) ([]zipEntry, error) {
	var entries []zipEntry
	at := int64(0)
	for {
		e, ok, err := readLocal(r, size, at)
		if err != nil {
			return nil, err
		}
		if !ok {
			break
		}
		if len(entries) >= mostEntries {
			return nil, errContainer
		}
		entries = append(entries, e)
		at = e.dataAt() + e.size
	}
	if len(entries) == 0 {
		return nil, ErrNotBundle
	}
	want := directory(entries, at)
	if size-at != int64(len(want)) {
		return nil, errContainer
	}
	got := make([]byte, len(want))
	if err := readFull(r, got, at); err != nil || !bytes.Equal(got, want) {
		return nil, errContainer
	}
	return entries, nil
}

// readLocal reads the entry at an offset; ok is false where the directory begins.
func readLocal(r io.ReaderAt, size, at int64) (e zipEntry, ok bool, err error) {
	head := make([]byte, localSize)
	if size-at < localSize {
		return e, false, nil
	}
	if err := readFull(r, head, at); err != nil {
		return e, false, errContainer
	}
	le := binary.LittleEndian
	if le.Uint32(head) != localSignature {
		return e, false, nil
	}
	e = zipEntry{crc: le.Uint32(head[14:]), size: int64(le.Uint32(head[22:])), offset: at}
	name := make([]byte, le.Uint16(head[26:]))
	if len(name) > mostNameBytes || readFull(r, name, at+localSize) != nil || !entryName.Match(name) {
		return e, false, errContainer
	}
	e.name = string(name)
	if !bytes.Equal(append(head, name...), e.local()) || e.dataAt()+e.size > size {
		return e, false, errContainer
	}
	return e, true, nil
}

func readFull(r io.ReaderAt, p []byte, at int64) error {
	n, err := r.ReadAt(p, at)
	if n == len(p) {
		return nil
	}
	if err == nil {
		err = io.ErrUnexpectedEOF
	}
	return err
}
