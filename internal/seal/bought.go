package seal

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/problem"
	"github.com/consigil/consigil/pades"
	"github.com/consigil/consigil/pki"
	"github.com/consigil/consigil/signer"
)

// Where a seal's certificate comes from, as Key.Source has it.
const (
	Issued   = "issued"   // by the installation's own CA, renewed by itself
	Imported = "imported" // by somebody else; never replaced by itself unless the organization chose so
)

// ImportPKCS12 makes a bought key and certificate, as a CA hands them out in one file, the organization's seal. They
// become current once a test seal with them has passed; otherwise nothing changes.
func (s *Service) ImportPKCS12(ctx context.Context, org id.Org, file []byte, password string) (*Key, error) {
	keeper, ok := s.maker().(Importer)
	if !ok {
		return nil, problem.New(problem.Conflict, "keys_kept_elsewhere",
			"The seal's keys are kept outside this server, and none can be brought in. Make a request for a certificate instead.")
	}
	private, leaf, others, err := signer.ParsePKCS12(file, password)
	if err != nil {
		return nil, pkcs12Problem(err)
	}
	held, err := signer.FromKey(private)
	if err != nil {
		return nil, weak()
	}
	chain, err := s.judgeBought(leaf, others)
	if err != nil {
		return nil, err
	}
	key := &Key{ID: id.New(), Custodian: s.maker().Kind()}
	return s.adopt(ctx, org, key, &Identity{KeyID: key.ID, Signer: held, Chain: chain, Imported: true}, func() (err error) {
		key.Reference, err = keeper.Import(ctx, org, private)
		return err
	})
}

func pkcs12Problem(err error) error {
	switch {
	case errors.Is(err, signer.ErrPassword):
		return problem.InField("/password", "wrong_password", "The password does not open this file.")
	case errors.Is(err, signer.ErrUnsupported):
		return weak()
	}
	return problem.InField("/pkcs12", "not_pkcs12", "This is not a PKCS#12 file (.p12, .pfx) with one key and its certificate.")
}

func weak() error {
	return problem.InField("/certificates", "certificate_weak",
		"Use a certificate whose key is RSA of 2048 to 4096 bits, P-256, P-384 or P-521, or Ed25519, and which was not signed with SHA-1.")
}

// judgeBought refuses certificates that would not make good seals, and finds the chain, leaf first and root last. The
// root is the one that the file brings along: it says under which anchor the seals stand and is shown to whoever
// imports it.
func (s *Service) judgeBought(leaf *x509.Certificate, others []*x509.Certificate) ([]*x509.Certificate, error) {
	now := s.d.Clock.Now()
	switch {
	case now.Before(leaf.NotBefore):
		return nil, problem.InField("/certificates", "certificate_not_yet_valid", "The certificate is valid from "+leaf.NotBefore.UTC().Format(time.RFC3339)+" on.")
	case !now.Before(leaf.NotAfter):
		return nil, problem.InField("/certificates", "certificate_expired", "The certificate ended on "+leaf.NotAfter.UTC().Format(time.RFC3339)+".")
	case leaf.IsCA || !signsDocuments(leaf):
		return nil, problem.InField("/certificates", "certificate_usage", "The certificate is for another use. A seal needs digitalSignature or nonRepudiation, and no extended usage that rules documents out.")
	case algorithmName(leaf.PublicKey) == "":
		return nil, weak()
	}
	roots, pool := split(others)
	chain, err := pki.BuildPath(leaf, pool, roots, pki.PathOptions{At: now})
	switch {
	case errors.Is(err, pki.ErrWeak):
		return nil, weak()
	case errors.Is(err, pki.ErrNoAnchor):
		return nil, problem.InField("/certificates", "certificate_chain", "The certificates of the issuers are missing or incomplete. Add them all, up to the self-signed root.")
	case err != nil:
		return nil, problem.Wrap(err, problem.Invalid, "certificate_path", "The certificate's chain up to its root does not hold: a signature, a date, or a constraint in it is wrong.")
	}
	return chain, nil
}

// split tells self-signed roots from the rest.
func split(certs []*x509.Certificate) (roots, rest []*x509.Certificate) {
	for _, c := range certs {
		if pki.SelfIssued(c) && pki.VerifySignature(c, c) == nil {
			roots = append(roots, c)
		} else {
			rest = append(rest, c)
		}
	}
	return roots, rest
}

