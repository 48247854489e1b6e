package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"github.com/consigil/consigil/internal/bus"
	"github.com/consigil/consigil/internal/clock"
	"github.com/consigil/consigil/internal/httpapi"
	"github.com/consigil/consigil/internal/op"
	"github.com/consigil/consigil/internal/rpc"
	"github.com/consigil/consigil/internal/schedule"
	"github.com/consigil/consigil/internal/site"
)

// Main is the program: main() and the end-to-end tests share it. It is started and stopped once.
type Main struct {
	Config  Config
	Version string
	Clock   clock.Clock
	Log     *slog.Logger
	Out     io.Writer     // where the start is announced
	Rates   httpapi.Rates // zero: the defaults
	Warm    bool          // makes the reading of documents ready in the background

	listener net.Listener
	parts    parts
	core     *core
	busAddr  string
	failed   chan error
}

// URL is where the process serves, empty when it does not.
func (m *Main) URL() string {
	switch {
	case m.listener == nil:
		return ""
	case m.listener.Addr().Network() == "unix":
		return "unix:" + m.listener.Addr().String()
	case m.Config.TLSCert != "":
		return "https://" + m.listener.Addr().String()
	}
	return "http://" + m.listener.Addr().String()
}

// BusAddress is where core waits for edges, empty when it does not.
func (m *Main) BusAddress() string { return m.busAddr }

// Start builds the parts of the configured roles and starts them. After an error nothing runs.
func (m *Main) Start(ctx context.Context) error {
	begin := time.Now()
	if err := m.Config.Check(); err != nil {
		return err
	}
	m.failed = make(chan error, 4)
	if m.Rates == (httpapi.Rates{}) {
		m.Rates = httpapi.DefaultRates
	}
	if err := m.build(ctx); err != nil {
		err = errors.Join(err, m.parts.discard(ctx))
		m.parts = nil
		return err
	}
	if err := m.parts.start(ctx); err != nil {
		m.parts = nil
		return m.abandon(err)
	}
	m.Log.Info("ready", "roles", strings.Join(m.Config.Role, ","), "ms", time.Since(begin).Milliseconds(), "version", m.Version)
	return nil
}

// Failed receives what ended a part that should still run.
func (m *Main) Failed() <-chan error { return m.failed }

func (m *Main) report(err error) {
	m.Log.Error("a part failed", "error", err.Error())
	select {
	case m.failed <- err:
	default:
	}
}

// stopTime bounds a graceful stop.
const stopTime = 9 * time.Second

// Stop stops the parts in reverse.
func (m *Main) Stop(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTime)
	defer cancel()
	running := m.parts
	m.parts = nil
	return running.stop(ctx)
}

// Run starts, waits until the context ends or a part fails, and stops.
func (m *Main) Run(ctx context.Context) error {
	if err := m.Start(ctx); err != nil {
		return err
	}
	var failure error
	select {
	case <-ctx.Done():
	case failure = <-m.failed:
	}
	return errors.Join(failure, m.Stop(ctx))
}

// build makes the parts. Each is put down at once, so that a failure further on closes it.
func (m *Main) build(ctx context.Context) error {
	if m.Config.serves() {
		l, err := m.Config.listen()
		if err != nil {
			return fmt.Errorf("app: listen: %w", err)
		}
		m.listener = l
		if m.Config.PublicURL == "" {
			m.Config.PublicURL = m.URL()
		}
	}
	metrics := httpapi.NewMetrics()
	metrics.Registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	if m.Config.MetricsListen != "" {
		if err := m.buildMetrics(metrics); err != nil {
			return m.abandon(err)
		}
	}
	if m.Config.has(RoleSigner) {
		return m.abandon(m.buildSigner(ctx, metrics))
	}
	pages, err := m.Config.site()
	if err != nil {
		return m.abandon(fmt.Errorf("app: read pages: %w", err))
	}
	if m.Warm && m.Config.serves() && !m.Config.alone(RoleTSA) {
		m.parts = append(m.parts, &loop{run: pages.Warm, report: func(err error) { m.Log.Warn("reading pages ahead failed", "error", err.Error()) }})
	}
	if m.Config.has(RoleEdge) {
		return m.abandon(m.buildEdge(pages, metrics))
	}
	return m.abandon(m.buildCore(ctx, pages, metrics))
}

// listen opens the address, or the socket, which only this user may connect to.
func (c *Config) listen() (net.Listener, error) {
	path, ok := strings.CutPrefix(c.Listen, "unix:")
	if !ok {
		return net.Listen("tcp", c.Listen)
	}
	if info, err := os.Lstat(path); err == nil && info.Mode()&os.ModeSocket != 0 { // a killed process leaves it behind
		if err := os.Remove(path); err != nil {
			return nil, err
		}
	}
	l, err := net.Listen("unix", path)
	if err != nil {
		return nil, err
	}
	return l, os.Chmod(path, 0o600)
}

