package policy_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/db/dbtest"
	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/live"
	"github.com/hawkerhq/hawker/internal/messaging"
	"github.com/hawkerhq/hawker/internal/policy"
	"github.com/hawkerhq/hawker/internal/storefront"
	"github.com/hawkerhq/hawker/internal/waba"
)

// shelf is a connected catalog with two items, everything that may happen to them, and a simple model of what should be seen.
type shelf struct {
	*world
	store     *storefront.Service
	exchange  *messaging.Exchange
	wa        string
	connected bool
	items     map[string]*shown
	skus      []string
	late      []verdictOnItsWay
	spans     []policy.SpanOnItsWay
	customers int
	texts     int
	runs      int
	others    []id.ID // that came in files with them
}

// shown is what the model knows of an item.
type shown struct {
	id      id.ID
	title   string // mug, vodka or whey: what the rules approve, reject and leave to a person
	status  string // pending, approved, rejected or held
	reports int    // open, of what it says now
}

// verdictOnItsWay was made on an item as it was then.
type verdictOnItsWay struct {
	sku    string
	item   id.ID
	rev    int64
	status string
}

// TestWhatIsNotApprovedIsNeverShown: whatever edits, reviews, reports, appeals, decisions and connections follow each other, an item that
// is not approved as it is now is on no page, in no message and in no order, and a verdict on what it was changes nothing.
func TestWhatIsNotApprovedIsNeverShown(t *testing.T) {
	t.Parallel()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *clock.Fixed) {
		w := open(t, d, c)
		s, on := &shelf{world: w, store: storefront.New(d), connected: true}, true
		if err := s.store.SetCommerceSettings(t.Context(), caller(mine), w.phone, waba.SettingsChange{CatalogVisible: &on, CartEnabled: &on}); err != nil {
			t.Fatal(err)
		}
		s.exchange = messaging.New(messaging.Deps{DB: d, Clock: c, Live: live.New(), Outbox: w.hooks})
		s.templates()
		run := 0
		rapid.Check(t, func(rt *rapid.T) {
			run++
			s.start(rt, run)
			rt.Repeat(map[string]func(*rapid.T){
				"":                            s.look,
				"the shop adds or rewrites":   s.write,
				"the shop restocks":           s.restock,
				"a file brings it in":         s.file,
				"the shop deletes":            s.drop,
				"the rules review":            s.rules,
				"a review begins":             s.begin,
				"a verdict comes late":        s.arrive,
				"a sweep reads":               s.sweepReads,
				"a sweep writes":              s.sweepWrites,
				"customers report":            s.report,
				"the shop appeals":            s.appeal,
				"a moderator decides":         s.moderate,
				"the sandbox decides":         s.decide,
				"the catalog is connected":    s.connect,
				"the catalog is disconnected": s.disconnect,
			})
			s.end(rt)
		})
	})
}

func (s *shelf) start(rt *rapid.T, run int) {
	s.wa, s.items, s.late, s.spans = fmt.Sprintf("8491%07d", run), map[string]*shown{}, nil, nil
	s.skus, s.runs = []string{fmt.Sprint("a", run), fmt.Sprint("b", run)}, run
	s.others = nil
	s.connect(rt)
	// Whoever wrote in may be written to.
	_, err := s.exchange.Receive(s.Context(), messaging.Inbound{PhoneID: s.phone, WaID: s.wa, Text: "Hi"})
	s.must(rt, err)
}

// end takes the items off, so that runs do not add up.
func (s *shelf) end(rt *rapid.T) {
	for _, i := range s.items {
		s.must(rt, s.catalogs.DeleteItem(s.Context(), caller(mine), i.id))
	}
	for _, i := range s.others {
		s.must(rt, s.catalogs.DeleteItem(s.Context(), caller(mine), i))
	}
}

func (s *shelf) must(rt *rapid.T, err error) {
	if err != nil {
		rt.Fatal(err)
	}
}

// one draws an item that is there.
func (s *shelf) one(rt *rapid.T) (string, *shown) {
	sku := rapid.SampledFrom(s.skus).Draw(rt, "sku")
	i, ok := s.items[sku]
	if !ok {
		rt.Skip("it is not there")
	}
	return sku, i
}

func (s *shelf) stored(rt *rapid.T, i *shown) (it catalog.Item) {
	s.must(rt, s.db.View(s.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		it, err = catalog.ItemTx(ctx, tx, caller(mine), i.id)
		return err
	}))
	return it
}

