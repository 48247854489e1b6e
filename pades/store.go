package pades

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"

	"github.com/consigil/consigil/pdf"
	"github.com/consigil/consigil/pki"
)

// addMaterial puts what is not there yet into the document security store (EN
// 319 142-1 section 5.4.2.2). It writes no /VRI: the keys of that dictionary are
// SHA-1 values, and validators look through the whole store anyway. Some count
// for a signature only what was stored after it; with again, a certificate is
// stored once more where there is nothing else to add.
func addMaterial(file *pdf.File, u *pdf.Update, m pki.Material, again bool) error {
	catalog, err := u.Catalog()
	if err != nil {
		return err
	}
	s := &store{file: file, update: u}
	if s.dict, err = u.Dict(catalog["DSS"]); err != nil {
		return err
	}
	if s.dict == nil {
		s.dict = pdf.Dict{}
	}
	var certs [][]byte
	for _, c := range m.Certificates {
		certs = append(certs, c.Raw)
	}
	for _, list := range []struct {
		key  pdf.Name
		data [][]byte
	}{{"Certs", certs}, {"OCSPs", m.OCSP}, {"CRLs", m.CRLs}} {
		if err := s.merge(list.key, list.data); err != nil {
			return fmt.Errorf("security store: %w", err)
		}
	}
	if !s.changed && again && len(certs) > 0 {
		if err := s.append("Certs", certs[:1]); err != nil {
			return err
		}
	}
	if !s.changed {
		return nil
	}
	ref, ok := catalog["DSS"].(pdf.Ref)
	if !ok {
		ref = u.Alloc()
		catalog["DSS"] = ref
		declare(file, u, catalog)
		u.Put(file.CatalogRef(), catalog)
	}
	u.Put(ref, s.dict)
	return nil
}

// store is a document security store while it grows.
type store struct {
	file    *pdf.File
	update  *pdf.Update
	dict    pdf.Dict
	changed bool
}

// merge adds to one array of the store what it does not hold.
func (s *store) merge(key pdf.Name, data [][]byte) error {
	known := s.known(s.dict[key])
	fresh := slices.DeleteFunc(slices.Clone(data), func(d []byte) bool {
		sum := sha256.Sum256(d)
		held := known[sum]
		known[sum] = true
		return held
	})
	return s.append(key, fresh)
}

// append adds to one array of the store.
func (s *store) append(key pdf.Name, data [][]byte) error {
	if len(data) == 0 {
		return nil
	}
	resolved, err := s.update.Resolve(s.dict[key])
	if err != nil {
		return err
	}
	old, _ := resolved.(pdf.Array)
	list := slices.Clone(old)
	for _, d := range data {
		ref := s.update.Alloc()
		s.update.PutCompressed(ref, d)
		list = append(list, ref)
	}
	s.dict[key], s.changed = list, true
	return nil
}

// storeContents names the objects in a store: what is added to one has a name of
// its own.
func storeContents(file *pdf.File) string {
	var b strings.Builder
	catalog, err := file.Catalog()
	if err != nil {
		return ""
	}
	dict, err := file.Dict(catalog["DSS"])
	if err != nil {
		return ""
	}
	for _, key := range []pdf.Name{"Certs", "CRLs", "OCSPs"} {
		list, _ := file.Array(dict[key]) // what is no array holds nothing
		fmt.Fprintf(&b, "%s %v\n", key, list)
	}
	return b.String()
}

// stored are the parts of a security store as they lie there.
type stored struct{ certs, CRLs, OCSP [][]byte }

// readStore reads the store of a file, which may have none; what of it cannot be
// read is passed over.
func readStore(file *pdf.File) (stored, error) {
	catalog, err := file.Catalog()
	if err != nil {
		return stored{}, err
	}
	dict, err := file.Dict(catalog["DSS"])
	if err != nil {
		return stored{}, err
	}
	s := &store{file: file, update: pdf.NewUpdate(file)}
	return stored{certs: s.data(dict["Certs"]), CRLs: s.data(dict["CRLs"]), OCSP: s.data(dict["OCSPs"])}, nil
}

// material is the store of a file as a Collector takes it.
func material(file *pdf.File) pki.Material {
	found, err := readStore(file)
	if err != nil {
		return pki.Material{}
	}
	m := pki.Material{OCSP: found.OCSP, CRLs: found.CRLs}
	for _, raw := range found.certs {
		if c, err := pki.ParseCertificate(raw); err == nil {
			m.Certificates = append(m.Certificates, c)
		}
	}
	return m
}

// data are the decoded streams of an array.
func (s *store) data(o pdf.Object) [][]byte {
	resolved, err := s.update.Resolve(o)
	if err != nil {
		return nil
	}
	list, _ := resolved.(pdf.Array)
	var out [][]byte
	for _, o := range list {
		resolved, err := s.update.Resolve(o)
		if err != nil {
			continue
		}
		stream, ok := resolved.(*pdf.Stream)
		if !ok {
			continue
		}
		if data, err := s.file.Decode(stream); err == nil {
			out = append(out, data)
		}
	}
	return out
}

// known are the digests of what an array holds already; a stream that cannot be
// read counts as absent.
func (s *store) known(list pdf.Object) map[[32]byte]bool {
	sums := map[[32]byte]bool{}
	for _, data := range s.data(list) {
		sums[sha256.Sum256(data)] = true
	}
	return sums
}

// declare names the ESIC extension level that brought the store and document
// time stamps to PDF 1.7, where the file does not say so, and reports whether it
// changed the catalog.
func declare(file *pdf.File, u *pdf.Update, catalog pdf.Dict) bool {
	if catalog.Name("Version") >= "2.0" || headerVersion(file) >= "2.0" {
		return false
	}
	extensions, err := u.Dict(catalog["Extensions"])
	if err != nil || extensions == nil {
		extensions = pdf.Dict{}
	}
	esic, _ := u.Dict(extensions["ESIC"])
	if level, _ := pdf.Int(esic["ExtensionLevel"]); level >= storeExtension {
		return false
	}
	extensions["ESIC"] = pdf.Dict{"BaseVersion": pdf.Name("1.7"), "ExtensionLevel": pdf.Integer(storeExtension)}
	catalog["Extensions"] = extensions
	return true
}

// storeExtension is the ESIC level of ETSI TS 102 778-4.
const storeExtension = 5

func written(u *pdf.Update) ([]byte, error) {
	var b bytes.Buffer
	if _, err := u.WriteTo(&b); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
