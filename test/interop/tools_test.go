//go:build interop

package interop

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/consigil/consigil/cms"
	"github.com/consigil/consigil/pdf"
	"github.com/consigil/consigil/pdf/form"
)

// tool is a program that looks at a file of the grid, where it can.
type tool struct {
	name   string
	beyond func(cell) bool // what the program does not know
	minds  func(*studio, cell) string
}

func gridTools() []tool {
	return []tool{
		{"pdfsig", cell.beyondPdfsig, pdfsigMinds},
		{"mutool", cell.beyondMutool, mutoolMinds},
		{"openssl", cell.beyondOpenSSL, opensslMinds},
	}
}

// beyondPdfsig: poppler 22.12 prepares no password and has neither EdDSA nor SHA-3.
func (c cell) beyondPdfsig() bool {
	return strings.Contains(c.algorithm, "Ed25519") || strings.Contains(c.algorithm, "SHA3") || c.shape == "saslprep" || c.shape == publicKey
}

// beyondMutool: "mutool sign" of MuPDF 1.21 takes no password and has neither EdDSA nor PSS.
func (c cell) beyondMutool() bool {
	return strings.Contains(c.algorithm, "Ed25519") || strings.Contains(c.algorithm, "PSS") || c.password != "" || c.shape == publicKey
}

// beyondOpenSSL: the CMS of OpenSSL 3.0 has no EdDSA.
func (c cell) beyondOpenSSL() bool {
	return strings.Contains(c.algorithm, "Ed25519") || c.shape == publicKey
}

func pdfsigMinds(s *studio, c cell) string {
	args := []string{c.path}
	switch {
	case c.shape == "aes-256-owner":
		args = []string{"-opw", c.password, c.path}
	case c.password != "":
		args = []string{"-upw", c.password, c.path}
	}
	if _, out := run(s.t, "pdfsig", args...); strings.Count(out, "Signature is Valid.") != c.before+1 {
		return out
	}
	return ""
}

// mutoolMinds: what follows a signature, be it validation data, is an edit to mutool.
func mutoolMinds(s *studio, c cell) string {
	_, out := run(s.t, "mutool", "sign", "-v", c.path)
	if strings.Count(out, "The document is unchanged")+strings.Count(out, "The signature is valid but") != c.before+1 {
		return out
	}
	return ""
}

func opensslMinds(s *studio, c cell) string {
	data, err := os.ReadFile(c.path)
	if err != nil {
		return err.Error()
	}
	file, err := pdf.Open(bytes.NewReader(data), int64(len(data)), pdf.Options{Strict: true, Password: c.password})
	if err != nil {
		return err.Error()
	}
	list, err := form.Signatures(file)
	if err != nil {
		return err.Error()
	}
	for _, sig := range list {
		if sig.SubFilter == "ETSI.RFC3161" {
			continue
		}
		if why := s.opensslVerify(data, sig); why != "" {
			return why
		}
	}
	return ""
}

// lookWith asks every tool about the files that it can judge.
func (s *studio) lookWith(tools []tool, cells []cell) map[string]map[string]string {
	all := map[string]map[string]string{}
	for _, tool := range tools {
		minds := map[string]string{}
		for _, c := range cells {
			if !tool.beyond(c) {
				minds[c.path] = tool.minds(s, c)
			}
		}
		all[tool.name] = minds
	}
	return all
}

// opensslVerify gives the value of a signature and what it is over to openssl.
func (s *studio) opensslVerify(data []byte, sig form.Signature) string {
	parsed, err := cms.Parse(sig.Contents)
	if err != nil {
		return err.Error()
	}
	r := sig.ByteRange
	content := append(bytes.Clone(data[:r[1]]), data[r[2]:r[2]+r[3]]...)
	code, out := run(s.t, "openssl", "cms", "-verify", "-cades", "-binary", "-inform", "DER", "-in", write(s.t, s.dir, "one.p7s", parsed.Raw),
		"-content", write(s.t, s.dir, "one.bin", content), "-CAfile", s.root, "-purpose", "any", "-out", filepath.Join(s.dir, "out.bin"))
	if code != 0 {
		return fmt.Sprint(code, out)
	}
	return ""
}
