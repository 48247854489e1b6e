package authority

import (
	"context"
	"crypto/x509"
	"math/big"

	"github.com/consigil/consigil/internal/problem"
	"github.com/consigil/consigil/pki"
)

// Revoke revokes a certificate that this authority issued, from now on. The
// next list that is asked for says so. Reason is a CRLReason, RFC 5280
// section 5.3.1.
func (a *Authority) Revoke(ctx context.Context, cert *x509.Certificate, reason int) error {
	issuer, err := a.issuerOf(ctx, cert)
	if err != nil {
		return err
	}
	a.listMu.Lock()
	defer a.listMu.Unlock()
	if err := a.store.Revoke(ctx, issuer.key.ID, cert.SerialNumber.Text(16), a.clock.Now(), reason); err != nil {
		return wrap("revoke", err)
	}
	_, err = a.makeList(ctx, issuer)
	return err
}

// issuerOf finds which of our CAs issued a certificate.
func (a *Authority) issuerOf(ctx context.Context, cert *x509.Certificate) (*identity, error) {
	for _, role := range []Role{RoleIssuing, RoleRoot} {
		held, err := a.use(ctx, role)
		if err != nil {
			return nil, err
		}
		if pki.VerifySignature(cert, held.chain[0]) == nil {
			return held, nil
		}
	}
	return nil, problem.New(problem.NotFound, "certificate", "This installation did not issue the certificate.")
}

// CRL is the current revocation list, DER, of the CA whose key has this
// identifier. It is made again when it is a few minutes old, so that whoever
// validates soon after a signature finds a list that is later than it.
func (a *Authority) CRL(ctx context.Context, keyID string) ([]byte, error) {
	issuer, err := a.byID(ctx, keyID)
	if err != nil {
		return nil, err
	}
	return a.list(ctx, issuer)
}

// CRLs are the current lists of both CAs, the issuing one's first.
func (a *Authority) CRLs(ctx context.Context) ([][]byte, error) {
	var out [][]byte
	for _, role := range []Role{RoleIssuing, RoleRoot} {
		held, err := a.use(ctx, role)
		if err != nil {
			return nil, err
		}
		list, err := a.list(ctx, held)
		if err != nil {
			return nil, err
		}
		out = append(out, list)
	}
	return out, nil
}

// byID finds the CA with this key identifier.
func (a *Authority) byID(ctx context.Context, keyID string) (*identity, error) {
	for _, role := range []Role{RoleIssuing, RoleRoot} {
		held, err := a.use(ctx, role)
		if err != nil {
			return nil, err
		}
		if held.key.ID == keyID {
			return held, nil
		}
	}
	return nil, problem.New(problem.NotFound, "issuer", "There is no certificate authority of this name.")
}

// list returns the stored list while it is young enough.
func (a *Authority) list(ctx context.Context, issuer *identity) ([]byte, error) {
	a.listMu.Lock()
	defer a.listMu.Unlock()
	stored, err := a.storedList(ctx, issuer)
	if err != nil {
		return nil, err
	}
	now := a.clock.Now()
	if stored != nil && now.Sub(stored.ThisUpdate) < listRenewal && !stored.ThisUpdate.After(now) {
		return stored.DER, nil
	}
	return a.makeList(ctx, issuer)
}

// storedList is the newest list, or nil where there is none yet.
func (a *Authority) storedList(ctx context.Context, issuer *identity) (*List, error) {
	stored, err := a.store.List(ctx, issuer.key.ID)
	if hasKind(err, problem.NotFound) {
		return nil, nil // no list yet is an answer
	}
	if err != nil {
		return nil, wrap("read list", err)
	}
	return stored, nil
}

// makeList makes the next list and stores it before it is given out, so that
// no two lists ever bear one number. Where another process was faster, its
// list is taken if it is as new as what this one knows.
func (a *Authority) makeList(ctx context.Context, issuer *identity) ([]byte, error) {
	for range 8 {
		list, err := a.nextList(ctx, issuer)
		if err != nil {
			return nil, err
		}
		err = a.store.PutList(ctx, *list)
		if err == nil {
			return list.DER, nil
		}
		if !isConflict(err) {
			return nil, wrap("store list", err)
		}
	}
	return nil, problem.New(problem.Unavailable, "crl_busy", "The revocation list is being made elsewhere. Try again.")
}

// nextList signs the successor of the stored list.
func (a *Authority) nextList(ctx context.Context, issuer *identity) (*List, error) {
	previous, err := a.storedList(ctx, issuer)
	if err != nil {
		return nil, err
	}
	revoked, err := a.store.Revoked(ctx, issuer.key.ID)
	if err != nil {
		return nil, wrap("read revoked certificates", err)
	}
	entries, err := entriesOf(revoked)
	if err != nil {
		return nil, err
	}
	now := a.clock.Now()
	next := &List{Issuer: issuer.key.ID, Number: 1, ThisUpdate: now, NextUpdate: now.Add(listLife)}
	if previous != nil {
		next.Number = previous.Number + 1
	}
	// Nothing ever leaves our lists, so they speak for expired certificates
	// too: without this statement a one-use certificate could be checked for
	// minutes only.
	template := pki.CRLTemplate{
		Number: big.NewInt(next.Number), ThisUpdate: next.ThisUpdate, NextUpdate: next.NextUpdate,
		Revoked: entries, ExpiredSince: issuer.key.CreatedAt,
	}
	next.DER, err = pki.BuildCRL(ctx, template, issuer.chain[0], issuer.signer)
	if err != nil {
		return nil, wrap("make list", err)
	}
	return next, nil
}

func entriesOf(revoked []Issued) ([]pki.Revoked, error) {
	out := make([]pki.Revoked, 0, len(revoked))
	for _, r := range revoked {
		serial, ok := new(big.Int).SetString(r.Serial, 16)
		if !ok {
			return nil, problem.New(problem.Internal, "serial", "A stored serial number cannot be read.")
		}
		out = append(out, pki.Revoked{Serial: serial, At: r.RevokedAt, Reason: r.Reason})
	}
	return out, nil
}
