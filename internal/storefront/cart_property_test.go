package storefront_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/storefront"
)

// shopper is a customer with a cart, and what a simple model says is in it.
type shopper struct {
	*mart
	t    testing.TB
	waID string
	skus []string
	// want is how many of each item should be in the cart; seen is the cart as last shown.
	want map[string]int
	seen storefront.CartView
}

// What holds whatever shop and customer do, in whatever order: the total is the sum of the lines, an item is in
// the cart 1 to 99 times, an opened cart holds only what can be bought, at the price of the moment, and a cart
// is sent exactly as the customer last saw it, once.
func TestCartProperties(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, m *mart) {
		run := 0
		rapid.Check(t, func(rt *rapid.T) {
			run++
			s := &shopper{mart: m, t: t, waID: fmt.Sprintf("8490%07d", run), want: map[string]int{}}
			for i := range 4 {
				s.skus = append(s.skus, fmt.Sprintf("%d-%d", run, i))
				m.put(t, s.skus[i])
			}
			rt.Repeat(map[string]func(*rapid.T){
				"shop changes an item": s.change,
				"shop removes an item": s.drop,
				"an hour passes":       func(*rapid.T) { m.clock.Advance(time.Hour) },
				"customer sets":        s.set,
				"customer opens":       s.open,
				"customer sends":       s.send,
			})
		})
	})
}

func (s *shopper) change(rt *rapid.T) {
	sku := rapid.SampledFrom(s.skus).Draw(rt, "sku")
	currency := rapid.SampledFrom([]string{" VND", " VND", " VND", " JPY"}).Draw(rt, "currency")
	s.offer(s.t, sku,
		"price", fmt.Sprint(rapid.Int64Range(1, 3).Draw(rt, "price"), "000", currency),
		"availability", rapid.SampledFrom([]string{"in stock", "in stock", "out of stock"}).Draw(rt, "availability"),
		"visibility", rapid.SampledFrom([]string{"published", "published", "hidden"}).Draw(rt, "visibility"),
		"sale_price", rapid.SampledFrom([]any{nil, "500" + currency}).Draw(rt, "sale"),
		"sale_price_effective_date", s.clock.Now().Format(time.RFC3339)+"/"+s.clock.Now().Add(90*time.Minute).Format(time.RFC3339))
	s.judge(s.t, sku, rapid.SampledFrom([]string{catalog.Approved, catalog.Approved, catalog.Rejected}).Draw(rt, "verdict"))
}

func (s *shopper) drop(rt *rapid.T) {
	sku := rapid.SampledFrom(s.skus).Draw(rt, "sku")
	if _, ok := s.items(rt)[sku]; ok {
		s.remove(s.t, sku)
	}
}

// items are the shop's items as they stand in the catalog.
func (s *shopper) items(rt *rapid.T) map[string]catalog.Item {
	var items map[string]catalog.Item
	err := s.db.View(s.t.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		items, err = catalog.ItemsByRetailerTx(ctx, tx, s.menu, s.skus)
		return err
	})
	if err != nil {
		rt.Fatal(err)
	}
	return items
}

func (s *shopper) set(rt *rapid.T) {
	sku := rapid.SampledFrom(s.skus).Draw(rt, "sku")
	n := rapid.OneOf(rapid.IntRange(0, 3), rapid.IntRange(-2, 120)).Draw(rt, "quantity")
	v, err := s.shop.SetQuantity(s.t.Context(), s.phone, s.waID, sku, n)
	if err != nil {
		it, ok := s.items(rt)[sku]
		buyable := ok && it.VisibleAt(s.clock.Now()) && it.Orderable()
		if _, isFault := fault.As(err); !isFault || (buyable && n >= 0 && n <= 99 && !errors.Is(err, storefront.ErrCurrency)) {
			rt.Fatalf("%d of %s refused: %v", n, sku, err)
		}
		return
	}
	s.want[sku] = n
	if n == 0 {
		delete(s.want, sku)
	}
	s.see(rt, v)
}

func (s *shopper) open(rt *rapid.T) {
	v, err := s.shop.Cart(s.t.Context(), s.phone, s.waID)
	if err != nil {
		rt.Fatal(err)
	}
	s.see(rt, v)
}

// see checks a cart that was just shown.
func (s *shopper) see(rt *rapid.T, v storefront.CartView) {
	for _, r := range v.Removed {
		if _, ok := s.want[r.RetailerID]; !ok {
			rt.Fatalf("%s was removed, but was not in the cart", r.RetailerID)
		}
		delete(s.want, r.RetailerID)
	}
	items := s.items(rt)
	got := map[string]int{}
	var minor int64
	for _, l := range v.Lines {
		got[l.RetailerID] = l.Quantity
		minor += l.UnitPrice.Minor * int64(l.Quantity)
		it := items[l.RetailerID]
		if l.Quantity < 1 || l.Quantity > 99 || !it.VisibleAt(s.clock.Now()) || !it.Orderable() {
			rt.Fatalf("in the cart: %+v of %+v", l, it)
		}
		if l.UnitPrice.Amount != it.PriceAt(s.clock.Now()) || l.UnitPrice.Currency != v.Total.Currency {
			rt.Fatalf("price %s, the item costs %s, the total is %s", l.UnitPrice, it.PriceAt(s.clock.Now()), v.Total)
		}
	}
	if minor != v.Total.Minor || !maps.Equal(got, s.want) {
		rt.Fatalf("total %s of lines that sum to %d; lines %v, want %v", v.Total, minor, got, s.want)
	}
	if v.Updated != (len(v.Removed)+len(v.Repriced) > 0) {
		rt.Fatalf("updated is %v with %d removed and %d repriced", v.Updated, len(v.Removed), len(v.Repriced))
	}
	s.seen = v
}

func (s *shopper) send(rt *rapid.T) {
	var taken storefront.Taken
	err := s.db.Update(s.t.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		taken, err = storefront.TakeCartTx(ctx, tx, s.phone, s.waID)
		return err
	})
	switch {
	case errors.Is(err, storefront.ErrCartEmpty) && len(s.want) == 0:
	case err != nil:
		rt.Fatal(err)
	case taken.Changed != nil:
		s.see(rt, *taken.Changed)
	default:
		sent := map[string]int{}
		for _, l := range taken.Lines {
			sent[l.RetailerID] = l.Quantity
		}
		if taken.Total != s.seen.Total.Amount || !maps.Equal(sent, s.want) {
			rt.Fatalf("sent %v for %s, the customer saw %v for %s", sent, taken.Total, s.want, s.seen.Total)
		}
		clear(s.want)
		s.open(rt) // the sent cart is gone
	}
}
