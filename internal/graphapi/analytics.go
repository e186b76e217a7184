package graphapi

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/graph"
	"github.com/hawkerhq/hawker/internal/messaging"
	"github.com/hawkerhq/hawker/internal/phone"
	"github.com/hawkerhq/hawker/internal/template"
	"github.com/hawkerhq/hawker/internal/waba"
)

// How far back analytics go.
const (
	analyticsBack = 366 * 24 * time.Hour
	templatesBack = 90 * 24 * time.Hour
)

// analyticsEdges are analytics of an account as edges; three of them are fields of it, too.
func (a *API) analyticsEdges() graph.Edges {
	asEdge := func(get func(r *graph.Request, w waba.Account) (any, error)) graph.Handler {
		return func(r *graph.Request) (any, error) { return get(r, graph.Node[waba.Account](r)) }
	}
	return graph.Edges{
		"conversation_analytics": {Needs: manageWhatsApp, Get: asEdge(a.conversationAnalytics), Doc: "Conversations that began, by time and kind"},
		"pricing_analytics":      {Needs: manageWhatsApp, Get: asEdge(a.pricingAnalytics), Doc: "Delivered messages, by time and price"},
		"template_analytics":     {Needs: manageWhatsApp, List: a.templateAnalytics, Doc: "What became of the messages of templates, by day"},
	}
}

// updateAccount answers POST /{waba}: analytics are always collected, and cannot be turned off.
func (a *API) updateAccount(r *graph.Request) (any, error) {
	if !r.Params.Has("is_enabled_for_insights") {
		return nil, graph.Missing("is_enabled_for_insights")
	}
	on := r.Params.Bool("is_enabled_for_insights")
	if err := r.Params.Err(); err != nil {
		return nil, err
	}
	if !on {
		return nil, graph.Invalid("is_enabled_for_insights", "must be true: analytics cannot be turned off")
	}
	return graph.Created{ID: r.ID}, nil
}

// granularities of analytics, by how each kind spells them.
var (
	granularities    = map[string]string{"HALF_HOUR": messaging.HalfHour, "DAY": messaging.Daily, "MONTH": messaging.Monthly}
	granularitiesToo = map[string]string{"HALF_HOUR": messaging.HalfHour, "DAILY": messaging.Daily, "MONTHLY": messaging.Monthly}
)

// question reads what analytics are asked about.
func (a *API) question(r *graph.Request, w waba.Account, spelled map[string]string, names []string, back time.Duration) (q messaging.Question, granularity string, err error) {
	p := r.Params
	q.Start, q.End = p.Time("start", graph.Required), p.Time("end", graph.Required)
	granularity = strings.ToUpper(p.String("granularity", graph.Required))
	if err := p.Err(); err != nil {
		return q, "", err
	}
	now := a.DB.Clock().Now()
	switch step, ok := spelled[granularity]; {
	case !ok:
		return q, "", graph.Invalid("granularity", "must be one of "+strings.Join(names, ", "))
	case !q.Start.Before(q.End):
		return q, "", graph.Invalid("end", "must be behind start")
	case now.Sub(q.Start) > back:
		return q, "", graph.Invalid("start", "must be within the last "+backText(back))
	default:
		q.Step = step
	}
	if q.End.After(now) {
		q.End = now.Add(time.Millisecond)
	}
	if !q.Start.Before(q.End) { // all of it is still to come
		q.End = q.Start
	}
	q.Countries = p.Strings("country_codes")
	for n := range q.Countries {
		q.Countries[n] = strings.ToUpper(q.Countries[n])
	}
	if q.Numbers, err = a.askedNumbers(r, w); err != nil {
		return q, "", err
	}
	return q, granularity, p.Err()
}

func backText(back time.Duration) string {
	if back == templatesBack {
		return "90 days"
	}
	return "year"
}

// askedNumbers are the numbers of phone_numbers, or all of the account's.
func (a *API) askedNumbers(r *graph.Request, w waba.Account) ([]waba.Number, error) {
	all, err := view(a, r, func(ctx context.Context, tx *db.Tx) ([]waba.Number, error) { return waba.NumbersOfTx(ctx, tx, w.ID) })
	asked := r.Params.Strings("phone_numbers")
	if err != nil || len(asked) == 0 {
		return all, err
	}
	var list []waba.Number
	for _, text := range asked {
		digits := strings.Map(func(c rune) rune {
			if c < '0' || c > '9' {
				return -1
			}
			return c
		}, text)
		at := slices.IndexFunc(all, func(n waba.Number) bool { return phone.Equivalent(n.Digits, digits) || n.ID.String() == digits })
		if at < 0 {
			return nil, graph.Invalid("phone_numbers", "must be numbers of this account, such as "+exampleNumber(all))
		}
		list = append(list, all[at])
	}
	return list, nil
}

