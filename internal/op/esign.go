package op

import (
	"context"
	"crypto"
	"encoding/pem"
	"net/http"
	"time"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/custody"
	"github.com/consigil/consigil/internal/evidence"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/problem"
	"github.com/consigil/consigil/signer"
)

// ServiceKeyView is a key at the role signer.
type ServiceKeyView struct {
	ID        id.ID     `json:"id"`
	Algorithm string    `json:"algorithm" enum:"P-256,P-384,RSA-2048,RSA-3072,RSA-4096"`
	Label     string    `json:"label,omitempty" doc:"The service's own word for it"`
	PublicKey string    `json:"public_key" doc:"PEM, SubjectPublicKeyInfo"`
	Chain     string    `json:"chain,omitempty" doc:"PEM, leaf first: the certificate under which documents are sealed at the signer"`
	CreatedAt time.Time `json:"created_at"`
}

// NewServiceKey asks for a key.
type NewServiceKey struct {
	Algorithm string `json:"algorithm" enum:"P-256,P-384,RSA-2048,RSA-3072,RSA-4096"`
	Label     string `json:"label,omitempty" maxLength:"64"`
}

// ServiceSignRequest asks for one signature.
type ServiceSignRequest struct {
	Algorithm string `json:"algorithm" doc:"Such as ECDSA-SHA256"`
	Message   []byte `json:"message" doc:"Base64: the DER of signed attributes (a SET OF), or of a certification request for the key; the signer hashes it"`
}

// ServiceSignature is the answer.
type ServiceSignature struct {
	Signature []byte `json:"signature" doc:"Base64"`
}

// ServiceStampRequest asks for a time stamp.
type ServiceStampRequest struct {
	Hash   string `json:"hash" enum:"SHA-256,SHA-384,SHA-512"`
	Digest []byte `json:"digest" doc:"Base64"`
}

// ServiceStamp is the answer.
type ServiceStamp struct {
	Token []byte `json:"token" doc:"Base64: RFC 3161 TimeStampToken, DER"`
}

type (
	serviceKeyInput struct {
		Key string `path:"key"`
	}
	serviceKeyOutput   struct{ Body ServiceKeyView }
	serviceKeysOutput  struct{ Body List[ServiceKeyView] }
	newServiceKeyInput struct{ Body NewServiceKey }
	serviceChainInput  struct {
		Key  string `path:"key"`
		Body struct {
			Chain string `json:"chain" maxLength:"131072" doc:"PEM, leaf first"`
		}
	}
	serviceSignInput struct {
		Key  string `path:"key"`
		Body ServiceSignRequest
	}
	serviceSignOutput  struct{ Body ServiceSignature }
	serviceStampInput  struct{ Body ServiceStampRequest }
	serviceStampOutput struct{ Body ServiceStamp }
)

// ESign are the rows of the role signer.
func ESign(s *custody.Service, v *evidence.Validator) []Op {
	return append(serviceKeyRows(s), serviceDocumentRows(s, v)...)
}

// serviceRow is what the rows of services share.
func serviceRow(id, method, path, summary string) Row {
	return Row{ID: id, Method: method, Path: path, Summary: summary, Audience: access.Service, Group: GroupSignature, Audit: AuditNever, Tag: "esign"}
}

func serviceKeyRows(s *custody.Service) []Op {
	create := serviceRow("createServiceKey", http.MethodPost, "/esign/keys", "Make a seal key that never leaves the signer")
	create.Status = http.StatusCreated
	sign := serviceRow("signWithServiceKey", http.MethodPost, "/esign/keys/{key}/sign", "Sign the signed attributes of a document's signature, or a certification request for the key; nothing else is signed")
	sign.Limit = LimitSign
	return []Op{
		Typed(create, func(ctx context.Context, in *newServiceKeyInput) (*serviceKeyOutput, error) {
			return asService(ctx, func(service string) (*custody.Key, error) {
				return s.CreateKey(ctx, service, in.Body.Algorithm, in.Body.Label)
			})
		}),
		Typed(serviceRow("listServiceKeys", http.MethodGet, "/esign/keys", "List one's own keys, oldest first"), func(ctx context.Context, _ *Empty) (*serviceKeysOutput, error) {
			p, err := access.From(ctx)
			if err != nil {
				return nil, err
			}
			out := &serviceKeysOutput{Body: List[ServiceKeyView]{Items: []ServiceKeyView{}}}
			for _, k := range s.Keys(p.Service) {
				out.Body.Items = append(out.Body.Items, viewServiceKey(k))
			}
			return out, nil
		}),
		Typed(serviceRow("getServiceKey", http.MethodGet, "/esign/keys/{key}", "Read a key with its public half"), func(ctx context.Context, in *serviceKeyInput) (*serviceKeyOutput, error) {
			return asService(ctx, func(service string) (*custody.Key, error) { return s.Key(service, id.ID(in.Key)) })
		}),
		Typed(serviceRow("setServiceCertificate", http.MethodPut, "/esign/keys/{key}/certificate", "Send the certificate under which documents are sealed at the signer"), func(ctx context.Context, in *serviceChainInput) (*serviceKeyOutput, error) {
			return asService(ctx, func(service string) (*custody.Key, error) {
				chain, err := signer.ParseCertificatesPEM([]byte(in.Body.Chain))
				if err != nil {
					return nil, problem.InField("/chain", "not_certificates", "Send PEM certificates.")
				}
				return s.SetChain(service, id.ID(in.Key), chain)
			})
		}),
		Typed(sign, func(ctx context.Context, in *serviceSignInput) (*serviceSignOutput, error) {
			return signAsService(ctx, s, in)
		}),
		Typed(serviceRow("timestampForService", http.MethodPost, "/esign/timestamps", "Get an RFC 3161 time stamp from the signer's authorities"), func(ctx context.Context, in *serviceStampInput) (*serviceStampOutput, error) {
			token, err := s.Timestamp(ctx, stampHashes[in.Body.Hash], in.Body.Digest)
			if err != nil {
				return nil, err
			}
			return &serviceStampOutput{Body: ServiceStamp{Token: token}}, nil
		}),
	}
}

var stampHashes = map[string]crypto.Hash{"SHA-256": crypto.SHA256, "SHA-384": crypto.SHA384, "SHA-512": crypto.SHA512}

func asService(ctx context.Context, do func(service string) (*custody.Key, error)) (*serviceKeyOutput, error) {
	p, err := access.From(ctx)
	if err != nil {
		return nil, err
	}
	k, err := do(p.Service)
	if err != nil {
		return nil, err
	}
	return &serviceKeyOutput{Body: viewServiceKey(k)}, nil
}

func viewServiceKey(k *custody.Key) ServiceKeyView {
	v := ServiceKeyView{
		ID: k.ID, Algorithm: k.Algorithm, Label: k.Label, CreatedAt: k.CreatedAt,
		PublicKey: string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: k.Public})),
	}
	for _, der := range k.Chain {
		v.Chain += string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	}
	return v
}

func signAsService(ctx context.Context, s *custody.Service, in *serviceSignInput) (*serviceSignOutput, error) {
	p, err := access.From(ctx)
	if err != nil {
		return nil, err
	}
	alg, _ := signer.ParseAlgorithm(in.Body.Algorithm) // an unknown one is refused with the message
	signature, err := s.Sign(ctx, p.Service, id.ID(in.Key), alg, in.Body.Message)
	if err != nil {
		return nil, err
	}
	return &serviceSignOutput{Body: ServiceSignature{Signature: signature}}, nil
}
