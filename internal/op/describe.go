package op

import (
	"net/http"
	"reflect"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
)

// Description says of a Raw row what the OpenAPI document cannot learn from types.
type Description struct {
	Params  []Param
	Answer  any            // a value of the JSON answer's type; nil: Produces is a file or a stream
	Events  map[string]any // of an event stream: a value of the data's type by event name
	Headers []string       // of the good answer
	Also    map[int]string // further statuses and what they mean
}

// Param is a query parameter or header that a Raw row reads.
type Param struct {
	Name, In, Doc string
	Integer       bool
	Required      bool
}

// Describe returns the operation with its description.
func (o Op) Describe(d Description) Op {
	o.doc = d
	return o
}

// describe enters a Raw row into the OpenAPI document.
func describe(api huma.API, o Op) {
	if o.Hidden {
		return
	}
	entry := operation(o.Row)
	for _, name := range PathNames(o.Path) {
		entry.Parameters = append(entry.Parameters, &huma.Param{Name: name, In: "path", Required: true, Schema: &huma.Schema{Type: "string"}})
	}
	for _, p := range o.doc.Params {
		kind := "string"
		if p.Integer {
			kind = "integer"
		}
		entry.Parameters = append(entry.Parameters, &huma.Param{
			Name: p.Name, In: p.In, Description: p.Doc, Required: p.Required, Schema: &huma.Schema{Type: kind},
		})
	}
	if o.Accepts != "" {
		entry.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{o.Accepts: binary()}}
	}
	entry.Responses = o.responses(api.OpenAPI().Components.Schemas)
	api.OpenAPI().AddOperation(&entry)
}

func (o Op) responses(schemas huma.Registry) map[string]*huma.Response {
	status := o.Status
	if status == 0 {
		status = http.StatusOK
	}
	good := &huma.Response{Description: http.StatusText(status), Headers: map[string]*huma.Header{}}
	for _, name := range o.doc.Headers {
		good.Headers[name] = &huma.Header{Schema: &huma.Schema{Type: "string"}}
	}
	switch {
	case o.doc.Answer != nil:
		schema := schemas.Schema(reflect.TypeOf(o.doc.Answer), true, "")
		good.Content = map[string]*huma.MediaType{"application/json": {Schema: schema}}
	case len(o.doc.Events) > 0:
		events := map[string]any{}
		for name, data := range o.doc.Events {
			events[name] = schemas.Schema(reflect.TypeOf(data), true, "")
		}
		schema := &huma.Schema{Type: "string", Extensions: map[string]any{"x-events": events}}
		good.Content = map[string]*huma.MediaType{o.Produces: {Schema: schema}}
	case o.Produces == "text/event-stream" || o.Produces == "text/plain":
		good.Content = map[string]*huma.MediaType{o.Produces: {Schema: &huma.Schema{Type: "string"}}}
	case o.Produces != "":
		good.Content = map[string]*huma.MediaType{o.Produces: binary()}
	}
	fault := schemas.Schema(reflect.TypeFor[Problem](), true, "")
	all := map[string]*huma.Response{
		strconv.Itoa(status): good,
		"default":            {Description: "Problem", Content: map[string]*huma.MediaType{"application/problem+json": {Schema: fault}}},
	}
	for also, what := range o.doc.Also {
		all[strconv.Itoa(also)] = &huma.Response{Description: what}
	}
	return all
}

func binary() *huma.MediaType {
	return &huma.MediaType{Schema: &huma.Schema{Type: "string", Format: "binary"}}
}

// ranged is the description of a file that is served by range.
func ranged(more ...Param) Description {
	return Description{
		Params: append(more,
			Param{Name: "Range", In: "header", Doc: "bytes=FROM-TO"},
			Param{Name: "If-None-Match", In: "header", Doc: "An entity tag that is known"}),
		Headers: []string{"ETag", "Content-Disposition", "Accept-Ranges"},
		Also: map[int]string{
			http.StatusPartialContent: "The range asked for", http.StatusNotModified: "Unchanged",
			http.StatusRequestedRangeNotSatisfiable: "No such range",
		},
	}
}

// drawn is the description of a page image.
func drawn() Description {
	return Description{Params: []Param{
		{Name: "dpi", In: "query", Integer: true, Doc: "10 to 200"}, {Name: "format", In: "query", Doc: "png or jpeg"},
	}}
}
