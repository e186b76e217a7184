// Package chat is the ledger of conversations: customers, their threads with business numbers, the
// messages and how far they are, carts and orders. It keeps; messaging decides.
package chat

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/phone"
)

// Window is how long a customer's message lets the business write freely.
const Window = 24 * time.Hour

// Customer is a person on WhatsApp.
type Customer struct {
	WaID   string
	Name   string
	Locale string // "en" or "vi"
	Demo   bool
	// Username is what the customer shows instead of the number; empty: the number is shown.
	Username string
	// Identity counts how often the customer's keys changed.
	Identity int64
}

// Thread is one customer's chat with one business number.
type Thread struct {
	PhoneID     id.ID
	WaID        string
	UserID      string // business-scoped user id
	WindowUntil time.Time
	Blocked     bool      // by the customer
	LastAt      time.Time // of the last message, up to lastAtStep too early
	// NoMarketing: the customer wants no marketing messages of the business.
	NoMarketing bool
	// RefusedAt is since when the customer is on the number's block list; zero: it is not.
	RefusedAt time.Time
	// NumberKnown: the business knows the customer's number, whatever username the customer has.
	NumberKnown bool
	// Conversation is what messages belong to now.
	Conversation Conversation
}

// Refused tells whether the customer is on the number's block list.
func (t Thread) Refused() bool { return !t.RefusedAt.IsZero() }

const threadColumns = `phone_id, wa_id, user_id, window_until, blocked, last_at, marketing_stopped, refused_at,
	number_known, conversation_id, conversation_until, conversation_category`

func threadFields(t *Thread) []any {
	return []any{
		&t.PhoneID, &t.WaID, &t.UserID, &t.WindowUntil, &t.Blocked, &t.LastAt, &t.NoMarketing, &t.RefusedAt,
		&t.NumberKnown, &t.Conversation.ID, &t.Conversation.Until, &t.Conversation.Category,
	}
}

// Open tells whether the customer service window is open.
func (t Thread) Open(now time.Time) bool { return now.Before(t.WindowUntil) }

// PutCustomerTx stores a customer, or changes name and locale of a known one.
func PutCustomerTx(ctx context.Context, tx *db.Tx, c Customer) error {
	if c.Locale == "" {
		c.Locale = "en"
	}
	_, err := tx.Exec(ctx, `INSERT INTO customer AS c (wa_id, name, locale, demo, created_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (wa_id) DO UPDATE SET name = excluded.name, locale = excluded.locale`, c.WaID, c.Name, c.Locale, c.Demo, tx.Now())
	return wrap(err)
}

// CustomerTx returns a customer; ok is false for a number nobody has written from or to.
func CustomerTx(ctx context.Context, tx *db.Tx, waID string) (c Customer, ok bool, err error) {
	err = tx.QueryRow(ctx, `SELECT wa_id, name, locale, demo, username, identity FROM customer WHERE wa_id = $1`, waID).
		Scan(&c.WaID, &c.Name, &c.Locale, &c.Demo, &c.Username, &c.Identity)
	if errors.Is(err, db.ErrNoRows) {
		return Customer{}, false, nil
	}
	return c, err == nil, wrap(err)
}

// DemoCustomersTx lists the customers of the demo world.
func DemoCustomersTx(ctx context.Context, tx *db.Tx) ([]Customer, error) {
	rows, err := tx.Query(ctx, `SELECT wa_id, name, locale, demo FROM customer WHERE demo ORDER BY created_at, name`)
	if err != nil {
		return nil, wrap(err)
	}
	defer rows.Close()
	var list []Customer
	for rows.Next() {
		var c Customer
		if err := rows.Scan(&c.WaID, &c.Name, &c.Locale, &c.Demo); err != nil {
			return nil, wrap(err)
		}
		list = append(list, c)
	}
	return list, wrap(rows.Err())
}

