package app_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/hawkerhq/hawker/internal/grapherr"
)

// TestEveryPolicyErrorLeadsToItsPage: every cause about policy, enforcement and India names a help page, which is there; and calls that
// are refused for one of them tell its whole address, to programs and to people.
func TestEveryPolicyErrorLeadsToItsPage(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	v := visit(t, w)
	pages := map[string]string{}
	for _, code := range grapherr.Codes() {
		help, name := grapherr.Help(code), string(code)
		about := strings.HasPrefix(name, "policy.") || strings.HasPrefix(name, "waba.compliance") || strings.Contains(name, "messaging.compliance") ||
			name == "waba.restricted" || name == "waba.locked" || name == "waba.violation_unknown" || name == "messaging.country_restricted" || name == "messaging.no_product"
		if about != (help != "") {
			t.Errorf("%s is about policy: %t; its page is %q", code, about, help)
		}
		if help == "" {
			continue
		}
		path, anchor, _ := strings.Cut(help, "#")
		if pages[path] == "" {
			status, page, _ := v.page(http.MethodGet, path, nil)
			if status != http.StatusOK {
				t.Errorf("%s answers %d", path, status)
			}
			pages[path] = page
		}
		if anchor != "" && !strings.Contains(pages[path], `id="`+anchor+`"`) {
			t.Errorf("%s has no part %s", path, anchor)
		}
	}

	refused := func(method, path, body, page string) {
		t.Helper()
		status, answer := w.call(method, path, body)
		e, _ := answer["error"].(map[string]any)
		user, _ := e["error_user_msg"].(string)
		if status < http.StatusBadRequest || !strings.HasSuffix(details(answer), w.URL()+page) && !strings.HasSuffix(user, w.URL()+page) {
			t.Errorf("%s %s answered %d %v; want a link to %s", method, path, status, answer, page)
		}
	}
	w.must(http.MethodPost, chatC+"/messages", `{"text":"Hi"}`)
	w.must(http.MethodPost, "/sandbox/v1/items/"+w.itemOf(catalogC, "W01")+"/verdict", `{"status":"rejected","policy_id":"weapons"}`)
	refused(http.MethodPost, "/v25.0/"+phoneC+"/messages", product("W01"), "/help/reviews")
	w.must(http.MethodPost, "/sandbox/v1/items/"+w.itemOf(catalogC, "W01")+"/verdict", `{"status":"approved"}`)
	w.exec(`DELETE FROM business_compliance`)
	refused(http.MethodPost, "/v25.0/"+phoneC+"/messages", product("W01"), "/help/india")
	refused(http.MethodPost, compliance, `{"messaging_product":"whatsapp","entity_name":"x"}`, "/help/india")
	refused(http.MethodPost, "/v25.0/"+catalogA+"/additional_reviews", `{"retailer_ids":["CF01"]}`, "/help/reviews#appeals")
	w.rung(wabaA, `{"policy_id":"alcohol","rung":"restrict_5_days","reason":"Wine in the menu."}`)
	refused(http.MethodPost, "/v25.0/"+phoneA+"/messages", `{"messaging_product":"whatsapp","to":"84900000001","type":"text","text":{"body":"Hi"}}`, "/help/enforcement")
}

// TestRefusedItemsAndTemplatesLeadToHelp: the issues of a catalog and the list of templates link to what explains them, and the form of a
// template does where it says no.
func TestRefusedItemsAndTemplatesLeadToHelp(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	for _, catalog := range []string{catalogA, catalogC} {
		w.must(http.MethodPost, "/v25.0/"+catalog+"/items_batch", `{"item_type":"PRODUCT_ITEM","requests":[{"method":"CREATE","data":{"id":"VODKA","title":"Vodka 1 L",
			"description":"Grain","availability":"in stock","condition":"new","price":"90 INR","link":"https://s.example/m","image_link":"https://s.example/m.jpg","brand":"M"}}]}`)
	}
	w.must(http.MethodPost, "/v25.0/"+wabaA+"/message_templates", `{"name":"vodka_sale","language":"en","category":"MARKETING","components":[{"type":"BODY","text":"Vodka 1 L, half the price this week."}]}`)
	w.must(http.MethodPost, "/sandbox/v1/clock", `{"advance":"1m"}`)
	c := login(t, w, "en")
	for _, p := range []struct{ path, says, link string }{
		{officeA + "/issues?catalog=" + catalogA, "VODKA", `href="/help/commerce-policy"`},
		{officeC + "/issues?catalog=" + catalogC, "VODKA", `href="/help/india"`},
		{officeA + "/templates", "ABUSIVE_CONTENT", `href="/help/commerce-policy"`},
	} {
		var page string
		eventually(t, p.path, func() bool {
			page, _ = c.do(http.StatusOK, http.MethodGet, p.path, nil)
			return strings.Contains(page, p.says) && strings.Contains(page, p.link)
		})
	}
}
