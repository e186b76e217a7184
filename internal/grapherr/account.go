package grapherr

import (
	"net/http"

	"github.com/hawkerhq/hawker/internal/fault"
)

func init() {
	register(map[fault.Code]Voice{
		"account.unknown":            {Code: 100, Subcode: 33, Type: GraphMethod, Plain: true},
		"account.parameter":          {Code: 100, Title: "Invalid parameter"},
		"account.token_missing":      {Code: 104, Status: http.StatusUnauthorized, Plain: true},
		"account.token_invalid":      {Code: 190, Status: http.StatusUnauthorized, Plain: true},
		"account.token_expired":      {Code: 190, Subcode: 463, Status: http.StatusUnauthorized, Plain: true},
		"account.token_revoked":      {Code: 190, Subcode: 467, Status: http.StatusUnauthorized, Plain: true},
		"account.proof_invalid":      {Code: 100, Type: GraphMethod, Plain: true},
		"account.login_refused":      {Code: 100, Title: "Invalid parameter"},
		"account.login_often":        {Code: 100, Title: "Invalid parameter"},
		"account.session_ended":      {Code: 100, Title: "Invalid parameter"},
		"account.email":              {Code: 100, Title: "Invalid parameter"},
		"account.email_taken":        {Code: 100, Title: "Invalid parameter"},
		"account.name":               {Code: 100, Title: "Invalid parameter"},
		"account.password":           {Code: 100, Title: "Invalid parameter"},
		"account.invitation_ended":   {Code: 100, Title: "Invalid parameter"},
		"account.last_administrator": {Code: 100, Title: "Invalid parameter"},
	})
}
