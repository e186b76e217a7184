package messaging

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/hawkerhq/hawker/internal/chat"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/storefront"
	"github.com/hawkerhq/hawker/internal/waba"
	"github.com/hawkerhq/hawker/wire"
)

// ChatView is a chat as the customer sees it.
type ChatView struct {
	Business BusinessView  `json:"business"`
	WaID     string        `json:"wa_id"`
	Messages []MessageView `json:"messages"`
	// HasOlder tells that there are messages before the first one: ask with before = its id.
	HasOlder bool `json:"has_older"`
	Blocked  bool `json:"blocked"`
	// NoMarketing: the customer wants no marketing messages of the business.
	NoMarketing bool `json:"marketing_stopped"`
	// WindowUntil is when the business may no longer write freely; zero where the customer never wrote.
	WindowUntil time.Time `json:"window_until,omitzero"`
	// Typing tells that the business is writing.
	Typing bool `json:"typing,omitempty"`
	// Prompts are questions to tap in an empty chat, Commands what may be written with a slash.
	Prompts  []string       `json:"prompts,omitempty"`
	Commands []waba.Command `json:"commands,omitempty"`
}

// BusinessView is the other end of a chat.
type BusinessView struct {
	PhoneID        id.ID  `json:"phone_number_id"`
	Name           string `json:"name"`
	Digits         string `json:"digits"`
	Display        string `json:"display_phone_number"`
	CatalogVisible bool   `json:"catalog_visible"` // the storefront can be opened
	CartEnabled    bool   `json:"cart_enabled"`
	CartItems      int    `json:"cart_items"`
	Official       bool   `json:"official,omitempty"` // it has the badge
	Username       string `json:"username,omitempty"`
}

// MessageView is one bubble. Kind is the type of the message, and of an interactive one its own type.
type MessageView struct {
	ID       string    `json:"id"`
	Business bool      `json:"from_business"`
	Kind     string    `json:"kind"`
	At       time.Time `json:"at"`
	Status   string    `json:"status"` // sent, delivered, read, played, failed
	Text     string    `json:"text,omitempty"`
	Header   string    `json:"header,omitempty"`
	Footer   string    `json:"footer,omitempty"`
	Sections []Shelf   `json:"sections,omitempty"`
	// Thumbnail stands for a whole catalog.
	Thumbnail *Goods     `json:"thumbnail,omitempty"`
	Order     *OrderView `json:"order,omitempty"`
	Quote     *QuoteView `json:"quote,omitempty"`
	// Actions are what can be tapped: view_product, view_items, view_catalog, view_order, reply_button, choose_row,
	// open_link, send_location, send_address.
	Actions  []string           `json:"actions,omitempty"`
	Files    []FileView         `json:"files,omitempty"`
	Location *wire.Location     `json:"location,omitempty"`
	Contacts []wire.ContactCard `json:"contacts,omitempty"`
	Buttons  []wire.Reply       `json:"buttons,omitempty"`
	List     *ListView          `json:"list,omitempty"`
	Link     *LinkView          `json:"link,omitempty"`
	Address  *AddressView       `json:"address,omitempty"`
	Cards    []CardView         `json:"cards,omitempty"`
	Template *TemplateView      `json:"template,omitempty"`
	Flow     *FlowView          `json:"flow,omitempty"`
	// Response is what the customer answered in a flow, as JSON.
	Response  string            `json:"response_json,omitempty"`
	Bill      *BillView         `json:"bill,omitempty"`
	Form      map[string]string `json:"form,omitempty"` // an address the customer filled in
	Reactions []ReactionView    `json:"reactions,omitempty"`
	// Edited and Deleted tell that the customer changed the message, or took it back, since.
	Edited  bool `json:"edited,omitempty"`
	Deleted bool `json:"deleted,omitempty"`
	// Forwarded is once or often for a message that somebody else wrote first.
	Forwarded string `json:"forwarded,omitempty"`
	// NewWaID is the number a customer changed to.
	NewWaID string `json:"new_wa_id,omitempty"`
}

// Shelf is a titled run of products in a message.
type Shelf struct {
	Title    string  `json:"title,omitempty"`
	Products []Goods `json:"products"`
}

// Goods is a product in a message: as it was sent, and as it is now.
type Goods struct {
	RetailerID string `json:"retailer_id"`
	Title      string `json:"title"`
	Text       string `json:"description,omitempty"`
	Image      string `json:"image_url,omitempty"`
	// Price is the price as sent; WasPrice the regular one while a sale ran.
	Price    storefront.Price  `json:"price"`
	WasPrice *storefront.Price `json:"was_price,omitempty"`
	// Now is what the shop offers of it today; nil when it is gone.
	Now *storefront.ProductView `json:"now,omitempty"`
}

