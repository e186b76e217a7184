package chat

import (
	"context"
	"fmt"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/money"
)

// CartLine is one item in the cart of a thread, as the customer last saw it.
type CartLine struct {
	CatalogID  id.ID
	RetailerID string
	Title      string
	// Image is the address of the item's picture.
	Image    string
	Quantity int
	// Unit is the price of one, as last shown.
	Unit money.Amount
}

// CartTx returns the cart of a thread, the oldest line first.
func CartTx(ctx context.Context, tx *db.Tx, phoneID id.ID, waID string) ([]CartLine, error) {
	rows, err := tx.Query(ctx, `SELECT catalog_id, retailer_id, title, image, quantity, unit_minor, currency FROM cart_line
		WHERE phone_id = $1 AND wa_id = $2 ORDER BY added_at, retailer_id`, phoneID, waID)
	if err != nil {
		return nil, fmt.Errorf("chat: cart: %w", err)
	}
	defer rows.Close()
	var lines []CartLine
	for rows.Next() {
		var l CartLine
		if err := rows.Scan(&l.CatalogID, &l.RetailerID, &l.Title, &l.Image, &l.Quantity, &l.Unit.Minor, &l.Unit.Currency); err != nil {
			return nil, fmt.Errorf("chat: cart: %w", err)
		}
		lines = append(lines, l)
	}
	return lines, rows.Err()
}

// CartCountTx is how many pieces lie in the cart of a thread: the sum of the quantities.
func CartCountTx(ctx context.Context, tx *db.Tx, phoneID id.ID, waID string) (int, error) {
	var n int
	err := tx.QueryRow(ctx, `SELECT CAST(COALESCE(SUM(quantity), 0) AS BIGINT) FROM cart_line WHERE phone_id = $1 AND wa_id = $2`, phoneID, waID).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("chat: cart count: %w", err)
	}
	return n, nil
}

// PutCartLinesTx stores lines, each in place of the thread's line of the same item.
func PutCartLinesTx(ctx context.Context, tx *db.Tx, phoneID id.ID, waID string, lines ...CartLine) error {
	rows := make([][]any, len(lines))
	for i, l := range lines {
		rows[i] = []any{phoneID, waID, l.RetailerID, l.CatalogID, l.Title, l.Image, l.Quantity, l.Unit.Minor, l.Unit.Currency, tx.Now()}
	}
	_, err := tx.ExecMany(ctx, `INSERT INTO cart_line
		(phone_id, wa_id, retailer_id, catalog_id, title, image, quantity, unit_minor, currency, added_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		ON CONFLICT (phone_id, wa_id, retailer_id) DO UPDATE SET catalog_id = excluded.catalog_id, title = excluded.title,
			image = excluded.image, quantity = excluded.quantity, unit_minor = excluded.unit_minor, currency = excluded.currency`, rows)
	if err != nil {
		return fmt.Errorf("chat: cart: %w", err)
	}
	return nil
}

// RemoveCartLinesTx takes items out of the cart of a thread. Items that are not in it are no error.
func RemoveCartLinesTx(ctx context.Context, tx *db.Tx, phoneID id.ID, waID string, retailerIDs ...string) error {
	if len(retailerIDs) == 0 {
		return nil
	}
	_, err := tx.Exec(ctx, `DELETE FROM cart_line WHERE phone_id = $1 AND wa_id = $2 AND retailer_id = ANY($3)`, phoneID, waID, retailerIDs)
	if err != nil {
		return fmt.Errorf("chat: cart: %w", err)
	}
	return nil
}

// EmptyCartTx takes everything out of the cart of a thread.
func EmptyCartTx(ctx context.Context, tx *db.Tx, phoneID id.ID, waID string) error {
	if _, err := tx.Exec(ctx, `DELETE FROM cart_line WHERE phone_id = $1 AND wa_id = $2`, phoneID, waID); err != nil {
		return fmt.Errorf("chat: cart: %w", err)
	}
	return nil
}
