package manager

import (
	"time"

	"github.com/hawkerhq/hawker/internal/account"
	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/feed"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/policy"
	"github.com/hawkerhq/hawker/internal/ui"
)

// catalog are the pages of items, sets and reviews.
func (b book) catalog() []ui.Story {
	return append(append(b.homes(), b.itemStories()...), append(b.itemForms(), b.setStories()...)...)
}

func (b book) homes() []ui.Story {
	tally := catalog.Tally{Items: 26, Review: map[string]int{catalog.Approved: 20, catalog.Pending: 3, catalog.Held: 1, catalog.Rejected: 2}, Hidden: 1, Gone: 2}
	return []ui.Story{
		b.story("home.html", "empty", func(s sample) any {
			return HomePage{Shell: s.bare("home"), Steps: []Step{{Key: "upload", Link: "#"}, {Key: "connect", Link: "#"}, {Key: "settings", Link: "#"}}}
		}),
		b.story("home.html", "one", func(s sample) any {
			p := HomePage{Shell: s.shell("home"), Tally: catalog.Tally{Items: 1}, Tiles: tiles(catalog.Tally{}, "#"), Steps: []Step{{Key: "upload", Link: "#", Done: true}, {Key: "connect", Link: "#"}, {Key: "settings", Link: "#"}}}
			p.Catalog.Reviewed = false
			return p
		}),
		b.story("home.html", "many", func(s sample) any {
			return HomePage{Shell: s.shell("home"), Tally: tally, Tiles: tiles(tally, "#"), Issues: s.issues(), Feeds: s.feedLines(), Failed: 3, Arrived: 88, Sent: 100}
		}),
		b.story("home.html", "error", func(s sample) any {
			return HomePage{Shell: s.shell("home"), Tally: tally, Tiles: tiles(tally, "#"), Problem: &Problem{Text: s.t("manager.delete_catalog_other")}}
		}),
	}
}

