// Command sign-b-lta signs a PDF file at PAdES level B-LTA with the library, in as
// few lines as it takes: a key from a PKCS#12 file, time stamps from an authority,
// revocation data from where the certificates point.
//
//	go run ./examples/sign-b-lta in.pdf out.pdf me.p12 password http://127.0.0.1:8321/tsa root.pem
package main

import (
	"bytes"
	"context"
	"log"
	"os"
	"time"

	"github.com/consigil/consigil/fetch"
	"github.com/consigil/consigil/pades"
	"github.com/consigil/consigil/pki"
	"github.com/consigil/consigil/signer"
)

func main() {
	if len(os.Args) != 7 {
		log.Fatal("usage: sign-b-lta IN OUT P12 PASSWORD TSA ROOT")
	}
	in, err := os.ReadFile(os.Args[1])
	check(err)
	p12, err := os.ReadFile(os.Args[3])
	check(err)
	key, cert, chain, err := signer.ParsePKCS12(p12, os.Args[4])
	check(err)
	s, err := signer.FromKey(key)
	check(err)
	pem, err := os.ReadFile(os.Args[6])
	check(err)
	roots, err := signer.ParseCertificatesPEM(pem)
	check(err)
	client, err := fetch.New(fetch.Config{Trusted: true}) // addresses may be local
	check(err)

	var out bytes.Buffer
	result, err := pades.Sign(context.Background(), bytes.NewReader(in), int64(len(in)), s, &fetch.TSA{Client: client, URLs: os.Args[5:6]}, pades.Options{
		Certificate: cert, Chain: chain, Level: pades.LevelLTA, Time: time.Now(),
		Collector: &pki.Collector{Fetcher: client, Anchors: roots, Pool: chain, Now: time.Now()},
	}, &out)
	check(err)
	check(os.WriteFile(os.Args[2], out.Bytes(), 0o600))
	log.Printf("%s: %s, field %s", os.Args[2], result.Level, result.Field)
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
