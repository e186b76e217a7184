package chaos

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestKillInAFeed kills the program at random moments while it takes in a file that replaces another one. In between,
// everybody sees the one or the other, never some of both; in the end the catalog and the upload are as after a run that
// nothing disturbed.
func TestKillInAFeed(t *testing.T) {
	beside(t)
	onEach(t, killInAFeed)
}

// shopFile has rows of one title; every hundredth is wrong, and every fiftieth stands twice.
func shopFile(title string, first, rows int) string {
	var b strings.Builder
	b.WriteString("id,title,description,availability,condition,price,link,image_link,brand,color,item_group_id\n")
	for n := first; n < first+rows; n++ {
		price, key := fmt.Sprintf("%d.50 USD", 1+n%90), n
		if n%100 == 99 {
			price = "one"
		}
		if n%50 == 49 {
			key = n - 1
		}
		fmt.Fprintf(&b, "k%06d,%s,Item %d,in stock,new,%s,https://s.example/%d,https://s.example/%d.jpg,Lotus,White,g%d\n", key, title, n, price, n, n, n/4)
	}
	return b.String()
}

func killInAFeed(t *testing.T, database func(t *testing.T) string) {
	kills := often(t, 6, 100)
	rows := 10_000
	if kills > 20 {
		rows = 100_000
	}
	before, after := shopFile("Old", 0, rows), shopFile("New", rows/10, rows)
	run := func(kill bool) (items string, upload map[string]any, killed int) {
		p := newProgram(t, database(t))
		p.with = []string{"--pictures=false"}
		p.start()
		feed := p.must(http.MethodPost, "/v25.0/"+catalog+"/product_feeds", map[string]string{"name": "kill"})["id"].(string)
		p.uploaded(p.upload(feed, before))
		id := p.upload(feed, after)
		random := rand.New(rand.NewPCG(7, uint64(rows)))
		for kill && killed < kills && p.must(http.MethodGet, "/v25.0/"+id+"?fields=end_time", nil)["end_time"] == nil {
			p.oneOrTheOther(rows)
			<-time.After(time.Duration(random.IntN(rows/250)) * time.Millisecond) // anywhere in the file
			p.kill()
			killed++
			p.start()
		}
		upload = p.uploaded(id)
		items = p.items()
		p.stop()
		return items, upload, killed
	}
	want, told, _ := run(false)
	got, said, killed := run(true)
	figure(t, "R16", "%d kills in a feed of %d rows", killed, rows)
	if killed < kills/2 {
		t.Errorf("the upload ended after %d kills", killed)
	}
	if fmt.Sprint(told) != fmt.Sprint(said) {
		t.Errorf("the upload came to %v, undisturbed to %v", said, told)
	}
	if got != want {
		t.Errorf("the catalogs are not the same: %s", firstDifference(got, want))
	}
	if n := strings.Count(want, `"name":"New"`); n < rows*9/10 {
		t.Errorf("%d items are new", n)
	}
}

// upload hands a file to a feed.
func (p *program) upload(feed, file string) string {
	p.t.Helper()
	v, err := p.postFile("/v25.0/"+feed+"/uploads", nil, "shop.csv", "text/csv", file)
	if err != nil {
		p.t.Fatal(err)
	}
	return v["id"].(string)
}

// postFile is [program.call] with a form that holds a file.
func (p *program) postFile(path string, fields map[string]string, name, kind, file string) (v map[string]any, err error) {
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for k, value := range fields {
		err = errors.Join(err, w.WriteField(k, value))
	}
	part, perr := w.CreatePart(textproto.MIMEHeader{"Content-Disposition": {`form-data; name="file"; filename="` + name + `"`}, "Content-Type": {kind}})
	if perr == nil {
		_, perr = io.WriteString(part, file)
	}
	if err := errors.Join(err, perr, w.Close()); err != nil {
		return nil, err
	}
	req, err := http.NewRequest(http.MethodPost, p.address()+path, &body)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer EAADEMO")
	req.Header.Set("Content-Type", w.FormDataContentType())
	res, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = res.Body.Close() }()
	raw, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("%w: %s answered %d %s", errRefused, path, res.StatusCode, raw)
	}
	if err == nil {
		err = json.Unmarshal(raw, &v)
	}
	return v, err
}

// uploaded waits for the end of an upload and returns what it came to.
func (p *program) uploaded(id string) map[string]any {
	p.t.Helper()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for range 4000 {
		v := p.must(http.MethodGet, "/v25.0/"+id+"?fields=end_time,num_detected_items,num_persisted_items,num_invalid_items,num_deleted_items,error_count,warning_count", nil)
		if v["end_time"] != nil {
			delete(v, "end_time")
			delete(v, "id")
			return v
		}
		<-tick.C
	}
	p.t.Fatal("the upload does not end")
	return nil
}

// oneOrTheOther looks at items that both files have right, from all over them: they are as before, or as they will be.
func (p *program) oneOrTheOther(rows int) {
	p.t.Helper()
	var skus []string
	for n := rows/10 - rows/10%100 + 110; n < rows-100; n += rows / 100 {
		skus = append(skus, fmt.Sprintf("k%06d", n-n%10))
	}
	rule, err := json.Marshal(map[string]any{"retailer_id": map[string]any{"is_any": skus}})
	if err != nil {
		p.t.Fatal(err)
	}
	seen := map[string]int{}
	v := p.must(http.MethodGet, "/v25.0/"+catalog+"/products?fields=name&limit=1000&filter="+url.QueryEscape(string(rule)), nil)
	for _, i := range v["data"].([]any) {
		seen[i.(map[string]any)["name"].(string)]++
	}
	if len(seen) != 1 {
		p.t.Errorf("half a replace is seen: %v", seen)
	}
}

// items are all items of the files with what they say of them, by their SKU.
func (p *program) items() string {
	p.t.Helper()
	return p.itemsOf(catalog)
}

func (p *program) itemsOf(catalog string) string {
	p.t.Helper()
	all := map[string]string{}
	after := ""
	for {
		v := p.must(http.MethodGet, "/v25.0/"+catalog+"/products?fields=retailer_id,name,description,price,availability,brand,color,url,image_url,retailer_product_group_id&limit=1000&after="+after, nil)
		data := v["data"].([]any)
		for _, i := range data {
			m := i.(map[string]any)
			if !strings.HasPrefix(m["retailer_id"].(string), "k0") {
				continue // the demo world's, whose pictures have the address of the program
			}
			delete(m, "id")
			b, err := json.Marshal(m)
			if err != nil {
				p.t.Fatal(err)
			}
			all[m["retailer_id"].(string)] = string(b)
		}
		paging, _ := v["paging"].(map[string]any)
		if paging == nil || paging["next"] == nil {
			break
		}
		after = paging["cursors"].(map[string]any)["after"].(string)
	}
	var b strings.Builder
	for _, sku := range slices.Sorted(maps.Keys(all)) {
		b.WriteString(all[sku] + "\n")
	}
	return b.String()
}
