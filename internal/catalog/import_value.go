package catalog

import (
	"slices"
	"time"

	"github.com/hawkerhq/hawker/internal/money"
)

// CheckChange returns what is wrong with the row where its item is there already: less than [Row.Check] asks of a new one.
func (r *Row) CheckChange() []RowProblem {
	r.readWithCare()
	if r.Fatal() {
		return r.problems
	}
	there := wholeItem(r.change)
	_, problems := r.applyTo(r.change, &there, false)
	return slices.Concat(r.problems, problems)
}

// CheckNew returns what more is wrong with the row where there is no item yet.
func (r *Row) CheckNew() []RowProblem {
	known := r.CheckChange()
	return slices.DeleteFunc(slices.Concat(r.unfit, r.warned), func(p RowProblem) bool { return slices.Contains(known, p) })
}

// wholeItem is an item that lacks nothing, and whose price a sale of the change is below.
func wholeItem(c Change) Item {
	i := Item{
		Title: "t", Description: "d", Brand: "b", Link: "l", ImageLink: "i", Availability: InStock, Condition: "new", Visibility: Published,
		Price: money.Amount{Minor: minorMost, Currency: "USD"},
	}
	if sale, ok := c.get("sale_price").(money.Amount); ok {
		i.Price.Currency = sale.Currency
	}
	return i
}

// Value is what the row says of a column, named as the batch vocabulary does, in one spelling for all that mean the same. It is
// for a row that is not fatal. ok is false where the row says nothing, or what it says is left out with a warning, so that the
// item stays as it is.
func (r *Row) Value(column string) (text string, ok bool) {
	r.readWithCare()
	switch column {
	case "image_link", "additional_image_link":
		return r.imagesValue(column == "image_link")
	case "sale_price", "sale_price_effective_date":
		return r.saleValue(index[Batch][column].name)
	}
	f, known := index[Batch][column]
	v, ok := r.change.value(f.name)
	if !known || !ok {
		return "", false
	}
	if f.name == "visibility" {
		if v == nil || v == "active" || v == Published {
			return Published, true
		}
		return Staging, true
	}
	return spelling(v), true
}

// imagesValue is the main picture, or the others: of "image" where there is one, as [Change.applyImages] has it.
func (r *Row) imagesValue(main bool) (text string, ok bool) {
	if v, ok := r.change.value("image"); ok {
		list, _ := v.([]string)
		if main {
			return spelling(slices.Concat(list, []string{""})[0]), true
		}
		return spelling(list[min(1, len(list)):]), true
	}
	name := "additional_image_urls"
	if main {
		name = "image_url"
	}
	v, ok := r.change.value(name)
	return spelling(v), ok
}

// saleValue is a part of a sale: nothing where the sale is wrong, since the item goes without it then.
func (r *Row) saleValue(name string) (text string, ok bool) {
	v, ok := r.change.value(name)
	if !ok {
		return "", false
	}
	there := wholeItem(r.change)
	r.change.applyPrices(&there)
	if len(checkSale(&there)) > 0 {
		return "", true
	}
	return spelling(v), true
}

// spelling is a value as text; "" where there is none.
func spelling(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case []string:
		return jsonText(v, len(v))
	case money.Amount:
		return v.String()
	case span:
		return v.start.UTC().Format(time.RFC3339) + "/" + v.end.UTC().Format(time.RFC3339)
	}
	return jsonText(v, 1)
}
