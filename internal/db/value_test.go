package db_test

import (
	"bytes"
	"context"
	"encoding/json"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/db/dbtest"
	"github.com/hawkerhq/hawker/internal/id"
)

type (
	state string
	count int32
	flag2 bool
	raw   []byte
)

// Every kind of value the house stores, on both databases: what comes back is what went in.
func TestEveryKindOfValue(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		create(t, d, `CREATE TABLE v (n BIGINT, s TEXT, b BOOLEAN, f DOUBLE PRECISION, x `+blobType(d)+`)`)
		text, num, when, yes := "có", int64(-1), dbtest.Start, true
		for name, c := range map[string]struct {
			column   string
			in, want any // want is a pointer to the expected value, of the type to scan into
		}{
			"largest":         {"n", int64(math.MaxInt64), ptr(int64(math.MaxInt64))},
			"smallest":        {"n", int64(math.MinInt64), ptr(int64(math.MinInt64))},
			"int":             {"n", 7, ptr(7)},
			"uint":            {"n", uint32(7), ptr(int64(7))},
			"id":              {"n", id.Max, ptr(id.Max)},
			"named int":       {"n", count(7), ptr(count(7))},
			"time":            {"n", time.Date(1969, 12, 31, 23, 59, 59, 999e6, time.FixedZone("", 7*3600)), ptr(time.UnixMilli(-7*3600e3 - 1).UTC())},
			"zero time":       {"n", time.Time{}, ptr(time.Time{})},
			"zero time is 0":  {"n", time.Time{}, ptr(int64(0))},
			"null time":       {"n", (*time.Time)(nil), ptr((*time.Time)(nil))},
			"time, nullable":  {"n", &when, ptr(&when)},
			"null":            {"n", nil, ptr((*int64)(nil))},
			"null id":         {"n", (*id.ID)(nil), ptr((*id.ID)(nil))},
			"number":          {"n", &num, ptr(&num)},
			"unicode":         {"s", "Phở 🍜 \u202e", ptr("Phở 🍜 \u202e")},
			"empty":           {"s", "", ptr("")},
			"quotes":          {"s", `it's "$1" -- ?1`, ptr(`it's "$1" -- ?1`)},
			"long":            {"s", strings.Repeat("dài ", 1<<18), ptr(strings.Repeat("dài ", 1<<18))},
			"named string":    {"s", state("open"), ptr(state("open"))},
			"null string":     {"s", (*string)(nil), ptr((*string)(nil))},
			"null state":      {"s", (*state)(nil), ptr((*state)(nil))},
			"string":          {"s", &text, ptr(&text)},
			"text as bytes":   {"s", "abc", ptr([]byte("abc"))},
			"true":            {"b", true, ptr(true)},
			"false":           {"b", false, ptr(false)},
			"named bool":      {"b", flag2(true), ptr(flag2(true))},
			"bool, nullable":  {"b", &yes, ptr(&yes)},
			"null bool":       {"b", nil, ptr((*bool)(nil))},
			"float":           {"f", math.SmallestNonzeroFloat64, ptr(math.SmallestNonzeroFloat64)},
			"bytes":           {"x", []byte{0, 255, 1, 0}, ptr([]byte{0, 255, 1, 0})},
			"large bytes":     {"x", bytes.Repeat([]byte{7, 0}, 1<<17), ptr(bytes.Repeat([]byte{7, 0}, 1<<17))},
			"no bytes":        {"x", []byte{}, ptr([]byte{})},
			"nil bytes":       {"x", []byte(nil), ptr([]byte{})},
			"null bytes":      {"x", nil, ptr([]byte(nil))},
			"named bytes":     {"x", raw("abc"), ptr(raw("abc"))},
			"json bytes":      {"x", json.RawMessage(`{"a":1}`), ptr(json.RawMessage(`{"a":1}`))},
			"pointer to time": {"n", &when, ptr(when)},
		} {
			got := reflect.New(reflect.TypeOf(c.want).Elem())
			err := d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
				if _, err := tx.Exec(ctx, `DELETE FROM v`); err != nil {
					return err
				}
				if _, err := tx.Exec(ctx, `INSERT INTO v (`+c.column+`) VALUES ($1)`, c.in); err != nil {
					return err
				}
				return tx.QueryRow(ctx, `SELECT `+c.column+` FROM v`).Scan(got.Interface())
			})
			if err != nil {
				t.Errorf("%s: %v", name, err)
			} else if !reflect.DeepEqual(got.Interface(), c.want) {
				t.Errorf("%s: got %.80v, want %.80v", name, got.Elem(), reflect.ValueOf(c.want).Elem())
			}
		}
	})
}

func ptr[T any](v T) *T { return &v }

func blobType(d *db.DB) string {
	if d.Dialect() == db.Postgres {
		return "BYTEA"
	}
	return "BLOB"
}

