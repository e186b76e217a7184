package app_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/net/html"
)

// mouth says the texts of a list in turn, as many at once as fit.
type mouth struct {
	list []string
	at   int // how many were said; the list begins anew at its end
}

// say joins the next texts, at most so many characters; one that is too long alone is passed over.
func (m *mouth) say(most int) string {
	said := ""
	for range m.list {
		next := m.list[m.at%len(m.list)]
		if n := utf8.RuneCountInString(said) + 1 + utf8.RuneCountInString(next); n > most && said != "" {
			break
		} else if n <= most {
			said = strings.TrimPrefix(said+" "+next, " ")
		}
		m.at++
	}
	return said
}

// all says everything there is in texts of at most so many characters.
func (m *mouth) all(most int, say func(text string)) {
	for end := m.at + len(m.list); m.at < end; {
		say(m.say(most))
	}
}

// harmless are as many texts as there are hostile ones, as long, of letters only.
func harmless() (list []string) {
	for _, s := range hostile() {
		list = append(list, strings.Repeat("zqy", utf8.RuneCountInString(s)/3+1)[:utf8.RuneCountInString(s)])
	}
	return list
}

// talk is what people and programs write in a world, by the calls and forms everybody has: in every place where there may be
// text, with the words of a mouth.
type talk struct {
	world
	desk clerk
	*mouth
}

func (k talk) json(v any) string { return jsonOf(k.t, v) }

func (k talk) send(kind string, message any) {
	k.t.Helper()
	v := map[string]any{"messaging_product": "whatsapp", "to": lan, "type": kind, kind: message}
	if status, answer := k.call(http.MethodPost, "/v25.0/"+phoneA+"/messages", k.json(v)); status != http.StatusOK {
		k.t.Errorf("a message of type %s was refused: %v", kind, answer)
	}
}

func (k talk) call(method, path, body string) (int, map[string]any) {
	return k.world.call(method, path, body)
}

// goods puts items with such texts into the catalog, and has the first ones approved and one rejected.
func (k talk) goods() {
	requests, titles := []any{}, &mouth{list: k.list}
	titles.all(190, func(title string) {
		requests = append(requests, map[string]any{"method": "CREATE", "data": map[string]any{
			"id": fmt.Sprintf("HOSTILE-%d", len(requests)), "title": title, "description": k.say(400), "brand": k.say(90), "color": k.say(90), "size": k.say(90), "product_type": k.say(200), "custom_label_0": k.say(90),
			"price": "45000 VND", "availability": "in stock", "condition": "new", "link": "https://shop.example/x", "image_link": "https://shop.example/x.jpg",
		}})
	})
	handle := k.must(http.MethodPost, "/v25.0/"+catalogA+"/items_batch", k.json(map[string]any{"item_type": "PRODUCT_ITEM", "requests": requests}))["handles"].([]any)[0].(string)
	eventually(k.t, "the batch was applied", func() bool {
		v := k.must(http.MethodGet, "/v25.0/"+catalogA+"/check_batch_request_status?handle="+url.QueryEscape(handle), "")
		return v["data"].([]any)[0].(map[string]any)["status"] == "finished"
	})
	for i := range 7 {
		item := k.itemOf(catalogA, fmt.Sprintf("HOSTILE-%d", i))
		eventually(k.t, "reviewed", func() bool { return k.review(item) != "pending" })
		verdict := map[string]any{"status": "approved"}
		if i == 6 {
			verdict = map[string]any{"status": "rejected", "policy_id": "weapons", "reason": k.say(200)}
		}
		k.must(http.MethodPost, "/sandbox/v1/items/"+item+"/verdict", k.json(verdict))
	}
	k.must(http.MethodPost, "/v25.0/"+catalogA+"/additional_reviews", k.json(map[string]any{"retailer_ids": []string{"HOSTILE-6"}, "message": k.say(400)}))
	k.must(http.MethodPost, "/v25.0/"+catalogA+"/product_sets", k.json(map[string]any{"name": k.say(150), "metadata": map[string]any{"description": k.say(150)}}))
}

