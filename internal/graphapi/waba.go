package graphapi

import (
	"context"
	"errors"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/account"
	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/graph"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/node"
	"github.com/hawkerhq/hawker/internal/waba"
)

// manageWhatsApp is what the nodes of WhatsApp ask of a token.
var manageWhatsApp = []access.Permission{access.WhatsAppBusinessManagement}

// connectCatalogs is what the edge between an account and its catalog asks: rights on both.
var connectCatalogs = []access.Permission{access.WhatsAppBusinessManagement, access.WhatsAppBusinessMessaging, access.CatalogManagement}

// whatsAppBusinessAccount declares the WhatsAppBusinessAccount node.
func (a *API) whatsAppBusinessAccount() *graph.NodeType {
	return &graph.NodeType{
		Kind: string(node.WABA), Name: "WhatsAppBusinessAccount", Needs: manageWhatsApp,
		Defaults: []string{"id", "name", "timezone_id", "message_template_namespace"},
		Load: graph.Loader(func(r *graph.Request, i id.ID) (waba.Account, error) {
			return view(a, r, func(ctx context.Context, tx *db.Tx) (waba.Account, error) {
				return waba.AccountForTx(ctx, tx, r.Caller, i)
			})
		}),
		Fields: a.fieldsOfAccount(),
		Update: a.updateAccount,
		Edges: joined(a.templateEdges(), a.flowEdges(), a.analyticsEdges(), graph.Edges{
			"phone_numbers": {Of: string(node.PhoneNumber), Needs: manageWhatsApp, List: a.listPhoneNumbers, Post: a.addPhoneNumber, Doc: "The account's business phone numbers"},
			"product_catalogs": {
				Of: string(node.ProductCatalog), Needs: connectCatalogs, List: a.listConnectedCatalogs, Post: a.connectCatalog, Delete: a.disconnectCatalog,
				Doc: "The one catalog the account is connected to",
			},
			"assigned_users": a.accountPeople(),
			"activities":     {Needs: manageWhatsApp, List: a.listActivities, Doc: "What was done to the account and its numbers"},
			"subscribed_apps": {
				Needs: manageWhatsApp, List: a.listSubscribedApps, Post: a.subscribeApp, Delete: a.unsubscribeApp,
				Doc: "The apps that hear of the account by webhooks",
			},
		}),
	}
}

func (a *API) fieldsOfAccount() graph.Fields {
	fixed := func(v any) graph.Field { return graph.Get(func(waba.Account) any { return v }) }
	return unset(graph.Fields{
		"id":                         graph.Get(func(w waba.Account) any { return w.ID }).Told("numeric string", "The account's ID"),
		"name":                       graph.Get(func(w waba.Account) any { return w.Name }).Told("string", "The account's name"),
		"timezone_id":                graph.Opt(func(w waba.Account) any { return w.TimezoneID }).Told("string", "The account's time zone"),
		"message_template_namespace": graph.Opt(func(w waba.Account) any { return w.TemplateNamespace }).Told("string", "The namespace of its templates"),
		"currency":                   graph.Opt(func(w waba.Account) any { return w.Currency }).Told("string", "ISO 4217 code"),
		"country":                    graph.Opt(func(w waba.Account) any { return w.Country }).Told("string", "ISO 3166-1 code of where the business is based"),
		"primary_business_location":  graph.Opt(func(w waba.Account) any { return w.Country }).Told("string", "Where the business is based"),
		"creation_time":              graph.Get(func(w waba.Account) any { return w.CreatedAt.Unix() }).Told("timestamp", "When the account was made"),
		"status": graph.Ask(func(r *graph.Request, w waba.Account) (any, error) {
			s, err := a.standingOf(r, w.ID)
			return statusOf(s, a.DB.Clock().Now()), err
		}).Told("string", "ACTIVE, RESTRICTED or DISABLED"),
		"account_review_status":                     graph.Get(func(w waba.Account) any { return w.Review.Status() }).Told("string", "Whether the account passed its review: APPROVED, PENDING or REJECTED"),
		"ownership_type":                            fixed("SELF").Told("string", "Who owns the account"),
		"is_enabled_for_insights":                   fixed(true).Told("bool", "Whether analytics are collected: they always are"),
		"analytics":                                 graph.Ask(a.messageAnalytics).Told("object", "Messages sent and delivered: with start, end and granularity"),
		"conversation_analytics":                    graph.Ask(a.conversationAnalytics).Told("object", "Conversations, the same way"),
		"pricing_analytics":                         graph.Ask(a.pricingAnalytics).Told("object", "Delivered messages by price, the same way"),
		"is_shared_with_partners":                   fixed(false).Told("bool", "Whether partners use the account"),
		"whatsapp_business_manager_messaging_limit": graph.Ask(func(r *graph.Request, w waba.Account) (any, error) { return a.tierOf(r, w.BusinessID) }).Told("enum", "How many customers may be written to first in a day"),
		"owner_business":                            graph.Get(func(w waba.Account) any { return w.BusinessID }).As(string(node.Business)).Told("Business", "The owner"),
		"owner_business_info": graph.Ask(func(r *graph.Request, w waba.Account) (any, error) {
			b, err := a.ownerOf(r, w)
			return idName{b.Name, b.ID}, err
		}).Told("object", "Name and ID of the owner"),
		"business_verification_status": graph.Ask(func(r *graph.Request, w waba.Account) (any, error) {
			b, err := a.ownerOf(r, w)
			return b.VerificationStatus, err
		}).Told("enum", "Whether the owner is verified"),
		"health_status": graph.Ask(func(r *graph.Request, w waba.Account) (any, error) {
			account, err := a.accountHealth(r, w.ID)
			return healthOf(r, account, healthEntity{EntityType: "BUSINESS", ID: w.BusinessID}), err
		}).Told("WhatsAppBusinessHealthStatusForMessageSend", "Whether messages can be sent"),
	}, "on_behalf_of_business_info", "primary_funding_id", "purchase_order_number",
		"linked_commerce_account", "auth_international_rate_eligibility", "disable_marketing_messages_on_cloud_api",
		"marketing_messages_lite_api_status", "marketing_messages_onboarding_status", "template_auto_archival_enabled",
		"marketing_messages_ad_account", "whatsapp_manager_marketing_messages_max_price_enroll_status")
}

