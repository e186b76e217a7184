package feed

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/db/dbtest"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/job"
)

// shelf is a feed, a server its files come from, and the runner that fetches them.
type shelf struct {
	*Service
	t         *testing.T
	clock     *clock.Fixed
	runner    *job.Runner
	cat, feed id.ID
	url       string
}

func newShelf(t *testing.T, d *db.DB, c *clock.Fixed, h http.HandlerFunc) shelf {
	t.Helper()
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	s, cat := open(t, d, c)
	name := "Menu"
	f, err := s.Create(t.Context(), owner, cat, Settings{Name: &name})
	if err != nil {
		t.Fatal(err)
	}
	r := job.NewRunner(d, c, slog.New(slog.DiscardHandler))
	s.Register(r)
	return shelf{s, t, c, r, cat, f.ID, srv.URL}
}

// fetch starts a fetch and works off what is due.
func (s shelf) fetch(path string) id.ID {
	s.t.Helper()
	i, err := s.StartFetch(s.t.Context(), owner, s.feed, s.url+path, "", "", nil)
	if err != nil {
		s.t.Fatal(err)
	}
	s.drain()
	return i
}

func (s shelf) drain() {
	s.t.Helper()
	if err := s.runner.Drain(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
}

func (s shelf) upload(i id.ID) (u Upload, problems []UploadError) {
	s.t.Helper()
	err := s.db.View(s.t.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		if u, err = UploadTx(ctx, tx, owner, i); err != nil {
			return err
		}
		problems, err = ErrorsTx(ctx, tx, owner, i)
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return u, problems
}

// TestFailuresOfAFetch: what may pass is tried again with growing pauses, what cannot is told at once, and the
// items of the last good file stay.
func TestFailuresOfAFetch(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		var calls, failing atomic.Int64
		s := newShelf(t, d, c, func(w http.ResponseWriter, r *http.Request) {
			calls.Add(1)
			switch r.URL.Path {
			case "/huge":
				w.Header().Set("Content-Length", strconv.Itoa(2<<30))
			case "/broken":
				w.Header().Set("Content-Length", "100000")
				_, _ = w.Write([]byte(shopFile(10)))
			case "/later":
				w.Header().Set("Retry-After", "1800")
				w.WriteHeader(http.StatusServiceUnavailable)
			case "/secret":
				w.WriteHeader(http.StatusUnauthorized)
			case "/flaky":
				if failing.Add(-1) >= 0 {
					w.WriteHeader(http.StatusBadGateway)
					return
				}
				_, _ = w.Write([]byte(shopFile(40)))
			default:
				w.Header().Set("Content-Disposition", `attachment; filename="../good.csv"`)
				_, _ = w.Write([]byte(shopFile(40)))
			}
		})
		good, problems := s.upload(s.fetch("/good"))
		if good.State != StateEnded || good.Persisted != 40 || good.FileName != "good.csv" || good.EndedAt.IsZero() || good.Errors != 0 {
			t.Fatalf("a good file: %+v %+v", good, problems)
		}

		for path, want := range map[string]string{
			"/secret": "The server answered 401 Unauthorized instead of the file.", "/huge": "The file is larger than 1024 MB.",
		} {
			before := calls.Load()
			u, problems := s.upload(s.fetch(path))
			if u.State != StateEnded || !u.Failed || u.Errors != 1 || calls.Load() != before+1 {
				t.Errorf("%s: %+v after %d calls", path, u, calls.Load()-before)
			}
			if len(problems) != 1 || problems[0].Summary != want || problems[0].Type != TypeFetch || problems[0].Description == "" {
				t.Errorf("%s: %+v", path, problems)
			}
		}

		// Twice down, then up: one pause of a minute, one of two.
		failing.Store(2)
		before := calls.Load()
		i := s.fetch("/flaky")
		for attempt, pause := range []time.Duration{time.Minute, 2 * time.Minute} {
			if u, _ := s.upload(i); u.State != StateFetching || !u.EndedAt.IsZero() {
				t.Fatalf("between tries: %+v", u)
			} else if f := u.Fetch; !u.Retrying() || f.Error != "The server answered 502 Bad Gateway instead of the file." || f.Remedy == "" ||
				f.Attempts != attempt+1 || f.AttemptsMost() != fetchTries || !f.FailedAt.Equal(c.Now()) || f.NextAt.Sub(f.FailedAt) != pause {
				t.Errorf("what is told between tries: %+v", f)
			}
			c.Advance(pause - time.Second)
			n := calls.Load()
			s.drain()
			if calls.Load() != n {
				t.Errorf("tried %v early", time.Second)
			}
			c.Advance(time.Second)
			s.drain()
		}
		if u, _ := s.upload(i); u.State != StateEnded || u.Failed || u.Persisted != 40 || u.Retrying() || u.Fetch.Error != "" || calls.Load() != before+3 {
			t.Errorf("in the end: %+v after %d calls", u, calls.Load()-before)
		}

		// One that is stopped between two attempts ends at once.
		failing.Store(100)
		before = calls.Load()
		i = s.fetch("/flaky")
		if err := s.Cancel(t.Context(), owner, i); err != nil {
			t.Fatal(err)
		}
		s.drain()
		if u, problems := s.upload(i); u.State != StateEnded || !u.Failed || u.Retrying() || len(problems) != 1 || problems[0].Type != TypeCancelled || calls.Load() != before+1 {
			t.Errorf("stopped between two attempts: %+v %+v after %d calls", u, problems, calls.Load()-before)
		}

		// A server that never recovers, and asks for half an hour each time; a file that always breaks off.
		for path, what := range map[string]string{"/later": "The server answered 503 Service Unavailable instead of the file. It was tried 6 times.", "/broken": "It was tried 6 times."} {
			before = calls.Load()
			i = s.fetch(path)
			if path == "/later" {
				c.Advance(29 * time.Minute)
				s.drain()
				if n := calls.Load() - before; n != 1 {
					t.Errorf("called %d times before Retry-After was over", n)
				}
			}
			for range 10 {
				c.Advance(time.Hour)
				s.drain()
			}
			u, problems := s.upload(i)
			if !u.Failed || u.State != StateEnded || calls.Load() != before+fetchTries || len(problems) != 1 || !strings.HasSuffix(problems[0].Summary, what) {
				t.Errorf("%s: %+v %+v after %d calls", path, u, problems, calls.Load()-before)
			}
		}
		if text := s.state(t, s.cat, i); strings.Count(text, "\ns") != 40 {
			t.Errorf("the last good state is gone: %s", text)
		}
	})
}

