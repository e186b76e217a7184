package web

import (
	"net/url"
	"strings"
	"time"

	"github.com/hawkerhq/hawker/internal/i18n"
	"github.com/hawkerhq/hawker/internal/messaging"
	"github.com/hawkerhq/hawker/internal/storefront"
	"github.com/hawkerhq/hawker/internal/ui"
)

// relationLabels name the days that have a name.
var relationLabels = map[string]string{"today": "chat.today", "yesterday": "chat.yesterday"}

// forwardedLabels say that somebody else wrote a message first.
var forwardedLabels = map[string]string{"once": "chat.forwarded", "often": "chat.forwarded_often"}

// days puts messages under their calendar days.
func (s *Server) days(lang string, b Business, list []messaging.MessageView) []Day {
	var days []Day
	now := s.Clock.Now().In(time.Local)
	for _, m := range list {
		at := m.At.In(time.Local)
		if len(days) == 0 || days[len(days)-1].At.Format(time.DateOnly) != at.Format(time.DateOnly) {
			days = append(days, Day{At: at, Relation: relationLabels[ui.Relation(at, now)]})
		}
		d := &days[len(days)-1]
		d.Messages = append(d.Messages, bubble(lang, b, m))
	}
	return days
}

// productPath is a product's page in a chat.
func productPath(b Business, sku string) string {
	return b.At() + "/product/" + url.PathEscape(sku)
}

func bubble(lang string, b Business, m messaging.MessageView) Message {
	at := b.At()
	w := Message{
		ID: m.ID, Mine: !m.Business, Status: m.Status, At: m.At, Kind: m.Kind, Header: m.Header, Text: m.Text, Footer: m.Footer,
		Reply: at + "?reply_to=" + url.QueryEscape(m.ID), Inspect: "/dev/messages/" + b.Phone + "/" + url.PathEscape(m.ID),
	}
	if q := m.Quote; q != nil {
		w.Quote = &Quote{Mine: !q.Business, From: b.Name, Text: q.Text, Image: q.Image}
		if w.Quote.Mine {
			w.Quote.From = i18n.T(lang, "chat.you")
		}
		if q.Product != "" {
			w.Quote.Href = productPath(b, q.Product)
		}
	}
	if b.Embedded { // visitors are no developers
		w.Inspect = ""
	}
	plain(&w, b, m)
	w.Edited, w.Forwarded = m.Edited, forwardedLabels[m.Forwarded]
	w.Editable = !m.Business && (m.Kind == "text" || (len(m.Files) > 0 && m.Text != "" && m.Kind != "flow_reply"))
	if m.Deleted {
		w.Kind = "deleted"
		return w
	}
	switch bubbleKind(m) {
	case "system":
		w.Kind = "text"
	case "text":
		w.Kind = "text"
		previewed(&w, b, m.Link)
	case "button_reply", "list_reply", "address_reply", "flow_reply":
		w.Kind = "text"
		if len(m.Files) > 0 { // picked in a form
			w.Kind = "tap"
		}
	case "image", "video", "audio", "document", "sticker", "location", "contacts", "button", "list", "cta_url", "carousel", "location_request_message", "request_contact_info", "address_message", "order_details", "order_status", "template", "flow":
		w.Kind = "tap"
	case "product":
		w.Kind = "product"
		if len(m.Sections) > 0 && len(m.Sections[0].Products) > 0 {
			c := goodsCard(b, m.ID, m.Sections[0].Products[0])
			w.Product = &c
		}
	case "product_list":
		w.Kind = "product_list"
		w.Href, w.Gone = at+"/items?m="+url.QueryEscape(m.ID), true
		for _, shelf := range m.Sections {
			for _, g := range shelf.Products {
				w.Count++
				w.Gone = w.Gone && g.Now == nil
				if len(w.Thumbs) < thumbsMost {
					w.Thumbs = append(w.Thumbs, Thumb{Image: g.Image, Title: g.Title})
				}
			}
		}
	case "catalog_message":
		w.Kind, w.Header, w.Gone, w.Href = "catalog", b.Name, !b.CatalogVisible, at+"/catalog"
		if m.Thumbnail != nil {
			w.Thumbs = []Thumb{{Image: m.Thumbnail.Image, Title: m.Thumbnail.Title}}
		}
	case "order":
		w.Href = at + "/order?m=" + url.QueryEscape(m.ID)
		if m.Order != nil {
			w.Count, w.Total = m.Order.Items, m.Order.Total.Amount
			for _, l := range m.Order.Lines[:min(len(m.Order.Lines), thumbsMost)] {
				w.Thumbs = append(w.Thumbs, Thumb{Image: l.Image, Title: l.Title})
			}
		}
	default:
		w.Kind = "unsupported"
	}
	return w
}

// previewed shows the first link of a text: the business's catalog as such, any other as a button.
func previewed(w *Message, b Business, l *messaging.LinkView) {
	if l == nil {
		return
	}
	if _, digits, ok := strings.Cut(l.URL, "/c/"); ok && digits == b.Digits {
		w.Kind, w.Header, w.Gone, w.Href = "catalog", b.Name, !b.CatalogVisible, b.At()+"/catalog"
		return
	}
	w.Kind = "tap"
}

// thumbsMost is how many pictures a bubble stacks.
const thumbsMost = 3

// goodsCard is a product of a message: as it is now, or as it was when it is gone. Its page knows the message, for reports.
func goodsCard(b Business, wamid string, g messaging.Goods) Card {
	if g.Now != nil {
		c := card(b, *g.Now)
		if c.Changed = g.Now.Price != g.Price && !g.Price.IsZero(); c.Changed && c.Before == nil {
			sent := g.Price.Amount
			c.Before = &sent
		}
		c.Href += "?m=" + url.QueryEscape(wamid)
		return c
	}
	return Card{SKU: g.RetailerID, Title: g.Title, Text: g.Text, Image: g.Image, Price: g.Price.Amount, Gone: true}
}

func card(b Business, p storefront.ProductView) Card {
	c := Card{
		SKU: p.RetailerID, Title: fullTitle(p), Text: p.Description, Image: p.Image, Price: p.Price.Amount, Available: p.InStock, Quantity: p.InCart,
		Href: productPath(b, p.RetailerID),
	}
	if p.WasPrice != nil {
		was := p.WasPrice.Amount
		c.Before = &was
	}
	return c
}

// fullTitle tells variants apart.
func fullTitle(p storefront.ProductView) string {
	if p.Variant == "" {
		return p.Title
	}
	return p.Title + " · " + p.Variant
}
