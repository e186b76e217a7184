package manager

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
)

// setsShown is how many sets are listed; conditionsMost how many conditions the builder takes.
const (
	setsShown      = 200
	conditionsMost = 10
)

// SetsPage lists the sets of a catalog.
type SetsPage struct {
	Shell
	Sets []SetLine
}

// SetLine is a set and how many items it holds now.
type SetLine struct {
	catalog.Set
	Count   int
	AtLeast bool // there may be more than Count
}

// SetPage makes or changes a set.
type SetPage struct {
	Shell
	ID   string // "" for a new one
	Form SetForm
	// Counted tells that Count and Sample were asked for.
	Counted bool
	Count   int
	AtLeast bool // there may be more than Count
	Sample  []catalog.Item
	Fields  []string
	// Products are the picked items by SKU, Picker is what else can be picked.
	Products map[string]catalog.Item
	Picker   Picker
	Problem  *Problem
}

// SetForm is a set as it is written down: conditions, or a filter in JSON where it says more.
type SetForm struct {
	Name, Join string
	Conditions []Condition
	JSON       string
	// Picked are SKUs that come first, in this order; Only: the set holds nothing else. Long is how many items come first by the API, where
	// they are too many for the page, which leaves them.
	Picked []string
	Only   bool
	Long   int
}

// Condition is one line of the rule builder.
type Condition struct{ Field, Op, Value string }

// ruleFields are what the builder offers, by the filter's names.
func ruleFields() []string {
	return []string{
		"name", "brand", "product_type", "google_product_category", "availability", "condition", "price", "retailer_id", "color", "size", "material",
		"custom_label_0", "custom_label_1",
	}
}

// RuleOps are the operators the builder offers.
func (SetPage) RuleOps() []string {
	return []string{"i_contains", "eq", "neq", "lt", "lte", "gt", "gte"}
}

// Rows are the lines of the builder, with an empty one to write into.
func (f SetForm) Rows() []Condition {
	return append(f.Conditions[:len(f.Conditions):len(f.Conditions)], Condition{})
}

// filter is the form as a filter; "" is every item.
func (f SetForm) filter() (string, error) {
	if f.Only {
		return pickedFilter(f.Picked)
	}
	if f.JSON != "" {
		return f.JSON, nil
	}
	if len(f.Conditions) == 0 {
		return "", nil
	}
	list := make([]any, len(f.Conditions))
	for n, c := range f.Conditions {
		value, err := c.value()
		if err != nil {
			return "", err
		}
		list[n] = map[string]any{c.Field: map[string]any{c.Op: value}}
	}
	b, err := json.Marshal(map[string]any{f.Join: list})
	return string(b), err
}

// errNumber is a condition of order whose value is no number.
var errNumber = errors.New("manager: not a number")

// value is a condition's value as the filter takes it: order is of numbers.
func (c Condition) value() (any, error) {
	switch c.Op {
	case "lt", "lte", "gt", "gte":
		n, err := strconv.ParseInt(strings.TrimSpace(c.Value), 10, 64)
		if err != nil {
			return nil, errNumber
		}
		return n, nil
	}
	return c.Value, nil
}

// formOf writes a filter down as conditions where they say all of it.
func formOf(name, filter string) SetForm {
	f := SetForm{Name: name, Join: "and"}
	if filter == "" {
		return f
	}
	var rule map[string][]map[string]map[string]any
	if json.Unmarshal([]byte(filter), &rule) == nil && len(rule) == 1 {
		for join, list := range rule {
			f.Join = join
			for _, one := range list {
				for field, test := range one {
					for op, value := range test {
						text, ok := value.(string)
						if n, isNumber := value.(float64); isNumber {
							b, _ := json.Marshal(n) // a number
							text, ok = string(b), true
						}
						if ok {
							f.Conditions = append(f.Conditions, Condition{field, op, text})
						}
					}
				}
			}
			if back, err := f.filter(); (join == "and" || join == "or") && err == nil && sameJSON(back, filter) {
				return f
			}
		}
	}
	return SetForm{Name: name, Join: "and", JSON: filter}
}

func sameJSON(a, b string) bool {
	var x, y any
	if json.Unmarshal([]byte(a), &x) != nil || json.Unmarshal([]byte(b), &y) != nil {
		return false
	}
	p, errP := json.Marshal(x)
	q, errQ := json.Marshal(y)
	return errP == nil && errQ == nil && string(p) == string(q)
}

// sets lists the sets of the catalog.
func (s *Server) sets(v *visit) error {
	p := SetsPage{Shell: v.shell(v.t("manager.nav_sets"), "sets")}
	if v.catalog.ID == 0 {
		return v.show(http.StatusOK, "sets.html", p)
	}
	err := s.view(v.Context(), func(ctx context.Context, tx *db.Tx) error {
		p.Sets = nil
		list, err := catalog.SetsTx(ctx, tx, v.caller, v.catalog.ID, 0, "", setsShown)
		if err != nil {
			return err
		}
		for _, set := range list {
			found, err := catalog.SetPageTx(ctx, tx, v.caller, set, catalog.Query{Within: countWithin / time.Duration(len(list))}, true)
			if err != nil {
				return err
			}
			p.Sets = append(p.Sets, SetLine{set, found.Total, found.More})
		}
		return nil
	})
	if err != nil {
		return err
	}
	return v.show(http.StatusOK, "sets.html", p)
}

// newSet shows the empty form.
func (s *Server) newSet(v *visit) error {
	if v.catalog.ID == 0 {
		return errNothing
	}
	return s.showSet(v, http.StatusOK, SetPage{Form: SetForm{Join: "and"}})
}

