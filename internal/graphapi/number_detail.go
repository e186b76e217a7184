package graphapi

import (
	"context"
	"slices"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/graph"
	"github.com/hawkerhq/hawker/internal/registration"
	"github.com/hawkerhq/hawker/internal/waba"
)

// detailEdges are what a number is set to beyond its life.
func (a *API) detailEdges() graph.Edges {
	return graph.Edges{
		"settings":                     {Needs: manageWhatsApp, Get: a.getSettings, Post: a.setSettings, Doc: "Storage, identity check, calls and encryption"},
		"conversational_automation":    {Needs: manageWhatsApp, Get: a.getAutomation, Post: a.setAutomation, Doc: "What a chat offers by itself"},
		"whatsapp_business_encryption": {Needs: manageWhatsApp, List: a.listPublicKey, Post: a.setPublicKey, Doc: "The key payloads are encrypted with"},
		"official_business_account":    {Needs: manageWhatsApp, Get: a.getOfficial, Post: a.setOfficial, Doc: "The badge of an official business account"},
		"username":                     {Needs: manageWhatsApp, Get: a.getUsername, Post: a.setUsername, Delete: a.deleteUsername, Doc: "What customers find the business by"},
	}
}

// numberSettings is the answer of GET /{phone}/settings. Calls are not built, nor are encrypted payloads.
type numberSettings struct {
	Calling  callingSettings `json:"calling"`
	Payload  statusOnly      `json:"payload_encryption"`
	Storage  storageSettings `json:"storage_configuration"`
	Identity identitySetting `json:"user_identity_change"`
}

type callingSettings struct {
	Status    string              `json:"status"`
	Icon      string              `json:"call_icon_visibility"`
	Addresses map[string][]string `json:"ip_addresses"`
	Callback  string              `json:"callback_permission_status"`
}

type statusOnly struct {
	Status string `json:"status"`
}

type storageSettings struct {
	Status string `json:"status"`
	Region string `json:"data_localization_region,omitempty"`
}

type identitySetting struct {
	Check bool `json:"enable_identity_key_check"`
}

func (a *API) getSettings(r *graph.Request) (any, error) {
	s, err := view(a, r, func(ctx context.Context, tx *db.Tx) (waba.NumberSettings, error) {
		return waba.DetailTx[waba.NumberSettings](ctx, tx, r.ID)
	})
	if err != nil {
		return nil, err
	}
	out := numberSettings{
		Calling: callingSettings{"disabled", "hidden", map[string][]string{"default": {}}, "disabled"},
		Payload: statusOnly{"disabled"}, Storage: storageSettings{Status: "default"},
		Identity: identitySetting{graph.Node[waba.Number](r).IdentityCheck},
	}
	if s.StorageRegion != "" {
		out.Storage = storageSettings{"in_country_storage_enabled", s.StorageRegion}
	}
	return graph.Pick(r.Fields, out)
}

// settingsTaken are the features of POST /{phone}/settings, of which a call names one.
var settingsTaken = []string{"calling", "user_identity_change", "payload_encryption", "storage_configuration"}

func (a *API) setSettings(r *graph.Request) (any, error) {
	p := r.Params
	named := slices.DeleteFunc(slices.Clone(settingsTaken), func(name string) bool { return !p.Has(name) })
	if len(named) != 1 {
		return nil, graph.Invalid("settings", "must be one of calling, user_identity_change, payload_encryption, storage_configuration: one in a call")
	}
	var v struct {
		Status  string  `json:"status"`
		Enabled *bool   `json:"enabled"`
		Check   *bool   `json:"enable_identity_key_check"`
		Region  *string `json:"region"`
		Place   string  `json:"data_localization_region"`
	}
	p.Decode(named[0], &v)
	if err := p.Err(); err != nil {
		return nil, err
	}
	switch named[0] {
	case "user_identity_change":
		on := v.Check
		if on == nil {
			on = v.Enabled
		}
		if on == nil {
			return nil, graph.Missing("user_identity_change.enable_identity_key_check")
		}
		return success(a.Numbers.SetIdentityCheck(r.Context(), r.Caller, r.ID, *on))
	case "storage_configuration":
		region := v.Place
		if v.Region != nil {
			region = *v.Region
		}
		on := v.Status == "in_country_storage_enabled" || (v.Enabled != nil && *v.Enabled)
		if !on {
			region = ""
		} else if region == "" {
			return nil, graph.Missing("storage_configuration.region")
		}
		return success(a.Numbers.SetStorage(r.Context(), r.Caller, r.ID, region))
	}
	switch v.Status {
	case "disabled", "DISABLED":
		return graph.Success{}, nil // as it is
	case "enabled", "ENABLED":
		return nil, graph.ErrUnbuilt.Withf(named[0], "(#3) Hawker does not offer this setting yet: %s of a phone number", named[0])
	}
	return nil, graph.Invalid(named[0]+".status", "must be enabled or disabled")
}