// buildMetrics serves the metrics on an address of their own: an edge has nobody who could prove a permission.
func (m *Main) buildMetrics(metrics *httpapi.Metrics) error {
	l, err := net.Listen("tcp", m.Config.MetricsListen)
	if err != nil {
		return fmt.Errorf("app: listen for metrics: %w", err)
	}
	m.parts = append(m.parts, closer(l.Close),
		&face{listener: l, server: httpapi.HTTPServer(metrics, m.Log), streams: func() {}, report: m.report})
	return nil
}

// abandon gives the address back where building failed before a part owned it.
func (m *Main) abandon(err error) error {
	if err == nil || m.listener == nil {
		return err
	}
	return errors.Join(err, m.listener.Close())
}

func (m *Main) buildCore(ctx context.Context, pages *site.Site, metrics *httpapi.Metrics) error {
	c := &core{cfg: &m.Config, clock: m.Clock, log: m.Log, version: m.Version}
	m.core = c
	m.parts = append(m.parts, closer(c.close))
	if err := c.open(ctx); err != nil {
		return err
	}
	if err := c.evidence.Check(ctx); err != nil {
		return err
	}
	if err := m.firstStart(ctx); err != nil {
		return err
	}
	c.registerClock(metrics)
	if c.watch != nil {
		c.watch.Look(ctx)
		m.parts = append(m.parts, &loop{run: c.watch.Run, report: m.report})
	}
	if !m.Config.alone(RoleTSA) {
		m.parts = append(m.parts, &loop{run: c.evidence.Run, report: m.report})
	}
	if m.Config.runsJobs() {
		m.parts = append(m.parts, m.runner(metrics))
	}
	if m.Warm && !m.Config.alone(RoleTSA) {
		m.parts = append(m.parts, &loop{run: c.pool.Warm, report: func(err error) {
			m.Log.Warn("reading documents is not ready", "error", err.Error())
		}})
	}
	if !m.Config.serves() {
		return nil
	}
	return m.buildFaces(pages, metrics)
}

// buildFaces makes the HTTP face and, where asked for, the one for edges.
func (m *Main) buildFaces(pages *site.Site, metrics *httpapi.Metrics) error {
	tus, err := httpapi.NewTus(m.core.uploads, m.Config.PublicURL)
	if err != nil {
		return fmt.Errorf("app: resumable uploads: %w", err)
	}
	table, err := m.core.table(metrics, pages, tus)
	if err != nil {
		return err
	}
	if m.Config.alone(RoleTSA) {
		table = table.Group(op.GroupTimestamp)
	}
	direct, err := m.server(table, metrics, pages, pages.Refuse)
	if err != nil {
		return err
	}
	if m.Config.BusListen != "" {
		if err := m.buildBus(table.Edge(), metrics, pages); err != nil {
			return err
		}
	}
	m.parts = append(m.parts, &face{listener: m.listener, server: httpapi.HTTPServer(direct, m.Log), streams: direct.EndStreams, report: m.report})
	return nil
}

func (m *Main) server(table *op.Table, metrics *httpapi.Metrics, pages http.Handler, refuse httpapi.Refuse) (*httpapi.Server, error) {
	c := m.core
	return httpapi.New(httpapi.Deps{
		Table: table, Accounts: c.accounts, Sittings: c.ceremony, Idempotency: c.db.Answers(), Audit: auditor{c.evidence},
		Clock: m.Clock, Log: m.Log, Metrics: metrics, PublicURL: m.Config.PublicURL, Proxies: m.Config.proxies(),
		Version: m.Version, Site: pages, Rates: m.Rates,
		Refuse: refuse,
	})
}

// buildBus serves the part of the table that edges forward, and nothing else, to whoever holds the key.
func (m *Main) buildBus(table *op.Table, metrics *httpapi.Metrics, pages *site.Site) error {
	forwarded, err := m.server(table, metrics, nil, pages.Refuse)
	if err != nil {
		return err
	}
	key, err := m.busKey()
	if err != nil {
		return err
	}
	s, err := bus.Listen(m.Config.BusListen, rpc.Serve(table.Rows(), forwarded), key)
	if err != nil {
		return err
	}
	m.busAddr = s.Addr()
	m.parts = append(m.parts, stopper(func(ctx context.Context) error {
		forwarded.EndStreams()
		return s.Close(ctx)
	}))
	return nil
}

func (m *Main) busKey() (bus.Key, error) {
	key, err := readSecret(m.Config.BusKeyFile)
	if err != nil {
		return bus.Key{}, fmt.Errorf("app: read bus key: %w", err)
	}
	if len(key) < 32 {
		return bus.Key{}, errors.New("app: the bus key has fewer than 32 bytes")
	}
	return bus.Key{Name: m.Config.BusName, Secret: key}, nil
}

