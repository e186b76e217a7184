package messaging

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/hawkerhq/hawker/internal/chat"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/phone"
	"github.com/hawkerhq/hawker/internal/waba"
)

// deliveredLater is how long after it was sent a message may still be delivered.
const deliveredLater = 30 * 24 * time.Hour

// SentPoint is how many messages were sent and delivered in a step.
type SentPoint struct {
	Start     int64 `json:"start"`
	End       int64 `json:"end"`
	Sent      int   `json:"sent"`
	Delivered int   `json:"delivered"`
}

// Sent counts messages: templates, others, or both. It also tells the countries they went to.
func (x *Exchange) Sent(ctx context.Context, q Question, templates, others bool) (points []SentPoint, countries []string, err error) {
	cuts := q.cuts()
	points = make([]SentPoint, len(cuts)-1)
	for n := range points {
		points[n] = SentPoint{Start: cuts[n].Unix(), End: cuts[n+1].Unix()}
	}
	seen := map[string]bool{}
	err = x.eachFact(ctx, q, func(m chat.Fact, country string) {
		if m.Type == "template" && !templates || m.Type != "template" && !others {
			return
		}
		if n, ok := q.step(cuts, m.At); ok {
			points[n].Sent++
			seen[country] = true
		}
		if n, ok := q.step(cuts, m.DeliveredAt); ok {
			points[n].Delivered++
			seen[country] = true
		}
	})
	for c := range seen {
		countries = append(countries, c)
	}
	slices.Sort(countries)
	return slices.DeleteFunc(points, func(p SentPoint) bool { return p.Sent+p.Delivered == 0 }), countries, err
}

// eachFact runs f on what the business sent and did not fail, to the countries asked about.
func (x *Exchange) eachFact(ctx context.Context, q Question, f func(m chat.Fact, country string)) error {
	return x.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		return chat.FactsTx(ctx, tx, q.phones(), q.Start.Add(-deliveredLater), q.End, func(m chat.Fact) {
			country := phone.Country(m.WaID)
			if m.Outbound && m.Rank != chat.Failed && m.Type != "reaction" && q.asks(country) {
				f(m, country)
			}
		})
	})
}

func (q Question) phones() []id.ID {
	list := make([]id.ID, len(q.Numbers))
	for n, p := range q.Numbers {
		list[n] = p.ID
	}
	return list
}

func (q Question) digits(phoneID id.ID) string {
	at := slices.IndexFunc(q.Numbers, func(n waba.Number) bool { return n.ID == phoneID })
	if at < 0 {
		return ""
	}
	return q.Numbers[at].Digits
}

// Slice is what a point of analytics is about, as far as it was asked to be told apart.
type Slice struct {
	Start     int64  `json:"start"`
	End       int64  `json:"end"`
	Phone     string `json:"phone_number,omitempty"`
	Country   string `json:"country,omitempty"`
	Type      string `json:"-"`
	Category  string `json:"-"`
	Direction string `json:"-"`
}

// Counted is how many messages or conversations belong to a slice.
type Counted struct {
	Slice
	Count int
}

// tally counts slices.
type tally struct {
	q     Question
	cuts  []time.Time
	count map[Slice]int
}

func newTally(q Question) tally { return tally{q, q.cuts(), map[Slice]int{}} }

func (t tally) add(at time.Time, phoneID id.ID, s Slice) {
	n, ok := t.q.step(t.cuts, at)
	if !ok {
		return
	}
	s.Start, s.End, s.Phone = t.cuts[n].Unix(), t.cuts[n+1].Unix(), t.q.digits(phoneID)
	t.count[s]++
}

func (t tally) sorted() []Counted {
	list := make([]Counted, 0, len(t.count))
	for s, n := range t.count {
		list = append(list, Counted{s, n})
	}
	slices.SortFunc(list, func(a, b Counted) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.Phone, b.Phone), cmp.Compare(a.Country, b.Country), cmp.Compare(a.Type, b.Type),
			cmp.Compare(a.Category, b.Category), cmp.Compare(a.Direction, b.Direction))
	})
	return list
}

// Types and categories of prices.
const (
	PriceRegular = "REGULAR"
	PriceFree    = "FREE_CUSTOMER_SERVICE"
)

// Priced counts delivered messages by what they cost: Type is that of the price, Category that of the message.
func (x *Exchange) Priced(ctx context.Context, q Question) ([]Counted, error) {
	t := newTally(q)
	err := x.eachFact(ctx, q, func(m chat.Fact, country string) {
		s := Slice{Country: country, Type: PriceFree, Category: chat.Service}
		if m.Type == "template" {
			s.Category = m.Category
			if !m.Free {
				s.Type = PriceRegular
			}
		}
		t.add(m.DeliveredAt, m.PhoneID, s)
	})
	return t.sorted(), err
}

// Types and directions of conversations.
const (
	ConversationRegular  = "REGULAR"
	ConversationFree     = "FREE_TIER"
	ConversationBusiness = "BUSINESS_INITIATED"
	ConversationUser     = "USER_INITIATED"
)

// Conversed counts conversations that began: those of services answer a customer and are free.
func (x *Exchange) Conversed(ctx context.Context, q Question) ([]Counted, error) {
	t := newTally(q)
	err := x.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		return chat.BegunTx(ctx, tx, q.phones(), q.Start, q.End, func(c chat.Begun) {
			s := Slice{Country: phone.Country(c.WaID), Type: ConversationRegular, Category: c.Category, Direction: ConversationBusiness}
			if c.Category == chat.Service {
				s.Type, s.Direction = ConversationFree, ConversationUser
			}
			if q.asks(s.Country) {
				t.add(c.At, c.PhoneID, s)
			}
		})
	})
	return t.sorted(), err
}
