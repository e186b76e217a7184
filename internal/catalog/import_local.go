package catalog

import (
	"context"

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
		var problems []RowProblem
		it, ok := have[r.SKU]
		if !ok {
			problems = append(problems, RowProblem{Kind: NoSuchItem, Field: "id", Summary: "There is no item with this id.", Remedy: "Only items that exist can be localised: upload the item first."})
		}
		for _, p := range readOverride(r.For, r.Data) {
			problems = append(problems, RowProblem{Field: p.Field, Summary: "A field has a value that is not right: " + p.Field + ".", Remedy: sentence(p.Message)})
		}
		if len(problems) == 0 {
			if err := setOverrideTx(ctx, tx, catalog, upload, it.ID, r.For, r.Data); err != nil {
				return out, err
			}
			out.Persisted++
			continue
		}
		out.Refused++
		for _, p := range problems {
			p.Row, p.SKU, p.Fatal = r.Number, r.SKU, true
			out.Problems = append(out.Problems, p)
		}
	}
	return out, nil
}
