// Package webhook is the outbox: who wants to hear of what, the events rendered once, their deliveries
// until the receiver answered 200, and the log of every attempt.
package webhook

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/inject"
	"github.com/hawkerhq/hawker/internal/live"
	"github.com/hawkerhq/hawker/internal/safehttp"
)

// Causes.
var (
	ErrParam       = fault.New("webhook.parameter")
	ErrVerify      = fault.New("webhook.verification_failed")
	ErrDelivery    = fault.New("webhook.delivery_unknown")
	ErrCertificate = fault.New("webhook.certificate_unknown")
	ErrApp         = fault.New("webhook.app_unknown")
	ErrEndpoint    = fault.New("webhook.endpoint_unknown")
	ErrReplay      = fault.New("webhook.replay_unknown")
	ErrReceiver    = fault.New("webhook.receiver_unknown")
)

// Object is the only kind of object whose webhooks we send.
const Object = "whatsapp_business_account"

// silentFields are Meta's fields that nothing here is told by: calls, groups, payments, the business app. Programs that subscribe
// to everything name them too.
var silentFields = []string{
	"automatic_events", "calls", "group_lifecycle_update", "group_participants_update", "group_settings_update", "group_status_update", "history",
	"partner_solutions", "payment_configuration_update", "smb_app_state_sync", "smb_message_echoes",
}

// Fields are what receivers are told by.
func Fields() []string {
	return []string{
		"account_alerts", "account_review_update", "account_update", "business_capability_update", "business_username_update", "flows",
		"message_template_components_update", "message_template_quality_update", "message_template_status_update",
		"messages", "phone_number_name_update", "phone_number_quality_update", "security", "template_category_update", "user_preferences",
	}
}

// SecretFunc reads what an app signs with, and its secret before that while it still counts.
type SecretFunc func(ctx context.Context, tx *db.Tx, app id.ID) (current, previous string, err error)

// OwnerFunc tells the business of an app; zero when there is none.
type OwnerFunc func(ctx context.Context, tx *db.Tx, app id.ID) (id.ID, error)

// Deps is what the service works with.
type Deps struct {
	DB      *db.DB
	Clock   clock.Clock
	Client  *safehttp.Client
	Secrets SecretFunc
	// Owner tells whose an app is; without it, no app is anybody's.
	Owner OwnerFunc
	// Transport carries deliveries; nil means Client. Verifications always go through Client.
	Transport Transport
	Logger    *slog.Logger
	Live      *live.Hub
	// Faults lets deliveries go wrong on purpose; nil for never.
	Faults *inject.Set
	// Keep is how long a delivered webhook stays in the log; zero means 30 days.
	Keep time.Duration
	// Batch is how many updates one request may carry to a receiver that is behind; zero means 250.
	Batch int
}

// Service keeps subscriptions and delivers events.
type Service struct {
	Deps
	wake chan struct{}
	// slots are the workers; slow are those of receivers that failed last.
	slots, slow chan struct{}
	stop, kill  context.CancelFunc
	wg          sync.WaitGroup

	known   sync.Map // receivers' ids by address
	clients sync.Map // by the certificate they show

	mu        sync.Mutex
	peers     map[id.ID]*peer
	listeners map[id.ID]*Listener // by their session
}

// New returns the service; [Service.Start] begins to deliver.
func New(d Deps) *Service {
	if d.Keep == 0 {
		d.Keep = keepUndelivered
	}
	if d.Owner == nil {
		d.Owner = func(context.Context, *db.Tx, id.ID) (id.ID, error) { return 0, nil }
	}
	if d.Batch == 0 {
		d.Batch = BatchMost
	}
	return &Service{
		Deps: d, wake: make(chan struct{}, 1), peers: map[id.ID]*peer{}, listeners: map[id.ID]*Listener{},
		slots: make(chan struct{}, workers), slow: make(chan struct{}, slowWorkers),
	}
}

// Event is something receivers are told.
type Event struct {
	BusinessID, WABAID, PhoneID id.ID
	Field                       string
	// Value is the JSON of changes[].value.
	Value []byte
	// Older is the value for receivers of an older version of the API, by its major number; nil, or a nil value: they get Value.
	Older func(version int) []byte
	// Lane names what keeps its order on the way: first attempts of one lane leave in commit order.
	Lane string
}

// Delivery is one receiver's copy of an event.
type Delivery struct {
	ID         id.ID     `json:"id"`
	EventID    id.ID     `json:"event_id"`
	AppID      id.ID     `json:"app_id,omitempty"`
	ReceiverID id.ID     `json:"receiver_id"`
	EndpointID id.ID     `json:"endpoint_id,omitempty"`
	Field      string    `json:"field"`
	URL        string    `json:"url"`
	State      string    `json:"state"` // pending, delivered, undelivered
	Attempts   int       `json:"attempts"`
	LastStatus int       `json:"last_status"`
	DueAt      time.Time `json:"due_at"`
	CreatedAt  time.Time `json:"created_at"`
	Body       string    `json:"body"`
}

// Attempt is one try at a delivery.
type Attempt struct {
	At         time.Time `json:"at"`
	Status     int       `json:"status"` // 0: no answer
	DurationMS int64     `json:"duration_ms"`
	// Updates is how many updates the request carried.
	Updates int `json:"updates"`
	// RequestHead and ResponseHead are the header lines that were sent and came back.
	RequestHead  string `json:"request_head"`
	ResponseHead string `json:"response_head"`
	Response     string `json:"response"` // the beginning of the answer
	Error        string `json:"error"`
	// Fault is what went wrong on purpose.
	Fault string `json:"fault,omitempty"`
}
