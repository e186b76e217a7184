package storefront_test

import (
	"testing"

	"github.com/hawkerhq/hawker/internal/storefront"
)

// A path or form may hold any bytes: such an item is one the shop does not have.
func TestItemsWhoseIDIsNoText(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, m *mart) {
		m.put(t, "pho")
		m.add(t, "pho", 1)
		for _, bad := range []string{"pho\x00", "\xff"} {
			_, err := m.shop.Product(t.Context(), m.phone, lan, bad)
			refused(t, err, storefront.ErrProductUnavailable, "product_retailer_id")
			_, err = m.shop.SetQuantity(t.Context(), m.phone, lan, bad, 1)
			refused(t, err, storefront.ErrProductUnavailable, "product_retailer_id")
			if v, err := m.shop.SetQuantity(t.Context(), m.phone, lan, bad, 0); err != nil || len(v.Lines) != 1 {
				t.Errorf("taking out what is not in: %v, %v", v.Lines, err)
			}
		}
	})
}
