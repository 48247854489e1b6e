package cms

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/des"
	"crypto/rc4"
	"fmt"

	"golang.org/x/crypto/cryptobyte"
	casn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// contentCipher is how the content of an EnvelopedData is encrypted.
type contentCipher struct {
	keySize int // octets, 0 where the algorithm does not say
	block   func(key []byte) (cipher.Block, error)
	iv      []byte
}

// contentCipherOf reads contentEncryptionAlgorithm: AES in CBC mode (RFC 3565),
// and what old producers used: triple DES, RC2 (RFC 3370 section 5), DES and RC4.
func contentCipherOf(identifier cryptobyte.String) (*contentCipher, error) {
	oid, params, ok := readIdentifier(identifier)
	if !ok {
		return nil, bad("contentEncryptionAlgorithm")
	}
	c := &contentCipher{}
	switch name := oid.String(); name {
	case "2.16.840.1.101.3.4.1.2", "2.16.840.1.101.3.4.1.22", "2.16.840.1.101.3.4.1.42":
		c.block = aes.NewCipher
		c.keySize = map[string]int{".2": 16, "22": 24, "42": 32}[name[len(name)-2:]]
	case "1.2.840.113549.3.7":
		c.block, c.keySize = des.NewTripleDESCipher, 24
	case "1.3.14.3.2.7":
		c.block, c.keySize = des.NewCipher, 8
	case "1.2.840.113549.3.2":
		return c, c.readRC2(params)
	case "1.2.840.113549.3.4":
		return c, nil
	default:
		return nil, fmt.Errorf("%w: content encryption", ErrAlgorithm)
	}
	return c, c.readIV(params)
}

func (c *contentCipher) readIV(params cryptobyte.String) error {
	var iv cryptobyte.String
	if !params.ReadASN1(&iv, casn1.OCTET_STRING) {
		return bad("initial vector")
	}
	c.iv = iv
	return nil
}

// readRC2 reads RC2-CBC-Parameter. Its version stands for the effective bits,
// by a table of RFC 2268 section 6.
func (c *contentCipher) readRC2(params cryptobyte.String) error {
	version := int64(32)
	if params.PeekASN1Tag(casn1.SEQUENCE) {
		var seq cryptobyte.String
		if !params.ReadASN1(&seq, casn1.SEQUENCE) || seq.PeekASN1Tag(casn1.INTEGER) && !seq.ReadASN1Integer(&version) {
			return bad("RC2-CBC-Parameter")
		}
		params = seq
	}
	bits := int(version)
	switch version {
	case 160:
		bits = 40
	case 120:
		bits = 64
	case 58:
		bits = 128
	}
	if bits < 1 || bits > 1024 {
		return bad("RC2-CBC-Parameter")
	}
	c.block = func(key []byte) (cipher.Block, error) { return newRC2(key, bits) }
	return c.readIV(params)
}

// decrypt undoes CBC and takes the padding off (RFC 5652 section 6.3).
func (c *contentCipher) decrypt(key, content []byte) ([]byte, error) {
	if c.block == nil {
		return decryptRC4(key, content)
	}
	if c.keySize != 0 && len(key) != c.keySize {
		return nil, ErrDecryption
	}
	block, err := c.block(key)
	if err != nil {
		return nil, ErrDecryption
	}
	n := block.BlockSize()
	if len(c.iv) != n || len(content) == 0 || len(content)%n != 0 {
		return nil, bad("encrypted content")
	}
	out := make([]byte, len(content))
	cipher.NewCBCDecrypter(block, c.iv).CryptBlocks(out, content)
	pad := int(out[len(out)-1])
	if pad == 0 || pad > n {
		return nil, ErrDecryption
	}
	return out[:len(out)-pad], nil
}

func decryptRC4(key, content []byte) ([]byte, error) {
	stream, err := rc4.NewCipher(key)
	if err != nil {
		return nil, ErrDecryption
	}
	out := make([]byte, len(content))
	stream.XORKeyStream(out, content)
	return out, nil
}
