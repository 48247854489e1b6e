// Command apitypes prints the TypeScript types of the API, from the operation table, in the form that openapi-fetch
// reads: `paths` by address and method, `components.schemas` by name. A test holds the web apps' copy to it.
package main

import (
	"fmt"
	"os"

	"github.com/consigil/consigil/internal/app"
)

func main() {
	doc, err := app.OpenAPI("dev")
	if err == nil {
		var out []byte
		if out, err = Types(doc); err == nil {
			_, err = os.Stdout.Write(out)
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
