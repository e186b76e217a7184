package storefront_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/money"
	"github.com/hawkerhq/hawker/internal/storefront"
	"github.com/hawkerhq/hawker/internal/waba"
)

func vnd(minor int64) storefront.Price {
	return storefront.Price{Amount: money.Amount{Minor: minor, Currency: "VND"}}
}

// shown lists the SKUs of a storefront's page.
func shown(v storefront.StorefrontView) []string {
	var skus []string
	for _, p := range v.Products {
		skus = append(skus, p.RetailerID)
	}
	return skus
}

func TestCustomersSeeOnlyVisibleItems(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, m *mart) {
		m.put(t, "bo", "title", "Phở bò tái")
		m.put(t, "sold", "title", "Phở gà", "availability", "out of stock")
		m.offer(t, "pending")
		m.put(t, "rejected")
		m.judge(t, "rejected", catalog.Rejected)
		m.put(t, "hidden", "visibility", "hidden")
		m.put(t, "expiring", "expiration_date", "2026-11-24")
		v, err := m.shop.Storefront(t.Context(), m.phone, lan, storefront.Query{})
		if diff := cmp.Diff([]string{"bo", "sold", "expiring"}, shown(v)); diff != "" || err != nil {
			t.Error(diff, err)
		}
		if v.BusinessName != "Quán Góc Phố" || v.CatalogID != m.menu || !v.CartEnabled || v.Next != 0 {
			t.Errorf("%+v", v)
		}
		m.clock.Advance(72 * time.Hour)
		v, err = m.shop.Storefront(t.Context(), m.phone, lan, storefront.Query{Search: "PHO bo"})
		if diff := cmp.Diff([]string{"bo"}, shown(v)); diff != "" || err != nil {
			t.Error(diff, err)
		}
		for _, sku := range []string{"pending", "rejected", "hidden", "expiring", "nothing"} {
			_, err := m.shop.Product(t.Context(), m.phone, lan, sku)
			refused(t, err, storefront.ErrProductUnavailable, "product_retailer_id")
		}
		_, err = m.shop.Storefront(t.Context(), m.phone, lan, storefront.Query{Search: strings.Repeat("ở", 201)})
		refused(t, err, storefront.ErrSearch, "q")
	})
}

func TestStorefrontPages(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, m *mart) {
		want := []string{"a", "b", "c", "d", "e"}
		for _, sku := range want {
			m.put(t, sku)
		}
		m.add(t, "b", 4)
		var got []string
		q := storefront.Query{Limit: 2}
		for range 4 {
			v, err := m.shop.Storefront(t.Context(), m.phone, lan, q)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range v.Products {
				if want := map[string]int{"b": 4}[p.RetailerID]; p.InCart != want {
					t.Errorf("%d of %s in the cart, want %d", p.InCart, p.RetailerID, want)
				}
			}
			if v.CartItems != 4 {
				t.Errorf("%d pieces in the cart", v.CartItems)
			}
			got = append(got, shown(v)...)
			if q.After = v.Next; v.Next == 0 {
				break
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("pages hold %v", got)
		}
	})
}

func TestProductPage(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, m *mart) {
		m.put(t, "bo", "sale_price", "40000 VND", "sale_price_effective_date", "2026-11-23T00:00Z/2026-11-23T12:00Z",
			"additional_image_link", []any{"https://quan.example/2.jpg"})
		v, err := m.shop.Product(t.Context(), m.phone, lan, "bo")
		was := vnd(45000)
		want := storefront.ProductView{
			ID: v.ID, CatalogID: m.menu, RetailerID: "bo", Title: "Phở bo", Description: "Nóng hổi", Brand: "Quán",
			Link: "https://quan.example/bo", Image: "https://quan.example/bo.jpg",
			Images: []string{"https://quan.example/bo.jpg", "https://quan.example/2.jpg"},
			Price:  vnd(40000), WasPrice: &was, Availability: "in stock", InStock: true, CanAdd: true,
		}
		if diff := cmp.Diff(want, v); diff != "" || err != nil {
			t.Error(diff, err)
		}
		m.clock.Advance(4 * time.Hour)
		if v, err = m.shop.Product(t.Context(), m.phone, lan, "bo"); err != nil || v.Price != vnd(45000) || v.WasPrice != nil {
			t.Errorf("after the sale: %+v, %v", v, err)
		}
		// Cart off: everything is shown, nothing can be added. Catalog hidden: a product still opens.
		m.set(t, false, false)
		if v, err = m.shop.Product(t.Context(), m.phone, lan, "bo"); err != nil || v.CanAdd || !v.InStock {
			t.Errorf("with the cart off: %+v, %v", v, err)
		}
		m.set(t, true, false)
		if v, err = m.shop.Product(t.Context(), m.phone, lan, "bo"); err != nil || !v.CanAdd {
			t.Errorf("with the catalog hidden: %+v, %v", v, err)
		}
	})
}

func TestClosedStorefronts(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, m *mart) {
		m.put(t, "bo")
		m.set(t, true, false)
		_, err := m.shop.Storefront(t.Context(), m.phone, lan, storefront.Query{})
		refused(t, err, storefront.ErrCatalogHidden, "")
		if err := m.shop.Disconnect(t.Context(), caller(quan), m.waba, m.menu); err != nil {
			t.Fatal(err)
		}
		_, err = m.shop.Storefront(t.Context(), m.phone, lan, storefront.Query{})
		refused(t, err, storefront.ErrNoCatalog, "")
		_, err = m.shop.Product(t.Context(), m.phone, lan, "bo")
		refused(t, err, storefront.ErrProductUnavailable, "product_retailer_id")
		_, err = m.shop.SetQuantity(t.Context(), m.phone, lan, "bo", 1)
		refused(t, err, storefront.ErrNoCatalog, "")
		_, err = m.shop.Storefront(t.Context(), m.phone+1, lan, storefront.Query{})
		refused(t, err, waba.ErrNumberUnknown, "")
	})
}

func TestViewsAsJSON(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, m *mart) {
		empty, err := json.Marshal(m.cart(t))
		if err != nil {
			t.Fatal(err)
		}
		want := `{"phone_number_id":"` + m.phone.String() + `","wa_id":"84901234567","lines":[],"items":0,"updated":false,"cart_enabled":true}`
		if diff := cmp.Diff(want, string(empty)); diff != "" {
			t.Error(diff)
		}
		m.put(t, "bo", "price", "9.90 USD", "sale_price", "9 USD")
		full, err := json.Marshal(m.add(t, "bo", 2))
		if err != nil {
			t.Fatal(err)
		}
		want = `{"phone_number_id":"` + m.phone.String() + `","wa_id":"84901234567","lines":[{"retailer_id":"bo","title":"Phở bo",` +
			`"image_url":"https://quan.example/bo.jpg","quantity":2,"unit_price":{"amount":9,"currency":"USD"},` +
			`"was_price":{"amount":9.9,"currency":"USD"},"line_total":{"amount":18,"currency":"USD"}}],"items":2,` +
			`"total":{"amount":18,"currency":"USD"},"updated":false,"cart_enabled":true}`
		if diff := cmp.Diff(want, string(full)); diff != "" {
			t.Error(diff)
		}
	})
}
