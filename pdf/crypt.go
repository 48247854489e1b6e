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
	methodAESV4 // AES-256, GCM, one key (ISO/TS 32003)
)

// cryptFilter is a way of encrypting with its key.
type cryptFilter struct {
	method method
	key    []byte
	locked bool // the key is not known
}

// crypt is an opened security handler (ISO 32000, 7.6).
type crypt struct {
	strings     cryptFilter
	streams     cryptFilter
	files       cryptFilter // embedded files
	named       map[Name]cryptFilter
	metadata    bool // metadata streams are encrypted as well
	permissions int32
	owner       bool // opened with the owner password, or by a recipient who may do all
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

// What Permissions may allow (ISO 32000, table 22).
const (
	PermitModify   = 1 << 3 // changing the document; with PermitAnnotate, making form fields
	PermitAnnotate = 1 << 5 // annotations, and filling in form fields
	PermitFill     = 1 << 8 // filling in form fields that are there, signing among them
)

// Permissions gives what an encrypted file permits whom opened it: /P, or what
// the recipient was granted. All bits are set where the file is not encrypted or
// was opened with the owner password.
func (f *File) Permissions() int32 {
	if f.crypt == nil || f.crypt.owner {
		return -1
	}
	return f.crypt.permissions
}

func (f *File) newCrypt(d Dict) (*crypt, error) {
	if d.Name("Filter") == "Standard" {
		return f.standardCrypt(d)
	}
	switch d.Name("SubFilter") {
	case "adbe.pkcs7.s3", "adbe.pkcs7.s4", "adbe.pkcs7.s5":
		return f.publicCrypt(d)
	}
	return nil, &UnsupportedError{Feature: "security handler"}
}

// uniform uses one filter for everything.
func (c *crypt) uniform(all cryptFilter) { c.strings, c.streams, c.files = all, all, all }

// maxCryptFilters is how many crypt filters a file may define.
const maxCryptFilters = 64

// readCryptFilters reads /CF, /StmF, /StrF and /EFF; load gives a filter its key.
func (f *File) readCryptFilters(d Dict, c *crypt, load func(m method, filter Dict) (cryptFilter, error)) error {
	cf, err := f.Dict(d["CF"])
	if err != nil {
		return err
	}
	if len(cf) > maxCryptFilters {
		return &LimitError{Limit: "crypt filters", Max: maxCryptFilters}
	}
	c.named = map[Name]cryptFilter{"Identity": {}}
	for name, o := range cf {
		filter, err := f.Dict(o)
		if err != nil {
			return err
		}
		m, err := cryptMethod(filter.Name("CFM"))
		if err != nil {
			return err
		}
		if c.named[name], err = load(m, filter); err != nil {
			return err
		}
	}
	if c.streams, err = c.pick(d.Name("StmF"), cryptFilter{}); err != nil {
		return err
	}
	if c.strings, err = c.pick(d.Name("StrF"), cryptFilter{}); err != nil {
		return err
	}
	c.files, err = c.pick(d.Name("EFF"), c.streams)
	return err
}

func (c *crypt) pick(n Name, def cryptFilter) (cryptFilter, error) {
	if n == "" {
		return def, nil
	}
	m, ok := c.named[n]
	if !ok {
		return m, malformed(-1, "/Encrypt names an unknown crypt filter")
	}
	return m, nil
}

func cryptMethod(name Name) (method, error) {
	switch name {
	case "V2":
		return methodRC4, nil
	case "AESV2":
		return methodAESV2, nil
	case "AESV3":
		return methodAESV3, nil
	case "AESV4":
		return methodAESV4, nil
	case "None", "":
		return methodIdentity, nil
	}
	return 0, &UnsupportedError{Feature: "crypt filter"}
}

// objectKey derives the key for one object (ISO 32000, algorithm 1).
func (c cryptFilter) objectKey(ref Ref) []byte {
	if c.method == methodAESV3 || c.method == methodAESV4 {
		return c.key
	}
	var tail [5]byte
	binary.LittleEndian.PutUint32(tail[:4], uint32(ref.Num))
	tail[3], tail[4] = byte(ref.Gen), byte(ref.Gen>>8)
	h := md5.New()
	h.Write(c.key)
	h.Write(tail[:])
	if c.method == methodAESV2 {
		h.Write([]byte("sAlT"))
	}
	return h.Sum(nil)[:min(len(c.key)+5, 16)]
}

// streamFilter picks the filter for a stream by its dictionary.
func (c *crypt) streamFilter(f *File, d Dict) cryptFilter {
	switch d.Name("Type") {
	case "XRef":
		return cryptFilter{}
	case "Metadata":
		if !c.metadata {
			return cryptFilter{}
		}
	case "EmbeddedFile":
		if m, ok := c.ownFilter(f, d); ok {
			return m
		}
		return c.files
	}
	if m, ok := c.ownFilter(f, d); ok {
		return m
	}
	return c.streams
}

// ownFilter reads the /Crypt filter that a stream may name for itself.
func (c *crypt) ownFilter(f *File, d Dict) (cryptFilter, bool) {
	stages, err := f.filters(d)
	if err != nil || len(stages) == 0 || stages[0].name != "Crypt" {
		return cryptFilter{}, false
	}
	name := stages[0].parms.Name("Name")
	m, ok := c.named[name]
	return m, ok || name == ""
}

// decryptStrings gives a copy of o with its strings decrypted. /Contents of a
// signature dictionary never was encrypted (ISO 32000, 7.6.2).
func (c *crypt) decryptStrings(o Object, ref Ref) Object {
	if c.strings.method == methodIdentity {
		return o
	}
	key := c.strings.objectKey(ref)
	return c.mapStrings(o, func(s String) String {
		return String(c.strings.decrypt(key, []byte(s)))
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
