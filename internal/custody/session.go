package custody

import (
	"context"
	"crypto"
	"crypto/sha256"
	"crypto/subtle"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"time"

	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/problem"
	"github.com/consigil/consigil/pades"
	"github.com/consigil/consigil/signer"
)

// How long a prepared signature may wait.
const (
	DefaultWait = 15 * time.Minute
	LongestWait = 7 * 24 * time.Hour
)

// Session is a prepared signature that waits at the signer: bound to one file and one certificate, good once. The file
// itself is not kept.
type Session struct {
	ID        id.ID           `json:"id"`
	Service   string          `json:"service"`
	Key       id.ID           `json:"key,omitempty"` // that signs here; empty: the key is elsewhere
	ExpiresAt time.Time       `json:"expires_at"`
	Prepared  *pades.Prepared `json:"prepared"`
}

// Request says how a document is to be signed.
type Request struct {
	Key         id.ID               // that signs here
	Certificate []*x509.Certificate // of a key that is elsewhere, leaf first; only for Prepare, in place of Key
	Level       pades.Level
	Field       string // empty makes one
	Name        string
	Reason      string
	Location    string
	Password    string        // of an encrypted file
	Wait        time.Duration // of a prepared signature; 0 is DefaultWait
	Lock        bool          // locks every field, as a seal does
}

// Proof is what the key that is elsewhere gave: one of the two.
type Proof struct {
	Signature []byte // over Prepared.ToBeSigned
	CMS       []byte // a whole SignedData over Prepared.MessageDigest
	Password  string // of an encrypted file
}

// Document is a file that is at hand while it is worked on.
type Document struct {
	io.ReaderAt
	Size int64
}

var (
	errNoSession   = problem.New(problem.NotFound, "no_such_session", "There is no such prepared signature.")
	errUsed        = problem.New(problem.Gone, "session_used", "This prepared signature was finished, or its finish broke off. Prepare another one.")
	errExpired     = problem.New(problem.Gone, "session_expired", "This prepared signature waited too long. Prepare another one.")
	errNoStamps    = problem.New(problem.Unavailable, "no_timestamp_authority", "This signer is configured without a time-stamp authority, so it seals at B-B only.")
	errNoChain     = problem.New(problem.Conflict, "no_certificate", "Documents are sealed here once the key's certificate was sent: PUT /esign/keys/{key}/certificate.")
	errProof       = problem.New(problem.Invalid, "proof", "Send signature or cms where the key is elsewhere, and neither where it is here.")
	errOneIdentity = problem.New(problem.Invalid, "identity", "Name a key of this signer, or send the certificate of a key that is elsewhere; not both.")
)

// Prepare lays a signature out and keeps it until it is finished, expires, or the key's owner asks once more.
func (s *Service) Prepare(ctx context.Context, service string, req Request, doc Document) (*Session, error) {
	if (req.Key == "") == (len(req.Certificate) == 0) {
		return nil, errOneIdentity
	}
	if req.Wait == 0 {
		req.Wait = DefaultWait
	}
	if req.Wait < time.Minute || req.Wait > LongestWait {
		return nil, problem.InField("/wait_seconds", "out_of_range", "A prepared signature waits from one minute to seven days.")
	}
	opt, err := s.options(service, req)
	if err != nil {
		return nil, err
	}
	p, err := pades.Prepare(ctx, doc, doc.Size, opt)
	if err != nil {
		return nil, refused(err)
	}
	now := s.d.Clock.Now().UTC()
	session := &Session{ID: id.New(), Service: service, Key: req.Key, ExpiresAt: now.Add(req.Wait), Prepared: p}
	if err := s.d.Files.putSession(session); err != nil {
		return nil, err
	}
	return session, nil
}

// options are those of package pades; the level is checked against what this signer can reach.
func (s *Service) options(service string, req Request) (pades.Options, error) {
	opt := pades.Options{
		FieldName: req.Field, Level: req.Level, Name: req.Name, Reason: req.Reason, Location: req.Location,
		Password: req.Password, Time: s.d.Clock.Now(),
	}
	if req.Lock {
		opt.Lock = pades.LockAll
	}
	if req.Level != pades.LevelB && s.d.Stamps == nil {
		return opt, errNoStamps
	}
	chain := req.Certificate
	if req.Key != "" {
		k, err := s.Key(service, req.Key)
		if err != nil {
			return opt, err
		}
		if chain, err = parse(k.Chain); err != nil {
			return opt, err
		}
		if len(chain) == 0 {
			return opt, errNoChain
		}
	}
	opt.Certificate, opt.Chain = chain[0], chain[1:]
	if longTerm(req.Level) {
		opt.Collector = s.d.Collector(opt.Time)
		opt.Collector.Pool = chain
	}
	return opt, nil
}

func longTerm(l pades.Level) bool { return l == pades.LevelLT || l == pades.LevelLTA }

func parse(chain [][]byte) ([]*x509.Certificate, error) {
	var out []*x509.Certificate
	for _, der := range chain {
		c, err := x509.ParseCertificate(der)
		if err != nil {
			return nil, fmt.Errorf("custody: read chain: %w", err)
		}
		out = append(out, c)
	}
	return out, nil
}

