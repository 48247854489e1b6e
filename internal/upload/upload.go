package upload

import (
	"context"
	"errors"
	"io"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/clock"
	"github.com/consigil/consigil/internal/envelope"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/problem"
)

// Limits bounds what callers may have uploaded and not used yet, bytes.
type Limits struct {
	File  int64 // one file
	Owner int64 // all open uploads of one caller
}

// DefaultLimits are the figures of ARCHITECTURE section 6.
var DefaultLimits = Limits{File: 100 << 20, Owner: 2 << 30}

// Figures of this package.
const (
	life     = 24 * time.Hour
	maxName  = 200  // characters
	maxParts = 2000 // pieces of one upload
)

// Service holds the rules for uploads.
type Service struct {
	store  Store
	vault  envelope.Vault
	clock  clock.Clock
	limits Limits
}

// New returns the service.
func New(store Store, vault envelope.Vault, c clock.Clock, l Limits) *Service {
	return &Service{store: store, vault: vault, clock: c, limits: l}
}

// Limits returns the figures in force.
func (s *Service) Limits() Limits { return s.limits }

var (
	errUnknown = problem.New(problem.NotFound, "upload_unknown", "There is no such upload; unused ones are forgotten after a day.")
	errShort   = problem.New(problem.Malformed, "upload_truncated", "Fewer bytes arrived than were announced.")
	errOffset  = problem.New(problem.Conflict, "upload_offset", "The upload continues at another offset; ask for it.")
)

// Create announces a file of a known size and charges it to the owner before a byte is read.
func (s *Service) Create(ctx context.Context, p *access.Principal, name string, size int64) (*Upload, error) {
	if size <= 0 {
		return nil, problem.New(problem.Invalid, "upload_empty", "The file is empty, or its length was not announced.")
	}
	if size > s.limits.File {
		return nil, problem.New(problem.TooLarge, "upload_too_large", "The file is larger than this installation takes.")
	}
	now := s.clock.Now()
	u := &Upload{
		ID: id.New(), Org: p.Org, Owner: p.Actor(), Name: CleanName(name), Size: size, CreatedAt: now, ExpiresAt: now.Add(life), Version: 1,
	}
	return u, s.store.Update(ctx, p.Org, func(tx Tx) error {
		open, err := tx.UploadBytes(ctx, u.Owner, now)
		if err != nil {
			return err
		}
		if open+size > s.limits.Owner {
			return problem.New(problem.TooLarge, "upload_allowance", "Too many bytes are uploaded and not used yet. Use or delete some first.")
		}
		return tx.InsertUpload(ctx, u)
	})
}

// CleanName makes a file name harmless: its last element, without what nobody sees, such as control
// characters and marks of direction, at most 200 characters.
func CleanName(name string) string {
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp) || r == utf8.RuneError {
			return -1
		}
		return r
	}, name)
	if r := []rune(name); len(r) > maxName {
		name = string(r[:maxName])
	}
	if name = strings.TrimSpace(name); name == "" || name == "." || name == ".." {
		return "document.pdf"
	}
	return name
}

// Get returns an upload of this caller. Another caller's is not found.
func (s *Service) Get(ctx context.Context, p *access.Principal, upload id.ID) (u *Upload, err error) {
	err = s.store.View(ctx, p.Org, func(tx Tx) error {
		u, err = s.own(ctx, tx, p.Actor(), upload)
		return err
	})
	return u, err
}

func (s *Service) own(ctx context.Context, tx Tx, owner access.Actor, upload id.ID) (*Upload, error) {
	u, err := tx.Upload(ctx, upload)
	if problem.KindOf(err) == problem.NotFound {
		return nil, errUnknown
	}
	if err != nil {
		return nil, err
	}
	if u.Owner != owner || !u.TakenAt.IsZero() || !s.clock.Now().Before(u.ExpiresAt) {
		return nil, errUnknown
	}
	return u, nil
}

// Append adds bytes at an offset. What arrived before a broken connection is kept. When the last byte is in, the
// pieces become one blob.
func (s *Service) Append(ctx context.Context, p *access.Principal, upload id.ID, offset int64, body io.Reader) (*Upload, error) {
	u, err := s.Get(ctx, p, upload)
	if err != nil {
		return nil, err
	}
	if u.Complete() || offset != u.Received {
		return nil, errOffset
	}
	if len(u.Parts) >= maxParts {
		return nil, problem.New(problem.TooLarge, "upload_pieces", "The upload came in too many pieces. Start again with larger ones.")
	}
	part, err := s.vault.Put(ctx, p.Org, &partial{r: io.LimitReader(body, u.Size-u.Received)})
	if err != nil {
		return nil, err
	}
	if part.Size == 0 {
		return u, s.vault.Delete(ctx, p.Org, part)
	}
	u.Parts = append(u.Parts, part)
	u.Received += part.Size
	if u.Received == u.Size {
		return s.complete(ctx, u)
	}
	return u, s.save(ctx, u, part)
}

