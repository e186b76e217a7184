// Package catalog keeps what a shop sells: catalogs, their items and batches of changes, and the review
// verdict of each item. It stores verdicts; deciding them is policy's trade.
package catalog

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/live"
	"github.com/hawkerhq/hawker/internal/node"
)

// Causes.
var (
	ErrUnknown      = fault.New("catalog.unknown")
	ErrItemUnknown  = fault.New("catalog.item_unknown")
	ErrParam        = fault.New("catalog.parameter")
	ErrItem         = fault.New("catalog.item_invalid")
	ErrDuplicate    = fault.New("catalog.item_duplicate")
	ErrHandle       = fault.New("catalog.handle_unknown")
	ErrFilter       = fault.New("catalog.filter_invalid")
	ErrInConnection = fault.New("catalog.connected")
	ErrShared       = fault.New("catalog.shared")
	ErrSetUnknown   = fault.New("catalog.set_unknown")
	ErrSetTaken     = fault.New("catalog.set_duplicate")
	ErrSetLive      = fault.New("catalog.set_live")
	ErrGroupUnknown = fault.New("catalog.group_unknown")
	ErrGroupFull    = fault.New("catalog.group_not_empty")
)

// Commerce is the vertical that WhatsApp takes.
const Commerce = "commerce"

// Verticals of the contract.
func Verticals() []string {
	return []string{
		"adoptable_pets", "apps_and_software", "articles_and_publications", Commerce, "destinations", "flights", "generic",
		"home_listings", "hotels", "local_service_businesses", "media_titles", "offer_items", "offline_commerce", "services",
		"transactable_items", "vehicles",
	}
}

// Catalog is a set of items of one business.
type Catalog struct {
	ID, BusinessID  id.ID
	Name            string
	Vertical        string
	DefaultImageURL string
	// Settings are what is kept for the caller and changes nothing here, by their Graph name; nil for none.
	Settings map[string]any
	// Reviewed is on while the catalog is connected to a WhatsApp account.
	Reviewed  bool
	CreatedAt time.Time
}

// Service changes catalogs.
type Service struct {
	db      *db.DB
	live    *live.Hub
	india   func(ctx context.Context, tx *db.Tx, catalog id.ID) (bool, error) // see [Service.AskIndia]; nil: never
	prices  PriceEye                                                          // see [Service.AskPrices]; nil: no price matters
	deleted []func(ctx context.Context, tx *db.Tx, catalog id.ID) error
	recent  recent

	taxonomy *Taxonomy // see [Service.UseTaxonomy]; nil: none was loaded
	unshared []func(ctx context.Context, tx *db.Tx, catalog, business id.ID) error

	findings findings
	tallies  tallies
	slims    slims
}

// New returns the service over d; pages that show a catalog hear of changes through hub.
func New(d *db.DB, hub *live.Hub) *Service {
	return &Service{db: d, live: hub, findings: findings{slow: slowDiagnostics}}
}

// OnDelete has f remove what else belongs to a catalog, before the catalog itself goes. It is called while the
// house is put together.
func (s *Service) OnDelete(f func(ctx context.Context, tx *db.Tx, catalog id.ID) error) {
	s.deleted = append(s.deleted, f)
}

// Changes is rung (db.OnNotify) after every commit that changed an item, a verdict or a catalog.
const Changes = "catalog.changes"

// Topic is where changes of a catalog are published.
func Topic(catalog id.ID) string { return "catalog:" + catalog.String() }

func (s *Service) changed(tx *db.Tx, catalog id.ID) {
	tx.Notify(Changes)
	tx.AfterCommit(func() { s.live.Publish(Topic(catalog), nil) })
}

const (
	nameMost   = 200
	selectCols = `SELECT c.id, c.business_id, c.name, c.vertical, c.default_image_url, c.settings, c.reviewed, c.created_at FROM catalog c `
	// mine limits a query to catalogs that the businesses in $1 own or share.
	mine = `(c.business_id = ANY($1) OR EXISTS (SELECT 1 FROM catalog_share s WHERE s.catalog_id = c.id AND s.business_id = ANY($1)))`
)

