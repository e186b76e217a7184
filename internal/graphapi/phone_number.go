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
		Edges: joined(a.detailEdges(), graph.Edges{
			"message_qrdls":              a.linkEdge(),
			"messages":                   a.messagesEdge(),
			"block_users":                a.blockEdge(),
			"register":                   {Needs: manageWhatsApp, Post: a.registerNumber, Doc: "Make a verified number able to send"},
			"deregister":                 {Needs: manageWhatsApp, Post: a.deregisterNumber, Doc: "Take the number off"},
			"request_code":               {Needs: manageWhatsApp, Post: a.requestCode, Doc: "Ask for a verification code"},
			"verify_code":                {Needs: manageWhatsApp, Post: a.verifyCode, Doc: "Tell the verification code"},
			"media":                      {Needs: sendMessages, Post: a.postMedia, MaxBody: attachment.MostBytes + 1<<20, Doc: "Upload a file for messages"},
			"whatsapp_commerce_settings": {Needs: manageWhatsApp, List: a.listCommerceSettings, Post: a.setCommerceSettings, Doc: "Cart and catalog in the chat"},
			"business_compliance_info":   {Needs: manageWhatsApp, List: a.listCompliance, Post: a.setCompliance, Doc: "What Indian law asks a business to tell"},
			"whatsapp_business_profile":  {Needs: manageWhatsApp, List: a.listBusinessProfile, Post: a.setBusinessProfile, Doc: "What customers read about the business"},
		}),
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
		"code_verification_status":     graph.Get(func(n waba.Number) any { return n.CodeStatus(a.DB.Clock().Now()) }).Told("enum", "Whether the number was verified by code"),
		"name_status":                  graph.Get(func(n waba.Number) any { return n.NameStatus }).Told("enum", "Whether the name was approved"),
		"new_name_status":              graph.Get(func(n waba.Number) any { return n.NewNameStatus }).Told("enum", "The same of a name asked for"),
		"new_display_name":             graph.Opt(func(n waba.Number) any { return n.NewName }).Told("string", "A name asked for that is not approved"),
		"status":                       graph.Get(func(n waba.Number) any { return n.Status }).Told("enum", "Whether the number can send"),
		"platform_type":                fixed("CLOUD_API").Told("enum", "Which API the number is registered on"),
		"throughput":                   graph.Get(func(n waba.Number) any { return throughput{n.Throughput} }).Told("object", "How fast the number may send"),
		"account_mode":                 graph.Get(func(n waba.Number) any { return n.Mode() }).Told("enum", "SANDBOX or LIVE"),
		"messaging_limit_tier":         graph.Ask(func(r *graph.Request, n waba.Number) (any, error) { return a.tierOf(r, n.BusinessID) }).Told("enum", "How many customers may be written to first in a day"),
		"is_pin_enabled":               graph.Ask(func(r *graph.Request, n waba.Number) (any, error) { return a.hasPIN(r, n) }).Told("bool", "Whether a PIN for two-step verification is set"),
		"is_official_business_account": graph.Get(func(n waba.Number) any { return n.Official }).Told("bool", "Whether the business has the badge"),
		"username":                     graph.Opt(func(n waba.Number) any { return n.Username }).Told("string", "What customers find the business by"),
		"conversational_automation": graph.Ask(func(r *graph.Request, n waba.Number) (any, error) {
			v, err := a.automationOf(r, n)
			return v, err
		}).Told("object", "What a chat offers by itself"),
		"is_on_biz_app":                             fixed(false).Told("bool", "Whether the Business app uses the number too"),
		"is_preverified_number":                     fixed(false).Told("bool", "Whether the number was verified beforehand"),
		"whatsapp_business_manager_messaging_limit": graph.Ask(func(r *graph.Request, n waba.Number) (any, error) { return a.tierOf(r, n.BusinessID) }).Told("enum", "How many customers may be written to first in a day"),
		"webhook_configuration": graph.Ask(func(r *graph.Request, n waba.Number) (any, error) {
			return a.webhooksOf(r, n)
		}).Told("object", "Where the number's webhooks go: its own callback, its account's, the app's"),
		"health_status": graph.Ask(func(r *graph.Request, n waba.Number) (any, error) {
			account, err := a.accountHealth(r, n.WABAID)
			return healthOf(r, numberHealth(n), account, healthEntity{EntityType: "BUSINESS", ID: n.BusinessID}), err
		}).Told("WhatsAppBusinessHealthStatusForMessageSend", "Whether messages can be sent"),
	}, "certificate", "new_certificate", "search_visibility",
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
var laterOfNumber = []string{"search_visibility", "connection_status", "whatsapp_business_api_data", "webhook_url"}

