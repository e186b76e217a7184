package messaging_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/hawkerhq/hawker/internal/account"
	"github.com/hawkerhq/hawker/internal/chat"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/job"
	"github.com/hawkerhq/hawker/internal/messaging"
	"github.com/hawkerhq/hawker/internal/reach"
	"github.com/hawkerhq/hawker/internal/waba"
)

// counted is a stall whose messaging limit holds, and which owns its business.
func counted(t *testing.T, f func(s *stall, r *reach.Service)) {
	t.Helper()
	var service *reach.Service
	each(t, func(s *stall) {
		s.must(s.DB.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			_, err := account.CreateBusinessTx(ctx, tx, account.Business{ID: quan, Name: "Quán", Country: "VN", TimezoneID: 1, VerificationStatus: "verified"})
			return err
		}))
		s.offer()
		f(s, s.Reach)
	}, func(d *messaging.Deps) {
		service = reach.New(d.DB, d.Outbox, true)
		d.Reach, d.Limiter = service, nil
	})
}

// jobs runs what is due.
func (s *stall) jobs() {
	s.t.Helper()
	r := job.NewRunner(s.DB, s.clock, slog.New(slog.NewTextHandler(io.Discard, nil)))
	s.Reach.RegisterJobs(r)
	s.must(r.Drain(s.t.Context()))
}

// first writes to the nth stranger.
func (s *stall) first(n int) string {
	s.t.Helper()
	m := fillIn("offer")
	m.To = fmt.Sprintf("+849013%05d", n)
	return s.send(m)
}

func (s *stall) tier() (tier string) {
	s.t.Helper()
	s.must(s.DB.View(s.t.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		tier, err = waba.TierTx(ctx, tx, quan)
		return err
	}))
	return tier
}

func (s *stall) number() (n waba.Number) {
	s.t.Helper()
	s.must(s.DB.View(s.t.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		n, err = waba.NumberTx(ctx, tx, s.phone)
		return err
	}))
	return n
}

func TestTheMessagingLimit(t *testing.T) {
	t.Parallel()
	counted(t, func(s *stall, _ *reach.Service) {
		start := s.clock.Now()
		for n := range 250 {
			s.first(n)
		}
		for _, st := range s.statuses() {
			if !strings.HasPrefix(st, "sent ") {
				t.Fatalf("within the limit: %s", st)
			}
		}
		over := s.first(250)
		const want = `"errors":[{"code":131064,"title":"Messaging limit reached","message":"Messaging limit reached","error_data":{"details":"The messaging limit of this business is reached (TIER_250): it may write first to 250 customers within 24 hours"},`
		if told := s.told(nil); len(told) != 1 || !strings.Contains(told[0], want) || !strings.Contains(told[0], over) {
			t.Errorf("the 251st customer: %v", told)
		}
		// Who was written to before, and who wrote within a day, do not count.
		again := s.first(7)
		s.write("alo")
		m := fillIn("offer")
		inside := s.send(m)
		if got := s.statuses(); strings.Join(got, ",") != "sent "+again+",sent "+inside {
			t.Errorf("others: %v", got)
		}
		s.clock.Set(start.Add(24 * time.Hour)) // they count no more
		if w := s.first(251); s.statuses()[0] != "sent "+w {
			t.Error("a day later the limit is still reached")
		}

		// Half of the limit within a week earns the next one, six hours later.
		s.jobs()
		if got := s.tier(); got != waba.Tier250 {
			t.Errorf("raised at once to %s", got)
		}
		s.clock.Advance(6 * time.Hour)
		s.jobs()
		if got := s.toldOf("business_capability_update"); len(got) != 1 || got[0] != `{"max_daily_conversations_per_business":"TIER_2K","max_phone_numbers_per_waba":25}` {
			t.Errorf("told %v", got)
		}
		if got := s.tier(); got != waba.Tier2K {
			t.Errorf("the limit is %s", got)
		}
		s.jobs()
		for n := range 300 { // the new one holds at once
			s.first(1000 + n)
		}
		for _, st := range s.statuses() {
			if !strings.HasPrefix(st, "sent ") {
				t.Fatalf("within the new limit: %s", st)
			}
		}
	})
}

