//go:build generate

package vectors_test

// Run with `go test -tags generate -run Generate ./vectors` to make the files
// anew. Keys are thrown away, so every run gives other octets.

import (
	"bytes"
	"context"
	"crypto"
	"crypto/sha256"
	"encoding/asn1"
	"encoding/hex"
	"encoding/json"
	"math/big"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/consigil/consigil/der"
	"github.com/consigil/consigil/pki/pkitest"
	"github.com/consigil/consigil/signer"
	"github.com/consigil/consigil/vectors"
	"golang.org/x/crypto/cryptobyte"
	casn1 "golang.org/x/crypto/cryptobyte/asn1"
)

func save(t *testing.T, name string, v any) {
	t.Helper()
	raw, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, append(raw, '\n'), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestGenerateEncodings(t *testing.T) {
	var out []vectors.Encoding
	for _, c := range [][3]string{
		{"sequence", "3003020105", "3003020105"}, {"octets behind are left", "30030201050000", "3003020105"},
		{"long length that is needed", "048180" + hex.EncodeToString(make([]byte, 128)), "048180" + hex.EncodeToString(make([]byte, 128))},
		{"indefinite length", "30800201050000", "3003020105"}, {"indefinite in indefinite", "30803180050000000000", "300431020500"},
		{"length not minimal", "308103020105", "3003020105"}, {"length padded", "30820003020105", "3003020105"},
		{"octets in segments", "24800402010204010300 00", "0403010203"}, {"octets in segments of segments", "2406240404020102", "04020102"},
		{"no segment", "2400", "0400"}, {"bits in segments", "2380030200aa030204b00000", "030304aab0"},
		{"text in segments of octets", "2c0404026162", "0c026162"}, {"order of SET kept", "3106020106020105", "3106020106020105"},
		{"BOOLEAN other than ff kept", "010101", "010101"}, {"INTEGER with leading zeros kept", "02020005", "02020005"},
		{"no end of contents", "3080020105", ""}, {"primitive of indefinite length", "04800000", ""}, {"truncated", "3006020105", ""},
		{"segment of another type", "2403020105", ""}, {"unused bits before the last segment", "2308030204b0030200aa", ""},
		{"tag number above 30", "1f810100", ""}, {"length of five octets", "04850000000001 00", ""}, {"child beyond its parent", "30030405 00", ""},
		{"nothing", "", ""},
	} {
		clean := string(bytes.ReplaceAll([]byte(c[1]), []byte(" "), nil))
		raw, err := hex.DecodeString(clean)
		if err != nil {
			t.Fatal(err)
		}
		norm, _ := der.Normalize(raw, der.DefaultLimits())
		out = append(out, vectors.Encoding{Name: c[0], Input: clean, Output: c[2], Strict: norm.Strict})
	}
	save(t, "encodings.json", out)
}

// craft is a SignedData with every part open to change.
type craft struct {
	content     []byte
	attributes  [][]byte // in this order; nil for none
	signs       *pkitest.Entity
	named       *pkitest.Entity // by issuer and serial
	carried     []*pkitest.Entity
	algorithm   signer.Algorithm
	digestID    []byte
	signatureID []byte
	encapsulate bool
	copies      int
	signSorted  bool
}

func seq(f func(*cryptobyte.Builder)) func(*cryptobyte.Builder) {
	return func(b *cryptobyte.Builder) { b.AddASN1(casn1.SEQUENCE, f) }
}

func bytesOf(f func(*cryptobyte.Builder)) []byte {
	var b cryptobyte.Builder
	f(&b)
	return b.BytesOrPanic()
}

func attribute(oid asn1.ObjectIdentifier, values ...[]byte) []byte {
	return bytesOf(seq(func(b *cryptobyte.Builder) {
		b.AddASN1ObjectIdentifier(oid)
		b.AddASN1(casn1.SET, func(b *cryptobyte.Builder) {
			for _, v := range values {
				b.AddBytes(v)
			}
		})
	}))
}

func octets(v []byte) []byte {
	return bytesOf(func(b *cryptobyte.Builder) { b.AddASN1OctetString(v) })
}

func identifier(oid asn1.ObjectIdentifier, null bool) []byte {
	return bytesOf(seq(func(b *cryptobyte.Builder) {
		b.AddASN1ObjectIdentifier(oid)
		if null {
			b.AddASN1NULL()
		}
	}))
}

var (
	oidType       = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 3}
	oidDigest     = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 4}
	oidProtection = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 52}
	oidESS1       = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 12}
	oidESS2       = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 47}
	oidData       = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 1}
	oidSHA256     = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1}
)

