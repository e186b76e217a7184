package storefront_test

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/chat"
	"github.com/hawkerhq/hawker/internal/money"
	"github.com/hawkerhq/hawker/internal/storefront"
)

func TestACartFillsAndEmpties(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, m *mart) {
		m.put(t, "bo")
		m.put(t, "ga", "price", "50000 VND")
		m.add(t, "bo", 1)
		m.clock.Advance(time.Second)
		m.add(t, "ga", 2)
		v := m.add(t, "bo", 99)
		if len(v.Lines) != 2 || v.Lines[0].RetailerID != "bo" || v.Lines[0].Quantity != 99 || v.Items != 101 || v.Total != vnd(99*45000+100000) || v.Updated {
			t.Errorf("%+v", v)
		}
		if other, err := m.shop.Cart(t.Context(), m.phone, minh); err != nil || len(other.Lines) != 0 {
			t.Errorf("another customer's cart: %+v, %v", other, err)
		}
		if v = m.add(t, "bo", 0); len(v.Lines) != 1 || v.Items != 2 {
			t.Errorf("after taking one out: %+v", v)
		}
		if v = m.add(t, "nothing", 0); len(v.Lines) != 1 {
			t.Errorf("taking out what is not in: %+v", v)
		}
	})
}

func TestWhatACartRefuses(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, m *mart) {
		m.put(t, "bo")
		m.put(t, "sold", "availability", "out of stock")
		m.put(t, "dollar", "price", "9.90 USD")
		m.offer(t, "pending")
		set := func(sku string, n int) error {
			_, err := m.shop.SetQuantity(t.Context(), m.phone, lan, sku, n)
			return err
		}
		refused(t, set("bo", -1), storefront.ErrQuantity, "quantity")
		refused(t, set("bo", 100), storefront.ErrQuantity, "quantity")
		refused(t, set("sold", 1), storefront.ErrOutOfStock, "product_retailer_id")
		refused(t, set("pending", 1), storefront.ErrProductUnavailable, "product_retailer_id")
		refused(t, set("nothing", 1), storefront.ErrProductUnavailable, "product_retailer_id")
		m.add(t, "bo", 1)
		refused(t, set("dollar", 1), storefront.ErrCurrency, "product_retailer_id")
		m.set(t, false, true)
		refused(t, set("bo", 2), storefront.ErrCartDisabled, "")
		if v := m.cart(t); v.CartEnabled || len(v.Lines) != 0 {
			t.Errorf("a cart where there is none: %+v", v)
		}
		_, err := m.take(t)
		refused(t, err, storefront.ErrCartDisabled, "")
		m.set(t, true, true)
		if v := m.cart(t); len(v.Lines) != 1 || v.Items != 1 || v.Updated {
			t.Errorf("the cart did not come back as it was: %+v", v)
		}
	})
}

func TestAnOpenedCartIsUpToDate(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, m *mart) {
		for _, sku := range []string{"bo", "ga", "chay", "nem", "che"} {
			m.put(t, sku)
			m.add(t, sku, 2)
			m.clock.Advance(time.Second)
		}
		m.put(t, "bo", "price", "47000 VND")
		m.put(t, "ga", "availability", "out of stock")
		m.remove(t, "chay")
		m.judge(t, "nem", catalog.Rejected)

		v := m.cart(t)
		if !v.Updated || v.Items != 4 || v.Total != vnd(2*47000+2*45000) {
			t.Errorf("%+v", v)
		}
		if diff := cmp.Diff([]storefront.RepricedLine{{RetailerID: "bo", Title: "Phở bo", Old: vnd(45000), New: vnd(47000)}}, v.Repriced); diff != "" {
			t.Error(diff)
		}
		if v.Lines[0].WasPrice == nil || *v.Lines[0].WasPrice != vnd(45000) {
			t.Errorf("the old price is not struck: %+v", v.Lines[0])
		}
		var gone []string
		for _, r := range v.Removed {
			gone = append(gone, r.Title)
			if !r.Unavailable {
				t.Errorf("%+v is not marked", r)
			}
		}
		if !slices.Equal(gone, []string{"Phở ga", "Phở chay", "Phở nem"}) {
			t.Errorf("removed %v", gone)
		}
		// Seen once, it is no news; what came back to stock does not come back to the cart.
		m.put(t, "ga")
		if again := m.cart(t); again.Updated || again.Removed != nil || again.Repriced != nil || again.Items != 4 || again.Total != v.Total {
			t.Errorf("opened again: %+v", again)
		}
		// A new title is shown without ado.
		m.put(t, "bo", "price", "47000 VND", "title", "Phở bò tái lăn")
		if again := m.cart(t); again.Updated || again.Lines[0].Title != "Phở bò tái lăn" {
			t.Errorf("after a new title: %+v", again)
		}
	})
}

