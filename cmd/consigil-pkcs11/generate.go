//go:build (linux || darwin) && (amd64 || arm64)

package main

import (
	"bytes"
	"crypto/x509"
	"encoding/asn1"

	"github.com/consigil/consigil/cmd/consigil-pkcs11/cryptoki"
	"github.com/consigil/consigil/internal/token/wire"
)

// minID is the least length of an id of a new key, bytes: the caller draws it at random, and a request that is repeated
// because its answer was lost finds the key that is there.
const minID = 16

// rsaBits are the sizes on offer.
var rsaBits = map[string]uint{"RSA-2048": 2048, "RSA-3072": 3072, "RSA-4096": 4096}

// generate makes a key pair that cannot leave the token.
func (h *helper) generate(r *wire.Request, answer *wire.Response) error {
	if len(r.Object.ID) < minID || len(r.Object.ID) > 64 || r.Object.Label == "" || len(r.Object.Label) > 255 {
		return fail(wire.CodeRequest, "a new key needs an id of at least %d bytes and a label", minID)
	}
	mechanism, public, err := publicTemplate(r.Kind)
	if err != nil {
		return err
	}
	return h.with(r.Token, true, func(s *session) error {
		if err := s.logIn(); err != nil {
			return err
		}
		if err := s.makeKey(mechanism, public, r.Object); err != nil {
			return err
		}
		k, err := s.made(r.Object)
		answer.Keys = []wire.Key{k}
		return err
	})
}

// publicTemplate is what differs between kinds of keys.
func publicTemplate(kind string) (uint, []cryptoki.Attribute, error) {
	if bits, ok := rsaBits[kind]; ok {
		return cryptoki.MechRSAGenerate, []cryptoki.Attribute{
			cryptoki.Number(cryptoki.AttrModulusBits, bits), {Type: cryptoki.AttrPublicExponent, Value: []byte{1, 0, 1}},
		}, nil
	}
	if c, ok := curves[kind]; ok {
		oid, err := asn1.Marshal(c.oid)
		return cryptoki.MechECGenerate, []cryptoki.Attribute{{Type: cryptoki.AttrECParams, Value: oid}}, err
	}
	if kind == "Ed25519" {
		return cryptoki.MechEdwardsGenerate, []cryptoki.Attribute{{Type: cryptoki.AttrECParams, Value: edwards25519}}, nil
	}
	return 0, nil, fail(wire.CodeUnsupported, "keys of this kind are not made here")
}

// makeKey generates, unless the key is there.
func (s *session) makeKey(mechanism uint, public []cryptoki.Attribute, name wire.Object) error {
	there, err := s.h.module.Find(s.handle, named(cryptoki.ClassPrivateKey, wire.Object{ID: name.ID}), 1)
	if err != nil || len(there) > 0 {
		return err
	}
	both := []cryptoki.Attribute{
		cryptoki.Bool(cryptoki.AttrToken, true), {Type: cryptoki.AttrID, Value: name.ID}, {Type: cryptoki.AttrLabel, Value: []byte(name.Label)},
	}
	public = append(append(public[:len(public):len(public)], both...), cryptoki.Bool(cryptoki.AttrPrivate, false), cryptoki.Bool(cryptoki.AttrVerify, true))
	private := append(both[:len(both):len(both)], cryptoki.Bool(cryptoki.AttrPrivate, true), cryptoki.Bool(cryptoki.AttrSensitive, true),
		cryptoki.Bool(cryptoki.AttrExtractable, false), cryptoki.Bool(cryptoki.AttrSign, true))
	return s.h.module.GenerateKeyPair(s.handle, mechanism, public, private)
}

// made describes the key with the public half that stands beside it.
func (s *session) made(name wire.Object) (wire.Key, error) {
	can, err := s.mechanisms()
	if err != nil {
		return wire.Key{}, err
	}
	list, err := s.listKeys(can)
	if err != nil {
		return wire.Key{}, err
	}
	for _, k := range list {
		if k.Private && bytes.Equal(k.ID, name.ID) && len(k.Public) > 0 {
			return k, nil
		}
	}
	return wire.Key{}, fail(wire.CodeToken, "the token does not show the key that it made")
}

// certificate stores a certificate, once.
func (h *helper) certificate(r *wire.Request, _ *wire.Response) error {
	cert, err := x509.ParseCertificate(r.Data)
	if err != nil || len(r.Object.ID) == 0 {
		return fail(wire.CodeRequest, "a certificate and the id of its key are needed")
	}
	serial, err := asn1.Marshal(cert.SerialNumber)
	if err != nil {
		return err
	}
	match := named(cryptoki.ClassCertificate, wire.Object{ID: r.Object.ID})
	match = append(match, cryptoki.Attribute{Type: cryptoki.AttrValue, Value: r.Data})
	rest := []cryptoki.Attribute{
		cryptoki.Bool(cryptoki.AttrToken, true), cryptoki.Bool(cryptoki.AttrPrivate, false), cryptoki.Number(cryptoki.AttrCertificateType, 0),
		{Type: cryptoki.AttrLabel, Value: []byte(r.Object.Label)}, {Type: cryptoki.AttrSubject, Value: cert.RawSubject},
		{Type: cryptoki.AttrIssuer, Value: cert.RawIssuer}, {Type: cryptoki.AttrSerialNumber, Value: serial},
	}
	return h.with(r.Token, true, func(s *session) error {
		if err := s.logIn(); err != nil {
			return err
		}
		there, err := s.h.module.Find(s.handle, match, 1)
		if err != nil || len(there) > 0 {
			return err
		}
		return s.h.module.Create(s.handle, append(match[:len(match):len(match)], rest...))
	})
}
