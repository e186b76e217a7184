package waba_test

import (
	"strings"
	"testing"

	"github.com/hawkerhq/hawker/internal/fault"
	"github.com/hawkerhq/hawker/internal/waba"
)

// TestEveryRuleOfIndianDetails: each field at its bounds, and one step beyond; a refusal names the field.
func TestEveryRuleOfIndianDetails(t *testing.T) {
	t.Parallel()
	yes := true
	good := func() waba.Compliance {
		return waba.Compliance{
			EntityName: "Spice", EntityType: "PUBLIC_COMPANY", Grievance: waba.Contact{Name: "A. Nair", Email: "a@b.example", Mobile: "+914847100004"},
			CustomerCare: waba.Contact{Email: "c@b.example", Landline: "+914847100005"},
		}
	}
	longest := strings.Repeat("a", 64) + "@" + strings.Repeat("b", 55) + ".example" // 128
	for name, c := range map[string]struct {
		change func(c *waba.Compliance)
		field  string // that is refused; "" for none
	}{
		"as it is":                {func(*waba.Compliance) {}, ""},
		"a name of two":           {func(c *waba.Compliance) { c.EntityName = "चा" }, ""},
		"a name of 128":           {func(c *waba.Compliance) { c.EntityName = strings.Repeat("ñ", 128) }, ""},
		"a name of 129":           {func(c *waba.Compliance) { c.EntityName = strings.Repeat("ñ", 129) }, "entity_name"},
		"a name of one":           {func(c *waba.Compliance) { c.EntityName = "S" }, "entity_name"},
		"a name of blanks":        {func(c *waba.Compliance) { c.EntityName = "   " }, "entity_name"},
		"no kind":                 {func(c *waba.Compliance) { c.EntityType = "" }, "entity_type"},
		"a kind in small letters": {func(c *waba.Compliance) { c.EntityType = "public_company" }, "entity_type"},
		"other, in words": {func(c *waba.Compliance) {
			c.EntityType, c.EntityTypeCustom, c.IsRegistered = "OTHER", strings.Repeat("x", 1024), &yes
		}, ""},
		"other, in too many": {func(c *waba.Compliance) {
			c.EntityType, c.EntityTypeCustom, c.IsRegistered = "OTHER", strings.Repeat("x", 1025), &yes
		}, "entity_type_custom"},
		"other, in none":           {func(c *waba.Compliance) { c.EntityType, c.EntityTypeCustom, c.IsRegistered = "OTHER", " ", &yes }, "entity_type_custom"},
		"words of another kind":    {func(c *waba.Compliance) { c.EntityTypeCustom = "Club" }, "entity_type_custom"},
		"other, registered or not": {func(c *waba.Compliance) { c.EntityType, c.EntityTypeCustom = "OTHER", "Club" }, "is_registered"},
		"a partnership":            {func(c *waba.Compliance) { c.EntityType, c.IsRegistered = "PARTNERSHIP", new(bool) }, ""},
		"registered anyhow":        {func(c *waba.Compliance) { c.IsRegistered = &yes }, "is_registered"},
		"no officer":               {func(c *waba.Compliance) { c.Grievance.Name = "" }, "grievance_officer_details.name"},
		"an officer of 129":        {func(c *waba.Compliance) { c.Grievance.Name = strings.Repeat("x", 129) }, "grievance_officer_details.name"},
		"an officer without mail":  {func(c *waba.Compliance) { c.Grievance.Email = "" }, "grievance_officer_details.email"},
		"an officer not reached":   {func(c *waba.Compliance) { c.Grievance.Mobile = "" }, "grievance_officer_details"},
		"an officer with a phone":  {func(c *waba.Compliance) { c.Grievance.Mobile, c.Grievance.Landline = "", "+914847100006" }, ""},
		"no mail of the care":      {func(c *waba.Compliance) { c.CustomerCare.Email = "care" }, "customer_care_details.email"},
		"a mail with a name":       {func(c *waba.Compliance) { c.CustomerCare.Email = "Care <c@b.example>" }, "customer_care_details.email"},
		"the longest mail":         {func(c *waba.Compliance) { c.CustomerCare.Email = longest }, ""},
		"a longer one":             {func(c *waba.Compliance) { c.CustomerCare.Email = "x" + longest }, "customer_care_details.email"},
		"care not reached":         {func(c *waba.Compliance) { c.CustomerCare.Landline = "" }, "customer_care_details"},
		"no country code":          {func(c *waba.Compliance) { c.CustomerCare.Mobile = "9848471000" }, "customer_care_details.mobile_number"},
		"a number with blanks":     {func(c *waba.Compliance) { c.CustomerCare.Landline = "+91 484 710" }, "customer_care_details.landline_number"},
		"a number of 21":           {func(c *waba.Compliance) { c.CustomerCare.Landline = "+91234567890123456789" }, "customer_care_details.landline_number"},
	} {
		d := good()
		c.change(&d)
		err := d.Check()
		f, ok := fault.As(err)
		if c.field == "" && err != nil || c.field != "" && (!ok || f.Field != c.field) {
			t.Errorf("%s: %v, want a refusal of %q", name, err, c.field)
		}
	}
}
