package catalog

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

// searchKey is an item's place in the order of a search: by rank, then by id. It is larger than any id.
func searchKey(rank int, item id.ID) id.ID { return id.ID(rank)*(id.Max+1) + item }

// ParseKey reads a [Query.Key] as its String wrote it.
func ParseKey(text string) (id.ID, error) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 1 || id.ID(n) >= searchKey(rankText+1, 0) {
		return 0, fmt.Errorf("%w: %.20q", id.ErrSyntax, text)
	}
	return id.ID(n), nil
}

// behindMost is up to how many items that are not indexed yet a search looks at one by one. While more wait, as when
// a feed runs, it does without them.
const behindMost = 500

// behindTx lists the items that the index does not know as they are now; known is false when they are too many.
func behindTx(ctx context.Context, tx *db.Tx, catalog id.ID) (items []id.ID, known bool, err error) {
	notes, err := column[string](ctx, tx, `SELECT items FROM search_todo WHERE catalog_id = $1 AND `+indexable+` ORDER BY id LIMIT $2`, catalog, behindMost+1)
	if err != nil || len(notes) > behindMost {
		return nil, false, err
	}
	for _, note := range notes {
		if note == allGone || strings.HasPrefix(note, allBehind) {
			return nil, false, nil
		}
		more, _, err := readStretches(note, behindMost+1)
		if err != nil {
			return nil, false, err
		}
		if items = append(items, more...); len(items) > behindMost {
			return nil, false, nil
		}
	}
	return items, true, nil
}

func (s *selection) readBehind(ctx context.Context, tx *db.Tx) (err error) {
	s.behind, _, err = behindTx(ctx, tx, s.catalog)
	return err
}

// found is a page of a search; on is as in [selection.page].
func (s selection) found(ctx context.Context, tx *db.Tx, q Query) (list []Item, on id.ID, err error) {
	if len(s.search.parts) == 0 {
		return nil, 0, nil
	}
	back := q.Before != 0
	from := q.After
	if back {
		from = q.Before
	}
	few, all, err := s.few(ctx, tx)
	if err != nil {
		return nil, 0, err
	}
	if !all {
		if list, on, err = s.indexed(ctx, tx, from, q.Limit, back); err != nil {
			return nil, 0, err
		}
	}
	one, err := s.oneByOne(ctx, tx, append(few, s.behind...))
	if err != nil {
		return nil, 0, err
	}
	keys := make(map[id.ID]id.ID, len(list)+len(one))
	for _, i := range append(list, one...) {
		keys[i.ID] = searchKey(s.search.rank(&i), i.ID)
	}
	for _, i := range one {
		k := keys[i.ID]
		if on != 0 && (k > on && !back || k < on && back) {
			continue // others that come before it were not looked at yet
		}
		if k > from && !back || k < from && back {
			list = append(list, i)
		}
	}
	slices.SortFunc(list, func(a, b Item) int { return cmp.Compare(keys[a.ID], keys[b.ID]) })
	if len(list) > q.Limit {
		on = 0 // the page is full before that
	}
	if back {
		return list[max(0, len(list)-q.Limit):], on, nil
	}
	return list[:min(len(list), q.Limit)], on, nil
}

// fewMost is up to how many items that a search finds are put in order here, in one pass over the index instead of one
// for each rank.
var fewMost = 200

// few are the items that the index finds, if they are few; all tells that they are.
func (s selection) few(ctx context.Context, tx *db.Tx) (items []id.ID, all bool, err error) {
	items, err = column[id.ID](ctx, tx, indexOnly[tx.Dialect()], s.search.any(syntaxes[tx.Dialect()], s.catalog), fewMost+1)
	if err != nil || len(items) > fewMost {
		return nil, false, err
	}
	return items, true, nil
}

// indexOnly lists items of the index alone.
var indexOnly = map[db.Dialect]string{
	db.SQLite:   `SELECT rowid FROM item_words WHERE item_words MATCH $1 LIMIT $2`,
	db.Postgres: `SELECT item_id FROM item_words WHERE words @@ CAST($1 AS tsquery) LIMIT $2`,
}

// indexPage lists items of the index behind one, or before it, in order. The items themselves are read by their ids: joined to
// what everybody sees of items, SQLite would put together all of that first.
func indexPage(ctx context.Context, tx *db.Tx, match string, from id.ID, limit int, back bool) ([]id.ID, error) {
	column1, where := "rowid", "item_words MATCH $1"
	if tx.Dialect() == db.Postgres {
		column1, where = "item_id", "words @@ CAST($1 AS tsquery)"
	}
	compare, order := ">", "ASC"
	if back {
		compare, order = "<", "DESC"
	}
	query := fmt.Sprintf(`SELECT %[1]s FROM item_words WHERE %[2]s AND %[1]s %[3]s $2 ORDER BY %[1]s %[4]s LIMIT $3`, column1, where, compare, order)
	return column[id.ID](ctx, tx, query, match, from, limit)
}

// oneByOne are those of the given items that are selected and found, as they are now.
func (s selection) oneByOne(ctx context.Context, tx *db.Tx, items []id.ID) ([]Item, error) {
	list, err := s.byID(ctx, tx, items)
	return slices.DeleteFunc(list, func(i Item) bool { return s.search.rank(&i) == 0 }), err
}

