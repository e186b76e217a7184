package catalog

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

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

// found is a page of a search.
func (s selection) found(ctx context.Context, tx *db.Tx, q Query) ([]Item, error) {
	if len(s.search.parts) == 0 {
		return nil, nil
	}
	back := q.Before != 0
	from := q.After
	if back {
		from = q.Before
	}
	few, all, err := s.few(ctx, tx)
	if err != nil {
		return nil, err
	}
	var list []Item
	if !all {
		if list, err = s.indexed(ctx, tx, from, q.Limit, back); err != nil {
			return nil, err
		}
	}
	one, err := s.oneByOne(ctx, tx, append(few, s.behind...))
	if err != nil {
		return nil, err
	}
	keys := make(map[id.ID]id.ID, len(list)+len(one))
	for _, i := range append(list, one...) {
		keys[i.ID] = searchKey(s.search.rank(&i), i.ID)
	}
	for _, i := range one {
		if k := keys[i.ID]; k > from && !back || k < from && back {
			list = append(list, i)
		}
	}
	slices.SortFunc(list, func(a, b Item) int { return cmp.Compare(keys[a.ID], keys[b.ID]) })
	if back {
		return list[max(0, len(list)-q.Limit):], nil
	}
	return list[:min(len(list), q.Limit)], nil
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

// oneByOne are those of the given items that are selected, as they are now.
func (s selection) oneByOne(ctx context.Context, tx *db.Tx, items []id.ID) ([]Item, error) {
	if len(items) == 0 {
		return nil, nil
	}
	s.and(`i.id = ANY($%d)`, items)
	columns, scan := s.columns()
	list, err := queryWith(ctx, tx, scan, `SELECT `+columns+` FROM item i WHERE `+s.where, s.args...)
	return slices.DeleteFunc(list, func(i Item) bool { return !s.match(&i) || s.search.rank(&i) == 0 }), err
}

// indexed lists what the index finds behind a key, or before it, in the order of their keys.
func (s selection) indexed(ctx context.Context, tx *db.Tx, from id.ID, limit int, back bool) (list []Item, err error) {
	rank, item := int(from/(id.Max+1)), from%(id.Max+1)
	step := 1
	if back {
		step = -1
	}
	if !back && rank < rankSKU {
		rank, item = rankSKU, 0
	}
	for ; rank >= rankSKU && rank <= rankText && len(list) < limit; rank += step {
		part, err := s.ranked(ctx, tx, rank, item, limit-len(list), back)
		if err != nil {
			return nil, err
		}
		list = append(list, part...)
		if item = 0; back {
			item = id.Max
		}
	}
	if back {
		slices.Reverse(list)
	}
	return list, nil
}

// ranked lists what the index finds of one rank, as long as it is still true.
func (s selection) ranked(ctx context.Context, tx *db.Tx, rank int, from id.ID, limit int, back bool) (list []Item, err error) {
	size := limit
	if !s.exact {
		size = scanChunk
	}
	columns, scan := s.columns()
	query, args := s.rankedSQL(tx.Dialect(), columns, rank, back)
	args = append(args, from, size)
	for len(list) < limit {
		args[len(args)-2] = from
		part, err := queryWith(ctx, tx, scan, query, slices.Clone(args)...)
		if err != nil {
			return nil, err
		}
		for n := range part {
			if i := &part[n]; len(list) < limit && s.match(i) && s.search.rank(i) == rank {
				list = append(list, *i)
			}
		}
		if len(part) < size {
			break
		}
		from = part[len(part)-1].ID
	}
	return list, nil
}

// rankedSQL reads items of one rank in the order of the index; the last arguments, a bound and how many, are the caller's.
func (s selection) rankedSQL(d db.Dialect, columns string, rank int, back bool) (string, []any) {
	compare, order := ">", "ASC"
	if back {
		compare, order = "<", "DESC"
	}
	s.notBehind()
	s.args = append(slices.Clone(s.args), s.search.match(syntaxes[d], s.catalog, rank))
	n := len(s.args)
	return fmt.Sprintf(`SELECT %s FROM %s AND %s AND %s %s $%d ORDER BY %s %s LIMIT $%d`,
		columns, fmt.Sprintf(joined[d], n), s.where, indexKey[d], compare, n+1, indexKey[d], order, n+2), s.args
}

// joined are the index and its items; SQLite is told to walk along the index.
var joined = map[db.Dialect]string{
	db.SQLite:   `item_words w CROSS JOIN item i ON i.id = w.rowid WHERE w.item_words MATCH $%d`,
	db.Postgres: `item_words w JOIN item i ON i.id = w.item_id WHERE w.words @@ CAST($%d AS tsquery)`,
}

var indexKey = map[db.Dialect]string{db.SQLite: "w.rowid", db.Postgres: "w.item_id"}

func (s *selection) notBehind() {
	if len(s.behind) > 0 {
		s.and(`i.id <> ALL($%d)`, s.behind)
	}
}

// countFound is how many items a search finds; see [selection.count].
func (s selection) countFound(ctx context.Context, tx *db.Tx, most int) (total int, err error) {
	if len(s.search.parts) == 0 {
		return 0, nil
	}
	few, all, err := s.few(ctx, tx)
	if err != nil {
		return 0, err
	}
	one, err := s.oneByOne(ctx, tx, append(few, s.behind...))
	if total = len(one); err != nil || all {
		return total, err
	}
	if !s.exact {
		for rank := rankSKU; rank <= rankText; rank++ {
			for from := id.ID(0); ; {
				part, err := s.ranked(ctx, tx, rank, from, scanChunk, false)
				if err != nil {
					return 0, err
				}
				if total += len(part); most > 0 && total > most {
					return total, nil
				}
				if len(part) < scanChunk {
					break
				}
				from = part[len(part)-1].ID
			}
		}
		return total, nil
	}
	x := syntaxes[tx.Dialect()]
	limit := ""
	s.notBehind()
	s.args = append(slices.Clone(s.args), s.search.any(x, s.catalog))
	query := fmt.Sprintf(joined[tx.Dialect()], len(s.args)) + " AND " + s.where
	if most > 0 {
		s.args = append(s.args, most+1)
		limit = fmt.Sprintf(" LIMIT $%d", len(s.args))
	}
	n := 0
	err = tx.QueryRow(ctx, `SELECT COUNT(*) FROM (SELECT 1 FROM `+query+limit+`) AS part`, s.args...).Scan(&n)
	return total + n, err
}
