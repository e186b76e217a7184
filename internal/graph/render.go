package graph

import (
	"errors"
	"maps"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	jsonv1 "github.com/go-json-experiment/json/v1"

	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/wire"
)

// marshalOptions make every answer deterministic, so that equal answers have equal ETags, and write
// moments as the Graph API does.
var marshalOptions = json.JoinOptions(
	json.Deterministic(true),
	jsonv1.OmitEmptyWithLegacySemantics(true), // a zero number under omitempty is left out, as everywhere in Go
	json.WithMarshalers(json.MarshalFunc(func(t time.Time) ([]byte, error) { return []byte(`"` + Time(t) + `"`), nil })),
	jsontext.AllowInvalidUTF8(true),
)

// checkFields refuses fields that t does not have, whatever there is to list.
func (e *Engine) checkFields(t *NodeType, list []Selection) error {
	for _, s := range list {
		f, isField := t.Fields[s.Name]
		edge, isEdge := t.Edges[s.Name]
		of := f.Of
		if !isField {
			of = edge.Of
		}
		switch {
		case isEdge && !isField && edge.Unbuilt:
			return edge.unbuilt("fields", t.Name, s.Name)
		case !isField && (!isEdge || edge.List == nil && edge.Get == nil):
			return ErrField.Withf("fields", "(#100) Tried accessing nonexisting field (%s) on node type (%s)", s.Name, t.Name)
		case len(s.Sub) > 0 && of != "":
			if err := e.checkFields(e.types[of], s.Sub); err != nil {
				return err
			}
		}
	}
	return nil
}

// node renders r.Node.
func (e *Engine) node(r *Request, t *NodeType) ([]byte, error) {
	w := writer{b: make([]byte, 0, 1024)}
	if err := e.object(r, &w, t, r.Node, r.Fields, r.Params.Bool("metadata")); err != nil {
		return nil, err
	}
	return w.b, r.Params.Err()
}

// object writes one node: the fields asked for, in the order asked, and always its id.
func (e *Engine) object(r *Request, w *writer, t *NodeType, node any, list []Selection, metadata bool) error {
	if len(list) == 0 {
		list = defaults(t)
	}
	if *r.objects++; *r.objects > maxObjects {
		return ErrTooMuch.With("fields", "Please reduce the amount of data you're asking for, then retry your request")
	}
	w.begin('{')
	hasID := false
	for _, s := range list {
		hasID = hasID || s.out() == "id"
		var err error
		if f, ok := t.Fields[s.Name]; ok {
			err = e.field(r, w, f, node, s)
		} else {
			err = e.expand(r, w, t, node, s)
		}
		if err != nil {
			return err
		}
	}
	if metadata {
		if err := e.metadata(r, w, t, node); err != nil {
			return err
		}
	}
	if f, ok := t.Fields["id"]; ok && !hasID {
		if err := e.field(r, w, f, node, Selection{Name: "id"}); err != nil {
			return err
		}
	}
	w.end('}')
	return nil
}

// maxObjects bounds the nodes of one answer: edges inside edges multiply.
const maxObjects = 20_000

func defaults(t *NodeType) []Selection {
	list := make([]Selection, len(t.Defaults))
	for i, n := range t.Defaults {
		list[i].Name = n
	}
	return list
}

// field writes one member, or nothing where the value is absent.
func (e *Engine) field(r *Request, w *writer, f Field, node any, s Selection) error {
	if len(s.Args) > 0 {
		sub := *r
		sub.Params = r.Params.with(s.Args)
		r = &sub
	}
	v, err := f.Get(r, node)
	if err != nil {
		return err
	}
	if err := r.Params.Err(); err != nil {
		return err
	}
	if absent(v) {
		return nil
	}
	if f.Of == "" {
		w.name(s.out())
		return writePlain(w, v, s.Sub)
	}
	if len(s.Sub) == 0 {
		for _, name := range f.Shows {
			s.Sub = append(s.Sub, Selection{Name: name})
		}
	}
	return e.related(r, w, e.types[f.Of], v, s)
}

