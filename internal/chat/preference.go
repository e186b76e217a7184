package chat

import (
	"context"
	"slices"
	"time"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

// MarketingTx stores whether the customer wants no marketing messages of the business.
func MarketingTx(ctx context.Context, tx *db.Tx, phoneID id.ID, waID string, stopped bool) error {
	_, err := tx.Exec(ctx, `UPDATE thread SET marketing_stopped = $1 WHERE phone_id = $2 AND wa_id = $3`, stopped, phoneID, waID)
	return wrap(err)
}

// RefuseTx puts a customer on a number's block list, or takes it off.
func RefuseTx(ctx context.Context, tx *db.Tx, phoneID id.ID, waID string, refused bool) error {
	at := time.Time{}
	if refused {
		at = tx.Now()
	}
	_, err := tx.Exec(ctx, `UPDATE thread SET refused_at = $1 WHERE phone_id = $2 AND wa_id = $3`, at, phoneID, waID)
	return wrap(err)
}

// RefusedCountTx counts a number's block list.
func RefusedCountTx(ctx context.Context, tx *db.Tx, phoneID id.ID) (n int, err error) {
	err = tx.QueryRow(ctx, `SELECT COUNT(*) FROM thread WHERE phone_id = $1 AND refused_at > 0`, phoneID).Scan(&n)
	return n, wrap(err)
}

// RefusedTx lists a number's block list by wa_id: up to limit behind after, or the last ones in front of before.
func RefusedTx(ctx context.Context, tx *db.Tx, phoneID id.ID, after, before string, limit int) ([]Thread, error) {
	order := `ORDER BY wa_id LIMIT $4`
	if before != "" {
		order = `ORDER BY wa_id DESC LIMIT $4`
	}
	rows, err := tx.Query(ctx, `SELECT `+threadColumns+` FROM thread WHERE phone_id = $1 AND refused_at > 0 AND wa_id > $2 AND ($3 = '' OR wa_id < $3) `+order,
		phoneID, after, before, limit)
	if err != nil {
		return nil, wrap(err)
	}
	list, err := manyThreads(rows)
	if before != "" {
		slices.Reverse(list)
	}
	return list, err
}

// ThreadByUserTx finds a business's customer by its business-scoped user id: the latest of its threads. ok is false where no
// customer of the business has that id.
func ThreadByUserTx(ctx context.Context, tx *db.Tx, business id.ID, user string) (t Thread, ok bool, err error) {
	rows, err := tx.Query(ctx, `SELECT `+threadColumns+` FROM thread WHERE user_id = $1 ORDER BY last_at DESC LIMIT 1`, user)
	if err != nil {
		return Thread{}, false, wrap(err)
	}
	list, err := manyThreads(rows)
	if err != nil || len(list) == 0 || UserID(list[0].WaID, business) != user {
		return Thread{}, false, err
	}
	return list[0], true, nil
}

// FeedbackTx counts the customers who blocked a number after a moment, and the chats in which something was said since.
func FeedbackTx(ctx context.Context, tx *db.Tx, phoneID id.ID, after time.Time) (blocks, chats int, err error) {
	err = tx.QueryRow(ctx, `SELECT (SELECT COUNT(*) FROM thread WHERE phone_id = $1 AND blocked_at > $2),
		(SELECT COUNT(*) FROM thread WHERE phone_id = $1 AND last_at > $2)`, phoneID, after).Scan(&blocks, &chats)
	return blocks, chats, wrap(err)
}
