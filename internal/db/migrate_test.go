package db

import (
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"github.com/hawkerhq/hawker/internal/schema"
)

// A new file is written by a shorter way than an old one is brought up to date by: both must end at one place.
func TestANewFileIsWhatMigrationsMake(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	short, long := filepath.Join(dir, "short.db"), filepath.Join(dir, "long.db")
	if err := writeSQLite(t.Context(), short); err != nil {
		t.Fatal(err)
	}
	if err := gooseSQLite(t.Context(), long, "_pragma=synchronous(OFF)"); err != nil {
		t.Fatal(err)
	}
	got, want := contents(t, short), contents(t, long)
	for i := range min(len(got), len(want)) {
		if got[i] != want[i] {
			t.Fatalf("row %d differs\n short: %s\n long:  %s", i, got[i], want[i])
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d rows, the long way makes %d", len(got), len(want))
	}
	if len(got) < 100 {
		t.Errorf("only %d rows were compared", len(got))
	}
}

// The whole schema is that of the migrations of this program, and makes what they make one by one.
func TestTheWholeSchemaIsThatOfTheMigrations(t *testing.T) {
	t.Parallel()
	whole, err := schema.Whole()
	if err != nil || whole == "" {
		t.Fatalf("the golden schema is older than the migrations (%v): go test ./internal/db -run Golden -update", err)
	}
	scripts, err := migrationScripts()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	short, long := filepath.Join(dir, "short.db"), filepath.Join(dir, "long.db")
	if err := errors.Join(writeScripts(t.Context(), short, []string{whole}), writeScripts(t.Context(), long, scripts)); err != nil {
		t.Fatal(err)
	}
	if got, want := contents(t, short), contents(t, long); !slices.Equal(got, want) || len(got) < 100 {
		t.Errorf("the whole schema makes %d rows, the migrations %d, or others", len(got), len(want))
	}
}

// contents is the schema and every row of a file. The times of migrations are left out.
func contents(t *testing.T, path string) (rows []string) {
	t.Helper()
	c, err := sqlite.OpenConn(path, sqlite.OpenReadWrite)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	read := func(query string) (list []string) {
		err := sqlitex.ExecuteTransient(c, query, &sqlitex.ExecOptions{ResultFunc: func(s *sqlite.Stmt) error {
			var b strings.Builder
			for i := range s.ColumnCount() {
				if s.ColumnName(i) != "tstamp" {
					b.WriteString(strings.Join(strings.Fields(s.ColumnText(i)), " ") + "|")
				}
			}
			list = append(list, b.String())
			return nil
		}})
		if err != nil {
			t.Fatalf("%s: %v", query, err)
		}
		return list
	}
	rows = read(`SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY name`)
	for _, table := range read(`SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name`) {
		rows = append(rows, table)
		content := read(`SELECT * FROM "` + strings.TrimSuffix(table, "|") + `"`)
		slices.Sort(content)
		rows = append(rows, content...)
	}
	return rows
}
