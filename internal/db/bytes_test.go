package db_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/db/dbtest"
)

// TestBytesAreReadIntoMemoryOfTheRowBefore: long and short ones, none, and what is no ASCII.
func TestBytesAreReadIntoMemoryOfTheRowBefore(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		err := d.View(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			rows, err := tx.Query(ctx, `SELECT 'một' UNION ALL SELECT '' UNION ALL SELECT 'a longer text than before' UNION ALL SELECT 'b'`)
			if err != nil {
				return err
			}
			defer rows.Close()
			var b db.Bytes
			got := []string{}
			for rows.Next() {
				if err := rows.Scan(&b); err != nil {
					return err
				}
				got = append(got, string(b))
			}
			if fmt.Sprintf("%q", got) != `["một" "" "a longer text than before" "b"]` {
				t.Errorf("%q", got)
			}
			return rows.Err()
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
