package op

import (
	"context"
	"encoding/base64"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/problem"
)

// System is what the rows about the installation itself ask of the application.
type System struct {
	Version string
	Checks  []Check // what must work for this process to be ready
	Metrics http.Handler
}

// Check is one part that can be well or not. Its error's text goes to operators only.
type Check struct {
	Name string
	Run  func(ctx context.Context) error
}

// HealthView says how the parts are.
type HealthView struct {
	Status  string       `json:"status" enum:"ok,failing"`
	Version string       `json:"version"`
	Parts   []HealthPart `json:"parts" nullable:"false"`
}

// HealthPart is one part's state.
type HealthPart struct {
	Name   string `json:"name"`
	Status string `json:"status" enum:"ok,failing"`
	Code   string `json:"code,omitempty"`
}

type healthOutput struct {
	Status int
	Body   HealthView
}

// Health are the rows for those who watch over the installation.
func Health(s *System) []Op {
	health := probe()
	health.ID, health.Path, health.Summary = "health", "/health", "Read the state of each part"
	return append(Probes(s),
		Typed(health, func(ctx context.Context, _ *Empty) (*healthOutput, error) {
			v := s.look(ctx)
			out := &healthOutput{Status: http.StatusOK, Body: v}
			if v.Status != "ok" {
				out.Status = http.StatusServiceUnavailable
			}
			return out, nil
		}),
		Raw(Row{
			ID: "metrics", Method: http.MethodGet, Path: "/metrics", Summary: "Read the Prometheus metrics", Audience: staffAndAPI,
			Group: GroupApp, Permission: access.SettingsRead, Audit: AuditNever, Produces: "text/plain", Tag: "health",
		}, func(w http.ResponseWriter, r *http.Request) error {
			s.Metrics.ServeHTTP(w, r)
			return nil
		}),
	)
}

func probe() Row {
	return Row{Method: http.MethodGet, Audience: access.Public, Group: GroupApp, Limit: LimitOpen, Audit: AuditNever, CoreOnly: true, Tag: "health"}
}

// Probes are the rows that every role answers.
func Probes(s *System) []Op {
	live, ready := probe(), probe()
	ready.CoreOnly = false // an edge is ready when its core is
	live.ID, live.Path, live.Summary, live.Produces = "livez", "/livez", "Answer while the process lives", "text/plain"
	ready.ID, ready.Path, ready.Summary, ready.Produces = "readyz", "/readyz", "Answer when calls can be served", "text/plain"
	return []Op{
		Raw(live, func(w http.ResponseWriter, _ *http.Request) error { return plainOK(w) }),
		Raw(ready, func(w http.ResponseWriter, r *http.Request) error {
			if v := s.look(r.Context()); v.Status != "ok" {
				return problem.New(problem.Unavailable, "not_ready", "A part that is needed is down; see /health.")
			}
			return plainOK(w)
		}),
	}
}

func plainOK(w http.ResponseWriter) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = io.WriteString(w, "ok\n")
	return nil
}

func (s *System) look(ctx context.Context) HealthView {
	v := HealthView{Status: "ok", Version: s.Version, Parts: []HealthPart{}}
	for _, c := range s.Checks {
		part := HealthPart{Name: c.Name, Status: "ok"}
		if err := c.Run(ctx); err != nil {
			part.Status, part.Code, v.Status = "failing", problem.From(err).Code, "failing"
		}
		v.Parts = append(v.Parts, part)
	}
	return v
}

// PKI is the installation's own authority as the outside sees it.
type PKI interface {
	TrustPEM(ctx context.Context) ([]byte, error)
	CertificateDER(ctx context.Context, name string) ([]byte, error)
	CRL(ctx context.Context, name string) ([]byte, error)
	// OCSP answers an RFC 6960 request; refusals are answers too.
	OCSP(ctx context.Context, name string, request []byte) ([]byte, error)
	// Timestamp answers an RFC 3161 request; refusals are answers too.
	Timestamp(ctx context.Context, request []byte) ([]byte, error)
}

// maxTimestampRequest bounds an RFC 3161 request, bytes: a digest, a policy and a nonce.
const maxTimestampRequest = 16 << 10

// maxOCSPRequest bounds an RFC 6960 request, bytes.
const maxOCSPRequest = 16 << 10

