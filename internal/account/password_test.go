package account

import (
	"strings"
	"testing"
	"time"
)

func TestStoredHashIsBounded(t *testing.T) {
	good := formatPHC(cost, make([]byte, saltLength), make([]byte, keyLength))
	if _, _, _, err := parsePHC(good); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{
		"", "x", strings.Replace(good, "argon2id", "argon2i", 1), strings.Replace(good, "m=65536", "m=4194304", 1),
		strings.Replace(good, "t=3", "t=1000", 1), strings.Replace(good, "p=1", "p=0", 1), good + "$", strings.Replace(good, "v=19", "v=16", 1),
	} {
		if _, _, _, err := parsePHC(bad); err == nil {
			t.Errorf("%q was read", bad)
		}
	}
}

func TestDelayGrows(t *testing.T) {
	for attempts, want := range map[int]time.Duration{1: 0, 4: 0, 5: time.Second, 6: 2 * time.Second, 10: 32 * time.Second, 500: 15 * time.Minute} {
		if got := delay(attempts, freeByAccount); got != want {
			t.Errorf("after %d attempts: %v", attempts, got)
		}
	}
}

func FuzzParsePHC(f *testing.F) {
	f.Add(formatPHC(cost, make([]byte, saltLength), make([]byte, keyLength)))
	f.Add("$argon2id$v=19$m=1,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA")
	f.Fuzz(func(t *testing.T, s string) {
		c, salt, key, err := parsePHC(s)
		if err == nil && (c.memory > maxMemory || c.time > maxTime || len(key) > 64 || len(salt) < 8) {
			t.Fatalf("%q is out of bounds", s)
		}
	})
}
