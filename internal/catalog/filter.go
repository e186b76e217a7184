package catalog

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

// filterColumns are the fields a filter may test, and their columns.
var filterColumns = map[string]string{
	"retailer_id": "retailer_id", "id": "retailer_id", "name": "title", "title": "title", "brand": "brand",
	"availability": "availability", "condition": "condition", "visibility": "visibility", "category": "google_category",
	"google_product_category": "google_category", "retailer_product_group_id": "group_id", "item_group_id": "group_id", "currency": "currency",
}

// filterOps are the operators on texts, without regard to case.
var filterOps = map[string]string{"eq": "= ANY", "neq": "<> ALL", "is_any": "= ANY", "is_not_any": "<> ALL"}

// Bounds of a filter.
const (
	filterBytes = 500 << 10
	filterDepth = 10
)

// Query selects items of a catalog.
type Query struct {
	Filter       string // a rule in JSON, or ""
	ApprovedOnly bool   // only what WhatsApp shows
	Rejected     bool   // only what the review rejected: the one error an item can have
	After        id.ID
	Before       id.ID // zero: no bound
	Limit        int
}

// ListTx lists items of a catalog the caller may see, oldest first, and how many there are in all when
// count is set.
func ListTx(ctx context.Context, tx *db.Tx, c access.Caller, catalog id.ID, q Query, count bool) (list []Item, total int, err error) {
	if _, err := CatalogTx(ctx, tx, c, catalog); err != nil {
		return nil, 0, err
	}
	where, args := `i.catalog_id = $1`, []any{catalog}
	if q.ApprovedOnly {
		where, args = visible, []any{catalog, tx.Now()}
	}
	if q.Rejected {
		where += ` AND i.review = 'rejected'`
	}
	key := "i.id"
	if q.Filter != "" {
		f := filter{args: args}
		text, err := f.parse(q.Filter)
		if err != nil {
			return nil, 0, err
		}
		where, args = where+" AND "+text, f.args
		if f.bySKU {
			key = "i.id + 0"
		}
	}
	if count {
		if err := tx.QueryRow(ctx, `SELECT COUNT(*) FROM item i WHERE `+where, args...).Scan(&total); err != nil {
			return nil, 0, err
		}
	}
	order := "ASC"
	if q.Before != 0 {
		args, where, order = append(args, q.Before), where+fmt.Sprintf(` AND %s < $%d`, key, len(args)+1), "DESC"
	}
	args = append(args, q.After, q.Limit)
	list, err = queryItems(ctx, tx, fmt.Sprintf(`%s WHERE %s AND %s > $%d ORDER BY %s %s LIMIT $%d`, selectItem, where, key, len(args)-1, key, order, len(args)), args...)
	if q.Before != 0 {
		slices.Reverse(list)
	}
	return list, total, err
}

// filter turns a rule into SQL.
type filter struct {
	args []any
	// bySKU: only items of named SKUs can match. They are few and found by their index, which ordering by the
	// plain id would keep SQLite from using.
	bySKU bool
}

func (f *filter) parse(text string) (string, error) {
	if len(text) > filterBytes {
		return "", ErrFilter.Withf("filter", "filter has %d bytes, at most %d are allowed", len(text), filterBytes)
	}
	v, err := decodeJSON([]byte(text))
	rule, ok := v.(map[string]any)
	if err != nil || !ok {
		return "", ErrFilter.With("filter", `filter is not a JSON object such as {"retailer_id":{"eq":"sku-1"}}`)
	}
	f.bySKU = namesSKUs(rule)
	return f.rule(rule, 0)
}

// namesSKUs tells whether only items of the SKUs that a rule names can match it.
func namesSKUs(rule map[string]any) bool {
	if list, ok := rule["and"].([]any); ok {
		return slices.ContainsFunc(list, func(r any) bool {
			inner, _ := r.(map[string]any)
			return namesSKUs(inner)
		})
	}
	for field, column := range filterColumns {
		test, _ := rule[field].(map[string]any)
		if column == "retailer_id" && (test["eq"] != nil || test["is_any"] != nil) {
			return true
		}
	}
	return false
}

