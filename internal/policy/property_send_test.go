package policy_test

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"pgregory.net/rapid"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/live"
	"github.com/hawkerhq/hawker/internal/messaging"
	"github.com/hawkerhq/hawker/internal/policy"
	"github.com/hawkerhq/hawker/internal/template"
	"github.com/hawkerhq/hawker/wire"
)

// The paths by which an item gets into messages: see [shelf.look].

// templates makes one of each kind that sells.
func (s *shelf) templates() {
	s.Helper()
	rules, err := policy.NewRules()
	if err != nil {
		s.Fatal(err)
	}
	svc := template.New(template.Deps{DB: s.db, Live: live.New(), Outbox: s.hooks, Rules: rules})
	button := func(kind string) wire.TemplateComponent {
		return wire.TemplateComponent{Type: "BUTTONS", Buttons: []wire.TemplateButton{{Type: kind}}}
	}
	card := func() wire.TemplateCard {
		return wire.TemplateCard{Components: []wire.TemplateComponent{{Type: "HEADER", Format: "PRODUCT"}, button("SPM")}}
	}
	for name, list := range map[string][]wire.TemplateComponent{
		"menu":  {button("CATALOG")},
		"list":  {{Type: "HEADER", Format: "TEXT", Text: "Today"}, button("MPM")},
		"one":   {{Type: "HEADER", Format: "PRODUCT"}, button("SPM")},
		"cards": {{Type: "CAROUSEL", Cards: []wire.TemplateCard{card(), card()}}},
	} {
		body := wire.TemplateComponent{Type: "BODY", Text: "Something for you from the shop: " + name}
		made, err := svc.Create(s.Context(), caller(mine), s.waba, template.Template{Name: name, Language: "en", Category: template.Marketing, Components: append([]wire.TemplateComponent{body}, list...)})
		if err != nil || made.Status != template.Approved {
			s.Fatalf("template %s is %s: %s, %v", name, made.Status, made.Explanation, err)
		}
	}
}

// bystanders come in a file with an item: fewer, and the pass would not go on to it.
const bystanders = 21

// file brings an item in with enough others that the pass over the catalog goes on to it, or rewrites it.
func (s *shelf) file(rt *rapid.T) {
	sku := rapid.SampledFrom(s.skus).Draw(rt, "sku")
	title := rapid.SampledFrom([]string{"mug", "vodka", "whey"}).Draw(rt, "title")
	if len(s.others) > bystanders {
		rt.Skip("there are enough")
	}
	s.texts++
	rows := catalog.NewRows([]string{"id", "title", "description", "availability", "condition", "price", "link", "image_link"}, catalog.RowOptions{Currency: "USD"})
	var list []*catalog.Row
	for n := range bystanders {
		id, text := fmt.Sprint("other-", s.runs, "-", s.texts, "-", n), "Mug"
		if n == 7 {
			id, text = sku, map[string]string{"mug": "Mug", "vodka": "Vodka", "whey": held}[title]
		}
		r := rows.Begin(n+2, []string{id, text, fmt.Sprint("Number ", s.texts), "in stock", "new", "10.00 USD", "https://shop.example/x", "https://shop.example/x.jpg"})
		r.Read()
		list = append(list, r)
	}
	s.must(rt, s.db.Update(s.Context(), func(ctx context.Context, tx *db.Tx) error {
		_, err := s.catalogs.ImportRowsTx(ctx, tx, catalog.Import{Catalog: s.catalog}, list)
		return err
	}))
	i, ok := s.items[sku]
	if !ok {
		i = &shown{}
		s.items[sku] = i
	}
	i.title, i.status, i.reports = title, catalog.Pending, 0
	s.must(rt, s.db.View(s.Context(), func(ctx context.Context, tx *db.Tx) error {
		var skus []string
		for n := range bystanders {
			skus = append(skus, fmt.Sprint("other-", s.runs, "-", s.texts, "-", n))
		}
		found, err := catalog.ItemsByRetailerTx(ctx, tx, s.catalog, append(skus, sku))
		i.id = found[sku].ID
		delete(found, sku)
		for _, other := range found {
			s.others = append(s.others, other.ID)
		}
		return err
	}))
}

// list sends all items in one message: those that may not be shown are left out, and where none may it is refused.
func (s *shelf) list(rt *rapid.T, sku string) bool {
	return s.carries(rt, s.interactive(rt, fmt.Sprintf(`{"type":"product_list","header":{"type":"text","text":"Menu"},"body":{"text":"Look"},"action":{"catalog_id":%q,
		"sections":[{"title":"All","product_items":[{"product_retailer_id":%q},{"product_retailer_id":%q}]}]}}`, s.catalog, s.skus[0], s.skus[1])), sku)
}

// carousel sends each item on a card.
func (s *shelf) carousel(rt *rapid.T, sku string) bool {
	return s.carries(rt, s.interactive(rt, fmt.Sprintf(`{"type":"carousel","body":{"text":"Look"},"action":{"cards":[
		{"card_index":0,"type":"product","action":{"catalog_id":%[1]q,"product_retailer_id":%[2]q}},{"card_index":1,"type":"product","action":{"catalog_id":%[1]q,"product_retailer_id":%[3]q}}]}}`,
		s.catalog, s.skus[0], s.skus[1])), sku)
}

