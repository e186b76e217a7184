package db

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"zombiezen.com/go/sqlite"
)

func openTest(t *testing.T) *DB {
	t.Helper()
	d, err := Open(t.Context(), Config{Dir: t.TempDir(), Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

func set(name, value string) func(context.Context, *Tx) error {
	return func(ctx context.Context, tx *Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO setting (name, value) VALUES ($1, $2)`, name, value)
		return err
	}
}

func names(t *testing.T, d *DB) (out string) {
	t.Helper()
	err := d.View(t.Context(), func(ctx context.Context, tx *Tx) error {
		rows, err := tx.Query(ctx, `SELECT name FROM setting ORDER BY name`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var s string
			if err := rows.Scan(&s); err != nil {
				return err
			}
			out += s
		}
		return rows.Err()
	})
	if err != nil {
		t.Error(err)
	}
	return out
}

// grouped runs the closures as one group: they queue behind one that waits until all of them are there.
func grouped(t *testing.T, d *DB, fs ...func(context.Context, *Tx) error) []error {
	t.Helper()
	began, queued := make(chan struct{}), make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		_ = d.Update(context.Background(), func(context.Context, *Tx) error {
			close(began)
			<-queued
			return nil
		})
	})
	<-began
	errs := make([]error, len(fs))
	for i, f := range fs {
		wg.Go(func() { errs[i] = d.Update(context.Background(), f) })
		for len(d.writer.queue) <= i { // in their order
			runtime.Gosched()
		}
	}
	close(queued)
	wg.Wait()
	return errs
}

func TestAGroupKeepsWhatSucceeded(t *testing.T) {
	t.Parallel()
	d := openTest(t)
	boom := errors.New("boom")
	errs := grouped(t, d, set("a", ""), func(ctx context.Context, tx *Tx) error {
		return errors.Join(set("b", "")(ctx, tx), boom)
	}, set("c", ""), set("a", ""))
	if errs[0] != nil || !errors.Is(errs[1], boom) || errs[2] != nil || !IsUnique(errs[3]) {
		t.Errorf("errors %v", errs)
	}
	if got := names(t, d); got != "ac" {
		t.Errorf("kept %q, want ac", got)
	}
}

// t.FailNow in a closure ends the goroutine it runs on, which is the writer's. Nobody may wait for ever.
func TestAClosureThatEndsItsGoroutineEndsNotTheWriter(t *testing.T) {
	t.Parallel()
	d := openTest(t)
	errs := grouped(t, d, set("a", ""), func(context.Context, *Tx) error { runtime.Goexit(); return nil }, set("c", ""))
	if !errors.Is(errs[0], errGoexit) || !errors.Is(errs[1], errGoexit) || errs[2] != nil {
		t.Errorf("errors %v; want the group before told that it is lost, the one behind untouched", errs)
	}
	if got := names(t, d); got != "c" {
		t.Errorf("kept %q, want c", got)
	}
	for range readers + 1 {
		var wg sync.WaitGroup
		wg.Go(func() {
			_ = d.View(context.Background(), func(context.Context, *Tx) error { runtime.Goexit(); return nil })
		})
		wg.Wait()
	}
	if got := names(t, d); got != "c" {
		t.Errorf("the readers are gone: %q", got)
	}
}

// A full disk fails those who needed room and loses nothing acknowledged; with room again, writing goes on.
func TestAFullDiskIsSurvived(t *testing.T) {
	t.Parallel()
	d := openTest(t)
	limit := func(pages int) {
		t.Helper()
		for err := error(ErrFull); err != nil; runtime.Gosched() { // a full disk is left alone for a moment
			err = d.Update(t.Context(), func(context.Context, *Tx) error {
				return execEach(d.writer.c.conn, fmt.Sprintf("PRAGMA max_page_count = %d", pages))
			})
			if err != nil && !errors.Is(err, ErrFull) {
				t.Fatal(err)
			}
		}
	}
	if err := d.Update(t.Context(), set("before", "")); err != nil {
		t.Fatal(err)
	}
	limit(1) // SQLite takes it as "no more than there are"
	big := strings.Repeat("x", 1<<20)
	errs := grouped(t, d, set("small", ""), set("big", big), set("after", ""))
	if !IsFull(errs[1]) {
		t.Errorf("the large write: %v", errs[1])
	}
	want := "before"
	if errs[2] == nil {
		want = "after" + want
	}
	if errs[0] == nil {
		want += "small"
	}
	if got := names(t, d); got != want {
		t.Errorf("there is %q, acknowledged was %q (%v)", got, want, errs)
	}
	if err := d.Update(t.Context(), set("meanwhile", "")); !errors.Is(err, ErrFull) {
		t.Errorf("right after a full disk: %v, wanted ErrFull without trying", err)
	}
	limit(1 << 20)
	if err := d.Update(t.Context(), set("big", big)); err != nil {
		t.Errorf("with room again: %v", err)
	}
}

// After a write the disk refused, nothing is acknowledged any more; reading goes on.
func TestABrokenDiskEndsWriting(t *testing.T) {
	t.Parallel()
	d := openTest(t)
	if err := d.Update(t.Context(), set("a", "")); err != nil {
		t.Fatal(err)
	}
	d.writer.noteFailure(fmt.Errorf("commit: %w", sqlite.ResultIOErrFsync.ToError()))
	if err := d.Update(t.Context(), set("b", "")); !errors.Is(err, ErrStorage) {
		t.Errorf("a write on a broken disk: %v", err)
	}
	if err := d.Ping(t.Context()); !errors.Is(err, ErrStorage) {
		t.Errorf("Ping: %v", err)
	}
	if got := names(t, d); got != "a" {
		t.Errorf("read %q, want a", got)
	}
}

// What waits behind a long group is not taken into it.
func TestAGroupEndsAfterItsSpell(t *testing.T) {
	t.Parallel()
	d := openTest(t)
	slow := func(context.Context, *Tx) error {
		for start := machineNow(); machineNow().Sub(start) < groupSpell; {
			runtime.Gosched()
		}
		return nil
	}
	commits := 0
	fs := make([]func(context.Context, *Tx) error, 20)
	for i := range fs {
		fs[i] = func(ctx context.Context, tx *Tx) error {
			if len(d.writer.group) == 0 {
				commits++
			}
			return slow(ctx, tx)
		}
	}
	for _, err := range grouped(t, d, fs...) {
		if err != nil {
			t.Error(err)
		}
	}
	if commits < 2 {
		t.Errorf("20 closures of %v each shared one commit", groupSpell)
	}
}

func TestCloseWaitsAndRefusesAfterwards(t *testing.T) {
	t.Parallel()
	d, err := Open(t.Context(), Config{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	errs := make([]error, 50)
	for i := range errs {
		wg.Go(func() { errs[i] = d.Update(context.Background(), set(fmt.Sprint(i), "")) })
	}
	if err := d.Close(); err != nil {
		t.Error(err)
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil && !errors.Is(err, ErrClosed) {
			t.Error(err)
		}
	}
	if err := d.Update(t.Context(), set("late", "")); !errors.Is(err, ErrClosed) {
		t.Errorf("Update after Close: %v", err)
	}
	if err := d.View(t.Context(), set("late", "")); !errors.Is(err, ErrClosed) {
		t.Errorf("View after Close: %v", err)
	}
	if err := d.Close(); err != nil {
		t.Errorf("a second Close: %v", err)
	}
}

// A transaction kept beyond its closure must not reach into somebody else's.
func TestATransactionEndsWithItsClosure(t *testing.T) {
	t.Parallel()
	d := openTest(t)
	var kept *Tx
	var rows *Rows
	err := d.Update(t.Context(), func(ctx context.Context, tx *Tx) (err error) {
		kept = tx
		rows, err = tx.Query(ctx, `SELECT 1 UNION SELECT 2`)
		if err == nil && !rows.Next() {
			err = errors.New("no row")
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := set("late", "")(t.Context(), kept); !errors.Is(err, errEnded) {
		t.Errorf("Exec after the end: %v", err)
	}
	var n int
	if rows.Next() || rows.Scan(&n) == nil {
		t.Error("rows outlived their transaction")
	}
}

// More than one statement text over the same rows, each walked while another is: none disturbs another.
func TestStatementsAreBounded(t *testing.T) {
	t.Parallel()
	d := openTest(t)
	err := d.Update(t.Context(), func(ctx context.Context, tx *Tx) error {
		for i := range maxStatements + 50 {
			var n int
			if err := tx.QueryRow(ctx, fmt.Sprintf("SELECT %d", i)).Scan(&n); err != nil || n != i {
				return fmt.Errorf("%d: %d, %w", i, n, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := len(d.writer.c.stmts); n > maxStatements {
		t.Errorf("%d statements kept", n)
	}
}

func TestAWaitingCallerMayLeave(t *testing.T) {
	t.Parallel()
	d := openTest(t)
	ctx, cancel := context.WithCancel(t.Context())
	left := make(chan error)
	err := d.Update(t.Context(), func(context.Context, *Tx) error {
		go func() { left <- d.Update(ctx, set("left", "")) }()
		for len(d.writer.queue) == 0 {
			runtime.Gosched()
		}
		cancel()
		select {
		case err := <-left: // though the writer is still busy
			if !errors.Is(err, context.Canceled) {
				t.Errorf("err = %v", err)
			}
		case <-time.After(10 * time.Second):
			t.Error("the caller still waits")
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := names(t, d); got != "" {
		t.Errorf("stored %q", got)
	}
}
