//go:build interop

package crash

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/mail"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/jackc/pgx/v5"

	"github.com/consigil/consigil/internal/blob"
	"github.com/consigil/consigil/internal/blob/disk"
	"github.com/consigil/consigil/internal/clock"
	"github.com/consigil/consigil/internal/envelope"
	"github.com/consigil/consigil/internal/evidence"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/secret"
	"github.com/consigil/consigil/internal/store"
	"github.com/consigil/consigil/test/world"
	"github.com/consigil/consigil/validate"
)

// workers sign at the same time.
const workers = 4

// sink is a mail server that counts what it takes, by Message-ID.
type sink struct {
	mu  sync.Mutex
	got map[string]int
}

func (s *sink) NewSession(*smtp.Conn) (smtp.Session, error) { return s, nil }
func (s *sink) Mail(string, *smtp.MailOptions) error        { return nil }
func (s *sink) Rcpt(string, *smtp.RcptOptions) error        { return nil }
func (s *sink) Reset()                                      {}
func (s *sink) Logout() error                               { return nil }

func (s *sink) Data(r io.Reader) error {
	m, err := mail.ReadMessage(r)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.got[strings.Trim(m.Header.Get("Message-Id"), "<>")]++
	return nil
}

func startSink(t *testing.T) (*sink, string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &sink{got: map[string]int{}}
	srv := smtp.NewServer(s)
	srv.Domain = "localhost"
	go srv.Serve(l) //nolint:errcheck // ends with Close
	t.Cleanup(func() { _ = srv.Close() })
	return s, strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
}

// amount reads how many sealings to do.
func amount(t *testing.T, name string, usual int) int {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return usual
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestKilledOnSQLite(t *testing.T) {
	kill(t, amount(t, "CONSIGIL_CRASH_SQLITE", 300), "")
}

func TestKilledOnPostgreSQL(t *testing.T) {
	server := os.Getenv("CONSIGIL_TEST_POSTGRES")
	if server == "" {
		t.Log("NOT RUN: CONSIGIL_TEST_POSTGRES names no server")
		return
	}
	kill(t, amount(t, "CONSIGIL_CRASH_POSTGRES", 100), newDatabase(t, server))
}

// newDatabase makes a database of the test's own.
func newDatabase(t *testing.T, server string) string {
	t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, server)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	name := fmt.Sprintf("crash_%d", time.Now().UnixNano())
	if _, err := conn.Exec(ctx, "CREATE DATABASE "+name); err != nil {
		t.Fatal(err)
	}
	head, query, _ := strings.Cut(server, "?")
	head = strings.TrimSuffix(head, "/"+conn.Config().Database) + "/" + name
	if query != "" {
		head += "?" + query
	}
	return head
}

// kill signs n envelopes while the server is killed at random moments, and looks at what is left.
func kill(t *testing.T, n int, database string) {
	mails, port := startSink(t)
	args := []string{"--smtp-host", "127.0.0.1", "--smtp-port", port, "--smtp-tls", "none", "--smtp-from", "sign@example.org"}
	if database != "" {
		args = append(args, "--database", database)
	}
	s := newServer(t, args...)
	s.start()
	c := &client{s: s, key: s.key()}
	stopKiller := sync.OnceFunc(startKiller(s))
	defer stopKiller()
	jobs := signAll(t, c, n)
	waitDelivered(t, jobs)
	stopKiller()
	waitMessages(t, c, jobs)
	checkBundles(t, c, jobs)
	waitLog(t, c, jobs)
	s.stop()
	checkStored(t, s.data, database, jobs)
	checkMails(t, s.data, database, jobs, mails)
	t.Logf("%d sealings, %d kills", n, s.kills)
}

// startKiller kills and starts until it is stopped; the server runs when it returns.
func startKiller(s *server) (stop func()) {
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for {
			wait := 30*time.Millisecond + rand.N(1800*time.Millisecond)
			select {
			case <-done:
				return
			case <-time.After(wait):
			}
			s.kill()
			s.start()
		}
	}()
	return func() {
		close(done)
		<-ended
	}
}

func signAll(t *testing.T, c *client, n int) []*job {
	t.Helper()
	jobs := make([]*job, n)
	work := make(chan int)
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for i := range work {
				jobs[i] = &job{c: c, n: i}
				if err := jobs[i].run(world.Page(t, fmt.Sprintf("crash %d", i))); err != nil {
					t.Errorf("envelope %d: %v", i, err)
				}
			}
		})
	}
	for i := range n {
		work <- i
	}
	close(work)
	wg.Wait()
	if t.Failed() {
		t.Fatal(tail(c.s.log.String()))
	}
	return jobs
}