func scanCatalog(row scanner) (c Catalog, err error) {
	var settings string
	err = row.Scan(&c.ID, &c.BusinessID, &c.Name, &c.Vertical, &c.DefaultImageURL, &settings, &c.Reviewed, &c.CreatedAt)
	if err != nil || settings == "" {
		return c, err
	}
	v, err := decodeJSON([]byte(settings))
	if err != nil {
		return c, fmt.Errorf("catalog: settings of %s: %w", c.ID, err)
	}
	c.Settings, _ = v.(map[string]any)
	return c, nil
}

// CatalogTx returns a catalog that the caller's businesses own or share.
func CatalogTx(ctx context.Context, tx *db.Tx, c access.Caller, i id.ID) (Catalog, error) {
	cat, err := scanCatalog(tx.QueryRow(ctx, selectCols+`WHERE `+mine+` AND c.id = $2`, c.Businesses, i))
	if errors.Is(err, db.ErrNoRows) {
		return Catalog{}, ErrUnknown.Withf("catalog_id", "no catalog %s is visible to this token", i)
	}
	return cat, err
}

// ownedTx returns a catalog that the caller may change: see [mayChangeTx].
func ownedTx(ctx context.Context, tx *db.Tx, c access.Caller, i id.ID) (Catalog, error) {
	cat, err := CatalogTx(ctx, tx, c, i)
	if err == nil {
		err = mayChangeTx(ctx, tx, c, cat)
	}
	return cat, err
}

// writableTx is [ownedTx] for changing items: where there is more than one writer, connecting the catalog
// waits for this transaction and the other way round, so that no item slips past its review.
func writableTx(ctx context.Context, tx *db.Tx, c access.Caller, i id.ID) (Catalog, error) {
	cat, err := ownedTx(ctx, tx, c, i)
	if err == nil && tx.Dialect() == db.Postgres {
		err = tx.QueryRow(ctx, `SELECT reviewed FROM catalog WHERE id = $1 FOR SHARE`, i).Scan(&cat.Reviewed)
	}
	return cat, err
}

// Create makes a catalog of a business, with an id of its own if it has one, and of vertical commerce if it
// names none.
func (s *Service) Create(ctx context.Context, c access.Caller, cat Catalog) (Catalog, error) {
	err := s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		cat, err = CreateTx(ctx, tx, c, cat)
		return err
	})
	return cat, err
}

