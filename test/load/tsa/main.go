// Command tsa measures time-stamp authorities over HTTP: ours and, where its binary
// is given, sigstore's, both on loopback, in turns, with one client and the same
// requests. It shares the machine with the servers; the ratio is what counts.
package main

import (
	"bufio"
	"bytes"
	"crypto"
	"crypto/sha256"
	"encoding/binary"
	"flag"
	"fmt"
	"io"
	"log"
	"math/big"
	"math/rand/v2"
	"net"
	"net/http/httputil"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/consigil/consigil/tsp"
)

func main() {
	binary := flag.String("binary", "bin/consigil", "our server")
	peer := flag.String("peer", "", "sigstore's timestamp-server, version 2.0.6; empty: none")
	callers := flag.Int("callers", 16, "requests at the same time")
	turns := flag.Int("turns", 5, "turns of each server")
	each := flag.Duration("each", 2*time.Second, "length of a turn")
	flag.Parse()
	if err := run(*binary, *peer, *callers, *turns, *each); err != nil {
		log.Fatal("load: ", err)
	}
}

// server is one of those that are measured.
type server struct {
	name    string
	address string
	path    string
	cmd     *exec.Cmd
	rate    []float64 // tokens a second, of each turn
	cpu     []float64 // microseconds of processor time a token, of each turn
}

func run(binary, peer string, callers, turns int, each time.Duration) error {
	dir, err := os.MkdirTemp("", "consigil-tsa-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	servers, err := begin(dir, binary, peer)
	defer func() {
		for _, s := range servers {
			s.stop()
		}
	}()
	if err != nil {
		return err
	}
	for _, s := range servers {
		if err := s.ready(); err != nil {
			return err
		}
	}
	for range turns {
		for _, s := range servers {
			if err := s.turn(callers, each); err != nil {
				return err
			}
		}
	}
	report(servers)
	return nil
}

func begin(dir, binary, peer string) ([]*server, error) {
	ours, err := start("consigil", "/tsa", func(port string) *exec.Cmd {
		return exec.Command(binary, "serve", "--role", "tsa", "--tsa-clock", "trust-host", "--data", filepath.Join(dir, "data"), "--listen", "127.0.0.1:"+port)
	})
	if err != nil || peer == "" {
		return []*server{ours}, err
	}
	theirs, err := start("sigstore timestamp-authority 2.0.6", "/api/v1/timestamp", func(port string) *exec.Cmd {
		return exec.Command(peer, "serve", "--host", "127.0.0.1", "--port", port, "--timestamp-signer", "memory", "--disable-ntp-monitoring", "--log-type", "prod")
	})
	return []*server{ours, theirs}, err
}

func start(name, path string, command func(port string) *exec.Cmd) (*server, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	port := strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
	if err := l.Close(); err != nil {
		return nil, err
	}
	s := &server{name: name, address: "127.0.0.1:" + port, path: path, cmd: command(port)}
	return s, s.cmd.Start()
}

func (s *server) stop() {
	if s == nil || s.cmd.Process == nil || s.cmd.ProcessState != nil {
		return
	}
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err == nil {
		_ = s.cmd.Wait()
	}
}

func (s *server) ready() error {
	var err error
	for range 300 {
		c := &caller{server: s}
		if err = c.ask(true); err == nil {
			return c.conn.Close()
		}
		time.Sleep(100 * time.Millisecond)
	}
	return fmt.Errorf("%s: %w", s.name, err)
}

// turn asks as fast as the server answers.
func (s *server) turn(callers int, each time.Duration) error {
	var done atomic.Int64
	var failed atomic.Pointer[error]
	var all sync.WaitGroup
	before, err := processorTime(s.cmd.Process.Pid)
	if err != nil {
		return err
	}
	begin := time.Now()
	for range callers {
		all.Go(func() {
			c := &caller{server: s}
			for time.Since(begin) < each && failed.Load() == nil {
				if err := c.ask(done.Add(1)%1000 == 0); err != nil {
					failed.Store(&err)
				}
			}
		})
	}
	all.Wait()
	spent, err := processorTime(s.cmd.Process.Pid)
	if err != nil {
		return err
	}
	s.cpu = append(s.cpu, float64((spent-before).Microseconds())/float64(max(done.Load(), 1)))
	s.rate = append(s.rate, float64(done.Load())/time.Since(begin).Seconds())
	if err := failed.Load(); err != nil {
		return fmt.Errorf("%s: %w", s.name, *err)
	}
	return nil
}

// processorTime is what a process has used, in the kernel and outside.
func processorTime(pid int) (time.Duration, error) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, err
	}
	fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
	var ticks int
	for _, f := range fields[11:13] { // utime and stime, a hundredth of a second each
		n, err := strconv.Atoi(string(f))
		if err != nil {
			return 0, err
		}
		ticks += n
	}
	return time.Duration(ticks) * 10 * time.Millisecond, nil
}

