package tsp

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"sync"
	"time"

	"github.com/consigil/consigil/cms"
	"github.com/consigil/consigil/der"
	"github.com/consigil/consigil/pki"
	"github.com/consigil/consigil/signer"
	"golang.org/x/crypto/cryptobyte"
	casn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// Token is a parsed TimeStampToken: the fields of its TSTInfo (RFC 3161
// section 2.4.2) and what its SignedData carries.
type Token struct {
	Raw          []byte // DER ContentInfo
	Time         time.Time
	Accuracy     time.Duration // zero where the token states none
	Hash         crypto.Hash   // zero when not supported
	Imprint      []byte
	Nonce        *big.Int // nil for none
	Policy       asn1.ObjectIdentifier
	Serial       *big.Int
	Ordering     bool
	Certificates []*x509.Certificate

	signed *cms.SignedData
	once   sync.Once // checks the signature
	signer *x509.Certificate
	wrong  error
}

// ParseToken reads a TimeStampToken (BER or DER). The signature is not
// checked: that is Verify's. Certificates that the caller knows already stand for
// their own bytes and are not parsed again.
func ParseToken(ber []byte, known ...*x509.Certificate) (*Token, error) {
	if len(ber) > MaxToken {
		return nil, fmt.Errorf("%w: token of %d octets", ErrMalformed, len(ber))
	}
	signed, err := cms.Parse(ber, known...)
	if err != nil {
		return nil, fmt.Errorf("%w: token: %w", ErrMalformed, err)
	}
	if !signed.ContentType.Equal(oidTSTInfo()) || signed.Detached {
		return nil, fmt.Errorf("%w: content is not TSTInfo", ErrMalformed)
	}
	t := &Token{Raw: signed.Raw, Certificates: signed.Certificates, signed: signed}
	if !t.readInfo(signed.Content) {
		return nil, fmt.Errorf("%w: TSTInfo", ErrMalformed)
	}
	return t, nil
}

// SignedData is the token's CMS structure.
func (t *Token) SignedData() *cms.SignedData { return t.signed }

func (t *Token) readInfo(content []byte) bool {
	input := cryptobyte.String(content)
	var seq cryptobyte.String
	var version int64
	if !input.ReadASN1(&seq, casn1.SEQUENCE) || !input.Empty() ||
		!seq.ReadASN1Integer(&version) || version != 1 || !seq.ReadASN1ObjectIdentifier(&t.Policy) {
		return false
	}
	h, _, imprint, err := parseImprint(&seq)
	if errors.Is(err, ErrMalformed) || h != 0 && len(imprint) != h.Size() {
		return false
	}
	t.Hash, t.Imprint, t.Serial = h, imprint, new(big.Int)
	var genTime cryptobyte.String
	if !seq.ReadASN1Integer(t.Serial) || !seq.ReadASN1(&genTime, casn1.GeneralizedTime) {
		return false
	}
	var ok bool
	t.Time, ok = parseTime(string(genTime))
	return ok && t.readOptional(seq)
}

func (t *Token) readOptional(seq cryptobyte.String) bool {
	if seq.PeekASN1Tag(casn1.SEQUENCE) {
		var ok bool
		if t.Accuracy, ok = readAccuracy(&seq); !ok {
			return false
		}
	}
	if seq.PeekASN1Tag(casn1.BOOLEAN) && !seq.ReadASN1Boolean(&t.Ordering) {
		return false
	}
	if seq.PeekASN1Tag(casn1.INTEGER) {
		t.Nonce = new(big.Int)
		if !seq.ReadASN1Integer(t.Nonce) {
			return false
		}
	}
	return seq.SkipOptionalASN1(der.Explicit(0)) && seq.SkipOptionalASN1(der.Explicit(1)) && seq.Empty()
}

// readAccuracy reads Accuracy: seconds, millis [0] and micros [1].
func readAccuracy(in *cryptobyte.String) (time.Duration, bool) {
	var seq cryptobyte.String
	if !in.ReadASN1(&seq, casn1.SEQUENCE) {
		return 0, false
	}
	var seconds, millis, micros int64
	if seq.PeekASN1Tag(casn1.INTEGER) && !seq.ReadASN1Integer(&seconds) {
		return 0, false
	}
	for tag, out := range []*int64{&millis, &micros} {
		context := casn1.Tag(tag).ContextSpecific()
		if seq.PeekASN1Tag(context) && !seq.ReadASN1Int64WithTag(out, context) {
			return 0, false
		}
	}
	const most = 1 << 30 // seconds: an accuracy of decades is a mistake, and must not overflow
	if !seq.Empty() || seconds < 0 || seconds > most || millis < 0 || millis > 999 || micros < 0 || micros > 999 {
		return 0, false
	}
	return time.Duration(seconds)*time.Second + time.Duration(millis)*time.Millisecond + time.Duration(micros)*time.Microsecond, true
}

const timeLayout = "20060102150405"

