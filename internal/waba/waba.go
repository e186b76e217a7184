// Package waba remembers WhatsApp Business Accounts, their phone numbers, commerce settings, profiles and
// the catalog each account is connected to. It keeps facts and decides nothing: what may be connected to
// what is storefront's business.
package waba

import (
	"time"

	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/id"
)

// Causes of refused calls.
var (
	// ErrAccountUnknown: no such account, or one of another business.
	ErrAccountUnknown = fault.New("waba.account_unknown")
	// ErrNumberUnknown: no such phone number, or one of another business.
	ErrNumberUnknown = fault.New("waba.number_unknown")
	// ErrNumberTaken: the digits belong to a number already.
	ErrNumberTaken = fault.New("waba.number_taken")
	// ErrNotRegistered: the number is not registered, so that it sends and receives nothing.
	ErrNotRegistered = fault.New("waba.not_registered")
	// ErrProfile: a field of the business profile breaks its rule.
	ErrProfile         = fault.New("waba.profile_invalid")
	ErrCompliance      = fault.New("waba.compliance_invalid")
	ErrComplianceUnfit = fault.New("waba.compliance_unfit")
)

// Changes is rung (db.OnNotify) after every commit that changed a number, its settings or its connection.
const Changes = "waba.changes"

// Account is a WhatsApp Business Account (WABA).
type Account struct {
	ID         id.ID
	BusinessID id.ID
	Name       string
	// Currency is ISO 4217.
	Currency string
	// Country is ISO 3166-1 alpha-2: where the business is based.
	Country string
	// TimezoneID is Meta's numeric time zone, as text.
	TimezoneID string
	// TemplateNamespace is the namespace of the account's message templates.
	TemplateNamespace string
	CreatedAt         time.Time
	// Review is what was decided on the account; a new one is approved.
	Review Review
}

// Settings are the commerce settings of a number.
type Settings struct {
	// ID is the settings node's own id; zero while nothing is stored.
	ID id.ID
	// CartEnabled lets customers fill a cart. True unless stored otherwise.
	CartEnabled bool
	// CatalogVisible shows the storefront in the chat. False unless stored otherwise.
	CatalogVisible bool
	// Stored tells that the number had its settings set; otherwise these are the defaults.
	Stored bool
}

// DefaultSettings are what a number has before anybody set anything.
func DefaultSettings() Settings { return Settings{CartEnabled: true} }

// SettingsChange changes what is not nil.
type SettingsChange struct {
	CartEnabled    *bool
	CatalogVisible *bool
}

// Profile is what customers read about the business behind a number.
type Profile struct {
	About       string
	Address     string
	Description string
	Email       string
	Websites    []string
	// Vertical is one of [Verticals]; empty when never set.
	Vertical string
	// PictureURL is where the profile picture is.
	PictureURL string
}

// ProfileChange changes what is not nil.
type ProfileChange struct {
	About       *string
	Address     *string
	Description *string
	Email       *string
	Websites    *[]string
	Vertical    *string
	PictureURL  *string
}
