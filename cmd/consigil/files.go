package main

import (
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/consigil/consigil/signer"
)

// maxSmallFile bounds keys, certificates and passwords read whole, in bytes.
const maxSmallFile = 8 << 20

// input is a file opened for reading at any place.
type input struct {
	*os.File
	size int64
}

func openInput(path string) (*input, error) {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return nil, unreadable(fmt.Errorf("%s: not a regular file", path)) // opening a pipe would wait for its writer
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, unreadable(err)
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%s: not a regular file", path)
	}
	if err != nil {
		return nil, unreadable(errors.Join(err, f.Close()))
	}
	return &input{File: f, size: info.Size()}, nil
}

// errOutIsInput says that an output would replace a key, a state or another file
// that the command reads.
var errOutIsInput = errors.New("the command reads this file too; give another --out")

// keepInputs refuses an output that is one of these inputs, by whatever name.
func keepInputs(out string, inputs ...string) error {
	if out == "-" {
		return usage("--out takes a file: it is written whole or not at all, which standard output cannot be")
	}
	info, err := os.Stat(out)
	if err != nil {
		return nil // nothing is there
	}
	for _, path := range inputs {
		if other, err := os.Stat(path); err == nil && os.SameFile(info, other) {
			return fmt.Errorf("%s: %w", out, errOutIsInput)
		}
	}
	return nil
}

// errNotFile says that an output would replace something else than a file.
var errNotFile = errors.New("is there and is not a file")

// writeFile lets write fill a file beside path, and puts it in place only once
// it is whole and on disk. It follows links and replaces nothing but files.
func writeFile(path string, write func(io.Writer) error) error {
	path, err := target(path)
	if err != nil {
		return err
	}
	dir := filepath.Dir(path)
	f, err := os.CreateTemp(dir, "."+filepath.Base(path)+".*")
	if err != nil {
		return about(path, err)
	}
	err = write(output{f, path})
	if err == nil {
		err = f.Chmod(0o644)
	}
	if err == nil {
		err = f.Sync()
	}
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(about(path, err), os.Remove(f.Name()))
	}
	return syncDir(dir)
}

// target is the file that path leads to, over links, whether it is there or not.
func target(path string) (string, error) {
	const mostLinks = 16
	for range mostLinks {
		info, err := os.Lstat(path)
		switch {
		case errors.Is(err, os.ErrNotExist):
			return path, nil
		case err != nil:
			return "", err
		case info.Mode().IsRegular():
			return path, nil
		case info.Mode()&os.ModeSymlink == 0:
			return "", fmt.Errorf("%s: %w", path, errNotFile)
		}
		link, err := os.Readlink(path)
		if err != nil {
			return "", err
		}
		if !filepath.IsAbs(link) {
			link = filepath.Join(filepath.Dir(path), link)
		}
		path = link
	}
	return "", fmt.Errorf("%s: %w", path, errNotFile)
}

// output is the file beside path that becomes it. Its errors name path.
type output struct {
	*os.File
	path string
}

func (o output) Write(b []byte) (int, error) {
	n, err := o.File.Write(b)
	return n, about(o.path, err)
}

// about names the output in an error, and not the file beside it.
func about(path string, err error) error {
	var where *fs.PathError
	if errors.As(err, &where) && strings.HasPrefix(filepath.Base(where.Path), "."+filepath.Base(path)+".") {
		where.Path = path
	}
	return err
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

func readSmall(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, unreadable(err)
	}
	data, err := io.ReadAll(io.LimitReader(f, maxSmallFile+1))
	if err == nil && len(data) > maxSmallFile {
		err = fmt.Errorf("%s: larger than %d bytes", path, maxSmallFile)
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return nil, unreadable(err)
	}
	return data, nil
}

// readSecret reads a password: the file's first line. Without a file it is "".
func readSecret(path string) (string, error) {
	if path == "" {
		return "", nil
	}
	data, err := readSmall(path)
	line, _, _ := strings.Cut(string(data), "\n")
	return strings.TrimSuffix(line, "\r"), err
}

// readCertificates reads a file of certificates, PEM or DER, or every such file
// of a folder.
func readCertificates(path string) ([]*x509.Certificate, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, unreadable(err)
	}
	if !info.IsDir() {
		return readCertificateFile(path)
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return nil, unreadable(err)
	}
	var certs []*x509.Certificate
	for _, entry := range entries {
		if !slices.Contains([]string{".pem", ".crt", ".cer", ".der"}, strings.ToLower(filepath.Ext(entry.Name()))) {
			continue
		}
		more, err := readCertificateFile(filepath.Join(path, entry.Name()))
		if err != nil {
			return nil, err
		}
		certs = append(certs, more...)
	}
	return certs, nil
}

func readCertificateFile(path string) ([]*x509.Certificate, error) {
	data, err := readSmall(path)
	if err != nil {
		return nil, err
	}
	if strings.Contains(string(data), "-----BEGIN ") {
		certs, err := signer.ParseCertificatesPEM(data)
		if err != nil {
			return nil, unreadable(fmt.Errorf("%s: %w", path, err))
		}
		return certs, nil
	}
	certs, err := x509.ParseCertificates(data)
	if err != nil || len(certs) == 0 {
		return nil, unreadable(fmt.Errorf("%s: not a certificate", path))
	}
	return certs, nil
}

// json prints one object on one line.
func (t *terminal) json(v any) error {
	encoder := json.NewEncoder(t.out)
	encoder.SetEscapeHTML(false)
	return encoder.Encode(v)
}
