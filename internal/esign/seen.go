package esign

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"
)

// maxSeen bounds memory: more tokens than this in their two minutes are refused.
const maxSeen = 500_000

// sweepEvery is how often the ids of tokens that have ended are dropped.
const sweepEvery = 5 * time.Minute

// seen remembers the tokens that were used until they have ended, in a file too: each line is when one ends and the
// hash of its id, written before the request is let in.
type seen struct {
	path string

	mu    sync.Mutex
	ends  map[[32]byte]time.Time
	file  *os.File
	swept time.Time
}

func openSeen(dir string, now time.Time) (*seen, error) {
	s := &seen{path: filepath.Join(dir, "tokens"), ends: map[[32]byte]time.Time{}, swept: now}
	if err := s.load(now); err != nil {
		return nil, err
	}
	return s, s.rewrite()
}

// load reads what an earlier process wrote; a last line that was cut off let nobody in.
func (s *seen) load(now time.Time) error {
	f, err := os.Open(s.path)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("esign: read used tokens: %w", err)
	}
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		seconds, sum, _ := strings.Cut(lines.Text(), " ")
		end, err := strconv.ParseInt(seconds, 10, 64)
		raw, err2 := hex.DecodeString(sum)
		if errors.Join(err, err2) == nil && len(raw) == 32 && now.Unix() <= end {
			s.ends[[32]byte(raw)] = time.Unix(end, 0)
		}
	}
	return errors.Join(lines.Err(), f.Close())
}

// rewrite writes the file anew with what is still worth remembering, and keeps it open for more.
func (s *seen) rewrite() error {
	temp := s.path + ".new"
	f, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_TRUNC|os.O_APPEND, 0o600)
	if err != nil {
		return fmt.Errorf("esign: keep used tokens: %w", err)
	}
	w := bufio.NewWriter(f)
	for sum, end := range s.ends {
		fmt.Fprintf(w, "%d %x\n", end.Unix(), sum)
	}
	if err := errors.Join(w.Flush(), f.Sync(), os.Rename(temp, s.path)); err != nil {
		return errors.Join(fmt.Errorf("esign: keep used tokens: %w", err), f.Close())
	}
	if s.file != nil {
		err = s.file.Close()
	}
	s.file = f
	return err
}

// add lets a token in once.
func (s *seen) add(token string, end, now time.Time) error {
	sum := sha256.Sum256([]byte(token))
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, known := s.ends[sum]; known {
		return errors.New("the token was used before")
	}
	if err := s.sweep(now); err != nil {
		return err
	}
	if len(s.ends) >= maxSeen {
		return errors.New("too many tokens at once")
	}
	if _, err := fmt.Fprintf(s.file, "%d %x\n", end.Unix(), sum); err != nil {
		return fmt.Errorf("esign: keep used token: %w", err)
	}
	if err := s.file.Sync(); err != nil {
		return fmt.Errorf("esign: keep used token: %w", err)
	}
	s.ends[sum] = end
	return nil
}

func (s *seen) sweep(now time.Time) error {
	if now.Sub(s.swept) < sweepEvery {
		return nil
	}
	for sum, end := range s.ends {
		if now.After(end.Add(time.Second)) {
			delete(s.ends, sum)
		}
	}
	s.swept = now
	return s.rewrite()
}

func (s *seen) close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.file.Close()
}
