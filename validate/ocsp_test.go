package validate_test

import (
	"bytes"
	"context"
	"crypto/x509"
	"strings"
	"testing"
	"time"

	"github.com/consigil/consigil/pades"
	"github.com/consigil/consigil/pki"
	"github.com/consigil/consigil/test/testpdf"
	"github.com/consigil/consigil/test/testpki"
	"github.com/consigil/consigil/validate"
)

// ocspScene is an authority that publishes no list.
func ocspScene(t testing.TB) *scene {
	t.Helper()
	ca := testpki.New(t, noon, false, testpki.OnlyOCSP)
	only := func(c *x509.Certificate) { testpki.OnlyOCSP(ca, c) }
	s := &scene{t: t, ca: ca, leaf: ca.Leaf("Alice", "p-256", only), tsa: ca.TSA(func() time.Time { return noon })}
	stamper := ca.Leaf("Test TSA", "p-256", only, testpki.TimeStamping)
	s.tsa.Certificate, s.tsa.Signer = stamper.Cert, stamper.Signer
	return s
}

func (s *scene) online() validate.Options {
	return validate.Options{Anchors: []*x509.Certificate{s.ca.Root}, Now: noon.Add(30 * time.Minute), Fetcher: &fetcher{ca: s.ca}}
}

func (s *scene) offline() validate.Options {
	opt := s.online()
	opt.Fetcher = nil
	return opt
}

// long makes the signature carry what it needs.
func (s *scene) long(o *pades.Options) {
	o.Collector = &pki.Collector{Fetcher: &fetcher{ca: s.ca}, Anchors: []*x509.Certificate{s.ca.Root}, Now: noon}
}

func TestOnlyOCSP(t *testing.T) {
	s := ocspScene(t)
	for _, level := range []pades.Level{pades.LevelLT, pades.LevelLTA} {
		got := s.verdicts(s.sign(testpdf.Classic(1), level, s.long), s.offline())[0]
		expect(t, got, validate.TotalPassed, "")
		if got.Level != string(level) {
			t.Errorf("%s, want %s", got.Level, level)
		}
	}
	short := s.sign(testpdf.Classic(1), pades.LevelT)
	expect(t, s.verdicts(short, s.offline())[0], validate.Indeterminate, validate.ChainGeneralFailure)
	opt := s.online()
	expect(t, s.verdicts(short, opt)[0], validate.TotalPassed, "")
	for _, address := range opt.Fetcher.(*fetcher).asked {
		if strings.HasSuffix(address, ".crl") {
			t.Errorf("asked for %s", address)
		}
	}
}

func TestOCSPRevoked(t *testing.T) {
	for after, want := range map[time.Duration]validate.SubIndication{-time.Minute: validate.RevokedNoPOE, time.Minute: ""} {
		s := ocspScene(t)
		in := s.sign(testpdf.Classic(1), pades.LevelT)
		s.ca.Revoke(s.leaf.Cert, noon.Add(after))
		indication := validate.Indeterminate
		if want == "" {
			indication = validate.TotalPassed // it is proven to be older
		}
		expect(t, s.verdicts(in, s.online())[0], indication, want)
	}
}

// answers replaces what the responder says: about the signer's certificate alone.
type answers struct {
	fetcher
	about *x509.Certificate
	say   func(*pki.OCSPTemplate)
	by    *testpki.Leaf
	quiet bool // the certificate is not sent along
	forge bool // the answer is changed after it was signed
	t     testing.TB
}

func (a *answers) build(request []byte) []byte {
	asked, err := pki.ParseOCSPRequest(request)
	if err != nil {
		a.t.Fatal(err)
	}
	if asked.Certificates[0].Serial.Cmp(a.about.SerialNumber) != 0 {
		return a.ca.OCSP(request)
	}
	status := pki.Status{State: pki.StateGood, ThisUpdate: noon, NextUpdate: noon.Add(time.Hour)}
	template := pki.OCSPTemplate{ProducedAt: noon, Answers: []pki.OCSPAnswer{{ID: asked.Certificates[0], Status: status}}}
	if a.say != nil {
		a.say(&template)
	}
	response, err := pki.BuildOCSPResponse(a.t.Context(), template, a.by.Cert, !a.quiet, a.by.Signer)
	if err != nil {
		a.t.Fatal(err)
	}
	if a.forge {
		response = bytes.Replace(response, []byte("20261122120000Z"), []byte("20261122120001Z"), 1)
	}
	return response
}

