package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// graph is a server with a catalog of two pages and a file of products. Its links to further pages point elsewhere.
func graph(t *testing.T) *httptest.Server {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v25.0/1/products", func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer secret" {
			w.WriteHeader(http.StatusBadRequest)
			_, _ = io.WriteString(w, `{"error":{"message":"Invalid OAuth access token"}}`)
			return
		}
		item := func(sku, price, feed string) string {
			return fmt.Sprintf(`{"retailer_id":%q,"name":"Mug","price":%q,"currency":"KWD","visibility":"staging","product_feed":{"id":%q}}`, sku, price, feed)
		}
		if r.URL.Query().Get("after") == "" {
			_, _ = fmt.Fprintf(w, `{"data":[%s,%s],"paging":{"cursors":{"after":"c&2"},"next":"http://127.0.0.1:1/elsewhere"}}`,
				item("a", "KWD 1,234.500", "2"), item("b", "KWD 2.000", "other"))
			return
		}
		if r.URL.Query().Get("after") != "c&2" {
			t.Errorf("asked for %s", r.URL)
		}
		_, _ = fmt.Fprintf(w, `{"data":[%s],"paging":{"cursors":{"after":"x"}}}`, item("gone", "KWD 3.000", "2"))
	})
	mux.HandleFunc("GET /v25.0/1/product_feeds", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = fmt.Fprintf(w, `{"data":[{"id":"2","name":%q,"default_currency":"USD"}]}`, pushFeed)
	})
	mux.HandleFunc("GET /v25.0/2/rules", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `{"data":[]}`) })
	mux.HandleFunc("GET /files/feed.csv", func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "" {
			t.Error("the token went to the server of the file")
		}
		_, _ = io.WriteString(w, "id,title,description,availability,condition,price,link,image_link,brand,status\n"+
			"a,Mug,,,,1234.5 KWD,,,,archived\nb,Mug,x,in stock,new,2,https://a/b,https://a/b.jpg,Acme,active\nc,Mug,x,in stock,new,5,https://a/c,https://a/c.jpg,Acme,active\n")
	})
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s
}

// catalogCommand runs hawker catalog against a server.
func catalogCommand(t *testing.T, s *httptest.Server, args ...string) (code int, out, errs string) {
	t.Helper()
	environ := []string{"HAWKER_CATALOG=1", "HAWKER_TOKEN=secret"}
	if s != nil {
		environ = append(environ, "HAWKER_SERVER="+s.URL)
	}
	return hawker(t, t.Context(), environ, append([]string{"catalog"}, args...)...)
}

func TestDryPushOfALink(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	s := graph(t)
	code, out, errs := catalogCommand(t, s, "push", s.URL+"/files/feed.csv", "--dry-run", "--currency", "KWD")
	const want = "A push would add 1, change 0, keep 1, and remove 1 items."
	if code != 1 || !strings.Contains(out, want) || !strings.Contains(out, "add     c\n") || !strings.Contains(out, "remove  gone\n") ||
		!strings.Contains(out, "row 3 b: error: The item belongs to another feed.") {
		t.Errorf("%d %s\n%s, want %q", code, errs, out, want)
	}
	if code, _, errs := catalogCommand(t, s, "push", s.URL+"/files/none.csv", "--dry-run"); code != 1 || !strings.Contains(errs, "answers 404") {
		t.Errorf("a link to nothing: %d %q", code, errs)
	}
	if code, _, errs := catalogCommand(t, s, "export", "--token", "wrong"); code != 1 || !strings.Contains(errs, "the server refuses: Invalid OAuth access token") {
		t.Errorf("a wrong token: %d %q", code, errs)
	}
	left, err := filepath.Glob(filepath.Join(os.TempDir(), "hawker-push-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

// TestAPushTellsWhyTheFileDoesNotArrive, once for each attempt; a server that does not know Hawker's own field is followed without it.
func TestAPushTellsWhyTheFileDoesNotArrive(t *testing.T) {
	t.Parallel()
	for name, known := range map[string]bool{"hawker": true, "meta": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			asked := 0
			mux := http.NewServeMux()
			mux.HandleFunc("GET /v25.0/1/product_feeds", func(w http.ResponseWriter, _ *http.Request) {
				_, _ = fmt.Fprintf(w, `{"data":[{"id":"2","name":%q}]}`, pushFeed)
			})
			mux.HandleFunc("GET /v25.0/2/rules", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `{"data":[]}`) })
			mux.HandleFunc("POST /v25.0/2/uploads", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `{"id":"3"}`) })
			mux.HandleFunc("GET /v25.0/3", func(w http.ResponseWriter, r *http.Request) {
				wants := strings.Contains(r.URL.Query().Get("fields"), "last_fetch_error")
				switch asked++; {
				case wants && !known:
					w.WriteHeader(http.StatusBadRequest)
					_, _ = io.WriteString(w, `{"error":{"message":"(#100) Tried accessing nonexisting field (last_fetch_error)"}}`)
				case asked < 4:
					_, _ = fmt.Fprintf(w, `{"id":"3","last_fetch_error":{"message":"The server answered 503.","remedy":"See why.","attempts":%d,"max_attempts":6,"next_attempt_time":"2026-11-28T12:00:00+0000"}}`, (asked+1)/2)
				default:
					_, _ = io.WriteString(w, `{"id":"3","end_time":"2026-11-28T12:00:05+0000","num_detected_items":7,"num_persisted_items":7}`)
				}
			})
			s := httptest.NewServer(mux)
			t.Cleanup(s.Close)
			code, out, errs := catalogCommand(t, s, "push", "https://shop.example/a.csv")
			if code != 0 || !strings.Contains(out, "7 rows: 7 stored, 0 not taken") {
				t.Fatalf("%d %s %s", code, out, errs)
			}
			for n := 1; known && n <= 2; n++ {
				line := fmt.Sprintf("attempt %d of 6: The server answered 503. See why. The next attempt is at 2026-11-28T12:00:00+0000.\n", n)
				if strings.Count(errs, line) != 1 {
					t.Errorf("%q is not told once: %s", line, errs)
				}
			}
		})
	}
}

func TestExportReadsAllPages(t *testing.T) {
	t.Parallel()
	code, out, errs := catalogCommand(t, graph(t), "export")
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if code != 0 || len(lines) != 4 || !strings.HasPrefix(lines[1], "a,Mug,,,,1234.500 KWD,") || !strings.HasPrefix(lines[3], "gone,") {
		t.Errorf("%d %s %q", code, errs, lines)
	}
}

func TestLintOfWhatIsNoFile(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, in, want string }{
		{"a.xlsx", "PK\x03\x04", "the zip file is damaged"},
		{"a.csv", "", "the file is empty"},
		{"a.csv", "title\nx\n", `there is no column "id"`},
	} {
		name := filepath.Join(t.TempDir(), c.name)
		if err := os.WriteFile(name, []byte(c.in), 0o600); err != nil {
			t.Fatal(err)
		}
		if code, _, errs := catalogCommand(t, nil, "lint", name); code != 1 || !strings.Contains(errs, c.want) {
			t.Errorf("%q: %d %q, want %q", c.in, code, errs, c.want)
		}
	}
}
