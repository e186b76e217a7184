package sandbox

import (
	"encoding/json"
	"errors"
	"strconv"
	"time"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/chat"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/messaging"
	"github.com/hawkerhq/hawker/internal/storefront"
)

// fieldDocs describes fields: name → meaning.
type fieldDocs map[string]string

// success is the answer of calls that only do something.
var success = map[string]bool{"success": true}

// thread is the path of one customer's chat with one number.
const thread = "/customers/{wa_id}/chats/{phone_number_id}"

// routes is the whole API on one page.
func (s *Server) routes() []route {
	return []route{
		{
			method: "GET", path: thread, summary: "The chat as the customer sees it", do: s.getChat,
			query:  fieldDocs{"limit": "how many messages, 1 to 200 (default 50)", "before": "a message id: older messages than that one"},
			answer: fieldDocs{"business": "the other end: name, number, whether catalog and cart are on", "messages": "oldest first, products as sent and as they are now", "has_older": "whether there are older ones", "window_until": "end of the customer service window"},
		},
		{
			method: "POST", path: thread + "/messages", summary: "Write to the business; with a product it is a question about it", do: s.postMessage,
			body:   fieldDocs{"text": "1 to 4096 characters", "product_retailer_id": "the product asked about", "reply_to": "the message answered"},
			answer: fieldDocs{"message_id": "of the new message"},
		},
		{
			method: "GET", path: thread + "/catalog", summary: "What the storefront shows", do: s.getCatalog,
			query:  fieldDocs{"q": "search words, diacritics do not matter", "after": "next of the page before", "limit": "1 to 100 (default 30)"},
			answer: fieldDocs{"products": "what can be seen and ordered", "next": "where the next page starts"},
		},
		{
			method: "GET", path: thread + "/products/{retailer_id}", summary: "What the product page shows", do: s.getProduct,
			answer: fieldDocs{"title": "of the item", "price": "what it costs now", "in_stock": "whether it can be ordered"},
		},
		{method: "GET", path: thread + "/cart", summary: "Open the cart: it is re-priced", do: s.getCart, answer: cartDocs},
		{
			method: "PUT", path: thread + "/cart/{retailer_id}", summary: "Put an item into the cart, or change how many", do: s.putCart,
			body: fieldDocs{"quantity": "1 to 99; 0 takes it out"}, answer: cartDocs,
		},
		{method: "DELETE", path: thread + "/cart/{retailer_id}", summary: "Take an item out of the cart", do: s.deleteCart, answer: cartDocs},
		{
			method: "POST", path: thread + "/cart/send", summary: "Send the cart to the business as an order", do: s.sendCart,
			body:   fieldDocs{"note": "at most 1024 characters", "form_key": "a text of your own: two calls with one key are one order"},
			answer: fieldDocs{"message_id": "of the order message", "order_id": "of the order"},
		},
		{
			method: "POST", path: thread + "/delivered", summary: "The customer's phone took the messages", do: s.ack(chat.Delivered),
			body: fieldDocs{"up_to": "a message id"}, answer: successDocs,
		},
		{
			method: "POST", path: thread + "/read", summary: "The customer saw the messages", do: s.ack(chat.Read),
			body: fieldDocs{"up_to": "a message id"}, answer: successDocs,
		},
		{method: "POST", path: thread + "/block", summary: "Block the business", do: s.block(true), answer: successDocs},
		{method: "DELETE", path: thread + "/block", summary: "Unblock the business", do: s.block(false), answer: successDocs},
		{method: "GET", path: "/clock", summary: "The platform's clock", do: s.getClock, answer: clockDocs},
		{
			method: "POST", path: "/clock", summary: "Move the platform's clock", do: s.postClock,
			body: fieldDocs{"advance": `a duration such as "24h"`, "now": "or a moment in RFC 3339"}, answer: clockDocs,
		},
		{
			method: "POST", path: "/items/{item_id}/verdict", summary: "Give an item a verdict on purpose", do: s.postVerdict,
			body:   fieldDocs{"status": "approved, rejected or pending (held for a person)", "policy_id": "with rejected: the policy", "reason": "one sentence for the seller"},
			answer: successDocs,
		},
		{
			method: "GET", path: "/webhooks/deliveries", summary: "What receivers were told, newest first", do: s.getDeliveries,
			query:  fieldDocs{"state": "pending, delivered or undelivered", "before": "a delivery id: older ones", "limit": "1 to 200 (default 50)"},
			answer: fieldDocs{"data": "deliveries with their exact bytes"},
		},
		{
			method: "GET", path: "/webhooks/deliveries/{delivery_id}/attempts", summary: "Every attempt at one delivery", do: s.getAttempts,
			answer: fieldDocs{"data": "time, HTTP status, duration, the beginning of the answer"},
		},
		{
			method: "POST", path: "/webhooks/deliveries/{delivery_id}/replay", summary: "Send the same bytes once more", do: s.replay,
			answer: fieldDocs{"id": "of the new delivery"},
		},
		{method: "GET", path: "/events", summary: "Everything that happens, as server-sent events", do: s.events, answer: fieldDocs{}},
	}
}

