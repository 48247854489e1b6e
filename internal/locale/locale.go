// Package locale says in which languages the product speaks to people, and holds the words: one catalogue for mails,
// evidence, the pages that Go draws and the web apps.
package locale

import (
	"regexp"
	"slices"
	"strings"
)

// All lists the languages, by their BCP 47 language subtag, sorted.
func All() []string { return []string{"ar", "de", "en", "hi", "hu"} }

// form is a language with up to three subtags, such as a script and a region.
var form = regexp.MustCompile(`^([a-z]{2,3})(-[A-Za-z0-9]{2,8}){0,3}$`)

// Known says whether a BCP 47 tag is in one of the languages, whatever its region.
func Known(tag string) bool {
	m := form.FindStringSubmatch(tag)
	return m != nil && slices.Contains(All(), m[1])
}

// Hint is what to tell a person whose tag is not known.
func Hint() string {
	return "The languages are " + strings.Join(All(), ", ") + "; a region may follow, as in de-AT."
}