// byID are those of the given items that are selected.
func (s selection) byID(ctx context.Context, tx *db.Tx, items []id.ID) ([]Item, error) {
	if len(items) == 0 {
		return nil, nil
	}
	columns, scan := s.columns()
	query, args := s.byIDSQL(columns, items)
	list, err := queryWith(ctx, tx, scan, query, args...)
	return slices.DeleteFunc(list, func(i Item) bool { return !s.match(&i) }), err
}

func (s selection) byIDSQL(columns string, items []id.ID) (string, []any) {
	s.and(`i.id = ANY($%d)`, items)
	return `SELECT ` + columns + ` FROM item i WHERE ` + s.where, s.args
}

// indexed lists what the index finds behind a key, or before it, in the order of their keys.
func (s selection) indexed(ctx context.Context, tx *db.Tx, from id.ID, limit int, back bool) (list []Item, on id.ID, err error) {
	rank, item := int(from/(id.Max+1)), from%(id.Max+1)
	step := 1
	if back {
		step = -1
	}
	if !back && rank < rankSKU {
		rank, item = rankSKU, 0
	}
	for ; rank >= rankSKU && rank <= rankText && len(list) < limit && on == 0; rank += step {
		var part []Item
		if part, on, err = s.ranked(ctx, tx, rank, item, limit-len(list), back); err != nil {
			return nil, 0, err
		}
		list = append(list, part...)
		if item = 0; back {
			item = id.Max
		}
		if next := rank + step; on == 0 && len(list) < limit && s.filters > 0 && s.late() && next >= rankSKU && next <= rankText {
			on = searchKey(next, item)
		}
	}
	if back {
		slices.Reverse(list)
	}
	return list, on, nil
}

// ranked lists what the index finds of one rank, as long as it is still true. Where only some of that is selected, parts of it
// are looked at as long as the time allows, as the catalog is in [selection.windows].
func (s selection) ranked(ctx context.Context, tx *db.Tx, rank int, from id.ID, limit int, back bool) (list []Item, on id.ID, err error) {
	match := s.search.match(syntaxes[tx.Dialect()], s.catalog, rank)
	for size := s.hitsSize(limit); ; {
		since := s.elapsed()
		items, err := indexPage(ctx, tx, match, from, size, back)
		if err != nil {
			return nil, 0, err
		}
		full := len(items) == size
		if full {
			from = items[size-1]
		}
		part, err := s.byID(ctx, tx, s.notBehind(items))
		if err != nil {
			return nil, 0, err
		}
		slices.SortFunc(part, func(a, b Item) int {
			if back {
				a, b = b, a
			}
			return cmp.Compare(a.ID, b.ID)
		})
		for n := range part {
			if len(list) < limit && s.search.rank(&part[n]) == rank {
				list = append(list, part[n])
			}
		}
		if len(list) >= limit || !full {
			return list, 0, nil
		}
		if s.late() {
			return list, searchKey(rank, from), nil
		}
		size = s.nextHits(size, since)
	}
}

// Of how many items of the index a part has, where only some of them may be selected.
var (
	hitsLeast = 200
	hitsMost  = 4000
)

func (s selection) hitsSize(limit int) int {
	if s.filters == 0 {
		return limit
	}
	return max(limit, hitsLeast)
}

func (s selection) nextHits(size int, since time.Duration) int {
	return min(max(s.next(size, since), hitsLeast), hitsMost)
}

// notBehind leaves out the items that the index does not know as they are now: they are looked at by themselves.
func (s selection) notBehind(items []id.ID) []id.ID {
	if len(s.behind) == 0 {
		return items
	}
	behind := make(map[id.ID]bool, len(s.behind))
	for _, i := range s.behind {
		behind[i] = true
	}
	return slices.DeleteFunc(items, func(i id.ID) bool { return behind[i] })
}

// countFound is how many items a search finds; see [selection.count].
func (s selection) countFound(ctx context.Context, tx *db.Tx, most int) (total int, more bool, err error) {
	if len(s.search.parts) == 0 {
		return 0, false, nil
	}
	few, all, err := s.few(ctx, tx)
	if err != nil {
		return 0, false, err
	}
	one, err := s.oneByOne(ctx, tx, append(few, s.behind...))
	if total = len(one); err != nil || all {
		return total, false, err
	}
	match := s.search.any(syntaxes[tx.Dialect()], s.catalog)
	size := hitsLeast
	if most > 0 {
		size = s.hitsSize(most + 1)
	}
	for from := id.ID(0); ; {
		since := s.elapsed()
		items, err := indexPage(ctx, tx, match, from, size, false)
		if err != nil {
			return 0, false, err
		}
		full := len(items) == size
		if full {
			from = items[size-1]
		}
		n, err := s.countByID(ctx, tx, s.notBehind(items))
		if total += n; err != nil || !full || most > 0 && total > most {
			return total, false, err
		}
		if s.late() {
			return total, true, nil
		}
		size = s.nextHits(size, since)
	}
}

// countByID counts those of the given items that are selected.
func (s selection) countByID(ctx context.Context, tx *db.Tx, items []id.ID) (n int, err error) {
	if len(items) == 0 {
		return 0, nil
	}
	if !s.exact {
		list, err := s.byID(ctx, tx, items)
		return len(list), err
	}
	query, args := s.byIDSQL("i.id", items)
	err = tx.QueryRow(ctx, `SELECT COUNT(*) FROM (`+query+allOfThem+`) AS part`, args...).Scan(&n)
	return n, err
}
