//go:build (linux || darwin) && (amd64 || arm64)

package cryptoki

import (
	"errors"
	"strings"
	"unsafe"
)

// padded reads a field that is filled up with blanks, or by some modules with zeros.
func padded(field []byte) string {
	text, _, _ := strings.Cut(string(field), "\x00")
	return strings.ToValidUTF8(strings.TrimRight(text, " "), "\uFFFD")
}

// Session and Object are handles.
type (
	Session uint
	Object  uint
)

const (
	sessionRW     = 1 << 1 // CKF_RW_SESSION
	sessionSerial = 1 << 2 // CKF_SERIAL_SESSION
)

// OpenSession opens a session, which belongs to one caller at a time.
func (m *Module) OpenSession(slot uint, write bool) (Session, error) {
	flags := uintptr(sessionSerial)
	if write {
		flags |= sessionRW
	}
	var mem memory
	out := new(uint)
	err := m.call(&mem, fnOpenSession, uintptr(slot), flags, 0, 0, pin(&mem, out))
	return Session(*out), err
}

// CloseSession closes a session.
func (m *Module) CloseSession(s Session) error {
	return m.call(&memory{}, fnCloseSession, uintptr(s))
}

// sessionInfo is CK_SESSION_INFO.
type sessionInfo struct{ slot, state, flags, deviceError uint }

// LoggedIn says whether the session sees what a logged-in user sees.
func (m *Module) LoggedIn(s Session) (bool, error) {
	const readUser, writeUser = 1, 3 // CKS_RO_USER_FUNCTIONS, CKS_RW_USER_FUNCTIONS
	var mem memory
	out := &sessionInfo{}
	err := m.call(&mem, fnGetSessionInfo, uintptr(s), pin(&mem, out))
	return out.state == readUser || out.state == writeUser, err
}

// Login logs in. Without a PIN the token asks for it on a path of its own.
func (m *Module) Login(s Session, user uint, pin []byte) error {
	var mem memory
	return m.call(&mem, fnLogin, uintptr(s), uintptr(user), pinned(&mem, pin), uintptr(len(pin)))
}

// Attribute is one attribute: a name and bytes as C has them.
type Attribute struct {
	Type  uint
	Value []byte
}

// Bool is an attribute of type CK_BBOOL.
func Bool(name uint, v bool) Attribute {
	b := byte(0)
	if v {
		b = 1
	}
	return Attribute{name, []byte{b}}
}

// Number is an attribute of type CK_ULONG.
func Number(name, v uint) Attribute {
	value := make([]byte, unsafe.Sizeof(v))
	*(*uint)(unsafe.Pointer(&value[0])) = v
	return Attribute{name, value}
}

// IsTrue reads a CK_BBOOL.
func (a Attribute) IsTrue() bool { return len(a.Value) == 1 && a.Value[0] != 0 }

// Number reads a CK_ULONG.
func (a Attribute) Number() (uint, bool) {
	var v uint
	if len(a.Value) != int(unsafe.Sizeof(v)) {
		return 0, false
	}
	copy((*[unsafe.Sizeof(v)]byte)(unsafe.Pointer(&v))[:], a.Value)
	return v, true
}

// attribute is CK_ATTRIBUTE.
type attribute struct {
	name   uint
	value  uintptr
	length uint
}

func template(mem *memory, list []Attribute) []attribute {
	out := make([]attribute, len(list))
	for i, a := range list {
		out[i] = attribute{a.Type, pinned(mem, a.Value), uint(len(a.Value))}
	}
	return out
}

// Find lists objects that have the attributes, at most max.
func (m *Module) Find(s Session, match []Attribute, max int) ([]Object, error) {
	var mem memory
	c := template(&mem, match)
	if err := m.call(&mem, fnFindInit, uintptr(s), pinned(&mem, c), uintptr(len(c))); err != nil {
		return nil, err
	}
	found, err := m.found(s, max)
	return found, errors.Join(err, m.call(&mem, fnFindFinal, uintptr(s)))
}

