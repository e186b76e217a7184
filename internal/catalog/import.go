package catalog

import (
	"context"
	"fmt"
	"slices"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/node"
)

// Import is the taking in of a file into a catalog.
type Import struct {
	Catalog id.ID
	// Feed is the primary feed the file belongs to: items it makes are its own, and it does not touch those of others.
	Feed id.ID
	// Primaries makes it a file of a supplementary feed: it only changes items of these feeds.
	Primaries []id.ID
	// UpdateOnly never makes an item.
	UpdateOnly bool
	// Upload is what the file is taken in by: what it writes is seen after [Service.ShowTx].
	Upload id.ID
}

func (im Import) mayTouch(i *Item) bool {
	if im.Primaries != nil {
		return slices.Contains(im.Primaries, i.FeedID)
	}
	return i.FeedID == 0 || i.FeedID == im.Feed
}

// Imported is what a chunk of rows came to.
type Imported struct {
	// Persisted rows are in the catalog now: Created, Updated, or found so.
	Persisted, Created, Updated int64
	Refused                     int64
	Problems                    []RowProblem
}

// ImportRowsTx writes a chunk of rows that were read. No two of them, and of the file, have one SKU.
func (s *Service) ImportRowsTx(ctx context.Context, tx *db.Tx, im Import, list []*Row) (Imported, error) {
	var reviewed bool
	// The lock makes connecting the catalog wait, and the other way round: no item slips past its review.
	if err := tx.QueryRow(ctx, `SELECT reviewed FROM catalog WHERE id = $1`+lock(tx, "FOR SHARE"), im.Catalog).Scan(&reviewed); err != nil {
		return Imported{}, err
	}
	k := importing{Import: im, reviewed: reviewed, prices: s.prices, taxonomy: s.taxonomy}
	var err error
	if k.inIndia, err = s.inIndiaTx(ctx, tx, im.Catalog); err != nil {
		return Imported{}, err
	}
	var fresh, rest []*Row
	for _, r := range list {
		switch {
		case r.Fatal():
			k.refuse(r, r.problems)
		case r.state == unchanged:
			k.out.Persisted++
			k.tell(r.problems)
			k.tell(r.warned)
			k.tell(r.CheckCategory(k.taxonomy))
		case r.state != existing && len(r.unfit) == 0 && !im.UpdateOnly && im.Primaries == nil:
			fresh = append(fresh, r)
		default:
			rest = append(rest, r)
		}
	}
	taken, err := k.insert(ctx, tx, fresh)
	if err != nil {
		return Imported{}, fmt.Errorf("catalog: import: %w", err)
	}
	if err := k.update(ctx, tx, append(rest, taken...)); err != nil {
		return Imported{}, fmt.Errorf("catalog: import: %w", err)
	}
	if k.out.Created+k.out.Updated == 0 {
		return k.out, nil
	}
	if !reviewed {
		return k.out, nil
	}
	return k.out, enqueueReviewTx(ctx, tx, im.Catalog)
}

// importing is a chunk on its way.
type importing struct {
	Import
	reviewed bool
	prices   PriceEye
	inIndia  bool
	taxonomy *Taxonomy
	out      Imported
}

func (k *importing) tell(p []RowProblem) { k.out.Problems = append(k.out.Problems, p...) }

// warn tells what an item lacks that a business in India sells.
func (k *importing) warn(r *Row, extra func(name string) any) {
	if !k.inIndia {
		return
	}
	if fields := missingInIndia(extra); len(fields) > 0 {
		k.tell([]RowProblem{r.problem(Problem{fields[0], indiaWarning(fields)}, false, "")})
	}
}

func (k *importing) refuse(r *Row, problems []RowProblem) {
	k.out.Refused++
	k.tell(problems)
}

func (k *importing) refuseAs(r *Row, kind, summary, remedy string) {
	k.refuse(r, []RowProblem{{Row: r.Number, SKU: r.SKU, Fatal: true, Kind: kind, Field: "id", Summary: summary, Remedy: remedy, Value: r.SKU}})
}

// insert writes rows as new items, all at once. Those whose SKU is taken come back.
func (k *importing) insert(ctx context.Context, tx *db.Tx, list []*Row) (taken []*Row, err error) {
	if len(list) == 0 {
		return nil, nil
	}
	ids, err := node.NewRunTx(ctx, tx, node.ProductItem, len(list))
	if err != nil {
		return nil, err
	}
	groups := []string{}
	fresh := make([]freshItem, len(list))
	for n, r := range list {
		if r.item.GroupID != "" {
			groups = append(groups, r.item.GroupID)
		}
		r.warned = append(r.warned, k.taxonomy.warnings(r, r.item.GoogleCategory)...)
		fresh[n] = freshItem{Item: &r.item, id: ids[n], hash: r.stored(), images: r.images, variant: r.variant, extra: r.extra}
	}
	if err := ensureGroupsTx(ctx, tx, k.Catalog, k.Upload, groups); err != nil {
		return nil, err
	}
	status, err := newcomers(ctx, tx, k.Catalog, k.reviewed, ids)
	if err != nil {
		return nil, err
	}
	n, err := insertRows(ctx, tx, origin{k.Catalog, k.Feed, k.Upload, status}, fresh)
	if err != nil {
		return nil, err
	}
	if n < int64(len(list)) {
		if list, taken, err = k.inserted(ctx, tx, list, ids); err != nil {
			return nil, err
		}
	}
	for _, r := range list {
		k.out.Persisted++
		k.out.Created++
		k.tell(r.problems)
		k.tell(r.warned)
		k.warn(r, r.change.get)
	}
	return taken, nil
}

