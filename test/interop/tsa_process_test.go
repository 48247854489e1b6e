//go:build interop

package interop

import (
	"bytes"
	"context"
	"crypto"
	"crypto/sha256"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/consigil/consigil/fetch"
	"github.com/consigil/consigil/internal/clock"
	"github.com/consigil/consigil/internal/standin/ntp"
	"github.com/consigil/consigil/pades"
	"github.com/consigil/consigil/signer"
	"github.com/consigil/consigil/test/testpdf"
	"github.com/consigil/consigil/test/testpki"
	"github.com/consigil/consigil/tsp"
)

// process is one of its own with the role tsa.
type process struct {
	url  string
	root []byte // PEM
}

// startAuthority starts bin/consigil, which make builds before these tests.
func startAuthority(t *testing.T, dir string, flags ...string) *process {
	t.Helper()
	binary := filepath.Join("..", "..", "bin", "consigil")
	if _, err := os.Stat(binary); err != nil {
		t.Fatalf("%v: make build comes first", err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	cmd := exec.Command(binary, append([]string{"serve", "--role", "tsa", "--data", dir, "--listen", address}, flags...)...)
	cmd.Stderr, cmd.Stdout = &log, &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Error(err)
		}
		if err := cmd.Wait(); err != nil {
			t.Errorf("%v: %s", err, log.String())
		}
	})
	a := &process{url: "http://" + address}
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		var status int
		if status, a.root = get(a.url + "/pki/trust.pem"); status == http.StatusOK {
			return a
		}
	}
	t.Fatalf("the authority did not start: %s", log.String())
	return nil
}

func get(address string) (int, []byte) {
	res, err := http.Get(address)
	if err != nil {
		return 0, nil
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return 0, nil
	}
	return res.StatusCode, body
}

// client asks over HTTP, as another installation would.
func (a *process) client(t *testing.T) *fetch.TSA {
	t.Helper()
	client, err := fetch.New(fetch.Config{Local: []string{a.url}, Now: clock.System{}.Now})
	if err != nil {
		t.Fatal(err)
	}
	roots, err := signer.ParseCertificatesPEM(a.root)
	if err != nil {
		t.Fatal(err)
	}
	return &fetch.TSA{Client: client, Authorities: []fetch.TimestampAuthority{{URL: a.url + "/tsa", Anchors: roots}}}
}

// TestJudgesBelieveTheRole: a file that a process with the role tsa stamped over HTTP is B-T for EU DSS and pyHanko,
// and openssl verifies what it gives out by itself.
func TestJudgesBelieveTheRole(t *testing.T) {
	dir := t.TempDir()
	a := startAuthority(t, filepath.Join(dir, "data"), "--tsa-clock", "trust-host")
	s := newStudio(t)
	leaf := s.ca.Leaf("Signer", "p-256")
	var out bytes.Buffer
	in := testpdf.Classic(1)
	opt := pades.Options{Certificate: leaf.Cert, Chain: s.ca.Chain(), Time: clock.System{}.Now(), Level: pades.LevelT}
	if _, err := pades.Sign(t.Context(), bytes.NewReader(in), int64(len(in)), leaf.Signer, a.client(t), opt, &out); err != nil {
		t.Fatal(err)
	}
	file := write(t, dir, "stamped.pdf", out.Bytes())
	roots := write(t, dir, "roots.pem", append(testpki.PEM(s.ca.Root), a.root...))
	dss := askDSS(t, roots, []string{file})[file]
	if dss.Error != "" || len(dss.Signatures) != 1 || dss.Signatures[0].Format != "PAdES-BASELINE-T" || dss.Signatures[0].Indication != "TOTAL_PASSED" || dss.Signatures[0].Timestamps != 1 {
		t.Errorf("EU DSS: %+v", dss)
	}
	hanko := askPyHanko(t, roots, []string{file})[file]
	if hanko.Error != "" || len(hanko.Signatures) != 1 || !hanko.Signatures[0].Valid || !hanko.Signatures[0].Timestamp || !hanko.Signatures[0].Trusted {
		t.Errorf("pyHanko: %+v", hanko)
	}
	root := write(t, dir, "tsa-root.pem", a.root)
	data := write(t, dir, "data.bin", []byte("any file"))
	query := filepath.Join(dir, "query.tsq")
	if code, text := run(t, "openssl", "ts", "-query", "-data", data, "-sha256", "-cert", "-out", query); code != 0 {
		t.Fatal(text)
	}
	reply := write(t, dir, "reply.tsr", post(t, a.url+"/tsa", query))
	if code, text := run(t, "openssl", "ts", "-verify", "-in", reply, "-queryfile", query, "-CAfile", root); code != 0 {
		t.Errorf("openssl: %s", text)
	}
	for _, weak := range []string{"-sha1", "-md5", "-ripemd160"} {
		if code, text := run(t, "openssl", "ts", "-query", "-data", data, weak, "-out", query); code != 0 {
			t.Logf("openssl cannot ask with %s: %s", weak, text)
			continue
		}
		reply := write(t, dir, "weak.tsr", post(t, a.url+"/tsa", query))
		if _, text := run(t, "openssl", "ts", "-reply", "-in", reply, "-text"); !strings.Contains(text, "Status: Rejected.") || !strings.Contains(text, "unrecognized or unsupported algorithm") {
			t.Errorf("%s was not refused as badAlg: %s", weak, text)
		}
	}
}

