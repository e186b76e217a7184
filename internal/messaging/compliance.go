package messaging

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/phone"
	"github.com/hawkerhq/hawker/internal/waba"
)

// ErrCompliance refuses product messages of a business in India that has not told what the law there asks for.
var ErrCompliance = fault.New("messaging.compliance")

// ErrCountry refuses messages of a regulated trade to customers in a country where it may not write.
var ErrCountry = fault.New("messaging.country_restricted")

// indianTx finds out what the law asks of the business and of the items of a message, where the business is in India. Items that lack
// something cannot be sent.
func (f *facts) indianTx(ctx context.Context, tx *db.Tx, skus []string) error {
	account, err := waba.AccountTx(ctx, tx, f.number.WABAID)
	if err != nil {
		return err
	}
	if f.indian = waba.Indian(f.number, account); !f.indian || len(skus) == 0 {
		return nil
	}
	_, told, err := waba.ComplianceTx(ctx, tx, f.number.ID)
	if err != nil {
		return err
	}
	f.untold = !told
	items, err := catalog.ItemsByRetailerTx(ctx, tx, f.catalog, slices.Collect(maps.Keys(f.items)))
	if err != nil {
		return err
	}
	f.incomplete = map[string][]string{}
	for sku, i := range items {
		if missing := i.MissingInIndia(); len(missing) > 0 {
			f.incomplete[sku] = missing
			delete(f.items, sku)
		}
	}
	return nil
}

// compliance refuses a message with products where the business, or every one of its items, lacks what the law asks for.
func (f facts) compliance(field string) error {
	if f.untold {
		return ErrCompliance.Withf("", "Missing Compliance Info: a business in India tells entity_name, entity_type, grievance_officer_details and customer_care_details "+
			"before it sends products; POST them to /%s/business_compliance_info", f.number.ID)
	}
	if len(f.items) > 0 || len(f.incomplete) == 0 {
		return nil
	}
	list := make([]string, 0, len(f.incomplete))
	for _, sku := range slices.Sorted(maps.Keys(f.incomplete)) {
		list = append(list, fmt.Sprintf("%s lacks %s", sku, strings.Join(f.incomplete[sku], ", ")))
	}
	return ErrCompliance.With(field, "The products provided failed the compliance check of Indian law: "+strings.Join(list, "; ")+
		". Give the items these fields, or wa_compliance_category COUNTRY_ORIGIN_EXEMPT where they are services")
}

// regulated refuses a message of a business whose trade may not write to customers of a country.
func (f facts) regulated(waID string) error {
	countries, ok := waba.RegulatedIn(f.vertical)
	if !ok {
		return nil
	}
	if country := phone.Country(waID); !slices.Contains(countries, country) {
		return ErrCountry.Withf("to", "the profile's vertical is %s, and %q is a number of %q: businesses of that trade may write to customers in %s only",
			f.vertical, waID, country, strings.Join(countries, ", "))
	}
	return nil
}
