package chat

import (
	"context"
	"fmt"
	"time"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/money"
)

// Buyer is a customer as a business sees them: somebody who wrote, or was written to, and what they ordered.
type Buyer struct {
	WaID, Name string
	LastAt     time.Time
	// Orders counts those that were not cancelled; Spent is their total, where all are in one currency.
	Orders int
	Spent  *money.Amount
	// PhoneID is the number they last talked to.
	PhoneID id.ID
}

// BuyersTx lists the customers of some numbers, those who were there last first. An empty waID means all.
func BuyersTx(ctx context.Context, tx *db.Tx, phones []id.ID, waID string, limit int) (list []Buyer, err error) {
	rows, err := tx.Query(ctx, `SELECT t.wa_id, COALESCE(c.name, ''), t.last_at, t.phone_id, COALESCE(o.n, 0), COALESCE(o.total, 0), COALESCE(o.low, ''), COALESCE(o.high, '')
		FROM thread t LEFT JOIN customer c ON c.wa_id = t.wa_id
		LEFT JOIN (SELECT wa_id, COUNT(*) AS n, CAST(SUM(total_minor) AS BIGINT) AS total, MIN(currency) AS low, MAX(currency) AS high FROM customer_order
			WHERE phone_id = ANY($1) AND state <> 'cancelled' GROUP BY wa_id) o ON o.wa_id = t.wa_id
		WHERE t.phone_id = ANY($1) AND ($2 = '' OR t.wa_id = $2)
			AND EXISTS (SELECT 1 FROM message m WHERE m.phone_id = t.phone_id AND m.wa_id = t.wa_id AND (m.outbound OR m.rank > 1))
			AND NOT EXISTS (SELECT 1 FROM thread u WHERE u.wa_id = t.wa_id AND u.phone_id = ANY($1) AND (u.last_at > t.last_at OR (u.last_at = t.last_at AND u.phone_id > t.phone_id)))
		ORDER BY t.last_at DESC, t.wa_id LIMIT $3`, phones, waID, limit)
	if err != nil {
		return nil, fmt.Errorf("chat: customers: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var b Buyer
		var low, high string
		var total int64
		if err := rows.Scan(&b.WaID, &b.Name, &b.LastAt, &b.PhoneID, &b.Orders, &total, &low, &high); err != nil {
			return nil, fmt.Errorf("chat: customers: %w", err)
		}
		if low == high && low != "" {
			b.Spent = &money.Amount{Minor: total, Currency: low}
		}
		list = append(list, b)
	}
	return list, rows.Err()
}

// OrdersOfTx lists a customer's orders at some numbers, newest first, without their lines.
func OrdersOfTx(ctx context.Context, tx *db.Tx, phones []id.ID, waID string, limit int) ([]WorkedOrder, error) {
	return workedOrders(ctx, tx, `o.phone_id = ANY($1) AND o.wa_id = $2 ORDER BY o.id DESC LIMIT $3`, phones, waID, limit)
}

// WaitingTx counts the messages to some numbers that nobody has read.
func WaitingTx(ctx context.Context, tx *db.Tx, phones []id.ID) (n int, err error) {
	err = tx.QueryRow(ctx, `SELECT COUNT(*) FROM message WHERE phone_id = ANY($1) AND NOT outbound AND rank = $2`, phones, int(Delivered)).Scan(&n)
	return n, wrap(err)
}
