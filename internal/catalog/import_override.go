package catalog

import (
	"context"
	"fmt"

	"github.com/hawkerhq/hawker/internal/db"
)

// OverrideRow is a row of a localised feed.
type OverrideRow struct {
	Number       int
	SKU          string
	Localization Localization
	Data         map[string]any // texts in the batch vocabulary; empty ones take a value away
}

// ImportOverridesTx writes rows of a localised feed. They change what items say elsewhere, and make none.
func (s *Service) ImportOverridesTx(ctx context.Context, tx *db.Tx, im Import, list []OverrideRow) (Imported, error) {
	var out Imported
	skus := make([]string, len(list))
	for n, r := range list {
		skus[n] = r.SKU
	}
	have, err := lockItemsTx(ctx, tx, im.Catalog, skus)
	if err != nil {
		return Imported{}, err
	}
	for _, r := range list {
		// A value that may not differ, or is wrong, is left out; what is wrong with the row itself refuses it.
		row := Row{Number: r.Number, SKU: r.SKU}
		refuse := func(p RowProblem) {
			p.Fatal, p.Row, p.SKU = true, r.Number, r.SKU
			out.Problems = append(out.Problems, p)
			out.Refused++
		}
		item, ok := have[r.SKU]
		wrongID, wrong := CheckRetailerID(r.SKU), r.Localization.wrong()
		switch {
		case wrongID != "":
			refuse(row.problem(Problem{"id", wrongID}, true, r.SKU))
			continue
		case wrong != "":
			refuse(RowProblem{Field: "override", Summary: "The column override does not say for whom the row holds.", Remedy: sentence(wrong), Value: r.Localization.Value})
			continue
		case !ok:
			refuse(RowProblem{Kind: NoSuchItem, Field: "id", Summary: "There is no item with this id.", Remedy: "Only items that exist can be localised: upload the item with its primary feed first.", Value: r.SKU})
			continue
		}
		for _, p := range readOverride(r.Localization, r.Data) {
			value, _ := r.Data[p.Field].(string)
			out.Problems = append(out.Problems, row.problem(p, false, value))
			delete(r.Data, p.Field)
		}
		if len(r.Data) > 0 {
			if err := SetOverrideTx(ctx, tx, item.ID, r.Localization, r.Data); err != nil {
				return Imported{}, fmt.Errorf("catalog: row %d: %w", r.Number, err)
			}
		}
		out.Persisted++
		out.Updated++
	}
	if out.Updated > 0 {
		s.changed(tx, im.Catalog)
	}
	return out, nil
}

// HasID tells whether the rows have a column for the SKU.
func (r *Rows) HasID() bool { return r.id >= 0 }
