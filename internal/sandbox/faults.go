package sandbox

import (
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/inject"
	"github.com/hawkerhq/hawker/internal/live"
)

type faultsBody struct {
	Faults []inject.Rule `json:"faults" required:"true" doc:"what goes wrong from now on; an empty list: nothing"`
}

type faultsAnswer struct {
	Faults []inject.Active  `json:"faults"`
	Recent []inject.Applied `json:"recent"`
}

func (s *Server) getFaults(c *call) (any, error) {
	rules, recent := s.Faults.List(c.caller.Businesses)
	return faultsAnswer{orEmpty(rules), orEmpty(recent)}, nil
}

func (s *Server) putFaults(c *call) (any, error) {
	if err := s.Faults.Replace(c.caller.Businesses, c.body.(*faultsBody).Faults); err != nil {
		return nil, err
	}
	return s.getFaults(c)
}

func (s *Server) deleteFaults(c *call) (any, error) {
	return done, s.Faults.Replace(c.caller.Businesses, nil)
}

// TellFaults tells streams of events each time a fault hits.
func TellFaults(h *live.Hub) func(business id.ID, a inject.Applied) {
	return func(business id.ID, a inject.Applied) {
		h.Publish("events", map[string]any{"type": "fault.applied", "business_id": business, "fault": a.Fault, "on": a.On, "what": a.What})
	}
}
