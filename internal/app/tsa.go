package app

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/asn1"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/consigil/consigil/fetch"
	"github.com/consigil/consigil/internal/httpapi"
	"github.com/consigil/consigil/internal/op"
	"github.com/consigil/consigil/internal/problem"
	"github.com/consigil/consigil/internal/seal"
	"github.com/consigil/consigil/internal/timecheck"
	"github.com/consigil/consigil/signer"
)

// Ways to know that the clock is right.
const (
	clockKernel = "kernel"
	clockNTP    = "ntp"
	clockTrust  = "trust-host"
)

// How often a clock is looked at.
const (
	kernelEvery = time.Second
	ntpEvery    = 64 * time.Second
)

// maxTSAFile bounds a file that the configuration of authorities names, bytes.
const maxTSAFile = 1 << 20

// externalTSA is one authority in the file of --tsa-config. Paths are relative to that file.
type externalTSA struct {
	Name         string `json:"name"`
	URL          string `json:"url"`
	User         string `json:"user"`
	PasswordFile string `json:"password_file"`
	ClientCert   string `json:"client_cert"`
	ClientKey    string `json:"client_key"`
	CA           string `json:"ca"`
	Policy       string `json:"policy"`
	Trust        string `json:"trust"`
}

func (c *Config) checkTSA() error {
	if len(c.TSA) > 0 && c.TSAConfig != "" {
		return errors.New("tsa-config: it stands in place of --tsa: give one of them")
	}
	for _, t := range c.TSA {
		if err := checkURL("tsa", t); err != nil {
			return err
		}
	}
	switch c.TSAClock {
	case "", clockKernel, clockTrust, clockNTP:
	default:
		return fmt.Errorf("tsa-clock %q: use kernel, ntp or trust-host", c.TSAClock)
	}
	if (c.TSAClock == clockNTP) != (len(c.TSANTP) > 0) {
		return errors.New("tsa-ntp: --tsa-clock ntp and the time servers go together")
	}
	_, err := readTSAConfig(c.TSAConfig)
	return err
}

// clockSource is the way in force.
func (c *Config) clockSource() string {
	switch {
	case c.TSAClock != "":
		return c.TSAClock
	case c.alone(RoleTSA):
		return clockKernel
	}
	return clockTrust
}

// readTSAConfig reads the authorities and everything that they name; no file, no authorities. Errors repeat nothing
// of what the files hold.
func readTSAConfig(path string) ([]fetch.TimestampAuthority, error) {
	if path == "" {
		return nil, nil
	}
	wrong := func(err error) ([]fetch.TimestampAuthority, error) { return nil, fmt.Errorf("tsa-config: %w", err) }
	data, err := readLimited(path)
	if err != nil {
		return wrong(err)
	}
	var list []externalTSA
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&list); err != nil {
		return wrong(fmt.Errorf("%s: %w", path, err))
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) || len(list) == 0 {
		return wrong(fmt.Errorf("%s: use one list of at least one authority", path))
	}
	var out []fetch.TimestampAuthority
	names := map[string]bool{}
	for i, e := range list {
		a, err := e.authority(filepath.Dir(path))
		if err != nil {
			return wrong(fmt.Errorf("authority %d: %w", i+1, err))
		}
		if names[a.Name] {
			return wrong(fmt.Errorf("authority %d: another one has the same name", i+1))
		}
		names[a.Name] = true
		out = append(out, a)
	}
	return out, nil
}

func readLimited(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err == nil && info.Size() > maxTSAFile {
		err = fmt.Errorf("%s: larger than %d bytes", path, maxTSAFile)
	}
	if err != nil {
		return nil, err
	}
	return os.ReadFile(path)
}

// authority reads what one entry names.
func (e *externalTSA) authority(dir string) (a fetch.TimestampAuthority, err error) {
	if err := e.check(); err != nil {
		return a, err
	}
	a = fetch.TimestampAuthority{Name: e.Name, URL: e.URL, User: e.User}
	if a.Name == "" {
		a.Name = hostOf(e.URL)
	}
	if a.Policy, err = parseOID(e.Policy); err != nil {
		return a, err
	}
	if a.CA, err = readAnchors("ca", dir, e.CA); err != nil {
		return a, err
	}
	if a.Anchors, err = readAnchors("trust", dir, e.Trust); err != nil {
		return a, err
	}
	if e.PasswordFile != "" {
		password, err := readSecret(beside(dir, e.PasswordFile))
		if err != nil {
			return a, fmt.Errorf("password_file: %w", err)
		}
		line, _, _ := strings.Cut(string(password), "\n")
		a.Password = strings.TrimSuffix(line, "\r")
	}
	if e.ClientCert == "" {
		return a, nil
	}
	if a.Certificate, err = readPair(beside(dir, e.ClientCert), beside(dir, e.ClientKey)); err != nil {
		return a, fmt.Errorf("client_cert and client_key: %w", err)
	}
	return a, nil
}

// check refuses what does not go together.
func (e *externalTSA) check() error {
	secret := e.User != "" || e.ClientCert != ""
	switch {
	case e.URL == "":
		return errors.New("url is needed")
	case (e.User == "") != (e.PasswordFile == ""):
		return errors.New("user and password_file go together")
	case (e.ClientCert == "") != (e.ClientKey == ""):
		return errors.New("client_cert and client_key go together")
	}
	if err := checkURL("url", e.URL); err != nil {
		return err
	}
	u, err := url.Parse(e.URL)
	if err == nil && secret && u.Scheme != "https" && !loopback(u.Hostname()) {
		return errors.New("url: credentials go over https only")
	}
	return err
}

