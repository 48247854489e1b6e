package validate

import (
	"context"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"slices"
	"time"

	"github.com/consigil/consigil/cms"
	"github.com/consigil/consigil/pdf"
	"github.com/consigil/consigil/pki"
)

// Caps on what one file may make us gather or ask for.
const (
	maxPool    = 1024 // certificates
	maxLists   = 256  // revocation lists
	maxFetches = 64   // requests for one file
	maxClimb   = 6    // issuers fetched for one path
)

// world is the certificates and revocation data known while one file is
// validated: the caller's, the file's, and what was fetched.
type world struct {
	opt     Options
	certs   []*x509.Certificate
	known   map[[32]byte]bool
	lists   []list
	asked   map[string]error // addresses fetched already
	fetches int
	chains  map[question]chain // found already: one authority stamps many signatures
	depth   int                // of responders that responders vouch for
}

// question is what a chain is asked for.
type question struct {
	leaf  [32]byte
	at    int64 // nanoseconds since 1970
	usage int
}

// list is a revocation list or an OCSP response.
type list interface {
	Check(cert, issuer *x509.Certificate, at time.Time) (pki.Status, error)
}

func newWorld(opt Options) *world {
	w := &world{opt: opt, known: map[[32]byte]bool{}, asked: map[string]error{}, chains: map[question]chain{}}
	w.add(opt.Certificates, opt.CRLs)
	return w
}

func (w *world) add(certs []*x509.Certificate, lists [][]byte) {
	for _, c := range certs {
		w.addCertificate(c)
	}
	for _, raw := range lists {
		w.addList(raw)
	}
}

func (w *world) addCertificate(c *x509.Certificate) {
	if key := sha256.Sum256(c.Raw); !w.known[key] && len(w.certs) < maxPool {
		w.known[key] = true
		w.certs = append(w.certs, c)
	}
}

// addList ignores what is no list: it cannot prove anything.
func (w *world) addList(raw []byte) {
	if !w.fresh(raw) {
		return
	}
	if crl, err := pki.ParseCRL(raw); err == nil {
		w.lists = append(w.lists, crl)
	}
}

// addOCSP reports whether it is an answer that was not known yet.
func (w *world) addOCSP(raw []byte) bool {
	if !w.fresh(raw) {
		return false
	}
	response, err := pki.ParseOCSPResponse(raw)
	if err == nil {
		w.lists = append(w.lists, response)
	}
	return err == nil
}

// addCMS takes in what a signature or time stamp carries: certificates, lists and
// responses beside it, and adbe-revocationInfoArchival.
func (w *world) addCMS(data *cms.SignedData) {
	w.add(data.Certificates, data.CRLs)
	for _, raw := range data.OCSPResponses {
		w.addOCSP(raw)
	}
	for i := range data.Signers {
		crls, ocsp := data.Signers[i].RevocationArchive()
		w.add(nil, crls)
		for _, raw := range ocsp {
			w.addOCSP(raw)
		}
	}
}

// fresh reports whether there is room for a list that is not known yet.
func (w *world) fresh(raw []byte) bool {
	key := sha256.Sum256(raw)
	if w.known[key] || len(w.lists) >= maxLists {
		return false
	}
	w.known[key] = true
	return true
}

// addSecurityStore takes in the certificates and lists of /DSS (ETSI EN 319
// 142-1 section 5.4.2). What cannot be read there is as good as absent.
func (w *world) addSecurityStore(file *pdf.File) {
	catalog, err := file.Catalog()
	if err != nil {
		return
	}
	store := resolved[pdf.Dict](file, catalog["DSS"])
	for _, raw := range streams(file, store["Certs"]) {
		if c, err := x509.ParseCertificate(raw); err == nil {
			w.addCertificate(c)
		}
	}
	for _, raw := range streams(file, store["CRLs"]) {
		w.addList(raw)
	}
	for _, raw := range streams(file, store["OCSPs"]) {
		w.addOCSP(raw)
	}
}

func streams(file *pdf.File, o pdf.Object) [][]byte {
	var out [][]byte
	for _, item := range resolved[pdf.Array](file, o) {
		stream := resolved[*pdf.Stream](file, item)
		if stream == nil || len(out) >= maxPool {
			continue
		}
		if raw, err := file.Decode(stream); err == nil {
			out = append(out, raw)
		}
	}
	return out
}

func resolved[T pdf.Object](file *pdf.File, o pdf.Object) T {
	value, err := file.Resolve(o)
	t, ok := value.(T)
	if err != nil || !ok {
		var none T
		return none
	}
	return t
}

// chain is a path with what is known of the revocation of its certificates.
type chain struct {
	path  []*x509.Certificate // leaf first, anchor last; nil where err
	err   error
	facts []revocation // of path, without the anchor
}

