package feed

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// A shop sells in one currency. Where nearly all prices of a file are in one, those in another are most likely wrong.
const (
	currencyShare  = 90   // percent of the prices that make a currency the file's own
	currencyLeast  = 10   // prices from which on that says something
	currencyRows   = 1000 // rows told at the most
	currenciesMost = 20   // of a file; with more of them, none is its own
)

// currencies are those of the prices of a file.
type currencies map[string]*currencyCount

type currencyCount struct {
	n    int64
	rows []currencyRow // the first ones
}

type currencyRow struct {
	number int
	sku    string
}

// note takes down the currency of a row's price.
func (c currencies) note(currency string, number int, sku string) {
	if currency == "" {
		return
	}
	k := c[currency]
	if k == nil {
		if len(c) > currenciesMost {
			return
		}
		k = &currencyCount{}
		c[strings.Clone(currency)] = k
	}
	if k.n++; k.n <= currencyRows {
		k.rows = append(k.rows, currencyRow{number, strings.Clone(sku)})
	}
}

// strangers are warnings about rows whose price is in another currency than the file's own.
func (c currencies) strangers() (list []Problem) {
	var all int64
	own := ""
	for name, k := range c {
		if all += k.n; own == "" || k.n > c[own].n {
			own = name
		}
	}
	if all < currencyLeast || len(c) > currenciesMost || c[own].n*100 < all*currencyShare {
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(c)) {
		if name == own {
			continue
		}
		for _, r := range c[name].rows {
			if len(list) < currencyRows {
				list = append(list, Problem{
					Type: TypeCurrency, Field: "price", Row: r.number, RetailerID: r.sku, Value: name,
					Summary:     "A price is in another currency than nearly all of the file: price.",
					Description: fmt.Sprintf("%d of %d prices are in %s. If this one is right, leave it: the row was taken as it is.", c[own].n, all, own),
				})
			}
		}
	}
	return list
}
