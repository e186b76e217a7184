package main

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path"
	"time"

	"github.com/jackc/pgx/v5"
)

// place is where a database of a figure is made.
type place struct {
	dir string // also for files
	url string // of a PostgreSQL database; empty: SQLite in dir
}

// place makes an empty place on the engine that is measured; remove removes it.
func (b *bench) place(ctx context.Context) (p place, remove func(), err error) {
	if p.dir, err = os.MkdirTemp("", "hawker-bench"); err != nil {
		return place{}, nil, err
	}
	remove = func() { _ = os.RemoveAll(p.dir) }
	if b.postgres == "" {
		return p, remove, nil
	}
	u, err := url.Parse(b.postgres)
	if err != nil {
		remove()
		return place{}, nil, err
	}
	b.databases++
	name := fmt.Sprintf("hawker_bench_%d_%d", os.Getpid(), b.databases)
	if err := b.administer(ctx, "CREATE DATABASE "+name); err != nil {
		remove()
		return place{}, nil, err
	}
	u.Path = path.Join("/", name)
	p.url = u.String()
	return p, func() {
		_ = b.administer(context.WithoutCancel(ctx), "DROP DATABASE "+name+" WITH (FORCE)")
		_ = os.RemoveAll(p.dir)
	}, nil
}

// administer runs a statement on the PostgreSQL server.
func (b *bench) administer(ctx context.Context, statement string) error {
	c, err := pgx.Connect(ctx, b.postgres)
	if err != nil {
		return fmt.Errorf("PostgreSQL: %w", err)
	}
	defer func() { _ = c.Close(ctx) }()
	_, err = c.Exec(ctx, statement)
	return err
}

// copyIn is how long PostgreSQL takes to copy a CSV file into a table of texts without rules and indexes.
func (b *bench) copyIn(ctx context.Context, file string, columns []string) (seconds float64, err error) {
	p, remove, err := b.place(ctx)
	if err != nil {
		return 0, err
	}
	defer remove()
	c, err := pgx.Connect(ctx, p.url)
	if err != nil {
		return 0, err
	}
	defer func() { _ = c.Close(ctx) }()
	table := "CREATE TABLE items ("
	for n, name := range columns {
		table += ", "[:2*min(n, 1)] + pgx.Identifier{name}.Sanitize() + " TEXT"
	}
	if _, err := c.Exec(ctx, table+")"); err != nil {
		return 0, err
	}
	f, err := os.Open(file) //nolint:gosec // a file of ours
	if err != nil {
		return 0, err
	}
	defer func() { _ = f.Close() }()
	start := time.Now()
	_, err = c.PgConn().CopyFrom(ctx, f, "COPY items FROM STDIN (FORMAT csv, HEADER)")
	return time.Since(start).Seconds(), err
}
