package chat_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hawkerhq/hawker/internal/chat"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/db/dbtest"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/money"
)

const (
	cartPhone   id.ID = 400000000000001
	cartCatalog id.ID = 500000000000001
	lan               = "84901234567"
	minh              = "84912345678"
)

func cartLine(sku string, quantity int) chat.CartLine {
	return chat.CartLine{CatalogID: cartCatalog, RetailerID: sku, Title: "Phở " + sku, Image: "https://quan.example/" + sku, Quantity: quantity, Unit: money.Amount{Minor: 45000, Currency: "VND"}}
}

func inTx(t *testing.T, d *db.DB, f func(ctx context.Context, tx *db.Tx) error) {
	t.Helper()
	if err := d.Update(t.Context(), f); err != nil {
		t.Fatal(err)
	}
}

func TestACartBelongsToItsThread(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		inTx(t, d, func(ctx context.Context, tx *db.Tx) error {
			if err := chat.PutCartLinesTx(ctx, tx, cartPhone, lan, cartLine("bo", 1), cartLine("ga", 2)); err != nil {
				return err
			}
			if err := chat.PutCartLinesTx(ctx, tx, cartPhone, minh, cartLine("bo", 9)); err != nil {
				return err
			}
			return chat.PutCartLinesTx(ctx, tx, cartPhone, lan, cartLine("bo", 5))
		})
		inTx(t, d, func(ctx context.Context, tx *db.Tx) error {
			got, err := chat.CartTx(ctx, tx, cartPhone, lan)
			if diff := cmp.Diff([]chat.CartLine{cartLine("bo", 5), cartLine("ga", 2)}, got); diff != "" {
				t.Error(diff)
			}
			if n, err := chat.CartCountTx(ctx, tx, cartPhone, lan); n != 7 || err != nil {
				t.Errorf("%d pieces, %v", n, err)
			}
			if err := chat.RemoveCartLinesTx(ctx, tx, cartPhone, lan, "bo", "nothing"); err != nil {
				return err
			}
			if n, err := chat.CartCountTx(ctx, tx, cartPhone, lan); n != 2 || err != nil {
				t.Errorf("%d pieces after taking one out, %v", n, err)
			}
			if err := chat.EmptyCartTx(ctx, tx, cartPhone, lan); err != nil {
				return err
			}
			if n, err := chat.CartCountTx(ctx, tx, cartPhone, lan); n != 0 || err != nil {
				t.Errorf("%d pieces in an emptied cart, %v", n, err)
			}
			if n, err := chat.CartCountTx(ctx, tx, cartPhone, minh); n != 9 || err != nil {
				t.Errorf("%d pieces in the other cart, %v", n, err)
			}
			return err
		})
	})
}

func cartOrder(key, wamid string) chat.Order {
	vnd := func(minor int64) money.Amount { return money.Amount{Minor: minor, Currency: "VND"} }
	return chat.Order{
		PhoneID: cartPhone, WaID: lan, CatalogID: cartCatalog, WAMID: wamid, Note: "ít hành", FormKey: key,
		Lines: []chat.OrderLine{
			{RetailerID: "ga", Title: "Phở gà", Quantity: 2, Unit: vnd(45000)},
			{RetailerID: "bo", Title: "Phở bò", Image: "https://quan.example/bo", Quantity: 1, Unit: vnd(50000)},
		},
	}
}

func TestAnOrderIsStoredAsItWasSent(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var stored chat.Order
		inTx(t, d, func(ctx context.Context, tx *db.Tx) error {
			var created bool
			var err error
			stored, created, err = chat.CreateOrderTx(ctx, tx, cartOrder("key", "wamid.A"))
			if !created || stored.Total != (money.Amount{Minor: 140000, Currency: "VND"}) || stored.ID == 0 || stored.Items() != 3 {
				t.Errorf("created %v: %+v", created, stored)
			}
			return err
		})
		inTx(t, d, func(ctx context.Context, tx *db.Tx) error {
			got, ok, err := chat.OrderByWAMIDTx(ctx, tx, cartPhone, lan, "wamid.A")
			if diff := cmp.Diff(stored, got); !ok || diff != "" {
				t.Error(ok, diff)
			}
			if _, ok, err := chat.OrderByWAMIDTx(ctx, tx, cartPhone, minh, "wamid.A"); ok || err != nil {
				t.Errorf("another customer sees the order: %v, %v", ok, err)
			}
			return err
		})
	})
}

func TestOneOrderAFormKey(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		const taps = 8
		ids := make([]id.ID, taps)
		created := make([]bool, taps)
		var wg sync.WaitGroup
		for i := range taps {
			wg.Go(func() {
				err := d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
					o, made, err := chat.CreateOrderTx(ctx, tx, cartOrder("key", fmt.Sprintf("wamid.%d", i)))
					ids[i], created[i] = o.ID, made
					return err
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		made := 0
		for i := range taps {
			if ids[i] != ids[0] {
				t.Errorf("tap %d made order %s, tap 0 order %s", i, ids[i], ids[0])
			}
			if created[i] {
				made++
			}
		}
		if made != 1 {
			t.Errorf("%d orders were made", made)
		}
		// Without a key, and in another thread, the same cart is another order.
		inTx(t, d, func(ctx context.Context, tx *db.Tx) error {
			for _, o := range []chat.Order{cartOrder("", "wamid.x"), cartOrder("", "wamid.y")} {
				if _, made, err := chat.CreateOrderTx(ctx, tx, o); !made || err != nil {
					t.Errorf("created %v, %v", made, err)
				}
			}
			other := cartOrder("key", "wamid.z")
			other.WaID = minh
			_, made, err := chat.CreateOrderTx(ctx, tx, other)
			if !made {
				t.Error("another customer's form key was taken for this one")
			}
			return err
		})
	})
}
