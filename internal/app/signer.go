package app

import (
	"context"
	"crypto"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/consigil/consigil/fetch"
	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/custody"
	"github.com/consigil/consigil/internal/esign"
	"github.com/consigil/consigil/internal/evidence"
	"github.com/consigil/consigil/internal/httpapi"
	"github.com/consigil/consigil/internal/intake"
	"github.com/consigil/consigil/internal/op"
	"github.com/consigil/consigil/internal/seal"
	"github.com/consigil/consigil/internal/secret"
	"github.com/consigil/consigil/internal/token"
	"github.com/consigil/consigil/pki"
	"github.com/consigil/consigil/tsp"
)

// signerParts are what a process of role signer is made of.
type signerParts struct {
	fetch *fetch.Client
	roots []*x509.Certificate // of time-stamp authorities and purchased certificates

	authorities []fetch.TimestampAuthority
	pool        *intake.Pool
	token       *token.Client // nil: keys are kept in files
	custody     *custody.Service
	gate        *esign.Gate
	validator   *evidence.Validator
}

// buildSigner makes a process that holds seal keys and no tenant's data.
func (m *Main) buildSigner(ctx context.Context, metrics *httpapi.Metrics) error {
	release, err := lockSigner(m.Config.Data)
	if err != nil {
		return err
	}
	m.parts = append(m.parts, closer(release))
	p, err := m.signerParts(ctx)
	if err != nil {
		return err
	}
	m.parts = append(m.parts, closer(p.pool.Close), closer(p.gate.Close), &loop{run: p.tidy, report: m.report})
	table, err := signerTable(p.custody, p.validator)
	if err != nil {
		return err
	}
	server, err := httpapi.New(httpapi.Deps{
		Table: table, Services: p.gate, Clock: m.Clock, Log: m.Log, Metrics: metrics, Proxies: m.Config.proxies(),
		Version: m.Version, Description: signerDescription(), Rates: m.Rates,
	})
	if err != nil {
		return err
	}
	listener := m.listener
	if m.Config.TLSCert != "" {
		config, err := m.Config.signerTLS()
		if err != nil {
			return err
		}
		listener = tls.NewListener(listener, config)
	}
	fmt.Fprintf(m.Out, "Consigil %s keeps seal keys at %s\n", m.Version, m.Config.PublicURL)
	m.parts = append(m.parts, &face{listener: listener, server: httpapi.HTTPServer(server, m.Log), streams: server.EndStreams, report: m.report})
	return nil
}

func (m *Main) signerParts(ctx context.Context) (*signerParts, error) {
	p := &signerParts{}
	if err := m.outside(ctx, p); err != nil {
		return nil, err
	}
	var err error
	if p.custody, err = m.openCustody(ctx, p); err != nil {
		return nil, err
	}
	services, err := m.Config.services()
	if err != nil {
		return nil, err
	}
	if p.gate, err = esign.NewGate(services, m.Config.PublicURL, m.Config.Data, m.Clock); err != nil {
		return nil, err
	}
	p.pool = intake.NewPool(intake.Options{CacheDir: m.Config.CacheDir, MaxBytes: m.Config.MaxFile, Clock: m.Clock})
	p.validator = &evidence.Validator{
		Anchors: func(context.Context) ([]*x509.Certificate, error) { return p.roots, nil },
		CRLs:    func(context.Context) ([][]byte, error) { return nil, nil },
		Fetcher: p.fetch, Clock: m.Clock, Guard: p.pool,
	}
	return p, nil
}

// outside makes what a signer asks of others: time-stamp authorities, lists, a token. A core that is not opened reads
// the same settings for it.
func (m *Main) outside(ctx context.Context, p *signerParts) error {
	c := &core{cfg: &m.Config, log: m.Log, clock: m.Clock}
	if err := c.readExternal(); err != nil {
		return err
	}
	p.roots, p.authorities = c.anchors(), c.external
	var err error
	if p.fetch, err = fetch.New(fetch.Config{Local: c.localOrigins(), Now: m.Clock.Now}); err != nil {
		return err
	}
	if err := c.openToken(ctx); err != nil {
		return err
	}
	if p.token = c.token; p.token != nil {
		m.parts = append(m.parts, closer(p.token.Close))
	}
	return nil
}

// openCustody opens the keys of this signer.
func (m *Main) openCustody(ctx context.Context, p *signerParts) (*custody.Service, error) {
	kek, err := secret.OpenFile(m.Config.KEKFile)
	if err != nil {
		return nil, err
	}
	files, err := custody.OpenFiles(m.Config.Data, kek)
	if err != nil {
		return nil, err
	}
	checks := pki.NewChecks()
	return custody.Open(ctx, custody.Deps{
		Files: files, Custodians: p.custodians(files), Clock: m.Clock, Stamps: p.stamps(),
		Collector: func(now time.Time) *pki.Collector {
			return &pki.Collector{Fetcher: p.fetch, Anchors: p.roots, Now: now, Checks: checks.Fork()}
		},
		Record: func(_ context.Context, u custody.Use) {
			m.Log.Info("signed", "service", u.Service, "key", string(u.Key), "subject", u.Subject, "sha256", u.SHA256)
		},
	})
}