// chat has both sides say everything, in each type of message that has words.
func (k talk) chat() {
	k.must(http.MethodPost, chatA+"/messages", `{"text":"Chào"}`)
	product := func(n int) map[string]any { return map[string]any{"product_retailer_id": fmt.Sprintf("HOSTILE-%d", n)} }
	reply := func(id string) map[string]any {
		return map[string]any{"type": "reply", "reply": map[string]any{"id": id, "title": k.say(20)}}
	}
	k.send("interactive", map[string]any{
		"type": "button", "header": map[string]any{"type": "text", "text": k.say(60)}, "body": map[string]any{"text": k.say(1000)}, "footer": map[string]any{"text": k.say(60)},
		"action": map[string]any{"buttons": []any{reply("a"), reply("b")}},
	})
	k.send("interactive", map[string]any{
		"type": "list", "header": map[string]any{"type": "text", "text": k.say(60)}, "body": map[string]any{"text": k.say(1000)}, "footer": map[string]any{"text": k.say(60)},
		"action": map[string]any{"button": k.say(20), "sections": []any{map[string]any{"title": k.say(24), "rows": []any{map[string]any{"id": "r", "title": k.say(24), "description": k.say(72)}}}}},
	})
	k.send("interactive", map[string]any{"type": "cta_url", "body": map[string]any{"text": k.say(1000)}, "action": map[string]any{"name": "cta_url", "parameters": map[string]any{"display_text": k.say(20), "url": "https://shop.example/"}}})
	k.send("interactive", map[string]any{
		"type": "product_list", "header": map[string]any{"type": "text", "text": k.say(60)}, "body": map[string]any{"text": k.say(1000)}, "footer": map[string]any{"text": k.say(60)},
		"action": map[string]any{"catalog_id": catalogA, "sections": []any{map[string]any{"title": k.say(24), "product_items": []any{product(0), product(1)}}, map[string]any{"title": k.say(24), "product_items": []any{product(2)}}}},
	})
	k.send("interactive", map[string]any{"type": "product", "body": map[string]any{"text": k.say(1000)}, "footer": map[string]any{"text": k.say(60)}, "action": map[string]any{"catalog_id": catalogA, "product_retailer_id": "HOSTILE-1"}})
	k.send("location", map[string]any{"latitude": 10.77, "longitude": 106.7, "name": k.say(900), "address": k.say(900)})
	k.send("contacts", []any{map[string]any{"name": map[string]any{"formatted_name": k.say(200), "first_name": k.say(90)}, "org": map[string]any{"company": k.say(90)}, "phones": []any{map[string]any{"phone": "+84 90 000 00 00", "type": "WORK"}}}})
	k.send("reaction", map[string]any{"message_id": k.last(), "emoji": "👍"})

	from := func(v map[string]any) { k.must(http.MethodPost, chatA+"/messages", k.json(v)) }
	from(map[string]any{"type": "location", "location": map[string]any{"latitude": 10.77, "longitude": 106.7, "name": k.say(900), "address": k.say(900)}})
	from(map[string]any{"type": "contacts", "contacts": []any{map[string]any{"name": map[string]any{"formatted_name": k.say(200), "first_name": k.say(90)}}}})
	from(map[string]any{"text": k.say(900), "product_retailer_id": "HOSTILE-0"})
	from(map[string]any{"text": k.say(900), "referral": map[string]any{"source_url": "https://shop.example/ad", "source_type": "ad", "source_id": "1", "headline": k.say(200), "body": k.say(200)}})
	for i := range 3 {
		k.must(http.MethodPut, fmt.Sprintf("%s/cart/HOSTILE-%d", chatA, i), `{"quantity":2}`)
	}
	k.must(http.MethodPost, chatA+"/cart/send", k.json(map[string]any{"note": k.say(200)}))
	k.must(http.MethodPost, chatA+"/products/HOSTILE-3/report", k.json(map[string]any{"reason": "other", "text": k.say(200)}))
	token := k.begin(k.say(60)) // a visitor of the shop's own site
	k.world.ask(http.MethodPost, embedA+"/messages", token, url.Values{"text": {k.say(900)}})
}

// last is the id of the latest message of the chat.
func (k talk) last() string {
	list := k.must(http.MethodGet, chatA+"?limit=5", "")["messages"].([]any)
	return list[len(list)-1].(map[string]any)["id"].(string)
}

