package messaging_test

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/chat"
	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/db/dbtest"
	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/limit"
	"github.com/hawkerhq/hawker/internal/live"
	"github.com/hawkerhq/hawker/internal/messaging"
	"github.com/hawkerhq/hawker/internal/storefront"
	"github.com/hawkerhq/hawker/internal/waba"
	"github.com/hawkerhq/hawker/internal/webhook"
	"github.com/hawkerhq/hawker/wire"
)

const lan = "84901234567"

const quan id.ID = 200000000000001

var owner = access.Caller{Kind: access.KindSystemUser, Businesses: []id.ID{quan}, Permissions: access.Permissions()}

// outbox keeps the webhooks of committed transactions.
type outbox struct {
	mu     sync.Mutex
	events []webhook.Event
}

func (o *outbox) EnqueueTx(_ context.Context, tx *db.Tx, e webhook.Event) error {
	tx.AfterCommit(func() {
		o.mu.Lock()
		defer o.mu.Unlock()
		o.events = append(o.events, e)
	})
	return nil
}

// stall is a business with a number and a connected, visible catalog.
type stall struct {
	*messaging.Exchange
	t       testing.TB
	clock   *clock.Fixed
	out     *outbox
	catalog *catalog.Service
	store   *storefront.Service

	phone, menu id.ID
}

// each runs f on a stall on each engine.
func each(t *testing.T, f func(s *stall), change ...func(*messaging.Deps)) {
	t.Helper()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		s := &stall{t: t, clock: c, out: &outbox{}, catalog: catalog.New(d, live.New()), store: storefront.New(d)}
		deps := messaging.Deps{DB: d, Clock: c, Live: live.New(), Outbox: s.out, Limiter: limit.New(c)}
		for _, f := range change {
			f(&deps)
		}
		s.Exchange = messaging.New(deps)
		s.open()
		f(s)
	})
}

func (s *stall) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *stall) open() {
	s.t.Helper()
	var account id.ID
	s.must(s.DB.Update(s.t.Context(), func(ctx context.Context, tx *db.Tx) error {
		a, err := waba.CreateAccountTx(ctx, tx, waba.Account{BusinessID: quan, Name: "A", Country: "VN"})
		if err != nil {
			return err
		}
		n, err := waba.CreateNumberTx(ctx, tx, waba.Number{WABAID: a.ID, Digits: "+84 28 7100 0001", VerifiedName: "Quán Góc Phố"})
		account, s.phone = a.ID, n.ID
		if err != nil {
			return err
		}
		return chat.PutCustomerTx(ctx, tx, chat.Customer{WaID: lan, Name: "Nguyễn Lan", Locale: "vi"})
	}))
	c, err := s.catalog.Create(s.t.Context(), owner, catalog.Catalog{BusinessID: quan, Name: "Thực đơn"})
	s.must(err)
	s.menu = c.ID
	s.must(s.store.Connect(s.t.Context(), owner, account, s.menu))
	visible := true
	s.must(s.store.SetCommerceSettings(s.t.Context(), owner, s.phone, waba.SettingsChange{CatalogVisible: &visible}))
}

// put creates or changes an item of the menu and has it approved. more are pairs in batch vocabulary.
func (s *stall) put(sku string, more ...string) {
	s.t.Helper()
	values := map[string]any{
		"title": "Phở " + sku, "description": "Nóng hổi", "availability": "in stock", "condition": "new", "brand": "Quán",
		"link": "https://quan.example/" + sku, "image_link": "https://quan.example/" + sku + ".jpg", "price": "45000 VND",
	}
	for i := 0; i+1 < len(more); i += 2 {
		values[more[i]] = more[i+1]
	}
	_, err := s.catalog.CreateItem(s.t.Context(), owner, s.menu, sku, catalog.ReadChange(catalog.Batch, values), true)
	s.must(err)
	s.must(s.DB.Update(s.t.Context(), func(ctx context.Context, tx *db.Tx) error {
		items, err := catalog.ItemsByRetailerTx(ctx, tx, s.menu, []string{sku})
		if err != nil {
			return err
		}
		applied, err := catalog.SetVerdictTx(ctx, tx, items[sku].ID, items[sku].Rev, catalog.Verdict{Status: catalog.Approved, Reviewer: "test"})
		if err == nil && !applied {
			err = errors.New("the verdict was not applied")
		}
		return err
	}))
}