// buildEdge makes a process that forwards and holds nothing.
func (m *Main) buildEdge(pages *site.Site, metrics *httpapi.Metrics) error {
	empty := &core{cfg: &m.Config, version: m.Version}
	table, err := empty.table(metrics, pages, nil)
	if err != nil {
		return err
	}
	key, err := m.busKey()
	if err != nil {
		return err
	}
	client := bus.NewClient(m.Config.BusConnect, key)
	edge := httpapi.NewEdge(httpapi.EdgeDeps{
		Rows: table.Rows(), Forward: rpc.NewForwarder(client), Clock: m.Clock, Log: m.Log, Metrics: metrics,
		PublicURL: m.Config.PublicURL, Proxies: m.Config.proxies(), Site: pages, Refuse: pages.Refuse, Rates: m.Rates,
	})
	m.parts = append(m.parts, closer(client.Close),
		&face{listener: m.listener, server: httpapi.HTTPServer(edge, m.Log), streams: edge.EndStreams, report: m.report})
	return nil
}

// The jobs of the application itself, which come round for all organizations together.
const (
	jobTidy   = "app.tidy"
	jobExpire = "app.expire"
	jobRenew  = "app.renew"
)

// runner works off the queue.
func (m *Main) runner(metrics *httpapi.Metrics) Part {
	c := m.core
	failures := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "consigil_job_failures_total", Help: "Failed runs of jobs by kind; dead ones were given up.",
	}, []string{"kind", "dead"})
	metrics.Registry.MustRegister(failures)
	handlers := map[string]schedule.Handler{
		jobTidy:   func(ctx context.Context, _ schedule.Job) error { return c.tidy(ctx) },
		jobExpire: func(ctx context.Context, _ schedule.Job) error { return c.expire(ctx) },
		jobRenew: func(ctx context.Context, _ schedule.Job) error {
			_, err := renewDue(ctx, c.accounts, c.seal, false)
			return err
		},
	}
	for _, jobs := range []map[string]schedule.Handler{c.envelopes.Jobs(), c.seal.Jobs(), c.evidence.Jobs(), c.notify.Jobs()} {
		for kind, h := range jobs {
			handlers[kind] = h
		}
	}
	return schedule.NewRunner(schedule.Config{
		Queue: c.db.Queue(), Clock: m.Clock, Handlers: handlers, Workers: m.Config.Workers,
		Periodic: []schedule.Periodic{{Kind: jobTidy, Every: time.Hour}, {Kind: jobExpire, Every: time.Minute}, {Kind: jobRenew, Every: renewEvery}},
		Report: func(job schedule.Job, err error, dead bool) {
			failures.WithLabelValues(job.Kind, strconv.FormatBool(dead)).Inc()
			m.Log.Warn("job failed", "kind", job.Kind, "job", string(job.ID), "attempt", job.Attempt, "dead", dead, "error", err.Error())
		},
	})
}

// Files in the data directory.
const (
	keyFile     = "initial-api-key" // the first API key
	addressFile = "public-url"      // under which the last server was reached; an operator's commands print it
)

// firstStart creates the first organization and says how to get in.
func (m *Main) firstStart(ctx context.Context) error {
	first, err := m.core.accounts.Bootstrap(ctx, "My organization", "admin@localhost")
	if err != nil {
		return fmt.Errorf("app: first start: %w", err)
	}
	if !m.Config.serves() {
		return nil
	}
	if err := writeNew(filepath.Join(m.Config.Data, addressFile), m.Config.PublicURL+"\n"); err != nil {
		return fmt.Errorf("app: note the public address: %w", err)
	}
	fmt.Fprintf(m.Out, "Consigil %s serves at %s\n", m.Version, m.Config.PublicURL)
	if first == nil {
		fmt.Fprintf(m.Out, "  Sign in       consigil admin sign-in-link --data %s\n", m.Config.Data)
		return nil
	}
	path := filepath.Join(m.Config.Data, keyFile)
	if err := writeNew(path, first.APIKey+"\n"); err != nil {
		return fmt.Errorf("app: write first API key: %w", err)
	}
	token, expires, err := m.core.accounts.SignInLink(ctx, first.Organization.ID, first.Admin.ID)
	if err != nil {
		return fmt.Errorf("app: first sign-in link: %w", err)
	}
	fmt.Fprintf(m.Out, "  Sign in       %s/sign-in#%s\n                (once, until %s)\n", m.Config.PublicURL, token, expires.Local().Format("15:04"))
	fmt.Fprintf(m.Out, "  API key       %s\n  Data          %s\n", path, m.Config.Data)
	fmt.Fprintf(m.Out, "  Keys          %s (keep it out of backups of the data)\n", m.Config.KEKFile)
	return nil
}

// writeNew writes a file that only its owner may read, in the place of an earlier one.
func writeNew(path, text string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	return errors.Join(err, f.Chmod(0o600), f.Sync(), f.Close())
}
