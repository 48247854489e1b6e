// Package authority is the installation's own certificate authority,
// timestamp authority and log key: a root, an issuing CA below it, and the
// certificates that the issuing CA gives to organizations' seals, to the
// timestamp authority, to the log and to signatures made by a click.
//
// It holds no organization's key and serves no HTTP: it answers with octets.
// It decides nothing about who may have a certificate; its callers do.
package authority

import (
	"context"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/consigil/consigil/internal/clock"
	"github.com/consigil/consigil/signer"
	"github.com/consigil/consigil/tsp"
)

// Config says what the authority is. The zero value is usable but for
// PublicURL.
type Config struct {
	// PublicURL is where issuers' certificates and lists are published, asked
	// for again at each use: when it changes, certificates are issued again.
	PublicURL    func() string
	Organization string                // in every name; "Consigil" when empty
	Algorithm    string                // of new keys; "P-256" when empty
	Policy       asn1.ObjectIdentifier // of the timestamp authority; our own when nil
	Accuracy     time.Duration         // stated in tokens; one second when zero
	SealLife     time.Duration         // of certificates of seals; two years when zero
	Permitted    Permitted             // whom the issuing CA may certify
	// Trusted is asked before each token whether the clock can be believed; on
	// an error the token is refused as timeNotAvailable. Always believed when nil.
	Trusted func() error
}

// How long certificates and lists live.
const (
	rootLife    = 10 * 365 * 24 * time.Hour
	tsaLife     = 5 * 365 * 24 * time.Hour
	tsaUse      = 365 * 24 * time.Hour // before its certificate is issued again
	logLife     = 5 * 365 * 24 * time.Hour
	sealLife    = 2 * 365 * 24 * time.Hour
	maxOneUse   = 24 * time.Hour
	renewBefore = 30 * 24 * time.Hour // of expiry: the authority's own are issued again
	backdate    = time.Minute         // so that a clock a little behind sees a valid certificate
	listLife    = 7 * 24 * time.Hour
	listRenewal = 5 * time.Minute // age at which a list is made again when asked for
)

// defaultPolicy is the timestamp policy where the operator states none. It
// promises what the product does and no assurance beyond it.
func defaultPolicy() asn1.ObjectIdentifier { return asn1.ObjectIdentifier{2, 25, 1463225361, 1} }

// Authority is safe for concurrent use.
type Authority struct {
	store   Store
	keyring Keyring
	clock   clock.Clock
	config  Config

	mu         sync.Mutex
	identities map[Role]*identity

	listMu sync.Mutex   // one list is made at a time
	token  atomic.Int64 // octets of the largest timestamp token
}

// identity is a key that is ready to sign.
type identity struct {
	key    Key
	signer signer.Signer
	chain  []*x509.Certificate // own certificate first, root last
	tsa    *tsp.Authority      // of RoleTSA only
}

// Open loads the installation's keys and makes those that are missing. Of
// several processes that open an empty store at once, all end with the same
// keys.
func Open(ctx context.Context, store Store, keyring Keyring, clk clock.Clock, config Config) (*Authority, error) {
	if config.PublicURL == nil {
		return nil, errors.New("authority: no public address")
	}
	if config.Organization == "" {
		config.Organization = "Consigil"
	}
	if config.Algorithm == "" {
		config.Algorithm = "P-256"
	}
	if config.Policy == nil {
		config.Policy = defaultPolicy()
	}
	if config.SealLife == 0 {
		config.SealLife = sealLife
	}
	if config.Accuracy == 0 {
		config.Accuracy = time.Second
	}
	a := &Authority{store: store, keyring: keyring, clock: clk, config: config, identities: map[Role]*identity{}}
	a.mu.Lock()
	defer a.mu.Unlock()
	if err := a.load(ctx); err != nil {
		return nil, err
	}
	for _, role := range []Role{RoleRoot, RoleIssuing, RoleTSA, RoleLog} {
		if _, err := a.current(ctx, role); err != nil {
			return nil, err
		}
	}
	return a, nil
}

// publicURL is the address without a slash at its end.
func (a *Authority) publicURL() string { return strings.TrimRight(a.config.PublicURL(), "/") }

// use returns the identity of a role, issued again where that is due.
func (a *Authority) use(ctx context.Context, role Role) (*identity, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.current(ctx, role)
}

// current is use with the lock held.
func (a *Authority) current(ctx context.Context, role Role) (*identity, error) {
	held := a.identities[role]
	if held == nil {
		return a.create(ctx, role)
	}
	if !a.due(held) {
		return held, nil
	}
	return a.renew(ctx, held)
}

// due reports an identity whose certificate must be issued again: it names
// another public address, stands under a former issuer's certificate, or
// nears its end while its issuer does not. The root stays as it is.
func (a *Authority) due(held *identity) bool {
	if held.key.Role == RoleRoot {
		return false
	}
	if held.key.PublicURL != a.publicURL() || a.superseded(held) {
		return true
	}
	left := held.chain[0].NotAfter.Sub(a.clock.Now())
	return left < lead(held.key.Role) && held.chain[1].NotAfter.After(held.chain[0].NotAfter.Add(renewBefore))
}

// superseded says whether an issuing CA is limited otherwise than is configured, or a certificate stands under one that
// was certified anew.
func (a *Authority) superseded(held *identity) bool {
	if held.key.Role == RoleIssuing {
		return !a.config.constrainedBy(held.chain[0])
	}
	issuing := a.identities[RoleIssuing]
	return issuing != nil && !held.chain[1].Equal(issuing.chain[0])
}

// lead is how long before its end a certificate is issued again. What a timestamp authority signs is proven until its
// certificate ends, so nobody is to get a token that lasts less than four years.
func lead(role Role) time.Duration {
	if role == RoleTSA {
		return tsaLife - tsaUse
	}
	return renewBefore
}

// Root is the installation's trust anchor.
func (a *Authority) Root() *x509.Certificate {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.identities[RoleRoot].chain[0]
}

// Chain is the issuing CA and the root: what stands above every leaf.
func (a *Authority) Chain(ctx context.Context) ([]*x509.Certificate, error) {
	issuing, err := a.use(ctx, RoleIssuing)
	if err != nil {
		return nil, err
	}
	return append([]*x509.Certificate{}, issuing.chain...), nil
}

// Log is the key that signs the audit log's checkpoints, with its chain, leaf
// first and root last.
func (a *Authority) Log(ctx context.Context) (signer.Signer, []*x509.Certificate, error) {
	held, err := a.use(ctx, RoleLog)
	if err != nil {
		return nil, nil, err
	}
	return held.signer, append([]*x509.Certificate{}, held.chain...), nil
}

func wrap(verb string, err error) error { return fmt.Errorf("authority: %s: %w", verb, err) }