// rest is what is neither a chat nor an item: a file with wrong rows, a violation, calls that are refused, a fault.
func (k talk) rest() {
	rows := "id,title,description,availability,condition,price,link,image_link\n"
	for i := range 12 {
		cell := func(most int) string { return `"` + strings.ReplaceAll(k.say(most), `"`, `""`) + `"` }
		rows += fmt.Sprintf("F%d,%s,%s,%s,new,%s,%s,%s\n", i, cell(190), cell(300), cell(90), cell(90), cell(90), cell(90))
	}
	if status, page, _ := k.desk.upload(officeA+"/sources?catalog="+catalogA, map[string]string{"action": "check"}, "x<xss-file>.csv", rows); status != http.StatusOK {
		k.t.Errorf("a file answered %d: %.300s", status, visibleText(page))
	}
	feed := k.must(http.MethodPost, "/v25.0/"+catalogA+"/product_feeds", k.json(map[string]any{"name": k.say(90), "default_currency": "VND"}))["id"].(string)
	k.upload(k.world.send(feed, "x.csv", []byte(rows)))
	k.rung(wabaA, k.json(map[string]any{"rung": "warning", "policy_id": "weapons", "reason": k.say(200)}))
	k.must(http.MethodPost, "/v25.0/"+phoneA+"/conversational_automation", k.json(map[string]any{"prompts": []string{k.say(80), k.say(80)}, "commands": []any{map[string]any{"command_name": "menu", "command_description": k.say(200)}}}))
	k.call(http.MethodPost, "/v25.0/"+phoneA+"/messages?"+url.Values{"x": {k.say(200)}}.Encode(), k.json(map[string]any{"messaging_product": k.say(200), "to": k.say(200), "type": k.say(200)}))
	k.must(http.MethodPut, "/sandbox/v1/faults", k.json(map[string]any{"faults": []any{map[string]any{"name": k.say(150), "on": "graph", "route": k.say(150), "status": 500, "message": k.say(150)}}}))
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// outOfPages are links that lead out of the pages, or say something that ends what others need.
var outOfPages = regexp.MustCompile(`^/(static|sandbox|dev/storybook|dev/receive/|metrics|healthz|v\d|flow-preview)|\.csv|\.json|/live|/media/|/picture|/logout|hub\.|^/$`)

var anyID = regexp.MustCompile(`\d{5,}|wamid[^/?]*|HOSTILE-\d+|[A-Z]{2}\d\d`)

// crawl follows the links of the pages, at most so many pages of each kind, and gives each page to see.
func (k talk) crawl(each int, see func(path, page string)) {
	kinds, known := map[string]int{}, map[string]bool{}
	todo := []string{officeA, "/chat/" + phoneA, "/dev", "/chat", officeA + "/inbox/" + phoneA + "/" + lan, "/chat/" + phoneA + "/product/HOSTILE-0", "/chat/" + phoneA + "/cart"}
	for len(todo) > 0 {
		path := todo[0]
		todo = todo[1:]
		plain, _, _ := strings.Cut(path, "?")
		kind := anyID.ReplaceAllString(plain, "#")
		if known[path] || kinds[kind] == each || outOfPages.MatchString(path) {
			continue
		}
		known[path] = true
		status, page, header := k.desk.page(http.MethodGet, path, nil)
		if status >= 500 {
			k.t.Errorf("GET %s answered %d", path, status)
		}
		if status != http.StatusOK || !strings.HasPrefix(header.Get("Content-Type"), "text/html") {
			continue
		}
		kinds[kind]++
		see(path, page)
		for _, m := range regexp.MustCompile(`href="(/[^"]*)"`).FindAllStringSubmatch(page, -1) {
			to, _, _ := strings.Cut(html.UnescapeString(m[1]), "#")
			todo = append(todo, to)
		}
	}
	if len(kinds) < 45 {
		k.t.Errorf("only %d kinds of pages: %v", len(kinds), slices.Sorted(maps.Keys(kinds)))
	}
}

// speak makes a world in which everything that may be text was said by a mouth, by calls and then by forms: those of all pages, and
// those of the pages that come of that. It gives the answers of the forms to see, and lists what a browser should see too.
func speak(t *testing.T, list []string, see func(path, page string)) (k talk, forms []answered) {
	t.Helper()
	w := embedding(t, shopSite)
	openEmbed(t, w, shopSite)
	k = talk{w, login(t, w, "vi"), &mouth{list: list}}
	k.desk.page(http.MethodPost, "/chat/customer", url.Values{"wa_id": {lan}})
	k.desk.page(http.MethodPost, "/dev/receivers/first/listen", url.Values{})
	k.goods()
	k.chat()
	k.rest()
	kinds := map[string]int{}
	for range 2 {
		pages := []string{}
		k.crawl(1, func(_, page string) { pages = append(pages, page) })
		for _, page := range pages {
			forms = append(forms, k.fillIn(page, kinds, see)...)
		}
		k.desk.page(http.MethodPost, "/chat/customer", url.Values{"wa_id": {lan}}) // who a forged form may have forgotten
	}
	k.outside(kinds, see)
	t.Logf("%d kinds of forms were filled in", len(kinds))
	k.must(http.MethodDelete, chatA+"/block", "") // a forged form may have blocked the shop, and sent the cart
	k.must(http.MethodPut, chatA+"/cart/HOSTILE-4", `{"quantity":1}`)
	k.all(3900, func(text string) { k.must(http.MethodPost, chatA+"/messages", k.json(map[string]any{"text": text})) })
	k.all(3900, func(text string) { k.send("text", map[string]any{"body": text}) })
	return k, forms
}
