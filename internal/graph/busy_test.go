package graph_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/graph"
)

// A call beyond those at work is refused in a moment with code 4 and told when to come back; when one is done, the next
// is taken. The parts of a batch need no places of their own.
func TestACallTooManyIsRefused(t *testing.T) {
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

// unread is a body that nobody should read.
type unread struct{ t *testing.T }

func (u unread) Read([]byte) (int, error) {
	u.t.Error("the body of a call that is refused was read")
	return 0, io.EOF
}

// As many calls as there are places wait for a moment, and are worked on when a place gets free in time. What comes on
// top is refused before its body is read.
func TestAFewCallsWaitForAPlace(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		end := make(chan struct{})
		e := graph.New(graph.Config{
			Authenticate: func(context.Context, string, string) (access.Caller, error) { return access.Caller{}, nil },
			MostAtWork:   2,
		}, nil, map[string]graph.Root{
			"slow": {Post: func(*graph.Request) (any, error) {
				<-end
				return map[string]bool{"success": true}, nil
			}},
		})
		codes := make(chan int, 5)
		ask := func(body io.Reader) {
			w := httptest.NewRecorder()
			r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/slow?access_token=t", body)
			e.ServeHTTP(w, r)
			codes <- w.Code
		}
		two := func() {
			go ask(strings.NewReader(""))
			go ask(strings.NewReader(""))
			synctest.Wait()
		}
		expect := func(calls, want int) {
			t.Helper()
			synctest.Wait()
			for range calls {
				if code := <-codes; code != want {
					t.Errorf("answered %d, want %d", code, want)
				}
			}
		}
		two() // at work
		two() // wait, until 100 ms
		<-time.After(60 * time.Millisecond)
		go ask(unread{t}) // too many, refused at 160 ms
		<-time.After(50 * time.Millisecond)
		expect(2, http.StatusServiceUnavailable)
		two() // wait, until 210 ms
		<-time.After(60 * time.Millisecond)
		expect(1, http.StatusServiceUnavailable)
		close(end)
		expect(4, http.StatusOK)
	})
}
