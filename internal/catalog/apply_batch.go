package catalog

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	json "github.com/go-json-experiment/json"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/node"
)

// Apply works off a batch from its first unapplied chunk: a crash in between costs nothing.
func (s *Service) Apply(ctx context.Context, a ApplyBatch) error {
	err := s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE catalog_batch SET status = 'dispatched' WHERE handle = $1 AND status = 'scheduled'`, a.Handle)
		return err
	})
	for done := false; err == nil && !done; {
		err = s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
			done, err = s.applyNextTx(ctx, tx, a.Handle)
			return err
		})
	}
	if err != nil {
		return fmt.Errorf("catalog: batch %s: %w", a.Handle, err)
	}
	return nil
}

// applyNextTx applies the next chunk of a batch; done means that there was none left.
func (s *Service) applyNextTx(ctx context.Context, tx *db.Tx, handle string) (done bool, err error) {
	var n, first int
	var requests string
	var catalog id.ID
	var upsert bool
	err = tx.QueryRow(ctx, `SELECT b.catalog_id, b.upsert, k.n, k.first_line, k.requests FROM catalog_batch b
		JOIN catalog_batch_chunk k ON k.handle = b.handle WHERE b.handle = $1 AND NOT k.applied ORDER BY k.n LIMIT 1`, handle).
		Scan(&catalog, &upsert, &n, &first, &requests)
	if errors.Is(err, db.ErrNoRows) {
		_, err = tx.Exec(ctx, `UPDATE catalog_batch SET status = 'finished', finished_at = $1 WHERE handle = $2`, tx.Now(), handle)
		return true, err
	}
	if err != nil {
		return false, err
	}
	var list []Request
	if err := json.Unmarshal([]byte(requests), &list); err != nil {
		return false, fmt.Errorf("chunk %d: %w", n, err)
	}
	problems, err := s.applyChunkTx(ctx, tx, catalog, upsert, first, list)
	if err != nil {
		return false, err
	}
	if n == 0 {
		if _, err := tx.Exec(ctx, `UPDATE catalog_batch SET status = 'started' WHERE handle = $1`, handle); err != nil {
			return false, err
		}
	}
	_, err = tx.Exec(ctx, `UPDATE catalog_batch_chunk SET applied = TRUE, requests = '', problems = $1 WHERE handle = $2 AND n = $3`,
		jsonText(problems, len(problems)), handle, n)
	s.changed(tx, catalog)
	return false, err
}

// chunk is the state of items while a chunk's requests are applied to them in order.
type chunk struct {
	upsert   bool
	items    map[string]*Item // by SKU; nil: deleted
	order    []string         // SKUs touched, in order
	deleted  []id.ID
	problems []LineProblem
}

func (s *Service) applyChunkTx(ctx context.Context, tx *db.Tx, catalog id.ID, upsert bool, first int, list []Request) ([]LineProblem, error) {
	skus := make([]string, len(list))
	for n, r := range list {
		skus[n] = r.key()
	}
	// The lock makes connecting the catalog wait, and the other way round: no item slips past its review.
	var reviewed bool
	if err := tx.QueryRow(ctx, `SELECT reviewed FROM catalog WHERE id = $1`+lock(tx, "FOR SHARE"), catalog).Scan(&reviewed); err != nil {
		return nil, err
	}
	have, err := lockItemsTx(ctx, tx, catalog, skus)
	if err != nil {
		return nil, err
	}
	k := chunk{upsert: upsert, items: make(map[string]*Item, len(list))}
	for sku, it := range have {
		k.items[sku] = &it
	}
	for n, r := range list {
		k.apply(catalog, first+n, r, reviewed, tx.Now())
	}
	return k.problems, k.save(ctx, tx, catalog)
}

func (k *chunk) apply(catalog id.ID, line int, r Request, reviewed bool, now time.Time) {
	ch, next, v := r.check()
	sku := v.RetailerID
	note := func(warning bool, text string) {
		k.problems = append(k.problems, LineProblem{Line: line, ID: sku, Message: text, Warning: warning})
	}
	for _, e := range v.Errors {
		note(false, e.Message)
	}
	if len(v.Errors) > 0 {
		return
	}
	it, method := k.items[sku], strings.ToUpper(r.Method)
	switch {
	case method == "DELETE":
		if it == nil {
			note(true, "there is no item with this id; nothing was deleted")
			return
		}
		if it.ID != 0 {
			k.deleted = append(k.deleted, it.ID)
		}
		k.items[sku] = nil
		return
	case method == "UPDATE" && it == nil && !k.upsert:
		note(false, "there is no item with this id; create it, or leave allow_upsert on")
		return
	}
	if method == "UPDATE" || it != nil {
		// A CREATE of a new item was made by check already.
		next = Item{}
		if it != nil {
			next = *it
		}
		if problems := ch.applyTo(&next, it == nil); len(problems) > 0 {
			for _, p := range problems {
				note(false, p.String())
			}
			return
		}
	}
	for _, w := range v.Warnings {
		note(true, w.Message)
	}
	next.CatalogID, next.RetailerID = catalog, sku
	next.settle(reviewed, now)
	k.items[sku] = &next
	k.order = append(k.order, sku)
}

// save writes what the requests of the chunk came to, each item once.
func (k *chunk) save(ctx context.Context, tx *db.Tx, catalog id.ID) error {
	var changed []Item
	var fresh []int
	review := false
	seen := map[string]bool{}
	for _, sku := range k.order {
		it := k.items[sku]
		if it == nil || seen[sku] {
			continue
		}
		seen[sku] = true
		if it.ID == 0 {
			fresh = append(fresh, len(changed))
		}
		review = review || it.Review.Status == Pending || it.Review.Status == Outdated
		changed = append(changed, *it)
	}
	if len(k.deleted) > 0 {
		if err := deleteTx(ctx, tx, k.deleted); err != nil {
			return err
		}
	}
	ids, err := node.NewManyTx(ctx, tx, node.ProductItem, len(fresh))
	if err != nil {
		return err
	}
	for n, at := range fresh {
		changed[at].ID = ids[n]
	}
	if err := upsertTx(ctx, tx, changed); err != nil {
		return err
	}
	if review {
		return enqueueReviewTx(ctx, tx, catalog)
	}
	return nil
}

// ImportTx applies requests to a catalog in the caller's transaction, with upsert, and returns the errors:
// for small, trusted sets such as the demo world's.
func (s *Service) ImportTx(ctx context.Context, tx *db.Tx, catalog id.ID, requests []Request) ([]LineProblem, error) {
	s.changed(tx, catalog)
	problems, err := s.applyChunkTx(ctx, tx, catalog, true, 0, requests)
	return slices.DeleteFunc(problems, func(p LineProblem) bool { return p.Warning }), err
}
