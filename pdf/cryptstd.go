package pdf

// encryptDict is what the handler needs of /Encrypt.
type encryptDict struct {
	v, r, length  int
	o, u, oe, ue  string
	perms         string
	id            string
	p             int32
	encryptedMeta bool
}

// standardCrypt opens the standard security handler (ISO 32000, 7.6.4).
func (f *File) standardCrypt(d Dict) (*crypt, error) {
	e, err := f.readEncrypt(d)
	if err != nil {
		return nil, err
	}
	key, owner, keyErr := e.fileKey(f.opt.Password)
	c := &crypt{metadata: e.encryptedMeta, permissions: e.permissions(key), owner: owner}
	switch e.v {
	case 1, 2:
		c.uniform(cryptFilter{method: methodRC4, key: key})
		return c, keyErr
	case 4, 5, 6:
		err = f.readCryptFilters(d, c, func(m method, _ Dict) (cryptFilter, error) {
			return cryptFilter{method: m, key: key, locked: key == nil}, nil
		})
	default:
		err = &UnsupportedError{Feature: "encryption version"}
	}
	if err == nil && c.closed() {
		err = keyErr
	}
	return c, err
}

// closed reports that the document cannot be read, and not only files embedded
// in it.
func (c *crypt) closed() bool {
	return c.strings.locked && c.strings.method != methodIdentity || c.streams.locked && c.streams.method != methodIdentity
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
	e.o, e.u, e.oe, e.ue, e.perms = str("O"), str("U"), str("OE"), str("UE"), str("Perms")
	if b, err := f.Resolve(d["EncryptMetadata"]); err == nil && b == Boolean(false) && e.v >= 4 {
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
	if e.r < 2 || e.r > 7 {
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
