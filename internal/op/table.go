package op

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/consigil/consigil/internal/access"
)

// Table is all operations, checked.
type Table struct {
	ops []Op
	dry bool // handlers do not run: for tests of what comes before them
}

// NewTable joins the rows of all nouns and refuses a table with a hole: a row without audience, group, summary or
// handler, two rows with one id or route, a recipient row whose path does not name its ceremony.
func NewTable(groups ...[]Op) (*Table, error) {
	t := &Table{}
	ids, routes := map[string]bool{}, map[string]bool{}
	for _, o := range slices.Concat(groups...) {
		if err := o.check(); err != nil {
			return nil, err
		}
		route := o.Method + " " + o.Path
		if ids[o.ID] || routes[route] {
			return nil, fmt.Errorf("op: row %s (%s): entered twice", o.ID, route)
		}
		ids[o.ID], routes[route] = true, true
		t.ops = append(t.ops, o)
	}
	return t, nil
}

func (o Op) check() error {
	staff := o.Audience&(access.Staff|access.API) != 0
	switch {
	case o.ID == "" || o.Method == "" || !strings.HasPrefix(o.Path, "/") || o.Summary == "":
		return fmt.Errorf("op: row %q %s %s: id, method, path and summary are needed", o.ID, o.Method, o.Path)
	case o.Audience == 0 || o.Group == "":
		return fmt.Errorf("op: row %s: audience and group are needed", o.ID)
	case o.bind == nil && o.raw == nil:
		return fmt.Errorf("op: row %s: no handler", o.ID)
	case staff && o.Permission == "" && o.Audience&access.Public == 0:
		return fmt.Errorf("op: row %s: a row for staff or API accounts names its permission", o.ID)
	case o.Audience&access.RecipientAudience != 0 && !strings.Contains(o.Path, "{ceremony}"):
		return fmt.Errorf("op: row %s: a row for recipients names its {ceremony}", o.ID)
	case o.Audience&access.Service != 0 && (o.Audience != access.Service || !strings.HasPrefix(o.Path, "/esign/")):
		return fmt.Errorf("op: row %s: a row for services is for nobody else, under /esign/", o.ID)
	case hiddenEmbed(o.input) != "":
		return fmt.Errorf("op: row %s: %s is embedded unexported; its members would not be read", o.ID, hiddenEmbed(o.input))
	case o.Idempotent && o.Method != http.MethodPost:
		return fmt.Errorf("op: row %s: only POST takes an idempotency key", o.ID)
	}
	return nil
}

// hiddenEmbed names an embedded struct that huma passes over in silence.
func hiddenEmbed(t reflect.Type) string {
	if t == nil || t.Kind() != reflect.Struct {
		return ""
	}
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Anonymous && !f.IsExported() {
			return f.Name
		}
		if f.Anonymous {
			if name := hiddenEmbed(f.Type); name != "" {
				return name
			}
		}
	}
	return ""
}

// Rows lists the rows in the order they were entered.
func (t *Table) Rows() []Row {
	rows := make([]Row, len(t.ops))
	for i, o := range t.ops {
		rows[i] = o.Row
	}
	return rows
}

// Edge returns the part of the table that an edge mounts and core accepts from one.
func (t *Table) Edge() *Table {
	part := &Table{dry: t.dry}
	for _, o := range t.ops {
		if o.AtEdge() {
			part.ops = append(part.ops, o)
		}
	}
	return part
}

// Group returns the part of the table that one queue carries, with the rows that watch over a process.
func (t *Table) Group(g Group) *Table {
	part := &Table{dry: t.dry}
	for _, o := range t.ops {
		if o.Row.Group == g || o.tag() == "health" {
			part.ops = append(part.ops, o)
		}
	}
	return part
}

// edgeAudience is everyone whom an edge may speak for.
const edgeAudience = access.Public | access.RecipientAudience | access.CustomerAudience

// AtEdge says whether the row is one that an edge may forward.
func (r Row) AtEdge() bool { return r.Audience&edgeAudience != 0 && !r.CoreOnly }

// Wrap puts a row's checks around its handler.
type Wrap func(Row, http.Handler) http.Handler

// Mount enters every row into a mux, wrapped, and returns the OpenAPI document that describes them.
func (t *Table) Mount(mux *http.ServeMux, version string, wrap Wrap) (openapi func() ([]byte, error)) {
	override()
	m := &rowMux{mux: mux, wrap: wrap}
	api := humago.New(m, config(version))
	if t.serves(access.Service) {
		maps.Copy(api.OpenAPI().Components.SecuritySchemes, serviceSchemes())
	}
	for _, o := range t.ops {
		m.row = o.Row
		if o.raw != nil {
			mux.Handle(o.Method+" "+o.Path, wrap(o.Row, rawHandler(o.raw)))
			describe(api, o)
			continue
		}
		o.bind(api, operation(o.Row), t.dry)
	}
	describeShapes(api)
	return func() ([]byte, error) { return json.Marshal(api.OpenAPI()) }
}

// serves says whether a row is open to an audience.
func (t *Table) serves(a access.Audience) bool {
	return slices.ContainsFunc(t.ops, func(o Op) bool { return o.Audience&a != 0 })
}

