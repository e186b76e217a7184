package account

import (
	"context"
	"errors"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

// Worker is who works in a business: a system user or a person.
type Worker struct {
	ID, BusinessID id.ID
	Name           string
	Kind           access.Kind
}

// WorkerTx returns a system user of a business that the caller reaches, or a person who works in one: of several, in
// first, or else in the oldest.
func WorkerTx(ctx context.Context, tx *db.Tx, c access.Caller, i, first id.ID) (Worker, error) {
	u, err := SystemUserTx(ctx, tx, c, i)
	if err == nil {
		return Worker{u.ID, u.BusinessID, u.Name, access.KindSystemUser}, nil
	}
	if !errors.Is(err, ErrUnknown) {
		return Worker{}, err
	}
	w := Worker{ID: i, Kind: access.KindPerson}
	err = tx.QueryRow(ctx, `SELECT p.name, r.business_id FROM person p JOIN person_role r ON r.person_id = p.id WHERE p.id = $1 AND r.business_id = ANY($2)
		ORDER BY CASE WHEN r.business_id = $3 THEN 0 ELSE 1 END, r.business_id LIMIT 1`, i, c.Businesses, first).Scan(&w.Name, &w.BusinessID)
	return w, unknown(err, i)
}

// WorkersTx tells who works in a business, by id: for those who may know of some of them.
func WorkersTx(ctx context.Context, tx *db.Tx, business id.ID) (map[id.ID]Worker, error) {
	rows, err := tx.Query(ctx, `SELECT id, name, TRUE FROM system_user WHERE business_id = $1
		UNION ALL SELECT p.id, p.name, FALSE FROM person p JOIN person_role r ON r.person_id = p.id WHERE r.business_id = $1`, business)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := map[id.ID]Worker{}
	for rows.Next() {
		w := Worker{BusinessID: business, Kind: access.KindPerson}
		var system bool
		if err := rows.Scan(&w.ID, &w.Name, &system); err != nil {
			return nil, err
		}
		if system {
			w.Kind = access.KindSystemUser
		}
		all[w.ID] = w
	}
	return all, rows.Err()
}

// NameTx is the name of a business, whoever asks: partners learn each other's. ok is false where there is none.
func NameTx(ctx context.Context, tx *db.Tx, business id.ID) (name string, ok bool, err error) {
	err = tx.QueryRow(ctx, `SELECT name FROM business WHERE id = $1`, business).Scan(&name)
	if errors.Is(err, db.ErrNoRows) {
		return "", false, nil
	}
	return name, err == nil, err
}