// caller is one connection. It writes requests and reads answers itself: a general client would use more of the machine
// than a server.
type caller struct {
	server      *server
	conn        net.Conn
	in          *bufio.Reader
	out         []byte // the request, of which imprint and nonce change
	imprint, at int    // where they stand
	body        []byte
}

// ask sends one request with a fresh nonce; where it is to look closely, the answer is checked.
func (c *caller) ask(closely bool) error {
	if c.conn == nil {
		if err := c.dial(); err != nil {
			return err
		}
	}
	nonce := rand.Uint64()>>1 | 1<<62 // always eight octets
	binary.BigEndian.PutUint64(c.out[c.at:], nonce)
	digest := sha256.Sum256(c.out[c.at : c.at+8])
	copy(c.out[c.imprint:], digest[:])
	body, err := c.exchange()
	if err != nil || !closely {
		return err
	}
	request := tsp.Request{HashAlgorithm: crypto.SHA256, Imprint: digest[:], Nonce: new(big.Int).SetUint64(nonce), CertReq: true}
	response, err := tsp.ParseResponse(body)
	if err == nil {
		_, err = response.Check(&request)
	}
	return err
}

// dial connects, and lays out the request.
func (c *caller) dial() error {
	conn, err := net.Dial("tcp", c.server.address)
	if err != nil {
		return err
	}
	c.conn, c.in = conn, bufio.NewReader(conn)
	imprint, nonce := bytes.Repeat([]byte{0xa5}, sha256.Size), uint64(0x5a5a5a5a5a5a5a5a)
	request := tsp.Request{HashAlgorithm: crypto.SHA256, Imprint: imprint, Nonce: new(big.Int).SetUint64(nonce), CertReq: true}
	der, err := request.DER()
	if err != nil {
		return err
	}
	head := fmt.Sprintf("POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/timestamp-query\r\nContent-Length: %d\r\n\r\n", c.server.path, c.server.address, len(der))
	c.out = append([]byte(head), der...)
	c.imprint, c.at = bytes.Index(c.out, imprint), bytes.Index(c.out, binary.BigEndian.AppendUint64(nil, nonce))
	return nil
}

func (c *caller) exchange() ([]byte, error) {
	if _, err := c.conn.Write(c.out); err != nil {
		return nil, err
	}
	size, chunked := 0, false
	for first := true; ; first = false {
		line, err := c.in.ReadSlice('\n')
		switch {
		case err != nil:
			return nil, err
		case first && !bytes.HasPrefix(line, []byte("HTTP/1.1 200 ")):
			return nil, fmt.Errorf("answer %q", line)
		case len(line) == 2:
			return c.read(size, chunked)
		}
		name, value, _ := bytes.Cut(line, []byte(": "))
		switch {
		case bytes.EqualFold(name, []byte("Content-Length")):
			if size, err = strconv.Atoi(string(bytes.TrimSpace(value))); err != nil {
				return nil, err
			}
		case bytes.EqualFold(name, []byte("Transfer-Encoding")):
			chunked = true
		}
	}
}

func (c *caller) read(size int, chunked bool) ([]byte, error) {
	if chunked {
		return io.ReadAll(httputil.NewChunkedReader(c.in))
	}
	c.body = slices.Grow(c.body[:0], size)[:size]
	_, err := io.ReadFull(c.in, c.body)
	return c.body, err
}

func report(servers []*server) {
	for _, s := range servers {
		fmt.Printf("%-44s %8.0f tokens/s (median of %d turns; %.0f to %.0f), %.0f us of processor time each\n", s.name, median(s.rate), len(s.rate), slices.Min(s.rate), slices.Max(s.rate), median(s.cpu))
	}
	if len(servers) < 2 {
		return
	}
	var ratios []float64
	for i := range servers[0].rate {
		ratios = append(ratios, servers[0].rate[i]/servers[1].rate[i])
	}
	fmt.Printf("%-44s %8.2f x\n", "by processor time, without the client's", median(servers[1].cpu)/median(servers[0].cpu))
	fmt.Printf("%-44s %8.2f x (median of pairs; %.2f to %.2f; at least 2 wanted)\n", "ours against theirs", median(ratios), slices.Min(ratios), slices.Max(ratios))
}

func median(list []float64) float64 {
	sorted := slices.Sorted(slices.Values(list))
	return sorted[len(sorted)/2]
}
