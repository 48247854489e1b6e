//go:build interop

package sweep

import (
	"bytes"
	"os/exec"
	"strconv"
)

// mutoolAgrees is a second opinion on files whose damage PDFium gets over less
// well than we do: whether MuPDF, which repairs too, draws the signed file as it
// drew the original.
func mutoolAgrees(o outcome, password string) bool {
	was, ok := mutoolDraws(o.path, password)
	is, still := mutoolDraws(o.out, password)
	return ok && still && bytes.Equal(was, is)
}

// mutoolDraws gives the digests of the first pages, a line each.
func mutoolDraws(path, password string) ([]byte, bool) {
	args := []string{"draw", "-q", "-r", "20", "-s", "5", "-F", "pnm", "-o", "/dev/null"}
	if password != "" {
		args = append(args, "-p", password)
	}
	var sums bytes.Buffer
	cmd := exec.Command("mutool", append(args, path, "1-"+strconv.Itoa(maxPictures))...)
	cmd.Stderr = &sums
	err := cmd.Run()
	lines := bytes.ReplaceAll(sums.Bytes(), []byte(path), nil)
	return digests(lines), err == nil && len(digests(lines)) > 0
}

// digests keeps the lines with digests and leaves out what mutool complains of.
func digests(out []byte) []byte {
	var kept [][]byte
	for line := range bytes.Lines(out) {
		if bytes.HasPrefix(line, []byte("page ")) {
			kept = append(kept, line)
		}
	}
	return bytes.Join(kept, nil)
}
