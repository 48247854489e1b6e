package pdf

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFilters(t *testing.T) {
	text := strings.Repeat("sealed together ", 40)
	png := Dict{"Predictor": Integer(12), "Columns": Integer(3)}
	cases := map[string]struct {
		filter Object
		parms  Object
		data   string
		want   string
	}{
		"none":              {nil, nil, "abc", "abc"},
		"flate":             {Name("FlateDecode"), nil, string(Compress([]byte(text))), text},
		"flate, short name": {Name("Fl"), nil, string(Compress([]byte(text))), text},
		"flate twice":       {Array{Name("FlateDecode"), Name("FlateDecode")}, nil, string(Compress(Compress([]byte(text)))), text},
		"lzw":               {Name("LZWDecode"), nil, "\x80\x0B\x60\x50\x22\x0C\x0C\x85\x01", "-----A---B"},
		"hex":               {Name("ASCIIHexDecode"), nil, "48 65 6C6c 6F 7>", "Hellop"},
		"base 85":           {Name("ASCII85Decode"), nil, "87cURD]i,\"Ebo80~>", "Hello World!"},
		"run length":        {Name("RunLengthDecode"), nil, "\x02abc\xFEd\x80rest", "abcddd"},
		"png up":            {Name("FlateDecode"), png, string(Compress([]byte("\x02abc\x02\x01\x01\x01"))), "abcbcd"},
		"png sub":           {Name("FlateDecode"), png, string(Compress([]byte("\x01a\x01\x01"))), "abc"},
		"png average":       {Name("FlateDecode"), png, string(Compress([]byte("\x00ddd\x03\x02\x00\x00"))), "ddd4LX"},
		"png paeth":         {Name("FlateDecode"), png, string(Compress([]byte("\x00abc\x04\x01\x00\x00"))), "abcbbc"},
		"tiff":              {Name("FlateDecode"), Dict{"Predictor": Integer(2), "Columns": Integer(3)}, string(Compress([]byte("a\x01\x01"))), "abc"},
	}
	f := &File{lim: Limits{}.withDefaults(1000)}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := f.Decode(NewStream(Dict{"Filter": c.filter, "DecodeParms": c.parms}, []byte(c.data)))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, string(got)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestFiltersDamaged(t *testing.T) {
	whole := Compress(bytes.Repeat([]byte("some data "), 1000))
	f := &File{lim: Limits{}.withDefaults(1000)}
	got, err := f.Decode(NewStream(Dict{"Filter": Name("FlateDecode")}, whole[:len(whole)-8]))
	if err == nil || len(got) == 0 {
		t.Errorf("%d bytes, %v", len(got), err)
	}
	_, err = f.Decode(NewStream(Dict{"Filter": Name("DCTDecode")}, nil))
	if _, ok := err.(*UnsupportedError); !ok {
		t.Errorf("image filter: %v", err)
	}
	_, err = f.Decode(NewStream(Dict{"Filter": flateTimes(9)}, nil))
	if !isLimit(err) {
		t.Errorf("nine filters: %v", err)
	}
}

func TestCryptRoundTrip(t *testing.T) {
	for _, m := range []method{methodIdentity, methodRC4, methodAESV2, methodAESV3, methodAESV4} {
		c := cryptFilter{key: bytes.Repeat([]byte{7}, 32), method: m}
		for _, n := range []int{0, 1, 15, 16, 17, 4095, 4096, 4112, 10000} {
			plain := bytes.Repeat([]byte{'x'}, n)
			secret, err := c.encrypt(Ref{Num: 5}, bytes.Clone(plain))
			if err != nil {
				t.Fatal(err)
			}
			if got := c.decrypt(c.objectKey(Ref{Num: 5}), secret); !bytes.Equal(got, plain) {
				t.Errorf("method %d, %d bytes became %d", m, n, len(got))
			}
		}
	}
}

func TestNumbers(t *testing.T) {
	cases := map[string]float64{"1": 1, "+1": 1, "-.5": -.5, "1.": 1, "007": 7, "--3": -3, "4-2": 4, "1.2.3": 1.2, "-": 0}
	for s, want := range cases {
		if got, ok := Float(numberObject([]byte(s))); !ok || got != want {
			t.Errorf("%s reads as %v", s, got)
		}
	}
	if _, ok := Int(Real(1.5)); ok {
		t.Error("1.5 taken for a whole number")
	}
	if v, ok := Int(Numeral("010.0")); !ok || v != 10 {
		t.Error("010.0 not taken for ten")
	}
}

func TestText(t *testing.T) {
	for _, s := range []string{"", "plain", "árvíztűrő", "漢字 😀", "line\nbreak"} {
		if got := Text(s).Text(); got != s {
			t.Errorf("%q became %q", s, got)
		}
	}
	for in, want := range map[String]string{
		"\xEF\xBB\xBFő": "ő", "\xFF\xFEa\x00": "a", "\x80\xA0\xE9": "•€é", "\x18": "˘", "\xFE\xFF\x00": "",
	} {
		if got := in.Text(); got != want {
			t.Errorf("%q reads as %q, want %q", in, got, want)
		}
	}
}
