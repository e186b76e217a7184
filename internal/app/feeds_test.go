package app_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/demo"
)

// upload is how an upload went.
func (w world) upload(i string) map[string]any {
	w.t.Helper()
	path := "/v25.0/" + i + "?fields=end_time,num_detected_items,num_persisted_items,num_invalid_items,error_count,warning_count,errors{summary,description,severity,total_count}"
	eventually(w.t, "taken in", func() bool { return w.must(http.MethodGet, path, "")["end_time"] != nil })
	return w.must(http.MethodGet, path, "")
}

// newFeed makes a feed of a catalog.
func (w world) newFeed(catalog, currency string) string {
	w.t.Helper()
	return w.must(http.MethodPost, "/v25.0/"+catalog+"/product_feeds", `{"name":"Menu","default_currency":"`+currency+`"}`)["id"].(string)
}

// send uploads a file to a feed by multipart and returns the upload's id.
func (w world) send(feed, name string, file []byte) string {
	w.t.Helper()
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	part, err := form.CreateFormFile("file", name)
	if err == nil {
		_, err = part.Write(file)
	}
	if err == nil {
		err = form.Close()
	}
	if err != nil {
		w.t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(w.t.Context(), http.MethodPost, w.URL()+"/v25.0/"+feed+"/uploads", &b)
	if err != nil {
		w.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer EAADEMO")
	req.Header.Set("Content-Type", form.FormDataContentType())
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		w.t.Fatal(err)
	}
	defer res.Body.Close()
	var v struct{ ID string }
	if err := json.NewDecoder(res.Body).Decode(&v); err != nil || v.ID == "" {
		w.t.Fatalf("%d %+v %v", res.StatusCode, v, err)
	}
	return v.ID
}

// sheet is a shop's goods as a feed: pictures in columns of their own, objects as JSON in cells.
func sheet(t *testing.T, requests []catalog.Request) []byte {
	t.Helper()
	rows := make([]map[string]string, len(requests))
	all := map[string]bool{}
	for n, r := range requests {
		row := map[string]string{}
		for name, v := range r.Data {
			switch v := v.(type) {
			case string:
				row[name] = v
			case []any:
				for i, picture := range v {
					row[fmt.Sprintf("image[%d].url", i)] = picture.(map[string]any)["url"].(string)
				}
			default:
				b, err := json.Marshal(v)
				if err != nil {
					t.Fatal(err)
				}
				row[name] = string(b)
			}
		}
		for name := range row {
			all[name] = true
		}
		rows[n] = row
	}
	columns := slices.Sorted(maps.Keys(all))
	var b bytes.Buffer
	out := csv.NewWriter(&b)
	_ = out.Write(columns)
	for _, row := range rows {
		line := make([]string, len(columns))
		for i, c := range columns {
			line[i] = row[c]
		}
		_ = out.Write(line)
	}
	out.Flush()
	if err := out.Error(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// goods are the items of a catalog as the API tells them, by SKU.
func (w world) goods(catalog string) map[string]string {
	w.t.Helper()
	list := map[string]string{}
	path := "/v25.0/" + catalog + "/products?limit=500&fields=" + url.QueryEscape("retailer_id,name,description,brand,price,sale_price,availability,condition,url,image_url,additional_image_urls,"+
		"color,size,retailer_product_group_id,category,product_type,origin_country,importer_name,importer_address,wa_compliance_category")
	for path != "" {
		page := w.must(http.MethodGet, path, "")
		for _, one := range page["data"].([]any) {
			item := one.(map[string]any)
			delete(item, "id")
			b, err := json.Marshal(item)
			if err != nil {
				w.t.Fatal(err)
			}
			list[item["retailer_id"].(string)] = string(b)
		}
		path = ""
		if paging, ok := page["paging"].(map[string]any); ok && paging["next"] != nil {
			path = strings.TrimPrefix(paging["next"].(string), w.URL())
		}
	}
	return list
}

// TestTheDemoShopsLoadThroughFeeds: each shop's goods by file are what they are by batch.
func TestTheDemoShopsLoadThroughFeeds(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	for _, s := range demo.Shops() {
		var catalogs [2]string
		for i := range catalogs {
			catalogs[i] = w.must(http.MethodPost, "/v25.0/"+s.Business.String()+"/owned_product_catalogs", `{"name":"Copy"}`)["id"].(string)
		}
		requests := demo.Requests(s, w.URL())
		up := w.upload(w.send(w.newFeed(catalogs[0], s.Currency), "shop.csv", sheet(t, requests)))
		if up["num_detected_items"] != float64(len(s.Items)) || up["num_persisted_items"] != float64(len(s.Items)) || up["error_count"] != 0.0 {
			t.Errorf("%s: %v", s.Name, up)
		}
		body, err := json.Marshal(map[string]any{"item_type": "PRODUCT_ITEM", "requests": requests})
		if err != nil {
			t.Fatal(err)
		}
		handle := w.must(http.MethodPost, "/v25.0/"+catalogs[1]+"/items_batch", string(body))["handles"].([]any)[0].(string)
		eventually(t, "finished", func() bool {
			v := w.must(http.MethodGet, "/v25.0/"+catalogs[1]+"/check_batch_request_status?handle="+handle, "")
			return v["data"].([]any)[0].(map[string]any)["status"] == "finished"
		})
		byFile, byBatch := w.goods(catalogs[0]), w.goods(catalogs[1])
		if len(byFile) != len(s.Items) {
			t.Errorf("%s: %d items by file, want %d", s.Name, len(byFile), len(s.Items))
		}
		for sku, want := range byBatch {
			if got := byFile[sku]; got != want {
				t.Fatalf("%s: %s\nby file  %s\nby batch %s", s.Name, sku, got, want)
			}
		}
	}
}

// TestShopBLoadsFromItsAddress: the newcomer's feed is fetched, and its two faulty rows are told.
func TestShopBLoadsFromItsAddress(t *testing.T) {
	t.Parallel()
	w := start(t, t.TempDir())
	feed := w.newFeed(catalogB, "VND")
	i := w.must(http.MethodPost, "/v25.0/"+feed+"/uploads", `{"url":"`+w.URL()+`/demo/shop-b.csv"}`)["id"].(string)
	up := w.upload(i)
	n := float64(len(demo.Shops()[1].Items))
	if up["num_detected_items"] != n+2 || up["num_persisted_items"].(float64)+up["num_invalid_items"].(float64) != n+2 || up["num_persisted_items"].(float64) < n-1 {
		t.Errorf("%v items, and %v", n, up)
	}
	b, err := json.Marshal(up["errors"])
	if err != nil || !bytes.Contains(b, []byte(`"severity":"fatal"`)) || !bytes.Contains(b, []byte(`"total_count":2`)) {
		t.Errorf("the id that stands twice is not told: %s %v", b, err)
	}

	w.must(http.MethodPost, "/v25.0/"+i+"/error_report", "")
	var report map[string]any
	eventually(t, "written", func() bool {
		report = w.must(http.MethodGet, "/v25.0/"+i+"?fields=error_report", "")["error_report"].(map[string]any)
		return report["report_status"] == "WRITE_FINISHED"
	})
	for address, want := range map[string]int{report["file_handle"].(string): http.StatusOK, w.URL() + "/feed-reports/AAAA.csv": http.StatusNotFound} {
		res, err := http.Get(address)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if err != nil || res.StatusCode != want {
			t.Errorf("%s: %d %v", address, res.StatusCode, err)
		}
		if want != http.StatusOK {
			continue
		}
		lines, err := csv.NewReader(bytes.NewReader(body)).ReadAll()
		if err != nil || len(lines) < 3 || !slices.Contains(lines[0], "retailer_id") || !strings.HasPrefix(res.Header.Get("Content-Type"), "text/csv") {
			t.Errorf("%v %s %s", err, res.Header.Get("Content-Type"), body)
		}
		for _, l := range lines[1:] { // what takes an item out of WhatsApp, and what does not
			if ends := strings.Join(l[len(l)-2:], " "); ends != "whatsapp "+strconv.FormatBool(l[2] == "FATAL") {
				t.Errorf("a line of the report: %q", l)
			}
		}
	}
}
