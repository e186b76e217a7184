// Package account keeps businesses, their apps and system users, and the tokens they call with.
package account

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/node"
)

// Causes.
var (
	// ErrUnknown is an id that names no row the caller may see.
	ErrUnknown = fault.New("account.unknown")
	// ErrParam is a parameter that breaks a rule.
	ErrParam = fault.New("account.parameter")
)

// Business owns everything else.
type Business struct {
	ID                 id.ID
	Name               string
	Country            string // ISO 3166-1 alpha-2
	VerificationStatus string // of the Graph enum: verified, not_verified, …
	TimezoneID         int
	CreatedAt          time.Time
}

// App is a program's registration; its secret signs webhooks and proofs.
type App struct {
	ID, BusinessID id.ID
	Name           string
	RequireProof   bool
	CreatedAt      time.Time
}

// SystemUser is a program's identity inside a business.
type SystemUser struct {
	ID, BusinessID id.ID
	Name           string
	Role           string // ADMIN or EMPLOYEE
	CreatedAt      time.Time
}

// CreateBusinessTx stores a business under a fixed id, or a new one when b.ID is zero.
func CreateBusinessTx(ctx context.Context, tx *db.Tx, b Business) (Business, error) {
	var err error
	if b.ID, err = register(ctx, tx, b.ID, node.Business); err != nil {
		return Business{}, err
	}
	if b.VerificationStatus == "" {
		b.VerificationStatus = "not_verified"
	}
	b.CreatedAt = tx.Now()
	_, err = tx.Exec(ctx, `INSERT INTO business (id, name, country, verification_status, timezone_id, created_at) VALUES ($1, $2, $3, $4, $5, $6)`,
		b.ID, b.Name, b.Country, b.VerificationStatus, b.TimezoneID, b.CreatedAt)
	return b, err
}

// CreateAppTx stores an app with its secret; an empty secret is made up.
func CreateAppTx(ctx context.Context, tx *db.Tx, a App, secret string) (App, error) {
	var err error
	if a.ID, err = register(ctx, tx, a.ID, node.App); err != nil {
		return App{}, err
	}
	if secret == "" {
		secret = randomHex(16)
	}
	a.CreatedAt = tx.Now()
	_, err = tx.Exec(ctx, `INSERT INTO app (id, business_id, name, secret, require_proof, created_at) VALUES ($1, $2, $3, $4, $5, $6)`,
		a.ID, a.BusinessID, a.Name, secret, a.RequireProof, a.CreatedAt)
	return a, err
}

// CreateSystemUserTx stores a system user of a business the caller reaches.
func CreateSystemUserTx(ctx context.Context, tx *db.Tx, u SystemUser) (SystemUser, error) {
	if u.Name == "" || len([]rune(u.Name)) > 100 {
		return SystemUser{}, ErrParam.With("name", "a system user needs a name of 1 to 100 characters")
	}
	if u.Role == "" {
		u.Role = "EMPLOYEE"
	}
	if u.Role != "ADMIN" && u.Role != "EMPLOYEE" {
		return SystemUser{}, ErrParam.Withf("role", "%q is not ADMIN or EMPLOYEE", u.Role)
	}
	var err error
	if u.ID, err = register(ctx, tx, u.ID, node.SystemUser); err != nil {
		return SystemUser{}, err
	}
	u.CreatedAt = tx.Now()
	_, err = tx.Exec(ctx, `INSERT INTO system_user (id, business_id, name, role, created_at) VALUES ($1, $2, $3, $4, $5)`,
		u.ID, u.BusinessID, u.Name, u.Role, u.CreatedAt)
	return u, err
}

func register(ctx context.Context, tx *db.Tx, fixed id.ID, k node.Kind) (id.ID, error) {
	if fixed == 0 {
		return node.NewTx(ctx, tx, k)
	}
	return fixed, node.AdoptTx(ctx, tx, fixed, k)
}