// revocation is what the lists say of one certificate.
type revocation struct {
	cert   *x509.Certificate
	status pki.Status
	err    error // why no list answers
}

var errNoList = errors.New("no revocation data")

// chainOf finds a path that holds at a time and asks for the revocation of
// what is on it.
func (w *world) chainOf(ctx context.Context, leaf *x509.Certificate, at time.Time, usage ...x509.ExtKeyUsage) chain {
	q := question{leaf: sha256.Sum256(leaf.Raw), at: at.UnixNano(), usage: len(usage)}
	if c, ok := w.chains[q]; ok {
		return c
	}
	c := chain{}
	c.path, c.err = w.path(ctx, leaf, pki.PathOptions{At: at, EKU: usage})
	for i := 0; i+1 < len(c.path); i++ {
		c.facts = append(c.facts, w.revocationOf(ctx, c.path[i], c.path[i+1], at))
	}
	w.chains[q] = c
	return c
}

// path builds a path, fetching issuers as long as one is missing.
func (w *world) path(ctx context.Context, leaf *x509.Certificate, opt pki.PathOptions) ([]*x509.Certificate, error) {
	path, err := pki.BuildPath(leaf, w.certs, w.opt.Anchors, opt)
	next := []*x509.Certificate{leaf}
	for range maxClimb {
		if !errors.Is(err, pki.ErrNoAnchor) || len(next) == 0 {
			break
		}
		next = w.fetchIssuers(ctx, next)
		path, err = pki.BuildPath(leaf, w.certs, w.opt.Anchors, opt)
	}
	return path, err
}

// fetchIssuers gets the issuers that certificates name, and returns the new
// ones.
func (w *world) fetchIssuers(ctx context.Context, certs []*x509.Certificate) []*x509.Certificate {
	var fresh []*x509.Certificate
	for _, c := range certs {
		for _, address := range c.IssuingCertificateURL {
			if !w.mayAsk(address) {
				continue
			}
			issuers, err := w.opt.Fetcher.Certificates(ctx, address)
			w.asked[address] = err
			for _, issuer := range issuers {
				w.addCertificate(issuer)
				fresh = append(fresh, issuer)
			}
		}
	}
	return fresh
}

func (w *world) mayAsk(address string) bool {
	_, done := w.asked[address]
	if done || w.opt.Fetcher == nil || w.fetches >= maxFetches {
		return false
	}
	w.fetches++
	return true
}

// revocationOf takes the newest source that answers. Only where none at hand is
// still in force is one fetched: an OCSP answer, else a list.
func (w *world) revocationOf(ctx context.Context, cert, issuer *x509.Certificate, at time.Time) revocation {
	r := w.newest(ctx, cert, issuer, at)
	if r.err == nil && r.status.State != pki.StateUnknown && !r.status.NextUpdate.Before(w.opt.Now) {
		return r
	}
	if w.fetchOCSP(ctx, cert, issuer) {
		if r = w.newest(ctx, cert, issuer, at); r.err == nil && r.status.State != pki.StateUnknown {
			return r
		}
	}
	if !w.fetchLists(ctx, cert) {
		return r
	}
	return w.newest(ctx, cert, issuer, at)
}

// newest is what the newest source says; one that does not know the certificate
// counts only where no other does.
func (w *world) newest(ctx context.Context, cert, issuer *x509.Certificate, at time.Time) revocation {
	r := revocation{cert: cert, err: errNoList}
	for _, l := range slices.Clone(w.lists) { // a responder's own may be added on the way
		status, err := w.says(ctx, l, cert, issuer, at)
		switch {
		case err == nil && status.ThisUpdate.After(w.opt.Now.Add(clockSkew)):
			r.err = firstOf(r.err, pki.ErrNotYetIssued)
		case err == nil && (r.err != nil || r.status.State == pki.StateUnknown || status.State != pki.StateUnknown && status.ThisUpdate.After(r.status.ThisUpdate)):
			r = revocation{cert: cert, status: status}
		case err != nil && !errors.Is(err, pki.ErrIssuer) && !errors.Is(err, pki.ErrNotCovered) && r.err != nil:
			r.err = firstOf(r.err, err)
		}
	}
	return r
}

// firstOf keeps the first reason that says more than that there is no list.
func firstOf(old, found error) error {
	if errors.Is(old, errNoList) {
		return found
	}
	return old
}

func (w *world) fetchLists(ctx context.Context, cert *x509.Certificate) bool {
	any := false
	for _, address := range cert.CRLDistributionPoints {
		if !w.mayAsk(address) {
			continue
		}
		raw, err := w.opt.Fetcher.CRL(ctx, address)
		w.asked[address] = err
		if err == nil {
			w.addList(raw)
			any = true
		}
	}
	return any
}
