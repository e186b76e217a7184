package manager

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"github.com/hawkerhq/hawker/internal/account"
	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/feed"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/policy"
	"github.com/hawkerhq/hawker/internal/ui"
	"github.com/hawkerhq/hawker/internal/waba"
)

// harmless is a cell that no spreadsheet takes for a formula.
func harmless(cell string) string { return feed.Harmless(cell) }

// ItemPage shows one item: what it says, how it looks to a customer, what keeps it from being shown.
type ItemPage struct {
	Shell
	Item     catalog.Item
	Visible  bool
	Variants []Variant
	Sets     []catalog.Set
	Errors   []catalog.Diagnostic
	Feed     *feed.Feed
	// Appeal is the request for another review of the item as it is; nil: none.
	Appeal *policy.Appeal
	// Timeline is what happened to the item's review, the latest first.
	Timeline []policy.Told
	// JSON is the item as the API's batches have it.
	JSON string
	// Call is how the API reads it.
	Call   string
	Stocks []string
	Edits  []EditLine
	// Paste is what was copied from a spreadsheet and not saved, Refused why; PasteColumns are what its head may name.
	Paste        string
	Refused      []GridProblem
	PasteColumns []string
	Problem      *Problem
	inIndia      bool
}

// EditLine is a change of the item, with the lines that became different.
type EditLine struct {
	catalog.Edit
	Diff []ui.DiffLine
}

// changedLines are the lines of a change that are not as before.
func changedLines(e catalog.Edit) (list []ui.DiffLine) {
	if e.Before == "" {
		return nil
	}
	for _, l := range ui.Diff(e.Before, e.After) {
		if l.Mark != "" {
			list = append(list, l)
		}
	}
	return list
}

// variantsShown is how many items of a group stand beside each other.
const variantsShown = 100

// item shows one item.
func (s *Server) item(v *visit) error { return s.showItem(v, http.StatusOK, nil) }

func (s *Server) showItem(v *visit, status int, problem *Problem) error {
	i, err := v.pathID("item")
	if err != nil {
		return err
	}
	p := ItemPage{Stocks: availabilities(), Problem: problem, PasteColumns: pasteColumns(), Refused: v.refused.belowGrid()}
	if v.refused != nil {
		p.Paste = v.PostFormValue("paste")
	}
	var group []catalog.Item
	err = s.view(v.Context(), func(ctx context.Context, tx *db.Tx) error {
		if p.Item, err = catalog.ItemTx(ctx, tx, v.caller, i); err != nil {
			return err
		}
		if p.Sets, err = catalog.SetsOfItemTx(ctx, tx, p.Item); err != nil {
			return err
		}
		if p.Item.GroupID != "" {
			q := catalog.Query{GroupID: p.Item.GroupID, Limit: variantsShown}
			if group, _, err = catalog.ListTx(ctx, tx, v.caller, p.Item.CatalogID, q, false); err != nil {
				return err
			}
		}
		if a, ok, err := policy.AppealOfTx(ctx, tx, p.Item); err != nil {
			return err
		} else if ok {
			p.Appeal = &a
		}
		if p.inIndia, err = waba.SoldInIndiaTx(ctx, tx, p.Item.CatalogID); err != nil {
			return err
		}
		told := policy.TimelineTx
		if v.may(account.Moderator) { // not those who play moderators in the demo world: a business never reads what was reported
			told = policy.FullTimelineTx
		}
		if p.Timeline, err = told(ctx, tx, p.Item); err != nil {
			return err
		}
		if p.Feed, err = ownerTx(ctx, tx, v, p.Item); err != nil {
			return err
		}
		edits, err := catalog.EditsTx(ctx, tx, v.caller, i)
		p.Edits = nil
		for _, e := range edits {
			p.Edits = append(p.Edits, EditLine{Edit: e, Diff: changedLines(e)})
		}
		return err
	})
	if err != nil {
		return err
	}
	v.choose(p.Item.CatalogID)
	p.Variants = v.variants(group)
	p.Visible, p.Errors = p.Item.VisibleAt(s.now()), catalog.ErrorsOf(&p.Item, p.inIndia, s.now())
	p.Shell = v.shell(p.Item.Title, "items")
	if p.JSON, err = p.Item.JSON(); err != nil {
		return err
	}
	p.Call = "curl -H 'Authorization: Bearer …' '" + v.base() + "/v25.0/" + i.String() + "?fields=id,retailer_id,name,price,availability,review_status,errors'"
	return v.show(status, "item.html", p)
}

