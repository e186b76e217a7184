package graphapi

import (
	"context"
	"slices"
	"time"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/account"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/graph"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/node"
	"github.com/hawkerhq/hawker/wire"
)

// business declares the Business node.
func (a *API) business() *graph.NodeType {
	manage := []access.Permission{access.BusinessManagement}
	return &graph.NodeType{
		Kind: string(node.Business), Name: "Business", Defaults: []string{"id", "name"},
		Load: graph.Loader(func(r *graph.Request, i id.ID) (account.Business, error) {
			return view(a, r, func(ctx context.Context, tx *db.Tx) (account.Business, error) {
				return account.BusinessTx(ctx, tx, r.Caller, i)
			})
		}),
		Fields: unset(graph.Fields{
			"id":                  graph.Get(func(b account.Business) any { return b.ID }).Told("numeric string", "The business's ID"),
			"name":                graph.Get(func(b account.Business) any { return b.Name }).Told("string", "The business's name"),
			"created_time":        graph.Get(func(b account.Business) any { return b.CreatedAt }).Told("datetime", "When the business was made"),
			"timezone_id":         graph.Get(func(b account.Business) any { return b.TimezoneID }).Told("unsigned int32", "The business's time zone"),
			"verification_status": graph.Get(func(b account.Business) any { return b.VerificationStatus }).Told("enum", "Whether the business is verified"),
			"is_hidden":           graph.Get(func(account.Business) any { return false }).Told("bool", "Whether the business is hidden"),
			"two_factor_type":     graph.Get(func(account.Business) any { return "none" }).Told("enum", "Who must use a second factor"),
			"vertical":            graph.Get(func(account.Business) any { return "RETAIL" }).Told("string", "The business's vertical"),
			"link": graph.Ask(func(r *graph.Request, b account.Business) (any, error) {
				return r.BaseURL + "/" + b.ID.String(), nil
			}).Told("string", "The business's page"),
		}, "created_by", "updated_by", "updated_time", "extended_updated_time", "payment_account_id", "primary_page", "profile_picture_uri",
			"user_access_expire_time", "vertical_id", "block_offline_analytics", "whatsapp_business_manager_messaging_limit",
			"marketing_messages_onboarding_status", "collaborative_ads_managed_partner_business_info",
			"collaborative_ads_managed_partner_eligibility", "collaborative_ads_partner_premium_options"),
		Edges: joined(graph.Edges{
			"system_users":              {Of: string(node.SystemUser), Needs: manage, List: a.listSystemUsers, Post: a.createSystemUser},
			"system_user_access_tokens": {Needs: manage, Post: a.createSystemUserToken},
			"access_token":              {Needs: manage, Post: a.createBusinessToken},
			"owned_apps":                {Of: string(node.App), Needs: manage, List: a.listOwnedApps},
		}, a.catalogEdgesOfBusiness(), a.accountEdgesOfBusiness()),
	}
}

// systemUser declares the SystemUser node: also what /me is behind a system user's token.
func (a *API) systemUser() *graph.NodeType {
	return &graph.NodeType{
		Kind: string(node.SystemUser), Name: "SystemUser", Defaults: []string{"id", "name"},
		Load: graph.Loader(func(r *graph.Request, i id.ID) (account.SystemUser, error) {
			return view(a, r, func(ctx context.Context, tx *db.Tx) (account.SystemUser, error) {
				return account.SystemUserTx(ctx, tx, r.Caller, i)
			})
		}),
		Fields: unset(graph.Fields{
			"id":           graph.Get(func(u account.SystemUser) any { return u.ID }).Told("numeric string", "The system user's ID"),
			"name":         graph.Get(func(u account.SystemUser) any { return u.Name }).Told("string", "The system user's name"),
			"role":         graph.Get(func(u account.SystemUser) any { return u.Role }).Told("enum", "ADMIN or EMPLOYEE"),
			"created_time": graph.Get(func(u account.SystemUser) any { return u.CreatedAt }).Told("datetime", "When the system user was made"),
			"business":     graph.Get(func(u account.SystemUser) any { return u.BusinessID }).As(string(node.Business)).Told("Business", "The owner"),
		}, "created_by", "finance_permission", "ip_permission", "email", "first_name", "last_name", "picture"),
		Edges: graph.Edges{
			"permissions": {List: a.listPermissions, Delete: a.revokePermission},
			"businesses":  {Of: string(node.Business), List: a.listBusinesses},

			"assigned_whatsapp_business_accounts": {Of: string(node.WABA), Needs: manageWhatsApp, List: a.listAssignedAccounts},
			"assigned_product_catalogs":           {Of: string(node.ProductCatalog), Needs: manageCatalogs, List: a.listAssignedCatalogs},
		},
	}
}

// shortList bounds lists that are read whole.
const shortList = 1000

func (a *API) listSystemUsers(r *graph.Request) (graph.Page, error) {
	all, err := view(a, r, func(ctx context.Context, tx *db.Tx) ([]account.SystemUser, error) {
		return account.SystemUsersTx(ctx, tx, r.Caller, r.ID, 0, shortList)
	})
	if err != nil {
		return graph.Page{}, err
	}
	return graph.Whole(r, all, func(u account.SystemUser) string { return u.ID.String() })
}

func (a *API) listOwnedApps(r *graph.Request) (graph.Page, error) {
	all, err := view(a, r, func(ctx context.Context, tx *db.Tx) ([]account.App, error) {
		return account.AppsTx(ctx, tx, r.Caller, r.ID, 0, shortList)
	})
	if err != nil {
		return graph.Page{}, err
	}
	return graph.Whole(r, all, func(x account.App) string { return x.ID.String() })
}

