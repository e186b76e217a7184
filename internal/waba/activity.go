package waba

import (
	"context"
	"fmt"
	"time"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

// Kinds of activity.
const (
	DidCreateAccount = "ACCOUNT_CREATED"
	DidUpdateAccount = "ACCOUNT_UPDATED"
	DidAddNumber     = "PHONE_NUMBER_ADDED"
	DidVerifyNumber  = "PHONE_NUMBER_VERIFIED"
	DidRegister      = "PHONE_NUMBER_REGISTERED"
	DidDeregister    = "PHONE_NUMBER_REMOVED"
	DidSecurity      = "SECURITY_EVENT"
	DidAskCode       = "CODE_REQUESTED"
)

// Activity is something that was done to an account or one of its numbers.
type Activity struct {
	ID      id.ID
	WABAID  id.ID
	PhoneID id.ID // zero: to the account itself
	Kind    string
	// ActorKind is what the actor is: APP, SYSTEM_USER, USER, or SYSTEM for the platform itself.
	ActorKind string
	ActorID   id.ID
	ActorName string
	Detail    string // in English, for people
	At        time.Time
}

// DidTx notes what a caller did.
func DidTx(ctx context.Context, tx *db.Tx, c access.Caller, a Activity) error {
	a.ActorKind, a.ActorID, a.ActorName = string(c.Kind), c.User, c.UserName
	if a.ActorID == 0 {
		a.ActorID = c.App
	}
	if a.ActorKind == "" {
		a.ActorKind = "SYSTEM"
	}
	_, err := tx.Exec(ctx, `INSERT INTO waba_activity (id, waba_id, phone_id, kind, actor_kind, actor_id, actor_name, detail, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		tx.NewID(), a.WABAID, a.PhoneID, a.Kind, a.ActorKind, a.ActorID, a.ActorName, a.Detail, tx.Now())
	if err != nil {
		return fmt.Errorf("waba: activity: %w", err)
	}
	return nil
}

// CountTx counts what was done to a number since a moment, by kind, and tells when it was done last.
func CountTx(ctx context.Context, tx *db.Tx, phoneID id.ID, since time.Time, kinds ...string) (n int, last time.Time, err error) {
	err = tx.QueryRow(ctx, `SELECT COUNT(*), COALESCE(MAX(created_at), 0) FROM waba_activity WHERE phone_id = $1 AND kind = ANY($2) AND created_at > $3`,
		phoneID, kinds, since).Scan(&n, &last)
	if err != nil {
		return 0, time.Time{}, fmt.Errorf("waba: activity: %w", err)
	}
	return n, last, nil
}

// ActivitiesTx lists what was done to an account, the newest first: behind the activity before (zero: all).
func ActivitiesTx(ctx context.Context, tx *db.Tx, wabaID, before id.ID, limit int) ([]Activity, error) {
	if before == 0 {
		before = id.Max
	}
	rows, err := tx.Query(ctx, `SELECT id, waba_id, phone_id, kind, actor_kind, actor_id, actor_name, detail, created_at FROM waba_activity
		WHERE waba_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3`, wabaID, before, limit)
	if err != nil {
		return nil, fmt.Errorf("waba: activities: %w", err)
	}
	defer rows.Close()
	var all []Activity
	for rows.Next() {
		var a Activity
		if err := rows.Scan(&a.ID, &a.WABAID, &a.PhoneID, &a.Kind, &a.ActorKind, &a.ActorID, &a.ActorName, &a.Detail, &a.At); err != nil {
			return nil, fmt.Errorf("waba: activities: %w", err)
		}
		all = append(all, a)
	}
	return all, rows.Err()
}
