package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hawkerhq/hawker/internal/app"
	"github.com/hawkerhq/hawker/internal/bench/feedgen"
)

// A file that is sent by hand may have 100 MB; larger feeds are sent as several, one behind the other.
const rowsOfFile = 200_000

// call makes a Graph call of the demo world and reads the answer's fields.
func call(method, url, contentType string, body io.Reader) (map[string]any, error) {
	req, err := http.NewRequest(method, url, body)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer EAADEMO")
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(res.Body)
	_ = res.Body.Close()
	if err != nil {
		return nil, err
	}
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s answered %d %.300s", url, res.StatusCode, b)
	}
	var m map[string]any
	return m, json.Unmarshal(b, &m)
}

const form = "application/x-www-form-urlencoded"

// bigCatalog makes a catalog of the demo business and starts to load so many items into it by feeds.
func bigCatalog(a *app.App, rows int) (catalog string, uploads []string, err error) {
	base := a.URL() + "/v25.0/"
	m, err := call("POST", base+"200000000000001/owned_product_catalogs", form, bytes.NewReader([]byte("name=Big&vertical=commerce")))
	if err != nil {
		return "", nil, err
	}
	catalog = fmt.Sprint(m["id"])
	for first := 0; first < rows; first += rowsOfFile {
		m, err := call("POST", base+catalog+"/product_feeds", form, bytes.NewReader([]byte("name=Feed")))
		if err != nil {
			return "", nil, err
		}
		var body bytes.Buffer
		w := multipart.NewWriter(&body)
		part, err := w.CreateFormFile("file", "feed.csv")
		if err != nil {
			return "", nil, err
		}
		if err := feedgen.CSV(part, feedSeed, first, min(rowsOfFile, rows-first)); err != nil {
			return "", nil, err
		}
		if err := w.Close(); err != nil {
			return "", nil, err
		}
		if m, err = call("POST", base+fmt.Sprint(m["id"])+"/uploads", w.FormDataContentType(), &body); err != nil {
			return "", nil, err
		}
		uploads = append(uploads, fmt.Sprint(m["id"]))
	}
	return catalog, uploads, nil
}

// ended tells whether an upload has ended.
func ended(a *app.App, upload string) (bool, error) {
	m, err := call("GET", a.URL()+"/v25.0/"+upload+"?fields=end_time,num_persisted_items", "", nil)
	return m["end_time"] != nil, err
}

// senders is how many clients send while a feed runs: busy, but not to the last cycle of the machine.
const senders = 8

// latency sends for as long as more says so and returns the 99th percentile of the time an answer took.
func latency(url string, more func() bool) (p99 time.Duration, n int, err error) {
	transport := &http.Transport{MaxIdleConnsPerHost: senders}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport}
	var mu sync.Mutex
	var all []time.Duration
	var failure atomic.Value
	var wg sync.WaitGroup
	for c := range senders {
		body := productList(c)
		wg.Go(func() {
			var own []time.Duration
			for more() && failure.Load() == nil {
				start := time.Now()
				if err := post(client, url, bytes.NewReader(body)); err != nil {
					failure.Store(err)
				}
				own = append(own, time.Since(start))
			}
			mu.Lock()
			all = append(all, own...)
			mu.Unlock()
		})
	}
	wg.Wait()
	if err, ok := failure.Load().(error); ok {
		return 0, 0, err
	}
	slices.Sort(all)
	return all[len(all)*99/100], len(all), nil
}

// sendsBesideFeed compares the slowest sends while a feed runs with those without one: from the upload of its first file
// until all of it is in the search index too.
func sendsBesideFeed(ctx context.Context, b *bench) (string, error) {
	p, remove, err := b.place(ctx)
	if err != nil {
		return "", err
	}
	defer remove()
	a, end, err := serveIn(ctx, p, true)
	defer end()
	if err != nil {
		return "", err
	}
	for c := range senders {
		if err := post(http.DefaultClient, a.URL()+"/sandbox/v1/customers/"+waID(c)+"/chats/400000000000001/messages", bytes.NewReader([]byte(`{"text":"hello"}`))); err != nil {
			return "", err
		}
	}
	during := func(d time.Duration) func() bool {
		until := time.Now().Add(d)
		return func() bool { return time.Now().Before(until) }
	}
	before, _, err := latency(a.URL()+sendPath, during(2*b.slice))
	if err != nil {
		return "", err
	}
	_, uploads, err := bigCatalog(a, b.rows)
	if err != nil {
		return "", err
	}
	start := time.Now()
	var done atomic.Bool
	var watching error
	var taken time.Duration
	go func() {
		defer done.Store(true)
		for over := false; !over && watching == nil; time.Sleep(50 * time.Millisecond) {
			over, watching = ended(a, uploads[len(uploads)-1])
		}
		taken = time.Since(start)
		if watching == nil {
			watching = indexed(ctx, a)
		}
	}()
	beside, sent, err := latency(a.URL()+sendPath, func() bool { return !done.Load() })
	if err == nil {
		err = watching
	}
	if err != nil {
		return "", err
	}
	took := time.Since(start)
	after, _, err := latency(a.URL()+sendPath, during(2*b.slice))
	if err != nil {
		return "", err
	}
	without := (before + after) / 2
	ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	return fmt.Sprintf("%.1f (%.1f ms ÷ %.1f ms, %d clients; %.0f sends/s beside %.0f k rows/s, and the index)", ms(beside)/ms(without), ms(beside), ms(without), senders,
		float64(sent)/took.Seconds(), float64(b.rows)/taken.Seconds()/1000), nil
}

