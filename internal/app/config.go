package app

import (
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/consigil/consigil/internal/authority"
)

// Config is everything that can be configured. Its zero value serves on the loopback address with data under ./data.
// Every flag has an environment variable, CONSIGIL_ and its name, and a key of its name in the JSON file of --config.
type Config struct {
	Data       string   `help:"Directory of all data." default:"data" env:"CONSIGIL_DATA" type:"path" placeholder:"DIR"`
	Listen     string   `help:"Address to serve on." default:"127.0.0.1:8321" env:"CONSIGIL_LISTEN" placeholder:"HOST:PORT"`
	PublicURL  string   `help:"Where browsers and validators reach this server; used in mails and certificates. Default: http:// and the listen address." name:"public-url" env:"CONSIGIL_PUBLIC_URL" placeholder:"URL"`
	Role       []string `help:"Parts to run: all, core, edge, worker, tsa, signer." default:"all" env:"CONSIGIL_ROLE" sep:"," placeholder:"ROLE"`
	Database   string   `help:"postgres://... or mysql://... Default: SQLite in the data directory." env:"CONSIGIL_DATABASE" placeholder:"URL"`
	KEKFile    string   `help:"Key-encryption key, made at first start; keep it out of backups of the data. Default: DIR/kek." name:"kek-file" env:"CONSIGIL_KEK_FILE" type:"path" placeholder:"FILE"`
	CacheDir   string   `help:"Directory of what can be made again. Default: DIR/cache." env:"CONSIGIL_CACHE_DIR" type:"path" placeholder:"DIR"`
	BusListen  string   `help:"Where core waits for edges: unix:PATH or HOST:PORT." env:"CONSIGIL_BUS_LISTEN" placeholder:"ADDR"`
	BusConnect string   `help:"Where an edge finds core." env:"CONSIGIL_BUS_CONNECT" placeholder:"ADDR"`
	BusKeyFile string   `help:"Key that core and its edges share: at least 32 bytes, readable by the owner only." env:"CONSIGIL_BUS_KEY_FILE" type:"path" placeholder:"FILE"`
	BusName    string   `help:"Name by which core records this edge." default:"edge" env:"CONSIGIL_BUS_NAME" placeholder:"NAME"`

	SMTPHost         string `help:"Mail server. Without one, messages are kept readable in the product." env:"CONSIGIL_SMTP_HOST" placeholder:"HOST"`
	SMTPPort         int    `help:"Port of the mail server." env:"CONSIGIL_SMTP_PORT" placeholder:"PORT"`
	SMTPTLS          string `help:"Encryption of mail: starttls, tls, none." default:"starttls" enum:"starttls,tls,none" name:"smtp-tls" env:"CONSIGIL_SMTP_TLS" placeholder:"MODE"`
	SMTPUser         string `help:"User name at the mail server." env:"CONSIGIL_SMTP_USER" placeholder:"NAME"`
	SMTPPasswordFile string `help:"File that holds the password of the mail server." env:"CONSIGIL_SMTP_PASSWORD_FILE" type:"path" placeholder:"FILE"`
	SMTPFrom         string `help:"Sender address of mails." env:"CONSIGIL_SMTP_FROM" placeholder:"ADDRESS"`

	Signer         string `help:"Process of role signer that keeps the seal keys: https://HOST, http:// on loopback, or unix:PATH." env:"CONSIGIL_SIGNER" placeholder:"URL"`
	SignerCA       string `help:"Certificates (PEM) to which the signer's own chains. Default: those of the system." name:"signer-ca" env:"CONSIGIL_SIGNER_CA" type:"path" placeholder:"FILE"`
	SignerCert     string `help:"Client certificate (PEM) by which the signer knows this process." env:"CONSIGIL_SIGNER_CERT" type:"path" placeholder:"FILE"`
	SignerKey      string `help:"Private key of --signer-cert, readable by the owner only." env:"CONSIGIL_SIGNER_KEY" type:"path" placeholder:"FILE"`
	SignerTokenKey string `help:"Private key (PEM, Ed25519 or P-256) that signs a token for each request to the signer, readable by the owner only." env:"CONSIGIL_SIGNER_TOKEN_KEY" type:"path" placeholder:"FILE"`
	SignerName     string `help:"Name of this process at the signer, in its tokens." default:"core" env:"CONSIGIL_SIGNER_NAME" placeholder:"NAME"`
	SealKeys       string `help:"Who makes new seal keys: software (this process), token (--pkcs11-module), remote (--signer). Default: remote, else token, else software." enum:",software,token,remote" default:"" env:"CONSIGIL_SEAL_KEYS" placeholder:"KIND"`

	TLSCert       string   `help:"Role signer: certificate (PEM) to serve with." name:"tls-cert" env:"CONSIGIL_TLS_CERT" type:"path" placeholder:"FILE"`
	TLSKey        string   `help:"Role signer: private key of --tls-cert, readable by the owner only." name:"tls-key" env:"CONSIGIL_TLS_KEY" type:"path" placeholder:"FILE"`
	ESignClientCA string   `help:"Role signer: certificates (PEM) to which client certificates chain." name:"esign-client-ca" env:"CONSIGIL_ESIGN_CLIENT_CA" type:"path" placeholder:"FILE"`
	ESignClient   []string `help:"Role signer: names that client certificates may bear, each a service with keys of its own." name:"esign-client" env:"CONSIGIL_ESIGN_CLIENT" sep:"," placeholder:"NAME"`
	ESignTokenKey []string `help:"Role signer: services that prove themselves by tokens, each with its public key (PEM)." name:"esign-token-key" env:"CONSIGIL_ESIGN_TOKEN_KEY" sep:"," placeholder:"NAME=FILE"`

	MetricsListen string   `help:"Address for Prometheus alone, without a key: keep it off the network's edge." env:"CONSIGIL_METRICS_LISTEN" placeholder:"HOST:PORT"`
	TSA           []string `help:"RFC 3161 authorities to use in place of the built-in one, tried in order." name:"tsa" env:"CONSIGIL_TSA" sep:"," placeholder:"URL"`
	TSATrust      string   `help:"Certificates (PEM) to which the tokens of --tsa chain. Without them only authorities of this installation are believed." name:"tsa-trust" env:"CONSIGIL_TSA_TRUST" type:"path" placeholder:"FILE"`
	TSAConfig     string   `help:"JSON list of such authorities with what each needs: name, url, user, password_file, client_cert, client_key, ca, policy, trust. In place of --tsa." name:"tsa-config" env:"CONSIGIL_TSA_CONFIG" type:"path" placeholder:"FILE"`
	TSAClock      string   `help:"How the built-in time-stamp authority knows that its clock is right: kernel, ntp or trust-host. Default: kernel for role tsa alone, else trust-host." default:"" enum:",kernel,ntp,trust-host" name:"tsa-clock" env:"CONSIGIL_TSA_CLOCK" placeholder:"SOURCE"`
	TSANTP        []string `help:"Time servers for --tsa-clock ntp; more than half must answer." name:"tsa-ntp" env:"CONSIGIL_TSA_NTP" sep:"," placeholder:"HOST"`
	PKCS11Module  string   `help:"PKCS#11 module of a token that keeps the organizations' seal keys: new ones are made there." name:"pkcs11-module" env:"CONSIGIL_PKCS11_MODULE" type:"path" placeholder:"FILE"`
	PKCS11Token   string   `help:"The token: its label, or an address such as pkcs11:serial=0123." name:"pkcs11-token" env:"CONSIGIL_PKCS11_TOKEN" placeholder:"LABEL"`
	PKCS11PINFile string   `help:"File whose first line is the token's PIN, readable by the owner only." name:"pkcs11-pin-file" env:"CONSIGIL_PKCS11_PIN_FILE" type:"path" placeholder:"FILE"`
	PKCS11Helper  string   `help:"The program that loads the module. Default: consigil-pkcs11 beside this one." name:"pkcs11-helper" env:"CONSIGIL_PKCS11_HELPER" type:"path" placeholder:"FILE"`
	TrustedProxy  []string `help:"Networks of proxies whose X-Forwarded-For is believed." env:"CONSIGIL_TRUSTED_PROXY" sep:"," placeholder:"CIDR"`
	MaxFile       int64    `help:"Largest upload, bytes." default:"104857600" env:"CONSIGIL_MAX_FILE" placeholder:"BYTES"`
	Workers       int      `help:"Jobs that run at once." default:"4" env:"CONSIGIL_WORKERS" placeholder:"N"`
	WebDir        string   `help:"Folder of built web pages to serve in place of those in the program; read anew as it changes." env:"CONSIGIL_WEB_DIR" type:"path" placeholder:"DIR"`
	DevUI         string   `help:"Vite server of the console, for work on its pages; only on a loopback address." name:"dev-ui" env:"CONSIGIL_DEV_UI" placeholder:"URL"`
	LogLevel      string   `help:"debug, info, warn or error." default:"info" enum:"debug,info,warn,error" env:"CONSIGIL_LOG_LEVEL" placeholder:"LEVEL"`

	SealLife    time.Duration `help:"How long a certificate lasts that the built-in authority issues for a seal; it is replaced by itself before." default:"17520h" env:"CONSIGIL_SEAL_LIFE" placeholder:"DURATION"`
	CAPermit    []string      `help:"Limits the built-in issuing authority by name constraints: org:NAME, dns:DOMAIN, mail:DOMAIN." name:"ca-permit" env:"CONSIGIL_CA_PERMIT" sep:"," placeholder:"LIMIT"`
	RenewBefore int           `help:"Days before the proof of a sealed document runs out at which it is renewed." default:"180" env:"CONSIGIL_RENEW_BEFORE" placeholder:"DAYS"`
}

