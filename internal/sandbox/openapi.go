package sandbox

import (
	"encoding/json"
	"regexp"
	"strings"
)

var pathParam = regexp.MustCompile(`\{([a-z_]+)\}`)

// Statuses of refusals; the envelope is that of the Graph API.
var refusals = map[string]string{
	"400":     "A parameter is missing or wrong, the object is unknown or another business's, or the shop cannot do that now; error_data.details says which field, which rule and what would be right",
	"401":     "There is no valid access token",
	"403":     "The token lacks the permission sandbox",
	"default": "Something failed on our side; the same call may succeed later",
}

// document is the OpenAPI 3.1 description, made from the route table.
func (s *Server) document() []byte {
	types := schemas{"Error": errorSchema()}
	paths := map[string]map[string]any{}
	for _, r := range s.routes() {
		if paths[Prefix+r.path] == nil {
			paths[Prefix+r.path] = map[string]any{}
		}
		paths[Prefix+r.path][strings.ToLower(r.method)] = operation(types, r)
	}
	doc := map[string]any{
		"openapi": "3.1.0",
		"info": map[string]any{
			"title": "Hawker sandbox API", "version": "1",
			"description": "Plays the rest of the world: customers, the clock, review verdicts, and the log of webhook deliveries.",
			"license":     map[string]any{"name": "Apache-2.0", "identifier": "Apache-2.0"},
		},
		"servers":  []any{map[string]any{"url": "/"}},
		"security": []any{map[string]any{"token": []any{}}},
		"paths":    paths,
		"components": map[string]any{
			"securitySchemes": map[string]any{"token": map[string]any{
				"type": "http", "scheme": "bearer", "description": "An access token with the permission sandbox; EAADEMO in the demo world",
			}},
			"schemas": types,
		},
	}
	b, err := json.MarshalIndent(doc, "", "  ")
	if err != nil {
		panic(err) // strings and maps
	}
	return append(b, '\n')
}

func operation(types schemas, r route) map[string]any {
	responses := map[string]any{"200": answer(types, r)}
	for status, text := range refusals {
		responses[status] = map[string]any{"description": text, "content": jsonContent(ref("Error"))}
	}
	if r.conflict != nil {
		responses["409"] = map[string]any{
			"description": "The shop changed something since the customer last looked; nothing was sent",
			"content":     jsonContent(types.of(r.conflict)),
		}
	}
	op := map[string]any{"summary": r.summary, "operationId": operationID(r), "tags": []string{tag(r)}, "responses": responses}
	if p := parameters(r); len(p) > 0 {
		op["parameters"] = p
	}
	if r.body != nil {
		content := jsonContent(types.of(r.body))
		op["requestBody"] = map[string]any{"content": content, "required": hasRequired(r.body)}
	}
	return op
}

func parameters(r route) []any {
	var list []any
	for _, m := range pathParam.FindAllStringSubmatch(r.path, -1) {
		list = append(list, map[string]any{
			"name": m[1], "in": "path", "required": true, "description": pathDocs[m[1]], "schema": map[string]any{"type": "string"},
		})
	}
	for _, p := range r.query {
		schema := map[string]any{"type": "string"}
		if p.max > 0 {
			schema = map[string]any{"type": "integer", "minimum": 1, "maximum": p.max}
		}
		if p.enum != nil {
			schema["enum"] = p.enum
		}
		list = append(list, map[string]any{"name": p.name, "in": "query", "description": p.doc, "schema": schema})
	}
	return list
}

func operationID(r route) string {
	name := strings.NewReplacer("{", "", "}", "", "/", "_").Replace(strings.TrimPrefix(r.path, "/"))
	return strings.ToLower(r.method) + "_" + name
}

// tag groups calls by the first part of their path.
func tag(r route) string {
	name, _, _ := strings.Cut(strings.TrimPrefix(r.path, "/"), "/")
	return name
}

func answer(types schemas, r route) map[string]any {
	if r.answer == nil {
		return map[string]any{
			"description": "A stream of events: each data line is a JSON object with type and the ids it concerns; the event missed tells that some were dropped",
			"content":     map[string]any{"text/event-stream": map[string]any{"schema": map[string]any{"type": "string"}}},
		}
	}
	return map[string]any{"description": "Done", "content": jsonContent(types.of(r.answer))}
}

func jsonContent(schema map[string]any) map[string]any {
	return map[string]any{"application/json": map[string]any{"schema": schema}}
}

func errorSchema() map[string]any {
	text, number := map[string]any{"type": "string"}, map[string]any{"type": "integer"}
	return map[string]any{"type": "object", "required": []string{"error"}, "properties": map[string]any{"error": map[string]any{
		"type": "object", "required": []string{"message", "type", "code", "fbtrace_id"},
		"properties": map[string]any{
			"message": text, "type": text, "code": number, "error_subcode": number, "fbtrace_id": text, "is_transient": map[string]any{"type": "boolean"},
			"error_data": map[string]any{"type": "object", "properties": map[string]any{"details": text}},
		},
	}}}
}
