package op

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/envelope"
	"github.com/consigil/consigil/internal/evidence"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/problem"
)

// EventView is one fact of an envelope's history.
type EventView struct {
	Envelope id.ID           `json:"envelope"`
	Seq      int64           `json:"seq" doc:"Number in the envelope's chain, from 1, without gaps"`
	Index    *int64          `json:"index" doc:"Place in the audit log; null for the second before it is sequenced"`
	Type     string          `json:"type"`
	At       time.Time       `json:"at"`
	Actor    access.Actor    `json:"actor"`
	Facts    json.RawMessage `json:"facts" doc:"What happened, without personal data"`
	Personal json.RawMessage `json:"personal,omitempty" doc:"Addresses and the like; in an envelope's own list only"`
	Prev     []byte          `json:"prev" doc:"Hash of the event before"`
	Hash     []byte          `json:"hash"`
}

// EventList is one page of events.
type EventList struct {
	Items []EventView `json:"items" nullable:"false"`
	Next  *int64      `json:"next,omitempty" doc:"after of the next page; absent on the last one"`
}

type eventListOutput struct{ Body EventList }

// EventPage asks for one page of events.
type EventPage struct {
	After int64 `query:"after" minimum:"-1" default:"-1" doc:"Index (for one envelope: number) of the last event that is known"`
	Limit int   `query:"limit" minimum:"1" maximum:"200" default:"100"`
}

type envelopeEventsInput struct {
	Envelope string `path:"envelope"`
	EventPage
}

type eventsInput struct{ EventPage }

// pingEvery keeps proxies from closing a quiet stream.
const pingEvery = 15 * time.Second

// Events are the rows of events.
func Events(s *evidence.Service) []Op {
	read := Row{Method: http.MethodGet, Audience: staffAndAPI, Group: GroupContract, Permission: access.EnvelopesRead, Tag: "events"}
	one, all, stream := read, read, read
	one.ID, one.Path, one.Summary = "listEnvelopeEvents", "/api/v1/envelopes/{envelope}/events", "List an envelope's events, first to last"
	all.ID, all.Path, all.Summary = "listEvents", "/api/v1/events", "List events in the order of the audit log"
	stream.ID, stream.Path, stream.Summary = "streamEvents", "/api/v1/events/stream", "Follow events as they happen"
	stream.Description = "Server-sent events. The id of each is its place in the audit log: reconnect with Last-Event-ID (or ?last_event_id=) and nothing is missed. " +
		"Without either the stream starts now; ?last_event_id=-1 starts at the first event. " +
		"The first message is named stream.started; its id is where the stream starts. ?envelope= follows one envelope."
	stream.Stream, stream.Produces = true, "text/event-stream"
	return []Op{
		Typed(one, func(ctx context.Context, in *envelopeEventsInput) (*eventListOutput, error) {
			return listChain(ctx, s, in)
		}),
		Typed(all, func(ctx context.Context, in *eventsInput) (*eventListOutput, error) { return listEvents(ctx, s, in) }),
		Raw(stream, func(w http.ResponseWriter, r *http.Request) error { return streamEvents(w, r, s) }).Describe(Description{Params: []Param{
			{Name: "envelope", In: "query", Doc: "Only this envelope's events"},
			{Name: "last_event_id", In: "query", Integer: true, Doc: "Last-Event-ID for clients that cannot send headers; -1: from the first event on"},
			{Name: "Last-Event-ID", In: "header", Integer: true, Doc: "Id of the last event that was received"},
		}}),
	}
}

func listChain(ctx context.Context, s *evidence.Service, in *envelopeEventsInput) (*eventListOutput, error) {
	p, err := access.From(ctx)
	if err != nil {
		return nil, err
	}
	list, err := s.Chain(ctx, p, id.ID(in.Envelope), max(in.After, 0), in.Limit)
	if err != nil {
		return nil, err
	}
	out := &eventListOutput{Body: EventList{Items: []EventView{}}}
	for _, e := range list {
		v := viewEvent(e)
		v.Personal = e.Personal
		out.Body.Items = append(out.Body.Items, v)
	}
	if len(list) == in.Limit {
		out.Body.Next = &list[len(list)-1].Seq
	}
	return out, nil
}