// related writes a field that is a node or a list of nodes.
func (e *Engine) related(r *Request, w *writer, t *NodeType, v any, s Selection) error {
	rv := reflect.ValueOf(v)
	if rv.Kind() != reflect.Slice {
		n, ok, err := e.relatedNode(r, t, v, s.Sub)
		if err != nil || !ok {
			return err
		}
		w.name(s.out())
		return e.writeRelated(r, w, t, n, s.Sub)
	}
	w.name(s.out())
	w.begin('[')
	for i := range rv.Len() {
		n, ok, err := e.relatedNode(r, t, rv.Index(i).Interface(), s.Sub)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		if err := e.writeRelated(r, w, t, n, s.Sub); err != nil {
			return err
		}
	}
	w.end(']')
	return nil
}

// relatedNode loads a node given by its id, unless nothing but the id is asked. A node the caller may not
// see is left out.
func (e *Engine) relatedNode(r *Request, t *NodeType, v any, sub []Selection) (any, bool, error) {
	i, isID := v.(id.ID)
	if !isID || onlyID(sub) {
		return v, true, nil
	}
	n, err := t.Load(r, i)
	if isMissing(err) {
		return nil, false, nil
	}
	return n, err == nil && n != nil, err
}

func onlyID(sub []Selection) bool { return len(sub) == 1 && sub[0].Name == "id" }

func (e *Engine) writeRelated(r *Request, w *writer, t *NodeType, n any, sub []Selection) error {
	if i, isID := n.(id.ID); isID {
		return w.value(map[string]id.ID{sub[0].out(): i})
	}
	return e.object(r, w, t, n, sub, false)
}

// absent tells whether a value leaves its field out.
func absent(v any) bool {
	switch x := v.(type) {
	case nil:
		return true
	case string, bool, int, int64:
		return false
	case id.ID:
		return x == 0
	case time.Time:
		return x.IsZero()
	}
	rv := reflect.ValueOf(v)
	return (rv.Kind() == reflect.Pointer || rv.Kind() == reflect.Map || rv.Kind() == reflect.Interface) && rv.IsNil()
}

// writePlain writes a value that is no node; a selection picks members of its objects.
func writePlain(w *writer, v any, sub []Selection) error {
	if len(sub) == 0 {
		return w.value(v)
	}
	picked, err := Pick(sub, v)
	if err != nil {
		return err
	}
	return w.value(picked)
}

// Pick is v with only the members that list names; all of it for an empty list.
func Pick(list []Selection, v any) (any, error) {
	if len(list) == 0 {
		return v, nil
	}
	b, err := marshal(v)
	if err != nil {
		return nil, err
	}
	var tree any
	if err := json.Unmarshal(b, &tree); err != nil {
		return nil, err
	}
	return prune(tree, list), nil
}

func prune(tree any, sub []Selection) any {
	switch x := tree.(type) {
	case []any:
		for i := range x {
			x[i] = prune(x[i], sub)
		}
		return x
	case map[string]any:
		m := make(map[string]any, len(sub))
		for _, s := range sub {
			if v, ok := x[s.Name]; ok {
				if len(s.Sub) > 0 {
					v = prune(v, s.Sub)
				}
				m[s.out()] = v
			}
		}
		if v, ok := x["id"]; ok {
			m["id"] = v
		}
		return m
	default:
		return tree
	}
}

// expand writes an edge asked for inside fields.
func (e *Engine) expand(r *Request, w *writer, t *NodeType, node any, s Selection) error {
	edge := t.Edges[s.Name]
	self, err := t.Fields["id"].Get(r, node)
	if err != nil {
		return err
	}
	sub := *r
	sub.Kind, sub.Edge, sub.Node, sub.Fields = t.Kind, s.Name, node, s.Sub
	sub.Params = (&Params{}).with(s.Args)
	if i, ok := self.(id.ID); ok {
		sub.ID, sub.IDText = i, i.String()
	}
	sub.Method = http.MethodGet
	if err := r.Caller.Require(edge.Needs...); err != nil {
		return err
	}
	w.name(s.out())
	if edge.List != nil {
		return e.list(&sub, w, edge, false)
	}
	out, err := edge.Get(&sub)
	if err != nil {
		return err
	}
	return w.value(out)
}

// list writes a page of an edge. top tells a call of its own from an expansion.
func (e *Engine) list(r *Request, w *writer, edge Edge, top bool) error {
	page, err := edge.List(r)
	if err != nil {
		return err
	}
	if err := r.Params.Err(); err != nil {
		return err
	}
	w.begin('{')
	if err := e.data(r, w, edge, page); err != nil {
		return err
	}
	if page.First != "" {
		w.name("paging")
		if err := w.value(e.paging(r, page, top)); err != nil {
			return err
		}
	}
	if err := e.summary(r, w, page); err != nil {
		return err
	}
	w.end('}')
	return nil
}

