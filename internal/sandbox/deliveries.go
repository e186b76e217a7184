package sandbox

import (
	"time"

	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/webhook"
)

var deliveryStates = []string{"pending", "delivered", "undelivered"}

type deliveriesAnswer struct {
	Data []webhook.Delivery `json:"data"`
}

// deliveryFilters are the parameters that narrow the log.
func deliveryFilters() []param {
	return []param{
		{name: "state", doc: "only those in this state", enum: deliveryStates},
		{name: "field", doc: "only this field", enum: webhook.Fields()},
		{name: "receiver_id", doc: "only what went to this receiver"},
		{name: "phone_number_id", doc: "only what concerns this number"},
		{name: "since", doc: "only what was caused since a moment, for example 2026-11-24T09:00:00Z"},
		{name: "q", doc: "only bodies that hold this text; looked for among the latest few thousand"},
	}
}

func (s *Server) getDeliveries(c *call) (any, error) {
	n, err := c.number("limit", logDefault)
	if err != nil {
		return nil, err
	}
	before, err := readID("before", c.query("before"))
	if err != nil {
		return nil, err
	}
	f := webhook.Filter{State: c.query("state"), Field: c.query("field"), Text: c.query("q")}
	if f.ReceiverID, err = readID("receiver_id", c.query("receiver_id")); err != nil {
		return nil, err
	}
	if f.PhoneID, err = readID("phone_number_id", c.query("phone_number_id")); err != nil {
		return nil, err
	}
	if f.Since, err = readTime("since", c.query("since")); err != nil {
		return nil, err
	}
	list, err := s.Webhooks.Deliveries(c.Context(), c.caller, f, before, n)
	return deliveriesAnswer{orEmpty(list)}, err
}

// readTime reads a moment; empty is the zero time.
func readTime(name, text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return t, ErrParam.Withf(name, "%s is %.40q; it is a moment, for example 2026-11-24T09:00:00Z", name, text)
	}
	return t, nil
}

func (s *Server) getDelivery(c *call) (any, error) {
	i, err := readID("delivery_id", c.PathValue("delivery_id"))
	if err != nil {
		return nil, err
	}
	return s.Webhooks.DeliveryOf(c.Context(), c.caller, i)
}

type attemptsAnswer struct {
	Data []webhook.Attempt `json:"data"`
}

func (s *Server) getAttempts(c *call) (any, error) {
	i, err := readID("delivery_id", c.PathValue("delivery_id"))
	if err != nil {
		return nil, err
	}
	list, err := s.Webhooks.Attempts(c.Context(), c.caller, i)
	return attemptsAnswer{orEmpty(list)}, err
}

type replayAnswer struct {
	ID id.ID `json:"id"`
}

func (s *Server) replay(c *call) (any, error) {
	i, err := readID("delivery_id", c.PathValue("delivery_id"))
	if err != nil {
		return nil, err
	}
	again, err := s.Webhooks.Replay(c.Context(), c.caller, i)
	return replayAnswer{again}, err
}

type selectionBody struct {
	IDs        []id.ID    `json:"ids" doc:"these deliveries, at most 1000"`
	State      string     `json:"state" doc:"only those in this state; of undelivered ones, those that were not sent again since" enum:"delivered,undelivered"`
	Field      string     `json:"field" doc:"only this field"`
	ReceiverID id.ID      `json:"receiver_id" doc:"only what went to this receiver"`
	Since      *time.Time `json:"since" doc:"only what was delivered or given up since a moment, for example 2026-11-24T09:00:00Z"`
	Until      *time.Time `json:"until" doc:"and before another"`
}

func (s *Server) postReplay(c *call) (any, error) {
	b := c.body.(*selectionBody)
	return s.Webhooks.StartReplay(c.Context(), c.caller, webhook.Selection{
		IDs: b.IDs, State: b.State, Field: b.Field, ReceiverID: b.ReceiverID, Since: b.Since, Until: b.Until,
	})
}

type replaysAnswer struct {
	Data []webhook.ReplayRun `json:"data"`
}

func (s *Server) getReplays(c *call) (any, error) {
	list, err := s.Webhooks.Replays(c.Context(), c.caller, 0, logDefault)
	return replaysAnswer{orEmpty(list)}, err
}

func (s *Server) getReplay(c *call) (any, error) {
	i, err := readID("replay_id", c.PathValue("replay_id"))
	if err != nil {
		return nil, err
	}
	if i == 0 {
		return nil, webhook.ErrReplay.With("id", "no replay 0 is visible to this token")
	}
	list, err := s.Webhooks.Replays(c.Context(), c.caller, i, 1)
	if err != nil {
		return nil, err
	}
	return list[0], nil
}
