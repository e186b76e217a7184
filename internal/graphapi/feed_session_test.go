package graphapi_test

import (
	"strconv"
	"strings"
	"testing"
)

// TestResumableUploads: a file sent in pieces, as the contract says, that a feed takes in by its handle.
func TestResumableUploads(t *testing.T) {
	t.Parallel()
	eachMarket(t, func(m market) {
		file := header + feedRow("pho", "Phở bò", "45000 VND") + feedRow("bun", "Bún chả", "50000 VND")
		m.Do(`POST /v25.0/{app}/uploads`, `file_length=10`, `400 {"error":{"message":"(#100) The parameter file_type is required*`)
		m.Do(`POST /v25.0/{app}/uploads`, `file_length=10&file_type=text/html`, `400 {"error":{"message":"(#100) Invalid parameter: file_type*`)
		m.Do(`POST /v25.0/{foreign_app}/uploads`, `file_length=10&file_type=text/csv`, `400 {"error":{"message":"Unsupported post request.*`)
		m.Do(`POST /v25.0/{app}/uploads?file_length=`+strconv.Itoa(len(file))+`&file_type=text/csv&file_name=menu.csv&session_type=attachment`, ``, `200 {"id":"<session>"}`)
		m.Do(`GET /v25.0/{session}`, ``, `200 {"id":"{session}","file_offset":0}`)

		m.As("").Do("POST /v25.0/{session}\nfile_offset: 0", file, `401 {"error":{"message":"*`)
		m.As("foreign_token").Do("POST /v25.0/{session}\nfile_offset: 0", file, `400 {"error":{"message":"*`)
		m.As("foreign_token").Do("GET /v25.0/{session}", ``, `400 {"error":{"message":"*`)
		m.Do("POST /v25.0/{session}\nfile_offset: x", file, `400 {"error":{"message":"(#100) Invalid parameter: Param file_offset must be an integer*`)
		m.Do("POST /v25.0/{session}\nfile_offset: 0", file[:60], `400 {"error":{"message":"(#100) Invalid parameter: the body ended at byte 60 of*`)
		m.Do("POST /v25.0/{session}\nfile_offset: 0", file, `400 {"error":{"message":"(#100) Invalid parameter: file_offset is 0, 60 bytes are here already*`)
		m.Do(`GET /v25.0/{session}`, ``, `200 {"id":"{session}","file_offset":60}`)
		m.Do("POST /v25.0/{session}\nfile_offset: 60", file[60:], `200 {"h":"<handle>"}`)

		m.Do(`POST /v25.0/{catalog}/product_feeds`, `name=Menu`, `200 {"id":"<feed>"}`)
		m.Do(`POST /v25.0/{feed}/uploads`, `file=2:unknown`, `400 {"error":{"message":"(#100) Invalid parameter: file: *`)
		m.Do(`POST /v25.0/{feed}/uploads`, `file={handle}`, `200 {"id":"<upload>"}`)
		// Nothing has run yet: no end.
		m.Do(`GET /v25.0/{upload}?fields=end_time,num_detected_items,filename,input_method`, ``,
			`200 {"num_detected_items":0,"filename":"menu.csv","input_method":"Manual Upload","id":"{upload}"}`)
		m.drain()
		m.Do(`GET /v25.0/{upload}?fields=num_persisted_items,end_time`, ``, `200 {"num_persisted_items":2,"end_time":"<*>","id":"{upload}"}`)
	})
}

// TestForeignFeedsAreUnknown: to another business, everything about a feed is like an id that nothing has.
func TestForeignFeedsAreUnknown(t *testing.T) {
	t.Parallel()
	eachMarket(t, func(m market) {
		m.Do(`POST /v25.0/{catalog}/product_feeds`, `{"name":"Menu","schedule":{"interval":"DAILY","url":"https://shop.example/f.csv"}}`, `200 {"id":"<feed>"}`)
		m.Do(`GET /v25.0/{feed}?fields=schedule`, ``, `200 {"schedule":{"id":"<schedule>"*`)
		m.Do(`POST /v25.0/{feed}/rules`, `attribute=condition&rule_type=fallback_rule&params={"fallback":"new"}`, `200 {"id":"<rule>"}`)
		file := header + feedRow("bad", "Xôi", "abc")
		m.fetched("feed", &file, ``)
		m.Do(`GET /v25.0/{upload}/errors?fields=id,samples`, ``, `200 {"data":[{"id":"<error>","samples":{"data":[{"row_number":2,"retailer_id":"bad","id":"<sample>"}]*`)
		stranger := m.As("foreign_token")
		m.Set("nothing", "123456789")
		for _, call := range []string{
			`GET {feed}`, `POST {feed}`, `DELETE {feed}`, `GET {feed} /uploads`, `POST {feed} /uploads`, `GET {feed} /rules`, `POST {feed} /rules`, `GET {feed} /products`,
			`GET {feed} /upload_schedules`, `POST {feed} /upload_schedules`, `GET {schedule}`, `GET {upload}`, `GET {upload} /errors`, `POST {upload} /error_report`,
			`GET {error}`, `GET {error} /samples`, `GET {error} /suggested_rules`, `GET {sample}`, `GET {rule}`, `POST {rule}`, `DELETE {rule}`,
			`GET {catalog} /product_feeds`, `POST {catalog} /product_feeds`, `GET {catalog} /data_sources`,
		} {
			method, rest, _ := strings.Cut(call, " ")
			name, edge, _ := strings.Cut(rest, " ")
			answer := func(name string) string {
				got, _ := stranger.Call(method+` /v25.0/`+name+edge, ``)
				return strings.ReplaceAll(got, m.Fill(name), "ID")
			}
			got, nothing := answer(name), answer("{nothing}")
			if got != nothing || !strings.HasPrefix(got, "400 ") || !strings.Contains(got, `"error_subcode":33`) {
				t.Errorf("%s\n of a stranger %s\n of nothing    %s", call, got, nothing)
			}
		}
		m.Do(`GET /v25.0/{rule}`, ``, `200 {"id":"{rule}"*`)
	})
}
