package manager

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

// pickedMost is how many items of a set are picked and ordered by hand on its page; the API takes more.
const pickedMost = 100

// errPicked is a set of picked items without one.
var errPicked = catalog.ErrParam.With("filter", "a set of picked items needs at least one: pick some, or have a rule select them")

// pickedRule is the filter of a set that holds picked items alone.
type pickedRule struct {
	SKU struct {
		Any []string `json:"is_any"`
	} `json:"retailer_id"`
}

// pickedOf are the SKUs that a filter names, where it does nothing else.
func pickedOf(filter string) (skus []string, ok bool) {
	var r pickedRule
	if json.Unmarshal([]byte(filter), &r) != nil || len(r.SKU.Any) == 0 || len(r.SKU.Any) > pickedMost {
		return nil, false
	}
	again, err := pickedFilter(r.SKU.Any)
	return r.SKU.Any, err == nil && sameJSON(again, filter)
}

// pickedFilter is the filter that names SKUs.
func pickedFilter(skus []string) (string, error) {
	if len(skus) == 0 {
		return "", errPicked
	}
	var r pickedRule
	r.SKU.Any = skus
	b, err := json.Marshal(r)
	return string(b), err
}

// pickedForm reads what of a set is picked and in which order.
func (s *Server) pickedForm(v *visit, set catalog.Set, f *SetForm) error {
	if len(set.Ordering) > pickedMost {
		f.Long = len(set.Ordering)
		return nil
	}
	err := s.view(v.Context(), func(ctx context.Context, tx *db.Tx) error {
		f.Picked = nil
		if len(set.Ordering) == 0 {
			return nil
		}
		list, _, err := catalog.ListTx(ctx, tx, v.caller, set.CatalogID, catalog.Query{First: set.Ordering, Limit: len(set.Ordering)}, false)
		for _, i := range list {
			if slices.Contains(set.Ordering, i.ID) {
				f.Picked = append(f.Picked, i.RetailerID)
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	named, only := pickedOf(set.Filter)
	if !only {
		return nil
	}
	f.Only, f.JSON, f.Conditions = true, "", nil
	f.Picked = slices.DeleteFunc(f.Picked, func(sku string) bool { return !slices.Contains(named, sku) })
	for _, sku := range named {
		if !slices.Contains(f.Picked, sku) {
			f.Picked = append(f.Picked, sku)
		}
	}
	return nil
}

// readPicked reads the list of the form.
func (v *visit) readPicked(f *SetForm) {
	f.Only = v.PostFormValue("only") != ""
	for _, sku := range v.PostForm["picked"] {
		f.pick(sku)
	}
}

// pick puts an item at the end of the list; one that is there already stays.
func (f *SetForm) pick(sku string) {
	if catalog.CheckRetailerID(sku) == "" && len(f.Picked) < pickedMost && !slices.Contains(f.Picked, sku) {
		f.Picked = append(f.Picked, sku)
	}
}

// editTx does what a button of the list says; ok is false for what is none.
func (f *SetForm) editTx(ctx context.Context, tx *db.Tx, v *visit, action string) (ok bool, err error) {
	what, sku, _ := strings.Cut(action, ":")
	at := slices.Index(f.Picked, sku)
	switch what {
	case "find":
	case "add":
		f.pick(sku)
	case "drop":
		f.Picked = slices.DeleteFunc(f.Picked, func(one string) bool { return one == sku })
	case "up":
		if at > 0 {
			f.Picked[at-1], f.Picked[at] = f.Picked[at], f.Picked[at-1]
		}
	case "down":
		if at >= 0 && at+1 < len(f.Picked) {
			f.Picked[at+1], f.Picked[at] = f.Picked[at], f.Picked[at+1]
		}
	case "set":
		list, err := v.pickedTx(ctx, tx, catalog.Query{Limit: pickedMost}, sku)
		if err != nil {
			return true, err
		}
		for _, i := range list {
			f.pick(i.RetailerID)
		}
	default:
		return false, nil
	}
	return true, nil
}

// pickedTx finds the picked items, and what else can be picked.
func (p *SetPage) pickedTx(ctx context.Context, tx *db.Tx, v *visit) (err error) {
	if p.Products, err = catalog.ItemsByRetailerTx(ctx, tx, v.catalog.ID, p.Form.Picked); err != nil {
		return err
	}
	chosen := map[string]bool{}
	for _, sku := range p.Form.Picked {
		chosen[sku] = true
	}
	if err := v.pickerTx(ctx, tx, &p.Picker, chosen); err != nil {
		return err
	}
	p.Picker.Full = len(p.Form.Picked) >= pickedMost
	for n := range p.Picker.Items {
		p.Picker.Items[n].Why = "" // a set may hold what customers do not see yet
	}
	return nil
}

// ordering are the ids of the picked items that there are, in their order.
func (p *SetPage) ordering(ctx context.Context, tx *db.Tx, v *visit) ([]id.ID, error) {
	items, err := catalog.ItemsByRetailerTx(ctx, tx, v.catalog.ID, p.Form.Picked)
	list := []id.ID{}
	for _, sku := range p.Form.Picked {
		if i, ok := items[sku]; ok {
			list = append(list, i.ID)
		}
	}
	return list, err
}
