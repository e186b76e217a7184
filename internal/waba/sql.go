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

const accountColumns = `id, business_id, name, currency, country, timezone_id, template_namespace, created_at`

func accountFields(a *Account) []any {
	return []any{&a.ID, &a.BusinessID, &a.Name, &a.Currency, &a.Country, &a.TimezoneID, &a.TemplateNamespace, &a.CreatedAt}
}

// identify makes an id of kind k, or adopts the one given.
func identify(ctx context.Context, tx *db.Tx, given id.ID, k node.Kind) (id.ID, error) {
	if given == 0 {
		return node.NewTx(ctx, tx, k)
	}
	return given, node.AdoptTx(ctx, tx, given, k)
}

// CreateAccountTx stores a new account. A zero ID is made, another is adopted; the time of creation is now.
func CreateAccountTx(ctx context.Context, tx *db.Tx, a Account) (Account, error) {
	tx.Notify(Changes)
	var err error
	if a.ID, err = identify(ctx, tx, a.ID, node.WABA); err != nil {
		return Account{}, err
	}
	a.CreatedAt = tx.Now()
	_, err = tx.Exec(ctx, `INSERT INTO waba (`+accountColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		a.ID, a.BusinessID, a.Name, a.Currency, a.Country, a.TimezoneID, a.TemplateNamespace, a.CreatedAt)
	if err != nil {
		return Account{}, fmt.Errorf("waba: creating an account: %w", err)
	}
	return a, nil
}

// AccountTx returns an account, or [ErrAccountUnknown].
func AccountTx(ctx context.Context, tx *db.Tx, wabaID id.ID) (Account, error) {
	return oneAccount(wabaID, tx.QueryRow(ctx, `SELECT `+accountColumns+` FROM waba WHERE id = $1`, wabaID))
}

// AccountForTx is [AccountTx] for an account of the caller's businesses.
func AccountForTx(ctx context.Context, tx *db.Tx, c access.Caller, wabaID id.ID) (Account, error) {
	return oneAccount(wabaID, tx.QueryRow(ctx,
		`SELECT `+accountColumns+` FROM waba WHERE id = $1 AND business_id = ANY($2)`, wabaID, c.Businesses))
}

func oneAccount(wabaID id.ID, row *db.Row) (Account, error) {
	var a Account
	err := row.Scan(accountFields(&a)...)
	if errors.Is(err, db.ErrNoRows) {
		return Account{}, ErrAccountUnknown.With("", unknown(wabaID))
	}
	if err != nil {
		return Account{}, fmt.Errorf("waba: %w", err)
	}
	return a, nil
}

// unknown is Graph's sentence for a node that is not there for the caller.
func unknown(i id.ID) string {
	return fmt.Sprintf("Unsupported request. Object with ID '%s' does not exist, cannot be loaded due to missing permissions, "+
		"or does not support this operation", i)
}

// AccountsTx lists the accounts of the caller's businesses, oldest first.
func AccountsTx(ctx context.Context, tx *db.Tx, c access.Caller) ([]Account, error) {
	rows, err := tx.Query(ctx, `SELECT `+accountColumns+` FROM waba WHERE business_id = ANY($1) ORDER BY id`, c.Businesses)
	if err != nil {
		return nil, fmt.Errorf("waba: listing accounts: %w", err)
	}
	defer rows.Close()
	var all []Account
	for rows.Next() {
		var a Account
		if err := rows.Scan(accountFields(&a)...); err != nil {
			return nil, fmt.Errorf("waba: listing accounts: %w", err)
		}
		all = append(all, a)
	}
	return all, rows.Err()
}

const numberColumns = `id, waba_id, business_id, digits, country, verified_name, quality_rating, onboarded_at`

func numberFields(n *Number) []any {
	return []any{&n.ID, &n.WABAID, &n.BusinessID, &n.Digits, &n.Country, &n.VerifiedName, &n.QualityRating, &n.OnboardedAt}
}

// CreateNumberTx stores a new number of an account. A zero ID is made, another is adopted; Digits is read
// as a person writes it, BusinessID and Country follow from account and digits. The digits of an existing
// number are refused with [ErrNumberTaken], those of an account that may get none with [ErrRestricted] or [ErrLocked].
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
	if n.QualityRating == "" {
		n.QualityRating = QualityGreen
	}
	if _, err := NumberByDigitsTx(ctx, tx, n.Digits); err == nil {
		return Number{}, ErrNumberTaken.Withf("phone_number", "+%s is a business phone number already; a number belongs to one account", n.Digits)
	} else if !errors.Is(err, ErrNumberUnknown) {
		return Number{}, err
	}
	if n.ID, err = identify(ctx, tx, n.ID, node.PhoneNumber); err != nil {
		return Number{}, err
	}
	_, err = tx.Exec(ctx, `INSERT INTO phone_number (`+numberColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		n.ID, n.WABAID, n.BusinessID, n.Digits, n.Country, n.VerifiedName, n.QualityRating, n.OnboardedAt)
	if err != nil {
		return Number{}, fmt.Errorf("waba: creating a number: %w", err)
	}
	return n, nil
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

// NumberByDigitsTx finds a number by its E.164 digits (no plus), or returns [ErrNumberUnknown].
func NumberByDigitsTx(ctx context.Context, tx *db.Tx, digits string) (Number, error) {
	return oneNumber(0, tx.QueryRow(ctx, `SELECT `+numberColumns+` FROM phone_number WHERE digits = $1`, digits))
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

// AllNumbersTx lists every number: what a customer can write to.
func AllNumbersTx(ctx context.Context, tx *db.Tx) ([]Number, error) {
	return manyNumbers(tx.Query(ctx, `SELECT `+numberColumns+` FROM phone_number ORDER BY id`))
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
