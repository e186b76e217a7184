package db

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"zombiezen.com/go/sqlite"

	"github.com/hawkerhq/hawker/internal/clock"
)

// A group is at most groupMost closures, and takes no more of them after groupSpell: whoever waits for the
// commit should not wait for a bulk import that queued behind.
const (
	groupMost  = 512
	groupSpell = 10 * time.Millisecond
)

// writer is SQLite's only writing connection and the goroutine that owns it. Closures queue; the
// goroutine runs whatever waits, each undone alone if it fails, and one COMMIT (one fsync) acknowledges them all.
type writer struct {
	db    *DB
	c     *sqliteConn
	queue chan *write
	ended chan struct{}
	tidy  *tidier
	busy  bool     // others wrote since the last commit of [DB.UpdateSoon]
	group []*write // closures that ran and wait for the commit
	next  *write   // taken from the queue, and not of this group
	// full is the error of a disk without room, which is not tried before fullUntil.
	full      error
	fullUntil time.Time

	commits atomic.Uint64 // see [DB.Commits]

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
	soon bool                      // see [DB.UpdateSoon]
	only func(c *sqliteConn) error // instead of fn: outside of any transaction
	// crowded: others have written since the last one that was soon; took: its group.
	crowded bool
	took    time.Duration
	// taken is set by the writer when it starts, or by the caller when it gives up waiting: whoever is first.
	taken atomic.Bool
}

func newWriter(d *DB, c *sqliteConn, path string) (*writer, error) {
	tidy, err := newTidier(path, c)
	if err != nil {
		return nil, err
	}
	w := &writer{db: d, c: c, queue: make(chan *write, groupMost), ended: make(chan struct{}), tidy: tidy}
	go w.loop()
	return w, nil
}

// update queues fn and waits until it is on disk or has failed.
func (w *writer) update(ctx context.Context, tx *Tx, fn func(context.Context, *Tx) error) error {
	r, err := w.submit(ctx, tx, false, fn)
	if err != nil {
		return err
	}
	return w.await(ctx, r)
}

// submit queues fn. What one goroutine submits is run in that order.
func (w *writer) submit(ctx context.Context, tx *Tx, soon bool, fn func(context.Context, *Tx) error) (*write, error) {
	if w.broken.Load() {
		return nil, storageFailed(nil)
	}
	r := &write{ctx: ctx, fn: fn, tx: tx, soon: soon, done: make(chan error, 1)}
	return r, w.enqueue(ctx, r)
}

// await returns when a submitted closure is on disk or has failed.
func (w *writer) await(ctx context.Context, r *write) error {
	select {
	case err := <-r.done:
		if r.crowded && err == nil {
			w.giveWay(ctx, min(wayTimes*r.took, wayMost))
		}
		return err
	case <-ctx.Done():
		if r.taken.CompareAndSwap(false, true) {
			return fmt.Errorf("db: waiting to write: %w", ctx.Err())
		}
		return <-r.done // it already runs: its outcome is what counts
	}
}

// alone runs f on the writing connection, outside of any transaction, while nobody else writes.
func (w *writer) alone(ctx context.Context, f func(c *sqliteConn) error) error {
	r := &write{ctx: ctx, only: f, done: make(chan error, 1)}
	if err := w.enqueue(ctx, r); err != nil {
		return err
	}
	return <-r.done
}

// A bulk write that shares the writer with others pauses wayTimes as long as it took: the disk as well as the
// processors are then theirs.
const (
	wayTimes = 2
	wayMost  = 50 * time.Millisecond
)

func (w *writer) giveWay(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done(): // what is written stays written
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
	<-w.ended
	return errors.Join(w.tidy.close(), w.c.close())
}

func (w *writer) loop() {
	clean := false
	defer func() {
		if !clean { // a closure ended this goroutine with runtime.Goexit, as t.FailNow does
			go w.loop()
			return
		}
		close(w.ended)
	}()
	for first := range w.queue {
		for ; first != nil; first, w.next = w.next, nil {
			w.commitGroup(first)
		}
	}
	clean = true
}

// refusal is why nothing is written at the moment, nil where there is no reason.
func (w *writer) refusal() error {
	if w.broken.Load() {
		return storageFailed(nil)
	}
	if w.full != nil && machineNow().Before(w.fullUntil) {
		return w.full
	}
	w.full = nil
	return nil
}

// commitGroup runs first and everything that waits behind it, commits once and answers all.
func (w *writer) commitGroup(first *write) {
	if err := w.refusal(); err != nil {
		first.done <- err
		return
	}
	if first.only != nil {
		first.done <- first.only(w.c)
		return
	}
	w.tidy.before(w.c, first.soon)
	if !first.soon {
		w.busy = true
	} else {
		first.crowded, w.busy = w.busy, false
		w.tidy.begin(w.c)
		defer w.tidy.after()
		// The log of a commit that is not waited for is written, and reaches the disk with the next one that is.
		if err := w.c.setting("PRAGMA synchronous = NORMAL"); err != nil {
			first.done <- err
			return
		}
		defer w.backToFull()
	}
	if err := w.c.run("BEGIN IMMEDIATE"); err != nil {
		w.noteFailure(err)
		first.done <- err
		return
	}
	start, next := machineNow(), first
	for ran := 1; next != nil; ran++ {
		if lost := w.runOne(next); lost != nil {
			// SQLite rolled the whole transaction back under us (disk full, I/O error):
			// nobody of this group is on disk.
			w.answer(lost)
			return
		}
		if first.soon || ran >= groupMost || ran%8 == 0 && machineNow().Sub(start) > groupSpell {
			break
		}
		if next = w.waiting(); next != nil && next.only != nil {
			w.next, next = next, nil
		}
	}
	err := w.commit()
	first.took = machineNow().Sub(start)
	w.answer(err)
}

