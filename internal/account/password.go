package account

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"

	"github.com/consigil/consigil/internal/problem"
)

// argon holds the cost of one password (RFC 9106 section 4, second recommended option).
type argon struct {
	memory  uint32 // KiB
	time    uint32
	threads uint8
}

var cost = argon{memory: 64 * 1024, time: 3, threads: 1}

// The bounds of a stored hash that we are ready to compute.
const (
	maxMemory  = 256 * 1024
	maxTime    = 10
	saltLength = 16
	keyLength  = 32
)

func checkPassword(password string) error {
	n := utf8.RuneCountInString(password)
	if n < minPassword {
		return problem.InField("/password", "too_short", "A password has at least 12 characters.")
	}
	if n > maxPassword {
		return problem.InField("/password", "too_long", "A password has at most 256 characters.")
	}
	return nil
}

// slot waits for one of the few password computations that run at once.
func (s *Service) slot(ctx context.Context) (release func(), err error) {
	select {
	case s.work <- struct{}{}:
		return func() { <-s.work }, nil
	case <-ctx.Done():
		return nil, fmt.Errorf("account: wait for a password slot: %w", ctx.Err())
	}
}

func (s *Service) hashPassword(ctx context.Context, password string) (string, error) {
	release, err := s.slot(ctx)
	if err != nil {
		return "", err
	}
	defer release()
	salt := make([]byte, saltLength)
	rand.Read(salt)
	key := argon2.IDKey([]byte(password), salt, cost.time, cost.memory, cost.threads, keyLength)
	return formatPHC(cost, salt, key), nil
}

// checkHash says whether a password belongs to a hash. It takes as long for an empty hash as for a real one.
func (s *Service) checkHash(ctx context.Context, hash, password string) (bool, error) {
	release, err := s.slot(ctx)
	if err != nil {
		return false, err
	}
	defer release()
	c, salt, want, err := parsePHC(hash)
	if hash == "" {
		c, salt, want, err = cost, make([]byte, saltLength), make([]byte, keyLength), nil
	}
	if err != nil {
		return false, err
	}
	if utf8.RuneCountInString(password) > maxPassword {
		password = ""
	}
	got := argon2.IDKey([]byte(password), salt, c.time, c.memory, c.threads, uint32(len(want)))
	return subtle.ConstantTimeCompare(got, want) == 1 && hash != "", nil
}

func formatPHC(c argon, salt, key []byte) string {
	b := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, c.memory, c.time, c.threads,
		b.EncodeToString(salt), b.EncodeToString(key))
}

func parsePHC(s string) (c argon, salt, key []byte, err error) {
	bad := fmt.Errorf("account: stored password hash is not readable")
	parts := strings.Split(s, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return c, nil, nil, bad
	}
	if n, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &c.memory, &c.time, &c.threads); err != nil || n != 3 {
		return c, nil, nil, bad
	}
	salt, err1 := base64.RawStdEncoding.DecodeString(parts[4])
	key, err2 := base64.RawStdEncoding.DecodeString(parts[5])
	inBounds := c.memory <= maxMemory && c.time >= 1 && c.time <= maxTime && c.threads >= 1
	if err1 != nil || err2 != nil || !inBounds || len(salt) < 8 || len(key) < 16 || len(key) > 64 {
		return c, nil, nil, bad
	}
	return c, salt, key, nil
}
