package sandbox

import (
	"encoding/json"
	"regexp"
	"strings"
)

var pathParam = regexp.MustCompile(`\{([a-z_]+)\}`)

// document is the OpenAPI 3.1 description, made from the route table.
func (s *Server) document() []byte {
	paths := map[string]map[string]any{}
	for _, r := range s.routes() {
		if paths[Prefix+r.path] == nil {
			paths[Prefix+r.path] = map[string]any{}
		}
		paths[Prefix+r.path][strings.ToLower(r.method)] = operation(r)
	}
	doc := map[string]any{
		"openapi": "3.1.0",
		"info": map[string]any{
			"title": "Hawker sandbox API", "version": "1",
			"description": "Plays the rest of the world: customers, the clock, review verdicts, and the log of webhook deliveries.",
			"license":     map[string]any{"name": "Apache-2.0", "identifier": "Apache-2.0"},
		},
		"security": []any{map[string]any{"token": []any{}}},
		"paths":    paths,
		"components": map[string]any{
			"securitySchemes": map[string]any{"token": map[string]any{
				"type": "http", "scheme": "bearer", "description": "An access token with the permission sandbox; EAADEMO in the demo world",
			}},
			"schemas": map[string]any{"Error": errorSchema()},
		},
	}
	b, err := json.MarshalIndent(doc, "", "  ")
	if err != nil {
		panic(err) // strings and maps
	}
	return append(b, '\n')
}

func operation(r route) map[string]any {
	op := map[string]any{
		"summary":     r.summary,
		"operationId": operationID(r),
		"responses": map[string]any{
			"200":     answer(r),
			"default": map[string]any{"description": "Refused", "content": jsonContent(map[string]any{"$ref": "#/components/schemas/Error"})},
		},
	}
	params := []any{}
	for _, m := range pathParam.FindAllStringSubmatch(r.path, -1) {
		params = append(params, map[string]any{"name": m[1], "in": "path", "required": true, "schema": map[string]any{"type": "string"}})
	}
	for _, name := range sorted(r.query) {
		params = append(params, map[string]any{"name": name, "in": "query", "description": r.query[name], "schema": map[string]any{"type": "string"}})
	}
	if len(params) > 0 {
		op["parameters"] = params
	}
	if len(r.body) > 0 {
		op["requestBody"] = map[string]any{"content": jsonContent(objectSchema(r.body))}
	}
	return op
}

func operationID(r route) string {
	name := strings.NewReplacer("{", "", "}", "", "/", "_").Replace(strings.TrimPrefix(r.path, "/"))
	return strings.ToLower(r.method) + "_" + name
}

func answer(r route) map[string]any {
	if r.path == "/events" {
		return map[string]any{"description": "A stream", "content": map[string]any{"text/event-stream": map[string]any{"schema": map[string]any{"type": "string"}}}}
	}
	return map[string]any{"description": "Done", "content": jsonContent(objectSchema(r.answer))}
}

func jsonContent(schema map[string]any) map[string]any {
	return map[string]any{"application/json": map[string]any{"schema": schema}}
}

func objectSchema(fields fieldDocs) map[string]any {
	props := map[string]any{}
	for name, meaning := range fields {
		props[name] = map[string]any{"description": meaning}
	}
	return map[string]any{"type": "object", "properties": props}
}

func errorSchema() map[string]any {
	return map[string]any{"type": "object", "required": []string{"error"}, "properties": map[string]any{"error": map[string]any{
		"type": "object", "required": []string{"message", "type", "code", "fbtrace_id"},
		"properties": map[string]any{
			"message": map[string]any{"type": "string"}, "type": map[string]any{"type": "string"}, "code": map[string]any{"type": "integer"},
			"error_subcode": map[string]any{"type": "integer"}, "fbtrace_id": map[string]any{"type": "string"},
			"error_data": map[string]any{"type": "object", "properties": map[string]any{"details": map[string]any{"type": "string"}}},
		},
	}}}
}