// backToFull makes commits wait for the disk again. Where that fails nothing may be confirmed any more.
func (w *writer) backToFull() {
	if err := w.c.setting("PRAGMA synchronous = FULL"); err != nil && !w.broken.Swap(true) {
		w.db.log.Error("the database no longer waits for the disk; no more writes until restart", "error", err)
	}
}

// machineNow is the machine's time: how long a group holds the writer has nothing to do with the platform's clock.
func machineNow() time.Time { return clock.System{}.Now() }

// waiting is the next queued closure, if there is one.
func (w *writer) waiting() *write {
	select {
	case r := <-w.queue:
		return r // nil when the queue was closed
	default:
		return nil
	}
}

func (w *writer) commit() error {
	err := w.c.run("COMMIT")
	w.commits.Add(1)
	if err == nil {
		return nil
	}
	w.noteFailure(err)
	if !w.c.conn.AutocommitEnabled() {
		_ = w.c.run("ROLLBACK")
	}
	if w.broken.Load() {
		return storageFailed(err)
	}
	return err
}

// answer tells the group what became of it.
func (w *writer) answer(err error) {
	for _, r := range w.group {
		r.done <- err
	}
	clear(w.group)
	w.group = w.group[:0]
}

// runOne runs one closure. One that failed is undone and answered at once; one that ran joins the group.
// lost is the error that took the whole transaction with it.
func (w *writer) runOne(r *write) (lost error) {
	if !r.taken.CompareAndSwap(false, true) {
		return nil // the caller stopped waiting
	}
	if err := r.ctx.Err(); err != nil {
		r.done <- fmt.Errorf("db: waiting to write: %w", err)
		return nil
	}
	// The first of a group needs no savepoint: undoing it is undoing everything.
	alone := len(w.group) == 0
	if !alone {
		if err := w.c.run("SAVEPOINT one"); err != nil {
			r.done <- err
			return w.lost(err)
		}
	}
	err := w.call(r)
	if err == nil && !alone {
		err = w.c.run("RELEASE one")
	}
	if err == nil {
		w.group = append(w.group, r)
		return nil
	}
	if IsFull(err) {
		w.noteFailure(err)
	}
	r.done <- err
	if lost := w.lost(err); lost != nil {
		return lost
	}
	return w.undo(alone)
}

// call runs the closure. Should it end this goroutine, everybody gets an answer before the next one takes over.
func (w *writer) call(r *write) error {
	returned := false
	defer func() {
		w.c.endAll()
		if !returned {
			_ = w.c.run("ROLLBACK")
			r.done <- errGoexit
			w.answer(errGoexit)
		}
	}()
	r.tx.conn = w.c
	err := protect(r.tx, func() error { return r.fn(r.ctx, r.tx) })
	returned = true
	return err
}

func (w *writer) undo(alone bool) error {
	steps := []string{"ROLLBACK TO one", "RELEASE one"}
	if alone {
		steps = []string{"ROLLBACK", "BEGIN IMMEDIATE"}
	}
	for _, sql := range steps {
		if err := w.c.run(sql); err != nil {
			return w.abandon(err)
		}
	}
	return nil
}

// lost tells whether err made SQLite roll back the whole transaction.
func (w *writer) lost(err error) error {
	if !w.c.conn.AutocommitEnabled() {
		return nil
	}
	w.noteFailure(err)
	return fmt.Errorf("db: the transaction was rolled back: %w", err)
}

// abandon rolls back the whole group after a closure could not be undone alone.
func (w *writer) abandon(err error) error {
	if !w.c.conn.AutocommitEnabled() {
		_ = w.c.run("ROLLBACK")
	}
	w.noteFailure(err)
	return fmt.Errorf("db: the transaction was rolled back: %w", err)
}

// noteFailure stops all writing after an I/O error: a disk that failed an fsync may have dropped
// the pages, so trying again could acknowledge what is not there. A full disk is not that: it recovers.
func (w *writer) noteFailure(err error) {
	if IsFull(err) {
		w.fullUntil, w.full = machineNow().Add(fullRest), err
	}
	if sqlite.ErrCode(err).ToPrimary() == sqlite.ResultIOErr && !w.broken.Swap(true) {
		w.db.log.Error("the disk failed under the database; no more writes until restart", "error", err)
	}
}

// Errors of closures that did not come back by themselves.
var (
	errPanic  = errors.New("db: panic in a transaction")
	errGoexit = errors.New("db: a transaction of the group ended the writer's goroutine; nothing was written")
)

// protect runs fn, turns a panic into an error and ends tx.
func protect(tx *Tx, fn func() error) (err error) {
	defer func() {
		tx.ended = true
		if p := recover(); p != nil {
			err = fmt.Errorf("%w: %v\n%s", errPanic, p, debug.Stack())
		}
	}()
	return fn()
}
