package evidence

import (
	"context"
	"crypto"
	"crypto/sha256"
	"fmt"

	"github.com/consigil/consigil/cms"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/problem"
	"github.com/consigil/consigil/internal/seal"
	"github.com/consigil/consigil/signer"
	"github.com/consigil/consigil/tsp"
)

// signManifest adds the manifest and its signature.
func (s *Service) signManifest(ctx context.Context, org id.Org, snap *snapshot, parts []part) ([]part, error) {
	last := snap.events[len(snap.events)-1]
	m := Manifest{
		Version: BundleVersion, Organization: snap.org, Envelope: snap.envelope.ID, CreatedAt: s.d.Clock.Now().UTC(),
		Chain: ChainHead{Events: last.Seq, Hash: last.Hash},
	}
	for _, p := range parts {
		m.Entries = append(m.Entries, ManifestEntry{Name: p.name, Size: p.size, SHA256: p.sum})
	}
	data, err := marshal(m)
	if err != nil {
		return nil, err
	}
	ident, err := s.d.Seal.Identity(ctx, org)
	if err != nil {
		return nil, err
	}
	tsa, err := s.d.Seal.Timestamps(ctx, org)
	if err != nil {
		return nil, err
	}
	signature, err := signDetached(ctx, ident, tsa, data)
	if err != nil {
		return nil, problem.Wrap(err, problem.Unavailable, "seal_not_working", "The bundle cannot be signed at the moment. Try again shortly.")
	}
	for _, p := range []part{{name: manifestEntry, data: data}, {name: signatureEntry, data: signature}} {
		if err := s.measure(ctx, org, &p); err != nil {
			return nil, err
		}
		parts = append(parts, p)
	}
	return parts, nil
}

// signDetached makes a detached CMS signature with a signature time stamp.
func signDetached(ctx context.Context, ident *seal.Identity, tsa tsp.Source, data []byte) ([]byte, error) {
	alg, err := signer.DefaultAlgorithm(ident.Signer.Public(), crypto.SHA256)
	if err != nil {
		return nil, fmt.Errorf("evidence: sign bundle: %w", err)
	}
	digest := alg.Hash().New()
	digest.Write(data)
	attrs, err := cms.SignedAttributes{
		MessageDigest: digest.Sum(nil), Digest: alg.Hash(), Certificate: ident.Chain[0], Algorithm: alg,
	}.DER()
	if err != nil {
		return nil, fmt.Errorf("evidence: sign bundle: %w", err)
	}
	signature, err := ident.Signer.Sign(ctx, alg, attrs)
	if err != nil {
		return nil, fmt.Errorf("evidence: sign bundle: %w", err)
	}
	imprint := sha256.Sum256(signature)
	token, err := tsa.Timestamp(ctx, crypto.SHA256, imprint[:])
	if err != nil {
		return nil, fmt.Errorf("evidence: stamp bundle: %w", err)
	}
	out, err := cms.Build(attrs, alg, signature, ident.Chain[0], ident.Chain[1:], cms.WithUnsigned(cms.OIDSignatureTimeStamp(), token))
	if err != nil {
		return nil, fmt.Errorf("evidence: sign bundle: %w", err)
	}
	return out, nil
}
