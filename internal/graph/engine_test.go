package graph_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/account"
	"github.com/hawkerhq/hawker/internal/graph"
	"github.com/hawkerhq/hawker/internal/id"
)

type shelf struct {
	ID   id.ID
	Name string
}

type book struct {
	ID    id.ID
	Title string
	Shelf id.ID
	Price int64
}

// library is the toy the engine is tried on: shelf 11 holds books 21…50, shelf 12 is empty, shelf 13 is
// another tenant's.
func library(t *testing.T, change func(*graph.Config)) *httptest.Server {
	t.Helper()
	shelves := map[id.ID]shelf{11: {11, "Novels"}, 12: {12, "Empty"}}
	titles := map[id.ID]string{}
	load := func(_ *graph.Request, i id.ID) (shelf, error) {
		if s, ok := shelves[i]; ok {
			return s, nil
		}
		return shelf{}, account.ErrUnknown.With("id", "no such shelf")
	}
	loadBook := func(_ *graph.Request, i id.ID) (book, error) {
		return book{ID: i, Title: "Book " + i.String() + titles[i], Shelf: 11, Price: int64(i) * 100}, nil
	}
	books := func(r *graph.Request) (graph.Page, error) {
		q, err := r.Paging(0)
		if err != nil {
			return graph.Page{}, err
		}
		after, err := q.AfterID()
		if err != nil {
			return graph.Page{}, err
		}
		before, err := q.BeforeID()
		if err != nil {
			return graph.Page{}, err
		}
		var found []book
		for i := id.ID(21); r.ID == 11 && i <= 50; i++ {
			if i > after && (before == 0 || i < before) {
				b, _ := loadBook(r, i)
				found = append(found, b)
			}
		}
		if before != 0 {
			found = found[max(0, len(found)-q.Limit-1):]
		} else {
			found = found[:min(len(found), q.Limit+1)]
		}
		return graph.PageOf(q, found, func(b book) string { return b.ID.String() }).
			Counted(func() (int64, error) { return 30, nil }), nil
	}
	types := []*graph.NodeType{{
		Kind: "shelf", Name: "Shelf", Defaults: []string{"id", "name"}, Load: graph.Loader(load),
		Fields: graph.Fields{
			"id":   graph.Get(func(s shelf) any { return s.ID }).Told("numeric string", "The shelf's ID"),
			"name": graph.Get(func(s shelf) any { return s.Name }),
			"broken": graph.Ask(func(*graph.Request, shelf) (any, error) {
				return nil, errors.New("secret detail")
			}),
			"panics": graph.Ask(func(*graph.Request, shelf) (any, error) { panic("oh") }),
			"best":   graph.Get(func(shelf) any { return id.ID(21) }).As("book"),
			"picks":  graph.Get(func(shelf) any { return []id.ID{21, 22} }).As("book"),
			"note":   graph.Opt(func(shelf) any { return "" }),
			"facts":  graph.Get(func(shelf) any { return map[string]any{"wood": "oak", "age": 3} }),
		},
		Edges: graph.Edges{
			"books": {Of: "book", List: books, Post: func(r *graph.Request) (any, error) {
				n := r.Params.Int("number", graph.Required, graph.Between(21, 50))
				title := r.Params.String("title", graph.MaxRunes(5))
				if err := r.Params.Err(); err != nil {
					return nil, err
				}
				titles[id.ID(n)] = title
				return graph.Created{ID: id.ID(n)}, nil
			}, Delete: func(r *graph.Request) (any, error) {
				if i := r.Params.ID("book", graph.Required); i == 0 {
					return nil, r.Params.Err()
				}
				return graph.Success{}, nil
			}},
			"raw": {Raw: true, NoLoad: true, MaxBody: 64, Post: func(r *graph.Request) (any, error) {
				return map[string]string{"body": string(r.Body)}, nil
			}},
			"secret": {Needs: []access.Permission{access.Sandbox}, List: books},
			"later":  {Unbuilt: true},
			"tags": {List: func(r *graph.Request) (graph.Page, error) {
				type tag struct {
					Name  string `json:"name"`
					Color string `json:"color"`
				}
				return graph.Whole(r, []tag{{"a", "red"}, {"b", "blue"}, {"c", "green"}}, func(t tag) string { return t.Name })
			}},
		},
		Update: func(r *graph.Request) (any, error) {
			s := graph.Node[shelf](r)
			s.Name = r.Params.String("name", graph.Required)
			if err := r.Params.Err(); err != nil {
				return nil, err
			}
			shelves[s.ID] = s
			return graph.Success{}, nil
		},
		Delete: func(r *graph.Request) (any, error) { r.Warn("gone for good"); return graph.Success{}, nil },
	}, {
		Kind: "book", Name: "Book", Defaults: []string{"id"}, Load: graph.Loader(loadBook),
		Fields: graph.Fields{
			"id":    graph.Get(func(b book) any { return b.ID }),
			"title": graph.Get(func(b book) any { return b.Title }),
			"price": graph.Get(func(b book) any { return b.Price }),
			"shelf": graph.Get(func(b book) any { return b.Shelf }).As("shelf"),
			"scaled": graph.Ask(func(r *graph.Request, b book) (any, error) {
				return b.Price * r.Params.Int("by"), nil
			}),
		},
	}}
	cfg := graph.Config{
		Authenticate: func(_ context.Context, token, proof string) (access.Caller, error) {
			switch {
			case token == "":
				return access.Caller{}, account.ErrTokenMissing.With("", "An access token is required to request this resource.")
			case token != "T":
				return access.Caller{}, account.ErrTokenInvalid.With("", "Invalid OAuth access token - Cannot parse access token")
			case proof != "" && proof != "good":
				return access.Caller{}, account.ErrProof.With("", "Invalid appsecret_proof provided in the API argument")
			}
			return access.Caller{Kind: access.KindSystemUser, App: 1, User: 11}, nil
		},
		KindOf: func(_ context.Context, i id.ID) (string, bool, error) {
			switch {
			case i >= 11 && i <= 13:
				return "shelf", true, nil
			case i >= 21 && i <= 50:
				return "book", true, nil
			}
			return "", false, nil
		},
		Alias: func(_ *graph.Request, text string) (id.ID, bool, error) {
			n, ok := strings.CutPrefix(text, "nick:")
			i, _ := strconv.ParseInt(n, 10, 64)
			return id.ID(i), ok, nil
		},
		Limit: func(r *graph.Request) (map[string]string, error) {
			return map[string]string{"X-App-Usage": `{"call_count":1,"total_cputime":0,"total_time":0}`}, nil
		},
	}
	if change != nil {
		change(&cfg)
	}
	roots := map[string]graph.Root{
		"oauth/access_token": {Public: true, Get: func(*graph.Request) (any, error) { return map[string]string{"access_token": "1|x"}, nil }},
	}
	srv := httptest.NewServer(graph.New(cfg, types, roots))
	t.Cleanup(srv.Close)
	return srv
}

