package app_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

const officeC = "/manager/200000000000003"

// An item of a business in India that lacks facts is told of at upload, in diagnostics, in the item's errors and on a page, which fills them in.
func TestItemsThatLackIndianFactsAreToldOfEverywhere(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	batch := func(catalog, sku string) []any {
		v := w.must(http.MethodPost, "/v25.0/"+catalog+"/items_batch", `{"item_type":"PRODUCT_ITEM","requests":[{"method":"CREATE","data":{"id":"`+sku+
			`","title":"Mace","description":"Blades of mace","availability":"in stock","condition":"new","price":"90 INR","link":"https://s.example/m","image_link":"https://s.example/m.jpg","brand":"M"}}]}`)
		handle := v["handles"].([]any)[0].(string)
		var warnings []any
		eventually(t, "applied", func() bool {
			s := w.must(http.MethodGet, "/v25.0/"+catalog+"/check_batch_request_status?handle="+url.QueryEscape(handle), "")["data"].([]any)[0].(map[string]any)
			warnings, _ = s["warnings"].([]any)
			return s["status"] == "finished"
		})
		return warnings
	}
	if got := batch(catalogC, "MACE"); len(got) != 1 || !strings.Contains(got[0].(map[string]any)["message"].(string), "lacks origin_country") {
		t.Errorf("uploaded to a business in India: %v", got)
	}
	if got := batch(catalogA, "MACE"); len(got) != 0 {
		t.Errorf("uploaded elsewhere: %v", got)
	}
	item := w.itemOf(catalogC, "MACE")
	errs := w.raw(http.MethodGet, "/v25.0/"+item+"?fields=errors")
	if !strings.Contains(errs, `"error_type":"MISSING_INDIA_COMPLIANCE_FIELDS"`) || !strings.Contains(errs, "Missing: origin_country") {
		t.Errorf("the item's errors: %s", errs)
	}
	if errs := w.raw(http.MethodGet, "/v25.0/"+w.itemOf(catalogA, "MACE")+"?fields=errors"); strings.Contains(errs, "INDIA") {
		t.Errorf("elsewhere: %s", errs)
	}
	find := "/v25.0/" + catalogC + "/products?error_type=MISSING_INDIA_COMPLIANCE_FIELDS&fields=retailer_id"
	if got := w.raw(http.MethodGet, find); !strings.Contains(got, `"MACE"`) || strings.Contains(got, `"W01"`) {
		t.Errorf("found by their error: %s", got)
	}
	if got := w.raw(http.MethodGet, "/v25.0/"+catalogA+"/products?error_type=MISSING_INDIA_COMPLIANCE_FIELDS"); strings.Contains(got, `"retailer_id"`) {
		t.Errorf("found elsewhere: %s", got)
	}
	if got := w.raw(http.MethodGet, "/v25.0/"+catalogC+"/diagnostics"); !strings.Contains(got, "Indian law") {
		t.Errorf("diagnostics: %s", got)
	}
	c := login(t, w, "en")
	page, _ := c.do(http.StatusOK, http.MethodGet, officeC+"/india", nil)
	if text := visibleText(page); !strings.Contains(text, "Mace") || !strings.Contains(text, "origin_country") || !strings.Contains(text, "7 of 7 details given") {
		t.Errorf("the page: %.900s", text)
	}
	if page, _ := c.do(http.StatusOK, http.MethodGet, officeA, nil); strings.Contains(page, officeA+"/india") {
		t.Error("a business elsewhere is asked")
	}
	c.do(http.StatusUnprocessableEntity, http.MethodPost, officeC+"/india", url.Values{"item": {item}})
	c.do(http.StatusOK, http.MethodPost, officeC+"/india", url.Values{"item": {item}, "origin_country": {"IN"}})
	if got := w.raw(http.MethodGet, find); strings.Contains(got, `"MACE"`) {
		t.Errorf("after filling in: %s", got)
	}
	form := url.Values{
		"entity_name": {"Spice"}, "entity_type": {"PARTNERSHIP"}, "grievance_officer_details.name": {"A. Nair"}, "grievance_officer_details.email": {"a@b.example"},
		"grievance_officer_details.mobile_number": {"0484 710"}, "customer_care_details.email": {"c@b.example"}, "customer_care_details.landline_number": {"+914847100005"},
	}
	page, _ = c.do(http.StatusUnprocessableEntity, http.MethodPost, officeC+"/india/"+phoneC, form)
	if !strings.Contains(visibleText(page), "Must include country code") || !strings.Contains(page, "/help/india") || !strings.Contains(page, `value="0484 710"`) {
		t.Errorf("a wrong number: %.600s", visibleText(page))
	}
	form.Set("grievance_officer_details.mobile_number", "+914847100004")
	c.do(http.StatusOK, http.MethodPost, officeC+"/india/"+phoneC, form)
	if got := w.raw(http.MethodGet, compliance); !strings.Contains(got, `"A. Nair"`) || !strings.Contains(got, `"is_registered":false`) {
		t.Errorf("told by the page: %s", got)
	}
	c.do(http.StatusNotFound, http.MethodPost, officeA+"/india/"+phoneC, form)
}
