package catalog

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/job"
)

// What is to be indexed anew stands in table search_todo, written in the transaction that changed it: so no change
// is ever missed, whatever is killed when. A row names items, as stretches of ids, or the whole catalog.

// IndexItems asks for the search index of a catalog to follow its items.
type IndexItems struct {
	CatalogID id.ID `json:"catalog_id"`
}

// Kind implements job.Args.
func (IndexItems) Kind() string { return "catalog.index_items" }

func enqueueIndexTx(ctx context.Context, tx *db.Tx, catalog id.ID) error {
	return job.EnqueueTx(ctx, tx, IndexItems{catalog}, job.Key("index:"+catalog.String()), job.Unique())
}

// toIndexTx notes that items of a catalog changed what they are found by, or are gone: by an upload of a feed, or else.
func toIndexTx(ctx context.Context, tx *db.Tx, catalog, upload id.ID, items []id.ID) error {
	if len(items) == 0 {
		return nil
	}
	return noteTx(ctx, tx, catalog, upload, stretches(items))
}

// noteTx notes what is to be indexed: at once, or when the upload that changed it is seen.
func noteTx(ctx context.Context, tx *db.Tx, catalog, upload id.ID, items string) error {
	_, err := tx.Exec(ctx, `INSERT INTO search_todo (id, catalog_id, upload_id, items) VALUES ($1, $2, $3, $4)`, tx.NewID(), catalog, upload, items)
	if err != nil {
		return fmt.Errorf("catalog: search: %w", err)
	}
	if upload != 0 {
		return nil // see [Service.ShowTx]
	}
	return enqueueIndexTx(ctx, tx, catalog)
}

// ResumeIndexing has the index follow wherever it is behind: called at start, it also builds the index of a database
// that had none.
func (s *Service) ResumeIndexing(ctx context.Context) error {
	var behind []id.ID
	err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		behind, err = column[id.ID](ctx, tx, `SELECT DISTINCT catalog_id FROM search_todo WHERE `+indexable)
		return err
	})
	if err != nil || len(behind) == 0 {
		return err
	}
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		for _, catalog := range behind {
			if err := enqueueIndexTx(ctx, tx, catalog); err != nil {
				return err
			}
		}
		return nil
	})
}

// column reads one column to its end.
func column[T any](ctx context.Context, tx *db.Tx, query string, args ...any) ([]T, error) {
	rows, err := tx.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []T
	for rows.Next() {
		var v T
		if err := rows.Scan(&v); err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, rows.Err()
}

// indexable are the rows of search_todo about items that everybody sees.
const indexable = `upload_id NOT IN (SELECT u.upload_id FROM item_unseen u)`

// Rows of search_todo that name no items.
const (
	allBehind = ">" // with an id: all items behind it
	allGone   = "x" // the catalog was deleted
)

// stretches writes ids as "5-9,12".
func stretches(items []id.ID) string {
	items = slices.Clone(items)
	slices.Sort(items)
	items = slices.Compact(items)
	var b []byte
	for n := 0; n < len(items); {
		last := n
		for last+1 < len(items) && items[last+1] == items[last]+1 {
			last++
		}
		if n > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(b, int64(items[n]), 10)
		if last > n {
			b = append(b, '-')
			b = strconv.AppendInt(b, int64(items[last]), 10)
		}
		n = last + 1
	}
	return string(b)
}

var errStretch = errors.New("catalog: search: no stretches of ids")

// readStretches reads at most so many ids; rest is what is left.
func readStretches(text string, most int) (items []id.ID, rest string, err error) {
	for text != "" {
		part, behind, _ := strings.Cut(text, ",")
		from, to, stretch := strings.Cut(part, "-")
		first, err := id.Parse(from)
		if err != nil {
			return nil, "", errors.Join(errStretch, err)
		}
		last := first
		if stretch {
			if last, err = id.Parse(to); err != nil || last < first {
				return nil, "", errors.Join(errStretch, err)
			}
		}
		for ; first <= last && len(items) < most; first++ {
			items = append(items, first)
		}
		if first <= last {
			rest = first.String() + "-" + last.String()
			if behind != "" {
				rest += "," + behind
			}
			return items, rest, nil
		}
		text = behind
	}
	return items, "", nil
}
