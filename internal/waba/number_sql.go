package waba

import (
	"context"
	"errors"
	"fmt"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/node"
	"github.com/hawkerhq/hawker/internal/phone"
)

const numberColumns = `id, waba_id, business_id, digits, country, verified_name, quality_rating, onboarded_at, status, code_verified_at, name_status,
	new_name, new_name_status, test, throughput, username, official, identity_check, upgrading_until`

func numberFields(n *Number) []any {
	return []any{
		&n.ID, &n.WABAID, &n.BusinessID, &n.Digits, &n.Country, &n.VerifiedName, &n.QualityRating, &n.OnboardedAt, &n.Status, &n.VerifiedAt, &n.NameStatus,
		&n.NewName, &n.NewNameStatus, &n.Test, &n.Throughput, &n.Username, &n.Official, &n.IdentityCheck, &n.UpgradingUntil,
	}
}

// CreateNumberTx stores a new number of an account. A zero ID is made, another is adopted; Digits is read as a person
// writes it, BusinessID and Country follow from account and digits. Without a Status the number is connected: verified and
// registered. Digits that are somebody's verified number, or on this account already, are refused with [ErrNumberTaken],
// those of an account that may get none with [ErrRestricted] or [ErrLocked].
func CreateNumberTx(ctx context.Context, tx *db.Tx, n Number) (Number, error) {
	tx.Notify(Changes)
	a, err := AccountTx(ctx, tx, n.WABAID)
	if err != nil {
		return Number{}, err
	}
	p, err := phone.Parse(n.Digits, a.Country)
	if err != nil {
		return Number{}, err
	}
	held, err := StandingTx(ctx, tx, a.ID)
	if err != nil {
		return Number{}, err
	}
	if err := held.Allow(AddNumbers, tx.Now()); err != nil {
		return Number{}, err
	}
	n.Digits, n.Country, n.BusinessID, n.OnboardedAt = p.Digits, p.Country, a.BusinessID, tx.Now()
	n.fill()
	if err := freeTx(ctx, tx, n); err != nil {
		return Number{}, err
	}
	if n.ID, err = identify(ctx, tx, n.ID, node.PhoneNumber); err != nil {
		return Number{}, err
	}
	_, err = tx.Exec(ctx, `INSERT INTO phone_number (`+numberColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)`,
		n.ID, n.WABAID, n.BusinessID, n.Digits, n.Country, n.VerifiedName, n.QualityRating, n.OnboardedAt, n.Status, n.VerifiedAt, n.NameStatus,
		n.NewName, n.NewNameStatus, n.Test, n.Throughput, n.Username, n.Official, n.IdentityCheck, n.UpgradingUntil)
	if err != nil {
		return Number{}, fmt.Errorf("waba: creating a number: %w", err)
	}
	return n, nil
}

// fill says what a new number is where nothing else was said.
func (n *Number) fill() {
	if n.Status == "" {
		n.Status, n.VerifiedAt, n.NameStatus = Connected, n.OnboardedAt, NameApproved
		n.QualityRating = first(n.QualityRating, QualityGreen)
	}
	n.QualityRating = first(n.QualityRating, QualityUnknown)
	n.NameStatus = first(n.NameStatus, NamePending)
	n.NewNameStatus = first(n.NewNameStatus, NameNone)
	n.Throughput = first(n.Throughput, ThroughputStandard)
}

func first(text, fallback string) string {
	if text == "" {
		return fallback
	}
	return text
}

// freeTx refuses digits that are taken.
func freeTx(ctx context.Context, tx *db.Tx, n Number) error {
	have, err := manyNumbers(tx.Query(ctx, `SELECT `+numberColumns+` FROM phone_number WHERE digits = $1 AND (code_verified_at > 0 OR waba_id = $2)`, n.Digits, n.WABAID))
	if err != nil || len(have) == 0 {
		return err
	}
	return ErrNumberTaken.Withf("phone_number", "+%s is a business phone number already; a number belongs to one account", n.Digits)
}

// SaveNumberTx stores what may change about a number: all but its ids, digits and country. Digits that somebody else has
// verified meanwhile are refused with [ErrNumberTaken].
func SaveNumberTx(ctx context.Context, tx *db.Tx, n Number) error {
	tx.Notify(Changes)
	if !n.VerifiedAt.IsZero() {
		other, err := NumberByDigitsTx(ctx, tx, n.Digits)
		if err == nil && other.ID != n.ID {
			return ErrNumberTaken.Withf("phone_number", "+%s is a business phone number already; a number belongs to one account", n.Digits)
		}
		if err != nil && !errors.Is(err, ErrNumberUnknown) {
			return err
		}
	}
	_, err := tx.Exec(ctx, `UPDATE phone_number SET verified_name = $1, quality_rating = $2, onboarded_at = $3, status = $4, code_verified_at = $5, name_status = $6,
		new_name = $7, new_name_status = $8, throughput = $9, username = $10, official = $11, identity_check = $12, upgrading_until = $13 WHERE id = $14`,
		n.VerifiedName, n.QualityRating, n.OnboardedAt, n.Status, n.VerifiedAt, n.NameStatus, n.NewName, n.NewNameStatus, n.Throughput, n.Username, n.Official, n.IdentityCheck, n.UpgradingUntil, n.ID)
	if err != nil {
		return fmt.Errorf("waba: changing a number: %w", err)
	}
	return nil
}

// NumberTx returns a number, or [ErrNumberUnknown].
func NumberTx(ctx context.Context, tx *db.Tx, phoneID id.ID) (Number, error) {
	return oneNumber(phoneID, tx.QueryRow(ctx, `SELECT `+numberColumns+` FROM phone_number WHERE id = $1`, phoneID))
}

// NumberForTx is [NumberTx] for a number of the caller's businesses.
func NumberForTx(ctx context.Context, tx *db.Tx, c access.Caller, phoneID id.ID) (Number, error) {
	return oneNumber(phoneID, tx.QueryRow(ctx,
		`SELECT `+numberColumns+` FROM phone_number WHERE id = $1 AND business_id = ANY($2)`, phoneID, c.Businesses))
}

// NumberByDigitsTx finds the verified number of these E.164 digits (no plus), or returns [ErrNumberUnknown].
func NumberByDigitsTx(ctx context.Context, tx *db.Tx, digits string) (Number, error) {
	return oneNumber(0, tx.QueryRow(ctx, `SELECT `+numberColumns+` FROM phone_number WHERE digits = $1 AND code_verified_at > 0`, digits))
}

// NumberByUsernameTx finds the number that has a username; ok is false where none has.
func NumberByUsernameTx(ctx context.Context, tx *db.Tx, username string) (n Number, ok bool, err error) {
	n, err = oneNumber(0, tx.QueryRow(ctx, `SELECT `+numberColumns+` FROM phone_number WHERE username = $1 AND username <> ''`, username))
	if errors.Is(err, ErrNumberUnknown) {
		return Number{}, false, nil
	}
	return n, err == nil, err
}

func oneNumber(phoneID id.ID, row *db.Row) (Number, error) {
	var n Number
	err := row.Scan(numberFields(&n)...)
	if errors.Is(err, db.ErrNoRows) {
		return Number{}, ErrNumberUnknown.With("", unknown(phoneID))
	}
	if err != nil {
		return Number{}, fmt.Errorf("waba: %w", err)
	}
	return n, nil
}

// NumbersOfTx lists an account's numbers, oldest first.
func NumbersOfTx(ctx context.Context, tx *db.Tx, wabaID id.ID) ([]Number, error) {
	return manyNumbers(tx.Query(ctx, `SELECT `+numberColumns+` FROM phone_number WHERE waba_id = $1 ORDER BY id`, wabaID))
}

// NumbersTx lists the numbers of the caller's businesses, oldest first.
func NumbersTx(ctx context.Context, tx *db.Tx, c access.Caller) ([]Number, error) {
	return manyNumbers(tx.Query(ctx, `SELECT `+numberColumns+` FROM phone_number WHERE business_id = ANY($1) ORDER BY id`, c.Businesses))
}

// AllNumbersTx lists every registered number: what a customer can write to.
func AllNumbersTx(ctx context.Context, tx *db.Tx) ([]Number, error) {
	return manyNumbers(tx.Query(ctx, `SELECT `+numberColumns+` FROM phone_number WHERE status = $1 ORDER BY id`, Connected))
}

func manyNumbers(rows *db.Rows, err error) ([]Number, error) {
	if err != nil {
		return nil, fmt.Errorf("waba: listing numbers: %w", err)
	}
	defer rows.Close()
	var all []Number
	for rows.Next() {
		var n Number
		if err := rows.Scan(numberFields(&n)...); err != nil {
			return nil, fmt.Errorf("waba: listing numbers: %w", err)
		}
		all = append(all, n)
	}
	return all, rows.Err()
}
