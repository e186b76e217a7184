package db_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/db/dbtest"
	"github.com/hawkerhq/hawker/internal/schema"
)

var update = flag.Bool("update", false, "write the golden schemas anew")

// The golden schemas are what a reader of the project looks at to see all data, and what shows in review when a
// migration does to one database something else than to the other.
func TestGoldenSchema(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		describe := describeSQLite
		if d.Dialect() == db.Postgres {
			describe = describePostgres
		}
		var got string
		err := d.View(t.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
			got, err = describe(ctx, tx)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join("..", "schema", "golden", d.Dialect().String()+".sql")
		if *update {
			if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("the schema is not that of %s; look at the difference and run: go test ./internal/db -run Golden -update\n%s", file, firstDifference(got, string(want)))
		}
	})
}

func firstDifference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range max(len(g), len(w)) {
		a, b := "(end)", "(end)"
		if i < len(g) {
			a = g[i]
		}
		if i < len(w) {
			b = w[i]
		}
		if a != b {
			return fmt.Sprintf("line %d\n got: %s\nwant: %s", i+1, a, b)
		}
	}
	return ""
}

const goldenHead = "-- Generated from the migrations: go test ./internal/db -run Golden -update\n"

// describeSQLite is the text of every table and index, as SQLite keeps it. Tables that a virtual table made for
// itself are left out. The stamp lets new files be made of it.
func describeSQLite(ctx context.Context, tx *db.Tx) (string, error) {
	lines, err := column(ctx, tx, `SELECT m.sql || ';' FROM sqlite_schema m WHERE m.sql IS NOT NULL AND m.tbl_name <> 'goose_db_version'
		AND m.name NOT LIKE 'sqlite_%' AND NOT EXISTS (SELECT 1 FROM pragma_table_list l WHERE l.name = m.tbl_name AND l.type = 'shadow')
		ORDER BY m.tbl_name, m.type = 'table' DESC, m.name`)
	if err != nil {
		return "", err
	}
	stamp, err1 := schema.Stamp()
	settings, err2 := column(ctx, tx, `SELECT 'INSERT INTO item_words (item_words, rank) VALUES (''' || k || ''', ' || v || ');' FROM item_words_config WHERE k <> 'version' ORDER BY k`)
	var b strings.Builder
	b.WriteString(goldenHead + stamp + "\n")
	for _, l := range lines {
		if strings.HasPrefix(l, "CREATE TABLE") || strings.HasPrefix(l, "CREATE VIRTUAL") {
			b.WriteString("\n")
		}
		b.WriteString(l + "\n")
	}
	for _, l := range settings { // of the search index, which SQLite keeps as rows
		b.WriteString(l + "\n")
	}
	return b.String(), errors.Join(err1, err2)
}

// describePostgres puts the schema together from the catalog, not from pg_dump, whose text changes between
// versions of the server.
func describePostgres(ctx context.Context, tx *db.Tx) (string, error) {
	tables, err := column(ctx, tx, `SELECT CAST(c.relname AS TEXT) FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace
		AND c.relkind = 'r' AND c.relname <> 'goose_db_version' ORDER BY c.relname COLLATE "C"`)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	b.WriteString(goldenHead)
	for _, t := range tables {
		parts, err := column(ctx, tx, `SELECT a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
				|| CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END
				|| CASE WHEN a.attgenerated <> '' THEN ' GENERATED ALWAYS AS (' || pg_get_expr(d.adbin, d.adrelid) || ') STORED' ELSE COALESCE(' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid), '') END
			FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
			WHERE a.attrelid = $1::text::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum`, t)
		if err != nil {
			return "", err
		}
		constraints, err := column(ctx, tx, `SELECT pg_get_constraintdef(oid) FROM pg_constraint
			WHERE conrelid = $1::text::regclass AND contype <> 'n' ORDER BY contype <> 'p', contype, conname COLLATE "C"`, t)
		if err != nil {
			return "", err
		}
		indexes, err := column(ctx, tx, `SELECT replace(pg_get_indexdef(i.indexrelid), ' ON ' || current_schema() || '.', ' ON ') || ';'
			FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE i.indrelid = $1::text::regclass
			AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid) ORDER BY c.relname COLLATE "C"`, t)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&b, "\nCREATE TABLE %s (\n    %s\n);\n", t, strings.Join(append(parts, constraints...), ",\n    "))
		for _, i := range indexes {
			b.WriteString(i + "\n")
		}
	}
	return b.String(), nil
}

// column reads one column of text to its end.
func column(ctx context.Context, tx *db.Tx, sql string, args ...any) ([]string, error) {
	rows, err := tx.Query(ctx, sql, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, rows.Err()
}