// The roles (ARCHITECTURE section 5). One process may have several.
const (
	RoleAll    = "all"
	RoleCore   = "core"
	RoleEdge   = "edge"
	RoleWorker = "worker"
	RoleTSA    = "tsa"
	RoleSigner = "signer"
)

func (c *Config) has(role string) bool { return slices.Contains(c.Role, role) }

// alone says whether the process has one role and no other.
func (c *Config) alone(role string) bool { return len(c.Role) == 1 && c.has(role) }

// serves says whether the process listens for HTTP.
func (c *Config) serves() bool {
	return c.has(RoleAll) || c.has(RoleCore) || c.has(RoleEdge) || c.has(RoleTSA) || c.has(RoleSigner)
}

// runsJobs says whether the process works off the queue.
func (c *Config) runsJobs() bool { return c.has(RoleAll) || c.has(RoleWorker) }

// Defaults fills what is empty, as the flags' own defaults do.
func (c *Config) Defaults() {
	set := func(v *string, d string) {
		if *v == "" {
			*v = d
		}
	}
	set(&c.Data, "data")
	set(&c.Listen, "127.0.0.1:8321")
	set(&c.BusName, "edge")
	set(&c.SignerName, "core")
	set(&c.SMTPTLS, "starttls")
	set(&c.LogLevel, "info")
	set(&c.CacheDir, filepath.Join(c.Data, "cache"))
	set(&c.KEKFile, filepath.Join(c.Data, "kek"))
	if len(c.Role) == 0 {
		c.Role = []string{RoleAll}
	}
	if c.MaxFile == 0 {
		c.MaxFile = 100 << 20
	}
	if c.Workers == 0 {
		c.Workers = 4
	}
	if c.SealLife == 0 {
		c.SealLife = 2 * 365 * 24 * time.Hour
	}
	if c.RenewBefore == 0 {
		c.RenewBefore = 180
	}
}

