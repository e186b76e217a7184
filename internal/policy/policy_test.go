package policy_test

import (
	"testing"

	"github.com/hawkerhq/hawker/internal/catalog"
	"github.com/hawkerhq/hawker/internal/policy"
)

func TestBranches(t *testing.T) {
	t.Parallel()
	r, err := policy.NewRules()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ category, status, id string }{
		{"", catalog.Approved, ""},
		{"mugs and more", catalog.Approved, ""},
		{"2169", catalog.Approved, ""},
		{"499676", catalog.Rejected, "alcohol"},
		{"414", catalog.Rejected, "alcohol"},
		{"Food, Beverages & Tobacco > Beverages > Alcoholic Beverages > Beer", catalog.Rejected, "alcohol"},
		{"food, beverages & tobacco>beverages>ALCOHOLIC  beverages", catalog.Rejected, "alcohol"},
		{"5725", catalog.Pending, "alcohol"},
		{"3237", catalog.Rejected, "animals"},
		{"2", catalog.Approved, ""},
		{"494", catalog.Rejected, "healthcare"},
		{"500009", catalog.Approved, ""},
		{"5935", catalog.Rejected, "financial"},
		{"665", catalog.Approved, ""},
		{"525", catalog.Pending, "supplements"},
		{"3151", catalog.Rejected, "tobacco"},
		{"782", catalog.Rejected, "weapons"},
		{"1340", catalog.Approved, ""},
		{"5311", catalog.Pending, "weapons"},
		{"3014", catalog.Pending, "alcohol"},
		{"543537", catalog.Pending, "alcohol"},
		{"543671", catalog.Rejected, "healthcare"},
		{"1279", catalog.Rejected, "digital"},
		{" 414 ", catalog.Rejected, "alcohol"},
		{"Mature > Weapons > Something New", catalog.Rejected, "weapons"},
		{"Mature", catalog.Approved, ""},
		{"Health & Beauty > Health Care > Biometric Monitors > Activity Monitors", catalog.Approved, ""},
		{"99999999999999999999", catalog.Approved, ""},
		{" > > ", catalog.Approved, ""},
	} {
		v := r.Evaluate(catalog.Item{GoogleCategory: c.category})
		if v.Status != c.status || v.PolicyID != c.id {
			t.Errorf("%q: %s %s, want %s %s", c.category, v.Status, v.PolicyID, c.status, c.id)
		}
		if v.Status != catalog.Approved && (v.Reason == "" || v.Evidence == "") {
			t.Errorf("%q: a verdict without reason or evidence: %+v", c.category, v)
		}
	}
}
