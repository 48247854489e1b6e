package token

import (
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/consigil/consigil/internal/token/wire"
)

// ErrURI reports an address that is not understood. Its text names the attribute, never a value: one may be a PIN.
var ErrURI = errors.New("token: not a pkcs11: address")

// maxURI bounds an address, bytes.
const maxURI = 4096

// maxValue bounds what names a token or a key, bytes: all of them, escaped, fit into an address.
const maxValue = 200

// URI is an address of a key, RFC 7512.
type URI struct {
	Token     wire.Selector
	Object    wire.Object
	PINSource string // path of a file whose first line is the PIN
	Module    string // path of the module
}

// ParseURI reads an address such as "pkcs11:token=consigil;object=seal?pin-source=file:/run/pin". What it does not know
// it refuses: an attribute that is passed over could make it mean another key. A PIN in the address itself is refused,
// since command lines can be read by others.
func ParseURI(s string) (*URI, error) {
	rest, ok := strings.CutPrefix(s, "pkcs11:")
	if !ok || len(s) > maxURI {
		return nil, fmt.Errorf("%w: it begins with pkcs11: and has at most %d bytes", ErrURI, maxURI)
	}
	path, query, _ := strings.Cut(rest, "?")
	u := &URI{}
	if err := u.each(path, ";", u.setPath); err != nil {
		return nil, err
	}
	return u, u.each(query, "&", u.setQuery)
}

// each splits attributes and hands each to set, once.
func (u *URI) each(part, separator string, set func(name, value string) error) error {
	if part == "" {
		return nil
	}
	seen := map[string]bool{}
	for pair := range strings.SplitSeq(part, separator) {
		name, raw, ok := strings.Cut(pair, "=")
		value, err := url.PathUnescape(raw)
		switch {
		case !ok || err != nil || raw == "":
			return fmt.Errorf("%w: attributes are name=value, with %% for what is special", ErrURI)
		case seen[name]:
			return fmt.Errorf("%w: an attribute stands twice", ErrURI)
		case name != "id" && !utf8.ValidString(value):
			return fmt.Errorf("%w: the text of an attribute is not UTF-8", ErrURI)
		}
		seen[name] = true
		if err := set(name, value); err != nil {
			return err
		}
	}
	return nil
}

func (u *URI) setPath(name, value string) error {
	if len(value) > maxValue {
		return fmt.Errorf("%w: what stands before the question mark has at most %d bytes a value", ErrURI, maxValue)
	}
	switch name {
	case "token":
		u.Token.Label = value
	case "serial":
		u.Token.Serial = value
	case "manufacturer":
		u.Token.Manufacturer = value
	case "model":
		u.Token.Model = value
	case "slot-id":
		n, err := strconv.ParseUint(value, 10, 64)
		if err != nil {
			return fmt.Errorf("%w: slot-id is a number", ErrURI)
		}
		u.Token.Slot = &n
	case "object":
		u.Object.Label = value
	case "id":
		u.Object.ID = []byte(value)
	case "type":
		if value != "private" && value != "cert" {
			return fmt.Errorf("%w: type is private or cert", ErrURI)
		}
	default:
		return fmt.Errorf("%w: known are token, serial, manufacturer, model, slot-id, object, id and type", ErrURI)
	}
	return nil
}

func (u *URI) setQuery(name, value string) error {
	switch name {
	case "pin-source":
		path := strings.TrimPrefix(value, "file:")
		path = strings.TrimPrefix(path, "//")
		if !filepath.IsAbs(path) {
			return fmt.Errorf("%w: pin-source is file: and an absolute path", ErrURI)
		}
		u.PINSource = path
	case "module-path":
		if !filepath.IsAbs(value) {
			return fmt.Errorf("%w: module-path is an absolute path", ErrURI)
		}
		u.Module = value
	case "pin-value":
		return fmt.Errorf("%w: a PIN does not belong on a command line; use pin-source or --pin-file", ErrURI)
	default:
		return fmt.Errorf("%w: known after the question mark are pin-source and module-path", ErrURI)
	}
	return nil
}

// Matches says whether the address may mean a token.
func (u *URI) Matches(t wire.Token) bool {
	same := func(want, is string) bool { return want == "" || want == is }
	return same(u.Token.Label, t.Label) && same(u.Token.Serial, t.Serial) && same(u.Token.Manufacturer, t.Manufacturer) &&
		same(u.Token.Model, t.Model) && (u.Token.Slot == nil || *u.Token.Slot == t.Slot)
}

// String writes the address of a key, to be copied.
func (u *URI) String() string {
	var parts []string
	add := func(name, value string) {
		if value != "" {
			parts = append(parts, name+"="+escape(value))
		}
	}
	add("token", u.Token.Label)
	add("serial", u.Token.Serial)
	add("manufacturer", u.Token.Manufacturer)
	add("model", u.Token.Model)
	if u.Token.Slot != nil {
		add("slot-id", strconv.FormatUint(*u.Token.Slot, 10))
	}
	add("object", u.Object.Label)
	add("id", string(u.Object.ID))
	return "pkcs11:" + strings.Join(parts, ";")
}

// escape leaves what RFC 3986 calls unreserved.
func escape(s string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("-._~", c) >= 0 {
			b.WriteByte(c)
			continue
		}
		fmt.Fprintf(&b, "%%%02X", c)
	}
	return b.String()
}
