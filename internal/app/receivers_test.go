package app_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/hawkerhq/hawker/internal/account"
)

// TestReceiversByPagesAlone makes an endpoint, holds it, lets it go on, sends again, changes its secret and removes it.
func TestReceiversByPagesAlone(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	c, h := login(t, w, "en"), newHook(t)
	const page = officeA + "/receivers"
	body, _ := c.do(http.StatusUnprocessableEntity, http.MethodPost, officeA+"/endpoints", url.Values{"name": {"CRM"}, "url": {"ftp://crm.example"}, "field": {"messages"}})
	if !strings.Contains(body, `value="ftp://crm.example"`) || !strings.Contains(body, `value="messages" checked`) || !strings.Contains(body, `role="alert"`) {
		t.Error("a refused endpoint is not shown again with what is wrong")
	}
	body, _ = c.do(http.StatusOK, http.MethodPost, officeA+"/endpoints", url.Values{"name": {"CRM"}, "url": {h.URL}, "field": {"messages"}})
	secret := regexp.MustCompile(`data-copyable>([0-9a-f]{32})<`).FindStringSubmatch(body)
	if secret == nil {
		t.Fatal("the secret of the new endpoint is not told")
	}
	if body, _ = c.do(http.StatusOK, http.MethodGet, page, nil); strings.Contains(body, secret[1]) {
		t.Error("the secret is told twice")
	}
	receiver, endpoint := regexp.MustCompile(`/receivers/(\d+)"`).FindStringSubmatch(body), regexp.MustCompile(`/endpoints/(\d+)"`).FindStringSubmatch(body)
	if receiver == nil || endpoint == nil {
		t.Fatalf("the endpoint cannot be paused or removed: %s", visibleText(body))
	}

	body, _ = c.do(http.StatusOK, http.MethodPost, page+"/"+receiver[1], url.Values{"action": {"pause"}})
	if !strings.Contains(body, `value="resume"`) {
		t.Error("a paused receiver cannot be resumed")
	}
	w.must(http.MethodPost, chatA+"/messages", `{"text":"Bun bo con khong?"}`)
	if _, _, told := h.find("Bun bo"); told {
		t.Error("a paused receiver was told")
	}
	eventually(t, "held for it", func() bool {
		body, _ := c.do(http.StatusOK, http.MethodGet, page, nil)
		return strings.Contains(visibleText(body), "1 waits")
	})
	c.do(http.StatusOK, http.MethodPost, page+"/"+receiver[1], url.Values{"action": {"resume"}})
	eventually(t, "told after all", func() bool { _, _, told := h.find("Bun bo"); return told })

	body, _ = c.do(http.StatusOK, http.MethodPost, officeA+"/replays", url.Values{"state": {"delivered"}, "span": {"1h"}, "field": {"messages"}, "receiver": {receiver[1]}})
	if !strings.Contains(body, "1 of 1") && !strings.Contains(body, "0 of 1") {
		t.Errorf("the replay is not shown: %s", visibleText(body))
	}
	eventually(t, "told again", func() bool {
		h.mu.Lock()
		defer h.mu.Unlock()
		return strings.Count(strings.Join(h.bodies, "\n"), "Bun bo") == 2
	})

	body, _ = c.do(http.StatusOK, http.MethodPost, officeA+"/endpoints/"+endpoint[1], url.Values{"action": {"secret"}})
	if again := regexp.MustCompile(`data-copyable>([0-9a-f]{32})<`).FindStringSubmatch(body); again == nil || again[1] == secret[1] {
		t.Errorf("another secret: %v", again)
	}
	if body, _ = c.do(http.StatusOK, http.MethodPost, officeA+"/endpoints/"+endpoint[1], url.Values{"action": {"delete"}}); strings.Contains(body, h.URL) {
		t.Error("a removed endpoint is still there")
	}

	for path, form := range map[string]url.Values{
		page + "/" + receiver[1] + "9": {"action": {"pause"}}, page + "/x": {"action": {"pause"}}, page + "/" + receiver[1]: {"action": {"dance"}},
		officeA + "/replays": {"span": {"1y"}}, officeA + "/endpoints/77": {"action": {"secret"}},
	} {
		c.do(http.StatusNotFound, http.MethodPost, path, form)
	}
	keeper := join(t, w, account.CatalogManager)
	keeper.do(http.StatusForbidden, http.MethodGet, page, nil)
	keeper.do(http.StatusForbidden, http.MethodPost, officeA+"/endpoints", url.Values{"name": {"x"}, "url": {h.URL}})
}
