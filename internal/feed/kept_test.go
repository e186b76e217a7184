package feed

import (
	"strings"
	"testing"
	"time"

	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/db/dbtest"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/media"
)

// TestNoFileStaysForGood: reports and refused rows go when they are too old, an older report with a newer one, and all of a feed
// with the feed or its catalog.
func TestNoFileStaysForGood(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		const file = "id,title,description,availability,condition,price,link,image_link,brand\na,A,d,in stock,new,abc,https://s.example/1,https://s.example/1.jpg,b\n"
		dir := t.TempDir()
		s := newShelf(t, d, c, nil)
		files, err := media.Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		s.files = files
		left := func(when string, want int) {
			t.Helper()
			s.drain()
			if n := count(t, dir); n != want {
				t.Errorf("%s: %d files are left, want %d", when, n, want)
			}
		}
		upload := func() id.ID {
			t.Helper()
			i, err := s.StartUpload(t.Context(), owner, s.feed, Source{FileName: "a.csv"}, strings.NewReader(file))
			if err != nil {
				t.Fatal(err)
			}
			s.drain()
			return i
		}
		report := func(i id.ID) {
			t.Helper()
			if err := s.RequestReport(t.Context(), owner, i); err != nil {
				t.Fatal(err)
			}
		}

		first := upload()
		left("an upload that has ended keeps its refused rows", 1)
		report(first)
		left("and its report", 2)
		report(first)
		left("the same report again is the same file", 2)
		c.Advance(20 * 24 * time.Hour)
		second := upload()
		report(second)
		left("equal files are one", 2)
		c.Advance(10*24*time.Hour + time.Second)
		left("the first upload is too old, the second still names them", 2)
		if u, _ := s.upload(first); u.ReportStatus != ReportOutdated || u.ReportHash != "" {
			t.Errorf("%+v", u)
		}
		c.Advance(10 * 24 * time.Hour)
		left("forty days", 2)
		c.Advance(10 * 24 * time.Hour)
		left("fifty days", 0)

		third := upload()
		report(third)
		left("a third upload", 2)
		if err := s.Delete(t.Context(), owner, s.feed); err != nil {
			t.Fatal(err)
		}
		left("without its feed", 0)

		name := "another"
		f, err := s.Create(t.Context(), owner, s.cat, Settings{Name: &name})
		if err != nil {
			t.Fatal(err)
		}
		s.feed = f.ID
		report(upload())
		if err := s.catalogs.Delete(t.Context(), owner, s.cat, true); err != nil {
			t.Fatal(err)
		}
		left("without its catalog", 0)
	})
}