// Check says everything that is wrong, before anything is opened.
func (c *Config) Check() error {
	c.Defaults()
	return errors.Join(c.checkRoles(), c.checkAddresses(), c.checkBus(), c.checkSigner(), c.checkMail(), c.checkFigures(), c.checkPages(), c.checkToken(), c.checkTSA())
}

func (c *Config) checkRoles() error {
	for _, r := range c.Role {
		if !slices.Contains([]string{RoleAll, RoleCore, RoleEdge, RoleWorker, RoleTSA, RoleSigner}, r) {
			return fmt.Errorf("role %q: use all, core, edge, worker, tsa or signer", r)
		}
	}
	if c.has(RoleEdge) && len(c.Role) > 1 {
		return errors.New("role edge: an edge holds no data and runs alone")
	}
	if c.has(RoleSigner) && len(c.Role) > 1 {
		return errors.New("role signer: a signer holds no tenant's data and runs alone")
	}
	return nil
}

func (c *Config) checkAddresses() error {
	_, unix := strings.CutPrefix(c.Listen, "unix:")
	if _, _, err := net.SplitHostPort(c.Listen); err != nil && !(unix && c.has(RoleSigner)) {
		return fmt.Errorf("listen: %w", err)
	}
	for _, p := range c.TrustedProxy {
		if _, err := netip.ParsePrefix(p); err != nil {
			return fmt.Errorf("trusted-proxy: %w", err)
		}
	}
	if c.PublicURL == "" {
		return nil
	}
	if unix && c.has(RoleSigner) {
		return nil
	}
	c.PublicURL = strings.TrimRight(c.PublicURL, "/")
	return checkURL("public-url", c.PublicURL)
}

