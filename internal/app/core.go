package app

import (
	"context"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/consigil/consigil/fetch"
	"github.com/consigil/consigil/internal/account"
	"github.com/consigil/consigil/internal/authority"
	"github.com/consigil/consigil/internal/blob"
	"github.com/consigil/consigil/internal/blob/disk"
	"github.com/consigil/consigil/internal/branding"
	"github.com/consigil/consigil/internal/ceremony"
	"github.com/consigil/consigil/internal/clock"
	"github.com/consigil/consigil/internal/envelope"
	"github.com/consigil/consigil/internal/esign"
	"github.com/consigil/consigil/internal/evidence"
	"github.com/consigil/consigil/internal/field"
	"github.com/consigil/consigil/internal/fonts"
	"github.com/consigil/consigil/internal/httpapi"
	"github.com/consigil/consigil/internal/intake"
	"github.com/consigil/consigil/internal/method"
	"github.com/consigil/consigil/internal/notify"
	"github.com/consigil/consigil/internal/notify/email"
	"github.com/consigil/consigil/internal/op"
	"github.com/consigil/consigil/internal/schedule"
	"github.com/consigil/consigil/internal/seal"
	"github.com/consigil/consigil/internal/secret"
	"github.com/consigil/consigil/internal/settings"
	"github.com/consigil/consigil/internal/site"
	"github.com/consigil/consigil/internal/store"
	"github.com/consigil/consigil/internal/timecheck"
	"github.com/consigil/consigil/internal/token"
	"github.com/consigil/consigil/internal/upload"
	"github.com/consigil/consigil/pdf/draw"
	"github.com/consigil/consigil/signer"
)

// core is the domains of one process, wired. It starts nothing.
type core struct {
	cfg     *Config
	clock   clock.Clock
	log     *slog.Logger
	version string

	db        *store.DB
	disk      *disk.Store
	vault     *blob.Vault
	pool      *intake.Pool
	fonts     *draw.FontSet
	types     *field.Registry
	fetch     *fetch.Client
	authority *authority.Authority
	names     organizations
	mail      email.Config
	tsaRoots  []*x509.Certificate // of all configured time-stamp authorities
	external  []fetch.TimestampAuthority
	watch     *timecheck.Monitor // of the clock; nil where the host is trusted
	token     *token.Client      // nil: seal keys are kept in the store
	remote    *esign.Client      // nil where this process has no signer

	accounts  *account.Service
	settings  *settings.Service
	uploads   *upload.Service
	envelopes *envelope.Service
	ceremony  *ceremony.Service
	seal      *seal.Service
	evidence  *evidence.Service
	notify    *notify.Service
	validator *evidence.Validator
}

func (c *core) publicURL() string { return c.cfg.PublicURL }

// openStore opens what an administrator's command needs too: keys and rows.
func openStore(ctx context.Context, cfg *Config, clk clock.Clock, beside bool) (*store.DB, error) {
	read := secret.OpenFile
	if beside {
		read = secret.ReadFile // it was made when the server first started
	} else if err := os.MkdirAll(cfg.Data, 0o700); err != nil {
		return nil, fmt.Errorf("app: make data directory: %w", err)
	}
	kek, err := read(cfg.KEKFile)
	if err != nil {
		return nil, err
	}
	return store.Open(ctx, store.Config{Dir: cfg.Data, Database: cfg.Database, KEK: kek, Clock: clk, Beside: beside})
}

// open opens the store and wires the domains.
func (c *core) open(ctx context.Context) error {
	var err error
	if c.mail, err = mailConfig(c.cfg); err != nil {
		return err
	}
	if err := c.readExternal(); err != nil {
		return err
	}
	c.watchClock(ctx)
	if c.remote, err = c.cfg.signerClient(esign.ClientConfig{Clock: c.clock}); err != nil {
		return err
	}
	if c.db, err = openStore(ctx, c.cfg, c.clock, false); err != nil {
		return err
	}
	if c.disk, err = disk.Open(filepath.Join(c.cfg.Data, "blobs")); err != nil {
		return err
	}
	c.vault = blob.NewVault(c.disk, c.db.Ring())
	c.accounts = account.New(c.db.Accounts(), c.clock)
	c.settings = settings.New(c.db.Settings(), c.clock, branding.Schema(), sealSchema())
	c.names = organizations{c.accounts, c.settings}
	c.authority, err = authority.Open(ctx, c.db.Authority(), c.db.Ring().Installation("authority"), c.clock, c.authorityConfig())
	if err != nil {
		return err
	}
	c.fetch, err = fetch.New(fetch.Config{Local: c.localOrigins(), Now: c.clock.Now})
	if err != nil {
		return err
	}
	if err := c.openToken(ctx); err != nil {
		return err
	}
	return c.wire()
}

