package db_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/db/dbtest"
	"github.com/hawkerhq/hawker/internal/id"
)

func put(ctx context.Context, tx *db.Tx, name, value string) error {
	_, err := tx.Exec(ctx, `INSERT INTO setting (name, value) VALUES ($1, $2)`, name, value)
	return err
}

func get(t *testing.T, d *db.DB, name string) (value string, err error) {
	t.Helper()
	err = d.View(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		return tx.QueryRow(ctx, `SELECT value FROM setting WHERE name = $1`, name).Scan(&value)
	})
	return value, err
}

func TestValuesComeBackAsTheyWent(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		type name string
		when := time.Date(2100, 2, 28, 23, 59, 59, 123e6, time.UTC)
		err := d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `INSERT INTO job (id, kind, args, state, due_at, created_at) VALUES ($1, $2, $3, $4, $5, $6)`,
				id.Max, name("cà phê 🍜 قهوة कॉफ़ी"), "", "waiting", when, time.Time{})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		var gotID id.ID
		var kind name
		var due, created time.Time
		var missing *string
		var yes bool
		err = d.View(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			return tx.QueryRow(ctx, `SELECT id, kind, due_at, created_at, CAST(NULL AS TEXT), TRUE FROM job WHERE id = ANY($1) AND kind <> ALL($2)`,
				[]id.ID{1, id.Max}, []string{"x", "y"}).Scan(&gotID, &kind, &due, &created, &missing, &yes)
		})
		if err != nil {
			t.Fatal(err)
		}
		if gotID != id.Max || kind != "cà phê 🍜 قهوة कॉफ़ी" || !due.Equal(when) || !created.IsZero() || missing != nil || !yes {
			t.Errorf("got %d %q %v %v %v %v", gotID, kind, due, created, missing, yes)
		}
	})
}

func TestAFailingClosureHarmsNoOther(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var wg sync.WaitGroup
		boom := errors.New("boom")
		results := make([]error, 60)
		for i := range results {
			wg.Go(func() {
				results[i] = d.Update(context.Background(), func(ctx context.Context, tx *db.Tx) error {
					if err := put(ctx, tx, fmt.Sprintf("n%d", i), "v"); err != nil {
						return err
					}
					switch i % 3 {
					case 1:
						return boom
					case 2:
						panic("loud")
					}
					return nil
				})
			})
		}
		wg.Wait()
		for i, err := range results {
			_, getErr := get(t, d, fmt.Sprintf("n%d", i))
			switch i % 3 {
			case 0:
				if err != nil || getErr != nil {
					t.Errorf("%d: %v, then %v; want it stored", i, err, getErr)
				}
			case 1:
				if !errors.Is(err, boom) || !errors.Is(getErr, db.ErrNoRows) {
					t.Errorf("%d: %v, then %v; want boom and nothing stored", i, err, getErr)
				}
			default:
				if err == nil || !strings.Contains(err.Error(), "loud") || !errors.Is(getErr, db.ErrNoRows) {
					t.Errorf("%d: %v, then %v; want the panic and nothing stored", i, err, getErr)
				}
			}
		}
	})
}

func TestNestedTransactionsFailAtOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		none := func(context.Context, *db.Tx) error { return nil }
		err := d.Update(t.Context(), func(ctx context.Context, _ *db.Tx) error { return d.Update(ctx, none) })
		if !errors.Is(err, db.ErrNested) {
			t.Errorf("Update in Update: %v", err)
		}
		err = d.View(t.Context(), func(ctx context.Context, _ *db.Tx) error { return d.Update(ctx, none) })
		if !errors.Is(err, db.ErrNested) {
			t.Errorf("Update in View: %v", err)
		}
	})
}

func TestAfterCommitRunsOnlyAfterACommit(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ran := ""
		update := func(name string, fail error) error {
			return d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
				tx.AfterCommit(func() {
					if _, err := get(t, d, name); err != nil {
						t.Errorf("after the commit of %s: %v", name, err)
					}
					ran += name
				})
				if err := put(ctx, tx, name, ""); err != nil {
					return err
				}
				return fail
			})
		}
		if err := update("a", nil); err != nil {
			t.Fatal(err)
		}
		if err := update("b", errors.New("no")); err == nil {
			t.Fatal("b committed")
		}
		if ran != "a" {
			t.Errorf("ran %q, want a", ran)
		}
	})
}

func TestErrorClasses(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		do := func(sqls ...string) error {
			return d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
				for _, sql := range sqls {
					if _, err := tx.Exec(ctx, sql); err != nil {
						return fmt.Errorf("wrapped: %w", err)
					}
				}
				return nil
			})
		}
		if err := do(`CREATE TABLE parent (id BIGINT PRIMARY KEY, code TEXT NOT NULL UNIQUE)`,
			`CREATE TABLE child (id BIGINT PRIMARY KEY, parent BIGINT NOT NULL REFERENCES parent (id))`,
			`INSERT INTO parent (id, code) VALUES (1, 'a')`, `INSERT INTO child (id, parent) VALUES (1, 1)`); err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			sql             string
			unique, foreign bool
		}{
			{`INSERT INTO parent (id, code) VALUES (1, 'b')`, true, false},
			{`INSERT INTO parent (id, code) VALUES (2, 'a')`, true, false},
			{`INSERT INTO child (id, parent) VALUES (2, 9)`, false, true},
			{`DELETE FROM parent WHERE id = 1`, false, true},
			{`INSERT INTO child (id, parent) VALUES (3, NULL)`, false, false},
			{`SELECT nonsense`, false, false},
		} {
			err := do(c.sql)
			if err == nil || db.IsUnique(err) != c.unique || db.IsForeign(err) != c.foreign || db.IsBusy(err) {
				t.Errorf("%s: %v: unique %v, foreign %v, busy %v", c.sql, err, db.IsUnique(err), db.IsForeign(err), db.IsBusy(err))
			}
		}
		err := d.View(t.Context(), func(ctx context.Context, tx *db.Tx) error { return put(ctx, tx, "view", "") })
		if err == nil {
			t.Error("a View wrote")
		}
		if db.IsUnique(nil) || db.IsForeign(nil) || db.IsBusy(nil) {
			t.Error("no error has a class")
		}
	})
}

