package db

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"sync/atomic"

	"zombiezen.com/go/sqlite"
)

// groupMost is how many closures share one commit at the most.
const groupMost = 512

// writer is SQLite's only writing connection and the goroutine that owns it. Closures queue; the
// goroutine runs whatever waits, each in a savepoint, and one COMMIT (one fsync) acknowledges them all.
type writer struct {
	db    *DB
	c     *sqlite.Conn
	queue chan *write
	wg    sync.WaitGroup

	mu     sync.RWMutex // held for reading while queueing, for writing while closing
	closed bool
	broken atomic.Bool // the disk failed under a commit
}

// write is one closure on its way.
type write struct {
	ctx  context.Context
	fn   func(context.Context, *Tx) error
	tx   *Tx
	done chan error
	// taken is set by the writer when it starts, or by the caller when it gives up waiting: whoever is first.
	taken atomic.Bool
}

func newWriter(d *DB, c *sqlite.Conn) *writer {
	w := &writer{db: d, c: c, queue: make(chan *write, groupMost)}
	w.wg.Add(1)
	go w.loop()
	return w
}

// update queues fn and waits until it is on disk or has failed.
func (w *writer) update(ctx context.Context, tx *Tx, fn func(context.Context, *Tx) error) error {
	if w.broken.Load() {
		return ErrStorage
	}
	r := &write{ctx: ctx, fn: fn, tx: tx, done: make(chan error, 1)}
	if err := w.enqueue(ctx, r); err != nil {
		return err
	}
	select {
	case err := <-r.done:
		return err
	case <-ctx.Done():
		if r.taken.CompareAndSwap(false, true) {
			return fmt.Errorf("db: waiting to write: %w", ctx.Err())
		}
		return <-r.done // it already runs: its outcome is what counts
	}
}

func (w *writer) enqueue(ctx context.Context, r *write) error {
	w.mu.RLock()
	defer w.mu.RUnlock()
	if w.closed {
		return ErrClosed
	}
	select {
	case w.queue <- r:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("db: waiting to write: %w", ctx.Err())
	}
}

func (w *writer) close() error {
	w.mu.Lock()
	if w.closed {
		w.mu.Unlock()
		return nil
	}
	w.closed = true
	close(w.queue)
	w.mu.Unlock()
	w.wg.Wait()
	return w.c.Close()
}

func (w *writer) loop() {
	defer w.wg.Done()
	group := make([]*write, 0, groupMost)
	for first := range w.queue {
		group = w.commitGroup(first, group[:0])
	}
}

// commitGroup runs first and everything that waits behind it, commits once and answers all.
func (w *writer) commitGroup(first *write, group []*write) []*write {
	if err := run(w.c, "BEGIN IMMEDIATE"); err != nil {
		first.done <- err
		return group
	}
	next := first
	for next != nil {
		if lost := w.runOne(next); lost != nil {
			// SQLite rolled the whole transaction back under us (disk full, I/O error):
			// nobody of this group is on disk.
			for _, r := range group {
				r.done <- lost
			}
			return group[:0]
		}
		if next.tx != nil {
			group = append(group, next)
		}
		next = w.waiting(len(group))
	}
	err := run(w.c, "COMMIT")
	if err != nil {
		w.noteFailure(err)
		if !w.c.AutocommitEnabled() {
			_ = run(w.c, "ROLLBACK")
		}
	}
	for _, r := range group {
		r.done <- err
	}
	return group[:0]
}

// waiting is the next queued closure, if there is one and the group has room.
func (w *writer) waiting(n int) *write {
	if n >= groupMost {
		return nil
	}
	select {
	case r := <-w.queue:
		return r // nil when the queue was closed
	default:
		return nil
	}
}

// runOne runs one closure in its savepoint. A closure that failed is answered at once and its tx set
// to nil; lost is the error that took the whole transaction with it.
func (w *writer) runOne(r *write) (lost error) {
	if !r.taken.CompareAndSwap(false, true) {
		r.tx = nil
		return nil // the caller stopped waiting
	}
	fail := func(err error) {
		r.tx = nil
		r.done <- err
	}
	if err := r.ctx.Err(); err != nil {
		fail(fmt.Errorf("db: waiting to write: %w", err))
		return nil
	}
	if err := run(w.c, "SAVEPOINT one"); err != nil {
		fail(err)
		return w.lost(err)
	}
	sc := &sqliteConn{c: w.c, rw: &w.db.rewriter}
	r.tx.conn = sc
	err := protect(func() error { return r.fn(r.ctx, r.tx) })
	sc.closeAll()
	if err == nil {
		err = run(w.c, "RELEASE one")
	}
	if err == nil {
		return nil
	}
	fail(err)
	if lost := w.lost(err); lost != nil {
		return lost
	}
	if err := run(w.c, "ROLLBACK TO one"); err != nil {
		return w.abandon(err)
	}
	if err := run(w.c, "RELEASE one"); err != nil {
		return w.abandon(err)
	}
	return nil
}

// lost tells whether err made SQLite roll back the whole transaction.
func (w *writer) lost(err error) error {
	if !w.c.AutocommitEnabled() {
		return nil
	}
	w.noteFailure(err)
	return fmt.Errorf("db: the transaction was rolled back: %w", err)
}

// abandon rolls back the whole group after a savepoint could not be undone.
func (w *writer) abandon(err error) error {
	_ = run(w.c, "ROLLBACK")
	w.noteFailure(err)
	return fmt.Errorf("db: the transaction was rolled back: %w", err)
}

// noteFailure stops all writing after an I/O error: a disk that failed an fsync may have dropped
// the pages, so trying again could acknowledge what is not there. A full disk is not that: it recovers.
func (w *writer) noteFailure(err error) {
	if sqlite.ErrCode(err).ToPrimary() == sqlite.ResultIOErr {
		w.broken.Store(true)
		w.db.log.Error("the disk failed under the database; no more writes until restart", "error", err)
	}
}

// errPanic is what a panicking closure's caller gets.
var errPanic = errors.New("db: panic in a transaction")

// protect runs fn and turns a panic into an error.
func protect(fn func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%w: %v\n%s", errPanic, p, debug.Stack())
		}
	}()
	return fn()
}
