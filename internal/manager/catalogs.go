package manager

import (
	"net/http"
	"slices"
	"strings"

	"github.com/hawkerhq/hawker/internal/catalog"
)

// createCatalog makes a catalog of the vertical that WhatsApp takes.
func (s *Server) createCatalog(v *visit) error {
	c, err := s.Catalogs.Create(v.Context(), v.caller, catalog.Catalog{BusinessID: v.business.ID, Name: v.PostFormValue("name"), Vertical: catalog.Commerce})
	if err != nil {
		return err
	}
	return v.done(v.at("/sources?catalog="+c.ID.String()), "manager.done_created_catalog")
}

// deleteCatalog removes a catalog with all its items. Nothing brings it back, so its name has to be written.
func (s *Server) deleteCatalog(v *visit) error {
	i, err := v.pathID("catalog")
	if err != nil {
		return err
	}
	at := slices.IndexFunc(v.catalogs, func(c catalog.Catalog) bool { return c.ID == i })
	if at < 0 {
		return errNothing
	}
	v.catalog = v.catalogs[at]
	if strings.TrimSpace(v.PostFormValue("name")) != v.catalog.Name {
		return s.showHome(v, http.StatusUnprocessableEntity, &Problem{Field: "name", Text: v.t("manager.delete_catalog_other")})
	}
	if err = s.Catalogs.Delete(v.Context(), v.caller, i, false); err == nil {
		err = v.remember(http.MethodDelete, "/v25.0/"+i.String(), nil)
	}
	if problem, ok := v.words(err); ok {
		return s.showHome(v, http.StatusUnprocessableEntity, &problem)
	}
	if err != nil {
		return err
	}
	return v.done(v.at(""), "manager.done_deleted_catalog")
}
