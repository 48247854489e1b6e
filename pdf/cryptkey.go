package pdf

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/md5"
	"crypto/rc4"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/subtle"
	"encoding/binary"
)

// passwordPad fills passwords up to 32 bytes (ISO 32000, algorithm 2).
const passwordPad = "\x28\xBF\x4E\x5E\x4E\x75\x8A\x41\x64\x00\x4E\x56\xFF\xFA\x01\x08" +
	"\x2E\x2E\x00\xB6\xD0\x68\x3E\x80\x2F\x0C\xA9\xFE\x64\x53\x69\x7A"

// fileKey tries the given and then the empty password, as owner and as user.
func (e *encryptDict) fileKey(password string) (key []byte, owner bool, err error) {
	for _, p := range e.spellings(password) {
		if e.r >= 5 {
			key, owner = e.key256(p)
		} else {
			key, owner = e.key128(p)
		}
		if key != nil {
			return key, owner, nil
		}
	}
	return nil, false, ErrPassword
}

func padPassword(p []byte) []byte {
	return append(append([]byte{}, p...), passwordPad...)[:32]
}

// key128 is for revisions 2 to 4.
func (e *encryptDict) key128(p []byte) (key []byte, owner bool) {
	if key := e.userKey(e.ownerToUser(p)); key != nil {
		return key, true
	}
	return e.userKey(p), false
}

// userKey computes the file key from a user password and checks it against /U
// (ISO 32000, algorithms 2, 4, 5 and 6).
func (e *encryptDict) userKey(p []byte) []byte {
	n := e.length / 8
	h := md5.New()
	h.Write(padPassword(p))
	h.Write([]byte(e.o[:32]))
	var perm [4]byte
	binary.LittleEndian.PutUint32(perm[:], uint32(e.p))
	h.Write(perm[:])
	h.Write([]byte(e.id))
	if e.r >= 4 && !e.encryptedMeta {
		h.Write([]byte{255, 255, 255, 255})
	}
	key := h.Sum(nil)
	if e.r >= 3 {
		for i := 0; i < 50; i++ {
			sum := md5.Sum(key[:n])
			key = sum[:]
		}
	}
	key = key[:n]
	if e.r == 2 {
		if string(rc4Rounds(key, []byte(passwordPad), 0)) != e.u[:32] {
			return nil
		}
		return key
	}
	sum := md5.Sum(append([]byte(passwordPad), e.id...))
	if string(rc4Rounds(key, sum[:], 19)) != e.u[:16] {
		return nil
	}
	return key
}

// ownerToUser takes the user password out of /O (ISO 32000, algorithm 7).
func (e *encryptDict) ownerToUser(p []byte) []byte {
	n := e.length / 8
	sum := md5.Sum(padPassword(p))
	key := sum[:]
	if e.r == 2 {
		return rc4Once(key[:n], []byte(e.o[:32]))
	}
	for i := 0; i < 50; i++ {
		sum = md5.Sum(key[:n])
		key = sum[:]
	}
	data := []byte(e.o[:32])
	for i := 19; i >= 0; i-- {
		data = rc4Once(xorKey(key[:n], byte(i)), data)
	}
	return data
}

func rc4Rounds(key, data []byte, rounds int) []byte {
	data = rc4Once(key, data)
	for i := 1; i <= rounds; i++ {
		data = rc4Once(xorKey(key, byte(i)), data)
	}
	return data
}

func xorKey(key []byte, v byte) []byte {
	out := make([]byte, len(key))
	for i := range key {
		out[i] = key[i] ^ v
	}
	return out
}

func rc4Once(key, data []byte) []byte {
	c, err := rc4.NewCipher(key)
	if err != nil { // only for a key of no or too many bytes, which check excludes
		return nil
	}
	out := make([]byte, len(data))
	c.XORKeyStream(out, data)
	return out
}

// key256 is for revisions 5 and 6 (ISO 32000, algorithm 2.A).
func (e *encryptDict) key256(p []byte) (key []byte, owner bool) {
	p = p[:min(len(p), 127)]
	u := []byte(e.u[:48])
	if e.matches(p, e.o[32:40], u, e.o[:32]) {
		return aesNoPad(e.hash(p, []byte(e.o[40:48]), u), []byte(e.oe[:32])), true
	}
	if e.matches(p, e.u[32:40], nil, e.u[:32]) {
		return aesNoPad(e.hash(p, []byte(e.u[40:48]), nil), []byte(e.ue[:32])), false
	}
	return nil, false
}

func (e *encryptDict) matches(p []byte, salt string, u []byte, want string) bool {
	return subtle.ConstantTimeCompare(e.hash(p, []byte(salt), u), []byte(want)) == 1
}

// hash is SHA-256 for revision 5 and algorithm 2.B for revision 6.
func (e *encryptDict) hash(p, salt, u []byte) []byte {
	sum := sha256.Sum256(bytes.Join([][]byte{p, salt, u}, nil))
	k := sum[:]
	if e.r == 5 {
		return k
	}
	for round := 1; ; round++ {
		once := bytes.Join([][]byte{p, k, u}, nil)
		data := bytes.Repeat(once, 64)
		block, err := aes.NewCipher(k[:16])
		if err != nil {
			return nil // cannot be: the key has 16 bytes
		}
		cipher.NewCBCEncrypter(block, k[16:32]).CryptBlocks(data, data)
		k = hashByRemainder(data)
		if round >= 64 && int(data[len(data)-1]) <= round-32 {
			return k[:32]
		}
	}
}

// hashByRemainder picks the hash by the first 16 bytes, as a number, modulo 3.
func hashByRemainder(data []byte) []byte {
	sum := 0
	for _, b := range data[:16] {
		sum += int(b) // 256 leaves remainder 1
	}
	switch sum % 3 {
	case 0:
		h := sha256.Sum256(data)
		return h[:]
	case 1:
		h := sha512.Sum384(data)
		return h[:]
	}
	h := sha512.Sum512(data)
	return h[:]
}

func aesNoPad(key, data []byte) []byte {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil // cannot be: the key has 32 bytes
	}
	out := make([]byte, len(data))
	cipher.NewCBCDecrypter(block, make([]byte, aes.BlockSize)).CryptBlocks(out, data)
	return out
}

// permissions gives /P, less what the copy in /Perms denies: that one is
// encrypted, so that nobody can grant himself more (ISO 32000, algorithm 13).
func (e *encryptDict) permissions(key []byte) int32 {
	if e.r < 6 || len(e.perms) < aes.BlockSize || key == nil {
		return e.p
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return e.p // cannot be: the key has 32 bytes
	}
	var copied [aes.BlockSize]byte
	block.Decrypt(copied[:], []byte(e.perms[:aes.BlockSize]))
	if string(copied[9:12]) != "adb" {
		return e.p
	}
	return e.p & int32(binary.LittleEndian.Uint32(copied[:]))
}
