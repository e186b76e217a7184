package manager

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/policy"
	"github.com/hawkerhq/hawker/internal/waba"
)

// itemsShown is how many items a page of the table has; csvPage how many are read at once for a file.
const (
	itemsShown = 20 // a page weighs less than 150 KB with them
	csvPage    = 500
)

// ItemsPage is the table of a catalog's items.
type ItemsPage struct {
	Shell
	Filter  ItemFilter
	Items   []catalog.Item
	Total   int
	AtLeast bool   // there are more than Total, or may be
	Prev    string // address of the page before; "" on the first one
	Next    string
	Looking bool // the page ends where its time was over, not where the items do
	Reviews []string
	Stocks  []string
	Issues  []catalog.Diagnostic
	Sets    []catalog.Set
	SetsIn  map[id.ID][]catalog.Set // by item, where the column is shown
	// Policies, Brands and Categories are what can be filtered by; the latter two are suggestions in a small catalog.
	Policies           []string
	Brands, Categories []catalog.Shelf
	Undo               *Undo
	UndoOne            *UndoOne
	Problem            *Problem
	// Views are filters with a name; Columns what can be shown beside an item, Chosen what is.
	Views           []ViewLink
	Columns, Chosen []string
	Dense           bool // rows are low
}

// Undo takes back what was done to items at once.
type Undo struct {
	Action string
	IDs    []string
}

// UndoOne takes back a change of one item in place: the value its field had.
type UndoOne struct {
	Item         id.ID
	Field, Value string
}

func readUndoOne(q url.Values) *UndoOne {
	i, err := id.Parse(q.Get("was"))
	u := UndoOne{Item: i, Field: q.Get("field"), Value: q.Get("value")}
	if err != nil || !slices.Contains(quickFields(), u.Field) || u.Value == "" || len(u.Value) > 100 {
		return nil
	}
	return &u
}

// ItemFilter is what of a catalog is shown: the query of the page's address.
type ItemFilter struct {
	Search, Review, Availability, Visibility, Brand, Category, Policy, Set, Issue string
}

func readFilter(q url.Values) ItemFilter {
	text := func(name string) string {
		const most = 200
		t := strings.TrimSpace(q.Get(name))
		if len(t) > most {
			t = t[:most]
		}
		return strings.ToValidUTF8(t, "")
	}
	return ItemFilter{
		Search: text("q"), Review: text("review"), Availability: text("availability"), Visibility: text("visibility"), Brand: text("brand"), Set: text("set"),
		Issue: text("issue"), Category: text("category"), Policy: text("policy"),
	}
}

// Query is the filter as an address has it.
func (f ItemFilter) Query() url.Values {
	q := url.Values{}
	for name, value := range map[string]string{
		"q": f.Search, "review": f.Review, "availability": f.Availability, "visibility": f.Visibility, "brand": f.Brand, "set": f.Set, "issue": f.Issue, "category": f.Category,
		"policy": f.Policy,
	} {
		if value != "" {
			q.Set(name, value)
		}
	}
	return q
}

// Any tells whether the filter leaves something out.
func (f ItemFilter) Any() bool { return f != ItemFilter{} }

// query is the filter as the catalog takes it.
func (f ItemFilter) query() (q catalog.Query, err error) {
	q = catalog.Query{Search: f.Search, Review: f.Review, ErrorType: f.Issue, Policy: f.Policy}
	if f.Review != "" && !slices.Contains(reviewStates(), f.Review) {
		return q, errNothing
	}
	if f.Policy != "" && !slices.Contains(policy.IDs(), f.Policy) {
		return q, errNothing
	}
	for _, test := range []struct{ field, op, value string }{
		{"availability", "eq", f.Availability}, {"visibility", "eq", f.Visibility}, {"brand", "eq", f.Brand}, {categoryField, "i_contains", f.Category},
	} {
		if test.value == "" {
			continue
		}
		text, err := json.Marshal(map[string]any{test.field: map[string]string{test.op: test.value}})
		if err != nil {
			return q, err
		}
		rule, err := catalog.ParseRule(string(text))
		if err != nil {
			return q, err
		}
		q.Rules = append(q.Rules, rule)
	}
	return q, nil
}

func reviewStates() []string {
	return []string{catalog.Approved, catalog.Pending, catalog.Held, catalog.Rejected, catalog.Outdated}
}

// reviewKeys are the texts of the review states.
var reviewKeys = map[string]string{
	catalog.Approved: "manager.approved", catalog.Pending: "manager.pending", catalog.Held: "manager.held", catalog.Rejected: "manager.rejected",
	catalog.Outdated: "manager.outdated",
}

func availabilities() []string {
	return []string{catalog.InStock, "out of stock", "preorder", "available for order", "discontinued"}
}

