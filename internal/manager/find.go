package manager

import (
	"context"
	"strings"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/chat"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/phone"
	"github.com/hawkerhq/hawker/internal/ui"
)

// foundMost bounds what the palette offers; findLeast and findMost what is looked for, in characters.
const (
	foundMost = 12
	findLeast = 2
	findMost  = 100
)

// find looks for what somebody has in hand: a SKU, a word of a title, an order's number, a customer.
func (s *Server) find(v *visit) error {
	text := strings.TrimSpace(v.URL.Query().Get("q"))
	list := []ui.Found{}
	if n := len([]rune(text)); n >= findLeast && n <= findMost {
		err := s.view(v.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
			list, err = v.foundTx(ctx, tx, text)
			return err
		})
		if err != nil {
			return err
		}
	}
	return ui.WriteFound(v.w, list[:min(len(list), foundMost)])
}

func (v *visit) foundTx(ctx context.Context, tx *db.Tx, text string) ([]ui.Found, error) {
	list := []ui.Found{}
	if v.may(speakers...) {
		spoken, err := v.foundPeopleTx(ctx, tx, text)
		if err != nil {
			return nil, err
		}
		list = append(list, spoken...)
	}
	for _, c := range v.catalogs {
		items, _, err := catalog.ListTx(ctx, tx, v.caller, c.ID, catalog.Query{Search: text, Limit: foundMost}, false)
		if err != nil {
			return nil, err
		}
		for _, i := range items {
			list = append(list, ui.Found{Kind: v.t("manager.item"), Title: i.FullTitle(), Note: i.RetailerID, Href: v.at("/items/" + i.ID.String())})
		}
	}
	return list, nil
}

// foundPeopleTx looks through orders and chats.
func (v *visit) foundPeopleTx(ctx context.Context, tx *db.Tx, text string) (list []ui.Found, err error) {
	phones, err := v.numbersTx(ctx, tx)
	if err != nil {
		return nil, err
	}
	if i, err := id.Parse(text); err == nil {
		if o, _, err := chat.OrderTx(ctx, tx, phones, i); err == nil {
			list = append(list, ui.Found{Kind: v.t("manager.nav_orders"), Title: o.Customer, Note: text, Href: v.at("/orders/" + text)})
		}
	}
	threads, err := chat.InboxTx(ctx, tx, phones, threadsShown)
	if err != nil {
		return nil, err
	}
	for _, t := range threads {
		if isCustomer(t.Customer, t.WaID, text) {
			list = append(list, ui.Found{Kind: v.t("manager.nav_inbox"), Title: t.Customer, Note: phone.Display(t.WaID), Href: v.at("/inbox/" + t.PhoneID.String() + "/" + t.WaID)})
		}
	}
	return list, nil
}
