package db

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
)

// table is a table with the columns that are written.
type table struct {
	name    string
	columns []string
}

// versions is goose's own table: it goes with the program, not with the world.
const versions = "goose_db_version"

// allTables lists the tables, those that others point at first.
func allTables(ctx context.Context, tx *Tx) ([]table, error) {
	query := `SELECT t.name, '' FROM pragma_table_list AS t WHERE t.schema = 'main' AND t.type IN ('table', 'virtual') AND t.name NOT LIKE 'sqlite_%' ORDER BY 1`
	if tx.Dialect() == Postgres {
		query = `SELECT CAST(c.table_name AS TEXT), CAST(c.column_name AS TEXT) FROM information_schema.columns c
			JOIN information_schema.tables t ON t.table_schema = c.table_schema AND t.table_name = c.table_name AND t.table_type = 'BASE TABLE'
			WHERE c.table_schema = current_schema() AND c.is_generated = 'NEVER' ORDER BY c.table_name, c.ordinal_position`
	}
	columns, err := pairs(ctx, tx, query)
	if err != nil {
		return nil, err
	}
	delete(columns, versions)
	needs := map[string][]string{}
	if tx.Dialect() == Postgres {
		if needs, err = pairs(ctx, tx, `SELECT CAST(a.relname AS TEXT), CAST(b.relname AS TEXT) FROM pg_constraint f JOIN pg_class a ON a.oid = f.conrelid
			JOIN pg_class b ON b.oid = f.confrelid JOIN pg_namespace n ON n.oid = f.connamespace WHERE f.contype = 'f' AND n.nspname = current_schema()`); err != nil {
			return nil, err
		}
	}
	var list []table
	for len(columns) > 0 {
		before := len(list)
		for _, name := range slices.Sorted(maps.Keys(columns)) {
			waits := slices.ContainsFunc(needs[name], func(other string) bool { return other != name && columns[other] != nil })
			if !waits {
				list = append(list, table{name, columns[name]})
				delete(columns, name)
			}
		}
		if len(list) == before {
			return nil, errors.New("db: tables point at each other in a ring")
		}
	}
	return list, nil
}

// pairs reads two columns of texts, the second by the first.
func pairs(ctx context.Context, tx *Tx, query string) (map[string][]string, error) {
	rows, err := tx.Query(ctx, query)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := map[string][]string{}
	for rows.Next() {
		var a, b string
		if err := rows.Scan(&a, &b); err != nil {
			return nil, err
		}
		all[a] = append(all[a], b)
	}
	return all, rows.Err()
}

func emptyTx(ctx context.Context, tx *Tx, tables []table) error {
	if tx.Dialect() == Postgres {
		names := make([]string, len(tables))
		for n, t := range tables {
			names[n] = `"` + t.name + `"`
		}
		_, err := tx.Exec(ctx, `TRUNCATE `+strings.Join(names, ", "))
		return err
	}
	for _, t := range tables {
		if _, err := tx.Exec(ctx, `DELETE FROM "`+t.name+`"`); err != nil {
			return err
		}
	}
	return nil
}

// saveTx copies every table into a schema of the snapshot's own.
func saveTx(ctx context.Context, tx *Tx, name string) error {
	schema := `"` + snapshotSchema + name + `"`
	tables, err := allTables(ctx, tx)
	if err != nil {
		return err
	}
	for _, sql := range []string{`DROP SCHEMA IF EXISTS ` + schema + ` CASCADE`, `CREATE SCHEMA ` + schema} {
		if _, err := tx.Exec(ctx, sql); err != nil {
			return err
		}
	}
	for _, t := range append(tables, table{name: versions}) {
		if _, err := tx.Exec(ctx, `CREATE TABLE `+schema+`."`+t.name+`" AS TABLE "`+t.name+`"`); err != nil {
			return err
		}
	}
	return nil
}

// restoreTx fills every table with what a snapshot holds.
func restoreTx(ctx context.Context, tx *Tx, name string) error {
	schema := `"` + snapshotSchema + name + `"`
	var have, kept int64
	if err := tx.QueryRow(ctx, `SELECT MAX(version_id), (SELECT MAX(version_id) FROM `+schema+`.`+versions+`) FROM `+versions).Scan(&have, &kept); err != nil {
		return err
	}
	if have != kept {
		return otherVersion(name)
	}
	tables, err := allTables(ctx, tx)
	if err != nil {
		return err
	}
	if err := emptyTx(ctx, tx, tables); err != nil {
		return err
	}
	for _, t := range tables {
		columns := `"` + strings.Join(t.columns, `", "`) + `"`
		if _, err := tx.Exec(ctx, `INSERT INTO "`+t.name+`" (`+columns+`) SELECT `+columns+` FROM `+schema+`."`+t.name+`"`); err != nil {
			return err
		}
	}
	return nil
}