func TestRowsInsideRows(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		if d.Dialect() == db.Postgres {
			return // a connection of PostgreSQL reads one result at a time; the house reads rows to the end first
		}
		err := d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.ExecMany(ctx, `INSERT INTO setting (name, value) VALUES ($1, $2)`, [][]any{{"a", "1"}, {"b", "2"}})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		pairs := ""
		err = d.View(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			outer, err := tx.Query(ctx, `SELECT name FROM setting ORDER BY name`)
			if err != nil {
				return err
			}
			defer outer.Close()
			for outer.Next() {
				var o, i string
				if err := outer.Scan(&o); err != nil {
					return err
				}
				if err := tx.QueryRow(ctx, `SELECT name FROM setting ORDER BY name`).Scan(&i); err != nil {
					return err
				}
				pairs += o + i + " "
			}
			return outer.Err()
		})
		if err != nil || pairs != "aa ba " {
			t.Errorf("pairs %q, %v", pairs, err)
		}
	})
}

func TestConcurrentIncrementsLoseNothing(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		err := d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			return put(ctx, tx, "count", "0")
		})
		if err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				for range 5 {
					err := d.Update(context.Background(), func(ctx context.Context, tx *db.Tx) error {
						var n int
						if err := tx.QueryRow(ctx, `SELECT CAST(value AS BIGINT) FROM setting WHERE name = 'count'`).Scan(&n); err != nil {
							return err
						}
						_, err := tx.Exec(ctx, `UPDATE setting SET value = $1 WHERE name = 'count'`, fmt.Sprint(n+1))
						return err
					})
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		if got, err := get(t, d, "count"); got != "40" || err != nil {
			t.Errorf("count = %s, %v; want 40", got, err)
		}
	})
}

func TestACallerThatStopsWaitingLeavesNothing(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		err := d.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return put(ctx, tx, "late", "") })
		if !errors.Is(err, context.Canceled) {
			t.Errorf("err = %v", err)
		}
		if _, err := get(t, d, "late"); !errors.Is(err, db.ErrNoRows) {
			t.Errorf("stored all the same: %v", err)
		}
	})
}

func TestTransactionTimeIsTheClocks(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		c.Advance(1500 * time.Microsecond)
		err := d.View(t.Context(), func(_ context.Context, tx *db.Tx) error {
			if want := dbtest.Start.Add(time.Millisecond); !tx.Now().Equal(want) {
				t.Errorf("Now = %v, want %v", tx.Now(), want)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestManyRowsKeepTheirOwnValues(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		long := strings.Repeat("x", 100_000)
		values := []string{"a", "a", long, long, "b", "", "", "a"}
		var got []string
		err := d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			rows := make([][]any, len(values))
			for n, v := range values {
				rows[n] = []any{fmt.Sprint("many", n), v}
			}
			if _, err := tx.ExecMany(ctx, `INSERT INTO setting (name, value) VALUES ($1, $2)`, rows); err != nil {
				return err
			}
			list, err := tx.Query(ctx, `SELECT value FROM setting WHERE name LIKE 'many%' ORDER BY name`)
			if err != nil {
				return err
			}
			defer list.Close()
			for list.Next() {
				var s string
				if err := list.Scan(&s); err != nil {
					return err
				}
				got = append(got, s)
			}
			return list.Err()
		})
		if err != nil || !slices.Equal(got, values) {
			t.Errorf("%d values came back as others, %v", len(got), err)
		}
	})
}

func TestUpdateSoonIsSeenAndKeepsOthersSafe(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		sync := func(wait bool) (level string) {
			run := d.Update
			if !wait {
				run = d.UpdateSoon
			}
			err := run(t.Context(), func(ctx context.Context, tx *db.Tx) error {
				query := `SELECT synchronous FROM pragma_synchronous`
				if tx.Dialect() == db.Postgres {
					query = `SELECT current_setting('synchronous_commit')`
				}
				return tx.QueryRow(ctx, query).Scan(&level)
			})
			if err != nil {
				t.Error(err)
			}
			return level
		}
		waits := sync(true)
		if soon := sync(false); soon == waits && waits != "off" {
			t.Errorf("a commit that is not waited for runs at %s like the others", soon)
		}
		if again := sync(true); again != waits {
			t.Errorf("commits run at %s after one that was not waited for, before at %s", again, waits)
		}
		if err := d.UpdateSoon(t.Context(), func(ctx context.Context, tx *db.Tx) error { return put(ctx, tx, "soon", "x") }); err != nil {
			t.Fatal(err)
		}
		if v, err := get(t, d, "soon"); err != nil || v != "x" {
			t.Errorf("%q, %v", v, err)
		}
		broken := errors.New("broken")
		err := d.UpdateSoon(t.Context(), func(ctx context.Context, tx *db.Tx) error { return errors.Join(put(ctx, tx, "gone", "x"), broken) })
		if _, gone := get(t, d, "gone"); !errors.Is(err, broken) || !errors.Is(gone, db.ErrNoRows) {
			t.Errorf("%v, %v", err, gone)
		}
		if again := sync(true); again != waits {
			t.Errorf("commits run at %s after one that failed", again)
		}
	})
}
