package policy

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/money"
)

// Some words mean one thing at one price and another at another one: a famous maker's watch for the price of a lunch is no such watch, a
// pinch of kitchen herbs for a day's pay is none. A level is what a combination asks of the price.

// level is a bound of the price in US dollars; without a bound every price will do.
type level struct {
	Below int `json:"below,omitempty"`
	Above int `json:"above,omitempty"`
}

var errLevel = errors.New("want hold below 60: @set + @set, in whole US dollars")

// levelOf takes "hold below 60" apart.
func levelOf(what string) (use string, l level, err error) {
	words := strings.Fields(what)
	if len(words) < 2 || words[1] != "below" && words[1] != "above" {
		return what, l, nil
	}
	if len(words) != 3 {
		return what, l, fmt.Errorf("%q is no price level; %w", what, errLevel)
	}
	n, err := strconv.Atoi(words[2])
	if err != nil || n < 1 || n > 1_000_000 {
		return what, l, fmt.Errorf("%q is no price; %w", words[2], errLevel)
	}
	if words[1] == "below" {
		l.Below = n
	} else {
		l.Above = n
	}
	return words[0], l, nil
}

// none tells that no price is asked.
func (l level) none() bool { return l == level{} }

// met tells whether a price is at the level. What costs nothing, or is in a currency nobody knows, is at none.
func (l level) met(price money.Amount) bool {
	if l.none() {
		return true
	}
	usd := dollars(price)
	return usd > 0 && (l.Below == 0 || usd < float64(l.Below)) && (l.Above == 0 || usd > float64(l.Above))
}

// costs tells whether the price is at a level, and notes that it was asked.
func (x *listing) costs(l level) bool {
	x.priced = x.priced || !l.none()
	return l.met(x.price)
}

// rule names the level in evidence.
func (l level) rule() string {
	if l.Below > 0 {
		return fmt.Sprintf("price/below %d USD", l.Below)
	}
	return fmt.Sprintf("price/above %d USD", l.Above)
}

// asks is what a customer pays for an item.
func asks(i catalog.Item) money.Amount {
	if i.Sale != nil {
		return *i.Sale
	}
	return i.Price
}

// dollars is roughly what an amount is in US dollars; 0 where that is not known.
func dollars(a money.Amount) float64 {
	if per := perDollar[a.Currency]; per > 0 {
		return whole(a) / per
	}
	return 0
}