// write adds an item, or has it say something it never said before.
func (s *shelf) write(rt *rapid.T) {
	sku := rapid.SampledFrom(s.skus).Draw(rt, "sku")
	title := rapid.SampledFrom([]string{"mug", "mug", "vodka", "whey"}).Draw(rt, "title")
	s.texts++
	text := map[string]string{"mug": "Mug", "vodka": "Vodka", "whey": held}[title]
	fields := map[string]any{
		"title": text, "description": fmt.Sprint("Number ", s.texts), "availability": "in stock", "condition": "new", "link": "https://shop.example/x",
		"image_link": "https://shop.example/x.jpg", "price": "10.00 USD",
	}
	i, ok := s.items[sku]
	if ok {
		s.must(rt, s.catalogs.UpdateItem(s.Context(), caller(mine), i.id, sku, catalog.ReadChange(catalog.Batch, fields)))
		i.title, i.status, i.reports = title, catalog.Pending, 0
		return
	}
	made, err := s.catalogs.CreateItem(s.Context(), caller(mine), s.catalog, sku, catalog.ReadChange(catalog.Batch, fields), false)
	s.must(rt, err)
	s.items[sku] = &shown{id: made, title: title, status: catalog.Pending}
}

// restock changes what no review looks at.
func (s *shelf) restock(rt *rapid.T) {
	sku, i := s.one(rt)
	price := fmt.Sprintf("%d.00 USD", rapid.IntRange(1, 9).Draw(rt, "price"))
	s.must(rt, s.catalogs.UpdateItem(s.Context(), caller(mine), i.id, sku, catalog.ReadChange(catalog.Batch, map[string]any{"price": price})))
}

func (s *shelf) drop(rt *rapid.T) {
	sku, i := s.one(rt)
	s.must(rt, s.catalogs.DeleteItem(s.Context(), caller(mine), i.id))
	delete(s.items, sku)
}

func (s *shelf) rules(rt *rapid.T) {
	s.must(rt, s.reviewer.ItemsChanged(s.Context(), catalog.ItemsChanged{CatalogID: s.catalog}))
	for _, i := range s.items {
		if s.connected && i.status == catalog.Pending {
			s.judged(i)
		}
	}
}

// judged is what the rules make of an item.
func (s *shelf) judged(i *shown) {
	i.status = map[string]string{"mug": catalog.Approved, "vodka": catalog.Rejected, "whey": catalog.Held}[i.title]
	if i.status == catalog.Rejected {
		i.reports = 0
	}
}

// begin reads an item for a verdict that comes later.
func (s *shelf) begin(rt *rapid.T) {
	sku, i := s.one(rt)
	status := rapid.SampledFrom([]string{catalog.Approved, catalog.Approved, catalog.Rejected, catalog.Pending}).Draw(rt, "verdict")
	s.late = append(s.late, verdictOnItsWay{sku, i.id, s.stored(rt, i).Rev, status})
}

// arrive has a verdict written that was made earlier: it counts only where the item is as it was.
func (s *shelf) arrive(rt *rapid.T) {
	if len(s.late) == 0 {
		rt.Skip("none is on its way")
	}
	n := rapid.IntRange(0, len(s.late)-1).Draw(rt, "which")
	v := s.late[n]
	s.late = slices.Delete(s.late, n, n+1)
	i, there := s.items[v.sku]
	same := there && i.id == v.item && s.connected && s.stored(rt, i).Rev == v.rev
	applied := false
	s.must(rt, s.db.Update(s.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		applied, err = catalog.SetVerdictTx(ctx, tx, v.item, v.rev, catalog.Verdict{Status: v.status, PolicyID: "alcohol", Reviewer: "late"})
		return err
	}))
	if applied != same {
		rt.Fatalf("a verdict on revision %d was applied: %t, want %t", v.rev, applied, same)
	}
	if applied {
		i.status = v.status
		if v.status == catalog.Pending {
			i.status = catalog.Held
		}
	}
}

// sweepReads has the first review of the catalog read and decide on an item or two.
func (s *shelf) sweepReads(rt *rapid.T) {
	x, ok, err := s.reviewer.ReadSpan(s.Context(), s.catalog, rapid.IntRange(1, 2).Draw(rt, "size"))
	s.must(rt, err)
	if ok {
		s.spans = append(s.spans, x)
	}
}

// sweepWrites has what was decided written, however much happened since: an item gets its verdict if it waits and is as it was read, or
// stays as it is.
func (s *shelf) sweepWrites(rt *rapid.T) {
	if len(s.spans) == 0 {
		rt.Skip("none is on its way")
	}
	n := rapid.IntRange(0, len(s.spans)-1).Draw(rt, "which")
	x := s.spans[n]
	s.spans = slices.Delete(s.spans, n, n+1)
	moved, err := s.reviewer.WriteSpan(s.Context(), x)
	s.must(rt, err)
	for sku, i := range s.items {
		it := s.stored(rt, i)
		got := it.Review.Status
		if it.Review.Held {
			got = catalog.Held
		}
		rev, read := x.RevisionOf(i.id)
		was := i.status
		if !s.connected {
			was = catalog.NoReview
		}
		switch {
		case got == was, was == catalog.Pending && got == catalog.Outdated:
		case moved || !read || rev != it.Rev || was != catalog.Pending:
			rt.Fatalf("a sweep made %s %q that was %q: moved %t, read at %d, now %d", sku, got, was, moved, rev, it.Rev)
		default:
			s.judged(i)
			if got != i.status {
				rt.Fatalf("a sweep made %s %q, want %q", sku, got, i.status)
			}
		}
	}
}

