package graph_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/graph"
	"github.com/hawkerhq/hawker/internal/id"
)

// TestWalk follows next to the end and previous back, as clients do.
func TestWalk(t *testing.T) {
	t.Parallel()
	srv := library(t, nil)
	walk := func(link, step string) (ids []string, last string) {
		for link != "" {
			_, body, _ := ask(t, srv, "GET "+strings.TrimPrefix(link, "http://HOST"), "")
			var page struct {
				Data   []struct{ ID string }
				Paging struct{ Next, Previous string }
			}
			if err := json.Unmarshal([]byte(body), &page); err != nil {
				t.Fatal(err)
			}
			for _, d := range page.Data {
				ids = append(ids, d.ID)
			}
			last, link = link, page.Paging.Next
			if step == "previous" {
				link = page.Paging.Previous
			}
		}
		return ids, last
	}
	ids, last := walk("/v25.0/11/books?limit=7&access_token=T", "next")
	if len(ids) != 30 || !slices.IsSorted(ids) {
		t.Errorf("forward: %v", ids)
	}
	back, _ := walk(last, "previous")
	slices.Sort(back)
	if !slices.Equal(back, ids) {
		t.Errorf("backward: %v", back)
	}
}

// record makes a call without a network and returns the body.
func record(ctx context.Context, t *testing.T, h http.Handler, method, target, body string) string {
	t.Helper()
	req := httptest.NewRequestWithContext(ctx, method, target, strings.NewReader(body))
	req.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, req)
	return w.Body.String()
}

// TestWholeSurvivesDeletion: a walk goes on behind an item that has gone.
func TestWholeSurvivesDeletion(t *testing.T) {
	t.Parallel()
	list := []string{"1", "2", "3", "4"}
	e := graph.New(graph.Config{
		Authenticate: func(context.Context, string, string) (access.Caller, error) {
			return access.Caller{Kind: access.KindApp, App: 1}, nil
		},
		KindOf: func(context.Context, id.ID) (string, bool, error) { return "box", true, nil },
	}, []*graph.NodeType{{
		Kind: "box", Name: "Box", Load: graph.Loader(func(_ *graph.Request, i id.ID) (id.ID, error) { return i, nil }),
		Edges: graph.Edges{"things": {List: func(r *graph.Request) (graph.Page, error) {
			return graph.Whole(r, list, func(s string) string { return s })
		}}},
	}}, nil)
	get := func(q string) string {
		return record(t.Context(), t, e, http.MethodGet, "/1/things?access_token=T&limit=2&"+q, "")
	}
	first := get("")
	var page struct {
		Paging struct{ Cursors struct{ After string } }
	}
	if err := json.Unmarshal([]byte(first), &page); err != nil || !strings.Contains(first, `"data":["1","2"]`) {
		t.Fatalf("%v: %s", err, first)
	}
	list = []string{"1", "3", "4"}
	if got := get("after=" + page.Paging.Cursors.After); !strings.Contains(got, `"data":["3","4"]`) {
		t.Errorf("behind what has gone: %s", got)
	}
	if got := get("before=" + page.Paging.Cursors.After); !strings.Contains(got, `"data":["1"]`) {
		t.Errorf("in front of what has gone: %s", got)
	}
	list = []string{"a", "b"}
	if got := get("after=QVYw"); got != `{"data":[]}` {
		t.Errorf("behind a name that has gone: %s", got)
	}
}
