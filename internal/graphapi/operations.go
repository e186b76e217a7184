package graphapi

import (
	"cmp"
	_ "embed"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/hawkerhq/hawker/internal/graph"
)

// Operation is a call that the graph answers, told for people who try it.
type Operation struct {
	// Node is Meta's name of what the call is about, Kind how the path names its id: "product_catalog" in /{product_catalog}/products.
	// Both are empty for endpoints that are no nodes.
	Node, Kind string
	Method     string
	// Path is that behind the version.
	Path string
	Doc  string
	// Fields can be asked for with fields=.
	Fields []string
	// Query and Body are an example, with {kind} where an id of that kind stands.
	Query string
	Body  json.RawMessage
}

// Key names an operation: "POST /{whats_app_business_phone_number}/messages".
func (o Operation) Key() string { return o.Method + " " + o.Path }

//go:embed examples.json
var examplesFile []byte

// example is what is said of an operation beside what its declaration says.
type example struct {
	Doc   string          `json:"doc"`
	Query string          `json:"query"`
	Body  json.RawMessage `json:"body"`
}

var examples = sync.OnceValue(func() (list map[string]example) {
	if err := json.Unmarshal(examplesFile, &list); err != nil {
		panic(err) // embedded, and read by a test
	}
	return list
})

// Operations lists all calls the graph answers, in the order of nodes.go.
func (a *API) Operations() (list []Operation) {
	types := a.engine.Types()
	for _, l := range listings {
		i := slices.IndexFunc(types, func(t *graph.NodeType) bool { return t.Kind == string(l.kind) })
		if i >= 0 {
			list = append(list, operationsOf(types[i])...)
		}
	}
	roots := a.roots()
	for _, name := range slices.Sorted(maps.Keys(roots)) {
		path := "/" + name
		if strings.HasSuffix(name, ":") {
			path += "{session}"
		}
		for _, m := range []struct {
			method string
			there  bool
		}{{http.MethodGet, roots[name].Get != nil}, {http.MethodPost, roots[name].Post != nil}, {http.MethodDelete, roots[name].Delete != nil}} {
			if m.there {
				list = append(list, Operation{Method: m.method, Path: path})
			}
		}
	}
	for n, o := range list {
		x := examples()[o.Key()]
		list[n].Doc = cmp.Or(x.Doc, o.Doc)
		list[n].Query, list[n].Body = x.Query, x.Body
	}
	return list
}

// operationsOf are those of one kind of node: the node itself, then its edges by name.
func operationsOf(t *graph.NodeType) (list []Operation) {
	at := "/{" + t.Kind + "}"
	add := func(method, path, doc string, fields []string) {
		list = append(list, Operation{Node: t.Name, Kind: t.Kind, Method: method, Path: path, Doc: doc, Fields: fields})
	}
	add(http.MethodGet, at, "", slices.Sorted(maps.Keys(t.Fields)))
	if t.Update != nil {
		add(http.MethodPost, at, "", nil)
	}
	if t.Delete != nil {
		add(http.MethodDelete, at, "", nil)
	}
	for _, name := range slices.Sorted(maps.Keys(t.Edges)) {
		e := t.Edges[name]
		if e.Unbuilt {
			continue
		}
		for _, method := range e.Methods() {
			add(method, at+"/"+name, e.Doc, nil)
		}
	}
	return list
}
