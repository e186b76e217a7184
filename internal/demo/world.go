// Package demo is the world of `hawker serve --demo`: three shops, four customers, fixed ids and tokens,
// and the pictures of the shops' goods.
package demo

import (
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/money"
)

// Credentials of the demo world. They are public, so the world is only seeded where nobody else can reach it.
const (
	AppID        id.ID = 100000000000001
	AppSecret          = "demo-app-secret"
	SystemUserID id.ID = 110000000000001
	AccessToken        = "EAADEMO"
	// Email and Password log in to the manager.
	Email, Password = "demo@hawker.local", "demo"
	VerifyToken     = "demo-verify-token"
)

// Shop is one business of the demo world with everything it owns.
type Shop struct {
	Business, WABA, Phone, Catalog id.ID
	Name                           string
	Country, Currency, Lang        string
	Digits                         string // of its number, E.164 without plus
	// Connected tells that the catalog is connected, filled and visible from the start.
	Connected bool
	Items     []Item
}

// Item is one thing a demo shop sells.
type Item struct {
	SKU, Title, Description, Brand string
	Price                          money.Amount
	Sale                           *money.Amount
	Group                          string // of variants
	Color, Size                    string
	SoldOut                        bool
	// Pending leaves the item waiting for its review.
	Pending bool
	// Rejected is the policy the item was refused under; empty for approved items.
	Rejected string
	// Pictures is how many views the item has; zero is the faulty row without picture.
	Pictures int
	Category string // Google product category
	Origin   string // ISO 3166-1 alpha-2, where the law asks for it
	Exempt   bool   // a service: no origin needed
	Lang     string
	// Pictogram and colours of the picture: Hue is the section's.
	Pictogram            string
	Hue, ThingHue        int
	ThingSat, ThingLight float64
	// Set is the shop's section.
	Set string
}

// Customer is a person with a phone.
type Customer struct {
	WaID, Name, Country, Lang string
}

// Customers are the people of the demo world.
func Customers() []Customer {
	return []Customer{
		{WaID: "84901234567", Name: "Lan", Country: "VN", Lang: "vi"},
		{WaID: "84912345678", Name: "Minh", Country: "VN", Lang: "vi"},
		{WaID: "919812345678", Name: "Priya", Country: "IN", Lang: "en"},
		{WaID: "14155550123", Name: "Alex", Country: "US", Lang: "en"},
	}
}

// Shops are the businesses of the demo world: A and C sell, B waits for a newcomer to fill it.
func Shops() []Shop {
	return []Shop{
		{
			Business: 200000000000001, WABA: 300000000000001, Phone: 400000000000001, Catalog: 500000000000001,
			Name: "Quán Góc Phố", Country: "VN", Currency: "VND", Lang: "vi", Digits: "842871000001", Connected: true, Items: quanGocPho(),
		},
		{
			Business: 200000000000002, WABA: 300000000000002, Phone: 400000000000002, Catalog: 500000000000002,
			Name: "Mộc & Lụa", Country: "VN", Currency: "VND", Lang: "vi", Digits: "842471000002", Items: mocLua(),
		},
		{
			Business: 200000000000003, WABA: 300000000000003, Phone: 400000000000003, Catalog: 500000000000003,
			Name: "Malabar Spice Room", Country: "IN", Currency: "INR", Lang: "en", Digits: "914847100003", Connected: true, Items: malabar(),
		},
	}
}
