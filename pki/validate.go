package pki

import (
	"crypto/x509"
	"encoding/asn1"
	"fmt"
	"slices"

	"golang.org/x/crypto/cryptobyte"
	casn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// validate checks a complete path, leaf first, whose signatures and names are
// known to chain: RFC 5280 section 6.1.3 to 6.1.5 without revocation.
func validate(path []*x509.Certificate, opt PathOptions) error {
	names := &nameConstraints{}
	policies := newPolicyState(len(path)-1, opt)
	maxLen := len(path) - 1
	for i := len(path) - 2; i >= 0; i-- {
		cert, last := path[i], i == 0
		if err := checkCommon(cert, opt, last); err != nil {
			return err
		}
		if last || !SelfIssued(cert) {
			if err := names.check(cert); err != nil {
				return err
			}
		}
		if err := policies.step(cert, last); err != nil {
			return err
		}
		if last {
			break
		}
		if err := names.add(cert); err != nil {
			return err
		}
		if err := checkCA(cert, &maxLen); err != nil {
			return err
		}
	}
	return policies.finish(path[0])
}

func checkCommon(cert *x509.Certificate, opt PathOptions, last bool) error {
	if err := checkTime(cert, opt.At); err != nil {
		return err
	}
	if err := checkCritical(cert); err != nil {
		return err
	}
	if last || len(cert.ExtKeyUsage)+len(cert.UnknownExtKeyUsage) > 0 {
		return checkExtendedUsage(cert, opt.EKU)
	}
	return nil
}

// checkCA checks that an intermediate may issue, and counts the path length,
// RFC 5280 section 6.1.4 (k) to (n).
func checkCA(cert *x509.Certificate, maxLen *int) error {
	if !cert.BasicConstraintsValid || !cert.IsCA {
		return fmt.Errorf("%w: %s is not a CA", ErrConstraints, cert.Subject)
	}
	if !SelfIssued(cert) {
		if *maxLen <= 0 {
			return fmt.Errorf("%w: path longer than allowed", ErrConstraints)
		}
		*maxLen--
	}
	if cert.MaxPathLen > 0 || cert.MaxPathLen == 0 && cert.MaxPathLenZero {
		*maxLen = min(*maxLen, cert.MaxPathLen)
	}
	if hasExtension(cert, asn1.ObjectIdentifier{2, 5, 29, 15}) && cert.KeyUsage&x509.KeyUsageCertSign == 0 {
		return fmt.Errorf("%w: %s may not sign certificates", ErrUsage, cert.Subject)
	}
	return nil
}

func hasExtension(cert *x509.Certificate, oid asn1.ObjectIdentifier) bool {
	for _, ext := range cert.Extensions {
		if ext.Id.Equal(oid) {
			return true
		}
	}
	return false
}

// checkExtendedUsage reports a certificate that allows none of the usages. A
// certificate without the extension allows all.
func checkExtendedUsage(cert *x509.Certificate, wanted []x509.ExtKeyUsage) error {
	if len(wanted) == 0 || len(cert.ExtKeyUsage)+len(cert.UnknownExtKeyUsage) == 0 {
		return nil
	}
	for _, usage := range cert.ExtKeyUsage {
		if usage == x509.ExtKeyUsageAny || slices.Contains(wanted, usage) {
			return nil
		}
	}
	return fmt.Errorf("%w: extended key usage of %s", ErrUsage, cert.Subject)
}

// checkCritical reports a critical extension that nothing here processes.
func checkCritical(cert *x509.Certificate) error {
	for _, ext := range cert.Extensions {
		if ext.Critical && !processed(ext.Id) {
			return fmt.Errorf("%w: unknown critical extension %v", ErrConstraints, ext.Id)
		}
	}
	return nil
}

func processed(oid asn1.ObjectIdentifier) bool {
	if len(oid) == 4 && oid[0] == 2 && oid[1] == 5 && oid[2] == 29 {
		switch oid[3] {
		case 14, 15, 17, 18, 19, 30, 31, 32, 33, 35, 36, 37, 54:
			return true
		}
	}
	return oid.Equal(asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 1, 3}) // qcStatements
}

// signatureIdentifier is the signatureAlgorithm of a certificate, DER.
func signatureIdentifier(raw cryptobyte.String) ([]byte, error) {
	var outer, tbs, identifier cryptobyte.String
	if !raw.ReadASN1(&outer, casn1.SEQUENCE) || !outer.ReadASN1(&tbs, casn1.SEQUENCE) ||
		!outer.ReadASN1Element(&identifier, casn1.SEQUENCE) {
		return nil, fmt.Errorf("%w: certificate", ErrMalformed)
	}
	return identifier, nil
}
