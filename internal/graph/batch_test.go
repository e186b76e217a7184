package graph_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/graph"
	"github.com/hawkerhq/hawker/wire"
)

func TestBatch(t *testing.T) {
	t.Parallel()
	srv := library(t, nil)
	const ref = `{"method":"GET","relative_url":"11/books?limit=2&fields=id","name":"two"}`
	for _, c := range []struct{ name, batch, want string }{
		{
			"order and failure", `[{"method":"GET","relative_url":"11?fields=name"},{"method":"GET","relative_url":"99"},{"method":"DELETE","relative_url":"v20.0/12/"}]`,
			`[{"code":200,"body":"{\"name\":\"Novels\",\"id\":\"11\"}"},{"code":400,"body":"{\"error\":{\"message\":\"Unsupported get request`,
		},
		{"version inside", `[{"method":"DELETE","relative_url":"/v20.0/12/"}]`, `[{"code":200,"body":"{\"success\":true}"}]`},
		{"body as a form", `[{"method":"POST","relative_url":"11/books","body":"number=22&title=x&fields=title"}]`, `[{"code":200,"body":"{\"title\":\"Book 22x\",\"id\":\"22\"}"}]`},
		{"body as JSON", `[{"method":"POST","relative_url":"11/books","body":"{\"number\":23}"}]`, `[{"code":200,"body":"{\"id\":\"23\"}"}]`},
		{
			"reference with many", `[` + ref + `,{"method":"GET","relative_url":"?ids={result=two:$.data.*.id}&fields=title"}]`,
			`[null,{"code":200,"body":"{\"21\":{\"title\":\"Book 21\",\"id\":\"21\"},\"22\":{\"title\":\"Book 22`,
		},
		{"reference in a path, before its target", `[{"method":"GET","relative_url":"{result=two:$.data[1].id}"},` + ref + `]`, `[{"code":200,"body":"{\"id\":\"22\"}"},null]`},
		{"reference percent-encoded by a client", `[` + ref + `,{"method":"POST","relative_url":"11/books","body":"number=%7Bresult%3Dtwo%3A%24.data%5B0%5D.id%7D"}]`, `[null,{"code":200,"body":"{\"id\":\"21\"}"}]`},
		{
			"kept on request", `[{"method":"GET","relative_url":"11?fields=id","name":"a","omit_response_on_success":false},{"method":"GET","relative_url":"12?fields=id","depends_on":"a"}]`,
			`[{"code":200,"body":"{\"id\":\"11\"}"},{"code":200,"body":"{\"id\":\"12\"}"}]`,
		},
		{"omitted on request", `[{"method":"GET","relative_url":"11","omit_response_on_success":true}]`, `[null]`},
		{"a dependency fails", `[{"method":"GET","relative_url":"99","name":"bad"},{"method":"GET","relative_url":"11","depends_on":"bad"}]`, `which this one depends on, failed`},
		{"an unknown dependency", `[{"method":"GET","relative_url":"11","depends_on":"x"}]`, `no operation is named \\\"x\\\"`},
		{"a circle", `[{"method":"GET","relative_url":"11","name":"a","depends_on":"b"},{"method":"GET","relative_url":"11","name":"b","depends_on":"a"}]`, `depends on itself`},
		{"a reference into nothing", `[` + ref + `,{"method":"GET","relative_url":"{result=two:$.nope.id}"}]`, `finds nothing`},
		{"a reference that is no path", `[` + ref + `,{"method":"GET","relative_url":"{result=two:data}"}]`, `is not a JSONPath`},
		{"another token", `[{"method":"GET","relative_url":"11?access_token=X"},{"method":"GET","relative_url":"11","access_token":"X"}]`, `\"code\":190`},
		{"no batch inside", `[{"method":"POST","relative_url":"","body":"batch=[]"}]`, `The path names no object`},
		{"a method nobody knows", `[{"method":"FETCH","relative_url":"11"}]`, `Unsupported method`},
	} {
		_, got, _ := ask(t, srv, "POST /v25.0/?include_headers=false&access_token=T", "batch="+url.QueryEscape(c.batch))
		if !strings.Contains(got, c.want) {
			t.Errorf("%s\n got %s\nwant %s", c.name, got, c.want)
		}
		body, err := json.Marshal(map[string]any{"batch": json.RawMessage(c.batch), "include_headers": false})
		if err != nil {
			t.Fatal(err)
		}
		if _, got, _ := ask(t, srv, "POST /me?access_token=T", string(body)); !strings.Contains(got, c.want) {
			t.Errorf("%s as JSON\n got %s\nwant %s", c.name, got, c.want)
		}
	}
	for name, c := range map[string]struct{ call, body, want string }{
		"no token":   {"POST /v25.0/", `{"batch":[]}`, `"code":104`},
		"no list":    {"POST /v25.0/?access_token=T", `{"batch":"x"}`, `batch must be a JSON array`},
		"nothing":    {"POST /v25.0/?access_token=T", `{"batch":[]}`, `batch holds no operation`},
		"51":         {"POST /v25.0/?access_token=T", `{"batch":[` + strings.Repeat(`{"method":"GET","relative_url":"11"},`, 50) + `{}]}`, `Maximum batch size is 50`},
		"same names": {"POST /v25.0/?access_token=T", `{"batch":[{"name":"a"},{"name":"a"}]}`, `two operations are named`},
	} {
		if status, got, _ := ask(t, srv, c.call, c.body); status/100 != 4 || !strings.Contains(got, c.want) {
			t.Errorf("%s: %d %s", name, status, got)
		}
	}
}

