package badinput

import (
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/consigil/consigil/internal/app"
	"github.com/consigil/consigil/test/testpdf"
)

// outside is a time-stamp authority at a fixed address, which can be away: then its port is closed.
type outside struct {
	t       *testing.T
	address string
	target  string
	server  *http.Server
}

func (o *outside) up() {
	o.t.Helper()
	var l net.Listener
	eventually(o.t, "the port", func() bool {
		var err error
		l, err = net.Listen("tcp", o.address)
		return err == nil
	})
	o.address = l.Addr().String()
	o.server = &http.Server{Handler: http.HandlerFunc(o.forward), ReadHeaderTimeout: time.Second}
	go func() { _ = o.server.Serve(l) }()
}

func (o *outside) down() {
	o.t.Helper()
	if err := o.server.Close(); err != nil {
		o.t.Error(err)
	}
}

func (o *outside) forward(w http.ResponseWriter, r *http.Request) {
	req, err := http.NewRequestWithContext(r.Context(), r.Method, o.target, r.Body)
	if err != nil {
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	req.Header.Set("Content-Type", r.Header.Get("Content-Type"))
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	defer func() { _ = res.Body.Close() }()
	w.Header().Set("Content-Type", res.Header.Get("Content-Type"))
	w.WriteHeader(res.StatusCode)
	_, _ = io.Copy(w, res.Body)
}

// TestTimestampsDown takes the time-stamp authority away: before the first send nothing is sent; after the last act
// the document waits, says so, and finishes by itself.
func TestTimestampsDown(t *testing.T) {
	t.Parallel()
	tsa := &outside{t: t, address: "127.0.0.1:0"}
	tsa.up()
	in := start(t, func(c *app.Config) { c.TSA = []string{"http://" + tsa.address + "/tsa"} })
	tsa.target = in.url + "/tsa" // the installation trusts no authority but its own
	tsa.down()
	api := in.api(t)
	e := api.draft(testpdf.Classic(1), "Ann")
	api.refused(refusal{503, "seal_not_working", ""}, "POST", envelopes+"/"+e.ID+"/send", nil)
	tsa.up()
	api.must("POST", envelopes+"/"+e.ID+"/send", nil, nil)
	e = api.waitFor(e.ID, "sent")
	ann := in.guest(t).review(api.reveal(e, 0))
	tsa.down()
	ann.sign() // the act needs no time stamp
	var now envelopeView
	eventually(t, "the wait", func() bool {
		api.must("GET", envelopes+"/"+e.ID, nil, &now)
		return now.Documents[0].Stalled != ""
	})
	if now.Documents[0].Stalled != "timestamp_unavailable" || now.State != "sealing" || now.Documents[0].Level != "" {
		t.Errorf("while the authority is down: %+v", now)
	}
	tsa.up()
	defer tsa.down()
	in.time.forward(time.Minute)
	done := api.waitFor(e.ID, "delivered")
	if d := done.Documents[0]; d.Level != "B-T" || d.Stalled != "" || d.State != "sealed" {
		t.Errorf("after it came back: %+v", d)
	}
}

// TestForeignAuthority uses the authority of somebody else, with and without trust in it.
func TestForeignAuthority(t *testing.T) {
	t.Parallel()
	other := start(t)
	trust := filepath.Join(t.TempDir(), "trust.pem")
	if err := os.WriteFile(trust, other.guest(t).must("GET", "/pki/trust.pem", nil, nil).body, 0o600); err != nil {
		t.Fatal(err)
	}
	use := func(c *app.Config) { c.TSA = []string{other.url + "/tsa"} }
	distrustful := start(t, use).api(t)
	e := distrustful.draft(testpdf.Classic(1), "Ann")
	distrustful.refused(refusal{503, "seal_not_working", ""}, "POST", envelopes+"/"+e.ID+"/send", nil)
	in := start(t, use, func(c *app.Config) { c.TSATrust = trust })
	api := in.api(t)
	e = api.sent(testpdf.Classic(1), "Ann")
	in.guest(t).review(api.reveal(e, 0)).sign()
	if d := api.waitFor(e.ID, "delivered").Documents[0]; d.Level != "B-T" {
		t.Errorf("with a foreign authority: %+v", d)
	}
}