// serviceSchemes are how services prove themselves at the role signer.
func serviceSchemes() map[string]*huma.SecurityScheme {
	return map[string]*huma.SecurityScheme{
		"clientCertificate": {Type: "mutualTLS", Description: "A client certificate that names a service of the list"},
		"serviceToken":      {Type: "http", Scheme: "bearer", BearerFormat: "JWT", Description: "A token for this one request (docs/guides/signer-role.md)"},
	}
}

// rowMux is the mux that huma sees: it wraps each handler with the row being entered.
type rowMux struct {
	mux  *http.ServeMux
	wrap Wrap
	row  Row
}

func (m *rowMux) HandleFunc(pattern string, h func(http.ResponseWriter, *http.Request)) {
	m.mux.Handle(pattern, m.wrap(m.row, http.HandlerFunc(h)))
}

func (m *rowMux) ServeHTTP(w http.ResponseWriter, r *http.Request) { m.mux.ServeHTTP(w, r) }

func config(version string) huma.Config {
	cfg := huma.DefaultConfig("Consigil", version)
	cfg.OpenAPIPath, cfg.DocsPath, cfg.SchemasPath, cfg.CreateHooks = "", "", "", nil
	cfg.Formats = map[string]huma.Format{"application/json": jsonFormat, "json": jsonFormat}
	cfg.RejectUnknownQueryParameters = true
	cfg.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"apiKey":   {Type: "http", Scheme: "bearer", Description: "An API key"},
		"staff":    {Type: "apiKey", In: "cookie", Name: SessionCookie, Description: "A signed-in user"},
		"ceremony": {Type: "apiKey", In: "cookie", Name: CeremonyCookiePrefix + "{ceremony}", Description: "A recipient's sitting"},
	}
	return cfg
}

// jsonFormat reads JSON in UTF-8 only: the decoder below it would put other bytes right in silence.
var jsonFormat = huma.Format{Marshal: huma.DefaultJSONFormat.Marshal, Unmarshal: func(data []byte, v any) error {
	if !utf8.Valid(data) {
		return errors.New("op: the body is not UTF-8")
	}
	return huma.DefaultJSONFormat.Unmarshal(data, v)
}}

func rawHandler(fn RawHandler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		watch := &firstByte{ResponseWriter: w}
		err := fn(watch, r)
		if err == nil {
			return
		}
		note(r.Context(), err)
		if !watch.written {
			WriteProblem(w, err)
		}
	})
}

// firstByte remembers whether an answer has begun.
type firstByte struct {
	http.ResponseWriter
	written bool
}

func (f *firstByte) WriteHeader(status int) {
	f.written = true
	f.ResponseWriter.WriteHeader(status)
}

func (f *firstByte) Write(p []byte) (int, error) {
	f.written = true
	return f.ResponseWriter.Write(p)
}

// Unwrap lets http.ResponseController reach the connection.
func (f *firstByte) Unwrap() http.ResponseWriter { return f.ResponseWriter }

func operation(r Row) huma.Operation {
	status := r.Status
	o := huma.Operation{
		OperationID: r.ID, Method: r.Method, Path: r.Path, Summary: r.Summary, Description: r.Description,
		Tags: []string{r.tag()}, DefaultStatus: status, MaxBodyBytes: r.BodyLimit(), Hidden: r.Hidden,
		Security: r.security(), Extensions: map[string]any{"x-group": "esign:rpc-" + string(r.Group)},
	}
	if r.Permission != "" {
		o.Extensions["x-permission"] = string(r.Permission)
	}
	if r.Idempotent {
		o.Parameters = append(o.Parameters, &huma.Param{
			Name: "Idempotency-Key", In: "header", Schema: &huma.Schema{Type: "string"},
			Description: "Up to 255 characters of your choice; a repeat within a day gets the first answer.",
		})
	}
	return o
}

// BodyLimit is the largest body the row takes, bytes.
func (r Row) BodyLimit() int64 {
	if r.MaxBody > 0 {
		return r.MaxBody
	}
	return DefaultMaxBody
}

func (r Row) tag() string {
	if r.Tag != "" {
		return r.Tag
	}
	rest := strings.TrimPrefix(strings.TrimPrefix(r.Path, "/api/v1"), "/")
	noun, _, _ := strings.Cut(rest, "/")
	return noun
}

func (r Row) security() []map[string][]string {
	var s []map[string][]string
	if r.Audience&access.API != 0 {
		s = append(s, map[string][]string{"apiKey": {}})
	}
	if r.Audience&access.Staff != 0 {
		s = append(s, map[string][]string{"staff": {}})
	}
	if r.Audience&access.Service != 0 {
		s = append(s, map[string][]string{"clientCertificate": {}}, map[string][]string{"serviceToken": {}})
	}
	if r.Audience&access.RecipientAudience != 0 {
		s = append(s, map[string][]string{"ceremony": {}})
	}
	return s
}

// PathNames lists the wildcards of a path in order.
func PathNames(path string) []string {
	var names []string
	for _, part := range strings.Split(path, "/") {
		if strings.HasPrefix(part, "{") && strings.HasSuffix(part, "}") {
			names = append(names, strings.TrimSuffix(part[1:len(part)-1], "..."))
		}
	}
	return names
}
