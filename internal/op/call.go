package op

import (
	"context"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/id"
)

// Origin is where a call came from. An edge states address and user agent of its caller; Via names that edge.
type Origin struct {
	Address   string
	UserAgent string
	Via       string // empty: seen by this process itself
}

type originKey struct{}

// WithOrigin puts what an edge states into a context.
func WithOrigin(ctx context.Context, o Origin) context.Context {
	return context.WithValue(ctx, originKey{}, o)
}

// OriginFrom returns what an edge stated; ok is false when no edge stands between.
func OriginFrom(ctx context.Context) (o Origin, ok bool) {
	o, ok = ctx.Value(originKey{}).(Origin)
	return o, ok
}

// AuditRecord is one entry that a row asks for. Targets are the ids in the path; they hold no personal data.
type AuditRecord struct {
	Org       id.Org
	Actor     access.Actor
	Operation string
	Outcome   string // "accepted" before the handler runs; the problem's code if it then fails
	Targets   map[string]string
	Address   string
	UserAgent string
}

// Auditor writes entries. Where it fails, the operation is refused.
type Auditor interface {
	Audit(ctx context.Context, r AuditRecord) error
}
