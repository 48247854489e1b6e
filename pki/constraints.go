package pki

import (
	"bytes"
	"crypto/x509"
	"encoding/asn1"
	"fmt"
	"net/netip"
	"net/url"
	"strings"

	"github.com/consigil/consigil/der"
	"golang.org/x/crypto/cryptobyte"
	casn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// GeneralName tags, RFC 5280 section 4.2.1.6.
const (
	nameEmail     = 1
	nameDNS       = 2
	nameDirectory = 4
	nameURI       = 6
	nameIP        = 7
)

const maxConstraints = 1024 // subtrees in a path, and names in a certificate

// generalName is a GeneralName, content without its tag.
type generalName struct {
	kind  int
	value []byte
}

// nameConstraints is the state of RFC 5280 section 6.1.2 (b) and (c): each
// certificate's permitted subtrees narrow what is permitted, and its excluded
// ones add to what is excluded.
type nameConstraints struct {
	permitted [][]generalName
	excluded  []generalName
}

// add takes over the constraints of a CA.
func (n *nameConstraints) add(cert *x509.Certificate) error {
	for _, ext := range cert.Extensions {
		if !ext.Id.Equal(asn1.ObjectIdentifier{2, 5, 29, 30}) {
			continue
		}
		permitted, excluded, err := readConstraints(ext.Value)
		if err != nil {
			return err
		}
		if len(permitted) > 0 {
			n.permitted = append(n.permitted, permitted)
		}
		n.excluded = append(n.excluded, excluded...)
		if len(n.excluded) > maxConstraints {
			return fmt.Errorf("%w: name constraints", ErrLimit)
		}
	}
	return nil
}

func readConstraints(value cryptobyte.String) (permitted, excluded []generalName, err error) {
	bad := fmt.Errorf("%w: malformed name constraints", ErrConstraints)
	var seq, allow, deny cryptobyte.String
	var hasAllow, hasDeny bool
	if !value.ReadASN1(&seq, casn1.SEQUENCE) || !seq.ReadOptionalASN1(&allow, &hasAllow, der.Explicit(0)) ||
		!seq.ReadOptionalASN1(&deny, &hasDeny, der.Explicit(1)) || !seq.Empty() {
		return nil, nil, bad
	}
	permitted, ok := readSubtrees(allow)
	if !ok {
		return nil, nil, bad
	}
	excluded, ok = readSubtrees(deny)
	if !ok {
		return nil, nil, bad
	}
	return permitted, excluded, nil
}

// readSubtrees reads GeneralSubtree after GeneralSubtree; minimum must be 0
// and maximum absent, as RFC 5280 demands.
func readSubtrees(in cryptobyte.String) ([]generalName, bool) {
	var out []generalName
	for !in.Empty() {
		var tree, value cryptobyte.String
		var tag casn1.Tag
		if len(out) == maxConstraints || !in.ReadASN1(&tree, casn1.SEQUENCE) ||
			!tree.ReadAnyASN1(&value, &tag) || !tree.Empty() {
			return nil, false
		}
		out = append(out, generalName{int(tag & 0x1f), value})
	}
	return out, true
}

// check checks every name of a certificate.
func (n *nameConstraints) check(cert *x509.Certificate) error {
	if len(n.permitted) == 0 && len(n.excluded) == 0 {
		return nil
	}
	names, err := namesOf(cert)
	if err != nil {
		return err
	}
	for _, name := range names {
		if !n.allows(name) {
			return fmt.Errorf("%w: name of %s outside the permitted ones", ErrConstraints, cert.Subject)
		}
	}
	return nil
}

func (n *nameConstraints) allows(name generalName) bool {
	for _, tree := range n.excluded {
		if tree.kind == name.kind && within(name, tree) != outside {
			return false
		}
	}
	for _, set := range n.permitted {
		if !allowedBy(set, name) {
			return false
		}
	}
	return true
}

// allowedBy reports whether a set of permitted subtrees has one that holds
// the name, or none of the name's kind.
func allowedBy(set []generalName, name generalName) bool {
	limited := false
	for _, tree := range set {
		if tree.kind != name.kind {
			continue
		}
		limited = true
		if within(name, tree) == inside {
			return true
		}
	}
	return !limited
}

// namesOf are the names of a certificate: its subject, its alternative names,
// and where it has no alternative e-mail address the one in the subject.
func namesOf(cert *x509.Certificate) ([]generalName, error) {
	var out []generalName
	for _, ext := range cert.Extensions {
		if !ext.Id.Equal(asn1.ObjectIdentifier{2, 5, 29, 17}) {
			continue
		}
		names, ok := readGeneralNames(ext.Value)
		if !ok {
			return nil, fmt.Errorf("%w: malformed alternative names", ErrConstraints)
		}
		out = append(out, names...)
	}
	if !hasKind(out, nameEmail) {
		for _, attr := range cert.Subject.Names {
			if text, ok := attr.Value.(string); ok && attr.Type.Equal(asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 1}) {
				out = append(out, generalName{nameEmail, []byte(text)})
			}
		}
	}
	if len(cert.Subject.Names) > 0 {
		out = append(out, generalName{nameDirectory, cert.RawSubject})
	}
	return out, nil
}