func checkURL(name, s string) error {
	u, err := url.Parse(s)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return fmt.Errorf("%s: use http:// or https:// with a host, and neither user, query nor fragment", name)
	}
	return nil
}

func (c *Config) checkBus() error {
	edge := c.has(RoleEdge)
	switch {
	case edge && (c.BusConnect == "" || c.BusKeyFile == ""):
		return errors.New("role edge: --bus-connect and --bus-key-file are needed")
	case edge && c.PublicURL == "":
		return errors.New("role edge: --public-url is needed, the same as core's")
	case c.BusListen != "" && c.BusKeyFile == "":
		return errors.New("bus-listen: --bus-key-file is needed")
	}
	return nil
}

func (c *Config) checkMail() error {
	if c.SMTPHost != "" && c.SMTPFrom == "" {
		return errors.New("smtp-host: --smtp-from is needed too")
	}
	if a, err := mail.ParseAddress(c.SMTPFrom); c.SMTPFrom != "" && (err != nil || a.Address != c.SMTPFrom) {
		return errors.New("smtp-from: use the bare address, sign@example.org; the name is the organization's")
	}
	return nil
}

func (c *Config) checkFigures() error {
	if c.MaxFile < 1 || c.MaxFile > 1<<30 {
		return errors.New("max-file: use 1 byte to 1 GB")
	}
	if c.Workers < 1 || c.Workers > 256 {
		return errors.New("workers: use 1 to 256")
	}
	if c.SealLife < time.Hour || c.SealLife > 5*365*24*time.Hour {
		return errors.New("seal-life: use 1h to 43800h")
	}
	if _, err := c.permitted(); err != nil {
		return err
	}
	if c.RenewBefore < 1 || c.RenewBefore > 3650 {
		return errors.New("renew-before: use 1 to 3650 days")
	}
	return nil
}

// permitted reads --ca-permit.
func (c *Config) permitted() (p authority.Permitted, err error) {
	for _, limit := range c.CAPermit {
		kind, name, _ := strings.Cut(limit, ":")
		if name = strings.TrimSpace(name); name == "" {
			return p, fmt.Errorf("ca-permit %q: use org:NAME, dns:DOMAIN or mail:DOMAIN", limit)
		}
		switch kind {
		case "org":
			p.Organizations = append(p.Organizations, name)
		case "dns":
			p.Domains = append(p.Domains, name)
		case "mail":
			p.Mail = append(p.Mail, name)
		default:
			return p, fmt.Errorf("ca-permit %q: use org:NAME, dns:DOMAIN or mail:DOMAIN", limit)
		}
	}
	return p, nil
}

// horizon is how long before its proof runs out a document is renewed.
func (c *Config) horizon() time.Duration { return time.Duration(c.RenewBefore) * 24 * time.Hour }

func (c *Config) proxies() []netip.Prefix {
	var out []netip.Prefix
	for _, p := range c.TrustedProxy {
		if prefix, err := netip.ParsePrefix(p); err == nil { // Check has refused others
			out = append(out, prefix)
		}
	}
	return out
}

// readSecret reads a file that only its owner may read.
func readSecret(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("%s: others can read this file; chmod 600 it", path)
	}
	return os.ReadFile(path)
}
