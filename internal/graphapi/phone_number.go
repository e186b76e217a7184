package graphapi

import (
	"context"
	"slices"
	"strings"

	"github.com/hawkerhq/hawker/internal/attachment"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/graph"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/node"
	"github.com/hawkerhq/hawker/internal/waba"
	"github.com/hawkerhq/hawker/internal/webhook"
)

// accountMode is what every number is in: sandbox numbers are Meta's own.
const accountMode = "LIVE"

// phoneNumber declares the node of a business phone number.
func (a *API) phoneNumber() *graph.NodeType {
	return &graph.NodeType{
		Kind: string(node.PhoneNumber), Name: "WhatsAppBusinessPhoneNumber", Needs: manageWhatsApp,
		Defaults: []string{"verified_name", "code_verification_status", "display_phone_number", "quality_rating", "platform_type", "throughput", "id"},
		Load: graph.Loader(func(r *graph.Request, i id.ID) (waba.Number, error) {
			return view(a, r, func(ctx context.Context, tx *db.Tx) (waba.Number, error) {
				return waba.NumberForTx(ctx, tx, r.Caller, i)
			})
		}),
		Update: a.updatePhoneNumber,
		Fields: a.fieldsOfNumber(),
		Edges: graph.Edges{
			"messages":                   a.messagesEdge(),
			"media":                      {Needs: sendMessages, Post: a.postMedia, MaxBody: attachment.MostBytes + 1<<20, Doc: "Upload a file for messages"},
			"whatsapp_commerce_settings": {Needs: manageWhatsApp, List: a.listCommerceSettings, Post: a.setCommerceSettings, Doc: "Cart and catalog in the chat"},
			"business_compliance_info":   {Needs: manageWhatsApp, List: a.listCompliance, Post: a.setCompliance, Doc: "What Indian law asks a business to tell"},
			"whatsapp_business_profile":  {Needs: manageWhatsApp, List: a.listBusinessProfile, Post: a.setBusinessProfile, Doc: "What customers read about the business"},
		},
	}
}

// throughput is how fast a number may send.
type throughput struct {
	Level string `json:"level"`
}

func (a *API) fieldsOfNumber() graph.Fields {
	fixed := func(v any) graph.Field { return graph.Get(func(waba.Number) any { return v }) }
	return unset(graph.Fields{
		"id":                           graph.Get(func(n waba.Number) any { return n.ID }).Told("numeric string", "The number's ID"),
		"verified_name":                graph.Get(func(n waba.Number) any { return n.VerifiedName }).Told("string", "The name customers see"),
		"display_phone_number":         graph.Get(func(n waba.Number) any { return n.Display() }).Told("string", "The number, for people"),
		"quality_rating":               graph.Get(func(n waba.Number) any { return n.QualityRating }).Told("enum", "How customers take its messages"),
		"quality_score":                graph.Get(func(n waba.Number) any { return map[string]string{"score": n.QualityRating} }).Told("object", "The same, as an object"),
		"last_onboarded_time":          graph.Get(func(n waba.Number) any { return n.OnboardedAt }).Told("datetime", "When the number came to the platform"),
		"code_verification_status":     fixed("VERIFIED").Told("enum", "Whether the number was verified by code"),
		"name_status":                  fixed("APPROVED").Told("enum", "Whether the name was approved"),
		"new_name_status":              fixed("NONE").Told("enum", "The same of a name asked for"),
		"status":                       fixed("CONNECTED").Told("enum", "Whether the number can send"),
		"platform_type":                fixed("CLOUD_API").Told("enum", "Which API the number is registered on"),
		"throughput":                   fixed(throughput{"STANDARD"}).Told("object", "How fast the number may send"),
		"account_mode":                 fixed(accountMode).Told("enum", "SANDBOX or LIVE"),
		"messaging_limit_tier":         fixed(messagingLimit).Told("enum", "How many customers may be written to first in a day"),
		"is_pin_enabled":               fixed(false).Told("bool", "Whether a PIN for two-step verification is set"),
		"is_official_business_account": fixed(false).Told("bool", "Whether the business has the badge"),
		"is_on_biz_app":                fixed(false).Told("bool", "Whether the Business app uses the number too"),
		"is_preverified_number":        fixed(false).Told("bool", "Whether the number was verified beforehand"),
		"whatsapp_business_manager_messaging_limit": fixed(messagingLimit).Told("enum", "How many customers may be written to first in a day"),
		"webhook_configuration": graph.Ask(func(r *graph.Request, n waba.Number) (any, error) {
			return a.webhooksOf(r, n)
		}).Told("object", "Where the number's webhooks go: its own callback, its account's, the app's"),
		"health_status": graph.Ask(func(r *graph.Request, n waba.Number) (any, error) {
			account, err := a.accountHealth(r, n.WABAID)
			return healthOf(r, healthEntity{EntityType: "PHONE_NUMBER", ID: n.ID}, account, healthEntity{EntityType: "BUSINESS", ID: n.BusinessID}), err
		}).Told("WhatsAppBusinessHealthStatusForMessageSend", "Whether messages can be sent"),
	}, "certificate", "new_certificate", "new_display_name", "search_visibility", "conversational_automation", "username",
		"eligibility_for_api_business_global_search")
}

