package grapherr

import (
	"github.com/hawkerhq/hawker/internal/fault"
)

// Causes of making, verifying and registering numbers.
func init() {
	register(map[fault.Code]Voice{
		"waba.link_unknown":              {Code: 100, Subcode: 33, Type: GraphMethod, Plain: true},
		"registration.username_taken":    {Code: 147001, Title: "Username is not available", Details: true},
		"registration.username_unfit":    {Code: 147002, Title: "Account is not eligible for a username", Details: true},
		"registration.username_transfer": {Code: 147005, Title: "Username belongs to another number of this business", Details: true},
		"registration.parameter":         {Code: 100, Title: "Invalid parameter"},
		"registration.too_many_numbers":  {Code: 100, Title: "Invalid parameter"},
		"registration.request_code":      {Code: 136024, Title: "Request code error", Details: true},
		"registration.verify_code":       {Code: 136025, Title: "Verify code error", Details: true},
		"registration.pin_mismatch":      {Code: 133005, Title: "Two step verification PIN Mismatch", Details: true},
		"registration.unverified":        {Code: 133006, Title: "Phone number re-verification needed", Details: true},
		"registration.pin_guesses":       {Code: 133008, Title: "Too many two step verification PIN guesses", Details: true, Transient: true},
		"registration.pin_too_fast":      {Code: 133009, Title: "Two step verification PIN guessed too fast", Details: true, Transient: true},
		"registration.wait":              {Code: 133015, Title: "Please wait a few minutes before attempting to register this phone number", Details: true, Transient: true},
		"registration.rate":              {Code: 133016, Title: "Account register deregister rate limit exceeded", Details: true},
	})
}