var (
	successDocs = fieldDocs{"success": "true"}
	cartDocs    = fieldDocs{"lines": "items with quantity and price", "total": "estimated", "updated": "whether the shop changed something", "removed": "what is gone", "repriced": "what costs something else now"}
	clockDocs   = fieldDocs{"now": "the platform's time"}
)

// number reads a whole number from the query.
func (c *call) number(name string, fallback, most int) (int, error) {
	text := c.URL.Query().Get(name)
	if text == "" {
		return fallback, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > most {
		return 0, ErrParam.Withf(name, "%s is %.20q; it is a whole number from 1 to %d", name, text, most)
	}
	return n, nil
}

// pathID reads an id from the path or query; empty is zero.
func readID(name, text string) (id.ID, error) {
	if text == "" {
		return 0, nil
	}
	i, err := id.Parse(text)
	if err != nil {
		return 0, ErrParam.Withf(name, "%s is %.40q; it is a decimal id", name, text)
	}
	return i, nil
}

func (s *Server) getChat(c *call) (any, error) {
	n, err := c.number("limit", messaging.ChatDefault, messaging.ChatMost)
	if err != nil {
		return nil, err
	}
	return s.Exchange.Chat(c.Context(), c.phone, c.waID, n, c.URL.Query().Get("before"))
}

func (s *Server) postMessage(c *call) (any, error) {
	var b struct {
		Text              string `json:"text"`
		ProductRetailerID string `json:"product_retailer_id"`
		ReplyTo           string `json:"reply_to"`
	}
	if err := c.decode(&b); err != nil {
		return nil, err
	}
	wamid, err := s.Exchange.Receive(c.Context(), messaging.Inbound{
		PhoneID: c.phone, WaID: c.waID, Text: b.Text, ProductRetailerID: b.ProductRetailerID, ReplyTo: b.ReplyTo,
	})
	return map[string]string{"message_id": wamid}, err
}

func (s *Server) getCatalog(c *call) (any, error) {
	n, err := c.number("limit", storefront.DefaultPage, storefront.MaxPage)
	if err != nil {
		return nil, err
	}
	after, err := readID("after", c.URL.Query().Get("after"))
	if err != nil {
		return nil, err
	}
	return s.Store.Storefront(c.Context(), c.phone, c.waID, storefront.Query{Search: c.URL.Query().Get("q"), After: after, Limit: n})
}

func (s *Server) getProduct(c *call) (any, error) {
	return s.Store.Product(c.Context(), c.phone, c.waID, c.PathValue("retailer_id"))
}

func (s *Server) getCart(c *call) (any, error) { return s.Store.Cart(c.Context(), c.phone, c.waID) }

func (s *Server) putCart(c *call) (any, error) {
	var b struct {
		Quantity json.RawMessage `json:"quantity"`
	}
	if err := c.decode(&b); err != nil {
		return nil, err
	}
	n, err := storefront.ParseQuantity(string(b.Quantity))
	if err != nil {
		return nil, err
	}
	return s.Store.SetQuantity(c.Context(), c.phone, c.waID, c.PathValue("retailer_id"), n)
}

func (s *Server) deleteCart(c *call) (any, error) {
	return s.Store.SetQuantity(c.Context(), c.phone, c.waID, c.PathValue("retailer_id"), 0)
}

// cartChanged is the answer when the shop changed something since the customer last looked.
type cartChanged struct {
	Sent    bool                `json:"sent"`
	Message string              `json:"message"`
	Cart    storefront.CartView `json:"cart"`
}

func (s *Server) sendCart(c *call) (any, error) {
	var b struct {
		Note    string `json:"note"`
		FormKey string `json:"form_key"`
	}
	if err := c.decode(&b); err != nil {
		return nil, err
	}
	sent, err := s.Exchange.SendCart(c.Context(), c.phone, c.waID, b.Note, b.FormKey)
	var changed *storefront.CartChangedError
	if errors.As(err, &changed) {
		s.write(c.w, 409, cartChanged{Message: "One or more items in your cart have been updated", Cart: changed.View})
		return nil, nil
	}
	return sent, err
}

func (s *Server) ack(to chat.Rank) func(*call) (any, error) {
	return func(c *call) (any, error) {
		var b struct {
			UpTo string `json:"up_to"`
		}
		if err := c.decode(&b); err != nil {
			return nil, err
		}
		return success, s.Exchange.Ack(c.Context(), c.phone, c.waID, b.UpTo, to)
	}
}

func (s *Server) block(on bool) func(*call) (any, error) {
	return func(c *call) (any, error) { return success, s.Exchange.Block(c.Context(), c.phone, c.waID, on) }
}

func (s *Server) getClock(*call) (any, error) {
	return map[string]string{"now": s.Clock.Now().Format(time.RFC3339Nano)}, nil
}

// advanceMost keeps ids within their bits.
const advanceMost = 20 * 365 * 24 * time.Hour

func (s *Server) postClock(c *call) (any, error) {
	var b struct {
		Advance string `json:"advance"`
		Now     string `json:"now"`
	}
	if err := c.decode(&b); err != nil {
		return nil, err
	}
	by, err := time.ParseDuration(b.Advance)
	if b.Now != "" {
		var to time.Time
		to, err = time.Parse(time.RFC3339, b.Now)
		by = to.Sub(s.Clock.Now())
	}
	if err != nil || by > advanceMost || by < -advanceMost {
		return nil, ErrParam.With("advance", `say {"advance":"24h"} or {"now":"2026-11-24T09:00:00Z"}, at most 20 years away`)
	}
	if err := s.Clock.Advance(c.Context(), by); err != nil {
		return nil, err
	}
	return s.getClock(c)
}

func (s *Server) postVerdict(c *call) (any, error) {
	var b struct {
		Status   string `json:"status"`
		PolicyID string `json:"policy_id"`
		Reason   string `json:"reason"`
	}
	if err := c.decode(&b); err != nil {
		return nil, err
	}
	item, err := readID("item_id", c.PathValue("item_id"))
	if err != nil {
		return nil, err
	}
	return success, s.Reviewer.Decide(c.Context(), c.caller, item, catalog.Verdict{Status: b.Status, PolicyID: b.PolicyID, Reason: b.Reason})
}

func (s *Server) getDeliveries(c *call) (any, error) {
	const fallback, most = 50, 200
	n, err := c.number("limit", fallback, most)
	if err != nil {
		return nil, err
	}
	before, err := readID("before", c.URL.Query().Get("before"))
	if err != nil {
		return nil, err
	}
	list, err := s.Webhooks.Deliveries(c.Context(), c.caller, c.URL.Query().Get("state"), before, n)
	return map[string]any{"data": orEmpty(list)}, err
}

func (s *Server) getAttempts(c *call) (any, error) {
	i, err := readID("delivery_id", c.PathValue("delivery_id"))
	if err != nil {
		return nil, err
	}
	list, err := s.Webhooks.Attempts(c.Context(), c.caller, i)
	return map[string]any{"data": orEmpty(list)}, err
}

func (s *Server) replay(c *call) (any, error) {
	i, err := readID("delivery_id", c.PathValue("delivery_id"))
	if err != nil {
		return nil, err
	}
	again, err := s.Webhooks.Replay(c.Context(), c.caller, i)
	return map[string]id.ID{"id": again}, err
}

// orEmpty makes an empty list of none, for JSON.
func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