// callbacks is the field webhook_configuration. The most particular one that is set is used.
type callbacks struct {
	PhoneNumber string `json:"phone_number,omitempty"`
	Account     string `json:"whatsapp_business_account,omitempty"`
	Application string `json:"application,omitempty"`
}

// webhooksOf tells the callbacks of a number for the app of the token.
func (a *API) webhooksOf(r *graph.Request, n waba.Number) (any, error) {
	var c callbacks
	var err error
	if c.PhoneNumber, err = a.Webhooks.PhoneOverride(r.Context(), n.ID, r.Caller.App); err != nil {
		return nil, err
	}
	accounts, err := a.Webhooks.WABASubscriptions(r.Context(), n.WABAID)
	if err != nil {
		return nil, err
	}
	for _, s := range accounts {
		if s.AppID == r.Caller.App {
			c.Account = s.OverrideURL
		}
	}
	apps, err := a.Webhooks.Subscriptions(r.Context(), r.Caller.App)
	if err != nil {
		return nil, err
	}
	for _, s := range apps {
		if s.Object == webhook.Object {
			c.Application = s.CallbackURL
		}
	}
	if c == (callbacks{}) {
		return nil, nil
	}
	return c, nil
}

// laterOfNumber are parameters of POST /{phone} that are not offered yet: told, rather than dropped.
var laterOfNumber = []string{"pin", "new_display_name", "search_visibility"}

// updatePhoneNumber answers POST /{phone}: the number's own callback. An empty address removes it.
func (a *API) updatePhoneNumber(r *graph.Request) (any, error) {
	for _, name := range laterOfNumber {
		if r.Params.Has(name) {
			return nil, graph.ErrUnbuilt.Withf(name, "(#3) Hawker does not offer this parameter yet: %s of a phone number", name)
		}
	}
	var c struct {
		URL         string `json:"override_callback_uri"`
		VerifyToken string `json:"verify_token"`
	}
	r.Params.Decode("webhook_configuration", &c, graph.Required)
	if err := r.Params.Err(); err != nil {
		return nil, err
	}
	app, err := ownApp(r)
	if err != nil {
		return nil, err
	}
	return success(a.Webhooks.OverridePhone(r.Context(), r.ID, app, c.URL, c.VerifyToken))
}

// listPhoneNumbers answers GET /{waba}/phone_numbers with filtering by account_mode and sort by
// last_onboarded_time.
func (a *API) listPhoneNumbers(r *graph.Request) (graph.Page, error) {
	all, err := view(a, r, func(ctx context.Context, tx *db.Tx) ([]waba.Number, error) { return waba.NumbersOfTx(ctx, tx, r.ID) })
	if err != nil {
		return graph.Page{}, err
	}
	keep, err := numbersWanted(r.Params)
	if err != nil {
		return graph.Page{}, err
	}
	if !keep {
		all = nil
	}
	order := strings.Trim(r.Params.String("sort"), `[]"' `)
	if err := r.Params.Err(); err != nil {
		return graph.Page{}, err
	}
	switch order {
	case "", "last_onboarded_time", "last_onboarded_time_ascending":
	case "last_onboarded_time_descending":
		slices.Reverse(all)
	default:
		return graph.Page{}, graph.Invalid("sort", "must be last_onboarded_time_ascending or last_onboarded_time_descending")
	}
	return graph.Whole(r, all, func(n waba.Number) string { return n.ID.String() })
}

// numbersWanted reads filtering, which can only ask for an account_mode: all numbers have the same.
func numbersWanted(p *graph.Params) (bool, error) {
	var filters []struct {
		Field    string `json:"field"`
		Operator string `json:"operator"`
		Value    string `json:"value"`
	}
	p.Decode("filtering", &filters)
	if err := p.Err(); err != nil {
		return false, err
	}
	for _, f := range filters {
		if f.Field != "account_mode" || f.Operator != "EQUAL" {
			return false, graph.Invalid("filtering", `must be a list such as [{"field":"account_mode","operator":"EQUAL","value":"LIVE"}]; other fields cannot be filtered`)
		}
		if f.Value != accountMode {
			return false, nil
		}
	}
	return true, nil
}
