package chaos

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"
)

// ledger remembers what the program promised.
type ledger struct {
	mu       sync.Mutex
	messages []promise
	orders   map[string]int    // order message → customer
	open     []attempt         // carts whose answer was lost
	items    map[string]string // SKU → title
	handles  []string
	refusals []string
	serial   int
	// tolerates tells which refusals are expected; they are counted apart, and the caller goes on. nil: none.
	tolerates func(error) bool
	expected  int
	// stays tells that the program is not killed: a call without an answer is a failure.
	stays bool
}

func newLedger() *ledger { return &ledger{orders: map[string]int{}, items: map[string]string{}} }

// A batch of so many items goes with every so many visits, so that most of what is promised has webhooks.
const batchEvery, batchItems = 20, 20

// load writes, orders and uploads for every customer at once until the program ends. rest waits for the answers.
func (l *ledger) load(t *testing.T, p *program) (rest func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	for c := range customers {
		wg.Go(func() { l.chatter(ctx, p, c) })
	}
	return func() {
		cancel()
		wg.Wait()
	}
}

// promise is an acknowledged message of a customer's chat.
type promise struct {
	wamid    string
	customer int
}

// attempt is a cart that may or may not have been sent.
type attempt struct {
	customer int
	key      string
}

func (l *ledger) next() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.serial++
	return l.serial
}

// over notes an error and tells whether it ends its caller: an expected refusal does not, anything else does.
func (l *ledger) over(err error) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch refused := errors.Is(err, errRefused); {
	case refused && l.tolerates != nil && l.tolerates(err):
		l.expected++
		return false
	case refused || l.stays:
		l.refusals = append(l.refusals, err.Error())
	}
	return true
}

// waitFor returns when so many more promises were made: a moment that does not depend on how busy the machine is.
func (l *ledger) waitFor(t *testing.T, more int) {
	t.Helper()
	made := func() int {
		l.mu.Lock()
		defer l.mu.Unlock()
		return len(l.messages) + len(l.orders) + len(l.items) + len(l.refusals)
	}
	for enough, have := made()+more, 0; have < enough; { // however slow, as long as it goes on
		before := have
		until(t, "the load to reach the program", func() bool { have = made(); return have >= enough || have >= before+50 })
	}
}

// tolerated is how many expected refusals there were since the last forgive.
func (l *ledger) tolerated() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.expected
}

func (l *ledger) forgive() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.expected = 0
}

func (l *ledger) promise(customer int, wamid any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.messages = append(l.messages, promise{wamid.(string), customer})
}

// chatter writes, sends product lists and orders for one customer until the program dies.
func (l *ledger) chatter(ctx context.Context, p *program, customer int) {
	for ctx.Err() == nil {
		n := l.next()
		err := l.visit(p, customer, n)
		if err == nil && n%batchEvery == 0 {
			err = l.batch(p, n)
		}
		if err != nil && l.over(err) {
			return
		}
	}
}

// visit is what one customer does and is sent, once.
func (l *ledger) visit(p *program, customer, n int) error {
	v, err := p.call(http.MethodPost, chat(customer)+"/messages", map[string]string{"text": fmt.Sprint("question ", n)})
	if err != nil {
		return err
	}
	l.promise(customer, v["message_id"])
	v, err = p.call(http.MethodPost, "/v25.0/"+phone+"/messages", productList(waID(customer)))
	if err != nil {
		return err
	}
	l.promise(customer, v["messages"].([]any)[0].(map[string]any)["id"])
	if _, err := p.call(http.MethodPut, chat(customer)+"/cart/CF01", map[string]int{"quantity": 1 + n%9}); err != nil {
		return err
	}
	return l.send(p, attempt{customer, fmt.Sprint("key-", n)})
}

// send sends a cart. Without an answer, or where nothing is known of the call, the attempt is kept to be repeated with
// the same key.
func (l *ledger) send(p *program, a attempt) error {
	v, err := p.call(http.MethodPost, chat(a.customer)+"/cart/send", map[string]string{"note": a.key, "form_key": a.key})
	l.mu.Lock()
	defer l.mu.Unlock()
	if err != nil {
		l.open = append(l.open, a)
		return err
	}
	l.orders[v["message_id"].(string)] = a.customer
	return nil
}

