package signer

import (
	"fmt"

	"github.com/consigil/consigil/der"
	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// maxIterations is the most rounds of key derivation that a PKCS#12 file may
// ask for, in any of its parts that can be read without the password. Common
// files ask for 2,048 to 600,000.
const maxIterations = 10_000_000

// checkIterations refuses a file that would keep the machine busy for its
// password. In every structure of PKCS#12 the rounds follow the salt: an
// OCTET STRING and then an INTEGER.
func checkIterations(file []byte) error {
	norm, err := der.Normalize(file, der.Limits{Size: MaxPKCS12, Depth: 48, Elements: 1 << 16})
	if err != nil {
		return fmt.Errorf("%w: PKCS#12: %w", ErrMalformed, err)
	}
	if !modest(norm.DER, 0) {
		return fmt.Errorf("%w: PKCS#12 asks for more than %d rounds", ErrMalformed, maxIterations)
	}
	return nil
}

// modest walks elements, and what lies in octet strings as far as it is DER.
func modest(in cryptobyte.String, depth int) bool {
	if depth > 48 {
		return false
	}
	afterSalt := false
	for !in.Empty() {
		var content cryptobyte.String
		var tag asn1.Tag
		if !in.ReadAnyASN1(&content, &tag) {
			return true // cipher text or other octets: nothing to read
		}
		if afterSalt && tag == asn1.INTEGER && !small(content) {
			return false
		}
		afterSalt = tag == asn1.OCTET_STRING
		if (afterSalt || tag&0x20 != 0) && !modest(content, depth+1) {
			return false
		}
	}
	return true
}

// small reports an INTEGER from 0 to maxIterations.
func small(content []byte) bool {
	if len(content) > 4 {
		return false
	}
	n := 0
	for _, b := range content {
		n = n<<8 | int(b)
	}
	return n <= maxIterations
}
