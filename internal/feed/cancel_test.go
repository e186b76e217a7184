package feed

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/db/dbtest"
	"github.com/hawkerhq/hawker/internal/id"
)

// latest is the upload that was begun last.
func (k taker) latest() (i id.ID) {
	k.t.Helper()
	err := k.s.db.View(k.t.Context(), func(ctx context.Context, tx *db.Tx) error {
		return tx.QueryRow(ctx, `SELECT MAX(id) FROM feed_upload`).Scan(&i)
	})
	if err != nil {
		k.t.Fatal(err)
	}
	return i
}

// TestACancelledUploadLeavesTheCatalogAsItWas, whether it is stopped between two chunks, before the first or behind the last.
func TestACancelledUploadLeavesTheCatalogAsItWas(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		k := newTaker(t, d, c)
		k.take("a.csv", titled("Old", 0, 300))
		before := k.seen()
		cancel := func() {
			if err := k.s.Cancel(t.Context(), owner, k.latest()); err != nil {
				t.Error(err)
			}
		}
		for name, at := range map[string]int{"between two chunks": 1, "behind the last": 1 << 30} {
			commits := 0
			k.s.committed = func() {
				if commits++; k.running() && (commits == at || at > 1000) {
					cancel()
				}
			}
			u, types := k.take("b.csv", titled("New", 100, 1500))
			if !u.Failed || u.State != StateEnded || u.Persisted != 0 || strings.Join(types, " ") != "UPLOAD_CANCELLED 1" || k.seen() != before || k.leftOver() != 0 {
				t.Errorf("%s: %+v %v, %d rows left over", name, u, types, k.leftOver())
			}
			k.s.committed = nil
			cancel() // it has ended: nothing happens
		}
		i, err := k.s.StartUpload(t.Context(), owner, k.feed, Source{FileName: "c.csv"}, strings.NewReader(titled("Third", 0, 5)))
		if err != nil {
			t.Fatal(err)
		}
		if err := k.s.Cancel(t.Context(), access.Caller{Businesses: []id.ID{999}, Permissions: access.Permissions()}, i); !errors.Is(err, ErrUnknown) {
			t.Errorf("another business cancels it: %v", err)
		}
		cancel()
		if err := k.s.Import(t.Context(), ImportUpload{UploadID: i}); err != nil || k.seen() != before || k.leftOver() != 0 {
			t.Errorf("before it began: %v, %d rows left over", err, k.leftOver())
		}
		if u, _ := k.take("d.csv", titled("Fourth", 0, 300)); u.Failed || !strings.Contains(k.seen(), "Fourth") {
			t.Errorf("the next one: %+v", u)
		}
	})
}
