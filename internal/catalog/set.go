package catalog

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

// Bounds of a product set.
const (
	setsMost     = 10_000 // of a catalog
	orderingMost = 1000
	setTextMost  = 2048 // characters of a text of its metadata
)

// Set is a saved filter over a catalog's items: what matches it belongs to it, at any moment.
type Set struct {
	ID, CatalogID id.ID
	Name          string
	RetailerID    string
	Filter        string  // a rule in JSON; "" is every item
	Ordering      []id.ID // items that come first, in this order
	Metadata      map[string]any
	Shops         []any // where it is published: a set that is, is live
	CreatedAt     time.Time
	UpdatedAt     time.Time
}

// Live tells whether the set is published somewhere.
func (s Set) Live() bool { return len(s.Shops) > 0 }

// Rule is the set's filter, nil for every item.
func (s Set) Rule() (*Rule, error) {
	if s.Filter == "" {
		return nil, nil
	}
	return ParseRule(s.Filter)
}

// SetChange are new values for a set; nil leaves a value as it is.
type SetChange struct {
	Name, RetailerID, Filter *string
	Ordering                 []id.ID
	Metadata                 map[string]any
	Shops                    []any
}

func (s *Set) apply(ch SetChange) error {
	if ch.Name != nil {
		s.Name = strings.TrimSpace(*ch.Name)
	}
	if ch.RetailerID != nil {
		s.RetailerID = strings.TrimSpace(*ch.RetailerID)
	}
	if ch.Filter != nil {
		s.Filter = strings.TrimSpace(*ch.Filter)
	}
	if ch.Ordering != nil {
		s.Ordering = ch.Ordering
	}
	if ch.Metadata != nil {
		s.Metadata = ch.Metadata
	}
	if ch.Shops != nil {
		s.Shops = ch.Shops
	}
	return s.check()
}

func (s *Set) check() error {
	if n := utf8.RuneCountInString(s.Name); n == 0 || n > nameMost || !storable(s.Name) {
		return ErrParam.Withf("name", "name: a product set needs a name of 1 to %d characters, this one has %d", nameMost, n)
	}
	if n := utf8.RuneCountInString(s.RetailerID); n > retailerIDMost || !storable(s.RetailerID) {
		return ErrParam.Withf("retailer_id", "retailer_id has %d characters, at most %d are allowed", n, retailerIDMost)
	}
	if len(s.Ordering) > orderingMost {
		return ErrParam.Withf("ordering_info", "ordering_info has %d entries, at most %d are allowed", len(s.Ordering), orderingMost)
	}
	for name, v := range map[string]any{"metadata": s.Metadata, "publish_to_shops": s.Shops} {
		if n := len(jsonText(v, 1)); n > objectBytes {
			return ErrParam.Withf(name, "%s has %d bytes, at most %d are allowed", name, n, objectBytes)
		}
	}
	if err := s.checkShown(); err != nil {
		return err
	}
	if s.Filter == "" {
		return nil
	}
	if _, err := ParseRule(s.Filter); err != nil {
		return err
	}
	compact, err := compactJSON(s.Filter)
	s.Filter = compact
	return err
}

// setTexts are the texts of a set's metadata.
var setTexts = []string{"cover_image_url", "description", "external_url", "external_url_handle"}

// checkShown checks what a set shows of itself, and where.
func (s *Set) checkShown() error {
	for _, name := range setTexts {
		field := "metadata." + name
		text, ok := s.Metadata[name].(string)
		if s.Metadata[name] != nil && !ok {
			return ErrParam.With(field, field+" must be a text")
		}
		if n := utf8.RuneCountInString(text); n > setTextMost || !storable(text) {
			return ErrParam.Withf(field, "%s has %d characters, at most %d are allowed", field, n, setTextMost)
		}
		if text == "" || name != "cover_image_url" && name != "external_url" {
			continue
		}
		if _, err := readLink(text); err != nil {
			return ErrParam.With(field, field+": "+err.Error())
		}
	}
	for n, shop := range s.Shops {
		if m, ok := shop.(map[string]any); !ok || m["shop_id"] == nil {
			return ErrParam.Withf("publish_to_shops", `publish_to_shops[%d] must be an object like {"shop_id":"…","ordering_index":0}`, n)
		}
	}
	return nil
}

// compactJSON is JSON without spaces, its keys in order: equal filters are equal texts.
func compactJSON(text string) (string, error) {
	v, err := decodeJSON([]byte(text))
	if err != nil {
		return "", err
	}
	return jsonText(v, 1), nil
}

