package main

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hawkerhq/hawker/internal/app"
	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/live"
	"github.com/hawkerhq/hawker/internal/safehttp"
	"github.com/hawkerhq/hawker/internal/webhook"
)

const (
	appSecret = "demo-app-secret"
	demoApp   = "100000000000001"
	demoWABA  = "300000000000001"
	inFlight  = 32   // requests at once, as many as one receiver gets
	perRead   = 20   // messages a customer reads at a time
	messages  = 6000 // of a round of P3
	events    = 20_000
)

// sink is a receiver that verifies every signature and counts updates and requests.
type sink struct {
	*httptest.Server
	updates, requests, wrong atomic.Int64
	want                     int64
	all                      chan struct{} // a value when want updates have come
}

func newSink() *sink {
	s := &sink{all: make(chan struct{}, 1)}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if c := r.URL.Query().Get("hub.challenge"); c != "" {
			_, _ = io.WriteString(w, c)
			return
		}
		body, _ := io.ReadAll(r.Body)
		if r.Header.Get("X-Hub-Signature-256") != signature(body) {
			s.wrong.Add(1)
			return
		}
		s.requests.Add(1)
		n := int64(bytes.Count(body, []byte(`"changes":[`)))
		if have := s.updates.Add(n); have >= s.want && have-n < s.want {
			s.all <- struct{}{}
		}
	}))
	return s
}

// expect makes s wait for so many more updates.
func (s *sink) expect(n int) {
	s.updates.Store(0)
	s.requests.Store(0)
	s.want = int64(n)
}

// wait returns when all updates have come.
func (s *sink) wait(ctx context.Context) error {
	select {
	case <-s.all:
	case <-time.After(2 * time.Minute):
		return fmt.Errorf("%d of %d updates came within two minutes", s.updates.Load(), s.want)
	case <-ctx.Done():
		return ctx.Err()
	}
	if n := s.wrong.Load(); n > 0 {
		return fmt.Errorf("%d signatures were wrong", n)
	}
	return nil
}

func signature(body []byte) string {
	mac := hmac.New(sha256.New, []byte(appSecret))
	_, _ = mac.Write(body)
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}

// statusValue is what a status webhook holds.
var statusValue = []byte(`{"messaging_product":"whatsapp","metadata":{"display_phone_number":"84281230001","phone_number_id":"400000000000001"},` +
	`"contacts":[{"profile":{"name":"Nguyễn Thị Ánh"},"wa_id":"84901000001"}],"statuses":[{"id":"wamid.HBgLODQ5MDEwMDAwMDEVAgARGBIwMzJBOTNCNEE4MDAyQkFEMDYA",` +
	`"status":"delivered","timestamp":"1764288000","recipient_id":"84901000001","pricing":{"billable":false,"pricing_model":"PMP","category":"service","type":"free_customer_service"}}]}`)

// bareRate is how many signed requests a second a plain client gets answered.
func bareRate(ctx context.Context, s *sink, n int) (float64, error) {
	transport := &http.Transport{MaxIdleConnsPerHost: inFlight, MaxConnsPerHost: inFlight}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport}
	body := []byte(`{"object":"whatsapp_business_account","entry":[{"id":"33","changes":[{"value":` + string(statusValue) + `,"field":"messages"}]}]}`)
	s.expect(n)
	var left atomic.Int64
	left.Store(int64(n))
	var failure atomic.Value
	begin := time.Now()
	var wg sync.WaitGroup
	for range inFlight {
		wg.Go(func() {
			for left.Add(-1) >= 0 {
				req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.URL, bytes.NewReader(body))
				if err == nil {
					req.Header["Content-Type"] = []string{"application/json"}
					req.Header["X-Hub-Signature-256"] = []string{signature(body)}
					var res *http.Response
					if res, err = client.Do(req); err == nil {
						_, err = io.Copy(io.Discard, res.Body)
						_ = res.Body.Close()
					}
				}
				if err != nil {
					failure.Store(err)
					return
				}
			}
		})
	}
	wg.Wait()
	took := time.Since(begin)
	if err, ok := failure.Load().(error); ok {
		return 0, err
	}
	return float64(n) / took.Seconds(), s.wait(ctx)
}

// deliveries compares what leaves the outbox, answered and marked, with a plain client.
func deliveries(ctx context.Context, b *bench) (string, error) {
	s := newSink()
	defer s.Close()
	var ours, joined, bare []float64
	for range b.rounds {
		alone, err := outboxRate(ctx, s, 1)
		if err != nil {
			return "", err
		}
		w, err := bareRate(ctx, s, events)
		if err != nil {
			return "", err
		}
		several, err := outboxRate(ctx, s, webhook.BatchMost)
		if err != nil {
			return "", err
		}
		ours, bare, joined = append(ours, alone), append(bare, w), append(joined, several)
	}
	return fmt.Sprintf("%.2f (%.0f/s ÷ %.0f/s, one update in each request; %.0f/s with several)", median(ours)/median(bare), median(ours), median(bare), median(joined)), nil
}