// ThreadTx returns the thread of a number and a customer, made where there is none.
func ThreadTx(ctx context.Context, tx *db.Tx, phoneID, business id.ID, waID string) (Thread, error) {
	t, ok, err := FindThreadTx(ctx, tx, phoneID, waID)
	if err != nil || ok {
		return t, err
	}
	_, err = tx.Exec(ctx, `INSERT INTO customer (wa_id, created_at) VALUES ($1, $2) ON CONFLICT (wa_id) DO NOTHING`, waID, tx.Now())
	if err != nil {
		return Thread{}, wrap(err)
	}
	t = Thread{PhoneID: phoneID, WaID: waID, UserID: UserID(waID, business), LastAt: tx.Now()}
	err = tx.QueryRow(ctx, `INSERT INTO thread (phone_id, wa_id, user_id, last_at, number_known)
		SELECT $1, $2, $3, $4, c.username = '' FROM customer c WHERE c.wa_id = $2 ON CONFLICT (phone_id, wa_id) DO UPDATE SET wa_id = excluded.wa_id
		RETURNING number_known`, t.PhoneID, t.WaID, t.UserID, t.LastAt).Scan(&t.NumberKnown)
	return t, wrap(err)
}

// FindThreadTx returns the thread of a number and a customer, if there is one.
func FindThreadTx(ctx context.Context, tx *db.Tx, phoneID id.ID, waID string) (t Thread, ok bool, err error) {
	err = tx.QueryRow(ctx, `SELECT `+threadColumns+` FROM thread WHERE phone_id = $1 AND wa_id = $2`, phoneID, waID).Scan(threadFields(&t)...)
	if errors.Is(err, db.ErrNoRows) {
		return Thread{}, false, nil
	}
	return t, err == nil, wrap(err)
}

// UserID is the business-scoped user id: the customer's country, a point, and digits that are the same
// for one person and business and tell nothing of either.
func UserID(waID string, business id.ID) string {
	sum := sha256.Sum256([]byte(waID + "/" + business.String()))
	country := phone.Country(waID)
	if len(country) != 2 {
		country = "ZZ"
	}
	return fmt.Sprintf("%s.%d", country, binary.BigEndian.Uint64(sum[:8])>>10)
}

// TouchWindowTx opens the customer service window for another [Window].
func TouchWindowTx(ctx context.Context, tx *db.Tx, phoneID id.ID, waID string) error {
	_, err := tx.Exec(ctx, `UPDATE thread SET window_until = $1 WHERE phone_id = $2 AND wa_id = $3`, tx.Now().Add(Window), phoneID, waID)
	return wrap(err)
}

// BlockTx stores whether the customer wants nothing of the business.
func BlockTx(ctx context.Context, tx *db.Tx, phoneID id.ID, waID string, blocked bool) error {
	at := time.Time{}
	if blocked {
		at = tx.Now()
	}
	_, err := tx.Exec(ctx, `UPDATE thread SET blocked = $1, blocked_at = $2 WHERE phone_id = $3 AND wa_id = $4`, blocked, at, phoneID, waID)
	return wrap(err)
}

// ThreadsOfTx lists a customer's threads, the latest first.
func ThreadsOfTx(ctx context.Context, tx *db.Tx, waID string) ([]Thread, error) {
	rows, err := tx.Query(ctx, `SELECT `+threadColumns+` FROM thread WHERE wa_id = $1 ORDER BY last_at DESC`, waID)
	if err != nil {
		return nil, wrap(err)
	}
	return manyThreads(rows)
}

func manyThreads(rows *db.Rows) ([]Thread, error) {
	defer rows.Close()
	var list []Thread
	for rows.Next() {
		var t Thread
		if err := rows.Scan(threadFields(&t)...); err != nil {
			return nil, wrap(err)
		}
		list = append(list, t)
	}
	return list, wrap(rows.Err())
}

func wrap(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("chat: %w", err)
}
