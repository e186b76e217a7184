// Package messaging is the exchange between businesses and customers: it checks and stores what is sent,
// tells the business how far it is, and receives what customers write and order.
//
// Everything one message causes (the ledger's row, its status, the webhooks) is one transaction: what was
// answered with 200 is on disk with everything that follows from it.
package messaging

import (
	"context"

	"github.com/hawkerhq/hawker/internal/attachment"
	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/chat"
	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/limit"
	"github.com/hawkerhq/hawker/internal/live"
	"github.com/hawkerhq/hawker/internal/reach"
	"github.com/hawkerhq/hawker/internal/waba"
	"github.com/hawkerhq/hawker/internal/webhook"
)

// Causes of refused and failed messages.
var (
	ErrBody        = fault.New("messaging.body")
	ErrRequired    = fault.New("messaging.required")
	ErrMissing     = fault.New("messaging.missing")
	ErrValue       = fault.New("messaging.value")
	ErrNoProduct   = fault.New("messaging.no_product") // none of the products may be sent
	ErrNotOffered  = fault.New("messaging.not_offered")
	ErrSelf        = fault.New("messaging.self")
	ErrNotAllowed  = fault.New("messaging.recipient_not_allowed")
	ErrNameNeeded  = fault.New("messaging.name_needed")
	ErrPairLimit   = fault.New("messaging.pair_limit")
	ErrRateLimit   = fault.New("messaging.rate_limit")
	ErrWindow      = fault.New("messaging.window_closed")
	ErrUndelivered = fault.New("messaging.undeliverable")
	ErrBlocked     = fault.New("messaging.blocked")
	ErrNoMessage   = fault.New("messaging.message_unknown")
	ErrMedia       = fault.New("messaging.media")
	ErrTarget      = fault.New("messaging.reaction_target")
	ErrBillStatus  = fault.New("messaging.bill_status")
	ErrBillCancel  = fault.New("messaging.bill_cancel")
	ErrNoMarketing = fault.New("messaging.marketing_stopped")
	ErrCapped      = fault.New("messaging.marketing_capped")
	ErrExperiment  = fault.New("messaging.experiment")
	ErrRefused     = fault.New("messaging.refused_customer")
	ErrNotTaken    = fault.New("messaging.not_taken")
	ErrRecipient   = fault.New("messaging.recipient")
	ErrUserID      = fault.New("messaging.user_id_unsupported")
	ErrIdentity    = fault.New("messaging.identity_changed")
	ErrUsername    = fault.New("messaging.username")
)

// Outbox is where webhooks go: webhook.Service.
type Outbox interface {
	EnqueueTx(ctx context.Context, tx *db.Tx, e webhook.Event) error
}

// Carrier takes a checked message to the customer and returns its wamid once it is kept.
type Carrier interface {
	Deliver(ctx context.Context, from waba.Number, m chat.Message) (wamid string, err error)
}

// Deps is what the exchange works with.
type Deps struct {
	DB      *db.DB
	Clock   clock.Clock
	Live    *live.Hub
	Outbox  Outbox
	Limiter *limit.Limiter // nil: no limits
	// SyncWindow refuses a message outside the customer service window at once, instead of accepting it
	// and telling of the failure by a status.
	SyncWindow bool
	Carrier    Carrier // nil: the built-in chat
	// Reach counts whom a business writes to first; nil: nobody counts.
	Reach *reach.Service
	// Attachments keeps the files of messages; nil: there are none.
	Attachments *attachment.Service
}

// Exchange passes messages between businesses and customers.
type Exchange struct {
	Deps
	memory *memory // nil: facts are read from the database each time
	typing typing
}

// New returns the exchange.
func New(d Deps) *Exchange {
	x := &Exchange{Deps: d}
	if x.Carrier == nil {
		x.Carrier = builtin{x}
	}
	if d.DB.Dialect() == db.SQLite {
		x.memory = newMemory()
		d.DB.OnNotify(catalog.Changes, x.memory.forget)
		d.DB.OnNotify(waba.Changes, x.memory.forget)
	}
	return x
}

// Topic is where changes of a thread are published.
func Topic(phoneID id.ID, waID string) string { return "thread:" + phoneID.String() + ":" + waID }

// TopicCustomer is where changes of any of a customer's threads are published.
func TopicCustomer(waID string) string { return "customer:" + waID }

func (x *Exchange) changed(tx *db.Tx, phoneID id.ID, waID, what, wamid string) {
	tx.AfterCommit(func() {
		x.Live.Publish(Topic(phoneID, waID), nil)
		x.Live.Publish(TopicCustomer(waID), nil)
		x.Live.Publish("events", map[string]any{"type": what, "phone_number_id": phoneID, "wa_id": waID, "message_id": wamid})
	})
}
