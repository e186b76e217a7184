package sandbox

import (
	"encoding/json"
	"reflect"
	"strings"
	"time"

	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/storefront"
	"github.com/hawkerhq/hawker/wire"
)

// schemas are the named JSON schemas of the document, made from the Go types that are read and written.
type schemas map[string]any

func ref(name string) map[string]any { return map[string]any{"$ref": "#/components/schemas/" + name} }

// of is the schema of v's type.
func (s schemas) of(v any) map[string]any { return s.schema(reflect.TypeOf(v)) }

// schema describes how encoding/json writes t.
func (s schemas) schema(t reflect.Type) map[string]any {
	switch t {
	case reflect.TypeFor[id.ID]():
		return map[string]any{"type": "string", "pattern": "^[0-9]+$"}
	case reflect.TypeFor[time.Time]():
		return map[string]any{"type": "string", "format": "date-time"}
	case reflect.TypeFor[json.RawMessage]():
		return map[string]any{}
	case reflect.TypeFor[wire.Degrees]():
		return map[string]any{"type": "number"}
	case reflect.TypeFor[storefront.Price]():
		return map[string]any{
			"type": "object", "description": "in major units", "required": []string{"amount", "currency"},
			"properties": map[string]any{"amount": map[string]any{"type": "number"}, "currency": map[string]any{"type": "string"}},
		}
	}
	switch t.Kind() {
	case reflect.Pointer:
		return s.schema(t.Elem())
	case reflect.Slice:
		return map[string]any{"type": "array", "items": s.schema(t.Elem())}
	case reflect.Map:
		return map[string]any{"type": "object", "additionalProperties": s.schema(t.Elem())}
	case reflect.Struct:
		return s.named(t)
	case reflect.Bool:
		return map[string]any{"type": "boolean"}
	case reflect.Int, reflect.Int64:
		return map[string]any{"type": "integer"}
	case reflect.Float64:
		return map[string]any{"type": "number"}
	case reflect.String:
		return map[string]any{"type": "string"}
	default:
		panic("sandbox: no schema for " + t.String()) // a route of a new kind: the first test finds it
	}
}

// named describes a struct once, under its name.
func (s schemas) named(t reflect.Type) map[string]any {
	name := strings.ToUpper(t.Name()[:1]) + t.Name()[1:]
	if _, ok := s[name]; ok {
		return ref(name)
	}
	object := map[string]any{"type": "object"}
	s[name] = object // before its fields: a type may hold itself
	props := map[string]any{}
	required := []string{}
	for n := range t.NumField() {
		f := t.Field(n)
		if !f.IsExported() {
			continue
		}
		member, optional := f.Tag.Get("json"), false
		if member == "-" {
			continue // never written
		}
		if before, option, ok := strings.Cut(member, ","); ok {
			member, optional = before, strings.HasPrefix(option, "omit")
		}
		props[member] = s.field(f)
		if input := f.Tag.Get("doc") != ""; (input && f.Tag.Get("required") != "") || (!input && !optional) {
			required = append(required, member)
		}
	}
	object["properties"] = props
	if len(required) > 0 {
		object["required"] = required
	}
	if hasDocs(t) {
		object["additionalProperties"] = false // bodies are read strictly
	}
	return ref(name)
}

func (s schemas) field(f reflect.StructField) map[string]any {
	schema := s.schema(f.Type)
	if doc := f.Tag.Get("doc"); doc != "" {
		schema["description"] = doc
	}
	if kind := f.Tag.Get("schema"); kind != "" {
		schema["type"] = kind
	}
	if enum := f.Tag.Get("enum"); enum != "" {
		schema["enum"] = strings.Split(enum, ",")
	}
	return schema
}

func hasDocs(t reflect.Type) bool { return t.NumField() > 0 && t.Field(0).Tag.Get("doc") != "" }

// hasRequired tells whether a body cannot be left out.
func hasRequired(body any) bool {
	t := reflect.TypeOf(body).Elem()
	for n := range t.NumField() {
		if t.Field(n).Tag.Get("required") != "" {
			return true
		}
	}
	return false
}
