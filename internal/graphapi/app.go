package graphapi

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/account"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/graph"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/node"
	"github.com/hawkerhq/hawker/internal/webhook"
)

// app declares the Application node.
func (a *API) app() *graph.NodeType {
	return &graph.NodeType{
		Kind: string(node.App), Name: "Application", Defaults: []string{"category", "link", "name", "id"},
		Load: graph.Loader(func(r *graph.Request, i id.ID) (account.App, error) {
			return view(a, r, func(ctx context.Context, tx *db.Tx) (account.App, error) { return account.AppTx(ctx, tx, r.Caller, i) })
		}),
		Fields: unset(graph.Fields{
			"id":       graph.Get(func(x account.App) any { return x.ID }).Told("numeric string", "The app's ID"),
			"name":     graph.Get(func(x account.App) any { return x.Name }).Told("string", "The app's name"),
			"category": graph.Get(func(account.App) any { return "Business" }).Told("string", "The app's category"),
			"link": graph.Ask(func(r *graph.Request, x account.App) (any, error) {
				return r.BaseURL + "/games/?app_id=" + x.ID.String(), nil
			}).Told("string", "The app's page"),
			"created_time": graph.Get(func(x account.App) any { return x.CreatedAt }).Told("datetime", "When the app was made"),
			"business":     graph.Get(func(x account.App) any { return x.BusinessID }).As(string(node.Business)).Told("Business", "The owner"),
			"app_type":     graph.Get(func(account.App) any { return 3 }).Told("unsigned int32", "The app's type"),
		}, "namespace", "icon_url", "logo_url", "company", "contact_email", "privacy_policy_url", "subcategory", "app_domains"),
		Edges: graph.Edges{
			"subscriptions": {List: a.listSubscriptions, Post: a.subscribe, Delete: a.unsubscribe},
			"uploads":       {Post: a.startSession},
			// Crash reports of Meta's SDKs: taken, so that the SDK stays quiet, and dropped.
			"instruments": {Post: func(*graph.Request) (any, error) { return graph.Success{}, nil }},
		},
	}
}

// ownSubscriptions lets an app token in, or a token with whatsapp_business_management. Meta takes the app
// token only; the other spares a newcomer one error.
func ownSubscriptions(r *graph.Request) error {
	if r.Caller.Kind == access.KindApp && r.Caller.App == r.ID {
		return nil
	}
	return r.Caller.Require(access.WhatsAppBusinessManagement)
}

// subscription is an element of GET /{app}/subscriptions.
type subscription struct {
	Object      string              `json:"object"`
	CallbackURL string              `json:"callback_url"`
	Active      bool                `json:"active"`
	Fields      []subscriptionField `json:"fields"`
}

type subscriptionField struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

func (a *API) listSubscriptions(r *graph.Request) (graph.Page, error) {
	if err := ownSubscriptions(r); err != nil {
		return graph.Page{}, err
	}
	found, err := a.Webhooks.Subscriptions(r.Context(), r.ID)
	if err != nil {
		return graph.Page{}, err
	}
	page := graph.Page{}
	for _, s := range found {
		out := subscription{Object: s.Object, CallbackURL: s.CallbackURL, Active: s.Active, Fields: []subscriptionField{}}
		for _, f := range s.Fields {
			out.Fields = append(out.Fields, subscriptionField{f, versionOf(s)})
		}
		page.Items = append(page.Items, out)
	}
	return page, nil
}

func (a *API) subscribe(r *graph.Request) (any, error) {
	if err := ownSubscriptions(r); err != nil {
		return nil, err
	}
	p := r.Params
	object := p.String("object", graph.Required, graph.MaxRunes(100))
	callback := p.String("callback_url", graph.Required, graph.MaxRunes(2000))
	verify := p.String("verify_token", graph.Required, graph.MaxRunes(1000))
	fields := subscriptionFields(p)
	if err := p.Err(); err != nil {
		return nil, err
	}
	if len(fields) == 0 {
		fields = webhook.Fields()
	}
	return graph.Success{}, a.Webhooks.SubscribeVersion(r.Context(), r.ID, object, callback, verify, fields, olderVersion(r.Version))
}

// olderVersion is the major number of a version that is not the newest; 0 for the newest.
func olderVersion(version string) int {
	major, _, _ := strings.Cut(strings.TrimPrefix(version, "v"), ".")
	n, err := strconv.Atoi(major)
	if err != nil || version == graph.Newest {
		return 0
	}
	return n
}

// versionOf is the version a subscription's webhooks come in.
func versionOf(s webhook.Subscription) string {
	if s.Version == 0 {
		return graph.Newest
	}
	return "v" + strconv.Itoa(s.Version) + ".0"
}

// subscriptionFields reads fields as a list of names, or of the objects that GET answers.
func subscriptionFields(p *graph.Params) []string {
	var objects []subscriptionField
	if raw := p.JSON("fields"); raw.Kind() == '[' && json.Unmarshal(raw, &objects) == nil {
		names := make([]string, len(objects))
		for i, f := range objects {
			names[i] = f.Name
		}
		return names
	}
	return p.Strings("fields")
}

func (a *API) unsubscribe(r *graph.Request) (any, error) {
	if err := ownSubscriptions(r); err != nil {
		return nil, err
	}
	object, fields := r.Params.String("object"), r.Params.Strings("fields")
	if err := r.Params.Err(); err != nil {
		return nil, err
	}
	return graph.Success{}, a.Webhooks.Unsubscribe(r.Context(), r.ID, object, fields)
}
