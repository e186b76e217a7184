// Package calllog remembers the last calls of the Graph API, whole, for developers who ask why something happened.
// It writes behind the calls' backs: a call never waits for it, and a crash loses the last moments.
package calllog

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/live"
)

// Bounds of the log.
const (
	// Kept is how many calls are remembered.
	Kept = 5000
	// bodyMost is how much of a body is.
	bodyMost = 32 << 10
	// waitingMost is how many calls wait to be written; more are left out, so that a load test is not held up by its log.
	waitingMost = 500
	// flushEvery is how long a call waits at the most.
	flushEvery = 300 * time.Millisecond
)

// Call is one call and its answer.
type Call struct {
	ID                         id.ID
	At                         time.Time
	Method, Path, Query, Agent string
	Status                     int
	Took                       time.Duration
	Code, Subcode              int // of the error; 0: none
	Trace                      string
	Ref                        string // the message that the call made, or is about
	Kind                       string // of the request's body
	Request, Response          string
}

// Topic is where new calls are published.
const Topic = "calls"

// Log records calls.
type Log struct {
	db      *db.DB
	clock   clock.Clock
	live    *live.Hub
	logger  *slog.Logger
	end     context.CancelFunc
	done    sync.WaitGroup
	mu      sync.Mutex
	waiting []seen
}

// New returns a log that writes once [Log.Start] was called.
func New(d *db.DB, c clock.Clock, hub *live.Hub, logger *slog.Logger) *Log {
	return &Log{db: d, clock: c, live: hub, logger: logger}
}

// Start writes what is recorded until [Log.Stop].
func (l *Log) Start(ctx context.Context) {
	ctx, l.end = context.WithCancel(ctx)
	l.done.Go(func() {
		tick := time.NewTicker(flushEvery)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			if err := l.Flush(ctx); err != nil && ctx.Err() == nil {
				l.logger.Error("the log of calls could not be written", "error", err)
			}
		}
	})
}

// Stop ends the writing; what was recorded until then is written.
func (l *Log) Stop() {
	if l.end == nil {
		return
	}
	l.end()
	l.done.Wait()
	if err := l.Flush(context.Background()); err != nil {
		l.logger.Error("the last calls could not be written", "error", err)
	}
}

// record is what of a call is remembered while it runs.
type record struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
}

func (r *record) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *record) Write(b []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	if room := bodyMost - r.body.Len(); room > 0 {
		r.body.Write(b[:min(room, len(b))])
	}
	return r.ResponseWriter.Write(b)
}

// Unwrap lets [http.ResponseController] through.
func (r *record) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// taken copies the beginning of a body that somebody reads.
type taken struct {
	io.ReadCloser
	body bytes.Buffer
}

func (t *taken) Read(p []byte) (int, error) {
	n, err := t.ReadCloser.Read(p)
	if room := bodyMost - t.body.Len(); room > 0 {
		t.body.Write(p[:min(room, n)])
	}
	return n, err
}

// Wrap records the calls that next answers.
func (l *Log) Wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		elapsed := clock.Stopwatch()
		in, out := &taken{ReadCloser: r.Body}, &record{ResponseWriter: w}
		if r.Body != nil {
			r.Body = in
		}
		next.ServeHTTP(out, r)
		l.keep(seen{r, in.body.Bytes(), out.status, out.body.Bytes(), out.Header(), elapsed(), l.clock.Now()})
	})
}

// seen is a call as it came and was answered.
type seen struct {
	r      *http.Request
	body   []byte
	status int
	answer []byte
	head   http.Header // of the answer
	took   time.Duration
	at     time.Time
}

// call puts together what is remembered. It is the writer's work: nobody waits for it.
func (s seen) call() Call {
	kind, _, err := mime.ParseMediaType(s.r.Header.Get("Content-Type"))
	if err != nil {
		kind = ""
	}
	c := Call{
		At: s.at, Method: s.r.Method, Path: s.r.URL.EscapedPath(), Query: maskQuery(s.r.URL.RawQuery), Agent: s.r.UserAgent(), Status: s.status, Took: s.took, Kind: kind,
		Trace: s.head.Get("X-Fb-Trace-Id"),
	}
	body := string(s.body)
	switch {
	case kind == "application/x-www-form-urlencoded":
		c.Request = maskQuery(body)
	case strings.HasPrefix(kind, "multipart/"), !strings.HasPrefix(kind, "text/") && kind != "application/json" && kind != "":
		c.Request = fmt.Sprintf("(%s)", kind)
	default:
		c.Request = maskJSON(body)
	}
	c.Response = maskJSON(string(s.answer))
	if t := s.head.Get("Content-Type"); !strings.Contains(t, "json") && !strings.HasPrefix(t, "text/") {
		c.Response = fmt.Sprintf("(%s)", t)
	}
	c.Code, c.Subcode, c.Ref = meaning(s.answer, body)
	return c
}

// meaning reads the error of an answer, and which message a call made or is about.
func meaning(answer []byte, body string) (code, subcode int, ref string) {
	var a struct {
		Error struct {
			Code    int `json:"code"`
			Subcode int `json:"error_subcode"`
		} `json:"error"`
		Messages []struct {
			ID string `json:"id"`
		} `json:"messages"`
	}
	_ = json.Unmarshal(answer, &a) // what is no JSON has no meaning
	if len(a.Messages) > 0 {
		return a.Error.Code, a.Error.Subcode, a.Messages[0].ID
	}
	var b struct {
		MessageID string `json:"message_id"`
	}
	_ = json.Unmarshal([]byte(body), &b)
	return a.Error.Code, a.Error.Subcode, b.MessageID
}

// busyMost is how many refusals of a server that has too much to do wait to be written: there, the log comes last.
const busyMost = 20

func (l *Log) keep(c seen) {
	l.mu.Lock()
	defer l.mu.Unlock()
	most := waitingMost
	if c.status == http.StatusServiceUnavailable {
		most = busyMost
	}
	if len(l.waiting) < most {
		l.waiting = append(l.waiting, c)
	}
}