func (b book) itemStories() []ui.Story {
	list := func(s sample, n int) ItemsPage {
		return ItemsPage{Shell: s.shell("items"), Items: s.items(n), Total: n, Reviews: reviewStates(), Stocks: availabilities(), Issues: s.issues(), Columns: columns(), Chosen: columnsShown(), Policies: policy.IDs()}
	}
	one := func(s sample, n int) ItemPage {
		it := s.items(5)[n]
		return ItemPage{Shell: s.shell("items"), Item: it, Visible: n == 0, Stocks: availabilities(), JSON: "{\n  \"id\": \"PH01\"\n}", Call: "curl -H 'Authorization: Bearer …' '" + s.Base + "/v25.0/700000000000000?fields=id,name,price'"}
	}
	return []ui.Story{
		b.story("items.html", "nothing", func(s sample) any { return ItemsPage{Shell: s.bare("items")} }),
		b.story("items.html", "empty", func(s sample) any { return list(s, 0) }),
		b.story("items.html", "none", func(s sample) any {
			p := list(s, 0)
			p.Filter = ItemFilter{Search: longText, Review: catalog.Held}
			return p
		}),
		b.story("items.html", "none so far", func(s sample) any {
			p := list(s, 0)
			p.Filter, p.Looking, p.Next, p.AtLeast = ItemFilter{Brand: "Kumo"}, true, "#", true
			return p
		}),
		b.story("items.html", "one", func(s sample) any { return list(s, 1) }),
		b.story("items.html", "dense", func(s sample) any {
			p := list(s, 20)
			p.Dense, p.Filter = true, ItemFilter{Policy: "alcohol", Category: "Coffee"}
			p.Categories, p.Brands = []catalog.Shelf{{Value: "Food > Coffee", Items: 12}}, []catalog.Shelf{{Value: longText, Items: 3}}
			return p
		}),
		b.story("items.html", "many", func(s sample) any {
			p := list(s, 9)
			p.Total, p.Prev, p.Next = 1000000, "#", "#"
			p.Views = []ViewLink{{View: account.View{ID: 1, Name: "Hết hàng"}, Href: "#", Current: true}, {View: account.View{ID: 2, Name: longText}, Href: "#"}}
			p.SetsIn = map[id.ID][]catalog.Set{p.Items[0].ID: {{ID: 1, Name: "Món nước"}, {ID: 2, Name: longText}}, p.Items[4].ID: {{ID: 3, Name: longWord}}}
			p.Chosen, p.Did = columns(), "curl -X POST '"+s.Base+"/v25.0/500000000000001/items_batch'"
			p.Sets = []catalog.Set{{ID: 1, Name: "Combo"}, {ID: 2, Name: longText}}
			p.Undo = &Undo{Action: "show", IDs: []string{"700000000000000", "700000000000001"}}
			return p
		}),
		b.story("items.html", "error", func(s sample) any {
			p := list(s, 3)
			p.Problem = s.problem()
			return p
		}),
		b.story("items.html", "reader", func(s sample) any {
			p := list(s, 5)
			p.Role = "agent"
			return p
		}),
		b.story("item.html", "one", func(s sample) any { return one(s, 0) }),
		b.story("item.html", "held", func(s sample) any {
			p := one(s, 1)
			p.Item.GroupID, p.Variants, p.PasteColumns = "COMBO", s.variants(3), pasteColumns()
			p.Sets = []catalog.Set{{ID: 1, Name: "Combo"}, {ID: 2, Name: longText}}
			return p
		}),
		b.story("item.html", "edited", func(s sample) any {
			p := one(s, 0)
			p.Edits = []EditLine{
				{Edit: catalog.Edit{By: "Lan Anh", At: s.Now}, Diff: ui.Diff("\"price\": \"60000 VND\"", "\"price\": \"65000 VND\"")}, {Edit: catalog.Edit{At: s.Now.Add(-time.Hour)}, Diff: ui.Diff(longWord, longText)}, {Edit: catalog.Edit{By: longText, At: s.Now.Add(-99 * time.Hour)}},
			}
			return p
		}),
		b.story("item.html", "rejected", func(s sample) any { return one(s, 3) }),
		b.story("item.html", "appealed", func(s sample) any {
			p := one(s, 3)
			p.Appeal = &policy.Appeal{ID: 1, ItemID: p.Item.ID, State: "open", Message: longText, CreatedAt: s.Now.Add(-time.Hour)}
			return p
		}),
		b.story("item.html", "long", func(s sample) any {
			p := one(s, 4)
			p.Errors, p.Feed, p.Variants, p.Problem = s.issues(), &feed.Feed{ID: 1, Name: longText}, s.variants(5), s.problem()
			p.Item.GroupID, p.PasteColumns = longWord, pasteColumns()
			p.Variants[1].PriceText, p.Variants[1].Problem, p.Variants[4].Problem = "12,5", s.problem(), s.problem()
			p.Paste, p.Refused = "id\tprice\n"+longWord+"\t"+longText, []GridProblem{{"7", *s.problem()}, {longWord, *s.problem()}}
			return p
		}),
	}
}

func (b book) itemForms() []ui.Story {
	form := func(s sample, values map[string]string) ItemFormPage {
		p := ItemFormPage{Shell: s.shell("items"), Groups: itemFields(), Values: values, Stocks: availabilities()}
		p.Title = s.t("manager.new_item")
		return p
	}
	return []ui.Story{
		b.story("item_form.html", "empty", func(s sample) any {
			return form(s, map[string]string{"availability": catalog.InStock, "condition": "new"})
		}),
		b.story("item_form.html", "one", func(s sample) any {
			p := form(s, formValues(s.items(2)[1]))
			p.Item, p.Title = "700000000000001", s.t("manager.edit_item")
			return p
		}),
		b.story("item_form.html", "many", func(s sample) any { // categories that were found
			p := form(s, map[string]string{"google_product_category": "coffee", "availability": catalog.InStock, "condition": "new"})
			p.Groups[3].Closed = false
			p.Categories = &CategoryChoice{Known: true, Found: []catalog.Category{
				{ID: 1868, Path: "Food, Beverages & Tobacco > Beverages > Coffee"}, {ID: 5, Path: longText + " > " + longWord},
			}}
			return p
		}),
		b.story("item_form.html", "error", func(s sample) any {
			p := form(s, formValues(s.items(5)[4]))
			p.Problem, p.Problems = s.problem(), map[string]string{"price": longText, "title": "title: at most 200 characters"}
			p.Check = &policy.Judgement{Verdict: policy.Reject, PolicyID: "alcohol", Evidence: []policy.Evidence{{Field: "title", Text: longText}}}
			return p
		}),
	}
}