// listItems reads a page of items and how many there are in all.
func (s *Server) listItems(v *visit, f ItemFilter, q catalog.Query, count bool) (found catalog.Found, err error) {
	err = s.view(v.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		if q.ErrorType != "" {
			if q.InIndia, err = waba.SoldInIndiaTx(ctx, tx, v.catalog.ID); err != nil {
				return err
			}
		}
		if f.Set == "" {
			found, err = catalog.PageTx(ctx, tx, v.caller, v.catalog.ID, q, count)
			return err
		}
		i, err := id.Parse(f.Set)
		if err != nil {
			return errNothing
		}
		set, err := catalog.SetTx(ctx, tx, v.caller, i)
		if err != nil {
			return err
		}
		found, err = catalog.SetPageTx(ctx, tx, v.caller, set, q, count)
		return err
	})
	return found, err
}

// items shows the table.
func (s *Server) items(v *visit) error { return s.showItems(v, http.StatusOK, nil) }

func (s *Server) showItems(v *visit, status int, problem *Problem) error {
	query := v.URL.Query()
	p := ItemsPage{
		Shell: v.shell(v.t("manager.nav_items"), "items"), Filter: readFilter(query), Reviews: reviewStates(), Stocks: availabilities(), Problem: problem,
		Columns: columns(), Chosen: v.chosenColumns(), Dense: v.dense(), Policies: policy.IDs(),
	}
	if v.catalog.ID == 0 {
		return v.show(status, "items.html", p)
	}
	q, err := p.Filter.query()
	if err != nil {
		return err
	}
	if err := s.pageOfItems(v, &p, q); err != nil {
		return err
	}
	if p.Issues, err = s.Catalogs.Diagnostics(v.Context(), v.caller, v.catalog.ID); err != nil {
		return err
	}
	if p.Undo, p.UndoOne = readUndo(query), readUndoOne(query); p.Undo != nil || p.UndoOne != nil {
		p.Toast = "" // the offer to take it back says what was done
	}
	err = s.view(v.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		p.Sets, err = catalog.SetsTx(ctx, tx, v.caller, v.catalog.ID, 0, "", setsShown)
		return err
	})
	if err != nil {
		return err
	}
	if p.Shows("sets") {
		if p.SetsIn, err = setsIn(p.Items, p.Sets); err != nil {
			return err
		}
	}
	if p.Brands, err = s.Catalogs.Shelves(v.Context(), v.caller, v.catalog.ID, "brand", suggestedMost); err != nil {
		return err
	}
	if p.Categories, err = s.Catalogs.Shelves(v.Context(), v.caller, v.catalog.ID, "category", suggestedMost); err != nil {
		return err
	}
	if p.Views, err = s.viewLinks(v, p.Filter); err != nil {
		return err
	}
	return v.show(status, "items.html", p)
}

// suggestedMost is how many items a catalog may have whose brands and categories are suggested: all of them are read for it.
const suggestedMost = 2000

// pageOfItems reads the items of the page that the address asks for, and where the pages around it are.
func (s *Server) pageOfItems(v *visit, p *ItemsPage, q catalog.Query) (err error) {
	query := v.URL.Query()
	q.Limit = itemsShown + 1
	if q.After, err = cursor(query.Get("after")); err != nil {
		return err
	}
	if q.Before, err = cursor(query.Get("before")); err != nil {
		return err
	}
	q.Within = lookWithin
	found, err := s.listItems(v, p.Filter, q, false)
	if err != nil {
		return err
	}
	p.Items = found.Items
	more := len(p.Items) > itemsShown
	back := q.Before != 0
	if err = s.countItems(v, p, q, !more && !back && q.After == 0 && found.On == 0); err != nil {
		return err
	}
	switch {
	case more && back:
		p.Items = p.Items[1:]
	case more:
		p.Items = p.Items[:itemsShown]
	}
	address := func(name string, i id.ID) string {
		to := p.Filter.Query()
		to.Set("catalog", v.catalog.ID.String())
		to.Set(name, i.String())
		return v.at("/items?" + to.Encode())
	}
	if found.On != 0 && back {
		p.Prev = address("before", found.On)
	} else if found.On != 0 {
		p.Next = address("after", found.On)
	}
	p.Looking = found.On != 0
	if len(p.Items) == 0 {
		return nil
	}
	if ((back && more) || q.After != 0) && p.Prev == "" {
		p.Prev = address("before", q.Key(p.Items[0]))
	}
	if ((!back && more) || back) && p.Next == "" {
		p.Next = address("after", q.Key(p.Items[len(p.Items)-1]))
	}
	return nil
}

// lookWithin is how long a page looks for items that are few and far between before it offers to go on.
const lookWithin = 15 * time.Millisecond

