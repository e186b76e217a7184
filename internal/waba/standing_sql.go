package waba

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

const violationColumns = `id, waba_id, policy_id, rung, restrictions, reason, decided_by, created_at, ends_at, disabled_at, lifted_at, lifted_by`

// AddViolationTx stores a violation; its id and time are made.
func AddViolationTx(ctx context.Context, tx *db.Tx, v Violation) (Violation, error) {
	tx.Notify(Changes)
	restrictions, err := json.Marshal(v.Restrictions)
	if err != nil {
		return Violation{}, err
	}
	v.ID, v.At = tx.NewID(), tx.Now()
	_, err = tx.Exec(ctx, `INSERT INTO waba_violation (`+violationColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		v.ID, v.WABAID, v.PolicyID, v.Rung, string(restrictions), v.Reason, v.DecidedBy, v.At, v.Ends, v.DisabledAt, v.LiftedAt, v.LiftedBy)
	if err != nil {
		return Violation{}, fmt.Errorf("waba: violation: %w", err)
	}
	return v, nil
}

// LiftTx takes a violation back; one that was lifted already stays as it is.
func LiftTx(ctx context.Context, tx *db.Tx, violation id.ID, by string) error {
	tx.Notify(Changes)
	_, err := tx.Exec(ctx, `UPDATE waba_violation SET lifted_at = $2, lifted_by = $3 WHERE id = $1 AND lifted_at = 0`, violation, tx.Now(), by)
	if err != nil {
		return fmt.Errorf("waba: violation: %w", err)
	}
	return nil
}

// TellBanTx notes that programs hear of the ban now; first is false where they heard already.
func TellBanTx(ctx context.Context, tx *db.Tx, violation id.ID) (first bool, err error) {
	n, err := tx.Exec(ctx, `UPDATE waba_violation SET ban_told = TRUE WHERE id = $1 AND lifted_at = 0 AND NOT ban_told`, violation)
	if err != nil {
		return false, fmt.Errorf("waba: violation: %w", err)
	}
	return n == 1, nil
}

// EffectEndedTx tells whoever remembers facts of accounts that the clock ended one.
func EffectEndedTx(tx *db.Tx) { tx.Notify(Changes) }

// StandingTx is what is held against an account.
func StandingTx(ctx context.Context, tx *db.Tx, wabaID id.ID) (Standing, error) {
	list, err := violations(ctx, tx, `waba_id = $1 AND lifted_at = 0 AND restrictions <> '[]' ORDER BY id`, wabaID)
	return Standing{list}, err
}

// ViolationsTx lists everything that was ever held against an account, the latest first.
func ViolationsTx(ctx context.Context, tx *db.Tx, wabaID id.ID, limit int) ([]Violation, error) {
	return violations(ctx, tx, `waba_id = $1 ORDER BY id DESC LIMIT $2`, wabaID, limit)
}

// ViolationsSinceTx lists what was held against an account since a moment and not lifted, the latest first.
func ViolationsSinceTx(ctx context.Context, tx *db.Tx, wabaID id.ID, since time.Time) ([]Violation, error) {
	return violations(ctx, tx, `waba_id = $1 AND lifted_at = 0 AND created_at >= $2 ORDER BY id DESC`, wabaID, since)
}

// ViolationTx returns a violation of an account, or [ErrViolationUnknown].
func ViolationTx(ctx context.Context, tx *db.Tx, wabaID, violation id.ID) (Violation, error) {
	list, err := violations(ctx, tx, `waba_id = $1 AND id = $2`, wabaID, violation)
	if err == nil && len(list) == 0 {
		err = ErrViolationUnknown.With("violation_id", unknown(violation))
	}
	if err != nil {
		return Violation{}, err
	}
	return list[0], nil
}

