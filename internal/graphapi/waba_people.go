package graphapi

import (
	"context"
	"errors"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/account"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/graph"
	"github.com/hawkerhq/hawker/internal/waba"
)

// accountPeople is /{waba}/assigned_users.
func (a *API) accountPeople() graph.Edge {
	return graph.Edge{
		Needs: manageWhatsApp, List: a.listAccountUsers, Post: a.assignAccountUser, Delete: a.unassignAccountUser,
		Doc: "Who of its business works on the account, and on what",
	}
}

// listAccountUsers lists those of one business: all users are of the account's own.
func (a *API) listAccountUsers(r *graph.Request) (graph.Page, error) {
	business := r.Params.ID("business", graph.Required)
	if err := r.Params.Err(); err != nil {
		return graph.Page{}, err
	}
	w := graph.Node[waba.Account](r)
	all, err := view(a, r, func(ctx context.Context, tx *db.Tx) (list []assignedUser, err error) {
		if business != w.BusinessID {
			return nil, nil
		}
		assigned, err := waba.AssignedTx(ctx, tx, w.ID)
		if err != nil {
			return nil, err
		}
		workers, err := account.WorkersTx(ctx, tx, business)
		if err != nil {
			return nil, err
		}
		name, _, err := account.NameTx(ctx, tx, business)
		for _, u := range assigned {
			is, still := workers[u.ID]
			kind := "SYSTEM_USER"
			if is.Kind == access.KindPerson {
				kind = "BUSINESS_USER"
			}
			if still {
				list = append(list, assignedUser{u.ID, is.Name, kind, agencyID{business, name}, u.Tasks})
			}
		}
		return list, err
	})
	if err != nil {
		return graph.Page{}, err
	}
	return graph.Whole(r, all, func(u assignedUser) string { return u.ID.String() })
}

func (a *API) assignAccountUser(r *graph.Request) (any, error) {
	w := graph.Node[waba.Account](r)
	u := waba.User{ID: r.Params.ID("user", graph.Required), Tasks: r.Params.Strings("tasks", graph.Required)}
	if err := r.Params.Err(); err != nil {
		return nil, err
	}
	return success(a.DB.Update(r.Context(), func(ctx context.Context, tx *db.Tx) error {
		is, err := account.WorkerTx(ctx, tx, r.Caller, u.ID, w.BusinessID)
		if errors.Is(err, account.ErrUnknown) || (err == nil && is.BusinessID != w.BusinessID) {
			return graph.Invalid("user", "must be a system user or a person of the account's business; "+u.ID.String()+" is none")
		}
		if err != nil {
			return err
		}
		return waba.AssignTx(ctx, tx, w.ID, u)
	}))
}

func (a *API) unassignAccountUser(r *graph.Request) (any, error) {
	user := r.Params.ID("user", graph.Required)
	if err := r.Params.Err(); err != nil {
		return nil, err
	}
	return success(a.DB.Update(r.Context(), func(ctx context.Context, tx *db.Tx) error { return waba.UnassignTx(ctx, tx, r.ID, user) }))
}

// listAssignedAccounts answers GET /{system-user}/assigned_whatsapp_business_accounts.
func (a *API) listAssignedAccounts(r *graph.Request) (graph.Page, error) {
	all, err := view(a, r, func(ctx context.Context, tx *db.Tx) ([]waba.Account, error) {
		return waba.AssignedToTx(ctx, tx, r.Caller, r.ID)
	})
	if err != nil {
		return graph.Page{}, err
	}
	return graph.Whole(r, all, func(w waba.Account) string { return w.ID.String() })
}
