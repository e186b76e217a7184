package db

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// poolMost is how many connections are opened at the most, unless the URL says pool_max_conns.
const poolMost = 24

// retries is how often a transaction is run again after a serialization failure or a deadlock.
const retries = 12

func (d *DB) startPostgres(ctx context.Context, url string) error {
	d.dialect = Postgres
	cfg, err := pgxpool.ParseConfig(url)
	if err != nil {
		return fmt.Errorf("database: the postgres:// URL cannot be read: %w", err)
	}
	if !strings.Contains(url, "pool_max_conns=") {
		// pgx would take as few as four, which a network in between turns into waiting.
		cfg.MaxConns = poolMost
	}
	d.pool, err = pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return fmt.Errorf("database: connecting to PostgreSQL: %w", err)
	}
	return migratePostgres(ctx, d.pool)
}

// updatePostgres runs fn until it commits, fails for a reason of its own or has used up its retries.
// Repeatable read makes a lost update a serialization failure instead.
func (d *DB) updatePostgres(ctx context.Context, soon bool, fn func(context.Context, *Tx) error) (*Tx, error) {
	if soon {
		fn = withoutWaiting(fn)
	}
	for attempt := 0; ; attempt++ {
		tx := d.newTx()
		err := d.oncePostgres(ctx, tx, pgx.TxOptions{IsoLevel: pgx.RepeatableRead}, fn)
		if err == nil {
			return tx, nil
		}
		if !isRetryable(err) || attempt == retries {
			return nil, err
		}
		if err := pause(ctx, attempt); err != nil {
			return nil, err
		}
	}
}

// withoutWaiting makes the commit of fn's transaction return before it is on disk.
func withoutWaiting(fn func(context.Context, *Tx) error) func(context.Context, *Tx) error {
	return func(ctx context.Context, tx *Tx) error {
		if p, ok := tx.conn.(*pgConn); ok {
			p.tx = replanning{p.tx}
		}
		if _, err := tx.Exec(ctx, `SET LOCAL synchronous_commit = off`); err != nil {
			return err
		}
		return fn(ctx, tx)
	}
}

// replanning has lookups of lists planned each time. Large work begins while tables are small: a plan that PostgreSQL made then
// and kept would read whole tables for every chunk until somebody analyses them.
type replanning struct{ pgRunner }

func (r replanning) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	if strings.Contains(sql, "= ANY(") {
		args = append([]any{pgx.QueryExecModeCacheDescribe}, args...)
	}
	return r.pgRunner.Query(ctx, sql, args...)
}

// pause waits a random, growing moment before the next attempt.
func pause(ctx context.Context, attempt int) error {
	most := time.Millisecond << min(attempt, 7)
	t := time.NewTimer(rand.N(most) + most/2)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (d *DB) viewPostgres(ctx context.Context, fn func(context.Context, *Tx) error) error {
	return d.oncePostgres(ctx, d.newTx(), pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, fn)
}

func (d *DB) oncePostgres(ctx context.Context, tx *Tx, o pgx.TxOptions, fn func(context.Context, *Tx) error) error {
	p, err := d.pool.BeginTx(ctx, o)
	if err != nil {
		return fmt.Errorf("db: begin: %w", err)
	}
	tx.conn = &pgConn{tx: p}
	if err := protect(tx, func() error { return fn(ctx, tx) }); err != nil {
		// A connection that cannot roll back is thrown away by the pool.
		_ = p.Rollback(context.WithoutCancel(ctx))
		return err
	}
	if err := p.Commit(ctx); err != nil {
		return fmt.Errorf("db: commit: %w", err)
	}
	return nil
}

// readPostgres runs fn on a connection, each statement by itself.
func (d *DB) readPostgres(ctx context.Context, tx *Tx, fn func(context.Context, *Tx) error) error {
	c, err := d.pool.Acquire(ctx)
	if err != nil {
		return fmt.Errorf("db: waiting for a connection: %w", err)
	}
	defer c.Release()
	tx.conn = pgReader{&pgConn{tx: c}}
	return protect(tx, func() error { return fn(ctx, tx) })
}

// pgReader is a connection that only reads.
type pgReader struct{ *pgConn }

func (pgReader) exec(context.Context, string, []any) (int64, error) { return 0, errReadOnly }

func (pgReader) execMany(context.Context, string, [][]any) (int64, error) { return 0, errReadOnly }

var errReadOnly = errors.New("a closure of Read wrote")

// pgConn runs statements in a transaction, or each by itself.
type pgConn struct{ tx pgRunner }

type pgRunner interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	SendBatch(ctx context.Context, b *pgx.Batch) pgx.BatchResults
}

func (p *pgConn) exec(ctx context.Context, sql string, args []any) (int64, error) {
	tag, err := p.tx.Exec(ctx, sql, args...)
	return tag.RowsAffected(), err
}

func (p *pgConn) execMany(ctx context.Context, sql string, rows [][]any) (n int64, err error) {
	var b pgx.Batch
	for _, r := range rows {
		b.Queue(sql, r...)
	}
	res := p.tx.SendBatch(ctx, &b)
	defer func() {
		if cerr := res.Close(); err == nil {
			err = cerr
		}
	}()
	for range rows {
		tag, err := res.Exec()
		if err != nil {
			return n, err
		}
		n += tag.RowsAffected()
	}
	return n, nil
}

func (p *pgConn) execBulk(ctx context.Context, sql string, runs int, bind func(b *Binder, run int)) (int64, error) {
	rows := make([][]any, runs)
	for run := range rows {
		var b Binder
		bind(&b, run)
		rows[run] = b.args
	}
	return p.execMany(ctx, sql, rows)
}

func (p *pgConn) query(ctx context.Context, sql string, args []any) (cursor, error) {
	rows, err := p.tx.Query(ctx, sql, args...)
	if err != nil {
		return nil, err
	}
	return &pgCursor{rows: rows}, nil
}

type pgCursor struct{ rows pgx.Rows }

func (c *pgCursor) next() bool { return c.rows.Next() }
func (c *pgCursor) err() error { return c.rows.Err() }
func (c *pgCursor) close()     { c.rows.Close() }
