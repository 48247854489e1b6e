package op

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"net/http"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/sample"
	"github.com/consigil/consigil/pdf/draw"
)

// signaturePlaces is the header in which a sample says where its parties sign.
const signaturePlaces = "Signature-Places"

// Samples are the rows of texts with which people try the product out.
func Samples(fonts *draw.FontSet) []Op {
	row := Row{
		ID: "getSampleContract", Method: http.MethodGet, Path: "/api/v1/samples/contract", Summary: "Read a sample agreement to try signing with",
		Description: "A tagged PDF of two pages in the language asked for. The header Signature-Places holds a JSON array with the places " +
			"of the first and the second party's signature: page, x, y, width, height, in points from the lower left corner.",
		Audience: staffAndAPI, Group: GroupDocument, Permission: access.EnvelopesWrite, Produces: "application/pdf",
	}
	params := []Param{{Name: "locale", In: "query", Doc: "BCP 47; English where it is none of ours"}}
	return []Op{Raw(row, func(w http.ResponseWriter, r *http.Request) error {
		a, err := sample.Contract(fonts, r.URL.Query().Get("locale"))
		if err != nil {
			return err
		}
		places, err := json.Marshal(a.Places)
		if err != nil {
			return err
		}
		w.Header().Set(signaturePlaces, string(places))
		w.Header().Set("Content-Language", a.Locale)
		sum := sha256.Sum256(a.PDF)
		ServeFile(w, r, a.Name, "application/pdf", sum[:], memory{bytes.NewReader(a.PDF)})
		return nil
	}).Describe(Description{Params: params, Headers: []string{"ETag", "Content-Disposition", "Content-Language", signaturePlaces}})}
}

// memory is a file that was just made.
type memory struct{ *bytes.Reader }

// Close implements envelope.File.
func (memory) Close() error { return nil }
