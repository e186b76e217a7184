package template

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

const columns = `id, business_id, waba_id, name, language, category, previous_category, correct_category, sub_category, parameter_format, components,
	status, rejected_reason, explanation, keep_category, quality, quality_at, pauses, paused_until, ttl_seconds, untracked_links, library_name,
	fingerprint, content, rev, created_at, updated_at, paced_until`

// scan reads a row of columns.
func scan(row interface{ Scan(dest ...any) error }) (t Template, err error) {
	var components string
	err = row.Scan(&t.ID, &t.BusinessID, &t.WABAID, &t.Name, &t.Language, &t.Category, &t.PreviousCategory, &t.CorrectCategory, &t.SubCategory, &t.Format,
		&components, &t.Status, &t.Reason, &t.Explanation, &t.KeepCategory, &t.Quality, &t.QualityAt, &t.Pauses, &t.PausedUntil, &t.TTL, &t.Untracked, &t.Library,
		&t.fingerprint, &t.content, &t.Rev, &t.CreatedAt, &t.UpdatedAt, &t.PacedUntil)
	if err == nil {
		err = json.Unmarshal([]byte(components), &t.Components)
	}
	return t, err
}

func (t Template) row() ([]any, error) {
	components, err := t.encode()
	return []any{
		t.ID, t.BusinessID, t.WABAID, t.Name, t.Language, t.Category, t.PreviousCategory, t.CorrectCategory, t.SubCategory, t.Format,
		components, t.Status, t.Reason, t.Explanation, t.KeepCategory, t.Quality, t.QualityAt, t.Pauses, t.PausedUntil, t.TTL, t.Untracked, t.Library,
		t.fingerprint, t.content, t.Rev, t.CreatedAt, t.UpdatedAt, t.PacedUntil,
	}, err
}

// places are the placeholders $1 to $n.
func places(n int) string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf("$%d", i+1)
	}
	return strings.Join(list, ", ")
}

func insertTx(ctx context.Context, tx *db.Tx, t Template) error {
	row, err := t.row()
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `INSERT INTO message_template (`+columns+`) VALUES (`+places(len(row))+`)`, row...); err != nil {
		return fmt.Errorf("template: %w", err)
	}
	return nil
}

// updateTx stores everything of a template that can change.
func updateTx(ctx context.Context, tx *db.Tx, t Template) error {
	components, err := t.encode()
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `UPDATE message_template SET category = $2, previous_category = $3, correct_category = $4, components = $5, status = $6,
		rejected_reason = $7, explanation = $8, quality = $9, quality_at = $10, pauses = $11, paused_until = $12, ttl_seconds = $13, untracked_links = $14,
		fingerprint = $15, rev = $16, updated_at = $17, content = $18 WHERE id = $1`,
		t.ID, t.Category, t.PreviousCategory, t.CorrectCategory, components, t.Status, t.Reason, t.Explanation, t.Quality, t.QualityAt, t.Pauses, t.PausedUntil,
		t.TTL, t.Untracked, t.fingerprint, t.Rev, tx.Now(), t.content)
	if err != nil {
		return fmt.Errorf("template: %w", err)
	}
	return nil
}

// unknown is Graph's sentence for a node that is not there for the caller.
func unknown(i id.ID) error {
	return ErrUnknown.Withf("", "Unsupported request. Object with ID '%s' does not exist, cannot be loaded due to missing permissions, "+
		"or does not support this operation", i)
}

// ForTx returns a template of the caller's businesses, or [ErrUnknown].
func ForTx(ctx context.Context, tx *db.Tx, c access.Caller, i id.ID) (Template, error) {
	return one(i, tx.QueryRow(ctx, `SELECT `+columns+` FROM message_template WHERE id = $1 AND business_id = ANY($2)`, i, c.Businesses))
}

// getTx returns any template: for jobs.
func getTx(ctx context.Context, tx *db.Tx, i id.ID) (Template, error) {
	return one(i, tx.QueryRow(ctx, `SELECT `+columns+` FROM message_template WHERE id = $1`, i))
}

// ByNameTx finds a template of an account by name and language, or returns [ErrUnknown].
func ByNameTx(ctx context.Context, tx *db.Tx, wabaID id.ID, name, language string) (Template, error) {
	return one(0, tx.QueryRow(ctx, `SELECT `+columns+` FROM message_template WHERE waba_id = $1 AND name = $2 AND language = $3`, wabaID, name, language))
}

func one(i id.ID, row *db.Row) (Template, error) {
	t, err := scan(row)
	if errors.Is(err, db.ErrNoRows) {
		return Template{}, unknown(i)
	}
	if err != nil {
		return Template{}, fmt.Errorf("template: %w", err)
	}
	return t, nil
}

func many(rows *db.Rows, err error) ([]Template, error) {
	if err != nil {
		return nil, fmt.Errorf("template: %w", err)
	}
	defer rows.Close()
	var list []Template
	for rows.Next() {
		t, err := scan(rows)
		if err != nil {
			return nil, fmt.Errorf("template: %w", err)
		}
		list = append(list, t)
	}
	return list, rows.Err()
}
