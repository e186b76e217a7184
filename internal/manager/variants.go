package manager

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/db"
)

// combinationsMost is how many variants one form makes.
const combinationsMost = 50

// changeVariants saves the grid of a group: prices and availability of its items, and new combinations of colour and size.
// Rows are saved one by one; the first that is refused is told by its SKU, and nothing behind it is done.
func (s *Server) changeVariants(v *visit) error {
	i, err := v.pathID("item")
	if err != nil {
		return err
	}
	var item catalog.Item
	var group []catalog.Item
	err = s.view(v.Context(), func(ctx context.Context, tx *db.Tx) error {
		if item, err = catalog.ItemTx(ctx, tx, v.caller, i); err != nil {
			return err
		}
		group = []catalog.Item{item}
		if item.GroupID == "" {
			return nil
		}
		group, _, err = catalog.ListTx(ctx, tx, v.caller, item.CatalogID, catalog.Query{GroupID: item.GroupID, Limit: variantsShown}, false)
		return err
	})
	if err != nil {
		return err
	}
	sku, changed, err := s.saveVariants(v, group)
	if err == nil {
		var made []map[string]any
		sku, made, err = s.combine(v, item, group)
		changed = append(changed, made...)
	}
	if problem, ok := v.words(err); ok && !errors.Is(err, catalog.ErrItemUnknown) {
		problem.Detail = sku + ": " + problem.Detail
		return s.showItem(v, http.StatusUnprocessableEntity, &problem)
	}
	if err != nil {
		return err
	}
	if len(changed) > 0 {
		if err := v.rememberBatch(item.CatalogID, "UPDATE", changed); err != nil {
			return err
		}
	}
	return v.done(v.at("/items/"+i.String()), "manager.done_saved")
}

// saveVariants changes what became different in the rows of the grid.
func (s *Server) saveVariants(v *visit, group []catalog.Item) (sku string, changed []map[string]any, err error) {
	for _, it := range group {
		values := map[string]any{}
		for name, have := range map[string]string{"price": it.Price.Major() + " " + it.Price.Currency, "availability": it.Availability} {
			if text := strings.TrimSpace(v.PostFormValue(name + "." + it.ID.String())); text != "" && text != have {
				values[name] = text
			}
		}
		if len(values) == 0 {
			continue
		}
		if err := s.Catalogs.UpdateItem(v.Context(), v.caller, it.ID, "", catalog.ReadChange(catalog.Batch, values)); err != nil {
			return it.RetailerID, changed, err
		}
		values["id"] = it.RetailerID
		changed = append(changed, values)
	}
	return "", changed, nil
}

// combine makes the combinations of the colours and sizes given that the group lacks, each like the item at hand.
func (s *Server) combine(v *visit, item catalog.Item, group []catalog.Item) (sku string, made []map[string]any, err error) {
	colors, sizes := listed(v.PostFormValue("colors")), listed(v.PostFormValue("sizes"))
	if len(colors)+len(sizes) == 0 {
		return "", nil, nil
	}
	if len(colors) == 0 {
		colors = []string{""}
	}
	if len(sizes) == 0 {
		sizes = []string{""}
	}
	if len(colors)*len(sizes) > combinationsMost {
		return item.RetailerID, nil, catalog.ErrItem.Withf("size", "%d combinations of colours and sizes at once; at most %d", len(colors)*len(sizes), combinationsMost)
	}
	base := item.GroupID
	if base == "" {
		base = item.RetailerID
		if err := s.Catalogs.UpdateItem(v.Context(), v.caller, item.ID, "", catalog.ReadChange(catalog.Batch, map[string]any{"item_group_id": base})); err != nil {
			return item.RetailerID, nil, err
		}
	}
	text, err := item.JSON()
	if err != nil {
		return item.RetailerID, nil, err
	}
	have := []string{}
	for _, it := range group {
		have = append(have, fmt.Sprintf("%v/%v", it.Extra["color"], it.Extra["size"]))
	}
	for _, color := range colors {
		for _, size := range sizes {
			values := map[string]any{}
			if err := json.Unmarshal([]byte(text), &values); err != nil {
				return item.RetailerID, made, fmt.Errorf("manager: variant: %w", err)
			}
			sku = base
			for name, value := range map[string]string{"color": color, "size": size} {
				if value != "" {
					values[name] = value
				}
			}
			for _, part := range []string{color, size} {
				if part != "" {
					sku += "-" + strings.Join(strings.Fields(part), "-")
				}
			}
			if slices.Contains(have, fmt.Sprintf("%v/%v", values["color"], values["size"])) {
				continue
			}
			values["item_group_id"] = base
			_, err := s.Catalogs.CreateItem(v.Context(), v.caller, item.CatalogID, sku, catalog.ReadChange(catalog.Batch, values, "id"), false)
			if err != nil {
				return sku, made, err
			}
			values["id"] = sku
			made = append(made, values)
		}
	}
	return "", made, nil
}

// listed are the words between commas, each once.
func listed(text string) (list []string) {
	for part := range strings.SplitSeq(text, ",") {
		if part = strings.TrimSpace(part); part != "" && !slices.Contains(list, part) {
			list = append(list, part)
		}
	}
	return list
}
