package storefront

import (
	"context"
	"strings"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/phone"
	"github.com/hawkerhq/hawker/internal/waba"
)

// LegalView is what customers in India are told of an item and of who sells it; nobody else is.
type LegalView struct {
	OriginCountry   string       `json:"origin_country,omitempty"` // ISO 3166-1 alpha-2
	ImporterName    string       `json:"importer_name,omitempty"`
	ImporterAddress string       `json:"importer_address,omitempty"` // its parts, with commas
	Manufacturer    string       `json:"manufacturer_info,omitempty"`
	EntityName      string       `json:"entity_name,omitempty"`
	Grievance       waba.Contact `json:"grievance_officer_details,omitzero"`
	CustomerCare    waba.Contact `json:"customer_care_details,omitzero"`
}

// legalTx returns the details for a customer; nil for one who is not in India, and where there are none.
func legalTx(ctx context.Context, tx *db.Tx, phoneID id.ID, waID string, catalogID id.ID, retailerID string) (*LegalView, error) {
	if phone.Country(waID) != waba.India {
		return nil, nil
	}
	items, err := catalog.ItemsByRetailerTx(ctx, tx, catalogID, []string{retailerID})
	if err != nil {
		return nil, err
	}
	extra := items[retailerID].Extra
	text := func(name string) string { s, _ := extra[name].(string); return s }
	l := LegalView{OriginCountry: text("origin_country"), ImporterName: text("importer_name"), Manufacturer: text("manufacturer_info")}
	address, _ := extra["importer_address"].(map[string]any)
	parts := []string{}
	for _, name := range []string{"street1", "street2", "city", "region", "postal_code", "country"} {
		if s, _ := address[name].(string); s != "" {
			parts = append(parts, s)
		}
	}
	l.ImporterAddress = strings.Join(parts, ", ")
	c, told, err := waba.ComplianceTx(ctx, tx, phoneID)
	if err != nil {
		return nil, err
	}
	if told {
		l.EntityName, l.Grievance, l.CustomerCare = c.EntityName, c.Grievance, c.CustomerCare
	}
	if l == (LegalView{}) {
		return nil, nil
	}
	return &l, nil
}
