package storefront

import (
	"context"
	"strconv"
	"time"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/chat"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/money"
)

// ParseQuantity reads a quantity as a program or a form wrote it: a whole number from 0 to [MaxQuantity] in
// plain digits, as JSON writes one.
func ParseQuantity(text string) (int, error) {
	n, err := strconv.ParseInt(text, 10, 32)
	if err != nil || strconv.FormatInt(n, 10) != text {
		return 0, badQuantity(text)
	}
	if err := checkQuantity(n); err != nil {
		return 0, err
	}
	return int(n), nil
}

func checkQuantity(n int64) error {
	if n < 0 || n > MaxQuantity {
		return ErrQuantity.Withf("quantity", "quantity is %d; a cart takes 1 to %d of an item, and 0 takes the item out", n, MaxQuantity)
	}
	return nil
}

func badQuantity(text string) error {
	const most = 20
	if r := []rune(text); len(r) > most {
		text = string(r[:most]) + "…"
	}
	return ErrQuantity.Withf("quantity", "quantity %q is not a whole number; a cart takes 1 to %d of an item, and 0 takes the item out", text, MaxQuantity)
}

// Cart opens the cart of a chat. It is re-priced first: what can no longer be bought is taken out, and the
// view says what changed. Having been shown, the change is acknowledged: the next opening is not Updated.
func (s *Service) Cart(ctx context.Context, phoneID id.ID, waID string) (CartView, error) {
	var v CartView
	err := s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		sh, err := shopTx(ctx, tx, phoneID)
		if err != nil {
			return err
		}
		v, err = sh.openCart(ctx, tx, waID)
		return err
	})
	return v, err
}

// SetQuantity puts an item into the cart of a chat, changes how many there are (1 to 99), or takes it out (0).
// Only an item of the connected catalog that customers see and that is in stock goes in. The returned cart
// is re-priced, as if opened.
func (s *Service) SetQuantity(ctx context.Context, phoneID id.ID, waID, retailerID string, quantity int) (CartView, error) {
	var v CartView
	if err := checkQuantity(int64(quantity)); err != nil {
		return v, err
	}
	err := s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		sh, err := shopTx(ctx, tx, phoneID)
		if err != nil {
			return err
		}
		if quantity == 0 && catalog.CheckRetailerID(retailerID) == "" { // no other id is ever in a cart
			err = chat.RemoveCartLinesTx(ctx, tx, phoneID, waID, retailerID)
		}
		if err != nil {
			return err
		}
		if quantity > 0 {
			if err := sh.checkCart(); err != nil {
				return err
			}
		}
		if v, err = sh.openCart(ctx, tx, waID); err != nil || quantity == 0 {
			return err
		}
		line, err := sh.newLine(ctx, tx, v, retailerID, quantity)
		if err != nil {
			return err
		}
		if err := chat.PutCartLinesTx(ctx, tx, phoneID, waID, line); err != nil {
			return err
		}
		changed := v
		if v, err = sh.openCart(ctx, tx, waID); err != nil {
			return err
		}
		v.Updated, v.Repriced, v.Removed = changed.Updated, changed.Repriced, changed.Removed
		return nil
	})
	return v, err
}

// checkCart returns a fault unless the shop takes orders by cart.
func (sh shop) checkCart() error {
	if err := sh.open(); err != nil {
		return err
	}
	if !sh.settings.CartEnabled {
		return ErrCartDisabled.With("", "the business has set is_cart_enabled to false; set it with POST /{phone-number-id}/whatsapp_commerce_settings")
	}
	return nil
}

// newLine is the line of an item that may go into the cart shown by v.
func (sh shop) newLine(ctx context.Context, tx *db.Tx, v CartView, retailerID string, quantity int) (chat.CartLine, error) {
	found, err := sh.visible(ctx, tx, []string{retailerID})
	if err != nil {
		return chat.CartLine{}, err
	}
	it, ok := found[retailerID]
	if !ok {
		return chat.CartLine{}, unavailable(retailerID)
	}
	if !it.Orderable() {
		return chat.CartLine{}, ErrOutOfStock.Withf("product_retailer_id", "item %s has the availability %q; only items in stock go into a cart",
			retailerID, it.Availability).Fact("product", it.Title)
	}
	line := fresh(it, quantity, tx.Now())
	if v.Total.Currency != "" && v.Total.Currency != line.Unit.Currency {
		return chat.CartLine{}, ErrCurrency.Withf("product_retailer_id", "item %s is priced in %s, the cart in %s; a cart has one currency: send it first",
			retailerID, line.Unit.Currency, v.Total.Currency)
	}
	return line, nil
}

// fresh is a cart line of an item as it is now.
func fresh(it catalog.Item, quantity int, now time.Time) chat.CartLine {
	return chat.CartLine{
		CatalogID: it.CatalogID, RetailerID: it.RetailerID, Title: it.FullTitle(), Image: it.ImageLink,
		Quantity: quantity, Unit: it.PriceAt(now),
	}
}

