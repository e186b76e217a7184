package storefront

import (
	"context"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/phone"
	"github.com/hawkerhq/hawker/internal/waba"
)

// AboutView is what a customer reads about a business.
type AboutView struct {
	Profile waba.Profile
	// Legal is what a customer in India is told; nil for others, and where nothing was told.
	Legal *LegalView
}

// About is the profile of a number's business, with the legal details for customers in India.
func (s *Service) About(ctx context.Context, phoneID id.ID, waID string) (v AboutView, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		v = AboutView{}
		if v.Profile, err = waba.ProfileTx(ctx, tx, phoneID); err != nil || phone.Country(waID) != waba.India {
			return err
		}
		c, told, err := waba.ComplianceTx(ctx, tx, phoneID)
		if told {
			v.Legal = &LegalView{EntityName: c.EntityName, Grievance: c.Grievance, CustomerCare: c.CustomerCare}
		}
		return err
	})
	return v, err
}
