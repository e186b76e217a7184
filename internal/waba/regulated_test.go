package waba_test

import (
	"slices"
	"testing"

	"github.com/hawkerhq/hawker/internal/waba"
)

func TestRegulatedTradesAndWhereTheyMayWrite(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		vertical, country string
		may               bool
	}{
		{"", "IN", true},
		{"RETAIL", "IN", true},
		{"ALCOHOL", "IN", false},
		{"ALCOHOL", "BR", true},
		{"ALCOHOL", "", false},
		{"OTC_DRUGS", "US", false},
		{"OTC_DRUGS", "MX", true},
		{"ONLINE_GAMBLING", "JP", true},
		{"PHYSICAL_GAMBLING", "VN", false},
	} {
		if got := waba.MayWriteIn(c.vertical, c.country); got != c.may {
			t.Errorf("%s in %q: %t", c.vertical, c.country, got)
		}
	}
	for _, v := range waba.Verticals() {
		list, ok := waba.RegulatedIn(v)
		if ok && (len(list) == 0 || !slices.IsSorted(list)) {
			t.Errorf("%s: %v", v, list)
		}
	}
}