func exampleNumber(all []waba.Number) string {
	if len(all) == 0 {
		return "16505550111, but it has none"
	}
	return all[0].Digits
}

// sentAnalytics is the field analytics.
type sentAnalytics struct {
	Numbers     []string              `json:"phone_numbers"`
	Countries   []string              `json:"country_codes,omitempty"`
	Granularity string                `json:"granularity"`
	Points      []messaging.SentPoint `json:"data_points"`
}

// Kinds of messages in product_types.
const (
	productNotification = "0"
	productSupport      = "2"
)

func (a *API) messageAnalytics(r *graph.Request, w waba.Account) (any, error) {
	q, granularity, err := a.question(r, w, granularities, []string{"HALF_HOUR", "DAY", "MONTH"}, analyticsBack)
	if err != nil {
		return nil, err
	}
	kinds := r.Params.Strings("product_types")
	for _, k := range kinds {
		if k != productNotification && k != productSupport {
			return nil, graph.Invalid("product_types", "must be a list of 0 (templates) and 2 (answers)")
		}
	}
	asks := func(kind string) bool { return len(kinds) == 0 || slices.Contains(kinds, kind) }
	points, countries, err := a.Exchange.Sent(r.Context(), q, asks(productNotification), asks(productSupport))
	if err != nil {
		return nil, err
	}
	out := sentAnalytics{Numbers: []string{}, Countries: countries, Granularity: granularity, Points: points}
	for _, n := range q.Numbers {
		out.Numbers = append(out.Numbers, n.Digits)
	}
	return out, nil
}

// analyticsData is a field whose points stand in a list of one.
type analyticsData struct {
	Data []analyticsPoints `json:"data"`
}

type analyticsPoints struct {
	Points []map[string]any `json:"data_points"`
}

// dimension is something points are told apart by.
type dimension struct {
	member string
	value  func(*messaging.Slice) *string
	filter string // the parameter that names the values wanted
}

var (
	ofPhone   = dimension{"phone_number", func(s *messaging.Slice) *string { return &s.Phone }, ""}
	ofCountry = dimension{"country", func(s *messaging.Slice) *string { return &s.Country }, ""}

	priceDimensions = map[string]dimension{
		"PHONE": ofPhone, "COUNTRY": ofCountry,
		"PRICING_TYPE":     {"pricing_type", func(s *messaging.Slice) *string { return &s.Type }, "pricing_types"},
		"PRICING_CATEGORY": {"pricing_category", func(s *messaging.Slice) *string { return &s.Category }, "pricing_categories"},
	}
	conversationDimensions = map[string]dimension{
		"PHONE": ofPhone, "COUNTRY": ofCountry,
		"CONVERSATION_TYPE":      {"conversation_type", func(s *messaging.Slice) *string { return &s.Type }, "conversation_types"},
		"CONVERSATION_CATEGORY":  {"conversation_category", func(s *messaging.Slice) *string { return &s.Category }, "conversation_categories"},
		"CONVERSATION_DIRECTION": {"conversation_direction", func(s *messaging.Slice) *string { return &s.Direction }, "conversation_directions"},
	}
)

func (a *API) pricingAnalytics(r *graph.Request, w waba.Account) (any, error) {
	return a.sliced(r, w, "volume", "VOLUME", priceDimensions, a.Exchange.Priced)
}

func (a *API) conversationAnalytics(r *graph.Request, w waba.Account) (any, error) {
	return a.sliced(r, w, "conversation", "CONVERSATION", conversationDimensions, a.Exchange.Conversed)
}

// sliced answers analytics that are told apart by dimensions. Hawker charges nothing: every cost is 0.
func (a *API) sliced(r *graph.Request, w waba.Account, member, metric string, known map[string]dimension,
	count func(context.Context, messaging.Question) ([]messaging.Counted, error),
) (any, error) {
	q, _, err := a.question(r, w, granularitiesToo, []string{"HALF_HOUR", "DAILY", "MONTHLY"}, analyticsBack)
	if err != nil {
		return nil, err
	}
	p := r.Params
	asked := p.Strings("dimensions")
	for _, d := range asked {
		if _, ok := known[d]; !ok && d != "TIER" {
			return nil, graph.Invalid("dimensions", "must be of "+strings.Join(slices.Sorted(maps.Keys(known)), ", ")+", not "+strconv.QuoteToASCII(d))
		}
	}
	metrics := p.Strings("metric_types")
	for _, m := range metrics {
		if m != metric && m != "COST" {
			return nil, graph.Invalid("metric_types", "must be of "+metric+", COST, not "+strconv.QuoteToASCII(m))
		}
	}
	found, err := count(r.Context(), q)
	if err != nil {
		return nil, err
	}
	for _, d := range known {
		if wanted := p.Strings(d.filter); d.filter != "" && len(wanted) > 0 {
			found = slices.DeleteFunc(found, func(c messaging.Counted) bool { return !slices.Contains(wanted, *d.value(&c.Slice)) })
		}
	}
	if err := p.Err(); err != nil {
		return nil, err
	}
	return analyticsData{[]analyticsPoints{{points(merged(found, known, asked), known, member, metric, metrics)}}}, nil
}

