package waba

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/id"
)

// ErrLinkUnknown: no such short link, or one of another number.
var ErrLinkUnknown = fault.New("waba.link_unknown")

// Link opens a chat with a number with a message already written.
type Link struct {
	Code      string
	PhoneID   id.ID
	Message   string
	CreatedAt time.Time
}

const linkColumns = `code, phone_id, message, created_at`

// PutLinkTx stores a link, or another message of one.
func PutLinkTx(ctx context.Context, tx *db.Tx, l Link) error {
	_, err := tx.Exec(ctx, `INSERT INTO message_link (`+linkColumns+`) VALUES ($1, $2, $3, $4) ON CONFLICT (code) DO UPDATE SET message = excluded.message`,
		l.Code, l.PhoneID, l.Message, tx.Now())
	if err != nil {
		return fmt.Errorf("waba: link: %w", err)
	}
	return nil
}

// LinkTx finds a link by its code.
func LinkTx(ctx context.Context, tx *db.Tx, code string) (l Link, err error) {
	err = tx.QueryRow(ctx, `SELECT `+linkColumns+` FROM message_link WHERE code = $1`, code).Scan(&l.Code, &l.PhoneID, &l.Message, &l.CreatedAt)
	if errors.Is(err, db.ErrNoRows) {
		return Link{}, ErrLinkUnknown.Withf("code", "there is no link with the code %.20q", code)
	}
	if err != nil {
		return Link{}, fmt.Errorf("waba: link: %w", err)
	}
	return l, nil
}

// LinksTx lists a number's links, the newest first.
func LinksTx(ctx context.Context, tx *db.Tx, phoneID id.ID) ([]Link, error) {
	rows, err := tx.Query(ctx, `SELECT `+linkColumns+` FROM message_link WHERE phone_id = $1 ORDER BY created_at DESC, code`, phoneID)
	if err != nil {
		return nil, fmt.Errorf("waba: links: %w", err)
	}
	defer rows.Close()
	var all []Link
	for rows.Next() {
		var l Link
		if err := rows.Scan(&l.Code, &l.PhoneID, &l.Message, &l.CreatedAt); err != nil {
			return nil, fmt.Errorf("waba: links: %w", err)
		}
		all = append(all, l)
	}
	return all, rows.Err()
}

// DeleteLinkTx removes a number's link and tells whether it was there.
func DeleteLinkTx(ctx context.Context, tx *db.Tx, phoneID id.ID, code string) (bool, error) {
	n, err := tx.Exec(ctx, `DELETE FROM message_link WHERE phone_id = $1 AND code = $2`, phoneID, code)
	if err != nil {
		return false, fmt.Errorf("waba: link: %w", err)
	}
	return n > 0, nil
}
