package graphapi

import (
	"context"
	"strconv"
	"strings"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/graph"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/node"
	"github.com/hawkerhq/hawker/internal/template"
	"github.com/hawkerhq/hawker/internal/waba"
	"github.com/hawkerhq/hawker/wire"
)

// ErrTemplateCursor is a wrong cursor in the list of templates, from v24.0 on.
var ErrTemplateCursor = fault.New("graphapi.template_cursor")

// messageTemplate declares the node of a message template.
func (a *API) messageTemplate() *graph.NodeType {
	return &graph.NodeType{
		Kind: string(node.MessageTemplate), Name: "WhatsAppMessageTemplate", Needs: manageWhatsApp,
		Defaults: []string{"name", "previous_category", "parameter_format", "components", "language", "status", "category", "sub_category", "id"},
		Load: graph.Loader(func(r *graph.Request, i id.ID) (template.Template, error) {
			return view(a, r, func(ctx context.Context, tx *db.Tx) (template.Template, error) {
				return template.ForTx(ctx, tx, r.Caller, i)
			})
		}),
		Update: a.editTemplate,
		Fields: unset(graph.Fields{
			"id":                graph.Get(func(t template.Template) any { return t.ID }).Told("numeric string", "The template's ID"),
			"name":              graph.Get(func(t template.Template) any { return t.Name }).Told("string", "Its name, the same in all languages"),
			"language":          graph.Get(func(t template.Template) any { return t.Language }).Told("string", "Language and region"),
			"status":            graph.Get(func(t template.Template) any { return t.Status }).Told("enum", "Only APPROVED ones can be sent"),
			"category":          graph.Get(func(t template.Template) any { return t.Category }).Told("enum", "MARKETING, UTILITY or AUTHENTICATION"),
			"previous_category": graph.Opt(func(t template.Template) any { return t.PreviousCategory }).Told("string", "What it was before the platform changed it"),
			"correct_category":  graph.Opt(func(t template.Template) any { return t.CorrectCategory }).Told("string", "What it will become"),
			"sub_category":      graph.Opt(func(t template.Template) any { return t.SubCategory }).Told("enum", "ORDER_DETAILS or ORDER_STATUS"),
			"parameter_format":  graph.Get(func(t template.Template) any { return t.Format }).Told("enum", "POSITIONAL or NAMED"),
			"components": graph.Ask(func(r *graph.Request, t template.Template) (any, error) {
				return t.WithAddresses(r.BaseURL), nil
			}).Told("list", "What it says"),
			"rejected_reason":                 graph.Get(func(t template.Template) any { return t.Reason }).Told("enum", "Why it was rejected, or NONE"),
			"quality_score":                   graph.Get(func(t template.Template) any { return qualityScore(t) }).Told("object", "What customers think of it"),
			"message_send_ttl_seconds":        graph.Opt(func(t template.Template) any { return t.TTL }).Told("int32", "How long its messages are tried"),
			"cta_url_link_tracking_opted_out": graph.Get(func(t template.Template) any { return t.Untracked }).Told("bool", "Whether clicks are not counted"),
			"library_template_name":           graph.Opt(func(t template.Template) any { return t.Library }).Told("string", "The library template it was made from"),
			"last_updated_time":               graph.Get(func(t template.Template) any { return t.UpdatedAt }).Told("datetime", "When it changed last"),
		}, "specific_info", "degrees_of_freedom_spec", "creative_sourcing_spec", "ad_adset_id", "ad_campaign_id", "ad_id", "bid_spec", "is_primary_device_delivery_only"),
		Edges: graph.Edges{
			"unpause": {Needs: manageWhatsApp, Post: func(r *graph.Request) (any, error) {
				return success(a.Templates.Unpause(r.Context(), r.Caller, r.ID))
			}, Doc: "End the pause of a template"},
		},
	}
}

// score is the field quality_score.
type score struct {
	Score string `json:"score"`
	Date  int64  `json:"date"`
}

// qualityScore always has a date, since clients read it unasked: until there is a score it is when the template was made.
func qualityScore(t template.Template) score {
	at := t.QualityAt
	if at.IsZero() {
		at = t.CreatedAt
	}
	return score{Score: t.Quality, Date: at.Unix()}
}

// templateEdges are the edges of an account that lead to its templates.
func (a *API) templateEdges() graph.Edges {
	return graph.Edges{
		"message_templates": {
			Of: string(node.MessageTemplate), Needs: manageWhatsApp, List: a.listTemplates, Post: a.createTemplate, Delete: a.deleteTemplate,
			Doc: "The account's message templates",
		},
		"upsert_message_templates":  {Needs: manageWhatsApp, Post: a.upsertTemplates, Doc: "Make or edit an authentication template in several languages"},
		"message_template_previews": {Needs: manageWhatsApp, Get: a.previewTemplates, Doc: "What an authentication template would say"},
	}
}

// templateFilter reads which templates are asked for.
func templateFilter(r *graph.Request) template.Filter {
	upper := func(name string) []string {
		list := r.Params.Strings(name)
		for n := range list {
			list[n] = strings.ToUpper(list[n])
		}
		return list
	}
	return template.Filter{
		Name: r.Params.String("name"), NameOrContent: r.Params.String("name_or_content", graph.MaxRunes(512)), Content: r.Params.String("content", graph.MaxRunes(512)),
		Statuses: upper("status"), Categories: upper("category"), Scores: upper("quality_score"), Languages: r.Params.Strings("language"),
	}
}

