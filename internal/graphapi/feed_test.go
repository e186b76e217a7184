package graphapi_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

const header = "id,title,description,availability,condition,price,link,image_link,brand,color\n"

func feedRow(id, title, price string) string {
	return id + "," + title + ",Nóng hổi,in stock,new," + price + ",https://shop.example/" + id + ",https://shop.example/" + id + ".jpg,Quán,\n"
}

// fetched has a feed of the market fetch a file that the test serves, and waits for it to be taken in.
func (m market) fetched(feed string, body *string, params string) {
	m.T.Helper()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(*body)) }))
	m.T.Cleanup(srv.Close)
	m.Do(`POST /v25.0/{`+feed+`}/uploads`, `url=`+srv.URL+`/menu.csv`+params, `200 {"id":"<upload>"}`)
	m.drain()
}

func TestFeeds(t *testing.T) {
	t.Parallel()
	eachMarket(t, func(m market) {
		m.Do(`POST /v25.0/{catalog}/product_feeds`, ``, `400 {"error":{"message":"(#100) The parameter name is required*`)
		m.Do(`POST /v25.0/{catalog}/product_feeds`, `name=Thực đơn&default_currency=VND`, `200 {"id":"<feed>"}`)
		m.Do(`POST /v25.0/{feed}/uploads`, ``, `400 {"error":{"message":"(#10801)*`)
		m.Do(`GET /v25.0/{feed}?fields=name,deletion_enabled,delimiter,encoding,ingestion_source_type,product_count,schedule,latest_upload`, ``,
			`200 {"name":"Thực đơn","deletion_enabled":true,"delimiter":"AUTODETECT","encoding":"AUTODETECT","ingestion_source_type":"primary_feed","product_count":0,"id":"{feed}"}`)

		file := header + feedRow("pho", "Phở bò", "45000") + feedRow("bun", "Bún chả", "50000 VND") + feedRow("bad", "Xôi", "abc") + feedRow("twice", "Phở gà", "1") + feedRow("", "x", "1") + feedRow("twice", "Phở gà", "2")
		m.fetched("feed", &file, ``)
		m.Do(`GET /v25.0/{upload}?fields=num_detected_items,num_persisted_items,num_invalid_items,num_deleted_items,error_count,warning_count,input_method,filename`, ``,
			`200 {"num_detected_items":6,"num_persisted_items":2,"num_invalid_items":4,"num_deleted_items":0,"error_count":4,"warning_count":0,"input_method":"User initiated server fetch","filename":"menu.csv","id":"{upload}"}`)
		m.Do(`GET /v25.0/{upload}`, ``, `200 {"id":"{upload}","start_time":"<*>","end_time":"<*>"}`)
		m.Do(`GET /v25.0/{feed}/products?fields=retailer_id,price,product_feed`, ``, `200 {"data":[{"retailer_id":"pho","price":"45,000`+"\u00a0"+`₫","product_feed":{"id":"{feed}"*`)
		m.Do(`GET /v25.0/{upload}/errors?fields=summary,severity,total_count,error_type,samples{row_number,retailer_id}`, ``, `200 {"data":[{"summary":"<*>","severity":"fatal","total_count":2,"error_type":"DUPLICATE_ID","samples":{"data":[{"row_number":*`)
		m.Do(`GET /v25.0/{catalog}?fields=feed_count,product_count`, ``, `200 {"feed_count":1,"product_count":2,"id":"{catalog}"}`)
		m.Do(`GET /v25.0/{catalog}/data_sources`, ``, `200 {"data":[{"id":"{feed}","name":"Thực đơn","upload_type":"PRODUCT_FEED","ingestion_source_type":"PRIMARY"}]}`)

		// What a replacing file leaves out goes; what it changes changes; an update only changes.
		file = header + feedRow("bun", "Bún chả Hà Nội", "55000") + feedRow("com", "Cơm", "1000")
		m.fetched("feed", &file, ``)
		m.Do(`GET /v25.0/{upload}?fields=num_persisted_items,num_deleted_items`, ``, `200 {"num_persisted_items":2,"num_deleted_items":1,"id":"{upload}"}`)
		m.Do(`GET /v25.0/{catalog}/products?fields=retailer_id,name`, ``, `200 {"data":[{"retailer_id":"bun","name":"Bún chả Hà Nội","id":"<*>"},{"retailer_id":"com","name":"Cơm","id":"<*>"}],"paging":*`)
		file = "id,price\nbun,60000\nnew,1\n"
		m.fetched("feed", &file, `&update_only=true`)
		m.Do(`GET /v25.0/{upload}?fields=num_persisted_items,num_invalid_items,num_deleted_items`, ``, `200 {"num_persisted_items":1,"num_invalid_items":1,"num_deleted_items":0,"id":"{upload}"}`)
		m.Do(`GET /v25.0/{catalog}/products?fields=price&filter={"retailer_id":{"eq":"bun"}}`, ``, `200 {"data":[{"price":"60,000`+"\u00a0"+`₫","id":"<*>"}]*`)

		// An item lives in one feed.
		m.Do(`POST /v25.0/{catalog}/product_feeds`, `name=Other`, `200 {"id":"<other>"}`)
		file = header + feedRow("bun", "x", "1 VND") + feedRow("tea", "Trà", "2 VND")
		m.fetched("other", &file, ``)
		m.Do(`GET /v25.0/{upload}/errors?fields=error_type,summary`, ``, `200 {"data":[{"error_type":"ITEM_OF_OTHER_FEED","summary":"The item belongs to another feed.","id":"<*>"}],"paging":*`)

		m.Do(`POST /v25.0/{upload}/error_report`, ``, `200 {"success":true}`)
		m.drain()
		m.Do(`GET /v25.0/{upload}?fields=error_report`, ``, `200 {"error_report":{"file_handle":"<*>","report_status":"WRITE_FINISHED"},"id":"{upload}"}`)

		m.As("foreign_token").Do(`GET /v25.0/{feed}`, ``, `400 {"error":{"message":"Unsupported get request.*`)
		m.As("foreign_token").Do(`GET /v25.0/{upload}/errors`, ``, `400 {"error":{"message":"Unsupported get request.*`)
		m.As("foreign_token").Do(`POST /v25.0/{feed}/uploads`, `url=https://x.example/a.csv`, `400 {"error":{"message":"Unsupported post request.*`)
		m.Do(`DELETE /v25.0/{other}`, ``, `200 {"success":true}`)
		m.drain()
		m.Do(`GET /v25.0/{catalog}/products?fields=retailer_id&summary=1`, ``, `200 {"data":[{"retailer_id":"bun","id":"<*>"},{"retailer_id":"com","id":"<*>"}],"paging":{"cursors":{"before":"<*>","after":"<*>"}},"summary":{"total_count":2}}`)
		m.Do(`DELETE /v25.0/{catalog}`, ``, `200 {"success":true}`)
		m.Do(`GET /v25.0/{feed}`, ``, `400 {"error":{"message":"Unsupported get request.*`)
	})
}

