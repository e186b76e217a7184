package chat

import (
	"context"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

// Reaction is an emoji on a message.
type Reaction struct {
	Emoji    string
	Outbound bool // put there by the business
}

// ReactTx puts one side's emoji on a message, in place of the one before; "" takes it away.
func ReactTx(ctx context.Context, tx *db.Tx, message id.ID, outbound bool, emoji string) error {
	if emoji == "" {
		_, err := tx.Exec(ctx, `DELETE FROM reaction WHERE message_id = $1 AND outbound = $2`, message, outbound)
		return wrap(err)
	}
	_, err := tx.Exec(ctx, `INSERT INTO reaction (message_id, outbound, emoji) VALUES ($1, $2, $3)
		ON CONFLICT (message_id, outbound) DO UPDATE SET emoji = excluded.emoji`, message, outbound, emoji)
	return wrap(err)
}

// ReactionsTx lists the emojis on messages, the customer's first.
func ReactionsTx(ctx context.Context, tx *db.Tx, messages []id.ID) (map[id.ID][]Reaction, error) {
	found := map[id.ID][]Reaction{}
	if len(messages) == 0 {
		return found, nil
	}
	rows, err := tx.Query(ctx, `SELECT message_id, outbound, emoji FROM reaction WHERE message_id = ANY($1) ORDER BY message_id, outbound`, messages)
	if err != nil {
		return nil, wrap(err)
	}
	defer rows.Close()
	for rows.Next() {
		var message id.ID
		var r Reaction
		if err := rows.Scan(&message, &r.Outbound, &r.Emoji); err != nil {
			return nil, wrap(err)
		}
		found[message] = append(found[message], r)
	}
	return found, wrap(rows.Err())
}