func TestASaleThatEndsReprices(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, m *mart) {
		m.put(t, "bo", "sale_price", "40000 VND", "sale_price_effective_date", "2026-11-23T00:00Z/2026-11-23T12:00Z")
		if v := m.add(t, "bo", 3); v.Total != vnd(120000) {
			t.Errorf("%+v", v)
		}
		m.clock.Advance(4 * time.Hour)
		_, err := m.take(t)
		var changed *storefront.CartChangedError
		if !errors.As(err, &changed) || !errors.Is(err, storefront.ErrCartChanged) || changed.View.Total != vnd(135000) || len(changed.View.Repriced) != 1 {
			t.Fatalf("the dearer cart was taken: %v", err)
		}
		taken, err := m.take(t)
		if err != nil || taken.Total != vnd(135000).Amount {
			t.Errorf("%+v, %v", taken, err)
		}
	})
}

func TestTakingACart(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, m *mart) {
		_, err := m.take(t)
		refused(t, err, storefront.ErrCartEmpty, "")
		m.put(t, "bo", "sale_price", "40000 VND")
		m.put(t, "ga")
		m.add(t, "bo", 2)
		m.clock.Advance(time.Second)
		m.add(t, "ga", 1)
		m.put(t, "ga", "availability", "out of stock")
		_, err = m.take(t)
		var changed *storefront.CartChangedError
		if !errors.As(err, &changed) || len(changed.View.Removed) != 1 || changed.View.Removed[0].RetailerID != "ga" || changed.View.Items != 2 {
			t.Fatalf("%v", err)
		}
		if !strings.Contains(err.Error(), "One or more items in your cart have been updated") {
			t.Errorf("the words are not the contract's: %v", err)
		}
		taken, err := m.take(t)
		if err != nil {
			t.Fatal(err)
		}
		want := []chat.OrderLine{{
			RetailerID: "bo", Title: "Phở bo", Image: "https://quan.example/bo.jpg", Quantity: 2, Unit: money.Amount{Minor: 40000, Currency: "VND"},
		}}
		if diff := cmp.Diff(want, taken.Lines); diff != "" || taken.CatalogID != m.menu || taken.Total != vnd(80000).Amount {
			t.Error(diff, taken)
		}
		if v := m.cart(t); len(v.Lines) != 0 || v.Updated {
			t.Errorf("left in the cart: %+v", v)
		}
		_, err = m.take(t)
		refused(t, err, storefront.ErrCartEmpty, "")
	})
}

func TestAnotherCatalogEmptiesTheCart(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, m *mart) {
		m.put(t, "bo")
		m.add(t, "bo", 1)
		if err := m.shop.Disconnect(t.Context(), caller(quan), m.waba, m.menu); err != nil {
			t.Fatal(err)
		}
		m.menu = m.newCatalog(t, quan, "Thực đơn mới", "")
		if err := m.shop.Connect(t.Context(), caller(quan), m.waba, m.menu); err != nil {
			t.Fatal(err)
		}
		m.put(t, "bo")
		if v := m.cart(t); !v.Updated || len(v.Removed) != 1 || len(v.Lines) != 0 {
			t.Errorf("%+v", v)
		}
	})
}

func TestACartIsTakenOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, m *mart) {
		m.put(t, "bo")
		m.add(t, "bo", 1)
		var wg sync.WaitGroup
		errs := make([]error, 6)
		for i := range errs {
			wg.Go(func() { _, errs[i] = m.take(t) })
		}
		wg.Wait()
		sent := 0
		for _, err := range errs {
			if err == nil {
				sent++
			} else {
				refused(t, err, storefront.ErrCartEmpty, "")
			}
		}
		if sent != 1 {
			t.Errorf("the cart was taken %d times", sent)
		}
	})
}

func TestParseQuantity(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{"0": 0, "1": 1, "99": 99} {
		if n, err := storefront.ParseQuantity(text); n != want || err != nil {
			t.Errorf("%q: %d, %v", text, n, err)
		}
	}
	for _, text := range []string{
		"", " ", "-1", "100", "1.5", "1.0", "1e1", "two", "null", `"2"`, "0x1", "+1", "01", "99999999999999999999", "-9223372036854775808", "1 2", "[1]",
		strings.Repeat("9", 10000),
	} {
		_, err := storefront.ParseQuantity(text)
		refused(t, err, storefront.ErrQuantity, "quantity")
	}
}

func FuzzParseQuantity(f *testing.F) {
	for _, s := range []string{"1", "99", "100", "-1", "1.5", "1e400", "null", "\"1\"", "９"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n, err := storefront.ParseQuantity(s)
		if err == nil && (n < 0 || n > storefront.MaxQuantity) {
			t.Errorf("%q is taken as %d", s, n)
		}
		if err != nil && (n != 0 || !errors.Is(err, storefront.ErrQuantity)) {
			t.Errorf("%q: %v", s, err)
		}
	})
}