// TestAnUploadTellsWhyItStillWaits: while the address of a file is asked again, and no longer when the file came.
func TestAnUploadTellsWhyItStillWaits(t *testing.T) {
	t.Parallel()
	eachMarket(t, func(m market) {
		down := true
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			if down {
				w.WriteHeader(http.StatusServiceUnavailable)
				return
			}
			_, _ = w.Write([]byte(header + feedRow("pho", "Phở bò", "1 USD")))
		}))
		m.T.Cleanup(srv.Close)
		const asked = `GET /v25.0/{upload}?fields=end_time,last_fetch_error`
		m.Do(`POST /v25.0/{catalog}/product_feeds`, `name=Thực đơn`, `200 {"id":"<feed>"}`)
		m.Do(`POST /v25.0/{feed}/uploads`, `url=`+srv.URL+`/menu.csv`, `200 {"id":"<upload>"}`)
		m.Do(asked, ``, `200 {"id":"{upload}"}`)
		m.drain()
		m.Do(asked, ``, `200 {"last_fetch_error":{"message":"The server answered 503 Service Unavailable instead of the file.","remedy":"See what ails the server that holds the file.",`+
			`"time":"<*>","attempts":1,"max_attempts":6,"next_attempt_time":"<*>"},"id":"{upload}"}`)
		m.Do(`GET /v25.0/{upload}/errors`, ``, `200 {"data":[]}`)
		down = false
		m.Clock.Advance(time.Minute)
		m.drain()
		m.Do(asked, ``, `200 {"end_time":"<*>","id":"{upload}"}`)
	})
}

