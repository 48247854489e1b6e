package store

import (
	"bytes"
	"fmt"
	"reflect"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/consigil/consigil/internal/problem"
)

// micros is how instants are stored: microseconds since 1970 in UTC, 0 for the zero time. It means the same on
// every engine and comes back as it went in.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func instant(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us).UTC()
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// full gives NOT NULL columns empty bytes in place of nil.
func full(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}

// some is the way back: no bytes are nil. It copies, for the driver may own b.
func some(b []byte) []byte {
	if len(b) == 0 {
		return nil
	}
	return bytes.Clone(b)
}

// optional gives nullable id columns NULL in place of "".
func optional[S ~string](s S) any {
	if s == "" {
		return nil
	}
	return string(s)
}

var errText = problem.New(problem.Invalid, "text_encoding", "A text holds characters that cannot be stored: it is not valid UTF-8, or has a zero byte.")

// bind brings arguments into the four types that every driver takes, and refuses text that some engine would
// refuse or cut, so that all engines behave alike.
func bind(args []any) error {
	for i, a := range args {
		switch v := a.(type) {
		case nil, int64, float64:
			continue
		case []byte:
			args[i] = full(v)
			continue
		case int:
			args[i] = int64(v)
			continue
		case time.Time:
			args[i] = micros(v)
			continue
		case bool:
			args[i] = flag(v)
			continue
		}
		v := reflect.ValueOf(a)
		switch v.Kind() {
		case reflect.String:
			s := v.String()
			if !utf8.ValidString(s) || strings.IndexByte(s, 0) >= 0 {
				return errText
			}
			args[i] = s
		case reflect.Slice:
			args[i] = full(v.Bytes())
		default:
			return fmt.Errorf("store: bind: argument of type %T", a)
		}
	}
	return nil
}

// moment scans an instant.
type moment struct{ t *time.Time }

func (m moment) Scan(src any) error {
	us, ok := src.(int64)
	if !ok {
		return fmt.Errorf("store: scan: instant is %T", src)
	}
	*m.t = instant(us)
	return nil
}

// at is a scan target for an instant.
func at(t *time.Time) moment { return moment{t} }

// raw scans bytes; none are nil.
type raw[B ~[]byte] struct{ b *B }

func (r raw[B]) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*r.b = nil
	case []byte:
		*r.b = some(v)
	case string:
		*r.b = some([]byte(v))
	default:
		return fmt.Errorf("store: scan: bytes are %T", src)
	}
	return nil
}

// in is a scan target for bytes.
func in[B ~[]byte](b *B) raw[B] { return raw[B]{b} }

// maybe scans a nullable text; NULL is "".
type maybe[S ~string] struct{ s *S }

func (m maybe[S]) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*m.s = ""
	case string:
		*m.s = S(v)
	case []byte:
		*m.s = S(v)
	default:
		return fmt.Errorf("store: scan: text is %T", src)
	}
	return nil
}
