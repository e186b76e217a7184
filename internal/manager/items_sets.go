package manager

import (
	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/id"
)

// setsIn are the sets that the items of a page belong to, of those the page knows.
func setsIn(items []catalog.Item, sets []catalog.Set) (map[id.ID][]catalog.Set, error) {
	in := map[id.ID][]catalog.Set{}
	for _, set := range sets {
		rule, err := set.Rule()
		if err != nil {
			return nil, err
		}
		for n := range items {
			if rule == nil || rule.Match(&items[n]) {
				in[items[n].ID] = append(in[items[n].ID], set)
			}
		}
	}
	return in, nil
}