// manyItems makes a catalog of so many items in the demo world, and waits until it is indexed.
func manyItems(ctx context.Context, p place, rows int) (catalog string, err error) {
	a, end, err := serveIn(ctx, p, true)
	defer end()
	if err != nil {
		return "", err
	}
	catalog, uploads, err := bigCatalog(a, rows)
	for over := false; err == nil && !over; time.Sleep(50 * time.Millisecond) {
		over, err = ended(a, uploads[0])
	}
	if err == nil {
		err = indexed(ctx, a)
	}
	return catalog, err
}

// reads compares reading an item and a page of a large catalog, from the server as it is used outside of the demo world, with
// a handler that answers the same bytes.
func reads(ctx context.Context, b *bench) (string, error) {
	p, remove, err := b.place(ctx)
	if err != nil {
		return "", err
	}
	defer remove()
	rows := min(b.rows, rowsOfFile)
	catalog, err := manyItems(ctx, p, rows)
	if err != nil {
		return "", err
	}
	a, end, err := serveIn(ctx, p, false)
	defer end()
	if err != nil {
		return "", err
	}
	const fields = "?fields=id,retailer_id,name,description,price,currency,availability,image_url,url,brand"
	page := a.URL() + "/v25.0/" + catalog + "/products" + fields + "&limit=100"
	m, err := call("GET", page, "", nil)
	if err != nil {
		return "", err
	}
	list, _ := m["data"].([]any)
	if len(list) != 100 {
		return "", fmt.Errorf("a page holds %d items", len(list))
	}
	first, _ := list[0].(map[string]any)
	item, pages := "", ""
	for _, f := range []struct {
		url string
		to  *string
	}{{a.URL() + "/v25.0/" + fmt.Sprint(first["id"]) + fields, &item}, {page, &pages}} {
		if *f.to, err = readRatio(f.url, b); err != nil {
			return "", err
		}
	}
	return fmt.Sprintf("%s an item, %s a page of 100, of a catalog of %d", item, pages, rows), nil
}

// readRatio compares a GET with a handler that has its answer ready.
func readRatio(url string, b *bench) (string, error) {
	get := func(c *http.Client, url string) ([]byte, http.Header, error) {
		req, err := http.NewRequest(http.MethodGet, url, nil)
		if err != nil {
			return nil, nil, err
		}
		req.Header["Authorization"] = []string{"Bearer EAADEMO"}
		res, err := c.Do(req)
		if err != nil {
			return nil, nil, err
		}
		defer func() { _ = res.Body.Close() }()
		b, err := io.ReadAll(res.Body)
		return b, res.Header, err
	}
	answer, headers, err := get(http.DefaultClient, url)
	if err != nil {
		return "", err
	}
	bare := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		maps.Copy(w.Header(), headers) // the same bytes, also before the body
		_, _ = w.Write(answer)
	}))
	defer bare.Close()
	side := func(url string) (float64, error) {
		transport := &http.Transport{MaxIdleConnsPerHost: clients}
		defer transport.CloseIdleConnections()
		client := &http.Client{Transport: transport}
		var n atomic.Int64
		var failure atomic.Value
		start := time.Now()
		var wg sync.WaitGroup
		for range clients {
			wg.Go(func() {
				for time.Since(start) < b.slice {
					if _, _, err := get(client, url); err != nil {
						failure.Store(err)
						return
					}
					n.Add(1)
				}
			})
		}
		wg.Wait()
		if err, ok := failure.Load().(error); ok {
			return 0, err
		}
		return float64(n.Load()) / time.Since(start).Seconds(), nil
	}
	var ours, ready []float64
	for range b.rounds {
		o, err := side(url)
		if err != nil {
			return "", err
		}
		r, err := side(bare.URL)
		if err != nil {
			return "", err
		}
		ours, ready = append(ours, o), append(ready, r)
	}
	return fmt.Sprintf("%.2f (%.1f k/s ÷ %.1f k/s)", median(ours)/median(ready), median(ours)/1000, median(ready)/1000), nil
}
