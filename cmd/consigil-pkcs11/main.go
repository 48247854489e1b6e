// Command consigil-pkcs11 loads a PKCS#11 module and serves the keys on its tokens to the process that started it, over
// standard input and output (internal/token/wire). It is a program of its own because a module is foreign code that may
// crash or hang, and because loading one makes a program dynamically linked (docs/decisions/0012). It listens nowhere,
// reads no configuration and keeps nothing; it ends with its input.
package main

import (
	"fmt"
	"os"
)

// version is set by the linker.
var version = "dev"

func main() {
	if len(os.Args) == 2 && os.Args[1] == "version" {
		fmt.Println(version)
		return
	}
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "consigil-pkcs11 MODULE: started by consigil, which talks to it on standard input and output")
		os.Exit(64)
	}
	os.Exit(serve(os.Args[1]))
}