func TestBatchHeaders(t *testing.T) {
	t.Parallel()
	srv := library(t, nil)
	batch := func(headers string) []wire.BatchReply {
		_, got, _ := ask(t, srv, "POST /v25.0/?access_token=T", `{"batch":[{"method":"GET","relative_url":"11","headers":`+headers+`}]}`)
		var list []wire.BatchReply
		if err := json.Unmarshal([]byte(got), &list); err != nil {
			t.Fatalf("%v: %s", err, got)
		}
		return list
	}
	first := batch(`[]`)[0]
	have := map[string]string{}
	for _, h := range first.Headers {
		have[h.Name] = h.Value
	}
	if have["ETag"] == "" || have["Content-Type"] == "" || have["Facebook-Api-Version"] == "" || have["X-App-Usage"] == "" {
		t.Errorf("headers: %v", first.Headers)
	}
	tag, err := json.Marshal(have["ETag"])
	if err != nil {
		t.Fatal(err)
	}
	quoted, err := json.Marshal("If-None-Match: " + have["ETag"])
	if err != nil {
		t.Fatal(err)
	}
	for _, headers := range []string{`[` + string(quoted) + `]`, `[{"name":"If-None-Match","value":` + string(tag) + `}]`} {
		if re := batch(headers)[0]; re.Code != http.StatusNotModified || re.Body != "" {
			t.Errorf("%s: %+v", headers, re)
		}
	}
}

// TestBatchEndsWithItsCaller: what the caller no longer waits for answers null.
func TestBatchEndsWithItsCaller(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	calls := 0
	e := graph.New(graph.Config{
		Authenticate: func(context.Context, string, string) (access.Caller, error) {
			return access.Caller{Kind: access.KindApp}, nil
		},
		Limit: func(*graph.Request) (map[string]string, error) {
			if calls++; calls == 1 {
				cancel()
			}
			return nil, nil
		},
	}, nil, map[string]graph.Root{"one": {Get: func(*graph.Request) (any, error) { return 1, nil }}})
	w := record(ctx, t, e, http.MethodPost, "/?access_token=T", `{"include_headers":false,"batch":[{"method":"GET","relative_url":"one"},{"method":"GET","relative_url":"one"}]}`)
	if want := `[{"code":200,"body":"1"},null]`; w != want {
		t.Errorf("got %s, want %s", w, want)
	}
}

func ExampleParseFields() {
	list, _ := graph.ParseFields(`name, products.limit(2).as(first){retailer_id,price}`)
	for _, s := range list {
		fmt.Println(s.Name, s.As, s.Args, len(s.Sub))
	}
	// Output:
	// name  [] 0
	// products first [{limit 2}] 2
}