// edgeOfNumber are parameters that Meta's API takes here without effect, or that have an edge of their own: a success would
// pretend.
var edgeOfNumber = map[string]string{
	"enable_welcome_message": "conversational_automation", "prompts": "conversational_automation", "commands": "conversational_automation", "username": "username",
}

// updatePhoneNumber answers POST /{phone}: the number's own callback, where an empty address removes it; a new display name;
// and the two-step PIN, where an empty one takes it off.
func (a *API) updatePhoneNumber(r *graph.Request) (any, error) {
	p := r.Params
	for _, name := range laterOfNumber {
		if p.Has(name) {
			return nil, graph.ErrUnbuilt.Withf(name, "(#3) Hawker does not offer this parameter yet: %s of a phone number", name)
		}
	}
	for _, name := range p.Names() {
		if edge, ok := edgeOfNumber[name]; ok {
			return nil, graph.Invalid(name, "has no effect here; send it to /"+r.IDText+"/"+edge)
		}
	}
	var c struct {
		URL         string `json:"override_callback_uri"`
		VerifyToken string `json:"verify_token"`
	}
	name, setPIN := p.OptString("new_display_name"), slices.Contains(p.Names(), "pin")
	callback := p.Decode("webhook_configuration", &c)
	if name == nil && !setPIN && !callback {
		p.Fail(graph.Missing("webhook_configuration"))
	}
	pin := p.String("pin")
	if err := p.Err(); err != nil {
		return nil, err
	}
	if callback {
		app, err := ownApp(r)
		if err != nil {
			return nil, err
		}
		if err := a.Webhooks.OverridePhone(r.Context(), r.ID, app, c.URL, c.VerifyToken); err != nil {
			return nil, err
		}
	}
	if name != nil {
		if err := a.Numbers.Rename(r.Context(), r.Caller, r.ID, *name); err != nil {
			return nil, err
		}
	}
	if setPIN {
		return success(a.Numbers.SetPIN(r.Context(), r.Caller, r.ID, pin))
	}
	return graph.Success{}, nil
}

// listPhoneNumbers answers GET /{waba}/phone_numbers with filtering by account_mode and sort by
// last_onboarded_time.
func (a *API) listPhoneNumbers(r *graph.Request) (graph.Page, error) {
	all, err := view(a, r, func(ctx context.Context, tx *db.Tx) ([]waba.Number, error) { return waba.NumbersOfTx(ctx, tx, r.ID) })
	if err != nil {
		return graph.Page{}, err
	}
	mode, err := modeWanted(r.Params)
	if err != nil {
		return graph.Page{}, err
	}
	all = slices.DeleteFunc(all, func(n waba.Number) bool { return mode != "" && n.Mode() != mode })
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

// modeWanted reads filtering, which can only ask for an account_mode; empty: any.
func modeWanted(p *graph.Params) (mode string, err error) {
	var filters []struct {
		Field    string `json:"field"`
		Operator string `json:"operator"`
		Value    string `json:"value"`
	}
	p.Decode("filtering", &filters)
	if err := p.Err(); err != nil {
		return "", err
	}
	for _, f := range filters {
		if f.Field != "account_mode" || f.Operator != "EQUAL" {
			return "", graph.Invalid("filtering", `must be a list such as [{"field":"account_mode","operator":"EQUAL","value":"LIVE"}]; other fields cannot be filtered`)
		}
		mode = f.Value
	}
	return mode, nil
}