// OrderView is a sent cart.
type OrderView struct {
	ID    id.ID            `json:"id"`
	Items int              `json:"items"`
	Total storefront.Price `json:"total"`
	Note  string           `json:"note,omitempty"`
	Lines []OrderLineView  `json:"lines"`
}

// OrderLineView is a line of a sent cart.
type OrderLineView struct {
	RetailerID string           `json:"retailer_id"`
	Title      string           `json:"title"`
	Image      string           `json:"image_url,omitempty"`
	Quantity   int              `json:"quantity"`
	UnitPrice  storefront.Price `json:"unit_price"`
	Total      storefront.Price `json:"total"`
}

// QuoteView is what a message answers, or the product it asks about.
type QuoteView struct {
	ID       string `json:"id,omitempty"`
	Business bool   `json:"from_business"`
	Text     string `json:"text"`
	Image    string `json:"image_url,omitempty"`
	// Product is set for a question about a product.
	Product string `json:"product_retailer_id,omitempty"`
}

// Sizes of a page of messages.
const (
	ChatDefault = 50
	ChatMost    = 200
)

// Chat shows a chat as the customer sees it: the newest messages, or those before one.
func (x *Exchange) Chat(ctx context.Context, phoneID id.ID, waID string, limit int, before string) (ChatView, error) {
	return x.look(ctx, phoneID, waID, limit, before, false)
}

// Talk is the same as the business sees it: what failed stands in it, too.
func (x *Exchange) Talk(ctx context.Context, phoneID id.ID, waID string, limit int, before string) (ChatView, error) {
	return x.look(ctx, phoneID, waID, limit, before, true)
}

// look reads a chat, with what failed or without.
func (x *Exchange) look(ctx context.Context, phoneID id.ID, waID string, limit int, before string, failed bool) (ChatView, error) {
	if err := isText("before", before); err != nil {
		return ChatView{}, err
	}
	if limit <= 0 {
		limit = ChatDefault
	}
	limit = min(limit, ChatMost)
	v := ChatView{WaID: waID}
	err := x.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		n, err := waba.NumberTx(ctx, tx, phoneID)
		if err != nil {
			return err
		}
		if v.Business, err = businessView(ctx, tx, n, waID); err != nil {
			return err
		}
		if v.Prompts, v.Commands, err = offeredTx(ctx, tx, n); err != nil {
			return err
		}
		t, ok, err := chat.FindThreadTx(ctx, tx, phoneID, waID)
		if err != nil || !ok {
			return err
		}
		v.Blocked, v.NoMarketing, v.WindowUntil = t.Blocked, t.NoMarketing, t.WindowUntil
		var from id.ID
		if before != "" {
			m, ok, err := chat.ByWAMIDTx(ctx, tx, phoneID, waID, before)
			if err != nil {
				return err
			}
			if !ok {
				return ErrNoMessage.With("before", "before is no message of this chat")
			}
			from = m.ID
		}
		page, err := chat.PageTx(ctx, tx, phoneID, waID, from, limit+1, failed)
		if err != nil {
			return err
		}
		if v.HasOlder = len(page) > limit; v.HasOlder {
			page = page[1:]
		}
		v.Messages, err = x.bubbles(ctx, tx, n, waID, page)
		last := time.Time{}
		for _, m := range v.Messages {
			if m.Business {
				last = m.At
			}
		}
		v.Typing = before == "" && x.typing.at(Topic(phoneID, waID), x.Clock.Now(), last)
		return err
	})
	return v, err
}

func businessView(ctx context.Context, tx *db.Tx, n waba.Number, waID string) (BusinessView, error) {
	settings, err := waba.SettingsTx(ctx, tx, n.ID)
	if err != nil {
		return BusinessView{}, err
	}
	_, connected, err := waba.ConnectedCatalogTx(ctx, tx, n.WABAID)
	if err != nil {
		return BusinessView{}, err
	}
	untold, err := waba.UntoldTx(ctx, tx, n)
	if err != nil {
		return BusinessView{}, err
	}
	items, err := chat.CartCountTx(ctx, tx, n.ID, waID)
	return BusinessView{
		PhoneID: n.ID, Name: n.VerifiedName, Digits: n.Digits, Display: n.Display(), Official: n.Official, Username: n.Username,
		CatalogVisible: connected && settings.CatalogVisible && !untold, CartEnabled: connected && settings.CartEnabled, CartItems: items,
	}, err
}

