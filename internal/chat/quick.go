package chat

import (
	"context"
	"strings"
	"unicode/utf8"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/id"
)

// ErrQuickReply is an answer that cannot be kept ready.
var ErrQuickReply = fault.New("chat.quick_reply")

// Bounds of quick replies, in characters.
const (
	quickMost     = 100
	quickNameMost = 40
	quickTextMost = 1000
)

// QuickReply is an answer that a business has ready.
type QuickReply struct {
	ID         id.ID
	Name, Text string
}

// QuickRepliesTx lists the answers a business has ready, by name.
func QuickRepliesTx(ctx context.Context, tx *db.Tx, c access.Caller, business id.ID) (list []QuickReply, err error) {
	if !c.Reaches(business) {
		return nil, nil
	}
	rows, err := tx.Query(ctx, `SELECT id, name, text FROM quick_reply WHERE business_id = $1 ORDER BY name, id LIMIT $2`, business, quickMost)
	if err != nil {
		return nil, wrap(err)
	}
	defer rows.Close()
	for rows.Next() {
		var q QuickReply
		if err := rows.Scan(&q.ID, &q.Name, &q.Text); err != nil {
			return nil, wrap(err)
		}
		list = append(list, q)
	}
	return list, rows.Err()
}

// PutQuickReplyTx keeps an answer ready, in the place of one with the same name.
func PutQuickReplyTx(ctx context.Context, tx *db.Tx, c access.Caller, business id.ID, q QuickReply) error {
	q.Name, q.Text = strings.TrimSpace(q.Name), strings.TrimSpace(q.Text)
	switch names, texts := utf8.RuneCountInString(q.Name), utf8.RuneCountInString(q.Text); {
	case !c.Reaches(business):
		return ErrQuickReply.Withf("business", "no business %s is visible to you", business)
	case names == 0 || names > quickNameMost:
		return ErrQuickReply.Withf("name", "name: it has %d characters; a quick reply's name has 1 to %d", names, quickNameMost)
	case texts == 0 || texts > quickTextMost:
		return ErrQuickReply.Withf("text", "text: it has %d characters; a quick reply has 1 to %d", texts, quickTextMost)
	}
	var others int
	if err := tx.QueryRow(ctx, `SELECT COUNT(*) FROM quick_reply WHERE business_id = $1 AND name <> $2`, business, q.Name).Scan(&others); err != nil {
		return wrap(err)
	}
	if others >= quickMost {
		return ErrQuickReply.Withf("name", "a business keeps at most %d quick replies; remove one", quickMost)
	}
	_, err := tx.Exec(ctx, `INSERT INTO quick_reply (id, business_id, name, text, created_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (business_id, name) DO UPDATE SET text = excluded.text`, tx.NewID(), business, q.Name, q.Text, tx.Now())
	return wrap(err)
}

// RemoveQuickReplyTx forgets one.
func RemoveQuickReplyTx(ctx context.Context, tx *db.Tx, c access.Caller, i id.ID) error {
	_, err := tx.Exec(ctx, `DELETE FROM quick_reply WHERE id = $1 AND business_id = ANY($2)`, i, c.Businesses)
	return wrap(err)
}
