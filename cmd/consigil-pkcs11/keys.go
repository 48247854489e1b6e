//go:build (linux || darwin) && (amd64 || arm64)

package main

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"fmt"
	"math/big"
	"strings"

	"golang.org/x/crypto/cryptobyte"
	casn1 "golang.org/x/crypto/cryptobyte/asn1"

	"github.com/consigil/consigil/cmd/consigil-pkcs11/cryptoki"
	"github.com/consigil/consigil/internal/token/wire"
)

// maxObjects bounds how many objects of a class are listed.
const maxObjects = 1000

// keys lists key pairs and certificates. Without a PIN only what the token shows to everybody.
func (h *helper) keys(r *wire.Request, answer *wire.Response) error {
	return h.with(r.Token, false, func(s *session) error {
		if _, ok := h.pins.get(s.identity); ok || s.pinPad() {
			if err := s.logIn(); err != nil {
				return err
			}
		}
		can, err := s.mechanisms()
		if err != nil {
			return err
		}
		if answer.Keys, err = s.listKeys(can); err != nil {
			return err
		}
		answer.Certificates, err = s.listCertificates()
		return err
	})
}

// schemes are what a list of mechanisms is good for.
func schemes(mechanisms []uint) []wire.Scheme {
	list := []wire.Scheme{}
	for _, m := range mechanisms {
		switch m {
		case cryptoki.MechRSAPKCS:
			list = append(list, wire.PKCS1)
		case cryptoki.MechRSAPSS:
			list = append(list, wire.PSS)
		case cryptoki.MechECDSA:
			list = append(list, wire.ECDSA)
		case cryptoki.MechEdDSA:
			list = append(list, wire.EdDSA)
		}
	}
	return list
}

func (s *session) mechanisms() ([]wire.Scheme, error) {
	list, err := s.h.module.Mechanisms(s.slot)
	return schemes(list), err
}

// listKeys lists private keys, each with what its public half tells, and public keys whose private half is not seen.
func (s *session) listKeys(can []wire.Scheme) ([]wire.Key, error) {
	list := []wire.Key{}
	for _, class := range []uint{cryptoki.ClassPrivateKey, cryptoki.ClassPublicKey} {
		objects, err := s.h.module.Find(s.handle, []cryptoki.Attribute{cryptoki.Number(cryptoki.AttrClass, class)}, maxObjects)
		if err != nil {
			return nil, err
		}
		for _, o := range objects {
			k, err := s.describe(o, class == cryptoki.ClassPrivateKey)
			if err != nil {
				return nil, err
			}
			list = merge(list, k)
		}
	}
	for i := range list {
		list[i].Schemes = fitting(list[i].Kind, can)
	}
	return list, nil
}

// merge adds a key, or what it tells of one that is there.
func merge(list []wire.Key, k wire.Key) []wire.Key {
	for i := range list {
		had := &list[i]
		if !k.Private && had.Private && bytes.Equal(had.ID, k.ID) && (len(k.ID) > 0 || had.Label == k.Label) {
			if len(had.Public) == 0 && len(k.Public) > 0 {
				had.Public, had.Kind = k.Public, k.Kind
			}
			return list
		}
	}
	return append(list, k)
}

func fitting(kind string, can []wire.Scheme) []wire.Scheme {
	list := []wire.Scheme{}
	for _, scheme := range can {
		family := map[wire.Scheme]string{wire.PKCS1: "RSA-", wire.PSS: "RSA-", wire.ECDSA: "P-", wire.EdDSA: "Ed25519"}[scheme]
		if strings.HasPrefix(kind, family) {
			list = append(list, scheme)
		}
	}
	return list
}

// describe reads one key object.
func (s *session) describe(o cryptoki.Object, private bool) (wire.Key, error) {
	a, err := s.h.module.Get(s.handle, o, cryptoki.AttrID, cryptoki.AttrLabel, cryptoki.AttrKeyType, cryptoki.AttrSign,
		cryptoki.AttrAlwaysAuthenticate, cryptoki.AttrModulus, cryptoki.AttrPublicExponent, cryptoki.AttrECParams, cryptoki.AttrECPoint)
	if err != nil {
		return wire.Key{}, err
	}
	k := wire.Key{Object: object(a[0], a[1]), Private: private}
	if private {
		k.CanSign, k.AlwaysAuthenticate = a[3].IsTrue(), a[4].IsTrue()
	}
	sort, ok := a[2].Number()
	if !ok {
		return k, nil
	}
	k.Kind = kindOf(sort, a[5].Value, a[7].Value)
	if public := publicKey(sort, a[5].Value, a[6].Value, a[7].Value, a[8].Value); public != nil {
		if der, err := x509.MarshalPKIXPublicKey(public); err == nil {
			k.Public = der
		}
	}
	return k, nil
}

