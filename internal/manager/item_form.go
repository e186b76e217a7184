package manager

import (
	"context"
	"net/http"
	"strings"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/i18n"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/policy"
	"github.com/hawkerhq/hawker/internal/ui"
)

// ItemFormPage adds or changes an item.
type ItemFormPage struct {
	Shell
	// Item is the id of the item that is changed; "" adds one.
	Item    string
	Groups  []FieldGroup
	Values  map[string]string
	Stocks  []string
	Problem *Problem
	// Check is what the review would make of it, where that was asked while it is written.
	Check *policy.Judgement
	// Categories is what was found for the category, where it was searched.
	Categories *CategoryChoice
	// Problems are those of single fields, by name.
	Problems map[string]string
}

// FieldGroup is a titled run of fields.
type FieldGroup struct {
	Key    string
	Fields []Field
	Closed bool
}

// Field is one input of the form.
type Field struct {
	Name, Kind string // text, area, choice, link, category; picture and pictures take files too
	Required   bool
	Most       int // characters; 0: not counted
	Choices    []string
}

// itemFields are the fields of the form, by the names of feeds and batches.
func itemFields() []FieldGroup {
	return []FieldGroup{
		{Key: "basic", Fields: []Field{
			{Name: "id", Kind: "text", Required: true, Most: 100},
			{Name: "title", Kind: "text", Required: true, Most: 200},
			{Name: "description", Kind: "area", Required: true, Most: 9999},
			{Name: "brand", Kind: "text", Most: 100},
			{Name: "link", Kind: "link", Required: true},
		}},
		{Key: "price", Fields: []Field{
			{Name: "price", Kind: "text", Required: true},
			{Name: "sale_price", Kind: "text"},
			{Name: "availability", Kind: "choice", Required: true, Choices: availabilities()},
			{Name: "condition", Kind: "choice", Required: true, Choices: []string{"new", "refurbished", "used"}},
			{Name: "visibility", Kind: "choice", Choices: []string{catalog.Published, catalog.Staging}},
		}},
		{Key: "pictures", Fields: []Field{
			{Name: "image_link", Kind: "picture", Required: true},
			{Name: "additional_image_link", Kind: "pictures"},
		}},
		{Key: "order", Fields: []Field{
			{Name: categoryField, Kind: "category"},
			{Name: "product_type", Kind: "text"},
			{Name: "item_group_id", Kind: "text"},
			{Name: "color", Kind: "text"},
			{Name: "size", Kind: "text"},
			{Name: "material", Kind: "text"},
		}, Closed: true},
		{Key: "india", Fields: []Field{
			{Name: "origin_country", Kind: "text"},
			{Name: "importer_name", Kind: "text"},
			{Name: "importer_address.street1", Kind: "text"},
			{Name: "importer_address.city", Kind: "text"},
			{Name: "importer_address.postal_code", Kind: "text"},
			{Name: "importer_address.country", Kind: "text"},
			{Name: "manufacturer_info", Kind: "text"},
			{Name: "wa_compliance_category", Kind: "choice", Choices: []string{"DEFAULT", "COUNTRY_ORIGIN_EXEMPT"}},
		}, Closed: true},
	}
}

// newItem shows the empty form.
func (s *Server) newItem(v *visit) error {
	if v.catalog.ID == 0 {
		return errNothing
	}
	return s.showItemForm(v, http.StatusOK, ItemFormPage{
		Values: map[string]string{"availability": catalog.InStock, "condition": "new", "visibility": catalog.Published},
	})
}

func (s *Server) showItemForm(v *visit, status int, p ItemFormPage) error {
	key := "manager.new_item"
	if p.Item != "" {
		key = "manager.edit_item"
	}
	p.Shell, p.Groups, p.Stocks = v.shell(v.t(key), "items"), itemFields(), availabilities()
	for n, g := range p.Groups {
		for _, f := range g.Fields {
			if p.Values[f.Name] != "" || p.Problems[f.Name] != "" || (f.Kind == "category" && p.Categories != nil) {
				p.Groups[n].Closed = false
			}
		}
	}
	return v.show(status, "item_form.html", p)
}

// posted reads the form's fields as a batch would have them.
func (v *visit) posted() (texts map[string]string, values map[string]any) {
	texts, values = map[string]string{}, map[string]any{}
	address := map[string]any{}
	for _, g := range itemFields() {
		for _, f := range g.Fields {
			text := strings.TrimSpace(strings.ReplaceAll(v.PostFormValue(f.Name), "\r\n", "\n"))
			texts[f.Name] = text
			if f.Name == "additional_image_link" {
				list := []any{}
				for line := range strings.FieldsSeq(text) {
					list = append(list, line)
				}
				values[f.Name] = list
				continue
			}
			if part, ok := strings.CutPrefix(f.Name, "importer_address."); ok && text != "" {
				address[part] = text
			} else if !ok && f.Name != "id" {
				values[f.Name] = text
			}
		}
	}
	if len(address) > 0 {
		values["importer_address"] = address
	} else {
		values["importer_address"] = ""
	}
	return texts, values
}

// checked reads the form and what is wrong with it.
func (v *visit) checked() (p ItemFormPage, ch catalog.Change) {
	texts, values := v.posted()
	ch = catalog.ReadChange(catalog.Batch, values)
	p = ItemFormPage{Values: texts, Problems: map[string]string{}}
	for _, problem := range ch.Problems {
		p.Problems[problem.Field] = i18n.Retell(v.lang, problem.Message)
	}
	if wrong := catalog.CheckRetailerID(texts["id"]); wrong != "" {
		p.Problems["id"] = i18n.Retell(v.lang, wrong)
	}
	return p, ch
}