// custodians keep the keys of a signer: the first makes new ones.
func (p *signerParts) custodians(files *custody.Files) []seal.Custodian {
	if p.token != nil {
		return []seal.Custodian{tokenCustodian{p.token}, seal.Software(files)}
	}
	return []seal.Custodian{seal.Software(files)}
}

// stamps are the configured time-stamp authorities; a signer has none of its own.
func (p *signerParts) stamps() tsp.Source {
	if len(p.authorities) == 0 {
		return nil
	}
	return &fetch.TSA{Client: p.fetch, Authorities: p.authorities}
}

// tidy forgets prepared signatures that ended long ago.
func (p *signerParts) tidy(ctx context.Context) error {
	tick := time.NewTicker(time.Hour)
	defer tick.Stop()
	for {
		if err := p.custody.Tidy(); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// signerTable is every operation of the role signer.
func signerTable(s *custody.Service, v *evidence.Validator) (*op.Table, error) {
	return op.NewTable(op.ESign(s, v), op.Probes(&op.System{}))
}

// signerDescription is where the role's OpenAPI document is: behind the gate, as everything else.
func signerDescription() op.Row {
	return op.Row{
		ID: "esignDescription", Method: http.MethodGet, Path: "/esign/openapi.json", Summary: "Read the description of the operations",
		Audience: access.Service, Group: op.GroupApp, Audit: op.AuditNever,
	}
}

// services are who may ask, with the keys of their tokens.
func (c *Config) services() ([]esign.Service, error) {
	var out []esign.Service
	named := func(name string) *esign.Service {
		if i := slices.IndexFunc(out, func(s esign.Service) bool { return s.Name == name }); i >= 0 {
			return &out[i]
		}
		out = append(out, esign.Service{Name: name})
		return &out[len(out)-1]
	}
	for _, name := range c.ESignClient {
		named(name).Certs = true
	}
	for _, pair := range c.ESignTokenKey {
		name, path, _ := strings.Cut(pair, "=")
		data, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("app: esign-token-key: %w", err)
		}
		key, err := esign.ParsePublicKey(data)
		if err != nil {
			return nil, fmt.Errorf("app: esign-token-key: %s: %w", path, err)
		}
		s := named(name)
		s.Keys = append(s.Keys, key)
	}
	return out, nil
}

// signerTLS asks every client for a certificate and leaves it to the gate whether one is needed: a token, or a probe,
// comes without.
func (c *Config) signerTLS() (*tls.Config, error) {
	pair, err := readPair(c.TLSCert, c.TLSKey)
	if err != nil {
		return nil, fmt.Errorf("app: tls-cert: %w", err)
	}
	config := &tls.Config{MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{*pair}, NextProtos: []string{"h2", "http/1.1"}}
	if c.ESignClientCA == "" {
		return config, nil
	}
	config.ClientAuth = tls.VerifyClientCertIfGiven
	config.ClientCAs, err = readPool(c.ESignClientCA)
	return config, err
}

func readPool(path string) (*x509.CertPool, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("app: read certificates: %w", err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(data) {
		return nil, fmt.Errorf("app: %s holds no certificate", path)
	}
	return pool, nil
}

// signerClient is core's way to the signer, nil where there is none.
func (c *Config) signerClient(m esign.ClientConfig) (*esign.Client, error) {
	if c.Signer == "" {
		return nil, nil
	}
	m.URL, m.Service = c.Signer, c.SignerName
	var err error
	if c.SignerCA != "" {
		if m.Roots, err = readPool(c.SignerCA); err != nil {
			return nil, err
		}
	}
	if c.SignerCert != "" {
		if m.Certificate, err = readPair(c.SignerCert, c.SignerKey); err != nil {
			return nil, fmt.Errorf("app: signer-cert: %w", err)
		}
	}
	if c.SignerTokenKey != "" {
		if m.TokenKey, err = readTokenKey(c.SignerTokenKey); err != nil {
			return nil, err
		}
	}
	return esign.NewClient(m)
}

func readTokenKey(path string) (crypto.Signer, error) {
	data, err := readSecret(path)
	if err != nil {
		return nil, fmt.Errorf("app: signer-token-key: %w", err)
	}
	key, err := esign.ParseTokenKey(data)
	if err != nil {
		return nil, fmt.Errorf("app: signer-token-key: %w", err)
	}
	return key, nil
}

// errBusy says that another signer uses the data directory.
var errBusy = errors.New("app: another process of role signer uses this data directory")

// lockName is the file whose lock keeps a second process away.
const lockName = "lock"

// lockSigner makes the data directory and keeps a second process away from it.
func lockSigner(dir string) (release func() error, err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("app: make data directory: %w", err)
	}
	return lockFile(filepath.Join(dir, lockName))
}
