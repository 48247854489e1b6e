package pdf

import (
	"crypto/md5"
	"encoding/binary"
)

// method is how one kind of data is encrypted.
type method int

const (
	methodIdentity method = iota
	methodRC4
	methodAESV2 // AES-128, CBC, key for each object
	methodAESV3 // AES-256, CBC, one key
)

// crypt is an opened standard security handler (ISO 32000, 7.6).
type crypt struct {
	key         []byte
	strings     method
	streams     method
	files       method // embedded files
	named       map[Name]method
	metadata    bool // metadata streams are encrypted as well
	permissions int32
	owner       bool // opened with the owner password
}

// openCrypt reads /Encrypt and finds the file key.
func (f *File) openCrypt() error {
	f.crypt, f.encryptRef = nil, Ref{}
	o, ok := f.trailer["Encrypt"]
	if !ok {
		return nil
	}
	f.encryptRef, _ = o.(Ref)
	d, err := f.Dict(o)
	if err != nil {
		return err
	}
	if d == nil && f.repaired {
		delete(f.trailer, "Encrypt") // it leads nowhere: the file cannot be encrypted
		return nil
	}
	if d == nil {
		return malformed(-1, "/Encrypt is no dictionary")
	}
	c, err := f.newCrypt(d)
	if err != nil {
		return err
	}
	f.cache.clear()
	f.objStms, f.objStmWeight = nil, 0
	f.crypt = c
	return nil
}

// Permissions gives /P of an encrypted file, or all bits set where the file
// is not encrypted or was opened with the owner password.
func (f *File) Permissions() int32 {
	if f.crypt == nil || f.crypt.owner {
		return -1
	}
	return f.crypt.permissions
}

// encryptDict is what the handler needs of /Encrypt.
type encryptDict struct {
	v, r, length  int
	o, u, oe, ue  string
	id            string
	p             int32
	encryptedMeta bool
}

func (f *File) newCrypt(d Dict) (*crypt, error) {
	if n := d.Name("Filter"); n != "Standard" {
		return nil, &UnsupportedError{Feature: "security handler"}
	}
	e, err := f.readEncrypt(d)
	if err != nil {
		return nil, err
	}
	c := &crypt{metadata: e.encryptedMeta, permissions: e.p, named: map[Name]method{"Identity": methodIdentity}}
	switch {
	case e.v == 1 || e.v == 2:
		c.strings, c.streams, c.files = methodRC4, methodRC4, methodRC4
	case e.v == 4 || e.v == 5:
		if err := f.readCryptFilters(d, c); err != nil {
			return nil, err
		}
	default:
		return nil, &UnsupportedError{Feature: "encryption version"}
	}
	c.key, c.owner, err = e.fileKey(f.opt.Password)
	return c, err
}

func (f *File) readEncrypt(d Dict) (*encryptDict, error) {
	e := &encryptDict{encryptedMeta: true}
	num := func(key Name, def int64) int64 {
		o, err := f.Resolve(d[key])
		if v, ok := Int(o); ok && err == nil {
			return v
		}
		return def
	}
	str := func(key Name) string {
		o, _ := f.Resolve(d[key]) // a missing string fails the length check below
		s, _ := o.(String)
		return string(s)
	}
	e.v, e.r = int(num("V", 0)), int(num("R", 0))
	e.length = int(num("Length", 40))
	e.p = int32(uint32(num("P", 0)))
	e.o, e.u, e.oe, e.ue = str("O"), str("U"), str("OE"), str("UE")
	if b, err := f.Resolve(d["EncryptMetadata"]); err == nil && b == Boolean(false) {
		e.encryptedMeta = false
	}
	if ids, err := f.Array(f.trailer["ID"]); err == nil && len(ids) > 0 {
		id, _ := f.Resolve(ids[0]) // without it the password check decides
		s, _ := id.(String)
		e.id = string(s)
	}
	return e, e.check()
}

func (e *encryptDict) check() error {
	need := 32
	if e.r >= 5 {
		need = 48
	}
	if e.r < 2 || e.r > 6 {
		return &UnsupportedError{Feature: "encryption revision"}
	}
	if len(e.o) < need || len(e.u) < min(need, 32) {
		return malformed(-1, "/Encrypt: /O or /U too short")
	}
	if e.r >= 5 && (len(e.oe) < 32 || len(e.ue) < 32 || len(e.u) < 48) {
		return malformed(-1, "/Encrypt: /OE or /UE too short")
	}
	switch {
	case e.r == 2 || e.v == 1:
		e.length = 40
	case e.v == 4:
		e.length = 128
	case e.length < 40 && e.length >= 5: // given in bytes
		e.length *= 8
	}
	if e.length < 40 || e.length > 256 || e.length%8 != 0 {
		return malformed(-1, "/Encrypt: bad /Length")
	}
	if e.r < 5 {
		e.length = min(e.length, 128)
	}
	return nil
}

