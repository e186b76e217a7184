package db

import (
	"context"
	"fmt"
	"strings"

	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/id"
)

// reserveIDs makes new ids rise above every id of ours on disk, whatever the clock says now. Adopted ids say
// nothing about our counter; nor do those of a far future, which can only be somebody else's.
func (d *DB) reserveIDs(ctx context.Context) error {
	future := id.NewSource(clock.NewFixed(d.clock.Now().AddDate(10, 0, 0)), 0).New()
	return d.View(ctx, func(ctx context.Context, tx *Tx) error {
		tables, err := idTables(ctx, tx)
		if err != nil {
			return err
		}
		newest := make([]string, len(tables))
		for i, t := range tables {
			newest[i] = `SELECT id FROM (SELECT id FROM "` + t + `" AS t WHERE id < $1
				AND NOT EXISTS (SELECT 1 FROM node WHERE node.id = t.id AND node.adopted) ORDER BY id DESC LIMIT 1) AS newest`
		}
		var last id.ID
		if err := tx.QueryRow(ctx, `SELECT COALESCE(MAX(id), 0) FROM (`+strings.Join(newest, " UNION ALL ")+`) AS every`, future).Scan(&last); err != nil {
			return fmt.Errorf("database: the newest id: %w", err)
		}
		d.ids.Reserve(last)
		d.steady.startAt(last, tx.Now())
		return nil
	})
}

// idTables are the tables whose primary key is an id.
func idTables(ctx context.Context, tx *Tx) ([]string, error) {
	query := `SELECT m.name FROM sqlite_schema m JOIN pragma_table_info(m.name) c ON c.name = 'id' AND c.pk = 1 AND c.type = 'INTEGER'
		WHERE m.type = 'table' AND m.name <> 'goose_db_version' AND m.sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY m.name`
	if tx.Dialect() == Postgres {
		query = `SELECT CAST(table_name AS TEXT) FROM information_schema.columns WHERE table_schema = current_schema()
			AND column_name = 'id' AND data_type = 'bigint' AND is_identity = 'NO' AND table_name <> 'goose_db_version' ORDER BY 1`
	}
	rows, err := tx.Query(ctx, query)
	if err != nil {
		return nil, fmt.Errorf("database: tables with ids: %w", err)
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, fmt.Errorf("database: tables with ids: %w", err)
		}
		out = append(out, name)
	}
	return out, rows.Err()
}