func violations(ctx context.Context, tx *db.Tx, where string, args ...any) (list []Violation, err error) {
	rows, err := tx.Query(ctx, `SELECT `+violationColumns+` FROM waba_violation WHERE `+where, args...)
	if err != nil {
		return nil, fmt.Errorf("waba: violations: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var v Violation
		var restrictions string
		if err := rows.Scan(&v.ID, &v.WABAID, &v.PolicyID, &v.Rung, &restrictions, &v.Reason, &v.DecidedBy, &v.At, &v.Ends, &v.DisabledAt, &v.LiftedAt, &v.LiftedBy); err != nil {
			return nil, fmt.Errorf("waba: violations: %w", err)
		}
		if err := json.Unmarshal([]byte(restrictions), &v.Restrictions); err != nil {
			return nil, fmt.Errorf("waba: violation %s: %w", v.ID, err)
		}
		list = append(list, v)
	}
	return list, rows.Err()
}

// AddAppealTx stores an appeal of a violation; added is false where there is one already.
func AddAppealTx(ctx context.Context, tx *db.Tx, a Appeal) (added bool, err error) {
	n, err := tx.Exec(ctx, `INSERT INTO waba_appeal (violation_id, waba_id, message, asked_by, state, created_at) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (violation_id) DO NOTHING`, a.ViolationID, a.WABAID, a.Message, a.AskedBy, AppealOpen, tx.Now())
	if err != nil {
		return false, fmt.Errorf("waba: appeal: %w", err)
	}
	return n == 1, nil
}

// SettleAppealTx stores the outcome of an open appeal; settled is false where none is open.
func SettleAppealTx(ctx context.Context, tx *db.Tx, violation id.ID, state, reason, by string) (settled bool, err error) {
	n, err := tx.Exec(ctx, `UPDATE waba_appeal SET state = $2, reason = $3, decided_by = $4, decided_at = $5 WHERE violation_id = $1 AND state = 'open'`,
		violation, state, reason, by, tx.Now())
	if err != nil {
		return false, fmt.Errorf("waba: appeal: %w", err)
	}
	return n == 1, nil
}

// AppealsTx lists the appeals of an account, by violation.
func AppealsTx(ctx context.Context, tx *db.Tx, wabaID id.ID) (map[id.ID]Appeal, error) {
	rows, err := tx.Query(ctx, `SELECT violation_id, waba_id, message, asked_by, state, reason, decided_by, created_at, decided_at FROM waba_appeal WHERE waba_id = $1`, wabaID)
	if err != nil {
		return nil, fmt.Errorf("waba: appeals: %w", err)
	}
	defer rows.Close()
	all := map[id.ID]Appeal{}
	for rows.Next() {
		var a Appeal
		if err := rows.Scan(&a.ViolationID, &a.WABAID, &a.Message, &a.AskedBy, &a.State, &a.Reason, &a.DecidedBy, &a.CreatedAt, &a.DecidedAt); err != nil {
			return nil, fmt.Errorf("waba: appeals: %w", err)
		}
		all[a.ViolationID] = a
	}
	return all, rows.Err()
}

// AddStrikeTx counts a rejected item against an account: each once for a policy.
func AddStrikeTx(ctx context.Context, tx *db.Tx, s Strike) (added bool, err error) {
	n, err := tx.Exec(ctx, `INSERT INTO waba_strike (waba_id, policy_id, catalog_id, retailer_id, item_id, created_at) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT DO NOTHING`, s.WABAID, s.PolicyID, s.CatalogID, s.RetailerID, s.ItemID, tx.Now())
	if err != nil {
		return false, fmt.Errorf("waba: strike: %w", err)
	}
	return n == 1, nil
}

// OpenStrikesTx counts what stands against an account for a policy since a moment and is not part of a violation yet.
func OpenStrikesTx(ctx context.Context, tx *db.Tx, wabaID id.ID, policyID string, since time.Time) (n int, err error) {
	err = tx.QueryRow(ctx, `SELECT COUNT(*) FROM waba_strike WHERE waba_id = $1 AND policy_id = $2 AND violation_id = 0 AND created_at >= $3`,
		wabaID, policyID, since).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("waba: strikes: %w", err)
	}
	return n, nil
}

// CollectStrikesTx makes what is not part of a violation yet part of this one.
func CollectStrikesTx(ctx context.Context, tx *db.Tx, v Violation) error {
	_, err := tx.Exec(ctx, `UPDATE waba_strike SET violation_id = $3 WHERE waba_id = $1 AND policy_id = $2 AND violation_id = 0`, v.WABAID, v.PolicyID, v.ID)
	if err != nil {
		return fmt.Errorf("waba: strikes: %w", err)
	}
	return nil
}

// DropStrikesTx takes an item off every account's count. It returns the violations that it was part of.
func DropStrikesTx(ctx context.Context, tx *db.Tx, item id.ID) (of []Strike, err error) {
	of, err = strikes(ctx, tx, `item_id = $1 AND violation_id <> 0`, item)
	if err != nil {
		return nil, err
	}
	if _, err := tx.Exec(ctx, `DELETE FROM waba_strike WHERE item_id = $1`, item); err != nil {
		return nil, fmt.Errorf("waba: strikes: %w", err)
	}
	return of, nil
}

// StrikesOfTx lists the items of a violation.
func StrikesOfTx(ctx context.Context, tx *db.Tx, violation id.ID, limit int) ([]Strike, error) {
	return strikes(ctx, tx, `violation_id = $1 ORDER BY created_at, retailer_id LIMIT $2`, violation, limit)
}

func strikes(ctx context.Context, tx *db.Tx, where string, args ...any) (list []Strike, err error) {
	rows, err := tx.Query(ctx, `SELECT waba_id, catalog_id, item_id, violation_id, policy_id, retailer_id, created_at FROM waba_strike WHERE `+where, args...)
	if err != nil {
		return nil, fmt.Errorf("waba: strikes: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var s Strike
		if err := rows.Scan(&s.WABAID, &s.CatalogID, &s.ItemID, &s.ViolationID, &s.PolicyID, &s.RetailerID, &s.At); err != nil {
			return nil, fmt.Errorf("waba: strikes: %w", err)
		}
		list = append(list, s)
	}
	return list, rows.Err()
}
