package graphapi

import (
	"context"
	"errors"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/graph"
	"github.com/hawkerhq/hawker/internal/messaging"
	"github.com/hawkerhq/hawker/internal/once"
	"github.com/hawkerhq/hawker/internal/waba"
)

// messagesEdge is /{phone}/messages. It reads its body itself and checks number and permission itself: it is
// the busiest edge there is.
func (a *API) messagesEdge() graph.Edge {
	return graph.Edge{
		Raw: true, NoLoad: true, Post: a.once([]access.Permission{access.WhatsAppBusinessMessaging}, a.postMessages),
		Doc: "Send a message, or mark one as read; " + onceDoc,
	}
}

// postMessages looks whose number it is only when something is wrong: whatever that is, another business
// hears what it would hear of a number that does not exist.
func (a *API) postMessages(r *graph.Request) (any, error) {
	answer, err := a.passMessage(r)
	if err == nil || errors.Is(err, once.ErrTaken) {
		return answer, err
	}
	_, mine := view(a, r, func(ctx context.Context, tx *db.Tx) (waba.Number, error) {
		return waba.NumberForTx(ctx, tx, r.Caller, r.ID)
	})
	if errors.Is(mine, waba.ErrNumberUnknown) {
		return nil, graph.NotFound(r)
	}
	return nil, err
}

func (a *API) passMessage(r *graph.Request) (any, error) {
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
		if t := m.TypingIndicator; t != nil && t.Type != "text" {
			return nil, messaging.ErrBody.Withf("typing_indicator.type", `(#100) Param typing_indicator['type'] must be one of {TEXT} - got %.40q`, t.Type)
		}
		ctx := once.Answering(r.Context(), func(any) any { return graph.Success{} })
		return graph.Success{}, a.Exchange.MarkRead(ctx, r.Caller, r.ID, m.MessageID, m.TypingIndicator != nil)
	}
	return a.Exchange.Send(r.Context(), r.Caller, r.ID, m)
}