func typeAttribute(oid asn1.ObjectIdentifier) []byte {
	return attribute(oidType, bytesOf(func(b *cryptobyte.Builder) { b.AddASN1ObjectIdentifier(oid) }))
}

func digestAttribute(content []byte) []byte {
	sum := sha256.Sum256(content)
	return attribute(oidDigest, octets(sum[:]))
}

func ess(version int, h crypto.Hash, e *pkitest.Entity, explicitHash bool, serial *big.Int) []byte {
	hasher := h.New()
	hasher.Write(e.Certificate.Raw)
	oid, _ := signer.DigestOID(h)
	value := bytesOf(seq(seq(seq(func(b *cryptobyte.Builder) {
		if explicitHash {
			b.AddBytes(identifier(oid, false))
		}
		b.AddASN1OctetString(hasher.Sum(nil))
		if serial == nil {
			return
		}
		seq(func(b *cryptobyte.Builder) {
			b.AddASN1(casn1.SEQUENCE, func(b *cryptobyte.Builder) {
				b.AddASN1(der.Explicit(4), func(b *cryptobyte.Builder) { b.AddBytes(e.Certificate.RawIssuer) })
			})
			b.AddASN1BigInt(serial)
		})(b)
	}))))
	if version == 1 {
		return attribute(oidESS1, value)
	}
	return attribute(oidESS2, value)
}

func protection(digestID, signatureID []byte) []byte {
	implicit := bytes.Clone(signatureID)
	implicit[0] = 0xa1
	return attribute(oidProtection, bytesOf(seq(func(b *cryptobyte.Builder) {
		b.AddBytes(digestID)
		b.AddBytes(implicit)
	})))
}

func (c *craft) signature(t *testing.T) []byte {
	message := c.content
	if c.attributes != nil {
		attrs := slices.Clone(c.attributes)
		if c.signSorted {
			der.SortSet(attrs)
		}
		message = bytesOf(func(b *cryptobyte.Builder) {
			b.AddASN1(casn1.SET, func(b *cryptobyte.Builder) { b.AddBytes(bytes.Join(attrs, nil)) })
		})
	}
	sig, err := c.signs.Signer.Sign(context.Background(), c.algorithm, message)
	if err != nil {
		t.Fatal(err)
	}
	return sig
}

func (c *craft) build(t *testing.T) []byte {
	t.Helper()
	sig := c.signature(t)
	info := bytesOf(seq(func(b *cryptobyte.Builder) {
		b.AddASN1Int64(1)
		seq(func(b *cryptobyte.Builder) {
			b.AddBytes(c.named.Certificate.RawIssuer)
			b.AddASN1BigInt(c.named.Certificate.SerialNumber)
		})(b)
		b.AddBytes(c.digestID)
		if c.attributes != nil {
			b.AddASN1(der.Explicit(0), func(b *cryptobyte.Builder) { b.AddBytes(bytes.Join(c.attributes, nil)) })
		}
		b.AddBytes(c.signatureID)
		b.AddASN1OctetString(sig)
	}))
	return bytesOf(seq(func(b *cryptobyte.Builder) {
		b.AddASN1ObjectIdentifier(asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 2})
		b.AddASN1(der.Explicit(0), seq(func(b *cryptobyte.Builder) {
			b.AddASN1Int64(1)
			b.AddASN1(casn1.SET, func(b *cryptobyte.Builder) { b.AddBytes(c.digestID) })
			seq(func(b *cryptobyte.Builder) {
				b.AddASN1ObjectIdentifier(oidData)
				if c.encapsulate {
					b.AddASN1(der.Explicit(0), func(b *cryptobyte.Builder) { b.AddASN1OctetString(c.content) })
				}
			})(b)
			if len(c.carried) > 0 {
				b.AddASN1(der.Explicit(0), func(b *cryptobyte.Builder) {
					for _, e := range c.carried {
						b.AddBytes(e.Certificate.Raw)
					}
				})
			}
			b.AddASN1(casn1.SET, func(b *cryptobyte.Builder) { b.AddBytes(bytes.Repeat(info, c.copies)) })
		}))
	}))
}