const selectSet = `SELECT p.id, p.catalog_id, p.name, p.retailer_id, p.filter, p.ordering, p.metadata, p.shops, p.created_at, p.updated_at FROM product_set p `

func scanSet(row interface{ Scan(...any) error }) (s Set, err error) {
	var ordering, metadata, shops string
	err = row.Scan(&s.ID, &s.CatalogID, &s.Name, &s.RetailerID, &s.Filter, &ordering, &metadata, &shops, &s.CreatedAt, &s.UpdatedAt)
	if err != nil {
		return s, err
	}
	for _, part := range []struct {
		text string
		to   any
	}{{ordering, &s.Ordering}, {metadata, &s.Metadata}, {shops, &s.Shops}} {
		if part.text == "" {
			continue
		}
		if err := json.Unmarshal([]byte(part.text), part.to); err != nil {
			return s, fmt.Errorf("catalog: set %s: %w", s.ID, err)
		}
	}
	return s, nil
}

func querySets(ctx context.Context, tx *db.Tx, query string, args ...any) ([]Set, error) {
	rows, err := tx.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []Set
	for rows.Next() {
		s, err := scanSet(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, s)
	}
	return list, rows.Err()
}

// SetTx returns a set of a catalog the caller may see.
func SetTx(ctx context.Context, tx *db.Tx, c access.Caller, i id.ID) (Set, error) {
	s, err := scanSet(tx.QueryRow(ctx, selectSet+`JOIN catalog c ON c.id = p.catalog_id WHERE `+mine+` AND p.id = $2`, c.Businesses, i))
	if errors.Is(err, db.ErrNoRows) {
		return Set{}, ErrSetUnknown.Withf("id", "no product set %s is visible to this token", i)
	}
	return s, err
}

// SetsTx lists the sets of a catalog the caller may see behind after, oldest first; retailerID "" takes all.
func SetsTx(ctx context.Context, tx *db.Tx, c access.Caller, catalog, after id.ID, retailerID string, limit int) ([]Set, error) {
	if _, err := CatalogTx(ctx, tx, c, catalog); err != nil {
		return nil, err
	}
	return querySets(ctx, tx, selectSet+`WHERE p.catalog_id = $1 AND p.id > $2 AND ($3 = '' OR p.retailer_id = $3) ORDER BY p.id LIMIT $4`,
		catalog, after, retailerID, limit)
}

// SetCountTx is how many sets a catalog has; retailerID "" takes all.
func SetCountTx(ctx context.Context, tx *db.Tx, catalog id.ID, retailerID string) (n int64, err error) {
	err = tx.QueryRow(ctx, `SELECT COUNT(*) FROM product_set p WHERE p.catalog_id = $1 AND ($2 = '' OR p.retailer_id = $2)`, catalog, retailerID).Scan(&n)
	return n, err
}

// SetsOfItemTx lists the sets an item belongs to now.
func SetsOfItemTx(ctx context.Context, tx *db.Tx, i Item) ([]Set, error) {
	all, err := querySets(ctx, tx, selectSet+`WHERE p.catalog_id = $1 ORDER BY p.id`, i.CatalogID)
	if err != nil {
		return nil, err
	}
	var list []Set
	for _, s := range all {
		r, err := s.Rule()
		if err != nil {
			return nil, err
		}
		if r == nil || r.Match(&i) {
			list = append(list, s)
		}
	}
	return list, nil
}

// CreateSet saves a filter over a catalog of the caller's.
func (s *Service) CreateSet(ctx context.Context, c access.Caller, catalog id.ID, ch SetChange) (set Set, err error) {
	err = s.update(ctx, func(ctx context.Context, tx *db.Tx) error {
		set, err = s.CreateSetTx(ctx, tx, c, catalog, ch)
		return err
	})
	return set, err
}

// CreateSetTx is [Service.CreateSet] inside a transaction.
func (s *Service) CreateSetTx(ctx context.Context, tx *db.Tx, c access.Caller, catalog id.ID, ch SetChange) (Set, error) {
	if err := c.Require(access.CatalogManagement); err != nil {
		return Set{}, err
	}
	if _, err := ownedTx(ctx, tx, c, catalog); err != nil {
		return Set{}, err
	}
	return s.createSetTx(ctx, tx, catalog, ch)
}

