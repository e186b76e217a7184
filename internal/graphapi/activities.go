package graphapi

import (
	"context"
	"time"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/graph"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/waba"
)

// activity is something that was done to an account.
type activity struct {
	ID          id.ID     `json:"id"`
	Kind        string    `json:"activity_type"`
	At          time.Time `json:"timestamp"`
	ActorKind   string    `json:"actor_type"`
	ActorID     id.ID     `json:"actor_id,omitzero"`
	ActorName   string    `json:"actor_name,omitempty"`
	Description string    `json:"description"`
}

// activitiesMost is how many activities a page has at most.
const activitiesMost = 100

// listActivities answers GET /{waba}/activities, the newest first.
func (a *API) listActivities(r *graph.Request) (graph.Page, error) {
	q, err := r.Paging(activitiesMost)
	if err != nil {
		return graph.Page{}, err
	}
	if q.Before != "" {
		return graph.Page{}, graph.Invalid("before", "is not offered here; page with after")
	}
	after, err := q.AfterID()
	if err != nil {
		return graph.Page{}, err
	}
	found, err := view(a, r, func(ctx context.Context, tx *db.Tx) ([]waba.Activity, error) {
		return waba.ActivitiesTx(ctx, tx, r.ID, after, q.Limit+1)
	})
	if err != nil {
		return graph.Page{}, err
	}
	list := make([]activity, len(found))
	for n, x := range found {
		list[n] = activity{x.ID, activityType(x.Kind), x.At, actorType(x.ActorKind), x.ActorID, x.ActorName, x.Detail}
	}
	return graph.PageOf(q, list, func(x activity) string { return x.ID.String() }), nil
}

// activityType is a kind of activity as the contract names it, which has fewer.
func activityType(kind string) string {
	switch kind {
	case waba.DidRegister:
		return waba.DidUpdateAccount
	case waba.DidAskCode:
		return waba.DidSecurity
	}
	return kind
}

// actorType is who did it as the contract names them: a person, the platform, or a program.
func actorType(kind string) string {
	switch kind {
	case "USER", "SYSTEM":
		return kind
	}
	return "API"
}