func TestGenerateSignatures(t *testing.T) {
	at := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	root := pkitest.Root(t, "Vectors Root", "P-256", at)
	leaf, twin := root.Leaf(t, "Vectors Signer", "P-256", at), root.Leaf(t, "Vectors Signer", "P-256", at)
	rsa, ed := root.Leaf(t, "Vectors RSA", "RSA-2048", at), root.Leaf(t, "Vectors Ed25519", "Ed25519", at)
	content, other := []byte("what was signed"), []byte("what was not signed")
	sha, err := signer.ECDSASHA256.Identifier()
	if err != nil {
		t.Fatal(err)
	}
	digestID := identifier(oidSHA256, false)
	full := func(e *pkitest.Entity) [][]byte {
		return [][]byte{typeAttribute(oidData), digestAttribute(content), ess(2, crypto.SHA256, e, false, e.Certificate.SerialNumber), protection(digestID, sha)}
	}
	var out []vectors.Signature
	add := func(name, outcome, note string, binding int, change func(*craft)) {
		c := &craft{content: content, attributes: full(leaf), signs: leaf, named: leaf, carried: []*pkitest.Entity{leaf}, algorithm: signer.ECDSASHA256, digestID: digestID, signatureID: sha, copies: 1}
		der.SortSet(c.attributes)
		change(c)
		out = append(out, vectors.Signature{Name: name, Content: hex.EncodeToString(content), CMS: hex.EncodeToString(c.build(t)), Outcome: outcome, Binding: binding, Note: note})
	}
	other5652, other5035, other6211 := "RFC 5652 section 5.6", "RFC 5035 section 5.4", "RFC 6211 section 3"
	replace := func(i int, attr []byte) func(*craft) {
		return func(c *craft) { c.attributes = full(leaf); c.attributes[i] = attr; der.SortSet(c.attributes) }
	}
	without := func(i int) func(*craft) {
		return func(c *craft) { c.attributes = slices.Delete(full(leaf), i, i+1); der.SortSet(c.attributes) }
	}
	add("full", "good", "CAdES baseline attributes", 2, func(*craft) {})
	add("certificate among others", "good", other5652, 2, func(c *craft) { c.carried = []*pkitest.Entity{root, twin, leaf} })
	add("no cmsAlgorithmProtection", "good", other6211, 2, without(3))
	add("no signing-certificate", "good", "allowed by CMS; CAdES demands it", 0, without(2))
	add("signing-certificate of version 1", "good", "RFC 2634 section 5.4", 1, replace(2, ess(1, crypto.SHA1, leaf, false, nil)))
	add("signing-certificate with SHA-512", "good", other5035, 2, replace(2, ess(2, crypto.SHA512, leaf, true, leaf.Certificate.SerialNumber)))
	add("signing-certificate with SHA-256 spelled out", "good", "not DER, widely made", 2, replace(2, ess(2, crypto.SHA256, leaf, true, nil)))
	add("no attributes", "good", "RFC 5652 section 5.3: allowed for id-data", 0, func(c *craft) { c.attributes = nil })
	add("content encapsulated too", "good", "the content must be the one given", 2, func(c *craft) { c.encapsulate = true })
	add("attributes stored out of order, signed in order", "good", "RFC 5652 section 5.4: DER is what is signed", 2, func(c *craft) {
		slices.Reverse(c.attributes)
		c.signSorted = true
	})
	add("digest identifier with NULL", "good", "RFC 5754 section 2", 2, func(c *craft) { c.digestID = identifier(oidSHA256, true) })
	add("message digest of other content", "digest", other5652, 0, replace(1, digestAttribute(other)))
	add("other content encapsulated", "digest", "content inside must be the content outside", 0, func(c *craft) { c.content, c.encapsulate = other, true })
	add("signed by another key", "signature", other5652, 0, func(c *craft) { c.signs = twin })
	add("no attributes, other content", "signature", other5652, 0, func(c *craft) { c.attributes, c.content = nil, other })
	add("no message-digest", "attributes", other5652, 0, without(1))
	add("no content-type", "attributes", other5652, 0, without(0))
	add("other content-type", "attributes", other5652, 0, replace(0, typeAttribute(asn1.ObjectIdentifier{1, 2, 3})))
	add("two message-digests", "attributes", "RFC 5652 section 11.2: exactly one", 0, func(c *craft) { c.attributes = append(c.attributes, digestAttribute(other)); der.SortSet(c.attributes) })
	sum := sha256.Sum256(content)
	add("message-digest of two values", "attributes", "RFC 5652 section 11.2: one value", 0, replace(1, attribute(oidDigest, octets(sum[:]), octets(sum[:]))))
	add("signing-certificate of another", "signing_certificate", other5035, 0, replace(2, ess(2, crypto.SHA256, twin, false, twin.Certificate.SerialNumber)))
	add("signing-certificate with another serial", "signing_certificate", other5035, 0, replace(2, ess(2, crypto.SHA256, leaf, false, twin.Certificate.SerialNumber)))
	add("both versions, one of another", "signing_certificate", other5035, 0, func(c *craft) {
		c.attributes = append(c.attributes, ess(1, crypto.SHA1, twin, false, nil))
		der.SortSet(c.attributes)
	})
	sha512, err := signer.ECDSASHA512.Identifier()
	if err != nil {
		t.Fatal(err)
	}
	add("protected signature algorithm differs", "algorithm_mismatch", other6211, 0, replace(3, protection(digestID, sha512)))
	add("protected digest algorithm differs", "algorithm_mismatch", other6211, 0, replace(3, protection(identifier(asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 3}, false), sha)))
	add("digest algorithm unknown", "algorithm", "MD5 and its like are not accepted", 0, func(c *craft) { c.digestID = identifier(asn1.ObjectIdentifier{1, 2, 840, 113549, 2, 5}, true) })
	add("algorithm of another kind of key", "algorithm", other5652, 0, func(c *craft) {
		c.signatureID = identifier(asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 11}, true)
	})
	add("two signers", "many_signers", "PAdES: exactly one SignerInfo", 0, func(c *craft) { c.copies = 2 })
	add("certificate missing", "no_certificate", "PAdES: the certificate shall be there", 0, func(c *craft) { c.carried = []*pkitest.Entity{root} })
	for _, k := range []struct {
		name string
		e    *pkitest.Entity
		alg  signer.Algorithm
	}{{"RSA PKCS#1", rsa, signer.RSAPKCS1SHA256}, {"RSA PSS", rsa, signer.RSAPSSSHA256}, {"Ed25519", ed, signer.Ed25519}} {
		add(k.name, "good", "RFC 4056, RFC 5754, RFC 8419", 2, func(c *craft) { c.use(t, k.e, k.alg, content) })
	}
	add("rsaEncryption as the signature algorithm", "good", "RFC 3370 section 3.2", 2, func(c *craft) {
		c.use(t, rsa, signer.RSAPKCS1SHA256, content)
		c.attributes = c.attributes[:0]
		c.attributes = append(c.attributes, typeAttribute(oidData), digestAttribute(content), ess(2, crypto.SHA256, rsa, false, nil))
		der.SortSet(c.attributes)
		c.signatureID = identifier(asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 1}, true)
	})
	save(t, "signatures.json", out)
}

