package graphapi

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/feed"
	"github.com/hawkerhq/hawker/internal/graph"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/node"
)

// productFeed declares the ProductFeed node.
func (a *API) productFeed() *graph.NodeType {
	return &graph.NodeType{
		Kind: string(node.ProductFeed), Name: "ProductFeed", Defaults: []string{"id", "file_name", "name"}, Needs: manageCatalogs,
		Load: graph.Loader(func(r *graph.Request, i id.ID) (feed.Feed, error) {
			return view(a, r, func(ctx context.Context, tx *db.Tx) (feed.Feed, error) { return feed.FeedTx(ctx, tx, r.Caller, i) })
		}),
		Update: func(r *graph.Request) (any, error) {
			set, err := readFeed(r)
			if err != nil {
				return nil, err
			}
			return graph.Success{}, a.Feeds.Update(r.Context(), r.Caller, r.ID, set)
		},
		Delete: func(r *graph.Request) (any, error) {
			return graph.Success{}, a.Feeds.Delete(r.Context(), r.Caller, r.ID)
		},
		Fields: a.feedFields(),
		Edges: graph.Edges{
			"uploads":                   {Of: string(node.FeedUpload), Needs: manageCatalogs, List: a.listUploads, Post: a.postUpload, MaxBody: feed.ManualBytes + 1<<20},
			"upload_schedules":          {Of: string(node.FeedSchedule), Needs: manageCatalogs, List: a.listSchedules, Post: a.postSchedule},
			"rules":                     {Of: string(node.FeedRule), Needs: manageCatalogs, List: a.listRules, Post: a.postRule},
			"products":                  {Of: string(node.ProductItem), Needs: manageCatalogs, List: a.listFeedProducts},
			"supplementary_feed_assocs": {Needs: manageCatalogs, Post: a.postAssocs, Doc: "Which feeds add to which"},
		},
	}
}

func (a *API) feedFields() graph.Fields {
	text := func(doc string, get func(feed.Feed) string) graph.Field {
		return graph.Opt(func(f feed.Feed) any { return get(f) }).Told("string", doc)
	}
	schedule := func(updates bool, doc string) graph.Field {
		return graph.Ask(func(r *graph.Request, f feed.Feed) (any, error) {
			list, err := view(a, r, func(ctx context.Context, tx *db.Tx) ([]feed.Schedule, error) { return feed.SchedulesTx(ctx, tx, f.ID) })
			for _, s := range list {
				if s.Updates == updates {
					return s, nil
				}
			}
			return nil, err
		}).As(string(node.FeedSchedule)).Told("ProductFeedSchedule", doc)
	}
	return graph.Fields{
		"id":                 graph.Get(func(f feed.Feed) any { return f.ID }).Told("numeric string", "The feed's ID"),
		"name":               graph.Get(func(f feed.Feed) any { return f.Name }).Told("string", "The feed's name"),
		"file_name":          text("The file's name", func(f feed.Feed) string { return f.FileName }),
		"country":            text("Where it is for", func(f feed.Feed) string { return f.Country }),
		"default_currency":   text("The currency of prices without one", func(f feed.Feed) string { return f.Currency }),
		"encoding":           text("How the file is encoded", func(f feed.Feed) string { return f.Encoding }),
		"delimiter":          text("What separates cells", func(f feed.Feed) string { return f.Delimiter }),
		"quoted_fields_mode": text("Whether cells are in quotes", func(f feed.Feed) string { return f.QuotedFields }),
		"item_sub_type":      text("The sub-type of its items", func(f feed.Feed) string { return f.ItemSubType }),
		"override_type":      text("What a localised feed is by", func(f feed.Feed) string { return f.OverrideType }),
		"override_value":     text("What a localised feed is for", func(f feed.Feed) string { return f.OverrideValue }),
		"deletion_enabled":   graph.Get(func(f feed.Feed) any { return f.DeletionEnabled }).Told("bool", "Whether a replacing upload deletes what it leaves out"),
		"created_time":       graph.Get(func(f feed.Feed) any { return graph.Time(f.CreatedAt) }).Told("datetime", "When it was made"),
		"ingestion_source_type": graph.Get(func(f feed.Feed) any {
			return map[bool]string{true: "supplementary_feed", false: "primary_feed"}[f.Supplementary]
		}).Told("enum", "Whether it keeps items or adds to them"),
		"migrated_from_feed_id": graph.Opt(func(f feed.Feed) any { return f.MigratedFrom }).Told("string", "The feed it came from"),
		"primary_feeds":         graph.Opt(func(f feed.Feed) any { return f.PrimaryFeeds }).Told("list<string>", "The feeds it adds to"),
		"supplementary_feeds": graph.Ask(func(r *graph.Request, f feed.Feed) (any, error) {
			list, err := view(a, r, func(ctx context.Context, tx *db.Tx) ([]id.ID, error) { return feed.SupplementsTx(ctx, tx, f) })
			if len(list) == 0 {
				return nil, err
			}
			return list, err
		}).Told("list<string>", "The feeds that add to it"),
		"product_count": graph.Ask(func(r *graph.Request, f feed.Feed) (any, error) {
			return view(a, r, func(ctx context.Context, tx *db.Tx) (int64, error) {
				return catalog.FeedSizeTx(ctx, tx, f.CatalogID, f.ID)
			})
		}).Told("int32", "How many items it keeps"),
		"product_catalog": graph.Get(func(f feed.Feed) any { return f.CatalogID }).As(string(node.ProductCatalog)).Told("ProductCatalog", "The catalog it fills"),
		"schedule":        schedule(false, "When it is fetched and replaced"),
		"update_schedule": schedule(true, "When it is fetched for updates"),
		"latest_upload": graph.Ask(func(_ *graph.Request, f feed.Feed) (any, error) {
			return f.LatestUpload, nil
		}).As(string(node.FeedUpload)).Told("ProductFeedUpload", "The last upload"),
	}
}