// authorityConfig is what the installation's CA is; Check has refused limits that cannot be read.
func (c *core) authorityConfig() authority.Config {
	permitted, _ := c.cfg.permitted()
	return authority.Config{PublicURL: c.publicURL, SealLife: c.cfg.SealLife, Permitted: permitted, Trusted: c.trustedClock}
}

func mailConfig(cfg *Config) (email.Config, error) {
	m := email.Config{Host: cfg.SMTPHost, Port: cfg.SMTPPort, TLS: cfg.SMTPTLS, Username: cfg.SMTPUser, From: cfg.SMTPFrom}
	if cfg.SMTPPasswordFile == "" {
		return m, nil
	}
	password, err := readSecret(cfg.SMTPPasswordFile)
	if err != nil {
		return m, fmt.Errorf("app: read mail password: %w", err)
	}
	m.Password = strings.TrimRight(string(password), "\r\n")
	return m, nil
}

// origins are the schemes and hosts of addresses that the operator configured: those may be local.
func origins(addresses []string) []string {
	var out []string
	for _, a := range addresses {
		if u, err := url.Parse(a); err == nil {
			out = append(out, u.Scheme+"://"+u.Host)
		}
	}
	return out
}

// wire makes the services in the order of the domains.
func (c *core) wire() error {
	var err error
	c.fonts = fonts.Set()
	if c.types, err = field.NewRegistry(fieldTypes...); err != nil {
		return err
	}
	c.pool = intake.NewPool(intake.Options{CacheDir: c.cfg.CacheDir, MaxBytes: c.cfg.MaxFile, Clock: c.clock})
	limits := upload.DefaultLimits
	limits.File = c.cfg.MaxFile
	c.uploads = upload.New(c.db.Uploads(), c.vault, c.clock, limits)
	c.seal = seal.New(seal.Deps{
		Store: c.db.Envelopes(), Vault: c.vault, Keys: c.db.SealKeys(), Custodians: c.custodians(), Authority: c.authority,
		Organizations: c.names, Timestamps: timestamps{c.sources()}, Clock: c.clock, PublicURL: c.publicURL, Fetcher: c.fetch, Horizon: c.cfg.horizon(),
	})
	methods := method.NewRegistry(c.methods()...)
	c.envelopes = envelope.New(envelope.Deps{
		Store: c.db.Envelopes(), Vault: c.vault, Intake: c.pool, Pages: c.pool, Uploads: c.uploads, Types: c.types, Fonts: c.fonts,
		Methods: methods, Clock: c.clock, Seals: c.seal, Users: c.accounts, PublicURL: c.publicURL,
	})
	c.ceremony = ceremony.New(ceremony.Deps{
		Store: c.db.Envelopes(), Vault: c.vault, Methods: methods, Types: c.types, Fonts: c.fonts, Pages: c.pool,
		Organizations: c.names, Users: c.accounts, Clock: c.clock, PublicURL: c.publicURL,
		Mail: func() bool { return c.notify.Ready("email") },
	})
	c.notify = notify.New(notify.Deps{
		Store: c.db.Envelopes(), Links: c.envelopes, Organizations: c.names, Brands: c.names, Users: c.accounts, Channels: c.channels(), Clock: c.clock, PublicURL: c.publicURL,
	})
	c.wireEvidence()
	return nil
}

// custodians keep the seal keys: the first makes new ones, and each opens those that it made. A signer comes before a
// token, and both before the store, unless --seal-keys says otherwise.
func (c *core) custodians() []seal.Custodian {
	all := []seal.Custodian{seal.Software(c.db.Ring())}
	if c.token != nil {
		all = append(all, tokenCustodian{c.token})
	}
	if c.remote != nil {
		all = append(all, esign.NewCustodian(c.remote))
	}
	slices.Reverse(all)
	first := func(a, b seal.Custodian) int { return rank(a.Kind(), c.cfg.SealKeys) - rank(b.Kind(), c.cfg.SealKeys) }
	slices.SortStableFunc(all, first)
	return all
}

// rank is 0 for the kind that is wanted first.
func rank(kind, want string) int {
	if kind == want {
		return 0
	}
	return 1
}

func (c *core) wireEvidence() {
	c.evidence = evidence.New(evidence.Deps{
		Log: c.db.Log(), Store: c.db.Evidence(), Vault: c.vault, Seal: sealer{c.seal, c.authority}, Organizations: c.names, Types: c.types, Fonts: c.fonts,
		Key: c.logKey, Stamps: c.authority.TSA(), Witness: evidence.FileWitness{Path: filepath.Join(c.cfg.Data, "checkpoint")},
		Clock: c.clock, PublicURL: c.publicURL, Version: c.version,
	})
	c.validator = &evidence.Validator{
		Anchors: func(context.Context) ([]*x509.Certificate, error) {
			return append(c.anchors(), c.authority.Root()), nil
		},
		CRLs: c.authority.CRLs, Fetcher: c.fetch, Clock: c.clock, Guard: c.pool, Origins: c.db,
	}
}