func randomHex(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b)
	return hex.EncodeToString(b)
}

// BusinessTx returns a business the caller reaches.
func BusinessTx(ctx context.Context, tx *db.Tx, c access.Caller, i id.ID) (Business, error) {
	var b Business
	err := tx.QueryRow(ctx, `SELECT id, name, country, verification_status, timezone_id, created_at FROM business
		WHERE id = $1 AND id = ANY($2)`, i, c.Businesses).
		Scan(&b.ID, &b.Name, &b.Country, &b.VerificationStatus, &b.TimezoneID, &b.CreatedAt)
	return b, unknown(err, i)
}

// AppTx returns an app of a business the caller reaches, or the caller's own app.
func AppTx(ctx context.Context, tx *db.Tx, c access.Caller, i id.ID) (App, error) {
	var a App
	err := tx.QueryRow(ctx, `SELECT id, business_id, name, require_proof, created_at FROM app
		WHERE id = $1 AND (id = $2 OR business_id = ANY($3))`, i, c.App, c.Businesses).
		Scan(&a.ID, &a.BusinessID, &a.Name, &a.RequireProof, &a.CreatedAt)
	return a, unknown(err, i)
}

// AppOwnerTx is the business an app belongs to; zero when there is no such app.
func AppOwnerTx(ctx context.Context, tx *db.Tx, i id.ID) (business id.ID, err error) {
	err = tx.QueryRow(ctx, `SELECT business_id FROM app WHERE id = $1`, i).Scan(&business)
	if errors.Is(err, db.ErrNoRows) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("account: %w", err)
	}
	return business, nil
}

// SystemUserTx returns a system user of a business the caller reaches.
func SystemUserTx(ctx context.Context, tx *db.Tx, c access.Caller, i id.ID) (SystemUser, error) {
	var u SystemUser
	err := tx.QueryRow(ctx, `SELECT id, business_id, name, role, created_at FROM system_user
		WHERE id = $1 AND business_id = ANY($2)`, i, c.Businesses).
		Scan(&u.ID, &u.BusinessID, &u.Name, &u.Role, &u.CreatedAt)
	return u, unknown(err, i)
}

// SystemUsersTx lists the system users of a business behind after, oldest first.
func SystemUsersTx(ctx context.Context, tx *db.Tx, c access.Caller, business, after id.ID, limit int) ([]SystemUser, error) {
	rows, err := tx.Query(ctx, `SELECT id, business_id, name, role, created_at FROM system_user
		WHERE business_id = $1 AND business_id = ANY($2) AND id > $3 ORDER BY id LIMIT $4`, business, c.Businesses, after, limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []SystemUser
	for rows.Next() {
		var u SystemUser
		if err := rows.Scan(&u.ID, &u.BusinessID, &u.Name, &u.Role, &u.CreatedAt); err != nil {
			return nil, err
		}
		list = append(list, u)
	}
	return list, rows.Err()
}

// AppsTx lists the apps of a business behind after, oldest first.
func AppsTx(ctx context.Context, tx *db.Tx, c access.Caller, business, after id.ID, limit int) ([]App, error) {
	rows, err := tx.Query(ctx, `SELECT id, business_id, name, require_proof, created_at FROM app
		WHERE business_id = $1 AND business_id = ANY($2) AND id > $3 ORDER BY id LIMIT $4`, business, c.Businesses, after, limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []App
	for rows.Next() {
		var a App
		if err := rows.Scan(&a.ID, &a.BusinessID, &a.Name, &a.RequireProof, &a.CreatedAt); err != nil {
			return nil, err
		}
		list = append(list, a)
	}
	return list, rows.Err()
}

func unknown(err error, i id.ID) error {
	if errors.Is(err, db.ErrNoRows) {
		return ErrUnknown.Withf("id", "no object %s is visible to this token", i)
	}
	if err != nil {
		return fmt.Errorf("account: %w", err)
	}
	return nil
}
