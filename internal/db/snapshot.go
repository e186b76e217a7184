package db

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"zombiezen.com/go/sqlite"

	"github.com/hawkerhq/hawker/internal/crash"
	"github.com/hawkerhq/hawker/internal/fault"
)

// Causes of refused snapshots.
var (
	ErrSnapshotName    = fault.New("db.snapshot_name")
	ErrSnapshotUnknown = fault.New("db.snapshot_unknown")
	ErrSnapshotVersion = fault.New("db.snapshot_version")
)

// snapshotDir is where SQLite's snapshots lie, in the data directory; snapshotSchema begins the names of PostgreSQL's.
const (
	snapshotDir    = "snapshots"
	snapshotSchema = "snapshot_"
)

var snapshotName = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,39}$`)

func checkSnapshot(name string) error {
	if !snapshotName.MatchString(name) {
		return ErrSnapshotName.Withf("name", "%.60q is no name of a snapshot: it has 1 to 40 small letters, digits and hyphens, for example before-lunch", name)
	}
	return nil
}

// Save keeps everything that is stored now under a name; what was kept under it before is replaced.
func (d *DB) Save(ctx context.Context, name string) error {
	if err := checkSnapshot(name); err != nil {
		return err
	}
	if d.dialect == Postgres {
		return d.Update(ctx, func(ctx context.Context, tx *Tx) error { return saveTx(ctx, tx, name) })
	}
	return d.saveSQLite(name)
}

// Restore makes the database hold what was saved under a name. The caller sees to it that nobody works on it meanwhile,
// and that nothing of what was there is remembered.
func (d *DB) Restore(ctx context.Context, name string) error {
	if err := checkSnapshot(name); err != nil {
		return err
	}
	names, err := d.Snapshots(ctx)
	if err != nil {
		return err
	}
	if !slices.Contains(names, name) {
		return ErrSnapshotUnknown.Withf("name", "there is no snapshot %q; there are: %s", name, strings.Join(names, ", "))
	}
	if d.dialect == Postgres {
		err = d.Update(ctx, func(ctx context.Context, tx *Tx) error { return restoreTx(ctx, tx, name) })
	} else {
		err = d.restoreSQLite(ctx, name)
	}
	if err != nil {
		return err
	}
	return d.changedWhole(ctx)
}

// Empty deletes everything that is stored, but snapshots.
func (d *DB) Empty(ctx context.Context) error {
	err := d.Update(ctx, func(ctx context.Context, tx *Tx) error {
		if tx.Dialect() == SQLite {
			if _, err := tx.Exec(ctx, `PRAGMA defer_foreign_keys = ON`); err != nil {
				return err
			}
		}
		tables, err := allTables(ctx, tx)
		if err != nil {
			return err
		}
		return emptyTx(ctx, tx, tables)
	})
	if err != nil {
		return err
	}
	return d.changedWhole(ctx)
}

// Snapshots lists the names, sorted.
func (d *DB) Snapshots(ctx context.Context) (names []string, err error) {
	if d.dialect == SQLite {
		files, err := filepath.Glob(filepath.Join(d.dir, snapshotDir, "*.db"))
		for _, f := range files {
			names = append(names, strings.TrimSuffix(filepath.Base(f), ".db"))
		}
		slices.Sort(names)
		return names, err
	}
	err = d.View(ctx, func(ctx context.Context, tx *Tx) error {
		rows, err := tx.Query(ctx, `SELECT CAST(nspname AS TEXT) FROM pg_namespace WHERE starts_with(nspname, $1) ORDER BY 1`, snapshotSchema)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var name string
			if err := rows.Scan(&name); err != nil {
				return err
			}
			names = append(names, strings.TrimPrefix(name, snapshotSchema))
		}
		return rows.Err()
	})
	return names, err
}

// Remove forgets a snapshot; one that is not there is forgotten already.
func (d *DB) Remove(ctx context.Context, name string) error {
	if err := checkSnapshot(name); err != nil {
		return err
	}
	if d.dialect == Postgres {
		return d.Update(ctx, func(ctx context.Context, tx *Tx) error {
			_, err := tx.Exec(ctx, `DROP SCHEMA IF EXISTS "`+snapshotSchema+name+`" CASCADE`)
			return err
		})
	}
	if err := os.Remove(d.snapshotPath(name)); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("db: %w", err)
	}
	return nil
}

// changedWhole begins anew with ids, time and listeners after everything has changed.
func (d *DB) changedWhole(ctx context.Context) error {
	if err := d.reserveIDs(ctx); err != nil {
		return err
	}
	d.bell.ringAll()
	return nil
}

func (d *DB) snapshotPath(name string) string { return filepath.Join(d.dir, snapshotDir, name+".db") }

// saveSQLite writes a file beside and gives it its name once it is whole.
func (d *DB) saveSQLite(name string) error {
	path := d.snapshotPath(name)
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return fmt.Errorf("db: %w", err)
	}
	fresh := path + ".new"
	if err := os.Remove(fresh); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("db: %w", err)
	}
	c, err := openConn(filepath.Join(d.dir, sqliteFile), "PRAGMA temp_store = MEMORY;")
	if err != nil {
		return fmt.Errorf("db: %w", err)
	}
	err = c.setting(`VACUUM INTO '` + strings.ReplaceAll(fresh, `'`, `''`) + `'`)
	if err = errors.Join(err, c.close()); err == nil {
		crash.At(crash.BackupMid)
		err = os.Rename(fresh, path)
	}
	if err != nil {
		return fmt.Errorf("db: %w", err)
	}
	return nil
}

// restoreSQLite copies a snapshot over the database, in the place of a group of writes.
func (d *DB) restoreSQLite(ctx context.Context, name string) error {
	from, err := sqlite.OpenConn(d.snapshotPath(name), sqlite.OpenReadWrite)
	if err != nil {
		return fmt.Errorf("db: the snapshot cannot be opened: %w", err)
	}
	defer func() { _ = from.Close() }()
	return d.writer.alone(ctx, func(to *sqliteConn) error {
		have, err1 := sqliteVersion(to.conn)
		kept, err2 := sqliteVersion(from)
		if err := errors.Join(err1, err2); err != nil {
			return err
		}
		if have != kept {
			return otherVersion(name)
		}
		b, err := sqlite.NewBackup(to.conn, "main", from, "main")
		if err != nil {
			return fmt.Errorf("db: restoring: %w", err)
		}
		_, err = b.Step(-1)
		if err = errors.Join(err, b.Close()); err != nil {
			return fmt.Errorf("db: restoring: %w", err)
		}
		return nil
	})
}

func otherVersion(name string) error {
	return ErrSnapshotVersion.Withf("name", "snapshot %q was saved by another version of the server; save a new one", name)
}

func sqliteVersion(c *sqlite.Conn) (version int64, err error) {
	s, _, err := c.PrepareTransient(`SELECT MAX(version_id) FROM goose_db_version`)
	if err != nil {
		return 0, err
	}
	if _, err = s.Step(); err == nil {
		version = s.ColumnInt64(0)
	}
	return version, errors.Join(err, s.Finalize())
}
