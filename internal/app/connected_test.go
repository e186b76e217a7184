package app_test

import (
	"net/http"
	"net/url"
	"testing"
)

// TestWhatIsConnectedInThePagesIsThereForTheAPI: at once by every name, told to be pending while it is reviewed, and sent as soon as it
// is; no caller is told that a product does not exist.
func TestWhatIsConnectedInThePagesIsThereForTheAPI(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	owner := login(t, w, "en")
	item := w.itemOf(catalogA, "CF01")
	message := `{"messaging_product":"whatsapp","to":"` + lan + `","type":"interactive","interactive":{"type":"product","action":{"catalog_id":"` + catalogA + `","product_retailer_id":"CF01"}}}`
	at := officeA + "/connections/" + wabaA
	owner.do(http.StatusOK, http.MethodPost, at, url.Values{"connect": {catalogA}, "action": {"disconnect"}})
	if status, _ := w.call(http.MethodPost, "/v25.0/"+phoneA+"/messages", message); status == http.StatusOK || w.review(item) != "" {
		t.Fatalf("a product of no connected catalog was sent: %d, %q", status, w.review(item))
	}
	owner.do(http.StatusOK, http.MethodPost, at, url.Values{"connect": {catalogA}, "action": {"connect"}})
	list := w.must(http.MethodGet, "/v25.0/"+wabaA+"/product_catalogs", "")["data"].([]any)
	if len(list) != 1 || list[0].(map[string]any)["id"] != catalogA {
		t.Fatalf("the API tells %v", list)
	}
	if state := w.review(item); state != "pending" && state != "approved" {
		t.Fatalf("the item is %q", state)
	}
	eventually(t, "approved", func() bool { return w.review(item) == "approved" })
	w.must(http.MethodPost, "/v25.0/"+phoneA+"/messages", message)
}
