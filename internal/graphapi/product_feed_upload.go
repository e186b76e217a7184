package graphapi

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/feed"
	"github.com/hawkerhq/hawker/internal/graph"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/node"
)

// FeedReports is the path error reports are read under.
const FeedReports = "/feed-reports/"

// productFeedUpload declares the ProductFeedUpload node.
func (a *API) productFeedUpload() *graph.NodeType {
	count := func(doc string, get func(feed.Upload) int64) graph.Field {
		return graph.Get(func(u feed.Upload) any { return get(u) }).Told("int32", doc)
	}
	return &graph.NodeType{
		Kind: string(node.FeedUpload), Name: "ProductFeedUpload", Defaults: []string{"id", "start_time", "end_time"}, Needs: manageCatalogs,
		Load: graph.Loader(func(r *graph.Request, i id.ID) (feed.Upload, error) {
			return view(a, r, func(ctx context.Context, tx *db.Tx) (feed.Upload, error) { return feed.UploadTx(ctx, tx, r.Caller, i) })
		}),
		Fields: graph.Fields{
			"id":         graph.Get(func(u feed.Upload) any { return u.ID }).Told("numeric string", "The upload's ID"),
			"start_time": graph.Get(func(u feed.Upload) any { return graph.Time(u.StartedAt) }).Told("datetime", "When it began"),
			"end_time": graph.Opt(func(u feed.Upload) any {
				if u.EndedAt.IsZero() {
					return ""
				}
				return graph.Time(u.EndedAt)
			}).Told("datetime", "When it ended; absent while it runs"),
			"last_fetch_error": graph.Opt(func(u feed.Upload) any {
				if !u.Retrying() {
					return nil
				}
				return fetchError{u.Fetch.Error, u.Fetch.Remedy, u.Fetch.FailedAt, u.Fetch.Attempts, u.Fetch.AttemptsMost(), u.Fetch.NextAt}
			}).Told("object", "Why the file did not arrive, while it is asked for again; Hawker's own"),
			"filename":            graph.Opt(func(u feed.Upload) any { return u.FileName }).Told("string", "The file's name"),
			"url":                 graph.Opt(func(u feed.Upload) any { return u.URL }).Told("string", "Where the file came from"),
			"input_method":        graph.Get(func(u feed.Upload) any { return u.InputMethod }).Told("enum", "How the file came"),
			"num_detected_items":  count("Rows of the file", func(u feed.Upload) int64 { return u.Detected }),
			"num_persisted_items": count("Rows stored", func(u feed.Upload) int64 { return u.Persisted }),
			"num_invalid_items":   count("Rows not taken", func(u feed.Upload) int64 { return u.Invalid }),
			"num_deleted_items":   count("Items deleted", func(u feed.Upload) int64 { return u.Deleted }),
			"error_count":         count("Errors", func(u feed.Upload) int64 { return u.Errors }),
			"warning_count":       count("Warnings", func(u feed.Upload) int64 { return u.Warnings }),
			"error_report": graph.Ask(func(r *graph.Request, u feed.Upload) (any, error) {
				report := map[string]string{"report_status": u.ReportStatus}
				if u.ReportKey != "" {
					report["file_handle"] = r.BaseURL + FeedReports + u.ReportKey + ".csv"
				}
				return report, nil
			}).Told("ProductFeedUploadErrorReport", "All errors as a file"),
		},
		Edges: graph.Edges{
			"errors": {Of: string(node.FeedUploadError), Needs: manageCatalogs, List: a.listUploadErrors},
			"error_report": {Needs: manageCatalogs, Post: func(r *graph.Request) (any, error) {
				return graph.Success{}, a.Feeds.RequestReport(r.Context(), r.Caller, r.ID)
			}},
		},
	}
}

// fetchError is why the file of an upload did not arrive, and when it is asked for again.
type fetchError struct {
	Message     string    `json:"message"`
	Remedy      string    `json:"remedy"`
	Time        time.Time `json:"time"`
	Attempts    int       `json:"attempts"`
	MaxAttempts int       `json:"max_attempts"`
	NextAttempt time.Time `json:"next_attempt_time"`
}

