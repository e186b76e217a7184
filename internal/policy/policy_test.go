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
