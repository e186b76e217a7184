package wire

// AccountUpdate is changes[].value of a webhook with field "account_update". Event decides which of the others is there.
type AccountUpdate struct {
	Event       string            `json:"event"`
	Violation   *ViolationInfo    `json:"violation_info,omitempty"`   // ACCOUNT_VIOLATION
	Restriction []RestrictionInfo `json:"restriction_info,omitempty"` // ACCOUNT_RESTRICTION
	Ban         *BanInfo          `json:"ban_info,omitempty"`         // DISABLED_UPDATE
}

// Events of an account.
const (
	AccountViolation   = "ACCOUNT_VIOLATION"
	AccountRestriction = "ACCOUNT_RESTRICTION"
	DisabledUpdate     = "DISABLED_UPDATE"
)

// ViolationInfo names the policy: ALCOHOL.
type ViolationInfo struct {
	Type string `json:"violation_type"`
}

// RestrictionInfo is something the account may not do until a moment, in Unix seconds.
type RestrictionInfo struct {
	Type        string `json:"restriction_type"`
	Expiration  int64  `json:"expiration"`
	Remediation string `json:"remediation,omitempty"`
}

// BanInfo tells whether the account is disabled. Date is as people write it: April 17, 2025.
type BanInfo struct {
	State string `json:"waba_ban_state"`
	Date  string `json:"waba_ban_date"`
}

// States of a ban.
const (
	BanScheduled = "SCHEDULE_FOR_DISABLE"
	Banned       = "DISABLE"
	Reinstated   = "REINSTATE"
)
