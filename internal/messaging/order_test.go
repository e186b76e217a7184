package messaging_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/hawkerhq/hawker/internal/chat"
	"github.com/hawkerhq/hawker/internal/messaging"
	"github.com/hawkerhq/hawker/internal/storefront"
)

func (s *stall) add(sku string, quantity int) {
	s.t.Helper()
	s.clock.Advance(time.Millisecond) // the oldest line comes first
	_, err := s.store.SetQuantity(s.t.Context(), s.phone, lan, sku, quantity)
	s.must(err)
}

func TestOrderWebhook(t *testing.T) {
	t.Parallel()
	each(t, func(s *stall) {
		order := func(note string) messaging.SentOrder {
			s.told(nil)
			sent, err := s.SendCart(t.Context(), s.phone, lan, note, "")
			s.must(err)
			return sent
		}
		check := func(sent messaging.SentOrder, note, items string) {
			s.equal(bsuid(s, s.told(map[string]string{sent.MessageID: "ORDER"})), contacts+
				`"from":"84901234567","from_user_id":"BSUID","id":"ORDER","timestamp":"1795424400","type":"order","order":{"catalog_id":"MENU","text":"`+note+`","product_items":[`+items+`]}}]`)
		}
		s.put("pho")
		s.put("sale", "price", "60000 VND", "sale_price", "49000 VND", "sale_price_effective_date", "2026-11-01T00:00+07:00/2026-11-30T23:59+07:00")
		s.put("later", "price", "60000 VND", "sale_price", "49000 VND", "sale_price_effective_date", "2026-12-01T00:00+07:00/2026-12-30T23:59+07:00")
		s.add("pho", 2)
		s.add("sale", 99)
		s.add("later", 1)
		check(order("ít hành 🌶 <b>"), `ít hành 🌶 \u003cb\u003e`, `{"product_retailer_id":"pho","quantity":2,"item_price":45000,"currency":"VND"},`+
			`{"product_retailer_id":"sale","quantity":99,"item_price":49000,"currency":"VND"},{"product_retailer_id":"later","quantity":1,"item_price":60000,"currency":"VND"}`)
		s.put("bowl", "price", "149.90 BRL")
		s.put("mug", "price", "60.00 BRL")
		s.add("bowl", 1)
		s.add("mug", 3)
		check(order("  "), ``, `{"product_retailer_id":"bowl","quantity":1,"item_price":149.9,"currency":"BRL"},{"product_retailer_id":"mug","quantity":3,"item_price":60,"currency":"BRL"}`)
		_, err := s.SendCart(t.Context(), s.phone, lan, "", "")
		refused(t, err, storefront.ErrCartEmpty, "")
		s.add("mug", 1)
		_, err = s.SendCart(t.Context(), s.phone, lan, strings.Repeat("ợ", 1025), "")
		refused(t, err, messaging.ErrValue, "note")
		if told := s.told(nil); len(told) != 0 {
			t.Errorf("refused, and told %v", told)
		}
		order(strings.Repeat("ợ", 1024))
		s.send(text("cảm ơn")) // an order opens the window
		if got := s.statuses(); len(got) != 1 || !strings.HasPrefix(got[0], "sent ") {
			t.Errorf("after an order the answer is %v", got)
		}
	})
}

func TestADoubleTapIsOneOrder(t *testing.T) {
	t.Parallel()
	each(t, func(s *stall) {
		s.put("pho")
		s.add("pho", 2)
		s.told(nil)
		const taps = 8
		var wg sync.WaitGroup
		sent := make([]messaging.SentOrder, taps)
		errs := make([]error, taps)
		for n := range taps {
			wg.Go(func() { sent[n], errs[n] = s.SendCart(t.Context(), s.phone, lan, "", "form-1") })
		}
		wg.Wait()
		for n := range taps {
			if errs[n] != nil || sent[n] != sent[0] || sent[n].MessageID == "" {
				t.Errorf("tap %d: %+v, %v; the first %+v", n, sent[n], errs[n], sent[0])
			}
		}
		if told := s.told(nil); len(told) != 1 {
			t.Errorf("%d webhooks, want one", len(told))
		}
		s.add("pho", 1)
		again, err := s.SendCart(t.Context(), s.phone, lan, "", "form-1")
		if err != nil || again != sent[0] {
			t.Errorf("the same form later: %+v, %v", again, err)
		}
		other, err := s.SendCart(t.Context(), s.phone, lan, "", "form-2")
		if err != nil || other == sent[0] {
			t.Errorf("another form: %+v, %v", other, err)
		}
	})
}

