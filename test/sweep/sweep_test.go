//go:build interop

package sweep

import (
	"crypto/x509"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/consigil/consigil/test/corpus"
	"github.com/consigil/consigil/test/testpki"
)

// outcome is what became of one file.
type outcome struct {
	name     string // folder and file
	path     string
	out      string // of the signed file
	opens    string // which tools open the original: "qpdf", "PDFium", both or none
	earlier  int    // signatures that the original bore
	answer   signAnswer
	wrong    string // what is wrong with the signed file
	duration time.Duration
}

func (o outcome) signed() bool {
	return o.answer.Refusal == "" && o.answer.Panic == "" && o.wrong == ""
}

// goal is how many of the files that qpdf or PDFium opens must be signed right or
// refused rightly, in percent.
const goal = 99.5

// TestSweep signs every PDF of the test material and compares what came out
// with what went in.
func TestSweep(t *testing.T) {
	paths := append(corpus.PDFs(t), corpus.PyHanko(t)...)
	if len(paths) == 0 {
		return
	}
	s := newSweeper(t)
	outcomes := s.all(paths)
	judged := s.hankoJudges(outcomes)
	r := newReport(outcomes)
	r.hanko = judged
	for _, o := range r.wrong {
		t.Errorf("%s: %s", o.name, o.wrong)
	}
	if r.percent() < goal {
		t.Errorf("%.2f %% signed right or refused rightly, below %.1f %%", r.percent(), goal)
	}
	t.Log(r.summary())
	r.keep(t)
}

type sweeper struct {
	t      *testing.T
	dir    string // of signed files
	config string // of signing children
	cache  string // of compiled code
}

func newSweeper(t *testing.T) *sweeper {
	t.Helper()
	now := time.Now()
	ca := testpki.New(t, now, false)
	leaf := ca.Leaf("Sweeper", "p-256")
	key, err := x509.MarshalPKCS8PrivateKey(leaf.Key)
	if err != nil {
		t.Fatal(err)
	}
	config, err := json.Marshal(signConfig{Key: key, Certificate: leaf.Cert.Raw, Time: now})
	if err != nil {
		t.Fatal(err)
	}
	s := &sweeper{t: t, dir: t.TempDir(), config: string(config), cache: cacheDir(t)}
	if err := os.WriteFile(filepath.Join(s.dir, "root.pem"), testpki.PEM(ca.Root), 0o600); err != nil {
		t.Fatal(err)
	}
	return s
}

// cacheDir is where compiled PDFium is kept from run to run.
func cacheDir(t *testing.T) string {
	base, err := os.UserCacheDir()
	if err != nil {
		return t.TempDir()
	}
	dir := filepath.Join(base, "consigil-test-wasm")
	if os.MkdirAll(dir, 0o700) != nil {
		return t.TempDir()
	}
	return dir
}

// all sweeps the files, one for each processor at a time.
func (s *sweeper) all(paths []string) []outcome {
	outcomes := make([]outcome, len(paths))
	next := make(chan int)
	var wg sync.WaitGroup
	for range runtime.NumCPU() {
		wg.Go(func() {
			b := s.bench()
			defer b.close()
			for i := range next {
				outcomes[i] = b.one(i, paths[i])
			}
		})
	}
	for i := range paths {
		next <- i
	}
	close(next)
	wg.Wait()
	slices.SortFunc(outcomes, func(a, b outcome) int { return strings.Compare(a.name, b.name) })
	return outcomes
}

// bench is where one file at a time is swept, with children of its own.
type bench struct {
	s          *sweeper
	sign, look *worker
}

func (s *sweeper) bench() *bench {
	return &bench{
		s:    s,
		sign: &worker{sort: childSign, config: s.config, patience: 4 * maxTime},
		look: &worker{sort: childLook, config: s.cache, patience: 2 * time.Minute},
	}
}

func (b *bench) close() {
	b.sign.stop()
	b.look.stop()
}

func (b *bench) one(i int, path string) outcome {
	o := outcome{
		name: nameOf(path), path: path,
		out: filepath.Join(b.s.dir, fmt.Sprintf("%d.pdf", i)),
	}
	began := time.Now()
	password := passwordOf(path)
	if err := b.sign.ask(signQuestion{Path: path, Password: password, Out: o.out}, &o.answer); err != nil {
		o.answer.Panic = err.Error()
	}
	before, qBefore := b.looks(path, password), qpdfLooks(path, password)
	o.opens = opens(qBefore.opens && qBefore.pages() > 0, before.Error == "" && before.Pages > 0)
	switch {
	case o.answer.Panic != "":
		o.wrong = "signing crashed: " + o.answer.Panic
	case o.answer.Spent > maxTime:
		o.wrong = fmt.Sprintf("signing took %s", o.answer.Spent)
	case o.answer.Peak > maxMemory:
		o.wrong = fmt.Sprintf("signing took %d MB", o.answer.Peak>>20)
	case o.answer.Refusal == "":
		o.wrong = b.compare(&o, password, before, qBefore)
	case o.answer.Class == classUntyped:
		o.wrong = "refused without a typed reason: " + o.answer.Refusal
	}
	o.duration = time.Since(began)
	return o
}

func opens(qpdf, pdfium bool) string {
	switch {
	case qpdf && pdfium:
		return "both"
	case qpdf:
		return "qpdf"
	case pdfium:
		return "PDFium"
	}
	return ""
}

// looks asks PDFium; a child that is lost over a file counts as not opening it.
func (b *bench) looks(path, password string) lookAnswer {
	var a lookAnswer
	if err := b.look.ask(lookQuestion{Path: path, Password: password}, &a); err != nil {
		return lookAnswer{Error: err.Error()}
	}
	return a
}

// compare says what is wrong with a signed file, "" where nothing is.
func (b *bench) compare(o *outcome, password string, before lookAnswer, qBefore qpdfView) string {
	f := files{password: password, field: o.answer.Field}
	var err error
	if f.before, err = os.ReadFile(o.path); err != nil {
		return err.Error()
	}
	if f.after, err = os.ReadFile(o.out); err != nil {
		return err.Error()
	}
	why, earlier := f.minds()
	if o.earlier = earlier; why != "" {
		return why
	}
	if before.Error == "" {
		why = before.minds(b.looks(o.out, password))
		if why != "" && !(qBefore.damaged() && mutoolAgrees(*o, password)) {
			return why
		}
	}
	return qBefore.minds(qpdfLooks(o.out, password), o.answer.Field)
}

// minds says in what PDFium sees another document.
func (a lookAnswer) minds(after lookAnswer) string {
	switch {
	case after.Error != "":
		return "PDFium does not open it any more: " + after.Error
	case a.Pages != after.Pages:
		return fmt.Sprintf("PDFium sees %d pages instead of %d", after.Pages, a.Pages)
	case !samePages(a.Texts, after.Texts):
		return "PDFium reads another text"
	case !samePages(a.Images, after.Images):
		return "PDFium draws another picture"
	}
	return ""
}

// samePages compares page by page, those apart that could not be shown before.
func samePages(was, is []string) bool {
	return slices.EqualFunc(was, is, func(a, b string) bool { return a == b || strings.HasPrefix(a, "error: ") })
}

// nameOf is a file's place in the test material: "pdfjs/x.pdf", "pyhanko/x.pdf".
func nameOf(path string) string {
	path = filepath.ToSlash(path)
	if _, rest, ok := strings.Cut(path, "/pyhanko/pdf/"); ok {
		return "pyhanko/" + rest
	}
	_, rest, _ := strings.Cut(path, "/pdf/")
	return rest
}