// readFeed reads the parameters of a feed.
func readFeed(r *graph.Request) (set feed.Settings, err error) {
	p := r.Params
	set = feed.Settings{
		Name: p.OptString("name"), FileName: p.OptString("file_name"), Type: p.OptString("feed_type"), Country: p.OptString("country"),
		Currency: p.OptString("default_currency"), Encoding: p.OptString("encoding"), Delimiter: p.OptString("delimiter"),
		QuotedFields: p.OptString("quoted_fields_mode"), DeletionEnabled: p.OptBool("deletion_enabled"), UpdateOnly: p.OptBool("update_only"),
		OverrideType: p.OptString("override_type"), OverrideValue: p.OptString("override_value"), OverrideFields: p.Strings("selected_override_fields"),
		ItemSubType: p.OptString("item_sub_type"), UseCase: p.OptString("use_case"),
	}
	if kind := p.String("ingestion_source_type", graph.OneOf("PRIMARY_FEED", "SUPPLEMENTARY_FEED")); kind != "" {
		supplementary := kind == "SUPPLEMENTARY_FEED"
		set.Supplementary = &supplementary
	}
	for _, text := range p.Strings("primary_feed_ids") {
		i, err := id.Parse(text)
		if err != nil {
			p.Fail(graph.Invalid("primary_feed_ids", fmt.Sprintf("must be a list of feed ids, not %.40q", text)))
		}
		set.PrimaryFeeds = append(set.PrimaryFeeds, i)
	}
	if text := p.String("migrated_from_feed_id"); text != "" {
		if set.MigratedFrom, err = id.Parse(text); err != nil {
			p.Fail(graph.Invalid("migrated_from_feed_id", "must be a feed id"))
		}
	}
	set.Schedule, set.UpdateSchedule = readSchedule(r, "schedule"), readSchedule(r, "update_schedule")
	var rules []json.RawMessage
	if p.Decode("rules", &rules) {
		for _, raw := range rules {
			set.Rules = append(set.Rules, decodeRule(p, raw))
		}
	}
	return set, p.Err()
}

// decodeRule reads a rule of the parameter rules: an object, or one as text.
func decodeRule(p *graph.Params, raw json.RawMessage) (rule feed.Rule) {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		raw = json.RawMessage(text)
	}
	var in struct {
		Attribute string            `json:"attribute"`
		Type      string            `json:"rule_type"`
		Params    map[string]string `json:"params"`
	}
	if err := json.Unmarshal(raw, &in); err != nil {
		p.Fail(graph.Invalid("rules", `must be a list of {"attribute":"…","rule_type":"…","params":{…}}`))
	}
	return feed.Rule{Attribute: in.Attribute, Type: in.Type, Params: in.Params}
}