// signsDocuments looks at key usage and at what extended usages leave.
func signsDocuments(c *x509.Certificate) bool {
	if !pki.MaySign(c) {
		return false
	}
	if len(c.ExtKeyUsage)+len(c.UnknownExtKeyUsage) == 0 {
		return true
	}
	for _, u := range c.ExtKeyUsage {
		if u == x509.ExtKeyUsageAny || u == x509.ExtKeyUsageEmailProtection || u == x509.ExtKeyUsageClientAuth {
			return true
		}
	}
	for _, u := range c.UnknownExtKeyUsage {
		switch u.String() {
		case "1.3.6.1.5.5.7.3.36", "1.2.840.113583.1.1.5", "1.3.6.1.4.1.311.10.3.12": // document signing: RFC 9336, Adobe, Microsoft
			return true
		}
	}
	return false
}

// algorithmName is the kind of a key, empty for one that makes no seals.
func algorithmName(pub crypto.PublicKey) string {
	switch k := pub.(type) {
	case *rsa.PublicKey:
		if bits := k.N.BitLen(); bits >= 2048 && bits <= 4096 {
			return "RSA-" + strconv.Itoa(bits)
		}
	case *ecdsa.PublicKey:
		if k.Curve.Params().BitSize >= 256 {
			return k.Curve.Params().Name
		}
	case ed25519.PublicKey:
		return "Ed25519"
	}
	return ""
}

// adopt makes a key current after a test seal with it; keep stores the private part in between.
func (s *Service) adopt(ctx context.Context, org id.Org, key *Key, ident *Identity, keep func() error) (*Key, error) {
	if err := s.proveIdentity(ctx, org, ident); err != nil {
		return nil, err
	}
	current, err := s.d.Keys.SealKey(ctx, org)
	if err != nil && problem.KindOf(err) != problem.NotFound {
		return nil, fmt.Errorf("seal: load key: %w", err)
	}
	if err := keep(); err != nil {
		return nil, err
	}
	key.Org, key.Algorithm, key.Source = org, algorithmName(ident.Chain[0].PublicKey), Imported
	key.PublicURL, key.Current, key.CreatedAt = s.d.PublicURL(), true, s.d.Clock.Now()
	for _, cert := range ident.Chain {
		key.Chain = append(key.Chain, cert.Raw)
	}
	replaces := id.ID("")
	if current != nil {
		replaces = current.ID
	}
	if err := s.d.Keys.PutSealKey(ctx, key, replaces); err != nil {
		return nil, fmt.Errorf("seal: store key: %w", err)
	}
	return key, nil
}

// proveIdentity makes a test seal with a key that is not current yet, at the level of new envelopes.
func (s *Service) proveIdentity(ctx context.Context, org id.Org, ident *Identity) error {
	level, err := s.Level(ctx, org)
	if err != nil {
		return err
	}
	tsa, err := s.sources(ctx, org, nil)
	if err != nil {
		return err
	}
	if err := s.trySeal(ctx, ident, tsa, pades.Level(level)); err != nil {
		return problem.Wrap(err, problem.Unavailable, "seal_not_working", "A test seal with this certificate did not pass, so nothing was changed: "+reason(err))
	}
	return nil
}

// UseBuiltIn makes a key that the installation's own CA certifies the organization's seal again.
func (s *Service) UseBuiltIn(ctx context.Context, org id.Org) (*Key, error) {
	current, err := s.d.Keys.SealKey(ctx, org)
	if err != nil && problem.KindOf(err) != problem.NotFound {
		return nil, fmt.Errorf("seal: load key: %w", err)
	}
	if current == nil || current.Source == Imported {
		algorithm, err := s.algorithm(ctx, org)
		if err != nil {
			return nil, err
		}
		if err := s.makeKey(ctx, org, current, algorithm); err != nil {
			return nil, err
		}
	}
	if _, err := s.Identity(ctx, org); err != nil {
		return nil, err
	}
	key, err := s.d.Keys.SealKey(ctx, org)
	if err != nil {
		return nil, fmt.Errorf("seal: load key: %w", err)
	}
	return key, nil
}
