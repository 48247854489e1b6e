package fonts

import (
	"runtime"
	"slices"
	"testing"

	"github.com/consigil/consigil/pdf/draw"
)

// Scripts that the product promises.
var promised = map[string]string{
	"Hungarian":  "Árvíztűrő tükörfúrógép ŐŰ őű",
	"Latin":      "Straße Łódź Çağrı “quotes” – € 1,5 ½ ©",
	"Vietnamese": "Nguyễn Thị Ánh Tuyết",
	"Cyrillic":   "Съешь ещё этих мягких французских булок",
	"Greek":      "Ξεσκεπάζω τὴν ψυχοφθόρα βδελυγμία",
	"Devanagari": "श्री क्षत्रिय ऋषि ₹",
	"Arabic":     "السلام عليكم، لا إله، مُحَمَّد ١٢٣",
	"Persian":    "گچ پژ یک",
	"Chinese":    "中华人民共和国合同，签名。",
	"Japanese":   "署名をお願いします カタカナ",
	"Korean":     "계약서에 서명해 주세요",
}

func TestPromisedScripts(t *testing.T) {
	fs := Set()
	for name, text := range promised {
		t.Run(name, func(t *testing.T) {
			if err := fs.Check(text); err != nil {
				t.Fatal(err)
			}
			if _, err := draw.TextAppearance(fs, text, 400, 20, draw.Style{}); err != nil {
				t.Fatal(err)
			}
		})
	}
}

func TestMissingIsNamed(t *testing.T) {
	fs := Set()
	got, err := fs.Missing("a😀b\u202ec\x07😀")
	if err != nil {
		t.Fatal(err)
	}
	if want := []rune{'😀', 0x202E, 7}; !slices.Equal(got, want) {
		t.Errorf("missing = %q, want %q", got, want)
	}
}

func TestMemoryOfChinese(t *testing.T) {
	before := heap()
	fs := Set()
	f, err := draw.TextAppearance(fs, promised["Chinese"]+promised["Korean"], 400, 20, draw.Style{})
	if err != nil {
		t.Fatal(err)
	}
	w := &writer{}
	if _, err := draw.Store(w, f); err != nil {
		t.Fatal(err)
	}
	kept := (int64(heap()) - int64(before)) >> 10
	t.Logf("kept %d KiB; stored %d bytes", kept, w.bytes)
	if kept > 20<<10 {
		t.Errorf("keeps %d KiB", kept)
	}
	runtime.KeepAlive(fs)
}

func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
