package calllog

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/id"
)

// ErrUnknown is a call that is not remembered, or no longer.
var ErrUnknown = fault.New("calllog.unknown")

// Flush writes what was recorded so far, and forgets what is too old.
func (l *Log) Flush(ctx context.Context) error {
	l.mu.Lock()
	list := l.waiting
	l.waiting = nil
	l.mu.Unlock()
	if len(list) == 0 {
		return nil
	}
	return l.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		tx.AfterCommit(func() { l.live.Publish(Topic, nil) })
		rows := make([][]any, len(list))
		for i, s := range list {
			c := s.call()
			rows[i] = []any{
				tx.NewID(), c.At, tidy(c.Method), tidy(c.Path), tidy(c.Query), tidy(c.Agent), c.Status, c.Took.Microseconds(), c.Code, c.Subcode, c.Trace, tidy(c.Ref),
				tidy(c.Kind), []byte(c.Request), []byte(c.Response),
			}
		}
		_, err := tx.ExecMany(ctx, `INSERT INTO api_call (id, at, method, path, query, agent, status, took_us, code, subcode, trace, ref, kind, request, response)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`, rows)
		if err != nil {
			return fmt.Errorf("calllog: %w", err)
		}
		_, err = tx.Exec(ctx, `DELETE FROM api_call WHERE id <= (SELECT id FROM api_call ORDER BY id DESC LIMIT 1 OFFSET $1)`, Kept)
		return err
	})
}

// tidy makes a stranger's text what a database keeps.
func tidy(text string) string {
	const most = 2000
	text = strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\x00", "")
	if len(text) <= most {
		return text
	}
	for n := most; ; n-- {
		if utf8.RuneStart(text[n]) {
			return text[:n]
		}
	}
}

// Query asks for calls, newest first.
type Query struct {
	Before id.ID // 0: all
	Failed bool  // only those that were refused
	Ref    string
	Limit  int
}

const selectCall = `SELECT id, at, method, path, query, agent, status, took_us, code, subcode, trace, ref, kind, request, response FROM api_call `

// List returns calls, newest first.
func (l *Log) List(ctx context.Context, q Query) (list []Call, err error) {
	if err := l.Flush(ctx); err != nil {
		return nil, err
	}
	if q.Before == 0 {
		q.Before = id.Max
	}
	err = l.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		list, err = calls(ctx, tx, selectCall+`WHERE id < $1 AND (NOT $2 OR status >= 400) AND ($3 = '' OR ref = $3) ORDER BY id DESC LIMIT $4`,
			q.Before, q.Failed, q.Ref, q.Limit)
		return err
	})
	return list, err
}

// Find returns one call.
func (l *Log) Find(ctx context.Context, i id.ID) (c Call, err error) {
	if err := l.Flush(ctx); err != nil {
		return Call{}, err
	}
	err = l.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		list, err := calls(ctx, tx, selectCall+`WHERE id = $1`, i)
		if err == nil && len(list) == 0 {
			return ErrUnknown.Withf("id", "no call %s is remembered: the last %d are", i, Kept)
		}
		if err == nil {
			c = list[0]
		}
		return err
	})
	return c, err
}

func calls(ctx context.Context, tx *db.Tx, query string, args ...any) (list []Call, err error) {
	rows, err := tx.Query(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("calllog: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var c Call
		var took int64
		var request, response []byte
		if err := rows.Scan(&c.ID, &c.At, &c.Method, &c.Path, &c.Query, &c.Agent, &c.Status, &took, &c.Code, &c.Subcode, &c.Trace, &c.Ref, &c.Kind, &request, &response); err != nil {
			return nil, fmt.Errorf("calllog: %w", err)
		}
		c.Took, c.Request, c.Response = micro(took), string(request), string(response)
		list = append(list, c)
	}
	return list, rows.Err()
}

func micro(n int64) time.Duration { return time.Duration(n) * time.Microsecond }
