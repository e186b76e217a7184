package feed

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/db/dbtest"
	"github.com/hawkerhq/hawker/internal/id"
)

// taker takes files in, one behind the other.
type taker struct {
	t    *testing.T
	s    *Service
	feed id.ID
	cat  id.ID
}

func newTaker(t *testing.T, d *db.DB, c clock.Clock) taker {
	t.Helper()
	s, cat := open(t, d, c)
	name := "feed"
	f, err := s.Create(t.Context(), owner, cat, Settings{Name: &name})
	if err != nil {
		t.Fatal(err)
	}
	return taker{t, s, f.ID, cat}
}

// take returns what an upload came to, with the types of its problems.
func (k taker) take(name, file string) (u Upload, types []string) {
	k.t.Helper()
	i, err := k.s.StartUpload(k.t.Context(), owner, k.feed, Source{FileName: name}, strings.NewReader(file))
	if err != nil {
		k.t.Fatal(err)
	}
	if err := k.s.Import(k.t.Context(), ImportUpload{UploadID: i}); err != nil {
		k.t.Fatal(err)
	}
	err = k.s.db.View(k.t.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		if u, err = UploadTx(ctx, tx, owner, i); err != nil {
			return err
		}
		all, err := errorsTx(ctx, tx, i)
		for _, e := range all {
			types = append(types, fmt.Sprint(e.Type, " ", e.Total))
		}
		return err
	})
	if err != nil {
		k.t.Fatal(err)
	}
	return u, types
}

func (k taker) size() (n int64) {
	k.t.Helper()
	err := k.s.db.View(k.t.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		n, err = catalog.FeedSizeTx(ctx, tx, k.cat, k.feed)
		return err
	})
	if err != nil {
		k.t.Fatal(err)
	}
	return n
}

// rowsFrom are rows of items, without anything wrong.
func rowsFrom(first, n int) string {
	var b strings.Builder
	b.WriteString("id,title,description,availability,condition,price,link,image_link,brand\n")
	for i := first; i < first+n; i++ {
		fmt.Fprintf(&b, "s%d,Item %d,d,in stock,new,1.00 USD,https://s.example/%d,https://s.example/%d.jpg,b\n", i, i, i, i)
	}
	return b.String()
}

// TestOfABrokenFileNothingIsTaken: a file that breaks off changes nothing, however far it goes.
func TestOfABrokenFileNothingIsTaken(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		k := newTaker(t, d, c)
		if u, _ := k.take("a.csv", rowsFrom(0, 500)); u.Persisted != 500 || u.Failed {
			t.Fatalf("%+v", u)
		}
		var packed bytes.Buffer
		z := gzip.NewWriter(&packed)
		if _, err := z.Write([]byte(strings.ReplaceAll(rowsFrom(0, 5000), "Item", "Thing"))); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		u, types := k.take("b.csv.gz", packed.String()[:packed.Len()/2])
		if !u.Failed || u.Detected != 0 || u.Persisted != 0 || u.Deleted != 0 || fmt.Sprint(types) != "["+TypeFile+" 1]" || k.size() != 500 {
			t.Errorf("half a file came to %+v, %v; %d items", u.Counters, types, k.size())
		}
		if u, types = k.take("b.csv.gz", packed.String()); u.Failed || u.Persisted != 5000 || len(types) > 0 || k.size() != 5000 {
			t.Errorf("the whole file came to %+v, %v; %d items", u.Counters, types, k.size())
		}
	})
}

// TestUnreadableRowsKeepEverything: while nobody knows which items some rows hold, none is deleted.
func TestUnreadableRowsKeepEverything(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		k := newTaker(t, d, c)
		k.take("a.csv", rowsFrom(0, 100))
		long := "s99," + strings.Repeat("x", 2<<20) + "\n"
		u, types := k.take("b.csv", rowsFrom(0, 98)+long)
		if !u.Failed || u.Deleted != 0 || u.Invalid != 1 || k.size() != 100 || !strings.Contains(fmt.Sprint(types), TypeDeletion) {
			t.Errorf("%+v, %v; %d items", u.Counters, types, k.size())
		}
		u, types = k.take("c.csv", rowsFrom(0, 98))
		if u.Failed || u.Deleted != 2 || k.size() != 98 || len(types) > 0 {
			t.Errorf("%+v, %v; %d items", u.Counters, types, k.size())
		}
	})
}

// TestDoubledRowsAreAllPassedOver, and the item they may mean stays as it is.
func TestDoubledRowsAreAllPassedOver(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		k := newTaker(t, d, c)
		k.take("a.csv", rowsFrom(0, 60))
		rows := rowsFrom(0, 60) + "s7,Other,d,in stock,new,2.00 USD,https://s.example/7,https://s.example/7.jpg,b\n" +
			"new,Other,d,in stock,new,2.00 USD,https://s.example/7,https://s.example/7.jpg,b\n" +
			"new,Other,d,in stock,new,2.00 USD,https://s.example/7,https://s.example/7.jpg,b\n"
		u, types := k.take("b.csv", rows)
		if u.Failed || u.Detected != 63 || u.Persisted != 59 || u.Invalid != 4 || u.Deleted != 0 || fmt.Sprint(types) != "["+TypeDuplicate+" 4]" || k.size() != 60 {
			t.Errorf("%+v, %v; %d items", u.Counters, types, k.size())
		}
	})
}
