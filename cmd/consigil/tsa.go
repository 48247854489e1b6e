package main

import (
	"crypto/tls"
	"encoding/asn1"
	"fmt"
	"strconv"
	"strings"

	"github.com/consigil/consigil/fetch"
	"github.com/consigil/consigil/tsp"
)

// tsaFlags say whom to ask for time stamps and how, for every command that does.
type tsaFlags struct {
	TSA             []string `name:"tsa" help:"Address of a time-stamp authority; several are tried in turn."`
	TSAUser         string   `name:"tsa-user" help:"User name at the authorities (HTTP Basic)."`
	TSAPasswordFile string   `name:"tsa-password-file" help:"File whose first line is the password of --tsa-user."`
	TSACert         string   `name:"tsa-cert" help:"Client certificate that is shown to the authorities, with its issuers, PEM."`
	TSAKey          string   `name:"tsa-key" help:"Private key of --tsa-cert, PEM."`
	TSACA           string   `name:"tsa-ca" help:"Roots of the authorities' TLS certificates, PEM; without it, the system's."`
	TSAPolicy       string   `name:"tsa-policy" help:"Policy to ask for, an object identifier such as 1.3.6.1.4.1.99999.1."`
}

func (f *tsaFlags) inputs() []string {
	return []string{f.TSAPasswordFile, f.TSACert, f.TSAKey, f.TSACA}
}

// source is the authorities as one. Addresses that were typed may be local.
func (f *tsaFlags) source(t *terminal) (tsp.Source, error) {
	if len(f.TSA) == 0 {
		if *f.access() != (tsaAccess{}) {
			return nil, usage("--tsa-user, --tsa-cert and their like need a --tsa")
		}
		return nil, nil
	}
	base, err := f.authority()
	if err != nil {
		return nil, err
	}
	client, err := fetch.New(fetch.Config{Trusted: true, Now: t.clock.Now})
	if err != nil {
		return nil, err
	}
	source := &fetch.TSA{Client: client}
	for _, address := range f.TSA {
		a := base
		a.URL = address
		source.Authorities = append(source.Authorities, a)
	}
	return source, nil
}

// authority is what all of them have in common.
func (f *tsaFlags) authority() (a fetch.TimestampAuthority, err error) {
	switch {
	case (f.TSAUser == "") != (f.TSAPasswordFile == ""):
		return a, usage("--tsa-user and --tsa-password-file go together")
	case (f.TSACert == "") != (f.TSAKey == ""):
		return a, usage("--tsa-cert and --tsa-key go together")
	}
	a.User = f.TSAUser
	if a.Password, err = readSecret(f.TSAPasswordFile); err != nil {
		return a, err
	}
	if a.Policy, err = parsePolicy(f.TSAPolicy); err != nil {
		return a, err
	}
	if f.TSACA != "" {
		if a.CA, err = readCertificates(f.TSACA); err != nil {
			return a, err
		}
	}
	if f.TSACert != "" {
		a.Certificate, err = clientCertificate(f.TSACert, f.TSAKey)
	}
	return a, err
}

func clientCertificate(certPath, keyPath string) (*tls.Certificate, error) {
	cert, err := readSmall(certPath)
	if err != nil {
		return nil, err
	}
	key, err := readSmall(keyPath)
	if err != nil {
		return nil, err
	}
	pair, err := tls.X509KeyPair(cert, key)
	if err != nil { // it says what is wrong and repeats nothing of the key
		return nil, &refusal{code: "key_unreadable", err: fmt.Errorf("--tsa-cert and --tsa-key: %w", err)}
	}
	return &pair, nil
}

// parsePolicy reads an object identifier in dots; "" is none.
func parsePolicy(text string) (asn1.ObjectIdentifier, error) {
	if text == "" {
		return nil, nil
	}
	var oid asn1.ObjectIdentifier
	for _, part := range strings.Split(text, ".") {
		n, err := strconv.ParseUint(part, 10, 31)
		if err != nil {
			return nil, usage("--tsa-policy: use an object identifier, such as 1.3.6.1.4.1.99999.1")
		}
		oid = append(oid, int(n))
	}
	if _, err := asn1.Marshal(oid); err != nil {
		return nil, usage("--tsa-policy: use an object identifier, such as 1.3.6.1.4.1.99999.1")
	}
	return oid, nil
}

// tsaAccess is tsaFlags without the addresses: what a state file keeps beside them.
type tsaAccess struct {
	User         string `json:"user,omitempty"`
	PasswordFile string `json:"password_file,omitempty"`
	Cert         string `json:"cert,omitempty"`
	Key          string `json:"key,omitempty"`
	CA           string `json:"ca,omitempty"`
	Policy       string `json:"policy,omitempty"`
}

func (f *tsaFlags) access() *tsaAccess {
	return &tsaAccess{User: f.TSAUser, PasswordFile: f.TSAPasswordFile, Cert: f.TSACert, Key: f.TSAKey, CA: f.TSACA, Policy: f.TSAPolicy}
}

// stored is access with whole paths, for a state file that is read elsewhere.
func (f *tsaFlags) stored() (*tsaAccess, error) {
	a := f.access()
	for _, path := range []*string{&a.PasswordFile, &a.Cert, &a.Key, &a.CA} {
		var err error
		if *path, err = absolute(*path); err != nil {
			return nil, err
		}
	}
	return a, nil
}

// orStored are the flags as given, or, where none was given, as a state file has them.
func (f *tsaFlags) orStored(addresses []string, a *tsaAccess) *tsaFlags {
	if len(f.TSA) > 0 || a == nil {
		out := *f
		if len(out.TSA) == 0 {
			out.TSA = addresses
		}
		return &out
	}
	return &tsaFlags{
		TSA: addresses, TSAUser: a.User, TSAPasswordFile: a.PasswordFile, TSACert: a.Cert, TSAKey: a.Key, TSACA: a.CA, TSAPolicy: a.Policy,
	}
}
