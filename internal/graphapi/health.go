package graphapi

import (
	"slices"

	"github.com/hawkerhq/hawker/internal/graph"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/waba"
)

// How well an entity can take part in sending, the worst last.
const (
	available = "AVAILABLE"
	limited   = "LIMITED"
	blocked   = "BLOCKED"
)

// health is the field health_status: who takes part in sending, and whether they may.
type health struct {
	CanSendMessage string         `json:"can_send_message"`
	Entities       []healthEntity `json:"entities"`
}

type healthEntity struct {
	EntityType     string        `json:"entity_type"`
	ID             id.ID         `json:"id"`
	CanSendMessage string        `json:"can_send_message"` // AVAILABLE unless said otherwise
	Errors         []healthError `json:"errors,omitempty"`
	Info           []string      `json:"additional_info,omitempty"`
}

type healthError struct {
	Code        int    `json:"error_code"`
	Description string `json:"error_description"`
	Solution    string `json:"possible_solution"`
}

// healthOf adds the caller's app to the entities. The whole is as well as its worst part.
func healthOf(r *graph.Request, entities ...healthEntity) health {
	if r.Caller.App != 0 {
		entities = append(entities, healthEntity{EntityType: "APP", ID: r.Caller.App})
	}
	grades := []string{available, limited, blocked}
	worst := 0
	for n := range entities {
		if entities[n].CanSendMessage == "" {
			entities[n].CanSendMessage = available
		}
		worst = max(worst, slices.Index(grades, entities[n].CanSendMessage))
	}
	return health{grades[worst], entities}
}

// numberHealth is what a number's own state does to sending.
func numberHealth(n waba.Number) healthEntity {
	e := healthEntity{EntityType: "PHONE_NUMBER", ID: n.ID}
	switch {
	case !n.Connected():
		e.CanSendMessage = blocked
		e.Errors = []healthError{{133010, "The phone number is not registered.", "Verify the number with request_code and verify_code, then register it with its PIN."}}
	case n.NameStatus == waba.NameDeclined:
		e.CanSendMessage = limited
		e.Errors = []healthError{{131037, "The display name of the phone number was declined.", "Ask for another name with new_display_name."}}
	case n.NameStatus == waba.NamePending:
		e.Info = []string{"The display name is being looked at."}
	}
	return e
}