func create(t *testing.T, d *db.DB, sqls ...string) {
	t.Helper()
	err := d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		for _, sql := range sqls {
			if _, err := tx.Exec(ctx, sql); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// What does not fit is an error on both databases, never a silent zero.
func TestWhatDoesNotFitIsAnError(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for name, f := range map[string]func(ctx context.Context, tx *db.Tx) error{
			"NULL into a string": func(ctx context.Context, tx *db.Tx) error {
				var s string
				return tx.QueryRow(ctx, `SELECT CAST(NULL AS TEXT)`).Scan(&s)
			},
			"NULL into an id": func(ctx context.Context, tx *db.Tx) error {
				var i id.ID
				return tx.QueryRow(ctx, `SELECT CAST(NULL AS BIGINT)`).Scan(&i)
			},
			"NULL into a time": func(ctx context.Context, tx *db.Tx) error {
				var at time.Time
				return tx.QueryRow(ctx, `SELECT CAST(NULL AS BIGINT)`).Scan(&at)
			},
			"too few destinations": func(ctx context.Context, tx *db.Tx) error {
				var n int
				return tx.QueryRow(ctx, `SELECT 1, 2`).Scan(&n)
			},
			"a large number into int32": func(ctx context.Context, tx *db.Tx) error {
				var n int32
				return tx.QueryRow(ctx, `SELECT CAST(3000000000 AS BIGINT)`).Scan(&n)
			},
			"too few arguments": func(ctx context.Context, tx *db.Tx) error {
				_, err := tx.Exec(ctx, `UPDATE setting SET value = $1 WHERE name = $2`, "x")
				return err
			},
			"a map": func(ctx context.Context, tx *db.Tx) error {
				_, err := tx.Exec(ctx, `UPDATE setting SET value = $1`, map[string]int{})
				return err
			},
			"a huge uint": func(ctx context.Context, tx *db.Tx) error {
				_, err := tx.Exec(ctx, `UPDATE job SET due_at = $1`, uint64(math.MaxUint64))
				return err
			},
		} {
			if err := d.Update(t.Context(), f); err == nil {
				t.Errorf("%s: no error", name)
			}
		}
	})
}

func TestListsOfAnyAndAll(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		err := d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			n, err := tx.ExecMany(ctx, `INSERT INTO setting (name, value) VALUES ($1, $2)`,
				[][]any{{"a", "1"}, {`b"c`, "2"}, {"đ🍜", "3"}, {"it's", "4"}})
			if n != 4 {
				t.Errorf("inserted %d", n)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		type key string
		for name, c := range map[string]struct {
			where string
			list  any
			want  int
		}{
			"any":         {"name = ANY($1)", []string{"a", `b"c`, "đ🍜", "it's", "none"}, 4},
			"named":       {"name = ANY($1)", []key{"a", "it's"}, 2},
			"any of none": {"name = ANY($1)", []string{}, 0},
			"any of nil":  {"name = ANY($1)", []string(nil), 0},
			"all":         {"name <> ALL($1)", []string{"a", "đ🍜"}, 2},
			"all of none": {"name <> ALL($1)", []string{}, 4},
			"all of nil":  {"name <> ALL($1)", []key(nil), 4},
			"numbers":     {"CAST(length(name) AS BIGINT) = ANY($1)", []int64{1, 2, math.MaxInt64}, 2},
			"ints":        {"CAST(length(name) AS BIGINT) = ANY($1)", []int{3}, 1},
			"ids":         {"CAST(length(name) AS BIGINT) = ANY($1)", []id.ID{3, id.Max}, 1},
			"lower case":  {"name = any ( $1 )", []string{"a"}, 1},
		} {
			var got int
			err := d.View(t.Context(), func(ctx context.Context, tx *db.Tx) error {
				return tx.QueryRow(ctx, `SELECT COUNT(*) FROM setting WHERE `+c.where, c.list).Scan(&got)
			})
			if err != nil || got != c.want {
				t.Errorf("%s: %d rows, %v; want %d", name, got, err, c.want)
			}
		}
	})
}

func TestExecManyStoresAllOrNothing(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		const n = 5000
		rows := make([][]any, n)
		for i := range rows {
			rows[i] = []any{id.ID(i + 1), "product_item"}
		}
		insert := func(rows [][]any) (changed int64, err error) {
			err = d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
				changed, err = tx.ExecMany(ctx, `INSERT INTO node (id, kind) VALUES ($1, $2)`, rows)
				return err
			})
			return changed, err
		}
		if changed, err := insert(rows); err != nil || changed != n {
			t.Fatalf("%d changed, %v", changed, err)
		}
		if changed, err := insert(nil); err != nil || changed != 0 {
			t.Fatalf("no rows: %d changed, %v", changed, err)
		}
		if _, err := insert([][]any{{id.ID(n + 1), "app"}, {id.ID(1), "app"}}); !db.IsUnique(err) {
			t.Errorf("a doubled row: %v", err)
		}
		var got int
		err := d.View(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			return tx.QueryRow(ctx, `SELECT COUNT(*) FROM node`).Scan(&got)
		})
		if err != nil || got != n {
			t.Errorf("%d rows, %v; want %d", got, err, n)
		}
	})
}

func TestReturningUpsertAndAffectedRows(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var back string
		err := d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			for range 2 {
				err := tx.QueryRow(ctx, `INSERT INTO setting AS s (name, value) VALUES ($1, $2)
					ON CONFLICT (name) DO UPDATE SET value = s.value || excluded.value WHERE s.name = $1 RETURNING value`, "k", "v").Scan(&back)
				if err != nil {
					return err
				}
			}
			for want, sql := range []string{`UPDATE setting SET value = '' WHERE name = 'none'`, `UPDATE setting SET value = '' WHERE name = 'k'`} {
				if n, err := tx.Exec(ctx, sql); n != int64(want) || err != nil {
					t.Errorf("%s: %d rows, %v", sql, n, err)
				}
			}
			return nil
		})
		if err != nil || back != "vv" {
			t.Errorf("%q, %v; want vv", back, err)
		}
	})
}
