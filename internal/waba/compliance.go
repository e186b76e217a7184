package waba

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/mail"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

// Contact is whom a customer may turn to.
type Contact struct {
	Name     string `json:"name,omitempty"` // of the grievance officer only
	Email    string `json:"email"`
	Landline string `json:"landline_number"`
	Mobile   string `json:"mobile_number"`
}

// Compliance is what Indian law asks a business to tell its customers there.
type Compliance struct {
	EntityName string `json:"entity_name"`
	// EntityType is one of [EntityTypes]; EntityTypeCustom says it in words where it is OTHER.
	EntityType       string  `json:"entity_type"`
	EntityTypeCustom string  `json:"entity_type_custom"`
	IsRegistered     *bool   `json:"is_registered"` // asked of OTHER and PARTNERSHIP only; the others are
	Grievance        Contact `json:"grievance_officer_details"`
	CustomerCare     Contact `json:"customer_care_details"`
}

const (
	entityOther       = "OTHER"
	entityPartnership = "PARTNERSHIP"
)

// EntityTypes lists the kinds of business.
func EntityTypes() []string {
	return []string{"LIMITED_LIABILITY_PARTNERSHIP", "SOLE_PROPRIETORSHIP", entityPartnership, "PUBLIC_COMPANY", "PRIVATE_COMPANY", entityOther}
}

// Registered tells whether the business is registered, by its own word or by its kind.
func (c Compliance) Registered() bool {
	return c.EntityType != "" && ((c.EntityType != entityOther && c.EntityType != entityPartnership) || (c.IsRegistered != nil && *c.IsRegistered))
}

// Limits of the details, in characters.
const (
	entityNameLeast, entityNameMost = 2, 128
	entityCustomMost                = 1024
	contactMost                     = 128
)

// telephone is a telephone number with its country code.
var telephone = regexp.MustCompile(`^\+[1-9][0-9]{6,18}$`)

// Check holds the details against the rules of the contract, with its literal texts.
func (c Compliance) Check() error {
	if n := utf8.RuneCountInString(strings.TrimSpace(c.EntityName)); n < entityNameLeast || n > entityNameMost {
		return ErrCompliance.Withf("entity_name", "entity_name must have %d to %d characters, this one has %d", entityNameLeast, entityNameMost, n)
	}
	if !slices.Contains(EntityTypes(), c.EntityType) {
		return ErrCompliance.Withf("entity_type", "entity_type must be a valid enum value: one of %v", EntityTypes())
	}
	switch n := utf8.RuneCountInString(strings.TrimSpace(c.EntityTypeCustom)); {
	case c.EntityType == entityOther && n == 0:
		return ErrCompliance.With("entity_type_custom", "Entity_type_custom is mandatory for OTHER entity type")
	case c.EntityType != entityOther && n > 0:
		return ErrComplianceUnfit.With("entity_type_custom", "Entity type custom can only be used with OTHER entity type")
	case n > entityCustomMost:
		return ErrCompliance.Withf("entity_type_custom", "entity_type_custom has %d characters, at most %d are allowed", n, entityCustomMost)
	}
	asked := c.EntityType == entityOther || c.EntityType == entityPartnership
	if asked != (c.IsRegistered != nil) {
		return ErrCompliance.With("is_registered", "is_registered required only when entity_type is set to Other or Partnership")
	}
	if n := utf8.RuneCountInString(strings.TrimSpace(c.Grievance.Name)); n == 0 || n > contactMost {
		return ErrCompliance.Withf("grievance_officer_details.name", "grievance_officer_details.name must have 1 to %d characters", contactMost)
	}
	if err := c.Grievance.check("grievance_officer_details"); err != nil {
		return err
	}
	return c.CustomerCare.check("customer_care_details")
}

func (c Contact) check(at string) error {
	if a, err := mail.ParseAddress(c.Email); err != nil || a.Address != c.Email || len(c.Email) > contactMost {
		return ErrCompliance.Withf(at+".email", "%s.email must be an e-mail address of at most %d characters", at, contactMost)
	}
	if c.Mobile == "" && c.Landline == "" {
		return ErrCompliance.Withf(at, "%s needs a mobile_number or a landline_number", at)
	}
	for name, text := range map[string]string{".mobile_number": c.Mobile, ".landline_number": c.Landline} {
		if text != "" && !telephone.MatchString(text) {
			return ErrComplianceUnfit.With(at+name, "Invalid phone number format. Must include country code: for example +914842000000")
		}
	}
	return nil
}

// ComplianceTx returns the details of a number; ok is false where none were given.
func ComplianceTx(ctx context.Context, tx *db.Tx, phoneID id.ID) (c Compliance, ok bool, err error) {
	var text string
	err = tx.QueryRow(ctx, `SELECT details FROM business_compliance WHERE phone_id = $1`, phoneID).Scan(&text)
	if errors.Is(err, db.ErrNoRows) {
		return Compliance{}, false, nil
	}
	if err == nil {
		err = json.Unmarshal([]byte(text), &c)
	}
	if err != nil {
		return Compliance{}, false, fmt.Errorf("waba: compliance: %w", err)
	}
	return c, true, nil
}

// SetComplianceTx stores the details of a number, all of them.
func SetComplianceTx(ctx context.Context, tx *db.Tx, phoneID id.ID, c Compliance) error {
	if err := c.Check(); err != nil {
		return err
	}
	b, err := json.Marshal(c)
	if err != nil {
		return err
	}
	tx.Notify(Changes)
	_, err = tx.Exec(ctx, `INSERT INTO business_compliance (phone_id, details, updated_at) VALUES ($1, $2, $3)
		ON CONFLICT (phone_id) DO UPDATE SET details = excluded.details, updated_at = excluded.updated_at`, phoneID, string(b), tx.Now())
	return err
}

// India is the country whose businesses have to tell these details before they sell.
const India = "IN"

// SoldInIndiaTx tells whether a business in India sells a catalog.
func SoldInIndiaTx(ctx context.Context, tx *db.Tx, catalogID id.ID) (bool, error) {
	accounts, err := WABAsOfCatalogTx(ctx, tx, catalogID)
	if err != nil {
		return false, err
	}
	for _, w := range accounts {
		a, err := AccountTx(ctx, tx, w)
		if err != nil {
			return false, err
		}
		if a.Country == India {
			return true, nil
		}
		numbers, err := NumbersOfTx(ctx, tx, w)
		if err != nil {
			return false, err
		}
		if slices.ContainsFunc(numbers, func(n Number) bool { return Indian(n, a) }) {
			return true, nil
		}
	}
	return false, nil
}

// UntoldTx tells whether a number is that of a business in India which has not told what the law there asks for: its products cannot be
// sent, and its storefront is not shown.
func UntoldTx(ctx context.Context, tx *db.Tx, n Number) (bool, error) {
	a, err := AccountTx(ctx, tx, n.WABAID)
	if err != nil || !Indian(n, a) {
		return false, err
	}
	_, told, err := ComplianceTx(ctx, tx, n.ID)
	return !told, err
}

// Indian tells whether a number is that of a business in India: by its digits, or by its account.
func Indian(n Number, a Account) bool { return n.Country == India || a.Country == India }
