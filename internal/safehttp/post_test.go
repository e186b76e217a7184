package safehttp_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hawkerhq/hawker/internal/safehttp"
)

func TestNothingIsPostedToHostileAddresses(t *testing.T) {
	t.Parallel()
	c := safehttp.New(safehttp.Config{})
	for why, hosts := range hostile {
		for host := range strings.FieldsSeq(hosts) {
			if _, err := c.Post(t.Context(), "https://"+host+"/", nil, []byte("x")); !errors.Is(err, safehttp.ErrAddress) {
				t.Errorf("%s (%s): %v, want ErrAddress", host, why, err)
			}
		}
	}
	if _, err := c.Post(t.Context(), "https://93.184.215.14:8443/", nil, nil); !errors.Is(err, safehttp.ErrAddress) {
		t.Errorf("another port: %v, want ErrAddress", err)
	}
	if _, err := c.Post(t.Context(), "http://93.184.215.14/", nil, nil); !errors.Is(err, safehttp.ErrAddress) {
		t.Errorf("plain http: %v, want ErrAddress", err)
	}
}

// counted is a server that counts its connections.
func counted(t *testing.T, secure bool, h http.HandlerFunc) (srv *httptest.Server, connections func() int) {
	t.Helper()
	var mu sync.Mutex
	n := 0
	srv = httptest.NewUnstartedServer(h)
	srv.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			mu.Lock()
			defer mu.Unlock()
			n++
		}
	}
	if secure {
		srv.StartTLS()
	} else {
		srv.Start()
	}
	t.Cleanup(srv.Close)
	return srv, func() int {
		mu.Lock()
		defer mu.Unlock()
		return n
	}
}

func TestAPostIsWrittenAndAnsweredAsEverywhere(t *testing.T) {
	t.Parallel()
	for _, secure := range []bool{false, true} {
		srv, connections := counted(t, secure, func(w http.ResponseWriter, r *http.Request) {
			b, _ := io.ReadAll(r.Body)
			w.Header().Set("X-Path", r.URL.RequestURI())
			if n := len(b); n > 8 {
				b = fmt.Appendf(nil, "%d bytes", n)
			}
			_, _ = fmt.Fprintf(w, "%s %s %s %s %d", r.Method, r.Host, r.Header.Get("X-One"), b, r.ContentLength)
		})
		roots := x509.NewCertPool()
		if secure {
			roots.AddCert(srv.Certificate())
		}
		c := safehttp.New(safehttp.Config{AllowPrivate: true, Roots: roots})
		host := srv.Listener.Addr().String()
		for n, body := range []string{"", "x", "phở", strings.Repeat("y", 64<<10)} {
			a, err := c.Post(t.Context(), srv.URL+"/a%20b?c=d", http.Header{"X-One": {"1"}}, []byte(body))
			said := body
			if len(body) > 8 {
				said = fmt.Sprintf("%d bytes", len(body))
			}
			if want := fmt.Sprintf("POST %s 1 %s %d", host, said, len(body)); err != nil || a.Status != http.StatusOK || string(a.Body) != want || a.Header.Get("X-Path") != "/a%20b?c=d" {
				t.Errorf("%d: %d %q %v, %v, want %q", n, a.Status, a.Body, a.Header, err, want)
			}
		}
		if n := connections(); n != 1 {
			t.Errorf("%d connections for requests one after the other", n)
		}
		if a, err := c.Post(t.Context(), srv.URL, nil, bytes.Repeat([]byte("z"), 3<<20)); err != nil || !strings.Contains(string(a.Body), "3145728 bytes") {
			t.Errorf("a long body: %q, %v", a.Body, err)
		}
		c.Close()
		if a, err := c.Post(t.Context(), srv.URL, nil, nil); err != nil || a.Status != http.StatusOK {
			t.Errorf("after Close: %d, %v", a.Status, err)
		}
		if secure {
			if _, err := safehttp.New(safehttp.Config{AllowPrivate: true}).Post(t.Context(), srv.URL, nil, nil); !errors.Is(err, safehttp.ErrUnreachable) {
				t.Errorf("a certificate of nobody: %v, want ErrUnreachable", err)
			}
		}
	}
}

// raw is a server that says to each request what it is told to, word for word, and then closes if close is set.
func raw(t *testing.T, say string, closes bool) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer func() { _ = conn.Close() }()
				in := bufio.NewReader(conn)
				for {
					req, err := http.ReadRequest(in)
					if err != nil {
						return
					}
					_, _ = io.Copy(io.Discard, req.Body)
					if _, err := io.WriteString(conn, say); err != nil || closes {
						return
					}
				}
			}()
		}
	}()
	return "http://" + l.Addr().String() + "/"
}

