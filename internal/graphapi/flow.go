package graphapi

import (
	"context"
	"io"
	"net/http"
	"time"

	"github.com/hawkerhq/hawker/internal/account"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/flow"
	"github.com/hawkerhq/hawker/internal/graph"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/node"
	"github.com/hawkerhq/hawker/internal/waba"
)

// flowNode declares the node of a flow.
func (a *API) flowNode() *graph.NodeType {
	return &graph.NodeType{
		Kind: string(node.Flow), Name: "WhatsAppFlow", Needs: manageWhatsApp,
		Defaults: []string{"id", "name", "status", "categories", "validation_errors"},
		Load: graph.Loader(func(r *graph.Request, i id.ID) (flow.Flow, error) {
			return view(a, r, func(ctx context.Context, tx *db.Tx) (flow.Flow, error) { return flow.ForTx(ctx, tx, r.Caller, i) })
		}),
		Update: a.updateFlow,
		Delete: func(r *graph.Request) (any, error) { return success(a.Flows.Delete(r.Context(), r.Caller, r.ID)) },
		Fields: unset(graph.Fields{
			"id":         graph.Get(func(f flow.Flow) any { return f.ID }).Told("numeric string", "The flow's ID"),
			"name":       graph.Get(func(f flow.Flow) any { return f.Name }).Told("string", "Its name, for the business only"),
			"status":     graph.Get(func(f flow.Flow) any { return f.Status }).Told("enum", "DRAFT, PUBLISHED, DEPRECATED, BLOCKED or THROTTLED"),
			"categories": graph.Get(func(f flow.Flow) any { return f.Categories }).Told("list<enum>", "What it is for"),
			"validation_errors": graph.Get(func(f flow.Flow) any {
				return append([]flow.Problem{}, f.Problems...)
			}).Told("list", "What is wrong with its JSON"),
			"json_version":     graph.Opt(func(f flow.Flow) any { return f.JSONVersion }).Told("string", "The version of its JSON"),
			"data_api_version": graph.Opt(func(f flow.Flow) any { return f.DataAPIVersion }).Told("string", "The version of what its endpoint speaks"),
			"endpoint_uri":     graph.Opt(func(f flow.Flow) any { return f.Endpoint }).Told("string", "Where it asks for data"),
			"data_channel_uri": graph.Opt(func(f flow.Flow) any { return f.Endpoint }).Told("string", "Where it asks for data"),
			"updated_at":       graph.Get(func(f flow.Flow) any { return f.UpdatedAt }).Told("datetime", "When it changed last"),
			"preview":          graph.Ask(a.previewOfFlow).Told("object", "A page that shows it; invalidate(true) makes a new address"),
			"health_status": graph.Ask(func(r *graph.Request, f flow.Flow) (any, error) {
				account, err := a.accountHealth(r, f.WABAID)
				return healthOf(r, flowHealth(f), account, healthEntity{EntityType: "BUSINESS", ID: f.BusinessID}), err
			}).Told("object", "Whether it can be sent"),
			"whatsapp_business_account": graph.Get(func(f flow.Flow) any { return f.WABAID }).As(string(node.WABA)).Showing("id", "name", "currency", "timezone_id", "message_template_namespace").Told("WhatsAppBusinessAccount", "The account it belongs to"),
			"application":               graph.Ask(a.appOfFlow).Told("object", "The app it is connected to"),
		}, "metric"),
		Edges: graph.Edges{
			"assets":    {Needs: manageWhatsApp, Get: a.listFlowAssets, Post: a.uploadFlowJSON, MaxBody: 2 << 20, Doc: "The flow's JSON"},
			"publish":   {Needs: manageWhatsApp, Post: func(r *graph.Request) (any, error) { return success(a.Flows.Publish(r.Context(), r.Caller, r.ID)) }, Doc: "Make it sendable, for good"},
			"deprecate": {Needs: manageWhatsApp, Post: func(r *graph.Request) (any, error) { return success(a.Flows.Deprecate(r.Context(), r.Caller, r.ID)) }, Doc: "End it"},
		},
	}
}

// flowHealth is what a flow's endpoint does to sending it.
func flowHealth(f flow.Flow) healthEntity {
	e := healthEntity{EntityType: "FLOW", ID: f.ID}
	switch f.Status {
	case flow.Throttled:
		e.CanSendMessage = limited
		e.Errors = []healthError{{132069, "The flow is throttled: its endpoint fails too often or is slow.", "Mend the endpoint; until then ten messages with this flow go out in an hour."}}
	case flow.Blocked:
		e.CanSendMessage = blocked
		e.Errors = []healthError{{132068, "The flow is blocked: its endpoint fails.", "Mend the endpoint; it is asked every ten minutes, and the flow is freed step by step."}}
	}
	return e
}

// flowPreview is the field preview.
type flowPreview struct {
	URL       string    `json:"preview_url"`
	ExpiresAt time.Time `json:"expires_at"`
}

// FlowPreviews is where previews of flows are shown, by their key; FlowJSONs is where their JSON is read.
const (
	FlowPreviews = "/flow-preview/"
	FlowJSONs    = "/flow-json/"
)

func (a *API) previewOfFlow(r *graph.Request, f flow.Flow) (any, error) {
	fresh := r.Params.Bool("invalidate")
	if err := r.Params.Err(); err != nil {
		return nil, err
	}
	f, err := a.Flows.Preview(r.Context(), r.Caller, f.ID, fresh)
	return flowPreview{URL: r.BaseURL + FlowPreviews + f.PreviewKey, ExpiresAt: f.PreviewUntil}, err
}

