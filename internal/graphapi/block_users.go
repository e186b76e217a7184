package graphapi

import (
	"errors"
	"net/http"

	"github.com/hawkerhq/hawker/internal/graph"
	"github.com/hawkerhq/hawker/internal/messaging"
	"github.com/hawkerhq/hawker/wire"
)

func (a *API) blockEdge() graph.Edge {
	return graph.Edge{
		Needs: sendMessages, List: a.listBlocked, Post: a.blockUsers(true), Delete: a.blockUsers(false),
		Doc: "The customers this number takes nothing from and writes nothing to",
	}
}

func (a *API) listBlocked(r *graph.Request) (graph.Page, error) {
	q, err := r.Paging(0)
	if err != nil {
		return graph.Page{}, err
	}
	list, err := a.Exchange.BlockedUsers(r.Context(), r.Caller, r.ID, q.After, q.Before, q.Limit+1)
	if err != nil {
		return graph.Page{}, err
	}
	return graph.PageOf(q, list, func(u wire.BlockedUser) string { return u.WaID }), nil
}

// blockUsers answers POST and DELETE /{phone}/block_users: whom it could not change stands in the answer, which then is an
// error, too.
func (a *API) blockUsers(block bool) graph.Handler {
	return func(r *graph.Request) (any, error) {
		p := r.Params
		p.String("messaging_product", graph.Required, graph.OneOf("whatsapp"))
		if !p.Has("block_users") {
			p.Fail(graph.Missing("block_users"))
		}
		var list []struct {
			User   string `json:"user"`
			UserID string `json:"user_id"`
		}
		p.Decode("block_users", &list)
		if err := p.Err(); err != nil {
			return nil, err
		}
		if len(list) == 0 {
			return nil, graph.Invalid("block_users", `must be a list of users, such as [{"user":"+16505551234"}]`)
		}
		users := make([]string, len(list))
		for n, u := range list {
			if users[n] = u.User; users[n] == "" {
				users[n] = u.UserID
			}
			if users[n] == "" {
				return nil, graph.Invalid("block_users", `must name a user in each entry, by its phone number or user id: {"user":"+16505551234"}`)
			}
		}
		done, err := a.Exchange.BlockUsers(r.Context(), r.Caller, r.ID, users, block)
		answer := wire.BlockResponse{MessagingProduct: "whatsapp", BlockUsers: done}
		if errors.Is(err, messaging.ErrBlockSome) {
			answer.Error, r.Status = a.engine.Error(err, r.Trace, r.Locale)
			return answer, nil
		}
		r.Status = http.StatusOK
		return answer, err
	}
}