func object(id, label cryptoki.Attribute) wire.Object {
	return wire.Object{ID: id.Value, Label: strings.ToValidUTF8(string(label.Value), "\uFFFD")}
}

// kindOf names a key by what its attributes tell.
func kindOf(sort uint, modulus, params []byte) string {
	switch sort {
	case cryptoki.KeyRSA:
		return fmt.Sprintf("RSA-%d", new(big.Int).SetBytes(modulus).BitLen())
	case cryptoki.KeyEC:
		if curve := curveOf(params); curve != nil {
			return curve.Params().Name
		}
	case cryptoki.KeyEdwards:
		if isEd25519(params) {
			return "Ed25519"
		}
	}
	return ""
}

// publicKey makes the public key, or nil where the attributes do not suffice.
func publicKey(sort uint, modulus, exponent, params, point []byte) any {
	switch sort {
	case cryptoki.KeyRSA:
		e := new(big.Int).SetBytes(exponent)
		if n := new(big.Int).SetBytes(modulus); n.BitLen() >= 1024 && e.IsInt64() && e.Int64() > 1 && e.Int64() < 1<<31 {
			return &rsa.PublicKey{N: n, E: int(e.Int64())}
		}
	case cryptoki.KeyEC:
		if curve := curveOf(params); curve != nil {
			if key, err := ecdsa.ParseUncompressedPublicKey(curve, bare(point, 1+2*orderBytes(curve))); err == nil {
				return key
			}
		}
	case cryptoki.KeyEdwards:
		if raw := bare(point, ed25519.PublicKeySize); isEd25519(params) && len(raw) == ed25519.PublicKeySize {
			return ed25519.PublicKey(raw)
		}
	}
	return nil
}

// bare takes a point out of the OCTET STRING that the standard wants and some modules leave away.
func bare(point []byte, size int) []byte {
	if len(point) == size {
		return point
	}
	in := cryptobyte.String(point)
	var inner cryptobyte.String
	if in.ReadASN1(&inner, casn1.OCTET_STRING) && in.Empty() {
		return inner
	}
	return nil
}

var curves = map[string]struct {
	curve elliptic.Curve
	oid   asn1.ObjectIdentifier
}{
	"P-256": {elliptic.P256(), asn1.ObjectIdentifier{1, 2, 840, 10045, 3, 1, 7}},
	"P-384": {elliptic.P384(), asn1.ObjectIdentifier{1, 3, 132, 0, 34}},
	"P-521": {elliptic.P521(), asn1.ObjectIdentifier{1, 3, 132, 0, 35}},
}

func curveOf(params []byte) elliptic.Curve {
	in := cryptobyte.String(params)
	var oid asn1.ObjectIdentifier
	if !in.ReadASN1ObjectIdentifier(&oid) {
		return nil
	}
	for _, c := range curves {
		if c.oid.Equal(oid) {
			return c.curve
		}
	}
	return nil
}

// orderBytes is the size of half a signature.
func orderBytes(curve elliptic.Curve) int { return (curve.Params().N.BitLen() + 7) / 8 }

// edwards25519 is CKA_EC_PARAMS by the curve's name, which SoftHSM wants; others give the OID of RFC 8410.
var edwards25519 = append([]byte{0x13, 12}, "edwards25519"...)

func isEd25519(params []byte) bool {
	in := cryptobyte.String(params)
	var oid asn1.ObjectIdentifier
	return bytes.Equal(params, edwards25519) || in.ReadASN1ObjectIdentifier(&oid) && oid.Equal(asn1.ObjectIdentifier{1, 3, 101, 112})
}

// listCertificates lists the X.509 certificates.
func (s *session) listCertificates() ([]wire.Certificate, error) {
	objects, err := s.h.module.Find(s.handle, []cryptoki.Attribute{cryptoki.Number(cryptoki.AttrClass, cryptoki.ClassCertificate)}, maxObjects)
	if err != nil {
		return nil, err
	}
	list := []wire.Certificate{}
	for _, o := range objects {
		a, err := s.h.module.Get(s.handle, o, cryptoki.AttrID, cryptoki.AttrLabel, cryptoki.AttrValue)
		if err != nil {
			return nil, err
		}
		if len(a[2].Value) > 0 {
			list = append(list, wire.Certificate{Object: object(a[0], a[1]), DER: a[2].Value})
		}
	}
	return list, nil
}