// UpdateSet changes a set.
func (s *Service) UpdateSet(ctx context.Context, c access.Caller, i id.ID, ch SetChange) error {
	if err := c.Require(access.CatalogManagement); err != nil {
		return err
	}
	return s.update(ctx, func(ctx context.Context, tx *db.Tx) error {
		set, err := s.ownSetTx(ctx, tx, c, i)
		if err != nil {
			return err
		}
		if err := set.apply(ch); err != nil {
			return err
		}
		return s.putSetTx(ctx, tx, set)
	})
}

func (s *Service) ownSetTx(ctx context.Context, tx *db.Tx, c access.Caller, i id.ID) (Set, error) {
	set, err := SetTx(ctx, tx, c, i)
	if err != nil {
		return Set{}, err
	}
	_, err = ownedTx(ctx, tx, c, set.CatalogID)
	return set, err
}

// setFreeTx checks that no other set of the catalog has the same filter or retailer id.
func setFreeTx(ctx context.Context, tx *db.Tx, set Set) error {
	var other id.ID
	err := tx.QueryRow(ctx, `SELECT id FROM product_set WHERE catalog_id = $1 AND id <> $2 AND (($3 <> '' AND retailer_id = $3) OR ($4 <> '' AND filter = $4)) ORDER BY id LIMIT 1`,
		set.CatalogID, set.ID, set.RetailerID, set.Filter).Scan(&other)
	switch {
	case err == nil:
		return ErrSetTaken.Withf("filter", "product set %s of this catalog has the same filter or the same retailer_id; change that one, or use it", other)
	case !errors.Is(err, db.ErrNoRows):
		return err
	}
	return nil
}

// putSetTx stores a set whose filter and retailer id no other one of the catalog has.
func (s *Service) putSetTx(ctx context.Context, tx *db.Tx, set Set) error {
	if err := setFreeTx(ctx, tx, set); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `INSERT INTO product_set (id, catalog_id, name, retailer_id, filter, ordering, metadata, shops, created_at, updated_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		ON CONFLICT (id) DO UPDATE SET name = excluded.name, retailer_id = excluded.retailer_id, filter = excluded.filter, ordering = excluded.ordering,
		metadata = excluded.metadata, shops = excluded.shops, updated_at = excluded.updated_at`,
		set.ID, set.CatalogID, set.Name, set.RetailerID, set.Filter, jsonText(set.Ordering, len(set.Ordering)), jsonText(set.Metadata, len(set.Metadata)),
		jsonText(set.Shops, len(set.Shops)), set.CreatedAt, tx.Now())
	s.changed(tx, set.CatalogID)
	return err
}

// DeleteSet removes a set; its items stay. A live one asks for allowLive.
func (s *Service) DeleteSet(ctx context.Context, c access.Caller, i id.ID, allowLive bool) error {
	if err := c.Require(access.CatalogManagement); err != nil {
		return err
	}
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		set, err := s.ownSetTx(ctx, tx, c, i)
		if err != nil {
			return err
		}
		return s.deleteSetTx(ctx, tx, set, allowLive)
	})
}

func (s *Service) deleteSetTx(ctx context.Context, tx *db.Tx, set Set, allowLive bool) error {
	if set.Live() && !allowLive {
		return ErrSetLive.With("allow_live_product_set_deletion", "the product set is published to shops; send allow_live_product_set_deletion=true to delete it all the same")
	}
	s.changed(tx, set.CatalogID)
	if _, err := tx.Exec(ctx, `DELETE FROM product_set WHERE id = $1`, set.ID); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `DELETE FROM node WHERE id = $1`, set.ID)
	return err
}

// SetItemsTx lists the items of a set as [ListTx] does. Those of its ordering come first, in that order.
func SetItemsTx(ctx context.Context, tx *db.Tx, c access.Caller, set Set, q Query, count bool) (list []Item, total int, err error) {
	q.Within = 0
	found, err := SetPageTx(ctx, tx, c, set, q, count)
	return found.Items, found.Total, err
}

// SetPageTx is [SetItemsTx] that may stop looking before the end; see [Query.Within].
func SetPageTx(ctx context.Context, tx *db.Tx, c access.Caller, set Set, q Query, count bool) (Found, error) {
	r, err := set.Rule()
	if err != nil {
		return Found{}, err
	}
	if r != nil {
		q.Rules = append([]*Rule{r}, q.Rules...)
	}
	q.First = set.Ordering
	return PageTx(ctx, tx, c, set.CatalogID, q, count)
}