// readCryptFilters reads /CF, /StmF, /StrF and /EFF.
func (f *File) readCryptFilters(d Dict, c *crypt) error {
	cf, err := f.Dict(d["CF"])
	if err != nil {
		return err
	}
	for name, o := range cf {
		filter, err := f.Dict(o)
		if err != nil {
			return err
		}
		switch filter.Name("CFM") {
		case "V2":
			c.named[name] = methodRC4
		case "AESV2":
			c.named[name] = methodAESV2
		case "AESV3":
			c.named[name] = methodAESV3
		case "None", "":
			c.named[name] = methodIdentity
		default:
			return &UnsupportedError{Feature: "crypt filter"}
		}
	}
	pick := func(key Name, def method) (method, error) {
		n := d.Name(key)
		if n == "" {
			return def, nil
		}
		m, ok := c.named[n]
		if !ok {
			return 0, malformed(-1, "/Encrypt names an unknown crypt filter")
		}
		return m, nil
	}
	if c.streams, err = pick("StmF", methodIdentity); err != nil {
		return err
	}
	if c.strings, err = pick("StrF", methodIdentity); err != nil {
		return err
	}
	c.files, err = pick("EFF", c.streams)
	return err
}

// objectKey derives the key for one object (ISO 32000, algorithm 1).
func (c *crypt) objectKey(m method, ref Ref) []byte {
	if m == methodAESV3 {
		return c.key
	}
	var tail [5]byte
	binary.LittleEndian.PutUint32(tail[:4], uint32(ref.Num))
	tail[3], tail[4] = byte(ref.Gen), byte(ref.Gen>>8)
	h := md5.New()
	h.Write(c.key)
	h.Write(tail[:])
	if m == methodAESV2 {
		h.Write([]byte("sAlT"))
	}
	return h.Sum(nil)[:min(len(c.key)+5, 16)]
}

// streamMethod picks the method for a stream by its dictionary.
func (c *crypt) streamMethod(f *File, d Dict) method {
	switch d.Name("Type") {
	case "XRef":
		return methodIdentity
	case "Metadata":
		if !c.metadata {
			return methodIdentity
		}
	case "EmbeddedFile":
		if m, ok := c.cryptFilter(f, d); ok {
			return m
		}
		return c.files
	}
	if m, ok := c.cryptFilter(f, d); ok {
		return m
	}
	return c.streams
}

// cryptFilter reads the /Crypt filter that a stream may name for itself.
func (c *crypt) cryptFilter(f *File, d Dict) (method, bool) {
	stages, err := f.filters(d)
	if err != nil || len(stages) == 0 || stages[0].name != "Crypt" {
		return 0, false
	}
	name := stages[0].parms.Name("Name")
	m, ok := c.named[name]
	return m, ok || name == ""
}

// decryptStrings gives a copy of o with its strings decrypted. /Contents of a
// signature dictionary never was encrypted (ISO 32000, 7.6.2).
func (c *crypt) decryptStrings(o Object, ref Ref) Object {
	if c.strings == methodIdentity {
		return o
	}
	return c.mapStrings(o, func(s String) String {
		return String(c.decrypt(c.strings, c.objectKey(c.strings, ref), []byte(s)))
	})
}

func (c *crypt) mapStrings(o Object, change func(String) String) Object {
	switch v := o.(type) {
	case String:
		return change(v)
	case Array:
		for i := range v {
			v[i] = c.mapStrings(v[i], change)
		}
	case Dict:
		for k := range v {
			if k == "Contents" && isSignatureDict(v) {
				continue
			}
			v[k] = c.mapStrings(v[k], change)
		}
	}
	return o
}

// isSignatureDict reports whether d looks like a signature dictionary.
func isSignatureDict(d Dict) bool {
	_, ranged := d["ByteRange"]
	t := d.Name("Type")
	return ranged && (t == "" || t == "Sig" || t == "DocTimeStamp")
}
