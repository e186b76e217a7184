package grapherr

import (
	"net/http"

	"github.com/hawkerhq/hawker/internal/fault"
)

func init() {
	register(map[fault.Code]Voice{
		"messaging.body":                  {Code: 100, Plain: true},
		"messaging.required":              {Code: 100, Plain: true},
		"messaging.missing":               {Code: 131008, Title: "Required parameter is missing", Details: true},
		"messaging.country_restricted":    {Code: 130497, Status: http.StatusForbidden, Title: "Business account is restricted from messaging users in this country", Details: true},
		"messaging.compliance":            {Code: 131009, Title: "Parameter value is not valid", Details: true},
		"messaging.no_product":            {Code: 131009, Title: "Parameter value is not valid", Details: true, Literal: true},
		"messaging.value":                 {Code: 131009, Title: "Parameter value is not valid", Details: true},
		"messaging.not_offered":           {Code: 131051, Title: "Unsupported message type", Details: true},
		"messaging.recipient_not_allowed": {Code: 131030, Title: "Recipient phone number not in allowed list", Details: true},
		"messaging.name_needed":           {Code: 131037, Title: "WhatsApp provided number needs display name approval before message can be sent", Details: true},
		"messaging.self":                  {Code: 131021, Title: "Recipient cannot be sender", Details: true},
		"messaging.pair_limit":            {Code: 131056, Title: "(Business Account, Consumer Account) pair rate limit hit", Details: true, Transient: true},
		"messaging.rate_limit":            {Code: 130429, Title: "Rate limit hit", Details: true, Transient: true},
		"messaging.window_closed":         {Code: 131047, Title: "Re-engagement message", Details: true},
		"messaging.undeliverable":         {Code: 131026, Title: "Message undeliverable", Details: true},
		"messaging.blocked":               {Code: 131026, Title: "Message undeliverable", Details: true},
		"messaging.media":                 {Code: 131053, Title: "Media upload error", Details: true},
		"messaging.reaction_target":       {Code: 131009, Title: "Parameter value is not valid", Details: true},
		"messaging.bill_status":           {Code: 2046, Title: "Order status cannot be updated", Details: true},
		"messaging.bill_cancel":           {Code: 2047, Title: "Order cannot be canceled", Details: true},
		"messaging.recipient":             {Code: 100, Title: "Invalid parameter"},
		"messaging.user_id_unsupported":   {Code: 131062, Title: "Business-scoped User ID recipients are not supported", Details: true},
		"messaging.identity_changed":      {Code: 137000, Title: "Recipient identity key hash mismatch", Details: true},
		"messaging.username":              {Code: 100, Title: "Invalid parameter"},
		"messaging.marketing_capped":      {Code: 131049, Title: "Meta chose not to deliver.", Details: true},
		"messaging.experiment":            {Code: 130472, Title: "User's number is part of an experiment", Details: true},
		"messaging.marketing_stopped":     {Code: 131050, Title: "User has stopped marketing messages", Details: true},
		"messaging.refused_customer":      {Code: 131026, Title: "Message undeliverable", Details: true},
		"messaging.not_taken":             {Code: 131026, Title: "Message undeliverable", Details: true},
		"messaging.block_some":            {Code: 139100, Title: "Failed to block/unblock users", Details: true},
		"messaging.block_too_many":        {Code: 130429, Title: "Rate limit hit", Details: true},
		"messaging.block_list_full":       {Code: 139101, Title: "Blocklist limit reached", Details: true},
		"messaging.message_unknown":       {Code: 131009, Title: "Parameter value is not valid", Details: true},
	})
}