func waitDelivered(t *testing.T, jobs []*job) {
	t.Helper()
	for _, j := range jobs {
		if err := j.until(nil, "delivered"); err != nil {
			t.Fatalf("envelope %d is lost: %v, %+v", j.n, err, j.view)
		}
	}
}

type messageList struct {
	Items []struct{ ID, State, Template, Error string }
	Next  string
}

// waitMessages waits until every message has left.
func waitMessages(t *testing.T, c *client, jobs []*job) {
	t.Helper()
	for _, j := range jobs {
		var list messageList
		for end := time.Now().Add(3 * time.Minute); ; time.Sleep(100 * time.Millisecond) {
			if err := c.api(http.MethodGet, "/api/v1/messages?envelope="+j.view.ID, nil, &list); err != nil {
				t.Fatal(err)
			}
			open := 0
			for _, m := range list.Items {
				if m.State == "queued" {
					open++
				}
			}
			if open == 0 || time.Now().After(end) {
				break
			}
		}
	}
}

// waitLog waits until the audit log has taken in every event.
func waitLog(t *testing.T, c *client, jobs []*job) {
	t.Helper()
	end := time.Now().Add(30 * time.Second)
	for _, j := range jobs {
		for open := true; open && time.Now().Before(end); {
			var list struct{ Items []struct{ Index *int64 } }
			if err := c.api(http.MethodGet, j.path("/events?limit=200"), nil, &list); err != nil {
				t.Fatal(err)
			}
			if open = list.Items[len(list.Items)-1].Index == nil; open {
				time.Sleep(50 * time.Millisecond)
			}
		}
	}
}

// checkBundles verifies the evidence of some envelopes offline.
func checkBundles(t *testing.T, c *client, jobs []*job) {
	t.Helper()
	anchor := root(t, c)
	for i, j := range jobs {
		if i%15 != 0 {
			continue
		}
		var data []byte
		if err := c.api(http.MethodGet, j.path("/evidence"), nil, &data); err != nil {
			t.Fatalf("envelope %d: evidence: %v", j.n, err)
		}
		r, err := evidence.VerifyBundle(context.Background(), bytes.NewReader(data), int64(len(data)), anchor, time.Now())
		if err != nil || r.Indication != "TOTAL_PASSED" {
			t.Errorf("envelope %d: evidence: %v %+v", j.n, err, r)
		}
		var sealed []byte
		if err := c.api(http.MethodGet, j.path("/documents/"+j.view.Documents[0].ID+"/file?kind=sealed"), nil, &sealed); err != nil {
			t.Fatalf("envelope %d: sealed file: %v", j.n, err)
		}
		report, err := validate.File(context.Background(), bytes.NewReader(sealed), int64(len(sealed)), validate.Options{Anchors: anchor, Now: time.Now()})
		if err != nil || len(report.Signatures) != 1 || !report.Signatures[0].Intact || report.Signatures[0].Level != "B-T" {
			t.Errorf("envelope %d: sealed file: %v %+v", j.n, err, report)
		}
	}
}

func root(t *testing.T, c *client) []*x509.Certificate {
	t.Helper()
	var data []byte
	if err := c.api(http.MethodGet, "/pki/trust.pem", nil, &data); err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(data)
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	return []*x509.Certificate{cert}
}

// rows opens what the server left behind.
func rows(t *testing.T, data, database string) (*store.DB, *blob.Vault) {
	t.Helper()
	kek, err := secret.ReadFile(filepath.Join(data, "kek"))
	if err != nil {
		t.Fatal(err)
	}
	db, err := store.Open(context.Background(), store.Config{Dir: data, Database: database, KEK: kek, Clock: clock.System{}})
	if err != nil {
		t.Fatal(err)
	}
	objects, err := disk.Open(filepath.Join(data, "blobs"))
	if err != nil {
		t.Fatal(err)
	}
	return db, blob.NewVault(objects, db.Ring())
}

// organization finds the one organization by the API key's file: its id is in any envelope's row.
func organization(t *testing.T, db *store.DB) id.Org {
	t.Helper()
	orgs, err := db.Accounts().Organizations(context.Background())
	if err != nil || len(orgs) != 1 {
		t.Fatalf("organizations %v, %v", orgs, err)
	}
	return orgs[0].ID
}