// TestConditionalFetches: an unchanged file is not sent again, a changed feed asks for the whole of it.
func TestConditionalFetches(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		const stamp = "Mon, 23 Nov 2026 08:00:00 GMT"
		var whole, unchanged atomic.Int64
		s := newShelf(t, d, c, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Last-Modified", stamp)
			if r.Header.Get("If-Modified-Since") == stamp {
				unchanged.Add(1)
				w.WriteHeader(http.StatusNotModified)
				return
			}
			whole.Add(1)
			_, _ = w.Write([]byte(shopFile(10)))
		})
		sch := NewSchedule()
		sch.Interval, sch.URL, sch.Timezone = Hourly, s.url+"/f.csv", "UTC"
		if err := s.Update(t.Context(), owner, s.feed, Settings{Schedule: &sch}); err != nil {
			t.Fatal(err)
		}
		hour := func(wantWhole, wantUnchanged int64) {
			t.Helper()
			c.Advance(time.Hour)
			s.drain()
			if whole.Load() != wantWhole || unchanged.Load() != wantUnchanged {
				t.Fatalf("%d whole and %d unchanged answers, want %d and %d", whole.Load(), unchanged.Load(), wantWhole, wantUnchanged)
			}
		}
		hour(1, 0)
		hour(1, 1)
		if _, err := s.AddRule(t.Context(), owner, s.feed, Rule{Attribute: "brand", Type: FallbackRule, Params: map[string]string{"fallback": "Quán"}}); err != nil {
			t.Fatal(err)
		}
		hour(2, 1)
		hour(2, 2)
		// A long absence is made up for once.
		c.Advance(50 * time.Hour)
		hour(2, 3)

		var list []Upload
		err := d.View(t.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
			list, err = UploadsTx(ctx, tx, owner, s.feed, 0, 0, 100)
			return err
		})
		if err != nil || len(list) != 5 {
			t.Fatalf("%d uploads, %v", len(list), err)
		}
		for _, u := range list {
			if u.InputMethod != Fetched || u.Failed || u.Detected != 10 || u.Persisted != 10 || u.EndedAt.IsZero() {
				t.Errorf("%+v", u)
			}
		}
	})
}

// TestReportsAreReadForThirtyDays: under an address that nobody guesses, in a form that no spreadsheet runs.
func TestReportsAreReadForThirtyDays(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		const head = "id,title,description,availability,condition,price,link,image_link\n"
		s := newShelf(t, d, c, func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte(head + "\"=cmd|'/c calc'!A1\",x,d,in stock,new,abc,https://s.example/1,https://s.example/1.jpg\n"))
		})
		i := s.fetch("/f.csv")
		if err := s.RequestReport(t.Context(), owner, i); err != nil {
			t.Fatal(err)
		}
		if u, _ := s.upload(i); u.ReportStatus != ReportAsked || u.ReportKey != "" {
			t.Errorf("%+v", u)
		}
		s.drain()
		u, _ := s.upload(i)
		if u.ReportStatus != ReportFinished || len(u.ReportKey) < 20 {
			t.Fatalf("%+v", u)
		}
		f, err := s.OpenReport(t.Context(), u.ReportKey)
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(f)
		if err := errors.Join(err, f.Close()); err != nil || !strings.Contains(string(text), "\n'=cmd|") || !strings.Contains(string(text), ",FATAL,price,") {
			t.Errorf("%s %v", text, err)
		}
		for _, key := range []string{"", "x", "\xff", "\x00", strings.ToLower(u.ReportKey)} {
			if _, err := s.OpenReport(t.Context(), key); !errors.Is(err, ErrUnknown) {
				t.Errorf("%q: %v", key, err)
			}
		}
		c.Advance(reportKept)
		if old, _ := s.upload(i); old.ReportStatus != ReportOutdated || old.ReportKey != "" {
			t.Errorf("after thirty days: %+v", old)
		}
		if _, err := s.OpenReport(t.Context(), u.ReportKey); !errors.Is(err, ErrUnknown) {
			t.Errorf("after thirty days: %v", err)
		}
	})
}

func TestSheetsAreReadAsCSV(t *testing.T) {
	t.Parallel()
	const sheet = "https://docs.google.com/spreadsheets/d/1aB-c/"
	for in, want := range map[string]string{
		sheet + "edit#gid=42":                     sheet + "export?format=csv&gid=42",
		sheet + "edit?usp=sharing":                sheet + "export?format=csv",
		sheet + "edit#gid=4;DROP":                 sheet + "export?format=csv",
		sheet + "export?format=tsv":               sheet + "export?format=tsv",
		"https://docs.google.com/spreadsheets/d/": "https://docs.google.com/spreadsheets/d/",
		"https://shop.example/edit#gid=1":         "https://shop.example/edit#gid=1",
	} {
		if got := sheetURL(in); got != want {
			t.Errorf("%s became %s, want %s", in, got, want)
		}
	}
}
