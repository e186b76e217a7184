package graph

import (
	"reflect"
	"slices"
	"time"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/id"
)

// Handler answers one operation. Its result becomes the JSON body: [Success], [Created], a [Page], or
// any value that marshals.
type Handler func(r *Request) (any, error)

// Lister answers a GET on an edge.
type Lister func(r *Request) (Page, error)

// Fields are a node type's readable fields, by wire name. Every type that can be listed has "id".
type Fields map[string]Field

// Edges are a node type's edges, by wire name.
type Edges map[string]Edge

// NodeType declares one kind of node.
type NodeType struct {
	// Kind is the id registry's name of it. A type that has no ids of its own (a permission, an error
	// of an upload) makes up a kind and leaves Load nil.
	Kind string
	// Name is Meta's: "ProductCatalog".
	Name string
	// Defaults are the fields answered when the caller names none, in this order.
	Defaults []string
	// Needs are the permissions for reading and writing the node itself.
	Needs []access.Permission
	// Load finds the node for r.Caller. A fault with the voice 100/33 (such as account.ErrUnknown)
	// becomes Meta's "Unsupported … request"; see [Loader].
	Load func(r *Request, i id.ID) (any, error)
	// Update answers POST /{id}, Delete answers DELETE /{id}; the loaded node is r.Node.
	Update, Delete Handler
	Fields         Fields
	Edges          Edges
}

// Loader adapts a typed load function.
func Loader[T any](load func(r *Request, i id.ID) (T, error)) func(*Request, id.ID) (any, error) {
	return func(r *Request, i id.ID) (any, error) {
		v, err := load(r, i)
		if err != nil {
			return nil, err
		}
		return v, nil
	}
}

// Node is the node the request is about, as its type's Load returned it.
func Node[T any](r *Request) T {
	v, ok := r.Node.(T)
	if !ok {
		panic("graph: " + r.Kind + " is not loaded as " + reflect.TypeFor[T]().String())
	}
	return v
}

// Field is one readable field.
type Field struct {
	// Doc and Type are told by metadata=1.
	Doc, Type string
	// Of names the kind of the object, or of the objects in the list, for a selection in braces.
	// The getter may then also return an [id.ID] or []id.ID: the object is loaded only when more than its id is asked.
	Of string
	// Shows are the fields of that object where no braces name others; none: those of its kind.
	Shows []string
	// Get reads the field from a loaded node. nil, a nil pointer, a zero [id.ID] and a zero time leave the field out.
	Get func(r *Request, node any) (any, error)
}

// Get declares a field that is always present (unless it is nil).
func Get[T any](get func(T) any) Field {
	return Field{Get: func(_ *Request, n any) (any, error) { return get(n.(T)), nil }}
}

// Opt declares a field that is left out while it has its zero value.
func Opt[T any](get func(T) any) Field {
	return Field{Get: func(_ *Request, n any) (any, error) {
		v := get(n.(T))
		if s, ok := v.(string); ok {
			if s == "" {
				return nil, nil
			}
			return v, nil
		}
		if v == nil || reflect.ValueOf(v).IsZero() {
			return nil, nil
		}
		return v, nil
	}}
}

// Ask declares a field that needs the request: a query, a modifier, the caller.
func Ask[T any](get func(r *Request, n T) (any, error)) Field {
	return Field{Get: func(r *Request, n any) (any, error) { return get(r, n.(T)) }}
}

// As makes the field an object, or a list of objects, of another kind.
func (f Field) As(kind string) Field { f.Of = kind; return f }

// Showing names the fields that are told of the object where no braces name others.
func (f Field) Showing(names ...string) Field { f.Shows = names; return f }

// Told adds what metadata=1 tells of the field: its type and its meaning.
func (f Field) Told(typ, doc string) Field { f.Type, f.Doc = typ, doc; return f }

// Edge declares one edge. An operation that is nil answers Meta's "Unsupported … request".
type Edge struct {
	// Of is the kind of the listed nodes; empty for plain values, of which fields= picks the members.
	Of   string
	List Lister
	// Get answers a GET that is no list of pages. Only one of List and Get is set.
	Get          Handler
	Post, Delete Handler
	// Needs are the permissions for every operation.
	Needs []access.Permission
	// MaxBody bounds the body in bytes; zero means [DefaultMaxBody].
	MaxBody int64
	// Raw hands Post the JSON body as bytes in r.Body, undecoded: params come from the query only.
	// A form is turned into a JSON object first. For hot paths and strict decoders.
	Raw bool
	// NoLoad skips loading the node: the handler checks r.ID against r.Caller itself. For hot paths.
	NoLoad bool
	// Items lets a third part of the path name one of what the edge lists: it stands in r.Item.
	Items bool
	// Unbuilt marks an edge of Meta's that Hawker does not offer: it answers code 3.
	Unbuilt bool
	// Outside marks an unbuilt edge that serves other than WhatsApp and will not be built.
	Outside bool
	Doc     string
}

// unbuilt says that the edge is not there, and whether to wait for it.
func (e Edge) unbuilt(field, node, name string) error {
	if e.Outside {
		return ErrUnbuilt.Withf(field, "(#3) Hawker does not offer this edge: %s/%s is for advertising or for other catalogs than a shop's. What is built is listed in its documentation.", node, name)
	}
	return ErrUnbuilt.Withf(field, "(#3) Hawker does not offer this edge yet: %s/%s. What is built is listed in its documentation.", node, name)
}

// Methods lists the HTTP methods e answers.
func (e Edge) Methods() []string {
	var m []string
	if e.List != nil || e.Get != nil {
		m = append(m, "GET")
	}
	if e.Post != nil {
		m = append(m, "POST")
	}
	if e.Delete != nil {
		m = append(m, "DELETE")
	}
	return m
}

// Root declares an endpoint that is no node: "debug_token", "oauth/access_token". A name that ends with a colon
// stands for all that begin with it: "upload:".
type Root struct {
	Get, Post, Delete Handler
	// Public answers without a token.
	Public bool
	// Stream hands Post the body as it arrives, in r.Stream: parameters come from the query only.
	Stream bool
}

// Success is the answer to an update or deletion.
type Success struct{}

// MarshalJSON implements the literal {"success":true}.
func (Success) MarshalJSON() ([]byte, error) { return []byte(`{"success":true}`), nil }

// Created is the answer to a creation: {"id":"…"}, or the fields the caller asked for (read-after-write).
type Created struct {
	ID id.ID
}

// MarshalJSON implements {"id":"…"}.
func (c Created) MarshalJSON() ([]byte, error) { return []byte(`{"id":"` + c.ID.String() + `"}`), nil }

// field returns the named field of t; every type knows "id" through its declaration only.
func (t *NodeType) has(name string) bool {
	_, f := t.Fields[name]
	_, e := t.Edges[name]
	return f || e
}

// fieldNames are t's fields, sorted.
func (t *NodeType) fieldNames() []string {
	names := make([]string, 0, len(t.Fields))
	for n := range t.Fields {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}

// timeLayout is how the Graph API writes a moment.
const timeLayout = "2006-01-02T15:04:05-0700"

// Time is t as the Graph API writes it.
func Time(t time.Time) string { return t.UTC().Format(timeLayout) }