func TestOddAnswersToAPost(t *testing.T) {
	t.Parallel()
	const fine = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
	for name, x := range map[string]struct {
		say    string
		closes bool
		status int
		body   string
		fails  bool
	}{
		"as it should be":                {fine, false, 200, "ok", false},
		"closes without a word":          {fine, true, 200, "ok", false},
		"says that it closes":            {"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok", true, 200, "ok", false},
		"HTTP/1.0":                       {"HTTP/1.0 200 OK\r\n\r\nok", true, 200, "ok", false},
		"early hints":                    {"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n" + fine, false, 200, "ok", false},
		"nothing but hints":              {strings.Repeat("HTTP/1.1 100 Continue\r\n\r\n", 20), false, 100, "", false},
		"another protocol":               {"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n", false, 101, "", false},
		"pieces":                         {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", false, 200, "ok", false},
		"broken pieces":                  {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", true, 200, "", true},
		"more than was said":             {fine + "HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n", false, 200, "ok", false},
		"less than was said":             {"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok", true, 200, "ok", true},
		"more than is read":              {"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + strings.Repeat("a", 100000), false, 200, strings.Repeat("a", safehttp.BodyMost), false},
		"a head without end":             {"HTTP/1.1 200 OK\r\nX: " + strings.Repeat("y", 1<<20), true, 0, "", true},
		"hints without end":              {strings.Repeat("HTTP/1.1 103 Early Hints\r\nX: "+strings.Repeat("y", 1<<12)+"\r\n\r\n", 1000), true, 0, "", true},
		"nothing":                        {"", true, 0, "", true},
		"not HTTP":                       {"220 mail.example ESMTP\r\n", true, 0, "", true},
		"two lengths":                    {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok", true, 0, "", true},
		"nothing, and that is an answer": {"HTTP/1.1 204 No Content\r\n\r\n", false, 204, "", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := raw(t, x.say, x.closes)
			c := safehttp.New(safehttp.Config{AllowPrivate: true, Timeout: 5 * time.Second})
			defer c.Close()
			for n := range 5 { // what one answer leaves behind is not the next one's
				a, err := c.Post(t.Context(), url, nil, []byte("x"))
				if name == "hints without end" && a.Status == http.StatusEarlyHints {
					continue // after a few of them
				}
				if a.Status != x.status || string(a.Body) != x.body || (err != nil) != x.fails {
					t.Fatalf("answer %d: %d %.80q, %v", n, a.Status, a.Body, err)
				}
				if err != nil && !errors.Is(err, safehttp.ErrUnreachable) {
					t.Errorf("answer %d: %v, want ErrUnreachable", n, err)
				}
			}
		})
	}
}

// A receiver lets a connection go whenever it likes. Where that meets the next request, before a word of an answer, the request goes
// out once more on a new connection; one that is let go at once is a failure.
func TestAKeptConnectionThatIsGone(t *testing.T) {
	t.Parallel()
	for name, x := range map[string]struct {
		answers int // on each connection; the request after them resets it
		made    int32
		fails   bool
	}{
		"after an answer": {1, 4, false},
		"at once":         {0, 4, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = l.Close() })
			var made atomic.Int32
			go func() {
				for {
					conn, err := l.Accept()
					if err != nil {
						return
					}
					made.Add(1)
					go func() {
						in := bufio.NewReader(conn)
						for n := 0; ; n++ {
							req, err := http.ReadRequest(in)
							if err == nil {
								_, err = io.Copy(io.Discard, req.Body)
							}
							if err != nil || n == x.answers {
								_ = conn.(*net.TCPConn).SetLinger(0)
								_ = conn.Close()
								return
							}
							_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
						}
					}()
				}
			}()
			c := safehttp.New(safehttp.Config{AllowPrivate: true, Timeout: 5 * time.Second})
			defer c.Close()
			for n := range 4 {
				a, err := c.Post(t.Context(), "http://"+l.Addr().String()+"/", nil, []byte("x"))
				if (err != nil) != x.fails || (err == nil && a.Status != http.StatusOK) {
					t.Errorf("request %d: %d, %v", n, a.Status, err)
				}
			}
			if got := made.Load(); got != x.made {
				t.Errorf("%d connections, want %d", got, x.made)
			}
		})
	}
}

func TestAPostEndsInTime(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	defer close(release)
	srv, _ := counted(t, false, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/body" {
			w.WriteHeader(http.StatusOK)
			_ = http.NewResponseController(w).Flush()
		}
		select {
		case <-release:
		case <-r.Context().Done():
		}
	})
	short := safehttp.New(safehttp.Config{AllowPrivate: true, Timeout: 50 * time.Millisecond})
	for _, path := range []string{"/head", "/body"} {
		if _, err := short.Post(t.Context(), srv.URL+path, nil, []byte("x")); !errors.Is(err, safehttp.ErrUnreachable) {
			t.Errorf("%s: %v, want ErrUnreachable", path, err)
		}
	}
	long := safehttp.New(safehttp.Config{AllowPrivate: true})
	for _, path := range []string{"/head", "/body"} {
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		if _, err := long.Post(ctx, srv.URL+path, nil, []byte("x")); err == nil || ctx.Err() == nil {
			t.Errorf("%s: %v after the caller gave up", path, err)
		}
		cancel()
	}
}

func TestAHeaderLineStaysOne(t *testing.T) {
	t.Parallel()
	url := raw(t, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", false)
	c := safehttp.New(safehttp.Config{AllowPrivate: true})
	for name, value := range map[string]string{"X-One": "a\r\nX-Two: b", "X-One: a\r\nX-Two": "b", "X One": "a"} {
		if a, err := c.Post(t.Context(), url, http.Header{name: {value}}, nil); err == nil {
			t.Errorf("%q: %q was sent and answered %d", name, value, a.Status)
		}
	}
}

// As many callers at once as there are connections kept.
func TestPostsAtOnce(t *testing.T) {
	t.Parallel()
	const callers, each = 16, 50
	srv, connections := counted(t, false, func(w http.ResponseWriter, r *http.Request) { _, _ = io.Copy(w, r.Body) })
	c := safehttp.New(safehttp.Config{AllowPrivate: true})
	var wg sync.WaitGroup
	for n := range callers {
		wg.Go(func() {
			for k := range each {
				body := fmt.Sprintf("%d/%d", n, k)
				if a, err := c.Post(t.Context(), srv.URL, nil, []byte(body)); err != nil || string(a.Body) != body {
					t.Errorf("%s was answered %q, %v", body, a.Body, err)
					return
				}
			}
		})
	}
	wg.Wait()
	if n := connections(); n > callers {
		t.Errorf("%d connections for %d callers", n, callers)
	}
}
