package app_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/hawkerhq/hawker/internal/i18n"
	"github.com/hawkerhq/hawker/internal/policy"
)

// hidden reads a hidden field of the form about an item.
func hidden(t *testing.T, page, item, name string) string {
	t.Helper()
	at := strings.Index(page, `name="item" value="`+item+`"`)
	if at < 0 {
		t.Fatalf("no form about %s: %.800s", item, visibleText(page))
	}
	m := regexp.MustCompile(`name="` + name + `" value="([^"]*)"`).FindStringSubmatch(page[at:])
	if m == nil {
		t.Fatalf("no field %s", name)
	}
	return m[1]
}

// A business's rejected items are all on the page that appeals them, several at once; what came of it stands there too.
func TestRejectedItemsAreAppealedTogether(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	one, two := reject(w, "CF01"), reject(w, "CF02")
	keeper, agent := join(t, w, "catalog_manager"), join(t, w, "agent")
	page, _ := keeper.do(http.StatusOK, http.MethodGet, officeA+"/appeals", nil)
	for _, want := range []string{`value="` + one + `"`, `value="` + two + `"`, "/help/commerce-policy#weapons"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s: %.600s", want, visibleText(page))
		}
	}
	agent.do(http.StatusForbidden, http.MethodPost, officeA+"/appeals", url.Values{"item": {one}})
	keeper.do(http.StatusUnprocessableEntity, http.MethodPost, officeA+"/appeals", nil)
	page, _ = keeper.do(http.StatusOK, http.MethodPost, officeA+"/appeals", url.Values{"item": {one, two}, "message": {"It is coffee."}})
	if text := visibleText(page); strings.Count(text, "In review") != 2 || strings.Contains(page, `type="checkbox" name="item" value="`+one) {
		t.Errorf("after asking: %.600s", text)
	}
	w.must(http.MethodPost, "/sandbox/v1/items/"+one+"/verdict", `{"status":"approved"}`)
	w.must(http.MethodPost, "/sandbox/v1/items/"+two+"/verdict", `{"status":"rejected","policy_id":"weapons","reason":"It has a blade."}`)
	page, _ = keeper.do(http.StatusOK, http.MethodGet, officeA+"/appeals", nil)
	if text := visibleText(page); !strings.Contains(text, "Approved") || !strings.Contains(text, "Rejection stands") || !strings.Contains(text, "It has a blade.") {
		t.Errorf("after the decisions: %.600s", text)
	}
	page, _ = keeper.do(http.StatusOK, http.MethodGet, officeA+"/items/"+two, nil)
	if text := visibleText(page); !strings.Contains(text, "The appeal was refused") || !strings.Contains(text, "Another review was asked for") || !strings.Contains(text, "It is coffee.") {
		t.Errorf("the timeline: %.900s", text)
	}
	v := w.must(http.MethodGet, "/sandbox/v1/items/"+two+"/appeal", "")
	if v["appeal_status"] != "refused" || v["eligible_for_appeal"] != false || v["reason"] != "It has a blade." {
		t.Errorf("by the sandbox: %v", v)
	}
	three := reject(w, "CF03")
	if v := w.must(http.MethodPost, "/sandbox/v1/items/"+three+"/appeal", `{"message":"Egg coffee"}`); v["appeal_status"] != "open" {
		t.Errorf("asked by the sandbox: %v", v)
	}
	if status, _ := w.call(http.MethodPost, "/sandbox/v1/items/"+three+"/appeal", `{}`); status != http.StatusBadRequest {
		t.Errorf("asked twice: %d", status)
	}
}

