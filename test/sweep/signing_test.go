//go:build interop

package sweep

import (
	"bytes"
	"context"
	"crypto"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/consigil/consigil/pades"
	"github.com/consigil/consigil/pdf"
	"github.com/consigil/consigil/signer"
)

// What signing one file may cost.
const (
	maxTime   = 5 * time.Second
	maxMemory = 256 << 20 // bytes of resident memory, the child's own included
)

// signConfig is what a signing child is told when it starts.
type signConfig struct {
	Key         []byte    `json:"key"`         // PKCS#8
	Certificate []byte    `json:"certificate"` // DER
	Time        time.Time `json:"time"`
}

type signQuestion struct {
	Path     string `json:"path"`
	Password string `json:"password"`
	Out      string `json:"out"`
}

type signAnswer struct {
	Field   string        `json:"field"`   // that was made
	Refusal string        `json:"refusal"` // why there is no output, "" where there is
	Class   string        `json:"class"`   // of the refusal
	Panic   string        `json:"panic"`
	Spent   time.Duration `json:"spent"` // processor time
	Peak    int64         `json:"peak"`  // bytes of resident memory
}

// newSigning makes a child that signs files with one key.
func newSigning(config string) (func(signQuestion) signAnswer, error) {
	var c signConfig
	if err := json.Unmarshal([]byte(config), &c); err != nil {
		return nil, err
	}
	parsed, err := x509.ParsePKCS8PrivateKey(c.Key)
	if err != nil {
		return nil, err
	}
	key, err := signer.FromKey(parsed.(crypto.Signer))
	if err != nil {
		return nil, err
	}
	cert, err := x509.ParseCertificate(c.Certificate)
	if err != nil {
		return nil, err
	}
	debug.SetMemoryLimit(maxMemory / 4 * 3)
	opt := pades.Options{Certificate: cert, Time: c.Time}
	return func(q signQuestion) signAnswer { return signMeasured(q, key, opt) }, nil
}

func signMeasured(q signQuestion, key signer.Signer, opt pades.Options) (a signAnswer) {
	_ = os.WriteFile("/proc/self/clear_refs", []byte("5"), 0) // the peak starts over
	began := spent()
	defer func() {
		if p := recover(); p != nil {
			a.Panic = fmt.Sprint(p)
			_ = os.Remove(q.Out)
		}
		a.Spent, a.Peak = spent()-began, peak()
	}()
	opt.Password = q.Password
	var err error
	if a.Field, err = signFile(q, key, opt); err != nil {
		a.Refusal, a.Class = err.Error(), classOf(err)
		_ = os.Remove(q.Out)
	}
	return a
}

func signFile(q signQuestion, key signer.Signer, opt pades.Options) (string, error) {
	in, err := os.Open(q.Path)
	if err != nil {
		return "", err
	}
	defer func() { _ = in.Close() }()
	stat, err := in.Stat()
	if err != nil {
		return "", err
	}
	out, err := os.Create(q.Out)
	if err != nil {
		return "", err
	}
	result, err := pades.Sign(context.Background(), in, stat.Size(), key, nil, opt, out)
	if err = errors.Join(err, out.Close()); err != nil {
		return "", err
	}
	return result.Field, nil
}

// Classes of refusals; all but the last four are typed reasons.
const (
	classPassword   = "password"
	classNoPages    = "no_pages"
	classForbidden  = "forbidden" // by permissions, DocMDP or FieldMDP
	classDamaged    = "damaged"
	classMalformed  = "malformed"
	classNotPDF     = "not_pdf"
	classLimit      = "limit"
	classUnknown    = "unsupported"
	classUntyped    = "untyped"
	classDamagedSig = "damaged_signed"
)

func classOf(err error) string {
	var malformed *pdf.MalformedError
	var limit *pdf.LimitError
	var unsupported *pdf.UnsupportedError
	switch {
	case errors.Is(err, pdf.ErrPassword), errors.Is(err, pdf.ErrRecipient):
		return classPassword
	case errors.Is(err, pades.ErrNoPages):
		return classNoPages
	case strings.Contains(err.Error(), "permissions"):
		return classForbidden
	case errors.Is(err, pdf.ErrNotPDF):
		return classNotPDF
	case errors.Is(err, pades.ErrNotAllowed) && strings.Contains(err.Error(), "damaged"):
		return classDamagedSig
	case errors.Is(err, pades.ErrNotAllowed):
		return classForbidden
	case errors.Is(err, pades.ErrDamaged):
		return classDamaged
	case errors.As(err, &limit):
		return classLimit
	case errors.As(err, &unsupported):
		return classUnknown
	case errors.As(err, &malformed):
		return classMalformed
	}
	return classUntyped
}

// spent is the processor time of this process.
func spent() time.Duration {
	var used syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &used) != nil {
		return 0
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// peak is the most memory that was resident since the peak started over.
func peak() int64 {
	data, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	_, rest, _ := bytes.Cut(data, []byte("VmHWM:"))
	fields := bytes.Fields(rest)
	if len(fields) == 0 {
		return 0
	}
	kilobytes, _ := strconv.ParseInt(string(fields[0]), 10, 64)
	return kilobytes << 10
}
