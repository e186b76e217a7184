package chat

import (
	"context"
	"time"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

// Fact is what analytics read of a message.
type Fact struct {
	ID                        id.ID
	PhoneID                   id.ID
	WaID                      string
	Outbound                  bool
	Type                      string
	Rank                      Rank
	Category                  string
	TemplateID                id.ID
	Free                      bool
	At, DeliveredAt, ReadAt   time.Time
	Answers, AnsweringContent string // of a tapped button
}

// FactsTx runs f on the messages of some numbers that were stored from one moment up to another, in order. Ids rise with time, so
// that nothing else is read.
func FactsTx(ctx context.Context, tx *db.Tx, phones []id.ID, from, to time.Time, f func(Fact)) error {
	rows, err := tx.Query(ctx, `SELECT id, phone_id, wa_id, outbound, type, rank, category, template_id, free, created_at, delivered_at, read_at,
			CASE WHEN type = 'button' THEN answers ELSE '' END, CASE WHEN type = 'button' THEN content ELSE '' END
		FROM message WHERE id >= $1 AND id < $2 AND phone_id = ANY($3) ORDER BY id`, id.FirstAt(from), id.FirstAt(to), phones)
	if err != nil {
		return wrap(err)
	}
	defer rows.Close()
	for rows.Next() {
		var m Fact
		err := rows.Scan(&m.ID, &m.PhoneID, &m.WaID, &m.Outbound, &m.Type, &m.Rank, &m.Category, &m.TemplateID, &m.Free, &m.At, &m.DeliveredAt, &m.ReadAt,
			&m.Answers, &m.AnsweringContent)
		if err != nil {
			return wrap(err)
		}
		f(m)
	}
	return wrap(rows.Err())
}

// Begun is a conversation as analytics read it.
type Begun struct {
	PhoneID  id.ID
	WaID     string
	Category string
	At       time.Time
}

// BegunTx runs f on the conversations of some numbers that began from one moment up to another.
func BegunTx(ctx context.Context, tx *db.Tx, phones []id.ID, from, to time.Time, f func(Begun)) error {
	rows, err := tx.Query(ctx, `SELECT phone_id, wa_id, category, began_at FROM conversation WHERE phone_id = ANY($1) AND began_at >= $2 AND began_at < $3 ORDER BY began_at, id`,
		phones, from, to)
	if err != nil {
		return wrap(err)
	}
	defer rows.Close()
	for rows.Next() {
		var c Begun
		if err := rows.Scan(&c.PhoneID, &c.WaID, &c.Category, &c.At); err != nil {
			return wrap(err)
		}
		f(c)
	}
	return wrap(rows.Err())
}
