package flow

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

const columns = `id, business_id, waba_id, app_id, name, status, categories, endpoint, json, json_version, data_api_version, problems, preview_key, preview_until, created_at, updated_at`

func scan(row interface{ Scan(dest ...any) error }) (f Flow, err error) {
	var kinds, problems string
	err = row.Scan(&f.ID, &f.BusinessID, &f.WABAID, &f.AppID, &f.Name, &f.Status, &kinds, &f.Endpoint, &f.JSON, &f.JSONVersion, &f.DataAPIVersion, &problems, &f.PreviewKey,
		&f.PreviewUntil, &f.CreatedAt, &f.UpdatedAt)
	if err == nil {
		err = errors.Join(json.Unmarshal([]byte(kinds), &f.Categories), json.Unmarshal([]byte(problems), &f.Problems))
	}
	return f, err
}

// lists are the members of f that are stored as JSON.
func (f Flow) lists() (kinds, problems string, err error) {
	a, err := json.Marshal(f.Categories)
	if err != nil {
		return "", "", fmt.Errorf("flow: %w", err)
	}
	list := f.Problems
	if list == nil {
		list = []Problem{}
	}
	b, err := json.Marshal(list)
	if err != nil {
		return "", "", fmt.Errorf("flow: %w", err)
	}
	return string(a), string(b), nil
}

func insertTx(ctx context.Context, tx *db.Tx, f Flow) error {
	kinds, problems, err := f.lists()
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO flow (`+columns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
		f.ID, f.BusinessID, f.WABAID, f.AppID, f.Name, f.Status, kinds, f.Endpoint, f.JSON, f.JSONVersion, f.DataAPIVersion, problems, f.PreviewKey, f.PreviewUntil, tx.Now(), tx.Now())
	return wrap(err)
}

func updateTx(ctx context.Context, tx *db.Tx, f Flow) error {
	kinds, problems, err := f.lists()
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `UPDATE flow SET app_id = $2, name = $3, status = $4, categories = $5, endpoint = $6, json = $7, json_version = $8, data_api_version = $9, problems = $10,
		preview_key = $11, preview_until = $12, updated_at = $13 WHERE id = $1`,
		f.ID, f.AppID, f.Name, f.Status, kinds, f.Endpoint, f.JSON, f.JSONVersion, f.DataAPIVersion, problems, f.PreviewKey, f.PreviewUntil, tx.Now())
	return wrap(err)
}

func wrap(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("flow: %w", err)
}

func unknown(i id.ID) error {
	return ErrUnknown.Withf("", "Unsupported request. Object with ID '%s' does not exist, cannot be loaded due to missing permissions, "+
		"or does not support this operation", i)
}

func one(i id.ID, row *db.Row) (Flow, error) {
	f, err := scan(row)
	if errors.Is(err, db.ErrNoRows) {
		return Flow{}, unknown(i)
	}
	return f, wrap(err)
}

// ForTx returns a flow of the caller's businesses, or [ErrUnknown].
func ForTx(ctx context.Context, tx *db.Tx, c access.Caller, i id.ID) (Flow, error) {
	return one(i, tx.QueryRow(ctx, `SELECT `+columns+` FROM flow WHERE id = $1 AND business_id = ANY($2)`, i, c.Businesses))
}

// OfAccountTx returns a flow of an account by its id, or else by its name, or [ErrUnknown].
func OfAccountTx(ctx context.Context, tx *db.Tx, wabaID, i id.ID, name string) (Flow, error) {
	if i != 0 {
		return one(i, tx.QueryRow(ctx, `SELECT `+columns+` FROM flow WHERE id = $1 AND waba_id = $2`, i, wabaID))
	}
	return one(0, tx.QueryRow(ctx, `SELECT `+columns+` FROM flow WHERE waba_id = $1 AND name = $2`, wabaID, name))
}

// ByPreviewTx returns the flow of a preview that has not run out.
func ByPreviewTx(ctx context.Context, tx *db.Tx, key string) (Flow, error) {
	return one(0, tx.QueryRow(ctx, `SELECT `+columns+` FROM flow WHERE preview_key = $1 AND preview_key <> '' AND preview_until > $2`, key, tx.Now()))
}

// PreviewTx is a preview as it is played.
func PreviewTx(ctx context.Context, tx *db.Tx, key string) (Session, error) {
	f, err := ByPreviewTx(ctx, tx, key)
	if err != nil {
		return Session{}, err
	}
	phone, err := keyedTx(ctx, tx, f.WABAID)
	return Session{Flow: f, Phone: phone, Token: "preview"}, err
}

// ListTx lists the flows of an account, newest first.
func ListTx(ctx context.Context, tx *db.Tx, wabaID id.ID) ([]Flow, error) {
	rows, err := tx.Query(ctx, `SELECT `+columns+` FROM flow WHERE waba_id = $1 ORDER BY id DESC`, wabaID)
	if err != nil {
		return nil, wrap(err)
	}
	defer rows.Close()
	var list []Flow
	for rows.Next() {
		f, err := scan(rows)
		if err != nil {
			return nil, wrap(err)
		}
		list = append(list, f)
	}
	return list, rows.Err()
}

// EndTx ends a message's flow: its endpoint takes no more answers.
func EndTx(ctx context.Context, tx *db.Tx, wamid, said string) error {
	_, err := tx.Exec(ctx, `INSERT INTO flow_ended (wamid, said, ended_at) VALUES ($1, $2, $3) ON CONFLICT (wamid) DO NOTHING`, wamid, said, tx.Now())
	return wrap(err)
}

// EndedTx tells which of these messages' flows have ended.
func EndedTx(ctx context.Context, tx *db.Tx, wamids []string) (map[string]bool, error) {
	ended := map[string]bool{}
	if len(wamids) == 0 {
		return ended, nil
	}
	rows, err := tx.Query(ctx, `SELECT wamid FROM flow_ended WHERE wamid = ANY($1)`, wamids)
	if err != nil {
		return nil, wrap(err)
	}
	defer rows.Close()
	for rows.Next() {
		var wamid string
		if err := rows.Scan(&wamid); err != nil {
			return nil, wrap(err)
		}
		ended[wamid] = true
	}
	return ended, wrap(rows.Err())
}
