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
	Search       string  // words of title, brand, SKU or description, diacritics or not; the last may be begun. The best come first
	// ErrorType and ErrorPriority select items with such an error, see [ErrorsOf]; empty: with or without.
	ErrorType, ErrorPriority string
	InIndia                  bool    // a business in India sells the catalog: items may lack what the law asks for
	First                    []id.ID // items that come before all others, in this order, but in a search; at most 1000
	// After and Before are keys of items, see [Query.Key]; zero: no bound.
	After, Before id.ID
	Limit         int
	CountMost     int // where counting ends, one more being told; zero: nowhere
	// Slim items come without [Item.Extra], the times and the details of the review, where no rule looks at them.
	Slim bool
}

// Key is an item's place in the order of the query: one more than its place in First, or its id, which is
// always larger; in a search see [searchKey].
func (q Query) Key(i Item) id.ID {
	if s, ok := readSearch(q.Search); ok {
		return searchKey(s.rank(&i), i.ID)
	}
	if n := slices.Index(q.First, i.ID); n >= 0 {
		return id.ID(n + 1)
	}
	return i.ID
}

// scanChunk is how many candidates are looked at in one query where SQL cannot say a rule exactly.
const scanChunk = 500

// selection is a query as SQL.
type selection struct {
	where   string
	args    []any
	key     string // what items are ordered by: their id
	exact   bool
	slim    bool
	rules   []*Rule
	also    func(*Item) bool // a condition that SQL does not know; nil: none
	catalog id.ID
	// search is what is looked for; nil: nothing. behind are items that the index does not know as they are now.
	search *search
	behind []id.ID
}

func (q Query) selection(ctx context.Context, tx *db.Tx, catalog id.ID) (selection, error) {
	s := selection{where: `i.catalog_id = $1`, args: []any{catalog}, key: "i.id", exact: true, slim: q.Slim, rules: q.Rules, catalog: catalog}
	if q.ApprovedOnly {
		s.where, s.args = visible, []any{catalog, tx.Now()}
	}
	switch {
	case q.ErrorType == "" && q.ErrorPriority == "":
	case q.InIndia:
		now := tx.Now()
		s.exact = false
		s.also = func(i *Item) bool { return hasError(i, q.ErrorType, q.ErrorPriority, true, now) }
	default:
		s.args = append(s.args, tx.Now())
		s.where += ` AND ` + errorsWhere(q.ErrorType, q.ErrorPriority, len(s.args))
	}
	switch q.Review {
	case "":
	case Held:
		s.where += ` AND i.review = 'pending' AND i.held`
	default:
		s.and(`i.review = $%d`, q.Review)
	}
	if q.GroupID != "" {
		s.and(`i.group_id = $%d`, q.GroupID)
	}
	if q.FeedID != 0 {
		s.and(`i.feed_id = $%d`, q.FeedID)
	}
	bySKU := false
	for _, r := range q.Rules {
		text, args, exact := r.where(s.args)
		s.where, s.args, s.exact = s.where+" AND "+text, args, s.exact && exact
		bySKU = bySKU || r.bySKU
	}
	if text, ok := readSearch(q.Search); ok {
		s.search = &text
		return s, s.readBehind(ctx, tx)
	}
	if bySKU {
		s.key = "i.id + 0"
		return s, nil
	}
	return s, s.narrow(ctx, tx)
}

// and adds a condition with one argument, whose number stands for %d in it.
func (s *selection) and(condition string, arg any) {
	s.args = append(s.args[:len(s.args):len(s.args)], arg)
	s.where += " AND " + fmt.Sprintf(condition, len(s.args))
}

func (s selection) match(i *Item) bool {
	if s.also != nil && !s.also(i) {
		return false
	}
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
	s, err := q.selection(ctx, tx, catalog)
	if err != nil {
		return nil, 0, err
	}
	if count {
		if total, err = s.count(ctx, tx, q.CountMost); err != nil {
			return nil, 0, err
		}
	}
	if s.search != nil {
		list, err = s.found(ctx, tx, q)
		return list, total, err
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
	slices.SortFunc(first, func(a, b Item) int { return int(q.Key(a) - q.Key(b)) })
	if q.Before == 0 {
		first = slices.DeleteFunc(first, func(i Item) bool { return q.Key(i) <= q.After })
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
	first = slices.DeleteFunc(first, func(i Item) bool { return q.Key(i) >= q.Before })
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
	columns, scan := s.columns()
	query, args := s.chunkSQL(columns, from, limit, back)
	return queryWith(ctx, tx, scan, query, args...)
}

func (s selection) chunkSQL(columns string, from id.ID, limit int, back bool) (string, []any) {
	compare, order := ">", "ASC"
	if back {
		compare, order = "<", "DESC"
	}
	args := append(slices.Clone(s.args), from, limit)
	return fmt.Sprintf(`SELECT %s FROM item i WHERE %s AND %s %s $%d ORDER BY %s %s LIMIT $%d`,
		columns, s.where, s.key, compare, len(args)-1, s.key, order, len(args)), args
}

// columns are what is read of each item.
func (s selection) columns() (string, func(scanner) (Item, error)) {
	if s.slim && s.exact {
		return sendable, scanSendable
	}
	return itemColumns, scanItem
}

// count is how many items are selected; counting ends behind most of them, if that is not zero.
func (s selection) count(ctx context.Context, tx *db.Tx, most int) (total int, err error) {
	if s.search != nil {
		return s.countFound(ctx, tx, most)
	}
	switch {
	case s.exact && most == 0:
		err = tx.QueryRow(ctx, `SELECT COUNT(*) FROM item i WHERE `+s.where, s.args...).Scan(&total)
		return total, err
	case s.exact:
		s.args = append(slices.Clone(s.args), most+1)
		err = tx.QueryRow(ctx, fmt.Sprintf(`SELECT COUNT(*) FROM (SELECT 1 FROM item i WHERE %s LIMIT $%d) AS part`, s.where, len(s.args)), s.args...).Scan(&total)
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
		if len(part) < scanChunk || most > 0 && total > most {
			return total, nil
		}
		from = part[len(part)-1].ID
	}
}
