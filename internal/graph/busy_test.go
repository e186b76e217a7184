package graph_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/graph"
)

// A call beyond those at work is refused at once with code 4 and told when to come back; when one is done, the next
// is taken. The parts of a batch need no places of their own.
func TestACallTooManyIsRefusedAtOnce(t *testing.T) {
	t.Parallel()
	begun, end := make(chan struct{}), make(chan struct{})
	e := graph.New(graph.Config{
		Authenticate: func(context.Context, string, string) (access.Caller, error) { return access.Caller{}, nil },
		MostAtWork:   1,
	}, nil, map[string]graph.Root{
		"slow": {Get: func(*graph.Request) (any, error) {
			begun <- struct{}{}
			<-end
			return map[string]bool{"success": true}, nil
		}},
		"fast": {Get: func(*graph.Request) (any, error) { return map[string]bool{"success": true}, nil }},
	})
	ask := func(method, path, body string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		e.ServeHTTP(w, r)
		return w
	}
	first := make(chan int, 1)
	go func() { first <- ask(http.MethodGet, "/slow?access_token=t", "").Code }()
	<-begun
	w := ask(http.MethodGet, "/fast?access_token=t", "")
	if w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") != "1" || !strings.Contains(w.Body.String(), `"code":4,`) ||
		!strings.Contains(w.Body.String(), `"is_transient":true`) {
		t.Errorf("a call too many: %d %v %s", w.Code, w.Header(), w.Body)
	}
	close(end)
	if code := <-first; code != http.StatusOK {
		t.Errorf("the call at work: %d", code)
	}
	if w := ask(http.MethodGet, "/fast?access_token=t", ""); w.Code != http.StatusOK {
		t.Errorf("afterwards: %d %s", w.Code, w.Body)
	}
	w = ask(http.MethodPost, "/", `access_token=t&batch=[{"method":"GET","relative_url":"fast"},{"method":"GET","relative_url":"fast"}]`)
	if n := strings.Count(w.Body.String(), `"code":200`); n != 2 {
		t.Errorf("a batch: %s", w.Body)
	}
}
