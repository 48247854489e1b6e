package draw

import (
	"encoding/binary"

	ot "github.com/go-text/typesetting/font/opentype"
)

// Caps on font files.
const (
	maxFontBytes = 64 << 20
	maxTables    = 64
)

// shapingTables are what shaping needs. Outlines are left out: the shaper would
// otherwise unpack all of them, 35 MB for a CJK face.
func shapingTables() []string {
	return []string{"GDEF", "GPOS", "GSUB", "OS/2", "cmap", "head", "hhea", "hmtx", "maxp"}
}

// sfntTables slices the tables of a TrueType file; nothing is copied.
func sfntTables(data []byte) (map[string][]byte, error) {
	if len(data) > maxFontBytes || len(data) < 12 {
		return nil, fontError("size of the file")
	}
	if v := binary.BigEndian.Uint32(data); v != 0x00010000 && v != 0x74727565 {
		return nil, fontError("not a TrueType file with glyf outlines")
	}
	n := int(binary.BigEndian.Uint16(data[4:]))
	if n == 0 || n > maxTables || len(data) < 12+16*n {
		return nil, fontError("table directory")
	}
	tables := make(map[string][]byte, n)
	for i := range n {
		entry := data[12+16*i:]
		off := uint64(binary.BigEndian.Uint32(entry[8:]))
		end := off + uint64(binary.BigEndian.Uint32(entry[12:]))
		if end > uint64(len(data)) {
			return nil, fontError("table outside the file")
		}
		tables[string(entry[:4])] = data[off:end:end]
	}
	return tables, nil
}

// withoutOutlines copies the tables that shaping needs into a small font file.
func withoutOutlines(tables map[string][]byte) []byte {
	var keep []ot.Table
	for _, tag := range shapingTables() {
		if t, ok := tables[tag]; ok {
			keep = append(keep, ot.Table{Tag: ot.MustNewTag(tag), Content: t})
		}
	}
	return ot.WriteTTF(keep)
}

// settle gives a subset the dates of the whole font and sums anew: the library
// that makes subsets writes the present time, and the same drawing is to give
// the same bytes.
func settle(program, head []byte) error {
	tables, err := sfntTables(program)
	if err != nil {
		return err
	}
	own := tables["head"]
	if len(own) < 54 || len(head) < 54 {
		return fontError("head table")
	}
	copy(own[20:36], head[20:36]) // created, modified
	copy(own[8:12], []byte{0, 0, 0, 0})
	for i := range int(binary.BigEndian.Uint16(program[4:])) {
		if entry := program[12+16*i:]; string(entry[:4]) == "head" {
			binary.BigEndian.PutUint32(entry[4:], checksum(own))
		}
	}
	binary.BigEndian.PutUint32(own[8:], 0xB1B0AFBA-checksum(program))
	return nil
}

// checksum adds up big-endian words, the last one filled with zeros (OpenType,
// "Calculating checksums").
func checksum(data []byte) uint32 {
	var sum uint32
	for len(data) >= 4 {
		sum += binary.BigEndian.Uint32(data)
		data = data[4:]
	}
	var last [4]byte
	copy(last[:], data)
	return sum + binary.BigEndian.Uint32(last[:])
}

func fontError(detail string) error { return &InputError{Code: "font", Detail: detail} }
