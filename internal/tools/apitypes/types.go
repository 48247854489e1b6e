package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

type document struct {
	Paths      map[string]map[string]json.RawMessage `json:"paths"`
	Components struct {
		Schemas map[string]*schema `json:"schemas"`
	} `json:"components"`
}

type operation struct {
	OperationID string               `json:"operationId"`
	Summary     string               `json:"summary"`
	Parameters  []parameter          `json:"parameters"`
	RequestBody *body                `json:"requestBody"`
	Responses   map[string]*response `json:"responses"`
}

type parameter struct {
	In       string  `json:"in"`
	Name     string  `json:"name"`
	Required bool    `json:"required"`
	Schema   *schema `json:"schema"`
}

type body struct {
	Required bool                 `json:"required"`
	Content  map[string]mediaType `json:"content"`
}

type response struct {
	Content map[string]mediaType `json:"content"`
}

type mediaType struct {
	Schema *schema `json:"schema"`
}

type schema struct {
	Ref                  string             `json:"$ref"`
	Type                 any                `json:"type"`
	Enum                 []any              `json:"enum"`
	Const                any                `json:"const"`
	Format               any                `json:"format"`
	Description          string             `json:"description"`
	Items                *schema            `json:"items"`
	Properties           map[string]*schema `json:"properties"`
	Required             []string           `json:"required"`
	AdditionalProperties json.RawMessage    `json:"additionalProperties"`
	OneOf                []*schema          `json:"oneOf"`
	AnyOf                []*schema          `json:"anyOf"`
	AllOf                []*schema          `json:"allOf"`
}

var methods = []string{"get", "put", "post", "delete", "options", "head", "patch", "trace"}

// Types writes an OpenAPI 3.1 document as TypeScript.
func Types(doc []byte) ([]byte, error) {
	var d document
	if err := json.Unmarshal(doc, &d); err != nil {
		return nil, fmt.Errorf("apitypes: read the document: %w", err)
	}
	w := &writer{}
	w.line(0, "// Made from the operation table: go run ./internal/tools/apitypes > web/shared/api/types.ts")
	w.line(0, "export interface paths {")
	for _, path := range slices.Sorted(maps.Keys(d.Paths)) {
		if err := w.path(path, d.Paths[path]); err != nil {
			return nil, err
		}
	}
	w.line(0, "}")
	w.line(0, "export interface components {")
	w.line(1, "schemas: {")
	for _, name := range slices.Sorted(maps.Keys(d.Components.Schemas)) {
		w.line(2, "%s: %s;", name, typeOf(d.Components.Schemas[name], 2))
	}
	w.line(1, "};")
	w.line(0, "}")
	w.line(0, "export type Schemas = components['schemas'];")
	return w.b.Bytes(), nil
}

type writer struct{ b bytes.Buffer }

func (w *writer) line(depth int, format string, args ...any) {
	w.b.WriteString(strings.Repeat("  ", depth))
	fmt.Fprintf(&w.b, format, args...)
	w.b.WriteByte('\n')
}

func (w *writer) path(path string, item map[string]json.RawMessage) error {
	w.line(1, "'%s': {", path)
	w.line(2, "parameters: { query?: never; header?: never; path?: never; cookie?: never };")
	for _, m := range methods {
		raw, ok := item[m]
		if !ok {
			w.line(2, "%s?: never;", m)
			continue
		}
		var o operation
		if err := json.Unmarshal(raw, &o); err != nil {
			return fmt.Errorf("apitypes: read %s %s: %w", m, path, err)
		}
		w.operation(m, o)
	}
	w.line(1, "};")
	return nil
}

func (w *writer) operation(method string, o operation) {
	w.line(2, "/** %s */", o.Summary)
	w.line(2, "%s: {", method)
	w.line(3, "parameters: {")
	for _, in := range []string{"query", "header", "path"} {
		w.parameters(in, o.Parameters)
	}
	w.line(4, "cookie?: never;")
	w.line(3, "};")
	w.requestBody(o.RequestBody)
	w.line(3, "responses: {")
	for _, status := range slices.Sorted(maps.Keys(o.Responses)) {
		w.response(status, o.Responses[status])
	}
	w.line(3, "};")
	w.line(2, "};")
}

