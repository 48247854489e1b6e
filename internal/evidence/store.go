package evidence

import (
	"context"
	"encoding/json"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/envelope"
	"github.com/consigil/consigil/internal/id"
)

// Kind of a leaf: what kind of row it stands for.
type Kind string

// The kinds of rows that the log covers.
const (
	EventLeaf Kind = "event" // a row of an envelope's event chain
	AuditLeaf Kind = "audit" // a row of the staff audit
)

// Leaf is one row on its way into the log, or in it.
type Leaf struct {
	Index    int64 // place in the log; -1 while pending
	Kind     Kind
	Org      id.Org
	Envelope id.ID  // EventLeaf: with Seq it names the row
	Seq      int64  // EventLeaf
	Audit    id.ID  // AuditLeaf: names the row
	Hash     []byte // the row's hash
}

// Checkpoint is a signed tree head.
type Checkpoint struct {
	Size int64
	Root tlog.Hash
	At   time.Time
	Note []byte // the signed note, C2SP tlog-checkpoint
}

// Lease is the right to sequence, for a while. Fence grows with every new holder.
type Lease struct {
	Fence int64
	Until time.Time
}

// Batch is one step of the log.
type Batch struct {
	Fence      int64       // of the lease under which it was made
	Size       int64       // of the tree before it
	Leaves     []Leaf      // in order; they get the indexes Size, Size+1, ...
	Hashes     []tlog.Hash // stored hashes from tlog.StoredHashIndex(0, Size) on, without gaps
	Checkpoint Checkpoint  // of the tree after it
}

// Stamp is an RFC 3161 token over the SHA-256 of a checkpoint's note.
type Stamp struct {
	Size  int64 // of the checkpoint
	At    time.Time
	Note  []byte
	Token []byte // DER
}

// LogStore keeps the installation's one log. The rows that it covers belong to organizations; what is read for
// a caller takes the organization, what the sequencer does spans all of them.
type LogStore interface {
	// Lead takes the sequencer's lease, or prolongs it for the same holder with the same fence. Where another
	// holder's lease runs it fails with Conflict "log_led".
	Lead(ctx context.Context, holder string, lease time.Duration) (Lease, error)
	// Resign gives the lease up; no error where it is held no more.
	Resign(ctx context.Context, fence int64) error
	// Pending returns rows that have no index yet, events and audit rows together, oldest first, an envelope's
	// events by sequence number without a gap.
	Pending(ctx context.Context, limit int) ([]Leaf, error)
	// Append commits a batch: stored hashes, the index of every leaf on its row, the checkpoint as the latest.
	// It fails with Conflict "log_fenced" and changes nothing unless the fence is the current one, the stored
	// size is b.Size, and every leaf was still pending.
	Append(ctx context.Context, b Batch) error
	// Latest returns the last checkpoint, nil where the log is empty.
	Latest(ctx context.Context) (*Checkpoint, error)
	// Hashes returns stored hashes by their storage index (tlog.HashReader), in the order asked for.
	Hashes(ctx context.Context, indexes []int64) ([]tlog.Hash, error)
	// PutStamp keeps a stamp. LastStamp returns the newest, nil where there is none.
	PutStamp(ctx context.Context, s *Stamp) error
	LastStamp(ctx context.Context) (*Stamp, error)

	// EventsAfter returns sequenced events of one organization, of one envelope where it is not empty, with
	// index greater than after, by index.
	EventsAfter(ctx context.Context, org id.Org, envelope id.ID, after int64, limit int) ([]*envelope.Event, error)
	// InsertAudit adds a row to the staff audit (Index -1). Actor address and agent in Personal are encrypted at rest.
	InsertAudit(ctx context.Context, a *AuditEntry) error
	// Audits returns rows of the staff audit, newest first.
	Audits(ctx context.Context, org id.Org, f AuditFilter) ([]*AuditEntry, error)
	// Committed is signalled (capacity 1, never blocking) when this process committed an event or an audit row.
	Committed() <-chan struct{}
}

// AuditEntry is one operation of staff or of an API account. Facts holds no personal data; Personal is
// encrypted at rest and enters the hash as a salted commitment only.
type AuditEntry struct {
	ID        id.ID
	Org       id.Org
	At        time.Time
	Actor     access.Actor
	Operation string // id of the operation's row in the table
	Outcome   string // ok, or the code of the problem
	Envelope  id.ID  // where it concerns one
	Facts     json.RawMessage
	Personal  json.RawMessage // address, user agent
	Salt      []byte
	Hash      []byte
	Index     int64
}

// AuditFilter selects audit rows.
type AuditFilter struct {
	Envelope  id.ID
	Operation string
	Actor     id.ID
	From, To  time.Time // from and including, to and excluding; zero: open
	Before    id.ID     // cursor: the last id of the page before
	Limit     int       // 1-200
}

// ArtifactKind names what was made beside an envelope's documents.
type ArtifactKind string

// The kinds of artifacts.
const (
	CertificateArtifact ArtifactKind = "certificate"
	BundleArtifact      ArtifactKind = "bundle"
)

// Artifact is a file that belongs to an envelope as a whole. There is at most one of a kind; Put replaces it.
type Artifact struct {
	Envelope  id.ID
	Kind      ArtifactKind
	Blob      envelope.Blob
	EventSeq  int64 // last event that it covers
	Level     string
	CreatedAt time.Time
}

// Tx is what evidence asks of a transaction: the envelope's rows and its artifacts.
type Tx interface {
	envelope.Tx
	PutArtifact(ctx context.Context, a *Artifact) error
	Artifact(ctx context.Context, envelope id.ID, kind ArtifactKind) (*Artifact, error) // NotFound when there is none
}

// Store runs units of work in one organization, as envelope.Store does.
type Store interface {
	View(ctx context.Context, org id.Org, fn func(Tx) error) error
	Update(ctx context.Context, org id.Org, fn func(Tx) error) error
}
