package graphapi

import (
	"context"
	"errors"
	"slices"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/account"
	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/graph"
	"github.com/hawkerhq/hawker/internal/id"
)

// agency is an element of agencies: a partner of a catalog's owner.
type agency struct {
	ID    id.ID    `json:"id"`
	Name  string   `json:"name"`
	Tasks []string `json:"permitted_tasks"`
}

// listAgencies answers GET /{catalog}/agencies.
func (a *API) listAgencies(r *graph.Request) (graph.Page, error) {
	all, err := view(a, r, func(ctx context.Context, tx *db.Tx) ([]agency, error) {
		partners, err := catalog.PartnersTx(ctx, tx, r.Caller, r.ID)
		if err != nil {
			return nil, err
		}
		list := make([]agency, len(partners))
		for n, p := range partners {
			name, _, err := account.NameTx(ctx, tx, p.BusinessID)
			if err != nil {
				return nil, err
			}
			list[n] = agency{p.BusinessID, name, emptyNotNull(p.Tasks)}
		}
		return list, nil
	})
	if err != nil {
		return graph.Page{}, err
	}
	return graph.Whole(r, all, func(x agency) string { return x.ID.String() })
}

// emptyNotNull is a list that JSON shows as [] where it is empty.
func emptyNotNull(list []string) []string { return append([]string{}, list...) }

// tasksOf reads tasks, and the older roles for them.
func tasksOf(p *graph.Params, tasks, roles string) []string {
	list := p.Strings(tasks)
	for _, role := range p.Strings(roles) {
		own, ok := catalog.RoleTasks[role]
		if !ok {
			p.Fail(graph.Invalid(roles, "must hold ADMIN or ADVERTISER, not "+role))
		}
		list = append(list, own...)
	}
	return list
}

// postAgency answers POST /{catalog}/agencies.
func (a *API) postAgency(r *graph.Request) (any, error) {
	p := r.Params
	partner := catalog.Partner{BusinessID: p.ID("business", graph.Required), Tasks: tasksOf(p, "permitted_tasks", "permitted_roles")}
	p.Bool("skip_defaults") // of collaborative advertising, of which there is none
	for _, name := range []string{"utm_settings", "enabled_collab_terms"} {
		if p.Has(name) {
			p.Fail(graph.Invalid(name, "must be left out: Hawker does not offer collaborative advertising"))
		}
	}
	if err := p.Err(); err != nil {
		return nil, err
	}
	known, err := view(a, r, func(ctx context.Context, tx *db.Tx) (known bool, err error) {
		_, known, err = account.NameTx(ctx, tx, partner.BusinessID)
		return known, err
	})
	if err != nil {
		return nil, err
	}
	if !known {
		return nil, graph.Invalid("business", "must be the id of a business on this server; "+partner.BusinessID.String()+" is none")
	}
	return graph.Success{}, a.Catalogs.Share(r.Context(), r.Caller, r.ID, partner)
}

// deleteAgency answers DELETE /{catalog}/agencies.
func (a *API) deleteAgency(r *graph.Request) (any, error) {
	business := r.Params.ID("business", graph.Required)
	if err := r.Params.Err(); err != nil {
		return nil, err
	}
	return graph.Success{}, a.Catalogs.Unshare(r.Context(), r.Caller, r.ID, business)
}

// assignedUser is an element of assigned_users.
type assignedUser struct {
	ID       id.ID    `json:"id"`
	Name     string   `json:"name"`
	UserType string   `json:"user_type"`
	Business agencyID `json:"business"`
	Tasks    []string `json:"tasks"`
}

type agencyID struct {
	ID   id.ID  `json:"id"`
	Name string `json:"name"`
}

// listAssignedUsers answers GET /{catalog}/assigned_users: those of one business.
func (a *API) listAssignedUsers(r *graph.Request) (graph.Page, error) {
	business := r.Params.ID("business", graph.Required)
	if err := r.Params.Err(); err != nil {
		return graph.Page{}, err
	}
	all, err := view(a, r, func(ctx context.Context, tx *db.Tx) ([]assignedUser, error) {
		assigned, err := catalog.AssignedTx(ctx, tx, r.Caller, r.ID, business)
		if err != nil || len(assigned) == 0 {
			return nil, err
		}
		workers, err := account.WorkersTx(ctx, tx, business)
		if err != nil {
			return nil, err
		}
		name, _, err := account.NameTx(ctx, tx, business)
		var list []assignedUser
		for _, u := range assigned {
			kind := "SYSTEM_USER"
			w, still := workers[u.ID]
			if w.Kind == access.KindPerson {
				kind = "BUSINESS_USER"
			}
			if still {
				list = append(list, assignedUser{u.ID, w.Name, kind, agencyID{business, name}, emptyNotNull(u.Tasks)})
			}
		}
		return list, err
	})
	if err != nil {
		return graph.Page{}, err
	}
	return graph.Whole(r, all, func(u assignedUser) string { return u.ID.String() })
}

// postAssignedUser answers POST /{catalog}/assigned_users.
func (a *API) postAssignedUser(r *graph.Request) (any, error) {
	user, tasks := r.Params.ID("user", graph.Required), r.Params.Strings("tasks", graph.Required)
	return a.assign(r, user, tasks)
}

// postUserPermission answers POST /{catalog}/userpermissions.
func (a *API) postUserPermission(r *graph.Request) (any, error) {
	p := r.Params
	user := p.ID("user", graph.Required)
	if !p.Has("tasks") {
		p.String("role", graph.Required, graph.OneOf("ADMIN", "ADVERTISER"))
	}
	return a.assign(r, user, tasksOf(p, "tasks", "role"))
}

func (a *API) assign(r *graph.Request, user id.ID, tasks []string) (any, error) {
	if err := r.Params.Err(); err != nil {
		return nil, err
	}
	return graph.Success{}, a.DB.Update(r.Context(), func(ctx context.Context, tx *db.Tx) error {
		cat, err := catalog.CatalogTx(ctx, tx, r.Caller, r.ID)
		if err != nil {
			return err
		}
		w, err := account.WorkerTx(ctx, tx, r.Caller, user, cat.BusinessID)
		if errors.Is(err, account.ErrUnknown) {
			return graph.Invalid("user", "must be a system user or a person of a business that this token reaches; "+user.String()+" is none")
		}
		if err != nil {
			return err
		}
		return catalog.AssignTx(ctx, tx, r.Caller, r.ID, catalog.User{ID: user, BusinessID: w.BusinessID, Tasks: slices.Clone(tasks)})
	})
}

// deleteAssignedUser answers DELETE /{catalog}/assigned_users, and userpermissions.
func (a *API) deleteAssignedUser(r *graph.Request) (any, error) {
	user := r.Params.ID("user", graph.Required)
	if err := r.Params.Err(); err != nil {
		return nil, err
	}
	return graph.Success{}, a.Catalogs.Unassign(r.Context(), r.Caller, r.ID, user)
}

// listAssignedCatalogs answers GET /{system-user}/assigned_product_catalogs.
func (a *API) listAssignedCatalogs(r *graph.Request) (graph.Page, error) {
	all, err := view(a, r, func(ctx context.Context, tx *db.Tx) ([]catalog.Catalog, error) {
		return catalog.AssignedToTx(ctx, tx, r.Caller, r.ID, shortList)
	})
	if err != nil {
		return graph.Page{}, err
	}
	return graph.Whole(r, all, catalogKey)
}
