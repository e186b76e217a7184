package chat

import (
	"context"
	"time"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

// ConversationLife is how long messages belong to one conversation.
const ConversationLife = 24 * time.Hour

// Service is the category of conversations that no template began.
const Service = "SERVICE"

// Conversation is a day of a chat, by what the business wrote first in it.
type Conversation struct {
	ID       id.ID
	Category string // Service, or that of a template
	Until    time.Time
}

// ConverseTx returns the conversation that a message of a category belongs to: the one under way where it is of that category,
// else a new one.
func ConverseTx(ctx context.Context, tx *db.Tx, t Thread, category string) (Conversation, error) {
	if category == "" {
		category = Service
	}
	c := t.Conversation
	if c.Category == category && tx.Now().Before(c.Until) {
		return c, nil
	}
	c = Conversation{ID: tx.NewID(), Category: category, Until: tx.Now().Add(ConversationLife)}
	_, err := tx.Exec(ctx, `INSERT INTO conversation (id, phone_id, wa_id, category, began_at) VALUES ($1, $2, $3, $4, $5)`, c.ID, t.PhoneID, t.WaID, category, tx.Now())
	if err != nil {
		return c, wrap(err)
	}
	_, err = tx.Exec(ctx, `UPDATE thread SET conversation_id = $1, conversation_until = $2, conversation_category = $3 WHERE phone_id = $4 AND wa_id = $5`,
		c.ID, c.Until, category, t.PhoneID, t.WaID)
	return c, wrap(err)
}
