package op

import (
	"context"
	"encoding/json"
	"mime"
	"net/http"
	"time"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/upload"
)

// UploadView is an upload as its owner sees it.
type UploadView struct {
	ID        id.ID     `json:"id"`
	Name      string    `json:"name"`
	Size      int64     `json:"size" doc:"Announced, bytes"`
	Received  int64     `json:"received" doc:"Bytes so far"`
	Complete  bool      `json:"complete"`
	CreatedAt time.Time `json:"created_at"`
	ExpiresAt time.Time `json:"expires_at"`
}

type uploadOutput struct{ Body UploadView }

type uploadInput struct {
	Upload string `path:"upload"`
}

// ResumableUploads is where tus begins.
const ResumableUploads = "/api/v1/uploads/resumable"

// Uploads are the rows of uploads; resumable carries the tus protocol.
func Uploads(s *upload.Service, resumable http.Handler) []Op {
	rows := []Op{
		Raw(Row{
			ID: "createUpload", Method: http.MethodPost, Path: "/api/v1/uploads", Summary: "Upload a file whole",
			Description: "Send the bytes as the body, with Content-Length; name the file in Content-Disposition or ?name=.",
			Audience:    staffAndAPI, Group: GroupDocument, Permission: access.UploadsWrite, Audit: AuditNever,
			MaxBody: maxUpload, Stream: true, Idempotent: true, Status: http.StatusCreated,
			Accepts: "application/pdf", Produces: "application/json",
		}, func(w http.ResponseWriter, r *http.Request) error { return plainUpload(w, r, s) }).Describe(Description{
			Params: []Param{
				{Name: "name", In: "query", Doc: "Name of the file"},
				{Name: "Content-Disposition", In: "header", Doc: `attachment; filename="contract.pdf"`},
				{Name: "Content-Length", In: "header", Integer: true, Required: true, Doc: "Bytes of the file"},
			},
			Answer: UploadView{}, Headers: []string{"Location"},
		}),
		Typed(Row{
			ID: "getUpload", Method: http.MethodGet, Path: "/api/v1/uploads/{upload}", Summary: "Read how far an upload is",
			Audience: staffAndAPI, Group: GroupDocument, Permission: access.UploadsWrite,
		}, func(ctx context.Context, in *uploadInput) (*uploadOutput, error) {
			p, err := access.From(ctx)
			if err != nil {
				return nil, err
			}
			u, err := s.Get(ctx, p, id.ID(in.Upload))
			if err != nil {
				return nil, err
			}
			return &uploadOutput{Body: viewUpload(u)}, nil
		}),
		Typed(Row{
			ID: "deleteUpload", Method: http.MethodDelete, Path: "/api/v1/uploads/{upload}", Summary: "Forget an unused upload",
			Audience: staffAndAPI, Group: GroupDocument, Permission: access.UploadsWrite, Audit: AuditNever,
		}, func(ctx context.Context, in *uploadInput) (*Empty, error) {
			p, err := access.From(ctx)
			if err != nil {
				return nil, err
			}
			return &Empty{}, s.Delete(ctx, p, id.ID(in.Upload))
		}),
	}
	return append(rows, tusRows(resumable)...)
}

// maxUpload bounds a body before the upload's own limit is known to the handler, bytes.
const maxUpload = 1 << 30

func tusRows(h http.Handler) []Op {
	one := ResumableUploads + "/{upload}"
	version := Param{Name: "Tus-Resumable", In: "header", Required: true, Doc: "1.0.0"}
	length := Param{Name: "Upload-Length", In: "header", Integer: true, Required: true, Doc: "Bytes of the file"}
	name := Param{Name: "Upload-Metadata", In: "header", Doc: "filename, a space, and the name in base64"}
	offset := Param{Name: "Upload-Offset", In: "header", Integer: true, Required: true, Doc: "Where the body belongs"}
	rows := []struct {
		id, method, path, summary, accepts string
		status                             int
		doc                                Description
	}{
		{"createResumableUpload", http.MethodPost, ResumableUploads, "Begin a resumable upload (tus 1.0.0)", "", http.StatusCreated, Description{
			Params: []Param{version, length, name}, Headers: []string{"Location", "Tus-Resumable"},
		}},
		{"getResumableUpload", http.MethodHead, one, "Ask for the offset of a resumable upload", "", http.StatusOK, Description{
			Params: []Param{version}, Headers: []string{"Upload-Offset", "Upload-Length", "Tus-Resumable"},
		}},
		{"continueResumableUpload", http.MethodPatch, one, "Continue a resumable upload", "application/offset+octet-stream", http.StatusNoContent, Description{
			Params: []Param{version, offset}, Headers: []string{"Upload-Offset", "Tus-Resumable"},
			Also: map[int]string{http.StatusConflict: "The upload continues at another offset; ask for it"},
		}},
		{"deleteResumableUpload", http.MethodDelete, one, "End a resumable upload", "", http.StatusNoContent, Description{Params: []Param{version}}},
	}
	var ops []Op
	for _, t := range rows {
		ops = append(ops, Raw(Row{
			ID: t.id, Method: t.method, Path: t.path, Summary: t.summary, Audience: staffAndAPI, Group: GroupDocument,
			Permission: access.UploadsWrite, Audit: AuditNever, MaxBody: maxUpload, Stream: true, Tag: "uploads",
			Status: t.status, Accepts: t.accepts, Idempotent: t.method == http.MethodPost,
		}, func(w http.ResponseWriter, r *http.Request) error {
			h.ServeHTTP(w, r)
			return nil
		}).Describe(t.doc))
	}
	return append(ops, Raw(Row{
		ID: "describeResumableUploads", Method: http.MethodOptions, Path: ResumableUploads, Summary: "Ask what tus can do here",
		Audience: access.Public, CoreOnly: true, Group: GroupDocument, Limit: LimitOpen, Tag: "uploads",
	}, func(w http.ResponseWriter, r *http.Request) error {
		h.ServeHTTP(w, r)
		return nil
	}).Describe(Description{Headers: []string{"Tus-Version", "Tus-Extension", "Tus-Max-Size"}}))
}

func viewUpload(u *upload.Upload) UploadView {
	return UploadView{
		ID: u.ID, Name: u.Name, Size: u.Size, Received: u.Received, Complete: u.Complete(), CreatedAt: u.CreatedAt, ExpiresAt: u.ExpiresAt,
	}
}

func plainUpload(w http.ResponseWriter, r *http.Request, s *upload.Service) error {
	p, err := access.From(r.Context())
	if err != nil {
		return err
	}
	u, err := s.Put(r.Context(), p, fileName(r), r.ContentLength, r.Body)
	if err != nil {
		return err
	}
	w.Header().Set("Location", "/api/v1/uploads/"+string(u.ID))
	return writeJSON(w, http.StatusCreated, viewUpload(u))
}

func fileName(r *http.Request) string {
	if _, params, err := mime.ParseMediaType(r.Header.Get("Content-Disposition")); err == nil && params["filename"] != "" {
		return params["filename"]
	}
	return r.URL.Query().Get("name")
}

func writeJSON(w http.ResponseWriter, status int, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(body) // the caller is gone; there is nobody to tell
	return nil
}
