package pdf

import (
	"bytes"
	"compress/zlib"
	"crypto/sha256"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// Builder makes a new file from nothing: classic cross-reference table, one
// revision, equal bytes for equal input. It keeps all objects in memory.
type Builder struct {
	objects     map[int]Object
	next        int
	catalog     Dict
	info        Dict
	infoRef     Ref
	pages       Ref
	kids        Array
	attachments []attachment
	date        String
	deflater    deflater
}

type attachment struct {
	name string
	spec Ref
}

// Object numbers that every built file has.
const (
	builderCatalog = 1
	builderPages   = 2
)

// NewBuilder starts a new file.
func NewBuilder() *Builder {
	return &Builder{
		objects: map[int]Object{},
		next:    builderPages + 1,
		catalog: Dict{"Type": Name("Catalog"), "Pages": Ref{Num: builderPages}},
		info:    Dict{},
		pages:   Ref{Num: builderPages},
	}
}

// Alloc reserves a new object number.
func (b *Builder) Alloc() Ref {
	ref := Ref{Num: b.next}
	b.next++
	return ref
}

// Get gives an object that was put before, nil where there is none. A page's
// dictionary may be changed in place, to add annotations for instance.
func (b *Builder) Get(ref Ref) Object { return b.objects[ref.Num] }

// Put sets an object.
func (b *Builder) Put(ref Ref, o Object) {
	b.objects[ref.Num] = o
	b.next = max(b.next, ref.Num+1)
}

// PutStream sets a stream whose data are encoded as dict says.
func (b *Builder) PutStream(ref Ref, dict Dict, data []byte) { b.Put(ref, NewStream(dict, data)) }

// Compress gives data for a stream with /Filter /FlateDecode.
func Compress(data []byte) []byte { return new(deflater).compress(data, zlib.DefaultCompression) }

// compress does the same with the file's own compressor.
func (b *Builder) compress(data []byte) []byte {
	return b.deflater.compress(data, zlib.DefaultCompression)
}

// deflater is a compressor that is used again: making one costs more than most
// streams.
type deflater struct{ w *zlib.Writer }

func (d *deflater) compress(data []byte, level int) []byte {
	var out bytes.Buffer
	if d.w == nil {
		d.w, _ = zlib.NewWriterLevel(&out, level) // the levels of this package are right
	} else {
		d.w.Reset(&out)
	}
	_, _ = d.w.Write(data) // a bytes.Buffer takes everything
	_ = d.w.Close()
	return out.Bytes()
}

// AddPage appends a page of the given size in points; content is the page's
// uncompressed content stream.
func (b *Builder) AddPage(width, height float64, resources Dict, content []byte) Ref {
	stream, page := b.Alloc(), b.Alloc()
	b.PutStream(stream, Dict{"Filter": Name("FlateDecode")}, b.compress(content))
	b.Put(page, Dict{
		"Type":      Name("Page"),
		"Parent":    b.pages,
		"MediaBox":  Rect{URX: width, URY: height}.Array(),
		"Resources": resources,
		"Contents":  stream,
	})
	b.kids = append(b.kids, page)
	return page
}

// Attach adds an associated file of the document (ISO 32000, 14.13).
// relationship is /AFRelationship ("Data", "Source", ...).
func (b *Builder) Attach(name, mimeType, relationship, description string, data []byte) {
	file, spec := b.Alloc(), b.Alloc()
	params := Dict{"Size": Integer(len(data))}
	if b.date != "" {
		params["ModDate"] = b.date
	}
	b.PutStream(file, Dict{
		"Type":    Name("EmbeddedFile"),
		"Subtype": Name(mimeType),
		"Filter":  Name("FlateDecode"),
		"Params":  params,
	}, b.compress(data))
	b.Put(spec, Dict{
		"Type":           Name("Filespec"),
		"F":              Text(name),
		"UF":             Text(name),
		"Desc":           Text(description),
		"AFRelationship": Name(relationship),
		"EF":             Dict{"F": file, "UF": file},
	})
	b.attachments = append(b.attachments, attachment{name, spec})
}

// SetDate sets the dates of the file and of what is attached from now on.
func (b *Builder) SetDate(t time.Time) {
	b.date = Date(t)
	b.info["CreationDate"], b.info["ModDate"] = b.date, b.date
}

// Date gives t as a date string in UTC (ISO 32000, 7.9.4).
func Date(t time.Time) String { return String(t.UTC().Format("D:20060102150405Z")) }

// SetMetadata sets the XMP packet; it is stored uncompressed, as archives ask.
func (b *Builder) SetMetadata(xmp []byte) {
	ref := b.Alloc()
	b.PutStream(ref, Dict{"Type": Name("Metadata"), "Subtype": Name("XML")}, xmp)
	b.catalog["Metadata"] = ref
}

// SetCatalog sets one entry of the catalog, such as /OutputIntents or /Lang.
func (b *Builder) SetCatalog(key Name, value Object) { b.catalog[key] = value }

// SetInfo sets one entry of the document information dictionary.
func (b *Builder) SetInfo(key Name, value Object) { b.info[key] = value }

// WriteTo writes the file.
func (b *Builder) WriteTo(w io.Writer) (int64, error) {
	b.finish()
	h := sha256.New()
	o := newObjectWriter(io.MultiWriter(w, h), 0)
	o.str("%PDF-1.7\n%\xE2\xE3\xCF\xD3\n")
	entries := []entry{{gen: 65535}}
	for _, num := range b.numbers() {
		entries = append(entries, entry{num: int32(num), off: o.n, kind: entryPlain})
		o.indirect(Ref{Num: num}, b.objects[num])
	}
	if err := o.flush(); err != nil {
		return o.n, fmt.Errorf("pdf: build: %w", err)
	}
	id := String(h.Sum(nil)[:16])
	at := o.n
	trailer := Dict{"Size": Integer(b.next), "Root": Ref{Num: builderCatalog}, "ID": Array{id, id}}
	if !b.infoRef.Zero() {
		trailer["Info"] = b.infoRef
	}
	writeXRefTable(o, fillGaps(entries), trailer)
	o.str(fmt.Sprintf("startxref\n%d\n%%%%EOF\n", at))
	if err := o.flush(); err != nil {
		return o.n, fmt.Errorf("pdf: build: %w", err)
	}
	return o.n, nil
}

// finish puts catalog, page tree, name tree and information dictionary.
func (b *Builder) finish() {
	b.Put(b.pages, Dict{"Type": Name("Pages"), "Kids": b.kids, "Count": Integer(len(b.kids))})
	b.listAttachments()
	if len(b.info) > 0 && b.infoRef.Zero() {
		b.infoRef = b.Alloc()
	}
	if !b.infoRef.Zero() {
		b.Put(b.infoRef, b.info)
	}
	b.Put(Ref{Num: builderCatalog}, b.catalog)
}

func (b *Builder) listAttachments() {
	if len(b.attachments) == 0 {
		return
	}
	sorted := slices.Clone(b.attachments)
	slices.SortFunc(sorted, func(x, y attachment) int { return strings.Compare(string(Text(x.name)), string(Text(y.name))) })
	var names, associated Array
	for _, a := range sorted {
		names = append(names, Text(a.name), a.spec)
		associated = append(associated, a.spec)
	}
	b.catalog["Names"] = Dict{"EmbeddedFiles": Dict{"Names": names}}
	b.catalog["AF"] = associated
}

func (b *Builder) numbers() []int {
	out := make([]int, 0, len(b.objects))
	for n := range b.objects {
		out = append(out, n)
	}
	slices.Sort(out)
	return out
}

// fillGaps adds free entries for numbers that nothing uses, so that a table
// of one revision is one run.
func fillGaps(entries []entry) []entry {
	var out []entry
	for _, e := range entries {
		for len(out) > 0 && out[len(out)-1].num+1 < e.num {
			out = append(out, entry{num: out[len(out)-1].num + 1, gen: 65535})
		}
		out = append(out, e)
	}
	return out
}
