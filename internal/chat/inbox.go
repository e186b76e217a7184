package chat

import (
	"context"
	"fmt"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

// InboxThread is a thread as the business's inbox lists it.
type InboxThread struct {
	Thread
	Customer string // name
	// Unread counts messages of the customer that the business has not marked as read.
	Unread int
	// Agent is the person who takes care of the chat; zero: nobody.
	Agent id.ID
}

// InboxFilter leaves threads out of the inbox.
type InboxFilter struct {
	Agent    id.ID  // those of one person
	Nobodys  bool   // those nobody takes care of
	Unread   bool   // those with something unread
	Customer string // that customer's, by wa_id
}

// InboxTx lists the threads of some numbers with messages, the most recent first.
func InboxTx(ctx context.Context, tx *db.Tx, phones []id.ID, limit int) ([]InboxThread, error) {
	return InboxOfTx(ctx, tx, phones, InboxFilter{}, limit)
}

// InboxOfTx is [InboxTx] of the threads that a filter leaves.
func InboxOfTx(ctx context.Context, tx *db.Tx, phones []id.ID, f InboxFilter, limit int) ([]InboxThread, error) {
	const unread = `(SELECT COUNT(*) FROM message m WHERE m.phone_id = t.phone_id AND m.wa_id = t.wa_id AND NOT m.outbound AND m.rank = $3)`
	rows, err := tx.Query(ctx, `SELECT t.phone_id, t.wa_id, t.user_id, t.window_until, t.blocked, t.last_at, t.marketing_stopped, t.refused_at,
			t.number_known, t.conversation_id, t.conversation_until, t.conversation_category, COALESCE(c.name, ''), `+unread+`,
			EXISTS (SELECT 1 FROM message m WHERE m.phone_id = t.phone_id AND m.wa_id = t.wa_id AND (m.outbound OR m.rank > 1)), COALESCE(a.person_id, 0)
		FROM thread t LEFT JOIN customer c ON c.wa_id = t.wa_id LEFT JOIN thread_agent a ON a.phone_id = t.phone_id AND a.wa_id = t.wa_id
		WHERE t.phone_id = ANY($1) AND ($4 = 0 OR a.person_id = $4) AND (NOT $5 OR a.person_id IS NULL) AND (NOT $6 OR `+unread+` > 0) AND ($7 = '' OR t.wa_id = $7)
		ORDER BY t.last_at DESC, t.wa_id LIMIT $2`, phones, limit, int(Delivered), int64(f.Agent), f.Nobodys, f.Unread, f.Customer)
	if err != nil {
		return nil, fmt.Errorf("chat: inbox: %w", err)
	}
	defer rows.Close()
	var list []InboxThread
	for rows.Next() {
		var c InboxThread
		spoken := false
		if err := rows.Scan(append(threadFields(&c.Thread), &c.Customer, &c.Unread, &spoken, &c.Agent)...); err != nil {
			return nil, fmt.Errorf("chat: inbox: %w", err)
		}
		if spoken {
			list = append(list, c)
		}
	}
	return list, rows.Err()
}

// AgentTx tells who takes care of a chat; zero: nobody.
func AgentTx(ctx context.Context, tx *db.Tx, phoneID id.ID, waID string) (person id.ID, err error) {
	err = tx.QueryRow(ctx, `SELECT COALESCE(MAX(person_id), 0) FROM thread_agent WHERE phone_id = $1 AND wa_id = $2`, phoneID, waID).Scan(&person)
	return person, wrap(err)
}

// AssignTx gives a chat to a person; zero takes it from whoever has it.
func AssignTx(ctx context.Context, tx *db.Tx, phoneID id.ID, waID string, person id.ID) error {
	if person == 0 {
		_, err := tx.Exec(ctx, `DELETE FROM thread_agent WHERE phone_id = $1 AND wa_id = $2`, phoneID, waID)
		return wrap(err)
	}
	_, err := tx.Exec(ctx, `INSERT INTO thread_agent (phone_id, wa_id, person_id, at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (phone_id, wa_id) DO UPDATE SET person_id = excluded.person_id, at = excluded.at`, phoneID, waID, person, tx.Now())
	return wrap(err)
}
