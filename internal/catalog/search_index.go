package catalog

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/hawkerhq/hawker/internal/clock"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

// How the index is written: so many items to a transaction as take about as long as the others may wait for it, and
// not for ever, so that other jobs get their turn.
const (
	indexLeast = 16
	indexMost  = 512
	indexSpell = 8 * time.Millisecond
	indexTurn  = 5 * time.Second
)

// IndexItems brings the search index of a catalog up to its items. It may stop anywhere: what was not written is
// still noted.
func (s *Service) IndexItems(ctx context.Context, a IndexItems) error {
	turn := clock.Stopwatch()
	for most := indexLeast * 4; ; {
		w, err := s.indexWork(ctx, a.CatalogID, most)
		if err != nil {
			return err
		}
		if len(w.notes) == 0 {
			return s.tidyIndex(ctx, func() bool { return turn() > indexTurn })
		}
		watch := clock.Stopwatch()
		if err := s.writeIndex(ctx, a.CatalogID, w); err != nil {
			return fmt.Errorf("catalog: search: %w", err)
		}
		switch took := watch(); {
		case took > 2*indexSpell:
			most = max(indexLeast, most/2)
		case took < indexSpell:
			most = min(indexMost, most*2)
		}
		if turn() > indexTurn {
			return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return enqueueIndexTx(ctx, tx, a.CatalogID) })
		}
	}
}

// indexWork is a part of what is to be indexed, read and made ready before anybody waits for it.
type indexWork struct {
	notes []indexNote
	gone  []id.ID // to be taken out
	docs  [][]any // arguments of the statement that puts one in
}

// indexNote is a row of search_todo and what of it is left after this part.
type indexNote struct {
	id          id.ID
	items, rest string
}

// indexNotes is how many rows of search_todo are taken at once.
const indexNotes = 50

func (s *Service) indexWork(ctx context.Context, catalog id.ID, most int) (w indexWork, err error) {
	var found []Item
	var items []id.ID
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		w, found, items = indexWork{}, nil, nil
		if w.notes, err = notesTx(ctx, tx, catalog); err != nil || len(w.notes) == 0 {
			return err
		}
		switch first := &w.notes[0]; {
		case first.items == allGone:
			w.notes = w.notes[:1]
			items, err = indexedTx(ctx, tx, catalog, most)
			if first.rest = ""; len(items) == most {
				first.rest = allGone
			}
			return err
		case strings.HasPrefix(first.items, allBehind):
			w.notes = w.notes[:1]
			after, err := id.Parse(strings.TrimPrefix(first.items, allBehind))
			if err != nil {
				return err
			}
			found, err = searchedTx(ctx, tx, `i.catalog_id = $1 AND i.id > $2 ORDER BY i.id LIMIT $3`, catalog, after, most)
			if first.rest = ""; len(found) == most {
				first.rest = allBehind + found[most-1].ID.String()
			}
			return err
		}
		if items, err = w.take(most); err != nil {
			return err
		}
		found, err = searchedTx(ctx, tx, `i.catalog_id = $1 AND i.id = ANY($2)`, catalog, items)
		return err
	})
	if err != nil {
		return indexWork{}, fmt.Errorf("catalog: search: %w", err)
	}
	w.prepare(s.db.Dialect(), catalog, items, found)
	return w, nil
}

// take reads ids from the notes, in their order, until there are enough, and drops the notes it does not get to.
func (w *indexWork) take(most int) (items []id.ID, err error) {
	for n := range w.notes {
		note := &w.notes[n]
		if len(items) == most || note.items == allGone || strings.HasPrefix(note.items, allBehind) {
			w.notes = w.notes[:n]
			break
		}
		var more []id.ID
		if more, note.rest, err = readStretches(note.items, most-len(items)); err != nil {
			return nil, err
		}
		items = append(items, more...)
	}
	return items, nil
}

// prepare makes the entries of the items that were found; the others are gone.
func (w *indexWork) prepare(d db.Dialect, catalog id.ID, items []id.ID, found []Item) {
	quote := ""
	if d == db.Postgres {
		quote = syntaxes[d].quote
	}
	e := newEntries(catalog)
	there := make(map[id.ID]bool, len(found))
	for n := range found {
		i := &found[n]
		if there[i.ID] {
			continue
		}
		there[i.ID] = true
		doc := []any{i.ID, e.of(i, quote)}
		if d == db.Postgres {
			doc = append(doc, catalog)
		}
		w.docs = append(w.docs, doc)
	}
	for _, i := range items {
		if !there[i] {
			w.gone = append(w.gone, i)
		}
	}
}

func notesTx(ctx context.Context, tx *db.Tx, catalog id.ID) (notes []indexNote, err error) {
	rows, err := tx.Query(ctx, `SELECT id, items FROM search_todo WHERE catalog_id = $1 AND `+indexable+` ORDER BY id LIMIT $2`, catalog, indexNotes)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var n indexNote
		if err := rows.Scan(&n.id, &n.items); err != nil {
			return nil, err
		}
		notes = append(notes, n)
	}
	return notes, rows.Err()
}

