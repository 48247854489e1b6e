package evidence

import (
	"errors"
	"fmt"
	"io"

	"github.com/consigil/consigil/pdf"
)

// mostRecord bounds the record that is read from a certificate, bytes.
const mostRecord = 32 << 20

var errNoRecord = errors.New("evidence: the certificate has no record attached")

// attachedRecord reads the machine-readable copy out of a completion certificate.
func attachedRecord(src io.ReaderAt, size int64) ([]byte, error) {
	f, err := pdf.Open(src, size, pdf.Options{})
	if err != nil {
		return nil, fmt.Errorf("evidence: open certificate: %w", err)
	}
	catalog, err := f.Catalog()
	if err != nil {
		return nil, fmt.Errorf("evidence: open certificate: %w", err)
	}
	files, err := f.Array(catalog["AF"])
	if err != nil || len(files) != 1 {
		return nil, errNoRecord
	}
	spec, err := f.Dict(files[0])
	if err != nil {
		return nil, errNoRecord
	}
	name, ok := spec["UF"].(pdf.String)
	if !ok || name.Text() != RecordName {
		return nil, errNoRecord
	}
	embedded, err := f.Dict(spec["EF"])
	if err != nil {
		return nil, errNoRecord
	}
	o, err := f.Resolve(embedded["F"])
	if err != nil {
		return nil, fmt.Errorf("evidence: read record: %w", err)
	}
	stream, ok := o.(*pdf.Stream)
	if !ok {
		return nil, errNoRecord
	}
	data, err := f.Decode(stream)
	if err != nil {
		return nil, fmt.Errorf("evidence: read record: %w", err)
	}
	if len(data) > mostRecord {
		return nil, errNoRecord
	}
	return data, nil
}
