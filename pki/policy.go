package pki

import (
	"crypto/x509"
	"encoding/asn1"
	"fmt"

	"golang.org/x/crypto/cryptobyte"
	casn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// The policy processing of RFC 5280 section 6.1 over the graph of RFC 9618:
// one node for each policy and depth, so that mappings cannot make it grow
// beyond the certificates' own size.

const anyPolicy = "2.5.29.32.0"

const maxPolicies = 256 // in one certificate

// policyNode is a policy that is valid at one depth.
type policyNode struct {
	parents  []string // valid policies one level up that lead here
	expected map[string]bool
}

type policyLevel map[string]*policyNode

type policyState struct {
	levels   []policyLevel // nil once the graph is empty
	initial  map[string]bool
	explicit int
	mapping  int
	inhibit  int
}

func newPolicyState(length int, opt PathOptions) *policyState {
	s := &policyState{
		levels:   []policyLevel{{anyPolicy: {expected: map[string]bool{anyPolicy: true}}}},
		initial:  map[string]bool{},
		explicit: length + 1, mapping: length + 1, inhibit: length + 1,
	}
	for _, p := range opt.Policies {
		s.initial[p.String()] = true
	}
	if len(opt.Policies) == 0 {
		s.initial[anyPolicy] = true
	}
	if opt.RequireExplicitPolicy {
		s.explicit = 0
	}
	if opt.InhibitPolicyMapping {
		s.mapping = 0
	}
	if opt.InhibitAnyPolicy {
		s.inhibit = 0
	}
	return s
}

// step processes one certificate: section 6.1.3 (d) to (f), and for a CA
// 6.1.4 (a), (b) and (h) to (j).
func (s *policyState) step(cert *x509.Certificate, last bool) error {
	if err := s.grow(cert, last); err != nil {
		return err
	}
	if s.explicit == 0 && s.levels == nil {
		return fmt.Errorf("%w: no valid policy", ErrPolicy)
	}
	if last {
		return nil
	}
	if err := s.applyMappings(cert); err != nil {
		return err
	}
	return s.prepareNext(cert)
}

// grow adds the level of a certificate, section 6.1.3 (d) and (e).
func (s *policyState) grow(cert *x509.Certificate, last bool) error {
	policies, present, err := certificatePolicies(cert)
	if err != nil {
		return err
	}
	if !present {
		s.levels = nil
	}
	if s.levels == nil {
		return nil
	}
	above := s.levels[len(s.levels)-1]
	level := policyLevel{}
	for p := range policies {
		if p != anyPolicy {
			level.place(p, above)
		}
	}
	if policies[anyPolicy] && (s.inhibit > 0 || !last && SelfIssued(cert)) {
		level.placeAny(above)
	}
	if len(level) == 0 {
		s.levels = nil
		return nil
	}
	s.levels = append(s.levels, level)
	return nil
}

// place adds a policy below every node that expects it, or else below
// anyPolicy.
func (l policyLevel) place(policy string, above policyLevel) {
	var parents []string
	for name, node := range above {
		if node.expected[policy] {
			parents = append(parents, name)
		}
	}
	if len(parents) == 0 && above[anyPolicy] != nil {
		parents = []string{anyPolicy}
	}
	if len(parents) > 0 {
		l[policy] = &policyNode{parents: parents, expected: map[string]bool{policy: true}}
	}
}

// placeAny adds what is expected above and not named by the certificate.
func (l policyLevel) placeAny(above policyLevel) {
	for name, node := range above {
		for expected := range node.expected {
			known := l[expected]
			switch {
			case known == nil:
				l[expected] = &policyNode{parents: []string{name}, expected: map[string]bool{expected: true}}
			case known.wild(name):
				known.parents = append(known.parents, name)
			}
		}
	}
}

// wild reports a node that placeAny made and that name does not lead to yet.
func (n *policyNode) wild(name string) bool {
	for _, p := range n.parents {
		if p == name || p == anyPolicy {
			return false
		}
	}
	return true
}

// applyMappings is section 6.1.4 (a) and (b).
func (s *policyState) applyMappings(cert *x509.Certificate) error {
	mappings, err := policyMappings(cert)
	if err != nil {
		return err
	}
	if len(mappings) == 0 || s.levels == nil {
		return nil
	}
	level := s.levels[len(s.levels)-1]
	for issuerPolicy, subjectPolicies := range mappings {
		switch node := level[issuerPolicy]; {
		case s.mapping == 0:
			delete(level, issuerPolicy)
		case node != nil:
			node.expected = subjectPolicies
		case level[anyPolicy] != nil:
			level[issuerPolicy] = &policyNode{parents: level[anyPolicy].parents, expected: subjectPolicies}
		}
	}
	if len(level) == 0 {
		s.levels = nil
	}
	return nil
}

// prepareNext counts down, section 6.1.4 (h) to (j).
func (s *policyState) prepareNext(cert *x509.Certificate) error {
	if !SelfIssued(cert) {
		s.explicit, s.mapping, s.inhibit = down(s.explicit), down(s.mapping), down(s.inhibit)
	}
	explicit, mapping, err := policyConstraints(cert)
	if err != nil {
		return err
	}
	s.explicit, s.mapping = least(s.explicit, explicit), least(s.mapping, mapping)
	inhibit, err := inhibitAnyPolicy(cert)
	if err != nil {
		return err
	}
	s.inhibit = least(s.inhibit, inhibit)
	return nil
}

func down(n int) int { return max(n-1, 0) }

// least is the smaller of a counter and a limit; a negative limit is none.
func least(counter, limit int) int {
	if limit < 0 {
		return counter
	}
	return min(counter, limit)
}

// finish is section 6.1.5 (a), (b) and (g).
func (s *policyState) finish(leaf *x509.Certificate) error {
	s.explicit = down(s.explicit)
	explicit, _, err := policyConstraints(leaf)
	if err != nil {
		return err
	}
	if explicit == 0 {
		s.explicit = 0
	}
	if s.explicit == 0 && !s.intersects() {
		return fmt.Errorf("%w: none of the acceptable policies", ErrPolicy)
	}
	return nil
}

// intersects reports whether a policy at the leaf stems from an acceptable
// one. A policy is acceptable by the name that it had where it first came
// from anyPolicy, which is its name in the domain of the anchor.
func (s *policyState) intersects() bool {
	if s.levels == nil {
		return false
	}
	if s.initial[anyPolicy] {
		return true
	}
	alive := map[string]bool{}
	for name := range s.levels[len(s.levels)-1] {
		alive[name] = true
	}
	for depth := len(s.levels) - 1; depth > 0; depth-- {
		up := map[string]bool{}
		for name := range alive {
			node := s.levels[depth][name]
			if node == nil {
				continue
			}
			for _, parent := range node.parents {
				if parent == anyPolicy && (name == anyPolicy && depth == len(s.levels)-1 || s.initial[name]) {
					return true
				}
				up[parent] = true
			}
		}
		alive = up
	}
	return false
}

// certificatePolicies reads the extension; qualifiers are not looked at.
func certificatePolicies(cert *x509.Certificate) (policies map[string]bool, present bool, err error) {
	value := extension(cert, 32)
	if value == nil {
		return nil, false, nil
	}
	bad := fmt.Errorf("%w: malformed policies", ErrPolicy)
	var list cryptobyte.String
	if !value.ReadASN1(&list, casn1.SEQUENCE) || !value.Empty() {
		return nil, true, bad
	}
	policies = map[string]bool{}
	for !list.Empty() {
		var info cryptobyte.String
		var oid asn1.ObjectIdentifier
		if len(policies) == maxPolicies || !list.ReadASN1(&info, casn1.SEQUENCE) || !info.ReadASN1ObjectIdentifier(&oid) {
			return nil, true, bad
		}
		policies[oid.String()] = true
	}
	return policies, true, nil
}

// policyMappings reads the extension; a mapping from or to anyPolicy is
// forbidden (section 6.1.4 (a)).
func policyMappings(cert *x509.Certificate) (map[string]map[string]bool, error) {
	value := extension(cert, 33)
	if value == nil {
		return nil, nil
	}
	bad := fmt.Errorf("%w: policy mappings", ErrPolicy)
	var list cryptobyte.String
	if !value.ReadASN1(&list, casn1.SEQUENCE) || !value.Empty() {
		return nil, bad
	}
	out := map[string]map[string]bool{}
	for n := 0; !list.Empty(); n++ {
		var pair cryptobyte.String
		var from, to asn1.ObjectIdentifier
		if n == maxPolicies || !list.ReadASN1(&pair, casn1.SEQUENCE) || !pair.ReadASN1ObjectIdentifier(&from) ||
			!pair.ReadASN1ObjectIdentifier(&to) || from.String() == anyPolicy || to.String() == anyPolicy {
			return nil, bad
		}
		if out[from.String()] == nil {
			out[from.String()] = map[string]bool{}
		}
		out[from.String()][to.String()] = true
	}
	return out, nil
}

// policyConstraints reads the extension; absent fields are -1.
func policyConstraints(cert *x509.Certificate) (explicit, mapping int, err error) {
	value := extension(cert, 36)
	if value == nil {
		return -1, -1, nil
	}
	var seq cryptobyte.String
	explicit, mapping = -1, -1
	if !value.ReadASN1(&seq, casn1.SEQUENCE) || !value.Empty() ||
		!readSkip(&seq, 0, &explicit) || !readSkip(&seq, 1, &mapping) || !seq.Empty() {
		return -1, -1, fmt.Errorf("%w: malformed policy constraints", ErrPolicy)
	}
	return explicit, mapping, nil
}

func readSkip(seq *cryptobyte.String, tag uint8, out *int) bool {
	context := casn1.Tag(tag).ContextSpecific()
	if !seq.PeekASN1Tag(context) {
		return true
	}
	var n int64
	if !seq.ReadASN1Int64WithTag(&n, context) || n < 0 {
		return false
	}
	*out = int(min(n, 1<<20))
	return true
}

func inhibitAnyPolicy(cert *x509.Certificate) (int, error) {
	value := extension(cert, 54)
	if value == nil {
		return -1, nil
	}
	var n int64
	if !value.ReadASN1Integer(&n) || !value.Empty() || n < 0 {
		return -1, fmt.Errorf("%w: malformed inhibitAnyPolicy", ErrPolicy)
	}
	return int(min(n, 1<<20)), nil
}

// extension is the value of the extension 2.5.29.n, or nil.
func extension(cert *x509.Certificate, n int) cryptobyte.String {
	for _, ext := range cert.Extensions {
		if ext.Id.Equal(asn1.ObjectIdentifier{2, 5, 29, n}) {
			return append(cryptobyte.String{}, ext.Value...)
		}
	}
	return nil
}