// outboxRate is how many updates a second leave an outbox of its own until nothing waits there any more.
func outboxRate(ctx context.Context, s *sink, most int) (rate float64, err error) {
	dir, err := os.MkdirTemp("", "hawker-bench")
	if err != nil {
		return 0, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	d, err := db.Open(ctx, db.Config{Dir: dir})
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	const business, waba, subscriber = id.ID(22), id.ID(33), id.ID(44)
	o := webhook.New(webhook.Deps{
		DB: d, Clock: clock.System{}, Client: safehttp.New(safehttp.Config{AllowPrivate: true}), Live: live.New(), Batch: most,
		Secrets: func(context.Context, *db.Tx, id.ID) (string, string, error) { return appSecret, "", nil },
		Owner:   func(context.Context, *db.Tx, id.ID) (id.ID, error) { return business, nil },
	})
	if err := o.Subscribe(ctx, subscriber, webhook.Object, s.URL, "v", []string{"messages"}); err != nil {
		return 0, err
	}
	if err := o.SubscribeWABA(ctx, waba, subscriber, "", ""); err != nil {
		return 0, err
	}
	for first := 0; first < events; first += 1000 {
		err := d.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
			for n := first; n < first+1000; n++ {
				if err := o.EnqueueTx(ctx, tx, webhook.Event{BusinessID: business, WABAID: waba, Field: "messages", Lane: fmt.Sprint(n % 500), Value: statusValue}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return 0, err
		}
	}
	s.expect(events)
	begin := time.Now()
	if err := o.Drain(ctx); err != nil {
		return 0, err
	}
	took := time.Since(begin)
	return events / took.Seconds(), s.wait(ctx)
}

// told compares sends with their three statuses, each delivered, with what sends alone and deliveries alone allow.
func told(ctx context.Context, b *bench) (string, error) {
	quiet, stopQuiet, err := serveGreeted(ctx)
	if err != nil {
		return "", err
	}
	defer stopQuiet()
	a, stop, err := serve(ctx)
	if err != nil {
		return "", err
	}
	defer stop()
	s := newSink()
	defer s.Close()
	if err := subscribe(a, s.URL); err != nil {
		return "", err
	}
	for c := range clients {
		if err := post(http.DefaultClient, chatURL(a, c)+"/messages", strings.NewReader(`{"text":"hello"}`)); err != nil {
			return "", err
		}
	}
	s.expect(clients)
	var ours, bounds, requests []float64
	for range b.rounds {
		send, err := rate(quiet.URL()+sendPath, b.slice)
		if err != nil {
			return "", err
		}
		w, err := bareRate(ctx, s, events)
		if err != nil {
			return "", err
		}
		s.expect(3 * messages)
		begin := time.Now()
		if err := sendAndRead(a); err != nil {
			return "", err
		}
		if err := s.wait(ctx); err != nil {
			return "", err
		}
		ours = append(ours, messages/time.Since(begin).Seconds())
		bounds = append(bounds, 1/(1/send+3/w))
		requests = append(requests, float64(s.requests.Load())/messages)
	}
	return fmt.Sprintf("%.2f (%.0f/s ÷ %.0f/s; %.1f requests for the 3 statuses of a message)", median(ours)/median(bounds), median(ours), median(bounds), median(requests)), nil
}

func chatURL(a *app.App, customer int) string {
	return a.URL() + "/sandbox/v1/customers/" + waID(customer) + "/chats/400000000000001"
}

func subscribe(a *app.App, to string) error {
	form := url.Values{
		"access_token": {demoApp + "|" + appSecret}, "object": {"whatsapp_business_account"}, "fields": {"messages"}, "verify_token": {"v"}, "callback_url": {to},
	}
	res, err := http.PostForm(a.URL()+"/v25.0/"+demoApp+"/subscriptions", form)
	if err != nil {
		return err
	}
	_ = res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("subscribing answered %d", res.StatusCode)
	}
	return post(http.DefaultClient, a.URL()+"/v25.0/"+demoWABA+"/subscribed_apps", nil)
}

// sendAndRead sends the messages of a round, and has the customers read them.
func sendAndRead(a *app.App) error {
	transport := &http.Transport{MaxIdleConnsPerHost: clients, MaxConnsPerHost: clients}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport}
	var left atomic.Int64
	left.Store(messages)
	var failure atomic.Value
	var wg sync.WaitGroup
	for c := range clients {
		body := productList(c)
		wg.Go(func() {
			last, unread := "", 0
			read := func() error {
				unread = 0
				return post(client, chatURL(a, c)+"/read", strings.NewReader(`{"up_to":"`+last+`"}`))
			}
			var err error
			for err == nil && left.Add(-1) >= 0 {
				if last, err = sendOne(client, a.URL()+sendPath, body); err == nil {
					if unread++; unread == perRead {
						err = read()
					}
				}
			}
			if err == nil && unread > 0 {
				err = read()
			}
			if err != nil {
				failure.Store(err)
			}
		})
	}
	wg.Wait()
	err, _ := failure.Load().(error)
	return err
}

// sendOne sends a message and returns its id.
func sendOne(c *http.Client, url string, body []byte) (string, error) {
	req, err := http.NewRequest(http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return "", err
	}
	req.Header["Authorization"] = []string{"Bearer EAADEMO"}
	req.Header["Content-Type"] = []string{"application/json"}
	res, err := c.Do(req)
	if err != nil {
		return "", err
	}
	defer func() { _ = res.Body.Close() }()
	var answer struct{ Messages []struct{ ID string } }
	if err := json.NewDecoder(res.Body).Decode(&answer); err != nil {
		return "", err
	}
	if len(answer.Messages) != 1 {
		return "", fmt.Errorf("a send answered %d", res.StatusCode)
	}
	return answer.Messages[0].ID, nil
}