// set shows the form of a set.
func (s *Server) set(v *visit) error {
	set, err := s.ownSet(v)
	if err != nil {
		return err
	}
	p := SetPage{ID: set.ID.String(), Form: formOf(set.Name, set.Filter), Counted: true}
	if err := s.pickedForm(v, set, &p.Form); err != nil {
		return err
	}
	if err := s.countSet(v, &p, set.Filter); err != nil {
		return err
	}
	return s.showSet(v, http.StatusOK, p)
}

func (s *Server) ownSet(v *visit) (set catalog.Set, err error) {
	i, err := v.pathID("set")
	if err != nil {
		return set, err
	}
	err = s.view(v.Context(), func(ctx context.Context, tx *db.Tx) error {
		set, err = catalog.SetTx(ctx, tx, v.caller, i)
		return err
	})
	v.choose(set.CatalogID)
	return set, err
}

func (s *Server) showSet(v *visit, status int, p SetPage) error {
	key := "manager.new_set"
	if p.ID != "" {
		key = "manager.edit_set"
	}
	p.Shell, p.Fields = v.shell(v.t(key), "sets"), ruleFields()
	to := v.at("/sets/" + p.ID)
	if p.ID == "" {
		to = v.at("/sets/new?catalog=" + v.catalog.ID.String())
	}
	p.Picker = v.readPicker(to)
	err := s.view(v.Context(), func(ctx context.Context, tx *db.Tx) error { return p.pickedTx(ctx, tx, v) })
	if err != nil {
		return err
	}
	return v.show(status, "set.html", p)
}

// countWithin is how long the items of sets are counted; of what takes longer a page tells how many there are at least.
const countWithin = 300 * time.Millisecond

// sampleShown is how many items of a rule are shown as an example.
const sampleShown = 6

// countSet counts the items that a filter selects now.
func (s *Server) countSet(v *visit, p *SetPage, filter string) error {
	q := catalog.Query{Limit: sampleShown, Within: countWithin}
	if filter != "" {
		rule, err := catalog.ParseRule(filter)
		if err != nil {
			return err
		}
		q.Rules = []*catalog.Rule{rule}
	}
	return s.view(v.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		if q.First, err = p.ordering(ctx, tx, v); err != nil {
			return err
		}
		found, err := catalog.PageTx(ctx, tx, v.caller, v.catalog.ID, q, true)
		p.Sample, p.Count, p.AtLeast = found.Items, found.Total, found.More
		return err
	})
}

// readSet reads the form.
func (v *visit) readSet() SetForm {
	f := SetForm{Name: strings.TrimSpace(v.PostFormValue("name")), Join: "and", JSON: strings.TrimSpace(v.PostFormValue("filter"))}
	if v.PostFormValue("join") == "or" {
		f.Join = "or"
	}
	v.readPicked(&f)
	fields, ops, values := v.PostForm["field"], v.PostForm["op"], v.PostForm["value"]
	for n := range min(len(fields), len(ops), len(values), conditionsMost) {
		if value := strings.TrimSpace(values[n]); value != "" {
			f.Conditions = append(f.Conditions, Condition{fields[n], ops[n], value})
		}
	}
	return f
}

// saveSet counts what a rule selects, stores a set, or deletes it.
func (s *Server) saveSet(v *visit) error {
	p := SetPage{ID: v.PathValue("set")}
	var set catalog.Set
	if p.ID != "" {
		have, err := s.ownSet(v)
		if err != nil {
			return err
		}
		set = have
	} else if v.catalog.ID == 0 {
		return errNothing
	}
	p.Form = v.readSet()
	if len(set.Ordering) > pickedMost {
		p.Form.Long = len(set.Ordering)
	}
	action, edited := v.PostFormValue("action"), false
	err := s.view(v.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		edited, err = p.Form.editTx(ctx, tx, v, action)
		return err
	})
	if err != nil {
		return err
	}
	if edited {
		return s.showSet(v, http.StatusOK, p)
	}
	filter := ""
	if action != "delete" {
		filter, err = p.Form.filter()
	}
	if err == nil {
		switch action {
		case "count":
			p.Counted, err = true, s.countSet(v, &p, filter)
		case "delete":
			if err = s.Catalogs.DeleteSet(v.Context(), v.caller, set.ID, false); err == nil {
				return v.done(v.at("/sets"), "manager.done_delete")
			}
		default:
			if err = s.storeSet(v, set.ID, p, filter); err == nil {
				return v.done(v.at("/sets?catalog="+v.catalog.ID.String()), "manager.done_saved")
			}
		}
	}
	if errors.Is(err, errNumber) {
		p.Problem = &Problem{Text: v.t("manager.not_a_number")}
		return s.showSet(v, http.StatusUnprocessableEntity, p)
	}
	if problem, ok := v.words(err); ok {
		p.Problem = &problem
		return s.showSet(v, http.StatusUnprocessableEntity, p)
	}
	if err != nil {
		return err
	}
	return s.showSet(v, http.StatusOK, p)
}

func (s *Server) storeSet(v *visit, set id.ID, p SetPage, filter string) error {
	change := catalog.SetChange{Name: &p.Form.Name, Filter: &filter}
	if v.PostForm.Has("picks") && p.Form.Long == 0 {
		err := s.view(v.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
			change.Ordering, err = p.ordering(ctx, tx, v)
			return err
		})
		if err != nil {
			return err
		}
	}
	if set != 0 {
		return s.Catalogs.UpdateSet(v.Context(), v.caller, set, change)
	}
	_, err := s.Catalogs.CreateSet(v.Context(), v.caller, v.catalog.ID, change)
	return err
}