// countMost is up to how many items a filter's are counted.
const countMost = 1000

// countItems tells how many items the filter leaves, without reading a whole catalog for it. all: the page has them all.
func (s *Server) countItems(v *visit, p *ItemsPage, q catalog.Query, all bool) error {
	f := p.Filter
	f.Review = ""
	switch {
	case all:
		p.Total = len(p.Items)
		return nil
	case !f.Any(): // but for the review
		tally, err := s.Catalogs.Tally(v.Context(), v.caller, v.catalog.ID)
		if p.Total = tally.Items; p.Filter.Review != "" {
			p.Total = tally.Review[p.Filter.Review]
		}
		return err
	}
	q.After, q.Before, q.Limit, q.CountMost = 0, 0, 0, countMost
	found, err := s.listItems(v, p.Filter, q, true)
	p.Total, p.AtLeast = max(found.Total, len(p.Items)), found.More
	return err
}

func cursor(text string) (id.ID, error) {
	if text == "" {
		return 0, nil
	}
	i, err := catalog.ParseKey(text)
	if err != nil {
		return 0, errNothing
	}
	return i, nil
}

func readUndo(q url.Values) *Undo {
	u := Undo{Action: q.Get("undo"), IDs: strings.Split(q.Get("ids"), ",")}
	if _, ok := bulkActions[u.Action]; !ok || q.Get("ids") == "" {
		return nil
	}
	return &u
}

// bulkAction is something done to many items at once, as a batch would do it.
type bulkAction struct {
	values map[string]any // nil: delete
	undo   string
}

var bulkActions = map[string]bulkAction{
	"show":     {values: map[string]any{"visibility": catalog.Published}, undo: "hide"},
	"hide":     {values: map[string]any{"visibility": catalog.Staging}, undo: "show"},
	"in_stock": {values: map[string]any{"availability": catalog.InStock}, undo: "sold_out"},
	"sold_out": {values: map[string]any{"availability": "out of stock"}, undo: "in_stock"},
	"delete":   {},
}

// bulk changes the items that are ticked.
func (s *Server) bulk(v *visit) error {
	name := v.PostFormValue("action")
	action, ok := bulkActions[name]
	if !ok {
		return errNothing
	}
	ids := v.PostForm["item"]
	if len(ids) == 1 {
		ids = strings.Split(ids[0], ",")
	}
	if len(ids) > 5*itemsShown {
		return errNothing
	}
	done := []string{}
	for _, text := range ids {
		i, err := id.Parse(text)
		if err != nil {
			return errNothing
		}
		if action.values == nil {
			err = s.Catalogs.DeleteItem(v.Context(), v.caller, i)
		} else {
			err = s.Catalogs.UpdateItem(v.Context(), v.caller, i, "", catalog.ReadChange(catalog.Batch, action.values))
		}
		if errors.Is(err, catalog.ErrItemUnknown) {
			continue // somebody else was faster
		}
		if err != nil {
			return err
		}
		done = append(done, i.String())
	}
	q := readFilter(v.URL.Query()).Query()
	q.Set("catalog", v.catalog.ID.String())
	if len(done) == 0 {
		return v.done(v.at("/items?"+q.Encode()), "manager.done_none")
	}
	if err := s.rememberBulk(v, ids, action); err != nil {
		return err
	}
	if action.undo != "" {
		q.Set("undo", action.undo)
		q.Set("ids", strings.Join(done, ","))
	}
	return v.done(v.at("/items?"+q.Encode()), "manager.done_"+name)
}

// itemsCSV is the table as a file, with the columns of a feed.
func (s *Server) itemsCSV(v *visit) error {
	if v.catalog.ID == 0 {
		return errNothing
	}
	filter := readFilter(v.URL.Query())
	q, err := filter.query()
	if err != nil {
		return err
	}
	q.Limit = csvPage
	v.w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	v.w.Header().Set("Content-Disposition", `attachment; filename="items.csv"`)
	out := csv.NewWriter(v.w)
	_ = out.Write([]string{"id", "title", "description", "availability", "condition", "price", "link", "image_link", "brand", "status", "review"}) // a reader who went away ends the request
	for {
		found, err := s.listItems(v, filter, q, false)
		if err != nil {
			return err
		}
		for _, i := range found.Items {
			row := []string{
				i.RetailerID, i.Title, i.Description, i.Availability, i.Condition, i.Price.Major() + " " + i.Price.Currency, i.Link, i.ImageLink, i.Brand, i.Visibility,
				i.Review.Status,
			}
			for n := range row {
				row[n] = harmless(row[n])
			}
			_ = out.Write(row) // a reader who went away ends the request
			q.After = q.Key(i)
		}
		out.Flush()
		if len(found.Items) < csvPage {
			return nil
		}
	}
}
