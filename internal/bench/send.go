package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hawkerhq/hawker/internal/app"
	"github.com/hawkerhq/hawker/internal/chat"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/waba"
)

// clients is how many callers send at once.
const clients = 128

// serve starts a demo server in a directory of its own; stop removes it.
func serve(ctx context.Context, options ...app.Option) (a *app.App, stop func(), err error) {
	dir, err := os.MkdirTemp("", "hawker-bench")
	if err != nil {
		return nil, nil, err
	}
	a, end, err := serveIn(ctx, place{dir: dir}, true, options...)
	stop = func() {
		end()
		_ = os.RemoveAll(dir)
	}
	if err != nil {
		stop()
		return nil, nil, err
	}
	return a, stop, nil
}

// serveGreeted starts the server as it is used outside of the demo world, over the demo world's shops and with
// customers who have just written.
func serveGreeted(ctx context.Context, options ...app.Option) (a *app.App, stop func(), err error) {
	dir, err := os.MkdirTemp("", "hawker-bench")
	if err != nil {
		return nil, nil, err
	}
	p := place{dir: dir}
	first, end, err := serveIn(ctx, p, true)
	for c := 0; c < clients && err == nil; c++ {
		err = post(http.DefaultClient, chatURL(first, c)+"/messages", strings.NewReader(`{"text":"hello"}`))
	}
	end()
	if err == nil {
		a, end, err = serveIn(ctx, p, false, options...)
	}
	stop = func() {
		end()
		_ = os.RemoveAll(dir)
	}
	if err != nil {
		stop()
		return nil, nil, err
	}
	return a, stop, nil
}

func serveIn(ctx context.Context, p place, demo bool, options ...app.Option) (a *app.App, end func(), err error) {
	c := app.Defaults()
	if p.url != "" {
		c.Database = p.url
	}
	c.Addr, c.Data, c.Demo, c.Limits, c.LogLevel, c.Pictures = "127.0.0.1:0", p.dir, demo, app.LimitsOff, "error", false
	if a, err = app.New(ctx, c, io.Discard, options...); err == nil {
		err = a.Start(ctx)
	}
	return a, func() {
		if a != nil {
			_ = a.Close(ctx)
		}
	}, err
}

// productList is a message with ten products of shop A, to one of many customers.
func productList(customer int) []byte {
	m := `{"messaging_product":"whatsapp","to":"` + waID(customer) + `","type":"interactive","interactive":{"type":"product_list","header":{"type":"text","text":"Today"},` +
		`"body":{"text":"Tap to see them"},"action":{"catalog_id":"500000000000001","sections":[{"title":"All","product_items":[`
	for i, sku := range []string{"CF01", "CF02", "CF03", "CF04", "TR01", "TR02", "TR03", "BM01", "BM02", "PH01"} {
		if i > 0 {
			m += ","
		}
		m += `{"product_retailer_id":"` + sku + `"}`
	}
	return []byte(m + `]}]}}}`)
}

func waID(customer int) string { return fmt.Sprintf("8490%07d", 1000000+customer) }

const sendPath = "/v25.0/400000000000001/messages"

// sends compares sends that are on disk when they are answered with the same handler, token and checks
// included, and nothing kept.
func sends(ctx context.Context, b *bench) (string, error) {
	a, stop, err := serveGreeted(ctx)
	if err != nil {
		return "", err
	}
	defer stop()
	bare, stopBare, err := serveGreeted(ctx, app.WithCarrier(&nowhere{}))
	if err != nil {
		return "", err
	}
	defer stopBare()
	var with, without []float64
	for range b.rounds {
		w, err := rate(a.URL()+sendPath, b.slice)
		if err != nil {
			return "", err
		}
		o, err := rate(bare.URL()+sendPath, b.slice)
		if err != nil {
			return "", err
		}
		with, without = append(with, w), append(without, o)
	}
	return fmt.Sprintf("%.2f (%.0f/s ÷ %.0f/s)", median(with)/median(without), median(with), median(without)), nil
}

// nowhere is a carrier that keeps nothing: what is left of a send without a database.
type nowhere struct{ sent atomic.Int64 }

func (c *nowhere) Deliver(_ context.Context, _ waba.Number, m chat.Message) (string, error) {
	return id.Wamid(m.WaID, id.FromBusiness, id.ID(c.sent.Add(1))), nil
}

// rate sends from all clients for a while and returns how many a second were answered with 200.
func rate(url string, d time.Duration) (float64, error) {
	transport := &http.Transport{MaxIdleConnsPerHost: clients, MaxConnsPerHost: clients}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport}
	var done atomic.Int64
	var failure atomic.Value
	stop := make(chan struct{})
	var wg sync.WaitGroup
	for c := range clients {
		body := productList(c)
		wg.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				if err := post(client, url, bytes.NewReader(body)); err != nil {
					failure.Store(err)
					return
				}
				done.Add(1)
			}
		})
	}
	time.Sleep(d / 4) // warm up
	start, before := time.Now(), done.Load()
	time.Sleep(d)
	n, took := done.Load()-before, time.Since(start)
	close(stop)
	wg.Wait()
	if err, ok := failure.Load().(error); ok {
		return 0, err
	}
	return float64(n) / took.Seconds(), nil
}

func post(c *http.Client, url string, body io.Reader) error {
	req, err := http.NewRequest(http.MethodPost, url, body)
	if err != nil {
		return err
	}
	req.Header["Authorization"] = []string{"Bearer EAADEMO"}
	req.Header["Content-Type"] = []string{"application/json"}
	res, err := c.Do(req)
	if err != nil {
		return err
	}
	b, err := io.ReadAll(res.Body)
	_ = res.Body.Close()
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s answered %d %.200s", url, res.StatusCode, b)
	}
	return err
}