func hasKind(names []generalName, kind int) bool {
	for _, n := range names {
		if n.kind == kind {
			return true
		}
	}
	return false
}

func readGeneralNames(value cryptobyte.String) ([]generalName, bool) {
	var seq cryptobyte.String
	if !value.ReadASN1(&seq, casn1.SEQUENCE) {
		return nil, false
	}
	var out []generalName
	for !seq.Empty() {
		var name cryptobyte.String
		var tag casn1.Tag
		if len(out) == maxConstraints || !seq.ReadAnyASN1(&name, &tag) {
			return nil, false
		}
		out = append(out, generalName{int(tag & 0x1f), name})
	}
	return out, true
}

type place int

const (
	outside place = iota
	inside
	undecided // the name or the subtree cannot be read: permits nothing, excludes everything
)

func placed(is bool) place {
	if is {
		return inside
	}
	return outside
}

// within places a name against a subtree of its kind.
func within(name, tree generalName) place {
	switch name.kind {
	case nameDirectory:
		return withinDirectory(name.value, tree.value)
	case nameDNS:
		return placed(withinDomain(string(name.value), string(tree.value), true))
	case nameEmail:
		return withinMailbox(string(name.value), string(tree.value))
	case nameURI:
		return withinURI(string(name.value), string(tree.value))
	case nameIP:
		return withinNetwork(name.value, tree.value)
	}
	return undecided
}

func withinDirectory(name, tree []byte) place {
	have, ok := readName(name)
	base, ok2 := readName(tree)
	if !ok || !ok2 {
		return undecided
	}
	return placed(hasPrefix(have, base))
}

// withinDomain reports a host equal to the tree or, where sub is set or the
// tree begins with a dot, below it.
func withinDomain(host, tree string, sub bool) bool {
	host, tree = strings.ToLower(host), strings.ToLower(tree)
	if tree == "" {
		return true
	}
	if strings.HasPrefix(tree, ".") {
		return strings.HasSuffix(host, tree) && len(host) > len(tree)
	}
	return host == tree || sub && strings.HasSuffix(host, "."+tree)
}

func withinMailbox(name, tree string) place {
	at := strings.LastIndexByte(name, '@')
	if at < 0 {
		return undecided
	}
	local, host := name[:at], name[at+1:]
	if i := strings.LastIndexByte(tree, '@'); i >= 0 {
		return placed(local == tree[:i] && strings.EqualFold(host, tree[i+1:]))
	}
	return placed(withinDomain(host, tree, false))
}

// withinURI compares the host; a URI without one, or with an address, cannot
// be placed (RFC 5280 section 4.2.1.10).
func withinURI(name, tree string) place {
	u, err := url.Parse(name)
	if err != nil || u.Hostname() == "" {
		return undecided
	}
	if _, err := netip.ParseAddr(u.Hostname()); err == nil {
		return undecided
	}
	return placed(withinDomain(u.Hostname(), tree, false))
}

func withinNetwork(address, network []byte) place {
	half := len(network) / 2
	if len(network) != 8 && len(network) != 32 || len(address) != 4 && len(address) != 16 {
		return undecided
	}
	if len(address) != half {
		return outside
	}
	masked := make([]byte, half)
	base := make([]byte, half)
	for i := range masked {
		masked[i] = address[i] & network[half+i]
		base[i] = network[i] & network[half+i]
	}
	return placed(bytes.Equal(masked, base))
}