func (s *shelf) report(rt *rapid.T) {
	sku, i := s.one(rt)
	if !s.connected {
		rt.Skip("nobody sees it")
	}
	for range rapid.IntRange(1, 3).Draw(rt, "customers") {
		s.customers++
		s.must(rt, s.reviewer.Report(s.Context(), policy.Report{PhoneID: s.phone, WaID: fmt.Sprintf("8492%07d", s.customers), RetailerID: sku, Reason: "other"}))
		i.reports++
		switch {
		case i.status == catalog.Rejected:
		case i.title != "mug":
			s.judged(i)
		case i.reports >= 3:
			i.status = catalog.Held
		}
	}
}

func (s *shelf) appeal(rt *rapid.T) {
	_, i := s.one(rt)
	err := s.reviewer.Appeal(s.Context(), caller(mine), s.catalog, []id.ID{i.id}, "Look again.")
	if err != nil && !errors.Is(err, policy.ErrAppeal) && !errors.Is(err, policy.ErrAppealOften) {
		rt.Fatal(err)
	}
}

func (s *shelf) moderate(rt *rapid.T) {
	_, i := s.one(rt)
	act := rapid.SampledFrom([]string{policy.ActApprove, policy.ActReject, policy.ActHold}).Draw(rt, "act")
	it := s.stored(rt, i)
	err := s.reviewer.Moderate(s.Context(), caller(mine), i.id, it.Content(), policy.Decision{Act: act, PolicyID: "alcohol", Person: 5, By: "Mod"})
	if errors.Is(err, policy.ErrDecided) {
		return
	}
	s.must(rt, err)
	s.decided(i, map[string]string{policy.ActApprove: catalog.Approved, policy.ActReject: catalog.Rejected, policy.ActHold: catalog.Held}[act])
}

func (s *shelf) decide(rt *rapid.T) {
	_, i := s.one(rt)
	status := rapid.SampledFrom([]string{catalog.Approved, catalog.Rejected, catalog.Pending}).Draw(rt, "verdict")
	err := s.reviewer.Decide(s.Context(), caller(mine), i.id, catalog.Verdict{Status: status, PolicyID: "alcohol"})
	if errors.Is(err, policy.ErrUnwatched) && !s.connected {
		return
	}
	s.must(rt, err)
	if status == catalog.Pending {
		status = catalog.Held
	}
	s.decided(i, status)
}

func (s *shelf) decided(i *shown, status string) {
	i.status = status
	if status != catalog.Held {
		i.reports = 0
	}
}

func (s *shelf) connect(rt *rapid.T) {
	if s.connected {
		return
	}
	s.must(rt, s.store.Connect(s.Context(), caller(mine), s.waba, s.catalog))
	s.connected = true
	for _, i := range s.items {
		i.status = catalog.Pending
	}
}

func (s *shelf) disconnect(rt *rapid.T) {
	if s.connected {
		s.must(rt, s.store.Disconnect(s.Context(), caller(mine), s.waba, s.catalog))
		s.connected = false
	}
}

// look checks every path by which a customer sees, gets or orders an item.
func (s *shelf) look(rt *rapid.T) {
	for _, sku := range s.skus {
		i, there := s.items[sku]
		may := there && s.connected && i.status == catalog.Approved
		for path, see := range map[string]func(*rapid.T, string) bool{
			"resolved": s.resolved, "listed": s.listed, "its page": s.product, "the storefront": s.storefront, "a cart": s.cart, "an order": s.order, "a message": s.message,
			"a search": s.search, "the catalog's link": s.catalogLink, "its link": s.link, "a list": s.list, "a carousel": s.carousel, "a question": s.question,
			"a catalog message": s.catalogMessage, "a template of the catalog": s.catalogTemplate, "a template of items": s.listTemplate,
			"a template's list": s.listedByTemplate, "a template of an item": s.itemTemplate, "a template's cards": s.cardsTemplate,
		} {
			if got := see(rt, sku); got != may {
				rt.Fatalf("%s by %s: %t, want %t: %+v, connected %t", sku, path, got, may, i, s.connected)
			}
		}
	}
}

