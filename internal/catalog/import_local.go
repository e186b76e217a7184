package catalog

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

// LocalRow is a row of a localised feed: what an item says in another language or country.
type LocalRow struct {
	Number int
	SKU    string
	For    Localization
	Data   map[string]any // in batch vocabulary
}

// ImportLocalTx stores what items say elsewhere, which is seen when its upload is. Items that do not exist, and values that may not differ, are told.
func ImportLocalTx(ctx context.Context, tx *db.Tx, catalog, upload id.ID, rows []LocalRow) (out Imported, err error) {
	if len(rows) == 0 {
		return out, nil
	}
	skus := make([]string, len(rows))
	for n, r := range rows {
		skus[n] = r.SKU
	}
	have, err := ItemsByRetailerTx(ctx, tx, catalog, skus)
	if err != nil {
		return out, err
	}
	for _, r := range rows {
		data, problems := r.read()
		it, ok := have[r.SKU]
		if !ok {
			problems = append(problems, RowProblem{Fatal: true, Kind: NoSuchItem, Field: "id", Summary: "There is no item with this id.", Remedy: "Only items that exist can be localised: upload the item first."})
		}
		if slices.ContainsFunc(problems, func(p RowProblem) bool { return p.Fatal }) {
			out.Refused++
		} else {
			if err := setOverrideTx(ctx, tx, catalog, upload, it.ID, r.For, data); err != nil {
				return out, err
			}
			out.Persisted++
		}
		for _, p := range problems {
			p.Row, p.SKU = r.Number, r.SKU
			out.Problems = append(out.Problems, p)
		}
	}
	return out, nil
}

// costly are the fields whose wrong values cost a localised row, as they do any other; all else is left out with a warning.
var costly = []string{"title", "description", "availability", "price", "link", "image_link"}

// read is what the row says, without what is wrong or may not differ. A column that means nothing was told with the file's columns.
func (r LocalRow) read() (data map[string]any, problems []RowProblem) {
	if wrong := r.For.wrong(); wrong != "" {
		return nil, []RowProblem{{Fatal: true, Field: "override", Value: r.For.Value, Summary: "A field has a value that is not right: override.", Remedy: sentence(wrong)}}
	}
	data = maps.Clone(r.Data)
	for _, name := range slices.Sorted(maps.Keys(data)) {
		if Overridable(name, r.For.Type) {
			continue
		}
		base, _, _ := strings.Cut(name, ".")
		if _, known := index[Batch][base]; known && data[name] != nil && data[name] != "" {
			problems = append(problems, RowProblem{Field: name, Summary: "A field cannot differ here: " + name + ".", Remedy: "It was left out: what differs by " + r.For.Type + " is told in the documentation of feeds."})
		}
		delete(data, name)
	}
	for _, p := range ReadChange(Batch, data).Problems {
		fatal := slices.Contains(costly, p.Field)
		problems = append(problems, RowProblem{Fatal: fatal, Field: p.Field, Summary: "A field has a value that is not right: " + p.Field + ".", Remedy: sentence(p.Message)})
		delete(data, p.Field)
	}
	return data, problems
}
