package sandbox

import (
	"strings"
	"time"

	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/policy"
	"github.com/hawkerhq/hawker/internal/waba"
)

// bySandbox is who decides here.
const bySandbox = "sandbox"

type enforcementBody struct {
	Rung     string `json:"rung" required:"true" doc:"where the account is put; reinstate takes back everything in force" enum:"warning,restrict_1_day,restrict_3_days,restrict_5_days,restrict_7_days,restrict_30_days,lock,disable,reinstate"`
	PolicyID string `json:"policy_id" doc:"the policy it violated, for example alcohol; not needed with reinstate"`
	Reason   string `json:"reason" doc:"one sentence for the business, at most 500 characters"`
}

// standingAnswer is where an account stands.
type standingAnswer struct {
	WABAID       id.ID              `json:"waba_id"`
	Rung         string             `json:"rung"` // the highest in force; "": none
	Until        time.Time          `json:"until,omitzero"`
	Disabled     bool               `json:"disabled"`
	DisabledAt   time.Time          `json:"disabled_at,omitzero"`
	Restrictions []waba.Restriction `json:"restrictions"`
	Violations   []violationAnswer  `json:"violations"`
}

type violationAnswer struct {
	ID           id.ID              `json:"id"`
	PolicyID     string             `json:"policy_id"`
	Rung         string             `json:"rung"`
	State        string             `json:"state"` // told (a warning), active, ended, lifted
	Restrictions []waba.Restriction `json:"restrictions"`
	Reason       string             `json:"reason"`
	DecidedBy    string             `json:"decided_by"`
	At           time.Time          `json:"at"`
	Ends         time.Time          `json:"ends,omitzero"`
	Appealable   bool               `json:"appealable"`
	Appeal       *appealAnswer      `json:"appeal,omitempty"`
	Items        []string           `json:"retailer_ids"`
}

type appealAnswer struct {
	State     string    `json:"state"` // open, reversed, unchanged
	Message   string    `json:"message"`
	Reason    string    `json:"reason"`
	CreatedAt time.Time `json:"created_at"`
	DecidedAt time.Time `json:"decided_at,omitzero"`
}

func answerStanding(s policy.Standing) standingAnswer {
	a := standingAnswer{
		WABAID: s.Account.ID, Rung: s.Rung, Until: s.Until, Disabled: s.Disabled, DisabledAt: s.DisabledAt,
		Restrictions: orEmpty(s.Restrictions), Violations: []violationAnswer{},
	}
	for _, r := range s.Records {
		v := violationAnswer{
			ID: r.ID, PolicyID: r.PolicyID, Rung: r.Rung, State: r.State(), Restrictions: orEmpty(r.Restrictions), Reason: r.Reason,
			DecidedBy: r.DecidedBy, At: r.At, Ends: r.Ends, Appealable: r.Appealable(), Items: []string{},
		}
		if r.Appeal.State != "" {
			v.Appeal = &appealAnswer{r.Appeal.State, r.Appeal.Message, r.Appeal.Reason, r.Appeal.CreatedAt, r.Appeal.DecidedAt}
		}
		for _, i := range r.Items {
			v.Items = append(v.Items, i.RetailerID)
		}
		a.Violations = append(a.Violations, v)
	}
	return a
}

func (s *Server) getEnforcement(c *call) (any, error) {
	w, err := readID("waba_id", c.PathValue("waba_id"))
	if err != nil {
		return nil, err
	}
	standing, err := s.Enforcer.Standing(c.Context(), c.caller, w)
	return answerStanding(standing), err
}

func (s *Server) postEnforcement(c *call) (any, error) {
	b := c.body.(*enforcementBody)
	w, err := readID("waba_id", c.PathValue("waba_id"))
	if err != nil {
		return nil, err
	}
	o := policy.Order{PolicyID: strings.ToLower(b.PolicyID), Rung: b.Rung, Reason: b.Reason, By: bySandbox}
	if _, err := s.Enforcer.Enforce(c.Context(), c.caller, w, o); err != nil {
		return nil, err
	}
	return s.getEnforcement(c)
}

type violationAppealBody struct {
	Message string `json:"message" required:"true" doc:"why the account keeps the policy, at most 2000 characters"`
}

func (s *Server) postViolationAppeal(c *call) (any, error) {
	w, v, err := c.violation()
	if err != nil {
		return nil, err
	}
	if err := s.Enforcer.AppealViolation(c.Context(), c.caller, w, v, c.body.(*violationAppealBody).Message, c.caller.UserName); err != nil {
		return nil, err
	}
	return s.getEnforcement(c)
}

type outcomeBody struct {
	Outcome string `json:"outcome" required:"true" doc:"reversed: the violation is lifted, and what stood before stands again" enum:"reversed,unchanged"`
	Reason  string `json:"reason" doc:"one sentence for the business, at most 500 characters"`
}

func (s *Server) postViolationDecision(c *call) (any, error) {
	b := c.body.(*outcomeBody)
	w, v, err := c.violation()
	if err != nil {
		return nil, err
	}
	if b.Outcome != waba.AppealReversed && b.Outcome != waba.AppealUnchanged {
		return nil, ErrParam.Withf("outcome", "%.40q is no outcome; one of %s, %s", b.Outcome, waba.AppealReversed, waba.AppealUnchanged)
	}
	o := policy.Outcome{Reverse: b.Outcome == waba.AppealReversed, Reason: b.Reason, By: bySandbox}
	if err := s.Enforcer.DecideViolation(c.Context(), c.caller, w, v, o); err != nil {
		return nil, err
	}
	return s.getEnforcement(c)
}

// violation reads the path of one.
func (c *call) violation() (w, v id.ID, err error) {
	if w, err = readID("waba_id", c.PathValue("waba_id")); err == nil {
		v, err = readID("violation_id", c.PathValue("violation_id"))
	}
	return w, v, err
}
