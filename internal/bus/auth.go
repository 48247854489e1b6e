package bus

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"time"
)

// Key is the secret that a process and core share. Whoever has it may call, and nothing else: it opens no data.
type Key struct {
	Name   string // of the calling process
	Secret []byte // at least 32 bytes
}

// Figures of the handshake.
const (
	handshakeTime = 5 * time.Second
	maxPeerName   = 64
	proofLength   = sha256.Size
)

var errProof = errors.New("bus: the other side does not hold the key")

// The connection is TLS 1.3 with throw-away certificates. Both sides then prove that they hold the key over the
// exporter of that very connection (RFC 9266 tls-exporter), so that nobody can stand between: two TLS connections
// have two exporters.
func tlsConfig() (*tls.Config, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("bus: make connection key: %w", err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, fmt.Errorf("bus: make connection certificate: %w", err)
	}
	return &tls.Config{
		MinVersion: tls.VersionTLS13, NextProtos: []string{"consigil-bus/1"}, SessionTicketsDisabled: true,
		Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}},
	}, nil
}

func proof(conn *tls.Conn, k Key, side string) ([]byte, error) {
	state := conn.ConnectionState()
	channel, err := state.ExportKeyingMaterial("EXPORTER-Channel-Binding", nil, 32)
	if err != nil {
		return nil, fmt.Errorf("bus: bind channel: %w", err)
	}
	mac := hmac.New(sha256.New, k.Secret)
	fmt.Fprintf(mac, "consigil/bus/v1\x00%s\x00%s\x00", side, k.Name)
	mac.Write(channel)
	return mac.Sum(nil), nil
}

// dialTLS connects, names itself, proves the key and asks the same of the other side.
func dialTLS(raw net.Conn, k Key) (*tls.Conn, error) {
	// The certificate says nothing; the proof that follows does.
	conn := tls.Client(raw, &tls.Config{MinVersion: tls.VersionTLS13, NextProtos: []string{"consigil-bus/1"}, InsecureSkipVerify: true})
	if err := conn.SetDeadline(time.Now().Add(handshakeTime)); err != nil {
		return nil, err
	}
	if err := conn.Handshake(); err != nil {
		return nil, fmt.Errorf("bus: handshake: %w", err)
	}
	mine, err := proof(conn, k, "client")
	if err != nil {
		return nil, err
	}
	hello := append([]byte{byte(len(k.Name))}, k.Name...)
	if _, err := conn.Write(append(hello, mine...)); err != nil {
		return nil, fmt.Errorf("bus: handshake: %w", err)
	}
	if err := expect(conn, k, "server"); err != nil {
		return nil, err
	}
	return conn, conn.SetDeadline(time.Time{})
}

func expect(conn *tls.Conn, k Key, side string) error {
	want, err := proof(conn, k, side)
	if err != nil {
		return err
	}
	got := make([]byte, proofLength)
	if _, err := io.ReadFull(conn, got); err != nil {
		return fmt.Errorf("bus: handshake: %w", err)
	}
	if !hmac.Equal(got, want) {
		return errProof
	}
	return nil
}

// acceptTLS is the other side of dialTLS; it returns the name that was proved.
func acceptTLS(conn *tls.Conn, keys map[string]Key) (string, error) {
	if err := conn.SetDeadline(time.Now().Add(handshakeTime)); err != nil {
		return "", err
	}
	var length [1]byte
	if _, err := io.ReadFull(conn, length[:]); err != nil {
		return "", fmt.Errorf("bus: handshake: %w", err)
	}
	if length[0] == 0 || length[0] > maxPeerName {
		return "", errProof
	}
	name := make([]byte, length[0])
	if _, err := io.ReadFull(conn, name); err != nil {
		return "", fmt.Errorf("bus: handshake: %w", err)
	}
	k, known := keys[string(name)]
	if !known { // compare all the same, against a key that nobody has
		k = Key{Name: string(name), Secret: make([]byte, 32)}
		rand.Read(k.Secret)
	}
	if err := expect(conn, k, "client"); err != nil {
		return "", err
	}
	mine, err := proof(conn, k, "server")
	if err != nil {
		return "", err
	}
	if _, err := conn.Write(mine); err != nil {
		return "", fmt.Errorf("bus: handshake: %w", err)
	}
	return k.Name, conn.SetDeadline(time.Time{})
}
