package seal

import (
	"crypto/x509"
	"fmt"
	"io"
	"time"

	"github.com/consigil/consigil/cms"
	"github.com/consigil/consigil/pades"
	"github.com/consigil/consigil/pdf"
	"github.com/consigil/consigil/pdf/form"
	"github.com/consigil/consigil/pki"
	"github.com/consigil/consigil/tsp"
)

// What runs out first.
const (
	endsCertificate = "certificate"
	endsAlgorithm   = "algorithm"
)

// proof is what the bytes of a file say about how long its signatures can be shown to be good.
type proof struct {
	level pades.Level // of the newest signature
	until time.Time   // when the first thing that it rests on runs out
	ends  string      // which that is
}

// maxIssuers bounds the way from a certificate to its root.
const maxIssuers = 8

// readProof looks at what the proof of a sealed file rests on: where every signature is B-LTA, the newest document time
// stamp alone; otherwise every time stamp and the newest signature.
func readProof(src io.ReaderAt, size int64) (*proof, error) {
	file, err := pdf.Open(src, size, pdf.Options{Strict: true})
	if err != nil {
		return nil, fmt.Errorf("seal: read sealed document: %w", err)
	}
	list, err := form.Signatures(file)
	if err != nil {
		return nil, fmt.Errorf("seal: read sealed document: %w", err)
	}
	levels, err := pades.LevelsOf(file, list)
	if err != nil {
		return nil, fmt.Errorf("seal: read sealed document: %w", err)
	}
	p := &proof{}
	if len(levels) == 0 {
		return p, nil
	}
	p.level = levels[len(levels)-1].Level
	if archived(levels) {
		p.restOnNewest(list)
		return p, nil
	}
	p.restOnAll(list)
	return p, nil
}

func archived(levels []pades.FieldLevel) bool {
	for _, l := range levels {
		if l.Level != pades.LevelLTA && l.Level != pades.LevelPKCS7LTA {
			return false
		}
	}
	return true
}

// isStamp tells document time stamps from signatures.
func isStamp(s form.Signature) bool { return s.SubFilter == "ETSI.RFC3161" }

func (p *proof) restOnNewest(list []form.Signature) {
	for i := len(list) - 1; i >= 0; i-- {
		if isStamp(list[i]) {
			p.restOnToken(list[i].Contents)
			return
		}
	}
}

func (p *proof) restOnAll(list []form.Signature) {
	var newest *cms.SignedData
	for _, s := range list {
		if isStamp(s) {
			p.restOnToken(s.Contents)
			continue
		}
		data, err := cms.Parse(s.Contents)
		if err != nil || s.UsageRights || len(data.Signers) == 0 {
			continue
		}
		newest = data
		for _, attribute := range cms.Find(data.Signers[0].Unsigned, cms.OIDSignatureTimeStamp()) {
			for _, raw := range attribute.Values {
				p.restOnToken(raw)
			}
		}
	}
	if newest != nil {
		p.restOnSigned(newest)
	}
}

// restOnToken counts a time stamp. One that cannot be read proves nothing and ends nothing.
func (p *proof) restOnToken(raw []byte) {
	token, err := tsp.ParseToken(raw)
	if err != nil {
		return
	}
	p.end(hashEnd(token.Hash), endsAlgorithm)
	p.restOnSigned(token.SignedData())
}

// restOnSigned counts a signature: its digest, and certificate after certificate on the way to the root, which is
// trusted for another reason than its dates.
func (p *proof) restOnSigned(data *cms.SignedData) {
	p.end(hashEnd(data.Signers[0].Digest), endsAlgorithm)
	cert := data.Certificate()
	for range maxIssuers {
		if cert == nil || pki.SelfIssued(cert) {
			return
		}
		p.end(cert.NotAfter, endsCertificate)
		p.end(keyEnd(cert.PublicKey), endsAlgorithm)
		cert = issuerIn(data.Certificates, cert)
	}
}

func issuerIn(pool []*x509.Certificate, cert *x509.Certificate) *x509.Certificate {
	for _, candidate := range pool {
		if string(candidate.RawSubject) == string(cert.RawIssuer) && pki.VerifySignature(cert, candidate) == nil {
			return candidate
		}
	}
	return nil
}

// end takes an end into account; zero is none.
func (p *proof) end(at time.Time, what string) {
	if at.IsZero() || !p.until.IsZero() && !at.Before(p.until) {
		return
	}
	p.until, p.ends = at.UTC(), what
}

// lasts is until, or the end of time where no end is known.
func (p *proof) lasts() time.Time {
	if p.until.IsZero() {
		return day(9999, 1, 1)
	}
	return p.until
}
