package waba

import (
	"context"
	"errors"
	"fmt"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/node"
)

const accountColumns = `id, business_id, name, currency, country, timezone_id, template_namespace, created_at, review`

func accountFields(a *Account) []any {
	return []any{&a.ID, &a.BusinessID, &a.Name, &a.Currency, &a.Country, &a.TimezoneID, &a.TemplateNamespace, &a.CreatedAt, &a.Review}
}

// identify makes an id of kind k, or adopts the one given.
func identify(ctx context.Context, tx *db.Tx, given id.ID, k node.Kind) (id.ID, error) {
	if given == 0 {
		return node.NewTx(ctx, tx, k)
	}
	return given, node.AdoptTx(ctx, tx, given, k)
}

// CreateAccountTx stores a new account. A zero ID is made, another is adopted; the time of creation is now.
func CreateAccountTx(ctx context.Context, tx *db.Tx, a Account) (Account, error) {
	tx.Notify(Changes)
	var err error
	if a.ID, err = identify(ctx, tx, a.ID, node.WABA); err != nil {
		return Account{}, err
	}
	a.CreatedAt, a.Review = tx.Now(), ReviewApproved
	_, err = tx.Exec(ctx, `INSERT INTO waba (`+accountColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		a.ID, a.BusinessID, a.Name, a.Currency, a.Country, a.TimezoneID, a.TemplateNamespace, a.CreatedAt, string(a.Review))
	if err != nil {
		return Account{}, fmt.Errorf("waba: creating an account: %w", err)
	}
	return a, nil
}

// AccountTx returns an account, or [ErrAccountUnknown].
func AccountTx(ctx context.Context, tx *db.Tx, wabaID id.ID) (Account, error) {
	return oneAccount(wabaID, tx.QueryRow(ctx, `SELECT `+accountColumns+` FROM waba WHERE id = $1`, wabaID))
}

// AccountForTx is [AccountTx] for an account of the caller's businesses.
func AccountForTx(ctx context.Context, tx *db.Tx, c access.Caller, wabaID id.ID) (Account, error) {
	return oneAccount(wabaID, tx.QueryRow(ctx,
		`SELECT `+accountColumns+` FROM waba WHERE id = $1 AND business_id = ANY($2)`, wabaID, c.Businesses))
}

func oneAccount(wabaID id.ID, row *db.Row) (Account, error) {
	var a Account
	err := row.Scan(accountFields(&a)...)
	if errors.Is(err, db.ErrNoRows) {
		return Account{}, ErrAccountUnknown.With("", unknown(wabaID))
	}
	if err != nil {
		return Account{}, fmt.Errorf("waba: %w", err)
	}
	return a, nil
}

// unknown is Graph's sentence for a node that is not there for the caller.
func unknown(i id.ID) string {
	return fmt.Sprintf("Unsupported request. Object with ID '%s' does not exist, cannot be loaded due to missing permissions, "+
		"or does not support this operation", i)
}

// AccountsTx lists the accounts of the caller's businesses, oldest first.
func AccountsTx(ctx context.Context, tx *db.Tx, c access.Caller) ([]Account, error) {
	rows, err := tx.Query(ctx, `SELECT `+accountColumns+` FROM waba WHERE business_id = ANY($1) ORDER BY id`, c.Businesses)
	if err != nil {
		return nil, fmt.Errorf("waba: listing accounts: %w", err)
	}
	defer rows.Close()
	var all []Account
	for rows.Next() {
		var a Account
		if err := rows.Scan(accountFields(&a)...); err != nil {
			return nil, fmt.Errorf("waba: listing accounts: %w", err)
		}
		all = append(all, a)
	}
	return all, rows.Err()
}
