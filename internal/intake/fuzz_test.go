package intake

import (
	"bytes"
	"io"
	"testing"
)

// FuzzChild gives a child arbitrary words from its parent.
func FuzzChild(f *testing.F) {
	data := plain(f, 1)
	var talk bytes.Buffer
	if err := writeJSON(&talk, frameRequest, request{Op: opInspect, Size: int64(len(data)), MaxPages: 9}); err != nil {
		f.Fatal(err)
	}
	if err := writeFrame(&talk, frameData, data); err != nil {
		f.Fatal(err)
	}
	f.Add(talk.Bytes())
	f.Add([]byte{frameRequest, 0xff, 0xff, 0xff, 0xff})
	f.Fuzz(func(t *testing.T, in []byte) {
		code := converseChild(bytes.NewReader(in), io.Discard, parseOnly)
		if code != exitDone && code != exitProtocol {
			t.Errorf("code %d", code)
		}
	})
}

// FuzzParent gives the parent arbitrary words from its child.
func FuzzParent(f *testing.F) {
	var talk bytes.Buffer
	for _, err := range []error{
		writeFrame(&talk, frameRead, readRange(0, 10)),
		writeFrame(&talk, frameOutput, []byte("out")),
		writeJSON(&talk, frameAnswer, answer{Inspection: &Inspection{}}),
	} {
		if err != nil {
			f.Fatal(err)
		}
	}
	f.Add(talk.Bytes())
	f.Add([]byte{frameRead, 0, 0, 0, 12, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 1})
	file := bytes.NewReader(make([]byte, 100))
	f.Fuzz(func(t *testing.T, out []byte) {
		s := &session{in: io.Discard, out: bytes.NewReader(out), src: file, w: io.Discard}
		if a, err := s.run(); a == nil && err == nil && s.gone == nil {
			t.Error("no end")
		}
	})
}

func TestWholeConversation(t *testing.T) {
	data := plain(t, 2)
	var in, out bytes.Buffer
	if err := writeJSON(&in, frameRequest, request{Op: opInspect, Size: int64(len(data)), MaxPages: 9}); err != nil {
		t.Fatal(err)
	}
	if err := writeFrame(&in, frameData, data); err != nil {
		t.Fatal(err)
	}
	if code := converseChild(&in, &out, parseOnly); code != exitDone {
		t.Fatal(code)
	}
	s := &session{in: io.Discard, out: &out, src: bytes.NewReader(data), w: io.Discard}
	a, err := s.run()
	if err != nil || a == nil || a.Inspection == nil || len(a.Inspection.Pages) != 2 {
		t.Errorf("%+v %v", a, err)
	}
}
