package manager

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/hawkerhq/hawker/internal/account"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/ui"
)

// itemsPage is what views of the items' table are kept under.
const itemsPage = "items"

// columnsCookie keeps which columns somebody wants to see, with a dot between them.
const columnsCookie = "hawker_columns"

// denseCookie keeps whether somebody wants low rows.
const denseCookie = "hawker_dense"

// dense tells whether the visitor wants low rows.
func (v *visit) dense() bool {
	c, err := v.Cookie(denseCookie)
	return err == nil && c.Value == "yes"
}

// columns are those of the items' table that can be left out, in their order.
func columns() []string {
	return []string{"review", "price", "availability", "visibility", "brand", "category", "condition", "sets", "updated"}
}

// columnsShown are those that are shown unless somebody chose others.
func columnsShown() []string {
	return []string{"review", "price", "availability", "visibility", "updated"}
}

// chosenColumns are what the visitor wants to see.
func (v *visit) chosenColumns() []string {
	c, err := v.Cookie(columnsCookie)
	if err != nil {
		return columnsShown()
	}
	list := []string{}
	for _, name := range columns() {
		if slices.Contains(strings.Split(c.Value, "."), name) {
			list = append(list, name)
		}
	}
	return list
}

// Shows tells whether a column is shown.
func (p ItemsPage) Shows(column string) bool { return slices.Contains(p.Chosen, column) }

// pickColumns remembers which columns are shown.
func (s *Server) pickColumns(v *visit) error {
	if err := v.ParseForm(); err != nil {
		return errNothing
	}
	list := []string{}
	for _, name := range columns() {
		if slices.Contains(v.PostForm["column"], name) {
			list = append(list, name)
		}
	}
	ui.Remember(v.w, columnsCookie, strings.Join(list, "."))
	dense := "no"
	if v.PostFormValue("dense") != "" {
		dense = "yes"
	}
	ui.Remember(v.w, denseCookie, dense)
	return v.done(v.back("/items"), "")
}

// ViewLink is a filter that has a name.
type ViewLink struct {
	account.View
	Href    string
	Current bool
}

// viewLinks are the views of the items' table.
func (s *Server) viewLinks(v *visit, now ItemFilter) (list []ViewLink, err error) {
	err = s.view(v.Context(), func(ctx context.Context, tx *db.Tx) error {
		list = nil
		views, err := account.ViewsTx(ctx, tx, v.caller, v.business.ID, itemsPage)
		if err != nil {
			return err
		}
		for _, one := range views {
			q, err := url.ParseQuery(one.Query)
			if err != nil {
				continue // written by an older version
			}
			f := readFilter(q)
			q = f.Query()
			q.Set("catalog", v.catalog.ID.String())
			list = append(list, ViewLink{View: one, Href: v.at("/items?" + q.Encode()), Current: f == now})
		}
		return nil
	})
	return list, err
}

// saveView keeps the filter at hand under a name, or forgets a view.
func (s *Server) saveView(v *visit) error {
	filter := readFilter(v.URL.Query())
	err := s.DB.Update(v.Context(), func(ctx context.Context, tx *db.Tx) error {
		if text := v.PostFormValue("remove"); text != "" {
			i, err := id.Parse(text)
			if err != nil {
				return errNothing
			}
			return account.RemoveViewTx(ctx, tx, v.caller, i)
		}
		return account.SaveViewTx(ctx, tx, v.caller, v.business.ID, itemsPage, account.View{Name: v.PostFormValue("name"), Query: filter.Query().Encode()})
	})
	if problem, ok := v.words(err); ok {
		return s.showItems(v, http.StatusUnprocessableEntity, &problem)
	}
	if err != nil {
		return err
	}
	q := filter.Query()
	q.Set("catalog", v.catalog.ID.String())
	return v.done(v.at("/items?"+q.Encode()), "manager.done_saved")
}