// write is the customer's message.
func (s *stall) write(text string) string {
	s.t.Helper()
	wamid, err := s.Receive(s.t.Context(), messaging.Inbound{PhoneID: s.phone, WaID: lan, Text: text})
	s.must(err)
	return wamid
}

func text(body string) wire.Message {
	return wire.Message{MessagingProduct: "whatsapp", To: lan, Type: "text", Text: &wire.Text{Body: body}}
}

func (s *stall) product(sku string) wire.Message {
	return wire.Message{MessagingProduct: "whatsapp", To: lan, Type: "interactive", Interactive: &wire.Interactive{
		Type: "product", Action: &wire.Action{CatalogID: s.menu.String(), ProductRetailerID: sku},
	}}
}

// send is the business's message.
func (s *stall) send(m wire.Message) string {
	s.t.Helper()
	a, err := s.Send(s.t.Context(), owner, s.phone, m)
	s.must(err)
	return a.Messages[0].ID
}

var wamid = regexp.MustCompile(`wamid\.[A-Za-z0-9+/=]+`)

// told are the webhooks since it was last asked, with wamids of names' keys called by their values, and the
// ids of number and catalog by theirs.
func (s *stall) told(names map[string]string) []string {
	s.t.Helper()
	return s.toldAbout("messages", names)
}

// toldOf are the same of another field.
func (s *stall) toldOf(field string) []string {
	s.t.Helper()
	return s.toldAbout(field, nil)
}

func (s *stall) toldAbout(field string, names map[string]string) []string {
	s.t.Helper()
	s.out.mu.Lock()
	defer s.out.mu.Unlock()
	var list []string
	for _, e := range s.out.events {
		if e.Field != field || (e.PhoneID != s.phone && field != "business_capability_update") || e.BusinessID != quan || e.Lane == "" {
			s.t.Errorf("a webhook of another number or field, or without a lane: %+v", e)
		}
		v := wamid.ReplaceAllStringFunc(string(e.Value), func(w string) string {
			if n, ok := names[w]; ok {
				return n
			}
			return w
		})
		list = append(list, strings.NewReplacer(s.phone.String(), "PHONE", s.menu.String(), "MENU").Replace(v))
	}
	s.out.events = nil
	return list
}

// equal compares webhooks with the values wanted between their common beginning and end.
func (s *stall) equal(got []string, want ...string) {
	s.t.Helper()
	if len(got) != len(want) {
		s.t.Errorf("%d webhooks, want %d:\n%s", len(got), len(want), strings.Join(got, "\n"))
		return
	}
	const head = `{"messaging_product":"whatsapp","metadata":{"display_phone_number":"842871000001","phone_number_id":"PHONE"},`
	for n := range want {
		if w := head + want[n] + "}"; got[n] != w {
			s.t.Errorf("webhook %d\n got %s\nwant %s", n, got[n], w)
		}
	}
}

// statuses are the statuses told since it was last asked, as "status wamid".
func (s *stall) statuses() []string {
	s.t.Helper()
	var list []string
	status := regexp.MustCompile(`"statuses":\[\{"id":"([^"]*)","status":"([a-z]*)"`)
	for _, v := range s.told(nil) {
		if m := status.FindStringSubmatch(v); m != nil {
			list = append(list, fmt.Sprint(m[2], " ", m[1]))
		}
	}
	return list
}

// refused checks that err is the cause want, about field.
func refused(t testing.TB, err error, want *fault.Fault, field string) {
	t.Helper()
	f, ok := fault.As(err)
	if !ok || !errors.Is(err, want) || f.Field != field || f.Detail == "" {
		t.Errorf("got %v, want %s about %q", err, want.Code, field)
	}
}