// bubbles shows messages, with their products as they are today.
func (x *Exchange) bubbles(ctx context.Context, tx *db.Tx, n waba.Number, waID string, page []chat.Message) ([]MessageView, error) {
	contents := make([]content, len(page))
	var skus, quoted []string
	for i, m := range page {
		c, err := decode(m)
		if err != nil {
			return nil, err
		}
		contents[i] = c
		skus = append(skus, c.skus()...)
		if m.Answers != "" {
			quoted = append(quoted, m.Answers)
		}
	}
	now := map[string]storefront.ProductView{}
	if len(skus) > 0 {
		found, err := storefront.ProductsTx(ctx, tx, n.ID, waID, skus)
		if err != nil && !errors.Is(err, storefront.ErrNoCatalog) {
			return nil, err
		}
		if found != nil {
			now = found
		}
	}
	answered, err := chat.ByWAMIDsTx(ctx, tx, n.ID, waID, quoted)
	if err != nil {
		return nil, err
	}
	reactions, err := reactionsOf(ctx, tx, page)
	if err != nil {
		return nil, err
	}
	ended, err := endedFlows(ctx, tx, page, contents)
	if err != nil {
		return nil, err
	}
	views := make([]MessageView, len(page))
	for i, m := range page {
		v := bubble(m, contents[i], now)
		v.Reactions = reactions[m.ID]
		if v.Flow != nil && ended[m.WAMID] {
			v.Flow.Ended, v.Actions = true, slices.DeleteFunc(v.Actions, func(a string) bool { return a == "open_flow" })
		}
		if q, ok := answered[m.Answers]; ok {
			if v.Quote, err = quote(q); err != nil {
				return nil, err
			}
		}
		if m.Type == "order" {
			o, _, err := chat.OrderByWAMIDTx(ctx, tx, n.ID, waID, m.WAMID)
			if err != nil {
				return nil, err
			}
			v.Order = orderView(o)
		}
		views[i] = v
	}
	return views, nil
}

func bubble(m chat.Message, c content, now map[string]storefront.ProductView) MessageView {
	v := MessageView{
		ID: m.WAMID, Business: m.Outbound, Kind: m.Type, At: m.CreatedAt, Status: m.Rank.String(), Text: c.Text, Header: c.Header, Footer: c.Footer,
	}
	switch m.Type {
	case "interactive":
		v.Kind, v.Text = c.Kind, c.Body
		v.Actions = map[string][]string{"product": {"view_product"}, "product_list": {"view_items"}, "catalog_message": {"view_catalog"}, "carousel": {"view_product"}}[c.Kind]
	case "button":
		v.Kind, v.Text = c.Kind, c.Body
	case "template":
		v.Text = c.Body
	case "order":
		v.Actions = []string{"view_order"}
	}
	if v.Link = preview(c.Preview); v.Link != nil {
		v.act("open_link")
	}
	v.Files = fileViews(c.Files)
	v.Location, v.Contacts, v.Form = c.Location, c.Contacts, c.Form
	v.Edited, v.Deleted, v.Forwarded, v.NewWaID = c.Edited, c.Deleted, c.Forwarded, c.Became
	if c.Interactive != nil {
		tappable(&v, c.Interactive)
	}
	for _, s := range c.Sections {
		shelf := Shelf{Title: s.Title}
		for _, p := range s.Products {
			shelf.Products = append(shelf.Products, goods(p, now))
		}
		v.Sections = append(v.Sections, shelf)
	}
	v.Response = c.Answer
	if c.Flow != nil {
		v.Flow = &FlowView{ID: c.Flow.ID, Text: c.Flow.CTA, Screen: c.Flow.Screen}
		v.act("open_flow")
	}
	if c.Template != nil {
		templateView(&v, c.Template)
	}
	if c.Thumbnail != nil {
		g := goods(*c.Thumbnail, now)
		v.Thumbnail = &g
	}
	if c.Referred != nil {
		v.Quote = &QuoteView{Business: true, Text: c.Referred.Title, Image: c.Referred.Image, Product: c.Referred.RetailerID}
	}
	return v
}

func goods(s snapshot, now map[string]storefront.ProductView) Goods {
	g := Goods{RetailerID: s.RetailerID, Title: s.Title, Text: s.Text, Image: s.Image, Price: storefront.Price{Amount: s.price()}}
	if s.Was != 0 {
		was := s.price()
		was.Minor = s.Was
		g.WasPrice = &storefront.Price{Amount: was}
	}
	if p, ok := now[s.RetailerID]; ok {
		g.Now = &p
	}
	return g
}

