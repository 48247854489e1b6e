package pdf

import (
	"fmt"
	"io"
	"maps"
	"slices"
)

// The table by which Canonicalize works. Whatever stands in no row of "keep"
// for the catalog and for pages is dropped; objects that nothing keeps a
// reference to are dropped without a word.
//
//	construct                                     done      code
//	--------------------------------------------  --------  --------------------
//	pages, contents, resources, fonts, images     keep
//	inherited page attributes, page labels        keep
//	outlines, named destinations, page links      keep
//	links to http and https addresses             keep
//	structure tree, /Lang, /MarkInfo, metadata    keep
//	output intents, viewer preferences            keep
//	markup annotations and their appearances      keep
//	form fields, values, /DR, /DA                 keep
//	/NeedAppearances                              drop      (Report.NeedAppearances)
//	JavaScript in names, actions, fields, pages   drop      script_removed
//	/AA of catalog, pages, fields, annotations    drop      by the actions in it
//	/Launch                                       drop      launch_removed
//	/SubmitForm                                   drop      submit_removed
//	/ImportData                                   drop      import_removed
//	/GoToR, /GoToE, /GoToDp, /Thread              drop      remote_link_removed
//	/URI to any other scheme                      drop      link_removed
//	/Hide, /ResetForm, /SetOCGState, unknown      drop      action_removed
//	/Movie, /Sound, /Rendition, 3D, rich media    drop      media_removed
//	embedded files, attachments, portfolios       drop      embedded_file_removed
//	static XFA beside an AcroForm                 drop      xfa_removed
//	dynamic XFA                                   refuse    xfa_dynamic
//	layers that are on by default                 flatten   layer_flattened
//	objects and annotations on a layer that is    drop      hidden_layer_removed
//	off by default
//	page content marked for a layer that is off   refuse    hidden_layer
//	annotations of unknown kind                   drop      annotation_removed
//	usage rights (/Perms /UR, /UR3)               drop      usage_rights_removed
//	signatures that a field holds                 refuse    document_signed
//	signature dictionaries that no field holds    drop      junk_signature_removed
//	hidden template pages                         drop      template_removed
//	/PieceInfo, web capture, unknown entries      drop      private_data_removed
//	encryption that the empty password opens      drop      encryption_removed
//	stream data in other files                    drop      external_data_removed
//	a page tree with loops, gaps, wrong counts    rebuild   page_tree_repaired
//	a broken cross-reference table                rebuild   file_repaired
//	a file without pages                          refuse    no_pages
const (
	codeScript       = "script_removed"
	codeLaunch       = "launch_removed"
	codeSubmit       = "submit_removed"
	codeImport       = "import_removed"
	codeRemote       = "remote_link_removed"
	codeLink         = "link_removed"
	codeAction       = "action_removed"
	codeMedia        = "media_removed"
	codeEmbedded     = "embedded_file_removed"
	codeXFA          = "xfa_removed"
	codeFlattened    = "layer_flattened"
	codeHiddenLayer  = "hidden_layer_removed"
	codeAnnotation   = "annotation_removed"
	codeUsageRights  = "usage_rights_removed"
	codeJunk         = "junk_signature_removed"
	codeTemplate     = "template_removed"
	codePrivate      = "private_data_removed"
	codeEncryption   = "encryption_removed"
	codeExternal     = "external_data_removed"
	codePageTree     = "page_tree_repaired"
	codeFileRepaired = "file_repaired"
)

// Codes of RefusalError.
const (
	RefusedXFA    = "xfa_dynamic"
	RefusedLayer  = "hidden_layer"
	RefusedSigned = "document_signed"
	RefusedEmpty  = "no_pages"
)

// activeCodes are the findings that make a file dangerous to show or sign as
// it is.
var activeCodes = [...]string{
	codeScript, codeLaunch, codeSubmit, codeImport, codeRemote, codeAction, codeMedia,
	codeEmbedded, codeXFA, codeHiddenLayer, codeTemplate, codeExternal,
}

// CanonicalOptions change what Canonicalize writes.
type CanonicalOptions struct {
	// ID goes into the new file identifier beside the digest of the content;
	// it may be empty.
	ID []byte
}

// Finding is one kind of thing that was removed, flattened or repaired.
type Finding struct {
	Code  string `json:"code"`  // stable, from the table above
	Count int    `json:"count"` // how often
}

// Report says what Canonicalize did, or what Inspect found.
type Report struct {
	Pages           int       `json:"pages"`
	Findings        []Finding `json:"findings"`
	NeedAppearances bool      `json:"needAppearances"` // the form's fields want appearances drawn
	Encrypted       bool      `json:"encrypted"`
	Signed          bool      `json:"signed"`       // a form field holds a signature dictionary, good or junk
	HiddenLayers    int       `json:"hiddenLayers"` // layers that are off by default
	Bytes           int64     `json:"bytes"`        // length of what was written
}

// Has reports whether code is among the findings.
func (r *Report) Has(code string) bool {
	return slices.ContainsFunc(r.Findings, func(f Finding) bool { return f.Code == code })
}

// Active reports whether the file has content that acts, plays, hides or
// carries other files. Such a file must not be used unless rewritten.
func (r *Report) Active() bool {
	return r.HiddenLayers > 0 || slices.ContainsFunc(activeCodes[:], r.Has)
}

// RefusalError says why a file cannot be brought into canonical form.
type RefusalError struct {
	Code   string // one of the Refused constants
	Detail string
}

func (e *RefusalError) Error() string { return "pdf: refused: " + e.Code + ": " + e.Detail }

// Canonicalize rewrites an unsigned file into canonical form: one revision,
// objects numbered in the order in which the catalog leads to them, streams
// copied as they are, nothing that acts. The table in this file says what
// becomes of each construct.
func Canonicalize(f *File, w io.Writer, opt CanonicalOptions) (*Report, error) {
	c, err := survey(f)
	if err != nil {
		return nil, err
	}
	if c.signed {
		return nil, &RefusalError{RefusedSigned, "a form field holds a signature"}
	}
	if c.refusal != nil {
		return nil, c.refusal
	}
	n, err := c.write(w, opt)
	if err != nil {
		return nil, fmt.Errorf("pdf: canonicalize: %w", err)
	}
	r := c.report()
	r.Bytes = n
	return r, nil
}

// Inspect reports what Canonicalize would do, without refusing a signed file.
// The refusal that Canonicalize would give for other reasons is its error; the
// report is complete even then.
func Inspect(f *File) (*Report, error) {
	c, err := survey(f)
	if err != nil {
		return nil, err
	}
	if c.refusal != nil {
		return c.report(), c.refusal
	}
	return c.report(), nil
}

// survey discovers what f holds. Where a damaged object made the reader rebuild
// the cross-reference data on the way, it begins again: objects may now stand
// elsewhere.
func survey(f *File) (*canon, error) {
	for {
		before := f.repaired
		c := newCanon(f)
		if err := c.discover(); err != nil {
			return nil, err
		}
		if f.repaired == before {
			return c, nil
		}
	}
}

func (c *canon) report() *Report {
	r := &Report{Pages: c.pageCount, NeedAppearances: c.needAppearances, Encrypted: c.f.Encrypted(), Signed: c.signed, HiddenLayers: len(c.layers.off)}
	sums := map[string]int{}
	for key, n := range c.counts {
		sums[key.code] += n
	}
	for _, code := range slices.Sorted(maps.Keys(sums)) {
		r.Findings = append(r.Findings, Finding{Code: code, Count: sums[code]})
	}
	return r
}
