package draw

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"testing"

	subset "github.com/tdewolff/font"
)

// TestSubsetsDoNotTellTheTime compares subsets whose dates differ.
func TestSubsetsDoNotTellTheTime(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("..", "..", "internal", "fonts", "ttf", "NotoSans-Regular.ttf"))
	if err != nil {
		t.Fatal(err)
	}
	whole, err := subset.ParseSFNT(data, 0)
	if err != nil {
		t.Fatal(err)
	}
	tables, err := sfntTables(data)
	if err != nil {
		t.Fatal(err)
	}
	small, err := whole.Subset([]uint16{0, 36, 37}, subset.SubsetOptions{Tables: subset.KeepPDFTables})
	if err != nil {
		t.Fatal(err)
	}
	now, later := small.Write(), small.Write()
	ours, err := sfntTables(later)
	if err != nil {
		t.Fatal(err)
	}
	binary.BigEndian.PutUint64(ours["head"][28:], 12345)
	for _, program := range [][]byte{now, later} {
		if err := settle(program, tables["head"]); err != nil {
			t.Fatal(err)
		}
		if checksum(program) != 0xB1B0AFBA {
			t.Error("the file's sum is wrong")
		}
	}
	if !bytes.Equal(now, later) {
		t.Error("subsets differ by time")
	}
	if err := settle([]byte("no font, only words"), tables["head"]); err == nil {
		t.Error("words settle")
	}
}
