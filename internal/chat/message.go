package chat

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

// Rank is how far a message is. It only rises.
type Rank int

// Ranks.
const (
	Sent      Rank = 1
	Delivered Rank = 2
	Read      Rank = 3
	Played    Rank = 4 // a voice message was listened to
	Failed    Rank = 9
)

// String is the rank as webhooks call it.
func (r Rank) String() string {
	return map[Rank]string{Sent: "sent", Delivered: "delivered", Read: "read", Played: "played", Failed: "failed"}[r]
}

// Message is one message of a thread.
type Message struct {
	ID       id.ID
	WAMID    string
	PhoneID  id.ID
	WaID     string
	Outbound bool // from the business
	Type     string
	// Content is the message as sent, in JSON; messaging owns its shape.
	Content     string
	Answers     string // wamid of the message it answers
	Opaque      string // biz_opaque_callback_data
	Rank        Rank
	ErrorCode   int
	ErrorDetail string
	CreatedAt   time.Time
	DeliveredAt time.Time
	ReadAt      time.Time
	// Category and TemplateID are those of a template; Free: it answers a customer inside the window and is not charged.
	Category   string
	TemplateID id.ID
	Free       bool
	// Conversation is what the message belongs to; zero: to none.
	Conversation id.ID
	// ConversationUntil is when that ends; it is not kept.
	ConversationUntil time.Time

	// ByUserID: the message is addressed by the business-scoped user id, and says nothing of the customer's number. Identity is the hash
	// of the customer's keys that its sender expects. Neither is kept.
	ByUserID bool
	Identity string
}

const messageColumns = `id, wamid, phone_id, wa_id, outbound, type, content, answers, opaque, rank, error_code, error_detail, created_at, delivered_at, read_at,
	category, template_id, free, conversation_id`

// lastAtStep is how exact a thread knows its last message's time: within a lively chat most messages then leave
// the thread's row alone.
const lastAtStep = 10 * time.Second

// NameTx gives a message its id and wamid.
func NameTx(tx *db.Tx, m Message) Message {
	from := id.FromUser
	if m.Outbound {
		from = id.FromBusiness
	}
	m.ID = tx.NewID()
	m.WAMID = id.Wamid(m.WaID, from, m.ID)
	return m
}