// postUpload answers POST /{feed}/uploads: a file, or a URL to fetch it from.
func (a *API) postUpload(r *graph.Request) (any, error) {
	p := r.Params
	updateOnly := p.OptBool("update_only")
	link, username, password := p.String("url"), p.String("username"), p.String("password")
	if err := p.Err(); err != nil {
		return nil, err
	}
	if names := slices.Sorted(maps.Keys(r.Files)); len(names) > 0 {
		header := r.Files[names[0]][0]
		f, err := header.Open()
		if err != nil {
			return nil, err
		}
		defer func() { _ = f.Close() }()
		src := feed.Source{FileName: header.Filename, ContentType: header.Header.Get("Content-Type"), UpdateOnly: updateOnly}
		i, err := a.Feeds.StartUpload(r.Context(), r.Caller, r.ID, src, f)
		return graph.Created{ID: i}, err
	}
	if handle := p.String("file"); strings.HasPrefix(handle, feed.HandlePrefix) {
		i, err := a.Feeds.StartUploadOf(r.Context(), r.Caller, r.ID, handle, updateOnly)
		return graph.Created{ID: i}, err
	}
	if link == "" {
		return nil, feed.ErrNoFile.With("file", "either file or url is required: send the feed's file as multipart form data in the part file, or the https address it can be fetched from in url")
	}
	i, err := a.Feeds.StartFetch(r.Context(), r.Caller, r.ID, link, username, password, updateOnly)
	return graph.Created{ID: i}, err
}

// listUploads answers GET /{feed}/uploads, the latest first.
func (a *API) listUploads(r *graph.Request) (graph.Page, error) {
	p, err := r.Paging(0)
	if err != nil {
		return graph.Page{}, err
	}
	older, err := p.AfterID()
	if err != nil {
		return graph.Page{}, err
	}
	newer, err := p.BeforeID()
	if err != nil {
		return graph.Page{}, err
	}
	list, err := view(a, r, func(ctx context.Context, tx *db.Tx) ([]feed.Upload, error) {
		return feed.UploadsTx(ctx, tx, r.Caller, r.ID, older, newer, p.Limit+1)
	})
	if err != nil {
		return graph.Page{}, err
	}
	return graph.PageOf(p, list, func(u feed.Upload) string { return u.ID.String() }).Counted(func() (int64, error) {
		return view(a, r, func(ctx context.Context, tx *db.Tx) (int64, error) { return feed.UploadCountTx(ctx, tx, r.ID) })
	}), nil
}

// productFeedUploadError declares the ProductFeedUploadError node.
func (a *API) productFeedUploadError() *graph.NodeType {
	return &graph.NodeType{
		Kind: string(node.FeedUploadError), Name: "ProductFeedUploadError", Needs: manageCatalogs,
		Defaults: []string{"id", "summary", "description", "severity", "total_count", "error_type"},
		Load: graph.Loader(func(r *graph.Request, i id.ID) (feed.UploadError, error) {
			return view(a, r, func(ctx context.Context, tx *db.Tx) (feed.UploadError, error) {
				return feed.ErrorTx(ctx, tx, r.Caller, i)
			})
		}),
		Fields: graph.Fields{
			"id":          graph.Get(func(e feed.UploadError) any { return e.ID }).Told("numeric string", "The error's ID"),
			"summary":     graph.Get(func(e feed.UploadError) any { return e.Summary }).Told("string", "The rule that was broken"),
			"description": graph.Get(func(e feed.UploadError) any { return e.Description }).Told("string", "What would be right"),
			"severity": graph.Get(func(e feed.UploadError) any {
				return map[bool]string{true: "fatal", false: "warning"}[e.Fatal]
			}).Told("enum", "fatal: the row was not taken; warning: the value was left out"),
			"total_count":       graph.Get(func(e feed.UploadError) any { return e.Total }).Told("unsigned int32", "How often"),
			"error_type":        graph.Get(func(e feed.UploadError) any { return e.Type }).Told("string", "What kind of error it is"),
			"affected_surfaces": graph.Get(func(feed.UploadError) any { return []string{} }).Told("list<enum>", "Ads surfaces; none here"),
		},
		Edges: graph.Edges{
			"samples":         {Of: string(node.FeedUploadSample), Needs: manageCatalogs, List: a.listUploadSamples},
			"suggested_rules": {Needs: manageCatalogs, List: a.listSuggestedRules},
		},
	}
}