// ask makes a call written as "METHOD /path" with headers and a body, and returns status and body with the
// server's address and the trace id made constant.
func ask(t *testing.T, srv *httptest.Server, call, body string, headers ...string) (int, string, http.Header) {
	t.Helper()
	method, target, _ := strings.Cut(call, " ")
	req, err := http.NewRequestWithContext(t.Context(), method, srv.URL+target, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if body != "" && body[0] == '{' {
		req.Header.Set("Content-Type", "application/json")
	} else if body != "" {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for _, h := range headers {
		k, v, _ := strings.Cut(h, ": ")
		req.Header.Set(k, v)
	}
	res, err := srv.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.ReplaceAll(string(b), srv.URL, "http://HOST")
	if i := strings.Index(text, `"fbtrace_id":"`); i >= 0 {
		text = text[:i+14] + "A" + text[i+14+23:]
	}
	return res.StatusCode, text, res.Header
}

// The edges of one list page of the toy, as every read scenario below expects it.
const (
	cursors2122 = `"cursors":{"before":"QVMjE","after":"QVMjI"}`
	nextPrefix  = `"next":"http://HOST/v25.0/11/books?access_token=T&`
)

func TestReads(t *testing.T) {
	t.Parallel()
	srv := library(t, nil)
	const unsupported = "Object with ID '%' does not exist, cannot be loaded due to missing permissions, or does not support this operation. " +
		"Please read the Graph API documentation at https://developers.facebook.com/docs/graph-api"
	missing := func(verb, i string) string {
		return `{"error":{"message":"Unsupported ` + verb + ` request. ` + strings.Replace(unsupported, "%", i, 1) +
			`","type":"GraphMethodException","code":100,"error_subcode":33,"fbtrace_id":"A"}}`
	}
	for _, c := range []struct {
		call   string
		status int
		want   string
	}{
		{"GET /v25.0/11?access_token=T", 200, `{"id":"11","name":"Novels"}`},
		{"GET /11?access_token=T", 200, `{"id":"11","name":"Novels"}`},
		{"GET /v25.0//11/?access_token=T", 200, `{"id":"11","name":"Novels"}`},
		{"GET /v3.1/11?access_token=T", 200, `{"id":"11","name":"Novels"}`},
		{"GET /v25.0/me?access_token=T", 200, `{"id":"11","name":"Novels"}`},
		{"GET /v25.0/nick:11?access_token=T", 200, `{"id":"11","name":"Novels"}`},
		{"GET /v25.0/11?fields=name&access_token=T", 200, `{"name":"Novels","id":"11"}`},
		{"GET /v25.0/11?fields=[%22name%22,%22note%22]&access_token=T", 200, `{"name":"Novels","id":"11"}`},
		{"GET /v25.0/11?fields=name.as(label),%20id&access_token=T", 200, `{"label":"Novels","id":"11"}`},
		{"GET /v25.0/11?fields=best,picks{title}&access_token=T", 200, `{"best":{"id":"21"},"picks":[{"title":"Book 21","id":"21"},{"title":"Book 22","id":"22"}],"id":"11"}`},
		{"GET /v25.0/11?fields=best{id},facts{wood}&access_token=T", 200, `{"best":{"id":"21"},"facts":{"wood":"oak"},"id":"11"}`},
		{"GET /v25.0/21?fields=scaled.by(3),shelf{name}&access_token=T", 200, `{"scaled":6300,"shelf":{"name":"Novels","id":"11"},"id":"21"}`},
		{"GET /v25.0/11?fields=name,books.limit(2){title}&access_token=T", 200, `{"name":"Novels","books":{"data":[{"title":"Book 21","id":"21"},{"title":"Book 22","id":"22"}],"paging":{` +
			cursors2122 + `,` + nextPrefix + `after=QVMjI&fields=title&limit=2"}},"id":"11"}`},
		{"GET /v25.0/11/books?limit=2&fields=id&summary=true&access_token=T", 200, `{"data":[{"id":"21"},{"id":"22"}],"paging":{` + cursors2122 + `,` +
			nextPrefix + `after=QVMjI&fields=id&limit=2&summary=true"},"summary":{"total_count":30}}`},
		{"GET /v25.0/11/books?limit=1&after=QVNDk&access_token=T&summary=[%22total_count%22]", 200, `{"data":[{"id":"50"}],"paging":{"cursors":{"before":"QVNTA","after":"QVNTA"},` +
			`"previous":"http://HOST/v25.0/11/books?access_token=T&before=QVNTA&limit=1&summary=%5B%22total_count%22%5D"},"summary":{"total_count":30}}`},
		{"GET /v25.0/11/books?limit=1&before=QVMjI&access_token=T", 200, `{"data":[{"id":"21"}],"paging":{"cursors":{"before":"QVMjE","after":"QVMjE"},` + nextPrefix + `after=QVMjE&limit=1"}}`},
		{"GET /v25.0/11/books?access_token=T&summary=1&limit=0", 200, `{"data":[],"summary":{"total_count":30}}`},
		{"GET /v25.0/11?fields=books.limit(1000){shelf{books{shelf{books{shelf{books{shelf{name}}}}}}}}&access_token=T", 400, `{"error":{"message":"Please reduce the amount of data you're asking for, then retry your request","type":"OAuthException","code":1,"fbtrace_id":"A"}}`},
		{"GET /v3.1/11?fields=id&access_token=T&debug=all", 200, `{"id":"11","__debug__":{"messages":[{"message":"v3.1 has run out; v14.0 answered","type":"warning"}]}}`},
		{"GET /v25.0/12/books?access_token=T&summary=total_count", 200, `{"data":[],"summary":{"total_count":30}}`},
		{"GET /v25.0/11/tags?access_token=T&limit=1&fields=name", 200, `{"data":[{"name":"a"}],"paging":{"cursors":{"before":"QVYQ","after":"QVYQ"},"next":"http://HOST/v25.0/11/tags?access_token=T&after=QVYQ&fields=name&limit=1"}}`},
		{"GET /v25.0//?ids=11,21&access_token=T", 200, `{"11":{"id":"11","name":"Novels"},"21":{"id":"21"}}`},
		{"GET /v25.0/?ids=11,99&access_token=T", 400, `{"error":{"message":"(#803) Some of the aliases you requested do not exist: 99","type":"OAuthException","code":803,"fbtrace_id":"A"}}`},
		{"GET /v25.0/12?access_token=T&metadata=0&debug=all", 200, `{"id":"12","name":"Empty","__debug__":{"messages":[]}}`},
		{"DELETE /v25.0/12?access_token=T&debug=all", 200, `{"success":true,"__debug__":{"messages":[{"message":"gone for good","type":"warning"}]}}`},
		{"GET /v25.0/12?access_token=T&method=delete", 200, `{"success":true}`},
		{"GET /v25.0/oauth/access_token", 200, `{"access_token":"1|x"}`},
		{"GET /v25.0/11?callback=cb.x&access_token=T", 200, `/**/ cb.x({"id":"11","name":"Novels"});`},
		{"GET /v25.0/11?callback=alert(1)&access_token=T", 200, `{"id":"11","name":"Novels"}`},
		{"GET /v25.0/13?access_token=T", 400, missing("get", "13")},
		{"GET /v25.0/99?access_token=T", 400, missing("get", "99")},
		{"DELETE /v25.0/21?access_token=T", 400, missing("delete", "21")},
		{"GET /v25.0/word?access_token=T", 400, missing("get", "word")},
		{"GET /v25.0/11/later?access_token=T", 400, `{"error":{"message":"(#3) Hawker does not offer this edge yet: Shelf/later. What is built is listed in its documentation.","type":"OAuthException","code":3,"fbtrace_id":"A"}}`},
		{"GET /v25.0/11/nowhere?access_token=T", 400, `{"error":{"message":"Unknown path components: /nowhere","type":"OAuthException","code":2500,"fbtrace_id":"A"}}`},
		{"GET /v99.0/11?access_token=T", 400, `{"error":{"message":"Unknown path components: /v99.0. The versions are v14.0 to v26.0","type":"OAuthException","code":2500,"fbtrace_id":"A"}}`},
		{"GET /v25.0/11/books/extra?access_token=T", 400, `{"error":{"message":"Unknown path components: /extra","type":"OAuthException","code":2500,"fbtrace_id":"A"}}`},
		{"GET /v25.0/11?fields=name,nope&access_token=T", 400, `{"error":{"message":"(#100) Tried accessing nonexisting field (nope) on node type (Shelf)","type":"OAuthException","code":100,"error_data":{"blame_field_specs":[["fields"]]},"fbtrace_id":"A"}}`},
		{"GET /v25.0/12/books?fields=nope&access_token=T", 400, `{"error":{"message":"(#100) Tried accessing nonexisting field (nope) on node type (Book)","type":"OAuthException","code":100,"error_data":{"blame_field_specs":[["fields"]]},"fbtrace_id":"A"}}`},
		{"GET /v25.0/11?fields=name{&access_token=T", 400, `{"error":{"message":"Syntax error \"Expected \"}\" instead of end of string.\" at character 5: name{","type":"OAuthException","code":2500,"fbtrace_id":"A"}}`},
		{"GET /v25.0/11/books?limit=x&access_token=T", 400, `{"error":{"message":"(#100) Invalid parameter: Param limit must be an integer, 0 or more","type":"OAuthException","code":100,"error_data":{"blame_field_specs":[["limit"]]},"fbtrace_id":"A"}}`},
		{"GET /v25.0/11/secret?access_token=T", 403, `{"error":{"message":"(#200) Permissions error: the token lacks the permission sandbox; ask for it when the token is made","type":"OAuthException","code":200,"fbtrace_id":"A"}}`},
		{"GET /v25.0/11?fields=broken&access_token=T", 500, `{"error":{"message":"(#1) An unknown error occurred. Try again; if it stays, look for the fbtrace_id in Hawker's log.","type":"OAuthException","code":1,"is_transient":true,"fbtrace_id":"A"}}`},
		{"GET /v25.0/11?fields=panics&access_token=T", 500, `{"error":{"message":"(#1) An unknown error occurred. Try again; if it stays, look for the fbtrace_id in Hawker's log.","type":"OAuthException","code":1,"is_transient":true,"fbtrace_id":"A"}}`},
		{"GET /v25.0/11", 401, `{"error":{"message":"An access token is required to request this resource.","type":"OAuthException","code":104,"fbtrace_id":"A"}}`},
		{"GET /v25.0/me", 400, `{"error":{"message":"An active access token must be used to query information about the current user.","type":"OAuthException","code":2500,"fbtrace_id":"A"}}`},
		{"GET /v25.0/11?access_token=X", 401, `{"error":{"message":"Invalid OAuth access token - Cannot parse access token","type":"OAuthException","code":190,"fbtrace_id":"A"}}`},
		{"GET /v25.0/11?access_token=T&appsecret_proof=bad", 400, `{"error":{"message":"Invalid appsecret_proof provided in the API argument","type":"GraphMethodException","code":100,"fbtrace_id":"A"}}`},
		{"PATCH /v25.0/11?access_token=T", 400, `{"error":{"message":"Unsupported method \"PATCH\": use GET, POST or DELETE","type":"GraphMethodException","code":100,"fbtrace_id":"A"}}`},
	} {
		status, got, _ := ask(t, srv, c.call, "")
		if status != c.status || got != c.want {
			t.Errorf("%s\n got %d %s\nwant %d %s", c.call, status, got, c.status, c.want)
		}
	}
}

func TestWrites(t *testing.T) {
	t.Parallel()
	srv := library(t, nil)
	multipart := "--b\r\nContent-Disposition: form-data; name=\"number\"\r\n\r\n23\r\n--b\r\nContent-Disposition: form-data; name=\"access_token\"\r\n\r\nT\r\n--b--\r\n"
	deep := `{"a":` + strings.Repeat("[", 1_000_000) + `}`
	for _, c := range []struct {
		call, body, header string
		status             int
		want               string // a part
	}{
		{"POST /v25.0/11/books", "number=22&access_token=T", "", 200, `{"id":"22"}`},
		{"POST /v25.0/11/books", `{"number":22,"title":"!","access_token":"T"}`, "", 200, `{"id":"22"}`},
		{"POST /v25.0/11/books", `{"number":"22"}`, "Authorization: Bearer T", 200, `{"id":"22"}`},
		{"POST /v25.0/11/books?number=24", ``, "Authorization: OAuth T", 200, `{"id":"24"}`},
		{"POST /v25.0/11/books", multipart, "Content-Type: multipart/form-data; boundary=b", 200, `{"id":"23"}`},
		{"POST /v25.0/11/books?fields=title", `{"number":22,"title":"?","access_token":"T"}`, "", 200, `{"title":"Book 22?","id":"22"}`},
		{"POST /v25.0/11?access_token=T", `{"name":"Poems","fields":"name"}`, "", 200, `{"name":"Poems","id":"11"}`},
		{"POST /v25.0/11?access_token=T", `name=Prose`, "", 200, `{"success":true}`},
		{"DELETE /v25.0/11/books?access_token=T", `{}`, "", 400, `(#100) The parameter book is required`},
		{"DELETE /v25.0/11/books?access_token=T", `book=21`, "", 200, `{"success":true}`},
		{"POST /v25.0/11?access_token=T", `method=delete`, "", 200, `{"success":true}`},
		{"GET /v25.0/11?access_token=T", `{}`, "", 200, `"id":"11"`},
		{"POST /v25.0/11/books?access_token=T", `number=5`, "", 400, `(#100) Invalid parameter: Param number must be between 21 and 50`},
		{"POST /v25.0/11/books?access_token=T", `number=1.5`, "", 400, `Param number must be an integer`},
		{"POST /v25.0/11/books?access_token=T", `number=21&title=toolong`, "", 400, `Param title must be at most 5 characters, this has 7`},
		{"POST /v25.0/11/books?access_token=T", `{"number":21,"title":{"a":1}}`, "", 400, `Param title must be a string`},
		{"POST /v25.0/11/books?access_token=T", `{"number":21,"number":22}`, "", 400, `the JSON body holds the key /number twice`},
		{"POST /v25.0/11/books?access_token=T", `{"number":{"a":1,"a":2}}`, "", 400, `the JSON body holds the key /number/a twice`},
		{"POST /v25.0/11/books?access_token=T", `{"number":`, "", 400, `the body is not valid JSON`},
		{"POST /v25.0/11/books?access_token=T", `{"number":21} x`, "", 400, `goes on behind its end`},
		{"POST /v25.0/11/books?access_token=T", `[1]`, "Content-Type: application/json", 400, `the JSON body must be an object`},
		{"POST /v25.0/11/books?access_token=T", deep, "", 400, `nests deeper than 64 levels`},
		{"POST /v25.0/11/books?access_token=T", "--b\r\nbroken", "Content-Type: multipart/form-data; boundary=b", 400, `the multipart body cannot be read`},
		{"POST /v25.0/11/books?access_token=T", "x", "Content-Type: multipart/form-data", 400, `names no boundary`},
		{"POST /v25.0/11/raw?access_token=T", `{"a": [1,2]}`, "", 200, `{"body":"{\"a\": [1,2]}"}`},
		{"POST /v25.0/11/raw", `{"access_token":"T"}`, "", 200, `{"body":"{\"access_token\":\"T\"}"}`},
		{"POST /v25.0/11/raw?access_token=T", `to=84&text={"body":"hi"}`, "", 200, `{"body":"{\"text\":{\"body\":\"hi\"},\"to\":\"84\"}"}`},
		{"POST /v25.0/11/raw?access_token=T", `{"a":"` + strings.Repeat("x", 64) + `"}`, "", 413, `the body is larger than the 64 bytes`},
		{"POST /v25.0/11/tags?access_token=T", ``, "", 400, `Unsupported post request. Object with ID '11'`},
	} {
		var headers []string
		if c.header != "" {
			headers = []string{c.header}
		}
		status, got, _ := ask(t, srv, c.call, c.body, headers...)
		if status != c.status || !strings.Contains(got, c.want) {
			t.Errorf("%s %.60s\n got %d %.300s\nwant %d %s", c.call, c.body, status, got, c.status, c.want)
		}
	}
}

func TestHeaders(t *testing.T) {
	t.Parallel()
	srv := library(t, func(c *graph.Config) { c.TrustForwarded = true })
	_, _, h := ask(t, srv, "GET /v16.0/11?access_token=T", "")
	for name, want := range map[string]string{
		"facebook-api-version": "v16.0", "cache-control": "private, no-cache, no-store, must-revalidate", "pragma": "no-cache",
		"x-app-usage": `{"call_count":1,"total_cputime":0,"total_time":0}`, "access-control-allow-origin": "*", "content-type": "application/json; charset=UTF-8",
	} {
		if got := h.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if len(h.Get("X-Fb-Trace-Id")) != 23 || len(h.Get("ETag")) != 42 {
		t.Errorf("trace %q, ETag %q", h.Get("X-Fb-Trace-Id"), h.Get("ETag"))
	}
	status, body, again := ask(t, srv, "GET /v16.0/11?access_token=T", "", "If-None-Match: "+h.Get("ETag"))
	if status != http.StatusNotModified || body != "" || again.Get("ETag") != "" {
		t.Errorf("If-None-Match: %d %q %q", status, body, again.Get("ETag"))
	}
	for version, want := range map[string]string{"/v2.12": "v14.0", "": "v26.0", "/v26.0": "v26.0"} {
		if _, _, h := ask(t, srv, "GET "+version+"/11?access_token=T", ""); h.Get("facebook-api-version") != want {
			t.Errorf("%q is answered by %s, want %s", version, h.Get("facebook-api-version"), want)
		}
	}
	_, _, h = ask(t, srv, "GET /v25.0/11?access_token=X", "")
	if want := `OAuth "Facebook Platform" "invalid_token" "Invalid OAuth access token - Cannot parse access token"`; h.Get("WWW-Authenticate") != want {
		t.Errorf("WWW-Authenticate: %s", h.Get("WWW-Authenticate"))
	}
	_, body, _ = ask(t, srv, "GET /v25.0/11/books?limit=1&access_token=T", "", "X-Forwarded-Proto: https", "X-Forwarded-Host: shop.example")
	if !strings.Contains(body, `"next":"https://shop.example/v25.0/11/books?`) {
		t.Errorf("behind a trusted proxy: %s", body)
	}
	_, body, _ = ask(t, library(t, nil), "GET /v25.0/11/books?limit=1&access_token=T", "", "X-Forwarded-Host: evil.example")
	if strings.Contains(body, "evil.example") {
		t.Errorf("an untrusted X-Forwarded-Host shows: %s", body)
	}
	_, body, _ = ask(t, srv, "GET /v25.0/11?metadata=1&access_token=T", "")
	if !strings.Contains(body, `{"name":"id","description":"The shelf's ID","type":"numeric string"}`) || !strings.Contains(body, `"books":"http://HOST/v25.0/11/books?access_token=T"`) {
		t.Errorf("metadata: %s", body)
	}
}
