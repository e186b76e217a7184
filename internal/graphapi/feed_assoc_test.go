package graphapi_test

import "testing"

// TestSupplementaryFeedsAreTied: a supplementary feed updates the items of those feeds only that it is tied to.
func TestSupplementaryFeedsAreTied(t *testing.T) {
	t.Parallel()
	eachMarket(t, func(m market) {
		for _, name := range []string{"first", "second"} {
			m.Do(`POST /v25.0/{catalog}/product_feeds`, `name=`+name, `200 {"id":"<`+name+`>"}`)
			file := header + feedRow(name, "Phở", "1.00 USD")
			m.fetched(name, &file, ``)
		}
		m.Do(`POST /v25.0/{catalog}/product_feeds`, `name=Extra&ingestion_source_type=SUPPLEMENTARY_FEED&primary_feed_ids=["{first}"]`, `200 {"id":"<extra>"}`)
		brands := func(want string) {
			file := "id,brand\nfirst,A\nsecond,B\n"
			m.fetched("extra", &file, ``)
			m.Do(`GET /v25.0/{catalog}/products?fields=brand`, ``, want)
		}
		brands(`200 {"data":[{"brand":"A","id":"<*>"},{"brand":"Quán","id":"<*>"}],"paging":*`)

		m.Do(`POST /v25.0/{second}/supplementary_feed_assocs`, `assoc_data=[{"feed_id":"{extra}"}]`, `200 {"success":true}`)
		m.Do(`GET /v25.0/{second}?fields=supplementary_feeds`, ``, `200 {"supplementary_feeds":["{extra}"],"id":"{second}"}`)
		m.Do(`GET /v25.0/{extra}?fields=primary_feeds`, ``, `200 {"primary_feeds":["{first}","{second}"],"id":"{extra}"}`)
		brands(`200 {"data":[{"brand":"A","id":"<*>"},{"brand":"B","id":"<*>"}],"paging":*`)

		// Twice is once; from the other side, and the other way round.
		m.Do(`POST /v25.0/{extra}/supplementary_feed_assocs`, `{"assoc_data":[{"primary_feed_id":{second}},{"id":"{first}","action":"remove"}]}`, `200 {"success":true}`)
		m.Do(`GET /v25.0/{extra}?fields=primary_feeds`, ``, `200 {"primary_feeds":["{second}"],"id":"{extra}"}`)
		m.Do(`GET /v25.0/{first}?fields=supplementary_feeds`, ``, `200 {"id":"{first}"}`)

		// What is wrong changes nothing.
		m.Do(`POST /v25.0/{business}/owned_product_catalogs`, `name=Other`, `200 {"id":"<other>"}`)
		m.Do(`POST /v25.0/{other}/product_feeds`, `name=Far`, `200 {"id":"<far>"}`)
		for _, c := range []struct{ feed, body, want string }{
			{`first`, ``, `The parameter assoc_data is required`},
			{`first`, `assoc_data=[]`, `assoc_data has 0 entries`},
			{`first`, `assoc_data=[{}]`, `must name one feed`},
			{`first`, `assoc_data=[{"feed_id":"x"}]`, `must name a feed by its id in feed_id of entry 0`},
			{`first`, `assoc_data=[{"feed_id":"{extra}","action":"TIE"}]`, `must have ADD`},
			{`first`, `assoc_data=[{"feed_id":"{extra}"},{"feed_id":"{second}"}]`, `assoc_data: entry 1: {second} is no supplementary feed of this catalog`},
			{`first`, `assoc_data=[{"feed_id":"{extra}"},{"feed_id":"99"}]`, `assoc_data: entry 1: 99 is no supplementary feed of this catalog`},
			{`extra`, `assoc_data=[{"feed_id":"{far}"}]`, `assoc_data: entry 0: {far} is no primary feed of this catalog`},
			{`second`, `assoc_data=[{"feed_id":"{extra}","action":"REMOVE"}]`, `would add to no feed any more`},
		} {
			m.Do(`POST /v25.0/{`+c.feed+`}/supplementary_feed_assocs`, c.body, `400 {"error":{"message":"(#100) <*>`+c.want+`*`)
		}
		m.Do(`POST /v25.0/{extra}`, `primary_feed_ids=["{far}"]`, `400 {"error":{"message":"(#100) <*>{far} is no primary feed of this catalog*`)
		m.As("foreign_token").Do(`POST /v25.0/{first}/supplementary_feed_assocs`, `assoc_data=[{"feed_id":"{extra}"}]`, `400 {"error":{"message":"Unsupported post request.*`)
		m.Do(`GET /v25.0/{extra}?fields=primary_feeds`, ``, `200 {"primary_feeds":["{second}"],"id":"{extra}"}`)
	})
}
