package app_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/hawkerhq/hawker/internal/db"
)

// Shop C of the demo world, in India, and a customer there.
const (
	phoneC, catalogC, priya = "400000000000003", "500000000000003", "919812345678"
	compliance              = "/v25.0/" + phoneC + "/business_compliance_info"
	chatC                   = "/sandbox/v1/customers/" + priya + "/chats/" + phoneC
)

func (w world) exec(query string, args ...any) {
	w.t.Helper()
	err := w.DB.Update(w.t.Context(), func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, query, args...)
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

func details(v map[string]any) string {
	data, _ := v["error"].(map[string]any)["error_data"].(map[string]any)
	text, _ := data["details"].(string)
	return text
}

func product(sku string) string {
	return `{"messaging_product":"whatsapp","to":"` + priya + `","type":"interactive","interactive":{"type":"product","action":{"catalog_id":"` + catalogC +
		`","product_retailer_id":"` + sku + `"}}}`
}

func TestABusinessInIndiaTellsItsDetailsBeforeItSells(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	w.must(http.MethodPost, chatC+"/messages", `{"text":"Hi"}`)
	w.must(http.MethodPost, "/v25.0/"+phoneC+"/messages", product("W01"))

	w.exec(`DELETE FROM business_compliance`)
	empty := w.must(http.MethodGet, compliance, "")["data"].([]any)[0].(map[string]any)
	if empty["entity_name"] != nil || empty["customer_care_details"] != nil || empty["is_registered"] != false || empty["whatsapp_business_account_id"] != "300000000000003" {
		t.Errorf("with nothing told: %v", empty)
	}
	status, v := w.call(http.MethodPost, "/v25.0/"+phoneC+"/messages", product("W01"))
	if status != http.StatusBadRequest || v["error"].(map[string]any)["code"] != 131009.0 || !strings.Contains(details(v), "grievance_officer_details") {
		t.Errorf("sent without details: %d %v", status, v)
	}
	w.must(http.MethodPost, "/v25.0/"+phoneC+"/messages", `{"messaging_product":"whatsapp","to":"`+priya+`","type":"text","text":{"body":"Texts go"}}`)
	if seen := w.must(http.MethodGet, chatC, "")["business"].(map[string]any); seen["catalog_visible"] != false {
		t.Errorf("the storefront of a business that told nothing: %v", seen)
	}
	if status, v := w.call(http.MethodGet, chatC+"/catalog", ""); status == http.StatusOK {
		t.Errorf("its catalog opens: %v", v)
	}
	for _, foreign := range []string{"999999999999999", "400000000000999"} {
		status, v := w.call(http.MethodGet, "/v25.0/"+foreign+"/business_compliance_info", "")
		e := v["error"].(map[string]any)
		if status != http.StatusNotFound || e["code"] != 803.0 || e["message"] != "WhatsApp Business Account phone number not found" || e["type"] != "GraphMethodException" {
			t.Errorf("an unknown number: %d %v", status, v)
		}
	}

	const officer = `"grievance_officer_details":{"name":"A. Nair","email":"a@b.example","mobile_number":"+914847100004"}`
	const care = `"customer_care_details":{"email":"c@b.example","landline_number":"+914847100005"}`
	for _, c := range []struct {
		body   string
		status int
		text   string
	}{
		{`{"entity_name":"Spice","entity_type":"PARTNERSHIP","is_registered":true,` + officer + `,` + care + `}`, 400, "messaging_product"},
		{`{"messaging_product":"whatsapp","entity_name":"S","entity_type":"PUBLIC_COMPANY",` + officer + `,` + care + `}`, 400, "2 to 128"},
		{`{"messaging_product":"whatsapp","entity_name":"Spice","entity_type":"GUILD",` + officer + `,` + care + `}`, 400, "entity_type must be a valid enum value"},
		{`{"messaging_product":"whatsapp","entity_name":"Spice","entity_type":"OTHER","is_registered":true,` + officer + `,` + care + `}`, 400, "Entity_type_custom is mandatory for OTHER entity type"},
		{`{"messaging_product":"whatsapp","entity_name":"Spice","entity_type":"PUBLIC_COMPANY","entity_type_custom":"Club",` + officer + `,` + care + `}`, 422, "can only be used with OTHER"},
		{`{"messaging_product":"whatsapp","entity_name":"Spice","entity_type":"PUBLIC_COMPANY","is_registered":true,` + officer + `,` + care + `}`, 400, "is_registered required only"},
		{`{"messaging_product":"whatsapp","entity_name":"Spice","entity_type":"PARTNERSHIP",` + officer + `,` + care + `}`, 400, "is_registered required only"},
		{`{"messaging_product":"whatsapp","entity_name":"Spice","entity_type":"PUBLIC_COMPANY",` + care + `}`, 400, "grievance_officer_details.name"},
		{`{"messaging_product":"whatsapp","entity_name":"Spice","entity_type":"PUBLIC_COMPANY",` + officer + `}`, 400, "customer_care_details.email"},
		{`{"messaging_product":"whatsapp","entity_name":"Spice","entity_type":"PUBLIC_COMPANY",` + officer + `,"customer_care_details":{"email":"c@b.example"}}`, 400, "needs a mobile_number or a landline_number"},
		{`{"messaging_product":"whatsapp","entity_name":"Spice","entity_type":"PUBLIC_COMPANY",` + officer + `,"customer_care_details":{"email":"c@b.example","mobile_number":"0484 710"}}`, 422, "Must include country code"},
	} {
		status, v := w.call(http.MethodPost, compliance, c.body)
		if text, _ := v["error"].(map[string]any)["message"].(string); status != c.status || !strings.Contains(text, c.text) {
			t.Errorf("%s answered %d %v, want %d %q", c.body, status, v, c.status, c.text)
		}
	}
	w.must(http.MethodPost, compliance, `{"messaging_product":"whatsapp","entity_name":"Spice","entity_type":"Partnership","is_registered":true,`+officer+`,`+care+`}`)
	told := w.must(http.MethodGet, compliance+"?fields=entity_type,is_registered", "")["data"].([]any)[0].(map[string]any)
	if told["entity_type"] != "PARTNERSHIP" || told["is_registered"] != true {
		t.Errorf("told: %v", told)
	}
	w.must(http.MethodPost, "/v25.0/"+phoneC+"/messages", product("W01"))
}

func TestItemsInIndiaNameTheirOrigin(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	w.must(http.MethodPost, chatC+"/messages", `{"text":"Hi"}`)
	list := w.must(http.MethodGet, "/v25.0/"+catalogC+`/products?filter=%7B%22retailer_id%22:%7B%22eq%22:%22W03%22%7D%7D`, "")["data"].([]any)
	item := list[0].(map[string]any)["id"].(string)
	w.must(http.MethodPost, "/v25.0/"+phoneC+"/messages", product("W03"))
	w.must(http.MethodPost, "/v25.0/"+item, `{"importer_name":""}`)
	status, v := w.call(http.MethodPost, "/v25.0/"+phoneC+"/messages", product("W03"))
	if status != http.StatusBadRequest || !strings.Contains(details(v), "W03 lacks importer_name") {
		t.Errorf("an item without importer: %d %v", status, v)
	}
	w.must(http.MethodPost, "/v25.0/"+item, `{"wa_compliance_category":"COUNTRY_ORIGIN_EXEMPT"}`)
	w.must(http.MethodPost, "/v25.0/"+phoneC+"/messages", product("W03"))
}

func TestOnlyCustomersInIndiaReadTheLegalDetails(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	legal, _ := w.must(http.MethodGet, chatC+"/products/W03", "")["legal"].(map[string]any)
	if legal["origin_country"] != "LK" || legal["importer_name"] == nil || !strings.Contains(legal["importer_address"].(string), "Kochi") || legal["entity_name"] != "Malabar Spice Room" {
		t.Errorf("Priya reads %v", legal)
	}
	if v := w.must(http.MethodGet, "/sandbox/v1/customers/"+lan+"/chats/"+phoneC+"/products/W03", ""); v["legal"] != nil {
		t.Errorf("Lan reads %v", v["legal"])
	}
	for customer, reads := range map[string]bool{priya: true, lan: false} {
		v := visit(t, w)
		v.page(http.MethodPost, "/chat/customer", url.Values{"wa_id": {customer}})
		_, page, _ := v.page(http.MethodGet, "/chat/"+phoneC+"/product/W03", nil)
		if strings.Contains(page, "Anitha Nair") != reads {
			t.Errorf("the product page for %s: details %v", customer, !reads)
		}
	}
}