// ownerTx is the feed that keeps an item, if one does.
func ownerTx(ctx context.Context, tx *db.Tx, v *visit, i catalog.Item) (*feed.Feed, error) {
	if i.FeedID == 0 {
		return nil, nil
	}
	f, err := feed.FeedTx(ctx, tx, v.caller, i.FeedID)
	if errors.Is(err, feed.ErrUnknown) {
		return nil, nil // it was deleted, and its items follow
	}
	return &f, err
}

// choose makes a catalog of the business the one at hand.
func (v *visit) choose(i id.ID) {
	for _, c := range v.catalogs {
		if c.ID == i {
			v.catalog = c
		}
	}
}

// base is the address of this server as the visitor wrote it.
func (v *visit) base() string {
	if v.s.Secure(v.Request) {
		return "https://" + v.Host
	}
	return "http://" + v.Host
}

// quickItem changes the price or the availability in place.
func (s *Server) quickItem(v *visit) error {
	i, err := v.pathID("item")
	if err != nil {
		return err
	}
	values := map[string]any{}
	for _, name := range quickFields() {
		if text := v.PostFormValue(name); text != "" {
			values[name] = text
		}
	}
	was, err := s.itemNow(v, i)
	if err != nil {
		return err
	}
	err = s.Catalogs.UpdateItem(v.Context(), v.caller, i, "", catalog.ReadChange(catalog.Batch, values))
	if problem, ok := v.words(err); ok && !errors.Is(err, catalog.ErrItemUnknown) {
		if v.FormValue("back") != "" {
			return s.showItems(v, http.StatusUnprocessableEntity, &problem)
		}
		return s.showItem(v, http.StatusUnprocessableEntity, &problem)
	}
	if err != nil {
		return err
	}
	if err := v.rememberItem(i, values); err != nil {
		return err
	}
	if to := v.FormValue("back"); to != "" { // from the table
		return v.done(undoable(ui.LocalPath(to, v.at("/items")), was, values), "manager.done_saved")
	}
	return v.done(v.at("/items/"+i.String()), "manager.done_saved")
}

// quickFields are what is changed in place.
func quickFields() []string { return []string{"price", "availability", "visibility"} }

// itemNow is an item as it is.
func (s *Server) itemNow(v *visit, i id.ID) (it catalog.Item, err error) {
	err = s.view(v.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		it, err = catalog.ItemTx(ctx, tx, v.caller, i)
		return err
	})
	return it, err
}

// undoable is an address that offers to take back a change of one field of an item.
func undoable(to string, was catalog.Item, values map[string]any) string {
	at, err := url.Parse(to)
	if err != nil || len(values) != 1 {
		return to
	}
	have := map[string]string{"price": was.Price.Major() + " " + was.Price.Currency, "availability": was.Availability, "visibility": was.Visibility}
	q := at.Query()
	for _, name := range []string{"done", "undo", "ids", "was", "field", "value"} {
		q.Del(name)
	}
	for field := range values {
		q.Set("was", was.ID.String())
		q.Set("field", field)
		q.Set("value", have[field])
	}
	at.RawQuery = q.Encode()
	return at.String()
}

// deleteItem removes an item.
func (s *Server) deleteItem(v *visit) error {
	i, err := v.pathID("item")
	if err != nil {
		return err
	}
	if err := s.Catalogs.DeleteItem(v.Context(), v.caller, i); err != nil {
		return err
	}
	return v.done(v.at("/items"), "manager.done_delete")
}

// timelineIcon is the picture of what happened.
func timelineIcon(t policy.Told) string {
	switch {
	case t.What == policy.ToldAppealed:
		return "gavel"
	case t.What == policy.ToldGranted || t.Status == catalog.Approved:
		return "circle-check"
	case t.What == policy.ToldRefused || t.Status == catalog.Rejected:
		return "ban"
	case t.What == policy.ToldSecond, t.What == policy.ToldOpinion, t.What == policy.ToldConsulted:
		return "users"
	case t.What == policy.ToldReported:
		return "flag"
	case t.What == policy.ToldViolation:
		return "triangle-alert"
	case t.What == policy.ToldLifted:
		return "circle-check"
	}
	return "clock-3"
}