// readSchedule reads a schedule; its numbers may be texts.
func readSchedule(r *graph.Request, name string) *feed.Schedule {
	var in map[string]any
	if !r.Params.Decode(name, &in) || in == nil {
		return nil
	}
	s := feed.NewSchedule()
	text := func(key string) string {
		switch v := in[key].(type) {
		case nil:
			return ""
		case string:
			return strings.TrimSpace(v)
		default:
			return fmt.Sprint(v)
		}
	}
	number := func(key string, to *int64) {
		v := text(key)
		if v == "" {
			return
		}
		n, err := strconv.ParseFloat(v, 64)
		if err != nil || n != float64(int64(n)) {
			r.Params.Fail(graph.Invalid(name, fmt.Sprintf("%s.%s must be a whole number, not %.40q", name, key, v)))
		}
		*to = int64(n)
	}
	s.Interval, s.URL, s.DayOfWeek, s.Timezone, s.Username = text("interval"), text("url"), text("day_of_week"), text("timezone"), text("username")
	s.SetPassword(text("password"))
	number("interval_count", &s.Count)
	number("hour", &s.Hour)
	number("minute", &s.Minute)
	number("day_of_month", &s.DayOfMonth)
	return &s
}

func (a *API) createFeed(r *graph.Request) (any, error) {
	r.Params.String("name", graph.Required)
	set, err := readFeed(r)
	if err != nil {
		return nil, err
	}
	f, err := a.Feeds.Create(r.Context(), r.Caller, r.ID, set)
	return graph.Created{ID: f.ID}, err
}

func feedKey(f feed.Feed) string { return f.ID.String() }

func (a *API) listFeeds(r *graph.Request) (graph.Page, error) {
	all, err := view(a, r, func(ctx context.Context, tx *db.Tx) ([]feed.Feed, error) { return feed.ListTx(ctx, tx, r.Caller, r.ID) })
	if err != nil {
		return graph.Page{}, err
	}
	return graph.Whole(r, all, feedKey)
}

// dataSource is an element of data_sources.
type dataSource struct {
	ID         id.ID  `json:"id"`
	Name       string `json:"name"`
	UploadType string `json:"upload_type"`
	Ingestion  string `json:"ingestion_source_type"`
}

// listDataSources answers GET /{catalog}/data_sources.
func (a *API) listDataSources(r *graph.Request) (graph.Page, error) {
	kind := r.Params.String("ingestion_source_type", graph.OneOf("ALL", "PRIMARY", "SUPPLEMENTARY"))
	if err := r.Params.Err(); err != nil {
		return graph.Page{}, err
	}
	all, err := view(a, r, func(ctx context.Context, tx *db.Tx) ([]feed.Feed, error) { return feed.ListTx(ctx, tx, r.Caller, r.ID) })
	if err != nil {
		return graph.Page{}, err
	}
	var page graph.Page
	for _, f := range all {
		own := map[bool]string{true: "SUPPLEMENTARY", false: "PRIMARY"}[f.Supplementary]
		if kind == "" || kind == "ALL" || kind == own {
			page.Items = append(page.Items, dataSource{f.ID, f.Name, "PRODUCT_FEED", own})
		}
	}
	return page, nil
}

func (a *API) listFeedProducts(r *graph.Request) (graph.Page, error) {
	f := graph.Node[feed.Feed](r)
	return a.products(r, catalog.Query{FeedID: f.ID}, func(ctx context.Context, tx *db.Tx, q catalog.Query, count bool) (catalog.Found, error) {
		return catalog.PageTx(ctx, tx, r.Caller, f.CatalogID, q, count)
	})
}

// productFeedSchedule declares the ProductFeedSchedule node. Passwords are never read back.
func (a *API) productFeedSchedule() *graph.NodeType {
	number := func(doc string, get func(feed.Schedule) int64) graph.Field {
		return graph.Get(func(s feed.Schedule) any {
			if n := get(s); n >= 0 {
				return n
			}
			return nil
		}).Told("unsigned int32", doc)
	}
	return &graph.NodeType{
		Kind: string(node.FeedSchedule), Name: "ProductFeedSchedule", Needs: manageCatalogs,
		Defaults: []string{"id", "interval", "interval_count", "hour", "minute", "day_of_week", "day_of_month", "timezone", "url", "username"},
		Load: graph.Loader(func(r *graph.Request, i id.ID) (feed.Schedule, error) {
			return view(a, r, func(ctx context.Context, tx *db.Tx) (feed.Schedule, error) {
				return feed.ScheduleTx(ctx, tx, r.Caller, i)
			})
		}),
		Fields: graph.Fields{
			"id":             graph.Get(func(s feed.Schedule) any { return s.ID }).Told("numeric string", "The schedule's ID"),
			"interval":       graph.Get(func(s feed.Schedule) any { return s.Interval }).Told("enum", "HOURLY, DAILY, WEEKLY or MONTHLY"),
			"interval_count": number("Every how many intervals", func(s feed.Schedule) int64 { return s.Count }),
			"hour":           number("The hour of the day", func(s feed.Schedule) int64 { return s.Hour }),
			"minute":         number("The minute of the hour", func(s feed.Schedule) int64 { return s.Minute }),
			"day_of_month":   number("The day of the month", func(s feed.Schedule) int64 { return s.DayOfMonth }),
			"day_of_week":    graph.Opt(func(s feed.Schedule) any { return s.DayOfWeek }).Told("string", "The day of the week"),
			"timezone":       graph.Get(func(s feed.Schedule) any { return s.Timezone }).Told("string", "Whose clocks the time is of"),
			"url":            graph.Get(func(s feed.Schedule) any { return s.URL }).Told("string", "Where the file is"),
			"username":       graph.Opt(func(s feed.Schedule) any { return s.Username }).Told("string", "Who fetches it"),
			"next_scheduled_upload_time": graph.Get(func(s feed.Schedule) any { return graph.Time(s.NextAt) }).
				Told("datetime", "When it is fetched next"),
			"status": graph.Get(func(feed.Schedule) any { return "active" }).Told("string", "Whether it is fetched"),
		},
	}
}

