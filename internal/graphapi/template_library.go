package graphapi

import (
	"strconv"
	"strings"

	"github.com/hawkerhq/hawker/internal/graph"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/template"
)

// templateLibrary declares /message_template_library.
func (a *API) templateLibrary() graph.Root {
	return graph.Root{Get: func(r *graph.Request) (any, error) {
		p := r.Params
		if err := r.Caller.Require(manageWhatsApp...); err != nil {
			return nil, err
		}
		list := template.Library(template.LibraryFilter{
			Search: p.String("search"), Name: p.String("name"), Topic: p.String("topic"), UseCase: p.String("usecase"), Industry: p.String("industry"), Language: p.String("language"),
		})
		q, err := r.Paging(0)
		if err != nil {
			return nil, err
		}
		from := 0
		if q.After != "" {
			if from, err = strconv.Atoi(q.After); err != nil || from < 0 {
				return nil, graph.Invalid("after", "must be a cursor from this edge's paging.cursors")
			}
		}
		to := min(len(list), min(len(list), from)+q.Limit)
		answer := map[string]any{"data": append([]template.LibraryTemplate{}, list[min(from, to):to]...)}
		if to > from {
			answer["paging"] = map[string]any{"cursors": map[string]string{"before": graph.Cursor(strconv.Itoa(from)), "after": graph.Cursor(strconv.Itoa(to))}}
		}
		return answer, p.Err()
	}}
}

// previewTemplates answers GET /{waba}/message_template_previews.
func (a *API) previewTemplates(r *graph.Request) (any, error) {
	p := r.Params
	if c := strings.ToUpper(p.String("category", graph.Required)); p.Err() == nil && c != template.Authentication {
		return nil, graph.Invalid("category", "must be AUTHENTICATION: the texts of other templates are the business's own")
	}
	minutes := int(p.Int("code_expiration_minutes", graph.Between(1, 90)))
	languages := p.Strings("languages")
	if !p.Has("languages") {
		languages = append(p.Strings("language"), template.CodeLanguages()...)
	}
	advice, button := p.Bool("add_security_recommendation"), p.Has("button_types")
	if err := p.Err(); err != nil {
		return nil, err
	}
	list := make([]template.Preview, len(languages))
	for n, lang := range languages {
		list[n] = template.PreviewCode(lang, advice, minutes, button)
	}
	return map[string]any{"data": list}, nil
}

// upserted is one language of the answer to an upsert.
type upserted struct {
	ID       id.ID  `json:"id"`
	Status   string `json:"status"`
	Language string `json:"language"`
}

func (a *API) upsertTemplates(r *graph.Request) (any, error) {
	p := r.Params
	t := template.Template{Name: p.String("name", graph.Required), Category: strings.ToUpper(p.String("category", graph.Required)), TTL: int(p.Int("message_send_ttl_seconds"))}
	languages := p.Strings("languages", graph.Required)
	p.Decode("components", &t.Components, graph.Required)
	if err := p.Err(); err != nil {
		return nil, err
	}
	made, err := a.Templates.Upsert(r.Context(), r.Caller, r.ID, t, languages)
	if err != nil {
		return nil, err
	}
	list := make([]upserted, len(made))
	for n, m := range made {
		list[n] = upserted{m.ID, m.Status, m.Language}
	}
	return map[string]any{"data": list}, nil
}
