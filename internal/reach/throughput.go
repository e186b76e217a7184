package reach

import (
	"context"
	"time"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/job"
	"github.com/hawkerhq/hawker/internal/waba"
)

// Upgrade is the job that ends the minute in which a number is made faster.
type Upgrade struct {
	Phone id.ID     `json:"phone"`
	Until time.Time `json:"until"`
}

// Kind implements [job.Args].
func (Upgrade) Kind() string { return "reach.upgrade" }

// fasterTx makes a number faster whose business writes first to very many customers a day, and whose messages are taken well.
func (s *Service) fasterTx(ctx context.Context, tx *db.Tx, n waba.Number) error {
	if n.Throughput != waba.ThroughputStandard || !n.UpgradingUntil.IsZero() || n.QualityRating == waba.QualityRed {
		return nil
	}
	held, err := waba.ReachCountTx(ctx, tx, n.BusinessID, 0, tx.Now().Add(-day), upgradeFrom)
	if err != nil || held < upgradeFrom {
		return err
	}
	return s.beginUpgradeTx(ctx, tx, n)
}

func (s *Service) beginUpgradeTx(ctx context.Context, tx *db.Tx, n waba.Number) error {
	n.UpgradingUntil = tx.Now().Add(upgradeTakes)
	if err := waba.SaveNumberTx(ctx, tx, n); err != nil {
		return err
	}
	return job.EnqueueTx(ctx, tx, Upgrade{n.ID, n.UpgradingUntil}, job.DueAt(n.UpgradingUntil))
}

// qualityUpdate is the value of the field phone_number_quality_update.
type qualityUpdate struct {
	Display string `json:"display_phone_number"`
	Event   string `json:"event"`
	// Current is the throughput, as a limit; Most the messaging limit of the business.
	Current string `json:"current_limit,omitempty"`
	Most    string `json:"max_daily_conversations_per_business"`
}

func (s *Service) upgrade(ctx context.Context, u Upgrade) error {
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		n, err := waba.NumberTx(ctx, tx, u.Phone)
		if err != nil || !n.UpgradingUntil.Equal(u.Until) {
			return err
		}
		n.Throughput, n.UpgradingUntil = waba.ThroughputHigh, time.Time{}
		if err := waba.SaveNumberTx(ctx, tx, n); err != nil {
			return err
		}
		tier, err := waba.TierTx(ctx, tx, n.BusinessID)
		if err != nil {
			return err
		}
		return s.tell(ctx, tx, n, "phone_number_quality_update", qualityUpdate{n.Digits, "THROUGHPUT_UPGRADE", waba.TierUnlimited, tier})
	})
}

// SetThroughput makes a number faster on purpose, which takes a minute, or as slow as at first, which takes none.
func (s *Service) SetThroughput(ctx context.Context, c access.Caller, phone id.ID, level string) error {
	if level != waba.ThroughputStandard && level != waba.ThroughputHigh {
		return ErrParam.Withf("level", "level is %.40q; it is %s or %s", level, waba.ThroughputStandard, waba.ThroughputHigh)
	}
	return s.own(ctx, c, phone, func(ctx context.Context, tx *db.Tx, n waba.Number) error {
		switch {
		case level == waba.ThroughputHigh && n.Throughput != level && n.UpgradingUntil.IsZero():
			return s.beginUpgradeTx(ctx, tx, n)
		case level == waba.ThroughputStandard:
			n.Throughput, n.UpgradingUntil = level, time.Time{}
			return waba.SaveNumberTx(ctx, tx, n)
		}
		return nil
	})
}

// Ready refuses a number that is being made faster.
func Ready(n waba.Number, now time.Time) error {
	if now.Before(n.UpgradingUntil) {
		return ErrUpgrading.Withf("", "The number is being upgraded to a higher throughput and sends nothing until %s; try again then", n.UpgradingUntil.Format(time.RFC3339))
	}
	return nil
}
