package manager

import (
	"cmp"
	"context"
	"time"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/db"
)

// picksShown is how many products the picker offers at once.
const picksShown = 24

// Picker offers products to put into a message. Every choice is a button of the form it stands in.
type Picker struct {
	Search, Set string
	Sets        []catalog.Set
	Items       []Pick
	More        bool // there are others than the ones shown
	// Full tells that no more products may be chosen.
	Full bool
	// To is where the form goes with scripts: its answer holds the same page.
	To string
}

// Pick is a product that is offered.
type Pick struct {
	catalog.Item
	Chosen bool
	// Why is the key of what keeps the item from being sent; "" for nothing.
	Why string
}

// unseen is the key of why customers do not see an item; "" for one they see.
func unseen(i catalog.Item, now time.Time) string {
	switch {
	case i.VisibleAt(now):
		return ""
	case i.Review.Status == "":
		return "manager.pick_unreviewed"
	case i.Visibility != catalog.Published:
		return "manager.hidden"
	case i.Review.Status == catalog.Rejected:
		return "manager.rejected"
	case i.Review.Status == catalog.Approved:
		return "manager.pick_expired"
	}
	return "manager.pending"
}

// readPicker is what the visitor looks for; the form it stands in goes to that address.
func (v *visit) readPicker(to string) Picker {
	f := readFilter(v.Form)
	return Picker{Search: f.Search, Set: f.Set, To: to}
}

// pickerTx finds what the picker offers. Those of chosen are marked.
func (v *visit) pickerTx(ctx context.Context, tx *db.Tx, p *Picker, chosen map[string]bool) (err error) {
	p.Items, p.Sets = nil, nil
	if v.catalog.ID == 0 {
		return nil
	}
	if p.Sets, err = catalog.SetsTx(ctx, tx, v.caller, v.catalog.ID, 0, "", setsShown); err != nil {
		return err
	}
	list, err := v.pickedTx(ctx, tx, catalog.Query{Search: p.Search, Limit: picksShown + 1}, p.Set)
	if err != nil {
		return err
	}
	p.More = len(list) > picksShown
	for _, i := range list[:min(len(list), picksShown)] {
		p.Items = append(p.Items, Pick{Item: i, Chosen: chosen[i.RetailerID], Why: unseen(i, tx.Now())})
	}
	p.Full = len(chosen) >= productsMost
	return nil
}

// pickedTx lists items of the catalog at hand, or of one of its sets.
func (v *visit) pickedTx(ctx context.Context, tx *db.Tx, q catalog.Query, set string) ([]catalog.Item, error) {
	if set == "" {
		list, _, err := catalog.ListTx(ctx, tx, v.caller, v.catalog.ID, q, false)
		return list, err
	}
	of, err := v.setTx(ctx, tx, set)
	if err != nil {
		return nil, err
	}
	list, _, err := catalog.SetItemsTx(ctx, tx, v.caller, of, q, false)
	return list, err
}

// setTx is a set of the catalog at hand.
func (v *visit) setTx(ctx context.Context, tx *db.Tx, text string) (catalog.Set, error) {
	i, err := cursor(text)
	if err != nil {
		return catalog.Set{}, errNothing
	}
	set, err := catalog.SetTx(ctx, tx, v.caller, i)
	if err == nil && set.CatalogID != v.catalog.ID {
		err = errNothing
	}
	return set, err
}

// Name is the key of the text on the button: what a press does.
func (p Pick) Name() string {
	return cmp.Or(map[bool]string{true: "manager.pick_drop"}[p.Chosen], "manager.pick_add")
}
