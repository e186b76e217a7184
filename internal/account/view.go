package account

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

// View is a filter of a list that somebody gave a name.
type View struct {
	ID          id.ID
	Name, Query string
}

// Bounds of views.
const (
	viewsMost     = 50
	viewNameMost  = 60
	viewQueryMost = 2000
)

// ViewsTx lists the views of a page of a business, by name.
func ViewsTx(ctx context.Context, tx *db.Tx, c access.Caller, business id.ID, page string) (list []View, err error) {
	if !c.Reaches(business) {
		return nil, nil
	}
	rows, err := tx.Query(ctx, `SELECT id, name, query FROM saved_view WHERE business_id = $1 AND page = $2 ORDER BY name, id LIMIT $3`, business, page, viewsMost)
	if err != nil {
		return nil, fmt.Errorf("account: views: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var v View
		if err := rows.Scan(&v.ID, &v.Name, &v.Query); err != nil {
			return nil, fmt.Errorf("account: views: %w", err)
		}
		list = append(list, v)
	}
	return list, rows.Err()
}

// SaveViewTx keeps a filter under a name; one of the same name is replaced.
func SaveViewTx(ctx context.Context, tx *db.Tx, c access.Caller, business id.ID, page string, v View) error {
	v.Name = strings.TrimSpace(v.Name)
	switch {
	case !c.Reaches(business):
		return ErrUnknown.Withf("business", "no business %s is visible to you", business)
	case v.Name == "" || utf8.RuneCountInString(v.Name) > viewNameMost:
		return ErrParam.Withf("name", "name: a view's name has 1 to %d characters", viewNameMost)
	case len(v.Query) > viewQueryMost:
		return ErrParam.With("query", "query: the filter is too long to be kept")
	}
	have, err := ViewsTx(ctx, tx, c, business, page)
	if err != nil {
		return err
	}
	if len(have) == viewsMost {
		return ErrParam.Withf("name", "name: %d views are kept; remove one first", viewsMost)
	}
	_, err = tx.Exec(ctx, `INSERT INTO saved_view (id, business_id, page, name, query, created_at) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (business_id, page, name) DO UPDATE SET query = excluded.query`, tx.NewID(), business, page, v.Name, v.Query, tx.Now())
	return err
}

// RemoveViewTx forgets a view.
func RemoveViewTx(ctx context.Context, tx *db.Tx, c access.Caller, view id.ID) error {
	_, err := tx.Exec(ctx, `DELETE FROM saved_view WHERE id = $1 AND business_id = ANY($2)`, view, c.Businesses)
	return err
}
