package site

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/consigil/consigil/internal/op"
	"github.com/consigil/consigil/validate"
)

// The three words for a signature, by which its sentences and its look are chosen. They follow from the indication
// alone, compared as a whole.
const (
	wordValid   = "valid"
	wordUnknown = "unknown"
	wordFailed  = "failed"
)

func wordOf(i validate.Indication) string {
	switch i {
	case validate.TotalPassed:
		return wordValid
	case validate.TotalFailed:
		return wordFailed
	}
	return wordUnknown
}

// verdict is what was found in a file, in words.
type verdict struct {
	*op.VerificationView
	words   Words
	Word    string // the worst of all
	Summary string
	Found   []signature
}

// signature is one signature in words.
type signature struct {
	validate.Signature
	words    Words
	Word     string
	Name     string
	Sentence string
	Cause    string // why not; empty: valid
}

// judge puts a report into words.
func judge(w Words, v *op.VerificationView) *verdict {
	out := &verdict{VerificationView: v, words: w}
	count := map[string]int{}
	for _, s := range v.Signatures {
		one := signature{Signature: s, words: w, Word: wordOf(s.Indication), Name: w.T("nobody")}
		if s.Certificate != nil {
			one.Name = cmp.Or(commonName(s.Certificate.Subject), one.Name)
		}
		one.Sentence = w.T("sentence."+one.Word, "name", one.Name)
		if one.Word != wordValid {
			one.Cause = w.said("sub."+string(s.SubIndication), "sub.")
		}
		count[one.Word]++
		out.Found = append(out.Found, one)
	}
	out.Word, out.Summary = w.summary(count)
	return out
}

// summary is one sentence for all signatures of a file.
func (w Words) summary(count map[string]int) (word, text string) {
	all := count[wordValid] + count[wordUnknown] + count[wordFailed]
	if all == 0 {
		return wordUnknown, w.T("result.none")
	}
	for _, word := range []string{wordFailed, wordUnknown} {
		switch n := count[word]; {
		case n > 0 && all == 1:
			return word, w.T("result.one_" + word)
		case n > 0:
			return word, w.N("result.some_"+word, n, "all", strconv.Itoa(all))
		}
	}
	return wordValid, w.N("result.all_valid", all)
}

// commonName finds the name of a person or authority in the text of a distinguished name.
func commonName(subject string) string {
	for _, attribute := range splitName(subject) {
		if name, ok := strings.CutPrefix(attribute, "CN="); ok {
			return strings.TrimSpace(name)
		}
	}
	return subject
}

// splitName cuts an RFC 2253 name at its separators and takes the escapes out.
func splitName(s string) []string {
	var out []string
	var b strings.Builder
	escaped := false
	for _, c := range s {
		switch {
		case escaped:
			b.WriteRune(c)
			escaped = false
		case c == '\\':
			escaped = true
		case c == ',' || c == '+':
			out = append(out, b.String())
			b.Reset()
		default:
			b.WriteRune(c)
		}
	}
	return append(out, b.String())
}

// Issuer is the authority that issued the certificate.
func (s signature) Issuer() string { return commonName(s.Certificate.Issuer) }

// Kind is the level in words.
func (s signature) Kind() string { return cmp.Or(s.words.said("level."+s.Level), s.Format) }

// Proofs are the valid time stamps.
func (s signature) Proofs() []stamp {
	var out []stamp
	for _, t := range s.Timestamps {
		if t.Valid {
			out = append(out, stamp{t})
		}
	}
	return out
}

// Findings are errors and notes, in the reader's language where the catalogue knows them.
func (s signature) Findings() []string {
	var out []string
	for _, list := range [][]validate.Message{s.Errors, s.Warnings} {
		for _, m := range list {
			out = append(out, cmp.Or(s.words.said("finding."+m.Code), m.Text))
		}
	}
	return out
}

// Result is the indication as the norm names it.
func (s signature) Result() string {
	return strings.TrimSuffix(string(s.Indication)+" / "+string(s.SubIndication), " / ")
}

// stamp is a time stamp.
type stamp struct{ validate.Timestamp }

// Authority is who gave the time.
func (t stamp) Authority() string {
	if t.Certificate == nil {
		return ""
	}
	return commonName(t.Certificate.Subject)
}

// Stamps are the time stamps over the file as a whole.
func (v *verdict) Stamps() []stamp {
	var out []stamp
	for _, t := range v.Timestamps {
		out = append(out, stamp{t})
	}
	return out
}

// Bytes is the size for people.
func (v *verdict) Bytes() string {
	switch {
	case v.Size >= 1e6:
		return strconv.FormatFloat(float64(v.Size)/1e6, 'f', 1, 64) + " MB"
	case v.Size >= 1e3:
		return strconv.FormatInt((v.Size+500)/1e3, 10) + " kB"
	}
	return strconv.FormatInt(v.Size, 10) + " B"
}

// Validity is the time for which the certificate was issued.
func (s signature) Validity() string {
	return s.words.T("fact.span", "from", s.Certificate.NotBefore.UTC().Format("2006-01-02"), "to", s.Certificate.NotAfter.UTC().Format("2006-01-02"))
}

// Cover says what was signed.
func (s signature) Cover() string { return s.words.said("cover."+s.Coverage, "cover.unclear") }

// T is a sentence; word alone is that of the verdict.
func (s signature) T(key string) string {
	if key == "word" {
		key = "word." + s.Word
	}
	return s.words.T(key)
}

// Complete says whether everyone has signed who was asked, as far as this server knows.
func (v *verdict) Complete() string {
	switch o := v.Origin; {
	case o == nil:
		return v.words.N("complete.text", len(v.Found))
	case o.Complete:
		return v.words.N("complete.yes", o.SignersTotal)
	default:
		return v.words.T("complete.no", "done", strconv.Itoa(o.SignersDone), "all", strconv.Itoa(o.SignersTotal))
	}
}
