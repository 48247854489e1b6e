package op

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/ceremony"
	"github.com/consigil/consigil/internal/problem"
)

// progressEvery is how often an open page's envelope is looked at: one row, by its key.
const progressEvery = time.Second

// followCeremony is the row of a recipient's event stream.
func followCeremony(s *ceremony.Service) Op {
	row := Row{
		ID: "followCeremony", Method: http.MethodGet, Path: ceremonyPath + "/events", Summary: "Follow where your envelope stands",
		Description: "Server-sent events named state: the first one at once, then one each time the envelope, your part in it or " +
			"a document moves on. Their data is a CeremonyProgress and names nobody. The stream ends with the sitting.",
		Audience: access.RecipientAudience, Group: GroupCustomer, Tag: "ceremonies", Stream: true, Produces: "text/event-stream",
	}
	return Raw(row, func(w http.ResponseWriter, r *http.Request) error {
		p, err := access.From(r.Context())
		if err != nil {
			return err
		}
		first, err := s.Progress(r.Context(), p, -1)
		if err != nil {
			return err
		}
		out, err := NewEventStream(w)
		if err != nil {
			return nil // the caller is gone
		}
		sendProgress(r.Context(), s, p, first, out)
		return nil
	}).Describe(Description{Events: map[string]any{"state": CeremonyProgress{}}})
}

// sendProgress writes what changes until the sitting or the connection ends.
func sendProgress(ctx context.Context, s *ceremony.Service, p *access.Principal, now *ceremony.Progress, out *EventStream) {
	tick, ping := time.NewTicker(progressEvery), time.NewTicker(pingEvery)
	defer tick.Stop()
	defer ping.Stop()
	last, seq := "", int64(0)
	for {
		if now != nil {
			data := viewProgress(now)
			if seq = now.Seq; data != last && out.Send(strconv.FormatInt(seq, 10), "state", []byte(data)) != nil {
				return
			}
			last, now = data, nil
		}
		select {
		case <-ctx.Done():
			return
		case <-ping.C:
			if out.Ping() != nil {
				return
			}
		case <-tick.C:
			var err error
			if now, err = s.Progress(ctx, p, seq); problem.KindOf(err) == problem.NotFound {
				return
			}
		}
	}
}

func viewProgress(p *ceremony.Progress) string {
	v := CeremonyProgress{State: p.State, Recipient: p.Recipient, Documents: []CeremonyStep{}}
	for _, d := range p.Documents {
		v.Documents = append(v.Documents, CeremonyStep(d))
	}
	data, err := json.Marshal(v)
	if err != nil { // it holds strings only
		return "{}"
	}
	return string(data)
}
