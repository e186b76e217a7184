package graphapi

import (
	"encoding/json"
	"strings"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/graph"
)

// setBatchAnswer is the answer to POST /{catalog}/product_sets_batch.
type setBatchAnswer struct {
	Handles []string `json:"handles"`
}

// setBatchStatus is the one element of GET /{catalog}/product_sets_batch.
type setBatchStatus struct {
	Handle      string      `json:"handle"`
	Status      string      `json:"status"`
	Errors      []batchLine `json:"errors"`
	ErrorsTotal int         `json:"errors_total_count"`
}

func (a *API) postSetBatch(r *graph.Request) (any, error) {
	p := r.Params
	for _, name := range []string{"file", "url"} {
		if p.Has(name) {
			p.Fail(graph.Invalid(name, "must be left out: Hawker takes product sets as a list in requests"))
		}
	}
	var lines []setLine
	p.Decode("requests", &lines, graph.Required)
	if err := p.Err(); err != nil {
		return nil, err
	}
	list := make([]catalog.SetRequest, len(lines))
	for n, l := range lines {
		list[n] = l.read()
	}
	handle, err := a.Catalogs.SubmitSetBatch(r.Context(), r.Caller, r.ID, list)
	if err != nil {
		return nil, err
	}
	return setBatchAnswer{Handles: []string{handle}}, nil
}

// setLine is a line as it comes.
type setLine struct {
	Method string                     `json:"method"`
	Data   map[string]json.RawMessage `json:"data"`
}

// read takes the line's data as the parameters of a set's own calls: what is wrong with them is told of the line.
func (l setLine) read() catalog.SetRequest {
	texts := make(map[string]string, len(l.Data))
	for name, raw := range l.Data {
		text := string(raw)
		if text == "null" {
			continue
		}
		if err := json.Unmarshal(raw, &text); err != nil {
			text = string(raw)
		}
		texts[name] = text
	}
	p := graph.NewParams(texts)
	req := catalog.SetRequest{Method: strings.ToUpper(strings.TrimSpace(l.Method)), RetailerID: p.String("retailer_id")}
	req.ID, req.AllowLive = p.ID("id"), p.Bool("allow_live_product_set_deletion")
	if req.Method == "CREATE" {
		p.String("name", graph.Required)
	}
	req.Change, req.Wrong = readSet(p)
	return req
}

func (a *API) checkSetBatch(r *graph.Request) (graph.Page, error) {
	handle := r.Params.String("handle", graph.Required)
	if err := r.Params.Err(); err != nil {
		return graph.Page{}, err
	}
	b, err := a.Catalogs.SetBatchStatus(r.Context(), r.Caller, r.ID, handle)
	if err != nil {
		return graph.Page{}, err
	}
	s := setBatchStatus{Handle: b.Handle, Status: b.Status, Errors: []batchLine{}, ErrorsTotal: len(b.Problems)}
	for _, p := range b.Problems {
		s.Errors = append(s.Errors, batchLine{p.Line, p.ID, p.Message})
	}
	return graph.Page{Items: []any{s}}, nil
}
