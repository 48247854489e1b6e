package pdf

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/rc4"
	"fmt"
	"io"
)

// decrypt undoes the encryption of a string. What cannot be decrypted is
// given back as it is; what was tampered with, where that shows, is empty.
func (c cryptFilter) decrypt(key, data []byte) []byte {
	switch c.method {
	case methodRC4:
		return rc4Once(key, data)
	case methodAESV2, methodAESV3:
		r, err := newAESReader(key, bytes.NewReader(data))
		if err != nil {
			return data
		}
		out, err := io.ReadAll(r)
		if err != nil {
			return data
		}
		return out
	case methodAESV4:
		out, _ := openGCM(key, data)
		return out
	}
	return data
}

// streamReader decrypts the stored bytes of s; n is their number before.
func (c *crypt) streamReader(s *Stream, r io.Reader, n int64) (io.Reader, int64, error) {
	filter := c.streamFilter(s.file, s.Dict)
	if filter.method == methodIdentity {
		return r, n, nil
	}
	if filter.locked {
		return nil, 0, ErrPassword
	}
	key := filter.objectKey(s.ref)
	switch filter.method {
	case methodRC4:
		k, err := rc4.NewCipher(key)
		if err != nil {
			return nil, 0, fmt.Errorf("pdf: decrypt: %w", err)
		}
		return &cipher.StreamReader{S: k, R: r}, n, nil
	case methodAESV2, methodAESV3:
		out, err := newAESReader(key, r)
		return out, n, err
	case methodAESV4:
		return gcmReader(s.file, key, r, n)
	}
	return r, n, nil
}

// aesReader undoes AES-CBC whose first block is the initial vector and whose
// last block is padded (PKCS #7).
type aesReader struct {
	src   io.Reader
	block cipher.Block
	mode  cipher.BlockMode
	buf   [4096]byte
	out   []byte
	held  []byte // the last block seen, kept back because it may be padded
	done  bool
}

func newAESReader(key []byte, src io.Reader) (*aesReader, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("pdf: decrypt: %w", err)
	}
	return &aesReader{src: src, block: block}, nil
}

func (r *aesReader) Read(p []byte) (int, error) {
	for len(r.out) == 0 {
		if r.done {
			return 0, io.EOF
		}
		if err := r.fill(); err != nil {
			return 0, err
		}
	}
	n := copy(p, r.out)
	r.out = r.out[n:]
	return n, nil
}

func (r *aesReader) fill() error {
	if r.mode == nil {
		var iv [aes.BlockSize]byte
		if _, err := io.ReadFull(r.src, iv[:]); err != nil {
			r.done = true // shorter than one block: empty
			return nil
		}
		r.mode = cipher.NewCBCDecrypter(r.block, iv[:])
	}
	n, err := io.ReadFull(r.src, r.buf[:])
	last := err == io.EOF || err == io.ErrUnexpectedEOF
	if err != nil && !last {
		return fmt.Errorf("pdf: decrypt: %w", err)
	}
	n -= n % aes.BlockSize // a cut-off block tells nothing
	data := r.buf[:n]
	r.mode.CryptBlocks(data, data)
	r.out = append(r.held, data...)
	r.held = nil
	if last {
		r.done = true
		r.out = unpad(r.out)
		return nil
	}
	keep := len(r.out) - aes.BlockSize
	r.held = append([]byte{}, r.out[keep:]...)
	r.out = r.out[:keep]
	return nil
}

func unpad(b []byte) []byte {
	if len(b) == 0 {
		return b
	}
	n := int(b[len(b)-1])
	if n == 0 || n > aes.BlockSize || n > len(b) {
		return b
	}
	return b[:len(b)-n]
}

// encrypt is the reverse of decrypt, with a fresh initial vector or nonce.
func (c cryptFilter) encrypt(ref Ref, data []byte) ([]byte, error) {
	if c.locked && c.method != methodIdentity {
		return nil, ErrPassword
	}
	key := c.objectKey(ref)
	switch c.method {
	case methodRC4:
		return rc4Once(key, data), nil
	case methodAESV2, methodAESV3:
		return encryptAES(key, data)
	case methodAESV4:
		return sealGCM(key, data)
	}
	return data, nil
}

func encryptAES(key, data []byte) ([]byte, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("pdf: encrypt: %w", err)
	}
	pad := aes.BlockSize - len(data)%aes.BlockSize
	out := make([]byte, aes.BlockSize+len(data)+pad)
	if _, err := rand.Read(out[:aes.BlockSize]); err != nil {
		return nil, fmt.Errorf("pdf: encrypt: %w", err)
	}
	body := out[aes.BlockSize:]
	copy(body, data)
	for i := len(data); i < len(body); i++ {
		body[i] = byte(pad)
	}
	cipher.NewCBCEncrypter(block, out[:aes.BlockSize]).CryptBlocks(body, body)
	return out, nil
}