func TestModeratorsHoldAskAndDecideFromTheInbox(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	item := w.itemOf(catalogA, "PH01")
	w.must(http.MethodPost, chatA+"/products/PH01/report", `{"reason":"counterfeit","text":"Chép món quán khác"}`)
	mod := join(t, w, "moderator")
	inbox, _ := mod.do(http.StatusOK, http.MethodGet, officeA+"/reports", nil)
	if text := visibleText(inbox); !strings.Contains(text, "1 customer") || !strings.Contains(text, "Chép món quán khác") || strings.Contains(text, lan) {
		t.Fatalf("a moderator reads: %.700s", text)
	}
	owner := login(t, w, "vi")
	if page, _ := owner.do(http.StatusOK, http.MethodGet, officeA+"/reports", nil); strings.Contains(page, "Chép món") || !strings.Contains(visibleText(page), "1 khách") {
		t.Error("the owner reads what the customer wrote")
	}
	page, _ := mod.do(http.StatusOK, http.MethodPost, officeA+"/reports", url.Values{"item": {item}})
	if !strings.Contains(visibleText(page), "the rules still approve it") || w.review(item) != "approved" {
		t.Errorf("reviewed again: %.400s", visibleText(page))
	}
	form := func(page string, more url.Values) url.Values {
		more.Set("item", item)
		more.Set("content", hidden(t, page, item, "content"))
		return more
	}
	mod.do(http.StatusOK, http.MethodPost, officeA+"/queue", form(inbox, url.Values{"action": {"hold"}, "policy": {"counterfeit"}, "from": {"reports"}}))
	if w.review(item) != "pending" {
		t.Errorf("held: %s", w.review(item))
	}
	queue, _ := mod.do(http.StatusOK, http.MethodGet, officeA+"/queue", nil)
	mod.do(http.StatusOK, http.MethodPost, officeA+"/queue", form(queue, url.Values{"action": {"second"}, "lean": {"reject"}, "policy": {"counterfeit"}, "reason": {"Trông giống."}}))
	mod.do(http.StatusUnprocessableEntity, http.MethodPost, officeA+"/queue", form(queue, url.Values{"action": {"approve"}}))
	queue, _ = owner.do(http.StatusOK, http.MethodGet, officeA+"/queue", nil)
	if !strings.Contains(queue, "Trông giống.") {
		t.Errorf("the other moderator does not read the first one's opinion: %.600s", visibleText(queue))
	}
	owner.do(http.StatusOK, http.MethodPost, officeA+"/queue", form(queue, url.Values{"action": {"approve"}}))
	if w.review(item) != "approved" {
		t.Errorf("approved by the second: %s", w.review(item))
	}
	if page, _ := mod.do(http.StatusOK, http.MethodGet, officeA+"/reports", nil); !strings.Contains(visibleText(page), "No open reports") {
		t.Errorf("after the decision: %.400s", visibleText(page))
	}
	keeper := join(t, w, "catalog_manager")
	for _, path := range []string{"/reports", "/queue"} {
		keeper.do(http.StatusForbidden, http.MethodGet, officeA+path, nil)
		keeper.do(http.StatusForbidden, http.MethodPost, officeA+path, url.Values{"item": {item}})
	}
}