// sealer is the seal with the revocation lists of its issuers.
type sealer struct {
	*seal.Service
	authority *authority.Authority
}

func (s sealer) CRLs(ctx context.Context) ([][]byte, error) { return s.authority.CRLs(ctx) }

// readTrust reads the certificates that an operator trusts; no file, no certificates.
func readTrust(path string) ([]*x509.Certificate, error) {
	if path == "" {
		return nil, nil
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("app: tsa-trust: %w", err)
	}
	certificates, err := signer.ParseCertificatesPEM(data)
	if err != nil {
		return nil, fmt.Errorf("app: tsa-trust: %w", err)
	}
	return certificates, nil
}

// logKey is the audit log's key. The log is named after the installation's root, which outlives its addresses.
func (c *core) logKey(ctx context.Context) (*evidence.LogKey, error) {
	s, chain, err := c.authority.Log(ctx)
	if err != nil {
		return nil, err
	}
	root := sha256.Sum256(c.authority.Root().Raw)
	return &evidence.LogKey{Name: "consigil/" + hex.EncodeToString(root[:8]) + "/log", Signer: s, Chain: chain}, nil
}

// table is every operation. With a core that is not open it still has every row, which is all an edge needs.
func (c *core) table(metrics *httpapi.Metrics, pages *site.Site, tus http.Handler) (*op.Table, error) {
	return op.NewTable(
		op.Sessions(c.accounts), op.Users(c.accounts, c.installation()), op.Organizations(c.accounts), op.APIKeys(c.accounts),
		op.Uploads(c.uploads, tus), op.Envelopes(c.envelopes), op.Documents(c.envelopes), op.Recipients(c.envelopes),
		op.Fields(c.envelopes, c.types), op.Ceremonies(c.ceremony), op.Events(c.evidence), op.AuditLog(c.evidence),
		op.Validations(c.validator), op.Messages(c.notify, c.evidence), op.Certificates(c.seal), op.ImportedCertificates(c.seal), op.Renewals(c.seal), op.Evidence(c.evidence),
		op.Settings(c.settings), op.Samples(c.fonts), op.Health(c.system(metrics)), op.PublicKeyInfrastructure(c.authority), op.Pages(c.pages(pages)),
	)
}

// installation is what rows tell of this process.
func (c *core) installation() op.Installation {
	return op.Installation{Version: c.version, PublicURL: c.publicURL, Mail: func() bool { return c.notify.Ready("email") }}
}

func (c *core) system(metrics *httpapi.Metrics) *op.System {
	return &op.System{
		Version: c.version, Metrics: metrics,
		Checks: []op.Check{
			{Name: "store", Run: func(ctx context.Context) error { return c.db.Ready(ctx) }},
			{Name: "log", Run: func(context.Context) error { return c.evidence.Health() }},
			c.clockCheck(),
		},
	}
}

// expire notices envelopes whose time is over. Every read notices it too; this makes it so without one.
func (c *core) expire(ctx context.Context) error {
	orgs, err := c.accounts.Organizations(ctx)
	if err != nil {
		return err
	}
	job := c.envelopes.Jobs()[envelope.JobExpire]
	for _, o := range orgs {
		if err := job(ctx, schedule.Job{Org: o.ID, Kind: envelope.JobExpire}); err != nil {
			return err
		}
	}
	return nil
}

// sweepGrace is how old a blob must be that no row names before it is deleted.
const sweepGrace = blob.Grace

// tidy forgets what is past its time: uploads, answers, counters, blobs that nothing names.
func (c *core) tidy(ctx context.Context) error {
	now := c.clock.Now()
	if err := c.uploads.Sweep(ctx); err != nil {
		return err
	}
	if err := c.db.Answers().ForgetAnswers(ctx, now); err != nil {
		return err
	}
	if err := c.accounts.Tidy(ctx); err != nil {
		return err
	}
	if err := c.disk.Tidy(now.Add(-24 * time.Hour)); err != nil {
		return err
	}
	_, err := blob.Sweep(ctx, c.disk, c.db.BlobRefs, now, sweepGrace)
	return err
}

// close closes what open opened.
func (c *core) close() error {
	var errs []error
	if c.token != nil {
		errs = append(errs, c.token.Close())
	}
	if c.pool != nil {
		errs = append(errs, c.pool.Close())
	}
	if c.remote != nil {
		errs = append(errs, c.remote.Close())
	}
	if c.db != nil {
		errs = append(errs, c.db.Close())
	}
	return errors.Join(errs...)
}