// refused tells whether an error is a refusal and no failure.
func (s *shelf) refused(rt *rapid.T, err error) bool {
	var changed *storefront.CartChangedError
	if _, is := fault.As(err); err != nil && !is && !errors.As(err, &changed) {
		rt.Fatal(err)
	}
	return err != nil
}

func (s *shelf) resolved(rt *rapid.T, sku string) (ok bool) {
	s.must(rt, s.db.View(s.Context(), func(ctx context.Context, tx *db.Tx) error {
		found, err := catalog.ResolveVisibleTx(ctx, tx, s.catalog, s.skus)
		_, ok = found[sku]
		return err
	}))
	return ok
}

func (s *shelf) listed(rt *rapid.T, sku string) (ok bool) {
	s.must(rt, s.db.View(s.Context(), func(ctx context.Context, tx *db.Tx) error {
		found, err := catalog.VisiblePageTx(ctx, tx, s.catalog, catalog.Query{Limit: 100})
		ok = slices.ContainsFunc(found, func(i catalog.Item) bool { return i.RetailerID == sku })
		return err
	}))
	return ok
}

func (s *shelf) product(rt *rapid.T, sku string) bool {
	_, err := s.store.Product(s.Context(), s.phone, s.wa, sku)
	return !s.refused(rt, err)
}

func (s *shelf) storefront(rt *rapid.T, sku string) bool {
	v, err := s.store.Storefront(s.Context(), s.phone, s.wa, storefront.Query{Limit: 100})
	s.refused(rt, err)
	return slices.ContainsFunc(v.Products, func(p storefront.ProductView) bool { return p.RetailerID == sku })
}

func (s *shelf) cart(rt *rapid.T, sku string) bool {
	_, err := s.store.SetQuantity(s.Context(), s.phone, s.wa, sku, 1)
	s.refused(rt, err)
	v, err := s.store.Cart(s.Context(), s.phone, s.wa)
	s.refused(rt, err)
	return slices.ContainsFunc(v.Lines, func(l storefront.CartLine) bool { return l.RetailerID == sku })
}

// order sends a cart with the one item.
func (s *shelf) order(rt *rapid.T, sku string) bool {
	for _, other := range s.skus {
		if other != sku {
			_, err := s.store.SetQuantity(s.Context(), s.phone, s.wa, other, 0)
			s.refused(rt, err)
		}
	}
	_, err := s.store.SetQuantity(s.Context(), s.phone, s.wa, sku, 1)
	s.refused(rt, err)
	_, err = s.exchange.SendCart(s.Context(), s.phone, s.wa, "", "")
	return !s.refused(rt, err)
}

func (s *shelf) message(rt *rapid.T, sku string) bool {
	m, err := messaging.Parse(fmt.Appendf(nil, `{"messaging_product":"whatsapp","recipient_type":"individual","to":%q,"type":"interactive",
		"interactive":{"type":"product","body":{"text":"Look"},"action":{"catalog_id":%q,"product_retailer_id":%q}}}`, s.wa, s.catalog, sku))
	s.must(rt, err)
	_, err = s.exchange.Send(s.Context(), caller(mine), s.phone, m)
	return !s.refused(rt, err)
}

// search finds an item by what it says it is.
func (s *shelf) search(rt *rapid.T, sku string) bool {
	i, there := s.items[sku]
	if !there {
		return false
	}
	s.must(rt, s.catalogs.IndexItems(s.Context(), catalog.IndexItems{CatalogID: s.catalog}))
	v, err := s.store.Storefront(s.Context(), s.phone, s.wa, storefront.Query{Search: s.stored(rt, i).Title, Limit: 100})
	s.refused(rt, err)
	return slices.ContainsFunc(v.Products, func(p storefront.ProductView) bool { return p.RetailerID == sku })
}

// catalogLink is the public page of the catalog, which anybody opens.
func (s *shelf) catalogLink(rt *rapid.T, sku string) bool {
	v, err := s.store.Storefront(s.Context(), s.phone, "", storefront.Query{Limit: 100})
	s.refused(rt, err)
	return slices.ContainsFunc(v.Products, func(p storefront.ProductView) bool { return p.RetailerID == sku })
}

// link is the public page of an item, by its id and by its SKU.
func (s *shelf) link(rt *rapid.T, sku string) bool {
	_, err := s.store.RetailerID(s.Context(), s.phone, sku)
	bySKU := !s.refused(rt, err)
	if i, there := s.items[sku]; there {
		_, err := s.store.RetailerID(s.Context(), s.phone, i.id.String())
		if byID := !s.refused(rt, err); byID != bySKU {
			rt.Fatalf("%s is linked by its id: %t, by its SKU: %t", sku, byID, bySKU)
		}
	}
	_, err = s.store.Product(s.Context(), s.phone, "", sku)
	return !s.refused(rt, err) && bySKU
}
