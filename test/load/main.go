// Command load starts a built server on an empty data directory and measures what a person who runs it would feel:
// how fast it is ready, how much memory it holds, how many envelopes a second go from upload to seal, and how long
// reads take at a fixed rate. It shares the machine with the server it measures; its figures are lower bounds.
package main

import (
	"flag"
	"fmt"
	"log"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/consigil/consigil/test/testpdf"
)

func main() {
	binary := flag.String("binary", "bin/consigil", "server to measure")
	envelopes := flag.Int("envelopes", 300, "envelopes to send, sign and seal")
	callers := flag.Int("callers", 16, "envelopes at the same time")
	rate := flag.Int("rate", 500, "reads a second")
	seconds := flag.Int("seconds", 10, "how long to read")
	flag.Parse()
	if err := run(*binary, *envelopes, *callers, *rate, *seconds); err != nil {
		log.Fatal("load: ", err)
	}
}

func run(binary string, envelopes, callers, rate, seconds int) error {
	dir, err := os.MkdirTemp("", "consigil-load-")
	if err != nil {
		return err
	}
	defer func() {
		if err := os.RemoveAll(dir); err != nil {
			log.Print(err)
		}
	}()
	info, err := os.Stat(binary)
	if err != nil {
		return err
	}
	fmt.Printf("%-44s %8.1f MB\n", "binary", float64(info.Size())/1e6)
	s := &server{binary: binary, data: filepath.Join(dir, "data")}
	if err := s.startup(); err != nil {
		return err
	}
	defer s.stop()
	key, err := os.ReadFile(filepath.Join(s.data, "initial-api-key"))
	if err != nil {
		return err
	}
	c := newClient("http://"+s.addr, strings.TrimSpace(string(key)))
	if err := throughput(c, envelopes, callers); err != nil {
		return err
	}
	return reads(c, rate, seconds)
}

// server is the program under measurement.
type server struct {
	binary, data, addr string
	cmd                *exec.Cmd
}

// startup measures a start on an empty directory, then on the warm one, then the idle process.
func (s *server) startup() error {
	for _, what := range []string{"ready, empty data directory", "ready, warm data directory"} {
		if s.cmd != nil {
			s.stop()
		}
		took, err := s.start()
		if err != nil {
			return err
		}
		fmt.Printf("%-44s %8.0f ms\n", what, float64(took.Microseconds())/1000)
	}
	time.Sleep(3 * time.Second)
	mb, err := residentMB(s.cmd.Process.Pid)
	if err != nil {
		return err
	}
	fmt.Printf("%-44s %8.1f MB\n", "idle memory of the server process", mb)
	return nil
}

func (s *server) start() (time.Duration, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	s.addr = l.Addr().String()
	if err := l.Close(); err != nil {
		return 0, err
	}
	s.cmd = exec.Command(s.binary, "serve", "--data", s.data, "--listen", s.addr, "--log-level", "warn")
	s.cmd.Stderr = os.Stderr
	begin := time.Now()
	if err := s.cmd.Start(); err != nil {
		return 0, err
	}
	for time.Since(begin) < 30*time.Second {
		if healthy("http://" + s.addr + "/readyz") {
			return time.Since(begin), nil
		}
		time.Sleep(2 * time.Millisecond)
	}
	return 0, fmt.Errorf("server was not ready within 30 s")
}

func (s *server) stop() {
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		log.Print(err)
	}
	if err := s.cmd.Wait(); err != nil {
		log.Print("server ended: ", err)
	}
}

// residentMB reads VmRSS of a process, in MB.
func residentMB(pid int) (float64, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kb, err := strconv.Atoi(strings.Fields(rest)[0])
			return float64(kb) / 1000, err
		}
	}
	return 0, fmt.Errorf("no VmRSS")
}

// throughput sends, signs and seals n envelopes, callers at a time, and waits for the last seal.
func throughput(c *client, n, callers int) error {
	file := testpdf.Classic(1)
	if _, err := c.envelope(file, "warm-up"); err != nil {
		return err
	}
	work := make(chan int)
	ids := make([]string, n)
	errs := make(chan error, callers)
	var wg sync.WaitGroup
	begin := time.Now()
	for range callers {
		wg.Go(func() {
			for i := range work {
				id, err := c.envelope(file, strconv.Itoa(i))
				if err != nil {
					errs <- err
					return
				}
				ids[i] = id
			}
		})
	}
	for i := range n {
		select {
		case work <- i:
		case err := <-errs:
			return err
		}
	}
	close(work)
	wg.Wait()
	signed := time.Since(begin)
	for _, id := range ids {
		if err := c.waitSealed(id); err != nil {
			return err
		}
	}
	sealed := time.Since(begin)
	fmt.Printf("%-44s %8.1f a second (%d on %d cores, %d at a time)\n", "envelopes created, signed by one", float64(n)/signed.Seconds(), n, runtime.NumCPU(), callers)
	fmt.Printf("%-44s %8.1f a second\n", "envelopes created, signed, sealed B-T", float64(n)/sealed.Seconds())
	return nil
}

// reads asks for lists and envelopes at a fixed rate and prints how long answers took from the moment they were due.
func reads(c *client, rate, seconds int) error {
	paths, err := c.readPaths()
	if err != nil {
		return err
	}
	total := rate * seconds
	took := make([]time.Duration, total)
	failed := make(chan error, total)
	var wg sync.WaitGroup
	begin := time.Now()
	for i := range total {
		due := begin.Add(time.Duration(i) * time.Second / time.Duration(rate))
		time.Sleep(time.Until(due))
		wg.Go(func() {
			if err := c.get(paths[i%len(paths)], nil); err != nil {
				failed <- err
			}
			took[i] = time.Since(due)
		})
	}
	wg.Wait()
	if len(failed) > 0 {
		return <-failed
	}
	slices.Sort(took)
	at := func(q float64) float64 { return float64(took[int(q*float64(total-1))].Microseconds()) / 1000 }
	fmt.Printf("%-44s p50 %.1f ms, p99 %.1f ms, max %.1f ms\n", fmt.Sprintf("reads at %d a second", rate), at(0.5), at(0.99), at(1))
	return nil
}
