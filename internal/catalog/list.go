package catalog

import (
	"context"
	"fmt"
	"slices"
	"time"

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
	Policy       string  // those held or rejected for this policy; empty: any
	Search       string  // words of title, brand, SKU or description, diacritics or not; the last may be begun. The best come first
	// ErrorType and ErrorPriority select items with such an error, see [ErrorsOf]; empty: with or without.
	ErrorType, ErrorPriority string
	InIndia                  bool    // a business in India sells the catalog: items may lack what the law asks for
	First                    []id.ID // items that come before all others, in this order, but in a search; at most 1000
	// After and Before are keys of items, see [Query.Key]; zero: no bound.
	After, Before id.ID
	Limit         int
	CountMost     int // where counting ends; zero: nowhere
	// Within is how long may be looked for items that are few and far between; zero: until the end of the catalog.
	Within time.Duration
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

// selection is a query as SQL.
type selection struct {
	where   string
	args    []any
	key     string // what items are ordered by: their id
	exact   bool
	filters int  // conditions, but for the search
	sparse  bool // what is selected may be far between, and no index leads to it
	slim    bool
	rules   []*Rule
	also    func(*Item) bool // a condition that SQL does not know; nil: none
	catalog id.ID
	// search is what is looked for; nil: nothing. behind are items that the index does not know as they are now.
	search *search
	behind []id.ID
	searcher
}

func (q Query) selection(ctx context.Context, tx *db.Tx, catalog id.ID) (selection, error) {
	s := selection{where: `i.catalog_id = $1`, args: []any{catalog}, key: "i.id", exact: true, slim: q.Slim, rules: q.Rules, catalog: catalog, searcher: newSearcher(q.Within)}
	conditions, indexed := 0, 0 // of how many an index leads to what they select
	var stored []string         // those of them that an index of the stored rows leads to
	if q.ApprovedOnly {
		s.where, s.args = visible, []any{catalog, tx.Now()}
		conditions++
	}
	switch {
	case q.ErrorType == "" && q.ErrorPriority == "":
	case q.InIndia:
		now := tx.Now()
		conditions++
		s.exact = false
		s.also = func(i *Item) bool { return hasError(i, q.ErrorType, q.ErrorPriority, true, now) }
	default:
		s.args = append(s.args, tx.Now())
		s.where += ` AND ` + errorsWhere(q.ErrorType, q.ErrorPriority, len(s.args))
		conditions++
		stored = append(stored, errorsWhere(q.ErrorType, q.ErrorPriority, 2))
	}
	if q.Review != "" {
		s.where += " AND " + reviewIs(q.Review)
		if conditions++; q.Review != Approved {
			stored = append(stored, reviewIs(q.Review))
		}
	}
	if q.Policy != "" {
		s.and(objected+` AND (i.review_policy = $%[1]d OR i.review_policy LIKE $%[1]d || '.%%')`, q.Policy)
		conditions++
		stored = append(stored, objected)
	}
	if q.GroupID != "" {
		s.and(`i.group_id <> '' AND i.group_id = $%d`, q.GroupID)
		conditions, indexed = conditions+1, indexed+1
	}
	if q.FeedID != 0 {
		s.and(`i.feed_id = $%d`, q.FeedID)
		conditions++
	}
	bySKU := false
	for _, r := range q.Rules {
		text, args, exact := r.where(s.args)
		s.where, s.args, s.exact = s.where+" AND "+text, args, s.exact && exact
		bySKU = bySKU || r.bySKU
		if conditions++; r.unusual() {
			indexed++
		}
	}
	s.filters, s.sparse = conditions, conditions > 0 && (conditions > 1 || indexed == 0) && q.GroupID == ""
	if text, ok := readSearch(q.Search); ok {
		s.search = &text
		return s, s.readBehind(ctx, tx)
	}
	if bySKU {
		s.key, s.sparse = "i.id + 0", false
		return s, nil
	}
	if len(stored) > 0 {
		if done, err := s.narrowStored(ctx, tx, stored, q.Review == Pending); done || err != nil {
			return s, err
		}
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

// Found is a page of items.
type Found struct {
	Items []Item
	Total int  // how many there are in all, where that was asked
	More  bool // there are more than Total, or may be
	// On is where looking stopped when its time was over: what is behind it, or before it when paging back, was not looked at. The
	// key to go on from; zero: all was looked at.
	On id.ID
}

// ListTx lists items of a catalog the caller may see, oldest first, and how many there are in all when
// count is set. A deep page costs what the first one does.
func ListTx(ctx context.Context, tx *db.Tx, c access.Caller, catalog id.ID, q Query, count bool) (list []Item, total int, err error) {
	q.Within = 0
	found, err := PageTx(ctx, tx, c, catalog, q, count)
	return found.Items, found.Total, err
}

// PageTx is [ListTx] that may stop looking before the end; see [Query.Within].
func PageTx(ctx context.Context, tx *db.Tx, c access.Caller, catalog id.ID, q Query, count bool) (found Found, err error) {
	cat, err := CatalogTx(ctx, tx, c, catalog)
	if err != nil {
		return Found{}, err
	}
	if q.Review != "" && !cat.Reviewed {
		return Found{}, nil // no item of it has a review status
	}
	s, err := q.selection(ctx, tx, catalog)
	if err != nil {
		return Found{}, err
	}
	if count {
		if found.Total, found.More, err = s.count(ctx, tx, q.CountMost); err != nil {
			return Found{}, err
		}
		if q.CountMost > 0 && found.Total > q.CountMost {
			found.Total, found.More = q.CountMost, true
		}
		s.searcher = newSearcher(q.Within)
	}
	switch {
	case q.Limit == 0:
	case s.search != nil:
		found.Items, found.On, err = s.found(ctx, tx, q)
	case len(q.First) > 0:
		found.Items, found.On, err = q.ordered(ctx, tx, s)
	case q.Before != 0:
		found.Items, found.On, err = s.page(ctx, tx, q.Before, q.Limit, true)
		slices.Reverse(found.Items)
	default:
		found.Items, found.On, err = s.page(ctx, tx, q.After, q.Limit, false)
	}
	return found, err
}

// ordered lists the items of First that are selected, and the others by id.
func (q Query) ordered(ctx context.Context, tx *db.Tx, s selection) (list []Item, on id.ID, err error) {
	only, rest := s, s
	only.args = append(slices.Clone(s.args), q.First)
	only.where, only.sparse = s.where+fmt.Sprintf(" AND i.id = ANY($%d)", len(only.args)), false
	rest.args = only.args
	rest.where = s.where + fmt.Sprintf(" AND i.id <> ALL($%d)", len(only.args))
	first, _, err := only.page(ctx, tx, 0, len(q.First), false)
	if err != nil {
		return nil, 0, err
	}
	slices.SortFunc(first, func(a, b Item) int { return int(q.Key(a) - q.Key(b)) })
	if q.Before == 0 {
		first = slices.DeleteFunc(first, func(i Item) bool { return q.Key(i) <= q.After })
		if len(first) >= q.Limit {
			return first[:q.Limit], 0, nil
		}
		from := q.After
		if int(from) <= len(q.First) {
			from = 0
		}
		more, on, err := rest.page(ctx, tx, from, q.Limit-len(first), false)
		return append(first, more...), on, err
	}
	first = slices.DeleteFunc(first, func(i Item) bool { return q.Key(i) >= q.Before })
	var more []Item
	if int(q.Before) > len(q.First) {
		if more, on, err = rest.page(ctx, tx, q.Before, q.Limit, true); err != nil || on != 0 {
			slices.Reverse(more)
			return more, on, err
		}
		slices.Reverse(more)
	}
	all := append(first, more...)
	return all[max(0, len(all)-q.Limit):], 0, nil
}

// columns are what is read of each item.
func (s selection) columns() (string, func(scanner) (Item, error)) {
	if s.slim && s.exact {
		return sendable, scanSendable
	}
	return itemColumns, scanItem
}
