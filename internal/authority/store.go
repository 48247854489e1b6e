package authority

import (
	"context"
	"time"
)

// Role says what a key of the installation is for.
type Role string

// The roles. There is one current key of each.
const (
	RoleRoot    Role = "root"    // signs the issuing CA and its own list
	RoleIssuing Role = "issuing" // signs every other certificate and their list
	RoleTSA     Role = "tsa"     // signs timestamp tokens
	RoleLog     Role = "log"     // signs checkpoints of the audit log
)

// Key is a key of the installation with its certificate.
type Key struct {
	ID        string // hexadecimal key identifier; names the key in addresses
	Role      Role
	Algorithm string   // "P-256", "P-384", "RSA-2048", "RSA-3072", "RSA-4096"
	Wrapped   []byte   // PKCS#8, encrypted by the keyring
	Chain     [][]byte // DER, the key's own certificate first, the root last
	PublicURL string   // under which the issuers and lists that the certificate names are published
	CreatedAt time.Time
}

// Kind says what a certificate was issued for.
type Kind string

// The kinds.
const (
	KindAuthority Kind = "authority" // issuing CA, TSA, log
	KindSeal      Kind = "seal"
	KindOneUse    Kind = "one_use"
)

// Issued is the record of a certificate, kept before anybody gets it.
type Issued struct {
	Issuer    string // ID of the issuing key
	Serial    string // hexadecimal, lower case, no leading zeros
	Kind      Kind
	DER       []byte
	NotAfter  time.Time
	IssuedAt  time.Time
	RevokedAt time.Time // zero unless revoked
	Reason    int       // RFC 5280 section 5.3.1
}

// List is the newest revocation list of an issuer.
type List struct {
	Issuer     string
	Number     int64 // grows by one with each list, from 1
	ThisUpdate time.Time
	NextUpdate time.Time
	DER        []byte
}

// Store keeps what the authority must not lose. A call that returns without
// error is durable. No call belongs to an organization: these are the
// installation's own.
type Store interface {
	// AuthorityKeys returns the current key of each role, in any order.
	AuthorityKeys(ctx context.Context) ([]Key, error)
	// InsertAuthorityKey makes a key the one of its role; Conflict
	// "authority_key" where the role has one.
	InsertAuthorityKey(ctx context.Context, k Key) error
	// UpdateAuthorityKey replaces Chain and PublicURL of the key with this ID;
	// NotFound "authority_key".
	UpdateAuthorityKey(ctx context.Context, k Key) error
	// InsertIssued records a certificate; Conflict "serial" where its issuer
	// has given the serial number before.
	InsertIssued(ctx context.Context, c Issued) error
	// Issued finds a certificate; NotFound "certificate".
	Issued(ctx context.Context, issuer, serial string) (*Issued, error)
	// Revoke marks a certificate; NotFound "certificate". One that is revoked
	// already stays as it is.
	Revoke(ctx context.Context, issuer, serial string, at time.Time, reason int) error
	// Revoked returns an issuer's revoked certificates, by time of revocation.
	// DER may be left out.
	Revoked(ctx context.Context, issuer string) ([]Issued, error)
	// List returns an issuer's newest list; NotFound "crl".
	List(ctx context.Context, issuer string) (*List, error)
	// PutList replaces an issuer's list. Conflict "crl_number" unless the
	// stored number is l.Number-1, or none is stored and l.Number is 1.
	PutList(ctx context.Context, l List) error
}

// Keyring encrypts key material for the store.
type Keyring interface {
	Wrap(ctx context.Context, plain []byte) ([]byte, error)
	Unwrap(ctx context.Context, wrapped []byte) ([]byte, error)
}
