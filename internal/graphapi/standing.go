package graphapi

import (
	"context"
	"time"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/graph"
	"github.com/hawkerhq/hawker/internal/grapherr"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/waba"
)

// standingOf is what is held against an account.
func (a *API) standingOf(r *graph.Request, wabaID id.ID) (waba.Standing, error) {
	return view(a, r, func(ctx context.Context, tx *db.Tx) (waba.Standing, error) { return waba.StandingTx(ctx, tx, wabaID) })
}

// statusOf is the field status of an account that stands so.
func statusOf(s waba.Standing, now time.Time) string {
	switch {
	case s.Disabled(now):
		return "DISABLED"
	case s.Rung(now) != "":
		return "RESTRICTED"
	}
	return "ACTIVE"
}

// appealHint is what to do about a violation.
const appealHint = "Remove what violates the policy, or appeal the violation: Account standing in the manager."

// accountHealth is the account among the entities: one that may answer only is limited, one that may not even that is blocked.
func (a *API) accountHealth(r *graph.Request, wabaID id.ID) (healthEntity, error) {
	e := healthEntity{EntityType: "WABA", ID: wabaID}
	s, err := a.standingOf(r, wabaID)
	if err != nil {
		return e, err
	}
	now := a.DB.Clock().Now()
	for _, held := range []struct {
		by    waba.Restriction
		grade string
	}{{waba.WriteAtAll, blocked}, {waba.WriteFirst, limited}, {waba.AddNumbers, limited}} {
		if refused := s.Allow(held.by, now); refused != nil {
			voice, f, _ := grapherr.Lookup(refused)
			e.CanSendMessage, e.Errors = held.grade, []healthError{{voice.Code, f.Detail, appealHint}}
			break
		}
	}
	return e, nil
}
