//go:build !((linux || darwin) && (amd64 || arm64))

package main

import (
	"fmt"
	"os"
	"runtime"
)

// serve refuses: PKCS#11 has another memory layout here.
func serve(string) int {
	fmt.Fprintf(os.Stderr, "consigil-pkcs11: PKCS#11 modules are not supported on %s/%s\n", runtime.GOOS, runtime.GOARCH)
	return 1
}
