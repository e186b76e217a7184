package feed

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/db/dbtest"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/live"
	"github.com/hawkerhq/hawker/internal/media"
	"github.com/hawkerhq/hawker/internal/safehttp"
)

var owner = access.Caller{Businesses: []id.ID{7}, Permissions: access.Permissions()}

func open(t *testing.T, d *db.DB, c clock.Clock) (*Service, id.ID) {
	t.Helper()
	files, err := media.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	svc := catalog.New(d, live.New())
	cat, err := svc.Create(t.Context(), owner, catalog.Catalog{BusinessID: 7, Name: "Quán"})
	if err != nil {
		t.Fatal(err)
	}
	return New(Deps{DB: d, Clock: c, Files: files, Client: safehttp.New(safehttp.Config{AllowPrivate: true}), Catalogs: svc}), cat.ID
}

// shopFile has n items, of which each hundredth is wrong and each fiftieth stands twice.
func shopFile(n int) string {
	var b strings.Builder
	b.WriteString("id,title,description,availability,condition,price,link,image_link\n")
	for i := range n {
		price := "1.00 USD"
		if i%100 == 99 {
			price = "one"
		}
		key := i
		if i%50 == 49 {
			key = i - 1
		}
		fmt.Fprintf(&b, "s%d,Item %d,d,in stock,new,%s,https://s.example/%d,https://s.example/%d.jpg\n", key, i, price, i, i)
	}
	return b.String()
}

// state is what an upload came to, and the items there are.
func (s *Service) state(t *testing.T, cat, upload id.ID) string {
	t.Helper()
	var u Upload
	var list []catalog.Item
	var problems []UploadError
	err := s.db.View(t.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		if u, err = UploadTx(ctx, tx, owner, upload); err != nil {
			return err
		}
		if problems, err = errorsTx(ctx, tx, upload); err != nil {
			return err
		}
		list, _, err = catalog.ListTx(ctx, tx, owner, cat, catalog.Query{Limit: 5000}, false)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s %+v rows %d\n", u.State, u.Counters, u.RowsDone)
	for _, p := range problems {
		fmt.Fprintln(&b, p.Type, p.Fatal, p.Total, p.samples)
	}
	for _, i := range list {
		fmt.Fprintln(&b, i.RetailerID, i.Title, i.Rev)
	}
	return b.String()
}

// TestAKilledImportGoesOn: killed after any commit, begun again, an import ends as an undisturbed one does.
func TestAKilledImportGoesOn(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		s, cat := open(t, d, c)
		var left atomic.Int64
		var kill context.CancelFunc
		s.committed = func() {
			if left.Add(-1) == 0 && kill != nil {
				kill()
			}
		}
		run := func(killAfter int64) string {
			name := fmt.Sprintf("feed %d", killAfter)
			f, err := s.Create(t.Context(), owner, cat, Settings{Name: &name})
			if err != nil {
				t.Fatal(err)
			}
			first, err := s.StartUpload(t.Context(), owner, f.ID, Source{FileName: "a.csv"}, strings.NewReader(shopFile(1200)))
			if err != nil {
				t.Fatal(err)
			}
			second, err := s.StartUpload(t.Context(), owner, f.ID, Source{FileName: "b.csv"}, strings.NewReader(shopFile(1000)))
			if err != nil {
				t.Fatal(err)
			}
			for _, upload := range []id.ID{first, second} {
				for {
					ctx, cancel := context.WithCancel(t.Context())
					left.Store(killAfter)
					kill = cancel
					err := s.Import(ctx, ImportUpload{UploadID: upload})
					cancel()
					if err == nil {
						break
					}
					if !errors.Is(err, context.Canceled) {
						t.Fatal(err)
					}
				}
			}
			kill = nil
			out := s.state(t, cat, first) + s.state(t, cat, second)
			if err := s.Delete(t.Context(), owner, f.ID); err != nil {
				t.Fatal(err)
			}
			if err := s.Clear(t.Context(), Clear{FeedID: f.ID}); err != nil {
				t.Fatal(err)
			}
			return out
		}
		want := run(1 << 30)
		if !strings.Contains(want, "DUPLICATE_ID true 48 48") || !strings.Contains(want, "Deleted:") {
			t.Fatalf("undisturbed:\n%.600s", want)
		}
		for _, after := range []int64{1, 2, 3} {
			if got := run(after); got != want {
				t.Errorf("killed after every %d commits:\n%.700s\nwant\n%.700s", after, got, want)
			}
		}
	})
}