func TestANumberOfLowQualityReachesFew(t *testing.T) {
	t.Parallel()
	counted(t, func(s *stall, r *reach.Service) {
		for n := range 5 {
			waID := fmt.Sprintf("849012000%02d", n)
			_, err := s.Receive(t.Context(), messaging.Inbound{PhoneID: s.phone, WaID: waID, Text: "thôi"})
			s.must(err)
			s.must(s.Block(t.Context(), s.phone, waID, true))
			s.must(s.Block(t.Context(), s.phone, waID, true)) // nothing new
			want := []string{waba.QualityGreen, waba.QualityYellow, waba.QualityYellow, waba.QualityYellow, waba.QualityRed}[n]
			if got := s.number().QualityRating; got != want {
				t.Errorf("after %d blocks the quality is %s", n+1, got)
			}
		}
		if got := s.toldOfOnly("phone_number_quality_update"); len(got) != 1 || got[0] != `{"display_phone_number":"842871000001","event":"FLAGGED","max_daily_conversations_per_business":"TIER_250"}` {
			t.Errorf("told %v", got)
		}
		for n := range 25 {
			s.first(n)
		}
		s.statuses()
		s.first(25)
		if told := s.told(nil); len(told) != 1 || !strings.Contains(told[0], `"errors":[{"code":131048,"title":"Spam rate limit hit"`) || !strings.Contains(told[0], "Its quality is RED: it may write first to 25 customers within 24 hours") {
			t.Errorf("the 26th customer: %v", told)
		}
		// Blocks weigh for a week.
		s.clock.Advance(7*24*time.Hour + time.Second)
		s.jobs()
		if got := s.number().QualityRating; got != waba.QualityGreen {
			t.Errorf("after a week the quality is %s", got)
		}
		if got := s.toldOfOnly("phone_number_quality_update"); len(got) != 1 || !strings.Contains(got[0], `"UNFLAGGED"`) {
			t.Errorf("told %v", got)
		}
		s.must(r.SetQuality(t.Context(), owner, s.phone, waba.QualityYellow))
		if got := s.number().QualityRating; got != waba.QualityYellow || len(s.toldOfOnly("phone_number_quality_update")) != 0 {
			t.Errorf("set to %s", got)
		}
		refused(t, r.SetQuality(t.Context(), owner, s.phone, "BLUE"), reach.ErrParam, "rating")
		refused(t, r.SetTier(t.Context(), owner, s.phone, "TIER_7"), reach.ErrParam, "tier")
	})
}

// toldOfOnly are the webhooks of a field; those of others are dropped.
func (s *stall) toldOfOnly(field string) []string {
	s.t.Helper()
	s.out.mu.Lock()
	kept := s.out.events[:0]
	for _, e := range s.out.events {
		if e.Field == field {
			kept = append(kept, e)
		}
	}
	s.out.events = kept
	s.out.mu.Unlock()
	return s.toldOf(field)
}

func TestANumberBecomesFaster(t *testing.T) {
	t.Parallel()
	counted(t, func(s *stall, r *reach.Service) {
		s.must(r.SetTier(t.Context(), owner, s.phone, waba.TierUnlimited))
		s.must(s.DB.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `INSERT INTO business_reach (business_id, wa_id, phone_id, at)
				WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 99999) SELECT $1, CAST(i AS TEXT), $2, $3 FROM n`, quan, s.phone, tx.Now())
			return err
		}))
		s.out.events = nil
		s.first(1)
		s.statuses()
		_, err := s.Send(t.Context(), owner, s.phone, text("x"))
		refused(t, err, reach.ErrUpgrading, "")
		s.clock.Advance(time.Minute)
		s.jobs()
		if got := s.toldOf("phone_number_quality_update"); len(got) != 1 ||
			got[0] != `{"display_phone_number":"842871000001","event":"THROUGHPUT_UPGRADE","current_limit":"TIER_UNLIMITED","max_daily_conversations_per_business":"TIER_UNLIMITED"}` {
			t.Errorf("told %v", got)
		}
		if n := s.number(); n.Throughput != waba.ThroughputHigh || !n.UpgradingUntil.IsZero() {
			t.Errorf("the number is %+v", n)
		}
		s.first(2)
		s.must(r.SetThroughput(t.Context(), owner, s.phone, waba.ThroughputStandard))
		s.must(r.SetThroughput(t.Context(), owner, s.phone, waba.ThroughputHigh))
		if n := s.number(); n.Throughput != waba.ThroughputStandard || n.UpgradingUntil.IsZero() {
			t.Errorf("the number is %+v", n)
		}
		refused(t, r.SetThroughput(t.Context(), owner, s.phone, "FAST"), reach.ErrParam, "level")
		s.must(s.Ack(t.Context(), s.phone, "84901300001", s.last("84901300001"), chat.Delivered))
	})
}

// last is the id of the latest message of a customer's chat.
func (s *stall) last(waID string) string {
	s.t.Helper()
	v, err := s.Chat(s.t.Context(), s.phone, waID, 1, "")
	s.must(err)
	return v.Messages[0].ID
}
