package manager

import (
	"encoding/json"

	"github.com/hawkerhq/hawker/internal/chat"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/messaging"
)

// billsShown is how many bills of a customer stand beside an order.
const billsShown = 20

// billStates are the statuses of bills that states of orders stand for. A new order has no news to tell of its bill.
var billStates = map[string]string{
	chat.OrderConfirmed: "processing", chat.OrderPaid: "processing", chat.OrderShipped: "shipped", chat.OrderDone: "completed", chat.OrderCancelled: "canceled",
}

// tellOrder tells the customer what became of an order: as the new status of a bill, where one was chosen, else as a text.
func (s *Server) tellOrder(v *visit, o chat.WorkedOrder, state string) error {
	text, bill := v.t("manager.tell_"+state), v.PostFormValue("bill")
	status := billStates[state]
	if bill == "" || status == "" {
		return s.write(v, o.PhoneID, o.WaID, text, o.WAMID)
	}
	return s.deliver(v, o.PhoneID, map[string]any{
		"messaging_product": "whatsapp", "to": o.WaID, "type": "interactive", "interactive": map[string]any{
			"type": "order_status", "body": map[string]any{"text": text},
			"action": map[string]any{"name": "review_order", "parameters": map[string]any{"reference_id": bill, "order": map[string]any{"status": status}}},
		},
	})
}

// deliver sends one message, as the API would.
func (s *Server) deliver(v *visit, number id.ID, message map[string]any) error {
	body, err := json.Marshal(message)
	if err != nil {
		return err
	}
	parsed, err := messaging.Parse(body)
	if err != nil {
		return err
	}
	_, err = s.Exchange.Send(v.Context(), v.caller, number, parsed)
	return err
}
