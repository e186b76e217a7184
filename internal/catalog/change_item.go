package catalog

import (
	"context"
	"fmt"
	"strings"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/job"
	"github.com/hawkerhq/hawker/internal/node"
	"github.com/hawkerhq/hawker/internal/once"
)

// retailerIDMost is the longest SKU.
const retailerIDMost = 100

// ItemsChanged asks for a review of what waits for one in a catalog.
type ItemsChanged struct {
	CatalogID id.ID `json:"catalog_id"`
}

// Kind implements job.Args.
func (ItemsChanged) Kind() string { return "catalog.items_changed" }

func enqueueReviewTx(ctx context.Context, tx *db.Tx, catalog id.ID) error {
	return job.EnqueueTx(ctx, tx, ItemsChanged{CatalogID: catalog}, job.Key("review:"+catalog.String()), job.Unique())
}

// CheckRetailerID says what is wrong with a SKU, or "".
func CheckRetailerID(s string) string {
	switch n := len([]rune(s)); {
	case strings.TrimSpace(s) == "":
		return "is missing; every item needs an id of your own, unique in the catalog"
	case n > retailerIDMost:
		return fmt.Sprintf("has %d characters, at most %d are allowed", n, retailerIDMost)
	case !storable(s):
		return "holds bytes that are no text"
	}
	return ""
}

// problemsFault words the first problem as a fault; the others follow in the detail.
func problemsFault(problems []Problem) error {
	texts := make([]string, len(problems))
	for n, p := range problems {
		texts[n] = p.String()
	}
	return ErrItem.With(problems[0].Field, strings.Join(texts, "; "))
}

// CreateItem adds an item, or updates the one with that SKU when upsert is on.
func (s *Service) CreateItem(ctx context.Context, c access.Caller, catalog id.ID, retailerID string, ch Change, upsert bool) (id.ID, error) {
	if err := c.Require(access.CatalogManagement); err != nil {
		return 0, err
	}
	var item id.ID
	err := s.update(ctx, func(ctx context.Context, tx *db.Tx) error {
		cat, err := writableTx(ctx, tx, c, catalog)
		if err != nil {
			return err
		}
		if item, err = s.createTx(ctx, tx, c, cat, retailerID, ch, upsert); err != nil {
			return err
		}
		return once.KeepTx(ctx, tx, cat.BusinessID, item)
	})
	return item, err
}

// createTx adds an item to a catalog, or updates the one with that SKU when upsert is on.
func (s *Service) createTx(ctx context.Context, tx *db.Tx, c access.Caller, cat Catalog, retailerID string, ch Change, upsert bool) (id.ID, error) {
	retailerID = strings.TrimSpace(retailerID)
	if wrong := CheckRetailerID(retailerID); wrong != "" {
		return 0, ErrItem.With("retailer_id", "retailer_id: "+wrong)
	}
	have, err := lockItemsTx(ctx, tx, cat.ID, []string{retailerID})
	if err != nil {
		return 0, err
	}
	it, exists := have[retailerID]
	if exists && !upsert {
		return 0, ErrDuplicate.Withf("retailer_id", "retailer_id %s already names item %s of this catalog; update that item, or leave allow_upsert on", show(retailerID), it.ID)
	}
	before := ""
	if exists {
		before, err = it.JSON()
	} else {
		it = Item{CatalogID: cat.ID, RetailerID: retailerID}
		it.ID, err = node.NewTx(ctx, tx, node.ProductItem)
	}
	if err != nil {
		return 0, err
	}
	if err := s.saveTx(ctx, tx, cat, it, ch, !exists); err != nil {
		return 0, err
	}
	return it.ID, editedTx(ctx, tx, c, before, it.ID)
}

// UpdateItem changes an item; a new SKU may come with the change ("" keeps it).
func (s *Service) UpdateItem(ctx context.Context, c access.Caller, item id.ID, retailerID string, ch Change) error {
	if err := c.Require(access.CatalogManagement); err != nil {
		return err
	}
	return s.update(ctx, func(ctx context.Context, tx *db.Tx) error {
		it, cat, err := s.ownItemTx(ctx, tx, c, item)
		if err != nil {
			return err
		}
		return s.changeTx(ctx, tx, c, cat, it, retailerID, ch)
	})
}

