// Package flow keeps the forms that businesses design as JSON and send into chats: it stores and publishes them, says what is wrong
// with their JSON, plays them screen by screen, and asks the business's own endpoint where a screen wants it.
package flow

import (
	"context"
	"time"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/limit"
	"github.com/hawkerhq/hawker/internal/safehttp"
	"github.com/hawkerhq/hawker/internal/webhook"
)

// Causes of refused calls.
var (
	ErrUnknown   = fault.New("flow.unknown")
	ErrInvalid   = fault.New("flow.invalid")
	ErrUpdate    = fault.New("flow.not_updatable")
	ErrPublish   = fault.New("flow.not_publishable")
	ErrDeprecate = fault.New("flow.not_deprecatable")
	ErrDelete    = fault.New("flow.not_deletable")
	ErrBlocked   = fault.New("flow.blocked")
	ErrThrottled = fault.New("flow.throttled")
	// ErrEndpoint: a business's endpoint did not answer, or with something of no use. ErrEnded: it takes no more answers to this message.
	ErrEndpoint = fault.New("flow.endpoint")
	ErrEnded    = fault.New("flow.ended")
	// ErrTooMany: one customer had the endpoint asked too often.
	ErrTooMany = fault.New("flow.too_many")
	// ErrFiles: files of a form cannot go where they should.
	ErrFiles = fault.New("flow.files")
)

// Statuses of a flow.
const (
	Draft      = "DRAFT"
	Published  = "PUBLISHED"
	Deprecated = "DEPRECATED"
	Blocked    = "BLOCKED"
	Throttled  = "THROTTLED"
)

// Flow is a form of an account.
type Flow struct {
	ID         id.ID
	BusinessID id.ID
	WABAID     id.ID
	AppID      id.ID
	Name       string
	Status     string
	Categories []string
	Endpoint   string
	// JSON is what it shows; JSONVersion and DataAPIVersion stand in it. Problems are what is wrong with it.
	JSON                        string
	JSONVersion, DataAPIVersion string
	Problems                    []Problem
	// PreviewKey names the preview in its address, until PreviewUntil.
	PreviewKey   string
	PreviewUntil time.Time
	CreatedAt    time.Time
	UpdatedAt    time.Time
}

// Problem is something wrong with a flow's JSON: lines and columns count from 1.
type Problem struct {
	Error       string `json:"error"`
	ErrorType   string `json:"error_type"`
	Message     string `json:"message"`
	LineStart   int    `json:"line_start"`
	LineEnd     int    `json:"line_end"`
	ColumnStart int    `json:"column_start"`
	ColumnEnd   int    `json:"column_end"`
}

// categories a flow may have.
var categories = []string{"SIGN_UP", "SIGN_IN", "APPOINTMENT_BOOKING", "LEAD_GENERATION", "CONTACT_US", "CUSTOMER_SUPPORT", "SURVEY", "OTHER"}

// Outbox is where webhooks go: webhook.Service.
type Outbox interface {
	EnqueueTx(ctx context.Context, tx *db.Tx, e webhook.Event) error
}

// Service makes and publishes flows, and asks their endpoints.
type Service struct {
	db     *db.DB
	out    Outbox
	client *safehttp.Client
	limits *limit.Limiter
}

// New returns the service. client calls the endpoints of flows, as often as the rates let customers have them asked.
func New(d *db.DB, out Outbox, client *safehttp.Client) *Service {
	return &Service{db: d, out: out, client: client, limits: limit.New(d.Clock())}
}
