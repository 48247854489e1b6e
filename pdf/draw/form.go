package draw

import (
	"bytes"
	"compress/zlib"
	"strconv"

	"github.com/consigil/consigil/pdf"
)

// Color is an RGB colour, each part 0 to 1. The zero value is black.
type Color struct{ R, G, B float64 }

// Form is one drawing of a given size, ready to be stored. It is not changed by
// storing and may be stored in several files.
type Form struct {
	Width, Height float64 // points
	pieces        []piece
}

// piece is a part of a form's content, in order: plain operators, or glyphs or
// an image, whose resource names are only known when the form is stored.
type piece struct {
	raw   string
	run   *placed
	image *bitmap
}

// placed is a run with its place.
type placed struct {
	run
	x, y, size float64
	color      Color
}

// Store writes forms as form XObjects, and once each font and image they
// share. The references are in the order of the forms.
func Store(w pdf.ObjectWriter, forms ...*Form) ([]pdf.Ref, error) {
	return newStorage(w, Profile{}).store(forms)
}

func (s *storage) store(forms []*Form) ([]pdf.Ref, error) {
	refs := make([]pdf.Ref, len(forms))
	for i, f := range forms {
		content, resources := s.content(f)
		refs[i] = s.w.Alloc()
		s.stream(refs[i], pdf.Dict{
			"Type": pdf.Name("XObject"), "Subtype": pdf.Name("Form"),
			"BBox":      pdf.Rect{URX: f.Width, URY: f.Height}.Array(),
			"Resources": resources,
		}, content)
	}
	return refs, s.finish()
}

// Content gives a form's content stream and resources for use as a page's
// own, and stores what the resources name.
func Content(w pdf.ObjectWriter, forms ...*Form) ([]PageContent, error) {
	s := newStorage(w, Profile{})
	pages := make([]PageContent, len(forms))
	for i, f := range forms {
		pages[i].Operators, pages[i].Resources = s.content(f)
	}
	return pages, s.finish()
}

// PageContent is what a page needs to show a form.
type PageContent struct {
	Operators []byte // uncompressed
	Resources pdf.Dict
}

// storage collects what several forms share.
type storage struct {
	w      pdf.ObjectWriter
	fonts  map[*face]*usedFont
	order  []*usedFont
	images map[*bitmap]pdf.Ref
	z      *zlib.Writer

	profile Profile
}

func newStorage(w pdf.ObjectWriter, p Profile) *storage {
	return &storage{w: w, profile: p, fonts: map[*face]*usedFont{}, images: map[*bitmap]pdf.Ref{}}
}

// content writes a form's operators and names its resources.
func (s *storage) content(f *Form) ([]byte, pdf.Dict) {
	var buf bytes.Buffer
	fonts, images := pdf.Dict{}, pdf.Dict{}
	for _, p := range f.pieces {
		switch {
		case p.run != nil:
			u := s.font(p.run.face)
			fonts[pdf.Name(u.name)] = u.ref
			u.show(&buf, p.run)
		case p.image != nil:
			ref := s.image(p.image)
			name := "I" + strconv.Itoa(ref.Num)
			images[pdf.Name(name)] = ref
			buf.WriteString("/" + name + " Do\n")
		default:
			buf.WriteString(p.raw)
		}
	}
	resources := pdf.Dict{}
	if len(fonts) > 0 {
		resources["Font"] = fonts
	}
	if len(images) > 0 {
		resources["XObject"] = images
	}
	if s.profile.Calibrated {
		resources["ColorSpace"] = calibrated()
	}
	return buf.Bytes(), resources
}

// font gives a face its object and name.
func (s *storage) font(f *face) *usedFont {
	u := s.fonts[f]
	if u == nil {
		u = &usedFont{face: f, ref: s.w.Alloc(), name: "F" + strconv.Itoa(len(s.order)+1), codes: map[codeKey]uint16{}, index: map[uint16]uint16{0: 0}, gids: []uint16{0}}
		s.fonts[f] = u
		s.order = append(s.order, u)
	}
	return u
}

// finish writes the fonts, now that their glyphs are known.
func (s *storage) finish() error {
	for _, u := range s.order {
		if err := u.store(s); err != nil {
			return err
		}
	}
	return nil
}

// leastCompressed is the length from which compressing is worth its entry.
const leastCompressed = 256

// stream stores data, compressed where that saves something.
func (s *storage) stream(ref pdf.Ref, dict pdf.Dict, data []byte) {
	if len(data) >= leastCompressed {
		dict["Filter"] = pdf.Name("FlateDecode")
		data = s.deflate(data)
	}
	s.w.PutStream(ref, dict, data)
}

// deflate compresses; writing to memory cannot fail. The compressor, which is
// large, is used again for each stream.
func (s *storage) deflate(data []byte) []byte {
	var buf bytes.Buffer
	if s.z == nil {
		s.z = zlib.NewWriter(&buf)
	} else {
		s.z.Reset(&buf)
	}
	_, _ = s.z.Write(data)
	_ = s.z.Close()
	return buf.Bytes()
}
