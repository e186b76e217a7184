package catalog

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/node"
)

// Bounds of a product group.
const (
	variantsMost       = 20
	variantOptionsMost = 500
)

// Group are items that are variants of one thing.
type Group struct {
	ID, CatalogID id.ID
	RetailerID    string // items name it as their group
	Variants      []Variant
	DefaultID     id.ID // the item that stands for the group; zero: none
	CreatedAt     time.Time
}

// Variant is what the items of a group differ in.
type Variant struct {
	Field   string   `json:"product_field"` // a field of the item, or custom_data:<key>
	Label   string   `json:"label,omitempty"`
	Options []string `json:"options,omitempty"`
}

const selectGroup = `SELECT g.id, g.catalog_id, g.retailer_id, g.variants, g.default_product_id, g.created_at FROM product_group g `

func scanGroup(row interface{ Scan(...any) error }) (g Group, err error) {
	var variants string
	err = row.Scan(&g.ID, &g.CatalogID, &g.RetailerID, &variants, &g.DefaultID, &g.CreatedAt)
	if err == nil && variants != "" {
		err = json.Unmarshal([]byte(variants), &g.Variants)
	}
	return g, err
}

// GroupTx returns a group of a catalog the caller may see.
func GroupTx(ctx context.Context, tx *db.Tx, c access.Caller, i id.ID) (Group, error) {
	g, err := scanGroup(tx.QueryRow(ctx, selectGroup+`JOIN catalog c ON c.id = g.catalog_id WHERE `+mine+` AND g.id = $2`, c.Businesses, i))
	if errors.Is(err, db.ErrNoRows) {
		return Group{}, ErrGroupUnknown.Withf("id", "no product group %s is visible to this token", i)
	}
	return g, err
}

// GroupByRetailerTx finds a group of a catalog by the shop's own id of it.
func GroupByRetailerTx(ctx context.Context, tx *db.Tx, catalog id.ID, retailerID string) (g Group, ok bool, err error) {
	g, err = scanGroup(tx.QueryRow(ctx, selectGroup+`WHERE g.catalog_id = $1 AND g.retailer_id = $2`, catalog, retailerID))
	if errors.Is(err, db.ErrNoRows) {
		return Group{}, false, nil
	}
	return g, err == nil, err
}

// GroupsTx lists the groups of a catalog the caller may see behind after, oldest first.
func GroupsTx(ctx context.Context, tx *db.Tx, c access.Caller, catalog, after id.ID, limit int) ([]Group, error) {
	if _, err := CatalogTx(ctx, tx, c, catalog); err != nil {
		return nil, err
	}
	rows, err := tx.Query(ctx, selectGroup+`WHERE g.catalog_id = $1 AND g.id > $2 ORDER BY g.id LIMIT $3`, catalog, after, limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []Group
	for rows.Next() {
		g, err := scanGroup(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, g)
	}
	return list, rows.Err()
}

// GroupCountTx is the number of groups in a catalog.
func GroupCountTx(ctx context.Context, tx *db.Tx, catalog id.ID) (n int, err error) {
	err = tx.QueryRow(ctx, `SELECT COUNT(*) FROM product_group WHERE catalog_id = $1`, catalog).Scan(&n)
	return n, err
}

// CreateGroup makes a group; one of that retailer id that items made by naming it is taken over.
func (s *Service) CreateGroup(ctx context.Context, c access.Caller, catalog id.ID, retailerID string, variants []Variant) (g Group, err error) {
	if err := c.Require(access.CatalogManagement); err != nil {
		return Group{}, err
	}
	retailerID = strings.TrimSpace(retailerID)
	if wrong := CheckRetailerID(retailerID); retailerID != "" && wrong != "" {
		return Group{}, ErrParam.With("retailer_id", "retailer_id "+wrong)
	}
	if err := checkVariants(variants); err != nil {
		return Group{}, err
	}
	err = s.update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if _, err := ownedTx(ctx, tx, c, catalog); err != nil {
			return err
		}
		own := retailerID
		if own == "" {
			own = "group_" + tx.NewID().String()
		}
		if err := ensureGroupsTx(ctx, tx, catalog, 0, []string{own}); err != nil {
			return err
		}
		if g, _, err = GroupByRetailerTx(ctx, tx, catalog, own); err != nil {
			return err
		}
		if variants != nil {
			g.Variants = variants
		}
		s.changed(tx, catalog)
		return putGroupTx(ctx, tx, g)
	})
	return g, err
}

func checkVariants(list []Variant) error {
	if len(list) > variantsMost {
		return ErrParam.Withf("variants", "variants has %d entries, at most %d are allowed", len(list), variantsMost)
	}
	for n, v := range list {
		at := fmt.Sprintf("variants[%d]", n)
		name, custom := strings.CutPrefix(v.Field, "custom_data:")
		if _, known := index[Node][v.Field]; !known && (!custom || name == "") {
			return ErrParam.Withf(at+".product_field", "%s.product_field must be a field of an item, such as color or size, or custom_data:<key>, not %s", at, show(v.Field))
		}
		if len(v.Options) > variantOptionsMost {
			return ErrParam.Withf(at+".options", "%s.options has %d entries, at most %d are allowed", at, len(v.Options), variantOptionsMost)
		}
		for _, text := range append([]string{v.Label, v.Field}, v.Options...) {
			if n := utf8.RuneCountInString(text); n > nameMost || !storable(text) {
				return ErrParam.Withf(at, "%s has a text of %d characters, at most %d are allowed", at, n, nameMost)
			}
		}
	}
	return nil
}

