package feed

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/db/dbtest"
	"github.com/hawkerhq/hawker/internal/media"
)

// TestFilesInPieces: a file sent in pieces over a bad line is the file that was meant, and nothing is left behind.
func TestFilesInPieces(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		dir := t.TempDir()
		s := newShelf(t, d, c, nil)
		files, err := media.Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		s.files = files
		caller := access.Caller{App: 9, Businesses: owner.Businesses, Permissions: owner.Permissions}
		other := access.Caller{App: 10, Businesses: owner.Businesses, Permissions: owner.Permissions}
		text := shopFile(10)
		begin := func() string {
			t.Helper()
			name, err := s.StartSession(t.Context(), caller, Session{AppID: 9, FileName: "a.csv", FileType: "text/csv", Length: int64(len(text))})
			if err != nil || !strings.HasPrefix(name, SessionPrefix) {
				t.Fatal(name, err)
			}
			return name
		}
		name := begin()

		// The line breaks behind 100 bytes, which are kept; then the body ends early; then the rest comes.
		line := io.MultiReader(strings.NewReader(text[:100]), iotest.ErrReader(errors.New("reset")))
		for _, step := range []struct {
			r      io.Reader
			offset int64
			what   string
		}{
			{line, 0, "the connection broke off at byte 100"},
			{strings.NewReader(text), 0, "100 bytes are here already"},
			{strings.NewReader(text[100:150]), 100, "the body ended at byte 150"},
			{strings.NewReader(text[150:] + "more"), 150, "goes on behind"},
			{strings.NewReader(""), 150, "the body ended at byte 150"},
		} {
			if _, err := s.Append(t.Context(), caller, name, step.offset, step.r); !errors.Is(err, ErrParam) || !strings.Contains(err.Error(), step.what) {
				t.Fatalf("%v, want %s", err, step.what)
			}
		}
		if _, err := s.Append(t.Context(), other, name, 150, strings.NewReader(text[150:])); !errors.Is(err, ErrUnknown) {
			t.Errorf("another app goes on with it: %v", err)
		}
		n, err := s.Session(t.Context(), caller, name)
		if err != nil || n.Received != 150 || n.Handle != "" {
			t.Errorf("%+v %v", n, err)
		}
		handle, err := s.Append(t.Context(), caller, name, 150, strings.NewReader(text[150:]))
		if err != nil || !strings.HasPrefix(handle, HandlePrefix) {
			t.Fatal(handle, err)
		}
		if again, err := s.Append(t.Context(), caller, name, int64(len(text)), strings.NewReader("")); again != handle || err != nil {
			t.Errorf("asked again: %q %v", again, err)
		}
		if got := count(t, dir); got != 1 {
			t.Errorf("%d files are kept, want the joined one", got)
		}

		if _, err := s.StartUploadOf(t.Context(), other, s.feed, handle, nil); !errors.Is(err, ErrParam) {
			t.Errorf("another app takes it in: %v", err)
		}
		for range 2 { // a handle is good for more than one upload
			i, err := s.StartUploadOf(t.Context(), caller, s.feed, handle, nil)
			if err != nil {
				t.Fatal(err)
			}
			s.drain()
			if u, _ := s.upload(i); u.Persisted != 10 || u.InputMethod != Manual || u.FileName != "a.csv" {
				t.Errorf("%+v", u)
			}
		}

		// A day later everything is gone, complete or not.
		name = begin()
		_, _ = s.Append(t.Context(), caller, name, 0, strings.NewReader("id"))
		c.Advance(sessionKept + time.Second)
		if _, err := s.Session(t.Context(), caller, name); !errors.Is(err, ErrUnknown) {
			t.Errorf("after a day: %v", err)
		}
		begin()
		if got := count(t, dir); got != 0 {
			t.Errorf("%d files are left", got)
		}
	})
}

func TestSessionsAreBounded(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		s := newShelf(t, d, c, nil)
		caller := access.Caller{App: 9, Businesses: owner.Businesses, Permissions: owner.Permissions}
		for what, n := range map[string]Session{
			"file_length":  {AppID: 9, FileType: "text/csv", Length: ManualBytes + 1},
			"file_length ": {AppID: 9, FileType: "text/csv"},
			"file_type":    {AppID: 9, FileType: "text/html", Length: 1},
		} {
			if _, err := s.StartSession(t.Context(), caller, n); !errors.Is(err, ErrParam) || !strings.Contains(err.Error(), strings.TrimSpace(what)) {
				t.Errorf("%s: %v", what, err)
			}
		}
		if _, err := s.StartSession(t.Context(), caller, Session{AppID: 10, FileType: "text/csv", Length: 1}); !errors.Is(err, ErrUnknown) {
			t.Errorf("of another app: %v", err)
		}
		for range sessionsMost {
			if _, err := s.StartSession(t.Context(), caller, Session{AppID: 9, FileType: "text/csv", Length: 1}); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := s.StartSession(t.Context(), caller, Session{AppID: 9, FileType: "text/csv", Length: 1}); !errors.Is(err, ErrFull) {
			t.Errorf("one too many: %v", err)
		}
		if _, err := s.Session(t.Context(), caller, "upload:\x00"); !errors.Is(err, ErrUnknown) {
			t.Errorf("a name that is no text: %v", err)
		}
	})
}

// count counts the files under dir.
func count(t *testing.T, dir string) (n int) {
	t.Helper()
	err := filepath.WalkDir(dir, func(_ string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			n++
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestProgressIsSeenWhileAnUploadRuns: the counters rise with what is committed, and there is no end yet.
func TestProgressIsSeenWhileAnUploadRuns(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		s := newShelf(t, d, c, nil)
		i, err := s.StartUpload(t.Context(), owner, s.feed, Source{FileName: "a.csv"}, strings.NewReader(shopFile(30)))
		if err != nil {
			t.Fatal(err)
		}
		advance := func(p Progress) Upload {
			t.Helper()
			if err := d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error { return advanceTx(ctx, tx, i, p) }); err != nil {
				t.Fatal(err)
			}
			u, _ := s.upload(i)
			return u
		}
		if u := advance(Progress{Rows: 10, Counters: Counters{Detected: 10, Persisted: 9, Invalid: 1, Errors: 1}}); u.State != StateRunning ||
			u.Detected != 10 || u.Persisted != 9 || !u.EndedAt.IsZero() {
			t.Errorf("%+v", u)
		}
		if u := advance(Progress{Rows: 10, Counters: Counters{Detected: 10, Persisted: 10, Warnings: 2}}); u.RowsDone != 20 || u.Detected != 20 ||
			u.Persisted != 19 || u.Invalid != 1 || u.Warnings != 2 || !u.EndedAt.IsZero() {
			t.Errorf("%+v", u)
		}
		s.drain()
		if u, _ := s.upload(i); u.State != StateEnded || u.Detected != 30 || u.EndedAt.IsZero() || u.Hash != "" {
			t.Errorf("in the end: %+v", u)
		}
	})
}
