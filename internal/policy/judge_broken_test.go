package policy

import (
	"testing"

	"github.com/hawkerhq/hawker/internal/catalog"
)

func TestAnItemTheRulesBreakDownOnIsAPersons(t *testing.T) {
	t.Parallel()
	broken := &Rules{version: "broken"} // without its automaton every reading panics
	list := broken.evaluateAll([]catalog.Item{{Title: "Mug"}, {Title: "Plate"}, {Title: "Bowl"}}, Seller{})
	for n, v := range list {
		if v.Status != catalog.Pending || v.Reviewer != "broken" || v.Reason == "" {
			t.Errorf("item %d: %+v, want it to be held", n, v)
		}
	}
}