// PublicKeyInfrastructure are the rows that validators fetch.
func PublicKeyInfrastructure(p PKI) []Op {
	file := Row{Method: http.MethodGet, Audience: access.Public, Group: GroupTimestamp, Limit: LimitOpen, Audit: AuditNever, Tag: "pki"}
	trust, ca, crl := file, file, file
	trust.ID, trust.Path, trust.Summary, trust.Produces = "getTrust", "/pki/trust.pem", "Read the installation's root certificate", "application/x-pem-file"
	ca.ID, ca.Path, ca.Summary, ca.Produces = "getIssuer", "/pki/ca/{file}", "Read an issuer's certificate", "application/pkix-cert"
	crl.ID, crl.Path, crl.Summary, crl.Produces = "getCRL", "/pki/crl/{file}", "Read a certificate revocation list", "application/pkix-crl"
	return append(ocspRows(file, p),
		Raw(trust, func(w http.ResponseWriter, r *http.Request) error {
			b, err := p.TrustPEM(r.Context())
			return serveBytes(w, trust.Produces, b, err)
		}),
		Raw(ca, func(w http.ResponseWriter, r *http.Request) error {
			b, err := p.CertificateDER(r.Context(), strings.TrimSuffix(r.PathValue("file"), ".cer"))
			return serveBytes(w, ca.Produces, b, err)
		}),
		Raw(crl, func(w http.ResponseWriter, r *http.Request) error {
			b, err := p.CRL(r.Context(), strings.TrimSuffix(r.PathValue("file"), ".crl"))
			return serveBytes(w, crl.Produces, b, err)
		}),
		Raw(Row{
			ID: "timestamp", Method: http.MethodPost, Path: "/tsa", Summary: "Ask for an RFC 3161 timestamp", Audience: access.Public,
			Group: GroupTimestamp, Limit: LimitStamp, Audit: AuditNever, MaxBody: maxTimestampRequest, Tag: "pki",
			Accepts: "application/timestamp-query", Produces: "application/timestamp-reply",
		}, func(w http.ResponseWriter, r *http.Request) error { return serveTimestamp(w, r, p) }),
	)
}

// ocspRows are RFC 6960 appendix A.1: the request as a body, or in the path.
func ocspRows(file Row, p PKI) []Op {
	post, get := file, file
	post.ID, post.Method, post.Path, post.Summary = "askOCSP", http.MethodPost, "/pki/ocsp/{issuer}", "Ask whether a certificate is revoked"
	post.Accepts, post.MaxBody = "application/ocsp-request", maxOCSPRequest
	get.ID, get.Path, get.Summary = "readOCSP", "/pki/ocsp/{issuer}/{request...}", "Ask whether a certificate is revoked, the request in the path"
	post.Produces, get.Produces = ocspResponse, ocspResponse
	return []Op{
		Raw(post, func(w http.ResponseWriter, r *http.Request) error {
			if r.Header.Get("Content-Type") != "application/ocsp-request" {
				return problem.New(problem.Unsupported, "unsupported_media_type", "Send the request as application/ocsp-request.")
			}
			request, err := io.ReadAll(r.Body)
			if err != nil {
				return problem.Wrap(err, problem.TooLarge, "body_too_large", "An OCSP request is a few hundred bytes long.")
			}
			reply, err := p.OCSP(r.Context(), r.PathValue("issuer"), request)
			return serveBytes(w, ocspResponse, reply, err)
		}),
		Raw(get, func(w http.ResponseWriter, r *http.Request) error {
			request, err := base64.StdEncoding.DecodeString(r.PathValue("request"))
			if err != nil || len(request) > maxOCSPRequest {
				return problem.New(problem.Invalid, "ocsp_request", "The path ends with the request in base64.")
			}
			reply, err := p.OCSP(r.Context(), r.PathValue("issuer"), request)
			return serveBytes(w, ocspResponse, reply, err)
		}),
	}
}

const ocspResponse = "application/ocsp-response"

func serveTimestamp(w http.ResponseWriter, r *http.Request, p PKI) error {
	if r.Header.Get("Content-Type") != "application/timestamp-query" {
		return problem.New(problem.Unsupported, "unsupported_media_type", "Send the request as application/timestamp-query.")
	}
	request, err := io.ReadAll(r.Body)
	if err != nil {
		return problem.Wrap(err, problem.TooLarge, "body_too_large", "A timestamp request is a few hundred bytes long.")
	}
	reply, err := p.Timestamp(r.Context(), request)
	return serveBytes(w, "application/timestamp-reply", reply, err)
}

func serveBytes(w http.ResponseWriter, mediaType string, b []byte, err error) error {
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", mediaType)
	w.Header().Set("Content-Length", strconv.Itoa(len(b)))
	_, _ = w.Write(b)
	return nil
}
