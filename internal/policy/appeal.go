package policy

import (
	"context"
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/id"
)

// Causes of refused appeals.
var (
	ErrAppeal      = fault.New("policy.appeal_invalid")
	ErrAppealOften = fault.New("policy.appeal_often")
)

// Bounds of appeals: those of the catalog API, and of a business's week.
const (
	appealItemsMost   = 100
	appealCallsMost   = 10 // of a catalog in a day
	appealWeekMost    = 5000
	appealMessageMost = 500
	day               = 24 * time.Hour
	week              = 7 * day
)

// States of an appeal.
const (
	AppealOpen      = "open"
	AppealGranted   = "granted"
	AppealRefused   = "refused"
	AppealOvertaken = "overtaken" // the item says something else now, and is reviewed as such
)

// Appeal is a request for another look at a rejected item.
type Appeal struct {
	ID, ItemID, CatalogID id.ID
	Rev                   int64  // of the item when it was made
	Content               string // of the item, see [catalog.Item.Content]
	Message, AskedBy      string
	State                 string
	Reason, DecidedBy     string
	CreatedAt, DecidedAt  time.Time
}

// Appeal asks for another look at rejected items of a catalog, all of them or none: once for each as it is now. A refused
// appeal is final until the item says something else.
func (r *Reviewer) Appeal(ctx context.Context, c access.Caller, cat id.ID, items []id.ID, message string) error {
	if err := c.Require(access.CatalogManagement); err != nil {
		return err
	}
	if len(items) == 0 || len(items) > appealItemsMost {
		return ErrAppeal.Withf("retailer_ids", "%d items; from 1 to %d are taken in one call", len(items), appealItemsMost)
	}
	if n := utf8.RuneCountInString(message); n > appealMessageMost {
		return ErrAppeal.Withf("message", "message has %d characters, at most %d are allowed", n, appealMessageMost)
	}
	return r.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		owner, err := catalog.CatalogTx(ctx, tx, c, cat)
		if err != nil {
			return err
		}
		if err := appealRateTx(ctx, tx, owner, len(items)); err != nil {
			return err
		}
		for _, item := range items {
			if err := appealTx(ctx, tx, c, owner, item, message); err != nil {
				return err
			}
		}
		tx.AfterCommit(func() { r.live.Publish(catalog.Topic(cat), nil) })
		return nil
	})
}

// appealRateTx counts the call against the day's limit of the catalog and the week's of its business.
func appealRateTx(ctx context.Context, tx *db.Tx, cat catalog.Catalog, items int) error {
	var calls, asked int
	if err := tx.QueryRow(ctx, `SELECT COUNT(*) FROM appeal_call WHERE catalog_id = $1 AND at > $2`, cat.ID, tx.Now().Add(-day)).Scan(&calls); err != nil {
		return fmt.Errorf("policy: appeals: %w", err)
	}
	if calls >= appealCallsMost {
		return ErrAppealOften.Withf("", "a catalog may ask %d times in 24 hours; name up to %d items in one call", appealCallsMost, appealItemsMost)
	}
	if err := tx.QueryRow(ctx, `SELECT COUNT(*) FROM item_appeal WHERE business_id = $1 AND created_at > $2`, cat.BusinessID, tx.Now().Add(-week)).Scan(&asked); err != nil {
		return fmt.Errorf("policy: appeals: %w", err)
	}
	if asked+items > appealWeekMost {
		return ErrAppealOften.Withf("", "a business may ask for at most %d items in 7 days", appealWeekMost)
	}
	_, err := tx.Exec(ctx, `INSERT INTO appeal_call (catalog_id, at) VALUES ($1, $2)`, cat.ID, tx.Now())
	return err
}

func appealTx(ctx context.Context, tx *db.Tx, c access.Caller, cat catalog.Catalog, item id.ID, message string) error {
	i, err := catalog.ItemTx(ctx, tx, c, item)
	if err != nil {
		return err
	}
	switch {
	case i.CatalogID != cat.ID:
		return ErrAppeal.Withf("product_item_ids", "item %s is not of this catalog", item)
	case i.Review.Status != catalog.Rejected:
		return ErrAppeal.Withf("retailer_ids", "item %s is not rejected: only rejected items get another review", i.RetailerID)
	}
	n, err := tx.Exec(ctx, `INSERT INTO item_appeal (id, item_id, catalog_id, business_id, rev, content, message, asked_by, state, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (item_id, content) DO NOTHING`,
		tx.NewID(), item, cat.ID, cat.BusinessID, i.Rev, i.Content(), message, c.UserName, AppealOpen, tx.Now())
	if err == nil && n == 0 {
		return ErrAppeal.Withf("retailer_ids", "another review of item %s was asked for already; a new one is possible once the item has changed", i.RetailerID)
	}
	return err
}

// AppealOfTx is the appeal of an item as it is now.
func AppealOfTx(ctx context.Context, tx *db.Tx, i catalog.Item) (a Appeal, ok bool, err error) {
	list, err := appeals(ctx, tx, `item_id = $1 AND content = $2`, i.ID, i.Content())
	if err != nil || len(list) == 0 {
		return Appeal{}, false, err
	}
	return list[0], true, nil
}

// CanAppeal tells whether an item can be appealed as it is: it is rejected, and was not appealed before.
func CanAppeal(i catalog.Item, appealed bool) bool {
	return i.Review.Status == catalog.Rejected && !appealed
}

// AppealsTx lists every appeal of an item, the latest first.
func AppealsTx(ctx context.Context, tx *db.Tx, item id.ID) ([]Appeal, error) {
	return appeals(ctx, tx, `item_id = $1 ORDER BY id DESC LIMIT 100`, item)
}

// AppealsOfCatalogTx lists the appeals of a catalog, the latest first.
func AppealsOfCatalogTx(ctx context.Context, tx *db.Tx, c access.Caller, cat id.ID, limit int) ([]Appeal, error) {
	if _, err := catalog.CatalogTx(ctx, tx, c, cat); err != nil {
		return nil, err
	}
	return appeals(ctx, tx, `catalog_id = $1 ORDER BY id DESC LIMIT $2`, cat, limit)
}

// OpenAppealsTx lists appeals of a catalog that wait for a decision, oldest first.
func OpenAppealsTx(ctx context.Context, tx *db.Tx, cat id.ID, limit int) ([]Appeal, error) {
	return appeals(ctx, tx, `catalog_id = $1 AND state = 'open' ORDER BY id LIMIT $2`, cat, limit)
}

func appeals(ctx context.Context, tx *db.Tx, where string, args ...any) (list []Appeal, err error) {
	rows, err := tx.Query(ctx, `SELECT id, item_id, catalog_id, rev, content, message, asked_by, state, reason, decided_by, created_at, decided_at FROM item_appeal WHERE `+where, args...)
	if err != nil {
		return nil, fmt.Errorf("policy: appeals: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var a Appeal
		if err := rows.Scan(&a.ID, &a.ItemID, &a.CatalogID, &a.Rev, &a.Content, &a.Message, &a.AskedBy, &a.State, &a.Reason, &a.DecidedBy, &a.CreatedAt, &a.DecidedAt); err != nil {
			return nil, fmt.Errorf("policy: appeals: %w", err)
		}
		list = append(list, a)
	}
	return list, rows.Err()
}