func (a *API) listSchedules(r *graph.Request) (graph.Page, error) {
	list, err := view(a, r, func(ctx context.Context, tx *db.Tx) ([]feed.Schedule, error) { return feed.SchedulesTx(ctx, tx, r.ID) })
	if err != nil {
		return graph.Page{}, err
	}
	return graph.Whole(r, list, func(s feed.Schedule) string { return s.ID.String() })
}

func (a *API) postSchedule(r *graph.Request) (any, error) {
	s := readSchedule(r, "upload_schedule")
	if s == nil {
		r.Params.Fail(graph.Invalid("upload_schedule", `must be an object such as {"interval":"DAILY","url":"https://…","hour":4}`))
	}
	if err := r.Params.Err(); err != nil {
		return nil, err
	}
	return graph.Created{ID: r.ID}, a.Feeds.Update(r.Context(), r.Caller, r.ID, feed.Settings{Schedule: s})
}

// productFeedRule declares the ProductFeedRule node.
func (a *API) productFeedRule() *graph.NodeType {
	return &graph.NodeType{
		Kind: string(node.FeedRule), Name: "ProductFeedRule", Defaults: []string{"id", "attribute", "rule_type", "params"}, Needs: manageCatalogs,
		Load: graph.Loader(func(r *graph.Request, i id.ID) (feed.Rule, error) {
			return view(a, r, func(ctx context.Context, tx *db.Tx) (feed.Rule, error) { return feed.RuleTx(ctx, tx, r.Caller, i) })
		}),
		Update: func(r *graph.Request) (any, error) {
			params := ruleParams(r)
			if err := r.Params.Err(); err != nil {
				return nil, err
			}
			return graph.Success{}, a.Feeds.UpdateRule(r.Context(), r.Caller, r.ID, params)
		},
		Delete: func(r *graph.Request) (any, error) {
			return graph.Success{}, a.Feeds.DeleteRule(r.Context(), r.Caller, r.ID)
		},
		Fields: graph.Fields{
			"id":        graph.Get(func(f feed.Rule) any { return f.ID }).Told("numeric string", "The rule's ID"),
			"attribute": graph.Get(func(f feed.Rule) any { return f.Attribute }).Told("string", "The column it is about"),
			"rule_type": graph.Get(func(f feed.Rule) any { return f.Type }).Told("string", "What it does"),
			"params":    graph.Get(func(f feed.Rule) any { return pairsOf(f.Params) }).Told("list<KeyValue>", "With what"),
		},
	}
}

func ruleParams(r *graph.Request) map[string]string {
	var params map[string]string
	r.Params.Decode("params", &params, graph.Required)
	return params
}

func (a *API) listRules(r *graph.Request) (graph.Page, error) {
	list, err := view(a, r, func(ctx context.Context, tx *db.Tx) ([]feed.Rule, error) {
		return feed.RulesTx(ctx, tx, r.Caller, r.ID)
	})
	if err != nil {
		return graph.Page{}, err
	}
	return graph.Whole(r, list, func(f feed.Rule) string { return f.ID.String() })
}

func (a *API) postRule(r *graph.Request) (any, error) {
	rule := feed.Rule{Attribute: r.Params.String("attribute", graph.Required), Type: r.Params.String("rule_type", graph.Required)}
	r.Params.Decode("params", &rule.Params)
	if err := r.Params.Err(); err != nil {
		return nil, err
	}
	i, err := a.Feeds.AddRule(r.Context(), r.Caller, r.ID, rule)
	return graph.Created{ID: i}, err
}
