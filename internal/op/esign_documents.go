package op

import (
	"bytes"
	"crypto"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"strconv"
	"time"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/custody"
	"github.com/consigil/consigil/internal/evidence"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/problem"
	"github.com/consigil/consigil/pades"
	"github.com/consigil/consigil/signer"
	"github.com/consigil/consigil/validate"
)

// maxServiceDocument is the largest document that a signer takes, bytes; it is spooled, not held.
const maxServiceDocument = 1 << 30

// maxOptions bounds the part before the document, bytes.
const maxOptions = 256 << 10

// ServiceSignOptions are the part "options" of a request to prepare or to seal.
type ServiceSignOptions struct {
	Key         id.ID  `json:"key,omitempty"`
	Certificate string `json:"certificate,omitempty"` // PEM, leaf first; to prepare for a key that is elsewhere
	Level       string `json:"level"`                 // B-B, B-T, B-LT, B-LTA
	Field       string `json:"field,omitempty"`
	Name        string `json:"name,omitempty"`
	Reason      string `json:"reason,omitempty"`
	Location    string `json:"location,omitempty"`
	Password    string `json:"password,omitempty"`
	Lock        bool   `json:"lock,omitempty"`
	WaitSeconds int64  `json:"wait_seconds,omitempty"`
}

// ServiceFinishOptions are the part "options" of a request to finish.
type ServiceFinishOptions struct {
	Signature []byte `json:"signature,omitempty"`
	CMS       []byte `json:"cms,omitempty"`
	Password  string `json:"password,omitempty"`
}

// ServiceSessionView is a prepared signature.
type ServiceSessionView struct {
	Session        id.ID     `json:"session"`
	Key            id.ID     `json:"key,omitempty"`
	Algorithm      string    `json:"algorithm"`
	DigestName     string    `json:"digest_algorithm"`
	Digest         string    `json:"digest" doc:"Of to_be_signed, hexadecimal"`
	ToBeSigned     string    `json:"to_be_signed" doc:"Base64: the signed attributes"`
	DocumentDigest string    `json:"document_digest" doc:"Hexadecimal: for a service that makes the whole CMS"`
	FileSHA256     string    `json:"file_sha256" doc:"Of the file that finish must bring again"`
	Field          string    `json:"field"`
	Level          string    `json:"level"`
	ExpiresAt      time.Time `json:"expires_at"`
}

// serviceHeaders tell of a finished file.
var serviceHeaders = []string{"Consigil-Level", "Consigil-Field", "Consigil-SHA256", "Consigil-Timestamp"}

func serviceDocumentRows(s *custody.Service, v *evidence.Validator) []Op {
	document := func(id, path, summary string) Row {
		r := serviceRow(id, http.MethodPost, path, summary)
		r.Limit, r.MaxBody, r.Stream, r.Accepts, r.Group = LimitWork, maxServiceDocument, true, "multipart/form-data", GroupDocument
		r.Description = `A form with two parts, in this order: "options" (JSON), then "document" (the PDF).`
		return r
	}
	prepare := document("prepareSignature", "/esign/sessions", "Prepare a signature and keep it until it is finished")
	prepare.Status, prepare.Produces = http.StatusCreated, "application/json"
	finish := document("finishSignature", "/esign/sessions/{session}/finish", "Finish a prepared signature, once, over the same file")
	finish.Produces = "application/pdf"
	seal := document("sealDocument", "/esign/seal", "Seal a document at the level that is asked for, or be told why not")
	seal.Produces = "application/pdf"
	judge := document("validateForService", "/esign/validations", "Validate the signatures of a PDF")
	judge.Accepts, judge.Produces, judge.Group, judge.Description = "application/pdf", "application/json", GroupSignatureCheck, "Send the PDF as the body. Nothing of it is kept."
	session := serviceRow("getPreparedSignature", http.MethodGet, "/esign/sessions/{session}", "Read a prepared signature that waits")
	session.Produces = "application/json"
	return []Op{
		Raw(prepare, func(w http.ResponseWriter, r *http.Request) error { return prepareForService(w, r, s) }).Describe(Description{Answer: ServiceSessionView{}}),
		Raw(session, func(w http.ResponseWriter, r *http.Request) error { return readSession(w, r, s) }).Describe(Description{Answer: ServiceSessionView{}}),
		Raw(finish, func(w http.ResponseWriter, r *http.Request) error { return finishForService(w, r, s) }).Describe(Description{Headers: serviceHeaders}),
		Raw(seal, func(w http.ResponseWriter, r *http.Request) error { return sealForService(w, r, s) }).Describe(Description{Headers: serviceHeaders}),
		Raw(judge, func(w http.ResponseWriter, r *http.Request) error { return judgeForService(w, r, s, v) }).Describe(Description{Answer: validate.Report{}}),
	}
}

