package catalog

import (
	"context"
	"fmt"
	"slices"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

// Query selects items of a catalog.
type Query struct {
	Rules        []*Rule // all of them
	GroupID      string  // retailer id of a variant group
	FeedID       id.ID   // those that a feed keeps
	ApprovedOnly bool    // only what WhatsApp shows
	Review       string  // those in this review state, [Held] among them; empty: any
	Search       string  // words, each somewhere in title, brand, description or SKU, diacritics or not
	// ErrorType and ErrorPriority select items with such an error, see [ErrorsOf]; empty: with or without.
	ErrorType, ErrorPriority string
	First                    []id.ID // items that come before all others, in this order; at most 1000
	// After and Before are keys of items, see [Query.Key]; zero: no bound.
	After, Before id.ID
	Limit         int
}

// Key is an item's place in the order of the query: one more than its place in First, or its id, which is
// always larger.
func (q Query) Key(item id.ID) id.ID {
	if n := slices.Index(q.First, item); n >= 0 {
		return id.ID(n + 1)
	}
	return item
}

// scanChunk is how many candidates are looked at in one query where SQL cannot say a rule exactly.
const scanChunk = 500

// selection is a query as SQL.
type selection struct {
	where string
	args  []any
	key   string // what items are ordered by: their id
	exact bool
	rules []*Rule
}

func (q Query) selection(tx *db.Tx, catalog id.ID) selection {
	s := selection{where: `i.catalog_id = $1`, args: []any{catalog}, key: "i.id", exact: true, rules: q.Rules}
	if q.ApprovedOnly {
		s.where, s.args = visible, []any{catalog, tx.Now()}
	}
	if q.ErrorType != "" || q.ErrorPriority != "" {
		s.args = append(s.args, tx.Now())
		s.where += ` AND ` + errorsWhere(q.ErrorType, q.ErrorPriority, len(s.args))
	}
	switch q.Review {
	case "":
	case Held:
		s.where += ` AND i.review = 'pending' AND i.held`
	default:
		s.args = append(s.args, q.Review)
		s.where += fmt.Sprintf(` AND i.review = $%d`, len(s.args))
	}
	s.where, s.args = searchWhere(s.where, s.args, q.Search)
	if q.GroupID != "" {
		s.args = append(s.args, q.GroupID)
		s.where += fmt.Sprintf(` AND i.group_id = $%d`, len(s.args))
	}
	if q.FeedID != 0 {
		s.args = append(s.args, q.FeedID)
		s.where += fmt.Sprintf(` AND i.feed_id = $%d`, len(s.args))
	}
	for _, r := range q.Rules {
		text, args, exact := r.where(s.args)
		s.where, s.args, s.exact = s.where+" AND "+text, args, s.exact && exact
		if r.bySKU {
			s.key = "i.id + 0"
		}
	}
	return s
}

func (s selection) match(i *Item) bool {
	for _, r := range s.rules {
		if !r.Match(i) {
			return false
		}
	}
	return true
}

// ListTx lists items of a catalog the caller may see, oldest first, and how many there are in all when
// count is set. A deep page costs what the first one does.
func ListTx(ctx context.Context, tx *db.Tx, c access.Caller, catalog id.ID, q Query, count bool) (list []Item, total int, err error) {
	if _, err := CatalogTx(ctx, tx, c, catalog); err != nil {
		return nil, 0, err
	}
	s := q.selection(tx, catalog)
	if count {
		if total, err = s.count(ctx, tx); err != nil {
			return nil, 0, err
		}
	}
	if len(q.First) > 0 {
		list, err = q.ordered(ctx, tx, s)
		return list, total, err
	}
	if q.Before != 0 {
		list, err = s.page(ctx, tx, q.Before, q.Limit, true)
		slices.Reverse(list)
		return list, total, err
	}
	list, err = s.page(ctx, tx, q.After, q.Limit, false)
	return list, total, err
}

// ordered lists the items of First that are selected, and the others by id.
func (q Query) ordered(ctx context.Context, tx *db.Tx, s selection) ([]Item, error) {
	only, rest := s, s
	only.args = append(slices.Clone(s.args), q.First)
	only.where = s.where + fmt.Sprintf(" AND i.id = ANY($%d)", len(only.args))
	rest.args = only.args
	rest.where = s.where + fmt.Sprintf(" AND i.id <> ALL($%d)", len(only.args))
	first, err := only.page(ctx, tx, 0, len(q.First), false)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(first, func(a, b Item) int { return int(q.Key(a.ID) - q.Key(b.ID)) })
	if q.Before == 0 {
		first = slices.DeleteFunc(first, func(i Item) bool { return q.Key(i.ID) <= q.After })
		if len(first) >= q.Limit {
			return first[:q.Limit], nil
		}
		from := q.After
		if int(from) <= len(q.First) {
			from = 0
		}
		more, err := rest.page(ctx, tx, from, q.Limit-len(first), false)
		return append(first, more...), err
	}
	first = slices.DeleteFunc(first, func(i Item) bool { return q.Key(i.ID) >= q.Before })
	var more []Item
	if int(q.Before) > len(q.First) {
		if more, err = rest.page(ctx, tx, q.Before, q.Limit, true); err != nil {
			return nil, err
		}
		slices.Reverse(more)
	}
	all := append(first, more...)
	return all[max(0, len(all)-q.Limit):], nil
}

// page reads items behind a key, or before it when back is set.
func (s selection) page(ctx context.Context, tx *db.Tx, from id.ID, limit int, back bool) ([]Item, error) {
	if s.exact {
		return s.chunk(ctx, tx, from, limit, back)
	}
	var list []Item
	for len(list) < limit {
		part, err := s.chunk(ctx, tx, from, scanChunk, back)
		if err != nil {
			return nil, err
		}
		for n := range part {
			if s.match(&part[n]) && len(list) < limit {
				list = append(list, part[n])
			}
		}
		if len(part) < scanChunk {
			break
		}
		from = part[len(part)-1].ID
	}
	return list, nil
}

func (s selection) chunk(ctx context.Context, tx *db.Tx, from id.ID, limit int, back bool) ([]Item, error) {
	compare, order := ">", "ASC"
	if back {
		compare, order = "<", "DESC"
	}
	args := append(slices.Clone(s.args), from, limit)
	return queryItems(ctx, tx, fmt.Sprintf(`%s WHERE %s AND %s %s $%d ORDER BY %s %s LIMIT $%d`,
		selectItem, s.where, s.key, compare, len(args)-1, s.key, order, len(args)), args...)
}

func (s selection) count(ctx context.Context, tx *db.Tx) (total int, err error) {
	if s.exact {
		err = tx.QueryRow(ctx, `SELECT COUNT(*) FROM item i WHERE `+s.where, s.args...).Scan(&total)
		return total, err
	}
	for from := id.ID(0); ; {
		part, err := s.chunk(ctx, tx, from, scanChunk, false)
		if err != nil {
			return 0, err
		}
		for n := range part {
			if s.match(&part[n]) {
				total++
			}
		}
		if len(part) < scanChunk {
			return total, nil
		}
		from = part[len(part)-1].ID
	}
}
