package grapherr

import "github.com/hawkerhq/hawker/internal/fault"

// Pages that explain causes to people, by their paths on the server.
const (
	helpPolicy      = "/help/commerce-policy"
	helpReviews     = "/help/reviews"
	helpAppeals     = "/help/reviews#appeals"
	helpEnforcement = "/help/enforcement"
	helpIndia       = "/help/india"
)

var helps = map[fault.Code]string{
	"policy.verdict_invalid": helpReviews, "policy.catalog_unwatched": helpReviews, "policy.second_opinion": helpReviews, "policy.decision_invalid": helpReviews,
	"policy.report_invalid": helpReviews, "policy.report_often": helpReviews, "policy.appeal_invalid": helpAppeals, "policy.appeal_often": helpAppeals,
	"policy.enforcement_invalid": helpEnforcement, "policy.violation_appeal_invalid": helpEnforcement, "waba.restricted": helpEnforcement,
	"waba.locked": helpEnforcement, "waba.violation_unknown": helpEnforcement,
	"messaging.compliance": helpIndia, "waba.compliance_invalid": helpIndia, "waba.compliance_unfit": helpIndia,
	"messaging.country_restricted": helpPolicy, "messaging.no_product": helpReviews,
}

// Help is the path of the page that explains a cause; "" for none.
func Help(code fault.Code) string { return helps[code] }
