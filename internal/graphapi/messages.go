package graphapi

import (
	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/graph"
	"github.com/hawkerhq/hawker/internal/messaging"
)

// messagesEdge is /{phone}/messages. It reads its body itself and checks the number itself: it is the
// busiest edge there is.
func (a *API) messagesEdge() graph.Edge {
	return graph.Edge{
		Raw: true, NoLoad: true, Needs: []access.Permission{access.WhatsAppBusinessMessaging}, Post: a.postMessages,
		Doc: "Send a message, or mark one as read",
	}
}

func (a *API) postMessages(r *graph.Request) (any, error) {
	m, err := messaging.Parse(r.Body)
	if err != nil {
		return nil, err
	}
	if m.Status != "" {
		if m.Status != "read" {
			return nil, messaging.ErrBody.Withf("status", `(#100) Param status must be one of {READ} - got %.40q`, m.Status)
		}
		if m.MessagingProduct != "whatsapp" {
			return nil, messaging.ErrRequired.With("messaging_product", "(#100) The parameter messaging_product is required.")
		}
		return graph.Success{}, a.Exchange.MarkRead(r.Context(), r.Caller, r.ID, m.MessageID)
	}
	return a.Exchange.Send(r.Context(), r.Caller, r.ID, m)
}
