// Package schema holds the numbered migrations of the database, written once for both engines.
//
// A migration is a goose file with an Up part only. {{id}} stands for the type of an integer primary key
// (the rowid on SQLite, BIGINT on PostgreSQL), {{bytes}} for a column of bytes; lines between
// "-- only: sqlite" (or postgres) and "-- end" exist for that engine alone.
package schema

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"testing/fstest"
)

//go:embed migrations/*.sql
var files embed.FS

//go:embed golden/sqlite.sql
var whole string

// stampMark begins the line of the golden schema that tells which migrations it was made of.
const stampMark = "-- Migrations: "

// Stamp tells one set of migrations from another.
func Stamp() (string, error) {
	names, err := fs.Glob(files, "migrations/*.sql")
	if err != nil {
		return "", fmt.Errorf("schema: %w", err)
	}
	sum := sha256.New()
	for _, name := range names {
		b, err := files.ReadFile(name)
		if err != nil {
			return "", fmt.Errorf("schema: %w", err)
		}
		_, _ = fmt.Fprintf(sum, "%s %d\n%s", name, len(b), b)
	}
	return stampMark + hex.EncodeToString(sum.Sum(nil)), nil
}

// Whole is the schema that all migrations together make on SQLite, in one text: to make a new file at once, where
// migrating it reads the schema anew for each change. It is empty while the golden schema is older than the migrations.
func Whole() (string, error) {
	stamp, err := Stamp()
	if err != nil || !strings.Contains(whole, stamp+"\n") {
		return "", err
	}
	return whole, nil
}

// Engine is a kind of database.
type Engine string

// Engines.
const (
	SQLite   Engine = "sqlite"
	Postgres Engine = "postgres"
)

// Migrations are the migration files as one engine wants them.
func Migrations(e Engine) (fs.FS, error) {
	names, err := fs.Glob(files, "migrations/*.sql")
	if err != nil {
		return nil, fmt.Errorf("schema: %w", err)
	}
	out := fstest.MapFS{}
	for _, name := range names {
		b, err := files.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("schema: %w", err)
		}
		text, err := Render(e, string(b))
		if err != nil {
			return nil, fmt.Errorf("schema: %s: %w", name, err)
		}
		out[strings.TrimPrefix(name, "migrations/")] = &fstest.MapFile{Data: []byte(text), Mode: 0o444}
	}
	return out, nil
}

// Versions are the numbers of all migrations in this program, rising.
func Versions() ([]int64, error) {
	names, err := fs.Glob(files, "migrations/*.sql")
	if err != nil {
		return nil, fmt.Errorf("schema: %w", err)
	}
	var all []int64
	for _, name := range names {
		digits, _, _ := strings.Cut(strings.TrimPrefix(name, "migrations/"), "_")
		n, err := strconv.ParseInt(digits, 10, 64)
		if err != nil || n < 1 {
			return nil, fmt.Errorf("schema: %s does not start with a number", name)
		}
		if slices.Contains(all, n) {
			return nil, fmt.Errorf("schema: two migrations have the number %d", n)
		}
		all = append(all, n)
	}
	slices.Sort(all)
	return all, nil
}

// Render writes one migration for an engine.
func Render(e Engine, text string) (string, error) {
	types := map[Engine]*strings.Replacer{
		SQLite:   strings.NewReplacer("{{id}}", "INTEGER PRIMARY KEY", "{{bytes}}", "BLOB"),
		Postgres: strings.NewReplacer("{{id}}", "BIGINT PRIMARY KEY", "{{bytes}}", "BYTEA"),
	}[e]
	var b strings.Builder
	only := Engine("")
	for line := range strings.Lines(text) {
		trimmed := strings.TrimSpace(line)
		if name, ok := strings.CutPrefix(trimmed, "-- only:"); ok {
			if only != "" {
				return "", fmt.Errorf("%q inside another block", trimmed)
			}
			only = Engine(strings.TrimSpace(name))
			if only != SQLite && only != Postgres {
				return "", fmt.Errorf("%q names no engine", trimmed)
			}
			continue
		}
		if trimmed == "-- end" {
			if only == "" {
				return "", fmt.Errorf(`"-- end" without a block`)
			}
			only = ""
			continue
		}
		if only == "" || only == e {
			b.WriteString(types.Replace(line))
		}
	}
	if _, mark, ok := strings.Cut(b.String(), "{{"); ok {
		return "", fmt.Errorf("unknown mark {{%s", mark[:min(len(mark), 20)])
	}
	if only != "" {
		return "", fmt.Errorf("the block for %s has no end", only)
	}
	return b.String(), nil
}