// use makes the signature another entity's, with another algorithm.
func (c *craft) use(t *testing.T, e *pkitest.Entity, alg signer.Algorithm, content []byte) {
	t.Helper()
	id, err := alg.Identifier()
	if err != nil {
		t.Fatal(err)
	}
	oid, _ := signer.DigestOID(alg.Hash())
	c.digestID, c.signatureID = identifier(oid, false), id
	c.signs, c.named, c.carried, c.algorithm = e, e, []*pkitest.Entity{e}, alg
	hasher := alg.Hash().New()
	hasher.Write(content)
	c.attributes = [][]byte{
		typeAttribute(oidData), attribute(oidDigest, octets(hasher.Sum(nil))),
		ess(2, crypto.SHA256, e, false, e.Certificate.SerialNumber), protection(c.digestID, id),
	}
	der.SortSet(c.attributes)
}

func TestGenerateRequests(t *testing.T) {
	sum := sha256.Sum256([]byte("data"))
	policy := asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 99999, 1}
	request := func(version int64, id, imprint []byte, rest ...func(*cryptobyte.Builder)) []byte {
		return bytesOf(seq(func(b *cryptobyte.Builder) {
			b.AddASN1Int64(version)
			seq(func(b *cryptobyte.Builder) {
				b.AddBytes(id)
				b.AddASN1OctetString(imprint)
			})(b)
			for _, f := range rest {
				f(b)
			}
		}))
	}
	sha := identifier(oidSHA256, false)
	withPolicy := func(oid asn1.ObjectIdentifier) func(*cryptobyte.Builder) {
		return func(b *cryptobyte.Builder) { b.AddASN1ObjectIdentifier(oid) }
	}
	withNonce := func(n *big.Int) func(*cryptobyte.Builder) {
		return func(b *cryptobyte.Builder) { b.AddASN1BigInt(n) }
	}
	withCert := func(b *cryptobyte.Builder) { b.AddASN1Boolean(true) }
	huge := new(big.Int).Lsh(big.NewInt(1), 600)
	granted := func(name string, raw []byte, v vectors.Request) vectors.Request {
		v.Name, v.Request, v.Hash, v.Imprint = name, hex.EncodeToString(raw), "SHA-256", hex.EncodeToString(sum[:])
		return v
	}
	refused := func(name, failure string, raw []byte) vectors.Request {
		return vectors.Request{Name: name, Request: hex.EncodeToString(raw), Failure: failure}
	}
	plain := request(1, sha, sum[:])
	save(t, "requests.json", []vectors.Request{
		granted("plain", plain, vectors.Request{}),
		granted("NULL parameters", request(1, identifier(oidSHA256, true), sum[:]), vectors.Request{}),
		granted("certificates", request(1, sha, sum[:], withCert), vectors.Request{CertReq: true}),
		granted("nonce", request(1, sha, sum[:], withNonce(big.NewInt(1<<62))), vectors.Request{Nonce: "4611686018427387904"}),
		granted("negative nonce", request(1, sha, sum[:], withNonce(big.NewInt(-1))), vectors.Request{Nonce: "-1"}),
		granted("everything", request(1, sha, sum[:], withPolicy(policy), withNonce(big.NewInt(7)), withCert), vectors.Request{Nonce: "7", CertReq: true, Policy: policy.String()}),
		refused("version 2", "badRequest", request(2, sha, sum[:])),
		refused("SHA-1", "badAlg", request(1, identifier(asn1.ObjectIdentifier{1, 3, 14, 3, 2, 26}, true), make([]byte, 20))),
		refused("MD5", "badAlg", request(1, identifier(asn1.ObjectIdentifier{1, 2, 840, 113549, 2, 5}, true), make([]byte, 16))),
		refused("imprint too short", "badDataFormat", request(1, sha, sum[:31])),
		refused("imprint too long", "badDataFormat", request(1, sha, append(sum[:], 0))),
		refused("another policy", "unacceptedPolicy", request(1, sha, sum[:], withPolicy(asn1.ObjectIdentifier{1, 2, 3}))),
		refused("an extension", "unacceptedExtension", request(1, sha, sum[:], func(b *cryptobyte.Builder) { b.AddASN1(der.Explicit(0), func(*cryptobyte.Builder) {}) })),
		refused("nonce of 601 bits", "badDataFormat", request(1, sha, sum[:], withNonce(huge))),
		refused("nonce before policy", "badDataFormat", request(1, sha, sum[:], withNonce(big.NewInt(7)), withPolicy(policy))),
		refused("octets behind", "badDataFormat", append(bytes.Clone(plain), 0)),
		refused("cut", "badDataFormat", plain[:len(plain)-1]),
		refused("no request", "badDataFormat", []byte("GET / HTTP/1.1")),
		refused("nothing", "badDataFormat", nil),
		refused("indefinite length", "badDataFormat", append(append([]byte{0x30, 0x80}, plain[2:]...), 0, 0)),
	})
}
