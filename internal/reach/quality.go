package reach

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/chat"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/job"
	"github.com/hawkerhq/hawker/internal/waba"
)

// feedbackLife is how long a customer's block weighs on a number.
const feedbackLife = 7 * day

// From how many blocks on, and from which share of the chats of the time on (one in so many), a number's quality is low.
const (
	yellowFrom, yellowOf = 2, 50
	redFrom, redOf       = 5, 20
)

// Rate is the job that rates a number anew once a block weighs no more.
type Rate struct {
	Phone id.ID     `json:"phone"`
	At    time.Time `json:"at"`
}

// Kind implements [job.Args].
func (Rate) Kind() string { return "reach.rate" }

// BlockedTx rates a number anew after a customer blocked it, or took that back.
func (s *Service) BlockedTx(ctx context.Context, tx *db.Tx, n waba.Number, blocked bool) error {
	if blocked {
		if err := job.EnqueueTx(ctx, tx, Rate{n.ID, tx.Now()}, job.DueAt(tx.Now().Add(feedbackLife))); err != nil {
			return err
		}
	}
	return s.rateTx(ctx, tx, n)
}

func (s *Service) rate(ctx context.Context, r Rate) error {
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		n, err := waba.NumberTx(ctx, tx, r.Phone)
		if err != nil {
			return err
		}
		return s.rateTx(ctx, tx, n)
	})
}

// rateTx rates a number by the blocks of the last seven days, beside the chats in which something was said.
func (s *Service) rateTx(ctx context.Context, tx *db.Tx, n waba.Number) error {
	blocks, chats, err := chat.FeedbackTx(ctx, tx, n.ID, tx.Now().Add(-feedbackLife))
	if err != nil {
		return err
	}
	rating := waba.QualityGreen
	switch {
	case blocks >= redFrom && blocks*redOf >= chats:
		rating = waba.QualityRed
	case blocks >= yellowFrom && blocks*yellowOf >= chats:
		rating = waba.QualityYellow
	}
	return s.setQualityTx(ctx, tx, n, rating)
}

func (s *Service) setQualityTx(ctx context.Context, tx *db.Tx, n waba.Number, rating string) error {
	was := n.QualityRating
	if was == rating {
		return nil
	}
	n.QualityRating = rating
	if err := waba.SaveNumberTx(ctx, tx, n); err != nil {
		return err
	}
	var event string
	switch waba.QualityRed {
	case rating:
		event = "FLAGGED"
	case was:
		event = "UNFLAGGED"
	default:
		return nil
	}
	tier, err := waba.TierTx(ctx, tx, n.BusinessID)
	if err != nil {
		return err
	}
	return s.tell(ctx, tx, n, "phone_number_quality_update", qualityUpdate{Display: n.Digits, Event: event, Most: tier})
}

// ratings are the qualities a number may be given.
var ratings = []string{waba.QualityGreen, waba.QualityYellow, waba.QualityRed, waba.QualityUnknown}

// SetQuality rates a number on purpose; the next block by a customer, or its end, rates it anew.
func (s *Service) SetQuality(ctx context.Context, c access.Caller, phone id.ID, rating string) error {
	if !slices.Contains(ratings, rating) {
		return ErrParam.Withf("rating", "rating is %.40q; it is one of %s", rating, strings.Join(ratings, ", "))
	}
	return s.own(ctx, c, phone, func(ctx context.Context, tx *db.Tx, n waba.Number) error {
		return s.setQualityTx(ctx, tx, n, rating)
	})
}
