package graphapi

import (
	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/graph"
	"github.com/hawkerhq/hawker/internal/once"
)

// itemsBatchAnswer is the answer to items_batch: no handle where nothing was ingested.
type itemsBatchAnswer struct {
	Handles    []string             `json:"handles"`
	Validation []catalog.Validation `json:"validation_status"`
}

// postBatch answers POST /{catalog}/items_batch, localized_items_batch and the older batch. The batch is on
// disk when its handle is answered.
func (a *API) postBatch(batch catalog.BatchKind) graph.Handler {
	return func(r *graph.Request) (any, error) {
		if batch != catalog.NodeBatch {
			if err := checkItemType(r); err != nil {
				return nil, err
			}
		}
		return a.submitBatch(r, batch)
	}
}

func checkItemType(r *graph.Request) error {
	p := r.Params
	if kind := p.String("item_type", graph.Required); kind != "" && kind != "PRODUCT_ITEM" {
		p.Fail(graph.Invalid("item_type", "must be PRODUCT_ITEM: Hawker keeps products only"))
	}
	p.String("item_sub_type", graph.OneOf(catalog.SubTypes()...)) // of ads; fields are checked alike for all
	return p.Err()
}

func (a *API) submitBatch(r *graph.Request, batch catalog.BatchKind) (any, error) {
	p := r.Params
	upsert := true
	if b := p.OptBool("allow_upsert"); b != nil {
		upsert = *b
	}
	var requests []catalog.Request
	p.Decode("requests", &requests, graph.Required)
	if err := p.Err(); err != nil {
		return nil, err
	}
	ctx := once.Answering(r.Context(), func(s any) any { return batchAnswer(s.(catalog.Submitted)) })
	s, err := a.Catalogs.SubmitBatch(ctx, r.Caller, r.ID, batch, requests, upsert)
	if err != nil {
		return nil, err
	}
	return batchAnswer(s), nil
}

func batchAnswer(s catalog.Submitted) itemsBatchAnswer {
	answer := itemsBatchAnswer{Handles: []string{}, Validation: []catalog.Validation{}}
	if s.Handle != "" {
		answer.Handles = append(answer.Handles, s.Handle)
	}
	answer.Validation = append(answer.Validation, s.Validation...)
	return answer
}

// batchStatus is the one element of check_batch_request_status.
type batchStatus struct {
	Handle        string      `json:"handle"`
	Status        string      `json:"status"`
	ErrorsTotal   int         `json:"errors_total_count"`
	Errors        []batchLine `json:"errors"`
	WarningsTotal int         `json:"warnings_total_count"`
	Warnings      []batchLine `json:"warnings"`
	InvalidIDs    []string    `json:"ids_of_invalid_requests"`
}

type batchLine struct {
	Line    int    `json:"line"`
	ID      string `json:"id"`
	Message string `json:"message"`
}

// samplesMost is how many errors and warnings are told; the counts are of all.
const samplesMost = 100

func (a *API) checkBatchStatus(r *graph.Request) (graph.Page, error) {
	handle := r.Params.String("handle", graph.Required)
	priority := r.Params.String("error_priority", graph.OneOf("HIGH", "MEDIUM", "LOW"))
	withIDs := r.Params.Bool("load_ids_of_invalid_requests")
	if err := r.Params.Err(); err != nil {
		return graph.Page{}, err
	}
	b, err := a.Catalogs.BatchStatus(r.Context(), r.Caller, r.ID, handle)
	if err != nil {
		return graph.Page{}, err
	}
	s := batchStatus{Handle: b.Handle, Status: b.Status, Errors: []batchLine{}, Warnings: []batchLine{}, InvalidIDs: []string{}}
	seen := map[string]bool{}
	for _, p := range b.Problems {
		line := batchLine{p.Line, p.ID, p.Message}
		if p.Warning {
			if s.WarningsTotal++; priority != "HIGH" && len(s.Warnings) < samplesMost {
				s.Warnings = append(s.Warnings, line)
			}
			continue
		}
		if s.ErrorsTotal++; (priority == "" || priority == "HIGH") && len(s.Errors) < samplesMost {
			s.Errors = append(s.Errors, line)
		}
		if withIDs && p.ID != "" && !seen[p.ID] {
			seen[p.ID] = true
			s.InvalidIDs = append(s.InvalidIDs, p.ID)
		}
	}
	return graph.Page{Items: []any{s}}, nil
}