func (m *Module) found(s Session, max int) ([]Object, error) {
	var all []Object
	batch := make([]uint, min(64, max))
	for len(all) < max {
		var mem memory
		n := new(uint)
		if err := m.call(&mem, fnFind, uintptr(s), pinned(&mem, batch), uintptr(len(batch)), pin(&mem, n)); err != nil {
			return nil, err
		}
		if *n == 0 || *n > uint(len(batch)) {
			return all, nil
		}
		for _, handle := range batch[:*n] {
			all = append(all, Object(handle))
		}
	}
	return all[:max], nil
}

// maxAttribute bounds one attribute, bytes.
const maxAttribute = 1 << 20

// Get reads attributes of an object, in the order asked for. One that the object lacks or does not show is empty.
func (m *Module) Get(s Session, o Object, names ...uint) ([]Attribute, error) {
	out := make([]Attribute, len(names))
	for i, name := range names {
		value, err := m.get(s, o, name)
		if err != nil && !errors.Is(err, ErrAttributeSensitive) && !errors.Is(err, ErrAttributeType) {
			return nil, err
		}
		out[i] = Attribute{name, value}
	}
	return out, nil
}

func (m *Module) get(s Session, o Object, name uint) ([]byte, error) {
	var mem memory
	c := []attribute{{name: name}}
	if err := m.call(&mem, fnGetAttribute, uintptr(s), uintptr(o), pinned(&mem, c), 1); err != nil {
		return nil, err
	}
	n := c[0].length
	if n == 0 || n == Unavailable || n > maxAttribute {
		return nil, nil
	}
	value := make([]byte, n)
	c[0].value = pinned(&mem, value)
	if err := m.call(&mem, fnGetAttribute, uintptr(s), uintptr(o), pinned(&mem, c), 1); err != nil {
		return nil, err
	}
	return value[:min(c[0].length, n)], nil
}

// mechanism is CK_MECHANISM.
type mechanism struct {
	name   uint
	param  uintptr
	length uint
}

// PSS is CK_RSA_PKCS_PSS_PARAMS.
type PSS struct {
	Hash uint // CKM_...
	Mask uint // CKG_MGF1_...
	Salt uint // bytes
}

// SignInit begins a signature.
func (m *Module) SignInit(s Session, name uint, pss *PSS, key Object) error {
	var mem memory
	c := &mechanism{name: name}
	if pss != nil {
		c.param, c.length = pin(&mem, pss), uint(unsafe.Sizeof(*pss))
	}
	return m.call(&mem, fnSignInit, uintptr(s), pin(&mem, c), uintptr(key))
}

// maxSignature bounds a signature, bytes: RSA of 16384 bits.
const maxSignature = 2048

// Sign ends a signature.
func (m *Module) Sign(s Session, data []byte) ([]byte, error) {
	var mem memory
	out := make([]byte, maxSignature)
	n := new(uint)
	*n = maxSignature
	err := m.call(&mem, fnSign, uintptr(s), pinned(&mem, data), uintptr(len(data)), pinned(&mem, out), pin(&mem, n))
	if err != nil {
		return nil, err
	}
	return out[:min(*n, maxSignature)], nil
}

// GenerateKeyPair makes a key pair.
func (m *Module) GenerateKeyPair(s Session, name uint, public, private []Attribute) error {
	var mem memory
	pub, priv := template(&mem, public), template(&mem, private)
	c := &mechanism{name: name}
	a, b := new(uint), new(uint)
	return m.call(&mem, fnGenerateKeyPair, uintptr(s), pin(&mem, c), pinned(&mem, pub), uintptr(len(pub)),
		pinned(&mem, priv), uintptr(len(priv)), pin(&mem, a), pin(&mem, b))
}

// Create stores an object.
func (m *Module) Create(s Session, list []Attribute) error {
	var mem memory
	c := template(&mem, list)
	out := new(uint)
	return m.call(&mem, fnCreateObject, uintptr(s), pinned(&mem, c), uintptr(len(c)), pin(&mem, out))
}

// Destroy deletes an object.
func (m *Module) Destroy(s Session, o Object) error {
	return m.call(&memory{}, fnDestroyObject, uintptr(s), uintptr(o))
}
