package graph

import (
	"net/http"
	"strings"

	"github.com/hawkerhq/hawker/internal/id"
)

// target is where an operation goes.
type target struct {
	root   *Root
	typ    *NodeType
	edge   *Edge
	ids    bool
	batch  bool
	public bool
}

// receive reads path, query and body into r. The kind of the node is looked up before the body is read,
// because the edge says how much body there may be and who decodes it.
func (e *Engine) receive(r *Request, op *operation) (t target, err error) {
	p, err := parsePath(op.path)
	if err != nil {
		return t, err
	}
	if r.Version, err = e.version(r, p); err != nil {
		return t, err
	}
	r.IDText, r.Edge, r.Item, r.Files = p.id, p.edge, p.item, op.files
	if err := parseForm(r.Params, op.query); err != nil {
		return t, err
	}
	// An early look at the token keeps a stranger's large body out.
	if tok := bearer(r, op); tok != "" {
		r.Token = tok
		if err := e.authenticate(r, op); err != nil {
			return t, err
		}
	}
	if root, ok := e.root(p.name()); ok {
		t.root, t.public = &root, root.Public
		r.IDText, r.Edge, r.Item = p.name(), "", ""
		if root.Stream && op.method == http.MethodPost {
			r.Stream = op.body.r
			if r.Stream == nil {
				r.Stream = http.NoBody
			}
			return t, nil
		}
		return t, e.readBody(r, op, Edge{})
	}
	edge := Edge{}
	if n, perr := id.Parse(r.IDText); perr == nil {
		kind, ok, kerr := e.cfg.KindOf(r.ctx, n)
		if kerr != nil {
			return t, kerr
		}
		if ok && e.types[kind] != nil {
			r.ID, r.Kind, t.typ = n, kind, e.types[kind]
			edge = t.typ.Edges[r.Edge]
		}
	}
	if err := e.readBody(r, op, edge); err != nil {
		return t, e.unseen(r, op, t.typ, err)
	}
	return t, nil
}

// unseen is err, said of an object that the caller may see; of any other it is what is said of one that does
// not exist, so that a wrong body or a wrong path tells nothing of what others own.
func (e *Engine) unseen(r *Request, op *operation, t *NodeType, err error) error {
	if op != nil {
		if r.Token == "" && op.token == "" {
			return err // of a caller without a token nothing was looked up
		}
		if aerr := e.authenticate(r, op); aerr != nil {
			return aerr
		}
	}
	if _, perr := id.Parse(r.IDText); perr != nil && t == nil {
		return err // "me", an alias, or no object at all
	}
	if t == nil {
		return notFound(r.Method, r.IDText)
	}
	if lerr := e.load(r, t); lerr != nil {
		return lerr
	}
	return err
}

// root finds the endpoint of a name, or of what it begins with up to a colon.
func (e *Engine) root(name string) (Root, bool) {
	root, ok := e.roots[name]
	if prefix, _, cut := strings.Cut(name, ":"); !ok && cut {
		root, ok = e.roots[prefix+":"]
	}
	return root, ok
}

// bearer is the token of the header or the query.
func bearer(r *Request, op *operation) string {
	if h := op.header.Get("Authorization"); h != "" {
		scheme, tok, ok := strings.Cut(strings.TrimSpace(h), " ")
		if ok && (strings.EqualFold(scheme, "Bearer") || strings.EqualFold(scheme, "OAuth")) {
			return strings.TrimSpace(tok)
		}
	}
	if r.Params.Has("access_token") {
		return r.Params.Text("access_token")
	}
	return ""
}

func (e *Engine) authenticate(r *Request, op *operation) (err error) {
	if r.Caller.Kind != "" {
		return nil
	}
	if r.Token == "" && r.Params.Has("access_token") {
		r.Token = r.Params.Text("access_token")
	}
	proof := r.Params.Text("appsecret_proof")
	if r.Token == "" {
		r.Token = op.token
		if proof == "" {
			proof = op.proof
		}
	}
	if r.Token == "" && r.IDText == "me" {
		return ErrMe.With("access_token", "An active access token must be used to query information about the current user.")
	}
	r.Caller, err = e.cfg.Authenticate(r.ctx, r.Token, proof)
	return err
}

// resolve finds what the path names, once the caller is known.
func (e *Engine) resolve(r *Request, t *target) error {
	if t.root != nil {
		return nil
	}
	if r.Method == http.MethodPost && !r.batched && r.Params.Has("batch") && r.Edge == "" {
		t.batch = true
		return nil
	}
	switch {
	case r.IDText == "" && r.Params.Has("ids"):
		t.ids = true
		return nil
	case r.IDText == "":
		return ErrPath.Withf("", "Unsupported %s request. The path names no object: write /%s/{id}, or pass ids= or batch=", verb(r.Method), r.Version)
	case r.IDText == "me":
		r.ID = r.Caller.User
		if r.ID == 0 {
			r.ID = r.Caller.App
		}
	case r.ID == 0:
		if err := e.alias(r); err != nil {
			return err
		}
	}
	if t.typ == nil && r.ID != 0 {
		kind, ok, err := e.cfg.KindOf(r.ctx, r.ID)
		if err != nil {
			return err
		}
		if ok {
			r.Kind, t.typ = kind, e.types[kind]
		}
	}
	if t.typ == nil {
		return notFound(r.Method, r.IDText)
	}
	if r.Edge == "" {
		return nil
	}
	edge, ok := t.typ.Edges[r.Edge]
	if !ok {
		return e.unseen(r, nil, t.typ, ErrPath.Withf("", "Unknown path components: /%s", r.Edge))
	}
	if r.Item != "" && !edge.Unbuilt && (!edge.Items || strings.Contains(r.Item, "/")) {
		return e.unseen(r, nil, t.typ, ErrPath.Withf("", "Unknown path components: /%s", r.Item))
	}
	t.edge = &edge
	return nil
}

func (e *Engine) alias(r *Request) error {
	if e.cfg.Alias != nil {
		i, ok, err := e.cfg.Alias(r, r.IDText)
		if err != nil {
			return err
		}
		if ok && i != 0 {
			r.ID = i
			return nil
		}
	}
	return notFound(r.Method, r.IDText)
}
