package policy

import (
	"strings"

	"github.com/hawkerhq/hawker/internal/catalog"
)

// PriceMatters tells whether a new price alone asks for a review of an item: it was approved and the rules would not approve it at that
// price, or the rules held it for its price and would approve it now. What a person decided for another reason stays.
func (r *Reviewer) PriceMatters(before, after catalog.Item) bool {
	rules := r.rules
	switch was := before.Review; {
	case was.Status == catalog.Approved:
		if rules.asksSellerAndPrice() {
			return true
		}
		now := rules.Judge(after)
		return now.Verdict != Approve && now.Verdict != rules.Judge(before).Verdict
	case was.Held && was.Reviewer == rules.version && strings.Contains(was.Evidence, heldForPrice):
		return rules.Judge(after).Verdict == Approve
	}
	return false
}

// heldForPrice is what evidence says of a price: see [Rules.Evaluate].
const heldForPrice = ", " + fieldPrice + ": "

// asksSellerAndPrice tells whether a condition asks the price and who sells where, which is known only when the item is reviewed.
func (r *Rules) asksSellerAndPrice() bool {
	if !r.asks {
		return false
	}
	for _, a := range r.tables().conditions {
		if strings.Contains(a.text, "price") && (strings.Contains(a.text, "seller") || strings.Contains(a.text, "country")) {
			return true
		}
	}
	return false
}
