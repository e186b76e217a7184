package graphapi

import (
	"context"
	"time"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/account"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/graph"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/wire"
)

// Causes of the token endpoints.
var (
	// ErrDebug is /debug_token asked about another app's token.
	ErrDebug = fault.New("graphapi.debug_token_foreign")
	// ErrClient is a wrong pair of client_id and client_secret.
	ErrClient = fault.New("graphapi.client_invalid")
	// ErrGrant is a grant that the platform does not offer.
	ErrGrant = fault.New("graphapi.grant_unsupported")
)

// debugToken declares GET /debug_token.
func (a *API) debugToken() graph.Root {
	return graph.Root{Get: func(r *graph.Request) (any, error) {
		input := r.Params.String("input_token", graph.Required)
		if err := r.Params.Err(); err != nil {
			return nil, err
		}
		t, err := a.Accounts.Inspect(r.Context(), input)
		if _, isFault := fault.As(err); isFault {
			return data(r, invalid(r, wire.DebugToken{Scopes: []string{}}, err))
		}
		if err != nil {
			return nil, err
		}
		if t.Caller.App != r.Caller.App && !r.Caller.Reaches(t.App.BusinessID) {
			return nil, ErrDebug.With("input_token", "(#100) You must provide an app access token, or a user access token that is an owner or developer of the app")
		}
		d, err := a.describe(r, t)
		if err != nil {
			return nil, err
		}
		if _, err := a.Accounts.Authenticate(r.Context(), input); err != nil {
			d = invalid(r, d, err)
		}
		return data(r, d)
	}}
}

// data puts what fields= picks under "data".
func data(r *graph.Request, d wire.DebugToken) (any, error) {
	picked, err := graph.Pick(r.Fields, d)
	return map[string]any{"data": picked}, err
}

func invalid(r *graph.Request, d wire.DebugToken, err error) wire.DebugToken {
	w := r.Fail(err)
	d.IsValid, d.Error = false, &wire.TokenError{Code: w.Code, Message: w.Message, Subcode: w.Subcode}
	return d
}

// describe tells what is known of a token.
func (a *API) describe(r *graph.Request, t account.Token) (wire.DebugToken, error) {
	d := wire.DebugToken{
		AppID: t.App.ID.String(), Type: string(t.Caller.Kind), Application: t.App.Name, IsValid: true,
		IssuedAt: t.IssuedAt.Unix(), UserID: t.Caller.User.String(), Scopes: []string{},
	}
	if !t.ExpiresAt.IsZero() {
		d.ExpiresAt = t.ExpiresAt.Unix()
	}
	targets, err := view(a, r, func(ctx context.Context, tx *db.Tx) (map[access.Permission][]string, error) {
		return targetsTx(ctx, tx, t.Caller)
	})
	for _, p := range t.Caller.Permissions {
		d.Scopes = append(d.Scopes, string(p))
		d.GranularScopes = append(d.GranularScopes, wire.GranularScope{Scope: string(p), TargetIDs: targets[p]})
	}
	return d, err
}

// targetsTx lists the objects that each permission of a caller reaches; embedded sign-up flows read their
// accounts from it.
func targetsTx(ctx context.Context, tx *db.Tx, c access.Caller) (map[access.Permission][]string, error) {
	m := map[access.Permission][]string{}
	for _, b := range c.Businesses {
		m[access.BusinessManagement] = append(m[access.BusinessManagement], b.String())
	}
	wabas, catalogs, err := reachedTx(ctx, tx, c)
	for _, w := range wabas {
		m[access.WhatsAppBusinessManagement] = append(m[access.WhatsAppBusinessManagement], w.String())
	}
	m[access.WhatsAppBusinessMessaging] = m[access.WhatsAppBusinessManagement]
	for _, k := range catalogs {
		m[access.CatalogManagement] = append(m[access.CatalogManagement], k.String())
	}
	return m, err
}

// oauthAccessToken declares GET and POST /oauth/access_token.
func (a *API) oauthAccessToken() graph.Root {
	h := func(r *graph.Request) (any, error) {
		p := r.Params
		client, secret := p.ID("client_id", graph.Required), p.String("client_secret", graph.Required)
		grant := p.String("grant_type")
		if err := p.Err(); err != nil {
			return nil, err
		}
		text := client.String() + "|" + secret
		app, err := a.Accounts.Authenticate(r.Context(), text)
		if _, isFault := fault.As(err); isFault {
			return nil, ErrClient.With("client_secret", "Error validating client secret.")
		}
		if err != nil {
			return nil, err
		}
		switch grant {
		case "client_credentials":
			return wire.AccessToken{AccessToken: text, TokenType: "bearer"}, nil
		case "fb_exchange_token":
			return a.exchange(r, app.App.ID)
		default:
			return nil, ErrGrant.With("grant_type", "(#100) Hawker has no login dialog, so it makes no authorization codes. Use grant_type=client_credentials, "+
				"grant_type=fb_exchange_token, or make a token at POST /{business-id}/system_user_access_tokens")
		}
	}
	return graph.Root{Public: true, Get: h, Post: h}
}

// exchange makes a token that lives sixty days out of one that still lives. One that never ends is
// answered as it is.
func (a *API) exchange(r *graph.Request, app id.ID) (any, error) {
	text := r.Params.String("fb_exchange_token", graph.Required)
	if err := r.Params.Err(); err != nil {
		return nil, err
	}
	t, err := a.Accounts.Authenticate(r.Context(), text)
	if err != nil {
		return nil, err
	}
	if t.Caller.App != app || t.Caller.User == 0 {
		return nil, ErrGrant.With("fb_exchange_token", "(#100) The token belongs to another app, or is an app token")
	}
	out := wire.AccessToken{AccessToken: text, TokenType: "bearer"}
	if t.ExpiresAt.IsZero() {
		return out, nil
	}
	out.ExpiresIn = int64(tokenLife / time.Second)
	err = a.DB.Update(r.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		out.AccessToken, err = account.CreateTokenTx(ctx, tx, account.NewToken{
			App: app, User: t.Caller.User, Businesses: t.Caller.Businesses, Permissions: t.Caller.Permissions, ExpiresAt: tx.Now().Add(tokenLife),
		})
		return err
	})
	return out, err
}
