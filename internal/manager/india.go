package manager

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/db"
	"github.com/hawkerhq/hawker/internal/id"
	"github.com/hawkerhq/hawker/internal/waba"
)

// lackingShown is how many items that lack facts the page shows.
const lackingShown = 100

// IndiaPage is what Indian law asks a business to tell: about itself, for each number, and about its items.
type IndiaPage struct {
	Shell
	Numbers []IndianNumber
	Types   []string
	// Lacking are items of the catalog at hand that lack facts, the oldest; there are LackingAll of Total.
	Lacking           []catalog.Lacking
	LackingAll, Total int
	Problem           *Problem
	// Failed is the number whose form has the problem, with what was written into it.
	Failed id.ID
}

// Complete is how many items lack nothing.
func (p IndiaPage) Complete() int { return p.Total - p.LackingAll }

// IndianNumber is a number and what was told of it.
type IndianNumber struct {
	waba.Number
	waba.Compliance
	Told bool
	// Given and Asked are how many of the details there are, and should be.
	Given, Asked int
}

// Registered tells whether a partnership or another kind of company is registered.
func (n IndianNumber) Registered() bool { return n.IsRegistered != nil && *n.IsRegistered }

// measure counts the details.
func (n *IndianNumber) measure() {
	c := n.Compliance
	list := []string{
		c.EntityName, c.EntityType, c.Grievance.Name, c.Grievance.Email, c.Grievance.Mobile + c.Grievance.Landline, c.CustomerCare.Email,
		c.CustomerCare.Mobile + c.CustomerCare.Landline,
	}
	if c.EntityType == "OTHER" {
		list = append(list, c.EntityTypeCustom)
	}
	n.Asked, n.Given = len(list), 0
	for _, text := range list {
		if text != "" {
			n.Given++
		}
	}
}

// indianTx lists the business's numbers that have to tell.
func (v *visit) indianTx(ctx context.Context, tx *db.Tx) (list []IndianNumber, err error) {
	accounts, err := waba.AccountsTx(ctx, tx, v.caller)
	if err != nil {
		return nil, err
	}
	for _, a := range accounts {
		numbers, err := waba.NumbersOfTx(ctx, tx, a.ID)
		if err != nil {
			return nil, err
		}
		for _, n := range numbers {
			if waba.Indian(n, a) {
				list = append(list, IndianNumber{Number: n})
			}
		}
	}
	return list, nil
}

// india shows it.
func (s *Server) india(v *visit) error {
	return s.showIndia(v, http.StatusOK, nil, 0, waba.Compliance{})
}

func (s *Server) showIndia(v *visit, status int, problem *Problem, failed id.ID, written waba.Compliance) error {
	p := IndiaPage{Shell: v.shell(v.t("manager.nav_india"), "india"), Types: waba.EntityTypes(), Problem: problem, Failed: failed}
	err := s.view(v.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		if p.Numbers, err = v.indianTx(ctx, tx); err != nil {
			return err
		}
		for n := range p.Numbers {
			one := &p.Numbers[n]
			if one.Compliance, one.Told, err = waba.ComplianceTx(ctx, tx, one.ID); err != nil {
				return err
			}
			if one.ID == failed {
				one.Compliance = written
			}
			one.measure()
		}
		if v.catalog.ID == 0 {
			return nil
		}
		p.Lacking, p.LackingAll, p.Total, err = catalog.LackingTx(ctx, tx, v.caller, v.catalog.ID, lackingShown)
		return err
	})
	if err != nil {
		return err
	}
	return v.show(status, "india.html", p)
}

// tellIndia stores what a number's business tells.
func (s *Server) tellIndia(v *visit) error {
	number, err := v.pathID("phone")
	if err != nil {
		return err
	}
	text := func(name string) string { return strings.TrimSpace(v.PostFormValue(name)) }
	contact := func(prefix string) waba.Contact {
		return waba.Contact{Email: text(prefix + ".email"), Mobile: text(prefix + ".mobile_number"), Landline: text(prefix + ".landline_number")}
	}
	c := waba.Compliance{EntityName: text("entity_name"), EntityType: text("entity_type"), Grievance: contact("grievance_officer_details"), CustomerCare: contact("customer_care_details")}
	c.Grievance.Name = text("grievance_officer_details.name")
	if c.EntityType == "OTHER" {
		c.EntityTypeCustom = text("entity_type_custom")
	}
	if slices.Contains([]string{"OTHER", "PARTNERSHIP"}, c.EntityType) {
		registered := v.PostFormValue("is_registered") != ""
		c.IsRegistered = &registered
	}
	err = s.DB.Update(v.Context(), func(ctx context.Context, tx *db.Tx) error {
		if _, err := waba.NumberForTx(ctx, tx, v.caller, number); err != nil {
			return err
		}
		return waba.SetComplianceTx(ctx, tx, number, c)
	})
	if problem, ok := v.words(err); ok && problem.Field != "" {
		return s.showIndia(v, http.StatusUnprocessableEntity, &problem, number, c)
	}
	if err != nil {
		return err
	}
	return v.done(v.at("/india?catalog="+v.catalog.ID.String()), "manager.done_saved")
}

// fillIndia gives ticked items the same facts.
func (s *Server) fillIndia(v *visit) error {
	if err := v.ParseForm(); err != nil {
		return errNothing
	}
	values := map[string]any{}
	for _, name := range []string{"origin_country", "importer_name", "wa_compliance_category"} {
		if text := strings.TrimSpace(v.PostFormValue(name)); text != "" {
			values[name] = text
		}
	}
	address := map[string]any{}
	for _, part := range []string{"street1", "city", "postal_code", "country"} {
		if text := strings.TrimSpace(v.PostFormValue("importer_address." + part)); text != "" {
			address[part] = text
		}
	}
	if len(address) > 0 {
		values["importer_address"] = address
	}
	items := v.PostForm["item"]
	if len(items) == 0 || len(values) == 0 || len(items) > lackingShown {
		return s.showIndia(v, http.StatusUnprocessableEntity, &Problem{Text: v.t("manager.india_choose")}, 0, waba.Compliance{})
	}
	for _, text := range items {
		i, err := id.Parse(text)
		if err != nil {
			return errNothing
		}
		err = s.Catalogs.UpdateItem(v.Context(), v.caller, i, "", catalog.ReadChange(catalog.Batch, values))
		if problem, ok := v.words(err); ok {
			return s.showIndia(v, http.StatusUnprocessableEntity, &problem, 0, waba.Compliance{})
		}
		if err != nil {
			return err
		}
	}
	return v.done(v.at("/india?catalog="+v.catalog.ID.String()), "manager.done_saved")
}
