package reach

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/account"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/job"
	"github.com/hawkerhq/hawker/internal/waba"
)

// lookEvery is how often it is looked whether a business that sends has earned more.
const lookEvery = time.Minute

// Raise is the job that raises a business's messaging limit.
type Raise struct {
	Business id.ID  `json:"business"`
	From     string `json:"from"`
}

// Kind implements [job.Args].
func (Raise) Kind() string { return "reach.raise" }

// due tells whether it is time to look again.
func (s *Service) due(business id.ID, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if last, ok := s.looked[business]; ok && now.Sub(last) < lookEvery && !now.Before(last) {
		return false
	}
	s.looked[business] = now
	return true
}

// earnedTx looks whether a business has earned a higher limit, or its number a higher throughput.
func (s *Service) earnedTx(ctx context.Context, tx *db.Tx, n waba.Number, tier string) error {
	if !s.due(n.BusinessID, tx.Now()) {
		return nil
	}
	if tier == waba.TierUnlimited {
		return s.fasterTx(ctx, tx, n)
	}
	earned, err := s.usedTx(ctx, tx, n.BusinessID, tier)
	if err != nil || !earned {
		return err
	}
	return job.EnqueueTx(ctx, tx, Raise{n.BusinessID, tier}, job.DueAt(tx.Now().Add(raiseAfter)), job.Key("reach:"+n.BusinessID.String()), job.Unique())
}

// usedTx tells whether a business has used enough of its limit to get a higher one: half of it within seven days. A business that
// is not verified needs 2,000 customers within 30 days to leave the first.
func (s *Service) usedTx(ctx context.Context, tx *db.Tx, business id.ID, tier string) (bool, error) {
	size, _ := waba.TierSize(tier)
	want, within := size/2, 7*day
	if tier == waba.Tier250 {
		b, err := account.BusinessTx(ctx, tx, access.Caller{Businesses: []id.ID{business}}, business)
		if err != nil {
			return false, err
		}
		if b.VerificationStatus != "verified" {
			want, within = 2000, 30*day
		}
	}
	held, err := waba.ReachCountTx(ctx, tx, business, 0, tx.Now().Add(-within), want)
	return held >= want, err
}

// raise gives a business the next higher limit, where it still deserves it.
func (s *Service) raise(ctx context.Context, r Raise) error {
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		tier, err := waba.TierTx(ctx, tx, r.Business)
		if err != nil || tier != r.From {
			return err
		}
		numbers, err := waba.NumbersTx(ctx, tx, access.Caller{Businesses: []id.ID{r.Business}})
		if err != nil || slices.ContainsFunc(numbers, func(n waba.Number) bool { return n.QualityRating == waba.QualityRed }) {
			return err
		}
		return s.setTierTx(ctx, tx, r.Business, waba.NextTier(tier))
	})
}

// capability is the value of the field business_capability_update.
type capability struct {
	Most    string `json:"max_daily_conversations_per_business"`
	Numbers int    `json:"max_phone_numbers_per_business,omitempty"`
	PerWABA int    `json:"max_phone_numbers_per_waba,omitempty"`
}

// Numbers a business may have while its limit is the first, and an account after that.
const (
	numbersAtFirst = 2
	numbersOfWABA  = 25
)

func (s *Service) setTierTx(ctx context.Context, tx *db.Tx, business id.ID, tier string) error {
	if err := waba.SetTierTx(ctx, tx, business, tier); err != nil {
		return err
	}
	v := capability{Most: tier, PerWABA: numbersOfWABA}
	if tier == waba.Tier250 {
		v.Numbers, v.PerWABA = numbersAtFirst, 0
	}
	accounts, err := waba.AccountsTx(ctx, tx, access.Caller{Businesses: []id.ID{business}})
	if err != nil {
		return err
	}
	for _, a := range accounts {
		if err := s.tell(ctx, tx, waba.Number{BusinessID: business, WABAID: a.ID}, "business_capability_update", v); err != nil {
			return err
		}
	}
	return nil
}

// SetTier gives the business of a number a messaging limit on purpose.
func (s *Service) SetTier(ctx context.Context, c access.Caller, phone id.ID, tier string) error {
	if !slices.Contains(waba.Tiers(), tier) {
		return ErrParam.Withf("tier", "tier is %.40q; it is one of %s", tier, strings.Join(waba.Tiers(), ", "))
	}
	return s.own(ctx, c, phone, func(ctx context.Context, tx *db.Tx, n waba.Number) error {
		have, err := waba.TierTx(ctx, tx, n.BusinessID)
		if err != nil || have == tier {
			return err
		}
		return s.setTierTx(ctx, tx, n.BusinessID, tier)
	})
}
