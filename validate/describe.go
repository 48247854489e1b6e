package validate

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"strings"
	"time"

	"github.com/consigil/consigil/pdf"
)

// describe fills in what is said of a signature whatever the verdict.
func describe(e *evidence) Signature {
	s := Signature{
		Field: e.sig.Field, Level: string(e.level), Format: format(e),
		Indication: TotalPassed, Intact: e.intact(), Coverage: coverage(e.layout),
		Timestamps: []Timestamp{}, Errors: []Message{}, Warnings: []Message{},
	}
	if m, ok := e.sig.Dict["M"].(pdf.String); ok {
		if at, ok := parseDate(string(m)); ok {
			s.SigningTime = &at
		}
	}
	if e.verified != nil {
		s.Certificate = describeCertificate(e.verified.Certificate)
	} else if e.data != nil {
		s.Certificate = describeCertificate(e.data.Certificate())
	}
	for _, t := range e.tokens {
		s.Timestamps = append(s.Timestamps, describeToken(t))
	}
	return s
}

func format(e *evidence) string {
	level, baseline := strings.CutPrefix(string(e.level), "B-")
	switch {
	case e.stamp:
		return "DOCUMENT-TIMESTAMP"
	case e.level == "":
		return "UNKNOWN"
	case baseline:
		return "PAdES-BASELINE-" + level
	}
	return level
}

func coverage(l layout) string {
	switch {
	case !l.sound():
		return "unclear"
	case l.wholeFile:
		return "entire_file"
	}
	return "revision"
}

// describeStamp is a document time stamp, in its field.
func describeStamp(e *evidence) Timestamp {
	s := describeToken(e.tokens[0])
	s.Field = e.sig.Field
	return s
}

func describeToken(t *token) Timestamp {
	return Timestamp{Kind: t.kind, Time: t.time, Valid: t.valid(), Certificate: describeCertificate(t.cert)}
}

func describeCertificate(c *x509.Certificate) *Certificate {
	if c == nil {
		return nil
	}
	sum := sha256.Sum256(c.Raw)
	return &Certificate{
		Subject: c.Subject.String(), Issuer: c.Issuer.String(), Serial: c.SerialNumber.Text(16),
		NotBefore: c.NotBefore, NotAfter: c.NotAfter, SHA256: hex.EncodeToString(sum[:]),
	}
}

// parseDate reads a date of ISO 32000-2 section 7.9.4, which may stop after any
// of its parts and may leave out the apostrophes.
func parseDate(s string) (time.Time, bool) {
	s = strings.ReplaceAll(strings.TrimPrefix(s, "D:"), "'", "")
	stamp, zone := s, ""
	if i := strings.IndexAny(s, "+-Z"); i >= 0 {
		stamp, zone = s[:i], s[i:]
	}
	const layout = "20060102150405"
	if len(stamp) < 4 || len(stamp) > len(layout) || len(stamp)%2 != 0 {
		return time.Time{}, false
	}
	if strings.HasPrefix(zone, "Z") || zone == "" {
		zone = "+0000"
	}
	if len(zone) == len("+00") {
		zone += "00"
	}
	at, err := time.Parse(layout[:len(stamp)]+"-0700", stamp+zone)
	return at, err == nil
}