// automation is a number's conversational_automation as it is read.
type automation struct {
	Welcome  bool           `json:"enable_welcome_message"`
	Prompts  []string       `json:"prompts"`
	Commands []waba.Command `json:"commands"`
}

func (a *API) automationOf(r *graph.Request, n waba.Number) (automation, error) {
	v, err := view(a, r, func(ctx context.Context, tx *db.Tx) (waba.Automation, error) {
		return waba.DetailTx[waba.Automation](ctx, tx, n.ID)
	})
	return automation{v.Welcome, append([]string{}, v.Prompts...), append([]waba.Command{}, v.Commands...)}, err
}

func (a *API) getAutomation(r *graph.Request) (any, error) {
	v, err := a.automationOf(r, graph.Node[waba.Number](r))
	if err != nil {
		return nil, err
	}
	return graph.Pick(r.Fields, v)
}

func (a *API) setAutomation(r *graph.Request) (any, error) {
	p := r.Params
	change := registration.AutomationChange{Welcome: p.OptBool("enable_welcome_message")}
	if slices.Contains(p.Names(), "prompts") {
		list := p.Strings("prompts")
		change.Prompts = &list
	}
	if slices.Contains(p.Names(), "commands") {
		var list []waba.Command
		p.Decode("commands", &list)
		change.Commands = &list
	}
	if err := p.Err(); err != nil {
		return nil, err
	}
	return success(a.Numbers.SetAutomation(r.Context(), r.Caller, r.ID, change))
}

// publicKey is the element of GET /{phone}/whatsapp_business_encryption.
type publicKey struct {
	Key    string `json:"business_public_key"`
	Status string `json:"business_public_key_signature_status"`
}

func (a *API) listPublicKey(r *graph.Request) (graph.Page, error) {
	e, err := view(a, r, func(ctx context.Context, tx *db.Tx) (waba.Encryption, error) {
		return waba.DetailTx[waba.Encryption](ctx, tx, r.ID)
	})
	if err != nil || e.PublicKey == "" {
		return graph.Page{}, err
	}
	return graph.Page{Items: []any{publicKey{e.PublicKey, "VALID"}}}, nil
}

func (a *API) setPublicKey(r *graph.Request) (any, error) {
	key := r.Params.String("business_public_key", graph.Required)
	if err := r.Params.Err(); err != nil {
		return nil, err
	}
	return success(a.Numbers.SetPublicKey(r.Context(), r.Caller, r.ID, key))
}

// username is the answer of GET /{phone}/username; without a username only the number's id.
type username struct {
	Username string `json:"username,omitempty"`
	Status   string `json:"status,omitempty"`
}

func (a *API) getUsername(r *graph.Request) (any, error) {
	u := username{Username: graph.Node[waba.Number](r).Username}
	if u.Username != "" {
		u.Status = registration.UsernameApproved
	}
	return graph.Pick(r.Fields, u)
}

func (a *API) setUsername(r *graph.Request) (any, error) {
	name := r.Params.String("username", graph.Required)
	transfer := r.Params.String("transfer_action", graph.OneOf("none", "force_transfer"))
	if err := r.Params.Err(); err != nil {
		return nil, err
	}
	return success(a.Numbers.SetUsername(r.Context(), r.Caller, r.ID, name, transfer == "force_transfer"))
}

func (a *API) deleteUsername(r *graph.Request) (any, error) {
	return success(a.Numbers.DeleteUsername(r.Context(), r.Caller, r.ID))
}
