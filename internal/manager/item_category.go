package manager

import (
	"net/http"
	"strings"

	"github.com/hawkerhq/hawker/internal/catalog"
)

// categoriesShown is how many categories a search of the item's form shows.
const categoriesShown = 12

// categoryField is the field a category is chosen for.
const categoryField = "google_product_category"

// CategoryChoice is what a search for a category found.
type CategoryChoice struct {
	Found []catalog.Category
	Known bool // the operator's taxonomy was searched, not only what the catalog uses
}

// chooseCategory searches categories, or takes one: the form comes back with it.
func (s *Server) chooseCategory(v *visit, p ItemFormPage, action string) error {
	if picked, ok := strings.CutPrefix(action, "category:"); ok {
		p.Values[categoryField] = picked
		delete(p.Problems, categoryField)
		return s.showItemForm(v, http.StatusOK, p)
	}
	list, known, err := s.Catalogs.SearchCategories(v.Context(), v.caller, v.catalog.ID, p.Values[categoryField], categoriesShown)
	if err != nil {
		return err
	}
	p.Categories = &CategoryChoice{list, known}
	return s.showItemForm(v, http.StatusOK, p)
}