// request reads the options as package custody has them.
func (o ServiceSignOptions) request() (custody.Request, error) {
	req := custody.Request{
		Key: o.Key, Level: pades.Level(o.Level), Field: o.Field, Name: o.Name, Reason: o.Reason, Location: o.Location,
		Password: o.Password, Lock: o.Lock, Wait: time.Duration(o.WaitSeconds) * time.Second,
	}
	switch req.Level {
	case pades.LevelB, pades.LevelT, pades.LevelLT, pades.LevelLTA:
	default:
		return req, problem.InField("/level", "not_one_of", "Use B-B, B-T, B-LT or B-LTA.")
	}
	if o.WaitSeconds < 0 || o.WaitSeconds > int64(custody.LongestWait/time.Second) {
		return req, problem.InField("/wait_seconds", "out_of_range", "A prepared signature waits from one minute to seven days.")
	}
	if o.Certificate == "" {
		return req, nil
	}
	chain, err := signer.ParseCertificatesPEM([]byte(o.Certificate))
	if err != nil || len(chain) == 0 {
		return req, problem.InField("/certificate", "not_certificates", "Send PEM certificates, leaf first.")
	}
	req.Certificate = chain
	return req, nil
}

// form reads both parts; the document is spooled and the body read to its end, which is where a token's digest of it
// is checked.
func form(r *http.Request, s *custody.Service, options any) (*custody.Spool, error) {
	parts, err := r.MultipartReader()
	if err != nil {
		return nil, problem.Wrap(err, problem.Unsupported, "unsupported_media_type", "Send a multipart form.")
	}
	first, err := part(parts, "options")
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(first, maxOptions+1))
	if err != nil {
		return nil, arriving(err)
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(options); err != nil || len(data) > maxOptions || decoder.More() {
		return nil, problem.Wrap(err, problem.Malformed, "malformed_options", "The part options is not JSON of the form that it should be.")
	}
	document, err := part(parts, "document")
	if err != nil {
		return nil, err
	}
	spool, err := spooled(s, document)
	if err != nil {
		return nil, err
	}
	if _, err := parts.NextPart(); !errors.Is(err, io.EOF) {
		return nil, errors.Join(arriving(err), spool.Close())
	}
	if _, err := io.Copy(io.Discard, r.Body); err != nil {
		return nil, errors.Join(arriving(err), spool.Close())
	}
	return spool, nil
}

func part(parts *multipart.Reader, name string) (io.Reader, error) {
	p, err := parts.NextPart()
	if err != nil {
		return nil, arriving(err)
	}
	if p.FormName() != name {
		return nil, problem.New(problem.Malformed, "malformed_form", `Send the parts "options" and "document", in this order and no others.`)
	}
	return p, nil
}

func spooled(s *custody.Service, from io.Reader) (*custody.Spool, error) {
	spool, err := s.Spool()
	if err != nil {
		return nil, err
	}
	if _, err := io.Copy(spool, from); err != nil {
		return nil, errors.Join(arriving(err), spool.Close())
	}
	return spool, nil
}

// arriving names what stopped a body.
func arriving(err error) error {
	tooLarge := new(http.MaxBytesError)
	var known *problem.Error
	switch {
	case errors.As(err, &tooLarge):
		return problem.New(problem.TooLarge, "body_too_large", "The document is larger than this signer takes.")
	case errors.As(err, &known):
		return err
	}
	return problem.Wrap(err, problem.Malformed, "malformed_form", "The form did not arrive whole, or is none.")
}

func asDocument(s *custody.Spool) custody.Document {
	return custody.Document{ReaderAt: s, Size: s.Size()}
}