// complete joins the pieces, stores the row, and then deletes the pieces.
func (s *Service) complete(ctx context.Context, u *Upload) (*Upload, error) {
	parts := u.Parts
	if len(parts) == 1 {
		u.Blob, u.Parts = parts[0], nil
		return u, s.save(ctx, u, u.Blob)
	}
	j := &joined{ctx: ctx, vault: s.vault, org: u.Org, parts: parts}
	blob, err := s.vault.Put(ctx, u.Org, j)
	if err := errors.Join(err, j.Close()); err != nil {
		return nil, err
	}
	u.Blob, u.Parts = blob, nil
	if err := s.save(ctx, u, blob, parts[len(parts)-1]); err != nil {
		return nil, err
	}
	return u, s.discard(ctx, u.Org, parts)
}

// save stores the row; where another request was faster, it deletes the blobs that this one brought. Any other error
// does not prove that nothing was committed: the blobs stay for the sweep of orphans.
func (s *Service) save(ctx context.Context, u *Upload, brought ...envelope.Blob) error {
	err := s.store.Update(ctx, u.Org, func(tx Tx) error { return tx.UpdateUpload(ctx, u) })
	if problem.KindOf(err) != problem.Conflict {
		return err
	}
	return errors.Join(errOffset, s.discard(context.WithoutCancel(ctx), u.Org, brought))
}

func (s *Service) discard(ctx context.Context, org id.Org, blobs []envelope.Blob) error {
	var errs []error
	for _, b := range blobs {
		errs = append(errs, s.vault.Delete(ctx, org, b))
	}
	return errors.Join(errs...)
}

// Put takes a whole file at once.
func (s *Service) Put(ctx context.Context, p *access.Principal, name string, size int64, body io.Reader) (*Upload, error) {
	u, err := s.Create(ctx, p, name, size)
	if err != nil {
		return nil, err
	}
	done, err := s.Append(ctx, p, u.ID, 0, body)
	if err == nil && !done.Complete() {
		err = errShort
	}
	if err != nil {
		return nil, errors.Join(err, s.Delete(context.WithoutCancel(ctx), p, u.ID))
	}
	return done, nil
}

// Take hands a complete upload over, once: its blob is the taker's from then on.
func (s *Service) Take(ctx context.Context, by *access.Principal, upload id.ID) (name string, b envelope.Blob, err error) {
	err = s.store.Update(ctx, by.Org, func(tx Tx) error {
		u, err := s.own(ctx, tx, by.Actor(), upload)
		if err != nil {
			return err
		}
		if !u.Complete() {
			return problem.New(problem.Conflict, "upload_incomplete", "This upload has not arrived completely.")
		}
		name, b = u.Name, u.Blob
		u.TakenAt = s.clock.Now()
		return tx.UpdateUpload(ctx, u)
	})
	return name, b, err
}

// Return undoes Take after a failure.
func (s *Service) Return(ctx context.Context, by *access.Principal, upload id.ID) error {
	return s.store.Update(ctx, by.Org, func(tx Tx) error {
		u, err := tx.Upload(ctx, upload)
		if err != nil {
			return err
		}
		if u.Owner != by.Actor() {
			return errUnknown
		}
		u.TakenAt = time.Time{}
		return tx.UpdateUpload(ctx, u)
	})
}

// Delete forgets an upload of this caller and its bytes.
func (s *Service) Delete(ctx context.Context, p *access.Principal, upload id.ID) error {
	u, err := s.Get(ctx, p, upload)
	if err != nil {
		return err
	}
	return s.remove(ctx, u)
}

func (s *Service) remove(ctx context.Context, u *Upload) error {
	if err := s.store.Update(ctx, u.Org, func(tx Tx) error { return tx.DeleteUpload(ctx, u.ID) }); err != nil {
		return err
	}
	blobs := u.Parts
	if u.Complete() && u.TakenAt.IsZero() {
		blobs = append(blobs, u.Blob)
	}
	return s.discard(ctx, u.Org, blobs)
}

// Sweep forgets expired uploads of all organizations.
func (s *Service) Sweep(ctx context.Context) error {
	expired, err := s.store.Expired(ctx, s.clock.Now(), 100)
	if err != nil {
		return err
	}
	for _, e := range expired {
		var u *Upload
		err := s.store.View(ctx, e.Org, func(tx Tx) (err error) {
			u, err = tx.Upload(ctx, e.ID)
			return err
		})
		if err == nil {
			err = s.remove(ctx, u)
		}
		if err != nil && problem.KindOf(err) != problem.NotFound {
			return err
		}
	}
	return nil
}
