package httpapi

import (
	"context"
	"io"
	"net/http"
	"strings"

	"github.com/tus/tusd/v2/pkg/handler"
	"golang.org/x/exp/slog"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/op"
	"github.com/consigil/consigil/internal/problem"
	"github.com/consigil/consigil/internal/upload"
)

// NewTus speaks tus 1.0.0 over the upload service. publicURL is the beginning of the addresses it gives out.
func NewTus(s *upload.Service, publicURL string) (http.Handler, error) {
	composer := handler.NewStoreComposer()
	store := tusStore{s}
	composer.UseCore(store)
	composer.UseTerminater(store)
	t, err := handler.NewUnroutedHandler(handler.Config{
		StoreComposer: composer, BasePath: publicURL + op.ResumableUploads + "/", MaxSize: s.Limits().File,
		DisableDownload: true, Cors: &handler.CorsConfig{Disable: true},
		Logger: slog.New(slog.NewTextHandler(io.Discard, nil)), // the chain logs every call, without file names
	})
	if err != nil {
		return nil, err
	}
	routes := t.Middleware(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.Method {
		case http.MethodPost:
			t.PostFile(w, r)
		case http.MethodHead:
			t.HeadFile(w, r)
		case http.MethodPatch:
			t.PatchFile(w, r)
		case http.MethodDelete:
			t.DelFile(w, r)
		}
	}))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Header.Del("X-HTTP-Method-Override") // the row was checked for the method that was sent
		if r.Method != http.MethodOptions && r.Header.Get("Tus-Resumable") != "1.0.0" {
			w.Header().Set("Tus-Version", "1.0.0")
			op.WriteProblem(w, problem.New(problem.Precondition, "tus_version", "Say Tus-Resumable: 1.0.0."))
			return
		}
		http.StripPrefix(op.ResumableUploads, routes).ServeHTTP(&tusAnswer{ResponseWriter: w}, r)
	}), nil
}

// tusAnswer turns tusd's own refusals, which are lines of text, into problem documents.
type tusAnswer struct {
	http.ResponseWriter
	refused int // status of a refusal whose text is awaited
}

// WriteHeader implements http.ResponseWriter.
func (a *tusAnswer) WriteHeader(status int) {
	if status >= 400 && strings.HasPrefix(a.Header().Get("Content-Type"), "text/plain") {
		a.refused = status
		return
	}
	a.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (a *tusAnswer) Write(p []byte) (int, error) {
	if a.refused == 0 {
		return a.ResponseWriter.Write(p)
	}
	code, _, _ := strings.Cut(string(p), ":")
	code = "tus_" + strings.TrimPrefix(strings.ToLower(code), "err_")
	op.WriteStatus(a.ResponseWriter, a.refused, code, "The upload cannot go on like this; see tus 1.0.0.")
	a.refused = 0
	return len(p), nil
}

// Unwrap lets http.ResponseController reach the connection.
func (a *tusAnswer) Unwrap() http.ResponseWriter { return a.ResponseWriter }

// tusStore is the upload service as tusd sees a store. The caller comes with the context.
type tusStore struct{ s *upload.Service }

// NewUpload implements handler.DataStore.
func (t tusStore) NewUpload(ctx context.Context, info handler.FileInfo) (handler.Upload, error) {
	p, err := access.From(ctx)
	if err != nil {
		return nil, tusError(err)
	}
	if info.SizeIsDeferred {
		return nil, tusError(problem.New(problem.Invalid, "length_required", "Announce the file's length."))
	}
	u, err := t.s.Create(ctx, p, info.MetaData["filename"], info.Size)
	if err != nil {
		return nil, tusError(err)
	}
	return &tusUpload{s: t.s, p: p, u: u}, nil
}

// GetUpload implements handler.DataStore.
func (t tusStore) GetUpload(ctx context.Context, upload string) (handler.Upload, error) {
	p, err := access.From(ctx)
	if err != nil {
		return nil, tusError(err)
	}
	u, err := t.s.Get(ctx, p, id.ID(upload))
	if err != nil {
		return nil, tusError(err)
	}
	return &tusUpload{s: t.s, p: p, u: u}, nil
}

// AsTerminatableUpload implements handler.TerminaterDataStore.
func (t tusStore) AsTerminatableUpload(u handler.Upload) handler.TerminatableUpload {
	return u.(*tusUpload) // tusd hands back what this store made
}

type tusUpload struct {
	s *upload.Service
	p *access.Principal
	u *upload.Upload
}

// WriteChunk implements handler.Upload.
func (t *tusUpload) WriteChunk(ctx context.Context, offset int64, src io.Reader) (int64, error) {
	u, err := t.s.Append(ctx, t.p, t.u.ID, offset, src)
	if err != nil {
		return 0, tusError(err)
	}
	t.u = u
	return u.Received - offset, nil
}

// GetInfo implements handler.Upload.
func (t *tusUpload) GetInfo(context.Context) (handler.FileInfo, error) {
	return handler.FileInfo{ID: string(t.u.ID), Size: t.u.Size, Offset: t.u.Received}, nil
}

// GetReader implements handler.Upload; downloads are not offered.
func (t *tusUpload) GetReader(context.Context) (io.ReadCloser, error) {
	return nil, tusError(problem.New(problem.Forbidden, "upload_not_readable", "Uploads cannot be read back."))
}

// FinishUpload implements handler.Upload; the last Append has finished it.
func (t *tusUpload) FinishUpload(context.Context) error { return nil }

// Terminate implements handler.TerminatableUpload.
func (t *tusUpload) Terminate(ctx context.Context) error {
	if err := t.s.Delete(ctx, t.p, t.u.ID); err != nil {
		return tusError(err)
	}
	return nil
}

// tusError makes tusd answer with our problem document. A disagreement over the offset is tus's own 409.
func tusError(err error) error {
	rec := &recorder{header: http.Header{}}
	op.WriteProblem(rec, err)
	e := handler.NewError(problem.From(err).Code, "refused", rec.status)
	e.HTTPResponse.Body = rec.body.String()
	e.HTTPResponse.Header = handler.HTTPHeader{"Content-Type": rec.header.Get("Content-Type")}
	if after := rec.header.Get("Retry-After"); after != "" {
		e.HTTPResponse.Header["Retry-After"] = after
	}
	return e
}
