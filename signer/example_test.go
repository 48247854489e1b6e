package signer_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"fmt"

	"github.com/consigil/consigil/signer"
)

// A key that lies in memory. Keys elsewhere (a token, a service) implement Signer
// themselves: the rest of the library does not see the difference.
func Example() {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		fmt.Println(err)
		return
	}
	s, err := signer.FromKey(key)
	if err != nil {
		fmt.Println(err)
		return
	}
	algorithm, err := signer.DefaultAlgorithm(s.Public(), 0)
	if err != nil {
		fmt.Println(err)
		return
	}
	value, err := s.Sign(context.Background(), algorithm, []byte("a message"))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(algorithm, signer.Verify(s.Public(), algorithm, []byte("a message"), value))
	fmt.Println(signer.Verify(s.Public(), algorithm, []byte("another"), value) != nil)
	// Output:
	// ECDSA-SHA256 <nil>
	// true
}