// TestDoubtedClock: with a time server that disagrees, nothing is stamped and /readyz says so.
func TestDoubtedClock(t *testing.T) {
	for name, c := range map[string]struct {
		off  time.Duration
		good bool
	}{"right": {0, true}, "an hour off": {time.Hour, false}} {
		t.Run(name, func(t *testing.T) {
			server := ntp.Server{Off: c.off, Now: clock.System{}.Now}.Start(t)
			a := startAuthority(t, filepath.Join(t.TempDir(), "data"), "--tsa-clock", "ntp", "--tsa-ntp", server)
			sum := sha256.Sum256([]byte("data"))
			source := a.client(t)
			source.Within = 3 * time.Second
			_, err := source.Timestamp(t.Context(), crypto.SHA256, sum[:])
			if (err == nil) != c.good || err != nil && !strings.Contains(err.Error(), tsp.FailureTimeNotAvailable.String()) {
				t.Errorf("time stamp: %v", err)
			}
			if status, _ := get(a.url + "/readyz"); (status == http.StatusOK) != c.good {
				t.Errorf("/readyz: %d", status)
			}
			if _, body := get(a.url + "/health"); c.good == bytes.Contains(body, []byte("clock_not_trusted")) {
				t.Errorf("/health: %s", body)
			}
		})
	}
}

// TestReplicasOfTheRole: several processes on one database have one certificate and never the same serial number.
func TestReplicasOfTheRole(t *testing.T) {
	database := os.Getenv("CONSIGIL_TEST_POSTGRES")
	if database == "" {
		t.Fatal("CONSIGIL_TEST_POSTGRES is not set: test/interop.sh starts a server")
	}
	dir := t.TempDir()
	shared := []string{"--database", database, "--kek-file", filepath.Join(dir, "kek"), "--public-url", "http://tsa.example", "--tsa-clock", "trust-host"}
	var replicas []*process
	for i := range 3 {
		replicas = append(replicas, startAuthority(t, filepath.Join(dir, fmt.Sprint(i)), shared...))
	}
	serials, certificates := map[string]bool{}, map[string]bool{}
	for i := range 60 {
		token := stampOnce(t, t.Context(), replicas[i%3], []byte{byte(i)})
		serials[token.Serial.String()] = true
		leaf := token.SignedData().Certificate()
		certificates[string(leaf.Raw)] = true
		if token.Serial.BitLen() < 64 {
			t.Errorf("serial number of %d bits", token.Serial.BitLen())
		}
	}
	if len(serials) != 60 || len(certificates) != 1 {
		t.Errorf("%d serial numbers, %d certificates", len(serials), len(certificates))
	}
}

func stampOnce(t *testing.T, ctx context.Context, a *process, data []byte) *tsp.Token {
	t.Helper()
	sum := sha256.Sum256(data)
	raw, err := a.client(t).Timestamp(ctx, crypto.SHA256, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	token, err := tsp.ParseToken(raw)
	if err != nil {
		t.Fatal(err)
	}
	return token
}
