package waba

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

// NumberSettings are what a number is set to.
type NumberSettings struct {
	// StorageRegion is the country where messages are kept at rest; empty: nowhere in particular.
	StorageRegion string `json:"storage_region,omitempty"`
}

// Automation is what a chat offers by itself.
type Automation struct {
	Welcome  bool      `json:"enable_welcome_message"` // tell the business of a chat that was opened for the first time
	Prompts  []string  `json:"prompts"`                // questions to tap in an empty chat
	Commands []Command `json:"commands"`               // what may be written with a slash
}

// Command is something a customer may write with a slash in front.
type Command struct {
	Name        string `json:"command_name"`
	Description string `json:"command_description"`
}

// Encryption is the public key of a business for payloads of forms.
type Encryption struct {
	PublicKey string `json:"public_key"` // PEM
}

// States of an application for the badge of an official business account.
const (
	OfficialNone     = "NOT_STARTED"
	OfficialPending  = "PENDING"
	OfficialApproved = "APPROVED"
	OfficialRejected = "REJECTED"
	OfficialGone     = "CANCELLED"
)

// Official is an application for the badge of an official business account.
type Official struct {
	Status  string            `json:"status"`
	Message string            `json:"message"`
	Data    map[string]string `json:"data,omitempty"`
	Asked   time.Time         `json:"asked"`
}

// detail is what number_detail keeps, by its kind there.
type detail interface {
	NumberSettings | Automation | Encryption | Official
}

func kindOf[T detail]() string {
	switch any(*new(T)).(type) {
	case NumberSettings:
		return "settings"
	case Automation:
		return "automation"
	case Encryption:
		return "encryption"
	}
	return "official"
}

// DetailTx returns a detail of a number; one that was never set is empty.
func DetailTx[T detail](ctx context.Context, tx *db.Tx, phoneID id.ID) (v T, err error) {
	var text string
	err = tx.QueryRow(ctx, `SELECT details FROM number_detail WHERE phone_id = $1 AND kind = $2`, phoneID, kindOf[T]()).Scan(&text)
	if errors.Is(err, db.ErrNoRows) {
		return v, nil
	}
	if err == nil {
		err = json.Unmarshal([]byte(text), &v)
	}
	if err != nil {
		return v, fmt.Errorf("waba: %s of a number: %w", kindOf[T](), err)
	}
	return v, nil
}

// SetDetailTx stores a detail of a number.
func SetDetailTx[T detail](ctx context.Context, tx *db.Tx, phoneID id.ID, v T) error {
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("waba: %w", err)
	}
	_, err = tx.Exec(ctx, `INSERT INTO number_detail (phone_id, kind, details, updated_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (phone_id, kind) DO UPDATE SET details = excluded.details, updated_at = excluded.updated_at`, phoneID, kindOf[T](), string(text), tx.Now())
	if err != nil {
		return fmt.Errorf("waba: %s of a number: %w", kindOf[T](), err)
	}
	return nil
}
