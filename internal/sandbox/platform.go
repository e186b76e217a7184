package sandbox

import (
	"time"

	"github.com/hawkerhq/hawker/internal/catalog"
)

type clockAnswer struct {
	Now time.Time `json:"now"`
}

func (s *Server) getClock(*call) (any, error) { return clockAnswer{s.Clock.Now()}, nil }

type clockBody struct {
	Advance string `json:"advance" doc:"how far, for example 24h or -90m"`
	Now     string `json:"now" doc:"or a moment, for example 2026-11-24T09:00:00Z"`
}

// The clock stays where ids keep to their bits.
var (
	clockFirst = time.Date(2020, 1, 2, 0, 0, 0, 0, time.UTC)
	clockLast  = time.Date(2089, 1, 1, 0, 0, 0, 0, time.UTC)
)

func (s *Server) postClock(c *call) (any, error) {
	b := c.body.(*clockBody)
	now := s.Clock.Now()
	var by time.Duration
	var err error
	field := "advance"
	switch {
	case (b.Advance == "") == (b.Now == ""):
		return nil, ErrParam.With("advance", `say {"advance":"24h"} or {"now":"2026-11-24T09:00:00Z"}`)
	case b.Advance != "":
		by, err = time.ParseDuration(b.Advance)
	default:
		field = "now"
		var to time.Time
		to, err = time.Parse(time.RFC3339, b.Now)
		by = to.Sub(now)
	}
	if err != nil {
		return nil, ErrParam.Withf(field, `%.40q is no time; say {"advance":"24h"} or {"now":"2026-11-24T09:00:00Z"}`, b.Advance+b.Now)
	}
	if to := now.Add(by); to.Before(clockFirst) || to.After(clockLast) {
		return nil, ErrParam.Withf(field, "the clock goes from %s to %s, not to %s", clockFirst.Format(time.DateOnly), clockLast.Format(time.DateOnly), to.Format(time.DateOnly))
	}
	if err := s.Clock.Advance(c.Context(), by); err != nil {
		return nil, err
	}
	s.Live.Publish("events", map[string]any{"type": clockMoved, "now": s.Clock.Now()})
	return s.getClock(c)
}

type verdictBody struct {
	Status   string `json:"status" required:"true" doc:"pending: held for a person" enum:"approved,rejected,pending"`
	PolicyID string `json:"policy_id" doc:"with rejected: the policy it rests on, for example weapons"`
	Reason   string `json:"reason" doc:"one sentence for the seller, at most 500 characters"`
}

// reasonMost is the longest reason of a verdict, in bytes.
const reasonMost = 2000

func (s *Server) postVerdict(c *call) (any, error) {
	b := c.body.(*verdictBody)
	item, err := readID("item_id", c.PathValue("item_id"))
	if err != nil {
		return nil, err
	}
	if len(b.Reason) > reasonMost || len(b.PolicyID) > reasonMost {
		return nil, ErrParam.Withf("reason", "policy_id and reason have at most %d bytes each", reasonMost)
	}
	return done, s.Reviewer.Decide(c.Context(), c.caller, item, catalog.Verdict{Status: b.Status, PolicyID: b.PolicyID, Reason: b.Reason})
}
