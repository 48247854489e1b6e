package evidence

import (
	"bytes"
	"context"
	"hash/crc32"
	"io"

	"github.com/consigil/consigil/internal/seal"
	"github.com/consigil/consigil/tsp"
)

// Entry is one entry of a bundle under test.
type Entry struct {
	Name string
	Data []byte
}

// Unzip reads a container's entries.
func Unzip(data []byte) ([]Entry, error) {
	list, err := readZip(bytes.NewReader(data), int64(len(data)))
	var out []Entry
	for i := range list {
		at := list[i].dataAt()
		out = append(out, Entry{list[i].name, bytes.Clone(data[at : at+list[i].size])})
	}
	return out, err
}

// Zip writes a container.
func Zip(entries []Entry) ([]byte, error) {
	var out bytes.Buffer
	z := &zipWriter{w: &out}
	for _, e := range entries {
		if err := z.add(e.Name, int64(len(e.Data)), crc32.ChecksumIEEE(e.Data), bytes.NewReader(e.Data)); err != nil {
			return nil, err
		}
	}
	err := z.close()
	return out.Bytes(), err
}

// Marshal is the JSON form of a bundle's entries.
func Marshal(v any) ([]byte, error) { return marshal(v) }

// SignDetached signs a manifest as the organization would.
func SignDetached(ctx context.Context, ident *seal.Identity, tsa tsp.Source, data []byte) ([]byte, error) {
	return signDetached(ctx, ident, tsa, data)
}

// AttachedRecord reads the record of a certificate.
func AttachedRecord(src io.ReaderAt, size int64) ([]byte, error) { return attachedRecord(src, size) }