// inserted tells the rows that were written from those whose SKU was taken.
func (k *importing) inserted(ctx context.Context, tx *db.Tx, list []*Row, ids []id.ID) (written, taken []*Row, err error) {
	rows, err := tx.Query(ctx, `SELECT id FROM item_row WHERE id = ANY($1)`, ids)
	if err != nil {
		return nil, nil, err
	}
	defer rows.Close()
	there := map[id.ID]bool{}
	for rows.Next() {
		var i id.ID
		if err := rows.Scan(&i); err != nil {
			return nil, nil, err
		}
		there[i] = true
	}
	for n, r := range list {
		if there[ids[n]] {
			written = append(written, r)
		} else {
			taken = append(taken, r)
		}
	}
	return written, taken, rows.Err()
}

// update changes the items of rows, and makes those that are not there after all.
func (k *importing) update(ctx context.Context, tx *db.Tx, list []*Row) error {
	if len(list) == 0 {
		return nil
	}
	skus := make([]string, len(list))
	for n, r := range list {
		skus[n] = r.SKU
	}
	have, err := lockRowsTx(ctx, tx, k.Catalog, skus)
	if err != nil {
		return err
	}
	var changed []Item
	var before []id.ID
	var marks [][]any
	for _, r := range list {
		r.Read()
		i, ok := have[r.SKU]
		if ok {
			r.readWithCare()
		}
		if !ok {
			if err := k.updateMissing(ctx, tx, r); err != nil {
				return err
			}
			continue
		}
		if !k.mayTouch(&i) {
			k.refuseAs(r, OfOtherFeed, "The item belongs to another feed.", "An item lives in exactly one primary feed: take it out of one of the two files.")
			continue
		}
		next := i
		_, problems := r.applyTo(r.change, &next, false)
		problems = append(problems, r.noBrand(&next, next.extra)...)
		if category := k.taxonomy.warnings(r, next.GoogleCategory); len(category) > 0 {
			problems, r.warned = append(problems, category...), append(r.warned, category...)
		}
		if slices.ContainsFunc(problems, isFatal) {
			k.refuse(r, append(r.problems, problems...))
			continue
		}
		k.out.Persisted++
		k.tell(r.problems)
		k.tell(problems)
		k.warn(r, next.extra)
		if k.Primaries == nil {
			next.FeedID = k.Feed
		}
		hash := i.feedHash
		if k.Primaries == nil {
			hash = r.stored()
		}
		if same(&i, &next) {
			if next.FeedID == i.FeedID {
				if hash != i.feedHash {
					marks = append(marks, []any{i.ID, hash})
				}
				continue
			}
		} else {
			next.settle(&i, k.reviewed, k.prices, tx.Now())
			k.out.Updated++
		}
		next.feedHash = hash
		changed, before = append(changed, next), append(before, i.ID)
	}
	if len(changed) > 0 {
		if err := keepBeforeTx(ctx, tx, k.Upload, before); err != nil {
			return err
		}
		if err := upsertTx(ctx, tx, k.Upload, changed); err != nil {
			return err
		}
	}
	_, err = tx.ExecMany(ctx, `UPDATE item_row SET feed_hash = $2 WHERE id = $1`, marks)
	return err
}

func (k *importing) updateMissing(ctx context.Context, tx *db.Tx, r *Row) error {
	switch {
	case k.UpdateOnly || k.Primaries != nil:
		k.refuseAs(r, NoSuchItem, "There is no item with this id.", "This upload only changes items that exist: upload the item with its primary feed first.")
		return nil
	case len(r.unfit) > 0:
		k.refuse(r, append(r.problems, r.unfit...))
		return nil
	}
	_, err := k.insert(ctx, tx, []*Row{r})
	return err
}

// stored is the hash that is kept with the item of a row.
func (r *Row) stored() int64 {
	if len(r.problems)+len(r.unfit)+len(r.warned) > 0 {
		return r.rowHash() | toldBit
	}
	return r.rowHash()
}

// same tells that a row changes nothing of an item but whose it is.
func same(a, b *Item) bool {
	x, y := *a, *b
	x.FeedID, x.feedHash = y.FeedID, y.feedHash
	return slices.Equal(x.row(), y.row())
}