// listBusinesses lists the businesses a token reaches: its own user only.
func (a *API) listBusinesses(r *graph.Request) (graph.Page, error) {
	if r.ID != r.Caller.User {
		return graph.Page{}, account.ErrUnknown.With("id", "businesses are told to the token's own user only")
	}
	all, err := view(a, r, func(ctx context.Context, tx *db.Tx) ([]account.Business, error) {
		var list []account.Business
		for _, i := range r.Caller.Businesses {
			b, err := account.BusinessTx(ctx, tx, r.Caller, i)
			if err != nil {
				return nil, err
			}
			list = append(list, b)
		}
		return list, nil
	})
	if err != nil {
		return graph.Page{}, err
	}
	return graph.Whole(r, all, func(b account.Business) string { return b.ID.String() })
}

func (a *API) createSystemUser(r *graph.Request) (any, error) {
	u := account.SystemUser{BusinessID: r.ID, Name: r.Params.String("name", graph.Required), Role: r.Params.String("role")}
	if err := r.Params.Err(); err != nil {
		return nil, err
	}
	err := a.DB.Update(r.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		u, err = account.CreateSystemUserTx(ctx, tx, u)
		return err
	})
	return graph.Created{ID: u.ID}, err
}

// tokenLife is how long a token lives that is asked to expire.
const tokenLife = 60 * 24 * time.Hour

// scopes reads a list of permissions. Nobody gives away what they do not hold.
func scopes(r *graph.Request, name string) []access.Permission {
	var list []access.Permission
	for _, s := range r.Params.Strings(name, graph.Required) {
		if !slices.Contains(access.Permissions(), access.Permission(s)) {
			r.Params.Fail(graph.Invalid(name, "holds "+s+", which is no permission of this platform"))
			return nil
		}
		list = append(list, access.Permission(s))
	}
	if err := r.Caller.Require(list...); err != nil {
		r.Params.Fail(err)
	}
	return list
}

// createSystemUserToken answers POST /{business}/system_user_access_tokens.
func (a *API) createSystemUserToken(r *graph.Request) (any, error) {
	p := r.Params
	user, expires := p.ID("system_user_id", graph.Required), p.Bool("set_token_expires_in_60_days")
	perms := scopes(r, "scope")
	if err := p.Err(); err != nil {
		return nil, err
	}
	out := wire.AccessToken{TokenType: "bearer"}
	err := a.DB.Update(r.Context(), func(ctx context.Context, tx *db.Tx) error {
		u, err := account.SystemUserTx(ctx, tx, r.Caller, user)
		if err == nil && u.BusinessID != r.ID {
			err = account.ErrUnknown.Withf("system_user_id", "no system user %s is visible to this token", user)
		}
		if err != nil {
			return err
		}
		n := account.NewToken{App: r.Caller.App, User: user, Businesses: []id.ID{r.ID}, Permissions: perms}
		if expires {
			n.ExpiresAt, out.ExpiresIn = tx.Now().Add(tokenLife), int64(tokenLife/time.Second)
		}
		out.AccessToken, err = account.CreateTokenTx(ctx, tx, n)
		return err
	})
	return out, err
}

// createBusinessToken answers POST /{business}/access_token: a new system user and its token in one.
func (a *API) createBusinessToken(r *graph.Request) (any, error) {
	p := r.Params
	app, name := p.ID("app_id", graph.Required), p.String("system_user_name", graph.MaxRunes(100))
	perms := scopes(r, "scope")
	if err := p.Err(); err != nil {
		return nil, err
	}
	if name == "" {
		name = "API user"
	}
	out := wire.AccessToken{TokenType: "bearer"}
	err := a.DB.Update(r.Context(), func(ctx context.Context, tx *db.Tx) error {
		if _, err := account.AppTx(ctx, tx, r.Caller, app); err != nil {
			return err
		}
		u, err := account.CreateSystemUserTx(ctx, tx, account.SystemUser{BusinessID: r.ID, Name: name})
		if err != nil {
			return err
		}
		out.AccessToken, err = account.CreateTokenTx(ctx, tx, account.NewToken{App: app, User: u.ID, Businesses: []id.ID{r.ID}, Permissions: perms})
		return err
	})
	return out, err
}

// permission is an element of GET /me/permissions.
type permission struct {
	Permission access.Permission `json:"permission"`
	Status     string            `json:"status"`
}

func (a *API) listPermissions(r *graph.Request) (graph.Page, error) {
	if r.ID != r.Caller.User {
		return graph.Page{}, account.ErrUnknown.With("id", "permissions are told to the token's own user only")
	}
	page := graph.Page{}
	for _, p := range r.Caller.Permissions {
		page.Items = append(page.Items, permission{p, "granted"})
	}
	return page, nil
}

// revokePermission answers DELETE /me/permissions: one permission, or the token itself where none is named.
func (a *API) revokePermission(r *graph.Request) (any, error) {
	if r.ID != r.Caller.User {
		return nil, account.ErrUnknown.With("id", "permissions are told to the token's own user only")
	}
	name := r.Params.String("permission")
	if err := r.Params.Err(); err != nil {
		return nil, err
	}
	if name == "" {
		return graph.Success{}, a.Accounts.Revoke(r.Context(), r.Token)
	}
	return graph.Success{}, a.Accounts.Drop(r.Context(), r.Token, access.Permission(name))
}
