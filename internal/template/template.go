// Package template keeps message templates: it checks them when they are made and edited, decides on them, stops those that
// customers do not want, and fills them in when they are sent.
package template

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/flow"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/limit"
	"github.com/hawkerhq/hawker/internal/live"
	"github.com/hawkerhq/hawker/internal/media"
	"github.com/hawkerhq/hawker/internal/policy"
	"github.com/hawkerhq/hawker/internal/webhook"
	"github.com/hawkerhq/hawker/wire"
)

// Causes of refused calls.
var (
	ErrUnknown  = fault.New("template.unknown")
	ErrInvalid  = fault.New("template.invalid")
	ErrTooLong  = fault.New("template.too_long")
	ErrHeader   = fault.New("template.header")
	ErrBody     = fault.New("template.body")
	ErrFooter   = fault.New("template.footer")
	ErrRatio    = fault.New("template.ratio")
	ErrDangling = fault.New("template.dangling")
	ErrSample   = fault.New("template.sample_missing")
	ErrExists   = fault.New("template.exists")
	ErrDeleting = fault.New("template.being_deleted")
	ErrTooMany  = fault.New("template.too_many")
	ErrRate     = fault.New("template.rate")
	ErrState    = fault.New("template.state")
	ErrCatalog  = fault.New("template.no_catalog")
)

// Categories.
const (
	Marketing      = "MARKETING"
	Utility        = "UTILITY"
	Authentication = "AUTHENTICATION"
)

// Statuses of a template.
const (
	Approved      = "APPROVED"
	Pending       = "PENDING"
	Rejected      = "REJECTED"
	Paused        = "PAUSED"
	Disabled      = "DISABLED"
	InAppeal      = "IN_APPEAL"
	LimitExceeded = "LIMIT_EXCEEDED"
	Archived      = "ARCHIVED"
	Locked        = "LOCKED"
)

// Formats of parameters.
const (
	Positional = "POSITIONAL"
	Named      = "NAMED"
)

// None is the reason of what was not rejected.
const None = "NONE"

// Template is a message template in one language.
type Template struct {
	ID         id.ID
	BusinessID id.ID
	WABAID     id.ID
	Name       string
	Language   string
	Category   string
	// PreviousCategory is what it was before the platform changed it; CorrectCategory what it will become.
	PreviousCategory, CorrectCategory string
	SubCategory                       string
	Format                            string // Positional or Named
	Components                        []wire.TemplateComponent
	Status                            string
	// Reason is why it was rejected; Explanation says so in words.
	Reason, Explanation string
	// KeepCategory refuses that the platform changes the category.
	KeepCategory bool
	Quality      string
	QualityAt    time.Time
	Pauses       int
	PausedUntil  time.Time
	PacedUntil   time.Time // when what is held of it goes out; zero: it is not paced
	TTL          int       // seconds; zero: the category's own
	Untracked    bool
	Library      string
	Rev          int64
	CreatedAt    time.Time
	UpdatedAt    time.Time

	fingerprint, content string // of what it says
}

// Outbox is where webhooks go: webhook.Service.
type Outbox interface {
	EnqueueTx(ctx context.Context, tx *db.Tx, e webhook.Event) error
}

// Handles opens files of resumable uploads by their handle: feed.Service.
type Handles interface {
	OpenHandle(ctx context.Context, c access.Caller, handle string) (mime string, f io.ReadCloser, err error)
}

// Deps is what the service works with.
type Deps struct {
	DB     *db.DB
	Live   *live.Hub
	Outbox Outbox
	Rules  *policy.Rules
	// Flows makes the flows of buttons that bring their JSON along.
	Flows   *flow.Service
	Limiter *limit.Limiter // nil: no limits
	// Samples keeps sample files; Handles is where they come from.
	Samples *media.Store
	Handles Handles
	// Delay is how long a decision takes; zero decides at once.
	Delay time.Duration
}

// Service makes, decides on and fills in templates.
type Service struct{ Deps }

// New returns the service.
func New(d Deps) *Service { return &Service{d} }

// Topic is where changes of an account's templates are published.
func Topic(wabaID id.ID) string { return "templates:" + wabaID.String() }

func (s *Service) changed(tx *db.Tx, t Template) {
	tx.AfterCommit(func() {
		s.Live.Publish(Topic(t.WABAID), nil)
		s.Live.Publish("events", map[string]any{"type": "template.changed", "business_id": t.BusinessID, "template_id": t.ID, "status": t.Status})
	})
}

// component returns the component of a type.
func component(list []wire.TemplateComponent, kind string) (wire.TemplateComponent, bool) {
	for _, c := range list {
		if c.Type == kind {
			return c, true
		}
	}
	return wire.TemplateComponent{}, false
}

// Component returns the template's component of a type.
func (t Template) Component(kind string) (wire.TemplateComponent, bool) {
	return component(t.Components, kind)
}

func (t Template) encode() (string, error) {
	b, err := json.Marshal(t.Components)
	if err != nil {
		return "", fmt.Errorf("template: %w", err)
	}
	return string(b), nil
}
