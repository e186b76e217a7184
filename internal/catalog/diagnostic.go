package catalog

import (
	"context"
	"fmt"
	"strings"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

// Severities of a diagnostic.
const (
	MustFix     = "MUST_FIX"
	Opportunity = "OPPORTUNITY"
)

// Diagnostic is something wrong with items of a catalog.
type Diagnostic struct {
	Type     string
	Severity string
	Code     int // ours: the contract names none
	Field    string
	Title    string
	Subtitle string // what to do
	Items    int    // how many have it
	Samples  []Sample
	where    string
}

// Sample is an item that has it.
type Sample struct {
	ID         id.ID  `json:"id"`
	RetailerID string `json:"retailer_id"`
}

// samplesOfDiagnostic is how many items are named.
const samplesOfDiagnostic = 10

// diagnostics are the rules, over item i; $2 is the time.
var diagnostics = []Diagnostic{
	{
		Type: "POLICY_VIOLATION", Severity: MustFix, Code: 1, Field: "review_status", where: `i.review = 'rejected'`,
		Title: "Items do not comply with the commerce policy", Subtitle: "Change the item so that it complies, or ask for another review",
	},
	{
		Type: "ATTRIBUTES_MISSING", Severity: MustFix, Code: 2, Field: "description", where: `i.description = ''`,
		Title: "Items have no description", Subtitle: "Say in the description what the item is",
	},
	{
		Type: "ATTRIBUTES_MISSING", Severity: MustFix, Code: 3, Field: "image_url", where: `i.image_link = ''`,
		Title: "Items have no picture", Subtitle: "Give a JPEG or PNG of at least 500 × 500 pixels",
	},
	{
		Type: "ATTRIBUTES_MISSING", Severity: MustFix, Code: 4, Field: "url", where: `i.link = ''`,
		Title: "Items have no link", Subtitle: "Give the item's page on your site",
	},
	{
		Type: "ATTRIBUTES_INVALID", Severity: MustFix, Code: 5, Field: "price", where: `i.price_minor = 0`,
		Title: "Items cost nothing", Subtitle: "Give a price above zero, or take the item out of the catalog",
	},
	{
		Type: "SHOPS_VISIBILITY_ISSUES", Severity: MustFix, Code: 6, Field: "expiration_date", where: `(i.expires_at > 0 AND i.expires_at <= $2)`,
		Title: "Items have expired", Subtitle: "Give a later expiration_date, or delete the item",
	},
	{
		Type: "ATTRIBUTES_MISSING", Severity: Opportunity, Code: 7, Field: "brand", where: `i.brand = ''`,
		Title: "Items have no brand", Subtitle: "Give a brand, a gtin or an mpn",
	},
	{
		Type: "CATEGORY", Severity: Opportunity, Code: 8, Field: "google_product_category", where: `i.google_category = ''`,
		Title: "Items have no category", Subtitle: "Give a google_product_category: customers find the item more easily, and its review is surer",
	},
	{
		Type: "LOW_QUALITY_TITLE_AND_DESCRIPTION", Severity: Opportunity, Code: 9, Field: "description",
		where: `(i.description <> '' AND i.description = i.title)`,
		Title: "Descriptions only repeat the title", Subtitle: "Say what the title does not: material, size, use",
	},
	{
		Type: "LOW_QUALITY_TITLE_AND_DESCRIPTION", Severity: Opportunity, Code: 10, Field: "name",
		where: `(i.title = UPPER(i.title) AND i.title <> LOWER(i.title) AND LENGTH(i.title) > 5)`,
		Title: "Titles are all in capitals", Subtitle: "Write the title as in a sentence",
	},
}

// DiagnosticsTx looks for what is wrong with the items of a catalog that the caller may see, in one pass.
// What no item has is left out.
func DiagnosticsTx(ctx context.Context, tx *db.Tx, c access.Caller, catalog id.ID) ([]Diagnostic, error) {
	if _, err := CatalogTx(ctx, tx, c, catalog); err != nil {
		return nil, err
	}
	counts := make([]int, len(diagnostics))
	columns, to := make([]string, len(diagnostics)), make([]any, len(diagnostics))
	for n, d := range diagnostics {
		columns[n], to[n] = "COALESCE(SUM(CASE WHEN "+d.where+" THEN 1 ELSE 0 END), 0)", &counts[n]
	}
	err := tx.QueryRow(ctx, `SELECT `+strings.Join(columns, ", ")+` FROM item i WHERE i.catalog_id = $1`, catalog, tx.Now()).Scan(to...)
	if err != nil {
		return nil, fmt.Errorf("catalog: diagnostics: %w", err)
	}
	var list []Diagnostic
	for n, d := range diagnostics {
		if counts[n] == 0 {
			continue
		}
		d.Items = counts[n]
		if d.Samples, err = samplesTx(ctx, tx, catalog, d); err != nil {
			return nil, err
		}
		list = append(list, d)
	}
	return list, nil
}

func samplesTx(ctx context.Context, tx *db.Tx, catalog id.ID, d Diagnostic) ([]Sample, error) {
	rows, err := tx.Query(ctx, `SELECT i.id, i.retailer_id FROM item i WHERE i.catalog_id = $1 AND i.created_at <= $2 AND `+d.where+` ORDER BY i.id LIMIT $3`,
		catalog, tx.Now(), samplesOfDiagnostic)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []Sample
	for rows.Next() {
		var s Sample
		if err := rows.Scan(&s.ID, &s.RetailerID); err != nil {
			return nil, err
		}
		list = append(list, s)
	}
	return list, rows.Err()
}

// Shelf is how many items have a value.
type Shelf struct {
	Value string
	Items int
}

// shelvesMost bounds the values told.
const shelvesMost = 1000

// ShelvesTx counts the items of a catalog by brand or category, the fullest first. by: "brand" or "category".
func ShelvesTx(ctx context.Context, tx *db.Tx, c access.Caller, catalog id.ID, by string) ([]Shelf, error) {
	if _, err := CatalogTx(ctx, tx, c, catalog); err != nil {
		return nil, err
	}
	column := map[string]string{"brand": "brand", "category": "google_category"}[by]
	rows, err := tx.Query(ctx, `SELECT i.`+column+`, COUNT(*) FROM item i WHERE i.catalog_id = $1 AND i.`+column+` <> ''
		GROUP BY i.`+column+` ORDER BY COUNT(*) DESC, i.`+column+` LIMIT $2`, catalog, shelvesMost)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []Shelf
	for rows.Next() {
		var s Shelf
		if err := rows.Scan(&s.Value, &s.Items); err != nil {
			return nil, err
		}
		list = append(list, s)
	}
	return list, rows.Err()
}