// oldCursors is the last version in which a wrong cursor is a wrong parameter like any other.
const oldCursors = 23

func templatePaging(r *graph.Request) (q graph.Paging, after, before id.ID, err error) {
	q, err = r.Paging(0)
	if err == nil {
		after, err = q.AfterID()
	}
	if err == nil {
		before, err = q.BeforeID()
	}
	f, ok := fault.As(err)
	if !ok || (f.Field != "after" && f.Field != "before") {
		return q, after, before, err
	}
	major, _, _ := strings.Cut(strings.TrimPrefix(r.Version, "v"), ".")
	if n, _ := strconv.Atoi(major); n > oldCursors {
		err = ErrTemplateCursor.With(f.Field, f.Detail)
	}
	return q, after, before, err
}

func (a *API) listTemplates(r *graph.Request) (graph.Page, error) {
	q, after, before, err := templatePaging(r)
	if err != nil {
		return graph.Page{}, err
	}
	f := templateFilter(r)
	if err := r.Params.Err(); err != nil {
		return graph.Page{}, err
	}
	list, err := view(a, r, func(ctx context.Context, tx *db.Tx) ([]template.Template, error) {
		return template.ListTx(ctx, tx, r.Caller, r.ID, f, after, before, q.Limit+1)
	})
	if err != nil {
		return graph.Page{}, err
	}
	return graph.PageOf(q, list, func(t template.Template) string { return t.ID.String() }).Counted(func() (int64, error) {
		return view(a, r, func(ctx context.Context, tx *db.Tx) (int64, error) { return template.CountTx(ctx, tx, r.ID, f) })
	}).Telling(func() (map[string]any, error) {
		return view(a, r, func(ctx context.Context, tx *db.Tx) (map[string]any, error) {
			most, err := template.MostTx(ctx, tx, graph.Node[waba.Account](r))
			if err != nil {
				return nil, err
			}
			t, err := template.TallyTx(ctx, tx, r.ID)
			return map[string]any{
				"message_template_count": t.Templates, "message_template_limit": most, "are_translations_complete": t.Complete(),
			}, err
		})
	}), nil
}

// createdTemplate is the answer to making a template.
type createdTemplate struct {
	ID       id.ID  `json:"id"`
	Status   string `json:"status"`
	Category string `json:"category"`
}

func (a *API) createTemplate(r *graph.Request) (any, error) {
	p := r.Params
	t := template.Template{
		Name: p.String("name", graph.Required), Language: p.String("language", graph.Required), Category: strings.ToUpper(p.String("category", graph.Required)),
		Format: strings.ToUpper(p.String("parameter_format")), SubCategory: strings.ToUpper(p.String("sub_category")),
		TTL: int(p.Int("message_send_ttl_seconds")), Untracked: p.Bool("cta_url_link_tracking_opted_out"),
	}
	if allowed := p.OptBool("allow_category_change"); allowed != nil {
		t.KeepCategory = !*allowed
	}
	if err := readComponents(p, &t); err != nil {
		return nil, err
	}
	made, err := a.Templates.Create(r.Context(), r.Caller, r.ID, t)
	return createdTemplate{made.ID, made.Status, made.Category}, err
}

// readComponents reads what the template says: in the request, or by the name of a text of the library.
func readComponents(p *graph.Params, t *template.Template) error {
	name := p.String("library_template_name")
	if name == "" {
		p.Decode("components", &t.Components, graph.Required)
		return p.Err()
	}
	var inputs []template.ButtonInput
	p.Decode("library_template_button_inputs", &inputs)
	if p.Has("library_template_body_inputs") {
		p.Fail(graph.Invalid("library_template_body_inputs", "must be left out: the texts of Hawker's library have no parts to add"))
	}
	if err := p.Err(); err != nil {
		return err
	}
	return t.FromLibrary(name, inputs)
}

func (a *API) deleteTemplate(r *graph.Request) (any, error) {
	name, hsm := r.Params.String("name", graph.Required), r.Params.ID("hsm_id")
	if err := r.Params.Err(); err != nil {
		return nil, err
	}
	return success(a.Templates.Delete(r.Context(), r.Caller, r.ID, name, hsm))
}

// editTemplate answers POST /{template}. Name and language may stand in the body, as Meta's own examples have them; they cannot change.
func (a *API) editTemplate(r *graph.Request) (any, error) {
	p, t := r.Params, graph.Node[template.Template](r)
	for _, fixed := range []struct{ name, value string }{{"name", t.Name}, {"language", t.Language}} {
		if s := p.OptString(fixed.name); s != nil && *s != fixed.value {
			return nil, graph.Invalid(fixed.name, "cannot be changed; it is "+fixed.value)
		}
	}
	what := template.Edited{
		Category: p.Has("category"), Components: p.Has("components"), TTL: p.Has("message_send_ttl_seconds"), Untracked: p.Has("cta_url_link_tracking_opted_out"),
	}
	if what == (template.Edited{}) {
		return nil, graph.Invalid("components", "or category, message_send_ttl_seconds or cta_url_link_tracking_opted_out must say what is changed")
	}
	change := template.Template{
		Category: strings.ToUpper(p.String("category")), TTL: int(p.Int("message_send_ttl_seconds")), Untracked: p.Bool("cta_url_link_tracking_opted_out"),
	}
	var components []wire.TemplateComponent
	p.Decode("components", &components)
	change.Components = components
	if err := p.Err(); err != nil {
		return nil, err
	}
	_, err := a.Templates.Edit(r.Context(), r.Caller, r.ID, change, what)
	return success(err)
}
