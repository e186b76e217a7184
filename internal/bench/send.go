package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hawkerhq/hawker/internal/app"
	"github.com/hawkerhq/hawker/internal/messaging"
	"github.com/hawkerhq/hawker/wire"
)

// clients is how many callers send at once.
const clients = 128

// serve starts a demo server in a directory of its own; stop removes it.
func serve(ctx context.Context) (a *app.App, stop func(), err error) {
	dir, err := os.MkdirTemp("", "hawker-bench")
	if err != nil {
		return nil, nil, err
	}
	c := app.Defaults()
	c.Addr, c.Data, c.Demo, c.Limits, c.LogLevel = "127.0.0.1:0", dir, true, app.LimitsOff, "error"
	a, err = app.New(ctx, c, io.Discard)
	if err == nil {
		err = a.Start(ctx)
	}
	stop = func() {
		if a != nil {
			_ = a.Close(ctx)
		}
		_ = os.RemoveAll(dir)
	}
	if err != nil {
		stop()
		return nil, nil, err
	}
	return a, stop, nil
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

// sends compares sends that are on disk when they are answered with the same handler without a database.
func sends(ctx context.Context, b *bench) (string, error) {
	a, stop, err := serve(ctx)
	if err != nil {
		return "", err
	}
	defer stop()
	for c := range clients {
		body := bytes.NewReader([]byte(`{"text":"hello"}`))
		if err := post(http.DefaultClient, a.URL()+"/sandbox/v1/customers/"+waID(c)+"/chats/400000000000001/messages", body); err != nil {
			return "", err
		}
	}
	bare, closeBare, err := bareHandler()
	if err != nil {
		return "", err
	}
	defer closeBare()
	var with, without []float64
	for range b.rounds {
		w, err := rate(a.URL()+"/v25.0/400000000000001/messages", b.slice)
		if err != nil {
			return "", err
		}
		o, err := rate(bare, b.slice)
		if err != nil {
			return "", err
		}
		with, without = append(with, w), append(without, o)
	}
	return fmt.Sprintf("%.2f (%.0f/s ÷ %.0f/s; %s)", median(with)/median(without), median(with), median(without), memory(os.Getpid())), nil
}

// bareHandler decodes a message and answers, and keeps nothing.
func bareHandler() (url string, stop func(), err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	srv := &http.Server{ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		raw, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		m, err := messaging.Parse(raw)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		out, err := json.Marshal(wire.SendResponse{
			MessagingProduct: "whatsapp", Contacts: []wire.SendContact{{Input: m.To, WaID: m.To}}, Messages: []wire.SentMessage{{ID: "wamid.x"}},
		})
		if err != nil {
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(out)
	})}
	go func() { _ = srv.Serve(l) }()
	return "http://" + l.Addr().String() + "/v25.0/400000000000001/messages", func() { _ = srv.Close() }, nil
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
