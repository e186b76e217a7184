package app_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// Items that lack what Indian law asks for are given the same facts at once, by a plain form.
func TestIndianFactsAreFilledInAtOnce(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	c := login(t, w, "en")
	const at, catalogOfC = "/manager/200000000000003/india", "500000000000003"
	one, two := w.itemOf(catalogOfC, "W01"), w.itemOf(catalogOfC, "W02")
	facts := url.Values{
		"item": {one, two}, "origin_country": {"LK"}, "importer_name": {"Kochi Imports"}, "importer_address.street1": {"MG Road 1"}, "importer_address.city": {"Kochi"},
		"importer_address.postal_code": {"682001"}, "importer_address.country": {"IN"},
	}
	c.do(http.StatusOK, http.MethodPost, at, facts)
	for _, i := range []string{one, two} {
		got := w.raw(http.MethodGet, "/v25.0/"+i+"?fields=origin_country,importer_name,importer_address")
		for _, want := range []string{"LK", "Kochi Imports", "MG Road 1", "682001"} {
			if !strings.Contains(got, want) {
				t.Errorf("%s lacks %s: %s", i, want, got)
			}
		}
	}
	facts.Del("item")
	c.do(http.StatusUnprocessableEntity, http.MethodPost, at, facts)
	join(t, w, "catalog_manager").do(http.StatusNotFound, http.MethodPost, at, facts)
}