// catalogMessage sends the whole catalog with an item as its picture.
func (s *shelf) catalogMessage(rt *rapid.T, sku string) bool {
	return s.carries(rt, s.interactive(rt, fmt.Sprintf(`{"type":"catalog_message","body":{"text":"Look"},"action":{"name":"catalog_message","parameters":{"thumbnail_product_retailer_id":%q}}}`, sku)), sku)
}

func (s *shelf) interactive(rt *rapid.T, text string) wire.Message {
	m, err := messaging.Parse(fmt.Appendf(nil, `{"messaging_product":"whatsapp","recipient_type":"individual","to":%q,"type":"interactive","interactive":%s}`, s.wa, text))
	s.must(rt, err)
	return m
}

// fill is a message of a template.
func (s *shelf) fill(rt *rapid.T, name, components string) wire.Message {
	m, err := messaging.Parse(fmt.Appendf(nil, `{"messaging_product":"whatsapp","recipient_type":"individual","to":%q,"type":"template",
		"template":{"name":%q,"language":{"code":"en"},"components":[%s]}}`, s.wa, name, components))
	s.must(rt, err)
	return m
}

func (s *shelf) catalogTemplate(rt *rapid.T, sku string) bool {
	return s.carries(rt, s.fill(rt, "menu", fmt.Sprintf(`{"type":"button","sub_type":"CATALOG","index":"0","parameters":[{"type":"action","action":{"thumbnail_product_retailer_id":%q}}]}`, sku)), sku)
}

// listTemplate names one item, as its picture and in its list.
func (s *shelf) listTemplate(rt *rapid.T, sku string) bool {
	return s.carries(rt, s.fill(rt, "list", fmt.Sprintf(`{"type":"button","sub_type":"mpm","index":"0","parameters":[{"type":"action","action":{"thumbnail_product_retailer_id":%[1]q,
		"sections":[{"title":"All","product_items":[{"product_retailer_id":%[1]q}]}]}}]}`, sku)), sku)
}

// listedByTemplate names all items behind the picture of another: one that may be shown carries those that may.
func (s *shelf) listedByTemplate(rt *rapid.T, sku string) bool {
	picture := sku
	for _, other := range s.skus {
		if i, there := s.items[other]; other != sku && there && s.connected && i.status == catalog.Approved {
			picture = other
		}
	}
	return s.carries(rt, s.fill(rt, "list", fmt.Sprintf(`{"type":"button","sub_type":"mpm","index":"0","parameters":[{"type":"action","action":{"thumbnail_product_retailer_id":%q,
		"sections":[{"title":"All","product_items":[{"product_retailer_id":%q},{"product_retailer_id":%q}]}]}}]}`, picture, s.skus[0], s.skus[1])), sku)
}

func (s *shelf) itemTemplate(rt *rapid.T, sku string) bool {
	return s.carries(rt, s.fill(rt, "one", s.header(sku)), sku)
}

func (s *shelf) cardsTemplate(rt *rapid.T, sku string) bool {
	return s.carries(rt, s.fill(rt, "cards", fmt.Sprintf(`{"type":"carousel","cards":[{"card_index":0,"components":[%s]},{"card_index":1,"components":[%s]}]}`,
		s.header(s.skus[0]), s.header(s.skus[1]))), sku)
}

func (s *shelf) header(sku string) string {
	return fmt.Sprintf(`{"type":"header","parameters":[{"type":"product","product":{"product_retailer_id":%q,"catalog_id":%q}}]}`, sku, s.catalog)
}

// question asks about an item from its page.
func (s *shelf) question(rt *rapid.T, sku string) bool {
	_, err := s.exchange.Receive(s.Context(), messaging.Inbound{PhoneID: s.phone, WaID: s.wa, Text: "Is there more?", ProductRetailerID: sku})
	return !s.refused(rt, err)
}

// carries tells whether a message arrives with an item, wherever in it.
func (s *shelf) carries(rt *rapid.T, m wire.Message, sku string) bool {
	sent, err := s.exchange.Send(s.Context(), caller(mine), s.phone, m)
	if s.refused(rt, err) {
		return false
	}
	v, err := s.exchange.Message(s.Context(), s.phone, s.wa, sent.Messages[0].ID)
	s.must(rt, err)
	found := v.Thumbnail != nil && v.Thumbnail.RetailerID == sku
	for _, x := range v.Sections {
		found = found || slices.ContainsFunc(x.Products, func(p messaging.Goods) bool { return p.RetailerID == sku })
	}
	if v.Template != nil {
		for _, c := range v.Template.Cards {
			found = found || c.Product != nil && c.Product.RetailerID == sku
		}
	}
	if told := strings.Contains(fmt.Sprintf("%+v", v), sku+" "); told && !found {
		rt.Fatalf("%s stands somewhere in %+v", sku, v)
	}
	return found
}