// batch submits a few items.
func (l *ledger) batch(p *program, n int) error {
	var requests []any
	titles := map[string]string{}
	for i := range batchItems {
		sku, title := fmt.Sprintf("chaos-%d-%d", n, i), fmt.Sprintf("Item %d of batch %d", i, n)
		titles[sku] = title
		requests = append(requests, map[string]any{"method": "CREATE", "data": map[string]string{
			"id": sku, "title": title, "description": "d", "availability": "in stock", "condition": "new", "brand": "b", "price": "1000 VND",
			"link": "https://shop.example/x", "image_link": "https://shop.example/x.jpg",
		}})
	}
	v, err := p.call(http.MethodPost, "/v25.0/"+catalog+"/items_batch", map[string]any{"item_type": "PRODUCT_ITEM", "requests": requests})
	if err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.handles = append(l.handles, v["handles"].([]any)[0].(string))
	maps.Copy(l.items, titles)
	return nil
}

func productList(to string) map[string]any {
	return map[string]any{
		"messaging_product": "whatsapp", "to": to, "type": "interactive", "interactive": map[string]any{
			"type": "product_list", "header": map[string]string{"type": "text", "text": "Today"}, "body": map[string]string{"text": "Tap"},
			"action": map[string]any{"catalog_id": catalog, "sections": []any{map[string]any{"title": "All", "product_items": []any{
				map[string]string{"product_retailer_id": "CF01"}, map[string]string{"product_retailer_id": "PH01"},
			}}}},
		},
	}
}

// settle repeats every cart whose answer was lost, with its key, and waits for the batches. The clock is moved along, so
// that what a crash left in hand does not wait for long.
func (l *ledger) settle(t *testing.T, p *program) {
	t.Helper()
	for _, a := range l.open {
		v, err := p.call(http.MethodPost, chat(a.customer)+"/cart/send", map[string]string{"note": a.key, "form_key": a.key})
		switch {
		case err == nil:
			l.orders[v["message_id"].(string)] = a.customer
		case !strings.Contains(err.Error(), "empty"):
			// An empty cart means that the cart went out with a later key of the same customer.
			t.Errorf("repeating %s: %v", a.key, err)
		}
	}
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	end := time.After(patience)
	for _, h := range l.handles {
		for waited := 1; ; waited++ {
			v := p.must(http.MethodGet, "/v25.0/"+catalog+"/check_batch_request_status?handle="+h, nil)
			if v["data"].([]any)[0].(map[string]any)["status"] == "finished" {
				break
			}
			if waited%20 == 0 {
				p.must(http.MethodPost, "/sandbox/v1/clock", map[string]string{"advance": "1m"})
			}
			select {
			case <-tick.C:
			case <-end:
				t.Fatalf("batch %s never finished: %v", h, v)
			}
		}
	}
}

// check compares what was promised with what is there.
func (l *ledger) check(t *testing.T, p *program, h *hook) {
	t.Helper()
	for _, r := range l.refusals {
		t.Errorf("under load: %s", r)
	}
	orders := map[string]bool{}
	for c := range customers {
		present, keys := map[string]bool{}, map[string]int{}
		before := ""
		for {
			v := p.must(http.MethodGet, chat(c)+"?limit=200&before="+url.QueryEscape(before), nil)
			list := v["messages"].([]any)
			for _, m := range list {
				m := m.(map[string]any)
				present[m["id"].(string)] = true
				if m["kind"] == "order" {
					orders[m["id"].(string)] = true
					keys[m["order"].(map[string]any)["note"].(string)]++
				}
			}
			if v["has_older"] != true {
				break
			}
			before = list[0].(map[string]any)["id"].(string)
		}
		for key, n := range keys {
			if n != 1 {
				t.Errorf("%d orders of one key %s", n, key)
			}
		}
		for _, m := range l.messages {
			if m.customer == c && !present[m.wamid] {
				t.Errorf("message %s was acknowledged and is gone", m.wamid)
			}
		}
	}
	told := h.all()
	for wamid := range l.orders {
		if !orders[wamid] {
			t.Errorf("order %s was acknowledged and is gone", wamid)
		}
	}
	for wamid := range orders {
		if !strings.Contains(told, wamid) {
			t.Errorf("order %s was never delivered", wamid)
		}
	}
	l.checkItems(t, p)
}

func (l *ledger) checkItems(t *testing.T, p *program) {
	t.Helper()
	have := map[string]string{}
	for path := "/v25.0/" + catalog + "/products?fields=retailer_id,name&limit=1000"; path != ""; {
		v := p.must(http.MethodGet, path, nil)
		for _, i := range v["data"].([]any) {
			i := i.(map[string]any)
			have[i["retailer_id"].(string)] = i["name"].(string)
		}
		paging, _ := v["paging"].(map[string]any)
		next, _ := paging["next"].(string)
		path = strings.TrimPrefix(next, p.url)
	}
	for sku, title := range l.items {
		if have[sku] != title {
			t.Errorf("item %s was acknowledged as %q and is %q", sku, title, have[sku])
		}
	}
}
