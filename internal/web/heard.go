package web

import (
	"github.com/hawkerhq/hawker/internal/chat"
	"github.com/hawkerhq/hawker/internal/fault"
)

// playing marks the address of a voice message's sound. Nothing asks for it before somebody presses play: this tells without a
// script that the message was listened to.
const playing = "play"

// heard tells the business that its voice message was listened to.
func (s *Server) heard(v *visit) error {
	receipts := chat.Read
	switch {
	case v.device.Offline:
		return nil
	case v.device.Silent:
		receipts = chat.Delivered
	}
	err := s.Exchange.Played(v.Context(), v.phone, v.customer.WaID, v.URL.Query().Get("m"), receipts)
	if _, refused := fault.As(err); refused {
		return errNothing
	}
	return err
}