// CreateTx is [Service.Create] inside a transaction.
func CreateTx(ctx context.Context, tx *db.Tx, c access.Caller, cat Catalog) (Catalog, error) {
	if err := c.Require(access.CatalogManagement); err != nil {
		return Catalog{}, err
	}
	if !c.Reaches(cat.BusinessID) {
		return Catalog{}, ErrUnknown.Withf("business", "no business %s is visible to this token", cat.BusinessID)
	}
	if cat.Vertical == "" {
		cat.Vertical = Commerce
	}
	if !slices.Contains(Verticals(), cat.Vertical) {
		return Catalog{}, ErrParam.Withf("vertical", "%.40q is no vertical; one of %s", cat.Vertical, strings.Join(Verticals(), ", "))
	}
	cat.Name = strings.TrimSpace(cat.Name)
	if err := cat.check(); err != nil {
		return Catalog{}, err
	}
	var err error
	if cat.ID == 0 {
		cat.ID, err = node.NewTx(ctx, tx, node.ProductCatalog)
	} else {
		err = node.AdoptTx(ctx, tx, cat.ID, node.ProductCatalog)
	}
	if err != nil {
		return Catalog{}, err
	}
	cat.CreatedAt = tx.Now()
	_, err = tx.Exec(ctx, `INSERT INTO catalog (id, business_id, name, vertical, default_image_url, settings, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		cat.ID, cat.BusinessID, cat.Name, cat.Vertical, cat.DefaultImageURL, jsonText(cat.Settings, len(cat.Settings)), cat.CreatedAt)
	return cat, err
}

func (c Catalog) check() error {
	if n := utf8.RuneCountInString(c.Name); n == 0 || n > nameMost || !storable(c.Name) {
		return ErrParam.Withf("name", "name: a catalog needs a name of 1 to %d characters, this one has %d", nameMost, n)
	}
	if c.DefaultImageURL != "" {
		if _, err := readLink(c.DefaultImageURL); err != nil {
			return ErrParam.With("default_image_url", "default_image_url: "+err.Error())
		}
	}
	if n := len(jsonText(c.Settings, len(c.Settings))); n > objectBytes {
		return ErrParam.Withf("settings", "the settings of a catalog have %d bytes, at most %d are allowed", n, objectBytes)
	}
	return nil
}

// CatalogChange are new values for a catalog; nil leaves a value as it is.
type CatalogChange struct {
	Name, DefaultImageURL *string
	Settings              map[string]any // added to those there are
}

// Update changes a catalog.
func (s *Service) Update(ctx context.Context, c access.Caller, i id.ID, ch CatalogChange) error {
	if err := c.Require(access.CatalogManagement); err != nil {
		return err
	}
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		cat, err := ownedTx(ctx, tx, c, i)
		if err != nil {
			return err
		}
		if ch.Name != nil {
			cat.Name = strings.TrimSpace(*ch.Name)
		}
		if ch.DefaultImageURL != nil {
			cat.DefaultImageURL = strings.TrimSpace(*ch.DefaultImageURL)
		}
		if cat.Settings == nil {
			cat.Settings = map[string]any{}
		}
		maps.Copy(cat.Settings, ch.Settings)
		if err := cat.check(); err != nil {
			return err
		}
		s.changed(tx, i)
		_, err = tx.Exec(ctx, `UPDATE catalog SET name = $1, default_image_url = $2, settings = $3 WHERE id = $4`,
			cat.Name, cat.DefaultImageURL, jsonText(cat.Settings, len(cat.Settings)), i)
		return err
	})
}

// Delete removes a catalog with everything in it. A connected one has to be disconnected first; one with live
// product sets asks for allowLiveSets.
func (s *Service) Delete(ctx context.Context, c access.Caller, i id.ID, allowLiveSets bool) error {
	if err := c.Require(access.CatalogManagement); err != nil {
		return err
	}
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		cat, err := ownTx(ctx, tx, c, i)
		if err == nil {
			err = mayChangeTx(ctx, tx, c, cat)
		}
		if err != nil {
			return err
		}
		if cat.Reviewed {
			return ErrInConnection.Withf("id", "catalog %s is connected to a WhatsApp Business Account; disconnect it first (DELETE /{waba-id}/product_catalogs)", i)
		}
		if !allowLiveSets {
			live, err := querySets(ctx, tx, selectSet+`WHERE p.catalog_id = $1 AND p.shops <> '' ORDER BY p.id LIMIT 1`, i)
			if err != nil {
				return err
			}
			if len(live) > 0 {
				return ErrSetLive.Withf("allow_delete_catalog_with_live_product_set",
					"product set %s of the catalog is published to shops; send allow_delete_catalog_with_live_product_set=true to delete all the same", live[0].ID)
			}
		}
		for _, f := range s.deleted {
			if err := f(ctx, tx, i); err != nil {
				return err
			}
		}
		for _, statement := range []string{
			`DELETE FROM catalog_batch_chunk WHERE handle IN (SELECT handle FROM catalog_batch WHERE catalog_id = $1)`,
			`DELETE FROM catalog_batch WHERE catalog_id = $1`,
			`DELETE FROM node WHERE id = $1 OR id IN (SELECT id FROM item_row WHERE catalog_id = $1) OR id IN (SELECT id FROM item_before WHERE catalog_id = $1) OR id IN (SELECT id FROM product_set WHERE catalog_id = $1)
				OR id IN (SELECT id FROM group_row WHERE catalog_id = $1)`,
			`DELETE FROM product_set WHERE catalog_id = $1`,
			`DELETE FROM group_row WHERE catalog_id = $1`,
			`DELETE FROM override_before WHERE catalog_id = $1`,
			`DELETE FROM override_row WHERE item_id IN (SELECT id FROM item_row WHERE catalog_id = $1) OR item_id IN (SELECT id FROM item_before WHERE catalog_id = $1)`,
			`DELETE FROM item_row WHERE catalog_id = $1`,
			`DELETE FROM item_before WHERE catalog_id = $1`,
			`DELETE FROM item_unseen WHERE catalog_id = $1`,
			`DELETE FROM search_todo WHERE catalog_id = $1`,
			`DELETE FROM picture_todo WHERE catalog_id = $1`,
			`DELETE FROM issue_day WHERE catalog_id = $1`,
			`DELETE FROM catalog_share WHERE catalog_id = $1`,
			`DELETE FROM catalog_user WHERE catalog_id = $1`,
			`DELETE FROM catalog_category WHERE catalog_id = $1`,
			`DELETE FROM catalog WHERE id = $1`,
		} {
			if _, err := tx.Exec(ctx, statement, i); err != nil {
				return fmt.Errorf("catalog: %w", err)
			}
		}
		s.changed(tx, i)
		return noteTx(ctx, tx, i, 0, allGone)
	})
}

// OwnedTx lists a business's own catalogs behind after, oldest first.
func OwnedTx(ctx context.Context, tx *db.Tx, c access.Caller, business, after id.ID, limit int) ([]Catalog, error) {
	return listCatalogs(ctx, tx, selectCols+`WHERE c.business_id = ANY($1) AND c.business_id = $2 AND c.id > $3 ORDER BY c.id LIMIT $4`,
		c.Businesses, business, after, limit)
}

// SharedTx lists the catalogs that others share with a business, oldest first.
func SharedTx(ctx context.Context, tx *db.Tx, c access.Caller, business, after id.ID, limit int) ([]Catalog, error) {
	return listCatalogs(ctx, tx, selectCols+`JOIN catalog_share s ON s.catalog_id = c.id
		WHERE s.business_id = ANY($1) AND s.business_id = $2 AND c.id > $3 ORDER BY c.id LIMIT $4`, c.Businesses, business, after, limit)
}

func listCatalogs(ctx context.Context, tx *db.Tx, query string, args ...any) ([]Catalog, error) {
	rows, err := tx.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []Catalog
	for rows.Next() {
		c, err := scanCatalog(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, c)
	}
	return list, rows.Err()
}

// UsableByTx tells whether a business may connect a catalog: it owns it, or it is shared with it.
func UsableByTx(ctx context.Context, tx *db.Tx, catalog, business id.ID) (ok bool, err error) {
	err = tx.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM catalog WHERE id = $1 AND business_id = $2)
		OR EXISTS (SELECT 1 FROM catalog_share WHERE catalog_id = $1 AND business_id = $2)`, catalog, business).Scan(&ok)
	return ok, err
}

// ShareTx lets another business use a catalog.
func ShareTx(ctx context.Context, tx *db.Tx, catalog, business id.ID) error {
	_, err := tx.Exec(ctx, `INSERT INTO catalog_share (catalog_id, business_id) VALUES ($1, $2) ON CONFLICT (catalog_id, business_id) DO NOTHING`, catalog, business)
	return err
}

// CountTx is the number of items in a catalog.
func CountTx(ctx context.Context, tx *db.Tx, catalog id.ID) (n int, err error) {
	err = tx.QueryRow(ctx, `SELECT COUNT(*) FROM item WHERE catalog_id = $1`, catalog).Scan(&n)
	return n, err
}