// Session returns one of a service's sessions that still waits.
func (s *Service) Session(service string, session id.ID) (*Session, error) {
	if !id.Valid(string(session)) {
		return nil, errNoSession
	}
	found, err := s.d.Files.session(session)
	switch {
	case errors.Is(err, fs.ErrNotExist) && s.d.Files.used(session):
		return nil, errUsed
	case errors.Is(err, fs.ErrNotExist):
		return nil, errNoSession
	case err != nil:
		return nil, err
	case subtle.ConstantTimeCompare([]byte(found.Service), []byte(service)) != 1:
		return nil, errNoSession
	case s.d.Clock.Now().After(found.ExpiresAt):
		return nil, errExpired
	}
	return found, nil
}

// Finish completes a prepared signature over the file that it was prepared for, once. The session is taken before
// anything is done and given back only where nothing was made: a process that dies in between leaves it used.
func (s *Service) Finish(ctx context.Context, service string, session id.ID, proof Proof, doc Document, w io.Writer) (*pades.Result, error) {
	found, err := s.Session(service, session)
	if err != nil {
		return nil, err
	}
	if err := proof.fits(found); err != nil {
		return nil, err
	}
	if err := sameFile(ctx, found.Prepared, doc); err != nil {
		return nil, err
	}
	if err := s.d.Files.take(session); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil, errUsed
		}
		return nil, fmt.Errorf("custody: take session: %w", err)
	}
	result, err := s.complete(ctx, found, proof, doc, w)
	if err != nil {
		return nil, errors.Join(refused(err), s.d.Files.giveBack(session))
	}
	return result, s.d.Files.empty(session, found.ExpiresAt)
}

func (p Proof) fits(s *Session) error {
	given := 0
	for _, value := range [][]byte{p.Signature, p.CMS} {
		if len(value) > 0 {
			given++
		}
	}
	if s.Key != "" && given != 0 || s.Key == "" && given != 1 {
		return errProof
	}
	return nil
}

// sameFile refuses another file before the session is taken.
func sameFile(ctx context.Context, p *pades.Prepared, doc Document) error {
	sum := sha256.New()
	if err := copyAll(ctx, sum, doc); err != nil {
		return err
	}
	if doc.Size != p.FileSize || subtle.ConstantTimeCompare(sum.Sum(nil), p.FileSHA256) != 1 {
		return refused(pades.ErrChanged)
	}
	return nil
}

func copyAll(ctx context.Context, w io.Writer, doc Document) error {
	const step = 1 << 20
	for at := int64(0); at < doc.Size; at += step {
		if err := ctx.Err(); err != nil {
			return err
		}
		if _, err := io.Copy(w, io.NewSectionReader(doc, at, min(step, doc.Size-at))); err != nil {
			return fmt.Errorf("custody: read document: %w", err)
		}
	}
	return nil
}

func (s *Service) complete(ctx context.Context, found *Session, proof Proof, doc Document, w io.Writer) (*pades.Result, error) {
	p := found.Prepared
	ext := pades.Extension{Password: proof.Password}
	if longTerm(p.Level) {
		ext.Collector = s.d.Collector(s.d.Clock.Now())
		pool, err := parse(append([][]byte{p.Certificate}, p.Chain...))
		if err != nil {
			return nil, err
		}
		ext.Collector.Pool = pool
	}
	if len(proof.CMS) > 0 {
		return pades.FinishCMS(ctx, doc, p, proof.CMS, s.d.Stamps, ext, w)
	}
	signature := proof.Signature
	if found.Key != "" {
		_, sg, err := s.use(ctx, found.Service, found.Key)
		if err != nil {
			return nil, err
		}
		if signature, err = sg.Sign(ctx, p.Algorithm, p.ToBeSigned()); err != nil {
			return nil, err
		}
	}
	return pades.FinishLong(ctx, doc, p, signature, s.d.Stamps, ext, w)
}

// Seal signs a document at the level that is asked for, or refuses it.
func (s *Service) Seal(ctx context.Context, service string, req Request, doc Document, w io.Writer) (*pades.Result, error) {
	if req.Key == "" || len(req.Certificate) > 0 {
		return nil, problem.InField("/key", "required", "Name a key of this signer.")
	}
	opt, err := s.options(service, req)
	if err != nil {
		return nil, err
	}
	_, sg, err := s.use(ctx, service, req.Key)
	if err != nil {
		return nil, err
	}
	result, err := pades.Sign(ctx, doc, doc.Size, sg, s.d.Stamps, opt, w)
	if err != nil {
		return nil, refused(err)
	}
	if result.Level != opt.Level {
		return nil, refused(fmt.Errorf("%w: reached %s", pades.ErrLevel, result.Level))
	}
	return result, nil
}

// Timestamp gets a token over a digest from the configured authorities.
func (s *Service) Timestamp(ctx context.Context, hash crypto.Hash, digest []byte) ([]byte, error) {
	if s.d.Stamps == nil {
		return nil, errNoStamps
	}
	if _, ok := signer.DigestOID(hash); !ok || len(digest) != hash.Size() || hash == crypto.SHA1 {
		return nil, problem.InField("/digest", "digest", "Send a digest of SHA-256, SHA-384 or SHA-512, whole.")
	}
	token, err := s.d.Stamps.Timestamp(ctx, hash, digest)
	if err != nil {
		return nil, refused(fmt.Errorf("%w: %w", pades.ErrTimestamp, err))
	}
	return token, nil
}

// Tidy forgets sessions that ended long ago.
func (s *Service) Tidy() error { return s.d.Files.tidy(s.d.Clock.Now()) }
