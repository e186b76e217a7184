package chaos

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"
)

const selectUnrecorded = `SELECT CAST(event_id AS TEXT) FROM webhook_delivery WHERE state = 'pending'`

// unrecorded are the events that a program which was killed has not noted as delivered. On SQLite a copy is looked at: what
// the program left behind is the program's to mend.
func (p *program) unrecorded(t *testing.T) (events []string) {
	t.Helper()
	if p.database == "sqlite" {
		return unrecordedOfSQLite(t, copyOf(t, p.data))
	}
	config, err := pgxpool.ParseConfig(p.database)
	if err != nil {
		t.Fatal(err)
	}
	c, err := pgx.ConnectConfig(t.Context(), config.ConnConfig)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close(context.WithoutCancel(t.Context())) }()
	until(t, "the server to notice that the program is gone", func() bool {
		var others int
		err := c.QueryRow(t.Context(), `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'`).Scan(&others)
		if err != nil {
			t.Fatal(err)
		}
		return others == 0
	})
	rows, err := c.Query(t.Context(), selectUnrecorded)
	if err == nil {
		events, err = pgx.CollectRows(rows, pgx.RowTo[string])
	}
	if err != nil {
		t.Fatal(err)
	}
	return events
}

func unrecordedOfSQLite(t *testing.T, path string) (events []string) {
	t.Helper()
	c, err := sqlite.OpenConn(path)
	if err == nil {
		err = sqlitex.ExecuteTransient(c, selectUnrecorded, &sqlitex.ExecOptions{ResultFunc: func(s *sqlite.Stmt) error {
			events = append(events, s.ColumnText(0))
			return nil
		}})
		if cerr := c.Close(); err == nil {
			err = cerr
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	return events
}

// copyOf copies a SQLite database that nobody uses, with its log.
func copyOf(t *testing.T, data string) (path string) {
	t.Helper()
	dir, err := os.MkdirTemp("", "hawker-copy")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	for _, name := range []string{"hawker.db", "hawker.db-wal"} {
		copyFile(t, filepath.Join(data, name), filepath.Join(dir, name))
	}
	return filepath.Join(dir, "hawker.db")
}

// copyFile copies a file that may be missing.
func copyFile(t *testing.T, from, to string) {
	t.Helper()
	in, err := os.Open(from)
	if os.IsNotExist(err) {
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = in.Close() }()
	out, err := os.Create(to)
	if err == nil {
		_, err = io.Copy(out, in)
		if cerr := out.Close(); err == nil {
			err = cerr
		}
	}
	if err != nil {
		t.Fatal(err)
	}
}