func quote(m chat.Message) (*QuoteView, error) {
	c, err := decode(m)
	if err != nil {
		return nil, err
	}
	q := &QuoteView{ID: m.WAMID, Business: m.Outbound, Text: c.Text}
	if q.Text == "" {
		q.Text = c.Body
	}
	if len(c.Sections) > 0 && len(c.Sections[0].Products) > 0 {
		first := c.Sections[0].Products[0]
		q.Image = first.Image
		if q.Text == "" {
			q.Text = first.Title
		}
	}
	return q, nil
}

func orderView(o chat.Order) *OrderView {
	v := &OrderView{ID: o.ID, Items: o.Items(), Total: storefront.Price{Amount: o.Total}, Note: o.Note}
	for _, l := range o.Lines {
		v.Lines = append(v.Lines, OrderLineView{
			RetailerID: l.RetailerID, Title: l.Title, Image: l.Image, Quantity: l.Quantity,
			UnitPrice: storefront.Price{Amount: l.Unit}, Total: storefront.Price{Amount: l.Total()},
		})
	}
	return v
}

// ChatSummary is one row of a customer's list of chats.
type ChatSummary struct {
	Business BusinessView
	Last     *MessageView // nil: nothing was said yet
	Unread   int
	At       time.Time
}

// Chats lists the businesses a customer can write to: those with a chat first, the latest on top.
func (x *Exchange) Chats(ctx context.Context, waID string) ([]ChatSummary, error) {
	var list []ChatSummary
	err := x.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		list = nil
		numbers, err := waba.AllNumbersTx(ctx, tx)
		if err != nil {
			return err
		}
		byID := map[id.ID]waba.Number{}
		for _, n := range numbers {
			byID[n.ID] = n
		}
		threads, err := chat.ThreadsOfTx(ctx, tx, waID)
		if err != nil {
			return err
		}
		for _, t := range threads {
			if n, ok := byID[t.PhoneID]; ok {
				s, err := x.summary(ctx, tx, n, waID, t.LastAt)
				if err != nil {
					return err
				}
				list = append(list, s)
				delete(byID, t.PhoneID)
			}
		}
		slices.SortStableFunc(list, func(a, b ChatSummary) int { return b.At.Compare(a.At) })
		for _, n := range numbers {
			if _, ok := byID[n.ID]; ok {
				s, err := x.summary(ctx, tx, n, waID, time.Time{})
				if err != nil {
					return err
				}
				list = append(list, s)
			}
		}
		return nil
	})
	return list, err
}

func (x *Exchange) summary(ctx context.Context, tx *db.Tx, n waba.Number, waID string, at time.Time) (s ChatSummary, err error) {
	s.At = at
	if s.Business, err = businessView(ctx, tx, n, waID); err != nil {
		return s, err
	}
	if s.Unread, err = chat.UnreadTx(ctx, tx, n.ID, waID); err != nil {
		return s, err
	}
	page, err := chat.PageTx(ctx, tx, n.ID, waID, 0, 1, false)
	if err != nil || len(page) == 0 {
		return s, err
	}
	s.At = page[0].CreatedAt
	views, err := x.bubbles(ctx, tx, n, waID, page)
	if err == nil {
		s.Last = &views[0]
	}
	return s, err
}

// Customers lists the people of the demo world.
func (x *Exchange) Customers(ctx context.Context) (list []chat.Customer, err error) {
	err = x.DB.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		list, err = chat.DemoCustomersTx(ctx, tx)
		return err
	})
	return list, err
}

// Message shows one message of a chat as the customer sees it.
func (x *Exchange) Message(ctx context.Context, phoneID id.ID, waID, wamid string) (v MessageView, err error) {
	err = x.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		n, err := waba.NumberTx(ctx, tx, phoneID)
		if err != nil {
			return err
		}
		m, ok, err := chat.ByWAMIDTx(ctx, tx, phoneID, waID, wamid)
		if err != nil {
			return err
		}
		if !ok || m.Rank == chat.Failed {
			return ErrNoMessage.With("id", "that is no message of this chat")
		}
		views, err := x.bubbles(ctx, tx, n, waID, []chat.Message{m})
		if err == nil {
			v = views[0]
		}
		return err
	})
	return v, err
}

// Business shows the other end of a chat.
func (x *Exchange) Business(ctx context.Context, phoneID id.ID, waID string) (v BusinessView, err error) {
	err = x.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		n, err := waba.NumberTx(ctx, tx, phoneID)
		if err == nil {
			v, err = businessView(ctx, tx, n, waID)
		}
		return err
	})
	return v, err
}