func (b book) setStories() []ui.Story {
	set := func(s sample, f SetForm) SetPage {
		p := SetPage{Shell: s.shell("sets"), Form: f, Fields: ruleFields()}
		p.Title = s.t("manager.new_set")
		return p
	}
	return []ui.Story{
		b.story("sets.html", "empty", func(s sample) any { return SetsPage{Shell: s.shell("sets")} }),
		b.story("sets.html", "many", func(s sample) any {
			return SetsPage{Shell: s.shell("sets"), Sets: []SetLine{
				{Set: catalog.Set{ID: 600000000000001, CatalogID: sampleCatalog, Name: "Món nước", Filter: `{"product_type":{"i_contains":"Món nước"}}`}, Count: 5},
				{Set: catalog.Set{ID: 600000000000002, CatalogID: sampleCatalog, Name: longText, Filter: `{"or":[{"brand":{"eq":"` + longWord + `"}},{"availability":{"eq":"in stock"}}]}`}, Count: 1000000, AtLeast: true},
			}}
		}),
		b.story("set.html", "empty", func(s sample) any { return set(s, SetForm{}) }),
		b.story("set.html", "one", func(s sample) any {
			p := set(s, SetForm{Name: "Món nước", Join: "or", Conditions: []Condition{{"product_type", "i_contains", "Món nước"}, {"brand", "eq", longText}}})
			p.ID, p.Counted, p.Count, p.Sample = "600000000000001", true, 5, s.items(5)
			return p
		}),
		b.story("set.html", "many", func(s sample) any {
			p := set(s, SetForm{Name: "Món nước", Join: "and", Conditions: []Condition{{"brand", "eq", "Kumo"}}})
			p.ID, p.Counted, p.Count, p.AtLeast, p.Sample = "600000000000001", true, 12_000, true, s.items(5)
			return p
		}),
		b.story("set.html", "picked", func(s sample) any {
			p := set(s, SetForm{Name: "Bán chạy", Only: true, Picked: []string{"PH01", "CB01", longWord, "GONE"}})
			p.Products = map[string]catalog.Item{}
			for n, i := range s.items(5) {
				p.Products[i.RetailerID] = i
				p.Picker.Items = append(p.Picker.Items, Pick{Item: i, Chosen: n != 2})
			}
			p.ID, p.Counted, p.Count, p.Sample = "600000000000001", true, 3, s.items(3)
			return p
		}),
		b.story("set.html", "long", func(s sample) any { return set(s, SetForm{Name: longText, Long: 400}) }),
		b.story("set.html", "error", func(s sample) any {
			p := set(s, SetForm{Name: "JSON", JSON: `{"and":[{"or":[{"brand":{"eq":"x"}}]}]}`})
			p.Problem = s.problem()
			return p
		}),
		b.story("issues.html", "empty", func(s sample) any { return IssuesPage{Shell: s.shell("issues")} }),
		b.story("issues.html", "many", func(s sample) any {
			list := s.issues()
			return IssuesPage{Shell: s.shell("issues"), Groups: []IssueGroup{{Severity: catalog.MustFix, Issues: list[:2], Items: 4333, Trend: Trend{Values: []int64{5120, 5120, 4980, 4333}}}, {Severity: catalog.Opportunity, Issues: list[2:], Items: 1}}}
		}),
		b.story("queue.html", "empty", func(s sample) any { return QueuePage{Shell: s.shell("queue")} }),
		b.story("queue.html", "many", func(s sample) any {
			items := s.items(5)
			return QueuePage{Shell: s.shell("queue"), Problem: s.problem(), Cases: s.cases(items)}
		}),
	}
}
