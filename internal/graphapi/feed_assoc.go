package graphapi

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/hawkerhq/hawker/internal/feed"
	"github.com/hawkerhq/hawker/internal/graph"
	"github.com/hawkerhq/hawker/internal/id"
)

// assocKeys are the names under which an entry of assoc_data may name the other feed.
var assocKeys = []string{"feed_id", "supplementary_feed_id", "primary_feed_id", "id"}

// postAssocs answers POST /{feed}/supplementary_feed_assocs.
func (a *API) postAssocs(r *graph.Request) (any, error) {
	var entries []map[string]json.RawMessage
	r.Params.Decode("assoc_data", &entries, graph.Required)
	list := make([]feed.Assoc, 0, len(entries))
	for n, entry := range entries {
		list = append(list, readAssoc(r.Params, n, entry))
	}
	if err := r.Params.Err(); err != nil {
		return nil, err
	}
	return graph.Success{}, a.Feeds.Associate(r.Context(), r.Caller, r.ID, list)
}

func readAssoc(p *graph.Params, n int, entry map[string]json.RawMessage) (assoc feed.Assoc) {
	plain := func(name string) string { return strings.Trim(strings.TrimSpace(string(entry[name])), `"`) }
	named := 0
	for _, name := range assocKeys {
		if _, ok := entry[name]; !ok {
			continue
		}
		i, err := id.Parse(plain(name))
		if err != nil {
			p.Fail(graph.Invalid("assoc_data", fmt.Sprintf("must name a feed by its id in %s of entry %d, not by %.40q", name, n, plain(name))))
		}
		assoc.FeedID = i
		named++
	}
	if named != 1 {
		p.Fail(graph.Invalid("assoc_data", fmt.Sprintf(`must name one feed in entry %d, such as {"feed_id":"…"}`, n)))
	}
	switch action := strings.ToUpper(plain("action")); action {
	case "", "ADD":
	case "REMOVE":
		assoc.Remove = true
	default:
		p.Fail(graph.Invalid("assoc_data", fmt.Sprintf("must have ADD, which is the default, or REMOVE as action of entry %d, not %.40q", n, action)))
	}
	return assoc
}