// TestABrokenExportDeletesNothing: a file that leaves out more than 30 % of a feed's items stops before deleting.
func TestABrokenExportDeletesNothing(t *testing.T) {
	t.Parallel()
	eachMarket(t, func(m market) {
		m.Do(`POST /v25.0/{catalog}/product_feeds`, `name=Big`, `200 {"id":"<feed>"}`)
		file := header
		for n := range 600 {
			file += feedRow(fmt.Sprintf("s%03d", n), fmt.Sprintf("Item %d", n), "1.00 USD")
		}
		m.fetched("feed", &file, ``)
		m.Do(`GET /v25.0/{upload}?fields=num_persisted_items`, ``, `200 {"num_persisted_items":600,"id":"{upload}"}`)
		whole := file
		file = whole[:len(header)+300*70]
		file = file[:strings.LastIndexByte(file, '\n')+1]
		m.fetched("feed", &file, ``)
		m.Do(`GET /v25.0/{upload}/errors?fields=error_type,severity`, ``, `200 {"data":[{"error_type":"DELETION_STOPPED","severity":"fatal","id":"<*>"}],"paging":*`)
		m.Do(`GET /v25.0/{catalog}?fields=product_count`, ``, `200 {"product_count":600,"id":"{catalog}"}`)
		// A tenth may go.
		file = whole[:strings.Index(whole, "s550,")]
		m.fetched("feed", &file, ``)
		m.Do(`GET /v25.0/{upload}?fields=num_deleted_items`, ``, `200 {"num_deleted_items":50,"id":"{upload}"}`)
		m.Do(`GET /v25.0/{catalog}?fields=product_count`, ``, `200 {"product_count":550,"id":"{catalog}"}`)
		// A page is no feed; the catalog stays.
		file = "<!doctype html><html><body>404</body></html>"
		m.fetched("feed", &file, ``)
		m.Do(`GET /v25.0/{upload}/errors?fields=error_type`, ``, `200 {"data":[{"error_type":"FILE_NOT_READ","id":"<*>"}],"paging":*`)
		m.Do(`GET /v25.0/{catalog}?fields=product_count`, ``, `200 {"product_count":550,"id":"{catalog}"}`)
	})
}

func TestSchedulesAndRules(t *testing.T) {
	t.Parallel()
	eachMarket(t, func(m market) {
		calls := 0
		file := "id,title,description,stock,price,link,image_link\na,PHỞ BÒ,x,yes,5.00 USD,https://s.example/a,https://s.example/a.jpg\n"
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			calls++
			if user, password, ok := r.BasicAuth(); !ok || user != "shop" || password != "secret" {
				w.WriteHeader(http.StatusUnauthorized)
				return
			}
			w.Header().Set("ETag", `"1"`)
			if r.Header.Get("If-None-Match") == `"1"` {
				w.WriteHeader(http.StatusNotModified)
				return
			}
			_, _ = w.Write([]byte(file))
		}))
		t.Cleanup(srv.Close)
		m.Do(`POST /v25.0/{catalog}/product_feeds`, `name=x&schedule={"interval":"YEARLY","url":"https://x.example/f.csv"}`, `400 {"error":{"message":"(#100) Invalid parameter: schedule.interval*`)
		m.Do(`POST /v25.0/{catalog}/product_feeds`, `{"name":"Daily","schedule":{"interval":"DAILY","url":"`+srv.URL+`/f.csv","hour":"4","timezone":"Asia/Ho_Chi_Minh","username":"shop","password":"secret"}}`, `200 {"id":"<feed>"}`)
		m.Do(`GET /v25.0/{feed}?fields=schedule{interval,hour,timezone,username,next_scheduled_upload_time}`, ``,
			`200 {"schedule":{"interval":"DAILY","hour":4,"timezone":"Asia/Ho_Chi_Minh","username":"shop","next_scheduled_upload_time":"2026-11-23T21:00:00+0000","id":"<schedule>"},"id":"{feed}"}`)
		m.Do(`POST /v25.0/{feed}/rules`, `attribute=availability&rule_type=shout&params={}`, `400 {"error":{"message":"(#100) Invalid parameter: rule_type*`)
		for _, rule := range []string{
			`attribute=availability&rule_type=mapping_rule&params={"map_from":"stock"}`, `attribute=availability&rule_type=value_mapping_rule&params={"Yes":"in stock"}`,
			`attribute=condition&rule_type=fallback_rule&params={"fallback":"new"}`, `attribute=title&rule_type=letter_case_rule&params={"type":"to_lower"}`,
			`attribute=title&rule_type=regex_replace_rule&params={"find":" b","replace":" B"}`,
		} {
			m.Do(`POST /v25.0/{feed}/rules`, rule, `200 {"id":"<rule>"}`)
		}
		m.Do(`GET /v25.0/{rule}`, ``, `200 {"id":"{rule}","attribute":"title","rule_type":"regex_replace_rule","params":[{"key":"find","value":" b"},{"key":"replace","value":" B"}]}`)
		m.drain()
		if calls != 0 {
			t.Errorf("fetched %d times before its hour", calls)
		}
		m.Clock.Advance(12 * time.Hour)
		m.drain()
		m.Do(`GET /v25.0/{feed}/products?fields=name,availability,condition`, ``, `200 {"data":[{"name":"phở Bò","availability":"in stock","condition":"new","id":"<*>"}],"paging":*`)
		m.Clock.Advance(24 * time.Hour)
		m.drain()
		m.Do(`GET /v25.0/{feed}/uploads?fields=num_persisted_items,input_method`, ``, `200 {"data":[{"num_persisted_items":1,"input_method":"Server Fetch","id":"<*>"},{"num_persisted_items":1,"input_method":"Server Fetch","id":"<*>"}],"paging":*`)
		if calls != 2 {
			t.Errorf("fetched %d times, want 2", calls)
		}
	})
}
