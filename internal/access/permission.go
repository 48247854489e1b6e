package access

import "slices"

// The permissions. A name is noun:verb; API keys carry them by name, so names never change.
const (
	EnvelopesRead     Permission = "envelopes:read"      // own envelopes
	EnvelopesReadAll  Permission = "envelopes:read_all"  // the organization's
	EnvelopesWrite    Permission = "envelopes:write"     // create, edit, send, void, resend own envelopes
	EnvelopesWriteAll Permission = "envelopes:write_all" // the same for the organization's
	LinksReveal       Permission = "links:reveal"        // see a recipient's link; audited, printed in the evidence
	EvidenceRead      Permission = "evidence:read"       // evidence bundles, with full contacts
	UploadsWrite      Permission = "uploads:write"
	ValidationsWrite  Permission = "validations:write"
	MessagesRead      Permission = "messages:read"
	CertificatesRead  Permission = "certificates:read"
	CertificatesWrite Permission = "certificates:write" // bring in a bought certificate, choose the seal's, renew proofs
	AuditRead         Permission = "audit:read"
	UsersRead         Permission = "users:read"
	UsersWrite        Permission = "users:write"
	APIKeysRead       Permission = "api_keys:read"
	APIKeysWrite      Permission = "api_keys:write"
	OrganizationRead  Permission = "organization:read"
	OrganizationWrite Permission = "organization:write"
	SettingsRead      Permission = "settings:read"
	SettingsWrite     Permission = "settings:write"
	SessionsOwn       Permission = "sessions:own" // list and revoke one's own sessions
)

// roles is the one table of who holds what.
var roles = map[Role][]Permission{
	Sender: {
		EnvelopesRead, EnvelopesWrite, EvidenceRead, UploadsWrite, ValidationsWrite, MessagesRead,
		CertificatesRead, OrganizationRead, SettingsRead, SessionsOwn,
	},
	Operator: {
		EnvelopesRead, EnvelopesReadAll, EnvelopesWrite, EnvelopesWriteAll, EvidenceRead, UploadsWrite,
		ValidationsWrite, MessagesRead, CertificatesRead, OrganizationRead, SettingsRead, UsersRead, SessionsOwn,
	},
	Admin: {
		EnvelopesRead, EnvelopesReadAll, EnvelopesWrite, EnvelopesWriteAll, LinksReveal, EvidenceRead, UploadsWrite,
		ValidationsWrite, MessagesRead, CertificatesRead, CertificatesWrite, AuditRead, UsersRead, UsersWrite, APIKeysRead, APIKeysWrite,
		OrganizationRead, OrganizationWrite, SettingsRead, SettingsWrite, SessionsOwn,
	},
	Auditor: {
		EnvelopesRead, EnvelopesReadAll, EvidenceRead, MessagesRead, CertificatesRead, AuditRead, UsersRead,
		APIKeysRead, OrganizationRead, SettingsRead, SessionsOwn,
	},
}

// Of returns the permissions of a role, none for an unknown one.
func Of(r Role) []Permission { return slices.Clone(roles[r]) }

// Known says whether r is a role.
func Known(r Role) bool { return roles[r] != nil }

// Roles lists the roles in a fixed order.
func Roles() []Role { return []Role{Sender, Operator, Admin, Auditor} }

// All lists every permission: those of an admin, who holds all there are.
func All() []Permission { return Of(Admin) }

// KnownPermission says whether an API key may carry p.
func KnownPermission(p Permission) bool { return slices.Contains(roles[Admin], p) }

// Set makes the lookup form that a Principal carries.
func Set(list []Permission) map[Permission]bool {
	m := make(map[Permission]bool, len(list))
	for _, p := range list {
		m[p] = true
	}
	return m
}

// SeesAll says whether the principal reads every envelope of the organization; others read their own.
func (p *Principal) SeesAll() bool { return p.May(EnvelopesReadAll) }

// MayRead says whether the principal (staff or API account) may see an envelope that sender sent.
func (p *Principal) MayRead(sender Actor) bool {
	return p.SeesAll() || p.May(EnvelopesRead) && p.Actor() == sender
}

// MayWrite says whether the principal (staff or API account) may change an envelope that sender sent.
func (p *Principal) MayWrite(sender Actor) bool {
	return p.May(EnvelopesWriteAll) || p.May(EnvelopesWrite) && p.Actor() == sender
}
