package webhook

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

// receiver is an app that hears of an event, and where.
type receiver struct {
	app id.ID
	url string
}

// EnqueueTx stores an event for everyone subscribed to it, in the transaction that caused it. Without
// subscribers nothing is stored. The body is rendered here, once.
func (s *Service) EnqueueTx(ctx context.Context, tx *db.Tx, e Event) error {
	to, err := receivers(ctx, tx, e)
	if err != nil || len(to) == 0 {
		return err
	}
	event := tx.NewID()
	_, err = tx.Exec(ctx, `INSERT INTO webhook_event (id, business_id, waba_id, phone_id, object, field, lane, body, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		event, e.BusinessID, e.WABAID, e.PhoneID, Object, e.Field, e.Lane, envelope(e, tx.Now().Unix()), tx.Now())
	if err != nil {
		return fmt.Errorf("webhook: %w", err)
	}
	rows := make([][]any, len(to))
	for i, r := range to {
		rows[i] = []any{tx.NewID(), event, e.BusinessID, r.app, r.url, statePending, tx.Now(), tx.Now()}
	}
	_, err = tx.ExecMany(ctx, insertDelivery, rows)
	if err != nil {
		return fmt.Errorf("webhook: %w", err)
	}
	tx.AfterCommit(s.Wake)
	return nil
}

const insertDelivery = `INSERT INTO webhook_delivery (id, event_id, business_id, app_id, url, state, due_at, created_at)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`

// receivers finds the subscribed apps. Overrides hold for the field "messages" only: the phone number's
// goes before the account's, the account's before the app's own callback.
func receivers(ctx context.Context, tx *db.Tx, e Event) ([]receiver, error) {
	rows, err := tx.Query(ctx, `SELECT s.app_id, s.fields, s.callback_url, w.override_url, COALESCE(p.override_url, '')
		FROM waba_subscription w
		JOIN webhook_subscription s ON s.app_id = w.app_id AND s.object = $1
		LEFT JOIN phone_override p ON p.phone_id = $2 AND p.app_id = w.app_id
		WHERE w.waba_id = $3 ORDER BY s.app_id`, Object, e.PhoneID, e.WABAID)
	if err != nil {
		return nil, fmt.Errorf("webhook: %w", err)
	}
	defer rows.Close()
	var to []receiver
	for rows.Next() {
		var r receiver
		var fields, waba, phone string
		if err := rows.Scan(&r.app, &fields, &r.url, &waba, &phone); err != nil {
			return nil, fmt.Errorf("webhook: %w", err)
		}
		if !slices.Contains(strings.Fields(fields), e.Field) {
			continue
		}
		if e.Field == "messages" {
			r.url = firstNonEmpty(phone, waba, r.url)
		}
		to = append(to, r)
	}
	return to, rows.Err()
}

func firstNonEmpty(list ...string) string {
	for _, s := range list {
		if s != "" {
			return s
		}
	}
	return ""
}

// envelope is the body of a webhook. entry[].time is absent for the field "messages" only.
func envelope(e Event, now int64) []byte {
	var b bytes.Buffer
	b.WriteString(`{"object":"` + Object + `","entry":[{"id":"` + e.WABAID.String() + `"`)
	if e.Field != "messages" {
		b.WriteString(`,"time":` + strconv.FormatInt(now, 10))
	}
	b.WriteString(`,"changes":[{"value":`)
	b.Write(e.Value)
	b.WriteString(`,"field":"` + e.Field + `"}]}]}`)
	return escape(b.Bytes())
}

// escape writes every character outside ASCII as \u and four digits of lower hex, as Meta's webhooks do: the
// signature is over these bytes.
func escape(b []byte) []byte {
	out := make([]byte, 0, len(b)+len(b)/2)
	for len(b) > 0 {
		n := 0
		for n < len(b) && b[n] < utf8.RuneSelf {
			n++
		}
		out = append(out, b[:n]...)
		if b = b[n:]; len(b) == 0 {
			break
		}
		r, n := utf8.DecodeRune(b)
		b = b[n:]
		if hi, lo := utf16.EncodeRune(r); hi != utf8.RuneError {
			out = appendUnit(out, hi)
			r = lo
		}
		out = appendUnit(out, r)
	}
	return out
}

// appendUnit writes one UTF-16 unit.
func appendUnit(out []byte, u rune) []byte {
	const hex = "0123456789abcdef"
	return append(out, '\\', 'u', hex[u>>12&15], hex[u>>8&15], hex[u>>4&15], hex[u&15])
}