// idName is an object told by name and id.
type idName struct {
	Name string `json:"name"`
	ID   id.ID  `json:"id"`
}

func (a *API) ownerOf(r *graph.Request, w waba.Account) (account.Business, error) {
	return view(a, r, func(ctx context.Context, tx *db.Tx) (account.Business, error) {
		return account.BusinessTx(ctx, tx, r.Caller, w.BusinessID)
	})
}

// accountEdgesOfBusiness are the edges of Business that lead to WhatsApp accounts.
func (a *API) accountEdgesOfBusiness() graph.Edges {
	return graph.Edges{
		"owned_whatsapp_business_accounts": {Of: string(node.WABA), Needs: manageWhatsApp, List: a.listOwnedAccounts},
		// Accounts cannot be shared with partners here, so nobody has accounts of clients.
		"client_whatsapp_business_accounts": {
			Of: string(node.WABA), Needs: manageWhatsApp, Doc: "Accounts that others share with the business: none",
			List: func(r *graph.Request) (graph.Page, error) {
				return graph.Whole(r, []waba.Account(nil), func(w waba.Account) string { return w.ID.String() })
			},
		},
	}
}

func (a *API) listOwnedAccounts(r *graph.Request) (graph.Page, error) {
	all, err := view(a, r, func(ctx context.Context, tx *db.Tx) ([]waba.Account, error) {
		return waba.AccountsTx(ctx, tx, access.Caller{Businesses: []id.ID{r.ID}})
	})
	if err != nil {
		return graph.Page{}, err
	}
	return graph.Whole(r, all, func(w waba.Account) string { return w.ID.String() })
}

func (a *API) listConnectedCatalogs(r *graph.Request) (graph.Page, error) {
	all, err := a.Store.ListConnected(r.Context(), r.Caller, r.ID)
	if err != nil {
		return graph.Page{}, err
	}
	return graph.Whole(r, all, func(c catalog.Catalog) string { return c.ID.String() })
}

func (a *API) connectCatalog(r *graph.Request) (any, error) {
	c := r.Params.ID("catalog_id", graph.Required)
	if err := r.Params.Err(); err != nil {
		return nil, err
	}
	return success(a.Store.Connect(r.Context(), r.Caller, r.ID, c))
}

func (a *API) disconnectCatalog(r *graph.Request) (any, error) {
	c := r.Params.ID("catalog_id", graph.Required)
	if err := r.Params.Err(); err != nil {
		return nil, err
	}
	return success(a.Store.Disconnect(r.Context(), r.Caller, r.ID, c))
}

func success(err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return graph.Success{}, nil
}

// subscribedApp is an element of GET /{waba}/subscribed_apps.
type subscribedApp struct {
	App         subscribedAppData `json:"whatsapp_business_api_data"`
	OverrideURL string            `json:"override_callback_uri,omitempty"`
}

type subscribedAppData struct {
	ID   id.ID  `json:"id"`
	Link string `json:"link"`
	Name string `json:"name,omitempty"`
}

func (a *API) listSubscribedApps(r *graph.Request) (graph.Page, error) {
	found, err := a.Webhooks.WABASubscriptions(r.Context(), r.ID)
	if err != nil {
		return graph.Page{}, err
	}
	page := graph.Page{}
	err = a.DB.View(r.Context(), func(ctx context.Context, tx *db.Tx) error {
		page.Items = nil
		for _, s := range found {
			x, err := account.AppTx(ctx, tx, r.Caller, s.AppID)
			if err != nil && !errors.Is(err, account.ErrUnknown) {
				return err // another business's app keeps its name to itself
			}
			page.Items = append(page.Items, subscribedApp{
				App:         subscribedAppData{ID: s.AppID, Link: r.BaseURL + "/games/?app_id=" + s.AppID.String(), Name: x.Name},
				OverrideURL: s.OverrideURL,
			})
		}
		return nil
	})
	return page, err
}

// subscribeApp subscribes the app of the token. Without an override an earlier one is removed.
func (a *API) subscribeApp(r *graph.Request) (any, error) {
	override, verify := r.Params.String("override_callback_uri"), r.Params.String("verify_token", graph.MaxRunes(1000))
	if err := r.Params.Err(); err != nil {
		return nil, err
	}
	app, err := ownApp(r)
	if err != nil {
		return nil, err
	}
	return success(a.Webhooks.SubscribeWABA(r.Context(), r.ID, app, override, verify))
}

func (a *API) unsubscribeApp(r *graph.Request) (any, error) {
	app, err := ownApp(r)
	if err != nil {
		return nil, err
	}
	return success(a.Webhooks.UnsubscribeWABA(r.Context(), r.ID, app))
}

// ownApp is the app that the token was made for.
func ownApp(r *graph.Request) (id.ID, error) {
	if r.Caller.App == 0 {
		return 0, graph.Invalid("access_token", "must be a token made for an app: webhooks go to apps")
	}
	return r.Caller.App, nil
}
