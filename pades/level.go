package pades

import (
	"crypto"
	"crypto/x509"
	"fmt"
	"io"
	"strings"

	"github.com/consigil/consigil/cms"
	"github.com/consigil/consigil/pdf"
	"github.com/consigil/consigil/pdf/form"
	"github.com/consigil/consigil/tsp"
)

// FieldLevel is the level that one signature of a file reaches.
type FieldLevel struct {
	Field string // full name
	Level Level
}

// AchievedLevel tells from the bytes alone which level each signature has the
// parts for. It says nothing about their validity. Document time stamps and usage
// rights are not signatures and are not listed.
func AchievedLevel(src io.ReaderAt, size int64) ([]FieldLevel, error) {
	file, err := pdf.Open(src, size, pdf.Options{Strict: true})
	if err != nil {
		return nil, fmt.Errorf("pades: level: %w", err)
	}
	list, err := form.Signatures(file)
	if err != nil {
		return nil, fmt.Errorf("pades: level: %w", err)
	}
	return LevelsOf(file, list)
}

// LevelsOf is AchievedLevel for a file that is open already.
func LevelsOf(file *pdf.File, list []form.Signature) ([]FieldLevel, error) {
	store, err := hasSecurityStore(file)
	if err != nil {
		return nil, fmt.Errorf("pades: level: %w", err)
	}
	var levels []FieldLevel
	for i, s := range list {
		if s.SubFilter == subFilterTimestamp || s.UsageRights {
			continue
		}
		level := levelOf(s)
		if (level == LevelB || level == LevelPKCS7B) && stampedLater(list[i+1:]) {
			level = level.with(LevelT)
		}
		if store && level.rank() == LevelT.rank() {
			level = level.with(LevelLT)
			if storeStamped(file, list[i+1:]) {
				level = level.with(LevelLTA)
			}
		}
		levels = append(levels, FieldLevel{Field: s.Field, Level: level})
	}
	return levels, nil
}

// with is another level of the same kind of signature.
func (l Level) with(other Level) Level {
	if strings.HasPrefix(string(l), "PKCS7-") {
		return "PKCS7-" + other[len("B-"):]
	}
	return other
}

// storeStamped reports a document time stamp over a revision that has the
// security store already.
func storeStamped(file *pdf.File, later []form.Signature) bool {
	for _, s := range later {
		if s.SubFilter != subFilterTimestamp || s.Err != nil {
			continue
		}
		below, err := file.Before(s.End())
		if err != nil {
			continue
		}
		if has, err := hasSecurityStore(below); err == nil && has {
			return true
		}
	}
	return false
}

const (
	subFilterPAdES     = "ETSI.CAdES.detached"
	subFilterCMS       = "adbe.pkcs7.detached"
	subFilterTimestamp = "ETSI.RFC3161"
)

func levelOf(s form.Signature) Level {
	if s.Err != nil {
		return LevelNone
	}
	level := levelOfCMS(s.Contents)
	if level != LevelNone && s.SubFilter != subFilterPAdES {
		return LevelPKCS7B.with(level)
	}
	return level
}

// levelOfCMS reads a signature; certificates that are known need no reading.
func levelOfCMS(der []byte, known ...*x509.Certificate) Level {
	data, err := cms.Parse(der, known...)
	if err != nil || len(data.Signers) != 1 {
		return LevelNone
	}
	info := data.Signers[0]
	for _, attribute := range info.Unsigned {
		if attribute.Type.Equal(cms.OIDSignatureTimeStamp()) && anyFits(attribute.Values, info.Signature) {
			return LevelT
		}
	}
	return LevelB
}

// anyFits reports whether one of the tokens is over this signature value.
func anyFits(tokens [][]byte, signature []byte) bool {
	for _, raw := range tokens {
		token, err := tsp.ParseToken(raw)
		if err != nil || !token.Hash.Available() {
			continue
		}
		if _, err := token.Verify(token.Hash, imprint(token.Hash, signature)); err == nil {
			return true
		}
	}
	return false
}

func imprint(hash crypto.Hash, message []byte) []byte {
	h := hash.New()
	h.Write(message)
	return h.Sum(nil)
}

// hasSecurityStore reports a /DSS with certificates and revocation data (EN 319
// 142-1 section 5.4.2).
func hasSecurityStore(file *pdf.File) (bool, error) {
	catalog, err := file.Catalog()
	if err != nil {
		return false, err
	}
	o, err := file.Resolve(catalog["DSS"])
	if err != nil {
		return false, err
	}
	store, _ := o.(pdf.Dict)
	has := func(key pdf.Name) bool {
		list, err := file.Resolve(store[key])
		a, _ := list.(pdf.Array)
		return err == nil && len(a) > 0
	}
	return has("Certs") && (has("CRLs") || has("OCSPs")), nil
}

func stampedLater(later []form.Signature) bool {
	for _, s := range later {
		if s.SubFilter == subFilterTimestamp && s.Err == nil {
			return true
		}
	}
	return false
}
