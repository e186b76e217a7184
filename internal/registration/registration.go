// Package registration is the life of WhatsApp accounts and their numbers: they are made, verified by a code, registered
// with a PIN, named, and given up. What was done is kept as the account's activities.
package registration

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/job"
	"github.com/hawkerhq/hawker/internal/media"
	"github.com/hawkerhq/hawker/internal/waba"
	"github.com/hawkerhq/hawker/internal/webhook"
)

// Causes of refused calls.
var (
	ErrParam       = fault.New("registration.parameter")
	ErrTooMany     = fault.New("registration.too_many_numbers")
	ErrRequestCode = fault.New("registration.request_code")
	ErrVerifyCode  = fault.New("registration.verify_code")
	ErrPINMismatch = fault.New("registration.pin_mismatch")
	ErrUnverified  = fault.New("registration.unverified")
	ErrPINGuesses  = fault.New("registration.pin_guesses")
	ErrPINTooFast  = fault.New("registration.pin_too_fast")
	ErrWait        = fault.New("registration.wait")
	ErrRate        = fault.New("registration.rate")
)

// Outbox is where webhooks go: webhook.Service.
type Outbox interface {
	EnqueueTx(ctx context.Context, tx *db.Tx, e webhook.Event) error
}

// Deps is what the service works with.
type Deps struct {
	DB      *db.DB
	Outbox  Outbox
	Handles Handles
	// Pictures keeps profile pictures.
	Pictures *media.Store
}

// Service makes accounts and numbers and changes their state.
type Service struct{ Deps }

// New returns the service.
func New(d Deps) *Service { return &Service{d} }

// RegisterJobs makes a runner do what waits for the clock.
func (s *Service) RegisterJobs(r *job.Runner) {
	job.Handle(r, s.reviewName)
	job.Handle(r, s.reviewOfficial)
}

// change runs f on a number of the caller's businesses. What f refuses and has to be remembered all the same, such as a
// wrong guess, it returns as refused.
func (s *Service) change(ctx context.Context, c access.Caller, phoneID id.ID, f func(ctx context.Context, tx *db.Tx, n waba.Number) (refused, err error)) error {
	var refused error
	err := s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		n, err := waba.NumberForTx(ctx, tx, c, phoneID)
		if err != nil {
			return err
		}
		refused, err = f(ctx, tx, n)
		return err
	})
	if err == nil {
		err = refused
	}
	return err
}

// emit tells the business's programs about a number.
func (s *Service) emit(ctx context.Context, tx *db.Tx, n waba.Number, field string, value any) error {
	b, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("registration: %w", err)
	}
	return s.Outbox.EnqueueTx(ctx, tx, webhook.Event{
		BusinessID: n.BusinessID, WABAID: n.WABAID, PhoneID: n.ID, Field: field, Lane: n.ID.String() + ":" + field, Value: b,
	})
}