func (a *answers) OCSP(_ context.Context, _ string, request []byte) ([]byte, error) {
	return a.build(request), nil
}

// TestOCSPAnswers has a responder of every kind.
func TestOCSPAnswers(t *testing.T) {
	s := ocspScene(t)
	in := s.sign(testpdf.Classic(1), pades.LevelT)
	only := func(c *x509.Certificate) { testpki.OnlyOCSP(s.ca, c) }
	free, checked := s.ca.Responder(testpki.NoCheck), s.ca.Responder(only)
	revoked := s.ca.Responder(only)
	s.ca.Revoke(revoked.Cert, noon.Add(-time.Hour))
	gone := s.ca.Responder(testpki.NoCheck, func(c *x509.Certificate) { c.NotAfter = noon.Add(-time.Minute) })
	plain := s.ca.Leaf("No Responder", "p-256")
	other := testpki.New(t, noon, false)
	stranger := other.Responder(testpki.NoCheck)
	for name, tt := range map[string]struct {
		by          *testpki.Leaf
		say         func(*pki.OCSPTemplate)
		sub         validate.SubIndication
		hide, forge bool
	}{
		"delegated, not to be checked": {by: free},
		"delegated, checked":           {by: checked},
		"delegated, revoked":           {by: revoked, sub: validate.ChainGeneralFailure},
		"delegated, had expired":       {by: gone, sub: validate.ChainGeneralFailure},
		"its certificate is not there": {by: free, hide: true, sub: validate.ChainGeneralFailure},
		"without the usage":            {by: plain, sub: validate.ChainGeneralFailure},
		"another authority's":          {by: stranger, sub: validate.ChainGeneralFailure},
		"forged":                       {by: free, forge: true, sub: validate.ChainGeneralFailure},
		"unknown":                      {by: free, say: state(pki.StateUnknown, noon, noon.Add(time.Hour)), sub: validate.TryLater},
		"on hold":                      {by: free, say: hold, sub: validate.TryLater},
		"revoked":                      {by: free, say: state(pki.StateRevoked, noon, noon.Add(time.Hour)), sub: validate.RevokedNoPOE},
		"stale":                        {by: free, say: state(pki.StateGood, noon.Add(-2*time.Hour), noon.Add(-time.Hour)), sub: validate.TryLater},
		"no end, of today":             {by: free, say: state(pki.StateGood, noon.Add(-time.Minute), time.Time{})},
		"no end, of last week":         {by: free, say: state(pki.StateGood, noon.AddDate(0, 0, -7), time.Time{}), sub: validate.TryLater},
		"from the future":              {by: free, say: state(pki.StateGood, noon.Add(5*time.Hour), noon.Add(6*time.Hour)), sub: validate.TryLater},
		"about another":                {by: free, say: aboutAnother(t, s), sub: validate.ChainGeneralFailure},
	} {
		t.Run(name, func(t *testing.T) {
			opt := s.online()
			opt.Fetcher = &answers{fetcher: fetcher{ca: s.ca}, about: s.leaf.Cert, say: tt.say, by: tt.by, quiet: tt.hide, forge: tt.forge, t: t}
			indication := validate.Indeterminate
			if tt.sub == "" {
				indication = validate.TotalPassed
			}
			expect(t, s.verdicts(in, opt)[0], indication, tt.sub)
		})
	}
}

func state(state pki.State, from, to time.Time) func(*pki.OCSPTemplate) {
	return func(o *pki.OCSPTemplate) {
		o.Answers[0].Status = pki.Status{State: state, ThisUpdate: from, NextUpdate: to, RevokedAt: noon.Add(-time.Hour)}
		if from.After(noon) {
			o.ProducedAt = from
		}
	}
}

// aboutAnother answers about the time-stamp authority instead.
func aboutAnother(t testing.TB, s *scene) func(*pki.OCSPTemplate) {
	request, err := pki.BuildOCSPRequest(s.tsa.Certificate, s.ca.Issuing, nil)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := pki.ParseOCSPRequest(request)
	if err != nil {
		t.Fatal(err)
	}
	return func(o *pki.OCSPTemplate) { o.Answers[0].ID = parsed.Certificates[0] }
}

func hold(o *pki.OCSPTemplate) {
	state(pki.StateRevoked, noon, noon.Add(time.Hour))(o)
	o.Answers[0].Status.Reason = pki.ReasonCertificateHold
}
