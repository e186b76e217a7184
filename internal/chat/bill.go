package chat

import (
	"context"
	"errors"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

// Bill is what an order_details message asks the customer to pay.
type Bill struct {
	PhoneID     id.ID
	ReferenceID string // the business's, one bill each
	WaID        string
	MessageID   id.ID
	Status      string
	Payment     string
}

// Ended tells whether the bill's status can no longer change.
func (b Bill) Ended() bool { return b.Status == "completed" || b.Status == "canceled" }

// BillTx finds a bill of a number.
func BillTx(ctx context.Context, tx *db.Tx, phoneID id.ID, reference string) (b Bill, ok bool, err error) {
	err = tx.QueryRow(ctx, `SELECT phone_id, reference_id, wa_id, message_id, status, payment FROM bill WHERE phone_id = $1 AND reference_id = $2`, phoneID, reference).
		Scan(&b.PhoneID, &b.ReferenceID, &b.WaID, &b.MessageID, &b.Status, &b.Payment)
	if errors.Is(err, db.ErrNoRows) {
		return Bill{}, false, nil
	}
	return b, err == nil, wrap(err)
}

// PutBillTx stores a bill, or how it stands now.
func PutBillTx(ctx context.Context, tx *db.Tx, b Bill) error {
	_, err := tx.Exec(ctx, `INSERT INTO bill (phone_id, reference_id, wa_id, message_id, status, payment, created_at, updated_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $7)
		ON CONFLICT (phone_id, reference_id) DO UPDATE SET status = excluded.status, payment = excluded.payment, updated_at = excluded.updated_at`,
		b.PhoneID, b.ReferenceID, b.WaID, b.MessageID, b.Status, b.Payment, tx.Now())
	return wrap(err)
}

// OpenBillsTx lists the bills of a customer whose status can still change, the latest first.
func OpenBillsTx(ctx context.Context, tx *db.Tx, phoneID id.ID, waID string, most int) (list []Bill, err error) {
	rows, err := tx.Query(ctx, `SELECT phone_id, reference_id, wa_id, message_id, status, payment FROM bill
		WHERE phone_id = $1 AND wa_id = $2 AND status NOT IN ('completed', 'canceled') ORDER BY message_id DESC LIMIT $3`, phoneID, waID, most)
	if err != nil {
		return nil, wrap(err)
	}
	defer rows.Close()
	for rows.Next() {
		var b Bill
		if err := rows.Scan(&b.PhoneID, &b.ReferenceID, &b.WaID, &b.MessageID, &b.Status, &b.Payment); err != nil {
			return nil, wrap(err)
		}
		list = append(list, b)
	}
	return list, wrap(rows.Err())
}
