// Package ntp is a time server for tests (RFC 5905, mode 4) that is right, or wrong
// in one exact way. It shares no code with the product, and it is strict: a request
// that no client may send fails the test. Nothing outside tests may use it.
package ntp

import (
	"encoding/binary"
	"errors"
	"net"
	"testing"
	"time"
)

// Kind is the one way in which a server is wrong.
type Kind int

// The kinds.
const (
	Right Kind = iota
	Silent
	Unsynchronised // leap indicator 3
	KissOfDeath    // stratum 0
	Forged         // an answer to another request
	Short
	Dispersed // far from its reference clock
)

// Server answers on loopback.
type Server struct {
	Kind Kind
	Off  time.Duration // added to its time
	Now  func() time.Time
}

const size = 48

// Start serves until the test ends, and returns the address.
func (s Server) Start(t testing.TB) string {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	t.Cleanup(func() {
		_ = conn.Close()
		<-done
	})
	go func() {
		defer close(done)
		buf := make([]byte, 512)
		for {
			n, from, err := conn.ReadFrom(buf)
			if errors.Is(err, net.ErrClosed) {
				return
			}
			if err != nil || !strict(t, buf[:n]) || s.Kind == Silent {
				continue
			}
			_, _ = conn.WriteTo(s.answer(buf[:n]), from)
		}
	}()
	return conn.LocalAddr().String()
}

func strict(t testing.TB, request []byte) bool {
	switch {
	case len(request) != size:
		t.Errorf("time request of %d octets", len(request))
	case request[0]&7 != 3 || request[0]>>3&7 < 3 || request[0]>>3&7 > 4:
		t.Errorf("time request of mode %d, version %d", request[0]&7, request[0]>>3&7)
	case binary.BigEndian.Uint64(request[40:]) == 0:
		t.Error("time request without a transmit time that the answer could be told by")
	default:
		return true
	}
	return false
}

func (s Server) answer(request []byte) []byte {
	out := make([]byte, size)
	out[0], out[1], out[3] = 4<<3|4, 2, 0xec
	copy(out[24:32], request[40:48]) // origin: the client's own transmit time
	at := stamp(s.Now().Add(s.Off))
	binary.BigEndian.PutUint64(out[16:], stamp(s.Now().Add(s.Off-time.Minute)))
	binary.BigEndian.PutUint64(out[32:], at)
	binary.BigEndian.PutUint64(out[40:], at)
	binary.BigEndian.PutUint32(out[4:], 1<<8) // root delay, 1/65536 s
	binary.BigEndian.PutUint32(out[8:], 1<<8) // root dispersion
	switch s.Kind {
	case Unsynchronised:
		out[0] |= 3 << 6
	case KissOfDeath:
		out[1] = 0
		copy(out[12:], "RATE")
	case Forged:
		out[24] ^= 1
	case Short:
		return out[:size-1]
	case Dispersed:
		binary.BigEndian.PutUint32(out[8:], 5<<16)
	}
	return out
}

// stamp is an NTP timestamp: seconds since 1900 and their fraction.
func stamp(t time.Time) uint64 {
	const from1900 = 2208988800
	return uint64(t.Unix()+from1900)<<32 | uint64(t.Nanosecond())<<32/1e9
}