func putGroupTx(ctx context.Context, tx *db.Tx, g Group) error {
	_, err := tx.Exec(ctx, `UPDATE group_row SET variants = $1, default_product_id = $2 WHERE id = $3`, jsonText(g.Variants, len(g.Variants)), g.DefaultID, g.ID)
	return err
}

// newGroups shows groups that are there but not seen yet.
var newGroups, hiddenGroups = insertGroups(`DO UPDATE SET upload_id = 0`), insertGroups(`DO NOTHING`)

func insertGroups(conflict string) bulk {
	return newBulk(`group_row (catalog_id, created_at, upload_id, id, retailer_id)`, "$1,$2,$3", 3, "it", `ON CONFLICT (catalog_id, retailer_id) `+conflict)
}

// ensureGroupsTx makes the groups that items name and that are not there yet, in the name of an upload of a feed, if one
// makes the items: nobody sees what it makes until it is seen ([HideTx]), or until something else names the group too.
func ensureGroupsTx(ctx context.Context, tx *db.Tx, catalog, upload id.ID, retailerIDs []string) error {
	if len(retailerIDs) == 0 {
		return nil
	}
	slices.Sort(retailerIDs)
	retailerIDs = slices.Compact(retailerIDs)
	from, insert := `product_group`, &newGroups
	if upload != 0 {
		from, insert = `group_row`, &hiddenGroups
	}
	have := map[string]bool{}
	rows, err := tx.Query(ctx, `SELECT retailer_id FROM `+from+` WHERE catalog_id = $1 AND retailer_id = ANY($2)`, catalog, retailerIDs)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return err
		}
		have[s] = true
	}
	if err := rows.Err(); err != nil {
		return err
	}
	missing := slices.DeleteFunc(retailerIDs, func(s string) bool { return have[s] })
	if len(missing) == 0 {
		return nil
	}
	ids, err := node.NewRunTx(ctx, tx, node.ProductGroup, len(missing))
	if err != nil {
		return err
	}
	_, err = insert.insert(ctx, tx, len(missing), func(b *db.Binder) {
		b.Int(int64(catalog))
		b.Int(tx.Now().UnixMilli())
		b.Int(int64(upload))
	}, func(b *db.Binder, n int) {
		b.Int(int64(ids[n]))
		b.Text(missing[n])
	})
	return err
}

// GroupChange are new values for a group; nil leaves a value as it is.
type GroupChange struct {
	Variants  []Variant
	DefaultID *id.ID
}

// UpdateGroup changes a group. Its default item is one of its own.
func (s *Service) UpdateGroup(ctx context.Context, c access.Caller, i id.ID, ch GroupChange) error {
	if err := c.Require(access.CatalogManagement); err != nil {
		return err
	}
	if err := checkVariants(ch.Variants); err != nil {
		return err
	}
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		g, err := s.ownGroupTx(ctx, tx, c, i)
		if err != nil {
			return err
		}
		if ch.Variants != nil {
			g.Variants = ch.Variants
		}
		if ch.DefaultID != nil {
			it, err := ItemTx(ctx, tx, c, *ch.DefaultID)
			if err != nil || it.CatalogID != g.CatalogID || it.GroupID != g.RetailerID {
				return ErrParam.Withf("default_product_id", "default_product_id %s is no item of this group", *ch.DefaultID)
			}
			g.DefaultID = it.ID
		}
		s.changed(tx, g.CatalogID)
		return putGroupTx(ctx, tx, g)
	})
}

func (s *Service) ownGroupTx(ctx context.Context, tx *db.Tx, c access.Caller, i id.ID) (Group, error) {
	g, err := GroupTx(ctx, tx, c, i)
	if err != nil {
		return Group{}, err
	}
	_, err = ownedTx(ctx, tx, c, g.CatalogID)
	return g, err
}

// DeleteGroup removes a group: an empty one, or with its items where withItems is set.
func (s *Service) DeleteGroup(ctx context.Context, c access.Caller, i id.ID, withItems bool) error {
	if err := c.Require(access.CatalogManagement); err != nil {
		return err
	}
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		g, err := s.ownGroupTx(ctx, tx, c, i)
		if err != nil {
			return err
		}
		list, err := queryItems(ctx, tx, selectItem+`WHERE i.catalog_id = $1 AND i.group_id = $2 ORDER BY i.id`, g.CatalogID, g.RetailerID)
		if err != nil {
			return err
		}
		if len(list) > 0 && !withItems {
			return ErrGroupFull.Withf("deletion_method", "the group holds %d items; delete them first, or send deletion_method=DELETE_ITEMS", len(list))
		}
		s.changed(tx, g.CatalogID)
		ids, skus := []id.ID{i}, []string{}
		for _, it := range list {
			ids, skus = append(ids, it.ID), append(skus, it.RetailerID)
		}
		if err := releaseTx(ctx, tx, g.CatalogID, skus); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `DELETE FROM group_row WHERE id = $1`, i); err != nil {
			return err
		}
		return deleteTx(ctx, tx, ids)
	})
}
