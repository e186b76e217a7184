package manager

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/hawkerhq/hawker/internal/catalog"
)

// fixedMost is how many items one form mends.
const fixedMost = 500

// fixable are the fields that many items may have the same value in.
func fixable(field string) bool {
	return slices.Contains([]string{"brand", "google_product_category", "condition", "availability", "origin_country"}, field)
}

// fixIssue gives all items with an issue the same value in the field that it is about: all of them, or none.
func (s *Server) fixIssue(v *visit) error {
	field, value, issue := v.PostFormValue("field"), strings.TrimSpace(v.PostFormValue("value")), v.PostFormValue("issue")
	if v.catalog.ID == 0 || !fixable(field) || issue == "" {
		return errNothing
	}
	found, err := s.listItems(v, ItemFilter{}, catalog.Query{ErrorType: issue, Limit: fixedMost}, false)
	if err != nil {
		return err
	}
	rows, sent := make([]catalog.Entry, len(found.Items)), []map[string]any{}
	for n, it := range found.Items {
		rows[n] = catalog.Entry{Item: it.ID, Change: catalog.ReadChange(catalog.Batch, map[string]any{field: value})}
		if n < bulkSample {
			sent = append(sent, map[string]any{"id": it.RetailerID, field: value})
		}
	}
	err = s.Catalogs.SaveEntries(v.Context(), v.caller, v.catalog.ID, rows)
	var refused *catalog.EntriesError
	if errors.As(err, &refused) {
		err = refused.Problems[0].Err
	}
	if problem, ok := v.words(err); ok {
		return s.showIssues(v, http.StatusUnprocessableEntity, &problem)
	}
	if err != nil {
		return err
	}
	if len(sent) > 0 {
		if err := v.rememberBatch(v.catalog.ID, "UPDATE", sent); err != nil {
			return err
		}
	}
	return v.done(v.at("/issues?catalog="+v.catalog.ID.String()), "manager.done_saved")
}
