package policy

import (
	"context"
	"errors"
	"fmt"
	"math"
	"path/filepath"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/money"
	"github.com/hawkerhq/hawker/internal/policy/condition"
	"github.com/hawkerhq/hawker/internal/waba"
)

// asked is a condition of an operator's rules.
type asked struct {
	*condition.Condition
	text, policy string
	where        string // file and line
	use          use    // useReject or useHold
}

// mostConditions is how many conditions an operator's rules may have: each is asked of every item.
const mostConditions = 200

// when takes "reject when: expression".
func (b *builder) when(at section, what, text string) error {
	u := uses[what]
	if u != useReject && u != useHold {
		return fmt.Errorf("%q is no use of a condition; it is reject when or hold when", what)
	}
	if len(b.conditions) >= mostConditions {
		return fmt.Errorf("more than %d conditions", mostConditions)
	}
	c, err := condition.Compile(text)
	if err != nil {
		return err
	}
	b.conditions = append(b.conditions, &asked{Condition: c, text: text, policy: at.policy, use: u, where: fmt.Sprintf("%s line %d", filepath.Base(b.file), b.at)})
	return nil
}

// evidence names the condition.
func (a *asked) evidence() []Evidence {
	return []Evidence{{Field: fieldCondition, Text: a.text, End: len(a.text), Rule: a.where}}
}

// fieldCondition is what evidence names that is no text of the listing.
const fieldCondition = "condition"

// met finds the first condition an item meets, one that rejects before one that holds. What has no answer holds the item.
func (t *tables) met(i catalog.Item, s condition.Seller) (first *asked, ok bool) {
	if len(t.conditions) == 0 {
		return nil, false
	}
	f := facts(i, s)
	for _, a := range t.conditions {
		if first != nil && a.use == useHold {
			continue
		}
		met, err := a.Met(f)
		if err != nil {
			unclear := *a
			unclear.use = useHold
			a, met = &unclear, first == nil
		}
		if met && a.use == useReject {
			return a, true
		}
		if met {
			first = a
		}
	}
	return first, first != nil
}

// facts are what conditions ask of an item.
func facts(i catalog.Item, s condition.Seller) *condition.Facts {
	product, _ := i.Extra["product_type"].(string)
	f := &condition.Facts{
		Title: i.Title, Description: i.Description, Brand: i.Brand, ProductType: product, Category: i.GoogleCategory, Condition: i.Condition,
		Availability: i.Availability, Link: i.Link, Currency: i.Price.Currency, Price: whole(i.Price), Fields: i.Extra, Seller: s,
	}
	if i.Sale != nil {
		f.SalePrice = whole(*i.Sale)
	}
	f.PriceUSD = dollars(i.Price)
	if f.Fields == nil {
		f.Fields = map[string]any{}
	}
	return f
}

// whole is an amount in whole units of its currency, for comparing.
func whole(a money.Amount) float64 {
	n, _ := money.Exponent(a.Currency)
	return float64(a.Minor) / math.Pow10(n)
}

// perDollar is roughly what a US dollar is in other currencies: to tell a cheap price from a dear one, not to pay by.
var perDollar = map[string]float64{
	"USD": 1, "EUR": 0.9, "GBP": 0.8, "CHF": 0.9, "JPY": 150, "CNY": 7, "HKD": 8, "TWD": 32, "KRW": 1350, "INR": 85, "IDR": 16000, "VND": 25000, "THB": 35,
	"PHP": 57, "MYR": 4.5, "SGD": 1.3, "PKR": 280, "BDT": 120, "LKR": 300, "NPR": 135, "AUD": 1.5, "NZD": 1.7, "CAD": 1.4, "MXN": 19, "BRL": 5.5, "ARS": 1000,
	"CLP": 950, "COP": 4100, "PEN": 3.8, "AED": 3.7, "SAR": 3.8, "QAR": 3.6, "KWD": 0.3, "BHD": 0.4, "OMR": 0.4, "JOD": 0.7, "EGP": 50, "MAD": 10, "TND": 3,
	"DZD": 135, "NGN": 1500, "KES": 130, "GHS": 13, "ZAR": 18, "TRY": 35, "ILS": 3.7, "PLN": 4, "CZK": 23, "HUF": 370, "RON": 4.6, "SEK": 10.5, "NOK": 11,
	"DKK": 7, "UAH": 41, "RUB": 95,
}

// sellerTx is who sells a catalog, and where: the country of the account that shows it, or of its first number.
func sellerTx(ctx context.Context, tx *db.Tx, cat id.ID) (s condition.Seller, err error) {
	var owner id.ID
	err = tx.QueryRow(ctx, `SELECT c.name, c.business_id, COALESCE(b.name, ''), COALESCE(b.country, '') FROM catalog c
		LEFT JOIN business b ON b.id = c.business_id WHERE c.id = $1`, cat).Scan(&s.Catalog, &owner, &s.Name, &s.Country)
	if errors.Is(err, db.ErrNoRows) {
		return s, nil
	}
	if err != nil {
		return s, fmt.Errorf("policy: seller: %w", err)
	}
	s.ID = owner.String()
	accounts, err := waba.WABAsOfCatalogTx(ctx, tx, cat)
	if err != nil || len(accounts) == 0 {
		return s, err
	}
	numbers, err := waba.NumbersOfTx(ctx, tx, accounts[0])
	if err != nil {
		return s, err
	}
	if len(numbers) > 0 {
		s.Sold = numbers[0].Country
	}
	if s.Sold == "" {
		a, err := waba.AccountTx(ctx, tx, accounts[0])
		if err != nil {
			return s, err
		}
		s.Sold = a.Country
	}
	return s, nil
}