// summary writes what was asked about the whole edge: how many there are, and what else the edge can tell of itself.
func (e *Engine) summary(r *Request, w *writer, page Page) error {
	counted := page.Count != nil && wantsCount(r.Params)
	told := map[string]any{}
	others := slices.DeleteFunc(summaryNames(r.Params), func(name string) bool { return name == "total_count" || name == "true" || name == "1" })
	if page.Tell != nil && len(others) > 0 {
		all, err := page.Tell()
		if err != nil {
			return err
		}
		for name, v := range all {
			if slices.Contains(others, name) {
				told[name] = v
			}
		}
	}
	switch {
	case !counted && len(told) == 0:
		return nil
	case counted:
		n, err := page.Count()
		if errors.Is(err, ErrUncounted) {
			if len(told) == 0 {
				return nil
			}
			break
		}
		if err != nil {
			return err
		}
		if len(told) == 0 {
			w.name("summary")
			return w.value(wire.Summary{TotalCount: n})
		}
		told["total_count"] = n
	}
	w.name("summary")
	return w.value(told)
}

func (e *Engine) data(r *Request, w *writer, edge Edge, page Page) error {
	w.name("data")
	w.begin('[')
	of := e.types[edge.Of]
	for _, item := range page.Items {
		var err error
		if of != nil {
			err = e.object(r, w, of, item, r.Fields, false)
		} else {
			err = writePlain(w, item, r.Fields)
		}
		if err != nil {
			return err
		}
	}
	w.end(']')
	return nil
}

// wantsCount reads summary=true, total_count, or a JSON array of names. Other values ask for nothing.
func wantsCount(p *Params) bool {
	if !p.Has("summary") {
		return false
	}
	switch p.Text("summary") {
	case "true", "1":
		return true
	}
	return slices.Contains(summaryNames(p), "total_count")
}

// summaryNames are the names asked for in summary; none where it is left out.
func summaryNames(p *Params) []string {
	if !p.Has("summary") {
		return nil
	}
	return NewParams(map[string]string{"summary": p.Text("summary")}).Strings("summary")
}

// paging makes links that work when followed as they are: with address, version, token and parameters.
func (e *Engine) paging(r *Request, page Page, top bool) wire.Paging {
	p := wire.Paging{Cursors: &wire.Cursors{Before: encodeCursor(page.First), After: encodeCursor(page.Last)}}
	q := r.Params.query()
	for _, name := range []string{"after", "before", "method", "callback"} {
		q.Del(name)
	}
	if !top && len(r.Fields) > 0 {
		q.Set("fields", FormatFields(r.Fields))
	}
	if !q.Has("limit") {
		q.Set("limit", strconv.Itoa(max(len(page.Items), DefaultLimit)))
	}
	q.Set("access_token", r.Token)
	link := func(name, cursor string) string {
		q := maps.Clone(q)
		q.Set(name, cursor)
		return r.URL(url.PathEscape(r.IDText) + "/" + r.Edge + "?" + q.Encode())
	}
	if page.Next {
		p.Next = link("after", p.Cursors.After)
	}
	if page.Prev {
		p.Previous = link("before", p.Cursors.Before)
	}
	return p
}

// metadata writes what metadata=1 asks for.
func (e *Engine) metadata(r *Request, w *writer, t *NodeType, node any) error {
	type fieldInfo struct {
		Name        string `json:"name"`
		Description string `json:"description"`
		Type        string `json:"type,omitempty"`
	}
	var info struct {
		Fields      []fieldInfo       `json:"fields"`
		Type        string            `json:"type"`
		Connections map[string]string `json:"connections"`
	}
	for _, name := range t.fieldNames() {
		f := t.Fields[name]
		info.Fields = append(info.Fields, fieldInfo{name, f.Doc, f.Type})
	}
	info.Type = t.Kind
	info.Connections = map[string]string{}
	self, err := t.Fields["id"].Get(r, node)
	if err != nil {
		return err
	}
	i, _ := self.(id.ID)
	for name, edge := range t.Edges {
		if edge.List != nil || edge.Get != nil {
			info.Connections[name] = r.URL(i.String() + "/" + name + "?access_token=" + url.QueryEscape(r.Token))
		}
	}
	w.name("metadata")
	return w.value(info)
}