func TestAChangedCartSendsNothing(t *testing.T) {
	t.Parallel()
	each(t, func(s *stall) {
		s.put("pho")
		s.put("bun")
		s.add("pho", 2)
		s.add("bun", 1)
		s.put("pho", "price", "50000 VND")
		s.put("bun", "availability", "out of stock")
		s.told(nil)
		_, err := s.SendCart(t.Context(), s.phone, lan, "", "form")
		var changed *storefront.CartChangedError
		if !errors.As(err, &changed) || !errors.Is(err, storefront.ErrCartChanged) {
			t.Fatalf("got %v, want a changed cart", err)
		}
		if v := changed.View; len(v.Lines) != 1 || len(v.Removed) != 1 || len(v.Repriced) != 1 || v.Removed[0].RetailerID != "bun" {
			t.Errorf("the customer is shown %+v", v)
		}
		if told := s.told(nil); len(told) != 0 {
			t.Errorf("nothing was sent, and told %v", told)
		}
		if _, err = s.SendCart(t.Context(), s.phone, lan, "", "form"); err != nil {
			t.Errorf("sending it again as it is now: %v", err)
		}
		if told := s.told(nil); len(told) != 1 || !strings.Contains(told[0], `"item_price":50000`) || strings.Contains(told[0], "bun") {
			t.Errorf("told %v", told)
		}
	})
}

func TestAChatKeepsWhatWasSent(t *testing.T) {
	t.Parallel()
	each(t, func(s *stall) {
		s.put("pho")
		s.write("alo")
		s.send(s.product("pho"))
		goods := func() messaging.Goods {
			v, err := s.Chat(t.Context(), s.phone, lan, 0, "")
			s.must(err)
			last := v.Messages[len(v.Messages)-1]
			if last.Kind != "product" || !last.Business {
				t.Fatalf("the last bubble is %+v", last)
			}
			return last.Sections[0].Products[0]
		}
		s.put("pho", "title", "Phở tái", "price", "50000 VND")
		g := goods()
		if g.Title != "Phở pho" || g.Price.Minor != 45000 {
			t.Errorf("as sent: %+v", g)
		}
		if g.Now == nil || g.Now.Title != "Phở tái" || g.Now.Price.Minor != 50000 {
			t.Errorf("now: %+v", g.Now)
		}
		s.put("pho", "status", "archived")
		if g := goods(); g.Now != nil || g.Title != "Phở pho" {
			t.Errorf("gone, and shown as %+v, now %+v", g, g.Now)
		}
	})
}

func TestStatusesGoForward(t *testing.T) {
	t.Parallel()
	each(t, func(s *stall) {
		s.write("alo")
		a, b, c := s.send(text("a")), s.send(text("b")), s.send(text("c"))
		s.told(nil)
		expect := func(upTo string, to chat.Rank, want ...string) {
			t.Helper()
			s.must(s.Ack(t.Context(), s.phone, lan, upTo, to))
			if got := s.statuses(); strings.Join(got, ",") != strings.Join(want, ",") {
				t.Errorf("ack %v: got %v, want %v", to, got, want)
			}
		}
		expect(a, chat.Delivered, "delivered "+a)
		expect(a, chat.Delivered)
		expect(b, chat.Read, "delivered "+b, "read "+a, "read "+b) // read without delivered tells both
		expect(b, chat.Delivered)
		expect(c, chat.Delivered, "delivered "+c)
		expect(a, chat.Read)
		expect(c, chat.Read, "read "+c)
		refused(t, s.Ack(t.Context(), s.phone, lan, "wamid.none", chat.Read), messaging.ErrNoMessage, "up_to")
	})
}

// Whatever the customer's phone says in whatever order: each message is told of each rank at most once, in
// rising order, and no message that was read is unread again.
func TestStatusProperties(t *testing.T) {
	t.Parallel()
	each(t, func(s *stall) {
		last := "" // message of the run before: that run's are all read when the next begins
		rapid.Check(s.t.(*testing.T), func(rt *rapid.T) {
			s.clock.Advance(10 * time.Minute)
			s.write("alo")
			if last != "" {
				s.must(s.Ack(t.Context(), s.phone, lan, last, chat.Read))
			}
			s.told(nil)
			var sent []string
			ranks := map[string]int{"sent": 1, "delivered": 2, "read": 3}
			told, acked := map[string]int{}, map[string]int{}
			for range rapid.IntRange(1, 12).Draw(rt, "steps") {
				if len(sent) == 0 || rapid.Bool().Draw(rt, "send") {
					last = s.send(text("x"))
					sent = append(sent, last)
				} else {
					n := rapid.IntRange(0, len(sent)-1).Draw(rt, "up to")
					to := rapid.SampledFrom([]chat.Rank{chat.Delivered, chat.Read}).Draw(rt, "rank")
					s.must(s.Ack(t.Context(), s.phone, lan, sent[n], to))
					for _, w := range sent[:n+1] {
						acked[w] = max(acked[w], int(to))
					}
				}
				for _, st := range s.statuses() {
					status, w, _ := strings.Cut(st, " ")
					if ranks[status] != told[w]+1 {
						rt.Fatalf("%s after rank %d of %s", status, told[w], w)
					}
					told[w] = ranks[status]
				}
			}
			for _, w := range sent {
				if want := max(acked[w], 1); told[w] != want {
					rt.Fatalf("%s was told of rank %d, its phone is at %d", w, told[w], want)
				}
			}
		})
	})
}