// changeTx changes an item that is locked.
func (s *Service) changeTx(ctx context.Context, tx *db.Tx, c access.Caller, cat Catalog, it Item, retailerID string, ch Change) error {
	before, err := it.JSON()
	if err != nil {
		return err
	}
	if retailerID = strings.TrimSpace(retailerID); retailerID != "" && retailerID != it.RetailerID {
		if wrong := CheckRetailerID(retailerID); wrong != "" {
			return ErrItem.With("retailer_id", "retailer_id: "+wrong)
		}
		have, err := lockItemsTx(ctx, tx, cat.ID, []string{retailerID})
		if err != nil {
			return err
		}
		if other, taken := have[retailerID]; taken {
			return ErrDuplicate.Withf("retailer_id", "retailer_id %s already names item %s of this catalog", show(retailerID), other.ID)
		}
		it.RetailerID = retailerID
	}
	if err := s.saveTx(ctx, tx, cat, it, ch, false); err != nil {
		return err
	}
	return editedTx(ctx, tx, c, before, it.ID)
}

// retriesOfUnique is how often a change begins again after another one took the SKU in between.
const retriesOfUnique = 3

// update is db.Update, begun again when two writers made an item of one SKU at once.
func (s *Service) update(ctx context.Context, f func(ctx context.Context, tx *db.Tx) error) error {
	err := s.db.Update(ctx, f)
	for n := 0; n < retriesOfUnique && db.IsUnique(err); n++ {
		err = s.db.Update(ctx, f)
	}
	return err
}

func (s *Service) ownItemTx(ctx context.Context, tx *db.Tx, c access.Caller, item id.ID) (Item, Catalog, error) {
	it, err := lockItemTx(ctx, tx, c, item)
	if err != nil {
		return Item{}, Catalog{}, err
	}
	cat, err := writableTx(ctx, tx, c, it.CatalogID)
	return it, cat, err
}

func (s *Service) saveTx(ctx context.Context, tx *db.Tx, cat Catalog, it Item, ch Change, fresh bool) error {
	before := it
	if problems := ch.applyTo(&it, fresh); len(problems) > 0 {
		return problemsFault(problems)
	}
	it.settle(&before, cat.Reviewed, s.prices, tx.Now())
	if err := upsertTx(ctx, tx, 0, []Item{it}); err != nil {
		return err
	}
	s.changed(tx, cat.ID)
	if it.Review.Status == Pending || it.Review.Status == Outdated {
		return enqueueReviewTx(ctx, tx, cat.ID)
	}
	return nil
}

// DeleteItem removes an item.
func (s *Service) DeleteItem(ctx context.Context, c access.Caller, item id.ID) error {
	if err := c.Require(access.CatalogManagement); err != nil {
		return err
	}
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, cat, err := s.ownItemTx(ctx, tx, c, item)
		if err != nil {
			return err
		}
		s.changed(tx, cat.ID)
		return deleteTx(ctx, tx, []id.ID{item})
	})
}

func deleteTx(ctx context.Context, tx *db.Tx, items []id.ID) error {
	tx.Notify(Changes)
	gone, err := deleteItems(ctx, tx, items)
	if err != nil {
		return err
	}
	for catalog, list := range gone {
		if err := toIndexTx(ctx, tx, catalog, 0, list); err != nil {
			return err
		}
	}
	for _, table := range []string{"override_row", "override_before", "item_edit"} {
		if _, err := tx.Exec(ctx, `DELETE FROM `+table+` WHERE item_id = ANY($1)`, items); err != nil {
			return err
		}
	}
	_, err = tx.Exec(ctx, `DELETE FROM node WHERE id = ANY($1)`, items)
	return err
}

// deleteItems deletes items and tells which they were, by catalog.
func deleteItems(ctx context.Context, tx *db.Tx, items []id.ID) (map[id.ID][]id.ID, error) {
	rows, err := tx.Query(ctx, `DELETE FROM item_row WHERE id = ANY($1) RETURNING catalog_id, id`, items)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	gone := map[id.ID][]id.ID{}
	for rows.Next() {
		var catalog, i id.ID
		if err := rows.Scan(&catalog, &i); err != nil {
			return nil, err
		}
		gone[catalog] = append(gone[catalog], i)
	}
	return gone, rows.Err()
}
