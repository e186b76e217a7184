package web

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/chat"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/i18n"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/messaging"
	"github.com/hawkerhq/hawker/internal/money"
	"github.com/hawkerhq/hawker/internal/policy"
	"github.com/hawkerhq/hawker/internal/storefront"
	"github.com/hawkerhq/hawker/internal/ui"
	"github.com/hawkerhq/hawker/internal/waba"
)

// shopOf is the other end of the chat, with what stands in the cart.
func (s *Server) shopOf(v *visit) (Business, money.Amount, error) {
	view, err := s.Exchange.Business(v.Context(), v.phone, v.customer.WaID)
	if err != nil {
		return Business{}, money.Amount{}, err
	}
	var total money.Amount
	err = s.DB.View(v.Context(), func(ctx context.Context, tx *db.Tx) error {
		total = money.Amount{}
		lines, err := chat.CartTx(ctx, tx, v.phone, v.customer.WaID)
		for _, l := range lines {
			total = total.Plus(l.Unit.Times(l.Quantity))
		}
		return err
	})
	return v.business(view), total, err
}

// messageItems is the sheet of a multi-product message.
func (s *Server) messageItems(v *visit) error {
	b, total, err := s.shopOf(v)
	if err != nil {
		return err
	}
	m, err := s.Exchange.Message(v.Context(), v.phone, v.customer.WaID, v.URL.Query().Get("m"))
	if err != nil {
		return err
	}
	sh, err := s.shell(v, m.Header, b.At()+"/live")
	if err != nil {
		return err
	}
	p := ListPage{Shell: sh, Business: b, Heading: m.Header, Text: m.Text, Back: b.At(), Total: total}
	for _, shelf := range m.Sections {
		section := Section{Title: shelf.Title}
		for _, g := range shelf.Products {
			c := goodsCard(b, m.ID, g)
			p.Changed = p.Changed || c.Changed || c.Gone || !c.Available
			section.Cards = append(section.Cards, c)
		}
		p.Sections = append(p.Sections, section)
	}
	return s.show(v, http.StatusOK, "list.html", p)
}

// catalog is the storefront.
func (s *Server) catalog(v *visit) error {
	q := v.URL.Query()
	var after id.ID
	if text := q.Get("after"); text != "" {
		var err error
		if after, err = catalog.ParseKey(text); err != nil {
			return errNothing
		}
	}
	view, err := s.Store.Storefront(v.Context(), v.phone, v.customer.WaID, storefront.Query{Search: q.Get("q"), After: after})
	if err != nil {
		return err
	}
	b, total, err := s.shopOf(v)
	if err != nil {
		return err
	}
	sh, err := s.shell(v, i18n.T(v.lang, "shop.catalog"), b.At()+"/live")
	if err != nil {
		return err
	}
	p := ListPage{
		Shell: sh, Business: b, Heading: i18n.T(v.lang, "shop.catalog"), Back: b.At(), Search: q.Get("q"), Searchable: true, Total: total,
	}
	section := Section{}
	for _, product := range view.Products {
		section.Cards = append(section.Cards, card(b, product))
	}
	if len(section.Cards) > 0 {
		p.Sections = []Section{section}
	}
	if view.Next != 0 {
		p.More = b.At() + "/catalog?" + url.Values{"q": {q.Get("q")}, "after": {view.Next.String()}}.Encode()
	}
	return s.show(v, http.StatusOK, "list.html", p)
}

// moreMost is how many other products a product's page offers.
const moreMost = 6

func (s *Server) product(v *visit) error {
	view, err := s.Store.Product(v.Context(), v.phone, v.customer.WaID, v.PathValue("sku"))
	if err != nil {
		return err
	}
	b, _, err := s.shopOf(v)
	if err != nil {
		return err
	}
	sh, err := s.shell(v, view.Title, b.At()+"/live")
	if err != nil {
		return err
	}
	p := ProductPage{
		Shell: sh, Business: b, Back: b.At(), Card: card(b, view), Images: view.Images, Link: view.Link, SoldOut: !view.InStock, Legal: view.Legal,
		Reported: v.URL.Query().Get("reported") != "", Options: options(v.lang, b, view.Variants, view.RetailerID), Share: "/p/" + view.ID.String() + "/" + b.Digits,
		SeenIn: v.URL.Query().Get("m"),
	}
	if v.embedded { // the link leads to a phone's chat
		p.Share = ""
	}
	others, err := s.Store.Storefront(v.Context(), v.phone, v.customer.WaID, storefront.Query{Limit: moreMost + 1})
	if err != nil && !errors.Is(err, storefront.ErrCatalogHidden) {
		return err
	}
	for _, o := range others.Products {
		if o.RetailerID != view.RetailerID && len(p.More) < moreMost {
			p.More = append(p.More, card(b, o))
		}
	}
	return s.show(v, http.StatusOK, "product.html", p)
}

// cart opens the cart: it is re-priced, and what changed is told.
func (s *Server) cart(v *visit) error {
	view, err := s.Store.Cart(v.Context(), v.phone, v.customer.WaID)
	if err != nil {
		return err
	}
	return s.showCart(v, http.StatusOK, view, "", "")
}

