package token

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"testing"
	"time"

	"github.com/consigil/consigil/internal/token/wire"
	"github.com/consigil/consigil/signer"
)

// TestMain is the helper, too, when a test starts this program as one.
func TestMain(m *testing.M) {
	if manner := os.Getenv("STANDIN_MANNER"); manner != "" {
		standIn(manner)
		return
	}
	os.Exit(m.Run())
}

// say writes a frame by hand: a stand-in shares no codec with the product.
func say(version byte, body string) {
	frame := append([]byte{version, 0, 0, 0, 0}, body...)
	binary.BigEndian.PutUint32(frame[1:], uint32(len(body)))
	_, _ = os.Stdout.Write(frame)
}

// heard reads a request and gives its id and what is asked for.
func heard(in io.Reader) (id, op string) {
	var head [5]byte
	if _, err := io.ReadFull(in, head[:]); err != nil || head[0] != 1 {
		os.Exit(0)
	}
	body := make([]byte, binary.BigEndian.Uint32(head[1:]))
	if _, err := io.ReadFull(in, body); err != nil {
		os.Exit(3)
	}
	m := regexp.MustCompile(`^\{"id":(\d+),"op":"([a-z]+)","token":\{.*\},"object":\{.*\}`).FindStringSubmatch(string(body))
	if m == nil {
		os.Exit(4)
	}
	return m[1], m[2]
}

// standIn is a helper of bad manners.
func standIn(manner string) {
	switch manner {
	case "ends":
		os.Exit(7)
	case "garbage":
		fmt.Println("hello, this is a module")
	case "version":
		say(2, `{"library":"x"}`)
	case "huge":
		_, _ = os.Stdout.Write([]byte{1, 0xff, 0xff, 0xff, 0xff})
	case "sloppy":
		say(1, `{"library":"x", "more":1}`)
	case "refuses":
		say(1, `{"error":{"code":"module","text":"no good"}}`)
		return
	default:
		serveStandIn(manner)
	}
	time.Sleep(time.Minute) // it waits to be ended
}

func serveStandIn(manner string) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		os.Exit(5)
	}
	public, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		os.Exit(6)
	}
	say(1, `{"library":"stand-in"}`)
	in := bufio.NewReader(os.Stdin)
	for {
		switch id, op := heard(in); op {
		case "keys":
			say(1, fmt.Sprintf(`{"id":%s,"keys":[{"id":"AQ==","label":"seal","kind":"P-256","public":%q,"private":true,"can_sign":true,`+
				`"always_authenticate":false,"schemes":["ecdsa"]}]}`, id, base64.StdEncoding.EncodeToString(public)))
		case "sign":
			digest := sha256.Sum256([]byte("something else"))
			if manner == "honest" || manner == "slow" || manner == "twice" {
				digest = sha256.Sum256([]byte("message"))
			}
			value, _ := ecdsa.SignASN1(rand.Reader, key, digest[:])
			answer := fmt.Sprintf(`{"id":%s,"signature":%q}`, id, base64.StdEncoding.EncodeToString(value))
			if manner == "slow" {
				time.Sleep(300 * time.Millisecond)
			}
			if manner == "twice" {
				say(1, answer)
				say(1, `{"id":99999}`)
			}
			say(1, answer)
		default:
			say(1, fmt.Sprintf(`{"id":%s}`, id))
		}
	}
}

func against(t *testing.T, manner string) *Client {
	t.Helper()
	t.Setenv("STANDIN_MANNER", manner)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c, err := Open(Config{Module: self, Helper: self, Patience: 300 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// TestHelpersOfBadManners: whatever a helper says first, the call ends soon, with the right error.
func TestHelpersOfBadManners(t *testing.T) {
	for manner, want := range map[string]error{
		"ends": ErrHelper, "garbage": ErrHelper, "version": ErrHelper, "huge": ErrHelper, "sloppy": ErrHelper, "refuses": ErrModule,
	} {
		t.Run(manner, func(t *testing.T) {
			if _, err := against(t, manner).Tokens(t.Context()); !errors.Is(err, want) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func seal(t *testing.T, c *Client) *Key {
	t.Helper()
	key, err := c.Select(t.Context(), wire.Object{Label: "seal"})
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// TestSignatureOfSomethingElse never leaves this package.
func TestSignatureOfSomethingElse(t *testing.T) {
	value, err := seal(t, against(t, "forger")).Sign(t.Context(), signer.ECDSASHA256, []byte("message"))
	if !errors.Is(err, ErrFailed) || !errors.Is(err, signer.ErrSignature) || value != nil {
		t.Errorf("got %x, %v", value, err)
	}
}

func TestAnswersThatNobodyAskedFor(t *testing.T) {
	key := seal(t, against(t, "twice"))
	for range 5 {
		if _, err := key.Sign(t.Context(), signer.ECDSASHA256, []byte("message")); err != nil {
			t.Error(err)
		}
	}
}

// TestContext: who stops waiting stops at once, and the helper goes on to serve others.
func TestContext(t *testing.T) {
	key := seal(t, against(t, "slow"))
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := key.Sign(ctx, signer.ECDSASHA256, []byte("message")); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
	if _, err := key.Sign(t.Context(), signer.ECDSASHA256, []byte("message")); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}

func TestClosed(t *testing.T) {
	c := against(t, "honest")
	key := seal(t, c)
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := key.Sign(t.Context(), signer.ECDSASHA256, []byte("message")); !errors.Is(err, ErrHelper) {
		t.Errorf("got %v", err)
	}
}
