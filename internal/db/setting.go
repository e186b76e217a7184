package db

import (
	"context"
	"errors"
	"fmt"
)

// SettingTx reads a fact about this installation; "" where it was never set.
func SettingTx(ctx context.Context, tx *Tx, name string) (value string, err error) {
	err = tx.QueryRow(ctx, `SELECT value FROM setting WHERE name = $1`, name).Scan(&value)
	if errors.Is(err, ErrNoRows) {
		return "", nil
	}
	return value, err
}

// SetSettingTx stores a fact about this installation.
func SetSettingTx(ctx context.Context, tx *Tx, name, value string) error {
	_, err := tx.Exec(ctx, `INSERT INTO setting AS s (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value`, name, value)
	if err != nil {
		return fmt.Errorf("db: setting %s: %w", name, err)
	}
	return nil
}