func (a *API) appOfFlow(r *graph.Request, f flow.Flow) (any, error) {
	if f.AppID == 0 {
		return nil, nil
	}
	x, err := view(a, r, func(ctx context.Context, tx *db.Tx) (account.App, error) {
		return account.AppTx(ctx, tx, r.Caller, f.AppID)
	})
	if err != nil {
		return nil, nil //nolint:nilerr // another business's app keeps its name to itself
	}
	return struct {
		ID   id.ID  `json:"id"`
		Link string `json:"link"`
		Name string `json:"name"`
	}{x.ID, r.BaseURL + "/games/?app_id=" + x.ID.String(), x.Name}, nil
}

// flowEdges are the edges of an account that lead to its flows.
func (a *API) flowEdges() graph.Edges {
	return graph.Edges{
		"flows": {Of: string(node.Flow), Needs: manageWhatsApp, List: a.listFlows, Post: a.createFlow, MaxBody: 2 << 20, Doc: "The account's flows"},
	}
}

func (a *API) listFlows(r *graph.Request) (graph.Page, error) {
	all, err := view(a, r, func(ctx context.Context, tx *db.Tx) ([]flow.Flow, error) {
		if _, err := waba.AccountForTx(ctx, tx, r.Caller, r.ID); err != nil {
			return nil, err
		}
		return flow.ListTx(ctx, tx, r.ID)
	})
	if err != nil {
		return graph.Page{}, err
	}
	return graph.Whole(r, all, func(f flow.Flow) string { return f.ID.String() })
}

// createdFlow is the answer to making a flow with its JSON.
type createdFlow struct {
	ID       id.ID          `json:"id"`
	Success  bool           `json:"success"`
	Problems []flow.Problem `json:"validation_errors"`
}

func (a *API) createFlow(r *graph.Request) (any, error) {
	p := r.Params
	n := flow.NewFlow{
		Name: p.String("name", graph.Required), Categories: p.Strings("categories"), Endpoint: p.String("endpoint_uri"), JSON: jsonText(p, "flow_json"),
		Publish: p.Bool("publish"), Clone: p.ID("clone_flow_id"),
	}
	if err := p.Err(); err != nil {
		return nil, err
	}
	f, err := a.Flows.Create(r.Context(), r.Caller, r.ID, n)
	if err != nil || n.JSON == "" {
		return graph.Created{ID: f.ID}, err
	}
	return createdFlow{f.ID, true, append([]flow.Problem{}, f.Problems...)}, nil
}

// jsonText is a parameter that holds JSON as a text, or is JSON itself.
func jsonText(p *graph.Params, name string) string {
	if !p.Has(name) {
		return ""
	}
	return p.Text(name)
}

func (a *API) updateFlow(r *graph.Request) (any, error) {
	p := r.Params
	change := flow.Change{Name: p.OptString("name"), Endpoint: p.OptString("endpoint_uri")}
	if p.Has("categories") {
		list := p.Strings("categories")
		change.Categories = &list
	}
	if p.Has("application_id") {
		app := p.ID("application_id")
		change.AppID = &app
	}
	if err := p.Err(); err != nil {
		return nil, err
	}
	_, err := a.Flows.Update(r.Context(), r.Caller, r.ID, change)
	return success(err)
}

// flowAsset is an element of GET /{flow}/assets.
type flowAsset struct {
	Name string `json:"name"`
	Type string `json:"asset_type"`
	URL  string `json:"download_url"`
}

func (a *API) listFlowAssets(r *graph.Request) (any, error) {
	f := graph.Node[flow.Flow](r)
	list := []flowAsset{}
	if f.JSON != "" {
		f, err := a.Flows.Preview(r.Context(), r.Caller, f.ID, false)
		if err != nil {
			return nil, err
		}
		list = append(list, flowAsset{"flow.json", "FLOW_JSON", r.BaseURL + FlowJSONs + f.PreviewKey})
	}
	return map[string]any{"data": list}, nil
}

// uploadedFlow is the answer to an upload of a flow's JSON.
type uploadedFlow struct {
	Success  bool           `json:"success"`
	Problems []flow.Problem `json:"validation_errors"`
}

func (a *API) uploadFlowJSON(r *graph.Request) (any, error) {
	r.Params.String("name", graph.OneOf("flow.json"))
	r.Params.String("asset_type", graph.Required, graph.OneOf("FLOW_JSON"))
	text := jsonText(r.Params, "file")
	if err := r.Params.Err(); err != nil {
		return nil, err
	}
	if list := r.Files["file"]; len(list) > 0 {
		f, err := list[0].Open()
		if err != nil {
			return nil, err
		}
		defer func() { _ = f.Close() }()
		b, err := io.ReadAll(f)
		if err != nil {
			return nil, err
		}
		text = string(b)
	}
	if text == "" {
		return nil, graph.Missing("file")
	}
	f, err := a.Flows.Update(r.Context(), r.Caller, r.ID, flow.Change{JSON: &text})
	return uploadedFlow{true, append([]flow.Problem{}, f.Problems...)}, err
}

// FlowJSON serves the JSON of a flow to whoever knows its unguessable address.
func (a *API) FlowJSON(w http.ResponseWriter, r *http.Request) {
	var f flow.Flow
	err := a.DB.View(r.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		f, err = flow.ByPreviewTx(ctx, tx, r.PathValue("key"))
		return err
	})
	if err != nil {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	_, _ = io.WriteString(w, f.JSON)
}
