package web

import (
	"github.com/hawkerhq/hawker/internal/messaging"
	"github.com/hawkerhq/hawker/internal/ui"
)

func (s *Server) liveChats(v *visit) error {
	if v.customer.WaID == "" {
		return errPick
	}
	ui.Stream(v.w, v.Request, s.Live, messaging.TopicCustomer(v.customer.WaID))
	return nil
}

func (s *Server) liveChat(v *visit) error {
	ui.Stream(v.w, v.Request, s.Live, messaging.Topic(v.phone, v.customer.WaID))
	return nil
}
