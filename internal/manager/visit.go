package manager

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/hawkerhq/hawker/internal/access"
	"github.com/hawkerhq/hawker/internal/account"
	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/grapherr"
	"github.com/hawkerhq/hawker/internal/i18n"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/ui"
)

// visit is one request of a person.
type visit struct {
	*http.Request
	w        http.ResponseWriter
	s        *Server
	lang     string
	person   account.Person
	role     account.Role
	caller   access.Caller
	business account.Business
	others   []account.Business // all businesses of the person
	catalogs []catalog.Catalog  // of the business: its own, then shared ones
	catalog  catalog.Catalog    // the one at hand; zero when the business has none
	refused  *grid              // a grid of variants that was sent and not saved
	indian   bool               // the business has a number that has to tell what Indian law asks for
}

// errRole is a page that the person's role does not open.
var errRole = errors.New("manager: not with this role")

// catalogsMost is how many catalogs of a business the switcher offers.
const catalogsMost = 100

// enter finds out who visits which business.
func (v *visit) enter(roles []account.Role) error {
	if err := v.identify(); err != nil {
		return err
	}
	b, err := v.pathID("business")
	if err != nil {
		return err
	}
	if v.role = v.person.Roles[b]; v.role == "" {
		return errNothing
	}
	v.caller = v.person.Caller(b)
	if len(roles) > 0 && !slices.Contains(roles, v.role) {
		return errRole
	}
	return v.s.view(v.Context(), func(ctx context.Context, tx *db.Tx) error {
		if err := v.businessesTx(ctx, tx, b); err != nil {
			return err
		}
		indian, err := v.indianTx(ctx, tx)
		if err != nil {
			return err
		}
		v.indian = len(indian) > 0
		return v.catalogsTx(ctx, tx)
	})
}

// identify finds out who visits.
func (v *visit) identify() (err error) {
	c, err := v.Cookie(cookieName)
	if err != nil {
		return account.ErrSession.With("session", "nobody is logged in")
	}
	v.person, err = v.s.Accounts.Visit(v.Context(), c.Value)
	return err
}

func (v *visit) businessesTx(ctx context.Context, tx *db.Tx, current id.ID) error {
	v.others = nil
	for _, i := range v.person.Businesses() {
		b, err := account.BusinessTx(ctx, tx, access.Caller{Businesses: []id.ID{i}}, i)
		if err != nil {
			return err
		}
		if v.others = append(v.others, b); i == current {
			v.business = b
		}
	}
	return nil
}

func (v *visit) catalogsTx(ctx context.Context, tx *db.Tx) error {
	owned, err := catalog.OwnedTx(ctx, tx, v.caller, v.business.ID, 0, catalogsMost)
	if err != nil {
		return err
	}
	shared, err := catalog.SharedTx(ctx, tx, v.caller, v.business.ID, 0, catalogsMost)
	if err != nil {
		return err
	}
	v.catalogs = append(owned, shared...)
	if len(v.catalogs) == 0 {
		return nil
	}
	v.catalog = v.catalogs[0]
	wanted := v.FormValue("catalog")
	if wanted == "" {
		return nil
	}
	for _, c := range v.catalogs {
		if c.ID.String() == wanted {
			v.catalog = c
			return nil
		}
	}
	return errNothing
}

// home is the path of the business; at adds to it.
func (v *visit) at(rest string) string { return Prefix + "/" + v.business.ID.String() + rest }

// may tells whether the person's role is one of roles.
func (v *visit) may(roles ...account.Role) bool { return slices.Contains(roles, v.role) }

func (v *visit) show(status int, file string, page any) error {
	return v.s.pages.Write(v.w, status, v.lang, file, page)
}

func (v *visit) t(key string, pairs ...string) string { return i18n.T(v.lang, key, pairs...) }

// done goes to another page, which says what was done: toast is the key of a text.
func (v *visit) done(to, toast string) error {
	if toast != "" {
		join := "?"
		if strings.Contains(to, "?") {
			join = "&"
		}
		to += join + "done=" + url.QueryEscape(toast)
	}
	http.Redirect(v.w, v.Request, to, http.StatusSeeOther)
	return nil
}

// toLogin asks to log in, and comes back afterwards.
func (v *visit) toLogin() {
	next := v.URL.RequestURI()
	if v.Method != http.MethodGet {
		next = Prefix
	}
	http.Redirect(v.w, v.Request, Prefix+"/login?next="+url.QueryEscape(next), http.StatusSeeOther)
}

// words is a fault as the visitor reads it, with its detail; ok is false for what is no fault.
func (v *visit) words(err error) (problem Problem, ok bool) {
	f, ok := fault.As(err)
	if !ok {
		return Problem{}, false
	}
	return Problem{Field: f.Field, Text: ui.Words(v.lang, f), Detail: f.Detail, Help: grapherr.Help(f.Code)}, true
}

// Problem is what went wrong with a form.
type Problem struct {
	Field, Text, Detail string
	Help                string // the page that explains it; "" for none
}

// chosen is what keeps a catalog that is not the business's first one at hand on the next page; "" for the first.
func (v *visit) chosen() string {
	if len(v.catalogs) == 0 || v.catalog.ID == v.catalogs[0].ID {
		return ""
	}
	return "?catalog=" + v.catalog.ID.String()
}

// shell is what surrounds a page.
func (v *visit) shell(title, section string) Shell {
	sh := Shell{Lang: v.lang, Theme: ui.Theme(v.Request), Title: title, Section: section, Path: v.URL.RequestURI(), Person: v.person.Name, Role: v.role, Base: Prefix}
	if v.business.ID == 0 {
		return sh
	}
	sh.Base, sh.Business, sh.Businesses, sh.Catalog, sh.Catalogs = v.at(""), v.business, v.others, v.catalog, v.catalogs
	if key := v.URL.Query().Get("done"); strings.HasPrefix(key, "manager.done_") && i18n.Has(v.lang, key) {
		sh.Toast = v.t(key)
	}
	sh.Did = v.recall()
	for _, n := range v.s.nav() {
		if (len(n.roles) == 0 || v.may(n.roles...)) && (n.Section != "india" || v.indian) {
			n.Path += v.chosen()
			sh.Nav = append(sh.Nav, n)
		}
	}
	return sh
}