func hostOf(address string) string {
	if u, err := url.Parse(address); err == nil {
		return u.Host
	}
	return address
}

// beside is a path as the file in dir means it.
func beside(dir, path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(dir, path)
}

// readPair reads a certificate for TLS and its key, which only its owner may read.
func readPair(certPath, keyPath string) (*tls.Certificate, error) {
	cert, err := readLimited(certPath)
	if err != nil {
		return nil, fmt.Errorf("certificate: %w", err)
	}
	key, err := readSecret(keyPath)
	if err != nil {
		return nil, fmt.Errorf("key: %w", err)
	}
	defer clear(key)
	pair, err := tls.X509KeyPair(cert, key)
	return &pair, err
}

func readAnchors(what, dir, path string) ([]*x509.Certificate, error) {
	if path == "" {
		return nil, nil
	}
	data, err := readLimited(beside(dir, path))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	certs, err := signer.ParseCertificatesPEM(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	return certs, nil
}

// parseOID reads an object identifier in dots; "" is none.
func parseOID(text string) (asn1.ObjectIdentifier, error) {
	if text == "" {
		return nil, nil
	}
	var oid asn1.ObjectIdentifier
	for part := range strings.SplitSeq(text, ".") {
		n, err := strconv.ParseUint(part, 10, 31)
		if err != nil {
			return nil, errors.New("policy: use an object identifier, such as 1.3.6.1.4.1.99999.1")
		}
		oid = append(oid, int(n))
	}
	if _, err := asn1.Marshal(oid); err != nil {
		return nil, errors.New("policy: use an object identifier, such as 1.3.6.1.4.1.99999.1")
	}
	return oid, nil
}

// readExternal reads the configured authorities and what they are trusted by.
func (c *core) readExternal() error {
	var err error
	if c.tsaRoots, err = readTrust(c.cfg.TSATrust); err != nil {
		return err
	}
	if c.external, err = readTSAConfig(c.cfg.TSAConfig); err != nil {
		return fmt.Errorf("app: %w", err)
	}
	for _, address := range c.cfg.TSA {
		c.external = append(c.external, fetch.TimestampAuthority{Name: hostOf(address), URL: address})
	}
	for i := range c.external {
		a := &c.external[i]
		own := a.Anchors
		if len(c.tsaRoots) > 0 {
			a.Anchors = append(append([]*x509.Certificate{}, own...), c.tsaRoots...)
		}
	}
	return nil
}

// anchors are the roots of every configured authority.
func (c *core) anchors() []*x509.Certificate {
	out := append([]*x509.Certificate{}, c.tsaRoots...)
	for _, a := range c.external {
		out = append(out, a.Anchors...)
	}
	return out
}

// localOrigins are those that may be on this network: the operator named them.
func (c *core) localOrigins() []string {
	addresses := make([]string, 0, len(c.external))
	for _, a := range c.external {
		addresses = append(addresses, a.URL)
	}
	if own := c.publicURL(); !strings.HasPrefix(own, "unix:") { // a signer's socket, which serves nothing of the kind
		addresses = append(addresses, own)
	}
	return origins(addresses)
}

// sources are the time-stamp authorities: those configured, or the built-in one in process.
func (c *core) sources() []seal.Source {
	if len(c.external) == 0 {
		return []seal.Source{{Name: "built-in", Source: c.authority.TSA()}}
	}
	var out []seal.Source
	for _, a := range c.external {
		source := &fetch.TSA{Client: c.fetch, Authorities: []fetch.TimestampAuthority{a}}
		out = append(out, seal.Source{Name: a.Name, Source: source, Anchors: a.Anchors})
	}
	return out
}

// watchClock makes what judges the clock of the built-in authority; nil where the host is trusted.
func (c *core) watchClock(ctx context.Context) {
	report := func(err error) {
		if err == nil {
			c.log.Info("the clock is believed", "source", c.cfg.clockSource())
			return
		}
		c.log.Error("no time stamps are given: the clock is not believed", "source", c.cfg.clockSource(), "error", err.Error())
	}
	switch c.cfg.clockSource() {
	case clockKernel:
		c.watch = &timecheck.Monitor{Source: timecheck.System(), Every: kernelEvery, Report: report}
	case clockNTP:
		c.watch = &timecheck.Monitor{Source: timecheck.NTP(c.cfg.TSANTP, c.clock.Now), Every: ntpEvery, Report: report}
	default:
		if _, err := timecheck.System()(ctx); err != nil {
			c.log.Warn("time stamps rest on a clock that may be wrong; see --tsa-clock", "error", err.Error())
		}
	}
}

// trustedClock is nil while the clock is believed.
func (c *core) trustedClock() error {
	if c.watch == nil {
		return nil
	}
	return c.watch.Check()
}

// clockCheck is trustedClock as a part of the process's health.
func (c *core) clockCheck() op.Check {
	return op.Check{Name: "clock", Run: func(context.Context) error {
		if err := c.trustedClock(); err != nil {
			return problem.Wrap(err, problem.Unavailable, "clock_not_trusted", "The clock is not known to be right, so no time stamps are given.")
		}
		return nil
	}}
}

// registerClock shows operators what the watch saw.
func (c *core) registerClock(metrics *httpapi.Metrics) {
	metrics.Registry.MustRegister(
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "consigil_clock_trusted", Help: "1 while the clock is believed and time stamps are given.",
		}, func() float64 {
			if c.trustedClock() != nil {
				return 0
			}
			return 1
		}),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "consigil_clock_offset_seconds", Help: "How far the clock was off at the last look (--tsa-clock ntp).",
		}, func() float64 {
			if c.watch == nil {
				return 0
			}
			return c.watch.Offset().Seconds()
		}),
	)
}
