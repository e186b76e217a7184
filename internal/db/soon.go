package db

import "context"

// UpdateSoon is [DB.Update] for work that goes on by itself where it stopped, such as a part of an import: it
// returns when others see the change, before it is on disk. A power failure may take it back, whole and with
// all that came after it; it cannot take back what an [DB.Update] has since confirmed, nor anything before that.
// While others write as well it returns later, so that they come first.
func (d *DB) UpdateSoon(ctx context.Context, fn func(ctx context.Context, tx *Tx) error) error {
	return d.Submit(ctx, fn).Wait()
}

// Submitted is a transaction of [DB.Submit] on its way.
type Submitted struct {
	db  *DB
	ctx context.Context
	tx  *Tx
	w   *write // nil: it has ended with err
	err error
}

// Submit is [DB.UpdateSoon] that does not wait, so that the writer finds the next part of a long work at hand. What
// one goroutine submits is run in that order, and a transaction that fails does not keep the next one from running.
// On PostgreSQL it has ended when Submit returns.
func (d *DB) Submit(ctx context.Context, fn func(ctx context.Context, tx *Tx) error) *Submitted {
	s := &Submitted{db: d, ctx: ctx}
	if nested(ctx) {
		s.err = ErrNested
		return s
	}
	inner := context.WithValue(ctx, guardKey{}, true)
	if d.dialect == SQLite {
		s.tx = d.newTx()
		if s.w, s.err = d.writer.submit(inner, s.tx, true, fn); s.err != nil {
			s.w = nil
		}
	} else {
		s.tx, s.err = d.updatePostgres(inner, true, fn)
	}
	if s.w == nil {
		s.err = d.finish(ctx, s.tx, s.err)
	}
	return s
}

// Wait returns when others see the change, or with why there is none. It is called once.
func (s *Submitted) Wait() error {
	if s.w == nil {
		return s.err
	}
	return s.db.finish(s.ctx, s.tx, s.db.writer.await(s.ctx, s.w))
}

// Crowded tells, after [Submitted.Wait], that others wrote as well: they should not find a second part queued.
func (s *Submitted) Crowded() bool { return s.w != nil && s.w.crowded }