// parseTime reads GeneralizedTime in UTC with an optional fraction. Trailing
// zeros are not DER, yet written by well-known authorities, and tolerated.
func parseTime(text string) (time.Time, bool) {
	body, ok := strings.CutSuffix(text, "Z")
	if !ok || len(body) < len(timeLayout) {
		return time.Time{}, false
	}
	whole, fraction := body[:len(timeLayout)], body[len(timeLayout):]
	out, err := time.Parse(timeLayout, whole)
	if err != nil || out.Format(timeLayout) != whole {
		return time.Time{}, false
	}
	if fraction == "" {
		return out, true
	}
	if fraction[0] != '.' || len(fraction) < 2 || len(fraction) > 20 {
		return time.Time{}, false
	}
	var nanos int64
	for i, unit := 1, int64(100_000_000); i < len(fraction); i, unit = i+1, unit/10 {
		if fraction[i] < '0' || fraction[i] > '9' {
			return time.Time{}, false
		}
		nanos += int64(fraction[i]-'0') * unit
	}
	return out.Add(time.Duration(nanos)), true
}

// appendTime writes milliseconds without trailing zeros, as DER demands.
func appendTime(out []byte, t time.Time) []byte {
	return append(t.UTC().Truncate(time.Millisecond).AppendFormat(out, "20060102150405.999"), 'Z')
}

func (t *Token) matches(hash crypto.Hash, imprint []byte) error {
	if t.Hash == 0 || t.Hash != hash || !bytes.Equal(t.Imprint, imprint) {
		return ErrImprint
	}
	return nil
}

// Verify checks that the token is for the imprint, that its signature is
// right, that its signing-certificate attribute names the certificate that
// made it, and that this certificate is for timestamping alone (RFC 3161
// section 2.3). It returns that certificate. Certificates in extra are used
// beside those in the token. The chain is the caller's business. A token's own
// signature is checked once, however often it is asked for.
func (t *Token) Verify(hash crypto.Hash, imprint []byte, extra ...*x509.Certificate) (*x509.Certificate, error) {
	if err := t.matches(hash, imprint); err != nil {
		return nil, err
	}
	if len(extra) > 0 {
		return t.verify(extra)
	}
	t.once.Do(func() { t.signer, t.wrong = t.verify(nil) })
	return t.signer, t.wrong
}

func (t *Token) verify(extra []*x509.Certificate) (*x509.Certificate, error) {
	verified, err := t.signed.Verify(nil, extra...)
	if err != nil {
		return nil, verifyError(err)
	}
	if verified.Binding == cms.BindingNone {
		return nil, ErrBinding
	}
	if err := CheckCertificate(verified.Certificate); err != nil {
		return nil, err
	}
	return verified.Certificate, nil
}

// CheckSigner refuses a token that proves nothing to anybody who looks later: with
// SHA-1 or SHA-224 as imprint, digest or in its signature, made by an RSA key under
// 2048 bits, or under a certificate that was not valid at its time.
func (t *Token) CheckSigner() error {
	cert := t.signed.Certificate()
	if cert == nil {
		return ErrBinding
	}
	if weakHash(t.Hash) {
		return fmt.Errorf("%w: imprint", ErrWeak)
	}
	for i := range t.signed.Signers {
		info := &t.signed.Signers[i]
		if weakHash(info.Digest) || info.SignatureAlgorithm.Algorithm.Legacy() {
			return fmt.Errorf("%w: %v with %v", ErrWeak, info.SignatureAlgorithm.Algorithm, info.Digest)
		}
	}
	if key, ok := cert.PublicKey.(*rsa.PublicKey); ok && key.N.BitLen() < signer.MinRSABits {
		return fmt.Errorf("%w: key of %d bits", ErrWeak, key.N.BitLen())
	}
	if t.Time.Before(cert.NotBefore) || t.Time.After(cert.NotAfter) {
		return ErrValidity
	}
	return nil
}

func weakHash(h crypto.Hash) bool {
	return h == crypto.MD5 || h == crypto.SHA1 || h == crypto.SHA224
}

// verifyError says what is wrong in the words of this package.
func verifyError(err error) error {
	kind := ErrSignature
	switch {
	case errors.Is(err, cms.ErrManySigners), errors.Is(err, cms.ErrNoSigner):
		kind = ErrSigners
	case errors.Is(err, cms.ErrSigningCertificate), errors.Is(err, cms.ErrNoCertificate):
		kind = ErrBinding
	}
	return fmt.Errorf("%w: %w", kind, err)
}

// CheckTime reports a token whose time differs from now by more than skew and the
// accuracy that the token states.
func (t *Token) CheckTime(now time.Time, skew time.Duration) error {
	skew += min(t.Accuracy, time.Hour)
	switch off := t.Time.Sub(now); {
	case off < -skew:
		return fmt.Errorf("%w: by %v", ErrOld, (-off).Round(time.Second))
	case off > skew:
		return fmt.Errorf("%w: by %v", ErrFuture, off.Round(time.Second))
	}
	return nil
}

// CheckCertificate reports a certificate that may not make tokens: its
// extended key usage must be timeStamping, alone and critical.
func CheckCertificate(cert *x509.Certificate) error {
	if len(cert.ExtKeyUsage) != 1 || cert.ExtKeyUsage[0] != x509.ExtKeyUsageTimeStamping || len(cert.UnknownExtKeyUsage) != 0 {
		return ErrUsage
	}
	if !pki.MaySign(cert) {
		return ErrUsage
	}
	for _, ext := range cert.Extensions {
		if ext.Id.Equal(asn1.ObjectIdentifier{2, 5, 29, 37}) && ext.Critical {
			return nil
		}
	}
	return ErrUsage
}
