package registration

import (
	"context"
	"time"
	"unicode/utf8"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/account"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/job"
	"github.com/hawkerhq/hawker/internal/waba"
)

// officialReview is how long the look at an application for the badge takes; officialText bounds each of its texts.
const (
	officialReview = 24 * time.Hour
	officialText   = 2000
)

// OfficialAsked is the job that looks at an application for the badge of an official business account.
type OfficialAsked struct {
	Phone id.ID     `json:"phone"`
	Asked time.Time `json:"asked"`
}

// Kind implements [job.Args].
func (OfficialAsked) Kind() string { return "registration.official" }

// AskOfficial applies for the badge of an official business account.
func (s *Service) AskOfficial(ctx context.Context, c access.Caller, phoneID id.ID, data map[string]string) (o waba.Official, err error) {
	for name, text := range data {
		if utf8.RuneCountInString(text) > officialText {
			return o, ErrParam.Withf(name, "%s has more than %d characters", name, officialText)
		}
	}
	err = s.change(ctx, c, phoneID, func(ctx context.Context, tx *db.Tx, n waba.Number) (refused, err error) {
		old, err := waba.DetailTx[waba.Official](ctx, tx, n.ID)
		if err != nil {
			return nil, err
		}
		switch {
		case !n.Connected():
			return nil, waba.ErrNotRegistered.With("", "the number is not registered: register it before it applies for the badge")
		case old.Status == waba.OfficialPending || old.Status == waba.OfficialApproved:
			return nil, ErrParam.Withf("action", "the application is %s; there can be one", old.Status)
		}
		o = waba.Official{Status: waba.OfficialPending, Message: "The application is being looked at.", Data: data, Asked: tx.Now()}
		if err := waba.SetDetailTx(ctx, tx, n.ID, o); err != nil {
			return nil, err
		}
		return nil, job.EnqueueTx(ctx, tx, OfficialAsked{n.ID, o.Asked}, job.DueAt(tx.Now().Add(officialReview)))
	})
	return o, err
}

// WithdrawOfficial takes an application back.
func (s *Service) WithdrawOfficial(ctx context.Context, c access.Caller, phoneID id.ID) (o waba.Official, err error) {
	err = s.change(ctx, c, phoneID, func(ctx context.Context, tx *db.Tx, n waba.Number) (refused, err error) {
		if o, err = waba.DetailTx[waba.Official](ctx, tx, n.ID); err != nil {
			return nil, err
		}
		if o.Status != waba.OfficialPending {
			return nil, ErrParam.With("action", "no application waits for a decision")
		}
		o.Status, o.Message = waba.OfficialGone, "The application was taken back."
		return nil, waba.SetDetailTx(ctx, tx, n.ID, o)
	})
	return o, err
}

// reviewOfficial gives the badge to verified businesses, unless somebody was faster.
func (s *Service) reviewOfficial(ctx context.Context, a OfficialAsked) error {
	return s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		n, err := waba.NumberTx(ctx, tx, a.Phone)
		if err != nil {
			return err
		}
		o, err := waba.DetailTx[waba.Official](ctx, tx, n.ID)
		if err != nil || o.Status != waba.OfficialPending || !o.Asked.Equal(a.Asked) {
			return err
		}
		b, err := account.BusinessTx(ctx, tx, access.Caller{Businesses: []id.ID{n.BusinessID}}, n.BusinessID)
		if err != nil {
			return err
		}
		reason := ""
		if b.VerificationStatus != "verified" {
			reason = "The business is not verified."
		}
		return s.decideOfficialTx(ctx, tx, n, o, reason)
	})
}

// DecideOfficial decides on an application that waits: reason is why it is rejected, empty gives the badge.
func (s *Service) DecideOfficial(ctx context.Context, c access.Caller, phoneID id.ID, reason string) error {
	return s.change(ctx, c, phoneID, func(ctx context.Context, tx *db.Tx, n waba.Number) (refused, err error) {
		o, err := waba.DetailTx[waba.Official](ctx, tx, n.ID)
		if err != nil {
			return nil, err
		}
		if o.Status != waba.OfficialPending {
			return nil, ErrParam.With("decision", "no application of this number waits for a decision")
		}
		return nil, s.decideOfficialTx(ctx, tx, n, o, reason)
	})
}

// alert is the value of the field account_alerts.
type alert struct {
	Entity   string    `json:"entity_type"`
	EntityID id.ID     `json:"entity_id"`
	Info     alertInfo `json:"alert_info"`
}

type alertInfo struct {
	Severity    string `json:"alert_severity"`
	Status      string `json:"alert_status"`
	Type        string `json:"alert_type"`
	Description string `json:"alert_description"`
}

func (s *Service) decideOfficialTx(ctx context.Context, tx *db.Tx, n waba.Number, o waba.Official, reason string) error {
	info := alertInfo{"INFORMATIONAL", "NONE", "OBA_APPROVED", "The number has the badge of an official business account."}
	o.Status, o.Message, n.Official = waba.OfficialApproved, info.Description, true
	if reason != "" {
		info = alertInfo{"WARNING", "ACTIVE", "OBA_REJECTED", reason}
		o.Status, o.Message, n.Official = waba.OfficialRejected, reason, false
	}
	if err := waba.SetDetailTx(ctx, tx, n.ID, o); err != nil {
		return err
	}
	if err := waba.SaveNumberTx(ctx, tx, n); err != nil {
		return err
	}
	return s.emit(ctx, tx, n, "account_alerts", alert{"PHONE_NUMBER", n.ID, info})
}