// checkStored looks for documents without a sealed revision or with two, for gaps in chains, for lost bytes.
func checkStored(t *testing.T, data, database string, jobs []*job) {
	t.Helper()
	db, vault := rows(t, data, database)
	defer db.Close()
	org := organization(t, db)
	for _, j := range jobs {
		err := db.Envelopes().View(context.Background(), org, func(tx envelope.Tx) error {
			return checkEnvelope(t, tx, vault, org, id.ID(j.view.ID))
		})
		if err != nil {
			t.Errorf("envelope %d: %v", j.n, err)
		}
	}
}

func checkEnvelope(t *testing.T, tx envelope.Tx, vault *blob.Vault, org id.Org, env id.ID) error {
	ctx := context.Background()
	docs, err := tx.Documents(ctx, env)
	if err != nil {
		return err
	}
	for _, d := range docs {
		revisions, err := tx.Revisions(ctx, d.ID)
		if err != nil {
			return err
		}
		sealed := 0
		for i, r := range revisions {
			if r.Number != i+1 {
				t.Errorf("document %s: revision %d in place %d", d.ID, r.Number, i+1)
			}
			if r.Kind == envelope.SealedRev {
				sealed++
			}
			f, err := vault.Open(ctx, org, r.Blob)
			if err != nil {
				return fmt.Errorf("revision %d: %w", r.Number, err)
			}
			if _, err := io.Copy(io.Discard, io.NewSectionReader(f, 0, f.Size())); err != nil {
				return fmt.Errorf("revision %d: %w", r.Number, err)
			}
			_ = f.Close() // it was only read
		}
		if sealed != 1 || d.State != "sealed" || d.Head != len(revisions) {
			t.Errorf("document %s is %s with %d sealed revisions", d.ID, d.State, sealed)
		}
	}
	return checkEvents(t, tx, env)
}

func checkEvents(t *testing.T, tx envelope.Tx, env id.ID) error {
	events, err := tx.Events(context.Background(), env, 0, 1000)
	if err != nil {
		return err
	}
	var prev []byte
	count := map[string]int{}
	for i, e := range events {
		count[e.Type]++
		if e.Seq != int64(i)+1 || !bytes.Equal(e.Prev, prev) || !bytes.Equal(e.Hash, envelope.HashEvent(*e)) || e.Index < 0 {
			t.Errorf("envelope %s: event %d is out of line", env, e.Seq)
		}
		prev = e.Hash
	}
	for _, typ := range []string{"recipient.signed", "envelope.completed", "document.sealed", "envelope.sealed", "evidence.certificate", "envelope.delivered"} {
		if count[typ] != 1 {
			facts, err := json.Marshal(count)
			if err != nil {
				return err
			}
			t.Errorf("envelope %s: %d events %s of %s", env, count[typ], typ, facts)
		}
	}
	return nil
}

// checkMails compares what the mail server took with the messages: none lost, none unknown, repeats under one id.
func checkMails(t *testing.T, data, database string, jobs []*job, mails *sink) {
	t.Helper()
	db, _ := rows(t, data, database)
	defer db.Close()
	org := organization(t, db)
	known := map[string]bool{}
	for _, j := range jobs {
		templates := map[string]int{}
		err := db.Envelopes().View(context.Background(), org, func(tx envelope.Tx) error {
			list, err := tx.Messages(context.Background(), id.ID(j.view.ID), "", 100)
			for _, m := range list {
				templates[m.Template]++
				messageID := string(m.ID) + "@127.0.0.1"
				known[messageID] = true
				if m.State == "sent" && mails.got[messageID] == 0 {
					t.Errorf("envelope %d: message %s is lost", j.n, m.Template)
				}
				if m.State != "sent" && m.Error != "superseded" {
					t.Errorf("envelope %d: message %s is %s: %s", j.n, m.Template, m.State, m.Error)
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if templates["invite"] != 1 || templates["completed"] != 1 {
			t.Errorf("envelope %d: messages %v", j.n, templates)
		}
	}
	repeats := 0
	for messageID, n := range mails.got {
		repeats += n - 1
		if !known[messageID] {
			t.Errorf("a mail left that no message tells of: %s", messageID)
		}
	}
	t.Logf("%d mails, %d repeated under the same id", len(mails.got), repeats)
}