// merged adds up what is not asked to be told apart, in order.
func merged(found []messaging.Counted, known map[string]dimension, asked []string) []messaging.Counted {
	var list []messaging.Counted
	for _, c := range found {
		for name, d := range known {
			if !slices.Contains(asked, name) {
				*d.value(&c.Slice) = ""
			}
		}
		at := slices.IndexFunc(list, func(o messaging.Counted) bool { return o.Slice == c.Slice })
		if at < 0 {
			list = append(list, c)
			continue
		}
		list[at].Count += c.Count
	}
	return list
}

func points(list []messaging.Counted, known map[string]dimension, member, metric string, metrics []string) []map[string]any {
	out := []map[string]any{}
	for _, c := range list {
		m := map[string]any{"start": c.Start, "end": c.End}
		for _, d := range known {
			if v := *d.value(&c.Slice); v != "" {
				m[d.member] = v
			}
		}
		if len(metrics) == 0 || slices.Contains(metrics, metric) {
			m[member] = c.Count
		}
		if len(metrics) == 0 || slices.Contains(metrics, "COST") {
			m["cost"] = 0
		}
		out = append(out, m)
	}
	return out
}

// templateAnalytics answers GET /{waba}/template_analytics.
func (a *API) templateAnalytics(r *graph.Request) (graph.Page, error) {
	w := graph.Node[waba.Account](r)
	q, _, err := a.question(r, w, map[string]string{"DAILY": messaging.Daily}, []string{"DAILY"}, templatesBack)
	if err != nil {
		return graph.Page{}, err
	}
	q.Start = q.Start.Truncate(24 * time.Hour)
	p := r.Params
	ids := p.IDs("template_ids", graph.Required)
	metrics := p.Strings("metric_types")
	if err := p.Err(); err != nil {
		return graph.Page{}, err
	}
	if len(ids) == 0 || len(ids) > 10 {
		return graph.Page{}, graph.Invalid("template_ids", "must be a list of 1 to 10 ids of templates")
	}
	err = a.DB.View(r.Context(), func(ctx context.Context, tx *db.Tx) error {
		for _, i := range ids {
			if t, err := template.ForTx(ctx, tx, r.Caller, i); err != nil || t.WABAID != w.ID {
				return graph.Invalid("template_ids", "must be ids of templates of this account; "+i.String()+" is none")
			}
		}
		return nil
	})
	if err != nil {
		return graph.Page{}, err
	}
	found, err := a.Exchange.OfTemplates(r.Context(), q, ids)
	if err != nil {
		return graph.Page{}, err
	}
	wants := func(m string) bool {
		return len(metrics) == 0 || slices.ContainsFunc(metrics, func(s string) bool { return strings.EqualFold(s, m) })
	}
	list := []map[string]any{}
	for _, t := range found {
		list = append(list, templatePoint(t, wants))
	}
	return graph.Page{Items: []any{map[string]any{"granularity": "DAILY", "product_type": "cloud_api", "data_points": list}}}, nil
}

func templatePoint(t messaging.TemplatePoint, wants func(metric string) bool) map[string]any {
	m := map[string]any{"template_id": t.Template.String(), "start": t.Start, "end": t.End}
	for name, n := range map[string]int{"sent": t.Sent, "delivered": t.Delivered, "read": t.Read} {
		if wants(name) {
			m[name] = n
		}
	}
	if wants("clicked") && len(t.Clicked) > 0 {
		var clicks []map[string]any
		for _, text := range slices.Sorted(maps.Keys(t.Clicked)) {
			clicks = append(clicks, map[string]any{"type": "quick_reply_button", "button_content": text, "count": t.Clicked[text]})
		}
		m["clicked"] = clicks
	}
	if wants("cost") {
		m["cost"] = []map[string]any{{"type": "amount_spent", "value": 0}}
	}
	return m
}
