package esign

import (
	"context"
	"crypto"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/op"
	"github.com/consigil/consigil/internal/problem"
	"github.com/consigil/consigil/internal/seal"
	"github.com/consigil/consigil/signer"
)

// Custodian keeps seal keys at a signer.
type Custodian struct{ client *Client }

// NewCustodian makes the custodian of kind "remote".
func NewCustodian(c *Client) *Custodian { return &Custodian{c} }

var _ seal.Custodian = (*Custodian)(nil)

// Kind implements seal.Custodian.
func (*Custodian) Kind() string { return seal.CustodyRemote }

// reference is what core keeps: the key's name at the signer and its public half, so that opening asks nobody.
type reference struct {
	Key    id.ID  `json:"key"`
	Public []byte `json:"public"` // SubjectPublicKeyInfo, DER
}

// Create implements seal.Custodian.
func (c *Custodian) Create(ctx context.Context, org id.Org, algorithm string) ([]byte, crypto.PublicKey, error) {
	var made op.ServiceKeyView
	err := c.client.call(ctx, http.MethodPost, "/esign/keys", op.NewServiceKey{Algorithm: algorithm, Label: label(org)}, &made)
	if err != nil {
		return nil, nil, down(err)
	}
	block, _ := pem.Decode([]byte(made.PublicKey))
	if block == nil {
		return nil, nil, errors.New("esign: the signer gave no public key")
	}
	pub, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		return nil, nil, fmt.Errorf("esign: read public key: %w", err)
	}
	ref, err := json.Marshal(reference{Key: made.ID, Public: block.Bytes})
	if err != nil {
		return nil, nil, fmt.Errorf("esign: encode reference: %w", err)
	}
	return ref, pub, nil
}

// label tells an operator which keys are one organization's, and nothing of the organization.
func label(org id.Org) string {
	sum := sha256.Sum256([]byte("consigil/signer-label/v1/" + string(org)))
	return hex.EncodeToString(sum[:8])
}

// Open implements seal.Custodian.
func (c *Custodian) Open(_ context.Context, _ id.Org, ref []byte) (signer.Signer, error) {
	var r reference
	if err := json.Unmarshal(ref, &r); err != nil || r.Key == "" {
		return nil, errors.New("esign: the reference of the key is damaged")
	}
	pub, err := x509.ParsePKIXPublicKey(r.Public)
	if err != nil {
		return nil, fmt.Errorf("esign: read public key: %w", err)
	}
	return &remote{client: c.client, key: r.Key, pub: pub}, nil
}

// remote is a key at the signer.
type remote struct {
	client *Client
	key    id.ID
	pub    crypto.PublicKey
}

// Public implements signer.Signer.
func (r *remote) Public() crypto.PublicKey { return r.pub }

// Sign implements signer.Signer.
func (r *remote) Sign(ctx context.Context, alg signer.Algorithm, message []byte) ([]byte, error) {
	var out op.ServiceSignature
	path := "/esign/keys/" + url.PathEscape(string(r.key)) + "/sign"
	if err := r.client.call(ctx, http.MethodPost, path, op.ServiceSignRequest{Algorithm: alg.String(), Message: message}, &out); err != nil {
		return nil, down(err)
	}
	if err := signer.Verify(r.pub, alg, message, out.Signature); err != nil {
		return nil, fmt.Errorf("esign: the signer's answer is no signature of the key: %w", err)
	}
	return out.Signature, nil
}

// down says of a signer that cannot be reached what makes documents wait for it.
func down(err error) error {
	var known *problem.Error
	if errors.Is(err, errDown) && !errors.As(err, &known) {
		return seal.Unavailable(err)
	}
	return err
}
