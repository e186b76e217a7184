package catalog

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

// What items are sorted by.
const (
	ByBrand       = "BRAND"
	ByCategory    = "CATEGORY"
	ByProductType = "PRODUCT_TYPE"
)

// Criteria lists what items are sorted by.
func Criteria() []string { return []string{ByBrand, ByCategory, ByProductType} }

// criteriaMost are the most characters of a value: those of the items' fields.
var criteriaMost = map[string]int{ByBrand: 100, ByCategory: 250, ByProductType: 750}

// CategoryNote is what a shop says of a brand, a category or a product type.
type CategoryNote struct {
	Criteria, Value                       string
	Description, DestinationURI, ImageURL string
}

// Bounds of what is said of categories.
const (
	categoriesMost        = 5000 // of a catalog
	categoryTextMost      = 1000
	categoriesOfCallsMost = 500
)

func (c *CategoryNote) check(n int) error {
	at := fmt.Sprintf("data[%d]", n)
	most, ok := criteriaMost[c.Criteria]
	if !ok {
		return ErrParam.Withf(at+".categorization_criteria", "%s.categorization_criteria %.40q is unknown; one of %s", at, c.Criteria, strings.Join(Criteria(), ", "))
	}
	c.Value = strings.TrimSpace(c.Value)
	if runes := utf8.RuneCountInString(c.Value); runes == 0 || runes > most || !storable(c.Value) {
		return ErrParam.Withf(at+".criteria_value", "%s.criteria_value has %d characters; it names a %s of your items in 1 to %d", at, runes, c.Criteria, most)
	}
	if runes := utf8.RuneCountInString(c.Description); runes > categoryTextMost || !storable(c.Description) {
		return ErrParam.Withf(at+".description", "%s.description has %d characters, at most %d are allowed", at, runes, categoryTextMost)
	}
	for name, link := range map[string]string{"destination_uri": c.DestinationURI, "image_url": c.ImageURL} {
		if link == "" {
			continue
		}
		if _, err := readLink(link); err != nil {
			return ErrParam.With(at+"."+name, at+"."+name+": "+err.Error())
		}
	}
	return nil
}

// Describe keeps what a shop says of categories of a catalog, in the place of what it said of them before.
func (s *Service) Describe(ctx context.Context, c access.Caller, catalog id.ID, list []CategoryNote) error {
	if err := c.Require(access.CatalogManagement); err != nil {
		return err
	}
	if len(list) == 0 || len(list) > categoriesOfCallsMost {
		return ErrParam.Withf("data", "data has %d entries, 1 to %d are allowed", len(list), categoriesOfCallsMost)
	}
	list = slices.Clone(list)
	rows := make([][]any, len(list))
	for n := range list {
		e := &list[n]
		if err := e.check(n); err != nil {
			return err
		}
		rows[n] = []any{catalog, e.Criteria, e.Value, e.Description, e.DestinationURI, e.ImageURL}
	}
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if _, err := ownedTx(ctx, tx, c, catalog); err != nil {
			return err
		}
		for _, row := range rows {
			if _, err := tx.Exec(ctx, `INSERT INTO catalog_category (catalog_id, criteria, value, description, destination_uri, image_url) VALUES ($1, $2, $3, $4, $5, $6)
				ON CONFLICT (catalog_id, criteria, value) DO UPDATE SET description = excluded.description, destination_uri = excluded.destination_uri, image_url = excluded.image_url`,
				row...); err != nil {
				return fmt.Errorf("catalog: categories: %w", err)
			}
		}
		var n int
		if err := tx.QueryRow(ctx, `SELECT COUNT(*) FROM catalog_category WHERE catalog_id = $1`, catalog).Scan(&n); err != nil {
			return err
		}
		if n > categoriesMost {
			return ErrParam.Withf("data", "the catalog would say something of %d categories, at most %d are allowed", n, categoriesMost)
		}
		return nil
	})
}

// CategoriesTx is what is said of the categories of one criterion, by their values.
func CategoriesTx(ctx context.Context, tx *db.Tx, catalog id.ID, criteria string) (map[string]CategoryNote, error) {
	rows, err := tx.Query(ctx, `SELECT criteria, value, description, destination_uri, image_url FROM catalog_category WHERE catalog_id = $1 AND criteria = $2`, catalog, criteria)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	found := map[string]CategoryNote{}
	for rows.Next() {
		var c CategoryNote
		if err := rows.Scan(&c.Criteria, &c.Value, &c.Description, &c.DestinationURI, &c.ImageURL); err != nil {
			return nil, err
		}
		found[c.Value] = c
	}
	return found, rows.Err()
}