// searchedTx reads what items are found by.
func searchedTx(ctx context.Context, tx *db.Tx, where string, args ...any) (list []Item, err error) {
	rows, err := tx.Query(ctx, `SELECT i.id, i.retailer_id, i.title, i.brand, i.description FROM item i WHERE `+where, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var i Item
		if err := rows.Scan(&i.ID, &i.RetailerID, &i.Title, &i.Brand, &i.Description); err != nil {
			return nil, err
		}
		list = append(list, i)
	}
	return list, rows.Err()
}

// indexedTx lists items of a catalog that are in the index.
func indexedTx(ctx context.Context, tx *db.Tx, catalog id.ID, limit int) ([]id.ID, error) {
	if tx.Dialect() == db.Postgres {
		return column[id.ID](ctx, tx, `SELECT item_id FROM item_words WHERE catalog_id = $1 LIMIT $2`, catalog, limit)
	}
	all := syntaxes[db.SQLite].entry(catalog, kindSKU, "")
	return column[id.ID](ctx, tx, `SELECT rowid FROM item_words WHERE item_words MATCH $1 LIMIT $2`, all, limit)
}

// Statements of the index: of an item that is gone, and of one that is there.
var indexSQL = map[db.Dialect][2]string{
	db.SQLite: {
		`DELETE FROM item_words WHERE rowid = $1`,
		`INSERT OR REPLACE INTO item_words (rowid, words) VALUES ($1, $2)`,
	},
	db.Postgres: {
		`DELETE FROM item_words WHERE item_id = $1`,
		`INSERT INTO item_words (item_id, words, catalog_id) VALUES ($1, CAST($2 AS tsvector), $3)
			ON CONFLICT (item_id) DO UPDATE SET words = excluded.words, catalog_id = excluded.catalog_id`,
	},
}

// mergePages is how much of SQLite's index is put in order behind each part.
const mergePages = 64

func (s *Service) writeIndex(ctx context.Context, catalog id.ID, w indexWork) error {
	err := s.db.UpdateSoon(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := w.settleTx(ctx, tx); err != nil {
			return err
		}
		gone := make([][]any, len(w.gone))
		for n, i := range w.gone {
			gone[n] = []any{i}
		}
		if _, err := tx.ExecMany(ctx, indexSQL[tx.Dialect()][0], gone); err != nil {
			return err
		}
		_, err := tx.ExecMany(ctx, indexSQL[tx.Dialect()][1], w.docs)
		return err
	})
	if errors.Is(err, errElsewhere) {
		return nil
	}
	if err != nil {
		return err
	}
	_, err = s.mergeIndex(ctx)
	return err
}

// tidyIndex merges what is left to merge, unless it takes too long: the next part goes on with it.
func (s *Service) tidyIndex(ctx context.Context, late func() bool) error {
	for more := true; more && !late(); {
		var err error
		if more, err = s.mergeIndex(ctx); err != nil {
			return err
		}
	}
	return nil
}

// mergeIndex puts a part of SQLite's index in order; more tells that there is more to do. PostgreSQL sees to its own.
func (s *Service) mergeIndex(ctx context.Context) (more bool, err error) {
	if s.db.Dialect() != db.SQLite {
		return false, nil
	}
	err = s.db.UpdateSoon(ctx, func(ctx context.Context, tx *db.Tx) error {
		var before, after int64
		if err := tx.QueryRow(ctx, `SELECT total_changes()`).Scan(&before); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `INSERT INTO item_words (item_words, rank) VALUES ('merge', $1)`, mergePages); err != nil {
			return err
		}
		err := tx.QueryRow(ctx, `SELECT total_changes()`).Scan(&after)
		more = after-before > 1 // the statement itself counts as one
		return err
	})
	if err != nil {
		return false, fmt.Errorf("catalog: search: %w", err)
	}
	return more, nil
}

// errElsewhere: another process has indexed these items meanwhile, from a state as new as ours or newer.
var errElsewhere = errors.New("catalog: search: indexed elsewhere")

// settleTx takes the notes off the list, or what of them this part does.
func (w *indexWork) settleTx(ctx context.Context, tx *db.Tx) error {
	for _, note := range w.notes {
		var n int64
		var err error
		if note.rest == "" {
			n, err = tx.Exec(ctx, `DELETE FROM search_todo WHERE id = $1 AND items = $2`, note.id, note.items)
		} else {
			n, err = tx.Exec(ctx, `UPDATE search_todo SET items = $3 WHERE id = $1 AND items = $2`, note.id, note.items, note.rest)
		}
		if err == nil && n == 0 {
			err = errElsewhere
		}
		if err != nil {
			return err
		}
	}
	return nil
}