// written reads the form, with its pictures kept. aside is what was asked for besides saving: a check, or a search for a category; then
// no picture is kept.
func (s *Server) written(v *visit) (p ItemFormPage, ch catalog.Change, aside string, err error) {
	action := v.PostFormValue("action")
	if action == "check" || action == "category" || strings.HasPrefix(action, "category:") {
		aside = action
	} else {
		err = s.takePictures(v)
	}
	p, ch = v.checked()
	return p, ch, aside, err
}

// saved shows the form again with what the catalog said against it, or goes on.
func (s *Server) saved(v *visit, p ItemFormPage, err error, to, toast string) error {
	problem, ok := v.words(err)
	switch {
	case err == nil:
		return v.done(to, toast)
	case !ok:
		return err
	}
	if len(p.Problems) == 0 && problem.Field != "" {
		p.Problems[problem.Field] = problem.Detail
	}
	p.Problem = &problem
	return s.showItemForm(v, http.StatusUnprocessableEntity, p)
}

// createItem adds an item.
func (s *Server) createItem(v *visit) error {
	if v.catalog.ID == 0 {
		return errNothing
	}
	p, ch, aside, err := s.written(v)
	switch {
	case err != nil:
		return s.saved(v, p, err, "", "")
	case aside == "check":
		return s.precheck(v, p, v.catalog.ID)
	case aside != "":
		return s.chooseCategory(v, p, aside)
	}
	i, err := s.Catalogs.CreateItem(v.Context(), v.caller, v.catalog.ID, p.Values["id"], ch, false)
	if err == nil {
		_, values := v.posted()
		data := map[string]any{"id": p.Values["id"]}
		for name, value := range values {
			if list, ok := value.([]any); value != "" && (!ok || len(list) > 0) {
				data[name] = value
			}
		}
		err = v.rememberBatch(v.catalog.ID, "CREATE", []map[string]any{data})
	}
	return s.saved(v, p, err, v.at("/items/"+i.String()), "manager.done_created")
}

// editItem shows the form of an item.
func (s *Server) editItem(v *visit) error {
	i, err := v.pathID("item")
	if err != nil {
		return err
	}
	var it catalog.Item
	err = s.view(v.Context(), func(ctx context.Context, tx *db.Tx) error {
		it, err = catalog.ItemTx(ctx, tx, v.caller, i)
		return err
	})
	if err != nil {
		return err
	}
	v.choose(it.CatalogID)
	return s.showItemForm(v, http.StatusOK, ItemFormPage{Item: i.String(), Values: formValues(it)})
}

func formValues(i catalog.Item) map[string]string {
	values := map[string]string{
		"id": i.RetailerID, "title": i.Title, "description": i.Description, "brand": i.Brand, "link": i.Link, "price": i.Price.Major() + " " + i.Price.Currency,
		"availability": i.Availability, "condition": i.Condition, "visibility": i.Visibility, "image_link": i.ImageLink,
		"additional_image_link": strings.Join(i.MoreImages, "\n"), "google_product_category": i.GoogleCategory, "item_group_id": i.GroupID,
	}
	if i.Sale != nil {
		values["sale_price"] = i.Sale.Major() + " " + i.Sale.Currency
	}
	for name, value := range i.Extra {
		switch value := value.(type) {
		case string:
			values[name] = value
		case map[string]any:
			for part, text := range value {
				if text, ok := text.(string); ok {
					values[name+"."+part] = text
				}
			}
		}
	}
	return values
}

// precheck tells what the review would make of what stands in the form.
func (s *Server) precheck(v *visit, p ItemFormPage, cat id.ID) error {
	j, err := s.Reviewer.Precheck(v.Context(), v.caller, cat, policy.Listing{
		Title: p.Values["title"], Description: p.Values["description"], Brand: p.Values["brand"], ProductType: p.Values["product_type"],
		Category: p.Values["google_product_category"], Price: p.Values["price"],
	})
	if err != nil {
		return err
	}
	p.Check = &j
	return s.showItemForm(v, http.StatusOK, p)
}

// precheckItem is [Server.precheck] of an item that is changed.
func (s *Server) precheckItem(v *visit, p ItemFormPage, i id.ID) error {
	var it catalog.Item
	err := s.view(v.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		it, err = catalog.ItemTx(ctx, tx, v.caller, i)
		return err
	})
	if err != nil {
		return err
	}
	v.choose(it.CatalogID)
	return s.precheck(v, p, it.CatalogID)
}

// updateItem changes an item.
func (s *Server) updateItem(v *visit) error {
	i, err := v.pathID("item")
	if err != nil {
		return err
	}
	p, ch, aside, err := s.written(v)
	p.Item = i.String()
	switch {
	case err != nil:
		return s.saved(v, p, err, "", "")
	case aside == "check":
		return s.precheckItem(v, p, i)
	case aside != "":
		return s.chooseCategory(v, p, aside)
	}
	err = s.Catalogs.UpdateItem(v.Context(), v.caller, i, p.Values["id"], ch)
	if err == nil {
		_, values := v.posted()
		err = v.rememberItem(i, values)
	}
	return s.saved(v, p, err, v.at("/items/"+i.String()), "manager.done_saved")
}

// back is where a form came from, on this server, or a page of the business.
func (v *visit) back(fallback string) string {
	return ui.LocalPath(v.PostFormValue("back"), v.at(fallback))
}