// openCart brings the stored cart of a thread up to date and shows it.
func (sh shop) openCart(ctx context.Context, tx *db.Tx, waID string) (CartView, error) {
	v := CartView{PhoneID: sh.number.ID, WaID: waID, Lines: []CartLine{}, CartEnabled: sh.settings.CartEnabled}
	stored, err := chat.CartTx(ctx, tx, sh.number.ID, waID)
	if err != nil || len(stored) == 0 || !sh.settings.CartEnabled {
		return v, err
	}
	ids := make([]string, len(stored))
	for i, l := range stored {
		ids[i] = l.RetailerID
	}
	items, err := sh.visible(ctx, tx, ids)
	if err != nil {
		return CartView{}, err
	}
	var changed []chat.CartLine
	var gone []string
	for _, old := range stored {
		it, ok := items[old.RetailerID]
		now := fresh(it, old.Quantity, tx.Now())
		if !ok || !it.Orderable() || old.CatalogID != sh.catalogID || (v.Total.Currency != "" && now.Unit.Currency != v.Total.Currency) {
			v.remove(old)
			gone = append(gone, old.RetailerID)
			continue
		}
		v.add(old, now, regular(it, tx.Now()))
		if now != old {
			changed = append(changed, now)
		}
	}
	if err := chat.RemoveCartLinesTx(ctx, tx, sh.number.ID, waID, gone...); err != nil {
		return CartView{}, err
	}
	return v, chat.PutCartLinesTx(ctx, tx, sh.number.ID, waID, changed...)
}

// remove shows a stored line as taken out.
func (v *CartView) remove(old chat.CartLine) {
	v.Updated = true
	v.Removed = append(v.Removed, CartLine{
		RetailerID: old.RetailerID, Title: old.Title, Image: old.Image, Quantity: old.Quantity,
		UnitPrice: Price{old.Unit}, LineTotal: Price{old.Unit.Times(old.Quantity)}, Unavailable: true,
	})
}

// add shows a line at its price of now, and what it was before. A new title or picture is shown, but is no
// change that a customer has to be told of.
func (v *CartView) add(old, now chat.CartLine, was *Price) {
	if old.Unit != now.Unit {
		v.Updated = true
		was = &Price{old.Unit}
		v.Repriced = append(v.Repriced, RepricedLine{RetailerID: now.RetailerID, Title: now.Title, Old: *was, New: Price{now.Unit}})
	}
	total := now.Unit.Times(now.Quantity)
	v.Lines = append(v.Lines, CartLine{
		RetailerID: now.RetailerID, Title: now.Title, Image: now.Image, Quantity: now.Quantity,
		UnitPrice: Price{now.Unit}, WasPrice: was, LineTotal: Price{total},
	})
	v.Items += now.Quantity
	v.Total = Price{v.Total.Plus(total)}
}

// Taken is a cart taken out of its chat to be sent, or what kept it from being taken.
type Taken struct {
	CatalogID id.ID
	Lines     []chat.OrderLine
	Total     money.Amount
	// Changed is set when the shop changed something since the customer last saw the cart. Nothing was taken;
	// the cart was brought up to date. Let the transaction commit, then answer with Err.
	Changed *CartView
}

// Err is a [CartChangedError] where the cart had changed, else nil.
func (t Taken) Err() error {
	if t.Changed == nil {
		return nil
	}
	return &CartChangedError{View: *t.Changed}
}

// TakeCartTx empties the cart of a chat and returns its lines, each at the price of now, to be sent as an
// order in the same transaction. An empty cart answers [ErrCartEmpty], a shop without carts
// [ErrCartDisabled] or [ErrNoCatalog]. See Taken.Changed for a cart that changed behind the customer's back.
func TakeCartTx(ctx context.Context, tx *db.Tx, phoneID id.ID, waID string) (Taken, error) {
	sh, err := shopTx(ctx, tx, phoneID)
	if err != nil {
		return Taken{}, err
	}
	if err := sh.checkCart(); err != nil {
		return Taken{}, err
	}
	v, err := sh.openCart(ctx, tx, waID)
	if err != nil {
		return Taken{}, err
	}
	if v.Updated {
		return Taken{Changed: &v}, nil
	}
	if len(v.Lines) == 0 {
		return Taken{}, ErrCartEmpty.With("", "the cart is empty; put an item into it first")
	}
	taken := Taken{CatalogID: sh.catalogID, Total: v.Total.Amount}
	for _, l := range v.Lines {
		taken.Lines = append(taken.Lines, chat.OrderLine{
			RetailerID: l.RetailerID, Title: l.Title, Image: l.Image, Quantity: l.Quantity, Unit: l.UnitPrice.Amount,
		})
	}
	return taken, chat.EmptyCartTx(ctx, tx, phoneID, waID)
}