func (a *API) listUploadErrors(r *graph.Request) (graph.Page, error) {
	priority := r.Params.String("error_priority", graph.OneOf("HIGH", "MEDIUM", "LOW"))
	if err := r.Params.Err(); err != nil {
		return graph.Page{}, err
	}
	list, err := view(a, r, func(ctx context.Context, tx *db.Tx) ([]feed.UploadError, error) {
		return feed.ErrorsTx(ctx, tx, r.Caller, r.ID)
	})
	if err != nil {
		return graph.Page{}, err
	}
	list = slices.DeleteFunc(list, func(e feed.UploadError) bool { return priority != "" && e.Fatal != (priority == "HIGH") })
	return graph.Whole(r, list, func(e feed.UploadError) string { return e.ID.String() })
}

// productFeedUploadSample declares the ProductFeedUploadErrorSample node.
func (a *API) productFeedUploadSample() *graph.NodeType {
	return &graph.NodeType{
		Kind: string(node.FeedUploadSample), Name: "ProductFeedUploadErrorSample", Defaults: []string{"row_number", "retailer_id", "id"}, Needs: manageCatalogs,
		Load: graph.Loader(func(r *graph.Request, i id.ID) (feed.Sample, error) {
			return view(a, r, func(ctx context.Context, tx *db.Tx) (feed.Sample, error) { return feed.SampleTx(ctx, tx, r.Caller, i) })
		}),
		Fields: graph.Fields{
			"id":          graph.Get(func(s feed.Sample) any { return s.ID }).Told("numeric string", "The sample's ID"),
			"row_number":  graph.Get(func(s feed.Sample) any { return s.Row }).Told("int32", "The row; the header is 1"),
			"retailer_id": graph.Get(func(s feed.Sample) any { return s.RetailerID }).Told("string", "The item"),
		},
	}
}

func (a *API) listUploadSamples(r *graph.Request) (graph.Page, error) {
	list, err := view(a, r, func(ctx context.Context, tx *db.Tx) ([]feed.Sample, error) {
		return feed.SamplesTx(ctx, tx, r.Caller, r.ID)
	})
	if err != nil {
		return graph.Page{}, err
	}
	return graph.Whole(r, list, func(s feed.Sample) string { return s.ID.String() })
}

// ruleSuggestion is a ProductFeedRuleSuggestion.
type ruleSuggestion struct {
	Attribute string `json:"attribute"`
	Type      string `json:"type"`
	Params    []pair `json:"params"`
}

// suggestions are values that mend a missing required field.
var suggestions = map[string]string{"availability": "in stock", "condition": "new"}

// listSuggestedRules answers GET /{error}/suggested_rules: a fallback where one mends the error.
func (a *API) listSuggestedRules(r *graph.Request) (graph.Page, error) {
	e := graph.Node[feed.UploadError](r)
	value, ok := suggestions[e.Field]
	if !ok || !e.Fatal {
		return graph.Page{}, nil
	}
	return graph.Page{Items: []any{ruleSuggestion{Attribute: e.Field, Type: feed.FallbackRule, Params: []pair{{"fallback", value}}}}}, nil
}

// pairsOf is a map as the contract lists it.
func pairsOf(m map[string]string) []pair {
	list := []pair{}
	for _, k := range slices.Sorted(maps.Keys(m)) {
		list = append(list, pair{k, m[k]})
	}
	return list
}