func (s *Server) showCart(v *visit, status int, view storefront.CartView, note, problem string) error {
	b, _, err := s.shopOf(v)
	if err != nil {
		return err
	}
	sh, err := s.shell(v, i18n.T(v.lang, "cart.title"), "")
	if err != nil {
		return err
	}
	p := CartPage{
		Shell: sh, Business: b, Back: b.At(), Subtotal: view.Total.Amount, Units: view.Items, Note: note, FormKey: rand.Text(), Problem: problem,
	}
	p.Path = b.At() + "/cart"
	for _, l := range view.Lines {
		c := Card{SKU: l.RetailerID, Title: l.Title, Image: l.Image, Price: l.UnitPrice.Amount, Available: true, Quantity: l.Quantity, Href: productPath(b, l.RetailerID)}
		if l.WasPrice != nil {
			was := l.WasPrice.Amount
			c.Before = &was
		}
		p.Lines = append(p.Lines, c)
	}
	if view.Updated {
		p.Changed = &CartChange{}
		for _, l := range view.Removed {
			p.Changed.Removed = append(p.Changed.Removed, l.Title)
		}
		for _, l := range view.Repriced {
			p.Changed.Repriced = append(p.Changed.Repriced, Repriced{Title: l.Title, Before: l.Old.Amount, Now: l.New.Amount})
		}
	}
	return s.show(v, status, "cart.html", p)
}

// putCart changes how many of an item are in the cart and goes back to where the button was.
func (s *Server) putCart(v *visit) error {
	n, err := storefront.ParseQuantity(v.PostFormValue("quantity"))
	if err == nil {
		var view storefront.CartView
		view, err = s.Store.SetQuantity(v.Context(), v.phone, v.customer.WaID, v.PostFormValue("sku"), n)
		if err == nil && view.Updated {
			return s.showCart(v, http.StatusOK, view, "", "")
		}
	}
	if err != nil {
		return err
	}
	return v.redirect(afterCart(ui.LocalPath(v.PostFormValue("back"), v.at()+"/cart"), v.PostFormValue("sku"), v.PostFormValue("was"), n))
}

func (s *Server) sendCart(v *visit) error {
	note := v.PostFormValue("note")
	_, err := s.Exchange.SendCart(v.Context(), v.phone, v.customer.WaID, note, v.PostFormValue("form_key"))
	var changed *storefront.CartChangedError
	if errors.As(err, &changed) {
		return s.showCart(v, http.StatusConflict, changed.View, note, "")
	}
	if f, ok := fault.As(err); ok && !errors.Is(err, storefront.ErrCartEmpty) {
		view, cartErr := s.Store.Cart(v.Context(), v.phone, v.customer.WaID)
		if cartErr != nil {
			return cartErr
		}
		return s.showCart(v, http.StatusUnprocessableEntity, view, note, ui.Words(v.lang, f))
	}
	if err != nil {
		return err
	}
	return v.redirect(v.at())
}

func (s *Server) order(v *visit) error {
	m, err := s.Exchange.Message(v.Context(), v.phone, v.customer.WaID, v.URL.Query().Get("m"))
	if err != nil {
		return err
	}
	if m.Order == nil {
		return messaging.ErrNoMessage.With("m", "that message carries no order")
	}
	b, _, err := s.shopOf(v)
	if err != nil {
		return err
	}
	sh, err := s.shell(v, i18n.T(v.lang, "cart.sent_title"), "")
	if err != nil {
		return err
	}
	p := OrderPage{Shell: sh, Business: b, Back: b.At(), Total: m.Order.Total.Amount, Units: m.Order.Items, Note: m.Order.Note, At: m.At}
	for _, l := range m.Order.Lines {
		p.Lines = append(p.Lines, Card{SKU: l.RetailerID, Title: l.Title, Image: l.Image, Price: l.UnitPrice.Amount, Quantity: l.Quantity, Href: productPath(b, l.RetailerID)})
	}
	return s.show(v, http.StatusOK, "order.html", p)
}

// report takes what a customer says is wrong with a product.
func (s *Server) report(v *visit) error {
	sku, seenIn := v.PathValue("sku"), v.PostFormValue("m")
	if seenIn != "" {
		m, err := s.Exchange.Message(v.Context(), v.phone, v.customer.WaID, seenIn)
		if err != nil {
			return err
		}
		if !m.Shows(sku) {
			seenIn = ""
		}
	}
	err := s.Reviewer.Report(v.Context(), policy.Report{
		PhoneID: v.phone, WaID: v.customer.WaID, RetailerID: sku, WAMID: seenIn, Reason: v.PostFormValue("reason"), Text: strings.TrimSpace(v.PostFormValue("text")),
	})
	if err != nil {
		return err
	}
	return v.redirect(v.at() + "/product/" + url.PathEscape(sku) + "?reported=1")
}

// afterCart is where a change of the cart leads: back, with a way to undo it where an item was taken out.
func afterCart(back, sku, was string, now int) string {
	u, err := url.Parse(back)
	if err != nil {
		return back
	}
	q := u.Query()
	q.Del("removed")
	q.Del("was")
	if n, err := storefront.ParseQuantity(was); err == nil && now == 0 && n > 0 {
		q.Set("removed", sku)
		q.Set("was", was)
	}
	u.RawQuery = q.Encode()
	return u.String()
}

// undo is what [afterCart] wrote into the address of the page.
func (v *visit) undo() *CartUndo {
	q := v.URL.Query()
	n, err := storefront.ParseQuantity(q.Get("was"))
	if q.Get("removed") == "" || err != nil || v.phone == 0 {
		return nil
	}
	return &CartUndo{SKU: q.Get("removed"), Quantity: n, Action: v.at() + "/cart", Back: v.URL.RequestURI()}
}

// messageLink leads from a short link to its chat, with the message already written.
func (s *Server) messageLink(v *visit) error {
	var l waba.Link
	err := s.DB.View(v.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		l, err = waba.LinkTx(ctx, tx, v.PathValue("code"))
		return err
	})
	if err != nil {
		return err
	}
	return v.redirect("/chat/" + l.PhoneID.String() + "?text=" + url.QueryEscape(l.Message))
}
