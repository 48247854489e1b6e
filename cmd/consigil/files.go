package main

import (
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
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

// writeFile lets write fill a file beside path, and puts it in place only once
// it is whole and on disk. It follows links and replaces nothing but files.
func writeFile(path string, write func(io.Writer) error) error {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	if info, err := os.Lstat(path); err == nil && !info.Mode().IsRegular() {
		return usage("%s is there and is not a file", path)
	}
	dir := filepath.Dir(path)
	f, err := os.CreateTemp(dir, "."+filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	err = write(f)
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
		return errors.Join(err, os.Remove(f.Name()))
	}
	return syncDir(dir)
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