func prepareForService(w http.ResponseWriter, r *http.Request, s *custody.Service) error {
	p, err := access.From(r.Context())
	if err != nil {
		return err
	}
	var o ServiceSignOptions
	doc, err := form(r, s, &o)
	if err != nil {
		return err
	}
	defer doc.Close()
	req, err := o.request()
	if err != nil {
		return err
	}
	session, err := s.Prepare(r.Context(), p.Service, req, asDocument(doc))
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusCreated, viewServiceSession(session))
}

func readSession(w http.ResponseWriter, r *http.Request, s *custody.Service) error {
	p, err := access.From(r.Context())
	if err != nil {
		return err
	}
	session, err := s.Session(p.Service, id.ID(r.PathValue("session")))
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, viewServiceSession(session))
}

func viewServiceSession(s *custody.Session) ServiceSessionView {
	p := s.Prepared
	return ServiceSessionView{
		Session: s.ID, Key: s.Key, Algorithm: p.Algorithm.String(), DigestName: p.Digest.String(), Level: string(p.Level), Field: p.Field,
		Digest: hex.EncodeToString(digestOf(p.Digest, p.ToBeSigned())), ToBeSigned: base64.StdEncoding.EncodeToString(p.ToBeSigned()),
		DocumentDigest: hex.EncodeToString(p.MessageDigest), FileSHA256: hex.EncodeToString(p.FileSHA256), ExpiresAt: s.ExpiresAt,
	}
}

func digestOf(h crypto.Hash, message []byte) []byte {
	hash := h.New()
	hash.Write(message)
	return hash.Sum(nil)
}

func finishForService(w http.ResponseWriter, r *http.Request, s *custody.Service) error {
	p, err := access.From(r.Context())
	if err != nil {
		return err
	}
	session := id.ID(r.PathValue("session"))
	if _, err := s.Session(p.Service, session); err != nil { // before the document is taken in
		return err
	}
	var o ServiceFinishOptions
	doc, err := form(r, s, &o)
	if err != nil {
		return err
	}
	defer doc.Close()
	proof := custody.Proof{Signature: o.Signature, CMS: o.CMS, Password: o.Password}
	return answerFile(w, s, func(out io.Writer) (*pades.Result, error) {
		return s.Finish(r.Context(), p.Service, session, proof, asDocument(doc), out)
	})
}

func sealForService(w http.ResponseWriter, r *http.Request, s *custody.Service) error {
	p, err := access.From(r.Context())
	if err != nil {
		return err
	}
	var o ServiceSignOptions
	doc, err := form(r, s, &o)
	if err != nil {
		return err
	}
	defer doc.Close()
	req, err := o.request()
	if err != nil {
		return err
	}
	return answerFile(w, s, func(out io.Writer) (*pades.Result, error) {
		return s.Seal(r.Context(), p.Service, req, asDocument(doc), out)
	})
}

// answerFile answers with the file that make writes, once it is whole.
func answerFile(w http.ResponseWriter, s *custody.Service, make func(io.Writer) (*pades.Result, error)) error {
	out, err := s.Spool()
	if err != nil {
		return err
	}
	defer out.Close()
	result, err := make(out)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "application/pdf")
	h.Set("Content-Length", strconv.FormatInt(out.Size(), 10))
	h.Set("Consigil-Level", string(result.Level))
	h.Set("Consigil-Field", base64.StdEncoding.EncodeToString([]byte(result.Field)))
	h.Set("Consigil-SHA256", hex.EncodeToString(result.SHA256))
	if !result.TimestampTime.IsZero() {
		h.Set("Consigil-Timestamp", result.TimestampTime.UTC().Format(time.RFC3339Nano))
	}
	_, err = io.Copy(w, io.NewSectionReader(out, 0, out.Size()))
	return err
}

func judgeForService(w http.ResponseWriter, r *http.Request, s *custody.Service, v *evidence.Validator) error {
	doc, err := spooled(s, r.Body)
	if err != nil {
		return err
	}
	defer doc.Close()
	report, err := v.File(r.Context(), doc, doc.Size())
	if err != nil {
		return err
	}
	if report.Signatures == nil {
		report.Signatures = []validate.Signature{}
	}
	return writeJSON(w, http.StatusOK, report)
}