// AppendTx stores a message at the end of thread t; its time is set here, and its id and wamid where it has none yet.
func AppendTx(ctx context.Context, tx *db.Tx, t Thread, m Message) (Message, error) {
	if m.CreatedAt = tx.Now(); m.ID == 0 {
		m = NameTx(tx, m)
	}
	_, err := tx.Exec(ctx, `INSERT INTO message (`+messageColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)`,
		m.ID, m.WAMID, m.PhoneID, m.WaID, m.Outbound, m.Type, m.Content, m.Answers, m.Opaque, m.Rank, m.ErrorCode, m.ErrorDetail, m.CreatedAt, m.DeliveredAt, m.ReadAt,
		m.Category, m.TemplateID, m.Free, m.Conversation)
	if err != nil {
		return Message{}, wrap(err)
	}
	if age := m.CreatedAt.Sub(t.LastAt); age >= 0 && age < lastAtStep {
		return m, nil
	}
	_, err = tx.Exec(ctx, `UPDATE thread SET last_at = $1 WHERE phone_id = $2 AND wa_id = $3`, tx.Now(), m.PhoneID, m.WaID)
	return m, wrap(err)
}

func scanMessage(row interface{ Scan(...any) error }) (m Message, err error) {
	err = row.Scan(&m.ID, &m.WAMID, &m.PhoneID, &m.WaID, &m.Outbound, &m.Type, &m.Content, &m.Answers, &m.Opaque, &m.Rank, &m.ErrorCode,
		&m.ErrorDetail, &m.CreatedAt, &m.DeliveredAt, &m.ReadAt, &m.Category, &m.TemplateID, &m.Free, &m.Conversation)
	return m, err
}

func queryMessages(ctx context.Context, tx *db.Tx, query string, args ...any) ([]Message, error) {
	rows, err := tx.Query(ctx, query, args...)
	if err != nil {
		return nil, wrap(err)
	}
	defer rows.Close()
	var list []Message
	for rows.Next() {
		m, err := scanMessage(rows)
		if err != nil {
			return nil, wrap(err)
		}
		list = append(list, m)
	}
	return list, wrap(rows.Err())
}

// ByWAMIDTx finds a message of a number by its wamid, and of one thread where waID is not empty.
func ByWAMIDTx(ctx context.Context, tx *db.Tx, phoneID id.ID, waID, wamid string) (m Message, ok bool, err error) {
	i, ok := id.OfWamid(wamid)
	if !ok {
		return Message{}, false, nil
	}
	m, err = scanMessage(tx.QueryRow(ctx, `SELECT `+messageColumns+` FROM message
		WHERE id = $1 AND wamid = $2 AND phone_id = $3 AND ($4 = '' OR wa_id = $4)`, i, wamid, phoneID, waID))
	if errors.Is(err, db.ErrNoRows) {
		return Message{}, false, nil
	}
	return m, err == nil, wrap(err)
}

// RewriteTx changes what a message says: its writer edited or deleted it.
func RewriteTx(ctx context.Context, tx *db.Tx, i id.ID, content string) error {
	_, err := tx.Exec(ctx, `UPDATE message SET content = $1 WHERE id = $2`, content, i)
	return wrap(err)
}

// ByWAMIDsTx finds messages of a thread by their wamids.
func ByWAMIDsTx(ctx context.Context, tx *db.Tx, phoneID id.ID, waID string, wamids []string) (map[string]Message, error) {
	var ids []id.ID
	for _, w := range wamids {
		if i, ok := id.OfWamid(w); ok {
			ids = append(ids, i)
		}
	}
	m := make(map[string]Message, len(ids))
	if len(ids) == 0 {
		return m, nil
	}
	list, err := queryMessages(ctx, tx, `SELECT `+messageColumns+` FROM message WHERE id = ANY($1) AND wamid = ANY($2) AND phone_id = $3 AND wa_id = $4`,
		ids, wamids, phoneID, waID)
	for _, msg := range list {
		m[msg.WAMID] = msg
	}
	return m, err
}

// PageTx lists the newest messages of a thread that are older than before (zero: all), in order. What
// never reached the customer is left out unless failed is set; reactions stand on their message, see [ReactionsTx], and so
// do edits and deletions.
func PageTx(ctx context.Context, tx *db.Tx, phoneID id.ID, waID string, before id.ID, limit int, failed bool) ([]Message, error) {
	if before == 0 {
		before = id.Max
	}
	list, err := queryMessages(ctx, tx, `SELECT `+messageColumns+` FROM message WHERE phone_id = $1 AND wa_id = $2 AND id < $3 AND ($4 OR rank < 9)
		AND type NOT IN ('reaction', 'edit', 'revoke', 'request_welcome') ORDER BY id DESC LIMIT $5`, phoneID, waID, before, failed, limit)
	slices.Reverse(list)
	return list, err
}

// AnythingSaidTx tells whether a thread has any message.
func AnythingSaidTx(ctx context.Context, tx *db.Tx, phoneID id.ID, waID string) (said bool, err error) {
	err = tx.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM message WHERE phone_id = $1 AND wa_id = $2)`, phoneID, waID).Scan(&said)
	return said, wrap(err)
}

// UnreadTx counts the business's messages that the customer has not read.
func UnreadTx(ctx context.Context, tx *db.Tx, phoneID id.ID, waID string) (n int, err error) {
	err = tx.QueryRow(ctx, `SELECT COUNT(*) FROM message WHERE phone_id = $1 AND wa_id = $2 AND outbound AND rank < 3`, phoneID, waID).Scan(&n)
	return n, wrap(err)
}

// AdvanceTx lifts messages of one direction, up to and with upTo, to a rank and returns those that moved,
// as they were before. A message never goes back, a failed one stays failed, and what a refused customer wrote never arrives.
func AdvanceTx(ctx context.Context, tx *db.Tx, phoneID id.ID, waID string, outbound bool, upTo id.ID, to Rank) ([]Message, error) {
	list, err := queryMessages(ctx, tx, `SELECT `+messageColumns+` FROM message WHERE phone_id = $1 AND wa_id = $2 AND outbound = $3 AND id <= $4 AND rank < $5 AND (outbound OR rank > 1) ORDER BY id`,
		phoneID, waID, outbound, upTo, to)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	_, err = tx.Exec(ctx, `UPDATE message SET rank = $1, delivered_at = CASE WHEN delivered_at = 0 THEN $2 ELSE delivered_at END,
		read_at = CASE WHEN $1 = 3 THEN $2 ELSE read_at END
		WHERE phone_id = $3 AND wa_id = $4 AND outbound = $5 AND id <= $6 AND rank < $1 AND (outbound OR rank > 1)`, to, tx.Now(), phoneID, waID, outbound, upTo)
	return list, wrap(err)
}

// PlayTx notes that a message that arrived was listened to. It is so once only.
func PlayTx(ctx context.Context, tx *db.Tx, i id.ID) (first bool, err error) {
	n, err := tx.Exec(ctx, `UPDATE message SET rank = $1 WHERE id = $2 AND rank < $1`, Played, i)
	return n > 0, wrap(err)
}