func listEvents(ctx context.Context, s *evidence.Service, in *eventsInput) (*eventListOutput, error) {
	p, err := access.From(ctx)
	if err != nil {
		return nil, err
	}
	list, err := s.Events(ctx, p.Org, "", in.After, in.Limit)
	if err != nil {
		return nil, err
	}
	visible := s.Visible(p)
	out := &eventListOutput{Body: EventList{Items: []EventView{}}}
	for _, e := range list {
		may, err := visible(ctx, e.Envelope)
		if err != nil {
			return nil, err
		}
		if may {
			out.Body.Items = append(out.Body.Items, viewEvent(e))
		}
	}
	if len(list) == in.Limit {
		out.Body.Next = &list[len(list)-1].Index
	}
	return out, nil
}

func viewEvent(e *envelope.Event) EventView {
	v := EventView{
		Envelope: e.Envelope, Seq: e.Seq, Type: e.Type, At: e.At, Actor: e.Actor, Facts: e.Facts, Prev: e.Prev, Hash: e.Hash,
	}
	if e.Index >= 0 {
		v.Index = &e.Index
	}
	return v
}

// streamEvents replays what is stored after the last known event and goes on with what happens.
func streamEvents(w http.ResponseWriter, r *http.Request, s *evidence.Service) error {
	p, err := access.From(r.Context())
	if err != nil {
		return err
	}
	after, known, err := LastEventID(r)
	if err != nil {
		return err
	}
	only := id.ID(r.URL.Query().Get("envelope"))
	if only != "" && !id.Valid(string(only)) {
		return problem.InField("query/envelope", "bad_id", "Name an envelope by its id.")
	}
	if only != "" {
		if _, err := s.Envelope(r.Context(), p, only); err != nil {
			return err
		}
	}
	if !known {
		if after, err = s.End(r.Context()); err != nil {
			return err
		}
	}
	out, err := NewEventStream(w)
	if err != nil {
		return nil // the caller is gone
	}
	// The caller learns where the stream starts, so that it can resume there although nothing happened.
	if out.Send(strconv.FormatInt(after, 10), "stream.started", []byte("{}")) != nil {
		return nil
	}
	return pump(r.Context(), s, p, only, after, out)
}

// pump feeds the stream until the caller is gone. Events and pings leave by one goroutine.
func pump(ctx context.Context, s *evidence.Service, p *access.Principal, only id.ID, after int64, out *EventStream) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	pages := make(chan []*envelope.Event)
	done := make(chan error, 1)
	go func() {
		done <- s.Subscribe(ctx, p.Org, only, after, func(list []*envelope.Event) error {
			select {
			case pages <- list:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
	}()
	visible := s.Visible(p)
	tick := time.NewTicker(pingEvery)
	defer tick.Stop()
	for {
		select {
		case list := <-pages:
			if err := sendEvents(ctx, out, list, visible); err != nil {
				return nil // the caller is gone, or will come again with its last id
			}
		case <-tick.C:
			if out.Ping() != nil {
				return nil
			}
		case <-done: //nolint:errcheck // whatever ended it, the caller comes again with its last id
			return nil
		}
	}
}

func sendEvents(ctx context.Context, out *EventStream, list []*envelope.Event, visible func(context.Context, id.ID) (bool, error)) error {
	for _, e := range list {
		may, err := visible(ctx, e.Envelope)
		if err != nil {
			return err
		}
		if !may {
			continue
		}
		data, err := json.Marshal(viewEvent(e))
		if err != nil {
			return err
		}
		if err := out.Send(strconv.FormatInt(e.Index, 10), e.Type, data); err != nil {
			return err
		}
	}
	return nil
}
