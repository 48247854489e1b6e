package main

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/consigil/consigil/internal/esign"
)

// signerSetupCommand makes the certificates and token keys between a signer and the core that uses it.
type signerSetupCommand struct {
	Dir    string   `arg:"" help:"Folder to make." type:"path"`
	Host   []string `help:"Names and addresses under which core reaches the signer." default:"localhost,127.0.0.1" sep:"," placeholder:"HOST"`
	Client string   `help:"Name by which the signer knows core." default:"core" placeholder:"NAME"`
}

// Help teaches by example.
func (signerSetupCommand) Help() string {
	return `Makes a folder with certificates and keys (about two years), and says how both sides are started with them. The
authority's own key is thrown away: to renew, run it again and exchange the files on both sides.

Examples:

  consigil admin signer-setup signer-link
  consigil admin signer-setup signer-link --host signer.example.org,10.0.0.7`
}

// Run makes the folder, or nothing.
func (c *signerSetupCommand) Run(t *terminal) error {
	if c.Client == "" || c.Client == "signer" || c.Client == "ca" || strings.ContainsAny(c.Client, `/\,=`) {
		return usage("client: use a short name such as core")
	}
	files, err := esign.Setup(c.Host, c.Client, t.clock.Now())
	if err != nil {
		return err
	}
	if err := os.Mkdir(c.Dir, 0o700); err != nil {
		if errors.Is(err, fs.ErrExist) {
			return fmt.Errorf("%s is there already; name a new folder", c.Dir)
		}
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if err := os.WriteFile(filepath.Join(c.Dir, name), files[name], 0o600); err != nil {
			return err
		}
	}
	file := func(name string) string { return filepath.Join(c.Dir, name) }
	_, err = fmt.Fprintf(t.out, `On the signer's machine (copy ca.pem, signer.pem, signer.key):
  consigil serve --role signer --data signer-data --listen :8322 --public-url https://%[1]s:8322 \
    --tls-cert %[2]s --tls-key %[3]s --esign-client-ca %[4]s --esign-client %[5]s

On core's machine (copy ca.pem, %[5]s.pem, %[5]s.key):
  consigil serve --signer https://%[1]s:8322 --signer-ca %[4]s \
    --signer-cert %[6]s --signer-key %[7]s

With tokens in place of the client certificate: --esign-token-key %[5]s=%[8]s on the signer's
side, --signer-token-key %[9]s on core's.
`, c.Host[0], file("signer.pem"), file("signer.key"), file("ca.pem"), c.Client, file(c.Client+".pem"), file(c.Client+".key"),
		file(c.Client+"-token.pub"), file(c.Client+"-token.key"))
	return err
}
