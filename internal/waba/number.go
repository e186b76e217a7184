package waba

import (
	"time"

	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/phone"
)

// Quality ratings of a number.
const (
	QualityGreen   = "GREEN"
	QualityYellow  = "YELLOW"
	QualityRed     = "RED"
	QualityUnknown = "UNKNOWN"
)

// States of a number.
const (
	// Pending was added and never registered.
	Pending = "PENDING"
	// Connected is registered: it can send and receive.
	Connected = "CONNECTED"
	// Disconnected was deregistered.
	Disconnected = "DISCONNECTED"
)

// States of a display name.
const (
	NameNone     = "NONE"
	NamePending  = "PENDING_REVIEW"
	NameApproved = "APPROVED"
	NameDeclined = "DECLINED"
)

// Levels of throughput.
const (
	ThroughputStandard = "STANDARD" // 80 messages a second
	ThroughputHigh     = "HIGH"     // 1000
)

// Verification by code.
const (
	CodeNone     = "NOT_VERIFIED"
	CodeVerified = "VERIFIED"
	CodeExpired  = "EXPIRED"
)

// CodeLife is how long a verification lets a number be registered.
const CodeLife = 14 * 24 * time.Hour

// Number is a business phone number.
type Number struct {
	ID         id.ID
	WABAID     id.ID
	BusinessID id.ID
	// Digits is E.164 without the plus.
	Digits string
	// Country is ISO 3166-1 alpha-2, from the digits.
	Country      string
	VerifiedName string
	// QualityRating is GREEN, YELLOW, RED or UNKNOWN.
	QualityRating string
	OnboardedAt   time.Time
	// Status is [Pending], [Connected] or [Disconnected].
	Status string
	// VerifiedAt is when the code was told right; zero: never.
	VerifiedAt time.Time
	// NameStatus is that of VerifiedName; NewName is a name asked for, with its own.
	NameStatus             string
	NewName, NewNameStatus string
	// Test numbers write to a few people on a list only.
	Test bool
	// Throughput is [ThroughputStandard] or [ThroughputHigh].
	Throughput string
	// UpgradingUntil is when the number has become faster; until then it sends nothing. Zero: it is not on its way.
	UpgradingUntil time.Time
	// Username is what customers may find the business by; empty: none.
	Username string
	// Official has the badge of an official business account.
	Official bool
	// IdentityCheck tells the business who a customer is by a hash, and refuses messages to somebody else under the number.
	IdentityCheck bool
}

// Display is the number as people read it: "+84 28 7100 0001".
func (n Number) Display() string { return phone.Display(n.Digits) }

// Connected tells whether the number is registered.
func (n Number) Connected() bool { return n.Status == Connected }

// CodeStatus tells how the verification by code stands at a moment.
func (n Number) CodeStatus(now time.Time) string {
	switch {
	case n.VerifiedAt.IsZero():
		return CodeNone
	case !n.Connected() && now.Sub(n.VerifiedAt) > CodeLife:
		return CodeExpired
	}
	return CodeVerified
}

// Mode is SANDBOX for test numbers, LIVE for others.
func (n Number) Mode() string {
	if n.Test {
		return "SANDBOX"
	}
	return "LIVE"
}