func (w *writer) parameters(in string, all []parameter) {
	var list []string
	need := false
	for _, p := range all {
		if p.In != in {
			continue
		}
		need = need || p.Required
		list = append(list, fmt.Sprintf("%s%s: %s", name(p.Name), optional(p.Required), typeOf(p.Schema, 4)))
	}
	if len(list) == 0 {
		w.line(4, "%s?: never;", in)
		return
	}
	w.line(4, "%s%s: { %s };", in, optional(need), strings.Join(list, "; "))
}

func (w *writer) requestBody(b *body) {
	if b == nil {
		w.line(3, "requestBody?: never;")
		return
	}
	w.line(3, "requestBody%s: { content: { %s } };", optional(b.Required), content(b.Content))
}

func (w *writer) response(status string, r *response) {
	if len(r.Content) == 0 {
		w.line(4, "%s: { headers: { [name: string]: unknown }; content?: never };", status)
		return
	}
	w.line(4, "%s: { headers: { [name: string]: unknown }; content: { %s } };", status, content(r.Content))
}

func content(all map[string]mediaType) string {
	var list []string
	for _, kind := range slices.Sorted(maps.Keys(all)) {
		list = append(list, fmt.Sprintf("'%s': %s", kind, typeOf(all[kind].Schema, 4)))
	}
	return strings.Join(list, "; ")
}

func typeOf(s *schema, depth int) string {
	switch {
	case s == nil:
		return "unknown"
	case s.Ref != "":
		return "components['schemas']['" + s.Ref[strings.LastIndexByte(s.Ref, '/')+1:] + "']"
	case s.Const != nil:
		return literal(s.Const)
	case len(s.Enum) > 0:
		return union(s.Enum, literal)
	case len(s.OneOf) > 0:
		return alternatives(s.OneOf, " | ", depth)
	case len(s.AnyOf) > 0:
		return alternatives(s.AnyOf, " | ", depth)
	case len(s.AllOf) > 0:
		return alternatives(s.AllOf, " & ", depth)
	}
	if many, ok := s.Type.([]any); ok {
		return union(many, func(t any) string { return s.plain(fmt.Sprint(t), depth) })
	}
	kind, _ := s.Type.(string)
	return s.plain(kind, depth)
}

func alternatives(all []*schema, join string, depth int) string {
	list := make([]string, len(all))
	for i, s := range all {
		list[i] = typeOf(s, depth)
	}
	return "(" + strings.Join(list, join) + ")"
}

func union(all []any, write func(any) string) string {
	list := make([]string, len(all))
	for i, v := range all {
		list[i] = write(v)
	}
	return strings.Join(list, " | ")
}

func (s *schema) plain(kind string, depth int) string {
	switch kind {
	case "string":
		if s.Format == "binary" {
			return "Blob | string"
		}
		return "string"
	case "integer", "number":
		return "number"
	case "boolean":
		return "boolean"
	case "null":
		return "null"
	case "array":
		item := typeOf(s.Items, depth)
		if strings.ContainsAny(item, "|& ") {
			item = "(" + item + ")"
		}
		return item + "[]"
	case "object":
		return s.object(depth)
	}
	return "unknown"
}

func (s *schema) object(depth int) string {
	if len(s.Properties) == 0 {
		var values *schema
		if json.Unmarshal(s.AdditionalProperties, &values) == nil && values != nil {
			return "{ [key: string]: " + typeOf(values, depth) + " }"
		}
		return "{ [key: string]: unknown }"
	}
	var b strings.Builder
	b.WriteString("{\n")
	pad := strings.Repeat("  ", depth+1)
	for _, key := range slices.Sorted(maps.Keys(s.Properties)) {
		p := s.Properties[key]
		if p.Description != "" {
			b.WriteString(pad + "/** " + strings.ReplaceAll(p.Description, "*/", "*\\/") + " */\n")
		}
		b.WriteString(pad + name(key) + optional(slices.Contains(s.Required, key)) + ": " + typeOf(p, depth+1) + ";\n")
	}
	b.WriteString(strings.Repeat("  ", depth) + "}")
	return b.String()
}

func optional(required bool) string {
	if required {
		return ""
	}
	return "?"
}

func name(s string) string {
	for _, r := range s {
		if r != '_' && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') {
			return "'" + s + "'"
		}
	}
	return s
}

func literal(v any) string {
	if s, ok := v.(string); ok {
		return "'" + s + "'"
	}
	return fmt.Sprint(v)
}