func TestABusinessSeesWhereItStandsAndAppeals(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	owner, keeper, mod := login(t, w, "en"), join(t, w, "catalog_manager"), join(t, w, "moderator")
	page, _ := keeper.do(http.StatusOK, http.MethodGet, officeA+"/standing", nil)
	if text := visibleText(page); !strings.Contains(text, "Nothing is restricted") || strings.Contains(page, `name="rung"`) {
		t.Errorf("with nothing held: %.500s", text)
	}
	keeper.do(http.StatusForbidden, http.MethodPost, officeA+"/standing/"+wabaA, url.Values{"rung": {"lock"}, "policy": {"alcohol"}})
	mod.do(http.StatusUnprocessableEntity, http.MethodPost, officeA+"/standing/"+wabaA, url.Values{"rung": {"lock"}, "policy": {"nonsense"}})
	mod.do(http.StatusNotFound, http.MethodPost, officeA+"/standing/300000000000009", url.Values{"rung": {"lock"}, "policy": {"alcohol"}})
	page, _ = mod.do(http.StatusOK, http.MethodPost, officeA+"/standing/"+wabaA, url.Values{"rung": {"restrict_5_days"}, "policy": {"alcohol"}, "reason": {"Wine in the menu."}})
	for _, want := range []string{"5 days without messages", "5 days left", "You are here", "Wine in the menu.", "No answers to customers", "Any drink with alcohol"} {
		if !strings.Contains(visibleText(page), want) {
			t.Errorf("restricted, the page lacks %q: %.900s", want, visibleText(page))
		}
	}
	w.must(http.MethodPost, chatA+"/messages", `{"text":"Hi"}`)
	if page, _ := owner.do(http.StatusUnprocessableEntity, http.MethodPost, officeA+"/inbox/"+phoneA+"/"+lan, url.Values{"text": {"Chào"}}); !strings.Contains(visibleText(page), "restricted") || !strings.Contains(page, "/help/enforcement") {
		t.Errorf("answering from the inbox: %.500s", visibleText(page))
	}
	violation := regexp.MustCompile(`/standing/` + wabaA + `/(\d+)/appeal`).FindStringSubmatch(func() string { p, _ := owner.do(http.StatusOK, http.MethodGet, officeA+"/standing", nil); return p }())
	if violation == nil {
		t.Fatal("no form to appeal")
	}
	at := officeA + "/standing/" + wabaA + "/" + violation[1]
	keeper.do(http.StatusForbidden, http.MethodPost, at+"/appeal", url.Values{"message": {"x"}})
	owner.do(http.StatusUnprocessableEntity, http.MethodPost, at+"/appeal", url.Values{"message": {" "}})
	page, _ = owner.do(http.StatusOK, http.MethodPost, at+"/appeal", url.Values{"message": {"It is vinegar."}})
	if !strings.Contains(visibleText(page), "In review") {
		t.Errorf("appealed: %.500s", visibleText(page))
	}
	page, _ = mod.do(http.StatusOK, http.MethodPost, at+"/decision", url.Values{"outcome": {"reversed"}, "reason": {"Vinegar it is."}})
	if text := visibleText(page); !strings.Contains(text, "Reversed") || !strings.Contains(text, "Vinegar it is.") || !strings.Contains(text, "Nothing is restricted") {
		t.Errorf("reversed: %.700s", text)
	}
	mod.do(http.StatusUnprocessableEntity, http.MethodPost, at+"/decision", url.Values{"outcome": {"unchanged"}})
	owner.do(http.StatusOK, http.MethodPost, officeA+"/inbox/"+phoneA+"/"+lan, url.Values{"text": {"Chào"}})
}

func TestHelpPagesExplainEveryPolicyInBothLanguages(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	for _, p := range policy.AccountPolicies() {
		for _, part := range []string{"name", "no", "ask", "yes"} {
			if !i18n.Has("en", "policy."+part+"_"+p) {
				t.Errorf("policy.%s_%s has no text", part, p)
			}
		}
	}
	v := visit(t, w)
	for lang, words := range map[string][]string{"en": {"What may be sold", "Any drink with alcohol", "131031", "additional_reviews", "origin_country"}, "vi": {"Được bán gì", "Mọi loại rượu bia", "131031", "additional_reviews", "origin_country"}} {
		all := ""
		for _, path := range []string{"/help", "/help/commerce-policy", "/help/reviews", "/help/enforcement", "/help/india"} {
			status, page, h := v.page(http.MethodGet, path, nil, "Accept-Language", lang)
			if status != http.StatusOK || h.Get("Content-Language") != lang {
				t.Errorf("%s %s answered %d", lang, path, status)
			}
			all += page
		}
		for _, word := range words {
			if !strings.Contains(all, word) {
				t.Errorf("%s: nothing says %q", lang, word)
			}
		}
		for _, p := range policy.AccountPolicies() {
			if !strings.Contains(all, `id="`+p+`"`) {
				t.Errorf("%s: no section about %s", lang, p)
			}
		}
	}
	if status, _, _ := v.page(http.MethodGet, "/help/nothing", nil); status != http.StatusNotFound {
		t.Errorf("an unknown page answered %d", status)
	}
	item := reject(w, "CF01")
	list := w.must(http.MethodGet, "/v25.0/"+item+"/channels_to_integrity_status", "")["data"].([]any)
	link := list[0].(map[string]any)["rejection_information"].(map[string]any)["policy_url"].(string)
	if link != w.URL()+"/help/commerce-policy#weapons" {
		t.Errorf("policy_url is %s", link)
	}
}