func (f *filter) rule(rule map[string]any, depth int) (string, error) {
	if depth > filterDepth {
		return "", ErrFilter.Withf("filter", "filter is nested deeper than %d levels", filterDepth)
	}
	if len(rule) != 1 {
		return "", ErrFilter.With("filter", `each rule of a filter has exactly one key: a field, "and", "or" or "not"`)
	}
	for key, value := range rule {
		switch key {
		case "and", "or":
			return f.group(key, value, depth)
		case "not":
			inner, ok := value.(map[string]any)
			if !ok {
				return "", ErrFilter.With("filter", `"not" holds one rule`)
			}
			text, err := f.rule(inner, depth+1)
			return "NOT (" + text + ")", err
		default:
			return f.test(key, value)
		}
	}
	return "", nil
}

func (f *filter) group(key string, value any, depth int) (string, error) {
	rules, ok := value.([]any)
	if !ok || len(rules) == 0 {
		return "", ErrFilter.Withf("filter", "%q holds a list of rules", key)
	}
	texts := make([]string, 0, len(rules))
	for _, r := range rules {
		inner, ok := r.(map[string]any)
		if !ok {
			return "", ErrFilter.Withf("filter", "%q holds a list of rules", key)
		}
		text, err := f.rule(inner, depth+1)
		if err != nil {
			return "", err
		}
		texts = append(texts, text)
	}
	return "(" + strings.Join(texts, " "+strings.ToUpper(key)+" ") + ")", nil
}

func (f *filter) test(name string, value any) (string, error) {
	column, ok := filterColumns[name]
	if !ok {
		return "", ErrFilter.Withf("filter", "Hawker cannot filter by %s yet; it filters by %s", show(name), strings.Join(sortedKeys(filterColumns), ", "))
	}
	test, ok := value.(map[string]any)
	if !ok || len(test) != 1 {
		return "", ErrFilter.Withf("filter", `%s needs one operator, for example {"%s":{"eq":"x"}}`, show(name), name)
	}
	for op, operand := range test {
		sql, ok := filterOps[op]
		if !ok {
			return "", ErrFilter.Withf("filter", "Hawker does not offer the operator %s yet; it offers %s", show(op), strings.Join(sortedKeys(filterOps), ", "))
		}
		list, ok := operand.([]any)
		if !ok {
			list = []any{operand}
		}
		if isList := strings.HasSuffix(op, "any"); isList != ok {
			return "", ErrFilter.Withf("filter", `%s takes %s: write {"%s":{"%s":%s}}`, show(op), operandOf[isList], name, op, exampleOf[isList])
		}
		texts, err := operands(column, op, list)
		if err != nil {
			return "", err
		}
		f.args = append(f.args, texts)
		if column == "retailer_id" {
			// SKUs are told apart by case, and found by their index.
			return fmt.Sprintf("i.retailer_id %s($%d)", sql, len(f.args)), nil
		}
		return fmt.Sprintf("LOWER(i.%s) %s($%d)", column, sql, len(f.args)), nil
	}
	return "", nil
}

// What the operators take.
var (
	operandOf = map[bool]string{true: "a list", false: "one value"}
	exampleOf = map[bool]string{true: `["x","y"]`, false: `"x"`}
)

// operands are the values of a test. Databases lower the case of other letters than ASCII differently, so
// a value is offered in both ways.
func operands(column, op string, list []any) ([]string, error) {
	var texts []string
	for _, v := range list {
		switch v.(type) {
		case map[string]any, []any, nil:
			return nil, ErrFilter.Withf("filter", "%s compares with texts, numbers and booleans, not with %s", show(op), show(v))
		}
		s := plainText(v)
		switch {
		case !storable(s):
		case column == "retailer_id":
			texts = append(texts, s)
		default:
			texts = append(texts, strings.ToLower(s), lowerASCII(s))
		}
	}
	return texts, nil
}

func lowerASCII(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}

func sortedKeys(m map[string]string) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
