package messaging

import (
	"context"
	"slices"

	"github.com/hawkerhq/hawker/internal/chat"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/money"
	"github.com/hawkerhq/hawker/internal/storefront"
	"github.com/hawkerhq/hawker/wire"
)

// ListView is a list that opens over the chat.
type ListView struct {
	Button   string         `json:"button"`
	Sections []wire.Section `json:"sections"`
}

// LinkView is a button that opens a page.
type LinkView struct {
	Text string `json:"text"`
	URL  string `json:"url"`
}

// CardView is a card of a carousel with a picture or a video: a link, or quick replies.
type CardView struct {
	Text    string       `json:"text,omitempty"`
	File    *FileView    `json:"file,omitempty"`
	Link    *LinkView    `json:"link,omitempty"`
	Buttons []wire.Reply `json:"buttons,omitempty"`
}

// FlowView is a form that opens over the chat.
type FlowView struct {
	ID     id.ID  `json:"id"`
	Text   string `json:"text"`             // that opens it
	Screen string `json:"screen,omitempty"` // empty where the business's endpoint says it
	// Ended tells that the business takes no more answers.
	Ended bool `json:"ended,omitempty"`
}

// BillView is an order the customer is asked to pay, or its new status.
type BillView struct {
	Reference string           `json:"reference_id"`
	Status    string           `json:"status"`
	Note      string           `json:"description,omitempty"`
	Lines     []BillLineView   `json:"lines,omitempty"`
	Total     storefront.Price `json:"total,omitzero"`
}

// BillLineView is a line of a bill.
type BillLineView struct {
	Title    string           `json:"title"`
	Quantity int              `json:"quantity"`
	Total    storefront.Price `json:"total"`
}

// ReactionView is an emoji on a message.
type ReactionView struct {
	Emoji    string `json:"emoji"`
	Business bool   `json:"from_business"`
}

func reactionsOf(ctx context.Context, tx *db.Tx, page []chat.Message) (map[id.ID][]ReactionView, error) {
	ids := make([]id.ID, len(page))
	for n, m := range page {
		ids[n] = m.ID
	}
	found, err := chat.ReactionsTx(ctx, tx, ids)
	views := make(map[id.ID][]ReactionView, len(found))
	for message, list := range found {
		for _, r := range list {
			views[message] = append(views[message], ReactionView{Emoji: r.Emoji, Business: r.Outbound})
		}
	}
	return views, err
}

// tappable fills what an interactive message without products shows.
func tappable(v *MessageView, i *wire.Interactive) {
	if i.Header != nil {
		v.Header = i.Header.Text
	}
	if i.Body != nil {
		v.Text = i.Body.Text
	}
	if i.Footer != nil {
		v.Footer = i.Footer.Text
	}
	switch i.Type {
	case "button":
		for _, b := range i.Action.Buttons {
			v.Buttons = append(v.Buttons, *b.Reply)
		}
		v.Actions = []string{"reply_button"}
	case "list":
		v.List, v.Actions = &ListView{Button: i.Action.Button, Sections: i.Action.Sections}, []string{"choose_row"}
	case "cta_url":
		v.Link, v.Actions = linkView(i.Action), []string{"open_link"}
	case "location_request_message":
		v.Actions = []string{"send_location"}
	case "request_contact_info":
		v.Actions = []string{"send_contact"}
	case addressMessage:
		p := i.Action.Parameters
		v.Address, v.Actions = &AddressView{Values: p.Values, Problems: p.ValidationErrors, Saved: p.SavedAddresses}, []string{"send_address"}
	case "carousel":
		mediaCards(v, i.Action.Cards)
	case "order_details", "order_status":
		v.Bill = billView(i.Action.Parameters)
	}
}

// mediaCards are the cards of a carousel without products, with their files, in the order of their numbers.
func mediaCards(v *MessageView, cards []wire.Card) {
	v.Actions = []string{"open_link"}
	order := make([]int, len(cards))
	for n := range cards {
		order[n] = n
	}
	slices.SortFunc(order, func(a, b int) int { return *cards[a].CardIndex - *cards[b].CardIndex })
	for _, n := range order {
		c := cards[n]
		var card CardView
		if len(c.Action.Buttons) == 0 {
			card.Link = linkView(c.Action)
		}
		for _, b := range c.Action.Buttons {
			card.Buttons = append(card.Buttons, *b.QuickReply)
			v.Actions = []string{"reply_button"}
		}
		if c.Body != nil {
			card.Text = c.Body.Text
		}
		if n < len(v.Files) {
			card.File = &v.Files[n]
		}
		v.Cards = append(v.Cards, card)
	}
	v.Files = nil
}

func linkView(a *wire.Action) *LinkView {
	return &LinkView{Text: a.Parameters.DisplayText, URL: a.Parameters.URL}
}

func billView(p *wire.ActionParameters) *BillView {
	amount := func(minor int64) storefront.Price {
		return storefront.Price{Amount: money.Amount{Minor: minor, Currency: p.Currency}}
	}
	v := &BillView{Reference: p.ReferenceID, Status: p.Order.Status, Note: p.Order.Description}
	if p.TotalAmount != nil {
		v.Total = amount(p.TotalAmount.Value)
	}
	for _, item := range p.Order.Items {
		each := item.Amount.Value
		if item.SaleAmount != nil {
			each = item.SaleAmount.Value
		}
		v.Lines = append(v.Lines, BillLineView{Title: item.Name, Quantity: item.Quantity, Total: amount(each * int64(item.Quantity))})
	}
	return v
}

// Shows tells whether the customer sees a product in the message.
func (v MessageView) Shows(retailerID string) bool {
	for _, s := range v.Sections {
		for _, g := range s.Products {
			if g.RetailerID == retailerID {
				return true
			}
		}
	}
	return v.Thumbnail != nil && v.Thumbnail.RetailerID == retailerID
}

// Holds tells whether a file is one of the message, or of a card of its.
func (v MessageView) Holds(file id.ID) bool {
	for _, f := range v.Files {
		if f.ID == file {
			return true
		}
	}
	if v.Template == nil {
		return false
	}
	for _, c := range v.Template.Cards {
		if c.File != nil && c.File.ID == file {
			return true
		}
	}
	return false
}
